"""radar 雷达: a few scores from 0 to 100 on three to ten axes; fewer axes become bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from exchange.core.charts.frame import DASHES, FONT, PALETTE, WIDTH, ChartData, Figure, Mark, dot, label, path, px, rule, shortened
from exchange.core.charts.measures import Value, exact, said
from exchange.core.charts.rows import Row, bars
from exchange.core.charts.widths import parted
from exchange.core.i18n import translate
from exchange.core.text import _

MIDDLE, RADIUS = (WIDTH / 2, 186.0), 132.0
Profile = tuple[str, Sequence[Value]]


def radar(title: str, axes: Sequence[str], series: Sequence[Profile], *, source: str = "", as_of: date | None = None) -> Figure:
    """Polygons over labelled rings."""
    check_profiles(axes, series)
    if len(axes) < 3:
        rows = [Row(axis, scores[index] if len(series) == 1 else None, tuple(values[index] for _name, values in series) if len(series) > 1 else ()) for index, axis in enumerate(axes) for scores in (series[0][1],)]
        return bars(title, rows, kind="number", parts=[name for name, _values in series] if len(series) > 1 else (), grouped=True, source=source, as_of=as_of)
    marks = [*rings(len(axes)), *axis_words(axes)]
    for index, (name, values) in enumerate(series):
        marks += polygon(values, index)
        marks += [rule(0.0, 10.0 + 20 * index, 26.0, 10.0 + 20 * index, colour=index + 1, width=2.0, dash=DASHES[index]), label(32.0, 14.0 + 20 * index, shortened(name, 190.0))]
    table = tuple((axis, *(said(values[place]) for _name, values in series)) for place, axis in enumerate(axes))
    return Figure(
        "radar", title, radar_summary(axes, series[0]), (translate(_("Axis")), *(name for name, _values in series)), table,
        tuple(marks), height=372.0, source=source, as_of=as_of,
    )  # fmt: skip


def check_profiles(axes: Sequence[str], series: Sequence[Profile]) -> None:
    """One to three series, at most ten axes, each score from 0 to 100."""
    if not axes or not series:
        raise ChartData(translate(_("there are no values")))
    if len(axes) > 10 or len(series) > 3:
        raise ChartData(translate(_("a radar has at most ten axes and three series")))
    for name, values in series:
        if len(values) != len(axes):
            raise ChartData(translate(_("%(name)s has %(found)s parts instead of %(wanted)s"), name=name, found=len(values), wanted=len(axes)))
        if not all(math.isfinite(float(exact(value))) and 0 <= exact(value) <= 100 for value in values):
            raise ChartData(translate(_("a score of %(name)s lies outside 0 to 100"), name=name))


def spot(index: int, count: int, share: float) -> tuple[float, float]:
    """Where a share of an axis lies; the first axis points up."""
    angle = 2 * math.pi * index / count - math.pi / 2
    return MIDDLE[0] + RADIUS * share * math.cos(angle), MIDDLE[1] + RADIUS * share * math.sin(angle)


def outline(shares: Sequence[float]) -> str:
    """A closed path through one share on each axis."""
    places = (spot(index, len(shares), share) for index, share in enumerate(shares))
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in places) + "Z"


def rings(count: int) -> list[Mark]:
    """Four rings with their figures and the spokes."""
    marks = [path(outline([level / 100] * count), stroke="#d5d9de", width=1.0, css="gridline") for level in (25, 50, 75, 100)]
    marks += [rule(*MIDDLE, *spot(index, count, 1.0)) for index in range(count)]
    return marks + [label(MIDDLE[0] + 4, MIDDLE[1] - RADIUS * level / 100 + 12, str(level), size=11.0, soft=True) for level in (50, 100)]


def axis_words(axes: Sequence[str]) -> list[Mark]:
    """The name of each axis outside its end."""
    marks = []
    for index, axis in enumerate(axes):
        x, y = spot(index, len(axes), 1.1)
        anchor = "middle" if abs(x - MIDDLE[0]) < 20 else ("start" if x > MIDDLE[0] else "end")
        room = x if anchor == "end" else (WIDTH / 2 if anchor == "middle" else WIDTH - x)
        lines = parted(axis, room - 4, FONT)
        first = y + (10 if y > MIDDLE[1] + 20 else 2) - (15 * (len(lines) - 1) if y < MIDDLE[1] - 20 else 0)
        marks += [label(x, first + 15 * place, words, anchor=anchor) for place, words in enumerate(lines)]
    return marks


def polygon(values: Sequence[Value], index: int) -> list[Mark]:
    """One profile: area, outline and corners."""
    shares = [float(exact(value)) / 100 for value in values]
    drawn = path(outline(shares), stroke=PALETTE[index], fill=PALETTE[index], dash=DASHES[index], opacity=0.1, css=f"s{index + 1} f{index + 1}")
    return [drawn, *(dot(*spot(place, len(shares), share), colour=index + 1, hollow=index > 0) for place, share in enumerate(shares))]


def radar_summary(axes: Sequence[str], lead: Profile) -> str:
    """Best and weakest axis of the first profile."""
    name, values = lead
    best = max(range(len(axes)), key=lambda index: exact(values[index]))
    weakest = min(range(len(axes)), key=lambda index: exact(values[index]))
    return translate(
        _("%(name)s is strongest in %(best)s (%(high)s) and weakest in %(weakest)s (%(low)s)."),
        name=name, best=axes[best], high=said(values[best]), weakest=axes[weakest], low=said(values[weakest]),
    )  # fmt: skip
