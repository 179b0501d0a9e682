"""Indicators and snapshots as JSON."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.web import ApiRoom
from exchange.oversight.statistics import operations, queries
from exchange.oversight.statistics.models import Snapshot
from exchange.oversight.statistics.rules import DEFINITIONS
from exchange.oversight.statistics.schemas import FigureQuery, ReasonShape, SnapshotAnswer, SnapshotShape

api = ApiRoom("statistics", __name__)


@api.get("/indicators", public="definitions stand beside every figure")
def list_indicators(actor: Actor | None) -> dict[str, Any]:
    """Every indicator with its switches and hash."""
    return {"items": [dict(each.spec) | {"sha256": each.sha256, "name": each.name} for each in DEFINITIONS.values()]}


@api.get("/indicators/figure", public="open data", query=FigureQuery)
def figure(data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """A figure and its parts by one dimension."""
    return {"records": queries.records(data, actor, queries.day_of(data))}


@api.get("/indicators/series", public="open data", query=FigureQuery)
def series(data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """The figure at each month's end."""
    points = queries.series(data["indicator"], until=queries.day_of(data), floor=data["floor"])
    return {"points": [{"on": day.isoformat(), "n": found.total, "x": found.converted} for day, found in points]}


@api.get("/snapshots", public="what was published stays readable", answer=SnapshotAnswer, many=True)
def list_snapshots(actor: Actor | None) -> list[Snapshot]:
    """The published figures."""
    return queries.snapshots(actor)


@api.get("/snapshots/<id>", public="what was published stays readable", thing=Snapshot, answer=SnapshotAnswer)
def show_snapshot(thing: Snapshot, actor: Actor | None) -> Snapshot:
    """One snapshot."""
    return thing


@api.post("/snapshots", "snapshot:draft", body=SnapshotShape, answer=SnapshotAnswer, status=201)
def draft_snapshot(data: dict[str, Any], actor: Actor) -> Snapshot:
    """Freeze a figure."""
    return operations.draft_snapshot(actor=actor, **data)


@api.post("/snapshots/<id>/propose", "snapshot:propose", thing=Snapshot, answer=SnapshotAnswer)
def propose_snapshot(thing: Snapshot, actor: Actor) -> Snapshot:
    """Propose."""
    return operations.propose_snapshot(thing, actor=actor)


@api.post("/snapshots/<id>/publish", "snapshot:publish", thing=Snapshot, answer=SnapshotAnswer)
def publish_snapshot(thing: Snapshot, actor: Actor) -> Snapshot:
    """Publish."""
    return operations.publish_snapshot(thing, actor=actor)


@api.post("/snapshots/<id>/retract", "snapshot:retract", thing=Snapshot, body=ReasonShape, answer=SnapshotAnswer)
def retract_snapshot(thing: Snapshot, data: dict[str, Any], actor: Actor) -> Snapshot:
    """Retract."""
    return operations.retract_snapshot(thing, actor=actor, **data)
