"""Amounts of money as people read and write them; exact forms read back as what they were."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from babel.numbers import get_currency_name

from exchange.core.errors import Invalid
from exchange.core.i18n.daxie import daxie
from exchange.core.i18n.figures import grouped, scaled
from exchange.core.i18n.language import Language, current
from exchange.core.money import Money


@dataclass(frozen=True)
class Unit:
    """A scale in which a column of amounts is shown: ``minor`` fen make one."""

    minor: int
    zh: str
    en: str


YUAN: Final = Unit(100, "", "")
UNITS: Final[dict[Language, tuple[Unit, ...]]] = {
    "zh": (YUAN, Unit(10**6, "万", ""), Unit(10**10, "亿", "")),
    "en": (YUAN, Unit(10**8, "", "M"), Unit(10**11, "", "bn")),
}


def currency_word(currency: str) -> str:
    """The Chinese word behind an amount: 元, 美元, 欧元."""
    return "元" if currency == "CNY" else str(get_currency_name(currency, locale="zh_Hans_CN"))


def dressed(figure: str, unit: Unit, currency: str, lang: Language) -> str:
    """``figure`` with its unit and currency in the manner of the language."""
    return f"{figure} {unit.zh}{currency_word(currency)}" if lang == "zh" else f"{currency} {figure}{unit.en}"


def unit_for(values: Iterable[Money | None], *, lang: Language | None = None) -> Unit:
    """The one unit in which a column is shown: that of its largest amount, chosen after rounding."""
    largest = max((abs(value.minor) for value in values if value is not None), default=0)
    chosen = YUAN
    for smaller, larger in zip(UNITS[lang or current()], UNITS[lang or current()][1:], strict=False):
        shown = scaled(Fraction(largest, smaller.minor), 2) * smaller.minor
        if shown >= larger.minor * 100:
            chosen = larger
    return chosen


def in_unit(value: Money, unit: Unit) -> str:
    """The bare figure of a cell whose unit stands in the head of the table."""
    return grouped(scaled(Fraction(value.minor, unit.minor), 2), 2)


def unit_word(unit: Unit, *, currency: str = "CNY", lang: Language | None = None) -> str:
    """What stands in the head of a table: 单位：万元, CNY M."""
    if (lang or current()) == "zh":
        return f"单位：{unit.zh}{currency_word(currency)}"
    return f"{currency} {unit.en}".rstrip()


def money(value: Money, *, lang: Language | None = None) -> str:
    """An amount for reading: exact when small, else 万元, 亿元, M or bn with two decimals."""
    language = lang or current()
    unit = unit_for((value,), lang=language)
    return dressed(in_unit(value, unit), unit, value.currency, language)


def money_exact(value: Money, *, lang: Language | None = None) -> str:
    """An amount to the fen, never abbreviated."""
    return dressed(in_unit(value, YUAN), YUAN, value.currency, lang or current())


def money_range(low: Money, high: Money, *, lang: Language | None = None) -> str:
    """Two amounts in one unit: 640 – 2,050 万元, CNY 6.40M – 20.50M."""
    language = lang or current()
    unit = unit_for((low, high), lang=language)
    figures = [in_unit(value, unit) for value in (low, high)]
    if language == "en":
        return f"{high.currency} {figures[0]}{unit.en} – {figures[1]}{unit.en}"
    if all(figure.endswith(".00") for figure in figures):
        figures = [figure.removesuffix(".00") for figure in figures]
    return f"{figures[0]} – {figures[1]} {unit.zh}{currency_word(high.currency)}"


def amount_input(value: Money) -> str:
    """An amount as it is put back into its field: plain digits, two decimals."""
    return str(value)


def amount_echo(text: str) -> str:
    """What stands below an amount field: the exact figure and 大写, or nothing while it cannot be read."""
    try:
        value = parse_amount(text)
    except Invalid:
        return ""
    return f"{money_exact(value)} · {daxie(value)}"


MULTIPLIERS: Final = {"": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "M": 10**6, "BN": 10**9}
AMOUNT: Final = re.compile(
    r"(?P<sign>[-\u2212]?)(?:¥|CNY|RMB|人民币)?(?P<late>[-\u2212]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<rest>[0-9]+))?"
    r"(?P<unit>百万|千万|万|亿|M|BN)?(?:元|CNY|RMB)?",
    re.ASCII,
)
DIGITS: Final = 18
FULL_WIDTH: Final = {**{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}, 0xFFE5: 0xA5, 0x3000: 0x20}


def tidied(text: str) -> str:
    """Full-width signs as plain ones, Latin letters as capitals, no blank beside a unit or sign."""
    plain = text.translate(FULL_WIDTH).strip().upper()
    return re.sub(r"(?<![0-9.,])\s+|\s+(?![0-9.,])", "", plain)


def parse_amount(text: str, *, field: str | None = None, currency: str = "CNY") -> Money:
    """Read what a person typed, such as 1,592.18, 120万, 1.2亿 or ¥12.35M; what is not exactly clear is refused."""
    found = AMOUNT.fullmatch(tidied(text))
    if not found or (found["sign"] and found["late"]):
        raise Invalid("AMOUNT_MALFORMED", field=field, example="1020000.00")
    whole, rest = found["whole"].replace(",", ""), found["rest"] or ""
    if len(whole) + len(rest) > DIGITS:
        raise Invalid("AMOUNT_MALFORMED", field=field, example="1020000.00")
    minor = Fraction(int(whole + rest), 10 ** len(rest)) * MULTIPLIERS[found["unit"] or ""] * 100
    if minor.denominator != 1 or minor >= 10**DIGITS:
        raise Invalid("AMOUNT_MALFORMED", field=field, example="1020000.00")
    return Money(-minor.numerator if found["sign"] or found["late"] else minor.numerator, currency)
