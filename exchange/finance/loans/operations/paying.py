"""Paying out: reachable only when the pledge is registered and every guard of 6.3 holds on present facts."""

from __future__ import annotations

from datetime import date

from exchange.appraisals import queries as appraisals
from exchange.core import calendar, clock
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.finance.loans import queries
from exchange.finance.loans.models import CONDITIONS, Loan, LoanDrawing, RateFixing
from exchange.finance.loans.operations.drafting import CONSENTS, check_conditions, check_decision
from exchange.finance.loans.operations.parts import check_not_held, locked, settle_facts
from exchange.finance.loans.rules.rates import lpr_rate
from exchange.finance.loans.rules.terms import check_no_deduction
from exchange.finance.loans.states import LOAN
from exchange.finance.pledges import queries as pledges
from exchange.finance.pledges.models import Pledge
from exchange.finance.pledges.rules import check_fresh, findings_of
from exchange.finance.pledges.states import PledgeState
from exchange.registers.patents import queries as patents


@operation
def disburse_loan(
    actor: Actor,
    loan_id: int,
    *,
    value_on: date | None = None,
    amount: Money | None = None,
    deducted: Money | None = None,
    payee: str = "",
    recognise: bool = False,
) -> Loan:
    """Pay the loan out; only what was really lent becomes principal (民法典 670)."""
    loan = locked(loan_id)
    day = value_on or clock.today()
    lent = amount or loan.principal
    with LOAN.move(loan, "disburse", actor, amount=lent, value_on=day) as moving:
        check_decision(loan)
        _check_before_payment(loan, lent, day, payee)
        if not loan.tranches and lent != loan.principal:
            raise Invalid("AMOUNT_RANGE", field="amount", low=str(loan.principal), high=str(loan.principal))
        kept_back = deducted or Money(0, lent.currency)
        found = check_no_deduction(lent.minor, kept_back.minor, recognised=recognise)
        loan.disbursed_on = day
        _draw(loan, Money(found.principal, lent.currency), day, payee=payee, deducted=kept_back)
        moving.payload["principal"] = Money(found.principal, lent.currency)
    settle_facts(loan, actor, verb="disburse", value_on=day)
    return loan


@operation
def draw_loan(actor: Actor, loan_id: int, *, amount: Money, value_on: date | None = None, payee: str = "") -> Loan:
    """Pay a further tranche out, within the principal and the cover."""
    loan = locked(loan_id)
    day = value_on or clock.today()
    with LOAN.move(loan, "draw", actor, amount=amount, value_on=day):
        _check_before_payment(loan, amount, day, payee)
        left = loan.principal - loan.drawn
        if not loan.tranches or amount > left or amount.minor <= 0:
            raise Invalid("AMOUNT_RANGE", field="amount", low="0.01", high=str(left))
        _draw(loan, amount, day, payee=payee, deducted=Money(0, amount.currency))
    settle_facts(loan, actor, verb="draw", value_on=day)
    return loan


def _draw(loan: Loan, amount: Money, day: date, *, payee: str, deducted: Money) -> None:
    add(LoanDrawing(
        loan_id=loan.id, n=len(loan.drawings) + 1, amount=amount, value_on=day, payee=payee or loan.payee,
        deducted=deducted,
    ))
    if not loan.fixings:
        add(RateFixing(loan_id=loan.id, from_on=day, rate_e4=_first_rate(loan, day)))
    loan.drawn = loan.drawn + amount
    loan.outstanding = loan.outstanding + amount
    flush()
    db.session.expire(loan, ["drawings", "fixings"])


def _first_rate(loan: Loan, day: date) -> int:
    if loan.rate_kind == "fixed":
        return loan.rate_e4
    known, through = queries.quotes(loan.lpr_tenor)
    return int(lpr_rate(known, day, spread_bp=loan.spread_bp, confirmed_through=through) * 10_000)


def _check_before_payment(loan: Loan, amount: Money, day: date, payee: str) -> None:
    """Every guard of 6.3, on the facts of this transaction."""
    check_not_held(loan)
    if day != clock.today():
        raise Invalid("DATE_ORDER", field="value_on", start=str(clock.today()), end=str(day))
    calendar.china().is_workday(day)
    pledge = check_pledge(loan)
    _check_register(pledge, day, maturity=loan.maturity)
    kinds = [kind for kind in CONDITIONS if kind not in CONSENTS]
    check_conditions(loan, kinds, "LOAN_GUARANTEE_NOT_SIGNED")
    _check_reviews(loan, pledge, day)
    _check_cover(loan, amount)
    if loan.payee and payee and payee != loan.payee:
        raise Conflict("LOAN_PAYEE", field="payee", payee=loan.payee)


def check_pledge(loan: Loan) -> Pledge:
    """The pledge stands in the register and nothing holds it."""
    if loan.pledge_id is None:
        raise Conflict("LOAN_PLEDGE_NOT_REGISTERED", field="pledge_id")
    pledge = pledges.get_pledge(loan.pledge_id)
    if pledge.state != PledgeState.REGISTERED or pledge.held_by_order:
        raise Conflict("LOAN_PLEDGE_NOT_REGISTERED", field="pledge_id")
    return pledge


def _check_register(pledge: Pledge, day: date, *, maturity: date) -> None:
    """Every patent is in force, fee paid, not suspended, outlives the debt, and its register status is fresh."""
    for item in pledge.live_items:
        register = patents.register_status(item.patent_id, day)
        check_fresh(register.taken_on, day, patent=item.patent.shown_number)
        facts = pledges.registration_facts(
            item.patent_id, pledgor_id=pledge.pledgor_id, debt_to=maturity, on=day, own_reference=pledge.public_id,
            confirmed=True,
        )
        findings_of([facts]).raise_any()


def _check_reviews(loan: Loan, pledge: Pledge, day: date) -> None:
    reviewers = sorted({loan.organisation_id, *loan.parties()["guarantor"], pledge.organisation_id})
    for item in pledge.live_items:
        if item.scorecard_id is not None:
            _check_scorecard(item.scorecard_id, item.patent_id, pledge, reviewers, day)
        if item.appraisal_id is None:
            continue
        appraisals.check_usable(item.appraisal_id, patent_ids=[item.patent_id], on=day)
        if appraisals.accepted_review(item.appraisal_id, organisation_ids=reviewers) is None:
            raise Conflict("REVIEW_MISSING", field="items", patent=item.patent.shown_number)


def _check_scorecard(scorecard_id: int, patent_id: int, pledge: Pledge, reviewers: list[int], day: date) -> None:
    """A scorecard carries the debt only within the ceiling, in time, and with the lender's accepted own values."""
    found = appraisals.check_scorecard(scorecard_id, patent_ids=[patent_id], on=day, amount=pledge.secured)
    if appraisals.accepted_scorecard(scorecard_id, organisation_ids=reviewers) is None:
        raise Conflict("SCORECARD_REVIEW_MISSING", field="items", number=found.number)


def _check_cover(loan: Loan, amount: Money) -> None:
    shortfall = queries.open_shortfall(loan.id)
    if shortfall is not None:
        raise Conflict("LOAN_SHORTFALL_OPEN", field="amount", amount=str(shortfall.amount))
    limit = queries.still_disbursable(loan)
    if amount.minor > limit:
        raise Conflict("LOAN_OVER_COVER", field="amount", limit=str(Money(limit)))
