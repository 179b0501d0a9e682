"""Listings and offers by the name that timers and jobs keep of them."""

from __future__ import annotations

from exchange.core.database import by_public_id
from exchange.market.listings.models import Listing, Offer


def listing_named(public_id: str) -> Listing:
    """The listing of this public id, whoever may see it."""
    return by_public_id(Listing, public_id)


def offer_named(public_id: str) -> Offer:
    """The offer of this public id, whoever may see it."""
    return by_public_id(Offer, public_id)
