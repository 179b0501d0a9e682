"""Each bench runs at a small size and is right; no time is asserted."""

import importlib

import pytest

from tests.bench.__main__ import names, written
from tests.bench.figure import Figure, ratio


@pytest.mark.parametrize("name", names())
def test_the_bench_runs_and_is_right(name: str) -> None:
    figure = importlib.import_module(f"tests.bench.{name}").run(full=False)
    assert isinstance(figure, Figure)
    assert figure.value > 0


def test_the_page_shows_every_figure() -> None:
    assert "| 4 | deep page / first page | 1.2 | ≤ 1.5 | SQLite |" in written([Figure(4, "deep page / first page", 1.2, "≤ 1.5", "SQLite")])


def test_a_ratio_is_ours_over_the_anchor() -> None:
    assert ratio(lambda: sum(range(20_000)), lambda: sum(range(200)), rounds=3) > 5
