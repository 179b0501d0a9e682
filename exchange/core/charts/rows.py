"""bars 条形 and football field 区间对比: one row for each name, from the top down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from exchange.core.charts.frame import (
    WIDTH,
    ChartData,
    Figure,
    Mark,
    Scale,
    block,
    checked,
    dot,
    hatch,
    horizontal_axis,
    label,
    roomy,
    rule,
    text_width,
    ticks,
    whisker,
)
from exchange.core.charts.measures import Kind, Measure, Value, exact, measure
from exchange.core.charts.names import GAP, Column, column
from exchange.core.i18n import count, percent, translate
from exchange.core.money import Money
from exchange.core.text import _

ROW = 30.0


@dataclass(frozen=True)
class Row:
    """One bar: its value, or its parts; how many things it rests on; its interval."""

    name: str
    value: Value | None
    parts: tuple[Value, ...] = ()
    n: int | None = None
    interval: tuple[Value, Value] | None = None
    provisional: bool = False


@dataclass(frozen=True)
class Method:
    """One way of valuing: range, middle and weight."""

    name: str
    low: Value
    mid: Value
    high: Value
    weight: Value | None = None
    concluded: bool = False


def bars(
    title: str, rows: Sequence[Row], *, kind: Kind = "count", unit: str = "", parts: Sequence[str] = (), grouped: bool = False,
    order: Literal["given", "largest"] = "given", additive: bool = True, source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """Horizontal bars from zero; stacked parts must make up their total exactly."""
    if parts:
        check_parts(rows, len(parts), stacked=not grouped)
    values = [value for row in rows for value in (row.value, *row.parts, *(row.interval or ()))]
    reading = measure(kind, values, unit=unit)
    plain = [value for value in checked([None if value is None else reading.plain(value) for value in values]) if value is not None]
    ordered = sorted(rows, key=lambda row: -exact(row.value) if row.value is not None else 0) if order == "largest" else list(rows)
    low, high = roomy(min(plain), max(plain), zero=True)
    names = column(row.name for row in ordered)
    scale = Scale(low, high, names.edge, WIDTH - 16 - room_for_values(ordered, reading))
    height = ROW * (len(parts) * 0.6 + 0.4 if grouped and parts else 1.0)
    top = 26.0 if parts else 6.0
    bottom = top + height * len(ordered)
    marks = [*legend(parts, names.edge, top - 10), *horizontal_axis(scale, bottom, top, [(tick, reading.tick(tick)) for tick in ticks(low, high)], unit=reading.unit)]
    for index, row in enumerate(ordered):
        y = top + height * (index + 0.5)
        marks += names.marks(y, row.name)
        marks += grouped_marks(row, y, height, scale, reading) if grouped and parts else row_marks(row, y, scale, reading)
    marks.append(rule(scale(0.0), top, scale(0.0), bottom, kind="axis"))
    return Figure(
        "bars", title, bars_summary(ordered, reading, additive=additive and kind not in ("percent", "points")), table_heads(parts, ordered), tuple(table_row(row, parts, ordered, reading) for row in ordered),
        tuple(marks), height=bottom + 40, unit=reading.unit, source=source, as_of=as_of,
    )  # fmt: skip


def check_parts(rows: Sequence[Row], wanted: int, *, stacked: bool) -> None:
    """Every row has all its parts, and stacked ones add up."""
    for row in rows:
        if len(row.parts) != wanted:
            raise ChartData(translate(_("%(name)s has %(found)s parts instead of %(wanted)s"), name=row.name, found=len(row.parts), wanted=wanted))
        if stacked and row.value is not None and sum(map(exact, row.parts)) != exact(row.value):
            raise ChartData(translate(_("the parts of %(name)s do not make up its total"), name=row.name))
        if stacked and any(exact(part) < 0 for part in row.parts):
            raise ChartData(translate(_("a part of %(name)s is negative"), name=row.name))


def room_for_values(rows: Sequence[Row], reading: Measure) -> float:
    """How much the widest figure behind a bar needs."""
    return max((text_width(value_words(row, reading)) for row in rows), default=0.0) + 8


def value_words(row: Row, reading: Measure) -> str:
    """The figure behind a bar, with the number of things it rests on."""
    said = "—" if row.value is None else reading.spoken(row.value)
    return f"{said} (n={count(row.n)})" if row.n is not None else said


def row_marks(row: Row, y: float, scale: Scale, reading: Measure) -> list[Mark]:
    """One bar or one stack with its figure and whisker."""
    marks: list[Mark] = []
    zero = scale(0.0)
    at = zero if row.value is None else scale(reading.plain(row.value))
    if row.parts:
        marks, at = stack(row, y, scale, reading)
    elif row.value is not None:
        marks.append(block(min(zero, at), y - 9, abs(at - zero), 18.0, hollow=row.provisional))
    end = max(zero, at)
    if row.interval:
        ends = [scale(reading.plain(value)) for value in row.interval]
        marks += whisker(ends[0], ends[1], y)
        end = max(end, *ends)
    marks.append(label(end + 6, y + 4.5, value_words(row, reading), soft=row.value is None))
    return marks


def stack(row: Row, y: float, scale: Scale, reading: Measure) -> tuple[list[Mark], float]:
    """The parts of one row end to end, told apart by colour and hatch."""
    marks: list[Mark] = []
    x = scale(0.0)
    for index, part in enumerate(row.parts):
        width = scale(reading.plain(part)) - scale(0.0)
        marks.append(block(x, y - 9, width, 18.0, colour=index % 6 + 1))
        if index and width > 2:
            marks.append(hatch(x, y - 9, width, 18.0, gap=6.0 + 2 * index, rising=bool(index % 2)))
        x += width
    return marks, x


def grouped_marks(row: Row, y: float, height: float, scale: Scale, reading: Measure) -> list[Mark]:
    """The parts of one row side by side."""
    marks: list[Mark] = []
    zero, thick = scale(0.0), ROW * 0.5
    top = y - height / 2 + ROW * 0.2
    for index, part in enumerate(row.parts):
        at, place = scale(reading.plain(part)), top + index * ROW * 0.6
        marks.append(block(min(zero, at), place, abs(at - zero), thick, colour=index % 6 + 1))
        if index:
            marks.append(hatch(min(zero, at), place, abs(at - zero), thick, gap=6.0 + 2 * index, rising=bool(index % 2)))
        marks.append(label(max(zero, at) + 6, place + thick - 3, reading.spoken(part), size=12.0))
    return marks


def legend(names: Sequence[str], left: float, y: float) -> list[Mark]:
    """Swatch and word for each part."""
    marks: list[Mark] = []
    needed = sum(17 + text_width(name, 12.0) + 18 for name in names) - 18
    x = max(0.0, min(left, WIDTH - needed))
    for index, name in enumerate(names):
        marks.append(block(x, y - 9, 12.0, 12.0, colour=index % 6 + 1))
        if index:
            marks.append(hatch(x, y - 9, 12.0, 12.0, gap=5.0, rising=bool(index % 2)))
        marks.append(label(x + 17, y + 2, name, size=12.0))
        x += 17 + text_width(name, 12.0) + 18
    return marks


def bars_summary(rows: Sequence[Row], reading: Measure, *, additive: bool) -> str:
    """Largest, smallest and, where adding makes sense, the total."""
    known = [row for row in rows if row.value is not None]
    if not known:
        return translate(_("%(count)s rows compared part by part."), count=len(rows))
    largest = max(known, key=lambda row: exact(row.value or 0))
    smallest = min(known, key=lambda row: exact(row.value or 0))
    said: dict[str, Any] = {"largest": largest.name, "high": reading.spoken(largest.value), "smallest": smallest.name, "low": reading.spoken(smallest.value)}
    if not additive:
        return translate(_("Largest: %(largest)s, %(high)s; smallest: %(smallest)s, %(low)s."), **said)
    return translate(_("Largest: %(largest)s, %(high)s; smallest: %(smallest)s, %(low)s; total %(total)s."), total=reading.spoken(total(known)), **said)


def total(rows: Sequence[Row]) -> Value:
    """The sum of the rows' values in their own kind."""
    first = rows[0].value
    if isinstance(first, Money):
        return Money(sum(row.value.minor for row in rows if isinstance(row.value, Money)), first.currency)
    return sum((exact(row.value or 0) for row in rows), start=exact(0))


