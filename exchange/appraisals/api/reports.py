"""JSON of appraisals under ``/api/v1``."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.errors import Invalid
from exchange.core.money import Money
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.core.web.api import shown
from exchange.registers.patents import queries as patents

from .. import operations, queries
from ..models import Appraisal, AppraisalReview
from ..schemas import (
    AcceptShape, AnswerShape, AppraisalAnswer, AssumptionsShape, CalculateShape, CloseShape, CommissionShape, DecisionShape, ListFilter, OwnValueShape,
    QueryShape, ReasonShape, ReviewAnswer, SignShape, VersionAnswer,
)
from ..states import SEALED

api = ApiRoom("appraisals", __name__)


def described(appraisal: Appraisal, actor: Actor) -> dict[str, Any]:
    """A report as its party may see it; the figures only for the institution or after issue."""
    found = shown(AppraisalAnswer, appraisal, actor)
    found["patents"] = [row.patent.public_id for row in appraisal.patents]
    version = queries.current_version(appraisal)
    if version is not None and (appraisal.state in SEALED or appraisal.institution_id == actor.organisation_id):
        found["value"] = Money(int(version.summary["value"])).to_json()
        found["range"] = {name: Money(int(version.summary[name])).to_json() for name in ("low", "high")}
    document = queries.sealed_pdf(appraisal.id)
    found["pdf_sha256"] = document.content_sha256 if document else None
    return found


@api.get("/appraisals", "appraisal:list", query=ListFilter)
def list_appraisals(data: dict[str, Any], actor: Actor) -> Any:
    """The reports this reader may see."""
    cursor = data.pop("cursor")
    found: Page[Appraisal] = queries.list_appraisals(actor, **data, cursor=cursor or None)
    return {"items": [described(row, actor) for row in found.rows], "next": found.next}


@api.get("/appraisals/<id>", "appraisal:read", thing=Appraisal)
def show_appraisal(thing: Appraisal, actor: Actor) -> Any:
    """One report."""
    return described(thing, actor)


@api.post("/appraisals", "appraisal:commission", body=CommissionShape, status=201)
def commission_appraisal(data: dict[str, Any], actor: Actor) -> Any:
    """Commission a report."""
    institution, names, before = data.pop("institution"), data.pop("patents"), data.pop("supersedes")
    found = queries.find_organisation(institution)
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field="institution", choices="—")
    made = operations.commission_appraisal(
        institution_id=found.id, patent_ids=[patents.find_patent(actor, name).id for name in names],
        supersedes_id=queries.find_appraisal(actor, before).id if before else None, actor=actor, **data)
    return described(made, actor)


@api.post("/appraisals/<id>/accept", "appraisal:accept", thing=Appraisal, body=AcceptShape)
def accept_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Accept a commission."""
    people = {member.person.public_id: member.person_id for member in queries.members_of(thing.institution_id)}
    second, reviewer = (people.get(data.pop(name), 0) for name in ("second", "reviewer"))
    return described(operations.accept_appraisal(thing, second_id=second, reviewer_id=reviewer, actor=actor, **data), actor)


@api.post("/appraisals/<id>/decline", "appraisal:decline", thing=Appraisal, body=ReasonShape)
def decline_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Decline a commission."""
    return described(operations.decline_appraisal(thing, actor=actor, **data), actor)


@api.post("/appraisals/<id>/cancel", "appraisal:cancel", thing=Appraisal, body=ReasonShape)
def cancel_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Cancel a commission."""
    return described(operations.cancel_appraisal(thing, actor=actor, **data), actor)


