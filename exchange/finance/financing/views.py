"""Pages of the case: one for all parties, each seeing what is its own to see and to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.approvals import pending_on
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.core.web import Room, actions_of, back_to, page
from exchange.core.web.policy import may
from exchange.finance.financing import operations, queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.operations.applying import CHECK_WORKING_DAYS
from exchange.finance.financing.operations.crediting import first_interest_day
from exchange.finance.financing.queries import choosing, history, sheets
from exchange.finance.financing.rules import OPTIONAL_PAPERS, PAPERS, PLEDGEES, ROUTES, TONES, Stage, is_offered, steps_of, waits_for
from exchange.finance.financing.schemas import (
    AnswerShape, AppraisalShape, CaseQuery, CreditShape, EditShape, OpenShape, OrderShape, PaperShape, ReasonShape, ReturnShape,
    RouteShape, ScorecardShape, SignShape,
)
from exchange.finance.financing.states import CaseState
from exchange.finance.loans.models import PURPOSES
from exchange.finance.loans.rules.schedule import METHOD_LABELS

room = Room("cases", __name__)
PAYERS = {"pledgor": _("The applicant"), "pledgee": _("The pledgee")}


def options(labels: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Choices with their labels in the reader's language."""
    return [(str(value), translate(label)) for value, label in labels.items()]


def choices() -> dict[str, Any]:
    """Labels and choices of the forms."""
    return {
        "routes": ROUTES, "purposes": PURPOSES, "pledgees": PLEDGEES, "papers": PAPERS, "all_papers": PAPERS | OPTIONAL_PAPERS,
        "tones": TONES, "today": clock.today(), "check_days": CHECK_WORKING_DAYS, "route_options": options(ROUTES), "purpose_options": options(PURPOSES),
        "pledgee_options": options(PLEDGEES), "paper_options": options(PAPERS | OPTIONAL_PAPERS), "method_options": options(METHOD_LABELS),
        "payer_options": options(PAYERS), "state_options": [("", translate(_("All"))), *options({each: each.label for each in CaseState})],
    }


@room.page("/cases", "case:list", query=CaseQuery)
def list_cases(data: dict[str, Any], actor: Actor) -> str:
    """The actor's cases with their stage and who has them."""
    found = queries.list_cases(actor, **data)
    stages = queries.stages_of(found.rows)
    mine = {case.id: queries.is_waiting_for(case, stages[case.id], actor) for case in found.rows}
    return page("financing/list.html", found=found, stages=stages, mine=mine, asked=data, waits=waits_for, **choices())


def _new(actor: Actor) -> dict[str, Any]:
    return {**choosing.offers(actor), **choices()}


@room.form("/cases/new", "case:open", shape=OpenShape, template="financing/new.html", context=_new)
def open_case(data: dict[str, Any], actor: Actor) -> Any:
    """Open an application."""
    return back_to(operations.open_case(actor=actor, **choosing.inner_ids(data)), _("The application is open. Add its papers next."))


@room.page("/cases/<id>", "case:read", thing=Case, home=True)
def show_case(thing: Case, actor: Actor) -> str:
    """The one page of a case for all its parties."""
    members = choosing.members_shown(thing)
    stage, named = queries.stage_of(thing), history.named(thing, members)
    mine = queries.is_waiting_for(thing, stage, actor)
    moves = [each for each in actions_of(thing, actor) if is_offered(each.name, stage, frozen=bool(thing.frozen_order))]
    return page(
        "financing/show.html", moves=moves, case=thing, stage=stage, mine=mine, actor=actor, holder=queries.holder_of(thing, stage, until=_until(thing, stage, members)),
        steps=steps_of(thing.route, stage, mine=mine), links=_links(thing, members, actor), happened=history.timeline(thing, most=40, members=named),
        documents=[*history.sealed_documents(thing, members=named), *sheets.review_sheets(thing, actor)], side=queries.side_of(thing, actor), pending=pending_on("case", thing.public_id),
        readable=choosing.readable_patents(thing, actor), **members, **choices(),
    )