def table_heads(parts: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """The head of the table below the picture."""
    heads = (translate(_("Name")), *parts, *((translate(_("Figure")),) if any(row.value is not None for row in rows) else ()))
    heads += (translate(_("Cases")),) if any(row.n is not None for row in rows) else ()
    return (*heads, translate(_("Interval"))) if any(row.interval for row in rows) else heads


def table_row(row: Row, parts: Sequence[str], rows: Sequence[Row], reading: Measure) -> tuple[str, ...]:
    """One row of the table below the picture."""
    cells = (row.name, *(reading.spoken(part) for part in row.parts[: len(parts)]))
    cells += (("—" if row.value is None else reading.spoken(row.value)),) if any(one.value is not None for one in rows) else ()
    cells += (("—" if row.n is None else count(row.n)),) if any(one.n is not None for one in rows) else ()
    if any(one.interval for one in rows):
        cells += ("—" if row.interval is None else f"{reading.spoken(row.interval[0])} – {reading.spoken(row.interval[1])}",)
    return cells


def football(
    title: str, methods: Sequence[Method], *, concluded: tuple[Value, Value, Value], kind: Kind = "money", unit: str = "",
    source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """A floating bar for each method over the band of the concluded range."""
    band = Method(translate(_("Concluded")), *concluded, concluded=True)
    rows = [*methods, band]
    values = [value for row in rows for value in (row.low, row.mid, row.high)]
    reading = measure(kind, values, unit=unit)
    plain = [value for value in checked([reading.plain(value) for value in values]) if value is not None]
    for row in rows:
        if not exact(row.low) <= exact(row.mid) <= exact(row.high):
            raise ChartData(translate(_("%(name)s is not in the order low, middle, high"), name=row.name))
    names = column((row.name for row in rows), below=(weight_line(row) for row in rows))
    scale = Scale(*roomy(min(plain), max(plain)), names.edge, WIDTH - 24)
    top, height = 8.0, 40.0
    bottom = top + height * len(rows)
    marks = [block(scale(reading.plain(band.low)), top, scale(reading.plain(band.high)) - scale(reading.plain(band.low)), bottom - top, colour=2, opacity=0.14)]
    marks += horizontal_axis(scale, bottom, top, [(tick, reading.tick(tick)) for tick in ticks(scale.low, scale.high)], unit=reading.unit)
    middle = scale(reading.plain(band.mid))
    marks.append(rule(middle, top, middle, bottom, colour=2, width=1.5, dash="6 3"))
    for index, row in enumerate(rows):
        marks += football_row(row, top + height * (index + 0.5), scale, reading, names)
    return Figure(
        "football", title, football_summary(methods, band, reading),
        (translate(_("Method")), translate(_("Low")), translate(_("Middle")), translate(_("High")), translate(_("Weight"))),
        tuple((row.name, reading.spoken(row.low), reading.spoken(row.mid), reading.spoken(row.high), weight_words(row)) for row in rows),
        tuple(marks), height=bottom + 40, unit=reading.unit, source=source, as_of=as_of,
    )  # fmt: skip


def weight_line(row: Method) -> str:
    """The weight below a method's name; nothing below the conclusion."""
    return "" if row.weight is None else translate(_("weight %(weight)s"), weight=percent(row.weight))  # type: ignore[arg-type]  # a weight is no money


def football_row(row: Method, y: float, scale: Scale, reading: Measure, names: Column) -> list[Mark]:
    """One method: name and weight, bar, middle and the two ends in figures; the conclusion's bar is hatched."""
    left, mid, right = (scale(reading.plain(value)) for value in (row.low, row.mid, row.high))
    low, high = (reading.tick(round(reading.plain(value), 2)) for value in (row.low, row.high))
    weight, colour = weight_line(row), 2 if row.concluded else 1
    marks = names.marks(y - 6 if weight else y, row.name)
    if weight:
        marks.append(label(names.edge - GAP, y + 14, weight, anchor="end", size=11.0, soft=True))
    marks.append(block(left, y - 8, right - left, 16.0, colour=colour))
    if row.concluded and right - left > 2:
        marks.append(hatch(left, y - 8, right - left, 16.0))
    marks += [rule(mid, y - 11, mid, y + 11, kind="ink", width=2.0), dot(mid, y, 3.5, colour=colour, hollow=True)]
    inside = right - left > text_width(low, 11.0) + text_width(high, 11.0) + 24
    if not inside:
        marks.append(label(min(right + 5, scale.end - text_width(f"{low} – {high}", 11.0)), y - 11, f"{low} – {high}", size=11.0, soft=True))
    else:
        marks += [label(left, y - 11, low, size=11.0, soft=True), label(right, y - 11, high, anchor="end", size=11.0, soft=True)]
    return marks


def weight_words(row: Method) -> str:
    """A weight as a share, a dash for the conclusion."""
    return "—" if row.weight is None else percent(row.weight)  # type: ignore[arg-type]  # a weight is no money


def football_summary(methods: Sequence[Method], band: Method, reading: Measure) -> str:
    """Where all methods overlap, and what was concluded."""
    low = max(methods, key=lambda row: exact(row.low)).low if methods else band.low
    high = min(methods, key=lambda row: exact(row.high)).high if methods else band.high
    said: dict[str, Any] = {"mid": reading.spoken(band.mid), "from": reading.spoken(band.low), "to": reading.spoken(band.high)}
    if exact(low) <= exact(high):
        return translate(_("Concluded %(mid)s (%(from)s to %(to)s); all methods overlap from %(low)s to %(high)s."), low=reading.spoken(low), high=reading.spoken(high), **said)
    return translate(_("Concluded %(mid)s (%(from)s to %(to)s); the methods do not all overlap."), **said)
