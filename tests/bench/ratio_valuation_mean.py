"""Row 7: paths needed for 0.1 % on the mean, Sobol with principal components against plain Monte Carlo."""

import math
import statistics

import valuation
from tests.bench.figure import Figure
from tests.bench.valuation_rows import INPUTS, PLAN, SEED, reference

WANTED = 0.001


def needed(exact: float, seeds: int) -> int:
    """The smallest power of two whose root-mean-square error over the seeds is at most the wanted one."""
    model = valuation.royalty_model(PLAN)
    for power in range(4, 16):
        runs = [valuation.simulate(model, INPUTS, seed=seed, paths=2**power).mean_simulated for seed in range(seeds)]
        if math.sqrt(statistics.fmean((run / exact - 1) ** 2 for run in runs)) <= WANTED:
            return 1 << power
    raise AssertionError("no power of two reaches the wanted error")


def run(*, full: bool) -> Figure:
    """Measure; where the mean has a closed form it is exact and needs no path."""
    plain = valuation.simulate(valuation.royalty_model(PLAN), INPUTS, seed=SEED, paths=2**18 if full else 2**14, sampler="random")
    exact = reference(4)["mean"] if full else reference(1, 2**12)["mean"]
    assert plain.standard_error is not None
    assert abs(plain.mean - exact) < 5 * plain.standard_error
    crude = (plain.sd / exact / WANTED) ** 2
    quasi = needed(exact, 32 if full else 4)
    known = valuation.royalty_model(PLAN).mean_exact(INPUTS)
    assert known is not None
    assert abs(known / exact - 1) < 3e-4
    note = f"{quasi} Sobol paths against {crude:,.0f}; this model's mean needs 0 paths: closed form, averaged over the rate's quantiles"
    return Figure(7, "paths for 0.1 % on the mean / plain Monte Carlo", quasi / crude, "0 or ≤ 1/200", note)
