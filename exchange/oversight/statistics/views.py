"""Pages of statistics: the dashboard, the rows behind a figure, open data, snapshots."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Response, make_response

from exchange.core import charts, clock
from exchange.core.access import SUPERVISOR, Actor, permit
from exchange.core.i18n import translate
from exchange.core.text import Text, _
from exchange.core.web import Room, back_to, page, redirect_to
from exchange.oversight.statistics import operations, queries, rules
from exchange.oversight.statistics.models import Snapshot
from exchange.oversight.statistics.rules import DEFINITIONS, DIMENSIONS, Cell, Figure
from exchange.oversight.statistics.schemas import FigureQuery, ReasonShape, SnapshotShape

BASE, TARGET = Fraction(60, 100), Fraction(65, 100)
DRILL = permit("statistics:drill", SUPERVISOR)

room = Room("statistics", __name__)


def gauge_of(found: Figure, on: date, title: str) -> charts.Figure:
    """The rate between base and target with the gap in patents."""
    assert found.rate is not None  # the caller asks only where something is counted
    low, high = rules.wilson(found.converted, found.total)
    short = found.short_of(TARGET)
    return charts.gauge(
        title, found.rate, base=BASE, target=TARGET, interval=(Fraction(low), Fraction(high)), as_of=on,
        gap_words=translate(_("%(number)s patents short"), number=short) if short else translate(_("target met")))


def trend_of(title: str, points: list[tuple[date, Figure]], on: date) -> charts.Figure:
    """The rate at each month's end."""
    shown = tuple((day, found.rate) for day, found in points if found.total)
    return charts.line(
        title, [charts.Series(translate(_("Rate")), shown)], target=TARGET, as_of=on)


def bars_of(title: str, cells: list[Cell], dimension: str, on: date) -> charts.Figure:
    """The rate of each value that may be shown."""
    rows = [
        charts.Row(queries.label_of(dimension, cell.value), cell.figure.rate, n=cell.figure.total) for cell in cells
        if not cell.suppressed and cell.figure.total]
    return charts.bars(title, rows, kind="percent", additive=False, order="largest", as_of=on)


@room.page("/statistics", public="published figures are for everybody", query=FigureQuery)
def dashboard(data: dict[str, Any], actor: Actor | None) -> str:
    """Rate, numerator, denominator, definition, base, target, gap, trend and parts."""
    on, definition = queries.day_of(data), queries.definition(data["indicator"])
    found = queries.figure(definition.code, on=on, floor=data["floor"])
    cells = queries.cells_for(data, actor, on)
    return page(
        "statistics/dashboard.html", definition=definition, found=found, on=on, data=data, cells=cells, short=found.short_of(TARGET),
        gauge=gauge_of(found, on, translate(definition.name)) if found.total else None,
        trend=charts.attempt(trend_of, translate(_("Rate by month")), queries.series(definition.code, until=on, floor=data["floor"]), on) if found.total else None,
        parts=charts.attempt(bars_of, translate(DIMENSIONS[data["by"]]), cells, data["by"], on) if found.total else None, by_floor=queries.by_floor(definition.code, on=on),
        definitions=DEFINITIONS, dimensions=DIMENSIONS, label_of=queries.label_of, base=BASE, target=TARGET,
        snapshots=queries.snapshots(actor)[:5], may_drill=actor is not None and SUPERVISOR.fits_role(actor))


@room.page("/statistics/patents", DRILL, query=FigureQuery)
def drill_down(data: dict[str, Any], actor: Actor) -> str:
    """The patents behind a figure with the evidence that counts each."""
    on, filters = queries.day_of(data), queries.filters_of(data)
    operations.note_figure_read(actor, indicator=data["indicator"], on=on, filters=filters)
    rows = queries.drill_down(data["indicator"], on=on, floor=data["floor"], only=data["only"], **filters)
    return page(
        "statistics/patents.html", definition=queries.definition(data["indicator"]), rows=rows, on=on, data=data, filters=filters,
        label_of=queries.label_of, dimensions=DIMENSIONS, found=queries.figure(data["indicator"], on=on, floor=data["floor"], **filters))


@room.page("/statistics/figure.json", public="open data", query=FigureQuery)
def figure_json(data: dict[str, Any], actor: Actor | None) -> Response:
    """The figure and its parts as JSON."""
    on = queries.day_of(data)
    answer = make_response(json.dumps({"records": queries.records(data, actor, on), "licence": "CC BY 4.0"}, ensure_ascii=False))
    answer.mimetype = "application/json"
    return answer


