"""Simulation: the distribution of a value from the distributions of its inputs, in chunks, over the same kernels.

A model is a function of its inputs' arrays by name. The models made here know more: their exact mean where the value is
multilinear in independent inputs, and what is left of the value at later horizons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from valuation.distributions import Distribution, GrowthPath
from valuation.errors import AMOUNT, NONNEGATIVE, RATE, SHARE, VOLATILITY, YEARS, Checks, refuse
from valuation.formulas import formula
from valuation.income import discount_path, flow_kernel, relief_from_royalty, royalty_kernel
from valuation.results import HorizonValues, PortfolioSimulation, Row, Simulation
from valuation.sampling import check_correlation, check_inputs, generator, random_chunks, sobol_chunks
from valuation.tax import apply_policy, check_policy
from valuation.timing import cut_at_expiry, lay_periods

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


def _label(level: float) -> str:
    return f"P{round(level * 100)}"


class MethodModel:
    """Base of the models of the income methods: which inputs may be random, and their certain values."""

    random: frozenset[str] = frozenset()

    def check_inputs(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        """Refuses an input that the method does not know."""
        for name in inputs:
            if name not in self.random:
                raise refuse(f"inputs.{name}", "UNKNOWN_NAME", name, ", ".join(sorted(self.random)))

    def __call__(self, **inputs: Array) -> Array:
        raise NotImplementedError

    def mean_exact(self, inputs: Mapping[str, Distribution | GrowthPath]) -> float | None:
        """Answers the exact mean, or None where it has no closed form."""
        return None


def _frame(plan: Mapping[str, Any], field: str) -> tuple[tuple[float, ...], tuple[float, ...], str]:
    timing, stub, last = plan.get("timing", "mid"), float(plan.get("stub", 1.0)), float(plan.get("last", 1.0))
    count, stub, last, _ = cut_at_expiry(
        Checks(),
        field=field,
        count=len(plan[field]),
        stub=stub,
        last=last,
        remaining_years=plan.get("remaining_years"),
        beyond_expiry=plan.get("beyond_expiry", "refuse"),
    )
    lengths, _, times = lay_periods(count, timing, stub, last)
    return tuple(lengths), tuple(times), timing


class RoyaltyModel(MethodModel):
    """Relief from royalty over paths: the kernel of `relief_from_royalty`, any of its drivers random."""

    random = frozenset(
        {"revenues", "revenue_scale", "royalty_rate", "discount_rate", "tax_rate", "probability_valid", "decay"}
    )

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.point = relief_from_royalty(**plan)
        self.lengths, self.times, self.timing = _frame(plan, "revenues")
        self.base: dict[str, Any] = {
            "revenues": tuple(float(x) for x in plan["revenues"]),
            "revenue_scale": 1.0,
            "royalty_rate": float(plan["royalty_rate"]),
            "discount_rate": float(plan["discount_rate"]),
            "tax_rate": float(plan["tax_rate"]),
            "probability_valid": float(plan.get("probability_valid", 1.0)),
            "decay": float(plan.get("decay", 0.0)),
        }
        fees, costs = plan.get("fees"), plan.get("costs")
        self.outgo = _sum_outgo(fees, costs, len(self.base["revenues"])) if fees or costs else None
        self.policy = check_policy(Checks(), plan.get("tab"))

    def check_inputs(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        super().check_inputs(inputs)
        for name, item in inputs.items():
            if isinstance(item, GrowthPath) != (name == "revenues"):
                raise refuse(f"inputs.{name}", "WRONG_TYPE", item, "GrowthPath for revenues and only there")
            if isinstance(item, GrowthPath) and item.years < len(self.times):
                raise refuse(f"inputs.{name}", "LENGTH_MISMATCH", item.years, len(self.times))

    def _values(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.base, **inputs}

    def __call__(self, **inputs: Array) -> Array:
        at = self._values(inputs)
        before = royalty_kernel(
            at["revenues"],
            royalty_rate=at["royalty_rate"] * at["revenue_scale"],
            discount_rate=at["discount_rate"],
            tax_rate=at["tax_rate"],
            decay=at["decay"],
            lengths=self.lengths,
            times=self.times,
            outgo=self.outgo,
        )
        factor, _ = apply_policy(
            self.policy, discount_rate=at["discount_rate"], tax_rate=at["tax_rate"], timing=self.timing
        )
        return before * at["probability_valid"] * factor

    def mean_exact(self, inputs: Mapping[str, Distribution | GrowthPath]) -> float | None:
        """The value is multilinear in the other inputs once k, δ and the tax rate of TAB are certain."""
        fixed = {"discount_rate", "decay"} | (
            {"tax_rate"} if self.policy is not None and self.policy.tax_rate is None else set()
        )
        means: dict[str, Any] = {}
        for name, item in inputs.items():
            mean, sd = (0.0, 1.0) if isinstance(item, GrowthPath) else item.moments()
            if name in fixed and sd > 0.0:
                return None
            means[name] = item.means if isinstance(item, GrowthPath) else mean
        return float(self(**means))

    def horizon_values(self, horizons: Sequence[float], **inputs: Array) -> list[Array]:
        """What is left of the value at each horizon, on each path with its own later flows; no TAB."""
        at = self._values(inputs)
        keep: Any = 1.0
        later: list[Any] = [0.0] * len(horizons)
        rate = at["discount_rate"]
        scale = at["royalty_rate"] * at["revenue_scale"]
        for i, (revenue, factor) in enumerate(zip(at["revenues"], discount_path(rate, self.times), strict=False)):
            flow = (revenue * (self.lengths[i] * keep)) * scale
            if self.outgo is not None:
                flow = flow - self.outgo[i]
            held = [j for j, horizon in enumerate(horizons) if self.times[i] > horizon]
            if held:
                last = max(held, key=lambda j: horizons[j])
                later[last] = later[last] + flow * factor
            keep = keep * (1.0 - at["decay"])
        after = (1.0 - at["tax_rate"]) * at["probability_valid"]
        return _accumulate(later, horizons, after=after, rate=rate)


def _sum_outgo(fees: Sequence[float] | None, costs: Sequence[float] | None, count: int) -> list[float]:
    fee, cost = fees or [0.0] * count, costs or [0.0] * count
    return [float(a) + float(b) for a, b in zip(fee, cost, strict=True)]


def _accumulate(later: list[Any], horizons: Sequence[float], *, after: Any, rate: Any) -> list[Array]:
    order = sorted(range(len(horizons)), key=lambda j: horizons[j], reverse=True)
    running: Any = 0.0
    found: list[Any] = [0.0] * len(horizons)
    for j in order:
        running = running + later[j]
        found[j] = running * after * (1.0 + rate) ** horizons[j]
    return found


FLOW_METHODS = ("mpeem", "with_and_without", "cost_saving", "premium_price")


class FlowModel(MethodModel):
    """The other income methods over paths: their gains, scaled, taxed and discounted by random drivers."""

    random = frozenset({"gain_scale", "discount_rate", "tax_rate", "probability_valid"})

    def __init__(self, method: str, plan: Mapping[str, Any]) -> None:
        from valuation.formulas import lookup

        self.point = lookup(method)(**plan)
        field = {"mpeem": "operating_income", "with_and_without": "cash_flows_with", "cost_saving": "savings"}.get(
            method, "units"
        )
        self.lengths, self.times, self.timing = _frame(plan, field)
        self.gains = [gain * length for gain, length in zip(_gains(method, plan), self.lengths, strict=False)]
        self.base: dict[str, Any] = {
            "gain_scale": 1.0,
            "discount_rate": float(plan["discount_rate"]),
            "tax_rate": float(plan.get("tax_rate", 0.0)),
            "probability_valid": float(plan.get("probability_valid", plan.get("probability", 1.0))),
        }
        self.policy = check_policy(Checks(), plan.get("tab"))

    def __call__(self, **inputs: Array) -> Array:
        at = {**self.base, **inputs}
        before = flow_kernel(self.gains, discount_rate=at["discount_rate"], times=self.times)
        factor, _ = apply_policy(
            self.policy, discount_rate=at["discount_rate"], tax_rate=at["tax_rate"], timing=self.timing
        )
        return before * (1.0 - at["tax_rate"]) * at["gain_scale"] * at["probability_valid"] * factor


def _gains(method: str, plan: Mapping[str, Any]) -> list[float]:
    if method == "mpeem":
        pairs = zip(plan["operating_income"], plan["contributory_asset_charges"], strict=True)
        return [float(a) - float(b) for a, b in pairs]
    if method == "with_and_without":
        return [float(a) - float(b) for a, b in zip(plan["cash_flows_with"], plan["cash_flows_without"], strict=True)]
    if method == "cost_saving":
        return [float(a) for a in plan["savings"]]
    return [float(a) * float(plan["premium"]) for a in plan["units"]]


class ScaledModel(MethodModel):
    """A method without drivers: its point value, scaled."""

    random = frozenset({"value_scale"})

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, **inputs: Array) -> Array:
        return self.value * inputs.get("value_scale", 1.0)


class WeightedModel(MethodModel):
    """The reconciled value over paths: an input moves every method that knows it."""

    def __init__(self, parts: Sequence[tuple[float, MethodModel]]) -> None:
        self.parts = tuple(parts)
        self.random = frozenset().union(*(model.random for _, model in parts))

    def __call__(self, **inputs: Array) -> Array:
        total: Any = 0.0
        for weight, model in self.parts:
            known = {name: value for name, value in inputs.items() if name in model.random}
            total = total + weight * model(**known)
        return total


def royalty_model(plan: Mapping[str, Any]) -> RoyaltyModel:
    """Makes the model of `relief_from_royalty` over the plan of its arguments, for `simulate`.

    >>> model = royalty_model({"revenues": [100, 100], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.2})
    >>> round(model() - model.point.value, 12)
    0.0
    """
    if not isinstance(plan, Mapping):
        raise refuse("plan", "WRONG_TYPE", plan, "mapping of relief_from_royalty's arguments")
    try:
        return RoyaltyModel(plan)
    except TypeError as error:
        raise refuse("plan", "WRONG_TYPE", plan, error) from error


def method_model(method: str, plan: Mapping[str, Any], value: float) -> MethodModel:
    """Makes the model of any method: its drivers where known, else its scaled point value."""
    if method == "relief_from_royalty":
        return royalty_model(plan)
    return FlowModel(method, plan) if method in FLOW_METHODS else ScaledModel(value)


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

    draws = np.empty(paths * replicates)
    fan = np.empty((len(horizons), paths * replicates))
    source = sobol_chunks if sampler == "sobol" else random_chunks
    place = 0
    with np.errstate(all="ignore"):
        for replicate in range(replicates):
            chunks = source(inputs, seed=seed, paths=paths, replicate=replicate, correlation=correlation)
            for arrays in chunks:
                count = len(next(iter(arrays.values())).T)
                draws[place : place + count] = model(**arrays)
                if horizons:
                    rows = model.horizon_values(horizons, **arrays)  # type: ignore[attr-defined]  # checked by simulate
                    for j, row in enumerate(rows):
                        fan[j, place : place + count] = row
                place += count
    if not np.isfinite(draws).all():
        raise refuse("model", "NOT_FINITE", float(draws[~np.isfinite(draws)][0]), "every path")
    return draws, fan


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
        rows.append({"horizon": horizon, **{_label(level): quantile(values, level) for level in FAN}})
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
        quantiles={_label(level): quantile(ordered, level) for level in LEVELS},
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


def _common_paths(volatility: float, years: int, seed: int, paths: int) -> Array:
    shape = GrowthPath(1.0, 0.0, volatility, years)
    chunks = sobol_chunks({"common": shape}, seed=seed, paths=paths, replicate=0, correlation=None)
    import numpy as np

    return np.concatenate([chunk["common"] for chunk in chunks], axis=1)


class OwnShocks:
    """Idiosyncratic lognormal factors of mean 1: each patent reads one pool from its own place."""

    def __init__(self, cv: Any, *, seed: int, paths: int, count: int) -> None:
        import numpy as np

        self.sigma = np.sqrt(np.log1p(np.broadcast_to(np.asarray(cv, dtype=float), (count,)) ** 2))
        self.even = bool((self.sigma == self.sigma[0]).all())
        source = generator(seed, "portfolio/own", 0)
        size = max(2**18, 4 * paths)
        self.pool = source.standard_normal(size)
        if self.even:
            self.pool *= self.sigma[0]
            self.pool -= self.sigma[0] ** 2 / 2.0
            np.exp(self.pool, out=self.pool)
        self.starts = generator(seed, "portfolio/starts", 0).integers(0, size - paths + 1, count)
        self.paths = paths

    def apply(self, row: Array, patent: int, chosen: Array | None = None) -> None:
        """Multiplies the patent's values in place, on all paths or the chosen ones."""
        import numpy as np

        start = int(self.starts[patent])
        own = self.pool[start : start + self.paths]
        own = own if chosen is None else own[chosen]
        if self.even:
            row *= own
        else:
            row *= np.exp(own * self.sigma[patent] - self.sigma[patent] ** 2 / 2.0)


