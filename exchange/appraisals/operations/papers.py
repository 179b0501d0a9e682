"""Papers made from a sealed report: ordered in a transaction, rendered by a job, kept sealed, and lapsed with the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exchange.core import jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.events import note

from ..models import Appraisal, AppraisalPaper, AppraisalReview
from ..queries import sealed_pdf
from ..queries.papers import bilingual_of, is_decided, papers_of, sealed_paper, sheet_number, sheet_of_review
from ..states import AppraisalState as S


@operation
def order_sheet(review: AppraisalReview, *, actor: Actor) -> str:
    """The sealed sheet of a decided review is wanted; answers the job's name."""
    if not is_decided(review):
        raise Conflict("WRONG_STATE", state=review.status.label, actions="—")
    made = jobs.enqueue("paper.sheet", {"id": review.public_id, "code": seal.new_code()}, key=review.public_id, title=sheet_number(review),
                        organisation_id=review.organisation_id, user_id=actor.user_id)
    return str(made.public_id)


@operation
def order_bilingual(appraisal: Appraisal, *, actor: Actor) -> Appraisal:
    """The bilingual reading edition of an issued report is wanted; it is made once and costs as much as both editions."""
    lock(appraisal)
    if appraisal.state != S.ISSUED or sealed_pdf(appraisal.id) is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    if bilingual_of(appraisal) is None:
        jobs.enqueue("paper.bilingual", {"id": appraisal.public_id, "code": seal.new_code()}, key=appraisal.public_id, title=appraisal.number,
                     organisation_id=actor.organisation_id, user_id=actor.user_id)
        note(appraisal, "order_bilingual", actor)
    return appraisal


def _kept(paper: AppraisalPaper, content: bytes, *, code: str, issuer: str, number: str, title: str, signers: Sequence[dict[str, Any]]) -> AppraisalPaper:
    """Seal the content and keep its row, in the running transaction."""
    made = seal.seal_document(
        content, noun="appraisal_paper", object_id=paper.public_id, number=number, code=code, issuer=issuer, title=title, signers=signers,
        pages=paper.pages, organisation_id=paper.organisation_id)
    paper.content_sha256, paper.sealed_document_id = made.sha256, made.id
    add(paper)
    flush()
    return paper


@operation
def keep_sheet(
    review: AppraisalReview, *, content: bytes, pages: int, code: str, title: str, signers: Sequence[dict[str, Any]], actor: Actor = SYSTEM,
) -> AppraisalPaper | None:
    """Keep the sealed sheet; none is kept when the report changed while it was made."""
    lock(review)
    known = sheet_of_review(review)
    if known is not None or not is_decided(review):
        return known
    paper = AppraisalPaper(
        organisation_id=review.organisation_id, appraisal_id=review.appraisal_id, review_id=review.id, kind="review_sheet",
        of_sha256=review.pdf_sha256, pages=pages)
    _kept(paper, content, code=code, issuer=review.organisation.name, number=sheet_number(review), title=title, signers=signers)
    review.sheet_document_id = paper.sealed_document_id
    note(review, "sheet", actor, sha256=paper.content_sha256, pdf_sha256=review.pdf_sha256, code=code)
    return paper


@operation
def keep_bilingual(appraisal: Appraisal, *, content: bytes, pages: int, code: str, title: str, of_sha256: str, actor: Actor = SYSTEM) -> AppraisalPaper | None:
    """Keep the sealed bilingual edition of exactly the file it was made from."""
    lock(appraisal)
    known, document = bilingual_of(appraisal), sealed_pdf(appraisal.id)
    if known is not None or appraisal.state != S.ISSUED or document is None or document.content_sha256 != of_sha256:
        return known
    paper = AppraisalPaper(
        organisation_id=appraisal.organisation_id, appraisal_id=appraisal.id, kind="bilingual", of_sha256=of_sha256, pages=pages)
    _kept(paper, content, code=code, issuer=appraisal.institution.name, number=appraisal.number, title=title, signers=[])
    note(appraisal, "bilingual", actor, sha256=paper.content_sha256, of_sha256=of_sha256, code=code)
    return paper


@operation
def lapse_papers(appraisal: Appraisal, *, actor: Actor = SYSTEM) -> int:
    """The report ended or was replaced: its papers stay readable and are shown as lapsed, in the transaction of the cause."""
    ended = 0
    for paper in papers_of(appraisal):
        document = sealed_paper(paper)
        if document is not None and document.status == "valid":
            seal.lapse_document(document, actor=actor)
            note(paper.review or appraisal, "lapse", actor, kind=paper.kind, sha256=paper.content_sha256)
            ended += 1
    return ended


