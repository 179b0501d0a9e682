"""A ratio as the benches report it."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of performance.md, measured."""

    row: int
    ratio: str
    value: float
    goal: str
    note: str = ""


def seconds(work: Callable[[], object], *, rounds: int = 5) -> float:
    """The best time of a few rounds: what the work costs when nothing else disturbs it."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def ratio(ours: Callable[[], object], anchor: Callable[[], object], *, rounds: int = 5) -> float:
    """Ours over the anchor's, run in turn so that a busy moment hits both."""
    mine, other = float("inf"), float("inf")
    for _ in range(rounds):
        mine, other = min(mine, seconds(ours, rounds=1)), min(other, seconds(anchor, rounds=1))
    return mine / other
