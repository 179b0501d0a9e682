"""Replay 重放: a loan's whole state from its terms, fixings and movements, whatever the order of their posting.

Events are ordered by (value date, kind, key): drawing, fixing, restructuring, demand, charge, acceleration, payment,
refund. Nothing else decides the result, so a payment posted late leaves the same state as one posted in time.
"""

from __future__ import annotations

from collections import deque
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from exchange.core.money import Money, split
from exchange.finance.loans.rules.allocation import Component, Due, allocate
from exchange.finance.loans.rules.days import basis, day_count, interest
from exchange.finance.loans.rules.history import (
    Charge,
    Demand,
    Drawing,
    History,
    LoanState,
    Paid,
    PlanRow,
    Received,
    Refund,
    Restructured,
    check_refund,
    totals,
)
from exchange.finance.loans.rules.rates import Fixing, rate_on, rate_segments
from exchange.finance.loans.rules.rounding import divide, to_unit
from exchange.finance.loans.rules.schedule import InterestBasis, Method, Plan, regular_instalment


def replay(history: History, as_of: date) -> LoanState:
    """The state of the loan at the end of ``as_of``."""
    run = Run(history)
    run.until(as_of)
    return run.state(as_of)


Event = tuple[date, int, str, object]
DRAWING, FIXING, RESTRUCTURING, DEMAND, CHARGE, ACCELERATION, PAYMENT, REFUND = range(8)
CHARGED = (Component.INTEREST, Component.COMPOUND, Component.PENALTY, Component.FEE, Component.COST)


