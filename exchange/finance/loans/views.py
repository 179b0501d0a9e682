"""Pages of loans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.finance.loans import operations, queries
from exchange.finance.loans.models import CONDITIONS, PURPOSES, ROLES, Loan, Payment
from exchange.finance.loans.rules.allocation import COMPONENT_LABELS
from exchange.finance.loans.rules.collateral import LEVEL_LABELS, percent
from exchange.finance.loans.rules.days import DUE_RULE_LABELS
from exchange.finance.loans.rules.history import PURPOSE_LABELS
from exchange.finance.loans.rules.risk import CLASS_LABELS, RiskClass
from exchange.finance.loans.rules.schedule import METHOD_LABELS, Method
from exchange.finance.loans.schemas import (
    RECEIVED, CauseShape, ChargeShape, ClauseShape, DayQuery, DisburseShape, DraftShape, DrawShape, LoanQuery, NoteShape,
    QuoteShape, ReasonShape, RecoverShape, RefundShape, RepayShape, RestructureShape, SignShape, WriteOffShape, read_terms,
)
from exchange.finance.loans.states import TONES, LoanStage
from exchange.finance.pledges.queries import find_pledge, pledge_with_items
from exchange.people.accounts.queries import organisation_names
from exchange.registers.ledger.rules import csv_of

room = Room("loans", __name__)
OFFERED = [method for method in Method if method is not Method.CUSTOM]
LABELS: dict[str, Any] = {
    "methods": METHOD_LABELS, "purposes": PURPOSES, "due_rules": DUE_RULE_LABELS, "classes": CLASS_LABELS,
    "components": COMPONENT_LABELS, "levels": LEVEL_LABELS, "conditions": CONDITIONS, "tones": TONES,
}


def options(labels: Mapping[Any, Any], *, all_of: str = "") -> list[tuple[str, str]]:
    """Choices with their labels in the reader's language."""
    found = [(str(value), translate(label)) for value, label in labels.items()]
    return [("", translate(_("All"))), *found] if all_of else found


def choices() -> dict[str, Any]:
    """The labels and the choices of the forms."""
    return {
        **LABELS,
        "method_options": options({each: METHOD_LABELS[each] for each in OFFERED}),
        "due_options": options({each: DUE_RULE_LABELS[each] for each in DUE_RULE_LABELS if each != "day_of_month"}),
        "purpose_options": options(PURPOSES),
        "state_options": options({each: each.label for each in LoanStage}, all_of="state"),
        "received_options": options({each: PURPOSE_LABELS[each] for each in RECEIVED}),
        "role_labels": ROLES,
    }


def names_of(*loans: Loan) -> dict[int, str]:
    """The names of everybody in these loans."""
    ids = {each for loan in loans for each in (loan.organisation_id, loan.borrower_id)}
    ids |= {member.organisation_id for loan in loans for member in loan.members}
    return organisation_names(ids)


@room.page("/loans", "loan:read", query=LoanQuery)
def list_loans(data: dict[str, Any], actor: Actor) -> str:
    """The actor's loans with what they add up to."""
    found = queries.loans_of(actor, **data)
    return page(
        "loans/list.html", loans=found, names=names_of(*found.rows), summary=queries.summary(actor), asked=data, **choices()
    )


@room.page("/loans/<id>", "loan:read", thing=Loan, home=True)
def show_loan(thing: Loan, actor: Actor) -> str:
    """One loan: position, next payment, cover, payments, conditions, history."""
    return page("loans/show.html", loan=thing, events=queries.timeline_of(thing), **_look(thing, actor))


def _look(loan: Loan, actor: Actor) -> dict[str, Any]:
    pledge = pledge_with_items(loan.pledge_id) if loan.pledge_id else None
    state = queries.position_of(loan) if queries.whole(loan).drawings else None
    cover = queries.cover(loan.id) if loan.pledge_id else None
    return {
        "names": names_of(loan), "position": state, "money": Money, "cover": cover, "percent": percent,
        "collateral": queries.collateral_of(loan), "payments": queries.read_payments(loan),
        "shortfall": queries.open_shortfall(loan.id), "risk": RiskClass(loan.risk_class), "actor": actor,
        "pledge": pledge, **choices(),
    }


