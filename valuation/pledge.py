"""Pledge values 质押价值: what the right fetches in a sale, what may be lent on it, what a default would cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import (
    AMOUNT,
    DEGREE,
    LOSS,
    NONNEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    RATE,
    RATIO,
    SHARE,
    YEARS,
    Caution,
    Checks,
    Rule,
)
from valuation.formulas import formula
from valuation.inputs import TIMINGS
from valuation.results import Constraint, LiquidationValue, LoanCaps, RecommendedLtv, Shortfall
from valuation.timing import lay_periods

MONTHS = Rule(0.0, 120.0, "NEGATIVE", "TOO_LONG")
POLICY_CAP = Rule(0.0, 0.5, "OUT_OF_RANGE", "OUT_OF_RANGE")
VARIATION = Rule(0.0, 10.0, "NEGATIVE", "OUT_OF_RANGE")
POLICY_CAPS = {"invention": 0.25, "utility_model": 0.15, "design": 0.10}
LIQUIDATION: Mapping[str, Mapping[str, Any]] = {
    "orderly": {"shortfall": 0.80, "speed": 0.10, "months": 9.0, "sale_cost": 0.10, "band": (0.20, 0.40)},
    "forced": {"shortfall": 0.95, "speed": 0.05, "months": 3.0, "sale_cost": 0.20, "band": (0.10, 0.20)},
}
HARD_STOPS = (
    "LAPSED",
    "ANNUITY_BEYOND_GRACE",
    "PATENT_ALREADY_PLEDGED",
    "TITLE_DISPUTE",
    "INVALIDITY_ALL_INDEPENDENT_CLAIMS",
    "FROZEN_BY_COURT",
)
TERM_MARGIN_YEARS = 1.0


def _second_best(
    flows: Sequence[float], times: Sequence[float], *, discount_rate: float, shortfall: float, speed: float
) -> tuple[float, list[dict[str, float]]]:
    rows, kept, full = [], [], []
    for flow, time in zip(flows, times, strict=True):
        share = 1.0 - shortfall * math.exp(-speed * time)
        factor = (1.0 + discount_rate) ** -time
        full.append(flow * factor)
        kept.append(flow * share * factor)
        rows.append({"t": time, "flow": flow, "kept_share": share, "df": factor, "pv": flow * share * factor})
    return math.fsum(kept) / math.fsum(full), rows


@formula()
def forced_liquidation_value(
    *,
    market_value: float,
    flows: Sequence[float],
    discount_rate: float,
    shortfall: float,
    speed: float,
    months: float,
    sale_cost: float,
    timing: str = "end",
    band: Sequence[float] | None = None,
    stub: float = 1.0,
    last: float = 1.0,
) -> LiquidationValue:
    """Values a sale under pressure 快速变现价值, yuan, without TAB.

    ratio = [Σ C_t(1 − s·e^{−κt})DF_t / Σ C_t DF_t]·(1+k)^{−m/12}·(1 − cost): the second-best owner earns less at first.
    Source: model of the house, parameters in `LIQUIDATION`, to be confirmed by the operator.

    >>> round(forced_liquidation_value(market_value=1, flows=[1] * 10, discount_rate=0.15, shortfall=0.8, speed=0.1,
    ...                                months=9, sale_cost=0.1).ratio, 12)
    0.377002092439
    """
    checks = Checks()
    market = checks.number("market_value", market_value, NONNEGATIVE)
    amounts = checks.numbers("flows", flows, NONNEGATIVE)
    rate = checks.number("discount_rate", discount_rate, RATE)
    loss = checks.number("shortfall", shortfall, SHARE)
    pace = checks.number("speed", speed, RATIO)
    wait = checks.number("months", months, MONTHS)
    fee = checks.number("sale_cost", sale_cost, LOSS)
    named = checks.choice("timing", timing, TIMINGS)
    limits = None if band is None else checks.numbers("band", band, SHARE, most=2, least=2)
    first = checks.number("stub", stub, Rule(0.0, 1.0, "NOT_POSITIVE", "OUT_OF_RANGE", open_low=True))
    final = checks.number("last", last, Rule(0.0, 1.0, "NOT_POSITIVE", "OUT_OF_RANGE", open_low=True))
    if amounts and not checks.faults and math.fsum(amounts) == 0.0:
        checks.fault("flows", "NOT_POSITIVE", flows, "one flow > 0")
    checks.require()
    times = lay_periods(len(amounts), named, first, final)[2]
    kept, rows = _second_best(amounts, times, discount_rate=rate, shortfall=loss, speed=pace)
    ratio = kept * (1.0 + rate) ** (-wait / 12.0) * (1.0 - fee)
    outside = limits is not None and not limits[0] <= ratio <= limits[1]
    cautions = (Caution("OUTSIDE_BAND", "band", {"ratio": ratio, "band": list(limits or ())}),) if outside else ()
    return LiquidationValue(
        value=market * ratio,
        ratio=ratio,
        shortfall=loss,
        speed=pace,
        months=wait,
        sale_cost=fee,
        workings=tuple(rows),
        warnings=cautions,
    )


@formula()
def liquidation_value(
    *, kind: str, market_value: float, flows: Sequence[float], discount_rate: float, timing: str = "end"
) -> LiquidationValue:
    """Applies the house's default parameters and band: kind "orderly" 有序变现 or "forced" 快速变现, yuan.

    Source: defaults of `LIQUIDATION`, to be confirmed by the operator.

    >>> round(liquidation_value(kind="forced", market_value=1, flows=[1] * 10, discount_rate=0.15).ratio, 12)
    0.177646251011
    """
    checks = Checks()
    named = checks.choice("kind", kind, LIQUIDATION)
    checks.number("market_value", market_value, NONNEGATIVE)
    checks.numbers("flows", flows, NONNEGATIVE)
    checks.number("discount_rate", discount_rate, RATE)
    checks.choice("timing", timing, TIMINGS)
    checks.require()
    return forced_liquidation_value(
        market_value=market_value, flows=flows, discount_rate=discount_rate, timing=timing, **LIQUIDATION[named]
    )


@formula()
def ltv_cap(*, appraised_value: float, caps: Mapping[str, float]) -> LoanCaps:
    """Answers the largest loan (yuan) by kind of right under a lender's caps.

    Source: a lender's published policy, for example Bank of Communications 25 % / 15 % / 50 %.

    >>> dict(ltv_cap(appraised_value=10000000, caps={"invention": 0.25}).loan_caps)
    {'invention': 2500000.0}
    """
    checks = Checks()
    value = checks.number("appraised_value", appraised_value, NONNEGATIVE)
    limits = {name: checks.number(f"caps.{name}", cap, SHARE) for name, cap in checks.mapping("caps", caps).items()}
    checks.require()
    return LoanCaps(loan_caps={name: value * cap for name, cap in limits.items()})


def lognormal_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Kernel: μ = ln m − σ²/2 and σ with σ² = ln(1+cv²)."""
    variance = math.log1p(cv * cv)
    return math.log(mean) - variance / 2.0, math.sqrt(variance)


