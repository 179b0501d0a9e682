"""Annuities 年费: when each year's fee is due, what it costs, the surcharge and the months of grace (实施细则 114, 115)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exchange.core.errors import Invalid
from exchange.core.money import Money
from exchange.core.states import State
from exchange.core.text import _
from exchange.core.workdays import Calendar, add_months, due_after_days
from exchange.registers.patents.rules.terms import add_years
from exchange.registers.patents.states import PatentType

GRACE_MONTHS = 6
SURCHARGE_STEPS_BP = (0, 500, 1000, 1500, 2000, 2500)
REMINDER_DAYS = (90, 60, 30, 7)


class AnnuityStanding(State):
    """How the fees of a patent stand on a day."""

    PAID = "paid", _("Paid")
    GRACE = "grace", _("Unpaid, in grace")
    OVERDUE = "overdue", _("Unpaid, grace ended")
    UNKNOWN = "unknown", _("Paid-to year unknown")
    NONE = "none", _("No further fee")


@dataclass(frozen=True, slots=True)
class FeeStep:
    """The fee of the years ``first`` to ``last`` of one type of right, valid from a day."""

    type: PatentType
    first: int
    last: int
    fee: Money
    valid_from: date


@dataclass(frozen=True, slots=True)
class AnnuityState:
    """The standing of the fees on a day, with the year that is owed next."""

    status: AnnuityStanding
    paid_to_year: int | None = None
    next_year: int | None = None
    next_due: date | None = None
    payable_until: date | None = None
    grace_until: date | None = None


def year_on(filing_on: date, on: date) -> int:
    """The patent year (from 1) in which a day falls."""
    years = on.year - filing_on.year + 1
    return years - 1 if on < add_years(filing_on, years - 1) else years


def due_on(filing_on: date, year_no: int) -> date:
    """The day on which the fee of a patent year is due.

    >>> due_on(date(2012, 4, 5), 7)
    datetime.date(2018, 4, 5)
    """
    if year_no < 1:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="year_no", low=1, high=20)
    return add_years(filing_on, year_no - 1)


def grace_ends(due: date) -> date:
    """The last day of the six months after due, before any move for a holiday."""
    return add_months(due, GRACE_MONTHS)


def moved(day: date, calendar: Calendar | None) -> date:
    """The day, or the next working day where the calendar knows it as a holiday."""
    return day if calendar is None else due_after_days(calendar, day, 0).day


def surcharge_bp(due: date, paid_on: date, steps: Sequence[int] = SURCHARGE_STEPS_BP) -> int:
    """The surcharge in basis points of the full fee; each boundary day belongs to the earlier step."""
    if paid_on <= due:
        return 0
    for month, points in enumerate(steps, start=1):
        if paid_on <= add_months(due, month):
            return points
    raise Invalid("ANNUITY_LATE", field="paid_on", date=add_months(due, len(steps)))


def surcharge(fee: Money, due: date, paid_on: date, *, steps: Sequence[int] = SURCHARGE_STEPS_BP) -> Money:
    """The surcharge on the full fee, rounded to fen, half up."""
    return fee.basis_points(surcharge_bp(due, paid_on, steps))


def fee_for_year(table: Sequence[FeeStep], kind: PatentType, year_no: int, *, on: date) -> Money:
    """The fee of a patent year by the rows valid on a day; added years cost as the last step."""
    rows = [row for row in table if row.type is kind and row.valid_from <= on]
    fitting = [row for row in rows if row.first <= year_no <= row.last] or [
        row for row in rows if row.last == max(one.last for one in rows)
    ]
    if not fitting or year_no < 1:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="year_no", low=1, high=20)
    return max(fitting, key=lambda row: row.valid_from).fee


def first_owed_year(filing_on: date, grant_on: date | None) -> int:
    """The first year whose fee is not paid with the registration of the grant."""
    return 2 if grant_on is None else year_on(filing_on, grant_on) + 1


def annuity_state(
    filing_on: date, paid_to_year: int | None, *, on: date, expires_on: date, calendar: Calendar | None = None
) -> AnnuityState:
    """How the fees stand on a day; an unknown paid-to year is said, never assumed."""
    if paid_to_year is None:
        return AnnuityState(AnnuityStanding.UNKNOWN)
    owed = paid_to_year + 1
    due = due_on(filing_on, owed)
    if due >= expires_on:
        return AnnuityState(AnnuityStanding.NONE, paid_to_year)
    payable, grace = moved(due, calendar), moved(grace_ends(due), calendar)
    standing = (
        AnnuityStanding.PAID if on <= payable else AnnuityStanding.GRACE if on <= grace else AnnuityStanding.OVERDUE
    )
    return AnnuityState(standing, paid_to_year, owed, due, payable, grace)


def reminder_step(due: date, on: date) -> str | None:
    """The reminder that falls on a day, or None: days before due, steps of surcharge, the end of grace."""
    left = (due - on).days
    if left in REMINDER_DAYS:
        return f"due_{left}"
    for month in range(1, GRACE_MONTHS):
        if (on - add_months(due, month)).days == 1:
            return f"surcharge_{month}"
    to_grace = (grace_ends(due) - on).days
    if to_grace in (14, 3):
        return f"grace_{to_grace}"
    return "grace_begins" if left == -1 else None
