"""histogram 直方图: how often which values, by Freedman and Diaconis, with its markers."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Any

from exchange.core.charts.frame import (
    NARROWEST,
    WIDTH,
    ChartData,
    Figure,
    Mark,
    Scale,
    backing,
    block,
    checked,
    label,
    margin,
    roomy,
    rule,
    text_width,
    ticks,
)
from exchange.core.charts.measures import Kind, Measure, Value, exact, measure
from exchange.core.charts.names import axis_room
from exchange.core.i18n import count, percent, translate
from exchange.core.text import _

TOP, BOTTOM = 58.0, 250.0
FEWEST, MOST = 10, 60
MOST_SAMPLES = 1_000_000
Bin = tuple[Value, Value, int]


def histogram(
    title: str, samples: Sequence[Value] = (), *, bins: Sequence[Bin] = (), markers: Sequence[tuple[str, Value]] = (), kind: Kind = "money",
    unit: str = "", source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """Bars of counts over touching bins, ready-made or made here; the counts sum to the number of samples."""
    given = [*samples, *(edge for low, high, _number in bins for edge in (low, high)), *(value for _name, value in markers)]
    reading = measure(kind, given, unit=unit)
    drawn = plain_bins(bins, reading) if bins else binned([reading.plain(value) for value in samples])
    n = sum(number for _low, _high, number in drawn)
    marked = [(name, reading.plain(value), value) for name, value in markers]
    low, high = min([drawn[0][0], *(x for _name, x, _value in marked)]), max([drawn[-1][1], *(x for _name, x, _value in marked)])
    up = Scale(*roomy(0.0, float(max(number for _low, _high, number in drawn)), zero=True), BOTTOM, TOP)
    across = Scale(*roomy(low, high), axis_room([reading.tick(tick) for tick in ticks(up.low, up.high, 5)]), WIDTH - 20)
    marks = [*axes(across, up, reading), *(block(across(left), up(float(number)), max(across(right) - across(left) - 0.6, 0.2), BOTTOM - up(float(number)), opacity=0.8) for left, right, number in drawn)]
    marks += [*marker_marks(marked, across, reading), rule(across.start, BOTTOM, WIDTH - 20, BOTTOM, kind="axis")]
    rows = tuple((f"{reading.tick(round(left, 2))} – {reading.tick(round(right, 2))}", count(number)) for left, right, number in drawn)
    return Figure(
        "histogram", title, histogram_summary(samples, drawn, marked, reading, n), (reading.unit or translate(_("Figure")), translate(_("How often"))), rows,
        tuple(marks), height=BOTTOM + 44, unit=reading.unit, source=source, as_of=as_of, facts={"n": n, "bins": drawn},
    )  # fmt: skip


def plain_bins(bins: Sequence[Bin], reading: Measure) -> list[tuple[float, float, int]]:
    """Ready-made bins when they touch, rise and count."""
    drawn = [(reading.plain(low), reading.plain(high), number) for low, high, number in bins]
    checked([edge for low, high, _number in drawn for edge in (low, high)])
    if any(high <= low or number < 0 for low, high, number in drawn) or any(one[1] != other[0] for one, other in zip(drawn, drawn[1:], strict=False)):
        raise ChartData(translate(_("the bins do not touch and rise")))
    if not sum(number for _low, _high, number in drawn):
        raise ChartData(translate(_("there are no values")))
    return drawn


def binned(values: list[float]) -> list[tuple[float, float, int]]:
    """Ten to sixty equal bins."""
    if not values:
        raise ChartData(translate(_("there are no values")))
    if len(values) > MOST_SAMPLES or not all(map(math.isfinite, values)):
        raise ChartData(translate(_("a value is not a finite number")))
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    if high - low < NARROWEST * max(1.0, abs(low), abs(high)):
        low, high = low - margin(low) / 2, high + margin(high) / 2
    number = bin_count(ordered, low, high)
    edges = [low + (high - low) * index / number for index in range(number)] + [high]
    places = [0, *(bisect_right(ordered, edge) for edge in edges[1:-1]), len(ordered)]
    return [(edges[index], edges[index + 1], places[index + 1] - places[index]) for index in range(number)]


def bin_count(ordered: list[float], low: float, high: float) -> int:
    """The range over twice the interquartile range by the cube root of n, within ten to sixty."""
    size = len(ordered)
    spread = ordered[(3 * size) // 4 if size > 1 else 0] - ordered[size // 4]
    width = 2 * spread / size ** (1 / 3)
    return FEWEST if width <= 0 else min(MOST, max(FEWEST, math.ceil((high - low) / width)))


def axes(across: Scale, up: Scale, reading: Measure) -> list[Mark]:
    """Counts at the left, values below, the unit at the right end."""
    marks = []
    for tick in ticks(up.low, up.high, 5):
        marks += [rule(across.start, up(tick), across.end, up(tick)), label(across.start - 8, up(tick) + 4, reading.tick(tick), anchor="end", size=12.0, soft=True)]
    for tick in ticks(across.low, across.high):
        marks += [rule(across(tick), BOTTOM, across(tick), BOTTOM + 4, kind="axis"), label(across(tick), BOTTOM + 18, reading.tick(tick), anchor="middle", size=12.0, soft=True)]
    return [*marks, label(across.end, BOTTOM + 36, reading.unit, anchor="end", size=12.0, soft=True)]


def marker_marks(markers: Sequence[tuple[str, float, Value]], across: Scale, reading: Measure) -> list[Mark]:
    """Dashed lines with their words in up to three rows; what finds no room drops."""
    lines: list[Mark] = []
    words_above: list[Mark] = []
    taken = [-1e9, -1e9, -1e9]
    for name, x, value in sorted(markers, key=lambda marker: marker[1]):
        words, place = f"{name} {reading.spoken(value)}", across(x)
        width = text_width(words, 12.0, bold=True)
        start = min(place + 4, WIDTH - width)
        row = next((row for row in range(3) if taken[row] + 8 < start), None)
        y = 14.0 + 16 * (row or 0)
        lines.append(rule(place, y - 8, place, BOTTOM, colour=2, width=1.5, dash="5 3"))
        if row is not None:
            words_above += [backing(start, y, width), label(start, y, words, size=12.0, colour=2, bold=True)]
            taken[row] = start + width
    return lines + words_above


def histogram_summary(samples: Sequence[Value], drawn: Sequence[tuple[float, float, int]], markers: Sequence[tuple[str, float, Value]], reading: Measure, n: int) -> str:
    """How many values, and which share lies below the last marker named exposure or the first."""
    values = f"{reading.tick(round(drawn[0][0], 2))} – {reading.tick(round(drawn[-1][1], 2))} {reading.unit}".rstrip()
    sentence = translate(_("%(count)s values in the range %(range)s."), count=count(n), range=values)
    if not markers:
        return sentence
    name, x, value = markers[-1]
    below = sum(exact(one) < exact(value) for one in samples) if samples else sum(number for _low, right, number in drawn if right <= x)
    said: dict[str, Any] = {"share": percent(below / n), "name": name, "value": reading.spoken(value)}
    return sentence + (" " if sentence.endswith(".") else "") + translate(_("%(share)s lie below %(name)s (%(value)s)."), **said)
