"""The working days that a deadline leaves, over week-ends, holidays and the end of the known calendar."""

from datetime import date

import pytest

from exchange.core.calendar import china, working_days_left


@pytest.mark.parametrize(("day", "left"), [
    (date(2026, 11, 25), 0), (date(2026, 11, 26), 1), (date(2026, 11, 27), 2), (date(2026, 11, 28), 2), (date(2026, 11, 30), 3),
    (date(2026, 11, 24), -1), (date(2026, 11, 20), -3),
])
def test_a_deadline_counts_working_days_from_today(house, clock, day, left):
    assert working_days_left(day) == left


def test_a_year_that_the_calendar_does_not_know_is_not_guessed(house, clock):
    unknown = date(max(china().years) + 1, 3, 2)
    assert working_days_left(unknown) is None
