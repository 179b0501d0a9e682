"""What a chart's numbers mean: how a value is said, what stands at a tick, what the axis is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from exchange.core.i18n import amounts, figures, translate
from exchange.core.i18n.language import current
from exchange.core.money import Money
from exchange.core.text import _

Value = int | float | Decimal | Fraction | Money
Kind = Literal["percent", "points", "count", "money", "number"]


@dataclass(frozen=True)
class Measure:
    """A way of reading numbers: ``plain`` for geometry, ``tick`` on the axis, ``spoken`` in words and tables."""

    unit: str
    plain: Callable[[Any], float]
    tick: Callable[[float], str]
    spoken: Callable[[Any], str]


def measure(kind: Kind, values: Iterable[Value | None], *, unit: str = "") -> Measure:
    """The reading of ``values`` as shares, counts, money or bare numbers."""
    if kind == "percent":
        return Measure("%", lambda value: float(value) * 100, trimmed, figures.percent)
    if kind == "points":
        return Measure(translate(_("percentage points")), lambda value: float(value) * 100, trimmed, figures.points)
    if kind == "money":
        return of_money([value for value in values if isinstance(value, Money)])
    return Measure(unit, float, trimmed, counted if kind == "count" else said)


def counted(value: Value) -> str:
    """A number of things."""
    return figures.count(int(float(value)) if not isinstance(value, Money) else value.minor)


def of_money(values: list[Money]) -> Measure:
    """Amounts in the one unit of the largest."""
    language = current()
    unit = amounts.unit_for(values)
    currency = values[0].currency if values else "CNY"
    word = f"{unit.zh}{amounts.currency_word(currency)}" if language == "zh" else f"{currency} {unit.en}".rstrip()
    return Measure(word, lambda value: float(Fraction(value.minor, unit.minor)), trimmed, amounts.money)


def trimmed(value: float) -> str:
    """A tick: grouped, without needless decimals, with a true minus."""
    text = f"{abs(value):,.6f}".rstrip("0").rstrip(".")
    return f"{figures.MINUS}{text}" if value < 0 and text != "0" else text


def said(value: Value) -> str:
    """A bare number with at most two decimals."""
    if isinstance(value, Money):
        return amounts.money(value)
    return trimmed(round(float(value), 2))


def exact(value: Value) -> Fraction:
    """A value as an exact fraction, for sums that must come out."""
    if isinstance(value, Money):
        return Fraction(value.minor)
    return figures.exact(value)
