"""The reader's review 押品审查: questions on pages, own value first, verdict by two persons, ended by another file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.people.accounts import queries as accounts

from ..models import Appraisal, AppraisalDocument, AppraisalQuery, AppraisalReview
from ..queries import check_usable, live_review, live_reviews, sealed_pdf
from ..queries.limits import ANSWER_DAYS, REVIEW_DAYS
from ..rules import independence, reviewing
from ..rules.vocabulary import CHECKLIST
from ..states import READER, REVIEW, ReviewState as R
from .commissioning import required, working_day
from .papers import lapse_papers, order_sheet


def _present_file(appraisal: Appraisal) -> AppraisalDocument:
    document = sealed_pdf(appraisal.id)
    if document is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    return document


@operation
def open_review(appraisal: Appraisal, *, actor: Actor) -> AppraisalReview:
    """A reader begins its review of the sealed file as it is now."""
    if not READER.fits(actor, appraisal.parties()):
        raise Forbidden()
    check_usable(appraisal.id, patent_ids=[row.patent_id for row in appraisal.patents], on=clock.today(), purpose=appraisal.purpose)
    independence.check_reader_independent(actor.organisation_id, institution_id=appraisal.institution_id,
                                          affiliated=accounts.are_affiliated(actor.organisation_id, appraisal.institution_id))
    known = live_review(appraisal.id, organisation_id=actor.organisation_id)
    if known is not None:
        raise Conflict("WRONG_STATE", state=known.status.label, actions="—")
    document = _present_file(appraisal)
    made = AppraisalReview(
        organisation_id=actor.organisation_id, appraisal_id=appraisal.id, appraisal=appraisal, document_id=document.id,
        pdf_sha256=document.content_sha256, officer_id=actor.user_id, due_on=working_day(REVIEW_DAYS.number()), checklist={})
    with REVIEW.move(made, "open", actor, pdf_sha256=document.content_sha256):
        add(made)
        flush()
    return made


def _same_file(review: AppraisalReview) -> None:
    """The verdict dies when the document changes."""
    document = sealed_pdf(review.appraisal_id)
    if document is None or document.content_sha256 != review.pdf_sha256:
        raise Conflict("REVIEW_SUPERSEDED", field="pdf_sha256")


@operation
def query_review(
    review: AppraisalReview, *, page: int, text: str, section: str = "", quote: str = "", severity: str = "normal", actor: Actor,
) -> AppraisalQuery:
    """Ask the appraiser about one place of the file."""
    lock(review)
    with REVIEW.move(review, "query", actor, page=page, severity=severity):
        _same_file(review)
        reviewing.check_query(page=page, pages=review.document.pages, section=section, quote=quote, text=text, severity=severity)
        made: AppraisalQuery = add(AppraisalQuery(
            review_id=review.id, number=len(review.queries) + 1, pdf_sha256=review.pdf_sha256, page=page, section=section, quote=quote,
            text=text.strip(), severity=severity, asked_by=actor.user_id, due_on=working_day(ANSWER_DAYS.number())))
        flush()
    return made


def _facts(review: AppraisalReview) -> list[reviewing.QueryFacts]:
    return [reviewing.QueryFacts(row.number, row.severity, bool(row.answer), row.closed_at is not None) for row in review.queries]


def _query(review: AppraisalReview, number: int) -> AppraisalQuery:
    found = next((row for row in review.queries if row.number == number), None)
    if found is None or found.closed_at is not None:
        raise Invalid("MISSING_FIELD", field="number")
    return found


@operation
def answer_review(review: AppraisalReview, *, number: int, answer: str, actor: Actor) -> AppraisalReview:
    """Lead or second answers one question; the review goes on when all are answered."""
    lock(review)
    row = _query(review, number)
    rest = [fact for fact in _facts(review) if fact.number != number]
    target = R.OPEN if reviewing.check_answered(rest) else R.QUERIED
    with REVIEW.move(review, "answer", actor, to=target, number=number):
        if actor.user_id not in (review.appraisal.lead_id, review.appraisal.second_id):
            raise Forbidden("FORBIDDEN", field="person")
        if len(answer.strip()) < 5:
            raise Invalid("TEXT_LENGTH", field="answer", low=5, high=2000)
        row.answer, row.answered_by, row.answered_at = answer.strip(), actor.user_id, clock.now()
    return review


@operation
def close_query(review: AppraisalReview, *, number: int, actor: Actor) -> AppraisalReview:
    """The asking side is satisfied with an answer."""
    lock(review)
    with REVIEW.move(review, "close", actor, to=R.OPEN, number=number):
        row = _query(review, number)
        if not row.answer:
            raise Invalid("QUERY_OPEN", field="number")
        row.closed_by, row.closed_at = actor.user_id, clock.now()
    return review


@operation
def ask_again(review: AppraisalReview, *, number: int, text: str, actor: Actor) -> AppraisalReview:
    """The answer does not do: the old question is closed and a new one asked at the same place."""
    lock(review)
    with REVIEW.move(review, "close", actor, to=R.QUERIED, number=number):
        row = _query(review, number)
        reviewing.check_query(page=row.page, pages=review.document.pages, section=row.section, quote=row.quote, text=text, severity=row.severity)
        row.closed_by, row.closed_at = actor.user_id, clock.now()
        add(AppraisalQuery(
            review_id=review.id, number=len(review.queries) + 1, pdf_sha256=review.pdf_sha256, page=row.page, section=row.section, quote=row.quote,
            text=text.strip(), severity=row.severity, asked_by=actor.user_id, due_on=working_day(ANSWER_DAYS.number())))
    return review


def check_officer(review: AppraisalReview, actor: Actor) -> None:
    """A member of the reviewing organisation, while the review runs."""
    if actor.organisation_id != review.organisation_id or actor.grade not in ("officer", "signatory"):
        raise Forbidden()
    if review.state not in (R.OPEN, R.QUERIED):
        raise Conflict("WRONG_STATE", state=review.status.label, actions="—")


@operation
def enter_own_value(
    review: AppraisalReview, *, own_value: Money, own_reason: str, request: Mapping[str, Any] | None = None, actor: Actor,
) -> AppraisalReview:
    """Enter the reader's own figure before the appraiser's range is shown."""
    lock(review)
    check_officer(review, actor)
    reviewing.check_own_value(own_value, range_seen=review.range_seen_at is not None, reason=own_reason)
    review.own_value, review.own_reason, review.own_entered_at = own_value, own_reason.strip(), clock.now()
    review.own_request = dict(request) if request else None
    note(review, "own_value", actor)
    return review


@operation
def reveal_range(review: AppraisalReview, *, actor: Actor) -> AppraisalReview:
    """Show the appraiser's range, which fixes the own figure."""
    lock(review)
    check_officer(review, actor)
    if review.own_value is None:
        raise Invalid("OWN_VALUE_MISSING", field="own_value")
    if review.range_seen_at is None:
        review.range_seen_at = clock.now()
        note(review, "reveal", actor)
    return review


