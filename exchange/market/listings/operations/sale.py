"""What happens to a listing when it is sold: claims, allocation, binding, falling back."""

from __future__ import annotations

from datetime import timedelta

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, lock, operation, session
from exchange.core.errors import Conflict
from exchange.core.events import note
from exchange.core.numbers import next_number
from exchange.core.search.index import reindex
from exchange.market.deals.models import Deal
from exchange.market.deals.operations import open_awarded_deal
from exchange.market.deals.rules import check_parties, use_of
from exchange.market.deals.states import TAKES_CLAIM
from exchange.market.listings.models import Listing, ListingPatent
from exchange.market.listings.operations.content import check_gates_at
from exchange.market.listings.queries.offers import awarded_offer, running_offers
from exchange.market.listings.rules.listing import sells_again
from exchange.market.listings.rules.offer import check_fixed
from exchange.market.listings.states import LISTING, OFFER, ListingState
from exchange.registers.patents.operations import release_claim, release_consent, take_claim, use_consent
from exchange.registers.patents.queries import consent_for, consents_of, live_claim
from exchange.registers.patents.states import ConsentState

NEGOTIATION_DAYS = 30
SOLD = (ListingState.ALLOCATED, ListingState.UNDER_DEAL, ListingState.CLOSED_DONE)
CARRIED = (
    "organisation_id", "mode", "price_mode", "price_form", "price_minor", "price_currency", "on_enquiry", "title_zh", "title_en",
    "summary_zh", "summary_en", "problem", "solution", "benefit", "economics", "evidence_of_use", "prior_art", "defects", "stage",
    "industry", "region", "territories", "fields", "first_day", "last_day", "burdens", "declared", "leak_confirmed",
    "has_valuation", "term_days", "score",
)  # fmt: skip


def take_claims(listing: Listing, actor: Actor) -> None:
    """Take the transfer claim of each patent for a sale; licences take none."""
    if listing.mode not in TAKES_CLAIM:
        return
    for patent_id in sorted(listing.patent_ids):
        claim = live_claim(patent_id)
        if claim is None or claim.reference != listing.public_id:
            take_claim(actor, patent_id, process="listing", reference=listing.public_id)


def use_consents(listing: Listing, actor: Actor) -> None:
    """Rely on the pledgees' consents, so that they cannot be revoked while the listing lives."""
    for patent_id in sorted(listing.patent_ids):
        consent = consent_for(patent_id, use_of(listing.mode), clock.today())
        if consent is not None and consent.relied_on_by == "":
            use_consent(actor, consent.id, relied_on_by=listing.public_id)


def release_consents(listing: Listing, actor: Actor) -> None:
    """Rely no longer on the consents that this listing used."""
    for patent_id in sorted(listing.patent_ids):
        for consent in consents_of(patent_id):
            if consent.relied_on_by == listing.public_id and consent.state == ConsentState.GRANTED:
                release_consent(actor, consent.id)


def release_claims(listing: Listing, actor: Actor) -> None:
    """Release the claims that this listing still holds, and the consents it relies on."""
    for patent_id in sorted(listing.patent_ids):
        claim = live_claim(patent_id)
        if claim is not None and claim.reference == listing.public_id:
            release_claim(actor, patent_id, reference=listing.public_id)
    release_consents(listing, actor)


def allocate(listing: Listing, deal: Deal) -> None:
    """Mark the listing as sold to the deal's buyer."""
    with LISTING.move(listing, "allocate", SYSTEM, deal=deal.public_id):
        reindex("listing", listing.public_id)


@operation
def fall_back(listing: Listing, deal: Deal) -> Listing:
    """The deal came to nothing: the listing opens again and takes its claims back."""
    lock(listing)
    offer = awarded_offer(deal.offer_reference)
    if offer is not None:
        offer.award_live = False
    if listing.state in (ListingState.ALLOCATED, ListingState.UNDER_DEAL):
        with LISTING.move(listing, "fall_back", SYSTEM, to=ListingState.OPEN, deal=deal.public_id):
            take_claims(listing, SYSTEM)
            reindex("listing", listing.public_id)
    session().flush()
    return listing


