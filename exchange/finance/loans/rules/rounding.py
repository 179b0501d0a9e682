"""Exact division of whole numbers, rounded once."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Rounding(StrEnum):
    """How an exact quotient becomes whole fen."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    CEIL = "ceil"


def divide(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The quotient rounded once to a whole number; half up is away from zero."""
    if numerator < 0 and rounding is not Rounding.CEIL:
        return -divide(-numerator, denominator, rounding)
    whole, rest = divmod(numerator, denominator)
    if rounding is Rounding.CEIL:
        return whole + (rest > 0)
    twice = 2 * rest
    if twice == denominator and rounding is Rounding.HALF_EVEN:
        return whole + whole % 2
    return whole + (twice >= denominator)


def to_unit(numerator: int, denominator: int, *, unit: int, rounding: Rounding) -> int:
    """The quotient rounded to a whole multiple of ``unit`` fen."""
    return divide(numerator, denominator * unit, rounding) * unit


def ratio(value: Decimal, scale: int = 1) -> tuple[int, int]:
    """``value / scale`` as an exact pair (numerator, denominator)."""
    numerator, denominator = value.as_integer_ratio()
    return numerator, denominator * scale
