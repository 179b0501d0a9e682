"""Simulation: the distribution of a value from the distributions of its inputs, in chunks, over the same kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from valuation.errors import AMOUNT, RATE, YEARS, Checks, refuse
from valuation.drivers import MethodModel
from valuation.formulas import formula
from valuation.results import HorizonValues, Row, Simulation
from valuation.sampling import CHUNK, check_correlation, check_inputs, random_chunk, sobol_chunks

Array = Any
MOST_PATHS = 2**20
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
FAN = (0.05, 0.25, 0.50, 0.75, 0.95)
BINS = 40
FAN_LIMIT = 2**22
MODES: Mapping[str, Mapping[str, int]] = {
    "quick": {"paths": 2**12, "replicates": 1, "samples": 0},
    "standard": {"paths": 2**14, "replicates": 1, "samples": 2**10},
    "report": {"paths": 2**14, "replicates": 8, "samples": 2**12},
}


def quantile(ordered: Array, level: float) -> float:
    """Kernel: the linear (type 7) quantile of sorted values."""
    place = level * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * (place - below)


def level_name(level: float) -> str:
    return f"P{round(level * 100)}"


def check_sampling(checks: Checks, *, seed: Any, paths: Any, replicates: Any, sampler: Any) -> tuple[int, int, int, str]:
    """Checks seed, paths, replicates and sampler together."""
    number = checks.integer("seed", seed, 0, 2**63 - 1)
    count = checks.integer("paths", paths, 1, MOST_PATHS, above="TOO_MANY_PATHS")
    repeats = checks.integer("replicates", replicates, 1, 64)
    named = checks.choice("sampler", sampler, ("sobol", "random"))
    if not checks.faults and count * repeats > MOST_PATHS:
        checks.fault("paths", "TOO_MANY_PATHS", count * repeats, MOST_PATHS)
    if not checks.faults and named == "sobol" and count & (count - 1):
        checks.fault("paths", "PATHS_NOT_POWER_OF_TWO", paths)
    return number, count, repeats, named


class Draws:
    """The values of every path, and of every horizon on it, filled chunk by chunk."""

    def __init__(self, model: Callable[..., Any], inputs: Mapping[str, Any], horizons: Sequence[float], size: int) -> None:
        import numpy as np

        self.model, self.inputs, self.horizons = model, inputs, horizons
        self.values = np.empty(size)
        self.fan = np.empty((len(horizons), size))

    def put(self, place: int, count: int, arrays: Mapping[str, Array]) -> None:
        """Runs the model on one chunk."""
        import numpy as np

        with np.errstate(all="ignore"):
            self.values[place : place + count] = self.model(**arrays)
            if self.horizons:
                rows = self.model.horizon_values(self.horizons, **arrays)  # type: ignore[attr-defined]  # checked by simulate
                for row, value in zip(self.fan, rows, strict=True):
                    row[place : place + count] = value


THREADS = 2
WORTH_THREADS = 2**16


def _fill_random(draws: Draws, *, seed: int, paths: int, replicates: int, correlation: Any) -> None:
    """Fills chunks in any order: each has its own generators, so two threads give the digits of one."""

    def chunk(job: tuple[int, int]) -> None:
        replicate, number = job
        count = min(CHUNK, paths - number * CHUNK)
        arrays = random_chunk(draws.inputs, number, count, seed=seed, replicate=replicate, correlation=correlation)
        draws.put(replicate * paths + number * CHUNK, count, arrays)

    jobs = [(replicate, number) for replicate in range(replicates) for number in range(-(-paths // CHUNK))]
    if paths < WORTH_THREADS or not isinstance(draws.model, MethodModel):
        for job in jobs:
            chunk(job)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(chunk, jobs):
            pass


def _fill_sobol(draws: Draws, *, seed: int, paths: int, replicates: int, correlation: Any) -> None:
    place = 0
    for replicate in range(replicates):
        for arrays in sobol_chunks(draws.inputs, seed=seed, paths=paths, replicate=replicate, correlation=correlation):
            count = min(CHUNK, paths)
            draws.put(place, count, arrays)
            place += count


def _fill(
    model: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    seed: int,
    paths: int,
    replicates: int,
    sampler: str,
    correlation: Any,
    horizons: Sequence[float],
) -> tuple[Array, Array]:
    import numpy as np

    draws = Draws(model, inputs, horizons, paths * replicates)
    fill = _fill_sobol if sampler == "sobol" else _fill_random
    fill(draws, seed=seed, paths=paths, replicates=replicates, correlation=correlation)
    values = draws.values
    if not np.isfinite(values).all():
        raise refuse("model", "NOT_FINITE", float(values[~np.isfinite(values)][0]), "every path")
    return values, draws.fan


def _histogram(ordered: Array) -> Row:
    import numpy as np

    low, high = quantile(ordered, 0.005), quantile(ordered, 0.995)
    if not high > low:
        return {"low": low, "high": high, "counts": [len(ordered)], "below": 0, "above": 0}
    edges = low + (high - low) * np.arange(BINS + 1) / BINS
    places = np.searchsorted(ordered, edges, side="left")
    places[-1] = np.searchsorted(ordered, edges[-1], side="right")
    counts = [int(count) for count in np.diff(places)]
    return {
        "low": low,
        "high": high,
        "counts": counts,
        "below": int(places[0]),
        "above": len(ordered) - int(places[-1]),
    }


def _threshold_rows(ordered: Array, thresholds: Sequence[float]) -> tuple[Row, ...]:
    import numpy as np

    rows = []
    for threshold in thresholds:
        below = int(np.searchsorted(ordered, threshold, side="left"))
        lost = float((threshold - ordered[:below]).sum()) / len(ordered)
        rows.append({"threshold": threshold, "probability": below / len(ordered), "expected_shortfall": lost})
    return tuple(rows)


def _fan_rows(fan: Array, horizons: Sequence[float]) -> tuple[Row, ...]:
    rows = []
    for horizon, values in zip(horizons, fan, strict=True):
        values.sort()
        rows.append({"horizon": horizon, **{level_name(level): quantile(values, level) for level in FAN}})
    return tuple(rows)


def _standard_error(draws: Array, replicates: int, sampler: str, sd: float) -> float | None:
    if replicates > 1:
        means = draws.reshape(replicates, -1).mean(axis=1)
        return float(means.std(ddof=1)) / math.sqrt(replicates)
    return sd / math.sqrt(len(draws)) if sampler == "random" else None


@formula()
def simulate(
    model: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    seed: int,
    paths: int = 2**14,
    replicates: int = 1,
    sampler: str = "sobol",
    correlation: Sequence[Sequence[float]] | None = None,
    correlation_kind: str = "normal",
    horizons: Sequence[float] = (),
    thresholds: Sequence[float] = (),
) -> Simulation:
    """Answers the distribution of a model's value under random inputs, the same digits for the same seed.

    Values in the model's unit (yuan). Where the mean is known in closed form it is reported and the simulated one stands
    beside it. Source: Owen (1997) for scrambled nets; digital shift by SHA-256.

    >>> from valuation import Uniform
    >>> result = simulate(lambda x: 2 * x, {"x": Uniform(0, 1)}, seed=1, paths=1024)
    >>> abs(result.mean - 1) < 1e-3
    True
    """
    checks = Checks()
    function = checks.function("model", model)
    built = check_inputs(checks, inputs)
    number, count, repeats, named = check_sampling(
        checks, seed=seed, paths=paths, replicates=replicates, sampler=sampler
    )
    matrix = check_correlation(checks, built, correlation, correlation_kind)
    ages = checks.numbers("horizons", horizons, YEARS, most=101, least=0)
    limits = checks.numbers("thresholds", thresholds, AMOUNT, most=500, least=0)
    if not checks.faults and ages and not hasattr(model, "horizon_values"):
        checks.fault("horizons", "WRONG_TYPE", horizons, "a model that knows its horizon values")
    if not checks.faults and len(ages) * count * repeats > FAN_LIMIT:
        checks.fault("horizons", "TOO_MANY_PATHS", len(ages) * count * repeats, FAN_LIMIT)
    checks.require()
    if isinstance(model, MethodModel):
        model.check_inputs(built)
    draws, fan = _fill(
        function,
        built,
        seed=number,
        paths=count,
        replicates=repeats,
        sampler=named,
        correlation=matrix,
        horizons=ages,
    )
    exact = model.mean_exact(built) if isinstance(model, MethodModel) and matrix is None else None
    return _summary(
        draws, fan, exact=exact, ages=ages, limits=limits, seed=number, paths=count, replicates=repeats, sampler=named
    )


def _summary(
    draws: Array,
    fan: Array,
    *,
    exact: float | None,
    ages: Sequence[float],
    limits: Sequence[float],
    seed: int,
    paths: int,
    replicates: int,
    sampler: str,
) -> Simulation:
    import numpy as np

    simulated = float(draws.mean())
    sd = float(draws.std(ddof=1)) if len(draws) > 1 else 0.0
    mean = simulated if exact is None else exact
    ordered = np.sort(draws)
    return Simulation(
        mean=mean,
        mean_exact=exact,
        mean_simulated=simulated,
        sd=sd,
        cv=sd / mean if mean > 0 else None,
        quantiles={level_name(level): quantile(ordered, level) for level in LEVELS},
        standard_error=_standard_error(draws, replicates, sampler, sd),
        histogram=_histogram(ordered),
        thresholds=_threshold_rows(ordered, limits),
        fan=_fan_rows(fan, ages),
        draws_sha256=sha256(np.ascontiguousarray(draws, dtype="<f8").data).hexdigest(),
        seed=seed,
        paths=paths,
        replicates=replicates,
        sampler=sampler,
        draws=draws,
    )


@formula()
def value_at_horizon(
    *, schedule: Sequence[Sequence[float]], discount_rate: float, horizons: Sequence[float]
) -> HorizonValues:
    """Answers what is left of dated flows at each horizon (years): V_h = Σ_{t>h} flow·(1+k)^−(t−h), yuan, no TAB.

    `schedule` is a sequence of (time, flow). Source: elementary.

    >>> value_at_horizon(schedule=[[1, 100], [2, 110]], discount_rate=0.1, horizons=[1, 2]).values
    (100.0, 0.0)
    """
    checks = Checks()
    dated = []
    for i, pair in enumerate(checks.sequence("schedule", schedule, most=500)):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            checks.fault(f"schedule[{i}]", "WRONG_TYPE", pair, "time and flow")
            continue
        dated.append(
            (checks.number(f"schedule[{i}][0]", pair[0], YEARS), checks.number(f"schedule[{i}][1]", pair[1], AMOUNT))
        )
    rate = checks.number("discount_rate", discount_rate, RATE)
    ages = checks.numbers("horizons", horizons, YEARS, most=101)
    checks.require()
    values = tuple(
        math.fsum(flow * (1.0 + rate) ** -(time - age) for time, flow in dated if time > age) for age in ages
    )
    return HorizonValues(values=values)


