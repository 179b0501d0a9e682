"""What people type becomes exact text: percents, amounts, years; and floats become fen, at this door only."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exchange.core.errors import Invalid
from exchange.core.money import Money

from .vocabulary import MONEY, PERCENT, SCORE, TERMS, YEARS

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?")
_AMOUNT = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,8})?)(万|千万|百万|亿|)(?:元|)")
_UNITS = {"": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}


def plain(text: str) -> str:
    """Full-width signs, blanks and grouping commas are set aside (NFKC)."""
    folded = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    return re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", folded).replace(" ", "")


def canonical(value: Decimal) -> str:
    """The one way a decimal is written: no exponent, no trailing zeros, never minus zero."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


def parse_percent(text: str, *, field: str) -> str:
    """`5`, `5 %` and `５％` are five percent, kept as the fraction 0.05; a bare 0.05 is asked about, not guessed."""
    folded = plain(text)
    marked = folded.endswith("%")
    body = folded.removesuffix("%")
    if not _NUMBER.fullmatch(body):
        raise Invalid("NUMBER_UNREADABLE", field=field, example="5%")
    value = Decimal(body)
    if not marked and value != 0 and abs(value) < Decimal("0.5"):
        raise Invalid("PERCENT_AMBIGUOUS", field=field, typed=body, fraction=canonical(value * 100))
    if abs(value) > 1000:
        raise Invalid("NUMBER_UNREADABLE", field=field, example="5%")
    return canonical(value / 100)


def parse_amount(text: str, *, field: str) -> str:
    """`1180万`, `1,180.5万元` and `0.118亿` become yuan; anything else is refused, never guessed."""
    folded = plain(text).removeprefix("¥").removeprefix("人民币").removeprefix("CNY").removeprefix("RMB")
    found = _AMOUNT.fullmatch(folded)
    if not found:
        raise Invalid("AMOUNT_MALFORMED", field=field)
    value = Decimal(found[1]) * _UNITS[found[2]]
    if value != value.quantize(Decimal("0.01")) or abs(value) > Decimal(10) ** 15:
        raise Invalid("AMOUNT_MALFORMED", field=field)
    return canonical(value)


def parse_number(text: str, *, field: str) -> str:
    """A plain decimal number."""
    folded = plain(text)
    if not _NUMBER.fullmatch(folded):
        raise Invalid("NUMBER_UNREADABLE", field=field, example="12.5")
    return canonical(Decimal(folded))


def parse_value(name: str, text: str, *, field: str) -> str:
    """A typed value in the quantity of its assumption; empty stays empty."""
    if name not in TERMS:
        raise Invalid("UNKNOWN_FIELD", field=field)
    if not text.strip():
        return ""
    quantity = TERMS[name].quantity
    if quantity == PERCENT:
        return parse_percent(text, field=field)
    if quantity == SCORE:
        return parse_score(text, field=field)
    return parse_amount(text, field=field) if quantity == MONEY else parse_number(text, field=field)


def parse_score(text: str, *, field: str) -> str:
    """A score of an indicator, from 0 to 10."""
    value = parse_number(text, field=field)
    if not 0 <= Decimal(value) <= 10:
        raise Invalid("NUMBER_OUT_OF_RANGE", field=field, low=0, high=10)
    return value


def typed(name: str, value: str) -> str:
    """The kept value as a person would type it again."""
    if value == "":
        return ""
    if TERMS[name].quantity == PERCENT:
        return f"{canonical(Decimal(value) * 100)}%"
    return value if TERMS[name].quantity in (YEARS, SCORE) else f"{Decimal(value):,f}"


def check_consecutive(years: tuple[int, ...], *, field: str, first: int | None = None) -> None:
    """A plan names each year once, without a gap, from the year of the valuation date on."""
    if any(after - before != 1 for before, after in zip(years, years[1:], strict=False)):
        raise Invalid("YEARS_NOT_CONSECUTIVE", field=field)
    if first is not None and years and years[0] not in (first, first + 1):
        raise Invalid("YEARS_NOT_CONSECUTIVE", field=field)


def parse_plan(text: str, *, field: str) -> tuple[tuple[int, str], ...]:
    """Pasted lines of year and amount, by tab, semicolon or comma after the year."""
    rows: list[tuple[int, str]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        found = re.match(r"\s*(\d{4})\s*年?\s*[\t;,:：，；]?\s*(.+)", unicodedata.normalize("NFKC", line))
        if not found:
            raise Invalid("YEARS_NOT_CONSECUTIVE", field=field)
        rows.append((int(found[1]), parse_amount(found[2], field=field)))
    rows.sort()
    check_consecutive(tuple(year for year, _amount in rows), field=field)
    return tuple(rows)


def to_money(value: float, currency: str = "CNY") -> Money:
    """The only way an amount leaves the engine: its shortest decimal text, rounded half up to the fen."""
    return Money(int((Decimal(repr(float(value))) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)


def to_basis_points(value: float) -> int:
    """A ratio as whole basis points, rounded down: a cap never grows by rounding."""
    return int(Decimal(repr(float(value))) * 10000 + Decimal("0.00001"))


def round_to_unit(amount: Money, unit_fen: int) -> Money:
    """The conclusion in the appraiser's stated unit, half up."""
    whole = (Decimal(amount.minor) / unit_fen).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Money(int(whole) * unit_fen, amount.currency)


def canonical_json(value: Any) -> bytes:
    """UTF-8, sorted keys, no blanks, no NaN: equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def seed_of(numeric: Any) -> int:
    """The seed follows from the numbers, so nobody can shop for a lucky one, and a remark changes nothing."""
    return int(hashlib.sha256(canonical_json(numeric)).hexdigest()[:8], 16) >> 1
