"""What happens to a listing when it is sold: claims, allocation, binding, falling back."""

from __future__ import annotations

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import lock, operation, session
from exchange.core.search.index import reindex
from exchange.market.deals.models import Deal
from exchange.market.deals.rules import use_of
from exchange.market.deals.states import TAKES_CLAIM
from exchange.market.listings.models import Listing
from exchange.market.listings.queries.offers import awarded_offer, running_offers
from exchange.market.listings.states import LISTING, OFFER, ListingState
from exchange.registers.patents.operations import release_claim, release_consent, take_claim, use_consent
from exchange.registers.patents.queries import consent_for, consents_of, live_claim
from exchange.registers.patents.states import ConsentState


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
