"""What listings do when a deal, a custody or a patent changes."""

from __future__ import annotations

from exchange.core.access import SYSTEM
from exchange.core.events import News, on
from exchange.market.deals.states import DealState
from exchange.market.listings.operations import bind_sale, fall_back, finish_listing, follow_appraisal, pause_listing, void_listing
from exchange.market.listings.queries.follow import listing_of_deal, live_listings_of, open_listings_of


@on("deal.cancel", "deal.rescind")
def open_again(news: News) -> None:
    """A deal that came to nothing gives its listing back."""
    listing = listing_of_deal(news.thing)
    if listing is not None:
        fall_back(listing, news.thing)


@on("deal.sign")
def bind(news: News) -> None:
    """A signed deal binds its listing and ends the other offers."""
    listing = listing_of_deal(news.thing)
    if listing is not None and news.thing.state == DealState.SIGNED:
        bind_sale(listing, news.thing)


@on("deal.settle")
def finish(news: News) -> None:
    """A settled deal finishes its listing, or lets a licence be sold again."""
    listing = listing_of_deal(news.thing)
    if listing is not None:
        finish_listing(listing, news.thing)


@on("appraisal.issue", "appraisal.withdraw", "appraisal.supersede", "appraisal.expire")
def say_appraised(news: News) -> None:
    """What a listing says of a sealed appraisal follows the report."""
    for listing in {each.id: each for row in news.thing.patents for each in live_listings_of(row.patent_id)}.values():
        follow_appraisal(listing)


@on("custody.suspend")
def pause(news: News) -> None:
    """A suspended custody pauses what is open on the patent."""
    for listing in open_listings_of(news.thing.patent_id):
        pause_listing(listing, actor=SYSTEM, reason="custody suspended")


@on("custody.lapse", "custody.invalidate")
def void(news: News) -> None:
    """A right that ended voids what is live on it."""
    for listing in live_listings_of(news.thing.patent_id):
        void_listing(listing, actor=SYSTEM, reason="the right has ended")
