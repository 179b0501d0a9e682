"""How a measure is judged, and what an update must say."""

from datetime import date
from fractions import Fraction

import pytest

from exchange.core.errors import Forbidden, Invalid
from exchange.oversight.programme.rules import (
    Aim,
    Reading,
    by_chance,
    check_day,
    check_department,
    check_update,
    is_reminder_day,
    judge,
    meets,
    order_of,
    parse_departments,
    years_of,
)
from exchange.oversight.programme.states import Status

TODAY = date(2026, 11, 25)
AHEAD = Aim("target", ">=", Fraction(65), None, Fraction(60), begins_on=date(2026, 1, 1), due_on=date(2026, 12, 31))
MILESTONE = Aim("milestone", due_on=date(2012, 12, 31))


def at(*values: tuple[date, int | str]) -> list[Reading]:
    return [Reading(day, Fraction(value)) for day, value in values]


def test_a_figure_that_meets_the_threshold_in_time_is_done() -> None:
    assert judge(AHEAD, at((date(2026, 6, 30), 65)), on=TODAY).status is Status.DONE


def test_the_exact_fraction_is_compared_and_not_the_printed_figure() -> None:
    printed_as_65 = Fraction(6_499_999, 100_000)
    assert judge(AHEAD, [Reading(date(2026, 11, 24), printed_as_65)], on=TODAY).status is not Status.DONE
    assert judge(AHEAD, [Reading(date(2026, 11, 24), Fraction(65))], on=TODAY).status is Status.DONE


def test_what_is_met_after_its_day_is_done_late() -> None:
    aim = Aim("target", ">=", Fraction(65), due_on=date(2015, 12, 31))
    assert judge(aim, at((date(2026, 6, 30), 66)), on=TODAY).status is Status.DONE_LATE


def test_a_figure_that_fell_back_is_not_done() -> None:
    aim = Aim("target", ">=", Fraction(65), due_on=date(2026, 11, 1))
    readings = at((date(2026, 6, 30), 66), (date(2026, 7, 31), 64))
    assert judge(aim, readings, on=TODAY).status is Status.OVERDUE


def test_the_run_that_meets_the_threshold_counts_from_its_first_day() -> None:
    aim = Aim("target", ">=", Fraction(65), due_on=date(2026, 8, 1))
    readings = at((date(2026, 5, 31), 66), (date(2026, 6, 30), 64), (date(2026, 7, 31), 65), (date(2026, 9, 30), 70))
    assert judge(aim, readings, on=TODAY).status is Status.DONE


@pytest.mark.parametrize(("value", "status"), [(65, Status.DONE), ("64.6", Status.ON_TRACK), ("63.5", Status.UNCERTAIN), (62, Status.UNLIKELY)])
def test_without_a_forecast_the_pace_decides(value: int | str, status: Status) -> None:
    assert judge(AHEAD, [Reading(TODAY, Fraction(value))], on=TODAY).status is status


@pytest.mark.parametrize(("gone", "done", "status"), [(50, 50, Status.ON_TRACK), (50, 35, Status.UNCERTAIN), (50, 34, Status.UNLIKELY)])
def test_the_bounds_of_the_pace_are_one_and_seven_tenths(gone: int, done: int, status: Status) -> None:
    aim = Aim("target", ">=", Fraction(100), begins_on=date(2026, 1, 1), due_on=date(2026, 4, 11))
    assert judge(aim, [Reading(date(2026, 1, 2), Fraction(done))], on=date.fromordinal(date(2026, 1, 1).toordinal() + gone)).status is status


def test_a_forecast_goes_before_the_pace() -> None:
    readings = [Reading(TODAY, Fraction(62))]
    assert judge(AHEAD, readings, on=TODAY, chance=Fraction(9, 10)).status is Status.ON_TRACK
    assert by_chance(Fraction(1, 2)) is Status.UNCERTAIN
    assert by_chance(Fraction(1, 10)) is Status.UNLIKELY


def test_a_milestone_past_its_day_is_overdue_until_it_is_proved_done() -> None:
    assert judge(MILESTONE, [], on=TODAY).status is Status.OVERDUE
    assert judge(MILESTONE, [Reading(date(2012, 12, 31), done=True)], on=TODAY).status is Status.DONE
    assert judge(MILESTONE, [Reading(date(2013, 1, 1), done=True)], on=TODAY).status is Status.DONE_LATE


def test_what_happens_after_the_day_is_not_known_on_it() -> None:
    assert judge(MILESTONE, [Reading(date(2013, 1, 1), done=True)], on=date(2012, 12, 31)).status is Status.NO_DATA


def test_a_measure_without_a_day_has_no_deadline() -> None:
    assert judge(Aim("standing"), [], on=TODAY).status is Status.NO_DEADLINE
    assert judge(Aim("target", "count"), at((TODAY, 12)), on=TODAY).status is Status.NO_DEADLINE


