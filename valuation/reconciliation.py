"""Reconciliation 结论形成: which methods may speak, how loudly, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import NONNEGATIVE, POSITIVE, SHARE, Caution, Checks
from valuation.formulas import formula
from valuation.inputs import Weight
from valuation.results import Applicability, Conclusion, Indication, MethodGate, MethodWeights

VALUE_TYPES = ("market_value", "investment_value", "orderly_liquidation_value", "forced_liquidation_value")


def _one(checks: Checks, path: str, item: Any) -> tuple[str, float, Weight | None]:
    if isinstance(item, (list, tuple)) and len(item) == 2:
        indication, weight = item
        if isinstance(indication, Indication) and isinstance(weight, Weight):
            value = checks.number(f"{path}.value", indication.value, NONNEGATIVE)
            return indication.method, value, weight
    if not isinstance(item, Mapping):
        checks.fault(path, "WRONG_TYPE", item, "method, value, weight")
        return "", 1.0, None
    for name in sorted({"method", "value", "weight"} - set(item)):
        checks.fault(f"{path}.{name}", "EMPTY", None)
    method = checks.text(f"{path}.method", item.get("method", ""), most=120)
    value = checks.number(f"{path}.value", item.get("value", 1.0), NONNEGATIVE)
    share = checks.number(f"{path}.weight", item.get("weight", 1.0), SHARE)
    reason = checks.text(f"{path}.reason", item.get("reason", ""))
    return method, value, None if checks.faults else Weight(method, share, reason)


@formula()
def reconcile(*, indications: Sequence[Any], value_type: str = "market_value") -> Conclusion:
    """Weighs the indications into one value (yuan): Σ w_j v_j; dispersion = (max − min)/value of all given.

    Each indication is a mapping with method, value, weight and reason, or a pair (Indication, Weight). A negative
    indication is refused. Source: IVS 105 (reconciliation); 评估法 art. 26.

    >>> reconcile(indications=[{"method": "a", "value": 100, "weight": 0.75}, {"method": "b", "value": 60, "weight": 0.25}]).value
    90.0
    """
    checks = Checks()
    kind = checks.choice("value_type", value_type, VALUE_TYPES)
    items = [_one(checks, f"indications[{i}]", item) for i, item in enumerate(checks.sequence("indications", indications))]
    checks.require()
    weights = [weight for _, _, weight in items if weight is not None]
    checks.shares("indications", [weight.weight for weight in weights])
    checks.require()
    values = [value for _, value, _ in items]
    value = math.fsum(weight.weight * amount for weight, amount in zip(weights, values, strict=True))
    low, high = min(values), max(values)
    if value == 0.0 and high > low:
        checks.fault("indications", "DEGENERATE", values, "all weight on zero")
        checks.require()
    spread = (high - low) / value if value else 0.0
    wide = (Caution("DISPERSION_ABOVE_HALF", "indications", {"dispersion": spread}),) if spread > 0.5 else ()
    rows = tuple(
        {"method": method, "value": amount, "weight": weight.weight, "part": weight.weight * amount, "reason": weight.reason}
        for (method, amount, _), weight in zip(items, weights, strict=True)
    )
    return Conclusion(
        value_type=kind,
        value=value,
        low=low,
        high=high,
        weights=tuple(weights),
        dispersion=spread,
        workings=rows,
        warnings=wide,
    )


@formula()
def inverse_variance_weights(*, values: Sequence[float], standard_errors: Sequence[float]) -> MethodWeights:
    """Proposes weights w_j ∝ 1/s_j², to be shown beside the appraiser's and never applied by itself.

    Source: minimum-variance combination of independent estimates (Gauss–Markov).

    >>> inverse_variance_weights(values=[10, 12], standard_errors=[1, 2]).weights
    (0.8, 0.2)
    """
    checks = Checks()
    amounts = checks.numbers("values", values, NONNEGATIVE)
    errors = checks.numbers("standard_errors", standard_errors, POSITIVE)
    if amounts and errors and len(amounts) != len(errors):
        checks.fault("standard_errors", "LENGTH_MISMATCH", len(errors), len(amounts))
    checks.require()
    smallest = min(errors)
    precision = [(smallest / error) ** 2 for error in errors]
    total = math.fsum(precision)
    return MethodWeights(weights=tuple(part / total for part in precision))


DATA_KEYS = (
    "revenue_plan",
    "licence_income",
    "royalty_evidence",
    "ebit_plan",
    "contributory_assets",
    "with_without_plans",
    "arms_length_deals",
    "cost_records",
    "sourced_stages",
    "option_inputs",
    "before_revenue",
)
PRODUCING = {"relief_from_royalty": 0.55, "excess_earnings": 0.25, "market": 0.15, "cost": 0.05}
BEFORE_REVENUE = {"rnpv": 0.40, "cost": 0.40, "market": 0.20}


def _gates(has: Mapping[str, float]) -> list[tuple[str, bool, str, str]]:
    early = has["before_revenue"] > 0
    royalty = has["royalty_evidence"] > 0 and (has["revenue_plan"] > 0 or has["licence_income"] > 0)
    excess = (has["ebit_plan"] > 0 and has["contributory_assets"] > 0) or has["with_without_plans"] > 0
    option = has["option_inputs"] > 0
    return [
        ("relief_from_royalty", royalty, "yes", "OK" if royalty else "NO_ROYALTY_EVIDENCE"),
        ("excess_earnings", excess, "yes", "OK" if excess else "NO_SEPARABLE_CASH_FLOW"),
        ("market", has["arms_length_deals"] >= 3, "yes", "OK" if has["arms_length_deals"] >= 3 else "NO_COMPARABLES"),
        ("cost", has["cost_records"] > 0, "yes" if early else "no", _cost_reason(has["cost_records"], has["before_revenue"])),
        ("rnpv", has["sourced_stages"] > 0, "yes" if early else "no", "OK" if has["sourced_stages"] > 0 else "NO_STAGES"),
        ("real_option", option, "no", "UPSIDE_ONLY" if option else "OPTION_INPUTS_NOT_OBSERVABLE"),
        ("capitalisation", True, "no", "CROSS_CHECK_ONLY"),
    ]


def _cost_reason(records: float, early: float) -> str:
    if records == 0:
        return "NO_COST_RECORDS"
    return "OK" if early > 0 else "AFTER_REVENUE"


@formula()
def applicability(*, asset: Any, data: Mapping[str, float]) -> Applicability:
    """Says of each method whether the evidence allows it and whether it may lead, and proposes weights.

    `asset` is a PatentAsset or its number; `data` maps evidence (`DATA_KEYS`) to counts, 0 when missing.
    Source: gate table of the appraisal practice; 评估法 art. 26 (two methods).

    >>> gate = applicability(asset="CN1", data={"revenue_plan": 1, "royalty_evidence": 2, "cost_records": 1})
    >>> [m.method for m in gate.methods if m.usable == "yes" and m.primary_allowed == "yes"]
    ['relief_from_royalty']
    """
    from valuation.inputs import PatentAsset

    checks = Checks()
    if not isinstance(asset, PatentAsset):
        number = checks.text("asset", asset, most=40)
        if number.replace(".", "").isdigit() and len(number) < 4:
            checks.fault("asset", "UNKNOWN_NAME", asset, "a patent number")
    has = dict.fromkeys(DATA_KEYS, 0.0)
    for name, count in checks.mapping("data", data, least=0).items():
        if name not in has:
            checks.fault(f"data.{name}", "UNKNOWN_NAME", name, ", ".join(DATA_KEYS))
            continue
        has[name] = checks.number(f"data.{name}", count, NONNEGATIVE)
    checks.require()
    gates = [
        MethodGate(method, "yes" if usable else "no", lead if usable else "no", reason)
        for method, usable, lead, reason in _gates(has)
    ]
    proposal = BEFORE_REVENUE if has["before_revenue"] > 0 else PRODUCING
    usable = {gate.method for gate in gates if gate.usable == "yes"}
    left = {method: weight for method, weight in proposal.items() if method in usable}
    total = math.fsum(left.values())
    return Applicability(
        methods=tuple(gates), proposed_weights={method: weight / total for method, weight in left.items()} if total else {}
    )
