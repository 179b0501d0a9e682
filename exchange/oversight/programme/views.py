"""Pages of the programme: the plan, its measures, updates and targets."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Response, redirect, url_for
from flask import request as http

from exchange.core import clock, files
from exchange.core.access import SUPERVISOR, Actor
from exchange.core.errors import NotFound
from exchange.core.events import history
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.oversight.programme import operations, queries, rules
from exchange.oversight.programme.models import Measure, MeasureUpdate, Target
from exchange.oversight.programme.queries import pictures, tables
from exchange.oversight.programme.queries.outlook import kept_readings, outlook, outlooks
from exchange.oversight.programme.schemas import (
    AssignShape,
    CommentShape,
    DayQuery,
    MeasureShape,
    ProgrammeFilter,
    ReasonShape,
    TargetQuery,
    TargetShape,
    UpdateShape,
)
from exchange.oversight.programme.states import Status
from exchange.oversight.statistics.rules import DEFINITIONS

OPEN = "the plan is public"
room = Room("programme", __name__)


def words() -> dict[str, Any]:
    """What every template of the programme speaks with."""
    return {
        "kinds": rules.KINDS, "roles": rules.ROLES, "periods": rules.PERIODS, "sections": rules.SECTIONS, "statuses": Status,
        "comparators": rules.COMPARATORS, "units": rules.UNITS, "spoken": queries.spoken, "value_words": queries.value_words,
        "goal_words": queries.goal_words, "department_words": queries.department_words, "district_name": queries.district_name}


ASKED = ("department", "district", "section", "status", "kind")


def chosen_lines(data: dict[str, Any]) -> tuple[date, list[queries.Line], list[queries.Line]]:
    """The day asked for, the whole plan on it, and the measures that fit."""
    on = data.get("on") or clock.today()
    asked: dict[str, Any] = {name: data.get(name) for name in ASKED}
    whole = queries.lines(on=on)
    return on, whole, queries.chosen(whole, on=on, **asked)


@room.page("/programme", public=OPEN, query=ProgrammeFilter)
def show_programme(data: dict[str, Any], actor: Actor | None) -> str:
    """Ten sections with their counts by status, and the measures."""
    on, whole, found = chosen_lines(data)
    if data["view"] == "due":
        found = sorted(found, key=lambda line: (line.measure.due_on is None, line.measure.due_on or on, line.measure.place))
    return page(
        "programme/list.html", lines=found, on=on, data=data, summaries=queries.summaries(whole, on=on), counts=tables.counts(whole), historical=queries.historical(whole),
        departments=queries.departments(), districts=queries.districts(), picture=pictures.deadlines(found, on=on) if data["view"] == "due" else None,
        asked={name: value for name, value in http.args.items() if name not in ("lang", "view")}, **words())


@room.page("/programme/measures.csv", public="open data", query=ProgrammeFilter)
def measures_csv(data: dict[str, Any], actor: Actor | None) -> Response:
    """The chosen measures as CSV, UTF-8 with BOM."""
    on, _whole, found = chosen_lines(data)
    return as_download(tables.csv_bytes(found), f"zhirong-programme-{on}.csv", "text/csv")


@room.page("/programme/measures.xlsx", public="open data", query=ProgrammeFilter)
def measures_xlsx(data: dict[str, Any], actor: Actor | None) -> Response:
    """The chosen measures as a workbook."""
    on, _whole, found = chosen_lines(data)
    return as_download(tables.xlsx_bytes(found), f"zhirong-programme-{on}.xlsx", tables.XLSX)


@room.page("/programme/measures.json", public="open data", query=ProgrammeFilter)
def measures_json(data: dict[str, Any], actor: Actor | None) -> Response:
    """The chosen measures as JSON."""
    on, _whole, found = chosen_lines(data)
    body = {"on": on.isoformat(), "licence": "CC BY 4.0", "measures": queries.records(found)}
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def as_download(content: bytes, name: str, media: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=media)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


# ---------------------------------------------------------------- measures

@room.form("/programme/measures/new", queries.MANAGE, shape=MeasureShape, template="programme/new_measure.html", context=lambda actor: words(),
           initial=lambda actor: {"begins_on": clock.today().isoformat(), "kind": "milestone", "period": "once"})
def add_measure(data: dict[str, Any], actor: Actor) -> Any:
    """Add a measure."""
    for name in ("threshold", "baseline"):
        data[name] = "" if data.get(name) is None else f"{data[name].normalize():f}"
    made = operations.add_measure(actor=actor, **(data | {"section": int(data["section"])}))
    return back_to(made, _("The measure was added."))


@room.page("/programme/measure/<id>", public=OPEN, thing=Measure, home=True)
def find_measure(thing: Measure, actor: Actor | None) -> Any:
    """The way from a measure's name to its page."""
    return redirect(url_for("programme.show_measure", code=thing.code), 303)


@room.page("/programme/measures/<code>", public=OPEN, query=DayQuery)
def show_measure(code: str, data: dict[str, Any], actor: Actor | None) -> str:
    """One measure: its words, departments, figure, updates and history."""
    measure, on = queries.measure_of(code), data.get("on") or clock.today()
    supervises = actor is not None and SUPERVISOR.fits_role(actor)
    return page(
        "programme/measure.html", measure=measure, line=queries.line_of(measure, on=on), on=on, updates=queries.updates_of(measure, actor),
        by_role=queries.by_role(measure), targets=queries.targets_of(measure), supervises=supervises,
        comments=tables.comments(measure) if supervises else [], picture=pictures.readings(measure, on=on), **words())


