"""Every write of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from exchange.core import calendar, clock, files, numbers
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.parameters import parameter
from exchange.core.workdays import due_after_working_days
from exchange.oversight.conversions import queries, rules
from exchange.oversight.conversions.models import Evidence, EvidenceCheck, EvidenceFile
from exchange.oversight.conversions.states import EVIDENCE
from exchange.people.accounts.queries import are_affiliated
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import in_force_interval

REVIEW_DAYS = parameter("conversions.review_days", 10, source="operator default")


@operation
def draft_evidence(patent: Patent, *, route: str, valid_from: date, proofs: Sequence[dict[str, Any]], actor: Actor, **facts: Any) -> Evidence:
    """Declare that a patent is used; the proofs name their kind, day and issuer."""
    if patent.state not in ("registered", "disputed"):
        raise Conflict("PATENT_NOT_REGISTERED")
    ends = facts.pop("valid_to", None)
    newest = max((proof["issued_on"] for proof in proofs), default=valid_from)
    period = rules.period_of(route, valid_from, ends, newest_proof=newest)
    evidence = Evidence(
        organisation_id=actor.organisation_id, patent_id=patent.id, number=numbers.next_number("ZH"), route=route,
        valid_from=period.begins, valid_to=period.ends, recorded_at=clock.now(),
        grade=rules.grade_of(proof["kind"] for proof in proofs), **facts)
    with EVIDENCE.move(evidence, "draft", actor, route=route):
        add(evidence)
        flush()
        _keep_proofs(evidence, proofs, actor)
    return evidence


def _keep_proofs(evidence: Evidence, proofs: Sequence[dict[str, Any]], actor: Actor) -> None:
    for proof in proofs:
        upload = proof.get("upload")
        kept = files.attach(
            upload, noun="evidence", object_id=evidence.public_id, organisation_id=evidence.organisation_id,
            kind=proof["kind"], user_id=actor.user_id) if upload else None
        add(EvidenceFile(
            evidence_id=evidence.id, kind=proof["kind"], issued_on=proof["issued_on"], issuer=proof.get("issuer", ""),
            reference=proof.get("reference", ""), attachment_id=kept.public_id if kept else "", sha256=kept.sha256 if kept else ""))


@operation
def add_proof(evidence: Evidence, *, kind: str, issued_on: date, issuer: str, reference: str, upload: Any, actor: Actor) -> Evidence:
    """Add a proof to a draft or to evidence that was sent back; the grade and the period follow."""
    lock(evidence)
    if evidence.state not in ("draft", "returned"):
        raise Conflict("WRONG_STATE", state=evidence.stage.label, actions="—")
    if actor.organisation_id != evidence.organisation_id:
        raise Forbidden()
    _keep_proofs(evidence, [{"kind": kind, "issued_on": issued_on, "issuer": issuer, "reference": reference, "upload": upload}], actor)
    flush()
    kinds = [file.kind for file in _files(evidence)]
    evidence.grade = rules.grade_of(kinds)
    newest = max(file.issued_on for file in _files(evidence))
    evidence.valid_to = rules.period_of(evidence.route, evidence.valid_from, None if evidence.route in rules.ONE_TIME else evidence.valid_to, newest_proof=newest).ends
    note(evidence, "add_proof", actor, kind=kind)
    return evidence


def _files(evidence: Evidence) -> list[EvidenceFile]:
    from exchange.core.database import db

    db.session.refresh(evidence, ["files"])
    return evidence.files


@operation
def submit_evidence(evidence: Evidence, *, actor: Actor) -> Evidence:
    """Send evidence to review: proofs complete, period right, no duplicate."""
    lock(evidence)
    with EVIDENCE.move(evidence, "submit", actor):
        proofs = _files(evidence)
        rules.check_proofs(evidence.route, [file.kind for file in proofs])
        newest = max(file.issued_on for file in proofs)
        rules.check_period(
            evidence.valid_from, today=clock.today(), in_force=in_force_interval(evidence.patent_id), newest_proof=newest)
        other = queries.same_use(evidence)
        if other is not None:
            raise Conflict("EVIDENCE_DUPLICATE", other=other.number)
        evidence.group_internal = evidence.counterparty_id is not None and are_affiliated(
            evidence.organisation_id, evidence.counterparty_id)
        evidence.submitted_by, evidence.submitted_on = actor.user_id, clock.today()
        evidence.due_on = due_after_working_days(calendar.china(), clock.today(), REVIEW_DAYS.number()).day
    return evidence


@operation
def accept_evidence(evidence: Evidence, *, files_opened: bool, no_conflict: bool, reason: str, actor: Actor) -> Evidence:
    """Accept evidence after opening every file, free of interest; it counts from now on as known."""
    lock(evidence)
    with EVIDENCE.move(evidence, "accept", actor, grade=evidence.grade, route=evidence.route):
        _check_reviewer(evidence, actor)
        if not (files_opened and no_conflict):
            raise Invalid("MISSING_FIELD", field="files_opened" if not files_opened else "no_conflict")
        _review(evidence, actor, "", reason)
        evidence.recorded_at = clock.now()
    return evidence


@operation
def return_evidence(evidence: Evidence, *, reason_code: str, reason: str, actor: Actor) -> Evidence:
    """Send evidence back for more proof."""
    lock(evidence)
    with EVIDENCE.move(evidence, "return", actor, reason_code=reason_code):
        _check_reviewer(evidence, actor)
        _review(evidence, actor, reason_code, reason)
    return evidence


@operation
def reject_evidence(evidence: Evidence, *, reason_code: str, reason: str, actor: Actor) -> Evidence:
    """Reject evidence with a reason."""
    lock(evidence)
    with EVIDENCE.move(evidence, "reject", actor, reason_code=reason_code):
        _check_reviewer(evidence, actor)
        _review(evidence, actor, reason_code, reason)
    return evidence


@operation
def challenge_evidence(evidence: Evidence, *, reason: str, actor: Actor) -> Evidence:
    """Doubt accepted evidence; it counts, flagged, until it is decided."""
    lock(evidence)
    with EVIDENCE.move(evidence, "challenge", actor):
        evidence.reason = reason
    return evidence


@operation
def withdraw_evidence(evidence: Evidence, *, reason: str, actor: Actor) -> Evidence:
    """Take evidence back (two persons); figures as known before stay as they were."""
    lock(evidence)
    with EVIDENCE.move(evidence, "withdraw", actor):
        evidence.reason, evidence.superseded_at = reason, clock.now()
    return evidence


@operation
def correct_evidence(evidence: Evidence, *, valid_from: date, valid_to: date | None, statement: str, actor: Actor) -> Evidence:
    """Close accepted evidence and open a corrected one, which is reviewed anew."""
    lock(evidence)
    with EVIDENCE.move(evidence, "correct", actor):
        evidence.superseded_at = clock.now()
    proofs = [{"kind": file.kind, "issued_on": file.issued_on, "issuer": file.issuer, "reference": file.reference} for file in _files(evidence)]
    owner = actor if actor.organisation_id == evidence.organisation_id else SYSTEM
    if owner is SYSTEM:
        return evidence
    return draft_evidence(
        evidence.patent, route=evidence.route, valid_from=valid_from, valid_to=valid_to, proofs=proofs, actor=actor,
        statement=statement, counterparty=evidence.counterparty, counterparty_id=evidence.counterparty_id,
        product=evidence.product, amount=evidence.amount, supersedes_id=evidence.id)


@operation
def record_evidence(patent: Patent, *, organisation_id: int, route: str, valid_from: date, valid_to: date | None, source_noun: str, source_id: str, counterparty: str, actor: Actor) -> Evidence:
    """Grade A evidence that the register itself gives, as the system."""
    evidence = Evidence(
        organisation_id=organisation_id, patent_id=patent.id, number=numbers.next_number("ZH"), route=route,
        valid_from=valid_from, valid_to=valid_to, recorded_at=clock.now(), grade="A", counterparty=counterparty,
        source_noun=source_noun, source_id=source_id)
    with EVIDENCE.move(evidence, "record", SYSTEM, route=route, source=source_noun):
        add(evidence)
        flush()
        add(EvidenceFile(evidence_id=evidence.id, kind="register_record", issued_on=valid_from, reference=source_id))
    return evidence


@operation
def check_evidence(evidence: Evidence, *, agrees: bool, note_text: str, actor: Actor) -> EvidenceCheck:
    """A second reviewer's look at accepted evidence."""
    if actor.user_id == evidence.reviewed_by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    check: EvidenceCheck = add(EvidenceCheck(
        evidence_id=evidence.id, reviewer_id=actor.user_id, agrees=agrees, note=note_text, at=clock.now()))
    note(evidence, "check", actor, agrees=agrees)
    return check


def _check_reviewer(evidence: Evidence, actor: Actor) -> None:
    if actor.organisation_id == evidence.organisation_id or actor.user_id == evidence.submitted_by:
        raise Forbidden("EVIDENCE_OWN_REVIEW")


def _review(evidence: Evidence, actor: Actor, reason_code: str, reason: str) -> None:
    evidence.reviewed_by, evidence.reviewed_at = actor.user_id, clock.now()
    evidence.reason_code, evidence.reason = reason_code, reason
