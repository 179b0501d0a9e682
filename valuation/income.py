"""Income approach 收益法. Each formula stands once, in a kernel that takes floats or arrays of paths alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from valuation.errors import (
    AMOUNT,
    COST_OF_CAPITAL,
    LOSS,
    NONNEGATIVE,
    PROBABILITY,
    RATE,
    ROYALTY,
    TAX,
    Caution,
    Checks,
    Rule,
)
from valuation.formulas import formula
from valuation.inputs import TabPolicy
from valuation.results import ExcessEarnings, Indication, Row
from valuation.tax import apply_policy, check_policy
from valuation.timing import check_periods, cut_at_expiry, lay_periods
from valuation.tvm import Quantity, discount

REMAINING = Rule(-100.0, 100.0, "OUT_OF_RANGE", "TOO_LONG")


@dataclass(frozen=True, slots=True)
class Plan:
    """The checked frame of a forecast: lengths, ends, flow times, timing and the cautions of cutting it."""

    lengths: tuple[float, ...]
    ends: tuple[float, ...]
    times: tuple[float, ...]
    timing: str
    cautions: tuple[Caution, ...]

    @property
    def count(self) -> int:
        return len(self.times)


def frame(
    checks: Checks,
    *,
    field: str,
    count: int,
    timing: Any,
    stub: Any,
    last: Any,
    remaining_years: Any,
    beyond_expiry: Any,
) -> Plan:
    """Checks and lays out the periods of a method, within the life of the right."""
    named, first, final = check_periods(checks, count=count, timing=timing, stub=stub, last=last)
    remaining = checks.optional("remaining_years", remaining_years, REMAINING)
    kept, first, final, cautions = cut_at_expiry(
        checks, field=field, count=count, stub=first, last=final, remaining_years=remaining, beyond_expiry=beyond_expiry
    )
    lengths, ends, times = lay_periods(max(kept, 1), named, first, final)
    return Plan(tuple(lengths), tuple(ends), tuple(times), named, cautions)


def discount_path(rate: Quantity, times: Sequence[float]) -> Iterable[Quantity]:
    """Kernel: the discount factors in order, each from the one before; of paths in one buffer, to be used before the next."""
    per_year = 1.0 / (1.0 + rate)
    factor: Quantity = 1.0 + 0.0 * per_year
    before = 0.0
    for time in times:
        gap = time - before
        factor *= per_year if gap == 1.0 else per_year**gap
        before = time
        yield factor


def royalty_kernel(
    revenues: Iterable[Quantity],
    *,
    royalty_rate: Quantity,
    discount_rate: Quantity,
    tax_rate: Quantity,
    decay: Quantity,
    lengths: Sequence[float],
    times: Sequence[float],
    outgo: Sequence[float] | None,
) -> Quantity:
    """Kernel of relief from royalty: (ρ·Σ R_i·L_i·(1−δ)^(i−1)·DF_i − Σ outgo_i·DF_i)(1−τ)."""
    sales: Quantity = 0.0
    paid: Quantity = 0.0
    keep: Quantity = 1.0
    fading = not (isinstance(decay, float) and decay == 0.0)
    for i, (revenue, factor) in enumerate(zip(revenues, discount_path(discount_rate, times), strict=False)):
        weight = factor * (lengths[i] * keep) if fading or lengths[i] != 1.0 else factor
        sales += revenue * weight
        if outgo is not None:
            paid += outgo[i] * factor
        if fading:
            keep = keep * (1.0 - decay)
    return (sales * royalty_rate - paid) * (1.0 - tax_rate)


def _royalty_rows(
    revenues: Sequence[float],
    plan: Plan,
    fees: Sequence[float],
    costs: Sequence[float],
    *,
    royalty_rate: float,
    discount_rate: float,
    tax_rate: float,
    decay: float,
) -> tuple[Row, ...]:
    rows = []
    keep = 1.0
    for i, (length, time) in enumerate(zip(plan.lengths, plan.times, strict=True)):
        revenue = revenues[i] * length
        royalty = revenue * royalty_rate * keep
        before_tax = royalty - fees[i] - costs[i]
        tax, factor = before_tax * tax_rate, discount(discount_rate, time)
        rows.append(
            {
                "year": i + 1,
                "length": length,
                "revenue": revenue,
                "decay": keep,
                "royalty": royalty,
                "fee": fees[i],
                "cost": costs[i],
                "tax": tax,
                "after_tax": before_tax - tax,
                "t": time,
                "df": factor,
                "pv": (before_tax - tax) * factor,
            }
        )
        keep *= 1.0 - decay
    return tuple(rows)


def negative_caution(value: float, rows: Iterable[Row], key: str = "after_tax") -> tuple[Caution, ...]:
    """Notes a negative total or a negative year."""
    years = [row["year"] for row in rows if row[key] < 0]
    if value < 0 or years:
        return (Caution("NEGATIVE_VALUE", "value", {"value": value, "years": years}),)
    return ()


ROYALTY_CAP = 0.20


@formula()
def relief_from_royalty(
    *,
    revenues: Sequence[float],
    royalty_rate: float,
    discount_rate: float,
    tax_rate: float,
    timing: str = "mid",
    stub: float = 1.0,
    last: float = 1.0,
    decay: float = 0.0,
    fees: Sequence[float] | None = None,
    costs: Sequence[float] | None = None,
    probability_valid: float = 1.0,
    tab: TabPolicy | None = None,
    remaining_years: float | None = None,
    beyond_expiry: str = "refuse",
) -> Indication:
    """Values the royalties an owner need not pay 许可费节省法, in yuan.

    pv_before_tab = Σ (R_i·L_i·ρ·(1−δ)^(i−1) − fee_i − cost_i)(1−τ)(1+k)^−t_i; value = P_valid · pv_before_tab · TAB.
    Revenues are whole-year amounts; fees and costs are dated whole amounts of their period.
    Source: IVS 210 (relief-from-royalty); 资产评估执业准则——知识产权.

    >>> round(relief_from_royalty(revenues=[100, 100], royalty_rate=0.05, discount_rate=0.1, tax_rate=0.2,
    ...                           timing="end").value, 12)
    6.942148760331
    """
    checks = Checks()
    sales = checks.numbers("revenues", revenues, NONNEGATIVE)
    count = max(len(sales), 1)
    royalty = checks.number("royalty_rate", royalty_rate, ROYALTY)
    rate = checks.number("discount_rate", discount_rate, RATE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    fading = checks.number("decay", decay, LOSS)
    fee = checks.parallel("fees", fees, NONNEGATIVE, count=count)
    cost = checks.parallel("costs", costs, NONNEGATIVE, count=count)
    valid = checks.number("probability_valid", probability_valid, PROBABILITY)
    policy = check_policy(checks, tab)
    life = {"remaining_years": remaining_years, "beyond_expiry": beyond_expiry}
    plan = frame(checks, field="revenues", count=count, timing=timing, stub=stub, last=last, **life)
    checks.require()
    outgo = None if fees is None and costs is None else [a + b for a, b in zip(fee, cost, strict=True)]
    before: float = royalty_kernel(
        sales,
        royalty_rate=royalty,
        discount_rate=rate,
        tax_rate=tax,
        decay=fading,
        lengths=plan.lengths,
        times=plan.times,
        outgo=outgo,
    )
    factor, cautions = apply_policy(policy, discount_rate=rate, tax_rate=tax, timing=plan.timing)
    rows = _royalty_rows(
        sales, plan, fee, cost, royalty_rate=royalty, discount_rate=rate, tax_rate=tax, decay=fading
    )
    high = (Caution("ROYALTY_ABOVE_CAP", "royalty_rate", {"cap": ROYALTY_CAP}),) if royalty > ROYALTY_CAP else ()
    return Indication(
        method="relief_from_royalty",
        value=before * valid * factor,
        pv_before_tab=before,
        tab_factor=factor,
        timing=plan.timing,
        workings=rows,
        warnings=plan.cautions + cautions + high + negative_caution(before, rows),
    )


def flow_kernel(flows: Iterable[Quantity], *, discount_rate: Quantity, times: Sequence[float]) -> Quantity:
    """Kernel: Σ flow_i·DF_i."""
    total: Quantity = 0.0
    for flow, factor in zip(flows, discount_path(discount_rate, times), strict=False):
        total += flow * factor
    return total


def _flow_rows(flows: Sequence[float], plan: Plan, discount_rate: float, **columns: Sequence[float]) -> tuple[Row, ...]:
    rows = []
    for i, (flow, time) in enumerate(zip(flows, plan.times, strict=False)):
        factor = discount(discount_rate, time)
        row = {"year": i + 1, "length": plan.lengths[i], **{name: column[i] for name, column in columns.items()}}
        rows.append({**row, "after_tax": flow, "t": time, "df": factor, "pv": flow * factor})
    return tuple(rows)


@formula()
def mpeem(
    *,
    operating_income: Sequence[float],
    contributory_asset_charges: Sequence[float],
    tax_rate: float,
    discount_rate: float,
    timing: str = "mid",
    tab: TabPolicy | None = None,
    stub: float = 1.0,
    last: float = 1.0,
    probability_valid: float = 1.0,
    remaining_years: float | None = None,
    beyond_expiry: str = "refuse",
    wara: float | None = None,
    irr: float | None = None,
    wacc: float | None = None,
) -> ExcessEarnings:
    """Values what is left of a stream's earnings after charges for all other assets 多期超额收益法, in yuan.

    Σ (EBIT_i − CAC_i)·L_i·(1−τ)·DF_i·TAB; one asset per stream. Source: IVS 210 (excess earnings).

    >>> round(mpeem(operating_income=[10, 10], contributory_asset_charges=[3, 3], tax_rate=0.2, discount_rate=0.1,
    ...             timing="end").value, 12)
    9.719008264463
    """
    checks = Checks()
    income = checks.numbers("operating_income", operating_income, AMOUNT)
    count = max(len(income), 1)
    charges = checks.parallel("contributory_asset_charges", contributory_asset_charges, NONNEGATIVE, count=count)
    if contributory_asset_charges is None:
        checks.fault("contributory_asset_charges", "WRONG_TYPE", None, "sequence")
    tax = checks.number("tax_rate", tax_rate, TAX)
    rate = checks.number("discount_rate", discount_rate, RATE)
    valid = checks.number("probability_valid", probability_valid, PROBABILITY)
    policy = check_policy(checks, tab)
    rates = {
        name: checks.number(name, value, COST_OF_CAPITAL)
        for name, value in (("wara", wara), ("irr", irr), ("wacc", wacc))
        if value is not None
    }
    life = {"remaining_years": remaining_years, "beyond_expiry": beyond_expiry}
    plan = frame(checks, field="operating_income", count=count, timing=timing, stub=stub, last=last, **life)
    checks.require()
    excess = tuple(
        (income[i] - charges[i]) * (1.0 - tax) * plan.lengths[i] for i in range(plan.count)
    )
    before: float = flow_kernel(excess, discount_rate=rate, times=plan.times)
    factor, cautions = apply_policy(policy, discount_rate=rate, tax_rate=tax, timing=plan.timing)
    if "wacc" in rates and rate < rates["wacc"]:
        cautions += (Caution("RATE_BELOW_WACC", "discount_rate", {"rate": rate, "wacc": rates["wacc"]}),)
    rows = _flow_rows(excess, plan, rate, operating_income=income, charge=charges)
    return ExcessEarnings(
        method="mpeem",
        value=before * valid * factor,
        pv_before_tab=before,
        tab_factor=factor,
        timing=plan.timing,
        excess_after_tax=excess,
        rates={**rates, "discount_rate": rate} if rates else {},
        workings=rows,
        warnings=plan.cautions + cautions + negative_caution(before, rows),
    )


@formula()
def with_and_without(
    *,
    cash_flows_with: Sequence[float],
    cash_flows_without: Sequence[float],
    discount_rate: float,
    timing: str = "mid",
    probability: float = 1.0,
    stub: float = 1.0,
    last: float = 1.0,
    remaining_years: float | None = None,
    beyond_expiry: str = "refuse",
) -> Indication:
    """Values the difference between the business with and without the right: p·Σ(CF_w − CF_wo)·L_i·DF, yuan.

    Source: IVS 210 (premium profit, with-and-without).

    >>> round(with_and_without(cash_flows_with=[120, 120], cash_flows_without=[100, 100], discount_rate=0.1,
    ...                        timing="end").value, 9)
    34.710743802
    """
    checks = Checks()
    having = checks.numbers("cash_flows_with", cash_flows_with, AMOUNT)
    lacking = checks.numbers("cash_flows_without", cash_flows_without, AMOUNT)
    if having and lacking and len(having) != len(lacking):
        checks.fault("cash_flows_without", "LENGTH_MISMATCH", len(lacking), len(having))
    rate = checks.number("discount_rate", discount_rate, RATE)
    chance = checks.number("probability", probability, PROBABILITY)
    life = {"remaining_years": remaining_years, "beyond_expiry": beyond_expiry}
    plan = frame(checks, field="cash_flows_with", count=max(len(having), 1), timing=timing, stub=stub, last=last, **life)
    checks.require()
    gains = [(having[i] - lacking[i]) * plan.lengths[i] for i in range(plan.count)]
    value: float = chance * flow_kernel(gains, discount_rate=rate, times=plan.times)
    rows = _flow_rows(gains, plan, rate, **{"with": having, "without": lacking})
    return Indication(
        method="with_and_without",
        value=value,
        pv_before_tab=value,
        tab_factor=1.0,
        timing=plan.timing,
        workings=rows,
        warnings=plan.cautions + negative_caution(value, rows),
    )


def _taxed_stream(
    checks: Checks, gains: Sequence[float], plan: Plan, *, method: str, rate: float, tax: float, valid: float, tab: Any
) -> Indication:
    policy = check_policy(checks, tab)
    checks.require()
    flows = [gains[i] * plan.lengths[i] * (1.0 - tax) for i in range(plan.count)]
    before: float = flow_kernel(flows, discount_rate=rate, times=plan.times)
    factor, cautions = apply_policy(policy, discount_rate=rate, tax_rate=tax, timing=plan.timing)
    rows = _flow_rows(flows, plan, rate, gain=gains)
    return Indication(
        method=method,
        value=before * valid * factor,
        pv_before_tab=before,
        tab_factor=factor,
        timing=plan.timing,
        workings=rows,
        warnings=plan.cautions + cautions,
    )


@formula()
def cost_saving(
    *,
    savings: Sequence[float],
    tax_rate: float,
    discount_rate: float,
    timing: str = "mid",
    tab: TabPolicy | None = None,
    stub: float = 1.0,
    last: float = 1.0,
    probability_valid: float = 1.0,
    remaining_years: float | None = None,
    beyond_expiry: str = "refuse",
) -> Indication:
    """Values the costs that the right saves: Σ saved_i·L_i·(1−τ)·DF_i, yuan.

    Source: IVS 210 (cost saving).

    >>> round(cost_saving(savings=[100, 100], tax_rate=0.2, discount_rate=0.1, timing="end").value, 9)
    138.842975207
    """
    checks = Checks()
    saved = checks.numbers("savings", savings, NONNEGATIVE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    rate = checks.number("discount_rate", discount_rate, RATE)
    valid = checks.number("probability_valid", probability_valid, PROBABILITY)
    life = {"remaining_years": remaining_years, "beyond_expiry": beyond_expiry}
    plan = frame(checks, field="savings", count=max(len(saved), 1), timing=timing, stub=stub, last=last, **life)
    return _taxed_stream(checks, saved, plan, method="cost_saving", rate=rate, tax=tax, valid=valid, tab=tab)


@formula()
def premium_price(
    *,
    units: Sequence[float],
    premium: float,
    tax_rate: float,
    discount_rate: float,
    timing: str = "mid",
    tab: TabPolicy | None = None,
    stub: float = 1.0,
    last: float = 1.0,
    probability_valid: float = 1.0,
    remaining_years: float | None = None,
    beyond_expiry: str = "refuse",
) -> Indication:
    """Values a higher price per unit: Σ u_i·p·L_i·(1−τ)·DF_i, yuan.

    Source: IVS 210 (premium profit).

    >>> round(premium_price(units=[10, 10], premium=10, tax_rate=0.2, discount_rate=0.1, timing="end").value, 9)
    138.842975207
    """
    checks = Checks()
    sold = checks.numbers("units", units, NONNEGATIVE)
    extra = checks.number("premium", premium, NONNEGATIVE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    rate = checks.number("discount_rate", discount_rate, RATE)
    valid = checks.number("probability_valid", probability_valid, PROBABILITY)
    life = {"remaining_years": remaining_years, "beyond_expiry": beyond_expiry}
    plan = frame(checks, field="units", count=max(len(sold), 1), timing=timing, stub=stub, last=last, **life)
    gains = [count * extra for count in sold]
    return _taxed_stream(checks, gains, plan, method="premium_price", rate=rate, tax=tax, valid=valid, tab=tab)

