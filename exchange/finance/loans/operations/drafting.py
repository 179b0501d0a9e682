"""From the draft to the signed contract, with the conditions that higher features require and meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.numbers import next_number
from exchange.finance.loans import queries
from exchange.finance.loans.models import CONDITIONS, ROLES, Loan, LoanCondition, LoanParty, LoanSignature
from exchange.finance.loans.operations.parts import check_not_held, locked
from exchange.finance.loans.rules.collateral import Item, max_loan
from exchange.finance.loans.rules.contract import DECISION_DAYS, LoanInput, check_input
from exchange.finance.loans.rules.rates import lpr_rate
from exchange.finance.loans.states import LOAN, LoanStage
from exchange.finance.pledges import queries as pledges
from exchange.people.accounts.queries import check_authority, organisation


@operation
def draft_loan(
    actor: Actor,
    *,
    bank_id: int,
    borrower_id: int,
    terms: LoanInput,
    pledge_id: int | None = None,
    conditions: Sequence[str] = (),
) -> Loan:
    """Draft a loan of a bank to a borrower on terms that hold together."""
    _check_kinds(bank_id, borrower_id)
    terms = _with_rate(terms)
    check_input(terms, start=clock.today())
    loan = Loan(
        organisation_id=bank_id, borrower_id=borrower_id, number=next_number("LN"), risk_class="pass",
        class_floor="pass", **_columns(terms),
    )
    with LOAN.move(loan, "draft", actor, principal=terms.principal, rate=str(terms.rate), periods=terms.periods):
        add(loan)
        flush()
        for kind in conditions:
            require_condition(actor, loan.id, kind=kind)
        if pledge_id is not None:
            attach_pledge(actor, loan.id, pledge_id=pledge_id)
    return loan


def _check_kinds(bank_id: int, borrower_id: int) -> None:
    if organisation(bank_id).kind != "bank":
        raise Invalid("LOAN_LENDER", field="bank_id")
    if organisation(borrower_id).kind not in ("enterprise", "research"):
        raise Invalid("LOAN_BORROWER", field="borrower_id")


def _with_rate(terms: LoanInput) -> LoanInput:
    """A floating loan starts with the newest quote plus its spread."""
    from dataclasses import replace

    if terms.rate_kind != "lpr":
        return terms
    known, through = queries.quotes(terms.lpr_tenor)
    return replace(terms, rate=lpr_rate(known, clock.today(), spread_bp=terms.spread_bp, confirmed_through=through))


def _columns(terms: LoanInput) -> dict[str, object]:
    return {
        "principal": terms.principal, "purpose": terms.purpose, "purpose_note": terms.purpose_note,
        "payee": terms.payee, "tranches": terms.tranches, "method": str(terms.method), "periods": terms.periods,
        "months": terms.months, "first_due": terms.first_due, "maturity": terms.maturity,
        "due_rule": str(terms.due_rule), "due_day": terms.due_day, "day_count": str(terms.day_count),
        "business_day_rule": terms.business_day_rule, "interest_to_adjusted": terms.interest_to_adjusted,
        "interest_basis": str(terms.interest_basis), "interest_rounding": str(terms.interest_rounding),
        "instalment_unit": terms.instalment_unit, "instalment_rounding": str(terms.instalment_rounding),
        "principal_grace": terms.principal_grace, "custom_rows": list(terms.custom_rows),
        "rate_kind": terms.rate_kind, "rate_e4": int(terms.rate * 10_000), "lpr_tenor": terms.lpr_tenor,
        "spread_bp": terms.spread_bp, "reprice_rule": str(terms.reprice_rule),
        "penalty_bp": int(terms.penalty_multiplier * 10_000), "misuse_bp": int(terms.misuse_multiplier * 10_000),
        "compound": terms.compound, "grace_days": terms.grace_days, "prepayment_fee_bp": terms.prepayment_fee_bp,
        "enforcement_order": terms.enforcement_order,
    }


@operation
def attach_pledge(actor: Actor, loan_id: int, *, pledge_id: int) -> Loan:
    """Say which pledge secures the loan; its pledgor may be another than the borrower only where that is agreed."""
    loan, pledge = locked(loan_id), pledges.get_pledge(pledge_id)
    if loan.state not in (LoanStage.DRAFTED, LoanStage.APPROVED, LoanStage.SIGNED):
        raise Conflict("WRONG_STATE", state=str(loan.status.label), actions="")
    if pledge.pledgor_id != loan.borrower_id:
        raise Invalid("LOAN_PLEDGE_OTHER", field="pledge_id")
    loan.pledge_id = pledge.id
    events.note(loan, "attach_pledge", actor, pledge=pledge.public_id)
    return loan


@operation
def join_loan(actor: Actor, loan_id: int, *, organisation_id: int, role: str) -> Loan:
    """An organisation stands behind the loan and may see it."""
    loan = locked(loan_id)
    if role not in ROLES:
        raise Invalid("CHOICE_UNKNOWN", field="role", choices=", ".join(ROLES))
    if not any((each.organisation_id, each.role) == (organisation_id, role) for each in loan.members):
        add(LoanParty(loan_id=loan.id, organisation_id=organisation_id, role=role))
        flush()
        db.session.expire(loan, ["members"])
        events.note(loan, "join", actor, organisation_id=organisation_id, role=role)
    return loan


# ------------------------------------------------------------------ conditions

def _condition(loan: Loan, kind: str, terms_sha256: str) -> LoanCondition:
    if kind not in CONDITIONS:
        raise Invalid("CHOICE_UNKNOWN", field="kind", choices=", ".join(CONDITIONS))
    for each in loan.conditions:
        if (each.kind, each.terms_sha256) == (kind, terms_sha256):
            return each
    row: LoanCondition = add(LoanCondition(loan_id=loan.id, kind=kind, terms_sha256=terms_sha256, required=False))
    flush()
    db.session.expire(loan, ["conditions"])
    return row


@operation
def require_condition(actor: Actor, loan_id: int, *, kind: str, terms_sha256: str = "") -> LoanCondition:
    """The route requires this condition of the loan."""
    row = _condition(locked(loan_id), kind, terms_sha256)
    row.required = True
    return row


@operation
def meet_condition(actor: Actor, loan_id: int, *, kind: str, terms_sha256: str = "") -> LoanCondition:
    """The condition is met, said by the feature that decides it."""
    loan = locked(loan_id)
    row = _condition(loan, kind, terms_sha256)
    if row.met_at is None:
        row.met_at = clock.now()
        events.note(loan, "condition_met", actor, kind=kind, terms_sha256=terms_sha256)
    return row


@operation
def void_condition(actor: Actor, loan_id: int, *, kind: str, terms_sha256: str = "") -> LoanCondition:
    """The condition is met no longer."""
    loan = locked(loan_id)
    row = _condition(loan, kind, terms_sha256)
    if row.met_at is not None:
        row.met_at = None
        events.note(loan, "condition_voided", actor, kind=kind, terms_sha256=terms_sha256)
    return row


APPROVALS = ("guarantee_approved", "reguarantee_approved")
CONSENTS = ("guarantor_consent", "reguarantor_consent")


def open_conditions(loan: Loan, kinds: Sequence[str]) -> list[str]:
    """The labels of what is required of these kinds and not met."""
    return [
        str(CONDITIONS[row.kind]) for row in loan.conditions if row.required and row.met_at is None and row.kind in kinds
    ]


def check_conditions(loan: Loan, kinds: Sequence[str], code: str) -> None:
    """Refuse while a required condition of these kinds is open."""
    missing = open_conditions(loan, kinds)
    if missing:
        raise Conflict(code, field="conditions", conditions=", ".join(missing))


# ------------------------------------------------------------------ decision and contract

@operation
def approve_loan(actor: Actor, loan_id: int) -> Loan:
    """Grant the credit on present facts: conditions, registrable patents, cover, and a rate that is known."""
    loan = locked(loan_id)
    with LOAN.move(loan, "approve", actor, principal=loan.principal, rate=str(loan.rate)) as moving:
        check_not_held(loan)
        check_conditions(loan, APPROVALS, "LOAN_GUARANTEE_NOT_APPROVED")
        if actor.confirming is not None:
            check_authority(actor, "loan:approve", loan.principal)
        moving.payload["cover"] = _check_security(loan)
        check_input(queries.input_of(loan), start=clock.today())
        loan.approved_on = clock.today()
    return loan


def _check_security(loan: Loan) -> str:
    """The pledge can be registered and covers the principal; what it covers comes back as text."""
    if loan.pledge_id is None:
        raise Conflict("LOAN_PLEDGE_MISSING", field="pledge_id")
    pledge = pledges.get_pledge(loan.pledge_id)
    if pledge.state != "registered":
        ids = [item.patent_id for item in pledge.live_items]
        _without_own_filing(pledge.public_id, ids, loan.borrower_id, loan.maturity)
    limit = max_loan([Item(item.value, item.cap_bp) for item in pledges.lending_items(pledge.id)])
    if loan.principal.minor > limit:
        from exchange.core.money import Money

        raise Conflict("LOAN_OVER_COVER", field="principal", limit=str(Money(limit)))
    return f"{limit}"


def _without_own_filing(reference: str, patent_ids: Sequence[int], pledgor_id: int, debt_to: date) -> None:
    from exchange.finance.pledges.rules import findings_of

    today = clock.today()
    facts = [
        pledges.registration_facts(
            each, pledgor_id=pledgor_id, debt_to=debt_to, on=today, own_reference=reference, confirmed=True
        )
        for each in patent_ids
    ]
    findings_of(facts).raise_any()


@operation
def decline_loan(actor: Actor, loan_id: int, *, reason: str) -> Loan:
    """Refuse the credit with a reason."""
    loan = locked(loan_id)
    with LOAN.move(loan, "decline", actor, reason=reason):
        loan.reason = _reason(reason)
    return loan


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    return reason.strip()


@operation
def lapse_loan(actor: Actor, loan_id: int) -> Loan:
    """An approval that nobody signed in time lapses."""
    loan = locked(loan_id)
    with LOAN.move(loan, "lapse", actor):
        if not decision_lapsed(loan):
            raise Conflict("WRONG_STATE", state=str(loan.status.label), actions="sign")
    return loan


def decision_lapsed(loan: Loan) -> bool:
    """Whether the credit decision is older than its validity."""
    return loan.approved_on is not None and clock.today() > loan.approved_on + timedelta(days=DECISION_DAYS)


def check_decision(loan: Loan) -> None:
    """Refuse on a decision that is too old."""
    if decision_lapsed(loan):
        raise Conflict("LOAN_DECISION_LAPSED", on=str(loan.approved_on), days=DECISION_DAYS)


def stale_decisions() -> list[int]:
    """The approved loans whose decision is too old."""
    limit = clock.today() - timedelta(days=DECISION_DAYS)
    wanted = select(Loan.id).where(Loan.state == LoanStage.APPROVED, Loan.approved_on < limit)
    return list(db.session.scalars(wanted))


@operation
def sign_loan(actor: Actor, loan_id: int, *, document_sha256: str) -> Loan:
    """Sign the contract for one's side; the loan is signed when borrower, bank and any guarantor have."""
    loan = locked(loan_id)
    side = _side(loan, actor)
    missing = _must_sign(loan) - {each.party for each in loan.signatures} - {side}
    with LOAN.move(loan, "sign", actor, to=LoanStage.APPROVED if missing else LoanStage.SIGNED, side=side):
        check_not_held(loan)
        check_decision(loan)
        _check_document(loan, side, document_sha256)
        loan.contract_sha256 = document_sha256
        add(LoanSignature(
            loan_id=loan.id, party=side, signer_id=actor.user_id, signer_name=actor.name,
            document_sha256=document_sha256,
        ))
        if not missing:
            loan.signed_on = clock.today()
        flush()
        db.session.expire(loan, ["signatures"])
    return loan


