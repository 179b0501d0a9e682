"""The valuation's rows A to I: ours and the other way, in turn in one process; prints figure, ratio, goal, spread.

`python -m tests.bench.valuation_rows [ROW …]` measures at full size; the benches assert that both sides answer the same.
"""

from __future__ import annotations

import math
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import valuation
from valuation.sampling import CHUNK, generator

@dataclass(frozen=True)
class Turns:
    """Ours over the other's, by the wall clock and by processor time, and how far the rounds lie apart."""

    wall: float
    processor: float
    spread: float


YEARS = 20
SEED = 20260630
PLAN: dict[str, Any] = {
    "revenues": [1e6 * 1.03**i for i in range(1, YEARS + 1)],
    "royalty_rate": 0.05,
    "discount_rate": 0.12,
    "tax_rate": 0.25,
}
PATH = valuation.GrowthPath(1e6, math.log(1.03), 0.2, YEARS)
RHO = valuation.Triangular(0.03, 0.05, 0.07)
RATE = valuation.Normal(0.12, 0.01)
INPUTS: dict[str, Any] = {"royalty_rate": RHO, "discount_rate": RATE, "revenues": PATH}
SWINGS = {"royalty_rate": [0.04, 0.06], "discount_rate": [0.10, 0.14], "tax_rate": [0.15, 0.25], "decay": [0.0, 0.1]}


@dataclass(frozen=True)
class Measured:
    """One line of the table."""

    row: str
    what: str
    ratio: float
    goal: str
    spread: float
    note: str = ""


def measured(row: str, what: str, took: Turns, goal: str, note: str = "") -> Measured:
    """Puts one measurement into a line."""
    return Measured(row, what, took.wall, goal, took.spread, f"by the processor {took.processor:.4g}{'; ' + note if note else ''}")


def turns(ours: Callable[[], object], other: Callable[[], object], rounds: int, scale: float = 1.0) -> Turns:
    """Runs both in turn; answers the ratio of medians, by the wall and by the processor, and the spread of the rounds."""
    ours()
    wall: tuple[list[float], list[float]] = ([], [])
    processor: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, work in enumerate((ours, other)):
            begun, used = time.perf_counter(), time.process_time()
            work()
            wall[side].append(time.perf_counter() - begun)
            processor[side].append(time.process_time() - used)
    each = [a / (b * scale) for a, b in zip(*wall, strict=True)]
    ratios = [statistics.median(a) / (max(statistics.median(b), 1e-9) * scale) for a, b in (wall, processor)]
    return Turns(ratios[0], ratios[1], max(each) - min(each))


def paths(count: int) -> valuation.Simulation:
    """Row A: ours."""
    return valuation.simulate(valuation.royalty_model(PLAN), INPUTS, seed=SEED, paths=count, sampler="random")


def floor(count: int) -> float:
    """Row A: drawing the same numbers in the same chunks, nothing else."""
    total = 0.0
    block = np.empty((YEARS, CHUNK))
    for number in range(math.ceil(count / CHUNK)):
        size = min(CHUNK, count - number * CHUNK)
        grown, rated, rate = (generator(SEED, name, number) for name in ("revenues", "royalty_rate", "discount_rate"))
        for row in block[:, :size]:
            grown.standard_normal(out=row) if size == CHUNK else row.__setitem__(slice(None), grown.standard_normal(size))
            np.exp(row, out=row)
        total += float(rated.random(size)[0]) + float(rate.standard_normal(size)[0])
    return total


def plain_python(count: int) -> float:
    """Row A: the textbook loop."""
    source = random.Random(SEED)
    total, drift = 0.0, PATH.drift - 0.02
    for _ in range(count):
        rho, k, revenue, value = source.triangular(0.03, 0.07, 0.05), source.gauss(0.12, 0.01), 1e6, 0.0
        for year in range(YEARS):
            revenue *= math.exp(drift + 0.2 * source.gauss(0.0, 1.0))
            value += revenue * rho * 0.75 / (1 + k) ** (year + 0.5)
        total += value
    return total / count


def naive_numpy(count: int) -> float:
    """Row A: one array of paths × years at once."""
    source = np.random.default_rng(SEED)
    growth = np.exp(PATH.drift - 0.02 + 0.2 * source.standard_normal((count, YEARS)))
    revenue = 1e6 * np.cumprod(growth, axis=1)
    rho, k = source.triangular(0.03, 0.05, 0.07, count), source.normal(0.12, 0.01, count)
    values = (revenue * rho[:, None] * 0.75 / (1 + k[:, None]) ** (np.arange(YEARS) + 0.5)).sum(axis=1)
    np.quantile(values, [0.05, 0.5, 0.95])
    return float(values.mean())


