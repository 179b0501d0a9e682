"""Who sees which listing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, true

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.market.listings.models import Listing
from exchange.market.listings.states import PUBLIC, ListingState

PUBLIC_STATES = [str(state) for state in PUBLIC]


@visibility("listing")
def visible_listings(actor: Actor | None) -> Any:
    """Everybody sees what was announced; a holder its own, the exchange and supervisors all but drafts."""
    announced = Listing.state.in_(PUBLIC_STATES)
    if actor is None:
        return announced
    if actor.is_system:
        return true()
    if actor.kind == "exchange" or SUPERVISOR.fits_role(actor):
        return Listing.state != str(ListingState.DRAFT)
    return or_(announced, Listing.organisation_id == actor.organisation_id)
