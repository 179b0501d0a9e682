"""How a measure stands on a day: from its aim and its readings alone, compared as exact fractions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from exchange.core.errors import Forbidden, Invalid, define
from exchange.core.text import Text, _
from exchange.oversight.programme.states import Status

define("MEASURE_UNKNOWN", 404, _("There is no measure of this code."))
define("MEASURE_NOT_YOURS", 403, _("A member of a leading or responsible department records progress here: {departments}."))
define("UPDATE_EVIDENCE_MISSING", 422, _("What is done is proved by a file or by the number of a document."))
define("UPDATE_DATE", 422, _("The day must lie between {first} and {last}."))
define("UPDATE_EMPTY", 422, _("Give a value, or say that the measure is done."))
define("TARGET_EXISTS", 409, _("A target for this indicator, scope and day already stands."))
define("MEASURE_EXISTS", 409, _("A measure of this code already stands."))

PLAN_BEGINS = date(2011, 11, 1)
KINDS: Mapping[str, Text] = {
    "target": _("Target"), "milestone": _("Milestone"), "limit": _("Time limit"), "standing": _("Standing measure"),
}
ROLES: Mapping[str, Text] = {"lead": _("Leads"), "responsible": _("Responsible"), "support": _("Supports")}
ROLE_LETTERS = {"L": "lead", "R": "responsible", "S": "support"}
PERIODS: Mapping[str, Text] = {
    "once": _("Once"), "yearly": _("Each year"), "district": _("In each district"), "district_yearly": _("Each year in each district"),
}
COMPARATORS: Mapping[str, Text] = {
    ">=": _("at least"), "<=": _("at most"), "~": _("about"), "..": _("between"), "up": _("rising"), "count": _("counted, without a number to reach"),
}
SECTIONS: Mapping[int, Text] = {
    1: _("Phasing out low-end enterprises"), 2: _("Relocating industry"), 3: _("Transition of the community collective economy"),
    4: _("Renewing old industrial areas"), 5: _("Upgrading the processing trade"), 6: _("Brands, design and technical renovation"),
    7: _("Bringing in major high-end projects"), 8: _("Speeding up the industrialisation of technical results"),
    9: _("Demonstration zones of upgrading"), 10: _("Places that receive relocated industry"),
}
UNITS: Mapping[str, Text] = {
    "%": _("%"), "m2": _("m²"), "km2": _("km²"), "yuan": _("yuan"), "yuan_month": _("yuan a month"), "firms": _("firms"), "areas": _("areas"),
    "projects": _("projects"), "institutions": _("institutions"), "brands": _("brands"), "centres": _("centres"), "platforms": _("platforms"),
    "working_days": _("working days"), "months": _("months"), "bases": _("bases"), "alliances": _("alliances"), "fields": _("fields"),
    "patents": _("patents"), "reports": _("reports"), "deals": _("deals"), "kinds": _("kinds"), "orders": _("orders"), "standards": _("standards"),
    "works": _("works"), "events": _("events"), "": Text(""),
}
ABOUT = Fraction(5, 100)
PACE_ON_TRACK, PACE_UNCERTAIN = Fraction(1), Fraction(7, 10)
CHANCE_ON_TRACK, CHANCE_UNCERTAIN = Fraction(2, 3), Fraction(1, 3)
WORST_FIRST = (
    Status.OVERDUE, Status.UNLIKELY, Status.UNCERTAIN, Status.NO_DATA, Status.ON_TRACK, Status.NO_DEADLINE, Status.DONE_LATE, Status.DONE)
REMINDER_DAYS = (90, 30, 7, 0)
WEEKS_REMINDED = 52


@dataclass(frozen=True)
class Aim:
    """What a measure or a target wants, and by when."""

    kind: str
    comparator: str = ""
    threshold: Fraction | None = None
    high: Fraction | None = None
    baseline: Fraction | None = None
    period: str = "once"
    begins_on: date = PLAN_BEGINS
    due_on: date | None = None


@dataclass(frozen=True)
class Reading:
    """What was known on a day: a value, or that it is done; of one district where the measure is per district."""

    on: date
    value: Fraction | None = None
    done: bool = False
    district: str = ""


@dataclass(frozen=True)
class Verdict:
    """The status with its parts (years or districts), and the reading on which it rests."""

    status: Status
    reading: Reading | None = None
    parts: tuple[tuple[str, Status], ...] = ()

    @property
    def parts_done(self) -> int:
        """How many of the parts are done, late or not."""
        return sum(1 for _name, status in self.parts if status in (Status.DONE, Status.DONE_LATE))


def meets(aim: Aim, value: Fraction) -> bool:
    """Whether a value reaches the aim; a count without a number to reach never does by itself."""
    if aim.threshold is None:
        return False
    if aim.comparator == "<=":
        return value <= aim.threshold
    if aim.comparator == "~":
        return abs(value - aim.threshold) <= ABOUT * aim.threshold
    if aim.comparator == "..":
        return aim.threshold <= value <= (aim.threshold if aim.high is None else aim.high)
    return aim.comparator == ">=" and value >= aim.threshold


def day_met(aim: Aim, readings: Sequence[Reading]) -> date | None:
    """The first day of the unbroken run of readings that meet the aim up to the last one; a proved "done" ends the question."""
    proved = [reading.on for reading in readings if reading.done]
    if proved:
        return min(proved)
    valued = [reading for reading in readings if reading.value is not None]
    if aim.comparator == "up":
        return valued[-1].on if len(valued) > 1 and _value(valued[-1]) > _value(valued[0]) else None
    since: date | None = None
    for reading in valued:
        since = (since or reading.on) if meets(aim, _value(reading)) else None
    return since


def _value(reading: Reading) -> Fraction:
    return reading.value if reading.value is not None else Fraction(0)


def pace(aim: Aim, value: Fraction, *, on: date) -> Status:
    """By the share done against the share of time gone."""
    goal, base, due = aim.threshold, aim.baseline or Fraction(0), aim.due_on
    if goal is None or due is None or goal == base:
        return Status.NO_DATA
    done, gone, whole = (value - base) / (goal - base), (on - aim.begins_on).days, (due - aim.begins_on).days
    if gone <= 0 or whole <= 0:
        return Status.ON_TRACK
    ratio = done / Fraction(gone, whole)
    return Status.ON_TRACK if ratio >= PACE_ON_TRACK else Status.UNCERTAIN if ratio >= PACE_UNCERTAIN else Status.UNLIKELY


def by_chance(chance: Fraction) -> Status:
    """By the forecast's chance to reach the target."""
    return Status.ON_TRACK if chance >= CHANCE_ON_TRACK else Status.UNCERTAIN if chance >= CHANCE_UNCERTAIN else Status.UNLIKELY


