"""JSON of loans."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.money import Money
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.finance.loans import operations, queries
from exchange.finance.loans.models import Loan, Payment
from exchange.finance.loans.rules.collateral import percent
from exchange.finance.loans.rules.history import LoanState, PlanRow
from exchange.finance.loans.schemas import (
    CauseShape, ChargeShape, ClauseShape, DayQuery, DisburseShape, DraftShape, DrawShape, LoanAnswer, LoanQuery,
    NoteShape, PaymentAnswer, QuoteShape, ReasonShape, RecoverShape, RefundShape, RepayShape, RestructureShape,
    SignShape, WriteOffShape, read_terms,
)
from exchange.finance.pledges.queries import find_pledge

api = ApiRoom("loans", __name__)


def row_json(row: PlanRow) -> dict[str, Any]:
    """A row of a schedule."""
    return {
        "n": row.n, "due_on": row.due_on.isoformat(), "payable_on": row.payable_on.isoformat(),
        "principal": Money(row.principal).to_json(), "interest": Money(row.interest).to_json(),
        "balance": Money(row.balance).to_json(), "origin": row.origin,
    }


def state_json(state: LoanState) -> dict[str, Any]:
    """The position of a loan."""
    figures = {
        "outstanding": state.outstanding, "interest_owed": state.interest_owed, "penalty_owed": state.penalty_owed,
        "fees_owed": state.fees_owed, "suspense": state.suspense, "arrears": state.arrears,
    }
    return {
        "as_of": state.as_of.isoformat(), "rate": str(state.rate), "days_past_due": state.days_past_due,
        **{name: Money(fen).to_json() for name, fen in figures.items()},
        "rows": [row_json(row) for row in state.rows],
    }


@api.get("/loans", "loan:read", query=LoanQuery, answer=LoanAnswer, many=True)
def list_loans(data: dict[str, Any], actor: Actor) -> Page[Loan]:
    """The loans you take part in."""
    return queries.loans_of(actor, **data)


@api.get("/loans/<id>", "loan:read", thing=Loan, answer=LoanAnswer)
def show_loan(thing: Loan, actor: Actor) -> Loan:
    """One loan."""
    return thing


@api.get("/loans/<id>/schedule", "loan:read", thing=Loan)
def show_schedule(thing: Loan, actor: Actor) -> dict[str, Any]:
    """The position of a loan and its schedule as it stands."""
    return state_json(queries.position_of(thing) if thing.drawings else queries.quote(queries.input_of(thing)))


@api.get("/loans/<id>/payments", "loan:read", thing=Loan, answer=PaymentAnswer, many=True)
def list_payments(thing: Loan, actor: Actor) -> list[Payment]:
    """The payments of a loan, newest first."""
    return queries.payments_of(thing.id)


@api.get("/loans/<id>/payoff", "loan:read", thing=Loan, query=DayQuery)
def show_payoff(thing: Loan, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """What ends the loan on a day."""
    quote = queries.payoff(thing.id, data["on"])
    names = ("principal", "interest", "penalty", "fees", "prepayment_fee", "suspense", "total")
    return {"on": quote.on.isoformat(), **{name: Money(getattr(quote, name)).to_json() for name in names}}


@api.get("/loans/<id>/cover", "loan:read", thing=Loan)
def show_cover(thing: Loan, actor: Actor) -> dict[str, Any]:
    """How the loan stands against its collateral; a ratio against nought is ``infinite``."""
    found = queries.cover(thing.id)
    return {
        "value": Money(found.value).to_json(), "cover": Money(found.cover).to_json(), "ratio_pct": percent(found.ratio),
        "shortfall": Money(found.shortfall).to_json(), "level": str(found.level),
    }


@api.post("/loans/quote", "loan:quote", body=QuoteShape, keyed=False)
def quote_loan(data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The schedule of terms; nothing is kept."""
    return state_json(queries.quote(read_terms(data), start=data["start"]))


@api.post("/loans", "loan:draft", body=DraftShape, answer=LoanAnswer, status=201)
def draft_loan(data: dict[str, Any], actor: Actor) -> Loan:
    """Draft a loan on a pledge in the bank's favour."""
    pledge = find_pledge(actor, data["pledge"])
    return operations.draft_loan(
        actor, bank_id=actor.organisation_id, borrower_id=pledge.pledgor_id, terms=read_terms(data), pledge_id=pledge.id
    )


