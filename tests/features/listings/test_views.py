"""The pages and the JSON of the market: who sees what, and the whole path through HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exchange.core import approvals, jobs
from exchange.core.money import yuan
from exchange.core.tasks import read_tasks
from exchange.market.listings import operations
from exchange.market.listings.models import Listing, Offer
from exchange.people.accounts.models import Organisation
from tests import factories
from tests.features.listings.stock import Stage, drafted, offered, opened, stage, submitted, verified_patent


@pytest.fixture
def on(house: Any, clock: Any) -> Stage:
    return stage()


def signed_in(house: Any, like: Any, role: str) -> Any:
    home = house.db.session.get(Organisation, like.organisation_id)
    return factories.signed_in(house, role, organisation=home)


def test_a_draft_is_nobody_elses(house: Any, on: Stage) -> None:
    listing = drafted(on)
    assert house.client().get(f"/listings/{listing.public_id}").status_code == 404
    assert house.client().get(f"/api/v1/listings/{listing.public_id}").status_code == 404
    assert house.act_as("enterprise officer").get(f"/listings/{listing.public_id}").status_code == 404
    assert signed_in(house, on.holder, "enterprise officer").get(f"/listings/{listing.public_id}").status_code == 200


@pytest.mark.parametrize(("lang", "word"), [("zh", "协议定价"), ("en", "By negotiation")])
def test_an_open_listing_is_public_in_both_languages(house: Any, on: Stage, lang: str, word: str) -> None:
    listing = opened(on)
    answer = house.client().get(f"/listings/{listing.public_id}?lang={lang}")
    assert answer.status_code == 200
    assert word in answer.get_data(as_text=True)
    assert listing.announcement_sha256 in answer.get_data(as_text=True)


def test_the_list_filters_counts_and_finds_by_number_in_any_spelling(house: Any, on: Stage) -> None:
    patent = verified_patent(on)
    listing = opened(on, patent=patent)
    opened(on, title_zh="演示：海水淡化膜", industry="environment", price=None, on_enquiry=True)
    jobs.run_due_jobs()
    client = house.client()

    def items(query: str) -> list[str]:
        return [item["id"] for item in client.get(f"/api/v1/listings?{query}").get_json()["items"]]

    assert len(items("")) == 2
    assert items("industry=new-energy") == [listing.public_id]
    assert items("q=锂电池隔膜&sort=relevance")[0] == listing.public_id
    spelling = patent.application_number.removeprefix("CN").replace(".", "")
    assert items(f"q=zl {spelling}") == [listing.public_id]
    assert items("region=CN/44&band=1m-5m") == [listing.public_id]
    counted = client.get("/api/v1/listings/facets?industry=environment").get_json()
    assert counted["industry"] == [{"value": "environment", "count": 1}, {"value": "new-energy", "count": 1}]
    assert counted["band"] == [{"value": "enquiry", "count": 1}]


def test_pages_by_key_without_a_repeat(house: Any, on: Stage) -> None:
    every = {opened(on, price=yuan(100_000 * (number + 1))).public_id for number in range(3)}
    from exchange.market.listings.queries.browse import Wanted, browse

    for sort in ("newest", "price", "price_down", "ending", "complete"):
        first = browse(None, Wanted(), sort=sort, size=2)
        second = browse(None, Wanted(), sort=sort, size=2, cursor=first.next or "")
        assert {row.public_id for row in (*first.rows, *second.rows)} == every
        assert second.next is None


@pytest.mark.parametrize("query", ["sort=luck", "colour=red", "industry=magic", "q=" + "x" * 257])
def test_refuses_an_unknown_filter(house: Any, on: Stage, query: str) -> None:
    assert house.client().get(f"/api/v1/listings?{query}").status_code == 422


def test_a_price_on_enquiry_leaves_no_answer(house: Any, on: Stage) -> None:
    listing = opened(on, on_enquiry=True, price=yuan(777_777))
    answer = house.client().get(f"/api/v1/listings/{listing.public_id}").get_json()
    page = house.client().get(f"/listings/{listing.public_id}?lang=en").get_data(as_text=True)
    assert answer["price"] is None
    assert "777" not in page


def test_an_offer_is_seen_by_its_two_sides_alone(house: Any, on: Stage) -> None:
    offer = offered(on, opened(on))
    url = f"/offers/{offer.public_id}"
    assert house.client().get("/api/v1" + url).status_code == 401
    assert house.act_as("enterprise signatory").get(url).status_code == 404
    assert signed_in(house, on.buyer, "enterprise officer").get(url).status_code == 200
    assert signed_in(house, on.holder, "enterprise officer").get(url).status_code == 200
    assert house.act_as("regulator officer").get(url).status_code == 200


def test_an_officer_may_not_bind_the_organisation(house: Any, on: Stage) -> None:
    listing = opened(on)
    officer = signed_in(house, on.buyer, "enterprise officer")
    answer = officer.post(f"/api/v1/listings/{listing.public_id}/offers", json={"amount": {"amount": "1.00", "currency": "CNY"}})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "FORBIDDEN")
    assert house.db.session.query(Offer).count() == 0


def test_the_whole_path_through_http(house: Any, on: Stage) -> None:
    patent = verified_patent(on)
    holder = signed_in(house, on.holder, "enterprise signatory")
    buyer = signed_in(house, on.buyer, "enterprise signatory")
    first, second = (signed_in(house, clerk, "exchange officer clerk") for clerk in on.clerks)
    form = {
        "patents": patent.public_id, "mode": "transfer", "price_mode": "negotiated", "price_form": "lump_sum", "price": "120万",
        "title_zh": "演示", "summary_zh": "演示", "industry": "new-energy", "stage": "7", "declared": "yes", "leak_confirmed": "yes",
        "term_days": "180",
    }  # fmt: skip
    answer = holder.post("/listings/new", data=form)
    assert answer.status_code == 303
    url = answer.headers["Location"]
    listing = house.db.session.query(Listing).one()
    assert listing.price == yuan(1_200_000)
    assert holder.post(f"{url}/submit").status_code == 303
    assert first.post(f"{url}/approve").status_code == 303
    [approval] = approvals.pending_on("listing", listing.public_id)
    assert house.client().get(url).status_code == 404
    approvals.confirm_approval(approval.public_id, actor=second.actor)
    assert buyer.get(url).status_code == 200
    refused = buyer.post(f"{url}/offers", data={"amount": "1e6", "price_form": "lump_sum", "valid_days": "14"})
    assert refused.status_code == 422
    assert "1e6" in refused.get_data(as_text=True)
    made = buyer.post(f"{url}/offers", data={"amount": "100万", "price_form": "lump_sum", "valid_days": "14"})
    assert made.status_code == 303
    offer = made.headers["Location"]
    assert holder.post(f"{offer}/counter", data={"n": "1", "amount": "1,150,000", "price_form": "lump_sum", "valid_days": "14"}).status_code == 303
    done = buyer.post(f"{offer}/accept", data={"n": "2"})
    assert done.status_code == 303
    assert "1,150,000.00" in buyer.get(done.headers["Location"] + "?lang=en").get_data(as_text=True)
    assert holder.get("/listings/mine").status_code == 200
    assert holder.get("/deals").status_code == 200


def test_a_repeated_key_makes_one_offer(house: Any, on: Stage) -> None:
    listing = opened(on)
    buyer = signed_in(house, on.buyer, "enterprise signatory")
    url, headers = f"/api/v1/listings/{listing.public_id}/offers", {"Idempotency-Key": "k" * 20}
    body = {"amount": {"amount": "1000000.00", "currency": "CNY"}}
    first = buyer.post(url, json=body, headers=headers)
    again = buyer.post(url, json=body, headers=headers)
    other = buyer.post(url, json={"amount": {"amount": "2.00", "currency": "CNY"}}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.get_json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_the_clerks_queue_shows_what_waits(house: Any, on: Stage) -> None:
    listing = submitted(on)
    clerk = signed_in(house, on.clerks[0], "exchange officer clerk")
    assert listing.number in clerk.get("/ops/listings").get_data(as_text=True)
    assert house.act_as("enterprise officer").get("/ops/listings").status_code == 403


def test_a_licence_page_draws_what_can_still_be_sold(house: Any, on: Stage) -> None:
    listing = opened(on, mode="ordinary", territories=["CN/44"], fields=["*"], first_day=date(2027, 1, 1), last_day=date(2028, 12, 31))
    page = house.client().get(f"/listings/{listing.public_id}?lang=en").get_data(as_text=True)
    assert page.count('class="free"') == 2


def test_tasks_name_what_waits(house: Any, on: Stage) -> None:
    from exchange.market.listings.queries import start_page, tasks

    listing = submitted(on)
    assert [(task.noun, task.number) for task in read_tasks(tasks(on.clerks[0]))] == [("listing", listing.number)]
    sold = opened(on)
    offer = offered(on, sold)
    assert [(task.noun, task.number) for task in read_tasks(tasks(on.holder))] == [("offer", offer.number)]
    operations.counter_offer(offer, actor=on.holder, n=1, amount=yuan(5))
    assert [(task.noun, task.number) for task in read_tasks(tasks(on.buyer))] == [("offer", offer.number)]
    assert [each["url"] for each in start_page(None)["newest"]] == [f"/listings/{sold.public_id}"]
