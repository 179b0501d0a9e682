"""Offers: made, countered, accepted, declined; one acceptance a listing, under its lock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from exchange.core import clock, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, deadline_now, flush, lock, operation
from exchange.core.errors import Conflict
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.market.deals.models import Deal
from exchange.market.deals.operations import open_deal
from exchange.market.deals.rules import check_parties
from exchange.market.listings.models import Decline, Listing, Offer, OfferVersion
from exchange.market.listings.operations.content import check_gates_at
from exchange.market.listings.operations.sale import SOLD, allocate
from exchange.market.listings.queries.offers import running_offers, standing_version
from exchange.market.listings.rules.listing import sells_again
from exchange.market.listings.rules.offer import (
    DEFAULT_VALIDITY_DAYS, LicenceBox, check_answer, check_negotiable, check_offer, check_reason, check_rounds,
)
from exchange.market.listings.states import OFFER, ListingState, OfferState

FOR_OFFERS = (ListingState.OPEN, ListingState.NEGOTIATION)


@operation
def make_offer(listing: Listing, *, actor: Actor, amount: Money, valid_days: int = DEFAULT_VALIDITY_DAYS, **said: Any) -> Offer:
    """Make an offer on an open, negotiated listing of another; one running offer a buyer."""
    lock(listing)
    offer = Offer(
        number=next_number("YX"), organisation_id=actor.organisation_id, holder_organisation_id=listing.organisation_id,
        listing_id=listing.id, turn="holder", round=1, amount_minor=amount.minor, amount_currency=amount.currency,
        valid_until=_until(valid_days), award_live=False, single=not sells_again(listing.mode),
    )
    check_parties({listing.organisation_id}, actor.organisation_id)
    with OFFER.move(offer, "make", actor, listing=listing.public_id, amount=amount):
        _check_open(listing)
        check_negotiable(listing.price_mode, listing.shown_price_mode.label)
        check_offer(amount, days=valid_days, asked=_asked(said), listed=listing.box)
        add(offer)
        flush()
        _write_round(offer, actor, side="buyer", said=said)
    _set_timer(offer)
    return offer


@operation
def counter_offer(offer: Offer, *, actor: Actor, n: int, amount: Money, valid_days: int = DEFAULT_VALIDITY_DAYS, **said: Any) -> Offer:
    """Answer with another sum or other conditions; the other side is then to answer."""
    lock(offer.listing, offer)
    with OFFER.move(offer, "counter", actor, amount=amount, round=offer.round + 1):
        _check_open(offer.listing)
        check_answer(version_named=n, version_current=offer.round, valid_until=offer.valid_until, now=deadline_now())
        check_rounds(offer.round)
        check_offer(amount, days=valid_days, asked=_asked(said), listed=offer.listing.box)
        side = offer.turn
        offer.round += 1
        offer.amount_minor, offer.amount_currency = amount.minor, amount.currency
        offer.valid_until, offer.turn = _until(valid_days), "buyer" if side == "holder" else "holder"
        _write_round(offer, actor, side=side, said=said)
    _set_timer(offer)
    return offer


@operation
def accept_offer(offer: Offer, *, actor: Actor, n: int) -> Deal:
    """Accept the standing version: the first acceptance of a listing wins, and its deal opens in the same transaction."""
    listing = offer.listing
    lock(listing, offer)
    with OFFER.move(offer, "accept", actor, listing=listing.public_id, amount=offer.amount, round=n):
        _check_open(listing)
        check_answer(version_named=n, version_current=offer.round, valid_until=offer.valid_until, now=deadline_now())
        standing = standing_version(offer)
        check_gates_at(
            listing, "award", point_of="offer", object_id=offer.public_id, price=offer.amount,
            period_end=standing.last_day, relied_on_by=listing.public_id,
        )
        offer.award_live = True
        flush()
        deal = _deal_of(offer, listing, standing)
        offer.deal_reference = deal.public_id
    jobs.cancel_timer("offer", offer.public_id, "offer.expire")
    if offer.single:
        allocate(listing, deal)
    return deal


def _deal_of(offer: Offer, listing: Listing, standing: OfferVersion) -> Deal:
    return open_deal(
        actor=SYSTEM, holder_id=listing.organisation_id, buyer_id=offer.organisation_id, patent_ids=listing.patent_ids,
        mode=listing.mode, price=offer.amount, price_form=standing.price_form, conditions=standing.conditions,
        box=_box_terms(standing) if listing.is_licence else None, listing_reference=listing.public_id,
        offer_reference=offer.public_id,
    )


def _box_terms(standing: OfferVersion) -> dict[str, Any]:
    return {
        "territories": list(standing.territories), "fields": list(standing.fields),
        "first_day": str(standing.first_day or ""), "last_day": str(standing.last_day or ""),
    }


@operation
def decline_offer(offer: Offer, *, actor: Actor, reason: str, note: str = "") -> Offer:
    """Decline for one of eight reasons; the note stays with the one who declines."""
    lock(offer)
    check_reason(reason)
    with OFFER.move(offer, "decline", actor, reason=reason):
        add(Decline(offer_id=offer.id, side=offer.turn, reason=reason, note=note))
    jobs.cancel_timer("offer", offer.public_id, "offer.expire")
    return offer


@operation
def withdraw_offer(offer: Offer, *, actor: Actor) -> Offer:
    """Take one's own offer back before it is accepted."""
    lock(offer)
    with OFFER.move(offer, "withdraw", actor):
        flush()
    jobs.cancel_timer("offer", offer.public_id, "offer.expire")
    return offer


