"""Pages of demands, interests and matches."""

from exchange.market.matching.views.demand import demands
from exchange.market.matching.views.interest import interests
from exchange.market.matching.views.match import room

ROOMS = [demands, interests, room]
