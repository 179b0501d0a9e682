"""Pages of investors' saved criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core.access import Actor
from exchange.core.text import _
from exchange.core.web import Room, page, redirect_to
from exchange.market.matching.models import Interest
from exchange.market.matching.operations import edit_interest, end_interest, pause_interest, resume_interest, save_interest
from exchange.market.matching.queries.visible import matches_of_wish, own_interests
from exchange.market.matching.schemas import InterestShape
from exchange.market.matching.views.words import demand_budget, options, reasons, typed, wish_facts

interests = Room("interests", __name__)


@interests.page("/interests", "interest:save")
def list_interests(actor: Actor) -> str:
    """One's saved criteria."""
    return page("interests/list.html", interests=own_interests(actor), facts=wish_facts, count=lambda wish: len(matches_of_wish(wish)))


def _initial(thing: Interest, actor: Actor) -> Mapping[str, Any]:
    more = {
        "kind": thing.kind, "foreign": "yes" if thing.foreign else "no", "evidence": thing.evidence, "threshold_bp": thing.threshold_bp,
    }  # fmt: skip
    return typed(thing) | more


@interests.form(
    "/interests/new", "interest:save", shape=InterestShape, template="interests/new.html",
    context=lambda actor: {"options": options(), "interest": None},
)  # fmt: skip
def save(data: dict[str, Any], actor: Actor) -> Any:
    """Save criteria."""
    interest = save_interest(actor=actor, **data)
    return redirect_to("interests.show_interest", _("Saved. Matches are listed below."), id=interest.public_id)


@interests.page("/interests/<id>", "interest:edit", thing=Interest, home=True)
def show_interest(thing: Interest, actor: Actor) -> str:
    """One set of criteria and what was found for it."""
    return page(
        "interests/show.html", interest=thing, facts=wish_facts(thing), matches=matches_of_wish(thing), reasons=reasons,
        demand_budget=demand_budget,
    )


@interests.form(
    "/interests/<id>/edit", "interest:edit", thing=Interest, shape=InterestShape, template="interests/new.html", initial=_initial,
    context=lambda thing, actor: {"options": options(), "interest": thing},
)  # fmt: skip
def edit(thing: Interest, data: dict[str, Any], actor: Actor) -> Any:
    """Change criteria."""
    edit_interest(thing, actor=actor, **data)
    return redirect_to("interests.show_interest", _("Saved. Matches are listed below."), id=thing.public_id)


@interests.post("/interests/<id>/pause", "interest:pause", thing=Interest)
def pause(thing: Interest, actor: Actor) -> Any:
    """Stop looking for a while."""
    pause_interest(thing, actor=actor)
    return redirect_to("interests.show_interest", _("Paused."), id=thing.public_id)


@interests.post("/interests/<id>/resume", "interest:resume", thing=Interest)
def resume(thing: Interest, actor: Actor) -> Any:
    """Look again."""
    resume_interest(thing, actor=actor)
    return redirect_to("interests.show_interest", _("Active again."), id=thing.public_id)


@interests.post("/interests/<id>/end", "interest:end", thing=Interest)
def end(thing: Interest, actor: Actor) -> Any:
    """Give criteria up."""
    end_interest(thing, actor=actor)
    return redirect_to("interests.list_interests", _("Ended."))
