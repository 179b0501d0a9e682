"""Simulation: the distribution of a value from the distributions of its inputs, in chunks, over the same kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from valuation.errors import AMOUNT, RATE, YEARS, Checks, refuse
from valuation.distributions import GrowthPath
from valuation.drivers import MethodModel
from valuation.formulas import formula
from valuation.results import HorizonValues, Row, Simulation
from valuation.sampling import CHUNK, Scheme, check_correlation, check_inputs, random_chunk, sobol_chunks

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
    """The values of every path, and of every horizon on it, filled chunk by chunk.

    `centred` holds each path's value with the path input at its means: the mean of a value that is linear in the path, given the
    other inputs, so that averaging it instead of the value leaves out the noise of the path (conditional Monte Carlo: Asmussen
    and Glynn 2007, Stochastic Simulation, V.4).
    """

    def __init__(self, model: Callable[..., Any], inputs: Mapping[str, Any], horizons: Sequence[float], size: int, centred: int = 0) -> None:
        import numpy as np

        self.model, self.inputs, self.horizons = model, inputs, horizons
        self.values = np.empty(size)
        self.fan = np.empty((len(horizons), size))
        self.means = {name: item.means for name, item in inputs.items() if isinstance(item, GrowthPath)} if centred else {}
        self.centred = np.empty(size) if self.means else None

    def put(self, place: int, count: int, arrays: Mapping[str, Array]) -> None:
        """Runs the model on one chunk."""
        import numpy as np

        with np.errstate(all="ignore"):
            self.values[place : place + count] = self.model(**arrays)
            if self.centred is not None:
                self.centred[place : place + count] = self.model(**{**arrays, **self.means})
            if self.horizons:
                rows = self.model.horizon_values(self.horizons, **arrays)  # type: ignore[attr-defined]  # checked by simulate
                for row, value in zip(self.fan, rows, strict=True):
                    row[place : place + count] = value


THREADS = 2
WORTH_THREADS = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a simulation is asked to do, checked."""

    seed: int
    paths: int
    replicates: int
    sampler: str
    correlation: Any
    horizons: Sequence[float]
    thresholds: Sequence[float]
    scheme: Scheme

    def shared(self) -> dict[str, Any]:
        return {"seed": self.seed, "correlation": self.correlation, "scheme": self.scheme}


