"""JSON of deals."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.market.deals.models import Deal
from exchange.market.deals.operations import cancel_deal
from exchange.market.deals.queries import deals_of
from exchange.market.deals.schemas import DealAnswer, DealQuery, Reason

api = ApiRoom("deals", __name__)


@api.get("/deals", "deal:read", query=DealQuery, answer=DealAnswer, many=True)
def list_deals(data: dict[str, Any], actor: Actor) -> Page[Deal]:
    """The deals you are a party to."""
    return deals_of(actor, cursor=data["cursor"])


@api.get("/deals/<id>", "deal:read", thing=Deal, answer=DealAnswer)
def show_deal(thing: Deal, actor: Actor) -> Deal:
    """One deal."""
    return thing


@api.post("/deals/<id>/cancel", "deal:cancel", thing=Deal, body=Reason, answer=DealAnswer)
def cancel(thing: Deal, data: dict[str, Any], actor: Actor) -> Deal:
    """Cancel a deal before its signature."""
    return cancel_deal(thing, actor=actor, reason=data["reason"])