def quick() -> valuation.Simulation:
    """Row B: what the live form asks for."""
    model = valuation.royalty_model(PLAN)
    eight = {f"{name}": swing for name, swing in SWINGS.items()} | {"probability_valid": [0.8, 1.0], "revenue_scale": [0.9, 1.1]}
    base = {name: model.base[name] for name in eight}
    valuation.tornado(model, base, eight)
    valuation.mpeem(operating_income=[1e5] * 20, contributory_asset_charges=[2e4] * 20, tax_rate=0.25, discount_rate=0.12)
    valuation.reproduction_cost(costs={"labour": 1e6}, obsolescence={"functional": 0.2})
    valuation.comparable_transactions(comparables=[[5e6, 2e6], [8e6, 3e6], [12e6, 4e6]], subject_revenue=1e6)
    return valuation.simulate(model, INPUTS, seed=SEED, paths=2**12)


def standard() -> valuation.Simulation:
    """Row C."""
    model = valuation.royalty_model(PLAN)
    valuation.sobol_indices(model, INPUTS, seed=SEED, samples=2**10)
    return valuation.simulate(model, INPUTS, seed=SEED, paths=2**14)


def report() -> valuation.Simulation:
    """Row D."""
    model = valuation.royalty_model(PLAN)
    valuation.sobol_indices(model, INPUTS, seed=SEED, samples=2**12)
    return valuation.simulate(model, INPUTS, seed=SEED, paths=2**14, replicates=8, horizons=[float(h) for h in range(21)])


def batch_columns(count: int) -> dict[str, Any]:
    source = np.random.default_rng(1)
    return {
        "revenues": source.uniform(1e5, 1e7, (count, YEARS)),
        "operating_income": source.uniform(1e5, 1e6, (count, YEARS)),
        "contributory_asset_charges": source.uniform(1e4, 1e5, (count, YEARS)),
        "royalty_rate": source.uniform(0.01, 0.1, count),
        "discount_rate": source.uniform(0.08, 0.2, count),
        "tax_rate": np.full(count, 0.25),
        "rd_cost": source.uniform(1e5, 1e6, count),
        "obsolescence": 0.3,
        "market_multiple": source.uniform(0.5, 3, count),
        "subject_revenue": source.uniform(1e5, 1e6, count),
        "value_cv": source.uniform(0.1, 1.0, count),
        "bank_cap": 0.25,
        "lvd": source.uniform(0, 100, count),
        "tvd": source.uniform(0, 100, count),
        "evd": source.uniform(0, 100, count),
    }


def batch(columns: dict[str, Any]) -> Any:
    """Row E: ours."""
    return valuation.value_batch(columns=columns)


def one_by_one(columns: dict[str, Any]) -> list[float]:
    """Row E: the loop over the public functions."""
    found = []
    for i in range(len(columns["royalty_rate"])):
        rate, tax = float(columns["discount_rate"][i]), 0.25
        royalty = valuation.relief_from_royalty(
            revenues=columns["revenues"][i].tolist(), royalty_rate=float(columns["royalty_rate"][i]), discount_rate=rate, tax_rate=tax
        )
        excess = valuation.mpeem(
            operating_income=columns["operating_income"][i].tolist(),
            contributory_asset_charges=columns["contributory_asset_charges"][i].tolist(),
            tax_rate=tax,
            discount_rate=rate,
        )
        flows = [row["after_tax"] for row in royalty.workings]
        valuation.liquidation_value(kind="orderly", market_value=royalty.value, flows=flows, discount_rate=rate)
        forced = valuation.liquidation_value(kind="forced", market_value=royalty.value, flows=flows, discount_rate=rate)
        valuation.recommended_ltv(
            market_value=royalty.value, value_cv=float(columns["value_cv"][i]), flv_ratio=forced.ratio, bank_cap=0.25
        )
        valuation.reproduction_cost(costs={"research": float(columns["rd_cost"][i])}, obsolescence={"all": 0.3})
        valuation.patent_value_degree(
            lvd=float(columns["lvd"][i]), tvd=float(columns["tvd"][i]), evd=float(columns["evd"][i]), alpha=0.3, beta=0.3, gamma=0.4
        )
        found.append(royalty.value + excess.value)
    return found


def portfolio(schedules: Any, count: int) -> Any:
    """Row F: ours."""
    return valuation.simulate_portfolio(schedules=schedules, shocks={"volatility": 0.2, "own_cv": 0.3}, seed=SEED, paths=count)


