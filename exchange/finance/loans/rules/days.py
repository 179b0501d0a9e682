"""Day counts, interest for a number of days, and due dates (算头不算尾: the first day counts, the last does not)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from exchange.core.errors import Invalid
from exchange.core.text import _
from exchange.core.workdays import add_months
from exchange.finance.loans.rules.rounding import Rounding, divide


class DayCount(StrEnum):
    """How the days between two dates and the days of a year are counted 计息基础."""

    ACT_360 = "ACT/360"
    ACT_365 = "ACT/365"
    THIRTY_360 = "30/360"


BASES = {DayCount.ACT_360: 360, DayCount.ACT_365: 365, DayCount.THIRTY_360: 360}


class DueRule(StrEnum):
    """On which days the instalments fall due 还款日规则."""

    SAME_DAY = "same_day"
    LAST_DAY_OF_MONTH = "last_day_of_month"
    DAY_OF_MONTH = "day_of_month"
    QUARTERLY = "quarterly"
    AT_MATURITY = "at_maturity"


DUE_RULE_LABELS = {
    DueRule.SAME_DAY: _("Monthly, on the day of the first due date"),
    DueRule.LAST_DAY_OF_MONTH: _("Monthly, on the last day of the month"),
    DueRule.DAY_OF_MONTH: _("Monthly, on a fixed day"),
    DueRule.QUARTERLY: _("Quarterly"),
    DueRule.AT_MATURITY: _("Once, at maturity"),
}


def basis(convention: DayCount) -> int:
    """The days of a year under ``convention``."""
    return BASES[convention]


def day_count(start: date, end: date, convention: DayCount) -> int:
    """Days from ``start`` (included) to ``end`` (excluded)."""
    if end < start:
        raise Invalid("DATE_ORDER", field="end", start=start.isoformat(), end=end.isoformat())
    if convention is DayCount.THIRTY_360:
        return _thirty_days(start, end)
    return (end - start).days


def _thirty_days(start: date, end: date) -> int:
    first = min(start.day, 30)
    second = 30 if end.day == 31 and first == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + second - first


def interest(
    principal: int, rate: Decimal, *, days: int, basis: int, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Interest in fen of one segment: ``rate`` per cent a year for ``days``, rounded once."""
    numerator, denominator = rate.as_integer_ratio()
    return divide(principal * numerator * days, denominator * 100 * basis, rounding)


def due_dates(first: date, periods: int, rule: DueRule, *, day: int | None = None) -> tuple[date, ...]:
    """The unadjusted due dates, each counted from the first so that short months leave no drift."""
    if rule is DueRule.AT_MATURITY:
        return (first,)
    step = 3 if rule is DueRule.QUARTERLY else 1
    months = (add_months(first, step * number) for number in range(periods))
    if rule is DueRule.LAST_DAY_OF_MONTH:
        return tuple(_on_day(month, 31) for month in months)
    if rule is DueRule.DAY_OF_MONTH:
        return _on_fixed_day(first, periods, day=first.day if day is None else day)
    return tuple(months)


def _on_fixed_day(first: date, periods: int, *, day: int) -> tuple[date, ...]:
    begin = _on_day(first, day)
    opening = add_months(first.replace(day=1), 0 if begin >= first else 1)
    return tuple(_on_day(add_months(opening, number), day) for number in range(periods))


def _on_day(month: date, day: int) -> date:
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def day_after(day: date) -> date:
    """The next calendar day."""
    return day + timedelta(days=1)
