"""Row 8: ten thousand patents by ten thousand paths against a numpy loop per patent."""

from tests.bench.figure import Figure
from tests.bench.valuation_rows import row_f


def run(*, full: bool) -> Figure:
    """Measure both in turn; the 5 % quantiles agree."""
    line = row_f(full=full, rounds=5 if full else 1)[0]
    note = f"two threads, loop scaled; {line.note}, spread {line.spread:.2g}"
    return Figure(8, "portfolio 10,000 × 10,000 / numpy loop per patent", line.ratio, "≤ 1/40", note)
