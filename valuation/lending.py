"""The lender's part of a calculation: sale values, loan-to-value cap, shortfall by exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import Checks
from valuation.formulas import formula, lookup
from valuation.pledge import LIQUIDATION
from valuation.results import Conclusion, Indication, PledgeView, RecommendedLtv, Simulation


def _flows(indications: Sequence[Any]) -> list[float]:
    for item in indications:
        table = item.workings if isinstance(item, Indication) else ()
        if table and "after_tax" in table[0]:
            return [max(0.0, row["after_tax"]) for row in table]
    return [1.0]


def _lengths(indications: Sequence[Any]) -> dict[str, float]:
    """Answers how long the first and the last period of those flows are, so that a sale dates them as the method did."""
    for item in indications:
        table = item.workings if isinstance(item, Indication) else ()
        if table and "after_tax" in table[0]:
            return {"stub": table[0]["length"], "last": table[-1]["length"] if len(table) > 1 else 1.0}
    return {}


@formula(1, name="lender_figures")
def lender_figures_of_whole_years(
    checks: Checks,
    request: Mapping[str, Any],
    indications: Sequence[Any],
    conclusion: Conclusion,
    main: Simulation | None,
    fan: Simulation | None,
) -> dict[str, Any]:
    """The first version of `lender_figures`, for archived calculations: every flow dated as if all periods were whole years."""
    return _figures(checks, request, indications, conclusion, main, fan, lengths={})


@formula(2)
def lender_figures(
    checks: Checks,
    request: Mapping[str, Any],
    indications: Sequence[Any],
    conclusion: Conclusion,
    main: Simulation | None,
    fan: Simulation | None,
) -> dict[str, Any]:
    """Computes the lender's figures.

    pledge: discount_rate (default: the first method's), flows (default: after-tax rows of the first income method, dated by
    its own first and last period), orderly/forced {shortfall, speed, months, sale_cost, band}, bank_cap, policy_floor, score, score_gate, hard_stops,
    remaining_years, loan_term_years, value_cv or p05_value (default: the fan at maturity, else the simulation's cv),
    investment_value, exposure and exposures [{at, amount}].
    """
    own = (request.get("pledge") or {}).get("flows")
    return _figures(checks, request, indications, conclusion, main, fan, lengths={} if own else _lengths(indications))


def _figures(
    checks: Checks,
    request: Mapping[str, Any],
    indications: Sequence[Any],
    conclusion: Conclusion,
    main: Simulation | None,
    fan: Simulation | None,
    *,
    lengths: Mapping[str, float],
) -> dict[str, Any]:
    plan = dict(request.get("pledge") or {})
    flows = plan.get("flows") or _flows(indications)
    rate = plan.get("discount_rate") or _first_rate(request)
    timing = plan.get("timing", "end")
    market = conclusion.value
    sales: dict[str, Any] = {}
    for kind in ("orderly", "forced"):
        with checks.inside(f"pledge.{kind}"):
            settings = {**LIQUIDATION[kind], **lengths, **(plan.get(kind) or {})}
            sales[kind] = lookup("forced_liquidation_value")(
                market_value=market, flows=flows, discount_rate=rate, timing=timing, **settings
            )
    checks.require()
    tail = _tail(plan, main, fan, market)
    with checks.inside("pledge"):
        ltv = lookup("recommended_ltv")(
            market_value=market,
            flv_ratio=sales["forced"].ratio,
            bank_cap=plan.get("bank_cap", 0.25),
            **tail,
            **{
                name: plan[name]
                for name in (
                    "policy_floor", "remaining_years", "loan_term_years", "score", "score_gate", "hard_stops", "p05_quantile"
                )
                if plan.get(name) is not None
            },  # fmt: skip
        )
    checks.require()
    exposures = _exposures(checks, plan, market, main, ltv)
    checks.require()
    first = exposures[0] if exposures else {}
    view = PledgeView(
        market_value=market,
        investment_value=plan.get("investment_value"),
        orderly_value=sales["orderly"].value,
        forced_liquidation_value=sales["forced"].value,
        ltv_cap=ltv.ltv_cap,
        ltv_rounded=ltv.ltv_rounded,
        binding_constraint=ltv.binding_constraint,
        probability_short=first.get("probability"),
        expected_loss_given_exposure=first.get("expected_loss_given_exposure"),
    )
    return {**sales, "ltv": ltv, "pledge": view, "exposures": tuple(exposures)}


def _first_rate(request: Mapping[str, Any]) -> Any:
    for item in request["methods"]:
        if "discount_rate" in item.get("inputs", {}):
            return item["inputs"]["discount_rate"]
    return None


def _tail(plan: Mapping[str, Any], main: Simulation | None, fan: Simulation | None, market: float) -> dict[str, Any]:
    if plan.get("value_cv") is not None or plan.get("p05_value") is not None:
        return {name: plan[name] for name in ("value_cv", "p05_value") if plan.get(name) is not None}
    rows = (fan or main).fan if (fan or main) is not None else ()  # type: ignore[union-attr]  # one of the two is there
    term = plan.get("loan_term_years")
    if rows and term is not None:
        at = min((row for row in rows if row["horizon"] >= term), key=lambda row: row["horizon"], default=None)
        if at is not None:
            return {"p05_value": min(at["P5"], market)}
    if main is not None and main.cv is not None:
        return {"value_cv": main.cv}
    return {"value_cv": None}


def _exposures(
    checks: Checks, plan: Mapping[str, Any], market: float, main: Simulation | None, ltv: RecommendedLtv
) -> list[dict[str, Any]]:
    amounts = list(plan.get("exposures") or ())
    if plan.get("exposure") is not None:
        amounts.insert(0, {"at": 0.0, "amount": plan["exposure"]})
    if not amounts:
        amounts = [{"at": 0.0, "amount": ltv.ltv_cap * market}]
    cv = plan.get("value_cv") if plan.get("value_cv") is not None else (main.cv if main is not None else None)
    rows = []
    for i, item in enumerate(amounts):
        if not isinstance(item, Mapping) or "amount" not in item:
            checks.fault(f"pledge.exposures[{i}]", "WRONG_TYPE", item, "at, amount")
            continue
        with checks.inside(f"pledge.exposures[{i}]"):
            if main is not None and main.draws is not None and plan.get("value_cv") is None:
                loss = lookup("loan_shortfall")(exposure=item["amount"], draws=main.draws)
            elif cv is not None:
                loss = lookup("loan_shortfall")(exposure=item["amount"], market_value=market, value_cv=cv)
            else:
                continue
            rows.append({**item, "probability": loss.probability,
                         "expected_loss_given_exposure": loss.expected_loss_given_exposure})  # fmt: skip
    return rows
