"""How large an uploaded file may be in every direction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one way in; each has its code."""

    file_bytes: int = 50 * 1024**2
    rows: int = 100_000
    columns: int = 200
    cell: int = 32_767
    long_cell: int = 2_000_000
    zip_members: int = 200
    zip_bytes: int = 200 * 1024**2
    zip_ratio: int = 100
    xml_depth: int = 64
    xml_elements: int = 1_000_000
    json_depth: int = 32


WEB = Limits()
COMMAND_LINE = Limits(file_bytes=2 * 1024**3, rows=1_000_000, zip_members=5_000, zip_bytes=4 * 1024**3)
