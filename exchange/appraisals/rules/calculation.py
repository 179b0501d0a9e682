"""The calculation: our request becomes the engine's, its report comes back; every amount leaves through ``to_money``.

``valuation`` is imported inside, so that pages which calculate nothing do not load it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from exchange.core.errors import DomainError, Faults, Invalid

from .plan import Inputs, read
from .vocabulary import NEVER_COUNTED

ENGINE_NAMES = {
    "relief_from_royalty": "relief_from_royalty", "excess_earnings": "mpeem", "comparable_transactions": "comparable_transactions",
    "reproduction_cost": "reproduction_cost", "real_option": "option_to_delay", "royalty_capitalization": "royalty_capitalization",
}
ENGINE_FIELDS = {
    "revenues": "revenue", "royalty_rate": "royalty_rate", "discount_rate": "risk_free", "tax_rate": "tax_rate", "decay": "decay",
    "probability_valid": "probability_valid", "operating_income": "earnings", "contributory_asset_charges": "charges",
    "comparables": "comparable_price", "subject_revenue": "subject_sales", "costs": "cost_labour", "profit": "developer_profit",
    "S": "option_value", "K": "option_cost", "sigma": "option_volatility", "T": "economic_life", "tax_life": "tax_life",
    "revenue_scale": "revenue_volatility", "gain_scale": "revenue_volatility", "revenue": "subject_sales",
}
DEFAULT_TERM_YEARS = 3.0
LEAST_SPREAD = 1e-9


def refused(error: Any) -> DomainError:
    """All faults of the engine at the fields of their assumptions, at once."""
    return Faults([
        Invalid("CALCULATION_REFUSED", field=_our_field(fault.field), reason=f"VALUATION_{fault.code} {fault.value_repr}")
        for fault in error.faults
    ])


def _our_field(path: str) -> str:
    for part in reversed(path.replace("[", ".").replace("]", "").split(".")):
        if part in ENGINE_FIELDS:
            return f"{ENGINE_FIELDS[part]}/0/0"
    return path


# ---------------------------------------------------------------- our request → the engine's

def _frame(inputs: Inputs) -> dict[str, Any]:
    tab = {"tax_life": inputs.values["tax_life"]} if "tax_life" in inputs.values else None
    return {
        "discount_rate": inputs.rate, "tax_rate": inputs.get("tax_rate"), "timing": "mid", "stub": inputs.stub,
        "remaining_years": inputs.remaining, "beyond_expiry": "truncate", "tab": tab,
        "probability_valid": inputs.get("probability_valid", 1.0),
    }


def _royalty(inputs: Inputs) -> dict[str, Any]:
    share = inputs.get("revenue_share", 1.0)
    return {
        "revenues": [amount * share for amount in inputs.yearly("revenue")], "royalty_rate": inputs.get("royalty_rate"),
        "decay": inputs.get("decay", 0.0), "fees": inputs.fees, **_frame(inputs),
    }


def _excess(inputs: Inputs) -> dict[str, Any]:
    return {"operating_income": inputs.yearly("earnings"), "contributory_asset_charges": inputs.yearly("charges"), **_frame(inputs)}


def _comparables(inputs: Inputs) -> dict[str, Any]:
    prices, sales = inputs.series.get("comparable_price", {}), inputs.series.get("comparable_sales", {})
    missing = [number for number in prices if number not in sales] if prices else [1]
    if missing:
        raise Invalid("MISSING_FIELD", field=f"comparable_{'sales' if prices else 'price'}/0/{missing[0]}")
    return {"comparables": [[prices[number], sales[number]] for number in sorted(prices)], "subject_revenue": inputs.get("subject_sales")}


def _cost(inputs: Inputs) -> dict[str, Any]:
    costs = {name: inputs.values[f"cost_{name}"] for name in ("labour", "material", "overhead") if f"cost_{name}" in inputs.values}
    if not costs:
        raise Invalid("MISSING_FIELD", field="cost_labour/0/0")
    lost = {name: inputs.get(f"obsolescence_{name}", 0.0) for name in ("functional", "economic")}
    return {"costs": costs, "obsolescence": lost, "profit": inputs.get("developer_profit", 0.0)}


def _option(inputs: Inputs) -> dict[str, Any]:
    return {"S": inputs.get("option_value"), "K": inputs.get("option_cost"), "r": math.log1p(inputs.get("risk_free")),
            "T": inputs.remaining, "sigma": inputs.get("option_volatility")}


def _capitalised(inputs: Inputs) -> dict[str, Any]:
    return {"revenue": inputs.get("subject_sales") * (1 - inputs.get("tax_rate")), "royalty_rate": inputs.get("royalty_rate"),
            "capitalization_rate": inputs.rate}


METHOD_INPUTS = {
    "relief_from_royalty": _royalty, "excess_earnings": _excess, "comparable_transactions": _comparables, "reproduction_cost": _cost,
    "real_option": _option, "royalty_capitalization": _capitalised,
}


def random_inputs(inputs: Inputs) -> dict[str, dict[str, Any]]:
    """Which inputs are uncertain, and how, by the engine's names."""
    used = {choice.name for choice in inputs.counted}
    found: dict[str, dict[str, Any]] = {}
    income = used & {"relief_from_royalty", "excess_earnings"}
    if "relief_from_royalty" in used:
        _ranged(found, inputs, "royalty_rate")
        _ranged(found, inputs, "decay")
    if income:
        spread = inputs.get("discount_spread", 0.0)
        if spread > LEAST_SPREAD:
            found["discount_rate"] = _three(max(inputs.rate - spread, 0.001), inputs.rate, inputs.rate + spread)
        _ranged(found, inputs, "probability_valid")
        _ranged(found, inputs, "tax_rate")
        for method, name in (("relief_from_royalty", "revenue_scale"), ("excess_earnings", "gain_scale")):
            if method in used and inputs.get("revenue_volatility", 0.0) > LEAST_SPREAD:
                found[name] = {"type": "Lognormal", "mean": 1.0, "cv": inputs.get("revenue_volatility")}
    if "comparable_transactions" in used:
        _multiples(found, inputs)
    return found


