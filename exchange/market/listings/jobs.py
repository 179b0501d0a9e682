"""What time does to listings and offers."""

from __future__ import annotations

from exchange.core import jobs
from exchange.market.listings.operations import expire_listing, expire_offer, open_listing
from exchange.market.listings.queries.named import listing_named, offer_named


@jobs.timer("listing.open")
def open_in_time(object_id: str) -> None:
    """Open when the notice is over."""
    open_listing(listing_named(object_id))


@jobs.timer("listing.expire")
def expire_in_time(object_id: str) -> None:
    """End a listing whose term is over."""
    expire_listing(listing_named(object_id))


@jobs.timer("offer.expire")
def expire_offer_in_time(object_id: str) -> None:
    """End an offer whose validity is over."""
    expire_offer(offer_named(object_id))
