"""Row 8: ten thousand patents by ten thousand paths against a numpy loop per patent."""

from tests.bench.figure import Figure
from tests.bench.valuation_rows import row_f


def run(*, full: bool) -> Figure:
    """Measure both in turn; the 5 % quantiles agree."""
    measured = row_f(full=full, rounds=5 if full else 1)[0]
    return Figure(8, "portfolio 10,000 × 10,000 / numpy loop per patent", measured.ratio, "≤ 1/40", f"{measured.what}, spread {measured.spread:.2g}")
