"""Loans as their parties see them; positions by replay; quotes, pay-off, cover and what waits for whom."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from exchange.core import calendar, clock
from exchange.core.access import SUPERVISOR, Actor, permit, visibility, who
from exchange.core.database import db, filled, nowhere, visible
from exchange.core.errors import NotFound
from exchange.core.events import history
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Offered, Queue, Task, queue
from exchange.core.text import Text, _
from exchange.finance.loans.models import (
    CollateralMark, Loan, LoanDemand, LoanParty, LoanSchedule, LprQuote, Payment, Shortfall,
)
from exchange.finance.loans.rules.collateral import Cover, Item, assess_cover, disbursable
from exchange.finance.loans.rules.contract import LoanInput, from_mapping, loan_terms, preview, terms_digest
from exchange.finance.loans.rules.days import DayCount
from exchange.finance.loans.rules.history import (
    Charge, Drawing, History, LoanState, LoanTerms, Received, Refund, Restructured,
)
from exchange.finance.loans.rules.allocation import Component
from exchange.finance.loans.rules.contract import read_order
from exchange.finance.loans.rules.rates import Fixing, Quote
from exchange.finance.loans.rules.replay import replay
from exchange.finance.loans.rules.rounding import divide
from exchange.finance.loans.states import LOAN, RUNNING, LoanStage
from exchange.finance.pledges import queries as pledges
from exchange.finance.pledges.models import Pledge
from exchange.registers.patents.queries import get_patent

permit("loan:read", who("", "officer approver signatory viewer"))
permit("loan:repay", who("bank", "officer approver", party="bank"))
permit("loan:charge", who("bank", "officer approver", party="bank"))
permit("loan:quote", who("", "officer approver signatory viewer"))


@visibility("loan")
def _visible(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    mine = select(LoanParty.loan_id).where(LoanParty.organisation_id == actor.organisation_id)
    return or_(
        Loan.organisation_id == actor.organisation_id, Loan.borrower_id == actor.organisation_id, Loan.id.in_(mine)
    )


@visibility("payment")
def _visible_payment(actor: Actor | None) -> ColumnElement[bool]:
    return Payment.loan_id.in_(select(Loan.id).where(_visible(actor)))


def get_loan(loan_id: int) -> Loan:
    """The loan of this id."""
    found = db.session.get(Loan, loan_id)
    if found is None:
        raise NotFound()
    return found


def whole(loan: Loan) -> Loan:
    """The loan with everything that happened to it, read in one statement."""
    filled(
        loan, Loan.members, Loan.conditions, Loan.signatures, Loan.drawings, Loan.fixings, Loan.payments, Loan.charges, Loan.refunds,
        Loan.restructurings, Loan.recoveries)
    return loan


def find_loan(actor: Actor | None, public_id: str) -> Loan:
    """The loan of this name that the actor may see."""
    return visible(Loan, public_id, actor)


def loans_of(actor: Actor | None, *, state: str = "", risk_class: str = "", cursor: str = "") -> Page[Loan]:
    """The actor's loans, newest first, a page at a time."""
    wanted = select(Loan).where(_visible(actor)).options(selectinload(Loan.members))
    if state:
        wanted = wanted.where(Loan.state == state)
    if risk_class:
        wanted = wanted.where(Loan.risk_class == risk_class)
    return page_of(wanted, [Order(Loan.id, "id", descending=True)], cursor=cursor, size=SIZE)


SIZE = 25


def loans_of_pledge(pledge_id: int) -> list[Loan]:
    """The loans that a pledge secures."""
    return list(db.session.scalars(select(Loan).where(Loan.pledge_id == pledge_id).order_by(Loan.id)))


def running_loan_ids() -> list[int]:
    """The loans that the daily work tends."""
    return list(db.session.scalars(select(Loan.id).where(Loan.state.in_(RUNNING)).order_by(Loan.id)))


# ------------------------------------------------------------------ terms and history

def input_of(loan: Loan) -> LoanInput:
    """The contract's terms as they were entered."""
    return LoanInput(
        principal=loan.principal, rate=loan.rate, periods=loan.periods, first_due=loan.first_due, method=loan.method,
        due_rule=loan.due_rule, due_day=loan.due_day, day_count=loan.day_count,
        business_day_rule=loan.business_day_rule, interest_to_adjusted=loan.interest_to_adjusted,
        interest_basis=loan.interest_basis, interest_rounding=loan.interest_rounding,
        instalment_unit=loan.instalment_unit, instalment_rounding=loan.instalment_rounding,
        principal_grace=loan.principal_grace, custom_rows=tuple(loan.custom_rows or ()), rate_kind=loan.rate_kind,
        lpr_tenor=loan.lpr_tenor, spread_bp=loan.spread_bp, reprice_rule=loan.reprice_rule,
        penalty_multiplier=Decimal(loan.penalty_bp) / 10_000, misuse_multiplier=Decimal(loan.misuse_bp) / 10_000,
        compound=loan.compound, grace_days=loan.grace_days, prepayment_fee_bp=loan.prepayment_fee_bp,
        purpose=loan.purpose, purpose_note=loan.purpose_note, payee=loan.payee, tranches=loan.tranches,
        enforcement_order=loan.enforcement_order,
    )


