"""What several verbs of a loan share: its lock, its position, its books and the moves that follow from facts.

Every journal of a running loan brings each of its accounts from the present balance to the target that the replay
gives. So a payment posted late, a reversal or a changed rate leaves the same balances as if all had come in time.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock
from exchange.core.errors import DomainError
from exchange.core.money import Money
from exchange.finance.loans.models import Instalment, Loan, LoanAllocation, LoanDemand, LoanSchedule, Payment
from exchange.finance.loans.queries import current_schedule, get_loan, position_of
from exchange.finance.loans.rules.allocation import Component
from exchange.finance.loans.rules.history import LoanState, PlanRow
from exchange.finance.loans.states import LOAN, PAYING, LoanStage
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.models import Pledge
from exchange.registers.ledger import operations as ledger
from exchange.registers.ledger.queries import subject_balances
from exchange.registers.ledger.rules import Leg, difference

Account = tuple[int, str, str, str]
BANK_CODES = (
    "clearing", "loan_principal", "interest_receivable", "penalty_receivable", "fee_receivable", "borrower_suspense",
    "interest_income", "penalty_income", "fee_income", "interest_suspended", "interest_suspended_contra",
)
BORROWER_CODES = (
    "cash_memo", "loan_payable", "charges_payable", "refund_receivable", "interest_expense", "fee_expense",
    "recourse_payable",
)


def locked(loan_id: int) -> Loan:
    """The loan under its row lock; the lock of its pledge is taken first."""
    loan = get_loan(loan_id)
    pledge = db.session.get(Pledge, loan.pledge_id) if loan.pledge_id is not None else None
    lock(*([pledge, loan] if pledge is not None else [loan]))
    return loan


def check_not_held(loan: Loan) -> None:
    """Refuse while an order of the authority holds the loan."""
    if loan.held_by_order:
        raise DomainError("HELD_BY_ORDER", order=loan.held_by_order)


# ------------------------------------------------------------------ books

def targets(loan: Loan, state: LoanState) -> dict[Account, int]:
    """What each of the loan's accounts must show, in fen, at the bank and at the borrower."""
    return _bank_targets(loan, state) | _borrower_targets(loan, state)


def _bank_targets(loan: Loan, state: LoanState) -> dict[Account, int]:
    received = sum(part.amount for part in state.paid) + state.suspense + state.refunded
    suspended = state.interest_owed + state.penalty_owed if loan.nonaccrual else 0
    interest = 0 if loan.nonaccrual else state.interest_owed
    penalty = 0 if loan.nonaccrual else state.penalty_owed
    charged = state.charged
    taken = charged[Component.INTEREST] - (state.interest_owed if loan.nonaccrual else 0)
    punished = charged[Component.PENALTY] + charged[Component.COMPOUND] - (state.penalty_owed if loan.nonaccrual else 0)
    figures = (
        received - state.refunded - state.drawn, state.outstanding, interest, penalty, state.fees_owed,
        -state.suspense, -taken, -punished, -(charged[Component.FEE] + charged[Component.COST]), suspended, -suspended,
    )
    pairs = zip(BANK_CODES, figures, strict=True)
    return {(loan.organisation_id, "bank", code, loan.public_id): fen for code, fen in pairs}


def _borrower_targets(loan: Loan, state: LoanState) -> dict[Account, int]:
    stood_in = sum(row.amount.minor for row in loan.payments if row.purpose == "compensation" and not row.reversed_at)
    recovered = sum(row.amount.minor for row in loan.recoveries if row.kind == "recourse")
    received = sum(part.amount for part in state.paid) + state.suspense + state.refunded - stood_in
    charged = state.charged
    figures = (
        state.drawn - received + state.refunded - recovered,
        -state.outstanding,
        -(state.interest_owed + state.penalty_owed + state.fees_owed),
        state.suspense,
        charged[Component.INTEREST] + charged[Component.PENALTY] + charged[Component.COMPOUND],
        charged[Component.FEE] + charged[Component.COST],
        recovered - stood_in,
    )
    pairs = zip(BORROWER_CODES, figures, strict=True)
    return {(loan.borrower_id, "enterprise", code, loan.public_id): fen for code, fen in pairs}


def present(loan: Loan) -> dict[Account, int]:
    """What the loan's accounts show now, of those that the replay rules."""
    ruled = {"bank": BANK_CODES, "enterprise": BORROWER_CODES}
    balances = subject_balances(loan.public_id)
    return {account: fen for account, fen in balances.items() if account[2] in ruled.get(account[1], ())}


def event_key(loan: Loan, verb: str) -> str:
    """The key of the loan's next journal."""
    loan.journals += 1
    return f"loan:{loan.public_id}:{verb}:{loan.journals}"


def book(loan: Loan, state: LoanState, *, verb: str, value_on: date) -> None:
    """Post the one journal that brings the loan's accounts to what the state says."""
    legs = difference(targets(loan, state), present(loan))
    if legs:
        ledger.post(SYSTEM, event_key(loan, verb), value_on=value_on, legs=legs, event_id=f"loan:{loan.public_id}")


def book_legs(loan: Loan, legs: list[Leg], *, verb: str, value_on: date) -> None:
    """Post explicit legs of the loan, when there are any."""
    if any(leg.fen for leg in legs):
        ledger.post(SYSTEM, event_key(loan, verb), value_on=value_on, legs=legs, event_id=f"loan:{loan.public_id}")


# ------------------------------------------------------------------ after every movement

