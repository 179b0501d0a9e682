"""Row 6: a million valuations over growth paths against the plain Python loop, scaled; by processor time, so that threads count."""

from tests.bench.figure import Figure
from tests.bench.valuation_rows import paths, plain_python, same, turns


def run(*, full: bool) -> Figure:
    """Measure both in turn; the means agree."""
    count, loop = (1_000_000, 20_000) if full else (20_000, 500)
    ours = paths(count)
    same(ours.mean, plain_python(loop), 0.05 if full else 0.15)
    took = turns(lambda: paths(count), lambda: plain_python(loop), 5 if full else 1, count / loop)
    note = f"20 years, processor time, loop scaled from {loop:,} paths; by the wall, two threads, {took.wall:.3g}, spread {took.spread:.2g}"
    return Figure(6, "1e6-path valuation / plain Python", took.processor, "≤ 1/50", note)