def _fifth_percentile(
    checks: Checks, market: float, value_cv: Any, p05_value: Any, p05_quantile: Any
) -> float:
    from statistics import NormalDist

    cv = checks.optional("value_cv", value_cv, VARIATION)
    given = checks.optional("p05_value", p05_value, AMOUNT)
    level = checks.number("p05_quantile", p05_quantile, OPEN_PROBABILITY)
    if (cv is None) == (given is None):
        checks.fault("value_cv", "EITHER_OR", value_cv, "value_cv or p05_value")
    if checks.faults:
        return 1.0
    if given is not None:
        return given
    mu, sigma = lognormal_parameters(market, cv or 0.0)
    return math.exp(mu + sigma * NormalDist().inv_cdf(level))


def _constraints(
    *,
    stops: Sequence[str],
    score: float | None,
    score_gate: float,
    remaining: float | None,
    term: float | None,
    p05_ratio: float,
    flv_ratio: float,
    bank_cap: float,
) -> tuple[Constraint, ...]:
    short = remaining is not None and term is not None and remaining < term + TERM_MARGIN_YEARS
    return (
        Constraint("hard_stop", 0.0 if stops else None, tuple(stops)),
        Constraint("score_gate", 0.0 if score is not None and score < score_gate else None),
        Constraint("remaining_life", 0.0 if short else None),
        Constraint("p05_ratio", max(0.0, p05_ratio)),
        Constraint("flv_ratio", flv_ratio),
        Constraint("policy_cap", bank_cap),
    )


def _binding(constraints: Sequence[Constraint], policy_floor: float) -> tuple[float, str]:
    limits = [(item.limit, item.name) for item in constraints if item.limit is not None]
    cap, name = min(limits, key=lambda pair: pair[0])
    return (0.0, "policy_floor") if 0.0 < cap < policy_floor else (cap, name)