@api.post("/appraisals/<id>/assumptions", "appraisal:draft", thing=Appraisal, body=AssumptionsShape)
def enter_assumptions(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Enter or change inputs."""
    return described(operations.enter_assumptions(thing, rows=data["rows"], actor=actor), actor)


@api.post("/appraisals/<id>/calculate", "appraisal:draft", thing=Appraisal, body=CalculateShape, status=202)
def request_calculation(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Order a saved calculation; the answer names its job."""
    made = operations.request_calculation(thing, actor=actor, **data)
    return {"job": f"/jobs/{made.public_id}"}


@api.post("/appraisals/<id>/submit", "appraisal:submit", thing=Appraisal)
def submit_appraisal(thing: Appraisal, actor: Actor) -> Any:
    """Submit for review."""
    return described(operations.submit_appraisal(thing, actor=actor), actor)


@api.post("/appraisals/<id>/approve", "appraisal:approve", thing=Appraisal)
def approve_appraisal(thing: Appraisal, actor: Actor) -> Any:
    """Approve the draft."""
    return described(operations.approve_appraisal(thing, actor=actor), actor)


@api.post("/appraisals/<id>/sign", "appraisal:sign", thing=Appraisal, body=SignShape)
def sign_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Sign the frozen file of this digest."""
    return described(operations.sign_appraisal(thing, draft_sha256=data["draft_sha256"], actor=actor), actor)


@api.post("/appraisals/<id>/seal", "appraisal:seal", thing=Appraisal, body=SignShape)
def seal_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Set the institution's seal."""
    return described(operations.seal_appraisal(thing, draft_sha256=data["draft_sha256"], actor=actor), actor)


@api.post("/appraisals/<id>/withdraw", "appraisal:withdraw", thing=Appraisal, body=ReasonShape)
def withdraw_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    """Withdraw an issued report; a second person confirms."""
    return described(operations.withdraw_appraisal(thing, actor=actor, **data), actor)


@api.get("/appraisals/<id>/versions", "appraisal:work", thing=Appraisal, answer=VersionAnswer, many=True)
def list_versions(thing: Appraisal, actor: Actor) -> Any:
    """The kept calculations."""
    return thing.versions


@api.post("/appraisals/<id>/recompute", "appraisal:recompute", thing=Appraisal, keyed=False)
def recompute_appraisal(thing: Appraisal, actor: Actor) -> Any:
    """Compute the archived calculation again."""
    if thing.state not in SEALED and thing.institution_id != actor.organisation_id:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    verdict, version = queries.recompute_verdict(thing)
    return {"status": verdict.status, "reason": verdict.reason, "differences": [dict(row) for row in verdict.differences][:50], "version": version.number}


def review_answer(review: AppraisalReview, actor: Actor) -> dict[str, Any]:
    """A review with its questions."""
    return shown(ReviewAnswer, review, actor)


@api.post("/appraisals/<id>/reviews", "appraisal:review", thing=Appraisal, status=201)
def open_review(thing: Appraisal, actor: Actor) -> Any:
    """Open a review of the sealed file."""
    return review_answer(operations.open_review(thing, actor=actor), actor)


@api.get("/appraisal-reviews/<id>", "appraisal_review:read", thing=AppraisalReview)
def show_review(thing: AppraisalReview, actor: Actor) -> Any:
    """One review."""
    return review_answer(thing, actor)


@api.post("/appraisal-reviews/<id>/queries", "appraisal_review:query", thing=AppraisalReview, body=QueryShape)
def query_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Ask about a page."""
    operations.query_review(thing, actor=actor, **data)
    return review_answer(thing, actor)


@api.post("/appraisal-reviews/<id>/answer", "appraisal_review:answer", thing=AppraisalReview, body=AnswerShape)
def answer_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Answer a question."""
    return review_answer(operations.answer_review(thing, actor=actor, **data), actor)


@api.post("/appraisal-reviews/<id>/close", "appraisal_review:close", thing=AppraisalReview, body=CloseShape)
def close_query(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Close a question, or ask again."""
    if data["text"]:
        return review_answer(operations.ask_again(thing, actor=actor, **data), actor)
    return review_answer(operations.close_query(thing, number=data["number"], actor=actor), actor)


@api.post("/appraisal-reviews/<id>/own-value", "appraisal_review:prepare", thing=AppraisalReview, body=OwnValueShape)
def enter_own_value(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the own figure before the range is shown."""
    return review_answer(operations.enter_own_value(thing, actor=actor, **data), actor)


@api.post("/appraisal-reviews/<id>/accept", "appraisal_review:accept", thing=AppraisalReview, body=DecisionShape)
def accept_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Accept with a haircut; a second person confirms."""
    made = operations.accept_review(thing, haircut_bp=round(data["haircut"] * 10000), reason=data["reason"], actor=actor)
    return review_answer(made, actor)


@api.post("/appraisal-reviews/<id>/reject", "appraisal_review:reject", thing=AppraisalReview, body=ReasonShape)
def reject_review(thing: AppraisalReview, data: dict[str, Any], actor: Actor) -> Any:
    """Reject with a reason; a second person confirms."""
    return review_answer(operations.reject_review(thing, actor=actor, **data), actor)
