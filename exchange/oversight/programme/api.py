"""The programme as JSON."""

from __future__ import annotations

from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.web import ApiRoom
from exchange.oversight.programme import operations, queries
from exchange.oversight.programme.models import Measure, MeasureUpdate, Target
from exchange.oversight.programme.queries.outlook import outlook
from exchange.oversight.programme.schemas import DayQuery, ProgrammeFilter, ReasonShape, TargetAnswer, TargetQuery, TargetShape, UpdateAnswer, UpdateShape

OPEN = "the plan is public"
api = ApiRoom("programme", __name__)


@api.get("/programme/measures", public=OPEN, query=ProgrammeFilter)
def list_measures(data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """The measures that fit, each with its status on the day."""
    on = data.get("on") or clock.today()
    asked = {name: data.get(name) for name in ("department", "district", "section", "status", "kind")}
    return {"on": on.isoformat(), "items": queries.records(queries.lines(on=on, **asked))}


@api.get("/programme/measures/<code>", public=OPEN, query=DayQuery)
def show_measure(code: str, data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """One measure with its parts."""
    line = queries.line_of(queries.measure_of(code), on=data.get("on") or clock.today())
    parts = [{"part": name, "status": str(status)} for name, status in line.verdict.parts]
    return queries.records([line])[0] | {"id": line.measure.public_id, "by_part": parts}


@api.get("/programme/measures/<code>/updates", public=OPEN, answer=UpdateAnswer, many=True)
def list_updates(code: str, actor: Actor | None) -> list[MeasureUpdate]:
    """The updates of a measure, newest first."""
    return queries.updates_of(queries.measure_of(code), actor)


@api.post("/programme/measures/<id>/record", "update:record", thing=Measure, body=UpdateShape, answer=UpdateAnswer, status=201)
def record_update(thing: Measure, data: dict[str, Any], actor: Actor) -> MeasureUpdate:
    """Record progress; a document is named by its number."""
    return operations.record_update(thing, actor=actor, **data)


@api.get("/programme/updates/<id>", public="approved updates are public", thing=MeasureUpdate, answer=UpdateAnswer)
def show_update(thing: MeasureUpdate, actor: Actor | None) -> MeasureUpdate:
    """One update."""
    return thing


@api.post("/programme/updates/<id>/approve", "update:approve", thing=MeasureUpdate, answer=UpdateAnswer)
def approve_update(thing: MeasureUpdate, actor: Actor) -> MeasureUpdate:
    """Propose the approval (202); a second person confirms it."""
    return operations.approve_update(thing, actor=actor)


@api.post("/programme/updates/<id>/withdraw", "update:withdraw", thing=MeasureUpdate, answer=UpdateAnswer)
def withdraw_update(thing: MeasureUpdate, actor: Actor) -> MeasureUpdate:
    """Take an update back before its approval."""
    return operations.withdraw_update(thing, actor=actor)


@api.get("/programme/targets", public=OPEN, query=TargetQuery, answer=TargetAnswer, many=True)
def list_targets(data: dict[str, Any], actor: Actor | None) -> list[Target]:
    """The targets."""
    return queries.targets(data["indicator"])


@api.post("/programme/targets", "target:set", body=TargetShape, answer=TargetAnswer, status=201)
def set_target(data: dict[str, Any], actor: Actor) -> Target:
    """Set a target."""
    code = data.pop("measure")
    return operations.set_target(measure=queries.measure_of(code) if code else None, actor=actor, **data)


@api.get("/programme/targets/<id>", public=OPEN, thing=Target, answer=TargetAnswer)
def show_target(thing: Target, actor: Actor | None) -> Target:
    """One target."""
    return thing


@api.get("/programme/targets/<id>/outlook", public=OPEN, thing=Target, query=DayQuery)
def show_outlook(thing: Target, data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """Status, gap, chance and what is needed a month."""
    on = data.get("on") or clock.today()
    found = outlook(thing, on=on)
    fan = [] if found.forecast is None else [
        {"low95": f"{month.low95:.6f}", "low80": f"{month.low80:.6f}", "median": f"{month.median:.6f}", "high80": f"{month.high80:.6f}",
         "high95": f"{month.high95:.6f}"} for month in found.forecast.months]
    return {
        "on": on.isoformat(), "status": str(found.verdict.status), "n": found.found.total, "x": found.found.converted,
        "short": found.found.short_of(thing.goal), "months_ahead": found.months_ahead, "last_three_months": found.last_three,
        "needed_a_month": None if found.needed is None else found.needed.a_month, "out_of_reach": found.out_of_reach,
        "chance": None if found.chance is None else f"{float(found.chance):.4f}", "months": fan}


@api.post("/programme/targets/<id>/retire", "target:retire", thing=Target, body=ReasonShape, answer=TargetAnswer)
def retire_target(thing: Target, data: dict[str, Any], actor: Actor) -> Target:
    """End a target (two persons)."""
    return operations.retire_target(thing, actor=actor, **data)
