"""The working-day calendars: table ``calendar_day``, filled from shipped data with source and date, kept by the operator.

A year counts as known when its first of January is entered; an unknown year is refused (``CALENDAR_UNKNOWN``).
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import Base, add, db, operation, remembered
from exchange.core.workdays import Calendar, working_days_between

SHIPPED = Path(__file__).parent / "data" / "calendar_cn.csv"


class CalendarDay(Base):
    """A day that departs from the plain week, or the first of January that marks a known year."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar", "day"),)

    calendar: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    is_workday: Mapped[bool]
    source: Mapped[str] = mapped_column(String(80))


@lru_cache(maxsize=1)
def shipped() -> tuple[tuple[date, bool, str], ...]:
    """The exceptions that ship with the programme."""
    lines = [line for line in SHIPPED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple((date.fromisoformat(row["day"]), row["is_workday"] == "1", row["source"]) for row in csv.DictReader(lines))


def china(name: str = "CN") -> Calendar:
    """The calendar as it stands: entered rows over the shipped ones; read once a transaction."""
    return remembered(("calendar", name), lambda: _entered(name))


def working_days_left(day: date) -> int | None:
    """How many working days are left until the end of a day, less than none when it is past; nothing where the calendar does not reach."""
    known, today = china(), clock.today()
    if not (known.knows(today) and known.knows(day)):
        return None
    return working_days_between(known, today, day) if day >= today else -working_days_between(known, day, today)


def _entered(name: str) -> Calendar:
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.is_workday).where(CalendarDay.calendar == name).order_by(CalendarDay.day)).all()
    return _laid_over(name, tuple((row.day, row.is_workday) for row in rows))


@lru_cache(maxsize=8)
def _laid_over(name: str, entered: tuple[tuple[date, bool], ...]) -> Calendar:
    exceptions = {day: works for day, works, _ in shipped()}
    years = {day.year for day in exceptions} | {day.year for day, _ in entered if (day.month, day.day) == (1, 1)}
    return Calendar(name, frozenset(years), exceptions | dict(entered))


@operation
def enter_day(day: date, *, is_workday: bool, source: str, calendar: str = "CN", actor: Actor = SYSTEM) -> CalendarDay:
    """Enter a day that departs from the plain week, with its source."""
    row: CalendarDay = add(CalendarDay(calendar=calendar, day=day, is_workday=is_workday, source=source))
    return row
