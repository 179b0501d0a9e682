"""Row 17: reading a workbook with calamine over reading it with openpyxl."""

import io

import openpyxl
import python_calamine
import xlsxwriter

from tests.bench.figure import Figure, ratio


def workbook(rows: int) -> bytes:
    """Make a sheet of numbers and words."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, [row, f"CN{row:09d}", "一种光学透镜", row / 7])
    return target.getvalue()


def with_calamine(content: bytes) -> list[list[object]]:
    """Read the first sheet as the import does."""
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def with_openpyxl(content: bytes) -> list[list[object]]:
    """Read the first sheet the usual way."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def run(*, full: bool) -> Figure:
    """Time both on one workbook that both read alike."""
    content = workbook(20_000 if full else 200)
    ours, other = with_calamine(content), with_openpyxl(content)
    assert [row[1:3] for row in ours] == [row[1:3] for row in other]
    assert [round(float(str(row[3])), 9) for row in ours] == [round(float(str(row[3])), 9) for row in other]
    value = ratio(lambda: with_calamine(content), lambda: with_openpyxl(content), rounds=3)
    return Figure(17, "xlsx read, ours / openpyxl", value, "≤ 1/10", f"{len(ours)} rows of 4")
