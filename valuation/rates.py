"""Rates of return: capital asset pricing, beta, WACC, build-up and the discount ladder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import (
    BETA,
    COST_OF_CAPITAL,
    GROWTH,
    LIFE,
    NONNEGATIVE,
    PREMIUM,
    RATIO,
    SHARE,
    TAX,
    Caution,
    Checks,
)
from valuation.formulas import formula
from valuation.inputs import RATE_BASIS, Component
from valuation.results import Beta, CostOfEquity, DiscountLadder, MeanLife, Rate, Wacc

PREMIA = (
    "equity_risk_premium",
    "size_premium",
    "industry_premium",
    "specific_premium",
    "technology",
    "market",
    "capital",
    "management",
)


@formula()
def capm(
    *,
    risk_free: float,
    beta: float,
    equity_risk_premium: float,
    size_premium: float = 0.0,
    country_premium: float = 0.0,
    specific_premium: float = 0.0,
) -> CostOfEquity:
    """Answers the cost of equity rf + β·ERP + premia, a fraction a year.

    Source: Sharpe (1964); premia as in practice.

    >>> round(capm(risk_free=0.02, beta=1.2, equity_risk_premium=0.06, size_premium=0.01).cost_of_equity, 12)
    0.102
    """
    checks = Checks()
    free = checks.number("risk_free", risk_free, GROWTH)
    slope = checks.number("beta", beta, BETA)
    market = checks.number("equity_risk_premium", equity_risk_premium, PREMIUM)
    size = checks.number("size_premium", size_premium, PREMIUM)
    country = checks.number("country_premium", country_premium, PREMIUM)
    specific = checks.number("specific_premium", specific_premium, PREMIUM)
    checks.require()
    rows = tuple({"component": name, "points": points} for name, points in (
        ("risk_free", free), ("beta x equity_risk_premium", slope * market), ("size_premium", size),
        ("country_premium", country), ("specific_premium", specific)))  # fmt: skip
    return CostOfEquity(cost_of_equity=free + slope * market + size + country + specific, workings=rows)


def _leverage(checks: Checks, tax_rate: Any, debt_to_equity: Any) -> float:
    tax = checks.number("tax_rate", tax_rate, TAX)
    return 1.0 + (1.0 - tax) * checks.number("debt_to_equity", debt_to_equity, RATIO)


@formula()
def relever_beta(*, unlevered_beta: float, tax_rate: float, debt_to_equity: float) -> Beta:
    """Adds financial risk to an asset beta: β_u(1+(1−τ)D/E).

    Source: Hamada (1972), Journal of Finance 27.

    >>> round(relever_beta(unlevered_beta=0.9, tax_rate=0.25, debt_to_equity=0.4).beta, 12)
    1.17
    """
    checks = Checks()
    asset = checks.number("unlevered_beta", unlevered_beta, BETA)
    factor = _leverage(checks, tax_rate, debt_to_equity)
    checks.require()
    return Beta(beta=asset * factor)


@formula()
def unlever_beta(*, levered_beta: float, tax_rate: float, debt_to_equity: float) -> Beta:
    """Takes financial risk out of an equity beta: β/(1+(1−τ)D/E).

    Source: Hamada (1972).

    >>> round(unlever_beta(levered_beta=1.17, tax_rate=0.25, debt_to_equity=0.4).beta, 12)
    0.9
    """
    checks = Checks()
    equity = checks.number("levered_beta", levered_beta, BETA)
    factor = _leverage(checks, tax_rate, debt_to_equity)
    checks.require()
    return Beta(beta=equity / factor)


@formula()
def wacc(
    *,
    cost_of_equity: float,
    equity: float | None = None,
    debt: float | None = None,
    cost_of_debt: float | None = None,
    tax_rate: float | None = None,
    equity_weight: float | None = None,
    debt_weight: float | None = None,
    after_tax_cost_of_debt: float | None = None,
) -> Wacc:
    """Answers E/V·k_e + D/V·k_d(1−τ), from amounts (form A) or from printed weights (form B).

    Source: Modigliani and Miller (1963); form B fits Damodaran's tables.

    >>> round(wacc(equity=600, debt=400, cost_of_equity=0.12, cost_of_debt=0.06, tax_rate=0.25).wacc, 12)
    0.09
    """
    checks = Checks()
    owners = checks.number("cost_of_equity", cost_of_equity, COST_OF_CAPITAL)
    form_a: dict[str, Any] = {"equity": equity, "debt": debt, "cost_of_debt": cost_of_debt, "tax_rate": tax_rate}
    form_b: dict[str, Any] = {
        "equity_weight": equity_weight,
        "after_tax_cost_of_debt": after_tax_cost_of_debt,
        "debt_weight": debt_weight,
    }
    used_a, used_b = (any(value is not None for value in form.values()) for form in (form_a, form_b))
    if used_a == used_b:
        checks.fault("equity", "EITHER_OR", equity, "equity, debt, … or equity_weight, debt_weight, …")
        for name, value in {**form_a, **form_b}.items():
            checks.optional(name, value, NONNEGATIVE)
        checks.require()
    share, lenders = _form_a(checks, **form_a) if used_a else _form_b(checks, **form_b)
    checks.require()
    return Wacc(wacc=share * owners + (1.0 - share if used_a else float(form_b["debt_weight"])) * lenders)


def _form_a(checks: Checks, *, equity: Any, debt: Any, cost_of_debt: Any, tax_rate: Any) -> tuple[float, float]:
    own = checks.number("equity", equity, NONNEGATIVE)
    owed = checks.number("debt", debt, NONNEGATIVE)
    cost = checks.number("cost_of_debt", cost_of_debt, COST_OF_CAPITAL)
    tax = checks.number("tax_rate", tax_rate, TAX)
    if not checks.faults and own + owed == 0.0:
        checks.fault("equity", "NOT_POSITIVE", equity, "equity + debt > 0")
        return 1.0, cost
    return own / (own + owed), cost * (1.0 - tax)


def _form_b(
    checks: Checks, *, equity_weight: Any, after_tax_cost_of_debt: Any, debt_weight: Any
) -> tuple[float, float]:
    own = checks.number("equity_weight", equity_weight, SHARE)
    cost = checks.number("after_tax_cost_of_debt", after_tax_cost_of_debt, COST_OF_CAPITAL)
    owed = checks.number("debt_weight", debt_weight, SHARE)
    if not checks.faults:
        checks.shares("equity_weight", (own, owed), 1e-4)
    return own, cost


@formula()
def build_up(*, risk_free: float, **premia: float) -> Rate:
    """Sums the risk-free rate and named premia, each −0.05 to 0.30, into a rate a year.

    Source: build-up method, 资产评估执业准则——无形资产 practice.

    >>> round(build_up(risk_free=0.04, equity_risk_premium=0.06, size_premium=0.02).rate, 12)
    0.12
    """
    checks = Checks()
    rows: list[dict[str, Any]] = [{"component": "risk_free", "points": checks.number("risk_free", risk_free, GROWTH)}]
    for name, points in premia.items():
        if name not in PREMIA:
            checks.fault(name, "UNKNOWN_NAME", points, ", ".join(PREMIA))
        rows.append({"component": name, "points": checks.number(name, points, PREMIUM)})
    checks.require()
    total = math.fsum(row["points"] for row in rows)
    return Rate(rate=total, workings=tuple(rows))


@formula()
def discount_ladder(
    *, components: Sequence[Component | Mapping[str, Any]], basis: str = RATE_BASIS, wacc: float | None = None
) -> DiscountLadder:
    """Sums sourced components in order, showing the running rate after each rung.

    Source: 折现率构成 of Chinese appraisal reports.

    >>> round(discount_ladder(components=[Component("risk free", 0.02, "ChinaBond"),
    ...                                   Component("technology", 0.05, "score 0")]).rate, 12)
    0.07
    """
    checks = Checks()
    checks.choice("basis", basis, (RATE_BASIS,))
    floor = checks.optional("wacc", wacc, COST_OF_CAPITAL)
    rungs: list[Component] = []
    for i, item in enumerate(checks.sequence("components", components)):
        if isinstance(item, Component):
            rungs.append(item)
        elif isinstance(item, Mapping) and set(item) - {"schema", "type"} == {"name", "points", "source"}:
            with checks.inside(f"components[{i}]"):
                rungs.append(Component(item["name"], item["points"], item["source"]))
        else:
            checks.fault(f"components[{i}]", "WRONG_TYPE", item, "Component")
    checks.require()
    total = math.fsum(rung.points for rung in rungs)
    running, rows = 0.0, []
    for rung in rungs:
        running += rung.points
        rows.append({"component": rung.name, "points": rung.points, "running": running, "source": rung.source})
    below = floor is not None and total < floor
    cautions = (Caution("RATE_BELOW_WACC", "components", {"rate": total, "wacc": floor}),) if below else ()
    return DiscountLadder(rate=total, ladder=tuple(rungs), basis=basis, workings=tuple(rows), warnings=cautions)


@formula()
def average_life(*, values: Sequence[float]) -> MeanLife:
    """Averages observed patent lives, in years.

    Source: arithmetic mean; data of WIPO economists (Fink and Zhou).

    >>> average_life(values=[13.0, 15.0]).mean
    14.0
    """
    checks = Checks()
    years = checks.numbers("values", values, LIFE, most=500)
    checks.require()
    return MeanLife(mean=math.fsum(years) / len(years))

