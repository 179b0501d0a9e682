"""The terms of a loan as they are agreed, and what the replay reads of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.errors import Unavailable, define
from exchange.core.money import Money
from exchange.core.text import _
from exchange.core.workdays import Calendar, Convention, adjust
from exchange.finance.loans.rules.allocation import DEFAULT_ORDER, Component
from exchange.finance.loans.rules.arrears import check_multipliers
from exchange.finance.loans.rules.days import DayCount, DueRule, due_dates
from exchange.finance.loans.rules.history import Drawing, History, LoanTerms
from exchange.finance.loans.rules.rates import Fixing, RepriceRule
from exchange.finance.loans.rules.replay import replay
from exchange.finance.loans.rules.rounding import Rounding
from exchange.finance.loans.rules.schedule import InterestBasis, Method
from exchange.finance.loans.rules.terms import check_terms

for _name, _status, _sentence in (
    ("LOAN_LENDER", 422, _("Only a bank lends; a guarantor may not (融资担保公司监督管理条例 23).")),
    ("LOAN_BORROWER", 422, _("The borrower is an enterprise or a university or institute.")),
    ("LOAN_PLEDGE_MISSING", 409, _("Attach the pledge first.")),
    ("LOAN_PLEDGE_OTHER", 422, _("This pledge was made by another pledgor.")),
    ("LOAN_GUARANTEE_NOT_APPROVED", 409, _("Still missing: {conditions}.")),
    ("LOAN_GUARANTEE_NOT_SIGNED", 409, _("Still missing before payment: {conditions}.")),
    ("GUARANTEE_CONSENT_MISSING", 409, _("The guarantor has not consented to these terms in writing (民法典 695).")),
    ("LOAN_PLEDGE_NOT_REGISTERED", 409, _("The pledge is not registered; it exists only from registration (民法典 444).")),
    ("LOAN_OVER_COVER", 409, _("At most {limit} may be paid out on this collateral.")),
    ("LOAN_SHORTFALL_OPEN", 409, _("A shortfall of {amount} is open.")),
    ("LOAN_DECISION_LAPSED", 409, _("The credit decision of {on} is older than {days} days.")),
    ("LOAN_PAYEE", 409, _("Pay {payee}, as agreed.")),
    ("LOAN_SIGNED_BEFORE", 409, _("Your side has signed already.")),
    ("LOAN_CONTRACT_DIFFERS", 409, _("Another side signed another version of the contract.")),
    ("LOAN_NOT_DUE", 409, _("The loan is {days} days past due; default needs more than 90 or a named clause.")),
    ("LOAN_ARREARS_OPEN", 409, _("{amount} is still in arrears.")),
    ("LOAN_CLAIMED", 409, _("The guarantor's payment was claimed; the loan cannot be reinstated.")),
    ("LOAN_ALERT_OPEN", 409, _("A shortfall is still open.")),
    ("LOAN_WRITE_OFF_EARLY", 409, _("Write-off needs the class loss, or enforcement that is exhausted.")),
    ("LOAN_NOTHING_DRAWN", 409, _("Something was paid out already.")),
    ("PAYMENT_KNOWN", 409, _("This bank reference is recorded for this loan already.")),
    ("PAYMENT_REVERSED", 409, _("This payment was reversed already.")),
    ("PAYMENT_SHORT", 422, _("Paying off takes {amount} on this day.")),
    ("LOAN_NOT_RUNNING", 409, _("This loan takes no payments while it is {state}.")),
):
    define(_name, _status, _sentence)

DECISION_DAYS = 90


@dataclass(frozen=True, slots=True)
class LoanInput:
    """The terms of a loan as entered; ``rate`` in per cent a year."""

    principal: Money
    rate: Decimal
    periods: int
    first_due: date
    method: str = Method.EQUAL_INSTALMENT
    due_rule: str = DueRule.SAME_DAY
    due_day: int | None = None
    day_count: str = DayCount.ACT_360
    business_day_rule: str = "following"
    interest_to_adjusted: bool = False
    interest_basis: str = InterestBasis.ACTUAL
    interest_rounding: str = Rounding.HALF_UP
    instalment_unit: int = 1
    instalment_rounding: str = Rounding.HALF_UP
    principal_grace: int = 0
    custom_rows: tuple[int, ...] = ()
    rate_kind: str = "fixed"
    lpr_tenor: str = "1Y"
    spread_bp: int = 0
    reprice_rule: str = RepriceRule.NEVER
    penalty_multiplier: Decimal = Decimal("1.5")
    misuse_multiplier: Decimal = Decimal("2.0")
    compound: bool = False
    grace_days: int = 0
    prepayment_fee_bp: int = 0
    purpose: str = "working_capital"
    purpose_note: str = ""
    payee: str = ""
    tranches: bool = False
    enforcement_order: str = "own_collateral,guarantor"

    @property
    def months(self) -> int:
        return 3 if self.due_rule == DueRule.QUARTERLY else 1

    @property
    def due(self) -> tuple[date, ...]:
        """The unadjusted due dates."""
        if self.method == Method.BULLET:
            return (self.first_due,)
        return due_dates(self.first_due, self.periods, DueRule(self.due_rule), day=self.due_day)

    @property
    def maturity(self) -> date:
        return self.due[-1]


def check_input(given: LoanInput, *, start: date) -> None:
    """The terms hold together: ranges, multipliers, and a schedule that repays the principal."""
    check_terms(
        given.principal.minor, given.rate, periods=given.periods, principal_grace=given.principal_grace,
        first=given.first_due, start=start,
    )
    check_multipliers(given.penalty_multiplier, given.misuse_multiplier)
    preview(given, start=start, calendar=None)


def loan_terms(given: LoanInput, calendar: Calendar | None) -> LoanTerms:
    """What the replay reads of the terms; due dates move to working days where the calendar is known."""
    due = given.due
    return LoanTerms(
        method=Method(given.method),
        due=due,
        payable=tuple(payable(day, given.business_day_rule, calendar) for day in due),
        months=given.months if given.method != Method.BULLET else given.periods,
        interest_basis=InterestBasis(given.interest_basis),
        day_count=DayCount(given.day_count),
        interest_to_adjusted=given.interest_to_adjusted,
        interest_rounding=Rounding(given.interest_rounding),
        instalment_unit=given.instalment_unit,
        instalment_rounding=Rounding(given.instalment_rounding),
        principal_grace=given.principal_grace,
        custom=given.custom_rows,
        multiplier=given.penalty_multiplier,
        compound=given.compound,
        grace_days=given.grace_days,
        prepayment_fee_bp=given.prepayment_fee_bp,
        order=DEFAULT_ORDER,
    )


def payable(day: date, rule: str, calendar: Calendar | None) -> date:
    """The day moved as the rule says; provisionally unmoved where the year is not known."""
    conventions: dict[str, Convention] = {
        "following": "following", "modified_following": "modified_following", "none": "none"
    }
    if calendar is None:
        return day
    try:
        return adjust(calendar, day, conventions[rule])
    except Unavailable:
        return day


def preview(given: LoanInput, *, start: date, calendar: Calendar | None) -> History:
    """The history of the loan if it were paid out whole on ``start``; refuses terms that cannot be scheduled."""
    from exchange.finance.loans.rules.schedule import Plan, build_schedule

    history = History(
        loan_terms(given, calendar), (Fixing(start, given.rate),), (Drawing(start, given.principal.minor),)
    )
    if given.method in (Method.EQUAL_INSTALMENT, Method.CUSTOM):
        build_schedule(Plan(
            given.principal.minor, given.rate, given.periods, method=Method(given.method), months=given.months,
            interest_basis=InterestBasis(given.interest_basis), day_count=DayCount(given.day_count), start=start,
            due=given.due, instalment_unit=given.instalment_unit,
            instalment_rounding=Rounding(given.instalment_rounding), principal_grace=given.principal_grace,
            custom=given.custom_rows,
        ))
    replay(history, start)
    return history


def as_mapping(given: LoanInput) -> dict[str, Any]:
    """The terms as plain JSON values."""
    values = asdict(given)
    values["principal"] = given.principal.to_json()
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_mapping(values: Mapping[str, Any]) -> LoanInput:
    """The terms behind their JSON values."""
    given = dict(values)
    principal = given["principal"]
    given["principal"] = Money.parse(principal["amount"], principal["currency"])
    for name in ("rate", "penalty_multiplier", "misuse_multiplier"):
        given[name] = Decimal(given[name])
    given["first_due"] = date.fromisoformat(given["first_due"])
    given["custom_rows"] = tuple(given["custom_rows"])
    return LoanInput(**given)


def changed(given: LoanInput, changes: Mapping[str, Any]) -> LoanInput:
    """The terms with some of them replaced."""
    return replace(given, **changes)


def terms_digest(given: LoanInput) -> str:
    """The digest that a consent to exactly these terms names."""
    text = json.dumps(as_mapping(given), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


COMPONENT_ORDER = ",".join(Component)


def read_order(text: str) -> tuple[Component, ...]:
    """The allocation order as it is kept."""
    return tuple(Component(name) for name in text.split(","))
