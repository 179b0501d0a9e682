"""The rules of a report on plain values."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.appraisals.rules import comparison, inputs, reviewing, validity
from exchange.appraisals.rules.headings import HEADINGS
from exchange.appraisals.rules.quick import estimate
from exchange.core.errors import DomainError
from exchange.core.money import Money, yuan

TEMPLATE = Path(__file__).parents[3] / "templates" / "pdf" / "appraisal.html"


def code_of(call):
    """The code with which a call is refused."""
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value.code.name


@pytest.mark.parametrize(("typed", "kept"), [("5", "0.05"), ("5 %", "0.05"), ("５％", "0.05"), ("0.05%", "0.0005"), ("0", "0"), ("12.5", "0.125")])
def test_a_percent_is_kept_as_its_fraction(typed, kept):
    assert inputs.parse_percent(typed, field="x") == kept


def test_a_bare_fraction_in_a_percent_field_is_asked_about():
    assert code_of(lambda: inputs.parse_percent("0.05", field="x")) == "PERCENT_AMBIGUOUS"


@pytest.mark.parametrize(("typed", "kept"), [
    ("1180 万", "11800000"), ("1,180.5万元", "11805000"), ("0.118 亿", "11800000"), ("１２００", "1200"), ("¥1,000.50", "1000.5")])
def test_an_amount_is_read_as_people_write_it(typed, kept):
    assert inputs.parse_amount(typed, field="x") == kept


@pytest.mark.parametrize("typed", ["many", "1e6", "1_000", "0.001", "12万亿元元", "NaN"])
def test_an_amount_that_cannot_be_read_is_refused_and_never_guessed(typed):
    assert code_of(lambda: inputs.parse_amount(typed, field="x")) == "AMOUNT_MALFORMED"


def test_a_plan_names_each_year_once_without_a_gap():
    assert inputs.parse_plan("2027\t1200万\n2026: 1100万", field="x") == ((2026, "11000000"), (2027, "12000000"))
    assert code_of(lambda: inputs.parse_plan("2026 1\n2028 1", field="x")) == "YEARS_NOT_CONSECUTIVE"


@given(st.floats(min_value=0, max_value=1e12))
def test_an_amount_leaves_the_engine_within_half_a_fen(value):
    assert abs(inputs.to_money(value).minor - value * 100) <= 0.5 + value * 1e-13


@pytest.mark.parametrize(("base", "last"), [(date(2026, 10, 31), date(2027, 10, 30)), (date(2028, 2, 29), date(2029, 2, 27)), (date(2026, 1, 1), date(2026, 12, 31))])
def test_a_report_may_be_used_until_the_day_before_the_anniversary(base, last):
    assert validity.valid_through(base) == last


def test_a_file_is_kept_fifteen_years_and_a_statutory_one_thirty():
    assert validity.retain_until(date(2026, 11, 25), "analysis") == date(2041, 11, 25)
    assert validity.retain_until(date(2026, 11, 25), "statutory") == date(2056, 11, 25)


def test_the_lending_value_is_the_smaller_one_less_the_haircut_cut_down_to_the_fen():
    assert reviewing.value_for_lending(yuan("100.01"), yuan("200.00"), 3333) == Money(6667)
    assert code_of(lambda: reviewing.value_for_lending(yuan("1.00"), yuan("1.00"), 10001)) == "NUMBER_OUT_OF_RANGE"


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=8), st.integers(min_value=0, max_value=10**12))
def test_a_bridge_sums_to_the_difference_to_the_fen(levels, start):
    end = Money(levels[-1] + 1)
    steps = comparison.exact_bridge([(str(place), Money(level)) for place, level in enumerate(levels)], Money(start), end)
    assert sum(amount.minor for _name, amount in steps) == end.minor - start


def test_a_quick_estimate_has_an_ordered_range_and_names_its_defaults():
    found = estimate(today=date(2026, 11, 25), kind="invention", filed=date(2020, 3, 1), sales="1200万", growth="5%", royalty="")
    assert found["p10"] < found["p25"] < found["p50"] < found["p75"] < found["p90"]
    assert found["expires_on"] == date(2040, 3, 1)
    assert len(found["reasons"]) == 6


def test_the_steps_of_a_quick_estimate_are_those_of_its_calculation():
    found = estimate(today=date(2026, 11, 25), kind="invention", filed=date(2020, 3, 1), sales="1200万", growth="5%", royalty="4%")
    years, first, last = found["plan"]
    assert (years, first, last) == (10, yuan("12000000.00"), yuan("18615938.59"))
    assert found["royalties"] > found["present"] > found["value"]
    assert found["draws"] == 4096


def test_a_longer_life_and_a_higher_royalty_are_worth_more():
    def value(**changed):
        given = {"today": date(2026, 11, 25), "kind": "invention", "filed": date(2020, 3, 1), "sales": "1200万", "growth": "5%", "royalty": "4%"}
        return estimate(**given | changed)["value"]

    assert value() < value(royalty="5%")
    assert value(filed=date(2010, 3, 1)) < value()


def test_every_heading_of_both_languages_is_marked():
    text = TEMPLATE.read_text("utf-8")
    used = set(re.findall(r'(?:both|two)\("([^"]+)"\)', text)) | set(re.findall(r'picture(?:_table)?\(\w+, "([^"]+)"', text))
    assert used <= set(HEADINGS)