def _until(case: Case, stage: Stage, members: Mapping[str, Any]) -> Any:
    """By when the next act is due, where there is a day for it."""
    loan, pledge, guarantee = members["loan"], members["pledge"], members["guarantee"]
    if stage in (Stage.ACTIVE, Stage.OVERDUE):
        return loan.next_due_on if loan is not None else None
    if stage in (Stage.FILING, Stage.RELEASING):
        return pledge.due_on if pledge is not None else None
    if stage == Stage.GUARANTEEING:
        return guarantee.due_on if guarantee is not None else None
    return members["behind"][0].due_on if stage == Stage.REGUARANTEEING and members["behind"] else case.due_on


def _reads(thing: Any, actor: Actor) -> bool:
    """A pledge and a review are not every party's of the case: their own sides read them, and the overseers."""
    return actor.organisation_id in (thing.organisation_id, getattr(thing, "pledgor_id", 0)) or actor.kind in ("regulator", "auditor")


def _links(case: Case, members: Mapping[str, Any], actor: Actor) -> dict[str, str]:
    """Where each step is done, as far as the actor may go there."""
    home = f"/cases/{case.public_id}"
    verbs = {"application": "paper", "credit": "credit", "contracts": "sign", "appraisal": "appraisal"}
    found = {step: f"{home}/{verb}" if may(f"case:{verb}", actor, case) else home for step, verb in verbs.items()}
    if members["report"] is not None and found["appraisal"] == home:
        found["appraisal"] = f"/appraisals/{members['report'].public_id}"
    places = {"review": ("appraisals", "report"), "guarantee": ("guarantees", "guarantee"), "pledge": ("pledges", "pledge"),
              "payment": ("loans", "loan"), "repayment": ("loans", "loan"), "release": ("pledges", "pledge")}
    for step, (place, name) in places.items():
        if members[name] is not None:
            readable = name != "pledge" or _reads(members[name], actor)
            found[step] = f"/{place}/{members[name].public_id}" if readable else home
    if members["behind"]:
        found["reguarantee"] = f"/reguarantees/{members['behind'][0].public_id}"
    if members["scorecard"] is not None:
        found["review"] = f"/scorecards/{members['scorecard'].public_id}"
    if members["scored"] is not None and _reads(members["scored"], actor):
        found["review"] = f"/scorecard-reviews/{members['scored'].public_id}"
    if members["reviews"] and _reads(members["reviews"][0], actor):
        found["review"] = f"/appraisal-reviews/{members['reviews'][0].public_id}"
    if members["loan"] is not None:
        found["credit"] = f"/loans/{members['loan'].public_id}"
    return found | {"check": home, "closing": home}


def _look(thing: Case, actor: Actor) -> dict[str, Any]:
    return {"case": thing, "stage": queries.stage_of(thing), "actor": actor, **choices()}


def _edit(thing: Case, actor: Actor) -> dict[str, Any]:
    return _look(thing, actor) | choosing.offers(actor)


def _stated(thing: Case, actor: Actor) -> dict[str, Any]:
    return {
        "amount": str(thing.amount), "term_months": thing.term_months, "purpose": thing.purpose, "purpose_note": thing.purpose_note,
        "patents": [each.patent.public_id for each in thing.patents],
    }


@room.form("/cases/<id>/edit", "case:edit", thing=Case, shape=EditShape, template="financing/edit.html", context=_edit, initial=_stated)
def edit_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Change what is applied for."""
    operations.edit_case(thing, actor=actor, **choosing.inner_ids(data))
    return back_to(thing, _("The application is changed."))


@room.form(
    "/cases/<id>/paper", "case:paper", thing=Case, shape=PaperShape, template="financing/paper.html", context=_look, uploads={"file": "document"})
def attach_paper(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Add a paper."""
    operations.attach_paper(thing, kind=data["kind"], upload=operations.needed_file(data.get("file")), actor=actor)
    return back_to(thing, _("The paper is added."))


@room.post("/cases/<id>/submit", "case:submit", thing=Case)
def submit_case(thing: Case, actor: Actor) -> Any:
    """Submit the application."""
    operations.submit_case(thing, actor=actor)
    return back_to(thing, _("The application is submitted."))


@room.form("/cases/<id>/return", "case:return", thing=Case, shape=ReturnShape, template="financing/return.html", context=_look)
def return_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Send the application back."""
    operations.return_case(thing, remarks=data["remarks"].splitlines(), actor=actor)
    return back_to(thing, _("The application is sent back."))


@room.form("/cases/<id>/answer", "case:answer", thing=Case, shape=AnswerShape, template="financing/answer.html", context=_look)
def answer_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Answer a remark."""
    operations.answer_case(thing, actor=actor, **data)
    return back_to(thing, _("The remark is answered."))