@room.page("/statistics/figure.csv", public="open data", query=FigureQuery)
def figure_csv(data: dict[str, Any], actor: Actor | None) -> Response:
    """The figure and its parts as CSV, UTF-8 with BOM."""
    on = queries.day_of(data)
    rows = queries.records(data, actor, on)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    answer = make_response("\ufeff" + text.getvalue())
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="zhirong-{data["indicator"]}-{on}.csv"'
    return answer


@room.page("/statistics/definitions", public="definitions stand beside every figure")
def definitions(actor: Actor | None) -> str:
    """Every indicator with its text, switches and hash."""
    return page("statistics/definitions.html", definitions=DEFINITIONS)


@room.page("/statistics/snapshots", public="what was published stays readable")
def list_snapshots(actor: Actor | None) -> str:
    """The published figures, newest first."""
    return page("statistics/snapshots.html", snapshots=queries.snapshots(actor), definitions=DEFINITIONS)


@room.form("/statistics/snapshots/new", "snapshot:draft", shape=SnapshotShape, template="statistics/new_snapshot.html",
           context=lambda actor: {"definitions": DEFINITIONS}, initial=lambda actor: {"as_of": clock.today().isoformat(), "definition": "conversion_any"})
def draft_snapshot(data: dict[str, Any], actor: Actor) -> Any:
    """Freeze a figure."""
    return back_to(operations.draft_snapshot(actor=actor, **data), _("The figure was frozen as a draft."))


@room.page("/statistics/snapshots/<id>", public="what was published stays readable", thing=Snapshot, home=True)
def show_snapshot(thing: Snapshot, actor: Actor | None) -> str:
    """One snapshot with its counts and hashes."""
    return page("statistics/snapshot.html", snapshot=thing, definition=DEFINITIONS[thing.definition])


@room.post("/statistics/snapshots/<id>/propose", "snapshot:propose", thing=Snapshot)
def propose_snapshot(thing: Snapshot, actor: Actor) -> Any:
    """Propose."""
    operations.propose_snapshot(thing, actor=actor)
    return back_to(thing, _("Proposed; a publisher decides."))


@room.post("/statistics/snapshots/<id>/publish", "snapshot:publish", thing=Snapshot)
def publish_snapshot(thing: Snapshot, actor: Actor) -> Any:
    """Publish."""
    operations.publish_snapshot(thing, actor=actor)
    return back_to(thing, _("Published."))


def about(verb: str, label: Text) -> Any:
    """What the form of a reason shows."""
    return lambda thing, actor: {"snapshot": thing, "verb": verb, "label": label}


@room.form("/statistics/snapshots/<id>/reject", "snapshot:reject", thing=Snapshot, shape=ReasonShape, template="statistics/reason.html", context=about("reject", _("Reject")))
def reject_snapshot(thing: Snapshot, data: dict[str, Any], actor: Actor) -> Any:
    """Turn down."""
    operations.reject_snapshot(thing, actor=actor, **data)
    return back_to(thing, _("Rejected."))


@room.form("/statistics/snapshots/<id>/retract", "snapshot:retract", thing=Snapshot, shape=ReasonShape, template="statistics/reason.html", context=about("retract", _("Retract")))
def retract_snapshot(thing: Snapshot, data: dict[str, Any], actor: Actor) -> Any:
    """Retract."""
    operations.retract_snapshot(thing, actor=actor, **data)
    return back_to(thing, _("Retracted; it stays readable."))


@room.form("/statistics/snapshots/<id>/supersede", "snapshot:supersede", thing=Snapshot, shape=ReasonShape, template="statistics/reason.html", context=about("supersede", _("Supersede")))
def supersede_snapshot(thing: Snapshot, data: dict[str, Any], actor: Actor) -> Any:
    """Say that a later one takes its place."""
    operations.supersede_snapshot(thing, actor=actor, **data)
    return back_to(thing, _("Superseded."))


@room.post("/statistics/snapshots/<id>/verify", public="anybody may have a published figure recomputed", thing=Snapshot, keyed=False)
def verify_snapshot(thing: Snapshot, actor: Actor | None) -> Any:
    """Recompute and compare."""
    operations.verify(thing)
    return redirect_to("statistics.show_snapshot", _("Recomputed: counts and hash are the same."), id=thing.public_id)