@operation
def bind_sale(listing: Listing, deal: Deal) -> Listing:
    """The deal is signed: the listing is bound to it and the other offers are declined."""
    lock(listing)
    if listing.state == ListingState.ALLOCATED:
        with LISTING.move(listing, "bind", SYSTEM, deal=deal.public_id):
            for offer in running_offers(listing.id):
                with OFFER.move(offer, "decline", SYSTEM, deal=deal.public_id):
                    offer.award_live = False
            reindex("listing", listing.public_id)
    return listing


@operation
def pass_listing(listing: Listing, *, actor: Actor = SYSTEM) -> Listing:
    """A window that ended without a sale passes; the claims stay until it is listed anew or expires."""
    lock(listing)
    with LISTING.move(listing, "pass", actor):
        reindex("listing", listing.public_id)
    return listing


@operation
def negotiate_listing(listing: Listing, *, actor: Actor = SYSTEM) -> Listing:
    """After an auction that passed, offers may be made for thirty days."""
    lock(listing)
    with LISTING.move(listing, "negotiate", actor):
        listing.ends_on = clock.today() + timedelta(days=NEGOTIATION_DAYS)
        reindex("listing", listing.public_id)
    return listing


@operation
def finish_listing(listing: Listing, deal: Deal) -> Listing:
    """The deal is settled: the listing is done, or goes on where the same licence can be sold again."""
    lock(listing)
    if listing.state == ListingState.UNDER_DEAL:
        with LISTING.move(listing, "reopen_sale" if sells_again(listing.mode) else "finish", SYSTEM, deal=deal.public_id):
            reindex("listing", listing.public_id)
    return listing


@operation
def relist_listing(listing: Listing, *, actor: Actor) -> Listing:
    """List anew what was not sold: the next attempt is a draft that says the same, linked to this one."""
    lock(listing)
    with LISTING.move(listing, "relist", actor):
        release_claims(listing, SYSTEM)
        reindex("listing", listing.public_id)
    return _next_attempt(listing, actor)


def _next_attempt(listing: Listing, actor: Actor) -> Listing:
    said = {name: getattr(listing, name) for name in CARRIED}
    following = Listing(number=next_number("GP"), attempt=listing.attempt + 1, previous_id=listing.id, sale_held="none", **said)
    with LISTING.move(following, "draft", actor, previous=listing.public_id):
        add(following)
        following.patents[:] = [ListingPatent(patent_id=row.patent_id, position=row.position) for row in listing.patents]
        reindex("listing", following.public_id)
    return following


@operation
def buy_listing(listing: Listing, *, actor: Actor) -> Deal:
    """Buy at the fixed price: the first purchase under the listing's lock wins; its deal goes straight to signing."""
    lock(listing)
    check_parties({listing.organisation_id}, actor.organisation_id)
    check_fixed(listing.price_mode, listing.shown_price_mode.label)
    if listing.state in SOLD:
        raise Conflict("ALREADY_ALLOCATED")
    if listing.state != ListingState.OPEN or listing.price is None:
        raise Conflict("WRONG_STATE", state=listing.shown_state.label, actions="—")
    check_gates_at(listing, "award", price=listing.price, relied_on_by=listing.public_id)
    deal = open_awarded_deal(
        actor=SYSTEM, holder_id=listing.organisation_id, buyer_id=actor.organisation_id, patent_ids=listing.patent_ids,
        mode=listing.mode, price=listing.price, price_form=listing.price_form, box=_box_terms(listing),
        listing_reference=listing.public_id,
    )
    note(listing, "buy", actor, deal=deal.public_id, price=listing.price)
    if not sells_again(listing.mode):
        allocate(listing, deal)
    return deal


def _box_terms(listing: Listing) -> dict[str, object] | None:
    if not listing.is_licence:
        return None
    return {
        "territories": list(listing.territories), "fields": list(listing.fields),
        "first_day": str(listing.first_day or ""), "last_day": str(listing.last_day or ""),
    }