def judge(aim: Aim, readings: Iterable[Reading], *, on: date, districts: Sequence[str] = (), chance: Fraction | None = None) -> Verdict:
    """How the aim stands on a day; depends on its arguments alone."""
    known = sorted((reading for reading in readings if reading.on <= on), key=lambda reading: reading.on)
    if aim.period in ("district", "district_yearly"):
        return _by_district(aim, known, on, districts)
    return _by_year(aim, known, on) if aim.period == "yearly" else _once(aim, known, on, chance)


def _once(aim: Aim, known: Sequence[Reading], on: date, chance: Fraction | None = None) -> Verdict:
    last, met = (known[-1] if known else None), day_met(aim, known)
    if aim.kind == "limit" and aim.due_on is None:
        return Verdict(_kept(known, met=met is not None), last)
    if met is not None:
        return Verdict(Status.DONE if aim.due_on is None or met <= aim.due_on else Status.DONE_LATE, last)
    if aim.due_on is None:
        return Verdict(Status.NO_DEADLINE, last)
    if on > aim.due_on:
        return Verdict(Status.OVERDUE, last)
    if chance is not None:
        return Verdict(by_chance(chance), last)
    valued = [reading for reading in known if reading.value is not None]
    return Verdict(pace(aim, _value(valued[-1]), on=on) if valued else Status.NO_DATA, last)


