"""Patent numbers: one normal form for every spelling, the check character, kinds of document (ZC 0006-2003, WIPO ST.3, ST.16)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from operator import mul
from typing import Any

from exchange.core.errors import Invalid
from exchange.registers.patents.rules import refusals as _refusals  # noqa: F401  (declares the codes)
from exchange.registers.patents.states import PatentType

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
TYPE_DIGITS = {
    "1": PatentType.INVENTION,
    "2": PatentType.UTILITY_MODEL,
    "3": PatentType.DESIGN,
    "8": PatentType.INVENTION,
    "9": PatentType.UTILITY_MODEL,
}
KIND_TYPES = {
    "A": PatentType.INVENTION,
    "B": PatentType.INVENTION,
    "C": PatentType.INVENTION,
    "U": PatentType.UTILITY_MODEL,
    "Y": PatentType.UTILITY_MODEL,
    "S": PatentType.DESIGN,
    "D": PatentType.DESIGN,
}
GRANTED_KINDS = frozenset("BCUYSD")
CHINESE_KINDS = frozenset(
    ("A", "B", "C", "U", "Y", "S", "D", "A8", "A9", "B8", "B9", "U8", "U9", "S8", "S9")
)
CHECKS = "0123456789X"
ZEROS = {size: ord("0") * sum(WEIGHTS[:size]) for size in (8, 12)}
DEMONSTRATION_SERIALS = range(9_900_000, 10_000_000)
FIRST_YEAR = 1985
OLD_FORM_LAST_YEAR = 2003

DOTS = str.maketrans("。．・･", "....")
READY = re.compile(r"(?:CN|ZL)?([0-9]{12}|[0-9]{8})\.?([0-9Xx])", re.ASCII)
READY_PUBLICATION = re.compile(r"CN([123])([0-9]{6}|[0-9]{8})([ABCUYSD])", re.ASCII)
SEPARATORS = re.compile(r"[\s\-‐‑–—_]+")
PREFIX = re.compile(r"^(?:ZL|CN)+", re.ASCII)
TRAILING_KIND = re.compile(r"(?<=[0-9])[ABCUYSD][0-9]?$", re.ASCII)
FOREIGN = re.compile(r"^([A-Z]{2})([A-Z0-9/.]*[0-9][A-Z0-9/.]*)$", re.ASCII)
PCT = re.compile(r"^PCT/?([A-Z]{2})/?([0-9]{2,4})/?([0-9]{4,6})$", re.ASCII)
FLOAT = re.compile(r"^[0-9](?:\.[0-9]+)?E\+?[0-9]+$", re.ASCII)
PUBLICATION = re.compile(r"^([A-Z]{2})([A-Z]{0,2}[0-9]{1,13}(?:[A-Z]{2,3}[0-9]{4})?)([A-Z][0-9]?)?$", re.ASCII)
CHINESE_APPLICATION = re.compile(r"^CN(?:[0-9]{12}|[0-9]{8})\.[0-9X]$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong or worth a word, with what it concerns."""

    code: str
    field: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """An application number in its normal form, and how it was read."""

    normal: str
    jurisdiction: str
    type: PatentType | None = None
    year: int | None = None
    check_digit_source: str = "none"
    demonstration: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """A publication number in its normal form: country, number, kind."""

    normal: str
    jurisdiction: str
    number: str
    kind: str | None
    type: PatentType | None = None
    faults: tuple[Fault, ...] = ()


def check_digit(body: str) -> str:
    """The check character of a Chinese application number's 12 or 8 digits.

    >>> check_digit("201510870162")
    '5'
    >>> check_digit("201780033978")
    'X'
    """
    if len(body) not in (8, 12) or not (body.isascii() and body.isdigit()):
        raise ValueError("a body has 8 or 12 ASCII digits")
    return CHECKS[(sum(map(mul, body.encode(), WEIGHTS)) - ZEROS[len(body)]) % 11]


