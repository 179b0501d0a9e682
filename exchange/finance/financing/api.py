"""JSON of cases."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.finance.financing import operations, queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.queries import choosing, history, sheets
from exchange.finance.financing.schemas import (
    AnswerShape, AppraisalShape, CaseAnswer, CaseQuery, CreditShape, EditShape, OpenShape, OrderShape, ReasonShape, ReturnShape,
    RouteShape, ScorecardShape, SignShape,
)

api = ApiRoom("cases", __name__)


@api.get("/cases", "case:list", query=CaseQuery, answer=CaseAnswer, many=True)
def list_cases(data: dict[str, Any], actor: Actor) -> Page[Case]:
    """The cases you are a party to."""
    return queries.list_cases(actor, **data)


@api.get("/cases/<id>", "case:read", thing=Case, answer=CaseAnswer)
def show_case(thing: Case, actor: Actor) -> Case:
    """One case."""
    return thing


@api.get("/cases/<id>/stage", "case:read", thing=Case)
def show_stage(thing: Case, actor: Actor) -> dict[str, Any]:
    """Where the case is, who has it and its members."""
    stage = queries.stage_of(thing)
    holder = queries.holder_of(thing, stage, until=thing.due_on)
    members = choosing.members_shown(thing)
    return {
        "stage": str(stage), "label": translate(stage.label), "waiting_for": list(holder.names), "what": translate(holder.what),
        "mine": queries.is_waiting_for(thing, stage, actor),
        "members": {name: members[name].public_id for name in ("report", "scorecard", "guarantee", "loan", "pledge") if members[name] is not None}
        | {"reguarantees": [each.public_id for each in members["behind"]]},
    }


@api.get("/cases/<id>/timeline", "case:read", thing=Case)
def show_timeline(thing: Case, actor: Actor) -> dict[str, Any]:
    """What happened in the case and its members, newest first."""
    return {"items": [
        {"at": each.at.isoformat(), "event": f"{each.noun}.{each.verb}", "label": translate(each.label), "number": each.number,
         "organisation": each.organisation, "id": each.public_id}
        for each in history.timeline(thing)
    ]}


@api.get("/cases/<id>/documents", "case:read", thing=Case)
def show_documents(thing: Case, actor: Actor) -> dict[str, Any]:
    """The sealed documents of the case and its members."""
    return {"items": [
        {"id": each.public_id, "number": each.number, "title": each.title, "sha256": each.sha256, "code": each.code, "status": each.status}
        for each in [*history.sealed_documents(thing), *sheets.review_sheets(thing, actor)]
    ]}


@api.post("/cases", "case:open", body=OpenShape, answer=CaseAnswer, status=201)
def open_case(data: dict[str, Any], actor: Actor) -> Case:
    """Open an application."""
    return operations.open_case(actor=actor, **choosing.inner_ids(data))


@api.post("/cases/<id>/edit", "case:edit", thing=Case, body=EditShape, answer=CaseAnswer)
def edit_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Change what is applied for."""
    return operations.edit_case(thing, actor=actor, **choosing.inner_ids(data))


@api.post("/cases/<id>/submit", "case:submit", thing=Case, answer=CaseAnswer)
def submit_case(thing: Case, actor: Actor) -> Case:
    """Submit the application."""
    return operations.submit_case(thing, actor=actor)


@api.post("/cases/<id>/return", "case:return", thing=Case, body=ReturnShape, answer=CaseAnswer)
def return_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Send the application back, one remark a line."""
    return operations.return_case(thing, remarks=data["remarks"].splitlines(), actor=actor)


@api.post("/cases/<id>/answer", "case:answer", thing=Case, body=AnswerShape, answer=CaseAnswer)
def answer_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Answer a remark."""
    return operations.answer_case(thing, actor=actor, **data)


@api.post("/cases/<id>/accept", "case:accept", thing=Case, answer=CaseAnswer)
def accept_case(thing: Case, actor: Actor) -> Case:
    """Accept the application."""
    return operations.accept_case(thing, actor=actor)


@api.post("/cases/<id>/appraisal", "case:appraisal", thing=Case, body=AppraisalShape, answer=CaseAnswer)
def name_appraisal(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Say on which report the case rests."""
    return operations.name_appraisal(thing, appraisal=choosing.report_named(actor, data["appraisal"]), actor=actor)


@api.post("/cases/<id>/scorecard", "case:appraisal", thing=Case, body=ScorecardShape, answer=CaseAnswer)
def name_scorecard(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Let a small case rest on a scorecard."""
    return operations.name_scorecard(thing, scorecard=choosing.scorecard_named(actor, data["scorecard"]), actor=actor)


@api.post("/cases/<id>/credit", "case:credit", thing=Case, body=CreditShape, answer=CaseAnswer)
def draft_credit(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Enter the terms of the credit."""
    return operations.draft_credit(thing, actor=actor, **data)


@api.post("/cases/<id>/sign", "case:sign", thing=Case, body=SignShape, answer=CaseAnswer)
def sign_contracts(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Sign every contract for your side."""
    return operations.sign_contracts(thing, actor=actor, **data)


@api.post("/cases/<id>/cancel", "case:cancel", thing=Case, body=ReasonShape, answer=CaseAnswer)
def cancel_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Give the case up."""
    return operations.cancel_case(thing, actor=actor, **data)


@api.post("/cases/<id>/reroute", "case:reroute", thing=Case, body=RouteShape, answer=CaseAnswer)
def reroute_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Change the route."""
    return operations.reroute_case(thing, actor=actor, **choosing.inner_ids(data))


@api.post("/cases/<id>/freeze", "case:freeze", thing=Case, body=OrderShape, answer=CaseAnswer)
def freeze_case(thing: Case, data: dict[str, Any], actor: Actor) -> Case:
    """Freeze by order; a second person confirms."""
    return operations.freeze_case(thing, actor=actor, **data)


@api.post("/cases/<id>/unfreeze", "case:unfreeze", thing=Case, answer=CaseAnswer)
def unfreeze_case(thing: Case, actor: Actor) -> Case:
    """Lift the order; a second person confirms."""
    return operations.unfreeze_case(thing, actor=actor)
