"""What every chart shares: marks, scales, ticks, labels that do not overlap, refusal of bad data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from exchange.core.charts import widths
from exchange.core.i18n import speaking, translate
from exchange.core.i18n.language import Language
from exchange.core.text import _

WIDTH: Final = 720.0
FONT: Final = 13.0
MOST_POINTS: Final = 2_000
NARROWEST: Final = 1e-9  # a narrower range is one value
PALETTE: Final = ("#0b5c7a", "#b56300", "#1d7a4c", "#a03a84", "#746300", "#5b6470")
DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "4 2", "1 4")
INK, MUTED, LINE, EDGE, PAPER = "#1b2430", "#55606d", "#d5d9de", "#7d8894", "#ffffff"


class ChartData(ValueError):
    """The data cannot be drawn truthfully."""


@dataclass(frozen=True)
class Mark:
    """One SVG element: its name, attributes and text."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart ready to be printed, with its sentence and its table."""

    kind: str
    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[Mark, ...] = ()
    width: float = WIDTH
    height: float = 0.0
    unit: str = ""
    source: str = ""
    as_of: date | None = None
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """An id for the parts of this figure that refer to each other."""
        digest = sum((index + 1) * ord(character) for index, character in enumerate(self.kind + self.title + self.summary))
        return f"{self.kind}-{digest % 1_000_003}"


def attempt(draw: Callable[..., Figure], title: str, *data: Any, strict: bool = False, **options: Any) -> Figure:
    """The figure, or in its place a frame that says why there is none; ``strict`` lets the exception through."""
    try:
        return draw(title, *data, **options)
    except ChartData as reason:
        if strict:
            raise
        return Figure(draw.__name__, title, translate(_("No data")), (), (), reason=str(reason))


def attempt_in(language: Language, draw: Callable[..., Figure], title: str, *data: Any, **options: Any) -> Figure:
    """The figure in one of the two languages, for documents that bear both."""
    with speaking(language):
        return attempt(draw, title, *data, **options)


def renamed(figure: Figure, names: Mapping[str, str]) -> Figure:
    """The figure with other names in its sentence and its table; the picture keeps the drawn ones."""

    def said(text: str) -> str:
        for drawn in sorted(names, key=len, reverse=True):
            text = text.replace(drawn, names[drawn])
        return text

    return replace(figure, summary=said(figure.summary), rows=tuple(tuple(map(said, row)) for row in figure.rows))


def checked(values: Iterable[float | None]) -> list[float | None]:
    """``values`` when they can be drawn: not empty, not too many, none infinite or undefined."""
    found = list(values)
    if not found or all(value is None for value in found):
        raise ChartData(translate(_("there are no values")))
    if len(found) > MOST_POINTS:
        raise ChartData(translate(_("there are more than %(count)s values"), count=MOST_POINTS))
    if any(value is not None and not math.isfinite(value) for value in found):
        raise ChartData(translate(_("a value is not a finite number")))
    return found


