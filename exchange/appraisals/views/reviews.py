"""Pages of the reader's review: the sealed pages beside checklist and questions."""

from __future__ import annotations

from typing import Any

from flask import Response, request as http

from exchange.core import files, pdf
from exchange.core.access import SUPERVISOR, Actor
from exchange.core.errors import Invalid
from exchange.core.text import _
from exchange.core.web import Room, back_to, page

from .. import operations, queries
from ..models import Appraisal, AppraisalReview
from ..rules.vocabulary import CHECKLIST, SEVERITIES
from ..schemas import AnswerShape, ChecklistShape, CloseShape, DecisionShape, OwnValueShape, PageQuery, QueryShape, ReasonShape

room = Room("appraisal_reviews", __name__)


@room.page("/appraisal-reviews", "appraisal_review:list")
def list_reviews(actor: Actor) -> Any:
    return page("appraisal_reviews/list.html", reviews=queries.list_reviews(actor), open_to=queries.reviewable(actor))


@room.post("/appraisals/<id>/review", "appraisal:review", thing=Appraisal)
def open_review(thing: Appraisal, actor: Actor) -> Any:
    return back_to(operations.open_review(thing, actor=actor), _("The review is open."))


def review_context(thing: AppraisalReview, actor: Actor, number: int = 1) -> dict[str, Any]:
    """The review as its reader may see it: own figures only for the reviewing side."""
    own_side = thing.organisation_id == actor.organisation_id
    content = files.get_bytes(thing.pdf_sha256)
    number = min(max(number, 1), thing.document.pages)
    shows_range = own_side and thing.range_seen_at is not None
    return {
        "review": thing, "appraisal": thing.appraisal, "own_side": own_side, "number": number, "text": pdf.page_text(content, number),
        "checklist": CHECKLIST, "severities": SEVERITIES, "span": queries.cross_check_range(thing.appraisal_id) if shows_range else None,
        "here": [row for row in thing.queries if row.page == number], "names": queries.people_of_review(thing),
        "answers": thing.appraisal.institution_id == actor.organisation_id, "waiting": queries.pending_decisions(thing),
        "same_file": queries.same_file(thing), **sheet_of(thing, actor), "asked_page": http.args.get("page", ""), "asked_number": http.args.get("number", ""),
    }


def sheet_of(thing: AppraisalReview, actor: Actor) -> dict[str, Any]:
    """The sealed sheet of a decided review, or the work that makes it; for the reviewing side and supervisors."""
    entitled = thing.organisation_id == actor.organisation_id or SUPERVISOR.fits_role(actor)
    sheet = queries.sealed_paper(queries.sheet_of_review(thing)) if entitled else None
    return {"sheet": sheet, "sheet_job": queries.waiting_paper("sheet", thing.public_id) if entitled and sheet is None else None}


@room.page("/appraisal-reviews/<id>", "appraisal_review:read", thing=AppraisalReview, home=True, query=PageQuery)
def show_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    return page("appraisal_reviews/show.html", form=None, **review_context(thing, actor, data["page"]))


@room.page("/appraisal-reviews/<id>/page.png", "appraisal_review:read", thing=AppraisalReview, query=PageQuery)
def show_page(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    if data["page"] > thing.document.pages:
        raise Invalid("PAGE_OUT_OF_RANGE", field="page", pages=thing.document.pages)
    return Response(pdf.page_image(files.get_bytes(thing.pdf_sha256), data["page"], width=1000), mimetype="image/png")


@room.form("/appraisal-reviews/<id>/query", "appraisal_review:query", thing=AppraisalReview, template="appraisal_reviews/query.html", shape=QueryShape,
           context=review_context)
def query_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.query_review(thing, actor=actor, **data)
    return back_to(thing, _("The appraiser was asked."))


@room.form("/appraisal-reviews/<id>/answer", "appraisal_review:answer", thing=AppraisalReview, template="appraisal_reviews/answer.html",
           shape=AnswerShape, context=review_context)
def answer_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.answer_review(thing, actor=actor, **data)
    return back_to(thing, _("Answered."))


@room.post("/appraisal-reviews/<id>/close", "appraisal_review:close", thing=AppraisalReview, shape=CloseShape)
def close_query(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    if data["text"]:
        operations.ask_again(thing, actor=actor, **data)
        return back_to(thing, _("The appraiser was asked again."))
    operations.close_query(thing, number=data["number"], actor=actor)
    return back_to(thing, _("Closed."))


@room.form("/appraisal-reviews/<id>/own-value", "appraisal_review:prepare", thing=AppraisalReview, template="appraisal_reviews/own_value.html",
           shape=OwnValueShape, context=review_context)
def enter_own_value(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.enter_own_value(thing, actor=actor, **data)
    return back_to(thing, _("Your figure is kept."))


@room.post("/appraisal-reviews/<id>/reveal", "appraisal_review:prepare", thing=AppraisalReview)
def reveal_range(thing: AppraisalReview, actor: Actor) -> Any:
    operations.reveal_range(thing, actor=actor)
    return back_to(thing, _("The appraiser's range is shown; your figure is now fixed."))


@room.post("/appraisal-reviews/<id>/checklist", "appraisal_review:prepare", thing=AppraisalReview, shape=ChecklistShape)
def fill_checklist(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.fill_checklist(thing, actor=actor, **data)
    return back_to(thing, _("Saved."))


@room.form("/appraisal-reviews/<id>/accept", "appraisal_review:accept", thing=AppraisalReview, template="appraisal_reviews/accept.html",
           shape=DecisionShape, context=review_context)
def accept_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.accept_review(thing, haircut_bp=round(data["haircut"] * 10000), reason=data["reason"], actor=actor)
    return back_to(thing, _("Accepted."))


@room.form("/appraisal-reviews/<id>/reject", "appraisal_review:reject", thing=AppraisalReview, template="appraisal_reviews/reject.html",
           shape=ReasonShape, context=review_context)
def reject_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    operations.reject_review(thing, actor=actor, **data)
    return back_to(thing, _("Rejected."))