def _kept(known: Sequence[Reading], *, met: bool) -> Status:
    if met:
        return Status.ON_TRACK
    return Status.UNLIKELY if any(reading.value is not None for reading in known) else Status.NO_DEADLINE


def years_of(aim: Aim, *, on: date) -> list[int]:
    """The years that an aim of each year speaks of, up to the day: from the first whole year of its time."""
    begins = aim.begins_on
    first = begins.year if (begins.month, begins.day) == (1, 1) else begins.year + 1
    last = min(on.year, aim.due_on.year) if aim.due_on else on.year
    return list(range(first, last + 1))


def _by_year(aim: Aim, known: Sequence[Reading], on: date) -> Verdict:
    parts: list[tuple[str, Status]] = []
    for year in years_of(aim, on=on):
        whole = replace(aim, begins_on=date(year, 1, 1), due_on=date(year, 12, 31), period="once")
        parts.append((str(year), _once(whole, [reading for reading in known if reading.on.year == year], on).status))
    last = known[-1] if known else None
    if not parts:
        return Verdict(Status.NO_DATA, last)
    if aim.due_on is not None and on > aim.due_on:
        missed = any(status is Status.OVERDUE for _year, status in parts)
        return Verdict(Status.OVERDUE if missed else Status.DONE, last, tuple(parts))
    return Verdict(parts[-1][1], last, tuple(parts))


def _by_district(aim: Aim, known: Sequence[Reading], on: date, districts: Sequence[str]) -> Verdict:
    parts = []
    for district in districts:
        own = [reading for reading in known if reading.district == district]
        judged = _by_year(aim, own, on) if aim.period == "district_yearly" else _once(aim, own, on)
        parts.append((district, judged.status))
    found = {status for _district, status in parts}
    worst = next((status for status in WORST_FIRST if status in found), Status.NO_DATA)
    return Verdict(worst, known[-1] if known else None, tuple(parts))


def is_historical(due_on: date | None, *, on: date) -> bool:
    """Whether a deadline lies in the past."""
    return due_on is not None and due_on < on


# ---------------------------------------------------------------- updates

def check_update(*, value: object, done: bool, proved: bool) -> None:
    """An update says something, and what is done is proved."""
    if value is None and not done:
        raise Invalid("UPDATE_EMPTY", field="value")
    if done and not proved:
        raise Invalid("UPDATE_EVIDENCE_MISSING", field="reference")


def check_day(day: date, *, first: date, last: date) -> None:
    """An update speaks of a day between the measure's beginning and today."""
    if not first <= day <= last:
        raise Invalid("UPDATE_DATE", field="happened_on", first=first, last=last)


def check_department(organisation_id: int, *, seated: Mapping[int, str], names: str) -> None:
    """A member of a leading or responsible department records; where none has a seat here, any regulator does."""
    if not seated:
        return
    if seated.get(organisation_id) not in ("lead", "responsible"):
        raise Forbidden("MEASURE_NOT_YOURS", departments=names)


def is_reminder_day(due_on: date, *, on: date) -> bool:
    """90, 30 and 7 days before, on the day, then weekly for a year."""
    ahead = (due_on - on).days
    return ahead in REMINDER_DAYS or (ahead < 0 and -ahead % 7 == 0 and -ahead <= 7 * WEEKS_REMINDED)


def parse_departments(text: str) -> list[tuple[str, str]]:
    """``"L:SJJ S:CZW,FZB"`` as (role, code) pairs in the order given.

    >>> parse_departments("L:SJJ S:CZW,FZB")
    [('lead', 'SJJ'), ('support', 'CZW'), ('support', 'FZB')]
    """
    pairs = []
    for part in text.split():
        letter, _colon, codes = part.partition(":")
        pairs += [(ROLE_LETTERS[letter], code) for code in codes.split(",")]
    return pairs


def order_of(code: str) -> tuple[tuple[int, str], ...]:
    """The place of a code among its like: 9.2 stands before 10.1.

    >>> sorted(["10.1", "9.1(2)b", "9.1(1)", "1.0a"], key=order_of)
    ['1.0a', '9.1(1)', '9.1(2)b', '10.1']
    """
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"[0-9]+|[a-z]", code))
