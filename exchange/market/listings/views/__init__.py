"""Pages of listings and offers."""

from exchange.market.listings.views.listing import room
from exchange.market.listings.views.offer import offers

ROOMS = [room, offers]
