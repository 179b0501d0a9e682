"""Checking imported rows: each row becomes a draft, or is refused with all its codes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date

from exchange.registers.patents.rules.classes import ClassSymbol, read_class
from exchange.registers.patents.rules.importing.dates import DateColumn
from exchange.registers.patents.rules.importing.fields import DATES
from exchange.registers.patents.rules.importing.limits import WEB, Limits
from exchange.registers.patents.rules.importing.reading import Source
from exchange.registers.patents.rules.numbers import (
    GRANTED_KINDS, KIND_TYPES, ApplicationNumber, PublicationNumber, read_application, read_publication,
)
from exchange.registers.patents.rules.row_codes import ROW_CODES, RowFinding
from exchange.registers.patents.rules.terms import expiry_date
from exchange.registers.patents.states import LegalStatus, PatentType

STATUS_WORDS = {
    "授权": LegalStatus.IN_FORCE, "有效": LegalStatus.IN_FORCE, "有效专利": LegalStatus.IN_FORCE, "有权": LegalStatus.IN_FORCE,
    "active": LegalStatus.IN_FORCE, "granted": LegalStatus.IN_FORCE, "in force": LegalStatus.IN_FORCE,
    "公开": LegalStatus.PUBLISHED, "published": LegalStatus.PUBLISHED,
    "实质审查": LegalStatus.EXAMINED, "实审": LegalStatus.EXAMINED,
    "驳回": LegalStatus.REFUSED, "撤回": LegalStatus.WITHDRAWN, "视撤": LegalStatus.WITHDRAWN, "视为撤回": LegalStatus.WITHDRAWN,
    "未缴年费": LegalStatus.LAPSED, "无权-未缴年费": LegalStatus.LAPSED, "期限届满": LegalStatus.EXPIRED,
    "放弃": LegalStatus.ABANDONED, "无效": LegalStatus.INVALIDATED, "失效": LegalStatus.CEASED, "终止": LegalStatus.CEASED,
}
TYPE_WORDS = {
    "1": PatentType.INVENTION, "invention": PatentType.INVENTION, "发明": PatentType.INVENTION, "发明专利": PatentType.INVENTION,
    "发明公开": PatentType.INVENTION, "发明授权": PatentType.INVENTION, "发明申请": PatentType.INVENTION,
    "2": PatentType.UTILITY_MODEL, "utility_model": PatentType.UTILITY_MODEL, "utility model": PatentType.UTILITY_MODEL,
    "utilites": PatentType.UTILITY_MODEL, "实用新型": PatentType.UTILITY_MODEL, "实用新型专利": PatentType.UTILITY_MODEL,
    "3": PatentType.DESIGN, "design": PatentType.DESIGN, "外观设计": PatentType.DESIGN, "外观设计专利": PatentType.DESIGN,
}
SECRET_WORDS = ("保密专利", "国防专利")
TEXT_FIELDS = ("title_zh", "title_en", "abstract_zh", "abstract_en", "claims", "agent")
SUSPICIOUS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f-\x9f<&\ufffd\ud800-\udfff]|ï¿½|â€|锟斤拷|(?:^|\x1f)[\t\r]*[=+\-@]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});")
MOJIBAKE = re.compile(r"\ufffd|ï¿½|â€|锟斤拷")
CLASS_SEPARATOR = re.compile(r"[;,|；，、\x1f\n]+")
HAN = re.compile(r"[\u3400-\u9fff]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Draft:
    """One accepted row by our columns; nothing in it says who owns the right or that it is in force."""

    application_number: str | None = None
    stated_number: str = ""
    check_digit_source: str = "none"
    jurisdiction: str = "CN"
    type: PatentType | None = None
    publication_number: str | None = None
    kind: str | None = None
    title_zh: str = ""
    title_en: str = ""
    abstract_zh: str = ""
    abstract_en: str = ""
    claims: str = ""
    agent: str = ""
    filing_on: date | None = None
    priority_on: date | None = None
    publication_on: date | None = None
    grant_on: date | None = None
    family_id: str | None = None
    stated_status: LegalStatus | None = None
    demonstration: bool = False
    classes: tuple[ClassSymbol, ...] = ()
    applicants: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells this patent from others: the application number, else the publication number."""
        return self.application_number or self.publication_number or ""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of the file with what was said about it; ``draft`` is None where it is refused."""

    number: int
    draft: Draft | None
    findings: tuple[RowFinding, ...]
    key: str = ""
    is_repeat: bool = False


@dataclass(slots=True)
class Checker:
    """Checks the rows of one source one after the other; remembers the numbers and families seen."""

    source: Source
    today: date
    demonstration: bool = False
    limits: Limits = WEB
    seen: dict[str, int] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)
    columns: dict[str, DateColumn] = field(default_factory=dict)
    lists: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in DATES:
            order = self.source.date_orders.get(name)
            self.columns[name] = DateColumn(order, serials=self.source.format == "xlsx", today=self.today)  # type: ignore[arg-type]  # one of the orders or None

    def check(self, number: int, row: list[str]) -> CheckedRow:
        """The row's draft, or nothing, and everything that is to be said about it."""
        return _Row(self, number).check(row)


