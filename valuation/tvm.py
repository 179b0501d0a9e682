"""Time value of money. Rates are effective annual fractions; timing "end" unless asked otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from valuation.errors import (
    AMOUNT,
    GROWTH,
    LIFE,
    MOST_PERIODS,
    NONNEGATIVE,
    POSITIVE,
    RATE,
    TAX,
    TVM_RATE,
    YEARS,
    Caution,
    Checks,
    refuse,
)
from valuation.formulas import formula
from valuation.inputs import TIMINGS
from valuation.results import (
    FutureValue,
    InternalRate,
    NetPresentValue,
    Payment,
    PresentValue,
    Rate,
    TerminalValue,
)
from valuation.roots import brackets, brent

Quantity = Any  # a float, or an array with one entry a path


def annuity_factor(rate: Quantity, periods: Quantity) -> Quantity:
    """Kernel: worth today of one yuan at each year end, a(n, r); its limit n at r = 0."""
    if isinstance(rate, float):
        if abs(rate) < 1e-300:
            return periods
        return -math.expm1(-periods * math.log1p(rate)) / rate
    import numpy as np

    return -np.expm1(-periods * np.log1p(rate)) / rate


def discount(rate: Quantity, time: float) -> Quantity:
    """Kernel: (1+r)^-t."""
    return (1.0 + rate) ** -time


@formula()
def present_value(*, future_value: float, discount_rate: float, periods: float) -> PresentValue:
    """Discounts one amount (yuan) over n years: F(1+r)^-n.

    Source: elementary; Brealey, Myers and Allen, Principles of Corporate Finance, ch. 2.

    >>> round(present_value(future_value=500000, discount_rate=0.1, periods=8).pv, 2)
    233253.69
    """
    checks = Checks()
    amount = checks.number("future_value", future_value, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    years = checks.number("periods", periods, YEARS)
    checks.require()
    return PresentValue(pv=amount * discount(rate, years))


@formula()
def future_value(*, present_value: float, discount_rate: float, periods: float) -> FutureValue:
    """Compounds one amount (yuan) over n years: P(1+r)^n.

    Source: elementary.

    >>> future_value(present_value=100, discount_rate=0.5, periods=2).fv
    225.0
    """
    checks = Checks()
    amount = checks.number("present_value", present_value, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    years = checks.number("periods", periods, YEARS)
    checks.require()
    return FutureValue(fv=amount * (1.0 + rate) ** years)


@formula()
def annuity_pv(*, payment: float, discount_rate: float, periods: float, timing: str = "end") -> PresentValue:
    """Values equal yearly payments (yuan): C·a(n, r), times (1+r)^0.5 in mid-year timing.

    Source: elementary; numpy-financial `pv`.

    >>> round(annuity_pv(payment=12000, discount_rate=0.07, periods=20).pv, 6)
    127128.170946
    """
    checks = Checks()
    amount = checks.number("payment", payment, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    years = checks.number("periods", periods, YEARS)
    named = checks.choice("timing", timing, TIMINGS)
    checks.require()
    return PresentValue(pv=amount * annuity_factor(rate, years) * ((1.0 + rate) ** 0.5 if named == "mid" else 1.0))


@formula()
def growing_annuity_pv(
    *, payment: float, growth: float, discount_rate: float, periods: float, timing: str = "end"
) -> PresentValue:
    """Values payments that grow at g: C(1−((1+g)/(1+r))^n)/(r−g); n·C/(1+r) at g = r.

    Source: elementary.

    >>> round(growing_annuity_pv(payment=100, growth=0.02, discount_rate=0.1, periods=5).pv, 6)
    393.065859
    """
    checks = Checks()
    amount = checks.number("payment", payment, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    pace = checks.number("growth", growth, GROWTH)
    years = checks.number("periods", periods, YEARS)
    named = checks.choice("timing", timing, TIMINGS)
    checks.require()
    net = (rate - pace) / (1.0 + pace)
    value = amount * annuity_factor(net, years) / (1.0 + pace)
    return PresentValue(pv=value * ((1.0 + rate) ** 0.5 if named == "mid" else 1.0))


@formula()
def perpetuity_pv(*, payment: float, discount_rate: float) -> PresentValue:
    """Values a payment for ever: C/r. For business values only: a patent ends.

    Source: elementary.

    >>> round(perpetuity_pv(payment=400000, discount_rate=0.15).pv, 2)
    2666666.67
    """
    checks = Checks()
    amount = checks.number("payment", payment, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, RATE)
    checks.require()
    return PresentValue(pv=amount / rate)


@formula()
def terminal_value_gordon(
    *, final_year_cashflow: float, growth: float, discount_rate: float, asset: str = "business"
) -> TerminalValue:
    """Values growth for ever after the last year: CF(1+g)/(r−g); zero with a caution for a patent.

    Source: Gordon (1959), Review of Economics and Statistics 41.

    >>> round(terminal_value_gordon(final_year_cashflow=1000000, growth=0.03, discount_rate=0.12).tv, 2)
    11444444.44
    """
    checks = Checks()
    flow = checks.number("final_year_cashflow", final_year_cashflow, AMOUNT)
    pace = checks.number("growth", growth, GROWTH)
    rate = checks.number("discount_rate", discount_rate, RATE)
    kind = checks.choice("asset", asset, ("business", "patent"))
    if not checks.faults and pace >= rate:
        checks.fault("growth", "GROWTH_NOT_BELOW_RATE", growth, discount_rate)
    checks.require()
    if kind == "patent":
        return TerminalValue(tv=0.0, warnings=(Caution("TERMINAL_VALUE_ON_PATENT", "asset"),))
    return TerminalValue(tv=flow * (1.0 + pace) / (rate - pace))


@formula()
def npv(*, discount_rate: float, cash_flows: Sequence[float]) -> NetPresentValue:
    """Sums c_i(1+r)^-i with the first flow at t = 0, as numpy-financial does.

    Source: elementary; numpy-financial `npv`.

    >>> round(npv(discount_rate=0.08, cash_flows=[-40000, 5000, 8000, 12000, 30000]).npv, 6)
    3065.222668
    """
    checks = Checks()
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    flows = checks.numbers("cash_flows", cash_flows, AMOUNT, most=MOST_PERIODS + 1)
    checks.require()
    return NetPresentValue(npv=math.fsum(flow * discount(rate, i) for i, flow in enumerate(flows)))


def _dated(checks: Checks, cash_flows: Any, dates: Any) -> tuple[tuple[float, ...], list[date]]:
    flows = checks.numbers("cash_flows", cash_flows, AMOUNT, most=500)
    days = [checks.day(f"dates[{i}]", day) for i, day in enumerate(checks.sequence("dates", dates, most=500))]
    if not checks.faults and len(days) != len(flows):
        checks.fault("dates", "LENGTH_MISMATCH", dates, len(flows))
    for i in range(1, len(days)):
        if not checks.faults and days[i] < days[i - 1]:
            checks.fault(f"dates[{i}]", "BAD_ORDER", days[i], days[i - 1])
    return flows, days


@formula()
def xnpv(
    *, discount_rate: float, cash_flows: Sequence[float], dates: Sequence[date], valuation_date: date
) -> NetPresentValue:
    """Sums dated flows discounted by days / 365 from the valuation date.

    Source: the spreadsheet function XNPV, with the valuation date made explicit.

    >>> xnpv(discount_rate=0.1, cash_flows=[110], dates=["2027-06-30"], valuation_date="2026-06-30").npv
    100.0
    """
    checks = Checks()
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    flows, days = _dated(checks, cash_flows, dates)
    valued = checks.day("valuation_date", valuation_date)
    if not checks.faults and days[0] < valued:
        checks.fault("dates[0]", "BAD_ORDER", days[0], valued)
    checks.require()
    terms = [flow * discount(rate, (day - valued).days / 365) for flow, day in zip(flows, days, strict=True)]
    return NetPresentValue(npv=math.fsum(terms))


_GRID = [-0.99 + 0.01 * i for i in range(200)] + [1.01 * 1.02**i for i in range(1, 116)] + [10.0]


def _single_root(value: Callable[[float], float], flows: Sequence[float]) -> float:
    signs = [flow > 0 for flow in flows if flow != 0.0]
    if len(set(signs)) < 2:
        raise refuse("cash_flows", "NO_SOLUTION", flows, "no sign change")
    roots = sorted({low if low == high else brent(value, low, high) for low, high in brackets(value, _GRID)})
    if not roots:
        raise refuse("cash_flows", "NO_SOLUTION", flows, "(-0.99, 10)")
    if len(roots) > 1:
        raise refuse("cash_flows", "MANY_SOLUTIONS", flows, ", ".join(f"{root:.10g}" for root in roots))
    return roots[0]


@formula()
def irr(*, cash_flows: Sequence[float]) -> InternalRate:
    """Finds the one rate in (−0.99, 10) at which the net present value is zero; refuses none or several.

    Source: elementary; numpy-financial `irr`.

    >>> round(irr(cash_flows=[-150000, 15000, 25000, 35000, 45000, 60000]).irr, 4)
    0.0524
    """
    checks = Checks()
    flows = checks.numbers("cash_flows", cash_flows, AMOUNT, most=MOST_PERIODS + 1)
    checks.require()

    def value(rate: float) -> float:
        total, factor = 0.0, 1.0 / (1.0 + rate)
        for flow in reversed(flows):
            total = total * factor + flow
        return total

    return InternalRate(irr=_single_root(value, flows))


@formula()
def xirr(*, cash_flows: Sequence[float], dates: Sequence[date]) -> InternalRate:
    """Finds the one rate at which dated flows are worth zero at the first date.

    Source: the spreadsheet function XIRR.

    >>> round(xirr(cash_flows=[-100, 110], dates=["2026-06-30", "2027-06-30"]).irr, 12)
    0.1
    """
    checks = Checks()
    flows, days = _dated(checks, cash_flows, dates)
    checks.require()
    times = [(day - days[0]).days / 365 for day in days]

    def value(rate: float) -> float:
        return math.fsum(flow * (1.0 + rate) ** -time for flow, time in zip(flows, times, strict=True))

    return InternalRate(irr=_single_root(value, flows))


@formula()
def payment(*, present_value: float, discount_rate: float, periods: float) -> Payment:
    """Finds the equal year-end payment (yuan) that a present value buys.

    Source: elementary; numpy-financial `pmt`.

    >>> round(payment(present_value=1000, discount_rate=0.1, periods=2).payment, 6)
    576.190476
    """
    checks = Checks()
    amount = checks.number("present_value", present_value, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    years = checks.number("periods", periods, LIFE)
    checks.require()
    return Payment(payment=amount / annuity_factor(rate, years))


@formula()
def rate(*, present_value: float, payment: float, periods: float, future_value: float = 0.0) -> Rate:
    """Finds the rate at which payments and a final amount are worth the present value.

    Source: elementary; numpy-financial `rate`.

    >>> round(rate(present_value=1000, payment=576.1904761904761, periods=2).rate, 10)
    0.1
    """
    checks = Checks()
    price = checks.number("present_value", present_value, POSITIVE)
    amount = checks.number("payment", payment, NONNEGATIVE)
    years = checks.number("periods", periods, LIFE)
    final = checks.number("future_value", future_value, NONNEGATIVE)
    checks.require()

    def gap(at: float) -> float:
        return float(amount * annuity_factor(at, years) + final * discount(at, years)) - price

    found = brackets(gap, [-0.99 + 0.01 * i for i in range(1100)])
    if not found:
        raise refuse("present_value", "NO_SOLUTION", present_value, "(-0.99, 10)")
    low, high = found[0]
    return Rate(rate=low if low == high else brent(gap, low, high))


@formula()
def real_to_nominal(*, rate: float, inflation: float) -> Rate:
    """Adds inflation to a real rate: (1+r)(1+π) − 1.

    Source: Fisher (1930), The Theory of Interest.

    >>> round(real_to_nominal(rate=0.1, inflation=0.02).rate, 12)
    0.122
    """
    checks = Checks()
    real = checks.number("rate", rate, TVM_RATE)
    pace = checks.number("inflation", inflation, GROWTH)
    checks.require()
    return Rate(rate=(1.0 + real) * (1.0 + pace) - 1.0)


@formula()
def continuous(*, rate: float) -> Rate:
    """Turns an effective annual rate into a continuous one: ln(1+r).

    Source: elementary.

    >>> round(continuous(rate=0.05).rate, 12)
    0.048790164169
    """
    checks = Checks()
    effective = checks.number("rate", rate, TVM_RATE)
    checks.require()
    return Rate(rate=math.log1p(effective))


@formula()
def pre_tax_rate(
    *, post_tax_rate: float, tax_rate: float, cash_flows: Sequence[float] | None = None, timing: str = "end"
) -> Rate:
    """Finds the rate that gives pre-tax flows the present value of the taxed ones; k/(1−τ) for a perpetuity.

    Source: IAS 36 BCZ85 (the pre-tax rate is not the grossed-up post-tax rate for finite flows).

    >>> pre_tax_rate(post_tax_rate=0.12, tax_rate=0.25).rate
    0.16
    """
    checks = Checks()
    after = checks.number("post_tax_rate", post_tax_rate, RATE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    named = checks.choice("timing", timing, TIMINGS)
    flows = None if cash_flows is None else checks.numbers("cash_flows", cash_flows, POSITIVE)
    checks.require()
    if flows is None:
        return Rate(rate=after / (1.0 - tax))
    times = [i + (1.0 if named == "end" else 0.5) for i in range(len(flows))]
    target = math.fsum(flow * (1.0 - tax) * discount(after, time) for flow, time in zip(flows, times, strict=True))

    def gap(at: float) -> float:
        return math.fsum(flow * discount(at, time) for flow, time in zip(flows, times, strict=True)) - target

    high = after + 1.0
    while gap(high) > 0 and high < 1e12:
        high *= 2.0
    if gap(high) > 0:
        raise refuse("tax_rate", "NO_SOLUTION", tax_rate)
    return Rate(rate=brent(gap, after, high))

