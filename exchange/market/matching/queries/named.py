"""Demands by the name that timers keep of them."""

from __future__ import annotations

from exchange.core.database import by_public_id
from exchange.market.matching.models import Demand


def demand_named(public_id: str) -> Demand:
    """The demand of this public id, whoever may see it."""
    return by_public_id(Demand, public_id)
