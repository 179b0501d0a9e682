"""Who sees which demand, interest and match; and the lists made of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, or_, select, true

from exchange.core.access import CLERK, SUPERVISOR, Actor, visibility
from exchange.core.database import nowhere, session, visible
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Offered, Task, queue
from exchange.core.text import _
from exchange.market.listings.models import Listing
from exchange.market.matching.models import Demand, Interest, Match
from exchange.market.matching.states import STANDING, DemandState, MatchState

SHOWN_DEMANDS = (str(DemandState.OPEN), str(DemandState.MATCHED))
STANDING_STATES = [str(state) for state in STANDING]


@visibility("demand")
def visible_demands(actor: Actor | None) -> Any:
    """Open demands that are not confidential are public; one's own always; the exchange and supervisors see all but drafts."""
    public = and_(Demand.state.in_(SHOWN_DEMANDS), Demand.confidential.is_(False))
    if actor is None:
        return public
    if actor.is_system:
        return true()
    if actor.kind == "exchange" or SUPERVISOR.fits_role(actor):
        return Demand.state != str(DemandState.DRAFT)
    return or_(public, Demand.organisation_id == actor.organisation_id)


@visibility("interest")
def visible_interests(actor: Actor | None) -> Any:
    """Saved criteria are their owner's alone; supervisors may read them."""
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    return Interest.organisation_id == actor.organisation_id


@visibility("match")
def visible_matches(actor: Actor | None) -> Any:
    """A match is its seeker's; its holder sees it once it was shortlisted or contacted, or when the demand is public."""
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    public_demand = select(Demand.id).where(visible_demands(None))
    offered = and_(
        Match.holder_organisation_id == actor.organisation_id,
        or_(Match.state == "contacted", Match.demand_id.in_(public_demand)),
    )
    return or_(Match.organisation_id == actor.organisation_id, offered)


def open_demands(actor: Actor | None, *, cursor: str = "") -> Page[Demand]:
    """Gives the open demands that the actor may see, the newest first."""
    wanted = select(Demand).where(visible_demands(actor), Demand.state == str(DemandState.OPEN))
    return page_of(wanted, (Order(Demand.id, "id", descending=True),), cursor=cursor, size=20)


def own_demands(actor: Actor, *, cursor: str = "") -> Page[Demand]:
    """Gives the actor's own demands in every state, the newest first."""
    wanted = select(Demand).where(Demand.organisation_id == actor.organisation_id)
    return page_of(wanted, (Order(Demand.id, "id", descending=True),), cursor=cursor, size=20)


def demands_under_review() -> list[Demand]:
    """Gives the demands under review, the oldest first."""
    wanted = select(Demand).where(Demand.state == str(DemandState.REVIEW)).order_by(Demand.updated_at, Demand.id).limit(100)
    return list(session().scalars(wanted))


def own_interests(actor: Actor) -> list[Interest]:
    """Gives the actor's saved criteria, the newest first."""
    wanted = select(Interest).where(Interest.organisation_id == actor.organisation_id)
    return list(session().scalars(wanted.order_by(Interest.id.desc()).limit(50)))


def matches_for(actor: Actor, *, side: str, lane: str = "", wish: str = "", cursor: str = "") -> Page[Match]:
    """Gives the standing matches of the actor as a seeker or as a holder, the best first."""
    own = Match.organisation_id if side == "seeker" else Match.holder_organisation_id
    wanted = select(Match).where(visible_matches(actor), own == actor.organisation_id, Match.state.in_(STANDING_STATES))
    if lane:
        wanted = wanted.where(Match.lane == lane)
    if wish:
        demands = select(Demand.id).where(Demand.public_id == wish)
        interests = select(Interest.id).where(Interest.public_id == wish)
        wanted = wanted.where(or_(Match.demand_id.in_(demands), Match.interest_id.in_(interests)))
    orders = (Order(Match.score_bp, "score_bp", descending=True), Order(Match.id, "id", descending=True))
    return page_of(wanted, orders, cursor=cursor, size=20)


def matches_on(listing: Listing, actor: Actor) -> list[Match]:
    """Gives the actor's own standing matches with a listing: why it fits him."""
    wanted = select(Match).where(
        Match.listing_id == listing.id, Match.organisation_id == actor.organisation_id, Match.state.in_(STANDING_STATES))
    return list(session().scalars(wanted.order_by(Match.score_bp.desc(), Match.id).limit(3)))


def matches_of_wish(wish: Demand | Interest, *, most: int = 50) -> list[Match]:
    """Gives the standing matches of a wish, the best first."""
    own = Match.demand_id == wish.id if isinstance(wish, Demand) else Match.interest_id == wish.id
    wanted = select(Match).where(own, Match.state.in_(STANDING_STATES))
    return list(session().scalars(wanted.order_by(Match.score_bp.desc(), Match.id.desc()).limit(most)))


def visible_listing(public_id: str, actor: Actor | None) -> Listing:
    """Gives the listing of this name that the actor may see."""
    return visible(Listing, public_id, actor)


def tasks(actor: Actor) -> list[Offered]:
    """Gives demands to review for the exchange's clerks, and for others the matches that are new."""
    if CLERK.fits_role(actor):
        return [
            Task("demand", demand.public_id, demand.title, _("Review the demand"), None, demand.number)
            for demand in demands_under_review()
        ]
    wanted = select(Match).where(Match.organisation_id == actor.organisation_id, Match.state == str(MatchState.FOUND))
    best = wanted.join(Listing, Listing.id == Match.listing_id).order_by(Match.score_bp.desc(), Match.id).limit(5)
    return [queue("match", _("Look at the match"), best, title=func.coalesce(func.nullif(Listing.title_zh, ""), Listing.title_en))]
