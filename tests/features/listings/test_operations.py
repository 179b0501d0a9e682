"""From the draft to the deal: review by two, the gates, offers, one acceptance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from exchange.core import approvals, jobs
from exchange.core import clock as time
from exchange.core.access import SYSTEM
from exchange.core.database import Proposed
from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.market.deals.operations import cancel_deal
from exchange.market.deals.queries import gate_checks, terms_of
from exchange.market.listings import operations
from exchange.market.listings.models import Listing
from exchange.market.listings.queries.content import announcements
from exchange.registers.patents import operations as patents
from exchange.registers.patents.queries import get_patent, live_claim, live_custody
from exchange.registers.patents.rules.licences import Box
from tests import factories
from tests.features.listings.stock import Stage, approved, drafted, offered, opened, register_copy, registered_patent, stage, submitted, verified_patent


@pytest.fixture
def on(house: Any, clock: Any) -> Stage:
    return stage()


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code.name


def test_drafts_a_listing_with_number_score_and_owner(on: Stage) -> None:
    listing = drafted(on)
    assert (listing.number, listing.state, listing.organisation_id) == ("GP-2026-000001", "draft", on.holder.organisation_id)
    assert listing.score == 17


def test_refuses_a_patent_outside_custody(on: Stage) -> None:
    patent = registered_patent(on)
    assert refused(lambda: drafted(on, patent=patent)) == "CUSTODY_REQUIRED"


def test_refuses_anothers_patent(on: Stage) -> None:
    patent = verified_patent(on)
    stranger = factories.actor("enterprise signatory")
    assert refused(lambda: operations.draft_listing(actor=stranger, patents=[patent.public_id])) == "NOT_FOUND"


def test_an_incomplete_draft_is_not_submitted(on: Stage) -> None:
    listing = drafted(on, title_zh="", stage=None)
    assert refused(lambda: operations.submit_listing(listing, actor=on.holder)) == "LISTING_INCOMPLETE"
    assert listing.state == "draft"


def test_a_plain_second_save_of_ones_own_draft_is_no_conflict(on: Stage) -> None:
    listing = drafted(on)
    operations.edit_listing(listing, actor=on.holder, problem="x" * 40)
    operations.edit_listing(listing, actor=on.holder, problem="x" * 40)
    assert listing.problem == "x" * 40


def test_review_needs_two_persons(on: Stage) -> None:
    listing = submitted(on)
    with pytest.raises(Proposed) as proposed:
        operations.approve_listing(listing, actor=on.clerks[0])
    assert listing.state == "review"
    assert refused(lambda: approvals.confirm_approval(proposed.value.approval_id, actor=on.clerks[0])) == "SECOND_PERSON_NEEDED"
    assert listing.state == "review"
    approvals.confirm_approval(proposed.value.approval_id, actor=on.clerks[1])
    assert listing.state == "open"


def test_a_holder_cannot_approve_its_own_listing(on: Stage) -> None:
    listing = submitted(on)
    assert refused(lambda: operations.approve_listing(listing, actor=on.holder)) == "OWN_MATTER"
    assert listing.state == "review"


def test_approving_freezes_claims_publishes_and_opens(on: Stage) -> None:
    listing = opened(on)
    patent_id = listing.patent_ids[0]
    [announcement] = announcements(listing)
    assert (announcement.n, announcement.sha256) == (1, listing.announcement_sha256)
    claim = live_claim(patent_id)
    assert claim is not None
    assert (claim.process, claim.reference) == ("listing", listing.public_id)
    assert (listing.state, listing.ends_on) == ("open", date(2026, 11, 25) + timedelta(days=180))
    points = {(check.point, check.gate): check.passed for check in gate_checks("listing", listing.public_id)}
    assert points[("listing_approve", "G1")]
    assert points[("listing_open", "G7")]


def test_a_licence_takes_no_claim(on: Stage) -> None:
    listing = opened(on, mode="ordinary", territories=["CN"], fields=["*"], first_day=date(2027, 1, 1))
    assert live_claim(listing.patent_ids[0]) is None


def test_two_sales_of_one_patent_cannot_live_side_by_side(on: Stage) -> None:
    patent = verified_patent(on)
    opened(on, patent=patent)
    second = submitted(on, patent=patent)
    assert refused(lambda: approved(on, second)) == "PATENT_HAS_LIVE_PROCESS"
    assert second.state == "review"


def test_a_public_institution_shows_its_listing_fifteen_days_first(house: Any, clock: Any) -> None:
    on = stage("research")
    listing = opened(on)
    assert listing.state == "notice"
    assert listing.notice_ends_at == time.end_of(date(2026, 12, 10))
    clock.move_to(time.end_of(date(2026, 12, 10)) + timedelta(seconds=1))
    jobs.run_due_jobs()
    assert listing.state == "open"


def _overdue(on: Stage, listing: Listing) -> None:
    register_copy(on, _patent(listing), paid_to_year=5)


def _seized(on: Stage, listing: Listing) -> None:
    register_copy(on, _patent(listing), seized=True)


def _stayed(on: Stage, listing: Listing) -> None:
    register_copy(on, _patent(listing), stayed=True)


def _pledged(on: Stage, listing: Listing) -> None:
    bank = factories.organisation("bank")
    patents.place_encumbrance(
        SYSTEM, listing.patent_ids[0], kind="pledge", source="pledges", reference="p1", begins_on=date(2026, 11, 1),
        holder_organisation_id=bank.id, holder_name=bank.name,
    )  # fmt: skip


def _licensed(on: Stage, listing: Listing) -> None:
    patents.place_encumbrance(
        on.holder, listing.patent_ids[0], kind="licence", source="declared", reference="l1", begins_on=date(2026, 11, 1),
        licence_kind="ordinary", box=Box(frozenset(("CN",)), first_day=date(2026, 11, 1), last_day=date(2028, 1, 1)),
        holder_name="Licensee",
    )  # fmt: skip


def _patent(listing: Listing) -> Any:
    return get_patent(listing.patent_ids[0])


@pytest.mark.parametrize(
    ("happens", "said", "code"),
    [
        (_overdue, {}, "ANNUITY_OVERDUE"),
        (_seized, {}, "RIGHTS_SEIZED"),
        (_stayed, {}, "RIGHTS_STAYED"),
        (_pledged, {}, "PLEDGEE_CONSENT_REQUIRED"),
        (_licensed, {"mode": "exclusive", "territories": ["CN"], "fields": ["*"], "first_day": date(2027, 1, 1)}, "RIGHTS_CONFLICT"),
        (_licensed, {}, "UNDISCLOSED_LICENCE"),
    ],
)
def test_a_gate_that_fails_refuses_the_approval(on: Stage, happens: Any, said: dict[str, Any], code: str) -> None:
    listing = submitted(on, **said)
    happens(on, listing)
    assert refused(lambda: approved(on, listing)) == code
    assert listing.state == "review"
    assert live_claim(listing.patent_ids[0]) is None
    assert announcements(listing) == []


def test_a_stale_register_copy_refuses_the_approval(on: Stage, clock: Any) -> None:
    listing = submitted(on)
    clock.pass_(days=46)
    assert refused(lambda: approved(on, listing)) == "REGISTER_STALE"


def test_a_co_owner_who_has_not_consented_refuses_the_approval(on: Stage) -> None:
    other = factories.organisation("enterprise")
    patent = verified_patent(on)
    patents.transfer_shares(
        SYSTEM, patent.id, from_organisation_id=on.holder.organisation_id, to_organisation_id=other.id, fraction=Fraction(1, 2),
        basis="test", on=date(2026, 11, 1),
    )  # fmt: skip
    listing = submitted(on, patent=patent)
    assert refused(lambda: approved(on, listing)) == "COOWNER_CONSENT_REQUIRED"


def test_a_consent_of_the_pledgee_lets_the_listing_through_and_is_relied_on(on: Stage) -> None:
    bank = factories.organisation("bank")
    pledgee = factories.actor("bank approver", organisation=bank)
    second = factories.actor("bank approver", organisation=bank)
    patent = verified_patent(on)
    pledge = patents.place_encumbrance(
        SYSTEM, patent.id, kind="pledge", source="pledges", reference="p1", begins_on=date(2026, 11, 1), holder_organisation_id=bank.id)
    consent = approvals.with_second(
        lambda: patents.record_consent(pledgee, patent.id, encumbrance_id=pledge.id, uses=["transfer"], floor=yuan(1_100_000)), second)
    listing = approved(on, submitted(on, patent=patent, burdens=[pledge.id]))
    assert listing.state == "open"
    assert consent.relied_on_by == listing.public_id
    offer = offered(on, listing, amount=yuan("1099999.99"))
    assert refused(lambda: operations.accept_offer(offer, actor=on.holder, n=1)) == "BELOW_CONSENT_FLOOR"
    assert (offer.state, listing.state) == ("submitted", "open")


def test_an_offer_goes_back_and_forth_and_opens_a_deal(on: Stage) -> None:
    listing = opened(on)
    offer = offered(on, listing, conditions="with training")
    assert refused(lambda: operations.counter_offer(offer, actor=on.buyer, n=1, amount=yuan(2))) == "FORBIDDEN"
    operations.counter_offer(offer, actor=on.holder, n=1, amount=yuan(1_150_000))
    assert refused(lambda: operations.accept_offer(offer, actor=on.buyer, n=1)) == "OFFER_VERSION_OLD"
    deal = operations.accept_offer(offer, actor=on.buyer, n=2)
    assert (deal.number, deal.state, deal.price) == ("CJ-2026-000001", "negotiating", yuan(1_150_000))
    assert (offer.state, listing.state, offer.deal_reference) == ("accepted", "allocated", deal.public_id)
    claim = live_claim(listing.patent_ids[0])
    assert claim is not None
    assert (claim.process, claim.reference) == ("deal", deal.public_id)
    [terms] = terms_of(deal)
    assert b'"amount":"1150000.00"' in terms.content


def test_the_second_acceptance_finds_the_listing_sold(on: Stage) -> None:
    listing = opened(on)
    other = factories.actor("investor signatory")
    first, second = offered(on, listing), offered(on, listing, buyer=other, amount=yuan(1_190_000))
    operations.accept_offer(first, actor=on.holder, n=1)
    assert refused(lambda: operations.accept_offer(second, actor=on.holder, n=1)) == "ALREADY_ALLOCATED"
    assert refused(lambda: offered(on, listing, buyer=factories.actor("investor signatory"))) == "ALREADY_ALLOCATED"
    assert second.state == "submitted"


def test_an_ordinary_licence_is_sold_again(on: Stage) -> None:
    listing = opened(on, mode="ordinary", territories=["CN"], fields=["*"], first_day=date(2027, 1, 1))
    other = factories.actor("investor signatory")
    for buyer in (on.buyer, other):
        operations.accept_offer(offered(on, listing, buyer=buyer), actor=on.holder, n=1)
    assert listing.state == "open"


def test_nobody_offers_on_its_own_listing(on: Stage) -> None:
    listing = opened(on)
    assert refused(lambda: offered(on, listing, buyer=on.holder)) == "SAME_PARTY"


def test_a_buyer_has_one_running_offer_on_a_listing(on: Stage) -> None:
    listing = opened(on)
    offered(on, listing)
    assert refused(lambda: offered(on, listing, amount=yuan(5))) == "OFFER_EXISTS"


def test_an_offer_that_ended_cannot_be_accepted(on: Stage, clock: Any) -> None:
    listing = opened(on)
    offer = offered(on, listing, valid_days=3)
    clock.pass_(days=3)
    assert refused(lambda: operations.accept_offer(offer, actor=on.holder, n=1)) == "OFFER_EXPIRED"
    jobs.run_due_jobs()
    assert offer.state == "expired"


def test_declines_for_a_reason_and_withdraws_before_acceptance(on: Stage) -> None:
    listing = opened(on)
    offer = offered(on, listing)
    assert refused(lambda: operations.decline_offer(offer, actor=on.holder, reason="mood")) == "CHOICE_UNKNOWN"
    operations.decline_offer(offer, actor=on.holder, reason="price")
    assert offer.state == "declined"
    again = offered(on, listing)
    operations.withdraw_offer(again, actor=on.buyer)
    assert again.state == "withdrawn"


def test_a_cancelled_deal_gives_the_listing_back(on: Stage) -> None:
    listing = opened(on)
    deal = operations.accept_offer(offered(on, listing), actor=on.holder, n=1)
    assert refused(lambda: cancel_deal(deal, actor=factories.actor("enterprise signatory"), reason="x")) == "FORBIDDEN"
    cancel_deal(deal, actor=on.buyer, reason="no money")
    claim = live_claim(listing.patent_ids[0])
    assert (deal.state, listing.state) == ("cancelled", "open")
    assert claim is not None
    assert (claim.process, claim.reference) == ("listing", listing.public_id)
    other = offered(on, listing, buyer=factories.actor("investor signatory"))
    assert operations.accept_offer(other, actor=on.holder, n=1).number == "CJ-2026-000002"


def test_withdrawing_frees_the_patent_and_ends_offers(on: Stage) -> None:
    listing = opened(on)
    offer = offered(on, listing)
    operations.withdraw_listing(listing, actor=on.holder, reason="sold elsewhere")
    assert (listing.state, offer.state) == ("withdrawn", "expired")
    assert live_claim(listing.patent_ids[0]) is None


def test_an_auction_that_runs_holds_the_listing(on: Stage) -> None:
    listing = opened(on)
    operations.hold_sale(listing, held="live")
    assert refused(lambda: operations.withdraw_listing(listing, actor=on.holder, reason="x")) == "SALE_HELD"
    operations.release_sale(listing)
    operations.withdraw_listing(listing, actor=on.holder, reason="x")
    assert listing.state == "withdrawn"


def test_a_returned_listing_is_revised_and_submitted_again(on: Stage) -> None:
    listing = submitted(on)
    assert refused(lambda: operations.reject_listing(listing, actor=on.clerks[0], reason=" ")) == "REASON_NEEDED"
    operations.reject_listing(listing, actor=on.clerks[0], reason="say more")
    operations.revise_listing(listing, actor=on.holder)
    operations.submit_listing(listing, actor=on.holder)
    assert approved(on, listing).state == "open"


def test_amending_what_is_public_goes_back_to_review_and_freezes_a_new_announcement(on: Stage) -> None:
    listing = opened(on)
    operations.amend_listing(listing, actor=on.holder, price=yuan(900_000))
    assert listing.state == "review"
    approved(on, listing)
    assert (listing.state, [row.n for row in announcements(listing)]) == ("open", [2, 1])


def test_a_suspended_custody_pauses_the_listing(on: Stage) -> None:
    listing = opened(on)
    custody = live_custody(listing.patent_ids[0])
    assert custody is not None
    patents.suspend_custody(on.registrars[0], custody.id, reason="dispute")
    assert listing.state == "paused"


def test_a_listing_expires_at_the_end_of_its_term(on: Stage, clock: Any) -> None:
    listing = opened(on, term_days=30)
    clock.pass_(days=31)
    jobs.run_due_jobs()
    assert listing.state == "expired"
    assert live_claim(listing.patent_ids[0]) is None


def test_the_first_purchase_at_the_fixed_price_wins_and_goes_to_signing(on: Stage) -> None:
    listing = opened(on, price_mode="fixed")
    assert refused(lambda: offered(on, listing)) == "NOT_NEGOTIABLE"
    deal = operations.buy_listing(listing, actor=on.buyer)
    assert (deal.state, deal.price, deal.awarded, listing.state) == ("signing", yuan(1_200_000), True, "allocated")
    assert refused(lambda: operations.buy_listing(listing, actor=factories.actor("investor signatory"))) == "ALREADY_ALLOCATED"


def test_a_negotiated_listing_is_not_bought_outright(on: Stage) -> None:
    listing = opened(on)
    assert refused(lambda: operations.buy_listing(listing, actor=on.buyer)) == "NOT_FIXED"
    assert listing.state == "open"


def test_what_was_not_sold_is_listed_anew_as_the_next_attempt(on: Stage) -> None:
    listing = opened(on)
    operations.pass_listing(listing)
    following = operations.relist_listing(listing, actor=on.holder)
    assert (listing.state, following.state, following.attempt, following.previous_id) == ("relisted", "draft", 2, listing.id)
    assert (following.patent_ids, following.price) == (listing.patent_ids, listing.price)
    operations.submit_listing(following, actor=on.holder)
    assert approved(on, following).state == "open"


def test_after_a_pass_offers_are_made_in_the_negotiation(on: Stage) -> None:
    listing = opened(on)
    operations.negotiate_listing(operations.pass_listing(listing))
    deal = operations.accept_offer(offered(on, listing), actor=on.holder, n=1)
    assert (deal.state, listing.state) == ("negotiating", "allocated")
