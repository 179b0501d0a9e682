"""The lender's page L: caps patent by patent, and the risk of a shortfall over the term of the loan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .calculation import term_years

LOG_SPREAD = 2 * 1.6448536269514722


def patent_caps(request: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each patent its own ratio: the same value and sale, but its own policy cap, remaining life and hard stops."""
    from datetime import date

    from valuation.pledge import recommended_ltv

    pledge, start = result["request"]["pledge"], date.fromisoformat(request["valuation_date"])
    rows = []
    for patent in request["patents"]:
        left = max(0.0, (date.fromisoformat(patent["expires_on"]) - start).days / 365)
        found = recommended_ltv(
            market_value=result["conclusion"]["value"], flv_ratio=result["forced"]["ratio"],
            bank_cap=float(request["policy"][f"cap_{patent['type']}"]), p05_value=result["ltv"]["p05"],
            policy_floor=pledge["policy_floor"], remaining_years=left, loan_term_years=pledge["loan_term_years"],
            hard_stops=list(patent["hard_stops"]))
        rows.append({"patent_id": patent["patent_id"], "number": patent["number"], "ltv_cap": found.ltv_cap, "binding_constraint": found.binding_constraint})
    return rows


def at_horizon(fan: Sequence[Mapping[str, float]], years: float) -> dict[str, float] | None:
    """The quantiles at a moment between two of the fan's horizons, by straight lines."""
    before = [row for row in fan if row["horizon"] <= years]
    after = [row for row in fan if row["horizon"] >= years]
    if not before or not after:
        return None
    left, right = before[-1], after[0]
    span = right["horizon"] - left["horizon"]
    part = 0.0 if span == 0 else (years - left["horizon"]) / span
    return {name: left[name] + (right[name] - left[name]) * part for name in ("P5", "P25", "P50", "P75", "P95")} | {"horizon": years}


def shortfall_rows(request: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, float]]:
    """Quarter by quarter: the chance that the value is below the exposure, and the expected loss, asked amount and cap alike."""
    from valuation.pledge import loan_shortfall

    fan = (result.get("simulation") or {}).get("fan") or []
    market = result["conclusion"]["value"]
    scale = market / fan[0]["P50"] if fan and fan[0]["P50"] > 0 else 1.0
    exposures = {"cap": result["ltv"]["ltv_cap"] * market}
    if request["loan"].get("requested_fen"):
        exposures["requested"] = request["loan"]["requested_fen"] / 100
    rows = []
    for quarter in range(math.ceil(term_years(request) * 4) + 1):
        spread = at_horizon(fan, quarter / 4)
        if spread is None:
            break
        mean, variation = lognormal_of(spread)
        row: dict[str, float] = {"years": quarter / 4, "median": spread["P50"] * scale, "p05": spread["P5"] * scale}
        for name, exposure in exposures.items():
            if mean <= 0:
                row |= {f"{name}_probability": 1.0 if exposure > 0 else 0.0, f"{name}_loss": exposure}
                continue
            found = loan_shortfall(exposure=exposure, market_value=mean * scale, value_cv=variation)
            row |= {f"{name}_probability": found.probability, f"{name}_loss": found.expected_loss_given_exposure}
        rows.append(row)
    return rows


def lognormal_of(spread: Mapping[str, float]) -> tuple[float, float]:
    """Mean and coefficient of variation of the lognormal with this median and this distance from P5 to P95."""
    if spread["P5"] <= 0 or spread["P50"] <= 0 or spread["P95"] <= spread["P5"]:
        return max(spread["P50"], 0.0), 0.0
    sigma = math.log(spread["P95"] / spread["P5"]) / LOG_SPREAD
    return spread["P50"] * math.exp(sigma * sigma / 2), math.sqrt(math.expm1(sigma * sigma))


def cross_checks(request: Mapping[str, Any], value: float) -> dict[str, float | None]:
    """Royalty as a share of the product's profit, and the multiple of last year's sales that the value implies."""
    from .plan import read

    inputs = read(request)
    history = inputs.series.get("history", {})
    sales = inputs.values.get("subject_sales") or (history[max(history)] if history else None)
    margin, royalty = inputs.values.get("profit_margin"), inputs.values.get("royalty_rate")
    return {"royalty_share_of_profit": royalty / margin if margin and royalty else None, "multiple_of_sales": value / sales if sales else None}
