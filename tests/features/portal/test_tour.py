"""The tour and the desk's offer of it; the bar of the demonstration is not in a house that is none."""

from __future__ import annotations

import pytest

from exchange.portal.rules import ONE_CLICK, STOPS, is_guided, stop_of
from exchange.core.access import KINDS


def text_of(answer):
    return answer.get_data(as_text=True)


def test_each_stop_is_found_by_its_key_and_nothing_by_another():
    assert [stop_of(stop.key) for stop in STOPS] == list(STOPS)
    assert stop_of("sell") is None
    assert [kind for kind in KINDS if is_guided(kind)] == ["enterprise", "research"]
    assert set(ONE_CLICK) < set(KINDS)


@pytest.mark.parametrize(("language", "words"), [("zh", "导览：登记 → 评估 → 申请"), ("en", "The tour: list → value → apply")])
def test_anybody_reads_the_three_stops(client, language, words):
    page = text_of(client.get(f"/help/tour?lang={language}"))
    assert words in page
    assert [f'href="{stop.path}?tour={stop.key}"' in page for stop in STOPS] == [True] * 3


def test_a_holder_is_offered_the_tour_until_it_is_left_and_finds_it_under_help(act_as):
    client = act_as("enterprise officer")
    assert "Take the tour" in text_of(client.get("/home?lang=en"))
    left = client.post("/tour/end", follow_redirects=True)
    assert (left.request.path, "You find the tour again under Help." in text_of(left)) == ("/home", True)
    assert "Take the tour" not in text_of(client.get("/home?lang=en"))
    assert "Take the tour" in text_of(client.get("/help?lang=en"))


def test_a_bank_is_not_offered_the_tour(act_as):
    assert "Take the tour" not in text_of(act_as("bank officer").get("/home?lang=en"))


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
def test_each_stop_shows_what_to_do_on_its_real_page_and_leads_to_its_neighbours(act_as, stop):
    client = act_as("enterprise officer")
    page = text_of(client.get(f"{stop.path}?tour={stop.key}&lang=en"))
    place = STOPS.index(stop)
    assert str(stop.what) in page
    for other in STOPS:
        assert (f'href="{other.path}?tour={other.key}"' in page) == (abs(STOPS.index(other) - place) == 1)
    assert 'class="tour"' not in text_of(client.get(f"{stop.path}?lang=en"))


def test_a_word_that_names_no_stop_shows_no_bar(act_as):
    assert 'class="tour"' not in text_of(act_as("enterprise officer").get("/patents/new?tour=sell"))


def test_a_house_that_is_no_demonstration_has_no_bar_and_no_one_click_sign_in(client):
    assert 'class="demobar"' not in text_of(client.get("/"))
    assert client.post("/demo/sign-in/enterprise").status_code == 404
