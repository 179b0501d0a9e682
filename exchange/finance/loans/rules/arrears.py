"""Days past due, penalty interest 罚息, compound interest 复利 and late fees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from exchange.core.errors import Invalid, define
from exchange.core.text import _
from exchange.finance.loans.rules.rounding import Rounding, divide

define("PENALTY_RANGE", 422, _("The multiplier {multiplier} lies outside {low} to {high} (银发〔2003〕251号)."))

PENALTY_RANGE = (Decimal("1.3"), Decimal("1.5"))
MISUSE_RANGE = (Decimal("1.5"), Decimal("2.0"))


def days_past_due(unpaid_due_dates: list[date], on: date) -> int:
    """Days since the oldest unpaid due date; that day itself counts as nought."""
    due = [day for day in unpaid_due_dates if day <= on]
    return (on - min(due)).days if due else 0


def check_multipliers(penalty: Decimal, misuse: Decimal) -> None:
    """The contract's multipliers lie in the permitted ranges."""
    for field, value, (low, high) in (
        ("penalty_multiplier", penalty, PENALTY_RANGE),
        ("misuse_multiplier", misuse, MISUSE_RANGE),
    ):
        if not low <= value <= high:
            raise Invalid("PENALTY_RANGE", field=field, multiplier=str(value), low=str(low), high=str(high))


def penalty_multiplier(penalty: Decimal, misuse: Decimal, *, misused: bool) -> Decimal:
    """One multiplier at a time: the higher when the money was misused."""
    return max(penalty, misuse) if misused else penalty


def penalty_interest(
    base: int, rate: Decimal, *, multiplier: Decimal, days: int, basis: int, grace_days: int = 0
) -> int:
    """Penalty in fen on overdue principal: contract rate × multiplier for the days beyond the grace, rounded once."""
    numerator, denominator = (rate * multiplier).as_integer_ratio()
    return divide(base * numerator * max(0, days - grace_days), denominator * 100 * basis)


def penalty_start(due_on: date, grace_days: int) -> date:
    """The first day that bears penalty: the day after the due date, grace days left out.

    Days are counted start included, end excluded, so the count itself begins on the due date.
    """
    return due_on + timedelta(days=grace_days)


def late_fee(overdue_principal: int, pct: Decimal) -> int:
    """A charge for one missed instalment."""
    numerator, denominator = pct.as_integer_ratio()
    return divide(overdue_principal * numerator, denominator * 100, Rounding.HALF_UP)
