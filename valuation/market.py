"""Market approach 市场法: what others paid for like rights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import NONNEGATIVE, POSITIVE, Caution, Checks
from valuation.formulas import formula
from valuation.inputs import Comparable
from valuation.results import MarketIndication, Row

STATISTICS = ("median", "mean", "trimmed", "harmonic")
MOST_COMPARABLES = 500


def _median(values: Sequence[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def summarise(values: Sequence[float], statistic: str) -> float:
    """Kernel: median, mean, trimmed (one off each end from five on) or harmonic mean."""
    if statistic == "median":
        return _median(values)
    if statistic == "harmonic":
        return len(values) / math.fsum(1.0 / value for value in values)
    kept = sorted(values)[1:-1] if statistic == "trimmed" and len(values) >= 5 else values
    return math.fsum(kept) / len(kept)


def _dispersion(values: Sequence[float], centre: float) -> float:
    return (max(values) - min(values)) / centre if centre else 0.0


def _cautions(count: int, dispersion: float) -> tuple[Caution, ...]:
    few = (Caution("FEW_COMPARABLES", "comparables", {"count": count}),) if count < 3 else ()
    wide = (Caution("DISPERSION_ABOVE_HALF", "comparables", {"dispersion": dispersion}),) if dispersion > 0.5 else ()
    return few + wide


def _from_pairs(checks: Checks, pairs: Sequence[Any], subject_revenue: Any, statistic: str) -> MarketIndication:
    base = checks.number("subject_revenue", subject_revenue, NONNEGATIVE)
    multiples, rows = [], []
    for i, pair in enumerate(pairs):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            checks.fault(f"comparables[{i}]", "WRONG_TYPE", pair, "price and base")
            continue
        price = checks.number(f"comparables[{i}][0]", pair[0], POSITIVE)
        measure = checks.number(f"comparables[{i}][1]", pair[1], POSITIVE)
        multiples.append(price / measure)
        rows.append({"comparable": i + 1, "price": price, "base": measure, "multiple": price / measure})
    checks.require()
    centre = summarise(multiples, statistic)
    spread = _dispersion(multiples, centre)
    return MarketIndication(
        method="comparable_transactions",
        premise="exchange",
        value=centre * base,
        low=min(multiples) * base,
        high=max(multiples) * base,
        multiples=tuple(multiples),
        dispersion=spread,
        count=len(multiples),
        workings=tuple(rows),
        warnings=_cautions(len(multiples), spread),
    )


def _from_deals(checks: Checks, deals: Sequence[Comparable]) -> MarketIndication:
    checks.shares("comparables", [deal.weight for deal in deals])
    checks.require()
    rows: list[Row] = []
    for i, deal in enumerate(deals):
        factor = math.prod(deal.adjustments.values())
        row = {"comparable": i + 1, "price": deal.price, "factor": factor, "adjusted": deal.price * factor}
        rows.append({**row, "weight": deal.weight, "kind": deal.kind, "reason": deal.reason})
    adjusted = [row["adjusted"] for row in rows]
    value = math.fsum(row["weight"] * row["adjusted"] for row in rows)
    spread = _dispersion(adjusted, value)
    return MarketIndication(
        method="comparable_transactions",
        premise="exchange",
        value=value,
        low=min(adjusted),
        high=max(adjusted),
        multiples=tuple(row["factor"] for row in rows),
        dispersion=spread,
        count=len(deals),
        workings=tuple(rows),
        warnings=_cautions(len(deals), spread),
    )


@formula()
def comparable_transactions(
    *,
    comparables: Sequence[Any],
    subject_revenue: float | None = None,
    statistic: str = "median",
) -> MarketIndication:
    """Values a right by deals in like rights, yuan.

    Pairs (price, base): statistic of price/base × subject base. `Comparable` objects: Σ w_j·P_j·Π a_jm with Σw = 1;
    related-party and portfolio deals only when adjusted with a reason. Source: IVS 105 (market approach).

    >>> round(comparable_transactions(comparables=[[5, 2], [8, 3], [12, 4]], subject_revenue=2.5).value, 9)
    6.666666667
    """
    checks = Checks()
    named = checks.choice("statistic", statistic, STATISTICS)
    items = checks.sequence("comparables", comparables, most=MOST_COMPARABLES)
    checks.optional("subject_revenue", subject_revenue, NONNEGATIVE)
    checks.require()
    if not all(isinstance(item, (Comparable, Mapping)) for item in items):
        return _from_pairs(checks, items, subject_revenue, named)
    deals = []
    for i, item in enumerate(items):
        with checks.inside(f"comparables[{i}]"):
            deals.append(item if isinstance(item, Comparable) else Comparable.from_dict({"schema": 1, **item}))
    checks.require()
    return _from_deals(checks, deals)
