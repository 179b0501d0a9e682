"""The few figures of a result that pages and other features read: whole fen and basis points, never floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core.money import Money

from .inputs import round_to_unit, to_basis_points, to_money
from .lending import patent_caps

LEVELS = ("P5", "P10", "P25", "P50", "P75", "P90", "P95")


def quantiles_of(result: Mapping[str, Any]) -> dict[str, float]:
    """The quantiles of the value; without uncertain inputs all are the value itself."""
    simulation = result.get("simulation")
    return dict(simulation["quantiles"]) if simulation else dict.fromkeys(LEVELS, result["conclusion"]["value"])


def summary_of(request: Mapping[str, Any], result: Mapping[str, Any], unit_fen: int) -> dict[str, Any]:
    """Value, range, quantiles, liquidation values and caps; money as text of fen."""
    levels = quantiles_of(result)
    exact = to_money(result["conclusion"]["value"])
    found = {name.lower().replace("p5", "p05") if name in ("P5",) else name.lower(): str(to_money(levels[name]).minor) for name in LEVELS}
    found |= {"low": found["p25"], "high": found["p75"]}
    return found | {
        "orderly": str(to_money(result["orderly"]["value"]).minor), "forced": str(to_money(result["forced"]["value"]).minor),
        "exact": str(exact.minor), "value": str(concluded(exact, unit_fen).minor), "dispersion": repr(float(result["conclusion"]["dispersion"])),
        "ltv_cap_bp": to_basis_points(result["ltv"]["ltv_cap"]), "binding_constraint": result["ltv"]["binding_constraint"],
        "methods": {row["key"]: str(to_money(row["indication"]["value"]).minor) for row in result["methods"]},
        "caps": {str(row["patent_id"]): {"ltv_cap_bp": to_basis_points(row["ltv_cap"]), "binding": row["binding_constraint"]}
                 for row in patent_caps(request, result)},
    }


def concluded(exact: Money, unit_fen: int) -> Money:
    """The conclusion in the stated unit; a value under one unit stays exact to the fen."""
    return round_to_unit(exact, unit_fen) if exact.minor >= unit_fen else exact
