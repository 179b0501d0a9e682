"""Simulation: fixed digits, the same kernel as the point value, exact means, dependence, paths, indices, portfolios."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import valuation
from valuation import GrowthPath, Normal, Triangular, Uniform
from valuation.distributions import KINDS, Distribution, as_distribution
from valuation.nets import SobolStream, shift_bits
from valuation.sampling import brownian_components, generator

PLAN: dict[str, Any] = {
    "revenues": [1e6, 1.1e6, 1.2e6, 1.3e6, 1.4e6],
    "royalty_rate": 0.05,
    "discount_rate": 0.12,
    "tax_rate": 0.25,
    "decay": 0.05,
    "fees": [900.0, 1200.0, 1200.0, 1200.0, 2000.0],
    "stub": 0.5,
    "tab": {"tax_life": 10},
}
PATH = GrowthPath(1e6, 0.05, 0.2, 5)
RHO = Triangular(0.04, 0.05, 0.07)
RATE = Normal(0.12, 0.01, 0.08, 0.16)
SAMPLES: list[Any] = [
    valuation.Fixed(3.0),
    Uniform(1.0, 2.0),
    Triangular(1.0, 1.0, 3.0),
    Triangular(1.0, 2.0, 4.0),
    valuation.Pert(1.0, 2.0, 4.0),
    Normal(10.0, 2.0),
    Normal(10.0, 2.0, 9.0, 15.0),
    Normal(0.0, 1.0, 3.0, 5.0),
    valuation.Lognormal(100.0, 0.5),
    valuation.Beta(2.0, 5.0, 1.0, 3.0),
    valuation.Discrete((1.0, 2.0, 5.0), (0.2, 0.5, 0.3)),
    valuation.royalty_prior(),
]


def test_the_mask_of_a_sobol_column_is_the_specified_one() -> None:
    assert shift_bits(20260630, "royalty_rate", 0, 0) == 75752033


def test_sobol_points_are_stratified_and_inside() -> None:
    points = SobolStream(seed=1, columns=[("a", 0), ("b", 0), ("c", 0)], replicate=0).take(1024)
    assert points.min() > 0.0
    assert points.max() < 1.0
    for row in points:
        assert sorted((row * 1024).astype(int).tolist()) == list(range(1024))


def test_an_appended_input_leaves_the_points_of_the_others() -> None:
    first = SobolStream(seed=1, columns=[("a", 0), ("b", 0)], replicate=3).take(256)
    more = SobolStream(seed=1, columns=[("a", 0), ("b", 0), ("c", 0)], replicate=3).take(256)
    assert (more[:2] == first).all()


@pytest.mark.parametrize("item", SAMPLES, ids=lambda item: type(item).__name__)
def test_a_distribution_has_the_moments_it_says(item: Any) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    values = item.ppf(u)
    mean, sd = item.moments()
    assert values.mean() == pytest.approx(mean, rel=1e-4, abs=1e-4)
    assert values.std() == pytest.approx(sd, rel=2e-3, abs=1e-6)
    assert (np.diff(values) >= 0).all()
    for level in (0.05, 0.5, 0.95):
        assert isinstance(item.ppf(level), float)
        assert item.ppf(level) == pytest.approx(float(item.ppf(np.array([level]))[0]), rel=1e-12)


@pytest.mark.parametrize("item", [*SAMPLES, PATH], ids=lambda item: type(item).__name__)
def test_a_distribution_survives_its_dict(item: Any) -> None:
    assert as_distribution("x", item.to_dict()) == item
    assert type(item).__name__ in KINDS


def test_the_royalty_priors_median_is_the_published_one() -> None:
    assert valuation.royalty_prior().ppf(0.5) == pytest.approx(0.0429, abs=5e-5)


def test_simulation_without_noise_equals_the_point_value() -> None:
    model = valuation.royalty_model(PLAN)
    sure = {"royalty_rate": valuation.Fixed(0.05), "discount_rate": Normal(0.12, 0.0), "tax_rate": Uniform(0.25, 0.25)}
    for sampler in ("sobol", "random"):
        result = valuation.simulate(model, sure, seed=1, paths=256, sampler=sampler)
        assert result.mean == pytest.approx(model.point.value, rel=1e-12)
        assert result.sd <= 1e-9 * model.point.value
        assert result.quantiles["P5"] == pytest.approx(model.point.value, rel=1e-12)


def test_a_certain_path_equals_its_means() -> None:
    path = GrowthPath(1e6, 0.05, 0.0, 5)
    model = valuation.royalty_model({**PLAN, "revenues": list(path.means)})
    result = valuation.simulate(model, {"revenues": path}, seed=1, paths=64)
    assert result.mean_simulated == pytest.approx(model.point.value, rel=1e-12)


def test_the_same_seed_gives_the_same_digits_and_another_seed_others() -> None:
    model = valuation.royalty_model(PLAN)
    inputs = {"revenues": PATH, "royalty_rate": RHO, "discount_rate": RATE}
    first, again = (valuation.simulate(model, inputs, seed=20260630, paths=2**14) for _ in range(2))
    other = valuation.simulate(model, inputs, seed=20260631, paths=2**14)
    assert first.draws_sha256 == again.draws_sha256 != other.draws_sha256
    assert first.draws_sha256 == hashlib.sha256(first.draws.astype("<f8").tobytes()).hexdigest()
    assert first == again


def test_more_paths_begin_with_the_same_draws() -> None:
    model = valuation.royalty_model(PLAN)
    inputs = {"revenues": PATH, "royalty_rate": RHO}
    few = valuation.simulate(model, inputs, seed=5, paths=2**12)
    many = valuation.simulate(model, inputs, seed=5, paths=2**15)
    assert (few.draws == many.draws[: 2**12]).all()


def test_the_exact_mean_is_reported_and_the_simulated_one_stands_beside_it() -> None:
    model = valuation.royalty_model(PLAN)
    inputs = {"revenues": PATH, "royalty_rate": RHO, "probability_valid": Uniform(0.7, 1.0), "revenue_scale": Uniform(0.9, 1.1)}
    result = valuation.simulate(model, inputs, seed=7, paths=2**14)
    exact = valuation.relief_from_royalty(
        **{**PLAN, "revenues": list(PATH.means), "royalty_rate": (0.04 + 0.05 + 0.07) / 3, "probability_valid": 0.85}
    ).value
    assert result.mean_exact == pytest.approx(exact, rel=1e-12)
    assert result.mean == result.mean_exact
    assert result.mean_simulated == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize("law", [Normal(0.12, 0.01), RATE, Triangular(0.1, 0.11, 0.15), valuation.Lognormal(0.12, 0.1)])
def test_the_mean_under_a_random_rate_is_its_integral(law: Any) -> None:
    model = valuation.royalty_model(PLAN)
    points = (np.arange(2**20) + 0.5) / 2**20
    exact = model(discount_rate=law.ppf(points)).mean()
    result = valuation.simulate(model, {"discount_rate": law, "royalty_rate": RHO}, seed=7, paths=2**14)
    scale = RHO.moments()[0] / 0.05
    without_fees = valuation.royalty_model({**PLAN, "fees": None})
    smooth = without_fees(discount_rate=law.ppf(points)).mean() * (scale - 1)
    assert result.mean_exact == pytest.approx(exact + smooth, rel=2e-7)
    assert result.mean_simulated == pytest.approx(result.mean_exact, rel=1e-3)


def test_two_curved_inputs_or_dependent_ones_have_no_closed_mean() -> None:
    model = valuation.royalty_model(PLAN)
    both = {"discount_rate": RATE, "decay": Uniform(0.0, 0.1)}
    result = valuation.simulate(model, both, seed=7, paths=256)
    assert result.mean_exact is None
    assert result.mean == result.mean_simulated
    linked = valuation.simulate(model, {"discount_rate": RATE, "royalty_rate": RHO}, seed=7, paths=256, correlation=[[1, 0.5], [0.5, 1]])
    assert linked.mean_exact is None


def test_random_sampling_agrees_with_sobol_within_four_standard_errors() -> None:
    model = valuation.royalty_model(PLAN)
    inputs = {"revenues": PATH, "royalty_rate": RHO, "discount_rate": RATE}
    quasi = valuation.simulate(model, inputs, seed=1, paths=2**14, replicates=8)
    plain = valuation.simulate(model, inputs, seed=1, paths=2**16, sampler="random")
    assert quasi.standard_error is not None
    assert plain.standard_error is not None
    assert quasi.standard_error < plain.standard_error / 5
    assert abs(quasi.mean - plain.mean) < 4 * plain.standard_error
    for level in ("P5", "P50", "P95"):
        assert plain.quantiles[level] == pytest.approx(quasi.quantiles[level], rel=0.02)


def test_a_path_is_lognormal_year_by_year() -> None:
    result = valuation.simulate(
        lambda revenues: revenues[4], {"revenues": PATH}, seed=3, paths=2**14
    )
    spread = math.sqrt(5) * 0.2
    median = 1e6 * math.exp(5 * (0.05 - 0.02))
    assert result.quantiles["P50"] == pytest.approx(median, rel=3e-3)
    assert result.quantiles["P95"] == pytest.approx(median * math.exp(1.6448536 * spread), rel=3e-3)
    assert result.mean == pytest.approx(1e6 * math.exp(0.25), rel=1e-3)


@pytest.mark.parametrize("years", [1, 2, 20, 50])
def test_brownian_components_give_independent_unit_increments(years: int) -> None:
    matrix = brownian_components(years)
    assert np.abs(matrix @ matrix.T - np.eye(years)).max() < 1e-12
    levels = np.cumsum(matrix, axis=0)
    assert (levels.sum(axis=0) > 0).all()
    variances = (levels**2).sum(axis=0)
    assert (np.diff(variances) <= 1e-12).all()
    assert levels @ levels.T == pytest.approx(np.minimum.outer(np.arange(1, years + 1), np.arange(1, years + 1)), abs=1e-9)


def test_the_copula_has_the_rank_correlation_asked_for() -> None:
    seen: list[Any] = []

    def model(a: Any, b: Any) -> Any:
        seen.append((a.copy(), b.copy()))
        return a + b

    inputs = {"a": Triangular(0.0, 1.0, 4.0), "b": valuation.Lognormal(10.0, 0.5)}
    for sampler in ("sobol", "random"):
        seen.clear()
        valuation.simulate(
            model, inputs, seed=1, paths=2**14, sampler=sampler, correlation=[[1, -0.6], [-0.6, 1]], correlation_kind="spearman"
        )
        a, b = (np.concatenate(column) for column in zip(*seen, strict=True))
        assert stats.spearmanr(a, b).statistic == pytest.approx(-0.6, abs=0.02)
        assert a.mean() == pytest.approx(5 / 3, rel=0.01)


def test_perfect_correlation_moves_inputs_together() -> None:
    inputs = {"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}
    result = valuation.simulate(lambda a, b: a - b, inputs, seed=1, paths=1024, correlation=[[1, 1], [1, 1]])
    assert result.sd < 1e-7


def test_thresholds_histogram_and_quantiles_agree_with_the_draws() -> None:
    result = valuation.simulate(
        valuation.royalty_model(PLAN), {"revenues": PATH, "royalty_rate": RHO}, seed=1, paths=2**13, thresholds=[150_000.0, 1.0]
    )
    draws = result.draws
    assert result.thresholds[0]["probability"] == (draws < 150_000.0).mean()
    assert result.thresholds[0]["expected_shortfall"] == pytest.approx(np.maximum(150_000.0 - draws, 0).mean(), rel=1e-12)
    assert result.thresholds[1] == {"threshold": 1.0, "probability": 0.0, "expected_shortfall": 0.0}
    for level in (5, 10, 25, 50, 75, 90, 95):
        assert result.quantiles[f"P{level}"] == pytest.approx(np.quantile(draws, level / 100), rel=1e-14)
    histogram = result.histogram
    assert len(histogram["counts"]) == 40
    assert sum(histogram["counts"]) + histogram["below"] + histogram["above"] == len(draws)
    loss = valuation.loan_shortfall(exposure=150_000.0, draws=draws)
    assert loss.probability == result.thresholds[0]["probability"]


def test_the_fan_is_what_is_left_on_each_path() -> None:
    plan = {**PLAN, "tab": None}
    model = valuation.royalty_model(plan)
    point = valuation.simulate(model, {"royalty_rate": valuation.Fixed(0.05)}, seed=1, paths=64, horizons=[0, 1, 2, 4, 5])
    schedule = [[row["t"], row["after_tax"]] for row in model.point.workings]
    left = valuation.value_at_horizon(schedule=schedule, discount_rate=0.12, horizons=[0, 1, 2, 4, 5]).values
    for row, value in zip(point.fan, left, strict=True):
        assert row["P5"] == pytest.approx(value, rel=1e-12, abs=1e-9)
        assert row["P95"] == pytest.approx(value, rel=1e-12, abs=1e-9)
    assert left[-1] == 0.0
    wide = valuation.simulate(model, {"revenues": PATH, "royalty_rate": RHO}, seed=1, paths=2**12, horizons=[0, 1, 3])
    assert wide.fan[0]["P50"] == pytest.approx(wide.quantiles["P50"], rel=1e-12)
    assert all(row["P5"] < row["P25"] < row["P50"] < row["P75"] < row["P95"] for row in wide.fan)


def test_first_order_and_total_indices_of_ishigami_equal_their_closed_form() -> None:
    a, b = 7.0, 0.1
    law = Uniform(-math.pi, math.pi)
    result = valuation.sobol_indices(
        lambda x1, x2, x3: np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1), {"x1": law, "x2": law, "x3": law}
    )
    one = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    two, both = a * a / 8, 8 * b * b * math.pi**8 / 225
    variance = one + two + both
    assert result.S1 == pytest.approx((one / variance, two / variance, 0.0), abs=0.02)
    assert result.ST == pytest.approx(((one + both) / variance, two / variance, both / variance), abs=0.02)
    assert result.variance == pytest.approx(variance, rel=0.01)
    assert sum(result.S1) <= 1 + sum(result.half_width)
    assert result.runs == 4096 * 5


def test_indices_refuse_correlated_inputs() -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.sobol_indices(
            lambda a, b: a + b, {"a": Uniform(0, 1), "b": Uniform(0, 1)}, correlation=[[1, 0.5], [0.5, 1]]
        )
    assert caught.value.faults[0].code == "INDICES_NEED_INDEPENDENCE"


def test_a_path_counts_as_one_input_of_the_indices() -> None:
    result = valuation.sobol_indices(
        valuation.royalty_model(PLAN), {"revenues": PATH, "royalty_rate": RHO, "discount_rate": RATE}, samples=2**11
    )
    assert result.names == ("revenues", "royalty_rate", "discount_rate")
    assert sum(result.ST) == pytest.approx(1.0, abs=0.1)
    assert result.ST[0] > result.ST[1] > result.ST[2]


def test_an_unknown_input_of_a_method_is_refused() -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.simulate(valuation.royalty_model(PLAN), {"royality": RHO}, seed=1, paths=64)
    assert caught.value.faults[0].field == "inputs.royality"


def test_the_generator_of_an_input_depends_on_its_name_and_chunk_only() -> None:
    first = generator(1, "a", 0).random(3).tolist()
    assert first == generator(1, "a", 0).random(3).tolist()
    assert first != generator(1, "b", 0).random(3).tolist()
    assert first != generator(1, "a", 1).random(3).tolist()


def test_a_portfolio_without_own_noise_is_the_sum_under_common_shocks() -> None:
    schedules = [[100.0, 50.0, 25.0], [10.0, 10.0, 10.0]]
    result = valuation.simulate_portfolio(schedules=schedules, shocks={"volatility": 0.3}, seed=1, paths=2**12)
    assert result.total["mean"] == pytest.approx(205.0, rel=2e-3)
    assert sum(row["mean"] for row in result.patents) == pytest.approx(result.total["mean"], rel=1e-12)
    alone = valuation.simulate_portfolio(schedules=schedules[:1], shocks={"volatility": 0.3}, seed=1, paths=2**12)
    assert alone.patents[0] == pytest.approx(result.patents[0], rel=1e-12)


def test_contributions_sum_to_the_portfolios_shortfall() -> None:
    source = np.random.default_rng(1)
    schedules = source.uniform(10, 100, (300, 10))
    shares = [0.5] * 150 + [1.0] * 150
    result = valuation.simulate_portfolio(
        schedules=schedules, shocks={"volatility": 0.2, "own_cv": 0.5}, seed=1, weights=shares, paths=2**12
    )
    assert all(part > -5.0 for part in result.contributions)
    single = valuation.simulate_portfolio(schedules=schedules, shocks={"volatility": 0.2}, seed=1, weights=shares, paths=2**12)
    assert sum(result.contributions) == pytest.approx(sum(single.contributions), rel=0.1)
    assert result.total["P5"] < result.total["P50"] < result.total["P95"]
    assert result.patents[0]["P5"] < single.patents[0]["P5"]
    mean = float(np.dot(shares, schedules.sum(axis=1)))
    assert result.total["mean"] == pytest.approx(mean, rel=0.01)


def test_own_noise_has_the_cv_asked_for() -> None:
    result = valuation.simulate_portfolio(
        schedules=[[100.0]] * 4, shocks={"volatility": 0.0, "own_cv": [0.0, 0.2, 0.5, 1.0]}, seed=2, paths=2**14
    )
    for row, cv in zip(result.patents, [0.0, 0.2, 0.5, 1.0], strict=True):
        marks = valuation.lognormal_from_mean_cv(mean=100.0, cv=cv, probs=[0.05, 0.95]).quantiles
        assert (row["P5"], row["P95"]) == pytest.approx(marks, rel=0.04)


def test_base_class_leaves_the_quantile_to_the_distributions() -> None:
    with pytest.raises(NotImplementedError):
        Distribution().ppf(0.5)
