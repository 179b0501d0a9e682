"""Reviews by guarantors and banks, for themselves and for the features above."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, or_, select, true
from sqlalchemy.orm import joinedload

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import db
from exchange.core.money import Money

from ..models import Appraisal, AppraisalReview
from ..rules.reviewing import value_for_lending
from ..states import LIVE_REVIEWS, ReviewState
from .reports import sealed_pdf
from .sealed import sealed_appraisal


@visibility("appraisal_review")
def visible_reviews(actor: Actor | None) -> Any:
    """The reviewing organisation and the institution that answers see a review; supervisors see all."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    own = actor.organisation_id
    answering = select(Appraisal.id).where(Appraisal.id == AppraisalReview.appraisal_id, Appraisal.institution_id == own)
    return or_(AppraisalReview.organisation_id == own, answering.exists())


def list_reviews(actor: Actor, *, state: str = "") -> list[AppraisalReview]:
    """The reviews this actor may see, newest first."""
    wanted = select(AppraisalReview).where(visible_reviews(actor)).options(
        joinedload(AppraisalReview.organisation), joinedload(AppraisalReview.appraisal).joinedload(Appraisal.holder))
    if state:
        wanted = wanted.where(AppraisalReview.state == state)
    return list(db.session.scalars(wanted.order_by(AppraisalReview.id.desc()).limit(200)))


def live_reviews(appraisal_id: int) -> list[AppraisalReview]:
    """Open, queried and accepted reviews of a report."""
    return list(db.session.scalars(select(AppraisalReview).where(
        AppraisalReview.appraisal_id == appraisal_id, AppraisalReview.state.in_(LIVE_REVIEWS)).order_by(AppraisalReview.id)))


def live_review(appraisal_id: int, *, organisation_id: int) -> AppraisalReview | None:
    """The live review of one organisation, if it has one."""
    return next((review for review in live_reviews(appraisal_id) if review.organisation_id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class AcceptedReview:
    """An accepted review, as lenders and guarantors rely on it."""

    id: int
    public_id: str
    appraisal_id: int
    organisation_id: int
    pdf_sha256: str
    own_value: Money
    haircut_bp: int
    value_for_lending: Money
    officer_id: int
    approver_id: int
    decided_at: datetime


def accepted_review(appraisal_id: int, *, organisation_ids: Collection[int]) -> AcceptedReview | None:
    """The accepted review by one of these organisations, only while it is of the present file."""
    document = sealed_pdf(appraisal_id)
    for review in live_reviews(appraisal_id):
        fits = review.state == ReviewState.ACCEPTED and review.organisation_id in organisation_ids
        if fits and document is not None and review.pdf_sha256 == document.content_sha256:
            return _accepted(review)
    return None


def _accepted(review: AppraisalReview) -> AcceptedReview:
    appraised = sealed_appraisal(review.appraisal_id).value
    if review.own_value is None or review.haircut_bp is None or review.approver_id is None or review.decided_at is None:
        raise ValueError(f"review {review.public_id} is accepted but not complete")
    return AcceptedReview(
        review.id, review.public_id, review.appraisal_id, review.organisation_id, review.pdf_sha256, review.own_value, review.haircut_bp,
        value_for_lending(appraised, review.own_value, review.haircut_bp), review.officer_id, review.approver_id, review.decided_at)
