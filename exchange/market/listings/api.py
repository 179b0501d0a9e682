"""JSON of listings and offers: the same operations as the pages."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.market.listings.models import Listing, Offer
from exchange.market.listings.operations import (
    accept_offer, amend_listing, approve_listing, buy_listing, counter_offer, decline_offer, draft_listing, edit_listing, make_offer, pause_listing,
    reject_listing, relist_listing, resume_listing, revise_listing, submit_listing, void_listing, withdraw_listing, withdraw_offer,
)
from exchange.market.listings.queries.browse import FACETS, Wanted, browse, facets
from exchange.market.listings.queries.content import announcements
from exchange.market.listings.queries.offers import offers_of, offers_on
from exchange.market.listings.schemas import (
    AcceptShape, CounterShape, DeclineShape, EditedListing, ListingAnswer, ListingQuery, MineQuery, NewListing, OfferAnswer,
    OfferShape, Reason, Said,
)

api = ApiRoom("listings", __name__)
OPEN_TO_ALL = "what is on sale is open to all"


def _wanted(data: dict[str, Any]) -> Wanted:
    return Wanted(data["q"], {name: data[name] for name in FACETS})


@api.get("/listings", public=OPEN_TO_ALL, query=ListingQuery, answer=ListingAnswer, many=True)
def list_listings(data: dict[str, Any], actor: Actor | None) -> Page[Listing]:
    """Listings on sale, filtered as on the page."""
    return browse(actor, _wanted(data), sort=data["sort"], cursor=data["cursor"])


@api.get("/listings/facets", public=OPEN_TO_ALL, query=ListingQuery)
def count_facets(data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """The values of each filter with their counts."""
    counted = facets(actor, _wanted(data))
    return {name: [{"value": value, "count": number} for value, number in rows] for name, rows in counted.items()}


@api.post("/listings", "listing:draft", body=NewListing, answer=ListingAnswer, status=201)
def draft(data: dict[str, Any], actor: Actor) -> Listing:
    """Draft a listing."""
    return draft_listing(actor=actor, **data)


@api.get("/listings/<id>", public=OPEN_TO_ALL, thing=Listing, answer=ListingAnswer)
def show_listing(thing: Listing, actor: Actor | None) -> Listing:
    """One listing."""
    return thing


@api.get("/listings/<id>/announcement", public=OPEN_TO_ALL, thing=Listing)
def show_announcement(thing: Listing, actor: Actor | None) -> dict[str, Any]:
    """The frozen announcements: their exact text and digest."""
    rows = announcements(thing)
    return {"items": [{"n": row.n, "sha256": row.sha256, "content": row.content.decode()} for row in rows]}


@api.get("/listings/<id>/offers", "offer:read", thing=Listing, answer=OfferAnswer, many=True)
def list_offers_on(thing: Listing, actor: Actor) -> list[Offer]:
    """The offers on a listing that you may see."""
    return offers_on(thing, actor)


@api.post("/listings/<id>/edit", "listing:edit", thing=Listing, body=EditedListing, answer=ListingAnswer)
def edit(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Change a draft."""
    return edit_listing(thing, actor=actor, **data)


