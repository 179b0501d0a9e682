"""Files that leave: the template, the error file of a batch, the portfolio as a table; formulas cannot hide in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from exchange.core import files
from exchange.core.i18n import translate
from exchange.core.i18n.language import Language
from exchange.core.text import Text
from exchange.registers.patents.models import ImportBatch, ImportRow, Patent
from exchange.registers.patents.queries.imports import refused_rows
from exchange.registers.patents.rules.importing.fields import TITLES
from exchange.registers.patents.rules.importing.plan import finding_of
from exchange.registers.patents.rules.importing.profiles import own
from exchange.registers.patents.rules.importing.reading import Answers, Source, read_source

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARKS = ("_row", "_level", "_code", "_field", "_message_zh", "_message_en")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Download = tuple[str, bytes, str]


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def csv_bytes(rows: Iterable[Sequence[str]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """Rows as RFC 4180 text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding, "replace")


def xlsx_bytes(rows: Iterable[Sequence[str]], *, sheet: str = "Sheet1", guide: Sequence[Sequence[str]] = ()) -> bytes:
    """Rows as a workbook whose cells are all text."""
    import xlsxwriter  # not above: slow to load, and few processes write workbooks

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet)
        text = book.add_format({"num_format": "@"})
        page.set_column(0, 30, 22, text)
        page.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell, text)
        if guide:
            notes = book.add_worksheet("说明 Guide")
            notes.set_column(0, 2, 40)
            for number, row in enumerate(guide):
                for column, cell in enumerate(row):
                    notes.write_string(number, column, cell)
    return out.getvalue()


def template_file(kind: str) -> Download:
    """Our template: field codes, titles in both languages, one example row."""
    fields = list(TITLES)
    rows = [
        fields, [f"{translate(title, 'zh')} / {title}" for title in TITLES.values()],
        [own.EXAMPLE.get(field, "") for field in fields],
    ]
    if kind == "csv":
        return "patents-template.csv", csv_bytes(rows), "text/csv"
    guide = [["field", "中文", "English"], *([field, translate(title, "zh"), str(title)] for field, title in TITLES.items())]
    return "patents-template.xlsx", xlsx_bytes(rows, guide=guide), XLSX


def error_file(batch: ImportBatch, *, warnings: bool = False) -> Download:
    """The user's own columns of the refused rows, with what is wrong in both languages."""
    kept = batch.answers
    answers = Answers(
        encoding=kept.get("encoding"), sheet=kept.get("sheet"), profile=kept.get("profile"), mapping=kept.get("mapping"),
        date_order=kept.get("date_order"),
    )
    source = read_source(files.get_bytes(batch.sha256), batch.filename, answers=answers)
    stem = batch.filename.rpartition(".")[0] or batch.filename
    rows = [_marked_header(source), *(_marked(source, row) for row in refused_rows(batch.id, ("E", "W") if warnings else ("E",)))]
    if source.format == "xlsx":
        return f"{stem}-errors.xlsx", xlsx_bytes(rows), XLSX
    encoding = {"utf-8": "utf-8-sig", "": "utf-8-sig"}.get(source.encoding, source.encoding)
    return f"{stem}-errors.csv", csv_bytes(rows, encoding=encoding, delimiter=source.table.delimiter), "text/csv"


def _marked_header(source: Source) -> list[str]:
    return [*(name for name in source.table.header if name not in MARKS), *MARKS]


def _marked(source: Source, row: ImportRow) -> list[str]:
    place = row.number - source.table.first_row
    cells = source.table.rows[place]
    kept = [cell.replace("\x1f", ";") for name, cell in zip(source.table.header, cells, strict=False) if name not in MARKS]
    findings = [finding_of(one) for one in row.findings]
    said = [said_in(one.sentence, one.details, "zh") for one in findings], [said_in(one.sentence, one.details, "en") for one in findings]
    return [
        *kept, str(row.number), row.level, "; ".join(one.code for one in findings), "; ".join(one.field for one in findings),
        " ".join(said[0]), " ".join(said[1]),
    ]


class _Filled(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def said_in(sentence: Text, details: dict[str, object], language: Language) -> str:
    """A sentence in a language with its values filled in."""
    return translate(sentence, language).format_map(_Filled(details))


def portfolio_file(patents: Sequence[Patent], kind: str) -> Download:
    """A view of the portfolio in the form of our own template, so that it can be read again."""
    rows = [list(TITLES), *(_portfolio_row(patent) for patent in patents)]
    if kind == "json":
        records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        return "patents.json", json.dumps(records, ensure_ascii=False, indent=1).encode(), "application/json"
    if kind == "xlsx":
        return "patents.xlsx", xlsx_bytes(rows), XLSX
    return "patents.csv", csv_bytes(rows), "text/csv"


def _portfolio_row(patent: Patent) -> list[str]:
    number = patent.application_number or ""
    values = {
        "application_number": number.removeprefix("CN") if patent.jurisdiction == "CN" else number,
        "publication_number": patent.publication_number or "", "kind": patent.kind or "", "jurisdiction": patent.jurisdiction,
        "type": patent.type or "", "title_zh": patent.title_zh, "title_en": patent.title_en, "abstract_zh": patent.abstract_zh,
        "abstract_en": patent.abstract_en, "claims": patent.claims, "agent": patent.agent, "family_id": patent.family_id or "",
        "filing_date": _day(patent.filing_on), "priority_date": _day(patent.priority_on),
        "publication_date": _day(patent.publication_on), "grant_date": _day(patent.grant_on),
    }
    for role in ("applicant", "inventor"):
        values[f"{role}s"] = ";".join(party.name for party in patent.people if party.role == role)
    for scheme in ("ipc", "cpc", "locarno"):
        values[scheme] = ";".join(one.symbol for one in patent.classes if one.scheme == scheme)
    return [values.get(field, "") for field in TITLES]


def _day(day: object) -> str:
    return str(day) if day is not None else ""