def about(thing: Any, actor: Actor) -> dict[str, Any]:
    """What the forms about a measure or update show."""
    measure = thing.measure if isinstance(thing, MeasureUpdate) else thing
    return words() | {"measure": measure, "departments": queries.departments(), "districts": queries.districts()}


@room.form("/programme/measures/<id>/record", "update:record", thing=Measure, shape=UpdateShape, template="programme/record.html", context=about,
           uploads={"file": "document"}, initial=lambda thing, actor: {"happened_on": clock.today().isoformat()})
def record_update(thing: Measure, data: dict[str, Any], actor: Actor) -> Any:
    """Record progress."""
    made = operations.record_update(thing, upload=data.pop("file"), actor=actor, **data)
    return back_to(made, _("Recorded. It counts once two persons have approved it."))


@room.form("/programme/measures/<id>/assign", queries.MANAGE, thing=Measure, shape=AssignShape, template="programme/assign.html", context=about)
def assign_department(thing: Measure, data: dict[str, Any], actor: Actor) -> Any:
    """Give a department its role."""
    operations.assign_department(thing, actor=actor, **data)
    return back_to(thing, _("The department was entered."))


@room.form("/programme/measures/<id>/comment", queries.COMMENT, thing=Measure, shape=CommentShape, template="programme/comment.html", context=about)
def comment_measure(thing: Measure, data: dict[str, Any], actor: Actor) -> Any:
    """Remark on a measure."""
    operations.comment_measure(thing, actor=actor, **data)
    return back_to(thing, _("Your remark stands in the history."))


# ---------------------------------------------------------------- updates

@room.page("/programme/updates/<id>", public="approved updates are public", thing=MeasureUpdate, home=True)
def show_update(thing: MeasureUpdate, actor: Actor | None) -> str:
    """One update with its proof."""
    return page(
        "programme/update.html", update=thing, measure=thing.measure, file=queries.evidence_of(thing, actor), waits=queries.waits_for_second(thing),
        supervises=actor is not None and SUPERVISOR.fits_role(actor), events=history("update", thing.public_id), **words())


@room.page("/programme/updates/<id>/file", public="proofs marked public are public", thing=MeasureUpdate)
def download_evidence(thing: MeasureUpdate, actor: Actor | None) -> Response:
    """The proof of an update, where it is public or the reader supervises."""
    found = queries.evidence_of(thing, actor)
    if found is None:
        raise NotFound()
    answer = as_download(files.read(found), found.filename, found.media_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@room.post("/programme/updates/<id>/approve", "update:approve", thing=MeasureUpdate)
def approve_update(thing: MeasureUpdate, actor: Actor) -> Any:
    """Propose the approval; a second person confirms."""
    operations.approve_update(thing, actor=actor)
    return back_to(thing, _("Approved; it counts from now on."))


@room.post("/programme/updates/<id>/withdraw", "update:withdraw", thing=MeasureUpdate)
def withdraw_update(thing: MeasureUpdate, actor: Actor) -> Any:
    """Take back."""
    operations.withdraw_update(thing, actor=actor)
    return back_to(thing, _("Withdrawn."))


# ---------------------------------------------------------------- targets

@room.page("/programme/targets", public=OPEN, query=TargetQuery)
def list_targets(data: dict[str, Any], actor: Actor | None) -> str:
    """The targets; for a page of statistics the part that belongs into it."""
    part = bool(http.headers.get("HX-Request"))
    found = outlooks([target for target in queries.targets(data["indicator"]) if target.live or not part], on=clock.today())
    template = "programme/_targets.html" if part else "programme/targets.html"
    return page(template, found=found, definitions=DEFINITIONS, indicator=data["indicator"], on=clock.today(), **words())


@room.form("/programme/targets/new", "target:set", shape=TargetShape, template="programme/new_target.html",
           context=lambda actor: words() | {"definitions": DEFINITIONS},
           initial=lambda actor: {"indicator": "conversion_any", "value": "65", "begins_on": clock.today().isoformat()})
def set_target(data: dict[str, Any], actor: Actor) -> Any:
    """Set a target."""
    code = data.pop("measure")
    made = operations.set_target(measure=queries.measure_of(code) if code else None, actor=actor, **data)
    return back_to(made, _("The target stands."))


@room.page("/programme/targets/<id>", public=OPEN, thing=Target, home=True, query=DayQuery)
def show_target(thing: Target, data: dict[str, Any], actor: Actor | None) -> str:
    """A target: line and fan, chance, gap, what is needed a month."""
    on = data.get("on") or clock.today()
    found = outlook(thing, on=on)
    return page(
        "programme/target.html", target=thing, definition=DEFINITIONS[thing.indicator], found=found, on=on, kept=kept_readings(thing),
        picture=pictures.line_and_fan(thing, found, on=on), gauge=pictures.gauge(thing, found, on=on),
        historical=rules.is_historical(thing.due_on, on=on), sentence=pictures.sentence(thing, found), **words())


@room.form("/programme/targets/<id>/retire", "target:retire", thing=Target, shape=ReasonShape, template="programme/retire.html",
           context=lambda thing, actor: {"target": thing, "definition": DEFINITIONS[thing.indicator]})
def retire_target(thing: Target, data: dict[str, Any], actor: Actor) -> Any:
    """End a target by two persons."""
    operations.retire_target(thing, actor=actor, **data)
    return back_to(thing, _("Retired; it stays readable."))