@room.post("/cases/<id>/accept", "case:accept", thing=Case)
def accept_case(thing: Case, actor: Actor) -> Any:
    """Accept the application."""
    operations.accept_case(thing, actor=actor)
    return back_to(thing, _("The application is accepted."))


def _reports(thing: Case, actor: Actor) -> dict[str, Any]:
    named = [(each.public_id, f"{each.number} · {translate(each.status.label)}") for each in choosing.reports_for(thing)]
    sheets = [(each.public_id, each.number) for each in choosing.sheets_for(thing)]
    return _look(thing, actor) | {"report_options": named, "sheet_options": sheets, "ceiling": choosing.ceiling()}


@room.form("/cases/<id>/appraisal", "case:appraisal", thing=Case, shape=AppraisalShape, template="financing/appraisal.html", context=_reports)
def name_appraisal(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Say on which report the case rests."""
    operations.name_appraisal(thing, appraisal=choosing.report_named(actor, data["appraisal"]), actor=actor)
    return back_to(thing, _("The report is named; the parties of the case may read it."))


@room.form("/cases/<id>/scorecard", "case:appraisal", thing=Case, shape=ScorecardShape, template="financing/scorecard.html", context=_reports)
def name_scorecard(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Let a small case rest on a scorecard."""
    operations.name_scorecard(thing, scorecard=choosing.scorecard_named(actor, data["scorecard"]), actor=actor)
    return back_to(thing, _("The scorecard is named; the parties of the case may read it."))


def _proposed(thing: Case, actor: Actor) -> dict[str, Any]:
    return {"principal": str(thing.amount), "periods": thing.term_months, "first_due": first_interest_day(clock.today()).isoformat()}


def _security(thing: Case, actor: Actor) -> dict[str, Any]:
    return _look(thing, actor) | {"cover": queries.cover_of(thing)}


@room.form("/cases/<id>/credit", "case:credit", thing=Case, shape=CreditShape, template="financing/credit.html", context=_security, initial=_proposed)
def draft_credit(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the terms of the credit."""
    operations.draft_credit(thing, actor=actor, **data)
    return back_to(thing, _("Loan and pledge are drafted; the credit waits for its decision."))


def _pack(thing: Case, actor: Actor) -> dict[str, Any]:
    members = choosing.members_shown(thing)
    sealed = history.sealed_documents(thing, members=history.named(thing, members))
    return _look(thing, actor) | {"pack": next((each for each in sealed if each.sha256 == thing.contract_sha256), None), **members}


@room.form("/cases/<id>/sign", "case:sign", thing=Case, shape=SignShape, template="financing/sign.html", context=_pack)
def sign_contracts(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Sign every contract for one's side."""
    operations.sign_contracts(thing, actor=actor, **data)
    return back_to(thing, _("Signed."))


@room.form("/cases/<id>/cancel", "case:cancel", thing=Case, shape=ReasonShape, template="financing/cancel.html", context=_look)
def cancel_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Give the case up."""
    operations.cancel_case(thing, actor=actor, **data)
    return back_to(thing, _("The case is cancelled."))


@room.form("/cases/<id>/reroute", "case:reroute", thing=Case, shape=RouteShape, template="financing/reroute.html", context=_edit)
def reroute_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Change the route."""
    operations.reroute_case(thing, actor=actor, **choosing.inner_ids(data))
    return back_to(thing, _("The route is changed; the papers are checked again."))


@room.form("/cases/<id>/freeze", "case:freeze", thing=Case, shape=OrderShape, template="financing/freeze.html", context=_look)
def freeze_case(thing: Case, data: dict[str, Any], actor: Actor) -> Any:
    """Freeze by order; a second person confirms."""
    operations.freeze_case(thing, actor=actor, **data)
    return back_to(thing, _("The case is frozen."))


@room.post("/cases/<id>/unfreeze", "case:unfreeze", thing=Case)
def unfreeze_case(thing: Case, actor: Actor) -> Any:
    """Lift the order; a second person confirms."""
    operations.unfreeze_case(thing, actor=actor)
    return back_to(thing, _("The order is lifted."))
