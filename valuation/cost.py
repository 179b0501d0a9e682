"""Cost approach 成本法: what it would cost to make the right again, less what it has lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from valuation.errors import LIFE, NONNEGATIVE, POSITIVE, RATIO, SHARE, YEARS, Caution, Checks
from valuation.formulas import formula
from valuation.results import CostIndication, Row


def _check_costs(checks: Checks, field: str, costs: Any) -> dict[str, float]:
    items = checks.mapping(field, costs)
    return {name: checks.number(f"{field}.{name}", amount, NONNEGATIVE) for name, amount in items.items()}


def _after_losses(
    checks: Checks,
    rows: list[Row],
    gross: float,
    *,
    method: str,
    obsolescence: Any,
    profit: Any,
    age: Any,
    remaining_life: Any,
) -> CostIndication:
    losses = checks.mapping("obsolescence", obsolescence, least=0)
    shares = {name: checks.number(f"obsolescence.{name}", loss, SHARE) for name, loss in losses.items()}
    margin = checks.number("profit", profit, RATIO)
    years, left = checks.optional("age", age, YEARS), checks.optional("remaining_life", remaining_life, LIFE)
    if (years is None) != (left is None):
        checks.fault("age" if years is None else "remaining_life", "EITHER_OR", None, "age and remaining_life together")
    checks.require()
    value = gross * (1.0 + margin)
    rows.append({"step": "gross", "factor": 1.0, "running": gross})
    rows.append({"step": "profit", "factor": 1.0 + margin, "running": value})
    cautions = []
    if years is not None and left is not None:
        value *= 1.0 - years / (years + left)
        rows.append({"step": "age", "factor": 1.0 - years / (years + left), "running": value})
        if "technological" in shares:
            cautions.append(Caution("DOUBLE_OBSOLESCENCE", "obsolescence.technological"))
    for name, share in shares.items():
        value *= 1.0 - share
        rows.append({"step": name, "factor": 1.0 - share, "running": value})
    return CostIndication(
        method=method, premise="reproduction", gross=gross, value=value, workings=tuple(rows), warnings=tuple(cautions)
    )


@formula()
def reproduction_cost(
    *,
    costs: Mapping[str, float],
    obsolescence: Mapping[str, float],
    profit: float = 0.0,
    age: float | None = None,
    remaining_life: float | None = None,
) -> CostIndication:
    """Sums present costs (yuan) and takes off losses: Σc·(1+profit)·(1 − age/(age+RUL))·Π(1−o).

    Source: IVS 105 (cost approach); multiplicative obsolescence.

    >>> round(reproduction_cost(costs={"labour": 500, "material": 150}, obsolescence={"functional": 0.2}).value, 9)
    520.0
    """
    checks = Checks()
    items = _check_costs(checks, "costs", costs)
    rows: list[Row] = [{"step": name, "cost": amount} for name, amount in items.items()]
    return _after_losses(
        checks,
        rows,
        math.fsum(items.values()),
        method="reproduction_cost",
        obsolescence=obsolescence,
        profit=profit,
        age=age,
        remaining_life=remaining_life,
    )


def _year_keys(checks: Checks, field: str, values: Any) -> dict[int, Any]:
    if not isinstance(values, Mapping):
        checks.fault(field, "WRONG_TYPE", values, "mapping year → amount")
        return {}
    if not values:
        checks.fault(field, "EMPTY", values)
    if len(values) > 200:
        checks.fault(field, "TOO_LONG", len(values), 200)
        return {}
    kept = {}
    for key, value in values.items():
        text = str(key)
        if not (text.isascii() and text.isdigit() and len(text) == 4):
            checks.fault(f"{field}.{text[:20]}", "OUT_OF_RANGE", key, "a year")
            continue
        kept[int(text)] = value
    return kept


def _indexed(
    checks: Checks, field: str, costs_by_year: Any, price_index: Any, valuation_year: Any
) -> tuple[list[Row], float]:
    year_now = checks.integer("valuation_year", valuation_year, 1900, 2200)
    costs = {
        year: checks.number(f"{field}.{year}", amount, NONNEGATIVE)
        for year, amount in _year_keys(checks, field, costs_by_year).items()
    }
    index = {
        year: checks.number(f"price_index.{year}", level, POSITIVE)
        for year, level in _year_keys(checks, "price_index", price_index).items()
    }
    for year in costs:
        if year > year_now:
            checks.fault(f"{field}.{year}", "BAD_ORDER", year, year_now)
    if not checks.faults:
        for year in sorted({*costs, year_now} - set(index)):
            checks.fault(f"price_index.{year}", "UNKNOWN_NAME", year, "an index level for each year")
    if checks.faults:
        return [], 0.0
    rows: list[Row] = [
        {"step": str(year), "cost": amount, "index": index[year], "present": amount * index[year_now] / index[year]}
        for year, amount in sorted(costs.items())
    ]
    return rows, math.fsum(row["present"] for row in rows)


@formula()
def historical_cost_indexed(
    *,
    costs_by_year: Mapping[int, float],
    price_index: Mapping[int, float],
    valuation_year: int,
    obsolescence: Mapping[str, float] | None = None,
    profit: float = 0.0,
    age: float | None = None,
    remaining_life: float | None = None,
) -> CostIndication:
    """Brings booked costs (yuan) to present prices, Σ c_y·I_v/I_y, then takes off losses.

    Source: IVS 105 (cost approach, trended historical cost).

    >>> historical_cost_indexed(costs_by_year={2020: 100}, price_index={2020: 100, 2026: 110}, valuation_year=2026).gross
    110.0
    """
    checks = Checks()
    rows, gross = _indexed(checks, "costs_by_year", costs_by_year, price_index, valuation_year)
    return _after_losses(
        checks,
        rows,
        gross,
        method="historical_cost_indexed",
        obsolescence={} if obsolescence is None else obsolescence,
        profit=profit,
        age=age,
        remaining_life=remaining_life,
    )


@formula()
def replacement_cost(
    *,
    costs_by_year: Mapping[int, float],
    price_index: Mapping[int, float],
    valuation_year: int,
    obsolescence: Mapping[str, float] | None = None,
    profit: float = 0.0,
    age: float | None = None,
    remaining_life: float | None = None,
    efficiency: float = 1.0,
) -> CostIndication:
    """Costs of an equally useful right today: indexed costs times the share still needed, less losses, yuan.

    Source: IVS 105 (replacement cost); `efficiency` is the share of the old effort that modern means still need.

    >>> round(replacement_cost(costs_by_year={2020: 100}, price_index={2020: 100, 2026: 110}, valuation_year=2026,
    ...                        efficiency=0.5).value, 9)
    55.0
    """
    checks = Checks()
    needed = checks.number("efficiency", efficiency, SHARE)
    rows, gross = _indexed(checks, "costs_by_year", costs_by_year, price_index, valuation_year)
    return _after_losses(
        checks,
        rows,
        gross * needed,
        method="replacement_cost",
        obsolescence={} if obsolescence is None else obsolescence,
        profit=profit,
        age=age,
        remaining_life=remaining_life,
    )
