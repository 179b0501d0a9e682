"""line 折线 with target, fan and breaks; sparkline is the same without axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from exchange.core.charts.frame import (
    DASHES,
    MOST_POINTS,
    PALETTE,
    WIDTH,
    ChartData,
    Figure,
    Mark,
    Scale,
    checked,
    dot,
    label,
    path,
    px,
    roomy,
    rule,
    shortened,
    spread,
    text_width,
    ticks,
)
from exchange.core.charts.measures import Kind, Measure, Value, exact, measure
from exchange.core.charts.names import axis_room
from exchange.core.i18n import day, points, translate
from exchange.core.i18n.language import current
from exchange.core.money import Money
from exchange.core.text import _

Place = date | int
TOP, BOTTOM, END_ROOM = 30.0, 268.0, 190.0


@dataclass(frozen=True)
class Series:
    """One line: its points in order (None breaks it) and which of them may still change."""

    name: str
    points: tuple[tuple[Place, Value | None], ...]
    provisional: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Fan:
    """A forecast: for each place P10, P25, P50, P75, P90."""

    points: tuple[tuple[Place, Value, Value, Value, Value, Value], ...]


def at(place: Place) -> float:
    """A place on the axis; days are true to scale."""
    return float(place.toordinal()) if isinstance(place, date) else float(place)


def line(
    title: str, series: Sequence[Series], *, kind: Kind = "percent", unit: str = "", target: Value | None = None, fan: Fan | None = None,
    breaks: Sequence[tuple[Place, str]] = (), publications: Sequence[Place] = (), source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """Lines over a true axis with the target and the fan of a forecast."""
    check_series(series, fan)
    values = [value for one in series for _place, value in one.points]
    values += [value for row in (fan.points if fan else ()) for value in (row[1], row[2], row[3], row[4], row[5])] + [target]
    reading = measure(kind, values, unit=unit)
    plain = [value for value in checked([None if value is None else reading.plain(value) for value in values]) if value is not None]
    places = [place for one in series for place, _value in one.points] + [row[0] for row in (fan.points if fan else ())]
    first, last = min(map(at, places)), max(map(at, places))
    names = [one.name for one in series]
    room = min(max(text_width(name) for name in names), END_ROOM) + 14 if 1 < len(names) <= 4 else 20.0
    up = Scale(*roomy(min(plain), max(plain)), BOTTOM, TOP)
    left = axis_room([reading.tick(tick) for tick in ticks(up.low, up.high)])
    across = Scale(first, last if last > first else first + 1, left, WIDTH - room)
    marks = [*value_axis(up, across, reading), *place_axis(across, places), *fan_marks(fan, across, up, reading), *target_line(target, across, up, reading)]
    for where, name in breaks:
        marks += break_marks(across(at(where)), name)
    for index, one in enumerate(series):
        marks += series_marks(one, index % 6, across, up, reading)
    marks += [rule(across(at(where)), BOTTOM, across(at(where)), BOTTOM + 6, kind="ink") for where in publications]
    marks += end_labels(series, across, up, reading)
    return Figure(
        "line", title, line_summary(series, reading, kind, target, fan), (translate(_("Date")), *names, *(("P10", "P50", "P90") if fan else ())), line_table(series, fan, reading),
        tuple(marks), height=310.0, unit=reading.unit, source=source, as_of=as_of, facts={"across": across, "up": up},
    )  # fmt: skip


def break_marks(x: float, name: str) -> list[Mark]:
    """A dotted line with its word on the side that has room."""
    right = x + 4 + text_width(name, 11.0) <= WIDTH
    word = label(x + 4 if right else x - 4, TOP + 10, name, anchor="start" if right else "end", size=11.0, soft=True)
    return [rule(x, TOP, x, BOTTOM, kind="ink", dash="2 3"), word]


def check_series(series: Sequence[Series], fan: Fan | None) -> None:
    """Places rise, and a fan contains its median."""
    if not series or not any(one.points for one in series):
        raise ChartData(translate(_("there are no values")))
    for one in series:
        places = [at(place) for place, _value in one.points]
        if len(places) > MOST_POINTS:
            raise ChartData(translate(_("there are more than %(count)s values"), count=MOST_POINTS))
        if any(later <= earlier for earlier, later in zip(places, places[1:], strict=False)):
            raise ChartData(translate(_("the places of %(name)s do not rise"), name=one.name))
    for row in fan.points if fan else ():
        levels = [exact(value) for value in row[1:]]
        if any(later < earlier for earlier, later in zip(levels, levels[1:], strict=False)):
            raise ChartData(translate(_("a fan does not contain its median")))


def value_axis(up: Scale, across: Scale, reading: Measure) -> list[Mark]:
    """Grid, ticks at the left, unit above."""
    marks = [label(0.0, 14.0, reading.unit, size=12.0, soft=True)] if reading.unit else []
    for tick in ticks(up.low, up.high):
        marks += [rule(across.start, up(tick), across.end, up(tick)), label(across.start - 8, up(tick) + 4, reading.tick(tick), anchor="end", size=12.0, soft=True)]
    return marks


def place_axis(across: Scale, places: Sequence[Place]) -> list[Mark]:
    """The lower axis: years, months or days as the span needs."""
    marks = [rule(across.start, BOTTOM, across.end, BOTTOM, kind="axis")]
    right = -1e9
    for where, name in place_names(across, places):
        half = text_width(name, 12.0) / 2
        x = min(max(across(where), across.start + half - 30), WIDTH - half)
        marks.append(rule(across(where), BOTTOM, across(where), BOTTOM + 4, kind="axis"))
        if x - half > right + 6:
            marks.append(label(x, BOTTOM + 18, name, anchor="middle", size=12.0, soft=True))
            right = x + half
    return marks


def place_names(across: Scale, places: Sequence[Place]) -> list[tuple[float, str]]:
    """Where the lower axis bears words."""
    if not isinstance(places[0], date):
        return [(tick, f"{tick:g}") for tick in ticks(across.low, across.high) if tick == int(tick)]
    first, last = date.fromordinal(int(across.low)), date.fromordinal(int(across.high))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months < 3:
        return [(at(place), day(place)) for place in sorted({place for place in places if isinstance(place, date)})]
    step = next(size for size in (1, 3, 6, 12, 24, 60, 120, 1200) if months / size <= 7)
    count = first.year * 12 + first.month - 1
    found = []
    for number in range(count - count % step, last.year * 12 + last.month, step):
        start = date(number // 12, number % 12 + 1, 1)
        if first <= start <= last:
            found.append((at(start), month_name(start, whole_years=step >= 12)))
    return found


def month_name(start: date, *, whole_years: bool) -> str:
    """A year, or a month of a year."""
    if whole_years:
        return f"{start.year}年" if current() == "zh" else str(start.year)
    return f"{start.year}-{start.month:02d}"


def fan_marks(fan: Fan | None, across: Scale, up: Scale, reading: Measure) -> list[Mark]:
    """P10 to P90 light, P25 to P75 darker, the median dashed."""
    if not fan:
        return []

    def band(low: int, high: int, opacity: float) -> Mark:
        above = [f"{px(across(at(row[0])))} {px(up(reading.plain(row[high])))}" for row in fan.points]
        below = [f"{px(across(at(row[0])))} {px(up(reading.plain(row[low])))}" for row in reversed(fan.points)]
        return path(f"M{'L'.join(above + below)}Z", fill=PALETTE[0], opacity=opacity, css="f1")

    median = "L".join(f"{px(across(at(row[0])))} {px(up(reading.plain(row[3])))}" for row in fan.points)
    return [band(1, 5, 0.14), band(2, 4, 0.22), path(f"M{median}", stroke=PALETTE[0], dash="6 4", width=1.5, css="s1")]


def target_line(target: Value | None, across: Scale, up: Scale, reading: Measure) -> list[Mark]:
    """The target across the whole picture, named at its left end."""
    if target is None:
        return []
    y = up(reading.plain(target))
    return [
        rule(across.start, y, across.end, y, colour=2, width=1.5, dash="8 4"),
        label(across.start + 6, y - 6, translate(_("Target %(value)s"), value=reading.spoken(target)), size=12.0, colour=2, bold=True),
    ]


def series_marks(one: Series, index: int, across: Scale, up: Scale, reading: Measure) -> list[Mark]:
    """A line that breaks where a value is missing, with dots where there is room."""
    marks, run = [], ""
    dots = len(one.points) <= 40
    for place, value in one.points:
        if value is None:
            run += "|"
            continue
        x, y = across(at(place)), up(reading.plain(value))
        run += f"{'L' if run and not run.endswith('|') else 'M'}{px(x)} {px(y)}"
        if dots or place in one.provisional:
            marks.append(dot(x, y, colour=index + 1, hollow=place in one.provisional))
    drawn = path(run.replace("|", ""), stroke=PALETTE[index], dash=DASHES[index], css=f"s{index + 1}")
    return [drawn, *marks]


def end_labels(series: Sequence[Series], across: Scale, up: Scale, reading: Measure) -> list[Mark]:
    """Names at the line ends up to four series, above the picture beyond."""
    if len(series) == 1:
        return []
    if len(series) > 4:
        marks, x = [], across.start
        for index, one in enumerate(series):
            marks += [rule(x, 10.0, x + 22, 10.0, colour=index % 6 + 1, width=2.0, dash=DASHES[index % 6]), label(x + 27, 14.0, one.name, size=12.0)]
            x += 27 + text_width(one.name, 12.0) + 16
        return marks
    ends = [(up(reading.plain(last_known(one)[1])) + 4, one.name) for one in series]
    colours = {one.name: index + 1 for index, one in enumerate(series)}
    return [label(across.end + 8, y, shortened(name, END_ROOM), colour=colours[name]) for y, name in spread(ends, 16.0, TOP, BOTTOM)]


def last_known(one: Series) -> tuple[Place, Value]:
    """The last point of a line that has a value."""
    for place, value in reversed(one.points):
        if value is not None:
            return place, value
    raise ChartData(translate(_("there are no values")))


def line_summary(series: Sequence[Series], reading: Measure, kind: Kind, target: Value | None, fan: Fan | None) -> str:
    """The last value, its change, and whether or when the target is met."""
    lead = series[0]
    place, value = last_known(lead)
    known = [one for _place, one in lead.points if one is not None]
    said: dict[str, Any] = {"name": lead.name, "when": spoken_place(place), "value": reading.spoken(value)}
    sentence = translate(_("%(name)s: %(value)s at %(when)s."), **said)
    if len(known) > 1:
        sentence = translate(_("%(name)s: %(value)s at %(when)s, %(change)s since the value before."), change=change(reading, kind, known[-2], value), **said)
    return sentence if target is None else f"{sentence} {target_words(lead, target, fan, reading)}".strip()


def change(reading: Measure, kind: Kind, before: Value, after: Value) -> str:
    """The difference of two values with its sign."""
    if isinstance(before, Money) or isinstance(after, Money):
        assert isinstance(before, Money)
        assert isinstance(after, Money)
        difference: Value = after - before
    else:
        difference = exact(after) - exact(before)
    if kind in ("percent", "points") and not isinstance(difference, Money):
        return points(difference)
    said = reading.spoken(difference)
    return f"+{said}" if exact(difference) > 0 else said


def target_words(lead: Series, target: Value, fan: Fan | None, reading: Measure) -> str:
    """When the target is met: already, by the median of the forecast, or not within the picture."""
    goal = reading.spoken(target)
    met = next((place for place, value in lead.points if value is not None and exact(value) >= exact(target)), None)
    if met is not None:
        return translate(_("The target of %(target)s was first met at %(when)s."), target=goal, when=spoken_place(met))
    ahead = next((row[0] for row in (fan.points if fan else ()) if exact(row[3]) >= exact(target)), None)
    if ahead is not None:
        return translate(_("The middle forecast meets the target of %(target)s at %(when)s."), target=goal, when=spoken_place(ahead))
    return translate(_("The target of %(target)s is not met in this picture."), target=goal)


def spoken_place(place: Place) -> str:
    """A day or a number."""
    return day(place) if isinstance(place, date) else str(place)


def line_table(series: Sequence[Series], fan: Fan | None, reading: Measure) -> tuple[tuple[str, ...], ...]:
    """One row for each place, a dash for each gap."""
    columns = [dict(one.points) for one in series]
    ahead = {row[0]: (row[1], row[3], row[5]) for row in (fan.points if fan else ())}
    rows = []
    for place in sorted({*ahead, *(place for column in columns for place in column)}, key=at):
        cells = [column.get(place) for column in columns] + ([*ahead.get(place, (None, None, None))] if fan else [])
        rows.append((spoken_place(place), *("—" if value is None else reading.spoken(value) for value in cells)))
    return tuple(rows)


def sparkline(title: str, values: Sequence[Value | None], *, kind: Kind = "number") -> Figure:
    """A line of 80 by 20 pixels without axes."""
    reading = measure(kind, values)
    plain = checked([None if value is None else reading.plain(value) for value in values])
    known = [value for value in plain if value is not None]
    across = Scale(0.0, max(1.0, len(plain) - 1.0), 2.0, 76.0)
    up = Scale(*roomy(min(known), max(known)), 18.0, 2.0)
    series = Series(title, tuple(enumerate(values)))
    drawn = series_marks(Series(title, tuple(enumerate(values))), 0, across, up, reading)[0]
    last = max(index for index, value in enumerate(plain) if value is not None)
    return Figure(
        "sparkline", title, line_summary([series], reading, kind, None, None), (translate(_("Position")), title), line_table([series], None, reading),
        (drawn, dot(across(float(last)), up(plain[last] or 0.0), 2.0)), width=80.0, height=20.0,
    )  # fmt: skip
