"""Numbers without money: counts, shares, rates, changes. Rounding is half up and exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from exchange.core.i18n.language import Language, current

MINUS: Final = "\u2212"
Number = int | Decimal | Fraction | float


def exact(value: Number) -> Fraction:
    """``value`` as a fraction; a float is taken as the digits it prints."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def scaled(value: Fraction, places: int) -> int:
    """``value`` times ten to ``places``, rounded half up (away from zero)."""
    numerator, denominator = abs(value.numerator) * int(10**places), value.denominator
    whole = (2 * numerator + denominator) // (2 * denominator)
    return -whole if value < 0 else whole


def grouped(units: int, places: int) -> str:
    """Whole ``units`` of ten to minus ``places``, grouped by three, with a true minus sign."""
    whole, rest = divmod(abs(units), 10**places)
    tail = f".{rest:0{places}d}" if places else ""
    return f"{MINUS if units < 0 else ''}{whole:,}{tail}"


def decimal(value: Number, *, places: int = 2) -> str:
    """A plain number with fixed decimals."""
    return grouped(scaled(exact(value), places), places)


def percent(value: Number, *, places: int = 1) -> str:
    """A share (0.652) as a percentage (65.2%)."""
    return f"{grouped(scaled(exact(value) * 100, places), places)}%"


def rate(value: Number) -> str:
    """A rate of interest as a percentage with two to four decimals."""
    units = scaled(exact(value) * 100, 4)
    places = 4
    while places > 2 and units % 10 == 0:
        units //= 10
        places -= 1
    return f"{grouped(units, places)}%"


def points(value: Number, *, places: int = 1, lang: Language | None = None) -> str:
    """A difference of two shares in percentage points, always with its sign; never a percentage of a percentage."""
    units = scaled(exact(value) * 100, places)
    sign = "+" if units > 0 else ""
    return f"{sign}{grouped(units, places)}{' 个百分点' if (lang or current()) == 'zh' else ' pp'}"


def count(value: int, *, lang: Language | None = None) -> str:
    """A number of things, in full below a hundred million."""
    if abs(value) < 10**8:
        return grouped(value, 0)
    if (lang or current()) == "zh":
        return f"{grouped(scaled(Fraction(value, 10**8), 2), 2)} 亿"
    millions = scaled(Fraction(value, 10**6), 2)
    if abs(millions) < 10**5:
        return f"{grouped(millions, 2)}M"
    return f"{grouped(scaled(Fraction(value, 10**9), 2), 2)}bn"
