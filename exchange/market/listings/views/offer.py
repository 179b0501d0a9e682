"""Pages of offers: making, the rounds, the answer."""

from __future__ import annotations

from typing import Any

from exchange.core import clock
from exchange.core.access import MEMBER, Actor, permit
from exchange.core.text import _
from exchange.core.web import Room, back_to, page, redirect_to
from exchange.market.listings.models import Listing, Offer
from exchange.market.listings.operations import accept_offer, counter_offer, decline_offer, make_offer, withdraw_offer
from exchange.market.listings.queries.offers import offers_of, own_running_offer, rounds_of, standing_version
from exchange.market.listings.schemas import AcceptShape, CounterShape, DeclineShape, MineQuery, OfferShape
from exchange.market.listings.views.words import options, region_label
from exchange.people.accounts.queries import organisation_names

offers = Room("offers", __name__)
READ = permit("offer:read", MEMBER)


def _listing_context(thing: Listing, actor: Actor) -> dict[str, Any]:
    return {"listing": thing, "options": options(), "running": own_running_offer(thing, actor)}


@offers.form(
    "/listings/<id>/offers", "offer:make", thing=Listing, shape=OfferShape, template="offers/make.html", context=_listing_context,
)  # fmt: skip
def make(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Make an offer on a listing."""
    return back_to(make_offer(thing, actor=actor, **data), _("Your offer is with the holder."))


@offers.page("/offers", READ, query=MineQuery)
def list_offers(data: dict[str, Any], actor: Actor) -> str:
    """The offers one made and received."""
    found = offers_of(actor, side=data["side"], cursor=data["cursor"])
    names = organisation_names({each for offer in found.rows for each in (offer.organisation_id, offer.holder_organisation_id)})
    return page("offers/list.html", offers=found, names=names, side=data["side"], now_=clock.now())


@offers.page("/offers/<id>", READ, thing=Offer, home=True)
def show_offer(thing: Offer, actor: Actor) -> str:
    """One offer: the sum that stands, whose turn it is, the rounds."""
    return page("offers/show.html", rounds=rounds_of(thing), region=region_label, **_offer_context(thing, actor))


def _offer_context(thing: Offer, actor: Actor) -> dict[str, Any]:
    names = organisation_names({thing.organisation_id, thing.holder_organisation_id})
    turn = thing.holder_organisation_id if thing.turn == "holder" else thing.organisation_id
    return {
        "offer": thing, "listing": thing.listing, "names": names, "mine": actor.organisation_id == turn, "turn_name": names.get(turn, ""),
        "standing": standing_version(thing), "options": options(),
    }  # fmt: skip


@offers.form(
    "/offers/<id>/counter", "offer:counter", thing=Offer, shape=CounterShape, template="offers/counter.html", context=_offer_context,
)  # fmt: skip
def counter(thing: Offer, data: dict[str, Any], actor: Actor) -> Any:
    """Answer with another sum."""
    return back_to(counter_offer(thing, actor=actor, **data), _("Your answer is with the other side."))


@offers.form(
    "/offers/<id>/accept", "offer:accept", thing=Offer, shape=AcceptShape, template="offers/accept.html", context=_offer_context,
)  # fmt: skip
def accept(thing: Offer, data: dict[str, Any], actor: Actor) -> Any:
    """Accept the standing version; its deal opens."""
    deal = accept_offer(thing, actor=actor, n=data["n"])
    return redirect_to("deals.show_deal", _("Accepted. The deal is open."), id=deal.public_id)


@offers.form(
    "/offers/<id>/decline", "offer:decline", thing=Offer, shape=DeclineShape, template="offers/decline.html", context=_offer_context,
)  # fmt: skip
def decline(thing: Offer, data: dict[str, Any], actor: Actor) -> Any:
    """Decline with a reason."""
    return back_to(decline_offer(thing, actor=actor, **data), _("Declined."))


@offers.post("/offers/<id>/withdraw", "offer:withdraw", thing=Offer)
def withdraw(thing: Offer, actor: Actor) -> Any:
    """Take one's offer back."""
    return back_to(withdraw_offer(thing, actor=actor), _("Your offer is withdrawn."))