def folded(text: str) -> str:
    """The spelling without width, case, blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", text.translate(DOTS)).translate(DOTS)
    return SEPARATORS.sub("", plain).upper()


def year_of(body: str) -> int:
    """The filing year that a body states."""
    if len(body) == 12:
        return int(body[:4])
    short = int(body[:2])
    return 1900 + short if short >= 85 else 2000 + short


def read_application(text: str, *, year: int, jurisdiction: str = "CN") -> ApplicationNumber:
    """Read any spelling of an application number; what is wrong comes as faults, all of them at once."""
    ready = READY.fullmatch(text)
    if ready is not None and jurisdiction == "CN":
        return _chinese(ready[1], ready[2].upper(), year)
    plain = folded(text)
    if FLOAT.match(plain):
        return _unread("NUMBER_AS_FLOAT", plain, given=text)
    international = PCT.match(plain)
    if international:
        return ApplicationNumber("PCT" + "".join(international.groups()), "WO")
    stripped = PREFIX.sub("", plain)
    has_other_prefix = stripped == plain and plain[:2].isalpha() and plain[:2].isascii()
    if jurisdiction != "CN" or has_other_prefix:
        return _foreign(plain, jurisdiction)
    return _read_chinese(stripped, year)


def _read_chinese(plain: str, year: int) -> ApplicationNumber:
    body, _, given = TRAILING_KIND.sub("", plain).partition(".")
    if not given and len(body) in (9, 13):
        body, given = body[:-1], body[-1]
    is_number = body.isascii() and body.isdigit() and len(body) in (8, 12)
    if not is_number or (given and not re.fullmatch("[0-9X]", given, re.ASCII)):
        return _unread("CN_LENGTH", plain, digits=sum(one.isdigit() for one in plain))
    return _chinese(body, given, year)


def _unread(code: str, plain: str, **details: Any) -> ApplicationNumber:
    return ApplicationNumber(plain, "CN", faults=(Fault(code, "application_number", details),))


def _chinese(body: str, given: str, this_year: int) -> ApplicationNumber:
    expected = check_digit(body)
    position = 4 if len(body) == 12 else 2
    filed, serial = year_of(body), body[position + 1 :]
    faults: list[Fault] = []
    last = this_year if len(body) == 12 else OLD_FORM_LAST_YEAR
    if not FIRST_YEAR <= filed <= last:
        faults.append(Fault("CN_YEAR", "application_number", {"year": filed}))
    if body[position] not in TYPE_DIGITS:
        faults.append(Fault("CN_TYPE_DIGIT", "application_number", {"digit": body[position]}))
    if given and given != expected:
        faults.append(Fault("CN_CHECK_DIGIT", "application_number", {"expected": expected, "given": given}))
    if not given:
        faults.append(Fault("CN_NO_CHECK_DIGIT", "application_number", {"expected": expected}))
    return ApplicationNumber(
        f"CN{body}.{given or expected}",
        "CN",
        TYPE_DIGITS.get(body[position]),
        filed,
        "stated" if given else "computed",
        len(serial) == 7 and int(serial) in DEMONSTRATION_SERIALS,
        tuple(faults),
    )


def _foreign(plain: str, jurisdiction: str) -> ApplicationNumber:
    matched = FOREIGN.match(plain)
    country = jurisdiction if jurisdiction != "CN" else plain[:2]
    number = plain
    if matched and (jurisdiction in ("CN", matched[1])):
        country, number = matched[1], matched[2]
    digits = re.sub(r"[^A-Z0-9]", "", number)
    if not any(one.isdigit() for one in digits) or len(digits) > 30:
        return _unread("CN_LENGTH", plain, digits=sum(one.isdigit() for one in plain))
    return ApplicationNumber(country + digits, country)


WARNINGS = frozenset(("CN_NO_CHECK_DIGIT", "KIND_UNKNOWN", "PUBLICATION_LENGTH"))


def normalise_application(text: str, *, year: int, jurisdiction: str = "CN") -> ApplicationNumber:
    """The normal form of an application number; refuses with the first thing that is wrong."""
    number = read_application(text, year=year, jurisdiction=jurisdiction)
    for fault in number.faults:
        if fault.code not in WARNINGS:
            raise Invalid("PATENT_NUMBER_INVALID", field="application_number", reason=fault.code, **fault.details)
    return replace(number, faults=())


def shown_application(normal: str, *, granted: bool) -> str:
    """The number as people write it: ``ZL 201510870162.5`` once granted, ``201510870162.5`` before."""
    if not CHINESE_APPLICATION.match(normal):
        return normal
    return f"ZL {normal[2:]}" if granted else normal[2:]


def read_publication(text: str, kind: str | None = None, *, jurisdiction: str | None = None) -> PublicationNumber:
    """Read any spelling of a publication number; what is wrong comes as faults."""
    ready = READY_PUBLICATION.fullmatch(text)
    if ready is not None and kind in (None, ready[3]):
        number, used = ready[1] + ready[2], ready[3]
        if TYPE_DIGITS[ready[1]] is KIND_TYPES[used]:
            return PublicationNumber(text, "CN", number, used, KIND_TYPES[used])
    plain = re.sub(r"[/.,]", "", folded(text))
    if jurisdiction and plain[:1].isdigit():
        plain = jurisdiction + plain
    matched = PUBLICATION.match(plain)
    if matched is None:
        return _no_publication(plain)
    country, number, own_kind = matched.groups()
    used = own_kind or (folded(kind) if kind else None)
    faults = list(_chinese_publication_faults(number, used)) if country == "CN" else []
    if any(fault.code == "PUBLICATION_FORMAT" for fault in faults):
        return _no_publication(plain)
    found = _publication_type(number, used) if country == "CN" else None
    return PublicationNumber(country + number + (used or ""), country, number, used, found, tuple(faults))


def _no_publication(plain: str) -> PublicationNumber:
    return PublicationNumber(plain, plain[:2], plain[2:], None, None, (Fault("PUBLICATION_FORMAT", "publication_number", {}),))


def _chinese_publication_faults(number: str, kind: str | None) -> list[Fault]:
    faults = []
    if not number.isdigit() or len(number) > 10:
        faults.append(Fault("PUBLICATION_FORMAT", "publication_number", {}))
    elif len(number) not in (7, 9):
        faults.append(Fault("PUBLICATION_LENGTH", "publication_number", {"digits": len(number)}))
    if kind not in CHINESE_KINDS:
        faults.append(Fault("KIND_UNKNOWN", "kind", {"kind": kind or ""}))
    elif number[:1] in "123" and TYPE_DIGITS[number[:1]] is not KIND_TYPES[kind[0]]:
        faults.append(Fault("CN_TYPE_MISMATCH", "publication_number", {"kind": kind, "digit": number[:1]}))
    return faults


def _publication_type(number: str, kind: str | None) -> PatentType | None:
    if kind in CHINESE_KINDS:
        return KIND_TYPES[kind[0]]
    return TYPE_DIGITS.get(number[:1])


def normalise_publication(text: str, kind: str | None = None) -> PublicationNumber:
    """The normal form of a publication number; refuses what is none."""
    number = read_publication(text, kind)
    for fault in number.faults:
        if fault.code not in WARNINGS:
            raise Invalid("PATENT_NUMBER_INVALID", field="publication_number", reason=fault.code, **fault.details)
    return replace(number, faults=())
