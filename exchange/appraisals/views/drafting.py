"""Working pages of the institution: assumptions, methods, survey, results, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request as http

from exchange.core.access import Actor
from exchange.core.errors import DomainError, Faults, faults_of
from exchange.core.i18n import sentence_of
from exchange.core.text import _
from exchange.core.web import Room, page, redirect_to

from .. import operations, queries
from ..models import Appraisal
from ..rules.inputs import parse_plan, typed
from ..rules.vocabulary import GROUPS, INSPECTION, METHODS, NOT_USED, SOURCES, STATEMENTS, SURVEY, TERMS
from ..schemas import AssumptionsShape, CalculateShape, MethodsShape, NotesShape, VerifyShape, VersionsQuery
from . import pictures

room = Room("appraisal_work", __name__)


def assumption_rows(thing: Appraisal) -> list[dict[str, Any]]:
    """Every row of the table: what is kept, and an empty one for each term not yet entered."""
    kept: dict[str, list[Any]] = {}
    for row in thing.assumptions:
        kept.setdefault(row.name, []).append(row)
    rows = []
    for name, term in TERMS.items():
        for row in sorted(kept.get(name, []), key=lambda each: each.position):
            rows.append(_row(term, row))
        if name not in kept or (term.yearly and term.group == "market"):
            rows.append(_row(term, None, position=_next_position(kept.get(name, [])) if term.yearly and term.group == "market" else 0))
    return [row for row in rows if not (row["term"].yearly and row["term"].group != "market" and not row["kept"])]


def _next_position(rows: Sequence[Any]) -> int:
    return max((row.position for row in rows), default=0) + 1


def _row(term: Any, row: Any, *, position: int = 0) -> dict[str, Any]:
    if row is None:
        return {"term": term, "kept": None, "name": term.name, "position": position, "value": "", "low": "", "high": "", "source_kind": "",
                "source_ref": "", "source_file": "", "as_of": "", "note": ""}
    return {
        "term": term, "kept": row, "name": row.name, "position": row.position, "value": typed(row.name, row.value), "low": typed(row.name, row.low),
        "high": typed(row.name, row.high), "source_kind": row.source_kind, "source_ref": row.source_ref, "source_file": row.source_file,
        "as_of": row.as_of.isoformat() if row.as_of else "", "note": row.note,
    }


def assumptions_context(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """The table of assumptions with the preview of what it gives."""
    return {
        "appraisal": thing, "rows": assumption_rows(thing), "groups": GROUPS, "sources": SOURCES, "files": queries.sources_of(thing),
        "may_edit": queries.may_draft(thing, actor), "may_verify": actor.user_id in (thing.lead_id, thing.second_id),
        "labels": {name: term.label for name, term in TERMS.items()}, "plans": {name: TERMS[name].label for name in ("revenue", "history", "earnings", "charges")}, **preview_of(thing, ()),
    }


def preview_of(thing: Appraisal, rows: Sequence[Mapping[str, Any]], *, picture: bool = True) -> dict[str, Any]:
    """The quick calculation of what is typed, or the reasons why there is none yet."""
    try:
        request, result = queries.preview(thing, rows)
    except DomainError as refusal:
        return {"preview": None, "why_not": [(fault.field or "", sentence_of(fault)) for fault in faults_of(refusal)]}
    return {"preview": pictures.previewed(request, result, picture=picture), "why_not": []}


def at_rows(refusal: DomainError, rows: Sequence[Mapping[str, Any]]) -> DomainError:
    """The refusal with its fields named as the form names them."""
    places = {f"{row['name']}/{row.get('patent_id', 0)}/{row.get('position', 0)}": place for place, row in enumerate(rows)}
    faults = []
    for fault in faults_of(refusal):
        slot, _dot, part = (fault.field or "").partition(".")
        if slot in places:
            fault.field = f"rows.{places[slot]}.{part or 'value'}"
        faults.append(fault)
    return Faults(faults)


@room.form("/appraisals/<id>/assumptions", "appraisal:work", thing=Appraisal, template="appraisals/assumptions.html", shape=AssumptionsShape,
           context=assumptions_context, uploads={"source": "document"})
def enter_assumptions(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    rows = [*data["rows"]]
    names = []
    if data["plan"] and data["plan_name"]:
        names = [data["plan_name"]]
        kept = {row.position: row for row in thing.assumptions if row.name == data["plan_name"]}
        rows = [row for row in rows if row["name"] != data["plan_name"]]
        rows += [_planned(data["plan_name"], year, amount, kept.get(year)) for year, amount in parse_plan(data["plan"], field="plan")]
    try:
        operations.enter_assumptions(thing, rows=rows, replace_years_of=names, actor=actor)
    except DomainError as refusal:
        raise at_rows(refusal, data["rows"]) from refusal
    if data["source"] is not None:
        operations.attach_source(thing, upload=data["source"], actor=actor)
    return redirect_to("appraisal_work.enter_assumptions", _("Saved."), id=thing.public_id)


def _planned(name: str, year: int, amount: str, kept: Any) -> dict[str, Any]:
    row = {"name": name, "position": year, "value": amount}
    if kept is not None:
        row |= {"source_kind": kept.source_kind, "source_ref": kept.source_ref, "source_file": kept.source_file, "as_of": kept.as_of, "note": kept.note}
    return row


@room.post("/appraisals/<id>/preview", "appraisal:work", thing=Appraisal, shape=AssumptionsShape, keyed=False)
def preview_assumptions(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    part = http.args.get("part", "")
    first = bool(http.headers.get("HX-Request")) and part != "picture"
    shown = preview_of(thing, data["rows"], picture=not first)
    if http.headers.get("HX-Request"):
        return page("appraisals/_preview_picture.html" if part == "picture" else "appraisals/_preview.html", appraisal=thing, **shown)
    return page("appraisals/preview.html", appraisal=thing, **shown)


@room.post("/appraisals/<id>/verify", "appraisal:draft", thing=Appraisal, shape=VerifyShape)
def verify_assumptions(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.verify_assumptions(thing, slots=data["slots"], actor=actor)
    return redirect_to("appraisal_work.enter_assumptions", _("Verified."), id=thing.public_id)


@room.post("/appraisals/<id>/refresh", "appraisal:draft", thing=Appraisal)
def refresh_register(thing: Appraisal, actor: Actor) -> Any:
    operations.refresh_register(thing, actor=actor)
    return redirect_to("appraisal_work.enter_notes", _("The register was read again."), id=thing.public_id)


def methods_context(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """The methods with what was decided."""
    return {"appraisal": thing, "methods": METHODS, "kept": {row.method: row for row in thing.methods}, "not_used": NOT_USED,
            "may_edit": queries.may_draft(thing, actor), **preview_of(thing, ())}


@room.form("/appraisals/<id>/methods", "appraisal:work", thing=Appraisal, template="appraisals/methods.html", shape=MethodsShape, context=methods_context)
def choose_methods(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    choices = [{**row, "weight_bp": round((row["weight"] or 0) * 10000)} for row in data["choices"]]
    operations.choose_methods(thing, choices=choices, actor=actor)
    if data["shares"]:
        operations.apportion_value(thing, shares={name.removeprefix("p"): round(share * 10000) for name, share in data["shares"].items()}, actor=actor)
    return redirect_to("appraisal_work.choose_methods", _("Saved."), id=thing.public_id)


def notes_context(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """Survey, inspection and statements with what is written."""
    return {"appraisal": thing, "kept": {(row.topic, row.patent_id): row for row in thing.notes}, "survey": SURVEY, "inspection": INSPECTION,
            "statements": STATEMENTS, "may_edit": queries.may_draft(thing, actor), "snapshots": queries.snapshots_of(thing)}


@room.form("/appraisals/<id>/survey", "appraisal:work", thing=Appraisal, template="appraisals/survey.html", shape=NotesShape, context=notes_context)
def enter_notes(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.enter_notes(thing, rows=data["rows"], actor=actor)
    return redirect_to("appraisal_work.enter_notes", _("Saved."), id=thing.public_id)


@room.page("/appraisals/<id>/results", "appraisal:work", thing=Appraisal)
def show_results(thing: Appraisal, actor: Actor) -> Any:
    version = queries.current_version(thing)
    shown = pictures.shown(*pictures.unpack(version), valid_through=queries.validity_of(thing)) if version is not None else {}
    return page("appraisals/results.html", appraisal=thing, version=version, fresh=queries.is_fresh(thing), job=queries.running_job(thing),
                may_edit=queries.may_draft(thing, actor), stored=pictures.stored(version) if version else None, **shown)


@room.post("/appraisals/<id>/calculate", "appraisal:draft", thing=Appraisal, shape=CalculateShape)
def request_calculation(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.request_calculation(thing, actor=actor, **data)
    return redirect_to("appraisal_work.show_results", _("The calculation is running."), id=thing.public_id)


@room.page("/appraisals/<id>/versions", "appraisal:work", thing=Appraisal, query=VersionsQuery)
def show_versions(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    found = queries.comparison(thing, before=data["before"], after=data["after"])
    return page("appraisals/versions.html", appraisal=thing, comparison=found, terms=TERMS, methods=METHODS, people=queries.people_of(thing),
                values={version.number: pictures.stored(version)["exact"] for version in thing.versions})


