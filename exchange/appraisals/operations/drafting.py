"""The draft: assumptions with their sources, methods with their reasons, survey and statements, calculations and submission."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from exchange.core import clock, files, jobs
from exchange.core.access import Actor
from exchange.core.database import add, expect_version, flush, lock, operation, session
from exchange.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money, split

from ..models import Appraisal, AppraisalAssumption, AppraisalMethod, AppraisalNote, AppraisalVersion
from ..queries import draft_of
from ..queries.limits import SNAPSHOT_AGE, lending_policy
from ..rules import completeness, inputs
from ..rules.plan import request_of
from ..rules.summary import summary_of
from ..rules.vocabulary import INSPECTION, METHODS, NOT_USED, SOURCES, STATEMENTS, SURVEY, TERMS
from ..states import APPRAISAL, AppraisalState as S
from .commissioning import take_snapshots


def check_drafting(appraisal: Appraisal, actor: Actor) -> None:
    """Only lead and second change a draft, and only while it is one."""
    if actor.user_id not in (appraisal.lead_id, appraisal.second_id):
        raise Forbidden("FORBIDDEN", noun="appraisal", verb="draft")
    if appraisal.state != S.DRAFTING:
        raise Conflict("REPORT_FROZEN" if appraisal.state != S.REQUESTED else "WRONG_STATE", state=appraisal.status.label, actions="—")


@operation
def enter_assumptions(
    appraisal: Appraisal, *, rows: Sequence[Mapping[str, Any]], version: int | None = None, replace_years_of: Sequence[str] = (), actor: Actor,
) -> Appraisal:
    """Enter or change inputs of the draft; every wrong field is named at once, and nothing is kept if one is."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    expect_version(appraisal, version)
    faults: list[DomainError] = []
    kept = {row.slot: row for row in appraisal.assumptions}
    changed: list[str] = []
    for given in rows:
        try:
            changed += _enter(appraisal, given, kept, actor)
        except DomainError as refusal:
            faults.append(refusal)
    if faults:
        raise Faults(faults)
    for name in replace_years_of:
        _forget_years(appraisal, name, {int(row["position"]) for row in rows if row["name"] == name}, kept)
    _touch(appraisal)
    note(appraisal, "enter", actor, slots=changed)
    return appraisal


def _touch(appraisal: Appraisal) -> None:
    """The report's version counts changes of its rows too."""
    appraisal.updated_at = clock.now()


def _forget_years(appraisal: Appraisal, name: str, years: set[int], kept: Mapping[str, AppraisalAssumption]) -> None:
    for row in list(kept.values()):
        if row.name == name and row.position and row.position not in years:
            appraisal.assumptions.remove(row)
            session().delete(row)


def _enter(appraisal: Appraisal, given: Mapping[str, Any], kept: dict[str, AppraisalAssumption], actor: Actor) -> list[str]:
    name, position, patent_id = given["name"], int(given.get("position") or 0), int(given.get("patent_id") or 0)
    slot = f"{name}/{patent_id}/{position}"
    if name not in TERMS:
        raise Invalid("UNKNOWN_FIELD", field=slot)
    value = inputs.parse_value(name, str(given.get("value", "")), field=slot)
    low, high = (inputs.parse_value(name, str(given.get(end, "") or ""), field=f"{slot}.{end}") for end in ("low", "high"))
    _check_span(slot, low, value, high)
    row = kept.get(slot)
    if value == "":
        if row is not None:
            appraisal.assumptions.remove(row)
            session().delete(row)
        return [slot] if row is not None else []
    if row is None:
        row = AppraisalAssumption(appraisal_id=appraisal.id, slot=slot, name=name, position=position, patent_id=patent_id, value=value,
                                  low="", high="", source_kind="", source_ref="", source_file="", note="", entered_by=actor.user_id)
        appraisal.assumptions.append(row)
        kept[slot] = row
    return [slot] if _changed(row, given, value, low, high, actor) else []


def _check_span(slot: str, low: str, value: str, high: str) -> None:
    from decimal import Decimal

    ordered = [Decimal(text) for text in (low, value, high) if text]
    if ordered != sorted(ordered):
        raise Invalid("NUMBER_OUT_OF_RANGE", field=slot, low=low, high=high)


