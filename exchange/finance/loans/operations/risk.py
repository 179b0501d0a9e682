"""Watch, default and cure; collateral marks, classes, allowance; the daily tending of a loan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.core.parameters import parameter
from exchange.finance.loans import queries
from exchange.finance.loans.models import CollateralMark, Loan, RateFixing, Shortfall
from exchange.finance.loans.operations.parts import book, book_legs, check_not_held, locked, settle_facts
from exchange.finance.loans.queries import position_of
from exchange.finance.loans.rules.collateral import Cover, Item, Level, assess_cover
from exchange.finance.loans.rules.history import LoanState
from exchange.finance.loans.rules.rates import RepriceRule, lpr_rate, reprice_days
from exchange.finance.loans.rules.risk import (
    FLOORS, RiskClass, Sign, expected_loss, impaired_loss, is_nonaccrual, lgd, risk_class, stage,
)
from exchange.finance.loans.states import LOAN, RUNNING, LoanStage
from exchange.registers.ledger.queries import balance
from exchange.registers.ledger.rules import transfer

PD_STAGE_ONE = parameter("loans.pd_12m", "0.02", source="demonstration value, to be confirmed by the operator")
PD_STAGE_TWO = parameter("loans.pd_lifetime", "0.12", source="demonstration value, to be confirmed by the operator")


@operation
def watch_loan(actor: Actor, loan_id: int, *, cause: str) -> Loan:
    """Put the loan on watch for a cause."""
    loan = locked(loan_id)
    with LOAN.move(loan, "watch", actor, cause=cause):
        if not cause.strip():
            raise Invalid("REASON_NEEDED", field="cause")
        loan.watch_cause = cause.strip()
    return loan


@operation
def unwatch_loan(actor: Actor, loan_id: int, *, note: str = "") -> Loan:
    """End the watch once its cause is cured and no shortfall is open."""
    loan = locked(loan_id)
    with LOAN.move(loan, "unwatch", actor, note=note):
        if queries.open_shortfall(loan.id) is not None:
            raise Conflict("LOAN_ALERT_OPEN")
        loan.watch_cause = ""
    return loan


@operation
def default_loan(actor: Actor, loan_id: int, *, clause: str = "") -> Loan:
    """Declare default: more than ninety days past due, or a named clause; the whole debt falls due."""
    loan = locked(loan_id)
    today = clock.today()
    state = position_of(loan, today)
    with LOAN.move(loan, "default", actor, clause=clause, days_past_due=state.days_past_due):
        check_not_held(loan)
        if state.days_past_due <= 90 and not clause.strip():
            raise Conflict("LOAN_NOT_DUE", field="clause", days=state.days_past_due)
        loan.defaulted_on = today
        loan.reason = clause.strip()
    settle_facts(loan, actor, verb="default", reason="default")
    return loan


@operation
def cure_loan(actor: Actor, loan_id: int, *, note: str = "") -> Loan:
    """Reinstate a defaulted loan when all arrears but for the acceleration are paid and no claim was accepted."""
    loan = locked(loan_id)
    with LOAN.move(loan, "cure", actor, note=note):
        if loan.claimed_on is not None:
            raise Conflict("LOAN_CLAIMED")
        arrears = position_of(loan, accelerated=False).arrears
        if arrears:
            raise Conflict("LOAN_ARREARS_OPEN", amount=str(Money(arrears)))
        loan.defaulted_on = None
    settle_facts(loan, actor, verb="cure", reason="cure")
    return loan


@operation
def claim_loan(actor: Actor, loan_id: int, *, on: date) -> Loan:
    """The guarantor accepted a claim: later payments of the borrower are recoveries."""
    loan = locked(loan_id)
    loan.claimed_on = on
    events.note(loan, "claim", actor, on=on)
    return loan


@operation
def unclaim_loan(actor: Actor, loan_id: int) -> Loan:
    """The claim was withdrawn."""
    loan = locked(loan_id)
    loan.claimed_on = None
    events.note(loan, "unclaim", actor)
    return loan


@operation
def hold_loan(actor: Actor, loan_id: int, *, order: str) -> Loan:
    """An order of the authority holds the loan."""
    loan = locked(loan_id)
    loan.held_by_order = order
    events.note(loan, "hold", actor, order=order)
    return loan


@operation
def unhold_loan(actor: Actor, loan_id: int) -> Loan:
    """The order is lifted."""
    loan = locked(loan_id)
    loan.held_by_order = ""
    events.note(loan, "unhold", actor)
    return loan


# ------------------------------------------------------------------ collateral

@operation
def mark_collateral(actor: Actor, loan_id: int, *, cause: str = "nightly", legal_from: date | None = None) -> Cover:
    """Value the collateral anew: marks where something changed, a shortfall opened, grown or cured."""
    loan = locked(loan_id)
    items = queries.items_of(loan)
    _keep_marks(loan, items, cause)
    cover = assess_cover([Item(item.value, item.cap_bp) for item in items], loan.outstanding.minor)
    if loan.state in RUNNING:
        _follow_cover(loan, cover, cause, legal_from)
    return cover


def _keep_marks(loan: Loan, items: tuple[object, ...], cause: str) -> None:
    known = queries.last_marks(loan.id)
    for item in queries.items_of(loan):
        last = known.get(item.pledge_item_id)
        if last is None or (last.value.minor, last.cap_bp) != (item.value, item.cap_bp):
            add(CollateralMark(
                loan_id=loan.id, pledge_item_id=item.pledge_item_id, value=Money(item.value), cap_bp=item.cap_bp,
                cover=Money(Item(item.value, item.cap_bp).cover), cause=cause,
            ))
    flush()


def _follow_cover(loan: Loan, cover: Cover, cause: str, legal_from: date | None) -> None:
    shortfall, today = queries.open_shortfall(loan.id), clock.today()
    if cover.shortfall == 0:
        if shortfall is not None:
            shortfall.state, shortfall.cured_on = "cured", today
            events.note(loan, "shortfall_cured", SYSTEM)
        return
    if shortfall is None:
        add(Shortfall(
            loan_id=loan.id, opened_on=today, legal_from=min(legal_from or today, today), amount=Money(cover.shortfall),
            ratio_bp=cover.ratio_bp, cause=cause,
        ))
        flush()
        events.note(loan, "shortfall_opened", SYSTEM, amount=Money(cover.shortfall), cause=cause, level=str(cover.level))
    elif shortfall.amount.minor != cover.shortfall:
        shortfall.amount, shortfall.ratio_bp = Money(cover.shortfall), cover.ratio_bp
    if loan.state == LoanStage.ACTIVE and cover.level in (Level.SHORT, Level.CRITICAL):
        watch_loan(SYSTEM, loan.id, cause=f"shortfall: {cause}")


# ------------------------------------------------------------------ class and allowance

@operation
def classify_loan(actor: Actor, loan_id: int, *, floor: str = "", signs: tuple[str, ...] = ()) -> Loan:
    """Set class, stage, non-accrual and allowance from days past due, signs and the floor."""
    loan = locked(loan_id)
    if floor:
        loan.class_floor = str(RiskClass(floor))
        events.note(loan, "class_floor", actor, floor=floor)
    _classify(loan, position_of(loan), signs)
    return loan


def _classify(loan: Loan, state: LoanState, signs: tuple[str, ...] = ()) -> None:
    if loan.state not in RUNNING:
        return
    named = [Sign(sign) for sign in signs] + ([Sign.MISUSE] if loan.misused else [])
    floor = max([RiskClass(loan.class_floor), *(FLOORS[sign] for sign in named)], key=lambda each: each.rank)
    found = risk_class(state.days_past_due, named, floor=floor)
    found = max(found, _kept_class(loan, state), key=lambda each: each.rank)
    was, loan.risk_class, loan.stage = loan.risk_class, str(found), stage(state.days_past_due, found)
    nonaccrual = is_nonaccrual(state.days_past_due, found)
    if nonaccrual != loan.nonaccrual:
        loan.nonaccrual = nonaccrual
        events.note(loan, "nonaccrual_entered" if nonaccrual else "nonaccrual_left", SYSTEM)
        book(loan, state, verb="nonaccrual", value_on=clock.today())
    if was != loan.risk_class:
        events.note(loan, "class_changed", SYSTEM, before=was, after=loan.risk_class)
    _set_allowance(loan, state)


def _kept_class(loan: Loan, state: LoanState) -> RiskClass:
    """A bad class stays while anything is in arrears: days alone do not lift it."""
    was = RiskClass(loan.risk_class)
    return was if was.rank >= RiskClass.SUBSTANDARD.rank and state.arrears else RiskClass.PASS


def _set_allowance(loan: Loan, state: LoanState) -> None:
    """J8: the allowance follows the expected loss by difference."""
    ead = state.outstanding + state.interest_owed
    covered = sum(Item(item.value, item.cap_bp).cover for item in queries.items_of(loan))
    loss = lgd(covered, ead)
    target = {
        1: lambda: expected_loss(ead, pd=PD_STAGE_ONE.decimal(), lgd=loss),
        2: lambda: expected_loss(ead, pd=PD_STAGE_TWO.decimal(), lgd=loss),
        3: lambda: impaired_loss(ead, lgd=loss),
    }[loan.stage]()
    held = -balance(loan.organisation_id, "bank", "allowance", loan.public_id)
    legs = transfer(
        loan.organisation_id, "bank", debit="credit_loss", credit="allowance", fen=target - held,
        debit_subject=loan.public_id, credit_subject=loan.public_id,
    )
    book_legs(loan, list(legs), verb="allowance", value_on=clock.today())


# ------------------------------------------------------------------ day by day

@operation
def accrue_loan(actor: Actor, loan_id: int) -> Loan:
    """Post the interest and penalty that have accrued by today; twice the same day changes nothing."""
    loan = locked(loan_id)
    if loan.state in RUNNING:
        book(loan, position_of(loan), verb="accrue", value_on=clock.today())
    return loan


@operation
def tend_loan(actor: Actor, loan_id: int) -> Loan:
    """The daily work on one loan: rate, accrual, demands, overdue, collateral, class, allowance."""
    loan = locked(loan_id)
    if loan.state not in RUNNING:
        return loan
    _reprice(loan)
    state = settle_facts(loan, actor, verb="accrue")
    mark_collateral(actor, loan.id, cause="nightly")
    _classify(loan, state)
    return loan


def _reprice(loan: Loan) -> None:
    """Fix the rate anew on the days that the contract names."""
    if loan.rate_kind != "lpr" or loan.disbursed_on is None:
        return
    known, through = queries.quotes(loan.lpr_tenor)
    given = queries.input_of(loan)
    days = reprice_days(
        RepriceRule(loan.reprice_rule), start=loan.disbursed_on, end=_tomorrow(), due=given.due,
        published=[quote.published_on for quote in known],
    )
    fixed = {row.from_on for row in loan.fixings}
    for day in days:
        if day not in fixed:
            rate = lpr_rate(known, day, spread_bp=loan.spread_bp, confirmed_through=through)
            add(RateFixing(loan_id=loan.id, from_on=day, rate_e4=int(rate * Decimal(10_000)), quoted_on=day))
    flush()
    db.session.expire(loan, ["fixings"])


def _tomorrow() -> date:
    from exchange.finance.loans.rules.days import day_after

    return day_after(clock.today())


