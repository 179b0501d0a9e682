"""The archive file of a report: a zip that carries request, result, tables and this library, and computes to the same bytes.

Layout: ``manifest.json`` names every other member with its SHA-256; ``calculation/calculation.json`` is the canonical report;
``tables/<name>.json`` are the reference tables; ``engine/valuation/`` is this package.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from valuation.recomputing import recompute, restated, run_again
from valuation.report import canonical
from valuation.results import Verdict

MANIFEST, CALCULATION = "manifest.json", "calculation/calculation.json"
MOST_MEMBERS, MOST_BYTES = 2_000, 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """A read archive: its calculation, and what of it does not fit its list of digests."""

    calculation: bytes
    manifest: Mapping[str, Any]
    damages: tuple[str, ...] = ()


def read(content: bytes) -> Archive:
    """An archive checked member by member against its manifest; a file that is none raises ``ValueError``.

    >>> read(b"PK nothing")
    Traceback (most recent call last):
    ...
    ValueError: not a zip file
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise ValueError("not a zip file")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        _check_size(file.infolist())
        try:
            manifest = json.loads(file.read(MANIFEST))
            listed = {row["path"]: row["sha256"] for row in manifest["files"]}
            calculation = file.read(CALCULATION)
        except (KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(f"no archive of a valuation: {error}") from None
        return Archive(calculation, manifest, tuple(_damages(file, listed)))


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise ValueError("the archive is too large")


def _damages(file: zipfile.ZipFile, listed: Mapping[str, str]) -> list[str]:
    """Members that are missing, changed or not listed."""
    present = set(file.namelist()) - {MANIFEST}
    found = [f"missing: {name}" for name in sorted(set(listed) - present)]
    found += [f"not listed: {name}" for name in sorted(present - set(listed))]
    for name in sorted(present & set(listed)):
        try:
            same = sha256(file.read(name)).hexdigest() == listed[name]
        except zipfile.BadZipFile:
            same = False
        found += [] if same else [f"changed: {name}"]
    return found


def recomputed(calculation: bytes) -> bytes:
    """The canonical bytes that an archived calculation gives when it is run again; equal to it unless something differs.

    >>> from valuation import run
    >>> kept = canonical(run({"valuation_date": "2026-06-30", "mode": "quick", "methods": [{"method": "relief_from_royalty",
    ...     "inputs": {"revenues": [100], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.2}}]}))
    >>> recomputed(kept) == kept
    True
    """
    archived = json.loads(calculation)
    return canonical(restated(archived, run_again(archived)))


def recompute_archive(content: bytes) -> Verdict:
    """The verdict on an archive; a member that does not fit its digest makes it unreadable.

    >>> recompute_archive(b"PK nothing").status
    'unreadable'
    """
    try:
        archive = read(content)
    except ValueError as error:
        return Verdict(status="unreadable", reason=str(error))
    if archive.damages:
        return Verdict(status="unreadable", reason="; ".join(archive.damages[:5]))
    return recompute(archive.calculation)


def calculation_at(path: Path) -> bytes:
    """The calculation in a file: an archive, an unpacked archive's folder, or ``calculation.json`` itself."""
    if path.is_dir():
        return (path / CALCULATION).read_bytes()
    content = path.read_bytes()
    return read(content).calculation if zipfile.is_zipfile(io.BytesIO(content)) else content