@api.post("/listings/<id>/amend", "listing:amend", thing=Listing, body=Said, answer=ListingAnswer)
def amend(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Change what is public; it goes back to review."""
    return amend_listing(thing, actor=actor, **data)


@api.post("/listings/<id>/submit", "listing:submit", thing=Listing, answer=ListingAnswer)
def submit(thing: Listing, actor: Actor) -> Listing:
    """Submit for review."""
    return submit_listing(thing, actor=actor)


@api.post("/listings/<id>/revise", "listing:revise", thing=Listing, answer=ListingAnswer)
def revise(thing: Listing, actor: Actor) -> Listing:
    """Take a returned listing back into work."""
    return revise_listing(thing, actor=actor)


@api.post("/listings/<id>/approve", "listing:approve", thing=Listing, answer=ListingAnswer)
def approve(thing: Listing, actor: Actor) -> Listing:
    """Approve; answers 202 with the approval that a second person confirms."""
    return approve_listing(thing, actor=actor)


@api.post("/listings/<id>/reject", "listing:reject", thing=Listing, body=Reason, answer=ListingAnswer)
def reject(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Return for correction."""
    return reject_listing(thing, actor=actor, reason=data["reason"])


@api.post("/listings/<id>/pause", "listing:pause", thing=Listing, body=Reason, answer=ListingAnswer)
def pause(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Pause with a public reason."""
    return pause_listing(thing, actor=actor, reason=data["reason"])


@api.post("/listings/<id>/resume", "listing:resume", thing=Listing, answer=ListingAnswer)
def resume(thing: Listing, actor: Actor) -> Listing:
    """Go on after a pause."""
    return resume_listing(thing, actor=actor)


@api.post("/listings/<id>/withdraw", "listing:withdraw", thing=Listing, body=Reason, answer=ListingAnswer)
def withdraw(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Withdraw a listing."""
    return withdraw_listing(thing, actor=actor, reason=data["reason"])


@api.post("/listings/<id>/void", "listing:void", thing=Listing, body=Reason, answer=ListingAnswer)
def void(thing: Listing, data: dict[str, Any], actor: Actor) -> Listing:
    """Declare a listing void."""
    return void_listing(thing, actor=actor, reason=data["reason"])


@api.post("/listings/<id>/offers", "offer:make", thing=Listing, body=OfferShape, answer=OfferAnswer, status=201)
def make(thing: Listing, data: dict[str, Any], actor: Actor) -> Offer:
    """Make an offer."""
    return make_offer(thing, actor=actor, **data)


@api.post("/listings/<id>/buy", "listing:buy", thing=Listing)
def buy(thing: Listing, actor: Actor) -> dict[str, Any]:
    """Buy at the fixed price; answers the deal."""
    deal = buy_listing(thing, actor=actor)
    return {"deal": deal.public_id, "number": deal.number}


@api.post("/listings/<id>/relist", "listing:relist", thing=Listing, answer=ListingAnswer, status=201)
def relist(thing: Listing, actor: Actor) -> Listing:
    """List anew what was not sold; answers the next attempt."""
    return relist_listing(thing, actor=actor)


@api.get("/offers", "offer:read", query=MineQuery, answer=OfferAnswer, many=True)
def list_offers(data: dict[str, Any], actor: Actor) -> Page[Offer]:
    """The offers you made and received."""
    return offers_of(actor, side=data["side"], cursor=data["cursor"])


@api.get("/offers/<id>", "offer:read", thing=Offer, answer=OfferAnswer)
def show_offer(thing: Offer, actor: Actor) -> Offer:
    """One offer."""
    return thing


@api.post("/offers/<id>/counter", "offer:counter", thing=Offer, body=CounterShape, answer=OfferAnswer)
def counter(thing: Offer, data: dict[str, Any], actor: Actor) -> Offer:
    """Answer with another sum."""
    return counter_offer(thing, actor=actor, **data)


@api.post("/offers/<id>/accept", "offer:accept", thing=Offer, body=AcceptShape)
def accept(thing: Offer, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Accept the standing version; answers the deal."""
    deal = accept_offer(thing, actor=actor, n=data["n"])
    return {"deal": deal.public_id, "number": deal.number}


@api.post("/offers/<id>/decline", "offer:decline", thing=Offer, body=DeclineShape, answer=OfferAnswer)
def decline(thing: Offer, data: dict[str, Any], actor: Actor) -> Offer:
    """Decline with a reason."""
    return decline_offer(thing, actor=actor, **data)


@api.post("/offers/<id>/withdraw", "offer:withdraw", thing=Offer, answer=OfferAnswer)
def take_back(thing: Offer, actor: Actor) -> Offer:
    """Take your offer back."""
    return withdraw_offer(thing, actor=actor)