def _changed(row: AppraisalAssumption, given: Mapping[str, Any], value: str, low: str, high: str, actor: Actor) -> bool:
    """Write what differs; a changed number or source loses its verification and gets a new author."""
    kind = given.get("source_kind", row.source_kind) or ""
    if kind and kind not in SOURCES:
        raise Invalid("CHOICE_UNKNOWN", field=f"{row.slot}.source_kind", choices=", ".join(SOURCES))
    wanted = {
        "value": value, "low": low, "high": high, "source_kind": kind, "source_ref": given.get("source_ref", row.source_ref) or "",
        "source_file": given.get("source_file") or row.source_file or "", "as_of": given.get("as_of", row.as_of),
        "note": given.get("note", row.note) or "",
    }
    different = row.id is None or any(getattr(row, name) != value for name, value in wanted.items())
    if different:
        for name, value in wanted.items():
            setattr(row, name, value)
        row.entered_by, row.verified_by = actor.user_id, None
    return different


@operation
def clear_assumption(appraisal: Appraisal, *, slot: str, actor: Actor) -> Appraisal:
    """Take one input out of the draft."""
    name, patent_id, position = slot.split("/")
    row = {"name": name, "patent_id": patent_id, "position": position, "value": ""}
    return enter_assumptions(appraisal, rows=[row], actor=actor)


@operation
def attach_source(appraisal: Appraisal, *, upload: files.Upload, actor: Actor) -> files.Attachment:
    """Keep a contract, accounts or a statement as a source of the draft."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    return files.attach(upload, noun="appraisal", object_id=appraisal.public_id, kind="source", organisation_id=appraisal.institution_id,
                        user_id=actor.user_id)


@operation
def verify_assumptions(appraisal: Appraisal, *, slots: Sequence[str], actor: Actor) -> Appraisal:
    """The second pair of eyes confirms what another person entered (评估法 art. 25)."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    wanted = set(slots)
    rows: list[Any] = [row for row in appraisal.assumptions if row.slot in wanted or row.name in wanted]
    rows += [row for row in appraisal.notes if f"note/{row.topic}" in wanted]
    for row in rows:
        if row.entered_by == actor.user_id:
            raise Forbidden("SECOND_PERSON_NEEDED", field=getattr(row, "slot", row.id))
        row.verified_by = actor.user_id
    _touch(appraisal)
    note(appraisal, "verify", actor, slots=sorted(wanted))
    return appraisal


@operation
def choose_methods(appraisal: Appraisal, *, choices: Sequence[Mapping[str, Any]], actor: Actor) -> Appraisal:
    """Say which methods are used with which weight, and why each one is or is not."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    kept = {row.method: row for row in appraisal.methods}
    for given in choices:
        if given["name"] not in METHODS:
            raise Invalid("UNKNOWN_FIELD", field=f"method/{given['name']}")
        row = kept.get(given["name"])
        if row is None:
            row = AppraisalMethod(appraisal_id=appraisal.id, method=given["name"], used=False)
            appraisal.methods.append(row)
        row.used = bool(given.get("used"))
        row.weight_bp = int(given.get("weight_bp") or 0) if row.used else 0
        code = given.get("reason_code") or ""
        row.reason_code = code if code in NOT_USED and not row.used else ""
        row.reason = str(given.get("reason") or "").strip()
    _touch(appraisal)
    note(appraisal, "choose", actor, methods=[row.method for row in appraisal.methods if row.used])
    return appraisal


@operation
def apportion_value(appraisal: Appraisal, *, shares: Mapping[str, int], actor: Actor) -> Appraisal:
    """Say in basis points how the value of a bundle falls on its patents."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    for row in appraisal.patents:
        row.share_bp = int(shares.get(str(row.patent_id), row.share_bp))
    if sum(row.share_bp for row in appraisal.patents) != 10000:
        raise Invalid("WEIGHTS_DO_NOT_SUM", field="apportionment")
    _touch(appraisal)
    return appraisal


TOPICS = (*SURVEY, *INSPECTION, *STATEMENTS)


