"""Reads of offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, true
from sqlalchemy.orm import lazyload

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import nowhere, session
from exchange.core.pages import Order, Page, page_of
from exchange.market.listings.models import Listing, Offer, OfferVersion
from exchange.market.listings.states import RUNNING

RUNNING_STATES = [str(state) for state in RUNNING]


@visibility("offer")
def visible_offers(actor: Actor | None) -> Any:
    """An offer is seen by its two sides and by supervisors."""
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    mine = actor.organisation_id
    return or_(Offer.organisation_id == mine, Offer.holder_organisation_id == mine)


def offers_of(actor: Actor, *, side: str = "", cursor: str = "") -> Page[Offer]:
    """Gives the actor's offers, the newest first: those it made, those it received, or both."""
    wanted = select(Offer).where(visible_offers(actor))
    if side == "made":
        wanted = wanted.where(Offer.organisation_id == actor.organisation_id)
    if side == "received":
        wanted = wanted.where(Offer.holder_organisation_id == actor.organisation_id)
    return page_of(wanted, (Order(Offer.id, "id", descending=True),), cursor=cursor)


def offers_on(listing: Listing, actor: Actor | None) -> list[Offer]:
    """Gives the offers on a listing that the actor may see, the newest first."""
    wanted = select(Offer).where(Offer.listing_id == listing.id, visible_offers(actor))
    return list(session().scalars(wanted.order_by(Offer.id.desc()).limit(100).options(lazyload(Offer.listing))))


def running_offers(listing_id: int) -> list[Offer]:
    """Gives the offers of a listing that still run, in the order of their making."""
    wanted = select(Offer).where(Offer.listing_id == listing_id, Offer.state.in_(RUNNING_STATES))
    return list(session().scalars(wanted.order_by(Offer.id).with_for_update()))


def own_running_offer(listing: Listing, actor: Actor) -> Offer | None:
    """Gives the actor's running offer on a listing."""
    wanted = select(Offer).where(
        Offer.listing_id == listing.id, Offer.organisation_id == actor.organisation_id, Offer.state.in_(RUNNING_STATES))
    return session().scalar(wanted.options(lazyload(Offer.listing)))


def running_among(offers: Sequence[Offer], actor: Actor) -> Offer | None:
    """Gives the actor's running offer among those that were read."""
    return next((each for each in offers if each.organisation_id == actor.organisation_id and each.state in RUNNING_STATES), None)


def standing_version(offer: Offer) -> OfferVersion:
    """Gives the round that stands."""
    wanted = select(OfferVersion).where(OfferVersion.offer_id == offer.id, OfferVersion.n == offer.round)
    return session().scalars(wanted).one()


def rounds_of(offer: Offer) -> list[OfferVersion]:
    """Gives the rounds of an offer, the newest first."""
    wanted = select(OfferVersion).where(OfferVersion.offer_id == offer.id)
    return list(session().scalars(wanted.order_by(OfferVersion.n.desc())))


def awarded_offer(public_id: str) -> Offer | None:
    """Gives the offer from which a deal came."""
    return session().scalar(select(Offer).where(Offer.public_id == public_id))
