"""The valuation's own rows run at a small size, and both sides answer the same; no time is asserted."""

import pytest

from tests.bench.valuation_rows import ROWS


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_row_runs_and_both_sides_agree(row: str) -> None:
    for measured in ROWS[row](full=False, rounds=1):
        assert measured.ratio > 0
        assert measured.goal.startswith("≤")
