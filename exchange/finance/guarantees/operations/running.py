"""Guarantees in force: they follow the loan, earn their fee, end with the debt or with their period."""

from __future__ import annotations

from datetime import date

from exchange.core import clock, events, jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.finance.guarantees import queries
from exchange.finance.guarantees.models import Guarantee, Reguarantee
from exchange.finance.guarantees.operations.parts import book_contingent, check_not_held, post
from exchange.finance.guarantees.operations.reguaranteeing import end_reguarantee, start_reguarantee
from exchange.finance.guarantees.states import BINDING, GUARANTEE, GuaranteeState, ReguaranteeState
from exchange.finance.loans import operations as loans
from exchange.registers.ledger.queries import balance
from exchange.registers.ledger.rules import transfer


@operation
def start_guarantee(guarantee: Guarantee, *, actor: Actor = SYSTEM) -> Guarantee:
    """The loan was paid out: the guarantee is in force, what was reserved is outstanding, the letter is made."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "start", actor):
        guarantee.effective_on, guarantee.letter_code = clock.today(), seal.new_code()
        exposure = queries.exposure_of(guarantee.id)
        if exposure is not None:
            exposure.reserved = Money(0)
    for each in guarantee.reguarantees:
        if each.state == ReguaranteeState.APPROVED:
            start_reguarantee(each, actor=SYSTEM)
    book_contingent(guarantee, on=clock.today(), verb="start")
    jobs.enqueue("guarantee.letter", {"id": guarantee.public_id}, key=guarantee.public_id, title=guarantee.number, organisation_id=guarantee.organisation_id)
    return guarantee


@operation
def follow_loan(guarantee: Guarantee, *, on: date | None = None, actor: Actor = SYSTEM) -> Guarantee:
    """What is outstanding changed: every sharer's memorandum and the exposure follow."""
    lock(guarantee)
    book_contingent(guarantee, on=on or clock.today(), verb="follow")
    return guarantee


@operation
def discharge_guarantee(guarantee: Guarantee, *, actor: Actor = SYSTEM) -> Guarantee:
    """Nothing is owed any more: the guarantee ends, the fee for the time that did not come is paid back."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "discharge", actor):
        guarantee.ended_on = clock.today()
    _finish(guarantee)
    return guarantee


@operation
def expire_guarantee(guarantee: Guarantee, *, actor: Actor = SYSTEM) -> Guarantee:
    """The guarantee period ended without a claim: the guarantor is free (民法典 693)."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "expire", actor, deadline_on=guarantee.deadline_on):
        if guarantee.deadline_on is None or clock.today() <= guarantee.deadline_on:
            raise Conflict("WRONG_STATE", state=guarantee.status.label, actions="—")
        guarantee.ended_on = clock.today()
    _finish(guarantee)
    return guarantee


def _finish(guarantee: Guarantee) -> None:
    for each in guarantee.reguarantees:
        if each.state == ReguaranteeState.EFFECTIVE:
            end_reguarantee(each, actor=SYSTEM)
    earn_guarantee(guarantee, actor=SYSTEM)
    _refund_unearned(guarantee)
    book_contingent(guarantee, on=clock.today(), verb="end")
    exposure = queries.exposure_of(guarantee.id)
    if exposure is not None:
        exposure.reserved, exposure.outstanding = Money(0), Money(0)


def _refund_unearned(guarantee: Guarantee) -> None:
    rest = -balance(guarantee.organisation_id, "guarantor", "unearned_fee", guarantee.public_id)
    if rest <= 0:
        return
    name = guarantee.public_id
    legs = [
        *transfer(guarantee.organisation_id, "guarantor", debit="unearned_fee", credit="clearing", fen=rest, debit_subject=name, credit_subject=name),
        *transfer(guarantee.client_id, "enterprise", debit="cash_memo", credit="fee_expense", fen=rest, debit_subject=name, credit_subject=name),
    ]
    post(guarantee, legs, on=clock.today(), verb="refund")
    events.note(guarantee, "refund", SYSTEM, amount=Money(rest))


# ------------------------------------------------------------------ fees

@operation
def pay_guarantee(guarantee: Guarantee, *, paid_on: date, actor: Actor) -> Guarantee:
    """Record that the client paid the guarantee fee (J9); it is earned month by month."""
    lock(guarantee)
    if guarantee.state not in BINDING or guarantee.fee is None:
        raise Conflict("GUARANTEE_NOT_RUNNING")
    _check_unpaid(guarantee.fee_paid_on, paid_on)
    name, fen = guarantee.public_id, guarantee.fee.minor
    post(guarantee, [
        *transfer(guarantee.organisation_id, "guarantor", debit="clearing", credit="unearned_fee", fen=fen, debit_subject=name, credit_subject=name),
        *transfer(guarantee.client_id, "enterprise", debit="fee_expense", credit="cash_memo", fen=fen, debit_subject=name, credit_subject=name),
    ], on=paid_on, verb="pay")
    guarantee.fee_paid_on = paid_on
    events.note(guarantee, "pay", actor, amount=guarantee.fee, paid_on=paid_on)
    return guarantee