@operation
def fill_checklist(review: AppraisalReview, *, checklist: Mapping[str, str], actor: Actor) -> AppraisalReview:
    """Answer lines of the checklist: yes, no or not applicable, each with a remark if one is needed."""
    lock(review)
    check_officer(review, actor)
    review.checklist = {**review.checklist, **{line: answer for line, answer in checklist.items() if line in CHECKLIST}}
    return review


@operation
def accept_review(review: AppraisalReview, *, haircut_bp: int, reason: str = "", actor: Actor) -> AppraisalReview:
    """Accept the report as collateral value with a haircut: the officer proposes, an approver confirms."""
    lock(review)
    with REVIEW.move(review, "accept", actor, haircut_bp=haircut_bp, pdf_sha256=review.pdf_sha256) as moving:
        _same_file(review)
        reviewing.check_haircut(haircut_bp)
        reviewing.check_acceptance(queries=_facts(review), own_value=review.own_value, checklist=review.checklist)
        found = check_usable(review.appraisal_id, patent_ids=[row.patent_id for row in review.appraisal.patents], on=clock.today(),
                             purpose=review.appraisal.purpose)
        if actor.confirming is not None:
            review.haircut_bp, review.reason, review.approver_id, review.decided_at = haircut_bp, reason, actor.user_id, clock.now()
            review.officer_id = actor.confirming.maker_id
        moving.payload |= {"appraisal": found.number}
    return _with_sheet(review, actor)


@operation
def reject_review(review: AppraisalReview, *, reason: str, actor: Actor) -> AppraisalReview:
    """Reject the report with a reason: the officer proposes, an approver confirms."""
    lock(review)
    with REVIEW.move(review, "reject", actor, reason=reason):
        review.reason = required(reason)
        if actor.confirming is not None:
            review.approver_id, review.decided_at, review.officer_id = actor.user_id, clock.now(), actor.confirming.maker_id
    return _with_sheet(review, actor)


def _with_sheet(review: AppraisalReview, actor: Actor) -> AppraisalReview:
    """Once two persons have decided, the sealed sheet is wanted."""
    if actor.confirming is not None:
        order_sheet(review, actor=actor)
    return review


@operation
def supersede_review(review: AppraisalReview, *, actor: Actor = SYSTEM) -> AppraisalReview:
    """Another file took the place of the reviewed one."""
    lock(review)
    with REVIEW.move(review, "supersede", actor):
        review.decided_at = review.decided_at or clock.now()
    return review


@operation
def supersede_reviews(appraisal: Appraisal, *, actor: Actor = SYSTEM) -> int:
    """Every live review of a report ends with it, and what was sealed about it lapses."""
    found = live_reviews(appraisal.id)
    for review in found:
        supersede_review(review, actor=actor)
    lapse_papers(appraisal, actor=actor)
    return len(found)