class _Row:
    """One row under check."""

    __slots__ = ("checker", "draft", "findings", "is_repeat", "number", "values")

    def __init__(self, checker: Checker, number: int) -> None:
        self.checker, self.number = checker, number
        self.findings: list[RowFinding] = []
        self.draft = Draft()
        self.values: dict[str, str] = {}
        self.is_repeat = False

    def say(self, code: str, field: str = "", **details: object) -> None:
        self.findings.append(RowFinding(code, field, details))

    def check(self, row: list[str]) -> CheckedRow:
        source, header = self.checker.source, self.checker.source.table.header
        if len(row) != len(header) and source.format == "text":
            self.say("COLUMN_COUNT", found=len(row), expected=len(header))
            return CheckedRow(self.number, None, tuple(self.findings))
        self.values = {name: row[place] for name, place in source.mapping.items() if place < len(row) and row[place]}
        if source.profile.prepare is not None:
            self._prepare(row)
        self._texts()
        application, publication = self._numbers()
        self._dates(application)
        self._kinds(application, publication)
        self._bibliography()
        self._status()
        self._repeats()
        if self.findings and any(ROW_CODES[one.code][0] == "E" for one in self.findings):
            return CheckedRow(self.number, None, tuple(self.findings), self.draft.key, self.is_repeat)
        return CheckedRow(self.number, self.draft, tuple(self.findings), self.draft.key, self.is_repeat)

    def _prepare(self, row: list[str]) -> None:
        profile = self.checker.source.profile
        if profile.prepare is not None:
            self.values = {name: value for name, value in profile.prepare(self.values).items() if value}

    # ------------------------------------------------------------ texts

    def _texts(self) -> None:
        values = self.values
        joined = "\x1f".join(values.values())
        limit = self.checker.limits.long_cell if self.checker.source.is_tree else self.checker.limits.cell
        if len(joined) > limit:
            for name in [name for name, value in values.items() if len(value) > limit]:
                self.say("CELL_TOO_LONG", name, limit=limit)
        if SUSPICIOUS.search(joined):
            self._clean()
        if "title" in values:
            _by_script(values, "title")
        if "abstract" in values:
            _by_script(values, "abstract")
        draft = self.draft
        draft.title_zh, draft.title_en = values.get("title_zh", "").strip(), values.get("title_en", "").strip()
        draft.abstract_zh, draft.abstract_en = values.get("abstract_zh", ""), values.get("abstract_en", "")
        draft.claims, draft.agent = values.get("claims", ""), values.get("agent", "").strip()
        if not draft.title_zh and not draft.title_en:
            self.say("TITLE_MISSING", "title_zh")
        if draft.abstract_zh and not HAN.search(draft.abstract_zh):
            self.say("LANG_MISMATCH", "abstract_zh")
        spoken = values.get("type", "") + values.get("legal_status", "")
        if spoken and any(word in spoken for word in SECRET_WORDS):
            self.say("SECRET_PATENT", "type")

    def _clean(self) -> None:
        said: set[str] = set()
        for name in [*self.values]:
            before = self.values[name]
            is_text = name.startswith(("title", "abstract")) or name in ("claims", "agent", "applicants", "inventors")
            after = self._cleaned(before, name, said, is_text=is_text)
            if after != before:
                self.values[name] = after

    def _cleaned(self, value: str, name: str, said: set[str], *, is_text: bool) -> str:
        if MOJIBAKE.search(value):
            self._once("TEXT_REPLACEMENT", name, said)
        if is_text and (TAG.search(value) or ENTITY.search(value)):
            self._once("TEXT_HTML", name, said)
            value = TAG.sub("", html.unescape(html.unescape(TAG.sub("", value))))
        keep_units = "\x1f" if self.checker.source.profile.separators.get(name, self.checker.source.profile.separator) == "\x1f" else ""
        plain = CONTROL.sub(lambda found: found[0] if found[0] == keep_units else "", value)
        if plain != value:
            self._once("TEXT_CONTROL", name, said)
        if is_text and plain.startswith(FORMULA_STARTS):
            self._once("FORMULA", name, said)
        return plain

    def _once(self, code: str, name: str, said: set[str]) -> None:
        if code not in said:
            said.add(code)
            self.say(code, name)

    # ------------------------------------------------------------ numbers

    def _numbers(self) -> tuple[ApplicationNumber | None, PublicationNumber | None]:
        values, profile = self.values, self.checker.source.profile
        stated, published = values.get("application_number", "").strip(), values.get("publication_number", "").strip()
        if not stated and not published:
            self.say("ID_MISSING", "application_number")
            return None, None
        office = values.get("jurisdiction", "").strip().upper()
        office = office if len(office) == 2 and office.isascii() else profile.jurisdiction
        application = read_application(stated, year=self.checker.today.year, jurisdiction=office) if stated else None
        publication = read_publication(published, values.get("kind"), jurisdiction=office) if published else None
        if application is not None:
            self._application(application, stated)
        if publication is not None:
            self._publication(publication)
        self.draft.jurisdiction = (
            publication.jurisdiction if publication is not None and not publication.faults
            else application.jurisdiction if application is not None else office
        )
        return application, publication

    def _application(self, number: ApplicationNumber, stated: str) -> None:
        for fault in number.faults:
            self.say(fault.code, fault.field, **fault.details)
        if number.demonstration and not self.checker.demonstration:
            self.say("CN_DEMO_NUMBER", "application_number")
        draft = self.draft
        draft.application_number, draft.stated_number = number.normal, stated[:60]
        draft.check_digit_source, draft.demonstration = number.check_digit_source, number.demonstration
        draft.type = number.type

    def _publication(self, number: PublicationNumber) -> None:
        for fault in number.faults:
            self.say(fault.code, fault.field, **fault.details)
        if number.kind is None and number.jurisdiction != "CN" and not number.faults:
            self.say("KIND_UNKNOWN", "kind", kind="")
        draft = self.draft
        draft.publication_number, draft.kind = number.normal, number.kind
        draft.type = draft.type or number.type

    def _kinds(self, application: ApplicationNumber | None, publication: PublicationNumber | None) -> None:
        word = self.values.get("type", "").strip().casefold()
        first, second = application.type if application else None, publication.type if publication else None
        if not word and (first is second or first is None or second is None):
            return
        types = {first, second}
        if word:
            named = TYPE_WORDS.get(word)
            if named is None:
                self.say("TYPE_UNKNOWN", "type", word=word[:40])
            elif self.draft.jurisdiction == "CN":
                types.add(named)
            self.draft.type = self.draft.type or named
        types.discard(None)
        is_said = any(one.code == "CN_TYPE_MISMATCH" for one in self.findings)
        if len(types) > 1 and self.draft.jurisdiction == "CN" and not is_said:
            self.say("CN_TYPE_MISMATCH", "kind")

    # ------------------------------------------------------------ dates

    def _dates(self, application: ApplicationNumber | None) -> None:
        draft = self.draft
        draft.filing_on = self._date("filing_date")
        draft.priority_on = self._date("priority_date")
        draft.publication_on = self._date("publication_date")
        draft.grant_on = self._date("grant_date")
        kind = draft.kind or ""
        if draft.grant_on is None and draft.jurisdiction == "CN" and kind[:1] in GRANTED_KINDS and kind in KIND_TYPES:
            draft.grant_on = draft.publication_on
        known = [day for day in (draft.priority_on, draft.filing_on, draft.publication_on, draft.grant_on) if day is not None]
        if len(known) > 1 and known != sorted(known):
            self.say("DATE_ORDER", "publication_date")
        is_other_year = (
            application is not None and application.year is not None and draft.filing_on is not None
            and not any(fault.code == "CN_YEAR" for fault in application.faults)
            and application.year != draft.filing_on.year
        )
        if is_other_year and application is not None:
            self.say("DATE_YEAR_MISMATCH", "filing_date", year=application.year)

    def _date(self, name: str) -> date | None:
        text = self.values.get(name, "")
        if not text or not text.strip():
            return None
        hint = self.values.get("publication_year", "") if name == "publication_date" else ""
        read = self.checker.columns[name].read(text, hint)
        if read.code:
            self.say(read.code, name, value=text[:40], day=read.day)
        if read.day is not None and read.day > self.checker.today and name != "priority_date":
            self.say("DATE_FUTURE", name, value=text[:40])
        return read.day

    # ------------------------------------------------------------ names, classes, status

    def _bibliography(self) -> None:
        draft = self.draft
        draft.applicants, draft.inventors = self._list("applicants"), self._list("inventors")
        draft.family_id = self.values.get("family_id", "").strip()[:40] or None
        if not draft.applicants:
            self.say("APPLICANT_MISSING", "applicants")
        classes: dict[tuple[str, str], ClassSymbol] = {}
        for scheme in ("ipc", "cpc", "locarno"):
            for text in self._list(scheme):
                symbol = read_class(scheme, text)
                if symbol is None:
                    self.say("CLASS_FORMAT", scheme, symbol=text[:40])
                    continue
                if symbol.coarse and not any(one.code == "CLASS_COARSE" for one in self.findings):
                    self.say("CLASS_COARSE", scheme, symbol=symbol.symbol)
                classes.setdefault((scheme, symbol.symbol), symbol)
        draft.classes = tuple(classes.values())
        if not draft.classes and not any(one.code == "CLASS_FORMAT" for one in self.findings):
            self.say("CLASS_MISSING", "ipc")

    def _list(self, name: str) -> tuple[str, ...]:
        text = self.values.get(name)
        if not text:
            return ()
        key = (name, text)
        found = self.checker.lists.get(key)
        if found is None:
            found = self.checker.lists[key] = self._split(name, text)
        return found

    def _split(self, name: str, text: str) -> tuple[str, ...]:
        if name in ("ipc", "cpc", "locarno"):
            return tuple(part for part in (one.strip() for one in CLASS_SEPARATOR.split(text)) if part)
        separator = self.checker.source.separator_of(name)
        if separator == ";" and "；" in text:
            text = text.replace("；", ";")
        return tuple(part for part in (one.strip() for one in text.split(separator)) if part)

    def _status(self) -> None:
        word = self.values.get("legal_status", "").strip()
        if not word:
            return
        status = STATUS_WORDS.get(word.casefold())
        self.draft.stated_status = status or LegalStatus.UNKNOWN
        if status is None:
            self.say("STATUS_UNKNOWN", "legal_status", word=word[:40])
            return
        draft = self.draft
        if status is LegalStatus.IN_FORCE and draft.type is not None and draft.filing_on is not None:
            ends = expiry_date(draft.type, draft.filing_on)
            if ends <= self.checker.today:
                self.say("STATUS_CONFLICT", "legal_status", date=ends)

    def _repeats(self) -> None:
        key = self.draft.key
        if key:
            first = self.checker.seen.setdefault(key, self.number)
            if first != self.number:
                self.is_repeat = True
                self.say("ID_DUPLICATE_FILE", "application_number", row=first)
                return
        family = self.draft.family_id
        if family:
            first = self.checker.families.setdefault(family, self.number)
            if first != self.number:
                self.say("FAMILY_DUPLICATE", "family_id", row=first)


def _by_script(values: dict[str, str], name: str) -> None:
    """Put a text of unnamed language into the column of its script."""
    text = values.pop(name, None)
    if text:
        values.setdefault(f"{name}_zh" if HAN.search(text) else f"{name}_en", text)