@api.post("/loans/<id>/approve", "loan:approve", thing=Loan, answer=LoanAnswer)
def approve_loan(thing: Loan, actor: Actor) -> Loan:
    """Propose the credit decision."""
    return operations.approve_loan(actor, thing.id)


@api.post("/loans/<id>/decline", "loan:decline", thing=Loan, body=ReasonShape, answer=LoanAnswer)
def decline_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Decline the credit."""
    return operations.decline_loan(actor, thing.id, **data)


@api.post("/loans/<id>/sign", "loan:sign", thing=Loan, body=SignShape, answer=LoanAnswer)
def sign_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Sign the contract of this digest."""
    return operations.sign_loan(actor, thing.id, **data)


@api.post("/loans/<id>/cancel", "loan:cancel", thing=Loan, body=ReasonShape, answer=LoanAnswer)
def cancel_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Cancel before anything is paid out."""
    return operations.cancel_loan(actor, thing.id, **data)


@api.post("/loans/<id>/disburse", "loan:disburse", thing=Loan, body=DisburseShape, answer=LoanAnswer)
def disburse_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to pay the loan out."""
    return operations.disburse_loan(actor, thing.id, **data)


@api.post("/loans/<id>/draw", "loan:draw", thing=Loan, body=DrawShape, answer=LoanAnswer)
def draw_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to pay a tranche out."""
    return operations.draw_loan(actor, thing.id, **data)


@api.post("/loans/<id>/watch", "loan:watch", thing=Loan, body=CauseShape, answer=LoanAnswer)
def watch_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Put the loan on watch."""
    return operations.watch_loan(actor, thing.id, **data)


@api.post("/loans/<id>/unwatch", "loan:unwatch", thing=Loan, body=NoteShape, answer=LoanAnswer)
def unwatch_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to end the watch."""
    return operations.unwatch_loan(actor, thing.id, **data)


@api.post("/loans/<id>/default", "loan:default", thing=Loan, body=ClauseShape, answer=LoanAnswer)
def default_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to declare default."""
    return operations.default_loan(actor, thing.id, **data)


@api.post("/loans/<id>/cure", "loan:cure", thing=Loan, body=NoteShape, answer=LoanAnswer)
def cure_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to reinstate the loan."""
    return operations.cure_loan(actor, thing.id, **data)


@api.post("/loans/<id>/restructure", "loan:restructure", thing=Loan, body=RestructureShape, answer=LoanAnswer)
def restructure_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose new terms."""
    reason = data.pop("reason")
    return operations.restructure_loan(actor, thing.id, terms=data, reason=reason)


@api.post("/loans/<id>/write_off", "loan:write_off", thing=Loan, body=WriteOffShape, answer=LoanAnswer)
def write_off_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Propose to write the loan off."""
    return operations.write_off_loan(actor, thing.id, **data)


@api.post("/loans/<id>/repay", "loan:repay", thing=Loan, body=RepayShape, answer=PaymentAnswer, status=201)
def receive_payment(thing: Loan, data: dict[str, Any], actor: Actor) -> Payment:
    """Record a payment."""
    return operations.receive_payment(actor, thing.id, **data)


@api.post("/loans/<id>/recover", "loan:repay", thing=Loan, body=RecoverShape, answer=LoanAnswer)
def recover_written_off(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Record money that came after the write-off."""
    return operations.recover_written_off(actor, thing.id, **data)


@api.post("/loans/<id>/refund", "loan:charge", thing=Loan, body=RefundShape, answer=LoanAnswer)
def refund_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Pay suspense back."""
    return operations.refund_loan(actor, thing.id, **data)


@api.post("/loans/<id>/charge", "loan:charge", thing=Loan, body=ChargeShape, answer=LoanAnswer)
def charge_loan(thing: Loan, data: dict[str, Any], actor: Actor) -> Loan:
    """Charge a fee or cost."""
    return operations.charge_loan(actor, thing.id, **data)


@api.post("/payments/<id>/reverse", "loan:charge", thing=Payment, body=ReasonShape, answer=PaymentAnswer)
def reverse_payment(thing: Payment, data: dict[str, Any], actor: Actor) -> Payment:
    """Take a payment back."""
    return operations.reverse_payment(actor, thing.id, **data)