def patent_loop(schedules: Any, count: int) -> list[float]:
    """Row F: each patent simulated on its own paths."""
    source = np.random.default_rng(SEED)
    found = []
    for schedule in schedules:
        shocks = source.standard_normal((count, len(schedule)))
        index = np.exp(np.cumsum(0.2 * shocks - 0.02, axis=1))
        values = index @ schedule * np.exp(source.standard_normal(count) * 0.2936 - 0.0431)
        found.append(float(np.quantile(values, 0.05)))
        np.quantile(values, [0.5, 0.95])
    return found


def bare_royalty() -> float:
    """Row G: the formula on floats."""
    total, k = 0.0, PLAN["discount_rate"]
    for i, revenue in enumerate(PLAN["revenues"]):
        total += revenue * 0.05 * 0.75 * (1 + k) ** -(i + 0.5)
    return total


OPTION = {"S": 100.0, "K": 100.0, "r": 0.05, "q": 0.02, "sigma": 0.3, "T": 1.0}


def lattice(steps: int) -> float:
    """Row H: ours."""
    return valuation.crr_binomial(kind="put", exercise="american", **OPTION, steps=steps).value


def double_loop(steps: int) -> float:
    """Row H: the textbook double loop."""
    step = OPTION["T"] / steps
    up = math.exp(OPTION["sigma"] * math.sqrt(step))
    chance = (math.exp((OPTION["r"] - OPTION["q"]) * step) - 1 / up) / (up - 1 / up)
    back = math.exp(-OPTION["r"] * step)
    values = [max(100.0 - 100.0 * up ** (2 * j - steps), 0.0) for j in range(steps + 1)]
    for now in range(steps - 1, -1, -1):
        for j in range(now + 1):
            held = back * (chance * values[j + 1] + (1 - chance) * values[j])
            values[j] = max(held, 100.0 - 100.0 * up ** (2 * j - now))
    return values[0]


