"""timeline 时间轴: lanes of spans and events with today and the dates that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exchange.core.charts.frame import WIDTH, ChartData, Figure, Mark, Scale, backing, block, dot, hatch, label, rule, text_width
from exchange.core.charts.lines import at, place_names
from exchange.core.charts.names import Column, column
from exchange.core.i18n import day, translate
from exchange.core.text import _

LANE, TOP = 38.0, 30.0


@dataclass(frozen=True)
class Span:
    """A stretch of time in a lane; one not yet certain is hatched."""

    lane: str
    name: str
    start: date
    end: date
    certain: bool = True


@dataclass(frozen=True)
class Event:
    """Something on one day in a lane; hollow while it lies ahead."""

    lane: str
    name: str
    at: date


def timeline(
    title: str, spans: Sequence[Span], events: Sequence[Event] = (), *, today: date, due: Sequence[tuple[str, date]] = (),
    axis: tuple[date, date] | None = None, source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """One lane for each name; nothing may lie outside the axis."""
    days = [*(edge for span in spans for edge in (span.start, span.end)), *(event.at for event in events), *(when for _name, when in due)]
    if not days:
        raise ChartData(translate(_("there are no values")))
    if any(span.end < span.start for span in spans):
        raise ChartData(translate(_("a span ends before it begins")))
    first, last = axis or (min([*days, today]), max([*days, today]))
    if min(days) < first or max(days) > last:
        raise ChartData(translate(_("an event lies outside the axis")))
    lanes = list(dict.fromkeys([*(span.lane for span in spans), *(event.lane for event in events)]))
    names = column(lanes, widest=220.0)
    scale = Scale(at(first), max(at(last), at(first) + 1), names.edge, WIDTH - 40)
    bottom = TOP + LANE * max(1, len(lanes))
    marks = [*day_axis(scale, bottom, [first, last]), *lines_of_days(scale, bottom, today, due), *lane_marks(lanes, spans, events, scale, today, names=names)]
    return Figure(
        "timeline", title, timeline_summary(events, due, spans, today), (translate(_("Lane")), translate(_("What")), translate(_("Begins")), translate(_("Ends"))),
        timeline_table(spans, events, due), tuple(marks), height=bottom + 30, source=source, as_of=as_of, facts={"scale": scale},
    )  # fmt: skip


def day_axis(scale: Scale, bottom: float, edges: list[date]) -> list[Mark]:
    """The axis below the lanes, true to scale."""
    marks = [rule(scale.start, bottom, scale.end, bottom, kind="axis")]
    right = -1e9
    for where, name in place_names(scale, edges):
        half = text_width(name, 12.0) / 2
        marks.append(rule(scale(where), TOP, scale(where), bottom + 4))
        if scale(where) - half > right + 6:
            marks.append(label(scale(where), bottom + 18, name, anchor="middle", size=12.0, soft=True))
            right = scale(where) + half
    return marks


def lane_marks(lanes: Sequence[str], spans: Sequence[Span], events: Sequence[Event], scale: Scale, today: date, *, names: Column) -> list[Mark]:
    """Name, spans and events of every lane."""
    marks: list[Mark] = []
    for index, lane in enumerate(lanes):
        y = TOP + LANE * (index + 0.5)
        marks += names.marks(y, lane)
        for span in (span for span in spans if span.lane == lane):
            marks += span_marks(span, y, scale, index)
        taken = -1e9
        for event in sorted((event for event in events if event.lane == lane), key=lambda event: event.at):
            x = scale(at(event.at))
            marks.append(dot(x, y, 4.5, colour=index % 6 + 1, hollow=event.at > today))
            width = text_width(event.name, 11.0)
            start = max(names.edge, min(x - width / 2, WIDTH - width))
            if start > taken + 4:
                marks += [backing(start, y - 9, width), label(start, y - 9, event.name, size=11.0, soft=True)]
                taken = start + width
    return marks


def span_marks(span: Span, y: float, scale: Scale, index: int) -> list[Mark]:
    """A bar with its name inside when there is room."""
    left, right = scale(at(span.start)), scale(at(span.end))
    marks = [block(left, y - 7, right - left, 14.0, colour=index % 6 + 1, opacity=0.85)]
    if not span.certain:
        marks.append(hatch(left, y - 7, right - left, 14.0))
    if text_width(span.name, 11.0) < right - left - 8 and span.certain:
        marks.append(Mark("text", (("x", f"{left + 5:.1f}"), ("y", f"{y + 4:.1f}"), ("font-size", "11"), ("fill", "#ffffff"), ("class", "onbar")), span.name))
    return marks


def lines_of_days(scale: Scale, bottom: float, today: date, due: Sequence[tuple[str, date]]) -> list[Mark]:
    """Today in ink, due days dashed; names in a row above that never overlap."""
    marks: list[Mark] = []
    taken = -1e9
    for name, when, colour in sorted([(translate(_("today")), today, 0), *((name, when, 2) for name, when in due)], key=lambda line: line[1]):
        if not scale.low <= at(when) <= scale.high:
            continue
        x = scale(at(when))
        marks.append(rule(x, 18.0, x, bottom, kind="ink", width=1.5) if not colour else rule(x, 18.0, x, bottom, colour=2, width=1.5, dash="5 3"))
        half = text_width(name, 12.0, bold=True) / 2
        place = min(max(x, half), WIDTH - half)
        if place - half > taken + 4:
            marks.append(label(place, 13.0, name, anchor="middle", size=12.0, colour=colour or None, bold=True))
            taken = place + half
    return marks


def timeline_summary(events: Sequence[Event], due: Sequence[tuple[str, date]], spans: Sequence[Span], today: date) -> str:
    """What comes next."""
    ahead = [(event.at, event.name) for event in events if event.at >= today] + [(when, name) for name, when in due if when >= today]
    ahead += [(span.start, span.name) for span in spans if span.start >= today]
    if not ahead:
        return translate(_("Nothing lies ahead on this line."))
    when, name = min(ahead)
    return translate(_("Next: %(name)s on %(when)s."), name=name, when=when)


def timeline_table(spans: Sequence[Span], events: Sequence[Event], due: Sequence[tuple[str, date]]) -> tuple[tuple[str, ...], ...]:
    """Everything in the order of time."""
    rows = [(span.start, (span.lane, span.name, day(span.start), day(span.end))) for span in spans]
    rows += [(event.at, (event.lane, event.name, day(event.at), "—")) for event in events]
    rows += [(when, (translate(_("Due line")), name, day(when), "—")) for name, when in due]
    return tuple(row for _when, row in sorted(rows, key=lambda row: row[0]))
