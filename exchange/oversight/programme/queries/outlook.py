"""Where an indicator is heading: what happened in the months behind, the fan ahead, and what a target still needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased

from exchange.core.database import db
from exchange.core.errors import DomainError
from exchange.core.workdays import add_months
from exchange.oversight.programme.models import Target, TargetReading
from exchange.oversight.programme.rules import Reading, Verdict, judge
from exchange.oversight.programme.states import Status
from exchange.oversight.statistics.models import StatFact
from exchange.oversight.statistics.queries import month_ends, series
from exchange.oversight.statistics.rules import DEFAULT_FLOOR, DEFINITIONS, Figure
from exchange.oversight.statistics.rules.forecast import (
    FEWEST_MONTHS,
    MOST_MONTHS,
    Forecast,
    History,
    LogitLine,
    Needed,
    Rates,
    Stock,
    logit_line,
    months_between,
    needed_for,
    present_pace,
    rates_of,
    seed_of,
    simulate,
)


@dataclass(frozen=True)
class Outlook:
    """A target as it stands on a day, with what lies behind and ahead."""

    found: Figure
    points: tuple[tuple[date, Figure], ...]
    verdict: Verdict
    months_ahead: int
    history: History | None = None
    rates: Rates | None = None
    forecast: Forecast | None = None
    trend: LogitLine | None = None
    needed: Needed | None = None
    pace: float | None = None
    last_three: int = 0
    out_of_reach: bool = False
    definition_changed: bool = False

    @property
    def chance(self) -> Fraction | None:
        """The chance to reach the target, where it was simulated."""
        return None if self.forecast is None else Fraction(self.forecast.chance).limit_denominator(10_000)


def months_of_history(points: list[tuple[date, Figure]]) -> int:
    """How many months lie behind in which something was counted."""
    return min(MOST_MONTHS, sum(1 for _day, found in points if found.total) - 1)


def history(code: str, *, on: date, months: int) -> History:
    """What entered and left in the whole months before the day, against how many patent-months."""
    ends = date(on.year, on.month, 1)
    begins = add_months(ends, -months)
    starts = [found for _day, found in month_ends(code, until=ends - timedelta(days=1), months=months + 1)][1:]
    converted = sum(each.converted for each in starts)
    (gained, lost, lost_together), (granted, left, _unused) = _spans((code, begins, ends), ("n", begins, ends))
    return History(
        months=months, unconverted=sum(each.total for each in starts) - converted, converted=converted, new=gained,
        lapsed=max(0, left - lost_together), lapsed_converted=lost_together, expired=max(0, lost - lost_together), granted=granted)


Span = tuple[int, int, int]


def _spans(*asked: tuple[str, date, date]) -> list[Span]:
    """Of each series and span of days: how many facts began, how many ended, and how many ended with their patent."""
    numbers = [number for name, begins, ends in asked for number in _span(name, begins, ends)]
    found = [int(each) for each in db.session.execute(select(*numbers)).one()]
    return [(found[place], found[place + 1], found[place + 2]) for place in range(0, len(found), 3)]


def _span(name: str, begins: date, ends: date) -> list[ScalarSelect[int]]:
    floor = "" if name == "n" else DEFAULT_FLOOR
    own = StatFact.series == name, StatFact.floor == floor, StatFact.superseded_at.is_(None)
    right = aliased(StatFact)
    with_right = select(func.count()).select_from(StatFact).join(right, and_(
        right.patent_id == StatFact.patent_id, right.series == "n", right.superseded_at.is_(None), right.leaves == StatFact.leaves))
    return [
        select(func.count()).select_from(StatFact).where(*own, StatFact.enters >= begins, StatFact.enters < ends).scalar_subquery(),
        select(func.count()).select_from(StatFact).where(*own, StatFact.leaves >= begins, StatFact.leaves < ends).scalar_subquery(),
        with_right.where(*own, StatFact.leaves >= begins, StatFact.leaves < ends).scalar_subquery()]


@dataclass(frozen=True)
class Behind:
    """What lies behind an indicator on a day: its months, the last three months' conversions, and what moved it."""

    points: list[tuple[date, Figure]]
    last_three: int
    history: History | None


def behind(code: str, *, on: date) -> Behind:
    """Read once what every target of an indicator needs; the moves only where there is a year of months."""
    points = series(code, until=on)
    ends, months = date(on.year, on.month, 1), months_of_history(points)
    known = history(code, on=on, months=months) if months >= FEWEST_MONTHS and points[-1][1].total else None
    return Behind(points, _spans((code, add_months(ends, -3), ends))[0][0], known)


def outlooks(targets: Sequence[Target], *, on: date) -> list[tuple[Target, Outlook]]:
    """Several targets on a day; what lies behind an indicator is read once."""
    known: dict[str, Behind] = {}
    found = []
    for target in targets:
        if target.indicator not in known and not _is_changed(target):
            known[target.indicator] = behind(target.indicator, on=on)
        found.append((target, _look(target, known.get(target.indicator), on)))
    return found


def outlook(target: Target, *, on: date) -> Outlook:
    """The target on a day: status, pace, what is needed, and the forecast where there is history enough."""
    return outlooks([target], on=on)[0][1]


def _is_changed(target: Target) -> bool:
    definition = DEFINITIONS.get(target.indicator)
    return definition is None or definition.sha256 != target.definition_sha256


def _look(target: Target, known: Behind | None, on: date) -> Outlook:
    if known is None or _is_changed(target):
        return Outlook(Figure(0, 0), (), Verdict(Status.NO_DATA), 0, definition_changed=True)
    found, ahead = known.points[-1][1], months_between(on, target.due_on)
    if found.total and ahead and known.history is not None:
        return _forecast(target, known, known.history, on, ahead)
    trend = _trend(known.points) if found.total and ahead else None
    return Outlook(found, tuple(known.points), _verdict(target, known.points, on, None), ahead, trend=trend, last_three=known.last_three)


def _forecast(target: Target, known: Behind, moved: History, on: date, ahead: int) -> Outlook:
    found = known.points[-1][1]
    stock, rates = Stock(found.total, found.converted), rates_of(moved)
    seed = seed_of(target.definition_sha256, on, "now", target.goal, target.due_on)
    forecast = simulate(stock, moved, target=target.goal, months=ahead, seed=seed)
    try:
        needed: Needed | None = needed_for(stock, rates, target.goal, months=ahead)
    except DomainError:
        needed = None
    chance = Fraction(forecast.chance).limit_denominator(10_000)
    return Outlook(
        found, tuple(known.points), _verdict(target, known.points, on, chance), ahead, moved, rates, forecast, None, needed,
        present_pace(stock, rates, months=ahead), known.last_three, out_of_reach=needed is None)


def _trend(points: list[tuple[date, Figure]]) -> LogitLine | None:
    """A line on the logit, where there are four values strictly between nothing and all."""
    usable = [(day.toordinal() / 365.25, float(found.rate)) for day, found in points if found.rate is not None and 0 < found.rate < 1]
    try:
        return logit_line(usable)
    except DomainError:
        return None


def _verdict(target: Target, points: list[tuple[date, Figure]], on: date, chance: Fraction | None) -> Verdict:
    readings = [Reading(day, found.rate) for day, found in points if found.rate is not None]
    return judge(target.aim, readings, on=on, chance=chance)


def kept_readings(target: Target) -> list[TargetReading]:
    """How the target stood at each month's end, as known then."""
    return list(db.session.query(TargetReading).filter(TargetReading.target_id == target.id).order_by(TargetReading.day.desc()).limit(60))