class Run:
    """One pass through the events of a loan, day after day."""

    def __init__(self, history: History) -> None:
        self.history, self.terms = history, history.terms
        self.start = min((drawing.on for drawing in history.drawings), default=None)
        self.performing = self.drawn = self.flat_base = 0
        self.next_row = 0
        self.row_interest = 0
        self.segment_from: date | None = None
        self.row_cut = False
        self.instalment: int | None = None
        self.plan_rate: Decimal | None = None
        self.custom = list(history.terms.custom)
        self.demands: list[Demand] = []
        self.paid: list[Paid] = []
        self.rows: list[PlanRow] = []
        self.held: deque[tuple[str, int]] = deque()
        self.refunded = 0
        self.accelerated = False

    # the timeline

    def until(self, last: date) -> None:
        """Take every event up to and with ``last``."""
        if self.start is None:
            return
        for on, kind, _key, thing in sorted(self._events(last), key=lambda event: event[:3]):
            self._take(on, kind, thing)

    def _events(self, last: date) -> list[Event]:
        history, events = self.history, list[Event]()
        events += [(item.on, DRAWING, item.key, item) for item in history.drawings]
        events += [(item.from_on, FIXING, "", item) for item in history.fixings if item.from_on > self._start]
        events += [(item.on, RESTRUCTURING, "", item) for item in history.restructured]
        events += self._demand_events()
        events += [(item.on, CHARGE, item.key, item) for item in history.charges]
        events += [(item.on, PAYMENT, item.key, item) for item in history.payments]
        events += [(item.on, REFUND, item.key, item) for item in history.refunds]
        if history.accelerated_on is not None:
            events.append((history.accelerated_on, ACCELERATION, "", None))
        return [event for event in events if event[0] <= last]

    def _demand_events(self) -> list[Event]:
        stages = [(self._start, self.history.terms), *((item.on, item.terms) for item in self.history.restructured)]
        ends = [begin for begin, _terms in stages[1:]] + [date.max]
        return [
            (day, DEMAND, f"{number:04d}", terms)
            for (begin, terms), end in zip(stages, ends, strict=True)
            for number, day in enumerate(terms.ends)
            if begin < day < end or (day == end and end != date.max)
        ]

    @property
    def _start(self) -> date:
        assert self.start is not None, "a loan without drawing has no timeline"
        return self.start

    def _take(self, on: date, kind: int, thing: object) -> None:
        match thing:
            case Drawing():
                self._draw(on, thing)
            case Fixing():
                self._close_segment(on)
            case Restructured():
                self._restructure(on, thing)
            case Charge():
                self._demand(thing.component, on, thing.amount, key=thing.key, origin="charge")
                self._apply_suspense(on)
            case Received():
                self._receive(on, thing)
            case Refund():
                self._refund(thing)
            case _ if kind == DEMAND:
                self._fall_due(on, last=False)
            case _:
                self._accelerate(on)

    # interest of the running row

    def rate(self, on: date) -> Decimal:
        return rate_on(self.history.fixings, max(on, self._start))

    def _close_segment(self, on: date) -> None:
        """Round the interest of the days since the last cut and begin a new segment."""
        if self.segment_from is not None and on > self.segment_from:
            self.row_interest += self._segment(on)
            self.row_cut = True
        self.segment_from = on

    def _segment(self, on: date) -> int:
        assert self.segment_from is not None
        base = self.flat_base if self.terms.method is Method.FLAT else self.performing
        days = day_count(self.segment_from, on, self.terms.day_count)
        rate = self.rate(self.segment_from)
        return interest(
            base, rate, days=days, basis=basis(self.terms.day_count), rounding=self.terms.interest_rounding
        )

    def _interest_of_row(self, on: date) -> int:
        if self.terms.interest_basis is InterestBasis.MONTHLY and not self.row_cut:
            return self._monthly_interest()
        return self.row_interest + (self._segment(on) if self.segment_from and on > self.segment_from else 0)

    def _monthly_interest(self) -> int:
        assert self.segment_from is not None
        base = self.flat_base if self.terms.method is Method.FLAT else self.performing
        numerator, denominator = self._plan(self.rate(self.segment_from)).monthly
        periods = len(self.terms.due) if self.terms.method is Method.BULLET else 1
        return divide(base * numerator * periods, denominator, self.terms.interest_rounding)

    # the plan

    def _plan(self, rate: Decimal) -> Plan:
        left = len(self.terms.due) - self.next_row
        return Plan(
            self.performing,
            rate,
            left,
            method=self.terms.method,
            months=self.terms.months,
            instalment_unit=self.terms.instalment_unit,
            instalment_rounding=self.terms.instalment_rounding,
            principal_grace=max(0, self.terms.principal_grace - self.next_row),
        )

    def _share(self, row_interest: int, *, on: date) -> int:
        """The principal of the row that falls due now."""
        if self.next_row == len(self.terms.due) - 1:
            return self.performing
        method = self.terms.method
        if method is Method.CUSTOM:
            return min(self.custom.pop(0), self.performing)
        if self.next_row < self.terms.principal_grace or method in (Method.INTEREST_ONLY, Method.BULLET):
            return 0
        self._fix_instalment(on)
        assert self.instalment is not None
        share = self.instalment - row_interest if method is Method.EQUAL_INSTALMENT else self.instalment
        return max(0, min(share, self.performing))

    def _fix_instalment(self, on: date) -> None:
        """Compute the regular instalment once for each rate in force when a row begins."""
        opening = self._opening(on)
        rate = self.rate(opening)
        if self.instalment is not None and (rate == self.plan_rate or self.terms.method is not Method.EQUAL_INSTALMENT):
            return
        plan = self._plan(rate)
        self.plan_rate = rate
        count = plan.periods - plan.principal_grace
        self.instalment = regular_instalment(plan) or to_unit(
            self.performing, count, unit=plan.instalment_unit, rounding=plan.instalment_rounding
        )

    def _opening(self, on: date) -> date:
        ends = self.terms.ends
        previous = ends[self.next_row - 1] if self.next_row else self._start
        return min(max(previous, self._start), on)

    # what falls due

    def _demand(
        self, component: Component, on: date, amount: int, *, key: str, origin: str, payable: date | None = None
    ) -> None:
        if amount <= 0:
            return
        day = on if payable is None else payable
        penal = day + timedelta(days=self.terms.grace_days)
        self.demands.append(Demand(key, component, on, day, amount, origin, amount, penal))

    def _fall_due(self, on: date, *, last: bool) -> None:
        if self.accelerated or self.next_row >= len(self.terms.due):
            return
        charge = self._interest_of_row(on)
        share = self._share(charge, on=on)
        number, payable = self.next_row + 1, self.terms.payable[self.next_row]
        tag = f"{self._version}{number:04d}"
        self.performing -= share
        self._demand(Component.INTEREST, on, charge, key=f"i{tag}", origin="schedule", payable=payable)
        self._demand(Component.PRINCIPAL, on, share, key=f"p{tag}", origin="schedule", payable=payable)
        if charge or share:
            self.rows.append(PlanRow(number, self.terms.due[self.next_row], payable, share, charge, self.performing))
        self.next_row += 1
        self._begin_row(on)
        self._apply_suspense(on)

    @property
    def _version(self) -> str:
        return f"{sum(1 for item in self.history.restructured if item.terms is self.terms)}."

    def _begin_row(self, on: date) -> None:
        self.row_interest, self.segment_from, self.row_cut = 0, on, False

    def _draw(self, on: date, drawing: Drawing) -> None:
        self._close_segment(on)
        self.performing += drawing.amount
        self.drawn += drawing.amount
        self.flat_base = self.performing
        self.instalment = None

    def _accelerate(self, on: date) -> None:
        """The whole debt falls due 加速到期."""
        self._close_segment(on)
        charge, share = self.row_interest, self.performing
        self.performing = 0
        self._demand(Component.INTEREST, on, charge, key="i~accelerated", origin="acceleration")
        self._demand(Component.PRINCIPAL, on, share, key="p~accelerated", origin="acceleration")
        if charge or share:
            self.rows.append(PlanRow(self.next_row + 1, on, on, share, charge, 0, "acceleration"))
        self.accelerated = True
        self._begin_row(on)
        self._apply_suspense(on)

    def _restructure(self, on: date, change: Restructured) -> None:
        """Overdue principal joins the new schedule; the interest to the day is demanded."""
        self._accrue_penalties(on)
        self._close_segment(on)
        self._demand(
            Component.INTEREST, on, self.row_interest, key=f"i~restructured{on}", origin="restructuring",
            payable=change.terms.payable[0],
        )
        for demand in self.demands:
            if demand.component is Component.PRINCIPAL and demand.open:
                self.performing += demand.open
                demand.amount -= demand.open
                demand.open = 0
            elif demand.open:
                demand.payable_on = demand.penal_from = change.terms.payable[0]
        self.demands = [demand for demand in self.demands if demand.amount]
        self.terms, self.next_row, self.instalment = change.terms, 0, None
        self.custom, self.flat_base, self.accelerated = list(change.terms.custom), self.performing, False
        self._begin_row(on)

    # penalty

    def _running(self, on: date, component: Component, name: Component) -> list[tuple[Demand, int]]:
        """Penalty on each open demand of a component since it was last computed."""
        if name is Component.COMPOUND and not self.terms.compound:
            return []
        late = [d for d in self.demands if d.component is component and d.open and d.penal_from < on]
        return [(demand, self._penalty(demand, on)) for demand in late]

    def _penalty(self, demand: Demand, on: date) -> int:
        year = basis(self.terms.day_count)
        return sum(
            interest(
                demand.open,
                segment.rate * self.terms.multiplier,
                days=day_count(segment.start, segment.end, self.terms.day_count),
                basis=year,
            )
            for segment in rate_segments(self.history.fixings, demand.penal_from, on)
        )

    def _accrue_penalties(self, on: date) -> None:
        for base, name in ((Component.PRINCIPAL, Component.PENALTY), (Component.INTEREST, Component.COMPOUND)):
            for demand, amount in self._running(on, base, name):
                demand.penal_from = on
                self._demand(name, on, amount, key=f"{name.value[0]}!{demand.key}@{on}", origin="arrears")

    # money

    def _receive(self, on: date, payment: Received) -> None:
        self._accrue_penalties(on)
        if payment.purpose == "compensation":
            self._compensate(payment)
            return
        left = self._pay(payment.key, payment.amount)
        if payment.purpose != "due" and left and self.performing:
            left = self._prepay(on, payment, left)
        if left:
            self.held.append((payment.key, left))

    def _pay(self, key: str, amount: int, *only: Component) -> int:
        """Allocate to open demands; what is left comes back."""
        open_now = [
            Due(d.key, d.component, d.due_on, d.open)
            for d in self.demands
            if d.open and (not only or d.component in only)
        ]
        parts, left = allocate(amount, open_now, self.terms.order)
        by_key = {demand.key: demand for demand in self.demands}
        for part in parts:
            by_key[part.key].open -= part.amount
            self.paid.append(Paid(key, part.key, part.component, part.amount))
        return left

    def _compensate(self, payment: Received) -> None:
        others = tuple(component for component in Component if component is not Component.PRINCIPAL)
        left = self._pay(payment.key, payment.principal, Component.PRINCIPAL)
        left += self._pay(payment.key, payment.amount - payment.principal, *others)
        if left:
            self.held.append((payment.key, left))

    def _prepay(self, on: date, payment: Received, amount: int) -> int:
        self._close_segment(on)
        charge, self.row_interest = self.row_interest, 0
        self._demand(Component.INTEREST, on, charge, key=f"i~{payment.key}", origin="prepayment")
        left = self._pay(payment.key, amount)
        fee_bp = self.terms.prepayment_fee_bp
        principal = min(self.performing, left * 10_000 // (10_000 + fee_bp))
        self.performing -= principal
        fee = min(divide(principal * fee_bp, 10_000), left - principal)
        self._demand(Component.FEE, on, fee, key=f"f~{payment.key}", origin="prepayment")
        self._demand(Component.PRINCIPAL, on, principal, key=f"p~{payment.key}", origin="prepayment")
        self.rows.append(PlanRow(self.next_row + 1, on, on, principal, charge, self.performing, "prepayment"))
        self._after_prepayment(principal, reduce_number=payment.purpose != "reduce_instalment")
        return self._pay(payment.key, left)

    def _after_prepayment(self, principal: int, *, reduce_number: bool) -> None:
        self.flat_base = self.performing
        if self.terms.method is Method.CUSTOM:
            self._shorten_custom(principal, reduce_number=reduce_number)
        elif not reduce_number:
            self.instalment = None
        elif self.instalment is None and self.terms.method in (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL):
            self._keep_first_instalment(principal)

    def _keep_first_instalment(self, principal: int) -> None:
        """A prepayment before the first instalment keeps what that instalment would have been."""
        self.performing += principal
        self._fix_instalment(self.segment_from or self._start)
        self.performing -= principal

    def _shorten_custom(self, principal: int, *, reduce_number: bool) -> None:
        if not reduce_number and sum(self.custom) > 0:
            cuts = split(Money(principal), self.custom)
            self.custom = [row - cut.minor for row, cut in zip(self.custom, cuts, strict=True)]
            return
        left = principal
        for index in range(len(self.custom) - 1, -1, -1):
            cut = min(left, self.custom[index])
            self.custom[index] -= cut
            left -= cut

    def _apply_suspense(self, on: date) -> None:
        """Money in suspense pays what falls due, oldest receipt first."""
        if not self.held or not any(demand.open for demand in self.demands):
            return
        self._accrue_penalties(on)
        waiting, self.held = self.held, deque()
        for key, amount in waiting:
            left = self._pay(key, amount)
            if left:
                self.held.append((key, left))

    def _refund(self, refund: Refund) -> None:
        check_refund(sum(amount for _key, amount in self.held), refund.amount)
        self.refunded += refund.amount
        left, kept = refund.amount, deque[tuple[str, int]]()
        for key, amount in self.held:
            taken = min(left, amount)
            left -= taken
            if amount > taken:
                kept.append((key, amount - taken))
        self.held = kept

    # the answer

    def state(self, as_of: date) -> LoanState:
        """The state at the end of ``as_of`` with the schedule still to come."""
        penalty = sum(amount for _d, amount in self._running(as_of, Component.PRINCIPAL, Component.PENALTY))
        compound = sum(amount for _d, amount in self._running(as_of, Component.INTEREST, Component.COMPOUND))
        accrued = self._accrued(as_of)
        charged = {name: totals(self.demands).get(name, 0) for name in CHARGED}
        charged[Component.INTEREST] += accrued
        charged[Component.PENALTY] += penalty
        charged[Component.COMPOUND] += compound
        return LoanState(
            as_of=as_of,
            rate=self.rate(as_of) if self.start else Decimal(0),
            drawn=self.drawn,
            performing=self.performing,
            demands=tuple(copy(demand) for demand in self.demands),
            paid=tuple(self.paid),
            rows=(*self.rows, *self._projected()),
            suspense=sum(amount for _key, amount in self.held),
            refunded=self.refunded,
            accrued_interest=accrued,
            accrued_penalty=penalty,
            accrued_compound=compound,
            charged=charged,
        )

    def _accrued(self, as_of: date) -> int:
        if self.segment_from is None or self.accelerated or as_of <= self.segment_from:
            return self.row_interest
        return self.row_interest + self._segment(as_of)

    def _projected(self) -> list[PlanRow]:
        """The rows to come if nothing else happens: fixings known for later days are counted."""
        if self.start is None or self.accelerated:
            return []
        ahead = Run(replace(self.history, payments=(), charges=(), refunds=(), drawings=self.history.drawings))
        ahead.__dict__.update(self.__dict__)
        ahead.demands, ahead.paid, ahead.rows = [], [], []
        ahead.held, ahead.custom = deque(), list(self.custom)
        for opening, end in pairwise((self.segment_from or self._start, *self.terms.ends[self.next_row :])):
            for fixing in self.history.fixings:
                if opening < fixing.from_on < end:
                    ahead._close_segment(fixing.from_on)
            ahead._fall_due(end, last=False)
        return ahead.rows
