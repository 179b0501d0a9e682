"""Payments: received, reversed, refunded; fees charged; recoveries after the guarantor paid or after a write-off."""

from __future__ import annotations

from datetime import date

from exchange.core import clock, events
from exchange.core.access import Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.money import Money
from exchange.core.states import parties_of
from exchange.finance.loans import queries
from exchange.finance.loans.models import Loan, LoanCharge, LoanRecovery, LoanRefund, Payment
from exchange.finance.loans.operations.parts import (
    book, book_legs, locked, payment_parts, settle_facts,
)
from exchange.finance.loans.queries import position_of
from exchange.finance.loans.rules.allocation import Component
from exchange.finance.loans.rules.history import PURPOSE_LABELS
from exchange.finance.loans.rules.terms import PostingFacts, check_posting_allowed
from exchange.finance.loans.states import APPROVER, OFFICER, PAYING, LoanStage
from exchange.registers.ledger.rules import transfer

CASHIERS = OFFICER | APPROVER


def check_cashier(loan: Loan, actor: Actor) -> None:
    """Money is recorded by the lending bank or by the system."""
    if not actor.is_system and not CASHIERS.fits(actor, parties_of(loan)):
        raise Forbidden()


def posting_facts(loan: Loan, value_on: date) -> PostingFacts:
    """What decides whether a payment may be posted."""
    return PostingFacts(value_on, clock.today(), loan.disbursed_on, loan.claimed_on, loan.written_off_on)


@operation
def receive_payment(
    actor: Actor,
    loan_id: int,
    *,
    amount: Money,
    value_on: date,
    bank_reference: str,
    purpose: str = "due",
    channel: str = "transfer",
) -> Payment:
    """Take a payment in, whatever day it bears; everything that follows from it is rebuilt by replay."""
    loan = locked(loan_id)
    check_cashier(loan, actor)
    _check_payment(loan, amount, value_on, bank_reference, purpose)
    if purpose == "pay_off":
        _check_payoff(loan, amount, value_on)
    book(loan, position_of(loan, clock.today()), verb="accrue", value_on=clock.today())
    payment: Payment = add(Payment(
        loan_id=loan.id, loan=loan, value_on=value_on, amount=amount, payer_id=loan.borrower_id, channel=channel,
        bank_reference=bank_reference.strip(), purpose=purpose,
    ))
    flush()
    state = settle_facts(loan, actor, verb="repay", value_on=value_on)
    parts = payment_parts(loan, state, payment)
    events.note(loan, "repay", actor, payment=payment.public_id, amount=amount, value_on=value_on, parts=parts)
    return payment


def _check_payment(loan: Loan, amount: Money, value_on: date, bank_reference: str, purpose: str) -> None:
    check_posting_allowed(posting_facts(loan, value_on))
    if loan.state not in (*PAYING, LoanStage.COMPENSATED):
        raise Conflict("LOAN_NOT_RUNNING", state=str(loan.status.label))
    if amount.minor <= 0:
        raise Invalid("AMOUNT_RANGE", field="amount", low="0.01", high="10,000,000,000.00")
    if purpose not in PURPOSE_LABELS or purpose == "compensation":
        raise Invalid("CHOICE_UNKNOWN", field="purpose", choices=", ".join(PURPOSE_LABELS))
    if not bank_reference.strip():
        raise Invalid("MISSING_FIELD", field="bank_reference")
    known = any(row.bank_reference == bank_reference.strip() for row in loan.payments)
    if known:
        raise Conflict("PAYMENT_KNOWN", field="bank_reference")


def _check_payoff(loan: Loan, amount: Money, value_on: date) -> None:
    owed = queries.payoff(loan.id, value_on).total
    if amount.minor < owed:
        raise Invalid("PAYMENT_SHORT", field="amount", amount=str(Money(owed)))


@operation
def reverse_payment(actor: Actor, payment_id: int, *, reason: str) -> Payment:
    """Take a payment back, once, with a reason; the loan is replayed without it."""
    payment = queries.payment_with_loan(payment_id)
    loan = locked(payment.loan_id)
    check_cashier(loan, actor)
    check_posting_allowed(posting_facts(loan, payment.value_on))
    if payment.reversed_at is not None:
        raise Conflict("PAYMENT_REVERSED")
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    _check_second(loan, payment, actor)
    payment.reversed_at, payment.reversal_reason = clock.now(), reason.strip()
    events.note(loan, "reverse", actor, payment=payment.public_id, amount=payment.amount, reason=reason)
    settle_facts(loan, actor, verb="reverse", value_on=payment.value_on)
    return payment


def _check_second(loan: Loan, payment: Payment, actor: Actor) -> None:
    """A reversal is decided by the bank's approver, never by who only records."""
    if not actor.is_system and not APPROVER.fits(actor, parties_of(loan)):
        raise Forbidden("SECOND_PERSON_NEEDED")
    lock(payment)


@operation
def refund_loan(actor: Actor, loan_id: int, *, amount: Money, value_on: date | None = None) -> Loan:
    """Pay money in suspense back to the borrower."""
    loan = locked(loan_id)
    check_cashier(loan, actor)
    day = value_on or clock.today()
    add(LoanRefund(loan_id=loan.id, value_on=day, amount=amount))
    flush()
    events.note(loan, "refund", actor, amount=amount)
    settle_facts(loan, actor, verb="refund", value_on=day)
    return loan


@operation
def charge_loan(
    actor: Actor, loan_id: int, *, amount: Money, due_on: date | None = None, memo: str = "", cost: bool = False
) -> Loan:
    """Charge a fee or a cost to the borrower."""
    loan = locked(loan_id)
    check_cashier(loan, actor)
    if loan.state not in PAYING:
        raise Conflict("LOAN_NOT_RUNNING", state=str(loan.status.label))
    component = Component.COST if cost else Component.FEE
    add(LoanCharge(loan_id=loan.id, due_on=due_on or clock.today(), component=str(component), amount=amount, memo=memo))
    flush()
    events.note(loan, "charge", actor, amount=amount, memo=memo)
    settle_facts(loan, actor, verb="charge")
    return loan


@operation
def recover_recourse(actor: Actor, loan_id: int, *, amount: Money, value_on: date, reference: str) -> Loan:
    """The borrower, or the disposal, paid the guarantor who had stood in."""
    loan = locked(loan_id)
    add(LoanRecovery(loan_id=loan.id, kind="recourse", value_on=value_on, amount=amount, reference=reference))
    flush()
    events.note(loan, "recover", actor, amount=amount, reference=reference)
    settle_facts(loan, actor, verb="recover", value_on=value_on)
    return loan


@operation
def recover_written_off(actor: Actor, loan_id: int, *, amount: Money, value_on: date, reference: str) -> Loan:
    """Money that came after the write-off (J21)."""
    loan = locked(loan_id)
    check_cashier(loan, actor)
    if loan.state != LoanStage.WRITTEN_OFF:
        raise Conflict("LOAN_NOT_RUNNING", state=str(loan.status.label))
    add(LoanRecovery(loan_id=loan.id, kind="written_off", value_on=value_on, amount=amount, reference=reference))
    flush()
    who, name = loan.organisation_id, loan.public_id
    income = transfer(who, "bank", debit="clearing", credit="credit_loss", fen=amount.minor, debit_subject=name, credit_subject=name)
    memo = transfer(
        who, "bank", debit="written_off_contra", credit="written_off", fen=amount.minor, debit_subject=name,
        credit_subject=name,
    )
    book_legs(loan, [*income, *memo], verb="recover", value_on=value_on)
    events.note(loan, "recover", actor, amount=amount, reference=reference)
    return loan
