"""The plan as files that leave, counts by status, and remarks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from exchange.core.events import history
from exchange.oversight.programme.models import Measure
from exchange.oversight.programme.queries import COLUMNS, Line, records
from exchange.oversight.programme.states import Status

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def counts(found: Sequence[Line]) -> list[tuple[Status, int]]:
    """How many measures stand how, every status named."""
    counted = Counter(line.status for line in found)
    return [(status, counted[status]) for status in Status]


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def csv_bytes(found: Sequence[Line]) -> bytes:
    """The lines as RFC 4180 text with BOM."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(row[name]) for name in COLUMNS] for row in records(found))
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(found: Sequence[Line]) -> bytes:
    """The lines as a workbook whose cells are all text."""
    import xlsxwriter  # not above: slow to load, and few processes write workbooks

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("重点工作 Programme")
        sheet.freeze_panes(1, 1)
        sheet.set_column(3, 4, 60)
        for place, name in enumerate(COLUMNS):
            sheet.write_string(0, place, name)
        for number, row in enumerate(records(found), start=1):
            for place, name in enumerate(COLUMNS):
                sheet.write_string(number, place, row[name])
    return out.getvalue()


def comments(measure: Measure) -> list[tuple[datetime, str, str]]:
    """The remarks on a measure: when, which house, what."""
    found = []
    for event in history("measure", measure.public_id):
        if event.verb == "comment":
            data = json.loads(event.payload)["data"]
            found.append((event.at, str(data["house"]), str(data["text"])))
    return found
