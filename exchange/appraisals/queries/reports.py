"""Reports, their versions, documents and signatures, as their parties may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import db
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Offered, Task, queue
from exchange.core.text import _

from ..models import (
    Appraisal, AppraisalDocument, AppraisalPatent, AppraisalQuery, AppraisalReview, AppraisalShare, AppraisalSignature, AppraisalVersion,
)
from ..states import AppraisalState as S


def _shared_with(organisation_id: int) -> ColumnElement[bool]:
    live = select(AppraisalShare.id).where(
        AppraisalShare.appraisal_id == Appraisal.id, AppraisalShare.organisation_id == organisation_id,
        AppraisalShare.revoked_at.is_(None), or_(AppraisalShare.until.is_(None), AppraisalShare.until >= clock.today()))
    return live.exists()


@visibility("appraisal")
def visible_appraisals(actor: Actor | None) -> Any:
    """Client, holder and institution see their reports, readers what was shared with them, supervisors all; nobody else any."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    own = actor.organisation_id
    return or_(Appraisal.organisation_id == own, Appraisal.holder_id == own, Appraisal.institution_id == own, _shared_with(own))


def list_appraisals(actor: Actor, *, state: str = "", purpose: str = "", side: str = "", cursor: str | None = None) -> Page[Appraisal]:
    """The reports this actor may see, newest first."""
    wanted = select(Appraisal).where(visible_appraisals(actor)).options(
        joinedload(Appraisal.holder), joinedload(Appraisal.institution))
    if state:
        wanted = wanted.where(Appraisal.state == state)
    if purpose:
        wanted = wanted.where(Appraisal.purpose == purpose)
    if side == "client":
        wanted = wanted.where(Appraisal.organisation_id == actor.organisation_id)
    if side == "institution":
        wanted = wanted.where(Appraisal.institution_id == actor.organisation_id)
    return page_of(wanted, [Order(Appraisal.id, "id", True)], cursor=cursor or "", size=50)


def appraisals_of_patents(patent_ids: Collection[int], actor: Actor | None = None) -> list[Appraisal]:
    """Reports on any of these patents, newest first, as far as the actor may see them."""
    wanted = select(Appraisal).join(AppraisalPatent).where(AppraisalPatent.patent_id.in_(list(patent_ids)))
    if actor is not None:
        wanted = wanted.where(visible_appraisals(actor))
    return list(db.session.scalars(wanted.order_by(Appraisal.id.desc()).distinct()))


def appraisal_by_number(number: str) -> Appraisal | None:
    """The report of this number, for the command line."""
    return db.session.scalar(select(Appraisal).where(Appraisal.number == number.strip()))


def current_version(appraisal: Appraisal) -> AppraisalVersion | None:
    """The calculation that the report now rests on."""
    return db.session.get(AppraisalVersion, appraisal.current_version_id) if appraisal.current_version_id else None


def computed_version(appraisal: Appraisal) -> AppraisalVersion:
    """The calculation that the report now rests on; one that was never calculated is refused."""
    version = current_version(appraisal)
    if version is None:
        raise LookupError(f"appraisal {appraisal.public_id} has no calculation")
    return version


def version_number(appraisal: Appraisal, number: int) -> AppraisalVersion | None:
    """A version by its number."""
    return db.session.scalar(select(AppraisalVersion).where(AppraisalVersion.appraisal_id == appraisal.id, AppraisalVersion.number == number))


def _document(appraisal_id: int, stage: str, language: str) -> AppraisalDocument | None:
    return db.session.scalar(select(AppraisalDocument).where(
        AppraisalDocument.appraisal_id == appraisal_id, AppraisalDocument.stage == stage, AppraisalDocument.language == language,
    ).order_by(AppraisalDocument.id.desc()).limit(1))


def frozen_document(appraisal: Appraisal, language: str = "zh") -> AppraisalDocument | None:
    """The newest frozen file of a language; Chinese governs."""
    return _document(appraisal.id, "frozen", language)


def sealed_pdf(appraisal_id: int, language: str = "zh") -> AppraisalDocument | None:
    """The sealed file of a language; Chinese governs."""
    return _document(appraisal_id, "sealed", language)


def live_signatures(appraisal: Appraisal) -> list[AppraisalSignature]:
    """Signatures and the seal that were not voided, in their order."""
    return list(db.session.scalars(select(AppraisalSignature).where(
        AppraisalSignature.appraisal_id == appraisal.id, AppraisalSignature.voided_at.is_(None)).order_by(AppraisalSignature.id)))


_APPRAISER_TASKS = {
    S.REQUESTED: ("signatory", _("Accept or decline the commission")), S.DRAFTING: ("signatory", _("Prepare and submit the report")),
    S.SUBMITTED: ("approver", _("Review the draft")), S.READY: ("signatory", _("Sign the report")),
    S.SIGNING: ("signatory", _("Sign the report")), S.SIGNED: ("approver", _("Seal the report")),
}


def tasks(actor: Actor) -> list[Offered]:
    """What waits for this actor in appraisals and reviews, soonest first."""
    found: list[Offered] = []
    if actor.kind == "appraiser":
        states = [state for state, (grade, _action) in _APPRAISER_TASKS.items() if grade == actor.grade]
        rows = db.session.scalars(select(Appraisal).where(
            Appraisal.institution_id == actor.organisation_id, Appraisal.state.in_(states)).order_by(Appraisal.due_on).limit(50))
        found += [Task("appraisal", row.public_id, row.number, _APPRAISER_TASKS[row.status][1], row.due_on, row.number) for row in rows if _is_mine(row, actor)]
        asked = _reviews(AppraisalReview.state == "queried", Appraisal.institution_id == actor.organisation_id)
        found.append(queue(
            "appraisal_review", _("Answer the reader's questions"), asked, title=Appraisal.number, number=Appraisal.number, due_on=AppraisalReview.due_on))
    elif actor.kind in ("bank", "guarantor", "reguarantor"):
        open_ones = _reviews(AppraisalReview.state == "open", AppraisalReview.organisation_id == actor.organisation_id)
        found.append(queue(
            "appraisal_review", _("Review the report"), open_ones, title=Appraisal.number, number=Appraisal.number, due_on=AppraisalReview.due_on))
    return found


def _reviews(*where: ColumnElement[bool]) -> Select[Any]:
    wanted = select(AppraisalReview).join(Appraisal, Appraisal.id == AppraisalReview.appraisal_id).where(*where)
    return wanted.order_by(AppraisalReview.due_on, AppraisalReview.id).limit(50)


def _is_mine(appraisal: Appraisal, actor: Actor) -> bool:
    if appraisal.state in (S.DRAFTING, S.READY, S.SIGNING):
        return actor.user_id in (appraisal.lead_id, appraisal.second_id)
    if appraisal.state == S.SUBMITTED:
        return actor.user_id == appraisal.reviewer_id
    return appraisal.state != S.SIGNED or actor.user_id not in appraisal.team


def open_queries(review_id: int) -> list[AppraisalQuery]:
    """Questions of a review that are not closed."""
    return list(db.session.scalars(select(AppraisalQuery).where(AppraisalQuery.review_id == review_id, AppraisalQuery.closed_at.is_(None))))
