"""Dates as files write them: each cell by the first form that fits, slash dates by what their column shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Order = Literal["day_first", "month_first", "row"]
PLAIN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][0-9:.Z+]*)?$", re.ASCII)
FORMS = (
    re.compile(r"(\d{4})(\d{2})(\d{2})$", re.ASCII),
    re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})$", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?$"),
)
GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$", re.ASCII)
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$", re.ASCII)
SERIAL = re.compile(r"\d{5}(?:\.0+)?$", re.ASCII)
SERIAL_START = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A day, or the code that says why there is none."""

    day: date | None
    code: str = ""


@dataclass(slots=True)
class DateColumn:
    """One column's way of writing dates; slash order is what the column shows or the user said."""

    order: Order | None = None
    serials: bool = False
    today: date = date.max
    known: dict[tuple[str, str], ReadDate] = field(default_factory=dict)

    def read(self, text: str, year_hint: str = "") -> ReadDate:
        """The day behind a cell."""
        key = (text, year_hint)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._read(text.strip(), year_hint)
        return found

    def _read(self, text: str, year_hint: str) -> ReadDate:
        plain = PLAIN.match(text)
        if plain:
            return _day(plain[1], plain[2], plain[3])
        for form in FORMS:
            matched = form.match(text)
            if matched:
                return _day(matched[1], matched[2], matched[3])
        german = GERMAN.match(text)
        if german:
            return _day(german[3], german[2], german[1])
        slashed = SLASHED.match(text)
        if slashed:
            return self._slashed(slashed[1], slashed[2], slashed[3], year_hint)
        if self.serials and SERIAL.match(text):
            return _within(SERIAL_START + timedelta(days=int(float(text))))
        return ReadDate(None, "DATE_FORMAT")

    def _slashed(self, first: str, second: str, year: str, year_hint: str) -> ReadDate:
        order = self.order
        if order is None or order == "row":
            order = "day_first" if int(first) > 12 else "month_first" if int(second) > 12 else None
        if order is None:
            return ReadDate(None, "DATE_FORMAT" if self.order == "row" else "DATE_AMBIGUOUS")
        day, month = (first, second) if order == "day_first" else (second, first)
        if len(year) == 4:
            return _day(year, month, day)
        read = _day(self._century(day, month, year, year_hint), month, day)
        return ReadDate(read.day, read.code or "DATE_TWO_DIGIT_YEAR")

    def _century(self, day: str, month: str, year: str, hint: str) -> str:
        if hint[-2:] == year and len(hint) == 4:
            return hint
        for century in ("20", "19"):
            read = _day(century + year, month, day)
            if read.day is not None and read.day <= self.today:
                return century + year
        return "19" + year


def _day(year: str, month: str, day: str) -> ReadDate:
    try:
        return _within(date(int(year), int(month), int(day)))
    except ValueError:
        return ReadDate(None, "DATE_FORMAT")


def _within(day: date) -> ReadDate:
    return ReadDate(day) if FIRST_YEAR <= day.year < LAST_YEAR else ReadDate(None, "DATE_FORMAT")


def slash_order(cells: Iterable[str]) -> tuple[bool, Order | None]:
    """Whether a column has slash dates of two readings, and the order it shows: day first, month first, or row by row."""
    slashed = [matched for matched in (SLASHED.match(cell.strip()) for cell in cells if "/" in cell) if matched]
    if not slashed:
        return False, None
    is_day_first = any(int(matched[1]) > 12 for matched in slashed)
    is_month_first = any(int(matched[2]) > 12 for matched in slashed)
    if is_day_first and is_month_first:
        return True, "row"
    return True, "day_first" if is_day_first else "month_first" if is_month_first else None
