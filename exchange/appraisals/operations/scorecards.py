"""The scorecard: commission, marks with their evidence, two signatures, seal and issue, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from exchange.core import calendar, clock, files, jobs, seal, workdays
from exchange.core.access import SYSTEM, Actor
from exchange.core.audit import printed
from exchange.core.database import add, db, expect_version, flush, lock, operation
from exchange.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.people.accounts import queries as accounts

from .. import queries
from ..models import Scorecard, ScorecardMark, ScorecardPatent, ScorecardShare
from ..queries.limits import SCORING_DAYS, SNAPSHOT_AGE, scorecard_ceiling
from ..rules import scorecards as rules
from ..rules import validity
from ..rules.inputs import canonical_json, digest
from ..rules.scorecard_words import EVIDENCE, SCHEMES
from ..states import SCORECARD, SCORER, ScorecardState as C
from .commissioning import check_patents, required

SCORERS = ("bank", "guarantor", "appraiser")


@operation
def commission_scorecard(
    *, scorer_id: int, patent_ids: Sequence[int], requested: Money, term_months: int, scheme: str = "pvd", holder_consent: str = "",
    demonstration: bool = False, actor: Actor,
) -> Scorecard:
    """Have the patents of a small inclusive loan scored instead of appraised; above the ceiling this route is refused."""
    rules.check_ceiling(requested, ceiling=scorecard_ceiling())
    if len(patent_ids) > rules.MOST_PATENTS:
        raise Invalid("SCORECARD_TOO_MANY", field="patents", limit=rules.MOST_PATENTS)
    if scheme not in SCHEMES:
        raise Invalid("CHOICE_UNKNOWN", field="scheme", choices=", ".join(SCHEMES))
    holder_id = check_patents(patent_ids, actor=actor, holder_consent=holder_consent)
    if accounts.organisation(scorer_id).kind not in SCORERS:
        raise Invalid("CHOICE_UNKNOWN", field="scorer", choices=", ".join(SCORERS))
    if scorer_id == holder_id or accounts.are_affiliated(scorer_id, holder_id):
        raise Invalid("NOT_INDEPENDENT", field="scorer")
    made = Scorecard(
        organisation_id=actor.organisation_id, number=next_number("PF"), holder_id=holder_id, scorer_id=scorer_id, scheme=scheme,
        requested=requested, term_months=term_months, holder_consent=holder_consent, commissioned_by=actor.user_id,
        due_on=workdays.add_working_days(calendar.china(), clock.today(), SCORING_DAYS.number()), demonstration=demonstration)
    with SCORECARD.move(made, "commission", actor, patents=len(patent_ids), scheme=scheme):
        add(made)
        flush()
        for position, patent_id in enumerate(patent_ids, start=1):
            add(ScorecardPatent(scorecard_id=made.id, patent_id=patent_id, position=position, snapshot={}, reasons=[]))
    return made


def _check_scoring(scorecard: Scorecard, actor: Actor) -> None:
    if not SCORER.fits(actor, scorecard.parties()):
        raise Forbidden("FORBIDDEN", noun="scorecard", verb="score")
    if scorecard.state != C.DRAFTING:
        raise Conflict("WRONG_STATE", state=scorecard.status.label, actions="—")


@operation
def enter_marks(scorecard: Scorecard, *, rows: Sequence[Mapping[str, Any]], version: int | None = None, actor: Actor) -> Scorecard:
    """Enter scores with their evidence; every wrong field is named at once, and nothing is kept if one is."""
    lock(scorecard)
    _check_scoring(scorecard, actor)
    expect_version(scorecard, version)
    known, faults = queries.mark_rows(scorecard), []
    fitting = {(row.patent_id, each["indicator"]) for row in scorecard.patents for each in rules.shipped(scorecard.scheme)["rows"]}
    for given in rows:
        try:
            _enter(scorecard, given, known, fitting, actor)
        except DomainError as refusal:
            faults.append(refusal)
    if faults:
        raise Faults(faults)
    scorecard.updated_at = clock.now()
    note(scorecard, "score", actor, marks=len(rows))
    return scorecard


def _enter(
    scorecard: Scorecard, given: Mapping[str, Any], known: dict[tuple[int, str], ScorecardMark], fitting: set[tuple[int, str]], actor: Actor,
) -> None:
    slot = (int(given["patent_id"]), str(given["indicator"]))
    field = f"marks.{slot[0]}.{slot[1]}"
    if slot not in fitting:
        raise Invalid("UNKNOWN_FIELD", field=field)
    wanted = {
        "score": rules.parse_mark(str(given.get("score") or ""), field=field), "evidence_kind": given.get("evidence_kind") or "",
        "evidence_ref": str(given.get("evidence_ref") or "").strip(), "as_of": given.get("as_of"),
    }
    if wanted["evidence_kind"] and wanted["evidence_kind"] not in EVIDENCE:
        raise Invalid("CHOICE_UNKNOWN", field=f"{field}.evidence_kind", choices=", ".join(EVIDENCE))
    row = known.get(slot)
    if row is None:
        row = ScorecardMark(scorecard_id=scorecard.id, patent_id=slot[0], indicator=slot[1], entered_by=actor.user_id, **wanted)
        scorecard.marks.append(row)
        known[slot] = row
    elif any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.entered_by, row.entered_at = actor.user_id, clock.now()


@operation
def submit_scorecard(scorecard: Scorecard, *, actor: Actor) -> Scorecard:
    """The scorer signs: register, marks, weights and result are fixed, with the digest the second person signs too."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "submit", actor) as moving:
        rules.check_ceiling(scorecard.requested, ceiling=scorecard_ceiling())
        rules.check_marks(queries.edition_in_force(scorecard.scheme), queries.marks_of(scorecard))
        request = queries.request_of_scorecard(scorecard, on=clock.today())
        for patent in request["patents"]:
            taken = patent["facts"]["taken_on"]
            validity.check_snapshot(_day(taken), today=clock.today(), max_age_days=SNAPSHOT_AGE.number())
        result = rules.scored(request)
        scorecard.request_json, scorecard.result_json = canonical_json(request), canonical_json(result)
        scorecard.result_sha256 = digest(scorecard.result_json)
        scorecard.edition, scorecard.scored_on = int(request["edition"]["edition"]), clock.today()
        scorecard.officer_id, scorecard.submitted_at, scorecard.confirmer_id, scorecard.confirmed_at = actor.user_id, clock.now(), None, None
        _keep_results(scorecard, request, result)
        moving.payload |= {"edition": scorecard.edition, "result_sha256": scorecard.result_sha256}
    return scorecard


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _keep_results(scorecard: Scorecard, request: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    facts = {patent["facts"]["patent_id"]: patent["facts"] for patent in request["patents"]}
    found = {patent["patent_id"]: patent for patent in result["patents"]}
    for row in scorecard.patents:
        row.snapshot, row.score_bp = facts[row.patent_id], round(found[row.patent_id]["total"] * 100)
        row.band, row.reasons = found[row.patent_id]["band"], list(found[row.patent_id]["reasons"])


@operation
def return_scorecard(scorecard: Scorecard, *, reason: str, actor: Actor) -> Scorecard:
    """The second person sends the scorecard back with a reason."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "return", actor, reason=reason):
        scorecard.reason, scorecard.officer_id, scorecard.submitted_at = required(reason), None, None
    return scorecard


@operation
def confirm_scorecard(scorecard: Scorecard, *, result_sha256: str, actor: Actor) -> Scorecard:
    """The second person, who entered no mark, signs exactly the result that was shown; a job makes and seals the sheet."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "confirm", actor) as moving:
        if actor.user_id == scorecard.officer_id or actor.user_id in {mark.entered_by for mark in scorecard.marks}:
            raise Forbidden("SECOND_PERSON_NEEDED", field="person")
        if result_sha256 != scorecard.result_sha256:
            raise Invalid("HASH_CHANGED", field="result_sha256")
        scorecard.confirmer_id, scorecard.confirmed_at, scorecard.reason = actor.user_id, clock.now(), ""
        scorecard.verification_code, scorecard.audit_head = seal.new_code(), printed()
        scorecard.valid_through = validity.valid_through(scorecard.scored_on or clock.today())
        made = jobs.enqueue(
            "scorecard.seal", {"id": scorecard.public_id}, key=f"{scorecard.public_id}/{scorecard.verification_code}", title=scorecard.number,
            organisation_id=scorecard.scorer_id, user_id=actor.user_id)
        scorecard.running_job = made.public_id
        moving.payload |= {"result_sha256": scorecard.result_sha256}
    return scorecard


@operation
def issue_scorecard(scorecard: Scorecard, *, content_sha256: str, pages: int, actor: Actor = SYSTEM) -> Scorecard:
    """The sealed sheet is kept and may be used; an earlier one of the same scorer and patents ends in the same transaction."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "issue", actor) as moving:
        if scorecard.officer is None or scorecard.confirmer is None:
            raise Invalid("SIGNATURE_MISSING", field="signers")
        people = ((scorecard.officer, scorecard.submitted_at), (scorecard.confirmer, scorecard.confirmed_at))
        made = seal.seal_document(
            files.get_bytes(content_sha256), noun="scorecard", object_id=scorecard.public_id, number=scorecard.number,
            code=scorecard.verification_code, issuer=scorecard.scorer.name,
            signers=[{"name": each.name, "organisation": scorecard.scorer.name, "signed_at": at.isoformat() if at else ""} for each, at in people],
            organisation_id=scorecard.organisation_id, title=scorecard.number, pages=pages)
        scorecard.pdf_sha256, scorecard.pages, scorecard.running_job = made.sha256, pages, ""
        scorecard.retain_until = validity.retain_until(clock.today(), "analysis")
        moving.payload |= {"pdf_sha256": made.sha256}
    for earlier in queries.predecessors_of(scorecard):
        supersede_scorecard(earlier, by=scorecard, actor=SYSTEM)
    return scorecard


@operation
def decline_scorecard(scorecard: Scorecard, *, reason: str, actor: Actor) -> Scorecard:
    """The scorer turns the commission down with a reason."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "decline", actor, reason=reason):
        scorecard.reason = required(reason)
    return scorecard


@operation
def cancel_scorecard(scorecard: Scorecard, *, reason: str, actor: Actor) -> Scorecard:
    """The client takes the commission back."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "cancel", actor, reason=reason):
        scorecard.reason = required(reason)
    return scorecard


@operation
def withdraw_scorecard(scorecard: Scorecard, *, reason: str, actor: Actor) -> Scorecard:
    """Withdraw an issued scorecard with a public reason: an officer proposes, an approver confirms."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "withdraw", actor, reason=reason):
        scorecard.reason = required(reason)
        if actor.confirming is not None:
            for document in seal.documents_of("scorecard", scorecard.public_id):
                seal.withdraw_document(document, reason=scorecard.reason, actor=actor)
            _end_reviews(scorecard)
    return scorecard


@operation
def supersede_scorecard(scorecard: Scorecard, *, by: Scorecard, actor: Actor = SYSTEM) -> Scorecard:
    """A newer scorecard took its place; own values that rest on it end with it."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "supersede", actor, by=by.number):
        scorecard.reason = by.number
        for old, new in zip(
                seal.documents_of("scorecard", scorecard.public_id), seal.documents_of("scorecard", by.public_id), strict=False):
            seal.supersede_document(old, by=new, actor=actor)
        _end_reviews(scorecard)
    return scorecard


def _end_reviews(scorecard: Scorecard) -> None:
    from .scorecard_reviewing import supersede_scorecard_review

    for review in queries.live_scorecard_reviews(scorecard.id):
        supersede_scorecard_review(review, actor=SYSTEM)


@operation
def expire_scorecard(scorecard: Scorecard, *, actor: Actor = SYSTEM) -> Scorecard:
    """The last day of a scorecard has passed."""
    lock(scorecard)
    with SCORECARD.move(scorecard, "expire", actor):
        if scorecard.valid_through is None or clock.today() <= scorecard.valid_through:
            raise Invalid("SCORECARD_NOT_ISSUED", field="valid_through")
    return scorecard


def expire_scorecards() -> int:
    """Every scorecard whose last day has passed expires; answers how many."""
    due = list(db.session.scalars(select(Scorecard).where(Scorecard.state == C.ISSUED, Scorecard.valid_through < clock.today())))
    for scorecard in due:
        expire_scorecard(scorecard, actor=SYSTEM)
    return len(due)


@operation
def flag_scorecard(scorecard: Scorecard, *, reason: str, actor: Actor = SYSTEM) -> Scorecard:
    """Something happened in the register; the scorecard stays issued but carries nothing new."""
    lock(scorecard)
    if scorecard.state == C.ISSUED and not scorecard.revaluation_reason:
        scorecard.revaluation_reason, scorecard.revaluation_since = reason, clock.today()
        note(scorecard, "revaluation_due", actor, reason=reason)
    return scorecard


@operation
def share_scorecard(scorecard: Scorecard, *, organisation_id: int, purpose: str = "", actor: Actor) -> ScorecardShare | None:
    """Release the scorecard to a bank, guarantor or re-guarantor; the scorer reads it anyway."""
    lock(scorecard)
    if accounts.organisation(organisation_id).kind not in ("bank", "guarantor", "reguarantor"):
        raise Invalid("CHOICE_UNKNOWN", field="organisation", choices="bank, guarantor, reguarantor")
    live = next((row for row in scorecard.shares if row.organisation_id == organisation_id and row.revoked_at is None), None)
    if live is not None or organisation_id == scorecard.scorer_id:
        return live
    made: ScorecardShare = add(ScorecardShare(
        organisation_id=organisation_id, scorecard_id=scorecard.id, purpose=purpose, granted_by=actor.user_id))
    flush()
    db.session.expire(scorecard, ["shares"])
    note(scorecard, "share", actor, reader=organisation_id)
    return made


@operation
def note_scorecard_reading(scorecard: Scorecard, *, what: str, actor: Actor) -> Scorecard:
    """Reading a sealed scorecard is an event."""
    note(scorecard, "read", actor, what=what)
    return scorecard
