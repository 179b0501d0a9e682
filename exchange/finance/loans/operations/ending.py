"""Compensation by the guarantor, restructuring, write-off, and the closing of a repaid loan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.finance.loans import queries
from exchange.finance.loans.models import Loan, Payment, Restructuring, WriteOff
from exchange.finance.loans.operations.parts import book, book_legs, check_not_held, locked, settle_facts, tell_pledge
from exchange.finance.loans.queries import position_of
from exchange.finance.loans.rules.contract import as_mapping, changed, check_input, from_mapping, terms_digest
from exchange.finance.loans.rules.history import LoanState
from exchange.finance.loans.rules.risk import RiskClass
from exchange.finance.loans.states import LOAN, LoanStage
from exchange.finance.pledges import queries as pledges
from exchange.registers.ledger.queries import balance
from exchange.registers.ledger.rules import Leg
from exchange.registers.patents.queries import expiry_date


@operation
def compensate_loan(
    actor: Actor,
    loan_id: int,
    *,
    principal: Money,
    interest: Money,
    value_on: date,
    payer_organisation_id: int,
    reference: str,
) -> Payment:
    """The guarantor pays for the borrower: what it pays falls off the loan and becomes recourse (民法典 700)."""
    loan = locked(loan_id)
    with LOAN.move(loan, "compensate", actor, principal=principal, interest=interest, reference=reference):
        state = position_of(loan, clock.today())
        if principal.minor > state.outstanding or interest.minor > state.interest_owed + state.penalty_owed + state.fees_owed:
            raise Invalid("AMOUNT_RANGE", field="principal", low="0.00", high=str(Money(state.owed)))
        book(loan, state, verb="accrue", value_on=clock.today())
        payment: Payment = add(Payment(
            loan_id=loan.id, loan=loan, value_on=value_on, amount=principal + interest,
            fixed_principal_minor=principal.minor, payer_id=payer_organisation_id, channel="compensation",
            bank_reference=reference, purpose="compensation",
        ))
        flush()
    settle_facts(loan, actor, verb="compensate", value_on=value_on)
    return payment


@operation
def restructure_loan(actor: Actor, loan_id: int, *, terms: Mapping[str, Any], reason: str) -> Loan:
    """New terms for what is still owed; a guarantor who did not consent in writing is not bound (民法典 695)."""
    loan = locked(loan_id)
    today = clock.today()
    state = position_of(loan, today)
    after = proposed_terms(loan, terms, state)
    with LOAN.move(loan, "restructure", actor, reason=reason, terms_sha256=terms_digest(after)):
        check_not_held(loan)
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
        check_input(after, start=today)
        check_consents(loan, terms_digest(after))
        _check_pledge_term(loan, after.maturity)
        _keep(loan, after, today, reason)
        loan.class_floor = str(max(
            (RiskClass(loan.class_floor), RiskClass.SPECIAL_MENTION), key=lambda each: each.rank
        ))
        loan.maturity = after.maturity
    settle_facts(loan, actor, verb="restructure", reason="restructure")
    return loan


def proposed_terms(loan: Loan, terms: Mapping[str, Any], state: LoanState) -> Any:
    """The terms in force with the given changes, on the principal still outstanding."""
    base = from_mapping(loan.restructurings[-1].after) if loan.restructurings else queries.input_of(loan)
    return changed(base, {**terms, "principal": Money(state.outstanding)})


def check_consents(loan: Loan, terms_sha256: str) -> None:
    """Every guarantor and re-guarantor consented to exactly these terms."""
    for role, kind in (("guarantor", "guarantor_consent"), ("reguarantor", "reguarantor_consent")):
        if not any(member.role == role for member in loan.members):
            continue
        met = any(
            row.kind == kind and row.terms_sha256 == terms_sha256 and row.met_at is not None for row in loan.conditions
        )
        if not met:
            raise Conflict("GUARANTEE_CONSENT_MISSING", field="terms")


def _check_pledge_term(loan: Loan, maturity: date) -> None:
    if loan.pledge_id is None:
        return
    pledge = pledges.get_pledge(loan.pledge_id)
    for item in pledge.live_items:
        expires = expiry_date(item.patent_id)
        if maturity >= expires:
            raise Conflict("BEYOND_PATENT_TERM", field="periods", date=expires.isoformat())


def _keep(loan: Loan, after: Any, today: date, reason: str) -> None:
    before = loan.restructurings[-1].after if loan.restructurings else as_mapping(queries.input_of(loan))
    add(Restructuring(
        loan_id=loan.id, effective_on=today, before=before, after=as_mapping(after),
        terms_sha256=terms_digest(after), reason=reason.strip(),
    ))
    _fix_rate(loan, after, today)
    flush()
    db.session.expire(loan, ["restructurings", "fixings"])


def _fix_rate(loan: Loan, after: Any, today: date) -> None:
    from exchange.finance.loans.models import RateFixing

    rate_e4 = int(after.rate * 10_000)
    for row in loan.fixings:
        if row.from_on == today:
            row.rate_e4 = rate_e4
            return
    add(RateFixing(loan_id=loan.id, from_on=today, rate_e4=rate_e4))


@operation
def write_off_loan(
    actor: Actor, loan_id: int, *, reason: str, resolution_sha256: str = "", exhausted: bool = False
) -> Loan:
    """Take the loan off the balance; the claim is kept (账销案存)."""
    loan = locked(loan_id)
    today = clock.today()
    state = position_of(loan, today)
    with LOAN.move(loan, "write_off", actor, reason=reason, owed=Money(state.owed)):
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
        if loan.risk_class != RiskClass.LOSS and not exhausted:
            raise Conflict("LOAN_WRITE_OFF_EARLY")
        book(loan, state, verb="accrue", value_on=today)
        _write_off(loan, state, today)
        add(WriteOff(
            loan_id=loan.id, written_on=today, principal=Money(state.outstanding), interest=Money(state.interest_owed),
            penalty=Money(state.penalty_owed), fees=Money(state.fees_owed), resolution_sha256=resolution_sha256,
            reason=reason.strip(),
        ))
        loan.written_off_on = today
    tell_pledge(loan, state)
    return loan


def _write_off(loan: Loan, state: LoanState, today: date) -> None:
    """J19: receivables against the allowance, what it lacks against credit loss; the claim as a memorandum."""
    who, name = loan.organisation_id, loan.public_id
    codes = ("loan_principal", "interest_receivable", "penalty_receivable", "fee_receivable")
    held = {code: balance(who, "bank", code, name) for code in codes}
    total = sum(held.values())
    from_allowance = min(total, -balance(who, "bank", "allowance", name))
    suspended = balance(who, "bank", "interest_suspended", name)
    legs = [Leg(who, "bank", code, -fen, name) for code, fen in held.items()]
    legs += [
        Leg(who, "bank", "allowance", from_allowance, name),
        Leg(who, "bank", "credit_loss", total - from_allowance, name),
        Leg(who, "bank", "interest_suspended", -suspended, name),
        Leg(who, "bank", "interest_suspended_contra", suspended, name),
        Leg(who, "bank", "written_off", state.owed, name),
        Leg(who, "bank", "written_off_contra", -state.owed, name),
    ]
    book_legs(loan, legs, verb="write_off", value_on=today)


@operation
def close_loan(actor: Actor, loan_id: int) -> Loan:
    """A repaid loan is closed once its pledge has ended."""
    loan = locked(loan_id)
    with LOAN.move(loan, "close", actor):
        pass
    return loan


@operation
def close_loans_of(pledge_id: int, *, actor: Actor = SYSTEM) -> int:
    """Every repaid loan of an ended pledge is closed."""
    repaid = [loan for loan in queries.loans_of_pledge(pledge_id) if loan.state == LoanStage.REPAID]
    for loan in repaid:
        close_loan(actor, loan.id)
    return len(repaid)


@operation
def enter_quote(
    actor: Actor, *, published_on: date, tenor: str, pct: str, confirmed_through: date, source: str
) -> Any:
    """Enter a published LPR; it never changes afterwards."""
    from decimal import Decimal

    from exchange.finance.loans.models import LprQuote

    row = add(LprQuote(
        published_on=published_on, tenor=tenor, pct_e4=int(Decimal(pct) * 10_000),
        confirmed_through=confirmed_through, source=source,
    ))
    flush()
    events.note(None, "enter", actor, noun="lpr_quote", published_on=published_on, tenor=tenor, pct=pct)
    return row
