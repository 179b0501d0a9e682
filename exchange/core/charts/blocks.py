"""waterfall 瀑布 and tornado 龙卷风: changes from one figure to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from exchange.core.charts.frame import (
    WIDTH,
    ChartData,
    Figure,
    Mark,
    Scale,
    block,
    checked,
    hatch,
    horizontal_axis,
    label,
    roomy,
    rule,
    text_width,
    ticks,
)
from exchange.core.charts.measures import Kind, Measure, Value, exact, measure
from exchange.core.charts.names import WIDEST, column
from exchange.core.charts.rows import ROW
from exchange.core.i18n import points, translate
from exchange.core.money import Money
from exchange.core.text import _


def waterfall(
    title: str, start: Value, steps: Sequence[tuple[str, Value]], end: Value, *, kind: Kind = "count", unit: str = "",
    start_name: str = "", end_name: str = "", source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """From the start through rising and falling blocks to the end, which must be their exact sum."""
    if exact(start) + sum(exact(delta) for _name, delta in steps) != exact(end):
        raise ChartData(translate(_("start and steps do not add up to the end")))
    reading = measure(kind, [start, end, *(delta for _name, delta in steps)], unit=unit)
    levels = [reading.plain(start)]
    for _name, delta in steps:
        levels.append(levels[-1] + reading.plain(delta))
    checked(levels)
    low, high = roomy(min(levels), max(levels), zero=True)
    rows = [(start_name or translate(_("Opening figure")), start), *steps, (end_name or translate(_("Closing figure")), end)]
    names = column(name for name, _value in rows)
    words = [reading.spoken(value) if index in (0, len(rows) - 1) else signed(reading, kind, value) for index, (_name, value) in enumerate(rows)]
    scale = Scale(low, high, names.edge, WIDTH - 14 - max(text_width(said, bold=True) for said in words))
    bottom = 6.0 + ROW * len(rows)
    marks = horizontal_axis(scale, bottom, 6.0, [(tick, reading.tick(tick)) for tick in ticks(low, high)], unit=reading.unit)
    for index, (name, _value) in enumerate(rows):
        y = 6.0 + ROW * (index + 0.5)
        marks += names.marks(y, name)
        if index in (0, len(rows) - 1):
            marks += level_marks(scale, y, levels[0] if index == 0 else levels[-1], words[index])
        else:
            marks += step_marks(scale, y, levels[index - 1], levels[index], words[index])
        if index < len(rows) - 1:
            at = scale(levels[min(index, len(levels) - 1)])
            marks.append(rule(at, y + 9, at, y + ROW - 9, kind="axis"))
    table = tuple((name, said) for (name, _value), said in zip(rows, words, strict=True))
    return Figure(
        "waterfall", title, waterfall_summary(reading, kind, start, steps, end), (translate(_("What")), translate(_("Figure"))), table,
        tuple(marks), height=bottom + 40, unit=reading.unit, source=source, as_of=as_of, facts={"levels": levels},
    )  # fmt: skip


def level_marks(scale: Scale, y: float, level: float, said: str) -> list[Mark]:
    """Start or end: a bar from zero."""
    zero, at = scale(0.0), scale(level)
    return [block(min(zero, at), y - 9, abs(at - zero), 18.0), label(max(zero, at) + 6, y + 4.5, said, bold=True)]


def step_marks(scale: Scale, y: float, before: float, after: float, said: str) -> list[Mark]:
    """One change: plain when it rises, hatched when it falls."""
    left, right = sorted((scale(before), scale(after)))
    falls = after < before
    marks = [block(left, y - 9, right - left, 18.0, colour=2 if falls else 3)]
    if falls:
        marks.append(hatch(left, y - 9, right - left, 18.0))
    return [*marks, label(right + 6, y + 4.5, said)]


def signed(reading: Measure, kind: Kind, value: Value) -> str:
    """A change with its sign; of shares in percentage points."""
    if kind in ("percent", "points") and not isinstance(value, Money):
        return points(value)
    said = reading.spoken(value)
    return f"+{said}" if exact(value) > 0 else said


def waterfall_summary(reading: Measure, kind: Kind, start: Value, steps: Sequence[tuple[str, Value]], end: Value) -> str:
    """From where to where, with the largest plus and minus."""
    said: dict[str, Any] = {"start": reading.spoken(start), "end": reading.spoken(end)}
    plus = max(steps, key=lambda step: exact(step[1]), default=None)
    minus = min(steps, key=lambda step: exact(step[1]), default=None)
    up = "" if plus is None or exact(plus[1]) <= 0 else f"{plus[0]} {signed(reading, kind, plus[1])}"
    down = "" if minus is None or exact(minus[1]) >= 0 else f"{minus[0]} {signed(reading, kind, minus[1])}"
    if up and down:
        return translate(_("From %(start)s to %(end)s; largest rise: %(up)s; largest fall: %(down)s."), up=up, down=down, **said)
    if up or down:
        return translate(_("From %(start)s to %(end)s; largest change: %(change)s."), change=up or down, **said)
    return translate(_("From %(start)s to %(end)s."), **said)


def tornado(
    title: str, rows: Sequence[tuple[str, Value, Value]], base: Value, *, kind: Kind = "money", unit: str = "",
    source: str = "", as_of: date | None = None, width: float = WIDTH,
) -> Figure:  # fmt: skip
    """For each input the result at its low and at its high, around the base line, the widest first; a narrow one fits beside a table."""
    reading = measure(kind, [base, *(value for _name, low, high in rows for value in (low, high))], unit=unit)
    ordered = sorted(rows, key=span, reverse=True)
    plain = [value for value in checked([reading.plain(base), *(reading.plain(one) for _name, low, high in ordered for one in (low, high))]) if value is not None]
    names = column((row[0] for row in ordered), widest=min(WIDEST, width * 0.4))
    room = max(text_width(end_words(value, reading), 11.0) for row in ordered for value in row[1:]) + 10
    scale = Scale(*roomy(min(plain), max(plain)), names.edge + room, width - room)
    middle, top = scale(reading.plain(base)), 24.0
    bottom = top + ROW * len(ordered)
    marks = horizontal_axis(scale, bottom, top, [(tick, reading.tick(tick)) for tick in ticks(scale.low, scale.high, 7 if width >= WIDTH else 4)], unit=reading.unit)
    for index, row in enumerate(ordered):
        y = top + ROW * (index + 0.5)
        marks += [*names.marks(y, row[0]), *tornado_row(row, y, scale, reading, middle)]
    marks.append(rule(middle, top - 6, middle, bottom, kind="ink", width=1.5))
    words = translate(_("Base %(value)s"), value=reading.spoken(base))
    half = text_width(words, 12.0, bold=True) / 2
    marks.append(label(min(max(middle, half), width - half), top - 10, words, anchor="middle", size=12.0, bold=True))
    table = tuple((name, reading.spoken(low), reading.spoken(high)) for name, low, high in ordered)
    return Figure(
        "tornado", title, tornado_summary(ordered, reading), (translate(_("Input")), translate(_("At its low")), translate(_("At its high"))), table,
        tuple(marks), width=width, height=bottom + 40, unit=reading.unit, source=source, as_of=as_of, facts={"base_x": middle, "scale": scale},
    )  # fmt: skip


def span(row: tuple[str, Value, Value]) -> Fraction:
    """How far an input moves the result."""
    return abs(exact(row[2]) - exact(row[1]))


def end_words(value: Value, reading: Measure) -> str:
    """The figure at an end of a half bar."""
    return reading.tick(round(reading.plain(value), 2))


def tornado_row(row: tuple[str, Value, Value], y: float, scale: Scale, reading: Measure, middle: float) -> list[Mark]:
    """Two half bars with their figures; the low one is hatched."""
    _name, low, high = row
    marks: list[Mark] = []
    for value, colour in ((low, 2), (high, 1)):
        at = scale(reading.plain(value))
        left, right = min(at, middle), max(at, middle)
        marks.append(block(left, y - 9, right - left, 18.0, colour=colour))
        if colour == 2:
            marks.append(hatch(left, y - 9, right - left, 18.0))
    return marks + tornado_ends(row, y, scale, reading, middle)


def tornado_ends(row: tuple[str, Value, Value], y: float, scale: Scale, reading: Measure, middle: float) -> list[Mark]:
    """The two figures outside the bar; both on one side stand outside the longer one, the nearer first."""
    places = sorted((scale(reading.plain(value)), end_words(value, reading)) for value in row[1:])
    left, right = [place for place in places if place[0] < middle], [place for place in places if place[0] >= middle]
    marks = [label(at - 5, y + 4, said, anchor="end", size=11.0, soft=True) for at, said in left[:1]]
    return marks + [label(at + 5, y + 4, said, size=11.0, soft=True) for at, said in right[-1:]]


def tornado_summary(rows: Sequence[tuple[str, Value, Value]], reading: Measure) -> str:
    """The input that moves the result most."""
    name, low, high = rows[0]
    return translate(_("%(name)s moves the result most, from %(low)s to %(high)s."), name=name, low=reading.spoken(low), high=reading.spoken(high))
