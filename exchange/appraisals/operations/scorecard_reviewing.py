"""The lender's own values on a scorecard: entered by an officer, decided by two persons, ended with the scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money

from .. import queries
from ..models import Scorecard, ScorecardReview, ScorecardValue
from ..rules import reviewing
from ..states import SCORE_OFFICER, SCORE_READER, SCORECARD_REVIEW, ScorecardReviewState as V
from .commissioning import required


@operation
def open_scorecard_review(scorecard: Scorecard, *, actor: Actor) -> ScorecardReview:
    """A reader begins to put its own values on a usable scorecard."""
    if not SCORE_READER.fits(actor, scorecard.parties()):
        raise Forbidden()
    queries.check_scorecard(
        scorecard.id, patent_ids=[row.patent_id for row in scorecard.patents], on=clock.today(), amount=scorecard.requested)
    live = [row for row in queries.live_scorecard_reviews(scorecard.id) if row.organisation_id == actor.organisation_id]
    if live:
        raise Conflict("WRONG_STATE", state=live[0].status.label, actions="—")
    made = ScorecardReview(
        organisation_id=actor.organisation_id, scorecard_id=scorecard.id, scorecard=scorecard, pdf_sha256=scorecard.pdf_sha256,
        officer_id=actor.user_id)
    with SCORECARD_REVIEW.move(made, "open", actor, pdf_sha256=scorecard.pdf_sha256):
        add(made)
        flush()
    return made


@operation
def value_scorecard_review(
    review: ScorecardReview, *, values: Mapping[int, Money], own_reason: str, actor: Actor,
) -> ScorecardReview:
    """Enter the organisation's own value of each patent with how it was reached."""
    lock(review)
    if not SCORE_OFFICER.fits(actor, review.parties()):
        raise Forbidden()
    if review.state != V.OPEN:
        raise Conflict("WRONG_STATE", state=review.status.label, actions="—")
    wanted = {row.patent_id for row in review.scorecard.patents}
    if set(values) != wanted:
        raise Invalid("OWN_VALUE_MISSING", field="values")
    reviewing.check_own_value(max(values.values(), key=lambda value: value.minor), range_seen=False, reason=own_reason)
    kept = {row.patent_id: row for row in review.values}
    for patent_id, value in values.items():
        if patent_id in kept:
            kept[patent_id].own_value = value
        else:
            add(ScorecardValue(review_id=review.id, patent_id=patent_id, own_value=value))
    review.own_reason, review.officer_id = own_reason.strip(), actor.user_id
    flush()
    db.session.expire(review, ["values"])
    note(review, "own_value", actor)
    return review


@operation
def accept_scorecard_review(review: ScorecardReview, *, haircut_bp: int, reason: str = "", actor: Actor) -> ScorecardReview:
    """Rely on the scorecard with the own values less a haircut: the officer proposes, an approver confirms."""
    lock(review)
    with SCORECARD_REVIEW.move(review, "accept", actor, haircut_bp=haircut_bp, pdf_sha256=review.pdf_sha256) as moving:
        reviewing.check_haircut(haircut_bp)
        sheet = review.scorecard
        if sheet.pdf_sha256 != review.pdf_sha256:
            raise Conflict("REVIEW_SUPERSEDED", field="pdf_sha256")
        if {row.patent_id for row in review.values} != {row.patent_id for row in sheet.patents}:
            raise Invalid("OWN_VALUE_MISSING", field="values")
        found = queries.check_scorecard(
            sheet.id, patent_ids=[row.patent_id for row in sheet.patents], on=clock.today(), amount=sheet.requested)
        if actor.confirming is not None:
            review.haircut_bp, review.reason, review.approver_id, review.decided_at = haircut_bp, reason, actor.user_id, clock.now()
            review.officer_id = actor.confirming.maker_id
        moving.payload |= {"scorecard": found.number}
    return review


@operation
def reject_scorecard_review(review: ScorecardReview, *, reason: str, actor: Actor) -> ScorecardReview:
    """Do not rely on the scorecard, with a reason: the officer proposes, an approver confirms."""
    lock(review)
    with SCORECARD_REVIEW.move(review, "reject", actor, reason=reason):
        review.reason = required(reason)
        if actor.confirming is not None:
            review.approver_id, review.decided_at, review.officer_id = actor.user_id, clock.now(), actor.confirming.maker_id
    return review


@operation
def supersede_scorecard_review(review: ScorecardReview, *, actor: Actor = SYSTEM) -> ScorecardReview:
    """The scorecard ended, and the own values on it with it."""
    lock(review)
    with SCORECARD_REVIEW.move(review, "supersede", actor):
        review.decided_at = review.decided_at or clock.now()
    return review