def terms_sha256(loan: Loan) -> str:
    """The digest of the terms in force."""
    return loan.restructurings[-1].terms_sha256 if loan.restructurings else terms_digest(input_of(loan))


def _terms(loan: Loan, given: LoanInput) -> LoanTerms:
    from dataclasses import replace

    return replace(
        loan_terms(given, calendar.china()), multiplier=loan.multiplier, order=read_order(loan.allocation_order)
    )


def history_of(loan: Loan, *, accelerated: bool = True) -> History:
    """Everything that happened to the loan, as the replay reads it."""
    return History(
        terms=_terms(loan, input_of(loan)),
        fixings=tuple(Fixing(row.from_on, row.rate) for row in loan.fixings),
        drawings=tuple(Drawing(row.value_on, row.amount.minor, f"{row.n:03d}") for row in loan.drawings),
        payments=tuple(_received(row) for row in loan.payments if row.reversed_at is None),
        charges=tuple(
            Charge(row.due_on, row.amount.minor, f"c{row.id:06d}", Component(row.component)) for row in loan.charges
        ),
        refunds=tuple(Refund(row.value_on, row.amount.minor, f"{row.id:06d}") for row in loan.refunds),
        restructured=tuple(
            Restructured(row.effective_on, _terms(loan, from_mapping(row.after))) for row in loan.restructurings
        ),
        accelerated_on=loan.defaulted_on if accelerated else None,
    )


def _received(row: Payment) -> Received:
    return Received(row.value_on, row.amount.minor, row.bank_reference, row.purpose, row.fixed_principal_minor)


def position(loan_id: int, on: date | None = None) -> LoanState:
    """The loan's state on a day, by replay."""
    return position_of(get_loan(loan_id), on)


def position_of(loan: Loan, on: date | None = None, *, accelerated: bool = True) -> LoanState:
    """The loan's state on a day, by replay."""
    return replay(history_of(whole(loan), accelerated=accelerated), on or clock.today())


@dataclass(frozen=True, slots=True)
class Payoff:
    """What ends the loan on a day, in fen; valid on that day only."""

    on: date
    principal: int
    interest: int
    penalty: int
    fees: int
    prepayment_fee: int
    suspense: int

    @property
    def total(self) -> int:
        owed = self.principal + self.interest + self.penalty + self.fees + self.prepayment_fee
        return max(0, owed - self.suspense)


def payoff(loan_id: int, on: date | None = None) -> Payoff:
    """The pay-off quote of a day: everything owed, the agreed fee on what is prepaid, less what waits in suspense."""
    loan, day = get_loan(loan_id), on or clock.today()
    state = position_of(loan, day)
    fee = divide(state.performing * loan.prepayment_fee_bp, 10_000)
    return Payoff(
        day, state.outstanding, state.interest_owed, state.penalty_owed, state.fees_owed, fee, state.suspense
    )


def quote(given: LoanInput, *, start: date | None = None) -> LoanState:
    """The schedule of these terms if paid out on a day; nothing is kept."""
    day = start or clock.today()
    return replay(preview(given, start=day, calendar=calendar.china()), day)


def current_schedule(loan_id: int) -> LoanSchedule | None:
    """The schedule revision in force."""
    wanted = select(LoanSchedule).where(LoanSchedule.loan_id == loan_id, LoanSchedule.current.is_(True))
    return db.session.scalar(wanted.options(selectinload(LoanSchedule.rows)))


def payments_of(loan_id: int) -> list[Payment]:
    """The payments of a loan by value date, newest first."""
    wanted = select(Payment).where(Payment.loan_id == loan_id).order_by(Payment.value_on.desc(), Payment.id.desc())
    return list(db.session.scalars(wanted))


def read_payments(loan: Loan) -> list[Payment]:
    """The payments of a loan that was read whole by value date, newest first."""
    return sorted(loan.payments, key=lambda row: (row.value_on, row.id), reverse=True)