@operation
def expire_offer(offer: Offer, *, actor: Actor = SYSTEM) -> Offer:
    """End an offer whose validity is over."""
    lock(offer)
    with OFFER.move(offer, "expire", actor):
        flush()
    return offer


def end_offers(listing: Listing) -> None:
    """End the running offers of a listing that goes away."""
    for offer in running_offers(listing.id):
        with OFFER.move(offer, "expire", SYSTEM, listing=listing.public_id):
            jobs.cancel_timer("offer", offer.public_id, "offer.expire")


def _check_open(listing: Listing) -> None:
    if listing.state in SOLD:
        raise Conflict("ALREADY_ALLOCATED")
    if listing.state not in FOR_OFFERS:
        raise Conflict("WRONG_STATE", state=listing.shown_state.label, actions="—")


def _until(days: int) -> Any:
    return clock.now() + timedelta(days=days)


def _asked(said: dict[str, Any]) -> LicenceBox | None:
    first: date | None = said.get("first_day")
    if not said.get("territories") or first is None:
        return None
    return LicenceBox(tuple(said["territories"]), tuple(said.get("fields") or ("*",)), first, said.get("last_day"))


def _write_round(offer: Offer, actor: Actor, *, side: str, said: dict[str, Any]) -> None:
    box = offer.listing.box if offer.listing else None
    add(OfferVersion(
        offer_id=offer.id, n=offer.round, side=side, amount_minor=offer.amount_minor, amount_currency=offer.amount_currency,
        price_form=said.get("price_form", "lump_sum"), conditions=said.get("conditions", ""),
        territories=list(said.get("territories") or (box.territories if box else ())),
        fields=list(said.get("fields") or (box.fields if box else ())),
        first_day=said.get("first_day") or (box.first_day if box else None),
        last_day=said.get("last_day") or (box.last_day if box else None),
        valid_until=offer.valid_until, made_by=actor.public_id,
    ))
    flush()


def _set_timer(offer: Offer) -> None:
    if offer.state in (OfferState.SUBMITTED, OfferState.COUNTERED):
        jobs.cancel_timer("offer", offer.public_id, "offer.expire")
        jobs.set_timer("offer", offer.public_id, rule="offer.expire", due_at=offer.valid_until)