@pytest.mark.parametrize(("comparator", "value", "met"), [
    ("~", "2300", True), ("~", "2185", True), ("~", "2415", True), ("~", "2184.99", False), ("~", "2415.01", False),
    (">=", "2300", True), (">=", "2299", False), ("<=", "2300", True), ("<=", "2301", False)])
def test_about_is_within_five_percent(comparator: str, value: str, met: bool) -> None:
    assert meets(Aim("target", comparator, Fraction(2300)), Fraction(value)) is met


@pytest.mark.parametrize(("value", "met"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_range_has_two_ends(value: int, met: bool) -> None:
    assert meets(Aim("target", "..", Fraction(2), Fraction(3)), Fraction(value)) is met


def test_a_direction_wants_two_readings_that_rise() -> None:
    aim = Aim("target", "up", due_on=date(2026, 12, 31))
    assert judge(aim, at((date(2026, 1, 1), 5)), on=TODAY).status is Status.NO_DATA
    assert judge(aim, at((date(2026, 1, 1), 5), (date(2026, 6, 1), 6)), on=TODAY).status is Status.DONE


def test_a_standing_limit_is_kept_or_not() -> None:
    aim = Aim("limit", "<=", Fraction(10))
    assert judge(aim, at((TODAY, 10)), on=TODAY).status is Status.ON_TRACK
    assert judge(aim, at((TODAY, 11)), on=TODAY).status is Status.UNLIKELY
    assert judge(aim, [], on=TODAY).status is Status.NO_DEADLINE


def test_a_yearly_target_has_a_status_for_each_whole_year() -> None:
    aim = Aim("target", ">=", Fraction(15), period="yearly", due_on=date(2014, 12, 31))
    verdict = judge(aim, at((date(2012, 6, 1), 16), (date(2013, 6, 1), 14), (date(2014, 6, 1), 15)), on=TODAY)
    assert verdict.parts == (("2012", Status.DONE), ("2013", Status.OVERDUE), ("2014", Status.DONE))
    assert verdict.status is Status.OVERDUE
    assert verdict.parts_done == 2


def test_each_year_without_an_end_shows_the_present_year() -> None:
    aim = Aim("target", ">=", Fraction(20), period="yearly")
    assert years_of(aim, on=TODAY) == list(range(2012, 2027))
    assert judge(aim, at((date(2026, 3, 1), 20)), on=TODAY).status is Status.DONE
    assert judge(aim, [], on=TODAY).status is Status.NO_DATA


def test_a_target_of_each_district_counts_the_districts() -> None:
    aim = Aim("target", ">=", Fraction(30), period="district", due_on=date(2015, 12, 31))
    readings = [Reading(date(2015, 6, 1), Fraction(31), district="nanshan"), Reading(date(2016, 6, 1), Fraction(31), district="futian")]
    verdict = judge(aim, readings, on=TODAY, districts=["nanshan", "futian", "luohu"])
    assert verdict.parts == (("nanshan", Status.DONE), ("futian", Status.DONE_LATE), ("luohu", Status.OVERDUE))
    assert (verdict.parts_done, verdict.status) == (2, Status.OVERDUE)


def test_an_update_says_something_and_proves_what_is_done() -> None:
    check_update(value=Fraction(1), done=False, proved=False)
    with pytest.raises(Invalid) as empty:
        check_update(value=None, done=False, proved=True)
    with pytest.raises(Invalid) as bare:
        check_update(value=None, done=True, proved=False)
    assert (empty.value.code.name, bare.value.code.name) == ("UPDATE_EMPTY", "UPDATE_EVIDENCE_MISSING")


@pytest.mark.parametrize("day", [date(2011, 10, 31), date(2026, 11, 26)])
def test_an_update_speaks_of_a_day_between_the_plan_and_today(day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        check_day(day, first=date(2011, 11, 1), last=TODAY)
    assert refusal.value.code.name == "UPDATE_DATE"


def test_a_supporting_department_does_not_record() -> None:
    check_department(1, seated={}, names="")
    check_department(1, seated={1: "responsible"}, names="")
    for seated in ({1: "support"}, {2: "lead"}):
        with pytest.raises(Forbidden) as refusal:
            check_department(1, seated=seated, names="SJJ")
        assert refusal.value.code.name == "MEASURE_NOT_YOURS"


def test_reminders_come_ninety_thirty_and_seven_days_before_and_weekly_after() -> None:
    due = date(2026, 12, 31)
    days = [ahead for ahead in range(120, -30, -1) if is_reminder_day(due, on=date.fromordinal(due.toordinal() - ahead))]
    assert days == [90, 30, 7, 0, -7, -14, -21, -28]
    assert not is_reminder_day(date(2015, 12, 31), on=TODAY)


def test_codes_stand_in_the_order_of_the_plan() -> None:
    assert sorted(["10.1", "9.1(2)b", "9.1(1)", "1.2b", "1.2", "1.0a"], key=order_of) == ["1.0a", "1.2", "1.2b", "9.1(1)", "9.1(2)b", "10.1"]
    assert parse_departments("L:SJJ S:CZW,FZB") == [("lead", "SJJ"), ("support", "CZW"), ("support", "FZB")]