def settle_facts(loan: Loan, actor: Actor, *, verb: str, value_on: date | None = None, reason: str = "") -> LoanState:
    """Rebuild what follows from the movements: books, demands, schedule, the pledge's debt, and the moves of facts."""
    flush()
    db.session.expire(loan)
    today = clock.today()
    state = position_of(loan, today)
    before = loan.outstanding
    book(loan, state, verb=verb, value_on=value_on or today)
    keep_demands(loan, state)
    keep_schedule(loan, state, reason=reason or verb)
    keep_figures(loan, state)
    tell_pledge(loan, state)
    flush()
    if before != loan.outstanding:
        events.note(loan, "principal_changed", actor, outstanding=loan.outstanding, before=before)
    follow_facts(loan, state)
    return state


def keep_figures(loan: Loan, state: LoanState) -> None:
    """The figures that lists show."""
    loan.drawn, loan.outstanding = Money(state.drawn), Money(state.outstanding)
    loan.arrears, loan.overdue_since = Money(state.arrears), state.overdue_since
    row = state.next_due
    loan.next_due_on = row.payable_on if row else None
    loan.next_due = Money(row.principal + row.interest) if row else None


def keep_demands(loan: Loan, state: LoanState) -> None:
    """Write the demands and allocations anew, as the replay gives them."""
    db.session.execute(delete(LoanAllocation).where(LoanAllocation.loan_id == loan.id))
    db.session.execute(delete(LoanDemand).where(LoanDemand.loan_id == loan.id))
    if state.demands:
        db.session.execute(insert(LoanDemand), [
            {"loan_id": loan.id, "key": each.key, "component": str(each.component), "due_on": each.due_on,
             "payable_on": each.payable_on, "amount_minor": each.amount, "amount_currency": "CNY",
             "open_minor": each.open, "open_currency": "CNY", "origin": each.origin}
            for each in state.demands
        ])
    ids = {row.bank_reference: row.id for row in loan.payments}
    if state.paid:
        db.session.execute(insert(LoanAllocation), [
            {"loan_id": loan.id, "payment_id": ids[each.payment], "demand_key": each.demand,
             "component": str(each.component), "amount_minor": each.amount, "amount_currency": "CNY"}
            for each in state.paid
        ])


def rows_sha256(rows: tuple[PlanRow, ...]) -> str:
    """The digest of the canonical rows of a schedule."""
    import hashlib
    import json

    plain = [[row.n, row.due_on.isoformat(), row.principal, row.interest, row.origin] for row in rows]
    return hashlib.sha256(json.dumps(plain, separators=(",", ":")).encode()).hexdigest()


def keep_schedule(loan: Loan, state: LoanState, *, reason: str) -> None:
    """Keep a new revision when the rows have changed."""
    digest, current = rows_sha256(state.rows), current_schedule(loan.id)
    if not state.rows or (current is not None and current.sha256 == digest):
        return
    if current is not None:
        current.current = False
        flush()
    revision = 1 if current is None else current.revision + 1
    schedule = add(LoanSchedule(loan_id=loan.id, revision=revision, reason=reason, sha256=digest, current=True))
    flush()
    db.session.execute(insert(Instalment), [
        {"schedule_id": schedule.id, "n": row.n, "due_unadjusted": row.due_on, "due_on": row.payable_on,
         "principal_minor": row.principal, "principal_currency": "CNY", "interest_minor": row.interest,
         "interest_currency": "CNY", "balance_minor": row.balance, "balance_currency": "CNY", "origin": row.origin}
        for row in state.rows
    ])


def recourse_open(loan: Loan) -> int:
    """What the borrower still owes the guarantor who paid, in fen."""
    stood_in = sum(row.amount.minor for row in loan.payments if row.purpose == "compensation" and not row.reversed_at)
    return stood_in - sum(row.amount.minor for row in loan.recoveries if row.kind == "recourse")


def tell_pledge(loan: Loan, state: LoanState) -> None:
    """The pledge learns what it secures now."""
    if loan.pledge_id is None:
        return
    owed = 0 if loan.state in (LoanStage.REPAID, LoanStage.CLOSED) else state.owed + recourse_open(loan)
    due = loan.state in (LoanStage.DEFAULTED, LoanStage.COMPENSATED, LoanStage.WRITTEN_OFF)
    pledges.state_debt(SYSTEM, loan.pledge_id, amount=Money(max(0, owed)), due=due)


def follow_facts(loan: Loan, state: LoanState, *, because: str = "") -> None:
    """The moves that only facts make: settled, overdue, arrears cleared."""
    if loan.state in (*PAYING, LoanStage.COMPENSATED) and _is_paid(loan, state):
        with LOAN.move(loan, "settle", SYSTEM, because=because):
            loan.repaid_on = clock.today()
        tell_pledge(loan, state)
    elif loan.state in (LoanStage.ACTIVE, LoanStage.WATCH) and state.days_past_due > loan.grace_days:
        with LOAN.move(loan, "mark", SYSTEM, days_past_due=state.days_past_due, arrears=Money(state.arrears)):
            pass
    elif loan.state == LoanStage.OVERDUE and state.overdue_since is None:
        with LOAN.move(loan, "clear", SYSTEM, because=because):
            pass
    flush()


def _is_paid(loan: Loan, state: LoanState) -> bool:
    return state.drawn > 0 and state.owed == 0 and state.suspense == 0 and recourse_open(loan) == 0


def payment_parts(loan: Loan, state: LoanState, payment: Payment) -> dict[str, str]:
    """What a payment gave to each component, for its event."""
    parts: dict[str, int] = {}
    for each in state.paid:
        if each.payment == payment.bank_reference:
            parts[str(each.component)] = parts.get(str(each.component), 0) + each.amount
    return {name: str(Money(fen)) for name, fen in sorted(parts.items())}
