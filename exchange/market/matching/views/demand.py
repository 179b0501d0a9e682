"""Pages of demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock
from exchange.core.access import CLERK, MEMBER, SUPERVISOR, Actor, permit
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.market.matching.models import Demand
from exchange.market.matching.operations import (
    draft_demand, edit_demand, open_demand, return_demand, settle_demand, submit_demand, withdraw_demand,
)
from exchange.market.matching.queries.visible import demands_under_review, matches_of_wish, open_demands, own_demands
from exchange.market.matching.schemas import DemandShape, PageQuery, Reason
from exchange.market.matching.views.words import demand_budget, options, reasons, typed, wish_facts
from exchange.people.accounts.queries import organisation_names

demands = Room("demands", __name__)
OWN = permit("demand:own", MEMBER)
REVIEW = permit("demand:review", CLERK | SUPERVISOR)
OPEN_TO_ALL = "open demands are there to be found"


@demands.page("/demands", public=OPEN_TO_ALL, query=PageQuery)
def list_demands(data: dict[str, Any], actor: Actor | None) -> str:
    """Open demands, the newest first."""
    found = open_demands(actor, cursor=data["cursor"])
    names = organisation_names({demand.organisation_id for demand in found.rows})
    return page("demands/list.html", demands=found, names=names, facts=wish_facts)


@demands.page("/demands/mine", OWN, query=PageQuery)
def list_own(data: dict[str, Any], actor: Actor) -> str:
    """One's own demands in every state."""
    return page("demands/mine.html", demands=own_demands(actor, cursor=data["cursor"]), facts=wish_facts)


@demands.page("/ops/demands", REVIEW)
def review_demands(actor: Actor) -> str:
    """The exchange's queue of demands under review."""
    waiting = demands_under_review()
    return page("demands/review.html", demands=waiting, names=organisation_names({demand.organisation_id for demand in waiting}))


def _initial(thing: Demand, actor: Actor) -> Mapping[str, Any]:
    more = {"territory": thing.territory, "confidential": "yes" if thing.confidential else "no", "deadline": thing.deadline or ""}
    return typed(thing) | more


@demands.form(
    "/demands/new", "demand:draft", shape=DemandShape, template="demands/new.html",
    context=lambda actor: {"options": options(), "demand": None, "today": clock.today()},
)  # fmt: skip
def draft(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a demand."""
    return back_to(draft_demand(actor=actor, **data), _("The draft is saved. Check it and submit it for review."))


@demands.form(
    "/demands/<id>/edit", "demand:edit", thing=Demand, shape=DemandShape, template="demands/new.html", initial=_initial,
    context=lambda thing, actor: {"options": options(), "demand": thing, "today": clock.today()},
)  # fmt: skip
def edit(thing: Demand, data: dict[str, Any], actor: Actor) -> Any:
    """Change a draft."""
    return back_to(edit_demand(thing, actor=actor, **data), _("Saved."))


@demands.page("/demands/<id>", public=OPEN_TO_ALL, thing=Demand, home=True)
def show_demand(thing: Demand, actor: Actor | None) -> str:
    """One demand, and for its owner what was found for it."""
    own = actor is not None and actor.organisation_id == thing.organisation_id
    shown = own or not thing.confidential or (actor is not None and actor.kind in ("exchange", "regulator", "auditor"))
    return page(
        "demands/show.html", demand=thing, facts=wish_facts(thing), own=own, matches=matches_of_wish(thing, most=5) if own else [],
        name=organisation_names([thing.organisation_id]).get(thing.organisation_id, "") if shown else "", reasons=reasons, demand_budget=demand_budget,
    )


@demands.post("/demands/<id>/submit", "demand:submit", thing=Demand)
def submit(thing: Demand, actor: Actor) -> Any:
    """Submit for review."""
    return back_to(submit_demand(thing, actor=actor), _("Submitted for review."))


@demands.form("/demands/<id>/return", "demand:return", thing=Demand, shape=Reason, template="demands/return.html")
def give_back(thing: Demand, data: dict[str, Any], actor: Actor) -> Any:
    """Return for correction."""
    return back_to(return_demand(thing, actor=actor, reason=data["reason"]), _("Returned for correction."))


@demands.post("/demands/<id>/open", "demand:open", thing=Demand)
def publish(thing: Demand, actor: Actor) -> Any:
    """Publish after review."""
    return back_to(open_demand(thing, actor=actor), _("Published. Matches are being found."))


@demands.post("/demands/<id>/settle", "demand:settle", thing=Demand)
def settle(thing: Demand, actor: Actor) -> Any:
    """Mark as met."""
    return back_to(settle_demand(thing, actor=actor), _("Marked as met."))


@demands.post("/demands/<id>/withdraw", "demand:withdraw", thing=Demand)
def withdraw(thing: Demand, actor: Actor) -> Any:
    """Take a demand away."""
    return back_to(withdraw_demand(thing, actor=actor), _("Withdrawn."))