def _three(low: float, mode: float, high: float) -> dict[str, Any]:
    return {"type": "Triangular", "low": low, "mode": mode, "high": high}


def _ranged(found: dict[str, dict[str, Any]], inputs: Inputs, name: str) -> None:
    low, high = inputs.lows.get(name), inputs.highs.get(name)
    if name in inputs.values and (low is not None or high is not None):
        mode = inputs.values[name]
        low, high = mode if low is None else low, mode if high is None else high
        if high - low > LEAST_SPREAD:
            found[name] = _three(low, mode, high)


def _multiples(found: dict[str, dict[str, Any]], inputs: Inputs) -> None:
    plan = _comparables(inputs)
    ratios = sorted(price / sales for price, sales in plan["comparables"] if sales > 0)
    middle = (ratios[(len(ratios) - 1) // 2] + ratios[len(ratios) // 2]) / 2 if ratios else 0.0
    if middle > 0 and ratios[-1] - ratios[0] > LEAST_SPREAD:
        found["value_scale"] = _three(min(ratios[0] / middle, 1.0), 1.0, max(ratios[-1] / middle, 1.0))


def swings(inputs: Inputs, random: Mapping[str, Mapping[str, Any]]) -> dict[str, list[float]]:
    """The two ends of each bar of the tornado: the limits of the range, or one standard deviation."""
    found = {}
    for name, item in random.items():
        if item["type"] == "Triangular":
            found[name] = [item["low"], item["high"]]
        else:
            found[name] = [max(0.0, 1 - item["cv"]), 1 + item["cv"]]
    return found


def horizons(inputs: Inputs, term: float) -> list[float]:
    """Year by year from today to the end of the right, with the maturity of the loan in between."""
    last = math.floor(inputs.remaining)
    found = {float(year) for year in range(min(last, 25) + 1)} | {round(inputs.remaining, 6)}
    if term < inputs.remaining:
        found.add(term)
    return sorted(found)


def term_years(request: Mapping[str, Any]) -> float:
    """The term of the loan in years; three where none was named."""
    months = request["loan"].get("term_months")
    return months / 12 if months else DEFAULT_TERM_YEARS


def policy_cap(request: Mapping[str, Any], patents: list[Mapping[str, Any]]) -> float:
    """The lowest policy cap of the types of right in a bundle."""
    return min(float(request["policy"][f"cap_{patent['type']}"]) for patent in patents)


def lending_plan(inputs: Inputs) -> dict[str, Any]:
    """What the engine needs for the lender's page."""
    request = inputs.request
    patents = list(request["patents"])
    policy = request["policy"]
    plan: dict[str, Any] = {
        "bank_cap": policy_cap(request, patents), "policy_floor": float(policy["floor"]), "score_gate": float(policy["score_gate"]),
        "remaining_years": inputs.legal_remaining, "loan_term_years": term_years(request), "timing": "mid",
        "hard_stops": sorted({stop for patent in patents for stop in patent["hard_stops"]}), "discount_rate": inputs.rate,
    }
    for kind in ("orderly", "forced"):
        plan[kind] = {"shortfall": float(policy[f"{kind}_shortfall"]), "speed": float(policy[f"{kind}_speed"]),
                      "months": float(policy[f"{kind}_months"]), "sale_cost": float(policy[f"{kind}_cost"])}
    if request["loan"].get("requested_fen"):
        plan["exposure"] = request["loan"]["requested_fen"] / 100
    return plan


def _asset(patent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": patent["number"], "kind": patent["type"], "filing_date": date.fromisoformat(patent["filing_on"]),
        "grant_date": date.fromisoformat(patent["grant_on"]) if patent["grant_on"] else None, "claims": max(1, patent["claims"]),
        "legal_status": patent["legal_status"], "encumbrances": list(patent["encumbrances"]), "share": patent["share_bp"] / 10000 or 1.0,
    }


def engine_request(request: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """The request in the words of ``valuation.report``."""
    inputs = read(request)
    if not inputs.counted:
        raise Invalid("TWO_METHODS_NEEDED", field="methods")
    order = sorted(inputs.used, key=lambda choice: list(METHOD_INPUTS).index(choice.name))
    random = random_inputs(inputs)
    made: dict[str, Any] = {
        "schema": 1, "valuation_date": request["valuation_date"], "mode": mode, "seed": request["seed"], "value_type": request["value_type"],
        "assets": [_asset(patent) for patent in request["patents"]],
        "methods": [{"key": choice.name, "method": ENGINE_NAMES[choice.name], "inputs": METHOD_INPUTS[choice.name](inputs)} for choice in order],
        "weights": [{"method": choice.name, "weight": choice.weight_bp / 10000, "reason": choice.reason}
                    for choice in order if choice.name not in NEVER_COUNTED and choice.weight_bp],
        "pledge": lending_plan(inputs),
    }
    if random:
        ages = horizons(inputs, term_years(request)) if "relief_from_royalty" in {choice.name for choice in order} else []
        made["simulation"] = {"inputs": random, "horizons": ages}
        made["tornado"] = swings(inputs, random)
    else:
        made["pledge"]["value_cv"] = 0.0
    return made


# ---------------------------------------------------------------- run and recompute

def calculate(request: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """The engine's report on a request, as plain values, in one of the modes quick, standard and report."""
    import json

    return dict(json.loads(calculation_file(request, mode)))


def calculation_file(request: Mapping[str, Any], mode: str) -> bytes:
    """``calculation.json``: the canonical bytes of the engine's report."""
    from valuation.errors import ValuationInputError
    from valuation.report import canonical, run

    try:
        return bytes(canonical(run(engine_request(request, mode))))
    except ValuationInputError as error:
        raise refused(error) from None


def recompute(content: bytes) -> Any:
    """The engine's verdict on an archived calculation: identical, equal, differs or unreadable."""
    from valuation.recomputing import recompute as again

    return again(content)


def recompute_archive(content: bytes) -> Any:
    """The engine's verdict on an archive file, every member checked against its list first."""
    from valuation.archive import recompute_archive as again

    return again(content)
