"""What a loan contract must say, and what may be posted to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exchange.core.errors import Conflict, Invalid, define
from exchange.core.text import _

define("AMOUNT_RANGE", 422, _("The amount lies outside {low} to {high}."))
define("RATE_RANGE", 422, _("The rate lies outside 0 to {high} % a year."))
define("PERIODS_RANGE", 422, _("Give 1 to {high} instalments."))
define("LOAN_UPFRONT_DEDUCTION", 409, _("{deducted} was deducted in advance; only {principal} would be principal (民法典 670)."))
define("LOAN_WRITTEN_OFF_LOCKED", 409, _("The loan was written off on {on}; money coming later is a recovery."))
define("PAYMENT_BEFORE_DISBURSEMENT", 409, _("The loan was paid out on {on}; no payment can be earlier."))
define("PAYMENT_FUTURE", 422, _("A payment cannot bear a date in the future."))
define("PAYMENT_AFTER_CLAIM", 409, _("The guarantor's payment was claimed on {on}; record this as a recovery there."))

PRINCIPAL_LIMITS = (1, 1_000_000_000_000)
RATE_LIMIT = Decimal(36)
PERIODS_LIMIT = 360


def check_terms(principal: int, rate: Decimal, *, periods: int, principal_grace: int, first: date, start: date) -> None:
    """Principal, rate, periods and first due date lie in their ranges."""
    low, high = PRINCIPAL_LIMITS
    if not low <= principal <= high:
        raise Invalid("AMOUNT_RANGE", field="principal", low="0.01", high="10,000,000,000.00")
    if not 0 <= rate <= RATE_LIMIT:
        raise Invalid("RATE_RANGE", field="rate", high=str(RATE_LIMIT))
    if not 1 <= periods <= PERIODS_LIMIT:
        raise Invalid("PERIODS_RANGE", field="periods", high=PERIODS_LIMIT)
    if not 0 <= principal_grace < periods:
        raise Invalid("PERIODS_RANGE", field="principal_grace", high=periods - 1)
    if first <= start:
        raise Invalid("DATE_ORDER", field="first_due", start=start.isoformat(), end=first.isoformat())


@dataclass(frozen=True, slots=True)
class Recognition:
    """The principal the law recognises and whether something was deducted."""

    principal: int
    deducted: int


def principal_recognition(contract: int, deducted: int) -> Recognition:
    """What was lent is the principal: contract less what was deducted in advance (民法典 670)."""
    if not 0 <= deducted < contract:
        raise Invalid("AMOUNT_RANGE", field="deducted", low="0.00", high=str(contract))
    return Recognition(contract - deducted, deducted)


def check_no_deduction(contract: int, deducted: int, *, recognised: bool) -> Recognition:
    """Refuse a deduction in advance, unless the second person recognises the smaller principal."""
    found = principal_recognition(contract, deducted)
    if found.deducted and not recognised:
        raise Conflict("LOAN_UPFRONT_DEDUCTION", field="deducted", deducted=deducted, principal=found.principal)
    return found


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """What decides whether a payment of ``value_on`` may be posted."""

    value_on: date
    today: date
    disbursed_on: date | None
    claimed_on: date | None = None
    written_off_on: date | None = None


def check_posting_allowed(facts: PostingFacts) -> None:
    """Refuse money dated before the disbursement, in the future, after a claim, or on a written-off loan."""
    if facts.written_off_on is not None:
        raise Conflict("LOAN_WRITTEN_OFF_LOCKED", field="value_on", on=facts.written_off_on.isoformat())
    if facts.value_on > facts.today:
        raise Invalid("PAYMENT_FUTURE", field="value_on")
    if facts.disbursed_on is None or facts.value_on < facts.disbursed_on:
        on = facts.disbursed_on.isoformat() if facts.disbursed_on else "–"
        raise Conflict("PAYMENT_BEFORE_DISBURSEMENT", field="value_on", on=on)
    if facts.claimed_on is not None and facts.value_on >= facts.claimed_on:
        raise Conflict("PAYMENT_AFTER_CLAIM", field="value_on", on=facts.claimed_on.isoformat())