def _side(loan: Loan, actor: Actor) -> str:
    sides = [name for name, ids in loan.parties().items() if actor.organisation_id in ids]
    return sides[0] if sides else ""


def _must_sign(loan: Loan) -> set[str]:
    return {"borrower", "bank", "guarantor"} if loan.guaranteed else {"borrower", "bank"}


def _check_document(loan: Loan, side: str, document_sha256: str) -> None:
    if any(each.party == side for each in loan.signatures):
        raise Conflict("LOAN_SIGNED_BEFORE")
    if not document_sha256:
        raise Invalid("MISSING_FIELD", field="document")
    if loan.contract_sha256 and loan.contract_sha256 != document_sha256:
        raise Conflict("LOAN_CONTRACT_DIFFERS", field="document")


@operation
def cancel_loan(actor: Actor, loan_id: int, *, reason: str) -> Loan:
    """Give the loan up before anything was paid out."""
    loan = locked(loan_id)
    with LOAN.move(loan, "cancel", actor, reason=reason):
        if loan.drawings:
            raise Conflict("LOAN_NOTHING_DRAWN")
        loan.reason = _reason(reason)
    return loan


@operation
def lapse_stale_loans(actor: Actor = SYSTEM) -> int:
    """Every approval that is too old lapses."""
    ids = stale_decisions()
    for loan_id in ids:
        lapse_loan(actor, loan_id)
    return len(ids)

