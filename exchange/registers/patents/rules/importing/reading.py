"""From bytes to a recognised table: sniff, decode, cut, find the layout; open questions come as answers to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.core.errors import DomainError, Invalid
from exchange.core.text import _
from exchange.registers.patents.rules.importing import trees
from exchange.registers.patents.rules.importing.dates import slash_order
from exchange.registers.patents.rules.importing.decode import decode
from exchange.registers.patents.rules.importing.fields import DATES, OPEN_FIELDS, TITLES, guessed_mapping
from exchange.registers.patents.rules.importing.limits import WEB, Limits
from exchange.registers.patents.rules.importing.profiles import (
    chinese, google, lens, own, patentscope, patentsview, patsnap, us_xml, uspto_search,
)
from exchange.registers.patents.rules.importing.profiles.base import RECORD_FIELDS, UNIT, Profile, row_of
from exchange.registers.patents.rules.importing.sniff import Format, name_differs, open_archive, sniff
from exchange.registers.patents.rules.importing.tables import Table, check_size, read_text
from exchange.registers.patents.rules.importing.workbooks import read_workbook
from exchange.registers.patents.rules.tables import header_spellings

GENERIC = Profile(name="generic", label=_("Columns by their headings"))
TABLE_PROFILES = (own.PROFILE, lens.PROFILE, uspto_search.PROFILE, google.PROFILE, patentscope.PROFILE, patentsview.PROFILE)
RECORDS = Profile(name="records", label=_("Records of a tree"))
PROFILES = {
    one.name: one
    for one in (*TABLE_PROFILES, chinese.PROFILE, us_xml.PROFILE, patsnap.PROFILE, GENERIC, RECORDS)
}
TREE_SOURCES = (chinese, patsnap)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user chose where the file leaves it open."""

    encoding: str | None = None
    sheet: str | None = None
    profile: str | None = None
    mapping: Mapping[str, int] | None = None
    date_order: str | None = None


@dataclass(slots=True)
class Source:
    """A file that was read: its table, its layout, which column is which field, what is still open."""

    format: Format
    table: Table
    profile: Profile
    mapping: dict[str, int]
    encoding: str = ""
    date_orders: dict[str, str | None] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def separator_of(self, name: str) -> str:
        """What parts several values in a cell of a field."""
        return self.profile.separators.get(name, self.profile.separator)

    @property
    def is_tree(self) -> bool:
        """Whether the rows were records of JSON or XML."""
        return self.format in (Format.JSON, Format.XML, Format.ZIP)


def read_source(content: bytes, filename: str, *, answers: Answers | None = None, limits: Limits = WEB) -> Source:
    """Read a file as far as it can be understood; refuses what no answer would cure."""
    given = answers or Answers()
    found = sniff(content, limits=limits)
    source = _READERS[found](content, given, limits)
    if name_differs(filename, found):
        source.notes.append("NAME_CONTENT_DIFFER")
    if not source.mapping:
        source.questions.append("mapping")
    _ask_dates(source, given)
    return source


def _from_text(content: bytes, given: Answers, limits: Limits) -> Source:
    decoded = decode(content, given.encoding)
    return _recognised(Format.TEXT, read_text(decoded.text, limits=limits), given, encoding=decoded.encoding)


def _from_workbook(content: bytes, given: Answers, limits: Limits) -> Source:
    table = read_workbook(content, sheet=given.sheet, limits=limits)
    source = _recognised(Format.XLSX, table, given, encoding="")
    if len(table.sheets) > 1:
        source.notes.append("OTHER_SHEETS")
    return source


def _from_json(content: bytes, given: Answers, limits: Limits) -> Source:
    decoded = decode(content, given.encoding)
    records = _inner_records(trees.read_json(decoded.text, limits=limits))
    for module in TREE_SOURCES:
        if any(module.recognises(record) for record in records[:20]):
            rows = [row_of(module.values_of(record)) if isinstance(record, Mapping) else row_of({}) for record in records]
            return _tree(Format.JSON, rows, module.PROFILE, decoded.encoding)
    return _tree(Format.JSON, [row_of(_plain_record(record)) for record in records], RECORDS, decoded.encoding)


def _inner_records(records: list[Any]) -> list[Any]:
    """The records of an answer that wraps them in one object."""
    if len(records) != 1 or not isinstance(records[0], Mapping):
        return records
    lists = [value for value in records[0].values() if isinstance(value, list) and value and isinstance(value[0], Mapping)]
    return lists[0] if len(lists) == 1 and "title" not in records[0] else records