def allocation_of(state: LoanState, reference: str) -> dict[str, int]:
    """What one payment gave to each component."""
    parts: dict[str, int] = {}
    for part in state.paid:
        if part.payment == reference:
            parts[part.component] = parts.get(part.component, 0) + part.amount
    return parts


def open_demands(loan_id: int) -> list[LoanDemand]:
    """What is due and unpaid, oldest first."""
    wanted = select(LoanDemand).where(LoanDemand.loan_id == loan_id, LoanDemand.open_minor > 0)
    return list(db.session.scalars(wanted.order_by(LoanDemand.payable_on, LoanDemand.id)))


# ------------------------------------------------------------------ rates

SHIPPED_LPR = Path(__file__).parent / "data" / "lpr.csv"
SHIPPED_THROUGH = date(2025, 5, 20)


@lru_cache(maxsize=1)
def shipped_quotes() -> dict[str, tuple[Quote, ...]]:
    """The quotes that ship with the programme, by tenor."""
    lines = [line for line in SHIPPED_LPR.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {
        tenor: tuple(Quote(date.fromisoformat(row["published_on"]), Decimal(row[column])) for row in rows)
        for tenor, column in (("1Y", "one_year"), ("5Y", "five_year"))
    }


def quotes(tenor: str) -> tuple[tuple[Quote, ...], date]:
    """The quotes of a tenor, entered rows over shipped ones, and the day through which they are confirmed."""
    found = {quote.published_on: quote for quote in shipped_quotes()[tenor]}
    through = SHIPPED_THROUGH
    for row in db.session.scalars(select(LprQuote).where(LprQuote.tenor == tenor)):
        found[row.published_on] = Quote(row.published_on, Decimal(row.pct_e4) / 10_000)
        through = max(through, row.confirmed_through)
    return tuple(found[day] for day in sorted(found)), through


# ------------------------------------------------------------------ cover

def items_of(loan: Loan, on: date | None = None) -> tuple[pledges.LendingItem, ...]:
    """What the pledged patents count for; nothing without a pledge that stands."""
    if loan.pledge_id is None:
        return ()
    return pledges.lending_items(loan.pledge_id, on)


def cover(loan_id: int, on: date | None = None) -> Cover:
    """How the loan stands against its collateral."""
    loan = get_loan(loan_id)
    return assess_cover([Item(item.value, item.cap_bp) for item in items_of(loan, on)], loan.outstanding.minor)


def still_disbursable(loan: Loan) -> int:
    """What may still be paid out on the collateral, in fen."""
    items = [Item(item.value, item.cap_bp) for item in items_of(loan)]
    return disbursable(items, loan.outstanding.minor, shortfall_open=open_shortfall(loan.id) is not None)


def open_shortfall(loan_id: int) -> Shortfall | None:
    """The loan's open shortfall, if there is one."""
    return db.session.scalar(select(Shortfall).where(Shortfall.loan_id == loan_id, Shortfall.state == "open"))


def shortfalls_of(loan_id: int) -> list[Shortfall]:
    """Every shortfall of a loan, newest first."""
    return list(db.session.scalars(select(Shortfall).where(Shortfall.loan_id == loan_id).order_by(Shortfall.id.desc())))


def last_marks(loan_id: int) -> dict[int, CollateralMark]:
    """The newest mark of each pledged item."""
    newest = select(func.max(CollateralMark.id)).where(CollateralMark.loan_id == loan_id).group_by(
        CollateralMark.pledge_item_id
    )
    rows = db.session.scalars(select(CollateralMark).where(CollateralMark.id.in_(newest)))
    return {row.pledge_item_id: row for row in rows}


# ------------------------------------------------------------------ looks

def timeline_of(loan: Loan) -> list[dict[str, Any]]:
    """What happened to the loan, newest first, in the reader's words."""
    labels = {row.name: row.label for row in LOAN.moves} | FACT_LABELS
    return [
        {"at": event.at, "title": translate(labels[event.verb])}
        for event in history("loan", loan.public_id)
        if event.verb in labels and event.outcome == "done"
    ]


FACT_LABELS: dict[str, Text] = {
    "repay": _("Payment received"),
    "reverse": _("Payment reversed"),
    "refund": _("Suspense paid back"),
    "charge": _("Charge made"),
    "recover": _("Recovery received"),
    "claim": _("Claim accepted by the guarantor"),
    "hold": _("Held by order"),
    "unhold": _("Order lifted"),
    "shortfall_opened": _("Shortfall opened"),
    "shortfall_cured": _("Shortfall cured"),
    "class_changed": _("Class changed"),
    "nonaccrual_entered": _("Interest no longer taken as income"),
    "nonaccrual_left": _("Interest taken as income again"),
    "condition_met": _("Condition met"),
    "condition_voided": _("Condition withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Collateral:
    """One pledged patent as the loan's page shows it."""

    patent: Any
    value: Money
    cap_bp: int
    cover: Money
    alive: bool


def collateral_of(loan: Loan) -> list[Collateral]:
    """The pledged patents with what they count for."""
    return [
        Collateral(
            get_patent(item.patent_id), Money(item.value), item.cap_bp,
            Money(Item(item.value, item.cap_bp).cover), item.alive,
        )
        for item in items_of(loan)
    ]


def pledges_to_lend_on(actor: Actor) -> list[Pledge]:
    """The pledges in the bank's favour that no loan uses yet."""
    used = select(Loan.pledge_id).where(Loan.pledge_id.is_not(None), Loan.state.not_in(("cancelled", "declined", "lapsed")))
    wanted = select(Pledge).where(
        Pledge.organisation_id == actor.organisation_id, Pledge.state.in_(("drafted", "signed", "filed", "registered")),
        Pledge.id.not_in(used),
    )
    return list(db.session.scalars(wanted.order_by(Pledge.id.desc()).limit(100)))

@dataclass(frozen=True, slots=True)
class Summary:
    """An actor's loans in one look."""

    running: int
    outstanding: Money
    overdue: int
    arrears: Money
    short: int


def summary(actor: Actor) -> Summary:
    """Counts and sums over the running loans that the actor sees."""
    wanted = select(
        func.count(), func.coalesce(func.sum(Loan.outstanding_minor), 0), func.coalesce(func.sum(Loan.arrears_minor), 0)
    ).where(_visible(actor), Loan.state.in_(RUNNING))
    late = select(func.count()).where(_visible(actor), Loan.state.in_((LoanStage.OVERDUE, LoanStage.DEFAULTED)))
    short = select(func.count()).select_from(Shortfall).join(Loan, Loan.id == Shortfall.loan_id).where(
        _visible(actor), Shortfall.state == "open"
    )
    found = wanted.add_columns(late.scalar_subquery(), short.scalar_subquery())
    count, outstanding, arrears, overdue, uncovered = (int(each) for each in db.session.execute(found).one())
    return Summary(count, Money(outstanding), overdue, Money(arrears), uncovered)


NEXT = ("approve", "sign", "disburse")


def tasks(actor: Actor) -> list[Offered]:
    """The loans whose next move this actor could make, and the payments that the borrower owes next."""
    due: list[Offered] = [_payments_due(actor)] if actor.kind in BORROWERS else []
    if not LOAN.concerns(actor, NEXT):
        return due
    waiting = (LoanStage.DRAFTED, LoanStage.APPROVED, LoanStage.SIGNED)
    wanted = select(Loan).where(_visible(actor), Loan.state.in_(waiting)).order_by(Loan.id).limit(50)
    found: list[Offered] = []
    for loan in db.session.scalars(wanted.options(selectinload(Loan.members))):
        row = next((row for row in LOAN.open_to(loan, actor) if row.name in NEXT), None)
        if row is not None:
            found.append(Task("loan", loan.public_id, loan.number, row.label, number=loan.number))
    return found + due


REMINDER = timedelta(days=7)
BORROWERS = ("enterprise", "research")


def _payments_due(actor: Actor) -> Queue:
    """What the borrower pays within a week, or should have paid."""
    wanted = select(Loan).where(
        Loan.borrower_id == actor.organisation_id, Loan.state.in_(RUNNING),
        or_(Loan.overdue_since.is_not(None), Loan.next_due_on <= clock.today() + REMINDER)).order_by(Loan.id).limit(50)
    due_on = func.coalesce(Loan.overdue_since, Loan.next_due_on)
    return queue("loan", _("Pay the instalment"), wanted, title=Loan.number, number=Loan.number, due_on=due_on)


def payment_with_loan(payment_id: int) -> Payment:
    """A payment together with its loan."""
    found = db.session.get(Payment, payment_id, options=[joinedload(Payment.loan)])
    if found is None:
        raise NotFound()
    return found


DAY_COUNTS = tuple(DayCount)


def contract_sha256(loan: Loan) -> str:
    """The digest of what the sides sign: the parties and every term."""
    contents = {
        "number": loan.number, "bank": loan.organisation_id, "borrower": loan.borrower_id, "pledge": loan.pledge_id,
        "terms": terms_digest(input_of(loan)), "behind": sorted([each.role, each.organisation_id] for each in loan.members),
    }
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
