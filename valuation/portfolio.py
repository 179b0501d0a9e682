"""Portfolio simulation: many patents under common index paths, one matrix product a block, each with its own factor."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from valuation.distributions import GrowthPath
from valuation.errors import NONNEGATIVE, SHARE, VOLATILITY, Checks
from valuation.formulas import formula
from valuation.results import PortfolioSimulation, Row
from valuation.sampling import generator, sobol_chunks
from valuation.simulation import LEVELS, THREADS, level_name, quantile

Array = Any


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
BLOCK = 128
TILE = 128


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
    """Simulates a portfolio under common index paths and each patent's own factor, in blocks of patents.

    `schedules`: discounted after-tax royalties, patents × years, yuan; `shocks`: {"volatility": σ of the common index,
    "own_cv": cv of each patent's own factor (one number or one a patent)}; `weights`: share of each patent that counts.
    Contributions split the mean shortfall of the worst 5 % of totals below the mean (Euler allocation).
    Source: Tasche (1999); sampler Sobol common paths, `paths` need not be a power of two here.

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
    rows, total = Blocks(table, common, own, shares).run()
    worst = np.argsort(total, kind="stable")[: max(1, count // 20)]
    tails = _tails(table, common, own, worst)
    means = np.array([row["mean"] for row in rows])
    ordered = np.sort(total)
    return PortfolioSimulation(
        patents=tuple(rows),
        total={
            "mean": float(total.mean()),
            "sd": float(total.std(ddof=1)),
            **{level_name(level): quantile(ordered, level) for level in LEVELS},
        },
        contributions=tuple(float(x) for x in shares * (means - tails)),
        seed=number,
        paths=count,
    )


def product(left: Array, right: Array, out: Array) -> None:
    """Multiplies in tiles small enough that a linear-algebra library stays on one thread: same digits on any machine."""
    import numpy as np

    for edge in range(0, right.shape[1], TILE):
        tile = slice(edge, edge + TILE)
        np.matmul(left, right[:, tile], out=out[..., tile])


class Blocks:
    """Works the patents off in blocks, each thread in a buffer of its own; the order of sums stays fixed."""

    def __init__(self, table: Array, common: Array, own: OwnShocks | None, shares: Array) -> None:
        self.table, self.common, self.own, self.shares = table, common, own, shares
        self.buffers = threading.local()

    def work(self, start: int) -> tuple[Array, list[Array], Array]:
        """Answers a block's share of the total, its quantiles and its means."""
        import numpy as np

        rows = self.table[start : start + BLOCK]
        if not hasattr(self.buffers, "block"):
            self.buffers.block = np.empty((BLOCK, self.common.shape[1]))
        values = self.buffers.block[: len(rows)]
        product(rows, self.common, values)
        if self.own is not None:
            for i, row in enumerate(values):
                self.own.apply(row, start + i)
        part = np.empty(self.common.shape[1])
        product(self.shares[start : start + BLOCK], values, part)
        means = values.mean(axis=1)
        values.sort(axis=1)
        return part, [_columns_quantile(values, level) for level in PORTFOLIO_LEVELS], means

    def run(self) -> tuple[list[Row], Array]:
        """Answers every patent's row and the total on each path."""
        import numpy as np

        total = np.zeros(self.common.shape[1])
        rows: list[Row] = []
        names = [level_name(level) for level in PORTFOLIO_LEVELS]
        with ThreadPoolExecutor(THREADS) as pool:
            for part, marks, means in pool.map(self.work, range(0, len(self.table), BLOCK)):
                total += part
                columns = zip(means.tolist(), *(mark.tolist() for mark in marks), strict=True)
                rows += [{"mean": mean, **dict(zip(names, values, strict=True))} for mean, *values in columns]
        return rows, total


def _columns_quantile(ordered: Array, level: float) -> Array:
    place = level * (ordered.shape[1] - 1)
    below = min(int(place), ordered.shape[1] - 2)
    return ordered[:, below] + (ordered[:, below + 1] - ordered[:, below]) * (place - below)


def _tails(table: Array, common: Array, own: OwnShocks | None, worst: Array) -> Array:
    """Answers each patent's mean value on the worst paths of the total."""
    import numpy as np

    chosen = np.ascontiguousarray(common[:, worst])
    means = np.empty(len(table))
    values = np.empty((BLOCK, len(worst)))
    for start in range(0, len(table), BLOCK):
        rows = table[start : start + BLOCK]
        product(rows, chosen, values[: len(rows)])
        if own is not None:
            for i, row in enumerate(values[: len(rows)]):
                own.apply(row, start + i, worst)
        means[start : start + len(rows)] = values[: len(rows)].mean(axis=1)
    return means


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
