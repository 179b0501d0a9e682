"""Every number by a second road: QuantLib, mpmath at 40 digits, numpy-financial, quadrature."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import numpy_financial as npf
import pytest
import QuantLib as ql
from scipy import integrate, stats

import valuation
from valuation.options import binormal

MARKETS = [
    (100.0, 90.0, 0.05, 0.02, 0.30, 2.0),
    (50.0, 50.0, 0.06, 0.04, 0.40, 1.0),
    (42.0, 40.0, 0.10, 0.00, 0.20, 0.5),
    (80.0, 120.0, -0.01, 0.03, 0.60, 5.0),
    (100.0, 100.0, 0.00, 0.00, 0.05, 0.1),
]


def annuity(rate: Any, years: int) -> Any:
    return mpmath.fsum((1 + mpmath.mpf(rate)) ** -i for i in range(1, years + 1))


@pytest.fixture(autouse=True)
def _forty_digits() -> Any:
    with mpmath.workdps(40):
        yield


@pytest.mark.parametrize("rate", [1e-12, 1e-6, 0.01, 0.12, 0.5, 1.0, -0.3])
@pytest.mark.parametrize("years", [1, 7, 20, 50])
def test_annuities_equal_their_sums_at_forty_digits(rate: float, years: int) -> None:
    exact = 100 * annuity(rate, years)
    assert valuation.annuity_pv(payment=100.0, discount_rate=rate, periods=years).pv == pytest.approx(float(exact), rel=1e-13)
    mid = exact * (1 + mpmath.mpf(rate)) ** mpmath.mpf("0.5")
    got = valuation.annuity_pv(payment=100.0, discount_rate=rate, periods=years, timing="mid").pv
    assert got == pytest.approx(float(mid), rel=1e-13)


@pytest.mark.parametrize(("growth", "rate"), [(0.03, 0.12), (0.12, 0.12), (0.2, 0.1), (-0.05, 0.1)])
def test_growing_annuities_equal_their_sums(growth: float, rate: float) -> None:
    g, r = mpmath.mpf(growth), mpmath.mpf(rate)
    exact = mpmath.fsum(100 * (1 + g) ** (i - 1) * (1 + r) ** -i for i in range(1, 13))
    got = valuation.growing_annuity_pv(payment=100.0, growth=growth, discount_rate=rate, periods=12).pv
    assert got == pytest.approx(float(exact), rel=1e-13)


def test_time_value_agrees_with_numpy_financial() -> None:
    flows = [-150000.0, 15000.0, 25000.0, 35000.0, 45000.0, 60000.0]
    assert valuation.npv(discount_rate=0.08, cash_flows=flows).npv == pytest.approx(npf.npv(0.08, flows), rel=1e-13)
    assert valuation.irr(cash_flows=flows).irr == pytest.approx(npf.irr(flows), abs=1e-12)
    assert valuation.present_value(future_value=5.0, discount_rate=0.07, periods=9).pv == pytest.approx(-npf.pv(0.07, 9, 0, 5.0))
    assert valuation.future_value(present_value=5.0, discount_rate=0.07, periods=9).fv == pytest.approx(-npf.fv(0.07, 9, 0, 5.0))
    assert valuation.payment(present_value=1e6, discount_rate=0.05, periods=12).payment == pytest.approx(-npf.pmt(0.05, 12, 1e6))
    got = valuation.rate(present_value=1000.0, payment=150.0, periods=10).rate
    assert got == pytest.approx(npf.rate(10, -150.0, 1000.0, 0.0), abs=1e-9)


@pytest.mark.parametrize("timing", ["end", "mid"])
@pytest.mark.parametrize("life", [5, 10, 15, 20])
def test_the_tax_benefit_satisfies_its_equation_at_forty_digits(timing: str, life: int) -> None:
    k, tax = mpmath.mpf("0.13"), mpmath.mpf("0.25")
    share = tax / life * annuity(k, life) * ((1 + k) ** mpmath.mpf("0.5") if timing == "mid" else 1)
    got = valuation.tab_factor(discount_rate=0.13, tax_life=life, tax_rate=0.25, timing=timing).factor
    assert got == pytest.approx(float(1 / (1 - share)), rel=1e-13)
    identity = valuation.tab_identity(
        pv_before_tab_annual=1e6, years=8, discount_rate=0.13, tax_life=life, tax_rate=0.25, timing=timing
    )
    assert abs(identity.residual) <= 1e-9 * identity.value


@pytest.mark.parametrize("timing", ["end", "mid"])
def test_relief_from_royalty_equals_its_definition_at_forty_digits(timing: str) -> None:
    m = mpmath.mpf
    revenues, stub, last = [900.0, 1000.0, 1100.0, 1200.0], m("0.4"), m("0.7")
    lengths = [stub, m(1), m(1), last]
    ends = [mpmath.fsum(lengths[: i + 1]) for i in range(4)]
    times = [e if timing == "end" else e - n / 2 for e, n in zip(ends, lengths, strict=True)]
    fees, costs = [3.0, 4.0, 5.0, 6.0], [1.0, 1.0, 2.0, 2.0]
    before = mpmath.fsum(
        (m(r) * n * m("0.05") * m("0.93") ** i - m(f) - m(c)) * m("0.75") * m("1.14") ** -t
        for i, (r, n, f, c, t) in enumerate(zip(revenues, lengths, fees, costs, times, strict=True))
    )
    share = m("0.25") / 10 * annuity("0.14", 10) * (m("1.14") ** m("0.5") if timing == "mid" else 1)
    result = valuation.relief_from_royalty(
        revenues=revenues,
        royalty_rate=0.05,
        discount_rate=0.14,
        tax_rate=0.25,
        timing=timing,
        stub=0.4,
        last=0.7,
        decay=0.07,
        fees=fees,
        costs=costs,
        probability_valid=0.8,
        tab=valuation.TabPolicy(10),
    )
    assert result.pv_before_tab == pytest.approx(float(before), rel=1e-13)
    assert result.value == pytest.approx(float(before * m("0.8") / (1 - share)), rel=1e-13)
    assert math.fsum(row["pv"] for row in result.workings) == pytest.approx(result.pv_before_tab, rel=1e-14)


def test_excess_earnings_and_with_without_equal_their_sums() -> None:
    income, charges = [100.0, -20.0, 150.0], [30.0, 30.0, 30.0]
    result = valuation.mpeem(operating_income=income, contributory_asset_charges=charges, tax_rate=0.25, discount_rate=0.13)
    exact = mpmath.fsum(
        (mpmath.mpf(a) - b) * mpmath.mpf("0.75") * mpmath.mpf("1.13") ** -(i + mpmath.mpf("0.5"))
        for i, (a, b) in enumerate(zip(income, charges, strict=True))
    )
    assert result.value == pytest.approx(float(exact), rel=1e-13)
    both = valuation.with_and_without(cash_flows_with=income, cash_flows_without=charges, discount_rate=0.13, probability=0.75)
    assert both.value == pytest.approx(float(exact), rel=1e-13)
    assert [caution.code for caution in result.warnings] == ["NEGATIVE_VALUE"]


def test_liquidation_ratio_equals_its_definition() -> None:
    m = mpmath.mpf
    flows, k = [100.0, 120.0, 80.0], m("0.15")
    top = mpmath.fsum(f * (1 - m("0.9") * mpmath.exp(-m("0.07") * t)) * (1 + k) ** -t for t, f in enumerate(flows, start=1))
    full = mpmath.fsum(f * (1 + k) ** -t for t, f in enumerate(flows, start=1))
    exact = top / full * (1 + k) ** (-m(5) / 12) * m("0.85")
    result = valuation.forced_liquidation_value(
        market_value=1000.0, flows=flows, discount_rate=0.15, shortfall=0.9, speed=0.07, months=5, sale_cost=0.15
    )
    assert result.ratio == pytest.approx(float(exact), rel=1e-13)
    assert result.value == pytest.approx(1000 * float(exact), rel=1e-13)


@pytest.mark.parametrize(("exposure", "cv"), [(25.0, 0.6), (50.0, 0.6), (100.0, 0.3), (150.0, 1.5)])
def test_shortfall_equals_its_integral(exposure: float, cv: float) -> None:
    sigma = math.sqrt(math.log1p(cv * cv))
    law = stats.lognorm(s=sigma, scale=100.0 / math.sqrt(1 + cv * cv))
    result = valuation.loan_shortfall(exposure=exposure, market_value=100.0, value_cv=cv)
    loss, _ = integrate.quad(lambda v: (exposure - v) * law.pdf(v), 0, exposure, epsabs=1e-13)
    assert result.probability == pytest.approx(law.cdf(exposure), rel=1e-11)
    assert result.expected_loss_given_exposure == pytest.approx(loss, rel=1e-8)


def process(S: float, r: float, q: float, sigma: float) -> Any:
    today = ql.Date(30, 6, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    return ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(S)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, q, count)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, r, count)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), sigma, count)),
    )


def expiry(T: float) -> tuple[Any, float]:
    days = round(T * 365)
    return ql.Date(30, 6, 2026) + days, days / 365


@pytest.mark.parametrize(("S", "K", "r", "q", "sigma", "T"), MARKETS)
@pytest.mark.parametrize("kind", ["call", "put"])
def test_black_scholes_merton_and_its_greeks_agree_with_quantlib(
    kind: str, S: float, K: float, r: float, q: float, sigma: float, T: float
) -> None:
    date, years = expiry(T)
    option = ql.VanillaOption(
        ql.PlainVanillaPayoff(ql.Option.Call if kind == "call" else ql.Option.Put, K), ql.EuropeanExercise(date)
    )
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process(S, r, q, sigma)))
    result = valuation.black_scholes_merton(kind=kind, S=S, K=K, r=r, q=q, sigma=sigma, T=years)
    assert result.value == pytest.approx(option.NPV(), rel=1e-11, abs=1e-13)
    greeks = result.greeks[kind]
    for name, other in (("delta", option.delta()), ("gamma", option.gamma()), ("vega", option.vega())):
        assert greeks[name] == pytest.approx(other, rel=1e-9)
    assert greeks["theta"] == pytest.approx(option.theta(), rel=1e-8)
    assert greeks["rho"] == pytest.approx(option.rho(), rel=1e-8)


@pytest.mark.parametrize(("S", "K", "r", "q", "sigma", "T"), MARKETS[:3])
@pytest.mark.parametrize("kind", ["call", "put"])
def test_american_options_agree_with_quantlibs_finite_differences(
    kind: str, S: float, K: float, r: float, q: float, sigma: float, T: float
) -> None:
    date, years = expiry(T)
    option = ql.VanillaOption(
        ql.PlainVanillaPayoff(ql.Option.Call if kind == "call" else ql.Option.Put, K),
        ql.AmericanExercise(ql.Date(30, 6, 2026), date),
    )
    option.setPricingEngine(ql.FdBlackScholesVanillaEngine(process(S, r, q, sigma), 800, 800))
    function = valuation.american_call if kind == "call" else valuation.american_put
    result = function(S=S, K=K, r=r, q=q, sigma=sigma, T=years, steps=800)
    assert result.value == pytest.approx(option.NPV(), abs=2e-4 * S)


def test_the_lattice_agrees_with_quantlibs_and_its_boundary_tells_where_to_exercise() -> None:
    date, years = expiry(1.0)
    option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Put, 50.0), ql.EuropeanExercise(date))
    option.setPricingEngine(ql.BinomialVanillaEngine(process(50.0, 0.06, 0.04, 0.4), "crr", 101))
    got = valuation.crr_binomial(kind="put", exercise="european", S=50, K=50, r=0.06, q=0.04, sigma=0.4, T=years, steps=101)
    assert got.value == pytest.approx(option.NPV(), abs=5e-4)
    american = valuation.crr_binomial(kind="put", exercise="american", S=50, K=50, r=0.06, q=0.0, sigma=0.4, T=1, steps=200)
    edges = [edge for edge in american.boundary if edge is not None]
    assert all(edge <= 50.0 for edge in edges)
    assert edges[-1] > edges[0]


@pytest.mark.parametrize("steps", [25, 100, 400, 1600])
def test_the_lattice_closes_in_on_the_formula(steps: int) -> None:
    exact = valuation.black_scholes_merton(kind="put", S=50, K=50, r=0.06, q=0.04, sigma=0.4, T=1).put
    got = valuation.crr_binomial(kind="put", exercise="european", S=50, K=50, r=0.06, q=0.04, sigma=0.4, T=1, steps=steps)
    assert abs(got.value - exact) < 2.5 / steps


@pytest.mark.parametrize("rho", [-0.999, -0.95, -0.8, -0.5, -0.1, 0.0, 0.1, 0.5, 0.8, 0.93, 0.9999])
@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (1.0, -0.5), (-1.2, -0.7), (2.5, 1.5), (-0.3, 2.0)])
def test_the_bivariate_normal_equals_its_integral(x: float, y: float, rho: float) -> None:
    side = math.sqrt(1 - rho * rho)
    exact = mpmath.quad(
        lambda t: mpmath.npdf(t) * mpmath.ncdf((y - rho * t) / side), [-mpmath.inf, min(x, y / rho if rho else x, 0) - 1e-9, x]
    )
    assert binormal(x, y, rho) == pytest.approx(float(exact), abs=2e-14)


@pytest.mark.parametrize("outer", ["call", "put"])
@pytest.mark.parametrize("inner", ["call", "put"])
@pytest.mark.parametrize(("K1", "K2", "sigma", "T1", "T2"), [(50.0, 520.0, 0.35, 0.25, 0.5), (10.0, 480.0, 0.2, 1.0, 4.0)])
def test_compound_options_equal_their_quadrature(
    outer: str, inner: str, K1: float, K2: float, sigma: float, T1: float, T2: float
) -> None:
    S, r, q = 500.0, 0.08, 0.03
    result = valuation.geske_compound(
        outer=outer, inner=inner, S=S, K_outer=K1, K_inner=K2, r=r, q=q, sigma=sigma, T_outer=T1, T_inner=T2
    )

    def payoff(z: float) -> float:
        price = S * math.exp((r - q - sigma * sigma / 2) * T1 + sigma * math.sqrt(T1) * z)
        held = valuation.black_scholes_merton(kind="both", S=price, K=K2, r=r, q=q, sigma=sigma, T=T2 - T1)
        gain = (held.call if inner == "call" else held.put) - K1
        return max(gain if outer == "call" else -gain, 0.0) * stats.norm.pdf(z)

    assert result.critical_price is not None
    kink = (math.log(result.critical_price / S) - (r - q - sigma * sigma / 2) * T1) / (sigma * math.sqrt(T1))
    edges = sorted({-8.0, 8.0, min(8.0, max(-8.0, kink))})
    total = sum(integrate.quad(payoff, a, b, limit=200)[0] for a, b in zip(edges, edges[1:], strict=False))
    assert result.value == pytest.approx(math.exp(-r * T1) * total, abs=1e-6)


def test_margrabe_agrees_with_quantlib() -> None:
    today = ql.Date(30, 6, 2026)
    date = today + 36
    engine = ql.AnalyticEuropeanMargrabeEngine(process(22.0, 0.1, 0.06, 0.2), process(20.0, 0.1, 0.04, 0.15), -0.5)
    option = ql.MargrabeOption(1, 1, ql.EuropeanExercise(date))
    option.setPricingEngine(engine)
    got = valuation.margrabe_exchange(S1=22, S2=20, q1=0.06, q2=0.04, sigma1=0.2, sigma2=0.15, rho=-0.5, T=36 / 365)
    assert got.value == pytest.approx(option.NPV(), rel=1e-10)


def test_schwartz_equals_its_integral_and_the_simulation_comes_to_it_without_noise() -> None:
    K, spend, C0, alpha, r, hazard, T = 100.0, 20.0, 30.0, 0.02, 0.05, 0.1, 20.0
    done = K / spend
    income, _ = integrate.quad(lambda t: C0 * math.exp(alpha * t) * math.exp(-r * t) * math.exp(-hazard * done), done, T)
    cost, _ = integrate.quad(lambda t: spend * math.exp(-(r + hazard) * t), 0, done)
    project = {"K": K, "I": spend, "C0": C0, "alpha": alpha, "r": r, "hazard": hazard, "T": T}
    exact = valuation.schwartz_deterministic(**project).value
    assert exact == pytest.approx(income - cost, rel=1e-12)
    quiet = valuation.schwartz_patent(**project, sigma_K=0.0, sigma_C=0.0, rho=0.0, seed=1, paths=64)
    assert quiet.value == pytest.approx(exact, rel=1e-12)


def test_the_option_to_abandon_is_worth_more_where_the_project_is_doubtful() -> None:
    project = {"K": 100.0, "I": 10.0, "C0": 20.0, "alpha": 0.02, "r": 0.05, "hazard": 0.05, "T": 20.0}
    result = valuation.schwartz_patent(**project, sigma_K=0.5, sigma_C=0.35, rho=-0.1, seed=20260630, paths=4096)
    assert result.abandonment_value > 0
    assert 0 < result.standard_error < 0.1 * result.value
    assert 0.5 < result.completion_distribution["share"] <= 1.0


def test_the_average_life_table_has_the_published_mean() -> None:
    values = [row["years"] for row in valuation.reference_table(name="average_life").rows]
    assert valuation.average_life(values=values).mean == pytest.approx(float(np.mean(values)), rel=1e-15)


def test_the_principal_weights_are_the_eigenvector() -> None:
    matrix = [[1, 3, 5, 2], [1 / 3, 1, 2, 1 / 2], [1 / 5, 1 / 2, 1, 1 / 3], [1 / 2, 2, 3, 1]]
    values, vectors = np.linalg.eig(np.array(matrix))
    place = int(np.argmax(values.real))
    exact = np.abs(vectors[:, place].real) / np.abs(vectors[:, place].real).sum()
    result = valuation.ahp_weights(matrix=matrix)
    assert result.weights == pytest.approx(tuple(exact), rel=1e-12)
    assert result.lambda_max == pytest.approx(values[place].real, rel=1e-12)


def test_the_nearest_correlation_is_highams() -> None:
    result = valuation.nearest_correlation(matrix=[[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    exact = [[1, 0.7606899, 0.1572981], [0.7606899, 1, 0.7606899], [0.1572981, 0.7606899, 1]]  # Higham (2002), section 4
    for row, wanted in zip(result.matrix, exact, strict=True):
        assert row == pytest.approx(wanted, abs=1e-6)
