"""Papers made after the issue: which there are, who may read them, and what the sheet of a review says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import false, func, or_, select, true

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.approvals import Approval
from exchange.core.database import by_public_id, db
from exchange.core.files import NEEDED_BY
from exchange.core.jobs import Job
from exchange.core.seal import SealedDocument
from exchange.core.text import _
from exchange.people.accounts import queries as accounts

from ..models import Appraisal, AppraisalDocument, AppraisalPaper, AppraisalReview
from ..rules.review_sheet import Asked, Decided, ReviewFacts
from ..states import ReviewState
from .reports import sealed_pdf, visible_appraisals
from .sealed import cross_check_range, sealed_appraisal

NEEDED_BY.append((AppraisalDocument, "content_sha256"))
SHEET_READERS: list[Callable[[Actor], Any]] = []  # a wing above says which other parties of its cases may read a review's sheet
DECIDED = (ReviewState.ACCEPTED, ReviewState.REJECTED)


@visibility("appraisal_paper")
def visible_papers(actor: Actor | None) -> Any:
    """The bilingual edition is seen like its report; the sheet of a review by the reviewing side and those who rely on it, never by the appraiser."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    report = select(Appraisal.id).where(Appraisal.id == AppraisalPaper.appraisal_id, visible_appraisals(actor))
    bilingual = (AppraisalPaper.kind == "bilingual") & report.exists()
    sheet = or_(AppraisalPaper.organisation_id == actor.organisation_id, *(clause(actor) for clause in SHEET_READERS))
    return or_(bilingual, (AppraisalPaper.kind == "review_sheet") & sheet)


def review_by_id(public_id: str) -> AppraisalReview:
    """The review of this name, for work that already knows who asked."""
    return by_public_id(AppraisalReview, public_id)


def is_decided(review: AppraisalReview) -> bool:
    """Whether two persons have decided it and the report is still the one they read."""
    document = sealed_pdf(review.appraisal_id)
    return review.state in DECIDED and review.approver_id is not None and document is not None and document.content_sha256 == review.pdf_sha256


def sheet_of_review(review: AppraisalReview) -> AppraisalPaper | None:
    """The sheet of a review, if it was made."""
    return db.session.scalar(select(AppraisalPaper).where(AppraisalPaper.review_id == review.id))


def bilingual_of(appraisal: Appraisal) -> AppraisalPaper | None:
    """The bilingual edition of a report, if it was made."""
    return db.session.scalar(select(AppraisalPaper).where(AppraisalPaper.appraisal_id == appraisal.id, AppraisalPaper.kind == "bilingual"))


def papers_of(appraisal: Appraisal) -> list[AppraisalPaper]:
    """Every paper about a report."""
    return list(db.session.scalars(select(AppraisalPaper).where(AppraisalPaper.appraisal_id == appraisal.id).order_by(AppraisalPaper.id)))


def sealed_paper(paper: AppraisalPaper | None) -> SealedDocument | None:
    """The sealed document that holds a paper."""
    return db.session.get(SealedDocument, paper.sealed_document_id) if paper is not None else None


def sheets_of_report(appraisal_id: int, actor: Actor) -> list[SealedDocument]:
    """The sealed sheets about a report that the actor may read, newest first."""
    wanted = select(SealedDocument).join(AppraisalPaper, AppraisalPaper.sealed_document_id == SealedDocument.id).where(
        AppraisalPaper.appraisal_id == appraisal_id, AppraisalPaper.kind == "review_sheet", visible_papers(actor))
    return list(db.session.scalars(wanted.order_by(SealedDocument.id.desc())))


def waiting_paper(kind: str, key: str) -> Job | None:
    """The job that makes a paper now, or that failed at it."""
    return db.session.scalar(select(Job).where(Job.kind == f"paper.{kind}", Job.key == key, Job.state != "done"))


def sheet_number(review: AppraisalReview) -> str:
    """The report's number with the place of the review among all reviews of it."""
    place = db.session.scalar(select(func.count()).select_from(AppraisalReview).where(
        AppraisalReview.appraisal_id == review.appraisal_id, AppraisalReview.id <= review.id))
    return f"{review.appraisal.number}-R{place}"


def facts_of_review(review: AppraisalReview) -> ReviewFacts:
    """A decided review with the report it is about, by names."""
    found, appraisal = sealed_appraisal(review.appraisal_id), review.appraisal
    return ReviewFacts(
        number=sheet_number(review), verdict=review.state, reviewer=review.organisation.name, appraisal_number=found.number,
        document_kind=found.document_kind, institution=appraisal.institution.name, client=appraisal.client.name,
        patents=tuple(row.patent.shown_number for row in appraisal.patents), valuation_date=found.base_date, valid_through=found.valid_through,
        report_code=found.verification_code, pdf_sha256=review.pdf_sha256, pages=review.document.pages, signers=found.signers,
        checklist=dict(review.checklist), asked=_asked(review), own_value=review.own_value, own_reason=review.own_reason,
        own_entered_at=review.own_entered_at, range_seen_at=review.range_seen_at, appraised=cross_check_range(review.appraisal_id),
        haircut_bp=review.haircut_bp, reason=review.reason, persons=_persons(review))


def _asked(review: AppraisalReview) -> tuple[Asked, ...]:
    ids = {person for row in review.queries for person in (row.asked_by, row.answered_by, row.closed_by) if person}
    names = accounts.person_names(ids)
    return tuple(
        Asked(row.number, row.page, row.section, row.quote, row.severity, row.text, names.get(row.asked_by, ""), row.asked_at, row.answer,
              names.get(row.answered_by or 0, ""), row.answered_at, names.get(row.closed_by or 0, ""), row.closed_at, row.pdf_sha256)
        for row in review.queries)


def _persons(review: AppraisalReview) -> tuple[Decided, ...]:
    """Who proposed the verdict and who confirmed it, as the approval keeps them."""
    verb = "accept" if review.state == ReviewState.ACCEPTED else "reject"
    proposed = db.session.scalar(select(Approval.created_at).where(
        Approval.subject_noun == "appraisal_review", Approval.subject_id == review.public_id, Approval.verb == verb,
        Approval.decision == "confirmed").order_by(Approval.id.desc()).limit(1))
    approver = review.approver.name if review.approver is not None else ""
    return (Decided(_("Officer"), review.officer.name, proposed), Decided(_("Approver"), approver, review.decided_at))


def signers_of(facts: ReviewFacts) -> list[dict[str, str]]:
    """The two persons as the seal names them."""
    return [{"name": row.name, "organisation": facts.reviewer, "signed_at": row.at.isoformat() if row.at else ""} for row in facts.persons]
