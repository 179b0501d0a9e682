"""Demands, criteria and listings meet, both ways, and people answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from exchange.core import jobs
from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.market.listings import operations as listings
from exchange.market.matching import operations
from exchange.market.matching.models import Demand
from exchange.market.matching.queries.picture import decline_counts
from exchange.market.matching.queries.visible import matches_for, matches_of_wish, open_demands
from tests import factories
from tests.features.listings.stock import Stage, opened, stage

SAID: dict[str, Any] = {
    "title": "锂电池隔膜的陶瓷涂覆技术", "text": "寻求耐热性好的锂离子电池隔膜，陶瓷涂层。", "classes": ["h01m"], "low": yuan(1_000_000),
    "high": yuan(2_000_000), "stage_low": 6,
}  # fmt: skip


@pytest.fixture
def on(house: Any, clock: Any) -> Stage:
    return stage()


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code.name


def demanded(on: Stage, **said: Any) -> Demand:
    demand = operations.draft_demand(actor=on.buyer, **(SAID | said))
    operations.submit_demand(demand, actor=on.buyer)
    return operations.open_demand(demand, actor=on.clerks[0])


def test_a_demand_finds_the_open_listing_and_says_why(on: Stage) -> None:
    listing = opened(on)
    [match] = matches_of_wish(demanded(on))
    assert (match.listing_id, match.lane, match.state) == (listing.id, "same", "found")
    sentences = {part["name"]: part["sentence"] for part in match.parts}
    assert sentences["field"] == "field_same"
    assert sentences["price"] == "price_within"
    assert sentences["stage"] == "stage_fits"
    assert "no_valuation" in match.gaps


def test_a_listing_that_opens_finds_the_demand(on: Stage) -> None:
    demand = demanded(on)
    assert matches_of_wish(demand) == []
    listing = opened(on)
    jobs.run_due_jobs()
    assert [match.listing_id for match in matches_of_wish(demand)] == [listing.id]


def test_an_english_demand_finds_the_chinese_listing(on: Stage) -> None:
    opened(on, title_en="", summary_en="")
    demand = demanded(on, title="Ceramic coated separator", text="for lithium batteries with high heat resistance", classes=[])
    assert len(matches_of_wish(demand)) == 1


def test_ones_own_listing_is_no_match(on: Stage) -> None:
    opened(on)
    demand = operations.draft_demand(actor=on.holder, **SAID)
    operations.submit_demand(demand, actor=on.holder)
    operations.open_demand(demand, actor=on.clerks[0])
    assert matches_of_wish(demand) == []


def test_a_price_above_the_budget_is_no_match(on: Stage) -> None:
    opened(on)
    assert matches_of_wish(demanded(on, high=yuan("1199999.99"))) == []
    assert len(matches_of_wish(demanded(on, high=yuan(1_200_000)))) == 1


def test_finding_again_changes_no_number(on: Stage) -> None:
    opened(on)
    demand = demanded(on)
    assert operations.find_for_wish(demand) == 0
    assert len(matches_of_wish(demand)) == 1


def test_a_declined_match_stays_declined_and_the_seller_learns_the_reason_alone(on: Stage) -> None:
    opened(on)
    demand = demanded(on)
    [match] = matches_of_wish(demand)
    assert refused(lambda: operations.decline_match(match, actor=on.buyer, reason="mood")) == "CHOICE_UNKNOWN"
    operations.decline_match(match, actor=on.buyer, reason="evidence")
    operations.find_for_wish(demand)
    assert (match.state, matches_of_wish(demand)) == ("declined", [])
    assert decline_counts(on.holder.organisation_id) == {"evidence": 1}


def test_only_the_seeker_shortlists_and_either_side_contacts(on: Stage) -> None:
    opened(on)
    [match] = matches_of_wish(demanded(on))
    assert refused(lambda: operations.shortlist_match(match, actor=on.holder)) == "FORBIDDEN"
    operations.shortlist_match(match, actor=on.buyer)
    operations.contact_match(match, actor=on.holder)
    assert match.state == "contacted"


def test_a_listing_that_goes_away_lets_its_matches_go_and_takes_them_back(on: Stage) -> None:
    listing = opened(on)
    demand = demanded(on)
    listings.pause_listing(listing, actor=on.clerks[0], reason="papers")
    assert matches_of_wish(demand) == []
    listings.resume_listing(listing, actor=on.clerks[0])
    jobs.run_due_jobs()
    assert len(matches_of_wish(demand)) == 1


def test_a_confidential_demand_is_matched_and_seen_by_nobody_else(on: Stage) -> None:
    opened(on)
    demand = demanded(on, confidential=True)
    assert len(matches_of_wish(demand)) == 1
    assert open_demands(None).rows == []
    assert matches_for(on.holder, side="holder").rows == []
    [match] = matches_of_wish(demand)
    operations.contact_match(match, actor=on.buyer)
    assert [each.id for each in matches_for(on.holder, side="holder").rows] == [match.id]


def test_an_investors_criteria_find_listings_and_end(on: Stage) -> None:
    opened(on)
    investor = factories.actor("investor officer")
    interest = operations.save_interest(actor=investor, kind="vc", **SAID)
    assert len(matches_of_wish(interest)) == 1
    operations.end_interest(interest, actor=investor)
    assert matches_of_wish(interest) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": "", "classes": []}, "DEMAND_EMPTY"),
        ({"low": yuan(3_000_000)}, "BUDGET_ORDER"),
        ({"stage_high": 5}, "STAGE_ORDER"),
        ({"classes": ["battery"]}, "CLASS_UNREADABLE"),
        ({"deadline": date(2026, 11, 24)}, "DATE_ORDER"),
    ],
)
def test_refuses_a_demand_that_says_nothing_or_nonsense(on: Stage, said: dict[str, Any], code: str) -> None:
    assert refused(lambda: operations.draft_demand(actor=on.buyer, **(SAID | said))) == code


def test_a_clerk_does_not_publish_the_exchanges_own_demand(on: Stage) -> None:
    demand = operations.draft_demand(actor=on.buyer, **SAID)
    assert refused(lambda: operations.open_demand(demand, actor=on.clerks[0])) == "WRONG_STATE"
    operations.submit_demand(demand, actor=on.buyer)
    assert refused(lambda: operations.open_demand(demand, actor=on.buyer)) == "OWN_MATTER"
    assert demand.state == "review"


def test_a_demand_expires_after_its_deadline(on: Stage, clock: Any) -> None:
    demand = demanded(on, deadline=date(2026, 11, 30))
    clock.pass_(days=7)
    jobs.run_due_jobs()
    assert demand.state == "expired"


