"""Excel workbooks, read by position with python-calamine: values only, nothing is calculated or fetched."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from exchange.core.errors import Invalid
from exchange.registers.patents.rules.importing.limits import Limits
from exchange.registers.patents.rules.importing.sniff import open_archive
from exchange.registers.patents.rules.importing.tables import Table, headed


def read_workbook(content: bytes, *, sheet: str | None, limits: Limits) -> Table:
    """The rows of the chosen sheet, or of the first that is not empty and is no guide."""
    open_archive(content, limits=limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = tuple(workbook.sheet_names)
        rows = _rows_of(workbook, names, sheet, limits)
    except CalamineError as cause:
        raise Invalid("ZIP_LIMIT", field="file", reason="damaged workbook") from cause
    table = headed(rows[1], limits=limits)
    table.sheet, table.sheets = rows[0], names
    return table


def _rows_of(workbook: CalamineWorkbook, names: tuple[str, ...], sheet: str | None, limits: Limits) -> tuple[str, list[list[str]]]:
    if sheet is not None and sheet not in names:
        raise Invalid("CHOICE_UNKNOWN", field="sheet", choices=", ".join(names))
    for name in (sheet,) if sheet is not None else names:
        if sheet is None and ("guide" in name.lower() or "说明" in name):
            continue
        page = workbook.get_sheet_by_name(name)
        if page.total_width > limits.columns:
            raise Invalid("TOO_MANY_COLUMNS", field="file", limit=limits.columns)
        if page.total_height > limits.rows + 10:
            raise Invalid("TOO_MANY_ROWS", field="file", limit=limits.rows)
        rows = [[cell_text(cell) for cell in row] for row in page.to_python(skip_empty_area=False)]
        filled = [row for row in rows if any(row)]
        if filled:
            return name, filled
    raise Invalid("FILE_EMPTY", field="file")


def cell_text(value: Any) -> str:
    """A cell as text; whole numbers without a point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
