"""Pictures of the programme and the sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from exchange.core import charts, i18n
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.core.workdays import add_months
from exchange.oversight.programme.models import Measure, Target
from exchange.oversight.programme.queries import Line, updates_of
from exchange.oversight.programme.queries.outlook import Outlook
from exchange.oversight.statistics.rules import DEFINITIONS
from exchange.oversight.statistics.rules.forecast import Forecast

MOST_DEADLINES = 24


def month_ends(on: date, count: int) -> list[date]:
    """The ends of the months ahead, beginning with the present one."""
    first = date(on.year, on.month, 1)
    return [add_months(first, ahead) - timedelta(days=1) for ahead in range(1, count + 1)]


def fan_of(forecast: Forecast, on: date) -> charts.Fan:
    """The bands of the forecast at each month's end; the first point is today's known figure."""
    days = [day for day in month_ends(on, len(forecast.months) + 1) if day > on][: len(forecast.months)]
    return charts.Fan(tuple(
        (day, Fraction(month.low80), Fraction(month.low50), Fraction(month.median), Fraction(month.high50), Fraction(month.high80))
        for day, month in zip(days, forecast.months, strict=False)))


def line_and_fan(target: Target, found: Outlook, *, on: date) -> charts.Figure | None:
    """The rate month by month with the target, and the fan to its day."""
    points = tuple((day, each.rate) for day, each in found.points if each.total)
    if not points:
        return None
    fan = fan_of(found.forecast, on) if found.forecast is not None else None
    return charts.attempt(
        charts.line, translate(_("Rate by month")), [charts.Series(translate(_("Rate")), points)], target=target.goal, fan=fan, as_of=on)


def gauge(target: Target, found: Outlook, *, on: date) -> charts.Figure | None:
    """The rate between base and target with the gap in patents."""
    rate = found.found.rate
    if rate is None:
        return None
    short = found.found.short_of(target.goal)
    gap = translate(_("%(number)s patents short"), number=short) if short else translate(_("target met"))
    return charts.attempt(
        charts.gauge, translate(DEFINITIONS[target.indicator].name), rate, base=target.base, target=target.goal, gap_words=gap, as_of=on)


def sentence(target: Target, found: Outlook) -> str:
    """The forecast in one sentence with its figures."""
    if found.forecast is None:
        return ""
    last = found.forecast.last
    said = translate(
        _("At the present pace: %(median)s (%(low)s to %(high)s) on %(day)s; chance to reach %(goal)s: %(chance)s."),
        median=i18n.percent(Fraction(last.median)), low=i18n.percent(Fraction(last.low80)), high=i18n.percent(Fraction(last.high80)),
        day=i18n.day(target.due_on), goal=i18n.percent(target.goal), chance=i18n.percent(found.chance or Fraction(0), places=0))
    if found.needed is None:
        return said
    return said + (" " if i18n.current() == "en" else "") + translate(
        _("Needed: %(needed)s a month; last 3 months: %(last)s."), needed=i18n.count(found.needed.a_month), last=i18n.count(found.last_three))


def deadlines(found: Sequence[Line], *, on: date) -> charts.Figure | None:
    """The chosen measures by the day they are due, where they are few enough to be told apart."""
    dated = [line for line in found if line.measure.due_on is not None]
    if not dated or len(dated) > MOST_DEADLINES:
        return None
    ordered = sorted(dated, key=lambda line: (line.measure.due_on or on, line.measure.place))
    spans = [
        charts.Span(line.measure.code, translate(line.status.label), line.measure.begins_on, line.measure.due_on or on) for line in ordered
        if (line.measure.due_on or on) > line.measure.begins_on]
    return charts.attempt(charts.timeline, translate(_("By due date")), spans, [], today=on) if spans else None


def readings(measure: Measure, *, on: date) -> charts.Figure | None:
    """The approved values of a measure over time, where there are at least two days."""
    days: dict[date, Fraction] = {}
    for update in reversed(updates_of(measure, None)):
        if update.reading.value is not None and not update.district:
            days[update.happened_on] = update.reading.value
    if len(days) < 2:
        return None
    scale = 100 if measure.unit == "%" else 1
    goal = measure.aim.threshold
    return charts.attempt(
        charts.line, translate(_("Approved values")), [charts.Series(measure.code, tuple(sorted((day, value / scale) for day, value in days.items())))],
        kind="percent" if measure.unit == "%" else "number", target=None if goal is None else goal / scale, as_of=on)


