"""Which listings an event of a lower feature concerns."""

from __future__ import annotations

from sqlalchemy import select

from exchange.core.database import session
from exchange.market.deals.models import Deal
from exchange.market.listings.models import Listing, ListingPatent
from exchange.market.listings.states import LIVE, ListingState


def listing_of_deal(deal: Deal) -> Listing | None:
    """Gives the listing from which a deal came."""
    return session().scalar(select(Listing).where(Listing.public_id == deal.listing_reference)) if deal.listing_reference else None


def open_listings_of(patent_id: int) -> list[Listing]:
    """Gives the open listings of a patent."""
    return _of(patent_id, [str(ListingState.OPEN)])


def live_listings_of(patent_id: int) -> list[Listing]:
    """Gives the listings of a patent that are not at their end."""
    return _of(patent_id, [str(state) for state in LIVE])


def _of(patent_id: int, states: list[str]) -> list[Listing]:
    wanted = select(Listing).join(ListingPatent, ListingPatent.listing_id == Listing.id)
    return list(session().scalars(wanted.where(ListingPatent.patent_id == patent_id, Listing.state.in_(states)).order_by(Listing.id)))
