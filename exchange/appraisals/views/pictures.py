"""The pictures of a calculation as figures in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from exchange.core import charts, clock
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.text import _

from ..models import AppraisalVersion
from ..rules.pictures import exact, football, ladder, pictures, tornado


BESIDE = 360.0  # the width of a picture beside a table


def unpack(version: AppraisalVersion) -> tuple[dict[str, Any], dict[str, Any]]:
    """Request and result of a kept calculation."""
    return json.loads(version.request_json), json.loads(version.result_json)


def shown(request: Mapping[str, Any], result: Mapping[str, Any], *, valid_through: date | None = None) -> dict[str, Any]:
    """Everything the results page shows of a calculation."""
    drawn = pictures(request, result, today=clock.today(), valid_through=valid_through)
    return {"asked": request, "result": result, "pictures": drawn, "figures": figures(drawn),
            "cap": exact(result["ltv"]["ltv_cap"], 4)}


def previewed(request: Mapping[str, Any], result: Mapping[str, Any], *, picture: bool) -> dict[str, Any]:
    """What is said beside the table while somebody types: the value at once, the picture only where it is wanted."""
    drawn = {"football": football(request, result), "ladder": ladder(request)}
    data = tornado(result) if picture else None
    return {"pictures": drawn, "figures": {"tornado": _tornado(data, width=BESIDE)} if data else {}, "cap": exact(result["ltv"]["ltv_cap"], 4),
            "picture_later": not picture and bool(result.get("tornado"))}


def tornado_of(request: Mapping[str, Any], result: Mapping[str, Any]) -> charts.Figure | None:
    """What moves the value most, alone."""
    data = pictures(request, result, today=clock.today())["tornado"]
    return _tornado(data) if data else None


def stored(version: AppraisalVersion) -> dict[str, Money]:
    """The kept figures of a version as amounts."""
    return {name: Money(int(version.summary[name])) for name in ("value", "exact", "low", "high", "p05", "p10", "p50", "p90", "p95", "orderly", "forced")}


def figures(drawn: Mapping[str, Any]) -> dict[str, charts.Figure]:
    """Each picture as a figure; one without data says why."""
    made: dict[str, charts.Figure | None] = {
        "football": _football(drawn["football"]), "ladder": _ladder(drawn["ladder"]), "timeline": _timeline(drawn["timeline"]),
    }
    for name, build in (("waterfall", _waterfall), ("tornado", _tornado), ("sobol", _sobol), ("fan", _fan), ("histogram", _histogram), ("radar", _radar)):
        data = drawn["tornado" if name == "sobol" else name]
        if data is not None:
            made[name] = build(data)
    return {name: figure for name, figure in made.items() if figure is not None}


def _waterfall(data: Mapping[str, Any]) -> charts.Figure:
    steps = [(translate(label), delta) for label, delta in data["steps"]]
    return charts.attempt(charts.waterfall, translate(_("From royalties to value")), data["start"], steps, data["end"], kind="money",
                          start_name=translate(_("Royalties of all years")), end_name=translate(_("Value")))


def _football(data: Mapping[str, Any]) -> charts.Figure:
    methods = [charts.Method(translate(label), low, mid, high, weight or None) for label, low, mid, high, weight in data["methods"]]
    return charts.attempt(charts.football, translate(_("Ranges of the methods")), methods, concluded=tuple(data["concluded"]))


def _tornado(data: Mapping[str, Any], *, width: float = charts.WIDTH) -> charts.Figure:
    rows = [(translate(label), low, high) for label, low, high in data["rows"]]
    return charts.attempt(charts.tornado, translate(_("One input at a time")), rows, data["base"], width=width)


def _sobol(data: Mapping[str, Any]) -> charts.Figure | None:
    rows = [row for row in data["table"] if row[6] is not None]
    if not rows:
        return None
    bars = [charts.Row(translate(row[0]), row[6], interval=(max(row[6] - row[7], 0), row[6] + row[7])) for row in rows]
    return charts.attempt(charts.bars, translate(_("Share of the variance, with interactions (Sobol)")), bars, kind="percent", additive=False)


def _fan(data: Mapping[str, Any]) -> charts.Figure:
    points = [tuple(point) for point in data["points"]]
    median = charts.Series(translate(_("Median")), tuple((point[0], point[3]) for point in points))
    inside = [(data["maturity"], translate(_("Loan matures")))] if points[0][0] < data["maturity"] < points[-1][0] else []
    figure = charts.attempt(charts.line, translate(_("What is left of the value")), [median], kind="money", fan=charts.Fan(tuple(points)), breaks=inside)
    return replace(figure, columns=(*figure.columns[:2], "P5", "P50", "P95")) if figure.columns else figure


def _histogram(data: Mapping[str, Any]) -> charts.Figure:
    markers = [(translate(name), value) for name, value in data["markers"]]
    return charts.attempt(charts.histogram, translate(_("Distribution of the value")), [], bins=[tuple(row) for row in data["bins"]], markers=markers)


def _radar(data: Mapping[str, Any]) -> charts.Figure:
    return charts.attempt(charts.radar, translate(_("Indicators")), [translate(axis) for axis in data["axes"]],
                          [(translate(_("This object")), tuple(data["scores"]))])


def _ladder(data: Mapping[str, Any]) -> charts.Figure:
    rows = [charts.Row(translate(label), points) for label, points, _source in data["rows"]]
    return charts.attempt(charts.bars, translate(_("How the discount rate is made up")), rows, kind="percent")


def _timeline(data: Mapping[str, Any]) -> charts.Figure:
    spans = [charts.Span(translate(lane), translate(name), start, end) for lane, name, start, end in data["spans"]]
    events = [charts.Event(translate(lane), translate(name), day) for lane, name, day in data["events"]]
    due = [(translate(name), day) for name, day in data["due"]]
    return charts.attempt(charts.timeline, translate(_("Legal timeline")), spans, events, today=data["today"], due=due)