@dataclass(frozen=True)
class Scale:
    """A straight map from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        return self.start + (value - self.low) / span * (self.end - self.start)


def step_for(low: float, high: float, most: int = 7) -> float:
    """The smallest of 1, 2, 5 times a power of ten that needs at most ``most`` ticks."""
    raw = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 5.0, 10.0, 20.0):
        step = factor * power
        if math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1 <= most and step >= raw * 0.999:
            return step
    raise AssertionError("one of the steps is long enough")


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers within the range, at most ``most``."""
    step = step_for(low, high, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def roomy(low: float, high: float, *, zero: bool = False) -> tuple[float, float]:
    """A range a little wider than the data, from zero when bars need it, never of no width."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < NARROWEST * max(1.0, abs(low), abs(high)):
        low, high = low - margin(low), high + margin(high)
    step = step_for(low, high)
    bottom = math.floor(low / step + 1e-9) * step
    top = math.ceil(high / step - 1e-9) * step
    return (bottom, top)


def margin(value: float) -> float:
    """The room around a single value."""
    return abs(value) * 0.1 if abs(value) > 1e-6 else 1.0


def px(value: float) -> str:
    """Pixels to a tenth."""
    rounded = round(value, 1) + 0.0
    return f"{rounded:.1f}".removesuffix(".0")


def text_width(text: str, size: float = FONT, *, bold: bool = False) -> float:
    """How wide ``text`` stands, by the advances of the documents' face."""
    return widths.text_width(text, size, bold=bold)


def shortened(text: str, room: float, size: float = FONT) -> str:
    """``text``, cut with an ellipsis where it would leave its room."""
    return widths.shortened(text, room, size)


def attributes(pairs: dict[str, str | float | None]) -> tuple[tuple[str, str], ...]:
    """Attributes in order, numbers as pixels, None left out."""
    return tuple(
        (name.rstrip("_").replace("_", "-"), px(value) if isinstance(value, float | int) else value)
        for name, value in pairs.items()
        if value is not None and value != ""
    )


def label(x: float, y: float, text: str, *, anchor: str = "start", size: float = FONT, colour: int | None = None, soft: bool = False, bold: bool = False) -> Mark:
    """Words at a place; ``colour`` counts from 1."""
    fill = PALETTE[colour - 1] if colour else (MUTED if soft else INK)
    name = f"f{colour}" if colour else ("soft" if soft else None)
    return Mark("text", attributes({
        "x": x, "y": y, "text_anchor": None if anchor == "start" else anchor, "font_size": size,
        "font_weight": "600" if bold else None, "fill": fill, "class_": name,
    }), text)  # fmt: skip


def rule(x1: float, y1: float, x2: float, y2: float, *, kind: str = "gridline", width: float = 1.0, dash: str = "", colour: int | None = None) -> Mark:
    """A straight line."""
    stroke = PALETTE[colour - 1] if colour else {"axis": EDGE, "ink": INK}.get(kind, LINE)
    return Mark("line", attributes({
        "x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke, "stroke_width": width,
        "stroke_dasharray": dash, "class_": f"s{colour}" if colour else kind,
    }))  # fmt: skip


def block(x: float, y: float, width: float, height: float, *, colour: int = 1, hollow: bool = False, opacity: float | None = None, track: bool = False) -> Mark:
    """A filled or hollow bar; never of negative size."""
    if width < -0.05 or height < -0.05:
        raise ChartData("a bar of negative size")
    shape = {"x": x, "y": y, "width": max(width, 0.0), "height": max(height, 0.0)}
    if track:
        return Mark("rect", attributes({**shape, "fill": LINE, "class_": "track"}))
    if hollow:
        return Mark("rect", attributes({**shape, "fill": PAPER, "stroke": PALETTE[colour - 1], "stroke_width": 1.5, "class_": f"paper s{colour}"}))
    return Mark("rect", attributes({**shape, "fill": PALETTE[colour - 1], "fill_opacity": None if opacity is None else f"{opacity:.2f}", "class_": f"f{colour}"}))


def hatch(x: float, y: float, width: float, height: float, *, gap: float = 6.0, rising: bool = True) -> Mark:
    """Slanting strokes of paper over a bar, so that grey prints tell series apart."""
    strokes = []
    offset = gap
    while offset < width + height:
        left, right = max(0.0, offset - height), min(width, offset)
        ends = ((left, offset - left), (right, offset - right)) if rising else ((left, height - offset + left), (right, height - offset + right))
        strokes.append(f"M{px(x + ends[0][0])} {px(y + ends[0][1])}L{px(x + ends[1][0])} {px(y + ends[1][1])}")
        offset += gap
    return path("".join(strokes) or f"M{px(x)} {px(y)}", stroke=PAPER, width=1.4, css="paperstroke")


def path(d: str, *, stroke: str = "none", fill: str = "none", width: float = 2.0, dash: str = "", css: str = "", opacity: float | None = None) -> Mark:
    """A free line or area."""
    return Mark("path", attributes({
        "d": d, "fill": fill, "stroke": stroke, "stroke_width": width if stroke != "none" else None, "stroke_dasharray": dash,
        "fill_opacity": None if opacity is None else f"{opacity:.2f}", "stroke_linejoin": "round" if stroke != "none" else None, "class_": css,
    }))  # fmt: skip


def dot(x: float, y: float, radius: float = 3.0, *, colour: int = 1, hollow: bool = False) -> Mark:
    """A round marker, hollow when its value may still change."""
    return Mark("circle", attributes({
        "cx": x, "cy": y, "r": radius, "fill": PAPER if hollow else PALETTE[colour - 1], "stroke": PALETTE[colour - 1],
        "stroke_width": 1.5, "class_": f"{'paper' if hollow else f'f{colour}'} s{colour}",
    }))  # fmt: skip


def backing(x: float, y: float, width: float) -> Mark:
    """Paper behind words that lines would cross."""
    return Mark("rect", attributes({"x": x - 1, "y": y - 11, "width": width + 2, "height": 14.0, "fill": PAPER, "class_": "paper"}))


def whisker(x1: float, x2: float, y: float, half: float = 5.0) -> list[Mark]:
    """An interval across a horizontal bar."""
    return [
        rule(x1, y, x2, y, kind="ink", width=1.5),
        rule(x1, y - half, x1, y + half, kind="ink", width=1.5),
        rule(x2, y - half, x2, y + half, kind="ink", width=1.5),
    ]


def horizontal_axis(scale: Scale, y: float, top: float, names: Sequence[tuple[float, str]], *, unit: str = "") -> list[Mark]:
    """Grid lines, tick words below and the unit at the end of the axis; a word that would touch its neighbour drops."""
    marks = [rule(scale(value), top, scale(value), y) for value, _name in names]
    marks.append(rule(scale.start, y, scale.end, y, kind="axis"))
    right = -math.inf
    for value, name in names:
        half = text_width(name, 12.0) / 2
        if scale(value) - half > right + 4:
            marks.append(label(scale(value), y + 16, name, anchor="middle", size=12.0, soft=True))
            right = scale(value) + half
    if unit:
        marks.append(label(scale.end, y + 33, unit, anchor="end", size=12.0, soft=True))
    return marks


def spread(places: Sequence[tuple[float, str]], gap: float, low: float, high: float) -> list[tuple[float, str]]:
    """Labels beside the ends of lines, moved apart in order so that none overlaps; those without room drop from the last."""
    kept = list(places)[: max(1, int((high - low) // gap) + 1)]
    order = sorted(range(len(kept)), key=lambda index: kept[index][0])
    positions = [max(low, kept[index][0]) for index in order]
    for index in range(1, len(positions)):
        positions[index] = max(positions[index], positions[index - 1] + gap)
    overflow = positions[-1] - high if positions else 0.0
    if overflow > 0:
        positions[-1] -= overflow
        for index in range(len(positions) - 2, -1, -1):
            positions[index] = min(positions[index], positions[index + 1] - gap)
    return [(positions[rank], kept[index][1]) for rank, index in enumerate(order)]
