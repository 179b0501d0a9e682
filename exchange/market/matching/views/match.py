"""Pages of matches: two lanes, each match with its reasons."""

from __future__ import annotations

from typing import Any

from exchange.core.access import MEMBER, Actor, permit
from exchange.core.text import _
from exchange.core.web import Room, page, redirect_to
from exchange.market.matching.models import Match
from exchange.market.matching.operations import contact_match, decline_match, shortlist_match
from exchange.market.matching.queries.picture import decline_counts
from exchange.market.matching.queries.visible import matches_for, matches_on, visible_listing
from exchange.market.matching.rules.wishes import DECLINE_REASONS
from exchange.market.matching.schemas import DeclineShape, MatchQuery
from exchange.market.matching.views.words import coaching, options, reasons

room = Room("matching", __name__)
READ = permit("match:read", MEMBER)
SELLING = ("enterprise", "research")


@room.page("/matches", READ, query=MatchQuery)
def list_matches(data: dict[str, Any], actor: Actor) -> str:
    """The matches of the reader as a seeker or as a holder, in two lanes."""
    side = data["side"] or "seeker"
    lanes = [
        (lane, matches_for(actor, side=side, lane=lane, wish=data["wish"], cursor=data["cursor"] if data["lane"] == lane else ""))
        for lane in ("same", "adjacent") if data["lane"] in ("", lane)
    ]  # fmt: skip
    declined = decline_counts(actor.organisation_id) if side == "holder" else {}
    return page(
        "matching/list.html", lanes=lanes, side=side, chosen=data, reasons=reasons, coaching=coaching, declined=declined,
        decline_labels=DECLINE_REASONS, sells=actor.kind in SELLING,
    )


@room.page("/matches/of-listing/<public_id>", READ)
def of_listing(public_id: str, actor: Actor) -> str:
    """Why a listing fits the reader, as a piece of its page."""
    listing = visible_listing(public_id, actor)
    return page("matching/of_listing.html", matches=matches_on(listing, actor), reasons=reasons)


@room.page("/matches/<id>", READ, thing=Match, home=True)
def show_match(thing: Match, actor: Actor) -> str:
    """One match with all its reasons."""
    seeking = actor.organisation_id == thing.organisation_id
    return page(
        "matching/show.html", match=thing, reasons=reasons(thing) if seeking else [], coaching=coaching(thing), seeking=seeking,
        options=options(),
    )


@room.post("/matches/<id>/shortlist", "match:shortlist", thing=Match)
def shortlist(thing: Match, actor: Actor) -> Any:
    """Put on the shortlist."""
    shortlist_match(thing, actor=actor)
    return redirect_to("matching.list_matches", _("On your shortlist."))


@room.post("/matches/<id>/contact", "match:contact", thing=Match)
def contact(thing: Match, actor: Actor) -> Any:
    """Tell the other side that one would like to talk."""
    contact_match(thing, actor=actor)
    return redirect_to("matching.show_match", _("The other side is told and sees this match now."), id=thing.public_id)


@room.form(
    "/matches/<id>/decline", "match:decline", thing=Match, shape=DeclineShape, template="matching/decline.html",
    context=lambda thing, actor: {"match": thing, "options": options()},
)  # fmt: skip
def decline(thing: Match, data: dict[str, Any], actor: Actor) -> Any:
    """Decline for one of eight reasons."""
    decline_match(thing, actor=actor, reason=data["reason"])
    return redirect_to("matching.list_matches", _("Declined. The seller learns the reason without your name."))
