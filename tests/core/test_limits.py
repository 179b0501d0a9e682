"""Limits of requests: counted by caller, refused with the time to wait, off only where a test does not ask for them."""

from collections.abc import Iterator
from typing import Any

import dataclasses

import pytest

from exchange.core.web.limits import LIMITS


@pytest.fixture
def limited(app: Any) -> Iterator[None]:
    """The house counts requests."""
    before = app.extensions["zhirong.settings"]
    app.extensions["zhirong.settings"] = dataclasses.replace(before, LIMITER_URL="memory://")
    app.extensions.pop("zhirong.limiter", None)
    yield
    app.extensions["zhirong.settings"] = before
    app.extensions.pop("zhirong.limiter", None)


def answers(client: Any, url: str, times: int) -> list[int]:
    return [client.get(url).status_code for _time in range(times)]


@pytest.mark.one_database
@pytest.mark.usefixtures("limited")
def test_the_sixty_first_search_of_a_minute_waits(client: Any, act_as: Any) -> None:
    assert set(answers(client, "/search?q=x", 60)) == {200}
    refused = client.get("/search?q=x")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "TOO_MANY_REQUESTS" in refused.get_data(as_text=True)
    assert client.get("/help").status_code == 200
    assert act_as("enterprise officer").get("/search?q=x").status_code == 200


@pytest.mark.one_database
@pytest.mark.usefixtures("limited")
def test_exports_are_counted_by_person(act_as: Any) -> None:
    first, second = act_as("regulator officer"), act_as("regulator officer")
    assert answers(first, "/programme/measures.csv", 21) == [200] * 20 + [429]
    assert second.get("/programme/measures.csv").status_code == 200


@pytest.mark.one_database
@pytest.mark.usefixtures("limited")
def test_the_interface_refuses_in_both_languages(client: Any) -> None:
    assert 429 not in answers(client, "/api/v1/listings", 600)
    refused = client.get("/api/v1/listings").get_json()
    assert refused["code"] == "TOO_MANY_REQUESTS"
    assert set(refused["message"]) == {"zh", "en"}


@pytest.mark.one_database
def test_each_limit_concerns_some_address(app: Any) -> None:
    rules = [(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    assert [limit.name for limit in LIMITS if not any(limit.concerns(*each) for each in rules)] == []