@formula()
def recommended_ltv(
    *,
    market_value: float,
    flv_ratio: float,
    bank_cap: float,
    value_cv: float | None = None,
    p05_value: float | None = None,
    p05_quantile: float = 0.05,
    policy_floor: float = 0.0,
    remaining_years: float | None = None,
    loan_term_years: float | None = None,
    score: float | None = None,
    score_gate: float = 60.0,
    hard_stops: Sequence[str] = (),
) -> RecommendedLtv:
    """Caps the loan-to-value ratio 质押率 by the tightest of six constraints and names it.

    p05 (yuan) is the 5 % quantile of the value at loan maturity, given or lognormal in (market_value, value_cv).
    Ties go to the first of hard_stop, score_gate, remaining_life, p05_ratio, flv_ratio, policy_cap.
    Source: policy of the house; the law only asks that the debt fall due before the right ends.

    >>> recommended_ltv(market_value=10000000, value_cv=0.6, flv_ratio=0.3, bank_cap=0.25).binding_constraint
    'policy_cap'
    """
    checks = Checks()
    market = checks.number("market_value", market_value, POSITIVE)
    p05 = _fifth_percentile(checks, market, value_cv, p05_value, p05_quantile)
    liquidation = checks.number("flv_ratio", flv_ratio, SHARE)
    policy = checks.number("bank_cap", bank_cap, POLICY_CAP)
    floor = checks.number("policy_floor", policy_floor, POLICY_CAP)
    remaining = checks.optional("remaining_years", remaining_years, YEARS)
    term = checks.optional("loan_term_years", loan_term_years, YEARS)
    grade = checks.optional("score", score, DEGREE)
    gate = checks.number("score_gate", score_gate, DEGREE)
    stops = [
        checks.choice(f"hard_stops[{i}]", stop, HARD_STOPS)
        for i, stop in enumerate(checks.sequence("hard_stops", hard_stops, least=0))
    ]
    if (remaining is None) != (term is None):
        checks.fault("remaining_years", "EITHER_OR", remaining_years, "remaining_years and loan_term_years together")
    checks.require()
    constraints = _constraints(
        stops=stops,
        score=grade,
        score_gate=gate,
        remaining=remaining,
        term=term,
        p05_ratio=p05 / market,
        flv_ratio=liquidation,
        bank_cap=policy,
    )
    cap, name = _binding(constraints, floor)
    cautions = []
    if constraints[2].limit is not None:
        cautions.append(Caution("MATURITY_BEYOND_EXPIRY", "loan_term_years", {"remaining": remaining, "term": term}))
    if constraints[1].limit is not None:
        cautions.append(Caution("SCORE_GATE", "score", {"score": grade, "gate": gate}))
    return RecommendedLtv(
        p05=p05,
        p05_ratio=p05 / market,
        ltv_cap=cap,
        ltv_rounded=math.floor(cap * 100.0 + 1e-9) / 100.0,
        binding_constraint=name,
        constraints=constraints,
        workings=tuple({"constraint": item.name, "limit": item.limit} for item in constraints),
        warnings=tuple(cautions),
    )


def normal_cdf(x: float) -> float:
    """Kernel: the standard normal distribution function by erfc."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def _lognormal_shortfall(exposure: float, mean: float, cv: float) -> tuple[float, float]:
    if exposure == 0.0:
        return 0.0, 0.0
    if cv == 0.0:
        return (1.0 if mean < exposure else 0.0), max(0.0, exposure - mean)
    mu, sigma = lognormal_parameters(mean, cv)
    d = (math.log(exposure) - mu) / sigma
    return normal_cdf(d), max(0.0, exposure * normal_cdf(d) - mean * normal_cdf(d - sigma))


@formula()
def loan_shortfall(
    *,
    exposure: float,
    market_value: float | None = None,
    value_cv: float | None = None,
    draws: Sequence[float] | None = None,
) -> Shortfall:
    """Measures P(V < L) and E[(L − V)+] in yuan, from a lognormal value or from simulated draws.

    Lognormal: N(d) and L·N(d) − m·N(d−s), d = (ln L − μ)/s. Source: Black (1976) put on the collateral.

    >>> round(loan_shortfall(exposure=2500000, market_value=10000000, value_cv=0.6).probability, 12)
    0.013115833824
    """
    checks = Checks()
    owed = checks.number("exposure", exposure, NONNEGATIVE)
    mean = checks.optional("market_value", market_value, POSITIVE)
    cv = checks.optional("value_cv", value_cv, VARIATION)
    if (draws is None) == (cv is None):
        checks.fault("value_cv", "EITHER_OR", value_cv, "market_value and value_cv, or draws")
    if draws is None and mean is None:
        checks.fault("market_value", "NOT_A_NUMBER", market_value)
    values = _check_draws(checks, draws)
    checks.require()
    if values is not None:
        short = owed - values
        return Shortfall(
            probability=float((short > 0).mean()), expected_loss_given_exposure=float(short.clip(min=0.0).mean())
        )
    chance, loss = _lognormal_shortfall(owed, mean or 1.0, cv or 0.0)
    return Shortfall(probability=chance, expected_loss_given_exposure=loss)


def _check_draws(checks: Checks, draws: Any) -> Any:
    if draws is None:
        return None
    import numpy as np

    if not isinstance(draws, (list, tuple, np.ndarray)) or (isinstance(draws, np.ndarray) and draws.dtype.kind not in "fiu"):
        checks.fault("draws", "WRONG_TYPE", draws, "numbers")
        return None
    if isinstance(draws, (list, tuple)):
        draws = checks.numbers("draws", draws, AMOUNT, most=2**20)
    values = np.asarray(draws, dtype=float)
    if values.ndim != 1 or values.size == 0:
        checks.fault("draws", "EMPTY" if values.size == 0 else "WRONG_TYPE", draws)
    elif not np.isfinite(values).all():
        checks.fault("draws", "NOT_FINITE", draws)
    return values
