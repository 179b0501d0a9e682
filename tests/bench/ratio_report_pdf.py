"""Row 13: the warm report as the house typesets it over the same page in one plain call of WeasyPrint."""

import time

from exchange.core import pdf
from exchange.core.sandbox.pool import TEMPLATES
from tests.bench.figure import Figure
from tests.bench.report import by_default, collect, ours, processor_seconds

SECONDS = "in the processor's seconds"


def run(*, full: bool) -> Figure:
    """Set the report in turn in a warm child and in one call here; the words on both are the same."""
    children = pdf.pool_for([TEMPLATES], size=1)
    try:
        warm, plain = ours(children), by_default()
        assert pdf.page_text(plain).split() == pdf.page_text(warm.content).split()
        mine, other, wall = [], [], []
        for _ in range(5 if full else 1):
            mine.append(child_seconds(children, wall))
            other.append(own_seconds())
    finally:
        children.close()
    note = f"{warm.pages} pages; best {min(mine):.2f} s against {min(other):.2f} s {SECONDS}, {min(wall):.2f} s by the clock"
    return Figure(13, "warm report PDF, ours / WeasyPrint as called by default", min(mine) / min(other), "≤ 0.7", note)


def child_seconds(children: pdf.documents.Pool, wall: list[float]) -> float:
    """What one report costs the child, and by the clock."""
    with children.borrowed() as child:
        process = child.process.pid
    before, begun = processor_seconds(process), time.perf_counter()
    ours(children)
    wall.append(time.perf_counter() - begun)
    return processor_seconds(process) - before


def own_seconds() -> float:
    """What one plain call costs this process."""
    collect()
    begun = time.process_time()
    by_default()
    return time.process_time() - begun
