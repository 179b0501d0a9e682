"""Staged development: probabilities, risk-adjusted NPV, and Schwartz's patent with an option to abandon."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import (
    AMOUNT,
    CONTINUOUS_RATE,
    CORRELATION,
    LIFE,
    NONNEGATIVE,
    POSITIVE,
    PROBABILITY,
    RATE,
    VOLATILITY,
    Caution,
    Checks,
    Rule,
)
from valuation.formulas import formula
from valuation.inputs import TIMINGS, Stage
from valuation.results import RiskAdjusted, StagedSimulation, StagedValue, StageProbability

HAZARD = Rule(0.0, 5.0, "NEGATIVE", "OUT_OF_RANGE")
PREMIUM = Rule(0.0, 0.3, "OUT_OF_RANGE", "OUT_OF_RANGE")


@formula()
def stage_probability(*, stage_probabilities: Sequence[float]) -> StageProbability:
    """Multiplies the success probabilities of successive stages.

    Source: elementary; figures in table `success_rates`.

    >>> round(stage_probability(stage_probabilities=[0.63, 0.31, 0.58, 0.85]).likelihood_of_approval, 3)
    0.096
    """
    checks = Checks()
    chances = checks.numbers("stage_probabilities", stage_probabilities, PROBABILITY)
    checks.require()
    return StageProbability(likelihood_of_approval=math.prod(chances))


def _stages(checks: Checks, stages: Any) -> list[Stage]:
    found = []
    for i, item in enumerate(checks.sequence("stages", stages)):
        path = f"stages[{i}]"
        if isinstance(item, Stage):
            found.append(item)
        elif isinstance(item, Mapping) and "probability" in item:
            with checks.inside(path):
                known = {name: item[name] for name in ("name", "probability", "cost", "years") if name in item}
                found.append(Stage(**{"name": f"stage {i + 1}", **known}))
        else:
            checks.fault(path, "WRONG_TYPE", item, "Stage")
    return found


@formula()
def risk_adjusted_npv(
    *,
    stages: Sequence[Any],
    flows: Sequence[float],
    discount_rate: float,
    timing: str = "end",
    technology_premium: float = 0.0,
) -> RiskAdjusted:
    """Values a project whose stages may fail: Σ (Π_{j<i} p_j)·flow_i·DF, each cost at its stage's start, yuan.

    Stages have probability, cost and years; flows follow the last stage. `technology_premium` is the part of the rate
    for technical risk: above zero it counts that risk twice (caution). Source: Stewart, Allison and Johnson (2001).

    >>> round(risk_adjusted_npv(stages=[{"probability": 0.5, "cost": 10, "years": 1}], flows=[110], discount_rate=0.1).value, 6)
    35.454545
    """
    checks = Checks()
    rungs = _stages(checks, stages)
    amounts = checks.numbers("flows", flows, AMOUNT)
    rate = checks.number("discount_rate", discount_rate, RATE)
    half = 0.5 if checks.choice("timing", timing, TIMINGS) == "mid" else 0.0
    premium = checks.number("technology_premium", technology_premium, PREMIUM)
    checks.require()
    rows, alive, now = [], 1.0, 0.0
    for rung in rungs:
        factor = (1.0 + rate) ** -now
        rows.append({"step": rung.name, "t": now, "probability": alive, "flow": -rung.cost, "pv": -rung.cost * alive * factor})
        alive *= rung.probability
        now += rung.years
    for i, amount in enumerate(amounts, start=1):
        time = now + i - half
        rows.append({"step": f"flow {i}", "t": time, "probability": alive, "flow": amount,
                     "pv": amount * alive * (1.0 + rate) ** -time})  # fmt: skip
    value = math.fsum(float(str(row["pv"])) for row in rows)
    cautions = [Caution("RATE_AND_FLOW_BOTH_RISKED", "technology_premium", {"points": premium})] if premium > 0 else []
    if value < 0:
        cautions.append(Caution("NEGATIVE_VALUE", "value", {"value": value}))
    return RiskAdjusted(value=value, likelihood=alive, workings=tuple(rows), warnings=tuple(cautions))


def _level(rate: float, years: float) -> float:
    """Kernel: (1 − e^{−rate·years})/rate, years at rate 0."""
    return years if rate == 0.0 else -math.expm1(-rate * years) / rate


def _project(checks: Checks, K: Any, I: Any, C0: Any, alpha: Any, r: Any, hazard: Any, T: Any) -> tuple[float, ...]:  # noqa: E741 - the paper's symbol
    return (
        checks.number("K", K, NONNEGATIVE),
        checks.number("I", I, POSITIVE),
        checks.number("C0", C0, NONNEGATIVE),
        checks.number("alpha", alpha, CONTINUOUS_RATE),
        checks.number("r", r, CONTINUOUS_RATE),
        checks.number("hazard", hazard, HAZARD),
        checks.number("T", T, LIFE),
    )


def _certain_project(K: float, I: float, C0: float, alpha: float, r: float, hazard: float, T: float) -> tuple[float, float]:  # noqa: E741 - the paper's symbol
    done = K / I
    if done >= T:
        return 0.0, done
    income = math.exp(-(r + hazard) * done) * C0 * math.exp(alpha * done) * _level(r - alpha, T - done)
    return max(0.0, income - I * _level(r + hazard, done)), done


@formula()
def schwartz_deterministic(
    *, K: float, I: float, C0: float, alpha: float, r: float, hazard: float, T: float  # noqa: E741 - the paper's symbol
) -> StagedValue:
    """Values a project under certainty: cost K spent at rate I a year, then income C0·e^{αt} until the patent ends at T.

    Continuous rates; failure comes with `hazard` a year during development. Source: Schwartz (2004), Economic Notes 33(1).

    >>> round(schwartz_deterministic(K=100, I=20, C0=30, alpha=0.02, r=0.05, hazard=0.1, T=20).value, 9)
    118.823566762
    """
    checks = Checks()
    project = _project(checks, K, I, C0, alpha, r, hazard, T)
    checks.require()
    value, done = _certain_project(*project)
    return StagedValue(value=value, completion_time=done)


@formula()
def schwartz_patent(
    *,
    K: float,
    I: float,  # noqa: E741 - the paper's symbol
    C0: float,
    alpha: float,
    r: float,
    hazard: float,
    T: float,
    sigma_K: float,
    sigma_C: float,
    rho: float,
    seed: int,
    steps_per_year: int = 4,
    paths: int = 2**14,
) -> StagedSimulation:
    """Values a project with uncertain cost and income that may be abandoned, by least-squares Monte Carlo.

    dK = −I dt + σ_K√(IK)dz, dC = αC dt + σ_C C dw; regression on 1, C, C², K, K², CK over the paths still in
    development. `value` has the option to abandon, `abandonment_value` is what the option adds.
    Source: Schwartz (2004); Longstaff and Schwartz (2001).

    >>> result = schwartz_patent(K=100, I=20, C0=30, alpha=0.02, r=0.05, hazard=0.1, T=20, sigma_K=0.0, sigma_C=0.0,
    ...                          rho=0.0, seed=1, paths=64, steps_per_year=4)
    >>> abs(result.value - 118.82356676173846) < 1e-9
    True
    """
    checks = Checks()
    project = _project(checks, K, I, C0, alpha, r, hazard, T)
    wide_k, wide_c = checks.number("sigma_K", sigma_K, VOLATILITY), checks.number("sigma_C", sigma_C, VOLATILITY)
    link = checks.number("rho", rho, CORRELATION)
    number = checks.integer("seed", seed, 0, 2**63 - 1)
    pace = checks.integer("steps_per_year", steps_per_year, 1, 52)
    count = checks.integer("paths", paths, 64, 2**17, above="TOO_MANY_PATHS")
    if not checks.faults and count * math.ceil(project[6] * pace) > 2**23:
        checks.fault("paths", "TOO_MANY_PATHS", count, "paths x steps <= 2^23")
    checks.require()
    from valuation.leastsquares import abandon

    return abandon(project, sigma_K=wide_k, sigma_C=wide_c, rho=link, seed=number, pace=pace, paths=count)
