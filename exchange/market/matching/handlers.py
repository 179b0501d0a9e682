"""Matching follows the listings: a new one looks for seekers, one that goes away lets its matches go."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.events import News, on
from exchange.market.matching.operations import fade_matches


@on("listing.open", "listing.resume", "listing.fall_back", "listing.reopen_sale")
def look_for_seekers(news: News) -> None:
    """Match a listing that is open again, after the transaction."""
    jobs.enqueue("matching.listing", {"id": news.thing.public_id})


@on("listing.allocate", "listing.withdraw", "listing.expire", "listing.void", "listing.pause", "listing.amend")
def let_go(news: News) -> None:
    """Let the matches of a listing go that cannot be bought now."""
    fade_matches(news.thing)
