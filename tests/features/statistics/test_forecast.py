"""The forecast against the worked vectors of the statistics page (B7)."""

from datetime import date
from fractions import Fraction

import pytest

from exchange.core.errors import Invalid
from exchange.oversight.statistics.rules.forecast import (
    History,
    Rates,
    Stock,
    check_history,
    logit_line,
    mean_path,
    months_between,
    needed_for,
    needed_without_losses,
    present_pace,
    rates_of,
    seed_of,
    simulate,
)

STOCK, RATES = Stock(100_000, 60_000), Rates(new=0.012, lapse=0.004, lapse_converted=0.002, expire=0.001, grants=1_200)
HISTORY = History(months=12, unconverted=4_800, converted=7_200, new=58, lapsed=19, lapsed_converted=14, expired=7, granted=144)
TARGET = Fraction(65, 100)


def test_a_constant_stock_needs_its_share_in_whole_patents() -> None:
    assert needed_without_losses(100_000, Fraction(60, 100), TARGET, months=48) == (100_000, 5_000, 105)


def test_a_stock_that_grows_by_fifteen_percent_a_year_needs_ten_times_as_many() -> None:
    final, in_all, a_month = needed_without_losses(100_000, Fraction(60, 100), TARGET, months=48, growth=Fraction(15, 100))
    assert (round(float(final), 1), in_all, a_month) == (174_900.6, 53_686, 1_119)


def test_the_stock_of_a_large_city_growing_by_twenty_three_percent() -> None:
    _final, in_all, a_month = needed_without_losses(243_829, Fraction(60, 100), TARGET, months=48, growth=Fraction(23, 100))
    assert (in_all, a_month) == (216_463, 4_510)


@pytest.mark.parametrize(("month", "total", "converted", "rate"), [
    (1, 100_920.0, 60_300.0, 0.597503), (12, 110_842.129, 64_003.050, 0.577425), (24, None, None, 0.566921), (48, 141_062.126, 79_834.531, 0.565953)])
def test_the_mean_recursion_passes_its_worked_months(month: int, total: float | None, converted: float | None, rate: float) -> None:
    found_total, found_converted = mean_path(STOCK, RATES, months=month)[-1]
    assert round(found_converted / found_total, 6) == rate
    if total is not None:
        assert (round(found_total, 3), round(found_converted, 3)) == (total, converted)


def test_what_is_needed_with_losses_is_found_by_bisection() -> None:
    found = needed_for(STOCK, RATES, TARGET, months=48)
    assert (round(found.rate, 7), found.a_month) == (0.0196682, 895)
    assert round(present_pace(STOCK, RATES, months=48), 2) == 620.02


def test_what_is_needed_reaches_the_target_on_the_mean_path() -> None:
    found = needed_for(STOCK, RATES, TARGET, months=48)
    total, converted = mean_path(STOCK, Rates(found.rate, RATES.lapse, RATES.lapse_converted, RATES.expire, RATES.grants), months=48)[-1]
    assert converted / total == pytest.approx(0.65, abs=1e-9)


def test_without_losses_the_bisection_agrees_with_whole_patents() -> None:
    found = needed_for(STOCK, Rates(0.0, 0.0, 0.0, 0.0, 0.0), TARGET, months=48)
    assert (found.in_all, found.a_month) == (5_000, 105)


def test_a_target_that_no_pace_reaches_is_refused() -> None:
    drained = Rates(new=0.0, lapse=0.0, lapse_converted=0.5, expire=0.5, grants=90_000)
    with pytest.raises(Invalid) as refusal:
        needed_for(STOCK, drained, Fraction(99, 100), months=12)
    assert refusal.value.code.name == "TARGET_OUT_OF_REACH"


def test_the_simulation_of_a_thousand_patents_keeps_to_its_band() -> None:
    found = simulate(Stock(1_000, 600), HISTORY, target=TARGET, months=48, seed=seed_of("vector"))
    assert found.last.median == pytest.approx(0.568, abs=0.003)
    assert (found.last.low80, found.last.high80) == (pytest.approx(0.533, abs=0.004), pytest.approx(0.602, abs=0.004))
    assert found.chance < 0.005


def test_a_hundred_times_the_patents_narrow_the_band() -> None:
    history = History(months=12, unconverted=480_000, converted=720_000, new=5_760, lapsed=1_920, lapsed_converted=1_440, expired=720, granted=14_400)
    found = simulate(Stock(100_000, 60_000), history, target=TARGET, months=48, seed=seed_of("vector"))
    assert found.last.median == pytest.approx(0.566, abs=0.001)
    assert (found.last.low80, found.last.high80) == (pytest.approx(0.5626, abs=0.001), pytest.approx(0.5695, abs=0.001))
    assert found.chance == 0.0


def test_the_same_question_gives_the_same_picture() -> None:
    seed = seed_of("hash", date(2026, 11, 25), "known", TARGET, date(2027, 12, 31))
    first = simulate(Stock(1_000, 600), HISTORY, target=TARGET, months=12, seed=seed, paths=500)
    simulate.cache_clear()
    assert simulate(Stock(1_000, 600), HISTORY, target=TARGET, months=12, seed=seed, paths=500) == first
    assert seed != seed_of("hash", date(2026, 11, 26), "known", TARGET, date(2027, 12, 31))


def test_bands_contain_each_other_and_the_rate_stays_a_share() -> None:
    found = simulate(Stock(50, 30), HISTORY, target=TARGET, months=24, seed=7, paths=400)
    for month in found.months:
        levels = [month.low95, month.low80, month.low50, month.median, month.high50, month.high80, month.high95]
        assert levels == sorted(levels)
        assert 0 <= levels[0] <= levels[-1] <= 1


def test_rates_are_the_means_of_their_posteriors() -> None:
    found = rates_of(HISTORY)
    assert (found.new, found.grants) == (58.5 / 4_800, 144.5 / 12)


def test_eleven_months_are_too_little_to_simulate() -> None:
    with pytest.raises(Invalid) as refusal:
        check_history(11)
    assert refusal.value.code.name == "TOO_LITTLE_HISTORY"


def test_the_logit_line_of_published_years_gives_its_vector() -> None:
    line = logit_line([(2018, 0.450), (2021, 0.468), (2022, 0.481), (2023, 0.513), (2024, 0.533)])
    assert tuple(round(value, 3) for value in line.at(2025)) == (0.535, 0.476, 0.594)
    assert tuple(round(value, 3) for value in line.at(2030)) == (0.602, 0.508, 0.689)
    reached = line.reaches(0.65)
    assert reached is not None
    assert round(reached, 2) == 2033.73


def test_three_points_make_no_line() -> None:
    with pytest.raises(Invalid) as refusal:
        logit_line([(2022, 0.4), (2023, 0.5), (2024, 0.6)])
    assert refusal.value.code.name == "TOO_LITTLE_HISTORY"


def test_months_ahead_are_whole_and_at_least_one() -> None:
    assert months_between(date(2026, 11, 25), date(2026, 12, 31)) == 2
    assert months_between(date(2026, 12, 1), date(2026, 12, 20)) == 1
    assert months_between(date(2026, 12, 31), date(2027, 12, 31)) == 12
    assert months_between(date(2026, 12, 31), date(2026, 12, 31)) == 0
