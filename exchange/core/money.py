"""Money: whole minor units with their currency; no float ever.

``Money`` adds, compares and splits exactly; a product with basis points or a ``Decimal`` rate is rounded once,
half up unless said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from exchange.core.errors import Invalid

LIMIT_MINOR = 10**18 - 1
PLAIN = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?", re.ASCII)

Rounding = Literal["half_up", "down", "up"]


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount: ``minor`` units (fen) of ``currency``."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError("money counts whole minor units")
        if abs(self.minor) > LIMIT_MINOR:
            raise Invalid("AMOUNT_TOO_LARGE")

    @classmethod
    def parse(cls, text: str, currency: str = "CNY") -> Money:
        """Read the plain form ``1020000.00``; no exponent, grouping or third decimal."""
        if not isinstance(text, str) or not PLAIN.fullmatch(text):
            raise Invalid("AMOUNT_MALFORMED")
        return cls(int(Decimal(text) * 100), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units (yuan)."""
        return Decimal(self.minor).scaleb(-2)

    def __str__(self) -> str:
        return f"{self.amount:.2f}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if isinstance(count, bool) or not isinstance(count, int):
            raise TypeError("multiply money by whole numbers; use times() for rates")
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def times(self, rate: Decimal | Fraction | int, rounding: Rounding = "half_up") -> Money:
        """The product with an exact rate, rounded once to the minor unit."""
        if isinstance(rate, float):
            raise TypeError("a float has no place near money")
        return Money(rounded(Fraction(self.minor) * Fraction(rate), rounding), self.currency)

    def basis_points(self, points: int, rounding: Rounding = "half_up") -> Money:
        """``points`` ten-thousandths of the amount."""
        return self.times(Fraction(points, 10_000), rounding)

    def to_json(self) -> dict[str, str]:
        """``{"amount": "1020000.00", "currency": "CNY"}``."""
        return {"amount": str(self), "currency": self.currency}

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise Invalid("CURRENCY_MIXED")
        return other.minor


def yuan(amount: str | int) -> Money:
    """``yuan("1020000.00")``: a shorthand for CNY."""
    return Money.parse(str(amount))


def fen(minor: int) -> Money:
    """``fen(102000000)``: a shorthand for CNY."""
    return Money(minor)


def total(amounts: Sequence[Money], currency: str = "CNY") -> Money:
    """The sum; zero of ``currency`` when there is nothing to add."""
    if not amounts:
        return Money(0, currency)
    return sum(amounts[1:], start=amounts[0])


def rounded(value: Fraction, rounding: Rounding = "half_up") -> int:
    """An exact fraction rounded to a whole number; half up is away from zero."""
    sign = -1 if value < 0 else 1
    magnitude = abs(value)
    whole, rest = divmod(magnitude.numerator, magnitude.denominator)
    if rounding == "half_up" and 2 * rest >= magnitude.denominator:
        whole += 1
    if rounding == "up" and rest and sign > 0:
        whole += 1
    return sign * whole


def split(amount: Money, weights: Sequence[int | Decimal]) -> list[Money]:
    """Divide exactly by weights: largest remainder, ties in declared order, negatives mirrored."""
    if amount.minor < 0:
        return [-part for part in split(-amount, weights)]
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact, start=Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in exact):
        raise ValueError("weights are not negative and their sum is positive")
    quotas = [amount.minor * weight / whole for weight in exact]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    left = amount.minor - sum(parts)
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - quotas[index], index))
    for index in order[:left]:
        parts[index] += 1
    return [Money(part, amount.currency) for part in parts]