PORTFOLIO_LEVELS = (0.05, 0.50, 0.95)
BLOCK = 256


def _check_schedules(checks: Checks, schedules: Any) -> Array:
    import numpy as np

    if not isinstance(schedules, np.ndarray):
        rows = checks.sequence("schedules", schedules, most=100_000)
        table = [checks.numbers(f"schedules[{i}]", row, NONNEGATIVE) for i, row in enumerate(rows)]
        width = max((len(row) for row in table), default=0)
        return np.array([row + (0.0,) * (width - len(row)) for row in table]) if table and width else np.zeros((1, 1))
    if schedules.ndim != 2 or schedules.size == 0 or schedules.dtype.kind not in "fiu" or schedules.shape[1] > 50:
        checks.fault("schedules", "WRONG_TYPE", schedules.shape, "patents x years (at most 50)")
        return np.zeros((1, 1))
    if not np.isfinite(schedules).all():
        checks.fault("schedules", "NOT_FINITE", None)
    elif schedules.min() < 0 or schedules.max() > 1e15:
        checks.fault("schedules", "NEGATIVE" if schedules.min() < 0 else "TOO_LARGE", None)
    return schedules.astype(float, copy=False)


@formula()
def simulate_portfolio(
    *,
    schedules: Sequence[Sequence[float]],
    shocks: Mapping[str, Any],
    seed: int,
    weights: Sequence[float] | None = None,
    paths: int = 2**12,
) -> PortfolioSimulation:
    """Simulates a portfolio under common index paths and each patent's own factor, in blocks of 256 patents.

    `schedules`: discounted after-tax royalties, patents × years, yuan; `shocks`: {"volatility": σ of the common index,
    "own_cv": cv of each patent's own factor (one number or one a patent)}; `weights`: share of each patent that counts.
    Contributions split the mean shortfall of the worst 5 % of totals below the mean (Euler allocation; Tasche 1999).
    Sampler: Sobol common paths; `paths` need not be a power of two here.

    >>> result = simulate_portfolio(schedules=[[100, 100], [50, 0]], shocks={"volatility": 0.0}, seed=1, paths=64)
    >>> result.total["mean"]
    250.0
    """
    import numpy as np

    checks = Checks()
    table = _check_schedules(checks, schedules)
    number = checks.integer("seed", seed, 0, 2**63 - 1)
    count = checks.integer("paths", paths, 20, 2**17, above="TOO_MANY_PATHS")
    volatility, own_cv = _check_shocks(checks, shocks, len(table))
    shares = _check_weights(checks, weights, len(table))
    checks.require()
    even = 1 << (count - 1).bit_length()
    common = np.ascontiguousarray(_common_paths(volatility, table.shape[1], number, even)[:, :count])
    own = OwnShocks(own_cv, seed=number, paths=count, count=len(table)) if np.any(np.asarray(own_cv) > 0) else None
    rows, total = _portfolio_rows(table, common, own, shares)
    worst = np.argsort(total, kind="stable")[: max(1, count // 20)]
    tails = _tails(table, common, own, worst)
    means = np.array([row["mean"] for row in rows])
    ordered = np.sort(total)
    return PortfolioSimulation(
        patents=tuple(rows),
        total={
            "mean": float(total.mean()),
            "sd": float(total.std(ddof=1)),
            **{_label(level): quantile(ordered, level) for level in LEVELS},
        },
        contributions=tuple(float(x) for x in shares * (means - tails)),
        seed=number,
        paths=count,
    )


def _block(table: Array, common: Array, own: OwnShocks | None, start: int) -> Array:
    values = table[start : start + BLOCK] @ common
    if own is not None:
        for i, row in enumerate(values):
            own.apply(row, start + i)
    return values


def _portfolio_rows(table: Array, common: Array, own: OwnShocks | None, shares: Array) -> tuple[list[Row], Array]:
    import numpy as np

    rows: list[Row] = []
    total = np.zeros(common.shape[1])
    for start in range(0, len(table), BLOCK):
        values = _block(table, common, own, start)
        total += shares[start : start + BLOCK] @ values
        means = values.mean(axis=1)
        values.sort(axis=1)
        for mean, row in zip(means, values, strict=True):
            rows.append({"mean": float(mean), **{_label(level): quantile(row, level) for level in PORTFOLIO_LEVELS}})
    return rows, total


def _tails(table: Array, common: Array, own: OwnShocks | None, worst: Array) -> Array:
    """Answers each patent's mean value on the worst paths of the total."""
    values = table @ common[:, worst]
    if own is not None:
        for i, row in enumerate(values):
            own.apply(row, i, worst)
    return values.mean(axis=1)


def _check_shocks(checks: Checks, shocks: Any, count: int) -> tuple[float, Any]:
    given = checks.mapping("shocks", shocks)
    for name in set(given) - {"volatility", "own_cv"}:
        checks.fault(f"shocks.{name}", "UNKNOWN_NAME", name, "volatility, own_cv")
    volatility = checks.number("shocks.volatility", given.get("volatility", 0.0), VOLATILITY)
    own: Any = given.get("own_cv", 0.0)
    if isinstance(own, (list, tuple)):
        own = checks.numbers("shocks.own_cv", own, VOLATILITY, most=100_000)
        if not checks.faults and len(own) != count:
            checks.fault("shocks.own_cv", "LENGTH_MISMATCH", len(own), count)
        return volatility, own
    return volatility, checks.number("shocks.own_cv", own, VOLATILITY)


def _check_weights(checks: Checks, weights: Any, count: int) -> Array:
    import numpy as np

    if weights is None:
        return np.ones(count)
    shares = checks.numbers("weights", weights, SHARE, most=100_000)
    if not checks.faults and len(shares) != count:
        checks.fault("weights", "LENGTH_MISMATCH", len(shares), count)
        return np.ones(count)
    return np.asarray(shares)

