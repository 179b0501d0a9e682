"""Every read of listings and offers beyond get-by-id."""

from exchange.market.listings.queries import finding as _finding  # noqa: F401  # makes listings findable
from exchange.market.listings.queries.browse import browse, facets
from exchange.market.listings.queries.content import announcements, classes_of, draft_of, patents_of
from exchange.market.listings.queries.offers import offers_of, offers_on, visible_offers
from exchange.market.listings.queries.visible import visible_listings
from exchange.market.listings.queries.waiting import start_page, tasks

__all__ = [
    "announcements",
    "browse",
    "classes_of",
    "draft_of",
    "facets",
    "offers_of",
    "offers_on",
    "patents_of",
    "start_page",
    "tasks",
    "visible_listings",
    "visible_offers",
]