@operation
def pay_reguarantee(reguarantee: Reguarantee, *, paid_on: date, actor: Actor) -> Reguarantee:
    """Record that the guarantor paid the re-guarantee fee (J10)."""
    lock(reguarantee)
    if reguarantee.state not in (ReguaranteeState.APPROVED, ReguaranteeState.EFFECTIVE):
        raise Conflict("GUARANTEE_NOT_RUNNING")
    _check_unpaid(reguarantee.fee_paid_on, paid_on)
    name, fen = reguarantee.public_id, reguarantee.fee.minor
    post(reguarantee, [
        *transfer(reguarantee.organisation_id, "reguarantor", debit="clearing", credit="unearned_fee", fen=fen, debit_subject=name, credit_subject=name),
        *transfer(
            reguarantee.guarantee.organisation_id, "guarantor", debit="reguarantee_fee_expense", credit="clearing", fen=fen,
            debit_subject=name, credit_subject=name,
        ),
    ], on=paid_on, verb="pay")
    reguarantee.fee_paid_on = paid_on
    events.note(reguarantee, "pay", actor, amount=reguarantee.fee, paid_on=paid_on)
    return reguarantee


def _check_unpaid(before: date | None, paid_on: date) -> None:
    if before is not None:
        raise Conflict("FEE_PAID")
    if paid_on > clock.today():
        raise Invalid("DATE_ORDER", field="paid_on", start=clock.today().isoformat(), end=paid_on.isoformat())


@operation
def earn_guarantee(guarantee: Guarantee, *, actor: Actor = SYSTEM) -> int:
    """What has been earned of a paid fee, by whole months since the start, is income; answers what was added."""
    if guarantee.fee is None or guarantee.fee_paid_on is None or guarantee.effective_on is None:
        return 0
    today = clock.today()
    months = (today.year - guarantee.effective_on.year) * 12 + today.month - guarantee.effective_on.month
    months -= today.day < guarantee.effective_on.day
    whole = min(max(months, 0), guarantee.term_months)
    earned = guarantee.fee.minor * whole // guarantee.term_months
    fen = earned + balance(guarantee.organisation_id, "guarantor", "fee_income", guarantee.public_id)
    name = guarantee.public_id
    legs = transfer(guarantee.organisation_id, "guarantor", debit="unearned_fee", credit="fee_income", fen=fen, debit_subject=name, credit_subject=name)
    post(guarantee, list(legs), on=today, verb="earn")
    return fen


# ------------------------------------------------------------------ consent, orders, documents

@operation
def consent_guarantee(guarantee: Guarantee, *, terms_sha256: str, actor: Actor) -> Guarantee:
    """Consent in writing to exactly these new terms of the loan (民法典 695)."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "consent", actor, terms_sha256=terms_sha256):
        check_not_held(guarantee)
        if len(terms_sha256) != 64:
            raise Invalid("MISSING_FIELD", field="terms_sha256")
    if guarantee.loan_id is not None:
        loans.meet_condition(SYSTEM, guarantee.loan_id, kind="guarantor_consent", terms_sha256=terms_sha256)
    return guarantee


@operation
def hold_guarantee(guarantee: Guarantee, *, order: str, actor: Actor) -> Guarantee:
    """An order of the authority holds the guarantee."""
    lock(guarantee)
    guarantee.held_by_order = order
    events.note(guarantee, "hold", actor, order=order)
    return guarantee


@operation
def unhold_guarantee(guarantee: Guarantee, *, actor: Actor) -> Guarantee:
    """The order is lifted."""
    lock(guarantee)
    guarantee.held_by_order = ""
    events.note(guarantee, "unhold", actor)
    return guarantee


@operation
def keep_letter(guarantee: Guarantee, *, content: bytes, title: str, pages: int, signers: list[dict[str, str]], actor: Actor = SYSTEM) -> seal.SealedDocument:
    """Keep the sealed letter of guarantee."""
    if guarantee.state not in (GuaranteeState.EFFECTIVE, GuaranteeState.CALLED, GuaranteeState.DISCHARGED, GuaranteeState.EXPIRED):
        raise Conflict("GUARANTEE_NOT_RUNNING")
    return seal.seal_document(
        content, noun="guarantee", object_id=guarantee.public_id, number=guarantee.number, code=guarantee.letter_code,
        issuer=guarantee.guarantor.name, signers=signers, organisation_id=guarantee.organisation_id, title=title, pages=pages,
    )
