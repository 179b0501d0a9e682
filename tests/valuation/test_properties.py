"""What holds for all values: monotone in the drivers, linear in money, parity, limits, bounds, order without effect."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import valuation

STEADY: dict[str, Any] = {"deadline": None, "derandomize": True, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
steady = settings(max_examples=60, **STEADY)

amounts = st.floats(min_value=0.01, max_value=1e9)
forecasts = st.lists(amounts, min_size=1, max_size=20)
rates = st.floats(min_value=0.005, max_value=0.6)
taxes = st.floats(min_value=0.0, max_value=0.5)
royalties = st.floats(min_value=0.001, max_value=0.2)
shares = st.floats(min_value=0.0, max_value=0.95)
volatilities = st.floats(min_value=0.05, max_value=1.0)
years = st.floats(min_value=0.05, max_value=10.0)
prices = st.floats(min_value=5.0, max_value=500.0)
yields = st.floats(min_value=-0.02, max_value=0.15)


def royalty(**change: Any) -> float:
    base = {"revenues": [100.0], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25}
    return valuation.relief_from_royalty(**{**base, **change}).value


@steady
@given(forecasts, royalties, rates, st.floats(min_value=0.1, max_value=2.0))
def test_value_is_linear_in_revenue_and_in_royalty(plan: list[float], rho: float, k: float, factor: float) -> None:
    value = royalty(revenues=plan, royalty_rate=rho, discount_rate=k)
    more = royalty(revenues=[x * factor for x in plan], royalty_rate=rho, discount_rate=k)
    assert more == pytest.approx(value * factor, rel=1e-12)
    assert royalty(revenues=plan, royalty_rate=rho * factor, discount_rate=k) == pytest.approx(value * factor, rel=1e-12)


@steady
@given(forecasts, rates, st.floats(min_value=0.001, max_value=0.3))
def test_value_falls_as_the_rate_rises(plan: list[float], k: float, more: float) -> None:
    assert royalty(revenues=plan, discount_rate=k + more) < royalty(revenues=plan, discount_rate=k)


@steady
@given(forecasts, rates, shares, shares)
def test_value_falls_with_decay_and_rises_with_validity(plan: list[float], k: float, decay: float, valid: float) -> None:
    value = royalty(revenues=plan, discount_rate=k)
    assert royalty(revenues=plan, discount_rate=k, decay=decay) <= value * (1 + 1e-12)
    assert royalty(revenues=plan, discount_rate=k, probability_valid=valid) == pytest.approx(value * valid, rel=1e-12)


@steady
@given(forecasts, rates)
def test_mid_year_value_is_the_year_end_value_half_a_year_on(plan: list[float], k: float) -> None:
    mid, end = (royalty(revenues=plan, discount_rate=k, timing=timing) for timing in ("mid", "end"))
    assert mid == pytest.approx(end * (1 + k) ** 0.5, rel=1e-12)


@steady
@given(forecasts, rates, taxes, st.floats(min_value=5, max_value=20))
def test_the_tax_benefit_is_a_fixed_point(plan: list[float], k: float, tax: float, life: float) -> None:
    result = valuation.relief_from_royalty(
        revenues=plan, royalty_rate=0.05, discount_rate=k, tax_rate=tax, timing="end", tab=valuation.TabPolicy(life)
    )
    saved = result.value * tax / life * valuation.annuity_pv(payment=1.0, discount_rate=k, periods=life).pv
    assert result.value == pytest.approx(result.pv_before_tab + saved, rel=1e-11)


@steady
@given(forecasts, rates)
def test_scaling_money_scales_every_amount(plan: list[float], k: float) -> None:
    flows = [x + 1.0 for x in plan]
    small = valuation.liquidation_value(kind="forced", market_value=1e3, flows=flows, discount_rate=k)
    large = valuation.liquidation_value(kind="forced", market_value=1e5, flows=[100 * x for x in flows], discount_rate=k)
    assert large.value == pytest.approx(100 * small.value, rel=1e-12)
    assert large.ratio == pytest.approx(small.ratio, rel=1e-12)
    assert 0 <= small.value <= 1e3


@steady
@given(prices, prices, yields, yields, volatilities, years)
def test_put_call_parity(S: float, K: float, r: float, q: float, sigma: float, T: float) -> None:
    both = valuation.black_scholes_merton(kind="both", S=S, K=K, r=r, q=q, sigma=sigma, T=T)
    assert both.call - both.put == pytest.approx(S * math.exp(-q * T) - K * math.exp(-r * T), abs=1e-10 * (S + K))


@steady
@given(prices, prices, yields, volatilities, years)
def test_exchange_for_a_fixed_sum_is_the_call(S: float, K: float, r: float, sigma: float, T: float) -> None:
    call = valuation.black_scholes_merton(kind="call", S=S, K=K, r=r, q=0.02, sigma=sigma, T=T).call
    exchange = valuation.margrabe_exchange(S1=S, S2=K, q1=0.02, q2=r, sigma1=sigma, sigma2=0.0, rho=0.0, T=T).value
    assert exchange == pytest.approx(call, rel=1e-12, abs=1e-12)


@steady
@given(prices, prices, st.floats(min_value=1.0, max_value=100.0), volatilities, st.floats(min_value=0.1, max_value=2.0))
def test_compound_parity_and_bound(S: float, K2: float, K1: float, sigma: float, T1: float) -> None:
    shared = {"S": S, "K_outer": K1, "K_inner": K2, "r": 0.05, "q": 0.02, "sigma": sigma, "T_outer": T1, "T_inner": 2 * T1}
    for inner in ("call", "put"):
        call = valuation.geske_compound(outer="call", inner=inner, **shared).value
        put = valuation.geske_compound(outer="put", inner=inner, **shared).value
        held = valuation.black_scholes_merton(kind=inner, S=S, K=K2, r=0.05, q=0.02, sigma=sigma, T=2 * T1).value
        assert held is not None
        assert call - put == pytest.approx(held - K1 * math.exp(-0.05 * T1), abs=1e-8 * (S + K2))
        assert call <= held + 1e-9 * (S + K2)


@settings(max_examples=25, **STEADY)
@given(prices, prices, yields, st.floats(min_value=0.15, max_value=0.8), st.floats(min_value=0.1, max_value=3.0))
def test_american_is_worth_at_least_the_european_and_the_exercise(S: float, K: float, r: float, sigma: float, T: float) -> None:
    for kind in ("call", "put"):
        pair = [
            valuation.crr_binomial(kind=kind, exercise=style, S=S, K=K, r=r, q=0.03, sigma=sigma, T=T, steps=60).value
            for style in ("american", "european")
        ]
        assert pair[0] >= pair[1] - 1e-12 * (S + K)
        assert pair[0] >= (S - K if kind == "call" else K - S) - 1e-9


@steady
@given(st.floats(min_value=0.0, max_value=0.5), st.floats(min_value=3.0, max_value=12.0), st.floats(min_value=0.1, max_value=3.0))
def test_survival_never_rises(decay: float, mu: float, sigma: float) -> None:
    result = valuation.renewal_survival(fees="CNIPA invention", decay=decay, mu=mu, sigma=sigma)
    assert all(b <= a for a, b in zip(result.survival, result.survival[1:], strict=False))
    assert all(0 <= x <= 1 for x in (*result.survival, *result.hazard))


@steady
@given(st.floats(min_value=1.0, max_value=1e8), st.floats(min_value=0.0, max_value=2.0))
def test_quantiles_never_fall(mean: float, cv: float) -> None:
    marks = valuation.lognormal_from_mean_cv(mean=mean, cv=cv, probs=[i / 20 for i in range(1, 20)]).quantiles
    assert list(marks) == sorted(marks)


@steady
@given(st.floats(min_value=0.0, max_value=1.5), st.floats(min_value=0.01, max_value=1.0), shares, st.floats(min_value=0.0, max_value=0.5))
def test_the_cap_falls_with_uncertainty_and_rises_with_each_limit(cv: float, more: float, flv: float, policy: float) -> None:
    def cap(**change: float) -> float:
        base = {"market_value": 100.0, "value_cv": cv, "flv_ratio": flv, "bank_cap": policy}
        return valuation.recommended_ltv(**{**base, **change}).ltv_cap

    assert cap(value_cv=cv + more) <= cap() + 1e-12
    assert cap(flv_ratio=min(1.0, flv + 0.05)) >= cap()
    assert cap(bank_cap=min(0.5, policy + 0.05)) >= cap()
    assert cap() == min(
        valuation.recommended_ltv(market_value=100.0, value_cv=cv, flv_ratio=1.0, bank_cap=0.5).p05_ratio, flv, policy
    )


@steady
@given(st.integers(min_value=0, max_value=50))
def test_whole_percents_survive_the_floor(percent: int) -> None:
    result = valuation.recommended_ltv(market_value=1.0, p05_value=1.0, flv_ratio=1.0, bank_cap=percent / 100)
    assert result.ltv_rounded == percent / 100
    assert result.ltv_rounded <= result.ltv_cap


@steady
@given(st.permutations([("a", 12e6, 0.6), ("b", 9.5e6, 0.25), ("c", 7e6, 0.15)]))
def test_the_order_of_methods_changes_nothing(order: list[tuple[str, float, float]]) -> None:
    result = valuation.reconcile(indications=[{"method": m, "value": v, "weight": w} for m, v, w in order])
    assert result.value == 10625000.0
    assert result.dispersion == 5e6 / 10625000.0


@steady
@given(royalties, royalties, rates, rates)
def test_the_bridge_telescopes_exactly(rho0: float, rho1: float, k0: float, k1: float) -> None:
    frame = {"revenues": [100.0, 200.0], "tax_rate": 0.25}
    before, after = {**frame, "royalty_rate": rho0, "discount_rate": k0}, {**frame, "royalty_rate": rho1, "discount_rate": k1}
    bridge = valuation.value_bridge(valuation.relief_from_royalty, before, after, ["royalty_rate", "discount_rate"])
    assert bridge.before == valuation.relief_from_royalty(**before).value
    assert bridge.after == valuation.relief_from_royalty(**after).value
    at = bridge.before
    for step in bridge.steps:
        assert step.before == at
        at = step.after
    assert at == bridge.after
    assert math.fsum(step.change for step in bridge.steps) == pytest.approx(bridge.after - bridge.before, abs=1e-9)


@steady
@given(
    st.lists(st.floats(min_value=0.05, max_value=1.0), min_size=1, max_size=5),
    st.floats(min_value=0.0, max_value=0.3),
    st.floats(min_value=0.01, max_value=0.5),
)
def test_a_stage_added_never_raises_the_likelihood(chances: list[float], cost: float, last: float) -> None:
    before = valuation.stage_probability(stage_probabilities=chances).likelihood_of_approval
    assert valuation.stage_probability(stage_probabilities=[*chances, last]).likelihood_of_approval <= before
    staged = valuation.risk_adjusted_npv(
        stages=[{"probability": p, "cost": cost, "years": 0.0} for p in chances], flows=[110.0], discount_rate=0.1
    )
    spent = math.fsum(cost * math.prod(chances[:i]) for i in range(len(chances)))
    assert staged.value == pytest.approx(before * 100.0 - spent, rel=1e-10, abs=1e-10)


@steady
@given(st.floats(min_value=100.0, max_value=1e5), st.floats(min_value=0.0, max_value=0.5), rates)
def test_renewal_stops_where_the_fee_first_exceeds_the_return(first: float, decay: float, rate: float) -> None:
    fees = [900.0] * 3 + [1200.0] * 3 + [2000.0] * 3 + [4000.0] * 3 + [6000.0] * 3 + [8000.0] * 5
    result = valuation.renewal_deterministic(initial_return=first, decay=decay, discount_rate=rate, fees=fees)
    earned = [first * (1 - decay) ** a for a in range(20)]
    stop = next((a for a in range(20) if earned[a] < fees[a] * (1 - 1e-12)), 20)
    assert abs(result.last_year_renewed - stop) <= (1 if any(math.isclose(e, f) for e, f in zip(earned, fees, strict=True)) else 0)
    exact = math.fsum((earned[a] - fees[a]) / (1 + rate) ** a for a in range(result.last_year_renewed))
    assert result.value == pytest.approx(exact, rel=1e-9, abs=1e-9)
