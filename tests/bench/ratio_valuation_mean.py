"""Row 7: paths needed for 0.1 % on the mean against plain Monte Carlo, for a mean that has no closed form."""

import math
import statistics
from collections.abc import Callable
from typing import Any

import valuation
from tests.bench.figure import Figure
from tests.bench.valuation_rows import INPUTS, PLAN, SEED

WANTED = 0.001
OPEN: dict[str, Any] = {**INPUTS, "decay": valuation.Uniform(0.0, 0.1)}  # rate and decay both random: no closed mean


def needed(inputs: dict[str, Any], exact: float, *, seeds: int, mean: Callable[[valuation.Simulation], float]) -> int:
    """The smallest power of two whose root-mean-square error over the seeds is at most the wanted one."""
    model = valuation.royalty_model(PLAN)
    for power in range(4, 16):
        runs = [mean(valuation.simulate(model, inputs, seed=seed, paths=2**power)) for seed in range(seeds)]
        if math.sqrt(statistics.fmean((run / exact - 1) ** 2 for run in runs)) <= WANTED:
            return 1 << power
    raise AssertionError("no power of two reaches the wanted error")


def run(*, full: bool) -> Figure:
    """Measure; the paths of Sobol alone, without the path's mean, stand in the note, and so does the mean that needs none."""
    model, seeds = valuation.royalty_model(PLAN), 32 if full else 4
    plain = valuation.simulate(model, OPEN, seed=SEED, paths=2**18 if full else 2**14, sampler="random")
    blocks = [valuation.simulate(model, OPEN, seed=10**6 + i, paths=2**17 if full else 2**12, replicates=8).mean for i in range(4 if full else 1)]
    exact = statistics.fmean(blocks)
    assert plain.standard_error is not None
    assert abs(plain.mean_simulated - exact) < 5 * plain.standard_error
    crude = (plain.sd / exact / WANTED) ** 2
    ours = needed(OPEN, exact, seeds=seeds, mean=lambda found: found.mean)
    closed = model.mean_exact(INPUTS)
    assert closed is not None
    known = valuation.simulate(model, INPUTS, seed=SEED, paths=2**14, sampler="random")
    sobol = needed(INPUTS, closed, seeds=seeds, mean=lambda found: found.mean_simulated)
    share = sobol / (known.sd / closed / WANTED) ** 2
    note = (
        f"{ours} paths against {crude:,.0f}, the path taken at its lognormal mean; with rate alone random the mean is a closed form and"
        f" needs 0, and Sobol alone, first component turned to the value, {sobol} (1/{1 / share:.0f})"
    )
    return Figure(7, "paths for 0.1 % on the mean / plain Monte Carlo", ours / crude, "0 or ≤ 1/200", note)
