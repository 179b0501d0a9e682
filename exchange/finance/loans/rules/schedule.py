"""Repayment schedules 还款计划: instalments, rows, repricing and prepayment, exact to the fen.

Whole fen and exact quotients throughout; every figure is rounded once, where its rule says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from exchange.core.errors import Invalid, define
from exchange.core.text import Text, _
from exchange.finance.loans.rules.days import DayCount, basis, day_count, interest
from exchange.finance.loans.rules.rounding import Rounding, divide, to_unit

define("SCHEDULE_NEVER_AMORTISES", 422, _("An instalment of {instalment} does not even pay the interest of {interest}."))
define("SCHEDULE_CUSTOM_SUM", 422, _("The rows add up to {sum}, not to the principal of {principal}."))
define("SCHEDULE_DATES_MISSING", 422, _("Interest by actual days needs the first day and one due date for each row."))


class Method(StrEnum):
    """How principal and interest are repaid 还款方式."""

    EQUAL_INSTALMENT = "equal_instalment"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_ONLY = "interest_only"
    BULLET = "bullet"
    FLAT = "flat"
    CUSTOM = "custom"


METHOD_LABELS: dict[Method, Text] = {
    Method.EQUAL_INSTALMENT: _("Equal instalments"),
    Method.EQUAL_PRINCIPAL: _("Equal principal"),
    Method.INTEREST_ONLY: _("Interest by period, principal at maturity"),
    Method.BULLET: _("Principal and interest at maturity"),
    Method.FLAT: _("Simple interest on the original principal"),
    Method.CUSTOM: _("Rows as agreed"),
}


class InterestBasis(StrEnum):
    """Whether a row bears a month's interest or interest by days."""

    MONTHLY = "monthly"
    ACTUAL = "actual"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule is built from; money in fen, ``rate`` in per cent a year."""

    principal: int
    rate: Decimal
    periods: int
    method: Method = Method.EQUAL_INSTALMENT
    months: int = 1
    interest_basis: InterestBasis = InterestBasis.MONTHLY
    day_count: DayCount = DayCount.ACT_360
    start: date | None = None
    due: tuple[date, ...] = ()
    instalment_unit: int = 1
    instalment_rounding: Rounding = Rounding.HALF_UP
    interest_rounding: Rounding = Rounding.HALF_UP
    principal_grace: int = 0
    custom: tuple[int, ...] = ()
    instalment: int | None = None

    @property
    def monthly(self) -> tuple[int, int]:
        """The rate of one period as an exact fraction."""
        numerator, denominator = self.rate.as_integer_ratio()
        return numerator * self.months, denominator * 1200

    def row_interest(self, balance: int, number: int) -> int:
        """Interest of row ``number`` (from 1) on ``balance``."""
        if self.interest_basis is InterestBasis.MONTHLY:
            numerator, denominator = self.monthly
            return divide(balance * numerator, denominator, self.interest_rounding)
        days = day_count(self.opening(number), self.due[number - 1], self.day_count)
        return interest(balance, self.rate, days=days, basis=basis(self.day_count), rounding=self.interest_rounding)

    def opening(self, number: int) -> date:
        """The day from which row ``number`` bears interest."""
        if self.start is None or len(self.due) < number:
            raise Invalid("SCHEDULE_DATES_MISSING", field="due")
        return self.start if number == 1 else self.due[number - 2]


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment: what falls due and what is left after it."""

    n: int
    due_on: date | None
    principal: int
    interest: int
    balance: int

    @property
    def payment(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of a plan; their principal sums to the principal lent."""

    plan: Plan
    instalment: int | None
    rows: tuple[Row, ...]
    revisions: tuple[int, ...] = field(default=())

    @property
    def total_interest(self) -> int:
        return sum(row.interest for row in self.rows)

    @property
    def total_payment(self) -> int:
        return sum(row.payment for row in self.rows)

    @property
    def rounding_note(self) -> int:
        """What the last row pays beyond (or, negative, below) the regular instalment."""
        return 0 if self.instalment is None or not self.rows else self.rows[-1].payment - self.instalment

    @property
    def monthly_decrease(self) -> int:
        """By how much the payment falls from the first row to the second."""
        return 0 if len(self.rows) < 2 else self.rows[0].payment - self.rows[1].payment

    def sha256(self) -> str:
        """The digest of the canonical rows."""
        rows = [[row.n, row.due_on and row.due_on.isoformat(), row.principal, row.interest] for row in self.rows]
        return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def build_schedule(plan: Plan) -> Schedule:
    """The schedule of ``plan``; the last row takes whatever balance is left."""
    instalment = plan.instalment if plan.instalment is not None else regular_instalment(plan)
    rows = tuple(_rows(plan, instalment))
    if plan.method is Method.CUSTOM and sum(row.principal for row in rows) != plan.principal:
        raise Invalid("SCHEDULE_CUSTOM_SUM", field="custom", sum=sum(plan.custom), principal=plan.principal)
    return Schedule(plan, instalment, rows)


def regular_instalment(plan: Plan) -> int | None:
    """The regular payment of equal instalments, rounded to the unit; None for the other methods."""
    if plan.method is not Method.EQUAL_INSTALMENT:
        return None
    exact = exact_instalment(plan)
    return to_unit(exact.numerator, exact.denominator, unit=plan.instalment_unit, rounding=plan.instalment_rounding)


def exact_instalment(plan: Plan) -> Fraction:
    """P·i / (1 − (1 + i)^−n) in fen, exact to 34 digits; P / n at a rate of nought."""
    count = plan.periods - plan.principal_grace
    numerator, denominator = plan.monthly
    if numerator == 0:
        return Fraction(plan.principal, count)
    with localcontext() as context:
        context.prec = 34
        rate = Decimal(numerator) / Decimal(denominator)
        growth = (1 + rate) ** count
        return Fraction(Decimal(plan.principal) * rate * growth / (growth - 1))


def _rows(plan: Plan, instalment: int | None) -> Iterator[Row]:
    balance = plan.principal
    for number in range(1, _count(plan) + 1):
        last = number == _count(plan)
        charge = _charge(plan, balance, number)
        principal = balance if last and plan.method is not Method.CUSTOM else _share(plan, instalment, number, charge)
        principal = min(principal, balance)
        _check_progress(plan, principal, charge=charge, number=number)
        balance -= principal
        yield Row(number, plan.due[number - 1] if plan.due else None, principal, charge, balance)
        if balance == 0 and plan.method is not Method.CUSTOM:
            return


def _count(plan: Plan) -> int:
    if plan.method is Method.CUSTOM:
        return len(plan.custom)
    return 1 if plan.method is Method.BULLET else plan.periods


def _charge(plan: Plan, balance: int, number: int) -> int:
    if plan.method is Method.FLAT:
        return plan.row_interest(plan.principal, number)
    if plan.method is Method.BULLET and plan.interest_basis is InterestBasis.MONTHLY:
        numerator, denominator = plan.monthly
        return divide(balance * numerator * plan.periods, denominator, plan.interest_rounding)
    return plan.row_interest(balance, number)


def _share(plan: Plan, instalment: int | None, number: int, charge: int) -> int:
    if number <= plan.principal_grace or plan.method in (Method.INTEREST_ONLY, Method.BULLET):
        return 0
    if plan.method is Method.CUSTOM:
        return plan.custom[number - 1]
    if instalment is not None:
        return instalment - charge
    return to_unit(
        plan.principal,
        plan.periods - plan.principal_grace,
        unit=plan.instalment_unit,
        rounding=plan.instalment_rounding,
    )


def _check_progress(plan: Plan, principal: int, *, charge: int, number: int) -> None:
    regular = plan.method is Method.EQUAL_INSTALMENT and number > plan.principal_grace
    if regular and principal <= 0 < plan.principal:
        raise Invalid(
            "SCHEDULE_NEVER_AMORTISES", field="instalment", instalment=principal + charge, interest=charge
        )


@dataclass(frozen=True, slots=True)
class ExactRow:
    """A row without rounding, for comparison and quotes only; amounts in fen."""

    n: int
    principal: Fraction
    interest: Fraction
    balance: Fraction


def exact_rows(plan: Plan) -> tuple[ExactRow, ...]:
    """The rows of equal instalments or equal principal with interest unrounded: never a contract."""
    rate = Fraction(*plan.monthly)
    instalment = regular_instalment(plan)
    balance, rows = Fraction(plan.principal), []
    for number in range(1, plan.periods + 1):
        charge = balance * rate
        share = Fraction(plan.principal, plan.periods) if instalment is None else instalment - charge
        share = balance if number == plan.periods else share
        balance -= share
        rows.append(ExactRow(number, share, charge, balance))
    return tuple(rows)


def advertised_interest(plan: Plan) -> Fraction:
    """Exact interest of equal principal, P·i·(n + 1)/2, as advertisements print it."""
    return plan.principal * Fraction(*plan.monthly) * (plan.periods + 1) / 2


def reprice(schedule: Schedule, *, after_row: int, rate: Decimal) -> Schedule:
    """The schedule with a new rate after a row: dates stay, the instalment is computed anew on what is left."""
    kept = schedule.rows[:after_row]
    rest = build_schedule(_remaining(schedule, after_row, rate=rate, keep_instalment=False))
    return _joined(schedule, kept, rest)


def _remaining(schedule: Schedule, after_row: int, *, rate: Decimal, keep_instalment: bool) -> Plan:
    plan = schedule.plan
    balance = schedule.rows[after_row - 1].balance if after_row else plan.principal
    return replace(
        plan,
        principal=balance,
        rate=rate,
        periods=plan.periods - after_row,
        start=plan.due[after_row - 1] if plan.due and after_row else plan.start,
        due=plan.due[after_row:],
        principal_grace=max(0, plan.principal_grace - after_row),
        custom=plan.custom[after_row:],
        instalment=schedule.instalment if keep_instalment else None,
    )


def _joined(schedule: Schedule, kept: Sequence[Row], rest: Schedule) -> Schedule:
    offset = len(kept)
    moved = tuple(replace(row, n=row.n + offset) for row in rest.rows)
    return Schedule(schedule.plan, rest.instalment, (*kept, *moved), (*schedule.revisions, offset))


class Strategy(StrEnum):
    """What a prepayment changes 提前还款方式."""

    REDUCE_NUMBER = "reduce_number"
    REDUCE_INSTALMENT = "reduce_instalment"
    PAY_OFF = "pay_off"


STRATEGY_LABELS: dict[Strategy, Text] = {
    Strategy.REDUCE_NUMBER: _("Keep the instalment, end earlier"),
    Strategy.REDUCE_INSTALMENT: _("Keep the dates, pay less each time"),
    Strategy.PAY_OFF: _("Pay off the whole loan"),
}


@dataclass(frozen=True, slots=True)
class Prepayment:
    """Money received on a due date in place of the instalment, or more than it."""

    on: date
    amount: int


def prepay(schedule: Schedule, payments: Sequence[Prepayment], strategy: Strategy) -> Schedule:
    """The schedule after payments on its due dates that exceed the instalment."""
    for payment in sorted(payments, key=lambda item: item.on):
        schedule = _prepay_once(schedule, payment, strategy)
    return schedule


def _prepay_once(schedule: Schedule, payment: Prepayment, strategy: Strategy) -> Schedule:
    row = next((row for row in schedule.rows if row.due_on == payment.on), None)
    if row is None:
        raise Invalid("DATE_ORDER", field="on", start=payment.on.isoformat(), end=payment.on.isoformat())
    before = row.balance + row.principal
    principal = min(payment.amount - row.interest, before)
    if principal < row.principal:
        raise Invalid("SCHEDULE_NEVER_AMORTISES", field="amount", instalment=payment.amount, interest=row.interest)
    paid = replace(row, principal=principal, balance=before - principal)
    kept = (*schedule.rows[: row.n - 1], paid)
    if paid.balance == 0:
        return Schedule(schedule.plan, schedule.instalment, kept, schedule.revisions)
    shortened = Schedule(schedule.plan, schedule.instalment, kept, schedule.revisions)
    keep = strategy is Strategy.REDUCE_NUMBER
    rest = build_schedule(_remaining(shortened, row.n, rate=schedule.plan.rate, keep_instalment=keep))
    return _joined(schedule, kept, rest)


@dataclass(frozen=True, slots=True)
class PayoffQuote:
    """What ends the loan on a day; valid on that day only."""

    on: date
    days: int
    principal: int
    interest: int
    fee: int

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.fee


def payoff_quote(
    principal: int, rate: Decimal, *, start: date, on: date, day_count_convention: DayCount, fee_bp: int = 0
) -> PayoffQuote:
    """Balance, interest from ``start`` to ``on`` (民法典 677) and the agreed fee."""
    days = day_count(start, on, day_count_convention)
    charge = interest(principal, rate, days=days, basis=basis(day_count_convention))
    return PayoffQuote(on, days, principal, charge, divide(principal * fee_bp, 10_000))
