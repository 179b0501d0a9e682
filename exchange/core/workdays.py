"""Working days: pure on a ``Calendar`` value, and failing closed where a year is not known."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from exchange.core.errors import Unavailable

Convention = Literal["none", "following", "modified_following", "preceding"]
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The known years and the days on which the plain week rule (Monday to Friday) does not hold."""

    name: str
    years: frozenset[int]
    exceptions: Mapping[date, bool]

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day; an unknown year is refused, never assumed."""
        if day.year not in self.years:
            raise Unavailable("CALENDAR_UNKNOWN", year=day.year)
        return self.exceptions.get(day, day.weekday() < 5)

    def knows(self, day: date) -> bool:
        return day.year in self.years


def add_working_days(calendar: Calendar, day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; the day itself is not counted."""
    step = ONE if count >= 0 else -ONE
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def adjust(calendar: Calendar, day: date, convention: Convention) -> date:
    """Move a day that is no working day as the convention says."""
    if convention == "none":
        return day
    step = -ONE if convention == "preceding" else ONE
    moved = day
    while not calendar.is_workday(moved):
        moved += step
    if convention == "modified_following" and moved.month != day.month:
        return adjust(calendar, day, "preceding")
    return moved


@dataclass(frozen=True)
class DueDay:
    """A due day, and whether it is provisional because the calendar does not reach it yet."""

    day: date
    provisional: bool


def due_after_working_days(calendar: Calendar, day: date, count: int) -> DueDay:
    """Like ``add_working_days``; past the known calendar the week rule serves and the day is provisional."""
    try:
        return DueDay(add_working_days(calendar, day, count), provisional=False)
    except Unavailable:
        weekdays = Calendar(calendar.name, frozenset(range(day.year - 1, day.year + 20)), calendar.exceptions)
        return DueDay(add_working_days(weekdays, day, count), provisional=True)


def due_after_days(calendar: Calendar, day: date, count: int) -> DueDay:
    """``count`` natural days from the next day; a last day that is no working day moves on (Civil Code 203)."""
    last = day + timedelta(days=count)
    try:
        return DueDay(adjust(calendar, last, "following"), provisional=False)
    except Unavailable:
        return DueDay(last, provisional=True)


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or the month's last day."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many working days lie after ``start`` up to and with ``end``."""
    day, count = start, 0
    while day < end:
        day += ONE
        count += calendar.is_workday(day)
    return count
