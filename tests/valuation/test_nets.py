"""The second way of making points: nets stay nets, means unbiased, quantiles unchanged, errors smaller, normals normal."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pytest
from scipy import stats

import valuation
from valuation import GrowthPath, Normal, Triangular, Uniform
from valuation.drivers import FlowModel, ScaledModel, WeightedModel
from valuation.formulas import lookup
from valuation.nets import SobolStream, matrix_columns
from valuation.sampling import brownian_components, generator, polar_levels, polar_walk, turned_components

YEARS = 12
PLAN: dict[str, Any] = {
    "revenues": [1e6 * 1.03**i for i in range(1, YEARS + 1)],
    "royalty_rate": 0.05,
    "discount_rate": 0.12,
    "tax_rate": 0.25,
    "fees": [2000.0] * YEARS,
}
PATH = GrowthPath(1e6, math.log(1.03), 0.2, YEARS)
RHO = Triangular(0.03, 0.05, 0.07)
RATE = Normal(0.12, 0.01)
INPUTS: dict[str, Any] = {"royalty_rate": RHO, "discount_rate": RATE, "revenues": PATH}
LINKED = [[1.0, -0.6], [-0.6, 1.0]]


def shift(**arguments: Any) -> valuation.Simulation:
    """The first version of `simulate`."""
    found = lookup("simulate", 1)(valuation.royalty_model(PLAN), INPUTS, **arguments)
    assert isinstance(found, valuation.Simulation)
    return found


def stirred(**arguments: Any) -> valuation.Simulation:
    return valuation.simulate(valuation.royalty_model(PLAN), INPUTS, **arguments)


def test_a_stirred_column_keeps_every_stratum_and_a_pair_every_box() -> None:
    points = SobolStream(seed=7, columns=[("a", 0), ("b", 0)], replicate=1, stirred=1).take(1024)
    assert 0.0 < points.min() < points.max() < 1.0
    for row in points:
        assert sorted((row * 1024).astype(int).tolist()) == list(range(1024))
    for left in range(11):
        boxes = (points[0] * 2**left).astype(int) * 2 ** (10 - left) + (points[1] * 2 ** (10 - left)).astype(int)
        assert sorted(boxes.tolist()) == list(range(1024))


def test_stirring_is_linear_over_bits_beside_the_shift() -> None:
    images = matrix_columns(3, "royalty_rate", 0, 0)
    plain = SobolStream(seed=3, columns=[("royalty_rate", 0)], replicate=0).take(256)[0]
    mixed = SobolStream(seed=3, columns=[("royalty_rate", 0)], replicate=0, stirred=1).take(256)[0]
    shift_of = round(plain[0] * 2**30 - 0.5)
    for before, after in zip(plain, mixed, strict=True):
        base, wanted = round(before * 2**30 - 0.5) ^ shift_of, shift_of
        for bit in range(30):
            wanted ^= images[bit] if base >> bit & 1 else 0
        assert round(after * 2**30 - 0.5) == wanted


def test_an_appended_input_leaves_the_stirred_points_of_the_others() -> None:
    first = SobolStream(seed=1, columns=[("a", 0), ("b", 0)], replicate=3, stirred=1).take(256)
    more = SobolStream(seed=1, columns=[("a", 0), ("b", 0), ("c", 0)], replicate=3, stirred=1).take(256)
    assert (more[:2] == first).all()


@pytest.mark.parametrize("years", [1, 2, 12, 50])
def test_turned_components_stay_orthogonal_and_begin_with_the_direction(years: int) -> None:
    direction = [float(years - i) ** 1.5 + 1.0 for i in range(years)]
    matrix = turned_components(direction)
    assert np.abs(matrix @ matrix.T - np.eye(years)).max() < 1e-12
    assert matrix[:, 0] == pytest.approx(np.array(direction) / np.linalg.norm(direction), rel=1e-12)


def test_a_direction_of_nothing_or_the_component_itself_turns_nothing() -> None:
    plain = brownian_components(5)
    assert (turned_components([0.0] * 5) == plain).all()
    assert turned_components(plain[:, 0].tolist()) == pytest.approx(plain, abs=1e-12)


def test_the_direction_is_the_linear_regression_of_the_value_on_the_shocks() -> None:
    model = valuation.royalty_model(PLAN)
    shocks = np.random.default_rng(5).standard_normal((YEARS, 200_000))
    levels = np.exp(np.cumsum(0.2 * shocks + PATH.drift - 0.02, axis=0)) * 1e6
    values = model(revenues=levels)
    slopes = (shocks * (values - values.mean())).mean(axis=1)
    turned = model.turns({"revenues": PATH})["revenues"][:, 0]
    assert float(turned @ slopes / np.linalg.norm(slopes)) == pytest.approx(1.0, abs=2e-3)


def test_the_mean_is_unbiased_over_seeds() -> None:
    runs = [stirred(seed=seed, paths=64) for seed in range(200)]
    exact = runs[0].mean_exact
    assert exact is not None
    means = [run.mean_simulated for run in runs]
    assert abs(statistics.fmean(means) - exact) < 4 * statistics.stdev(means) / math.sqrt(len(means))


def test_the_quantiles_are_those_of_the_first_version_and_of_plain_draws() -> None:
    old, new = (make(seed=11, paths=2**14, replicates=8) for make in (shift, stirred))
    plain = stirred(seed=11, paths=2**18, sampler="random")
    for level in old.quantiles:
        assert new.quantiles[level] == pytest.approx(old.quantiles[level], rel=4e-3)
        assert new.quantiles[level] == pytest.approx(plain.quantiles[level], rel=1.2e-2)
    assert new.sd == pytest.approx(old.sd, rel=5e-3)


def test_the_error_of_mean_and_low_quantile_is_smaller_than_the_first_versions() -> None:
    exact = stirred(seed=0, paths=64).mean_exact
    assert exact is not None
    low = stirred(seed=99, paths=2**17, replicates=8).quantiles["P5"]

    def errors(make: Any) -> tuple[float, float]:
        runs = [make(seed=seed, paths=2**10) for seed in range(24)]
        mean = math.sqrt(statistics.fmean((run.mean_simulated / exact - 1) ** 2 for run in runs))
        return mean, math.sqrt(statistics.fmean((run.quantiles["P5"] / low - 1) ** 2 for run in runs))

    old, new = errors(shift), errors(stirred)
    assert new[0] < 0.6 * old[0]
    assert new[1] < old[1]


def test_the_first_version_stays_callable_with_its_own_digits() -> None:
    first, again = (shift(seed=4, paths=256) for _ in range(2))
    assert first.draws_sha256 == again.draws_sha256 != stirred(seed=4, paths=256).draws_sha256
    assert first.mean_conditional is None
    assert "mean_conditional" not in first.to_dict()


def test_the_mean_under_dependence_is_its_integral_over_the_copula() -> None:
    model = valuation.royalty_model(PLAN)
    result = valuation.simulate(model, INPUTS, seed=1, paths=2**14, correlation=LINKED)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    first, second = np.meshgrid(nodes, nodes, indexing="ij")
    rho = RHO.ppf(stats.norm.cdf(first))
    rate = RATE.mean + RATE.sd * (-0.6 * first + 0.8 * second)
    centre = model(revenues=PATH.means, royalty_rate=rho.ravel(), discount_rate=rate.ravel())
    exact = float(centre @ np.outer(weights, weights).ravel())
    assert result.mean_exact is None
    assert result.mean == result.mean_conditional
    assert result.mean == pytest.approx(exact, rel=2e-5)
    assert result.mean_simulated == pytest.approx(exact, rel=1e-3)
    assert result.to_dict()["mean_conditional"] == result.mean


def test_averaging_the_centre_leaves_out_the_noise_of_the_path() -> None:
    model = valuation.royalty_model(PLAN)
    both = {**INPUTS, "decay": Uniform(0.0, 0.1)}
    runs = [valuation.simulate(model, both, seed=seed, paths=2**7) for seed in range(16)]
    noise, calm = (
        statistics.stdev(means) for means in ([run.mean_simulated for run in runs], [run.mean_conditional or 0.0 for run in runs])
    )
    assert calm < noise / 5


def test_the_centre_of_several_methods_is_that_of_each() -> None:
    flow = {"savings": [1e5] * YEARS, "tax_rate": 0.25, "discount_rate": 0.12}
    model = WeightedModel([(0.5, valuation.royalty_model(PLAN)), (0.3, FlowModel("cost_saving", flow)), (0.2, ScaledModel(1e6))])
    result = valuation.simulate(model, INPUTS, seed=1, paths=2**12)
    alone = valuation.royalty_model(PLAN).mean_exact(INPUTS)
    rest = FlowModel("cost_saving", flow)(discount_rate=RATE.ppf((np.arange(2**16) + 0.5) / 2**16)).mean()
    assert alone is not None
    assert result.mean == pytest.approx(0.5 * alone + 0.3 * rest + 2e5, rel=1e-5)


def test_a_path_shorter_than_the_forecast_is_refused_in_a_weighted_model_too() -> None:
    model = WeightedModel([(0.5, valuation.royalty_model(PLAN)), (0.5, ScaledModel(1e6))])
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.simulate(model, {"revenues": GrowthPath(1e6, 0.0, 0.2, YEARS - 1)}, seed=1, paths=64)
    assert (caught.value.faults[0].field, caught.value.faults[0].code) == ("inputs.revenues", "LENGTH_MISMATCH")


def test_a_path_in_the_place_of_a_scalar_is_refused_by_every_method() -> None:
    flow = {"savings": [1e5] * 3, "tax_rate": 0.25, "discount_rate": 0.12}
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.simulate(FlowModel("cost_saving", flow), {"gain_scale": GrowthPath(1.0, 0.0, 0.2, 3)}, seed=1, paths=64)
    assert (caught.value.faults[0].field, caught.value.faults[0].code) == ("inputs.gain_scale", "WRONG_TYPE")


def shocks(years: int, count: int, chunks: int) -> Any:
    """Independent normals taken back from the walks of several chunks."""
    walks = [[walk.astype(float) for walk in polar_walk(generator(9, "revenues", n), years, count, 1.0)] for n in range(chunks)]
    return np.concatenate([np.diff(np.stack(walk), axis=0, prepend=0.0) for walk in walks], axis=1)


def test_polar_shocks_are_independent_standard_normals() -> None:
    drawn = shocks(4, 8192, 64)
    count = drawn.shape[1]
    for row in drawn:
        assert stats.kstest(row, "norm").pvalue > 1e-3
        for power, moment, spread in ((1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0), (6, 15.0, 10170.0)):
            assert abs((row**power).mean() - moment) < 4 * math.sqrt(spread / count)
        for edge in (2.0, 3.0, 4.0):
            share = 2 * stats.norm.sf(edge)
            assert abs((np.abs(row) > edge).mean() - share) < 4.5 * math.sqrt(share / count)
    for power in (1, 2):
        linked = np.corrcoef(drawn**power) - np.eye(4)
        assert np.abs(linked).max() < 4.5 / math.sqrt(count)


def test_single_precision_moves_no_level_by_more_than_two_millionths() -> None:
    years, count = 20, 8192
    path = GrowthPath(1e6, 0.03, 0.2, years)
    single = polar_levels(path, generator(9, "revenues", 0), count)
    source = generator(9, "revenues", 0)
    walk = np.zeros(count)
    for year in range(0, years, 2):
        words = source.bit_generator.random_raw(count).view("<u4")
        radius = np.sqrt(-2.0 * np.log((words[:count] + 0.5) * 2.0**-32))
        angle = words[count:].view("<i4") * (math.pi * 2.0**-31)
        for i, wave in enumerate((np.cos(angle), np.sin(angle))):
            walk = walk + 0.2 * radius * wave
            exact = 1e6 * np.exp(walk + (0.03 - 0.02) * (year + i + 1))
            assert np.abs(single[year + i] / exact - 1).max() < 2e-6
            assert abs((single[year + i] / exact - 1).mean()) < 2e-7


@pytest.mark.parametrize("years", [1, 2, 5])
def test_a_certain_path_is_its_means_in_every_digit(years: int) -> None:
    path = GrowthPath(1e6, 0.05, 0.0, years)
    levels = polar_levels(path, generator(1, "revenues", 0), 16)
    assert (levels == np.array(path.means)[:, None]).all()


def test_a_million_plain_paths_hit_the_exact_mean() -> None:
    result = stirred(seed=20260630, paths=10**6, sampler="random")
    assert result.mean_exact is not None
    assert result.standard_error is not None
    assert abs(result.mean_simulated - result.mean_exact) < 4 * result.standard_error
    assert result.standard_error < 1e-3 * result.mean_exact