def _plain_record(record: Any) -> dict[str, Any]:
    if isinstance(record, Mapping) and "doc_number" in record:
        number = f"{record.get('country', '')}{record['doc_number']}{record.get('kind', '')}"
        return {"publication_number": number, "family_id": record.get("family_id"), "title": record.get("title")}
    if isinstance(record, Mapping):
        return {name: value for name, value in record.items() if name in OPEN_FIELDS}
    return {"publication_number": record} if isinstance(record, str) else {}


def _from_xml(content: bytes, given: Answers, limits: Limits) -> Source:
    rows: list[list[str]] = []
    for part in trees.documents(content):
        root = trees.read_xml(part, limits=limits)
        if not us_xml.recognises(root):
            raise Invalid("FORMAT_UNKNOWN", field="file", root=str(root.tag)[:80])
        rows.append(row_of(us_xml.values_of(root)))
    check_size(RECORD_FIELDS, rows, limits=limits)
    return _tree(Format.XML, rows, us_xml.PROFILE, "")


def _from_zip(content: bytes, given: Answers, limits: Limits) -> Source:
    """The members of an archive, each read as a file of its own; one that cannot be read is named, the others go on."""
    archive = open_archive(content, limits=limits)
    gathered: Source | None = None
    refused: list[tuple[str, str]] = []
    for member in archive.infolist():
        if member.is_dir():
            continue
        try:
            with archive.open(member) as stream:
                source = _member(stream.read(limits.zip_bytes + 1), given, limits)
        except DomainError as refusal:
            refused.append((member.filename, refusal.code.name))
            continue
        gathered = source if gathered is None else _joined(gathered, source, member.filename, refused)
    if gathered is None:
        text_parts = [name for name, _code in refused if any(mark in name for mark in (".CLM.", ".SPEC.", ".ABST."))]
        code = "PART_WITHOUT_PATENT" if text_parts else "FORMAT_UNKNOWN"
        raise Invalid(code, field="file", parts=len(text_parts) or len(refused), root="zip")
    gathered.table.refused_members = refused
    return gathered


def _member(content: bytes, given: Answers, limits: Limits) -> Source:
    found = sniff(content, limits=limits)
    if found in (Format.ZIP, Format.XLSX):
        raise Invalid("ZIP_LIMIT", field="file", reason="archive inside an archive")
    return _READERS[found](content, given, limits)


def _joined(first: Source, other: Source, name: str, refused: list[tuple[str, str]]) -> Source:
    if first.table.header == other.table.header and first.profile is other.profile:
        first.table.rows.extend(other.table.rows)
    else:
        refused.append((name, "FORMAT_UNKNOWN"))
    return first


_READERS = {
    Format.TEXT: _from_text, Format.XLSX: _from_workbook, Format.JSON: _from_json, Format.XML: _from_xml, Format.ZIP: _from_zip,
}


def _tree(found: Format, rows: list[list[str]], profile: Profile, encoding: str) -> Source:
    table = Table(list(RECORD_FIELDS), rows, separator=UNIT, first_row=1)
    return Source(found, table, profile, {name: place for place, name in enumerate(RECORD_FIELDS)}, encoding)


def _recognised(found: Format, table: Table, given: Answers, *, encoding: str) -> Source:
    profile = _profile_of(table.header, given.profile)
    mapping = dict(given.mapping) if given.mapping is not None else (
        profile.mapping(table.header) if profile is not GENERIC else guessed_mapping(table.header, header_spellings())
    )
    if profile is own.PROFILE:
        titles = {str(title) for title in TITLES.values()}
        while table.rows and own.is_guide_row(table.rows[0], titles):
            table.rows.pop(0)
            table.first_row += 1
    for name, place in mapping.items():
        if place >= len(table.header):
            raise Invalid("CHOICE_UNKNOWN", field=f"mapping.{name}", choices=", ".join(table.header))
    return Source(found, table, profile, mapping, encoding)


def _profile_of(header: Sequence[str], chosen: str | None) -> Profile:
    if chosen:
        if chosen not in PROFILES:
            raise Invalid("CHOICE_UNKNOWN", field="profile", choices=", ".join(PROFILES))
        return PROFILES[chosen]
    best = max(TABLE_PROFILES, key=lambda one: one.score(header))
    return best if best.score(header) else GENERIC


def _ask_dates(source: Source, given: Answers) -> None:
    for name in DATES:
        place = source.mapping.get(name)
        if place is None:
            continue
        has_slashes, order = slash_order(row[place] for row in source.table.rows if len(row) > place)
        if has_slashes and order is None:
            order = given.date_order if given.date_order in ("day_first", "month_first") else None  # type: ignore[assignment]  # narrowed by the test before
            if order is None and "date_order" not in source.questions:
                source.questions.append("date_order")
        source.date_orders[name] = order