def imported(module: str) -> Callable[[], object]:
    """Row I: a fresh interpreter that imports one module."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def peak_growth(work: str) -> float:
    """Peak resident growth in MiB of one call in a fresh process that has warmed up on a small one."""
    script = (
        "import tests.bench.valuation_rows as b, numpy as np;"
        "status = lambda name: int(open('/proc/self/status').read().split(name)[1].split()[0]) / 1024;"
        "reset = lambda: open('/proc/self/clear_refs', 'w').write('5') and status('VmRSS:');"
        "peak = lambda: status('VmHWM:');"
        "b.paths(20000); b.batch(b.batch_columns(50)); b.portfolio(np.ones((300, 20)), 512);"
        f"{work}"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return float(done.stdout)


MEMORY = {
    "A": "before = reset(); b.paths(1_000_000); print(peak() - before)",
    "D": "before = reset(); b.report(); print(peak() - before)",
    "E": "c = b.batch_columns(10_000); before = reset(); b.batch(c); print(peak() - before)",
    "F": "s = np.random.default_rng(1).uniform(1e3, 1e5, (10_000, 20)); before = reset(); b.portfolio(s, 10_000); print(peak() - before)",
}


def errors(count: int, seeds: int, replicates: int, reference: dict[str, float]) -> tuple[float, float]:
    """Root-mean-square relative errors of mean and P5 over seeds."""
    model = valuation.royalty_model(PLAN)
    runs = [valuation.simulate(model, INPUTS, seed=seed, paths=count, replicates=replicates) for seed in range(seeds)]
    return (
        math.sqrt(statistics.fmean((run.mean_simulated / reference["mean"] - 1) ** 2 for run in runs)),
        math.sqrt(statistics.fmean((run.quantiles["P5"] / reference["P5"] - 1) ** 2 for run in runs)),
    )


def reference(blocks: int, size: int = 2**17) -> dict[str, float]:
    """A mean and P5 over blocks × 8 × size Sobol points of other seeds."""
    model = valuation.royalty_model(PLAN)
    runs = [valuation.simulate(model, INPUTS, seed=10**6 + i, paths=size, replicates=8) for i in range(blocks)]
    return {
        "mean": statistics.fmean(run.mean_simulated for run in runs),
        "P5": statistics.fmean(run.quantiles["P5"] for run in runs),
    }


def same(a: float, b: float, tolerance: float) -> None:
    """Both sides answer the same."""
    assert abs(a / b - 1) <= tolerance, (a, b)


def row_a(*, full: bool, rounds: int) -> list[Measured]:
    count, loop = (1_000_000, 20_000) if full else (20_000, 500)
    ours = paths(count)
    same(ours.mean, naive_numpy(count), 0.02)
    same(ours.mean, plain_python(loop), 0.15)
    found = []
    for what, other, scale, goal in (
        ("bare floor of the random numbers", lambda: floor(count), 1.0, "≤ 1.5"),
        ("plain Python loop", lambda: plain_python(loop), count / loop, "≤ 1/50"),
        ("naive numpy, paths × years at once", lambda: naive_numpy(count), 1.0, "≤ 0.6"),
    ):
        took = turns(lambda: paths(count), other, rounds if scale == 1.0 else min(rounds, 3), scale)
        found.append(measured("A", what, took, goal))
    return found


def row_modes(*, full: bool, rounds: int) -> list[Measured]:
    count = 1_000_000 if full else 20_000
    exact = reference(29) if full else reference(1, 2**12)
    found = []
    for row, work, goal, size, replicates, bounds in (
        ("B", quick, "≤ 1/10", 2**12, 1, "mean ≤ 0.1 %, P5 ≤ 1 %"),
        ("C", standard, "≤ 1/4", 2**14, 1, "mean ≤ 0.03 %, P5 ≤ 0.6 %"),
        ("D", report, "≤ 2", 2**14, 8, "mean ≤ 0.01 %, P5 ≤ 0.2 %"),
    ):
        took = turns(work, lambda: paths(count), rounds)
        mean, tail = errors(size if full else size // 8, 16 if full else 2, replicates, exact)
        note = f"root-mean-square error: mean {mean:.4%}, P5 {tail:.3%} (goal {bounds})"
        found.append(measured(row, "/ A", took, goal, note))
    return found


def row_e(*, full: bool, rounds: int) -> list[Measured]:
    count = 10_000 if full else 200
    columns = batch_columns(count)
    answer, singles = batch(columns), one_by_one(columns)
    for i in range(count):
        same(answer.columns["royalty_value"][i] + answer.columns["mpeem_value"][i], singles[i], 1e-12)
    loop = turns(lambda: batch(columns), lambda: one_by_one(columns), min(rounds, 3))
    simulated = turns(lambda: batch(columns), lambda: paths(1_000_000 if full else 20_000), rounds)
    return [measured("E", "/ loop over the single functions", loop, "≤ 1/10"), measured("E", "/ A", simulated, "≤ 1")]


def row_f(*, full: bool, rounds: int) -> list[Measured]:
    patents, count, sample = (10_000, 10_000, 200) if full else (300, 512, 50)
    schedules = np.random.default_rng(1).uniform(1e3, 1e5, (patents, YEARS))
    ours, loop = portfolio(schedules, count), patent_loop(schedules[:sample], count)
    for i in range(sample):
        same(ours.patents[i]["P5"], loop[i], 0.05 if full else 0.3)
    took = turns(
        lambda: portfolio(schedules, count), lambda: patent_loop(schedules[:sample], count), rounds, patents / sample
    )
    return [measured("F", f"/ numpy loop per patent ({patents:,} × {count:,}, loop scaled from {sample})", took, "≤ 1/40")]


def row_g(*, full: bool, rounds: int) -> list[Measured]:
    repeat = 2000 if full else 50
    same(valuation.relief_from_royalty(**PLAN).value, bare_royalty(), 1e-12)
    took = turns(
        lambda: [valuation.relief_from_royalty(**PLAN) for _ in range(repeat)], lambda: [bare_royalty() for _ in range(repeat)], rounds
    )
    return [measured("G", "validated royalty relief / its bare kernel", took, "≤ 100")]


def row_h(*, full: bool, rounds: int) -> list[Measured]:
    steps = 2000 if full else 100
    same(lattice(steps), double_loop(steps), 1e-9)
    took = turns(lambda: lattice(steps), lambda: double_loop(steps), min(rounds, 3))
    return [measured("H", f"American option, {steps} steps / Python double loop", took, "≤ 1/30")]


def row_i(*, full: bool, rounds: int) -> list[Measured]:
    took = turns(imported("valuation"), imported("json"), rounds * 4 if full else 1)
    return [measured("I", "fresh interpreter with `import valuation` / with `import json`", took, "≤ 1.5", "by the wall only")]


ROWS: dict[str, Callable[..., list[Measured]]] = {
    "A": row_a,
    "B": row_modes,
    "E": row_e,
    "F": row_f,
    "G": row_g,
    "H": row_h,
    "I": row_i,
}


def main(wanted: list[str]) -> None:
    """Prints the table at full size, then the memory."""
    for name, row in ROWS.items():
        if not wanted or name in wanted:
            for line in row(full=True, rounds=5):
                print(f"| {line.row} | {line.what} | {line.ratio:.4g} | {line.goal} | ± {line.spread / 2:.2g} | {line.note} |", flush=True)
    for name, work in MEMORY.items():
        if not wanted or "memory" in wanted:
            print(f"| {name} | peak memory growth, MiB | {peak_growth(work):.1f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])


