"""Matching after the request: when a listing opens, and every night for all."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.text import _
from exchange.market.listings.queries.named import listing_named
from exchange.market.listings.states import ListingState
from exchange.market.matching.operations import expire_demand, find_for_listing, find_for_wish
from exchange.market.matching.queries.named import demand_named
from exchange.market.matching.queries.picture import active_interests, open_demands_now


@jobs.job("matching.listing", label=_("Match the listing"))
def match_listing(work: jobs.Work) -> str | None:
    """Match one open listing with all wishes."""
    listing = listing_named(str(work.payload["id"]))
    if listing.state == ListingState.OPEN:
        find_for_listing(listing)
    return None


@jobs.timer("demand.expire")
def expire_in_time(object_id: str) -> None:
    """End a demand whose deadline is over."""
    expire_demand(demand_named(object_id))


@jobs.daily("matching.all", hour=2, minute=30)
def match_all() -> int:
    """Match every wish with every listing anew."""
    return sum(map(find_for_wish, open_demands_now())) + sum(map(find_for_wish, active_interests()))
