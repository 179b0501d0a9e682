"""Every read of demands, interests and matches."""

from exchange.market.matching.queries import finding as _finding  # noqa: F401  # makes demands findable
from exchange.market.matching.queries.picture import supplies, wish_of_demand, wish_of_interest
from exchange.market.matching.queries.visible import tasks, visible_demands, visible_interests, visible_matches

__all__ = ["supplies", "tasks", "visible_demands", "visible_interests", "visible_matches", "wish_of_demand", "wish_of_interest"]