@room.page("/loans/<id>/schedule", "loan:read", thing=Loan)
def show_schedule(thing: Loan, actor: Actor) -> str:
    """The whole schedule as it stands."""
    state = queries.position_of(thing) if queries.whole(thing).drawings else queries.quote(queries.input_of(thing))
    schedule = queries.current_schedule(thing.id)
    return page("loans/schedule.html", loan=thing, rows=state.rows, money=Money, schedule=schedule, today=clock.today(), **choices())


@room.page("/loans/<id>/schedule.csv", "loan:read", thing=Loan)
def download_schedule(thing: Loan, actor: Actor) -> Response:
    """The schedule as a table."""
    state = queries.position_of(thing) if queries.whole(thing).drawings else queries.quote(queries.input_of(thing))
    rows = [
        [row.n, row.due_on, row.payable_on, Money(row.principal), Money(row.interest), Money(row.balance), row.origin]
        for row in state.rows
    ]
    header = ["n", "due_on", "payable_on", "principal", "interest", "balance", "origin"]
    return Response(csv_of(header, rows), mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={thing.number}.csv"})


@room.page("/loans/<id>/payoff", "loan:read", thing=Loan, query=DayQuery)
def show_payoff(thing: Loan, data: dict[str, Any], actor: Actor) -> str:
    """What ends the loan on a day."""
    quote = queries.payoff(thing.id, data["on"]) if queries.whole(thing).drawings else None
    return page("loans/payoff.html", loan=thing, quote=quote, money=Money)


@room.form("/loans/quote", "loan:quote", template="loans/quote.html", shape=QuoteShape, keyed=False,
           context=lambda actor: choices(), initial=lambda actor: {"rate": "3.45", "periods": "12"})
def quote_loan(data: dict[str, Any], actor: Actor) -> str:
    """The schedule of terms, nothing kept."""
    state = queries.quote(read_terms(data), start=data["start"])
    return page("loans/quoted.html", rows=state.rows, money=Money, rate=data["rate"], terms=read_terms(data), **choices())


def _draft_context(actor: Actor) -> dict[str, Any]:
    pledges = queries.pledges_to_lend_on(actor)
    names = organisation_names({each.pledgor_id for each in pledges})
    offered = [(each.public_id, f"{each.number} · {names.get(each.pledgor_id, '')}") for each in pledges]
    return {"pledges": pledges, "pledge_options": offered, **choices()}


@room.form("/loans/new", "loan:draft", template="loans/draft.html", shape=DraftShape, context=_draft_context)
def draft_loan(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a loan on a pledge in the bank's favour."""
    pledge = find_pledge(actor, data["pledge"])
    loan = operations.draft_loan(
        actor, bank_id=actor.organisation_id, borrower_id=pledge.pledgor_id, terms=read_terms(data), pledge_id=pledge.id
    )
    return back_to(loan, _("The loan is drafted."))


def _act(thing: Loan, actor: Actor) -> dict[str, Any]:
    return {"loan": thing, "digest": queries.contract_sha256(thing), "today": clock.today(), **_look(thing, actor)}


@room.form("/loans/<id>/approve", "loan:approve", thing=Loan, template="loans/approve.html", context=_act)
def approve_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Propose the credit decision."""
    return back_to(operations.approve_loan(actor, thing.id), _("The credit is approved."))


@room.form("/loans/<id>/decline", "loan:decline", thing=Loan, template="loans/decline.html", shape=ReasonShape, context=_act)
def decline_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Decline the credit."""
    return back_to(operations.decline_loan(actor, thing.id, **data), _("The credit is declined."))


@room.form("/loans/<id>/sign", "loan:sign", thing=Loan, template="loans/sign.html", shape=SignShape, context=_act)
def sign_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Sign the contract as shown."""
    return back_to(operations.sign_loan(actor, thing.id, **data), _("Signed."))


@room.form("/loans/<id>/cancel", "loan:cancel", thing=Loan, template="loans/cancel.html", shape=ReasonShape, context=_act)
def cancel_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Cancel before anything is paid out."""
    return back_to(operations.cancel_loan(actor, thing.id, **data), _("The loan is cancelled."))


@room.form("/loans/<id>/disburse", "loan:disburse", thing=Loan, template="loans/disburse.html", shape=DisburseShape, context=_act)
def disburse_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Pay the loan out."""
    return back_to(operations.disburse_loan(actor, thing.id, **data), _("The loan is paid out."))


@room.form("/loans/<id>/draw", "loan:draw", thing=Loan, template="loans/draw.html", shape=DrawShape, context=_act)
def draw_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Pay a tranche out."""
    return back_to(operations.draw_loan(actor, thing.id, **data), _("The tranche is paid out."))


@room.form("/loans/<id>/watch", "loan:watch", thing=Loan, template="loans/watch.html", shape=CauseShape, context=_act)
def watch_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Put on watch."""
    return back_to(operations.watch_loan(actor, thing.id, **data), _("The loan is on watch."))


@room.form("/loans/<id>/unwatch", "loan:unwatch", thing=Loan, template="loans/unwatch.html", shape=NoteShape, context=_act)
def unwatch_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """End the watch."""
    return back_to(operations.unwatch_loan(actor, thing.id, **data), _("The watch is ended."))


@room.form("/loans/<id>/default", "loan:default", thing=Loan, template="loans/default.html", shape=ClauseShape, context=_act)
def default_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Declare default."""
    return back_to(operations.default_loan(actor, thing.id, **data), _("Default is declared; the whole debt is due."))


@room.form("/loans/<id>/cure", "loan:cure", thing=Loan, template="loans/cure.html", shape=NoteShape, context=_act)
def cure_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Reinstate."""
    return back_to(operations.cure_loan(actor, thing.id, **data), _("The loan is reinstated."))


@room.form("/loans/<id>/restructure", "loan:restructure", thing=Loan, template="loans/restructure.html",
           shape=RestructureShape, context=_act)
def restructure_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Agree new terms."""
    reason = data.pop("reason")
    return back_to(operations.restructure_loan(actor, thing.id, terms=data, reason=reason), _("The new terms are in force."))


@room.form("/loans/<id>/write_off", "loan:write_off", thing=Loan, template="loans/write_off.html", shape=WriteOffShape, context=_act)
def write_off_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Write off."""
    return back_to(operations.write_off_loan(actor, thing.id, **data), _("The loan is written off; the claim is kept."))


@room.form("/loans/<id>/repay", "loan:repay", thing=Loan, template="loans/repay.html", shape=RepayShape, context=_act)
def receive_payment(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Record a payment."""
    operations.receive_payment(actor, thing.id, **data)
    return back_to(thing, _("The payment is recorded."))


@room.form("/loans/<id>/recover", "loan:repay", thing=Loan, template="loans/recover.html", shape=RecoverShape, context=_act)
def recover_written_off(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Record money that came after the write-off."""
    return back_to(operations.recover_written_off(actor, thing.id, **data), _("The recovery is recorded."))


@room.form("/loans/<id>/refund", "loan:charge", thing=Loan, template="loans/refund.html", shape=RefundShape, context=_act)
def refund_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Pay suspense back."""
    return back_to(operations.refund_loan(actor, thing.id, **data), _("The money is paid back."))


@room.form("/loans/<id>/charge", "loan:charge", thing=Loan, template="loans/charge.html", shape=ChargeShape, context=_act)
def charge_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Any:
    """Charge a fee."""
    return back_to(operations.charge_loan(actor, thing.id, **data), _("The charge is made."))


@room.form("/payments/<id>/reverse", "loan:charge", thing=Payment, template="loans/reverse.html", shape=ReasonShape)
def reverse_payment(thing: Payment, data: dict[str, Any], actor: Actor) -> Any:
    """Take a payment back."""
    operations.reverse_payment(actor, thing.id, **data)
    return back_to(queries.get_loan(thing.loan_id), _("The payment is reversed."))
