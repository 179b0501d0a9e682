"""Row 13, its second half: two reports one after the other over two at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from exchange.core import pdf
from exchange.core.sandbox.pool import TEMPLATES, Pool
from tests.bench.figure import Figure
from tests.bench.report import ours


def in_turn(children: Pool) -> float:
    """Two reports, one after the other."""
    begun = time.perf_counter()
    ours(children)
    ours(children)
    return time.perf_counter() - begun


def at_once(children: Pool) -> float:
    """Two reports at the same time; both are the same file."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(2) as pair:
        first, second = pair.map(lambda _: ours(children), range(2))
    assert first.content == second.content
    return time.perf_counter() - begun


def run(*, full: bool) -> Figure:
    """Both in turn, on two warm children; the best of each."""
    children = pdf.pool_for([TEMPLATES], size=2)
    try:
        at_once(children)
        pairs = [(in_turn(children), at_once(children)) for _ in range(5 if full else 1)]
    finally:
        children.close()
    value = min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)
    return Figure(13, "two reports at once, gain over one after the other", value, "≥ 1.9", "by the clock, two processors")
