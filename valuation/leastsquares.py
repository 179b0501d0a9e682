"""Least-squares Monte Carlo of a staged project: forward paths of cost and income, backward choice to go on or stop."""

from __future__ import annotations

import math
from typing import Any

from valuation.results import StagedSimulation
from valuation.sampling import generator

Array = Any


def _income(rate: float, years: Array) -> Array:
    """Kernel: (1 − e^{−rate·years})/rate over arrays."""
    import numpy as np

    return years if rate == 0.0 else -np.expm1(-rate * years) / rate


def _forward(
    project: tuple[float, ...], *, sigma_K: float, sigma_C: float, rho: float, seed: int, steps: int, dt: float, paths: int
) -> tuple[Array, Array, Array]:
    """Simulates cost left, income rate and the share of each step really spent developing."""
    import numpy as np

    K, spend, C0, alpha = project[:4]
    source = generator(seed, "schwartz_patent", 0)
    cost, income = np.empty((steps + 1, paths)), np.empty((steps + 1, paths))
    spent = np.zeros((steps, paths))
    cost[0], income[0] = K, C0
    side = math.sqrt(max(0.0, 1.0 - rho * rho))
    for i in range(steps):
        z, w = source.standard_normal(paths), source.standard_normal(paths)
        w = rho * z + side * w
        shock = sigma_K * np.sqrt(spend * cost[i] * dt) * z
        left = cost[i] - spend * dt + shock
        spent[i] = np.where(cost[i] <= 0, 0.0, np.clip((cost[i] + shock) / spend, 0.0, dt))
        cost[i + 1] = np.where(cost[i] <= 0, 0.0, np.maximum(left, 0.0))
        income[i + 1] = income[i] * np.exp((alpha - sigma_C * sigma_C / 2.0) * dt + sigma_C * math.sqrt(dt) * w)
    return cost, income, spent


def _expected(values: Array, cost: Array, income: Array) -> Array:
    """Regresses later values on 1, C, C², K, K², CK, scaled to unit size."""
    import numpy as np

    c, k = income / max(float(income.max()), 1e-300), cost / max(float(cost.max()), 1e-300)
    basis = np.stack([np.ones_like(c), c, c * c, k, k * k, c * k], axis=1)
    solved, *_ = np.linalg.lstsq(basis, values, rcond=1e-10)
    return basis @ solved


def _step(
    i: int, later: Array, cost: Array, income: Array, spent: Array, project: tuple[float, ...], dt: float, T: float
) -> Array:
    """Answers each path's value at step i if development goes on."""
    import numpy as np

    _, spend, _, alpha, r, hazard, _ = project
    live = r + hazard
    used = spent[i]
    ended = (cost[i] > 0) & (cost[i + 1] <= 0)
    done_at = i * dt + used
    sale = income[i] * np.exp((alpha - live) * used) * _income(r - alpha, np.maximum(T - done_at, 0.0))
    ahead = np.where(ended, sale, later * math.exp(-live * dt))
    return ahead - spend * _income(live, used)


def abandon(
    project: tuple[float, ...], *, sigma_K: float, sigma_C: float, rho: float, seed: int, pace: int, paths: int
) -> StagedSimulation:
    """Rolls back from expiry: a project still in development goes on where its regressed value is positive."""
    import numpy as np

    T = project[6]
    steps = math.ceil(T * pace)
    dt = T / steps
    with np.errstate(all="ignore"):
        cost, income, spent = _forward(
            project, sigma_K=sigma_K, sigma_C=sigma_C, rho=rho, seed=seed, steps=steps, dt=dt, paths=paths
        )
        free, bound = np.zeros(paths), np.zeros(paths)
        for i in range(steps - 1, -1, -1):
            open_now = cost[i] > 0
            bound = np.where(open_now, _step(i, bound, cost, income, spent, project, dt, T), bound)
            going = _step(i, free, cost, income, spent, project, dt, T)
            if i == 0:
                free = np.where(open_now, going, free)
                break
            chosen = np.zeros(paths, dtype=bool)
            if open_now.any():
                guess = _expected(going[open_now], cost[i][open_now], income[i][open_now])
                chosen[open_now] = guess > 0
            free = np.where(open_now, np.where(chosen, going, 0.0), free)
    if project[0] <= 0:
        free = bound = np.full(paths, float(income[0, 0] * _income(project[4] - project[3], np.array(T))))
    value = max(0.0, float(free.mean()))
    ages = _completion(cost, spent, dt)
    return StagedSimulation(
        value=value,
        abandonment_value=value - max(0.0, float(bound.mean())),
        completion_distribution=ages,
        standard_error=float(free.std(ddof=1)) / math.sqrt(paths),
    )


def _completion(cost: Array, spent: Array, dt: float) -> dict[str, float]:
    """Answers the share of paths that finish before expiry, and their completion times in years."""
    import numpy as np

    finished = cost[-1] <= 0
    share = float(finished.mean())
    if not finished.any():
        return {"share": share}
    last = np.argmax(cost <= 0, axis=0)[finished]
    index = np.flatnonzero(finished)
    times = np.where(last > 0, (last - 1) * dt + spent[np.maximum(last - 1, 0), index], 0.0)
    marks = np.quantile(times, (0.05, 0.5, 0.95))
    return {"share": share, "mean": float(times.mean()), **{f"P{p}": float(x) for p, x in zip((5, 50, 95), marks, strict=True)}}
