"""What time does to listings and offers."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.database import by_public_id
from exchange.market.listings.models import Listing, Offer
from exchange.market.listings.operations import expire_listing, expire_offer, open_listing


@jobs.timer("listing.open")
def open_in_time(object_id: str) -> None:
    """Open when the notice is over."""
    open_listing(by_public_id(Listing, object_id))


@jobs.timer("listing.expire")
def expire_in_time(object_id: str) -> None:
    """End a listing whose term is over."""
    expire_listing(by_public_id(Listing, object_id))


@jobs.timer("offer.expire")
def expire_offer_in_time(object_id: str) -> None:
    """End an offer whose validity is over."""
    expire_offer(by_public_id(Offer, object_id))
