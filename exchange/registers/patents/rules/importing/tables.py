"""A table of text: the delimiter, the rows, their limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exchange.core.errors import Invalid
from exchange.registers.patents.rules.importing.limits import Limits

DELIMITERS = (",", "\t", ";", "，", "|")
TRIAL_ROWS = 50


@dataclass(slots=True)
class Table:
    """Rows of cells under a header; multiple values inside a cell are parted by ``separator``."""

    header: list[str]
    rows: list[list[str]]
    separator: str = ";"
    delimiter: str = ","
    first_row: int = 2
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    refused_members: list[tuple[str, str]] = field(default_factory=list)


def read_text(text: str, *, limits: Limits) -> Table:
    """The table in a text; refuses one that is too long, too wide or has a cell without end."""
    delimiter = _delimiter(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > limits.rows + 10:
                raise Invalid("TOO_MANY_ROWS", field="file", limit=limits.rows)
    except csv.Error as cause:
        raise Invalid("CELL_TOO_LONG", field="file", row=len(rows) + 1, limit=limits.cell) from cause
    return headed(rows, delimiter=delimiter, limits=limits)


def headed(rows: list[list[str]], *, delimiter: str = ",", limits: Limits) -> Table:
    """The rows under their header; lines before it that are no rows are skipped."""
    skipped = 0
    while rows and (not any(cell.strip() for cell in rows[0]) or _is_preamble(rows)):
        rows.pop(0)
        skipped += 1
    if not rows:
        raise Invalid("FILE_EMPTY", field="file")
    header = [cell.strip().removeprefix("\ufeff") for cell in rows.pop(0)]
    check_size(header, rows, limits=limits)
    return Table(header, rows, delimiter=delimiter, first_row=skipped + 2)


def _is_preamble(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) > 1 and rows[0][0].strip().lower().startswith("search url")


def check_size(header: Sequence[str], rows: Sequence[Sequence[str]], *, limits: Limits) -> None:
    """Refuse a table that is too wide or too long."""
    if len(header) > limits.columns:
        raise Invalid("TOO_MANY_COLUMNS", field="file", limit=limits.columns)
    if len(rows) > limits.rows:
        raise Invalid("TOO_MANY_ROWS", field="file", limit=limits.rows)


def _delimiter(text: str) -> str:
    head = text[:200_000]
    return max(DELIMITERS, key=lambda one: _evenness(head, one))


def _evenness(head: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the header's width, and that width."""
    try:
        rows = [row for _, row in zip(range(TRIAL_ROWS), _reader(head, delimiter), strict=False) if row]
    except csv.Error:
        return (0, 0)
    widths = [len(row) for row in rows]
    if not widths or max(widths) < 2:
        return (0, 0)
    usual = max(set(widths), key=widths.count)
    return (widths.count(usual) if usual > 1 else 0, usual)


def _reader(head: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
