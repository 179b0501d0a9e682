"""JSON of demands, interests and matches."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.market.matching.models import Demand, Interest, Match
from exchange.market.matching.operations import (
    contact_match, decline_match, draft_demand, edit_demand, edit_interest, end_interest, open_demand, pause_interest, resume_interest,
    return_demand, save_interest, settle_demand, shortlist_match, submit_demand, withdraw_demand,
)
from exchange.market.matching.queries.visible import matches_for, open_demands, own_interests
from exchange.market.matching.schemas import (
    DeclineShape, DemandAnswer, DemandShape, InterestAnswer, InterestShape, MatchAnswer, MatchQuery, PageQuery, Reason,
)

api = ApiRoom("matching", __name__)
OPEN_TO_ALL = "open demands are there to be found"


@api.get("/demands", public=OPEN_TO_ALL, query=PageQuery, answer=DemandAnswer, many=True)
def list_demands(data: dict[str, Any], actor: Actor | None) -> Page[Demand]:
    """Open demands, the newest first."""
    return open_demands(actor, cursor=data["cursor"])


@api.get("/demands/<id>", public=OPEN_TO_ALL, thing=Demand, answer=DemandAnswer)
def show_demand(thing: Demand, actor: Actor | None) -> Demand:
    """One demand."""
    return thing


@api.post("/demands", "demand:draft", body=DemandShape, answer=DemandAnswer, status=201)
def create_demand(data: dict[str, Any], actor: Actor) -> Demand:
    """Draft a demand."""
    return draft_demand(actor=actor, **data)


@api.post("/demands/<id>/edit", "demand:edit", thing=Demand, body=DemandShape, answer=DemandAnswer)
def change_demand(thing: Demand, data: dict[str, Any], actor: Actor) -> Demand:
    """Change a draft."""
    return edit_demand(thing, actor=actor, **data)


@api.post("/demands/<id>/submit", "demand:submit", thing=Demand, answer=DemandAnswer)
def send_demand(thing: Demand, actor: Actor) -> Demand:
    """Submit for review."""
    return submit_demand(thing, actor=actor)


@api.post("/demands/<id>/return", "demand:return", thing=Demand, body=Reason, answer=DemandAnswer)
def give_demand_back(thing: Demand, data: dict[str, Any], actor: Actor) -> Demand:
    """Return for correction."""
    return return_demand(thing, actor=actor, reason=data["reason"])


@api.post("/demands/<id>/open", "demand:open", thing=Demand, answer=DemandAnswer)
def publish_demand(thing: Demand, actor: Actor) -> Demand:
    """Publish after review."""
    return open_demand(thing, actor=actor)


@api.post("/demands/<id>/settle", "demand:settle", thing=Demand, answer=DemandAnswer)
def mark_demand(thing: Demand, actor: Actor) -> Demand:
    """Mark as met."""
    return settle_demand(thing, actor=actor)


@api.post("/demands/<id>/withdraw", "demand:withdraw", thing=Demand, answer=DemandAnswer)
def take_demand_away(thing: Demand, actor: Actor) -> Demand:
    """Take a demand away."""
    return withdraw_demand(thing, actor=actor)


@api.get("/interests", "interest:save", answer=InterestAnswer, many=True)
def list_interests(actor: Actor) -> list[Interest]:
    """Your saved criteria."""
    return own_interests(actor)


@api.post("/interests", "interest:save", body=InterestShape, answer=InterestAnswer, status=201)
def create_interest(data: dict[str, Any], actor: Actor) -> Interest:
    """Save criteria."""
    return save_interest(actor=actor, **data)


@api.post("/interests/<id>/edit", "interest:edit", thing=Interest, body=InterestShape, answer=InterestAnswer)
def change_interest(thing: Interest, data: dict[str, Any], actor: Actor) -> Interest:
    """Change criteria."""
    return edit_interest(thing, actor=actor, **data)


@api.post("/interests/<id>/pause", "interest:pause", thing=Interest, answer=InterestAnswer)
def stop_interest(thing: Interest, actor: Actor) -> Interest:
    """Stop looking for a while."""
    return pause_interest(thing, actor=actor)


@api.post("/interests/<id>/resume", "interest:resume", thing=Interest, answer=InterestAnswer)
def go_on_with_interest(thing: Interest, actor: Actor) -> Interest:
    """Look again."""
    return resume_interest(thing, actor=actor)


@api.post("/interests/<id>/end", "interest:end", thing=Interest, answer=InterestAnswer)
def give_interest_up(thing: Interest, actor: Actor) -> Interest:
    """Give criteria up."""
    return end_interest(thing, actor=actor)


@api.get("/matches", "match:read", query=MatchQuery, answer=MatchAnswer, many=True)
def list_matches(data: dict[str, Any], actor: Actor) -> Page[Match]:
    """Your matches as a seeker or as a holder, the best first."""
    return matches_for(actor, side=data["side"] or "seeker", lane=data["lane"], wish=data["wish"], cursor=data["cursor"])


@api.post("/matches/<id>/shortlist", "match:shortlist", thing=Match, answer=MatchAnswer)
def keep_match(thing: Match, actor: Actor) -> Match:
    """Put on the shortlist."""
    return shortlist_match(thing, actor=actor)


@api.post("/matches/<id>/contact", "match:contact", thing=Match, answer=MatchAnswer)
def ask_match(thing: Match, actor: Actor) -> Match:
    """Tell the other side that you would like to talk."""
    return contact_match(thing, actor=actor)


@api.post("/matches/<id>/decline", "match:decline", thing=Match, body=DeclineShape, answer=MatchAnswer)
def drop_match(thing: Match, data: dict[str, Any], actor: Actor) -> Match:
    """Decline for one of eight reasons."""
    return decline_match(thing, actor=actor, reason=data["reason"])
