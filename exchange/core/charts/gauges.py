"""gauge 目标表: where a figure stands between its base and its target."""

from __future__ import annotations

from datetime import date

from exchange.core.charts.frame import (
    WIDTH,
    Figure,
    Mark,
    Scale,
    block,
    checked,
    horizontal_axis,
    label,
    path,
    px,
    roomy,
    rule,
    text_width,
    ticks,
    whisker,
)
from exchange.core.charts.measures import Kind, Measure, Value, exact, measure
from exchange.core.i18n import points, translate
from exchange.core.text import _

TOP, BAR = 40.0, 26.0


def gauge(
    title: str, value: Value, *, base: Value | None = None, target: Value | None = None, interval: tuple[Value, Value] | None = None,
    kind: Kind = "percent", unit: str = "", gap_words: str = "", source: str = "", as_of: date | None = None,
) -> Figure:  # fmt: skip
    """A bar with the marks of base and target and the whisker of its interval; every mark lies inside the scale."""
    given = [value, base, target, *(interval or ())]
    reading = measure(kind, given, unit=unit)
    plain = checked([None if one is None else reading.plain(one) for one in given])
    known = [one for one in plain if one is not None]
    low, high = roomy(min(known), max(known), zero=True)
    scale = Scale(low, max(high, 100.0) if kind == "percent" and high > 40 else high, 12.0, WIDTH - 12)
    marks = [*bar_marks(scale, reading, value), *target_marks(scale, reading, base, target)]
    if interval:
        marks += whisker(scale(reading.plain(interval[0])), scale(reading.plain(interval[1])), TOP + BAR / 2)
    rows = (
        (translate(_("Present figure")), reading.spoken(value)),
        *(((translate(_("Base")), reading.spoken(base)),) if base is not None else ()),
        *(((translate(_("Target")), reading.spoken(target)),) if target is not None else ()),
        *(((translate(_("Interval")), f"{reading.spoken(interval[0])} – {reading.spoken(interval[1])}"),) if interval else ()),
    )
    return Figure(
        "gauge", title, gauge_summary(reading, kind, value, target, gap_words), (translate(_("What")), translate(_("Figure"))), rows,
        tuple(marks), height=132.0, unit=reading.unit, source=source, as_of=as_of, facts={"scale": scale},
    )  # fmt: skip


def bar_marks(scale: Scale, reading: Measure, value: Value) -> list[Mark]:
    """The track, the axis and the bar with its figure."""
    names = [(tick, reading.tick(tick)) for tick in ticks(scale.low, scale.high)]
    at, zero = scale(reading.plain(value)), scale(0.0)
    said = reading.spoken(value)
    inside = at - zero > text_width(said, 16.0, bold=True) + 24
    return [
        *horizontal_axis(scale, TOP + BAR + 14, TOP + BAR, names, unit=reading.unit),
        block(scale.start, TOP, scale.end - scale.start, BAR, track=True),
        block(min(at, zero), TOP, abs(at - zero), BAR),
        Mark("text", (
            ("x", px(zero + 10 if inside else at + 8)), ("y", px(TOP + BAR / 2 + 5.5)), ("font-size", "16"), ("font-weight", "600"),
            ("fill", "#ffffff" if inside else "#1b2430"), ("class", "onbar" if inside else "inkfill"),
        ), said),
    ]  # fmt: skip


def target_marks(scale: Scale, reading: Measure, base: Value | None, target: Value | None) -> list[Mark]:
    """The base below its word at the left, the target above at its own place with a pointer."""
    marks: list[Mark] = []
    if base is not None:
        x = scale(reading.plain(base))
        marks.append(rule(x, TOP - 4, x, TOP + BAR + 4, kind="ink", width=1.5, dash="3 3"))
        words = translate(_("Base %(value)s"), value=reading.spoken(base))
        right = target is None or reading.plain(target) > reading.plain(base)
        marks.append(label(x - 5 if right else x + 5, TOP - 9, words, anchor="end" if right else "start", size=12.0, soft=True))
    if target is not None:
        x = scale(reading.plain(target))
        marks.append(rule(x, TOP - 6, x, TOP + BAR + 6, colour=2, width=2.5))
        marks.append(path(f"M{px(x - 5)} {px(TOP - 13)}h10l-5 7z", fill="#b56300", css="f2"))
        words = translate(_("Target %(value)s"), value=reading.spoken(target))
        room = scale.end - x
        start = room > text_width(words, 13.0, bold=True) + 10
        marks.append(label(x + 9 if start else x - 9, TOP - 9, words, anchor="start" if start else "end", colour=2, bold=True))
    return marks


def gauge_summary(reading: Measure, kind: Kind, value: Value, target: Value | None, gap_words: str) -> str:
    """The value and how far it is from the target; met is judged on the exact figures, never on the printed ones."""
    said = reading.spoken(value)
    if target is None:
        return translate(_("It stands at %(value)s."), value=said)
    goal, gap = reading.spoken(target), exact(target) - exact(value)
    if gap <= 0:
        return translate(_("It stands at %(value)s; the target of %(target)s is met."), value=said, target=goal)
    size = points(gap).lstrip("+") if kind == "percent" else reading.spoken(target - value)  # type: ignore[operator]  # both are of one kind
    if gap_words:
        return translate(_("It stands at %(value)s, %(gap)s below the target of %(target)s; %(words)s."), value=said, gap=size, target=goal, words=gap_words)
    return translate(_("It stands at %(value)s, %(gap)s below the target of %(target)s."), value=said, gap=size, target=goal)
