"""A number looked up: what stands here and may be seen comes first, then the demonstration's register, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.registers.patents.queries.lookup import DEMONSTRATION, PLATFORM, look_up, register_examples
from exchange.registers.patents.rules.numbers import check_digit, read_application
from exchange.registers.patents.rules.tables import demonstration_register, rows_of
from tests import factories
from tests.features.patents import making


def test_the_demonstration_register_holds_only_numbers_of_the_demonstration_with_their_check_character():
    for number, entry in demonstration_register().items():
        body, check = number.split(".")
        read = read_application(number, year=2026)
        assert (check, read.demonstration, read.faults) == (check_digit(body), True, ())
        assert entry.filing_on.year == int(body[:4])
    assert {row["taken_on"] for row in rows_of("demonstration_register.csv")} == {"2026-11-20"}
    assert all(row["source"] for row in rows_of("demonstration_register.csv"))


@pytest.mark.parametrize("typed", ["202119920001.5", "ZL 2021 1 9920001.5", "ＣＮ２０２１１９９２０００１.5", "cn202119920001.5"])
def test_any_spelling_of_a_number_finds_its_entry_with_source_and_day(house, clock, typed):
    found = look_up(typed, factories.actor("enterprise officer"), demonstration=True)
    assert found is not None
    assert (found.number, found.source, found.as_of, found.kind) == ("ZL 202119920001.5", DEMONSTRATION, date(2026, 11, 20), "invention")
    assert (found.fields["filing_on"], found.fields["grant_on"]) == ("2021-06-18", "2023-03-14")
    assert found.fields["inventors"] == "演示发明人甲\n演示发明人乙"
    assert found.fields["classes"] == "H01M 10/42; G08B 21/18"


def test_the_invented_register_answers_on_the_demonstration_alone(house, clock):
    assert look_up("202119920001.5", factories.actor("enterprise officer"), demonstration=False) is None


def test_an_entry_of_ones_own_comes_from_this_registry_and_leads_to_its_page(house, clock):
    mine = factories.actor("enterprise officer", organisation=making.holder())
    patent = making.drafted(mine)
    found = look_up(patent.shown_number, mine, demonstration=True)
    assert found is not None
    assert (found.source, found.patent, found.as_of, found.fields["title_zh"]) == (PLATFORM, patent, None, patent.title_zh)


def test_a_strangers_unpublished_entry_is_not_told(house, clock):
    patent = making.drafted(factories.actor("enterprise officer", organisation=making.holder()))
    assert look_up(patent.shown_number, factories.actor("enterprise officer"), demonstration=True) is None


def test_the_examples_are_granted_and_found(house, clock):
    reader = factories.actor("enterprise officer")
    assert [look_up(number, reader, demonstration=True).number for number, _entry in register_examples()] == [
        "ZL 202119920001.5", "ZL 202219920002.4", "ZL 202029920003.5"]


def test_the_page_of_a_new_entry_is_filled_from_ones_registry(house, clock, act_as):
    client = act_as("enterprise officer", organisation=making.holder())
    patent = making.drafted(client.actor)
    page = client.get(f"/patents/lookup?number={patent.application_number}&lang=en&tour=list").get_data(as_text=True)
    assert "Filled from: Registry of this platform" in page
    assert f'value="{patent.title_zh}"' in page
    assert f'href="/patents/{patent.public_id}"' in page
    assert 'action="/patents/new"' in page


def test_an_unknown_and_a_wrong_number_are_told_apart_and_keep_what_was_typed(house, clock, act_as):
    client = act_as("enterprise officer")
    unknown = client.get("/patents/lookup?number=202110000001.6&lang=en").get_data(as_text=True)
    wrong = client.get("/patents/lookup?number=2021199&lang=en").get_data(as_text=True)
    assert "The register knows no patent of this number." in unknown
    assert "This number does not hold." in wrong
    assert 'value="2021199"' in wrong


def test_who_enters_no_patents_looks_none_up(house, act_as):
    assert act_as("bank officer").get("/patents/lookup?number=202119920001.5").status_code == 403


def test_the_register_file_says_of_itself_that_it_is_invented():
    assert {row["source"] for row in rows_of("demonstration_register.csv")} == {"invented for this project; nothing here is a real patent"}
