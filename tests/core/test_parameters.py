"""A parameter has its declared value until a dated row says otherwise."""

from datetime import date

from exchange.core.access import SYSTEM
from exchange.core.parameters import parameter, set_parameter

PATIENCE = parameter("tests.patience_days", 10, source="for this test")


def test_a_dated_row_wins_from_its_day_on_and_the_latest_one_last(house, clock):
    assert PATIENCE.number() == 10
    set_parameter(PATIENCE.key, "12", valid_from=date(2026, 11, 25), source="decree", actor=SYSTEM)
    set_parameter(PATIENCE.key, "15", valid_from=date(2027, 1, 1), source="decree", actor=SYSTEM)
    assert [PATIENCE.number(day) for day in (date(2026, 11, 24), date(2026, 11, 25), date(2027, 1, 1))] == [10, 12, 15]
    assert PATIENCE.number() == 12
