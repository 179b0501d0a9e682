"""Terms 期限: the first day on which a patent is no longer in force (专利法 42, 实施细则 5, 12)."""

from __future__ import annotations

from datetime import date, timedelta

from exchange.core.workdays import add_months
from exchange.registers.patents.states import PatentType

LONGER_DESIGNS_FROM = date(2021, 6, 1)
LONGER_INVENTIONS_FROM = date(1993, 1, 1)


def add_years(day: date, years: int) -> date:
    """The same calendar day ``years`` later; 29 February becomes the 28th where the year lacks it."""
    return add_months(day, 12 * years)


def term_years(kind: PatentType, filing_on: date, *, extended_old_invention: bool = False) -> int:
    """How many years a right runs from its filing."""
    if kind is PatentType.UTILITY_MODEL:
        return 10
    if kind is PatentType.DESIGN:
        return 15 if filing_on >= LONGER_DESIGNS_FROM else 10
    return 20 if filing_on >= LONGER_INVENTIONS_FROM or extended_old_invention else 15


def expiry_date(
    kind: PatentType, filing_on: date, *, added_days: int = 0, extended_old_invention: bool = False
) -> date:
    """The first day on which the right is no longer in force; a debt must fall due before it.

    >>> expiry_date(PatentType.UTILITY_MODEL, date(2012, 4, 5))
    datetime.date(2022, 4, 5)
    """
    years = term_years(kind, filing_on, extended_old_invention=extended_old_invention)
    return add_years(filing_on, years) + timedelta(days=added_days)


def remaining_life(expires_on: date, on: date) -> timedelta:
    """How long the right still runs from ``on``; nothing once it has ended."""
    return max(expires_on - on, timedelta(0))