def _fill_random(draws: Draws, course: Course) -> None:
    """Fills chunks in any order: each has its own generators, so two threads give the digits of one."""

    def chunk(job: tuple[int, int]) -> None:
        replicate, number = job
        count = min(CHUNK, course.paths - number * CHUNK)
        arrays = random_chunk(draws.inputs, number, count, replicate=replicate, **course.shared())
        draws.put(replicate * course.paths + number * CHUNK, count, arrays)

    jobs = [(replicate, number) for replicate in range(course.replicates) for number in range(-(-course.paths // CHUNK))]
    if course.paths < WORTH_THREADS or not isinstance(draws.model, MethodModel):
        for job in jobs:
            chunk(job)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(chunk, jobs):
            pass


def _fill_sobol(draws: Draws, course: Course) -> None:
    place = 0
    for replicate in range(course.replicates):
        for arrays in sobol_chunks(draws.inputs, paths=course.paths, replicate=replicate, **course.shared()):
            count = min(CHUNK, course.paths)
            draws.put(place, count, arrays)
            place += count


def _fill(draws: Draws, course: Course) -> None:
    import numpy as np

    if course.sampler == "sobol":
        _fill_sobol(draws, course)
    else:
        _fill_random(draws, course)
    finite = np.isfinite(draws.values)
    if not finite.all():
        raise refuse("model", "NOT_FINITE", float(draws.values[~finite][0]), "every path")


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


@formula(2)
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
    beside it; else the mean given the other inputs is averaged, without the noise of the path. Source: Matoušek (1998) and Owen
    (2003) for scrambled nets, matrices and shift by SHA-256; Imai and Tan (2006) for the direction of a path's first component.

    >>> from valuation import Uniform
    >>> result = simulate(lambda x: 2 * x, {"x": Uniform(0, 1)}, seed=1, paths=1024)
    >>> abs(result.mean - 1) < 1e-4
    True
    """
    asked = {
        "seed": seed,
        "paths": paths,
        "replicates": replicates,
        "sampler": sampler,
        "correlation": correlation,
        "correlation_kind": correlation_kind,
        "horizons": horizons,
        "thresholds": thresholds,
    }
    return _simulated(model, inputs, asked, version=2)


@formula(1, name="simulate")
def simulate_by_shift(model: Callable[..., Any], inputs: Mapping[str, Any], **asked: Any) -> Simulation:
    """The first version of `simulate`, for archived calculations: digital shift alone, principal components, plain mean."""
    plain = {"paths": 2**14, "replicates": 1, "sampler": "sobol", "correlation": None, "correlation_kind": "normal"}
    return _simulated(model, inputs, {**plain, "horizons": (), "thresholds": (), **asked}, version=1)


def _simulated(model: Any, inputs: Any, asked: Mapping[str, Any], *, version: int) -> Simulation:
    checks = Checks()
    function = checks.function("model", model)
    built = check_inputs(checks, inputs)
    number, count, repeats, named = check_sampling(
        checks, seed=asked["seed"], paths=asked["paths"], replicates=asked["replicates"], sampler=asked["sampler"]
    )
    matrix = check_correlation(checks, built, asked["correlation"], asked["correlation_kind"])
    ages = checks.numbers("horizons", asked["horizons"], YEARS, most=101, least=0)
    limits = checks.numbers("thresholds", asked["thresholds"], AMOUNT, most=500, least=0)
    if not checks.faults and ages and not hasattr(model, "horizon_values"):
        checks.fault("horizons", "WRONG_TYPE", asked["horizons"], "a model that knows its horizon values")
    if not checks.faults and len(ages) * count * repeats > FAN_LIMIT:
        checks.fault("horizons", "TOO_MANY_PATHS", len(ages) * count * repeats, FAN_LIMIT)
    checks.require()
    if isinstance(model, MethodModel):
        model.check_inputs(built)
        if version > 1:
            model.check_ranges(built)
    course = Course(
        seed=number,
        paths=count,
        replicates=repeats,
        sampler=named,
        correlation=matrix,
        horizons=ages,
        thresholds=limits,
        scheme=_scheme(function, built, version, named),
    )
    exact = model.mean_exact(built) if isinstance(model, MethodModel) and matrix is None else None
    centred = int(version > 1 and exact is None and isinstance(model, MethodModel))
    draws = Draws(function, built, ages, count * repeats, centred)
    _fill(draws, course)
    return _summary(draws, course, exact=exact)


def _scheme(model: Any, inputs: Mapping[str, Any], version: int, sampler: str) -> Scheme:
    turned = version > 1 and sampler == "sobol" and isinstance(model, MethodModel)
    return Scheme(number=version, turns=model.turns(inputs) if turned else {})


def _summary(made: Draws, course: Course, *, exact: float | None) -> Simulation:
    import numpy as np

    draws = made.values
    simulated = float(draws.mean())
    conditional = None if made.centred is None else float(made.centred.mean())
    sd = float(draws.std(ddof=1)) if len(draws) > 1 else 0.0
    mean = next(value for value in (exact, conditional, simulated) if value is not None)
    ordered = np.sort(draws)
    return Simulation(
        mean=mean,
        mean_exact=exact,
        mean_simulated=simulated,
        mean_conditional=conditional,
        sd=sd,
        cv=sd / mean if mean > 0 else None,
        quantiles={level_name(level): quantile(ordered, level) for level in LEVELS},
        standard_error=_standard_error(draws, course.replicates, course.sampler, sd),
        histogram=_histogram(ordered),
        thresholds=_threshold_rows(ordered, course.thresholds),
        fan=_fan_rows(made.fan, course.horizons),
        draws_sha256=sha256(np.ascontiguousarray(draws, dtype="<f8").data).hexdigest(),
        seed=course.seed,
        paths=course.paths,
        replicates=course.replicates,
        sampler=course.sampler,
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