@operation
def enter_notes(appraisal: Appraisal, *, rows: Sequence[Mapping[str, Any]], actor: Actor) -> Appraisal:
    """Write findings of the survey and the inspection, and the statements of the report."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    kept = {(row.topic, row.patent_id): row for row in appraisal.notes}
    for given in rows:
        topic, patent_id, text = given["topic"], int(given.get("patent_id") or 0), str(given.get("text") or "").strip()
        if topic not in TOPICS:
            raise Invalid("UNKNOWN_FIELD", field=f"note/{topic}")
        row = kept.get((topic, patent_id))
        if not text:
            continue
        if row is None:
            row = AppraisalNote(appraisal_id=appraisal.id, topic=topic, patent_id=patent_id, text="", source_ref="", entered_by=actor.user_id)
            appraisal.notes.append(row)
        if row.text != text:
            row.text, row.entered_by, row.verified_by, row.as_of = text, actor.user_id, None, given.get("as_of") or clock.today()
        row.source_ref = str(given.get("source_ref") or row.source_ref)
    _touch(appraisal)
    return appraisal


@operation
def refresh_register(appraisal: Appraisal, *, actor: Actor) -> Appraisal:
    """Read the register again into the draft."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    take_snapshots(appraisal)
    _touch(appraisal)
    note(appraisal, "refresh", actor)
    return appraisal


@operation
def request_calculation(appraisal: Appraisal, *, mode: str, change_note: str = "", actor: Actor) -> Any:
    """Order a saved calculation; it runs as a job whose page shows the progress."""
    lock(appraisal)
    check_drafting(appraisal, actor)
    if mode not in ("standard", "report"):
        raise Invalid("CHOICE_UNKNOWN", field="mode", choices="standard, report")
    request = inputs.canonical_json(request_of(draft_of(appraisal, policy=lending_policy())))
    made = jobs.enqueue(
        "appraisal.compute", {"id": appraisal.public_id, "mode": mode, "author": actor.user_id, "note": change_note[:500], "request": request.decode()},
        key=f"{appraisal.public_id}/{mode}/{inputs.digest(request)}/{len(appraisal.versions)}", title=appraisal.number,
        organisation_id=actor.organisation_id, user_id=actor.user_id)
    appraisal.running_job = made.public_id
    return made


@operation
def record_version(
    appraisal: Appraisal, *, request_json: str, result_json: str, mode: str, author_id: int, change_note: str = "", actor: Actor,
) -> AppraisalVersion:
    """Keep a calculation for ever under the next number; the same request in the same mode is kept once."""
    lock(appraisal)
    if appraisal.state != S.DRAFTING:
        raise Conflict("REPORT_FROZEN")
    request_bytes, result_bytes = request_json.encode(), result_json.encode()
    digest = inputs.digest(request_bytes)
    for known in appraisal.versions:
        if known.request_sha256 == digest and known.mode == mode:
            appraisal.current_version_id, appraisal.running_job = known.id, ""
            return known
    result = json.loads(result_json)
    made: AppraisalVersion = add(AppraisalVersion(
        organisation_id=appraisal.organisation_id, appraisal_id=appraisal.id, number=len(appraisal.versions) + 1, mode=mode,
        request_json=request_bytes, result_json=result_bytes, request_sha256=digest, result_sha256=inputs.digest(result_bytes),
        summary=summary_of(json.loads(request_json), result, appraisal.rounding_fen), seed=int(result["provenance"]["seed"]), author_id=author_id, change_note=change_note))
    flush()
    appraisal.current_version_id, appraisal.running_job = made.id, ""
    note(appraisal, "calculate", actor, version=made.number, mode=mode, request_sha256=digest, result_sha256=made.result_sha256)
    return made


@operation
def submit_appraisal(appraisal: Appraisal, *, actor: Actor) -> Appraisal:
    """Hand the draft to the reviewer; refused while anything of section 2.6 is missing."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "submit", actor) as moving:
        if actor.user_id != appraisal.lead_id:
            raise Forbidden("FORBIDDEN", field="lead")
        draft = draft_of(appraisal, policy=lending_policy())
        completeness.check_complete(draft, today=today(), snapshot_days=SNAPSHOT_AGE.number())
        version = next(row for row in appraisal.versions if row.id == appraisal.current_version_id)
        value = Money(int(version.summary["value"]))
        parts = split(value, [row.share_bp for row in appraisal.patents])
        for row, part in zip(appraisal.patents, parts, strict=True):
            row.value = part
            cap = version.summary["caps"][str(row.patent_id)]
            row.ltv_cap_bp, row.binding_constraint = int(cap["ltv_cap_bp"]), cap["binding"]
        moving.payload |= {"version": version.number, "request_sha256": version.request_sha256}
    return appraisal


def today() -> date:
    """The civil day of the house."""
    return clock.today()
