"""What is written of demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Forbidden, Invalid
from exchange.core.numbers import next_number
from exchange.core.search.index import reindex
from exchange.market.matching.models import Demand
from exchange.market.matching.operations.meeting import end_matches, find_for_wish
from exchange.market.matching.operations.saying import say
from exchange.market.matching.states import DEMAND


@operation
def draft_demand(*, actor: Actor, **said: Any) -> Demand:
    """Draft a demand."""
    demand = Demand(number=next_number("XQ"), organisation_id=actor.organisation_id, language="zh")
    with DEMAND.move(demand, "draft", actor):
        _say(demand, said)
        add(demand)
        flush()
        reindex("demand", demand.public_id)
    return demand


@operation
def edit_demand(demand: Demand, *, actor: Actor, **said: Any) -> Demand:
    """Change a draft."""
    lock(demand)
    with DEMAND.move(demand, "edit", actor):
        _say(demand, said)
        reindex("demand", demand.public_id)
    return demand


def _say(demand: Demand, said: Mapping[str, Any]) -> None:
    say(demand, said)
    demand.territory = said.get("territory", demand.territory) or ""
    demand.confidential = bool(said.get("confidential", demand.confidential))
    demand.deadline = said.get("deadline", demand.deadline)
    if demand.deadline is not None and demand.deadline < clock.today():
        raise Invalid("DATE_ORDER", field="deadline", start=clock.today(), end=demand.deadline)


@operation
def submit_demand(demand: Demand, *, actor: Actor) -> Demand:
    """Send a demand to the exchange's review."""
    lock(demand)
    with DEMAND.move(demand, "submit", actor):
        demand.reason = ""
    return demand


@operation
def return_demand(demand: Demand, *, actor: Actor, reason: str) -> Demand:
    """Return a demand with what is to be corrected."""
    lock(demand)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    with DEMAND.move(demand, "return", actor, reason=reason):
        demand.reason = reason
    return demand


@operation
def open_demand(demand: Demand, *, actor: Actor) -> Demand:
    """Publish a demand after review and look for listings at once."""
    lock(demand)
    if demand.organisation_id == actor.organisation_id:
        raise Forbidden("OWN_MATTER")
    with DEMAND.move(demand, "open", actor):
        demand.opened_at = clock.now()
        reindex("demand", demand.public_id)
    if demand.deadline is not None:
        jobs.set_timer("demand", demand.public_id, rule="demand.expire", due_at=clock.end_of(demand.deadline))
    find_for_wish(demand)
    return demand


@operation
def settle_demand(demand: Demand, *, actor: Actor) -> Demand:
    """Mark a demand as met."""
    return _end(demand, "settle", actor)


@operation
def withdraw_demand(demand: Demand, *, actor: Actor) -> Demand:
    """Take a demand away."""
    return _end(demand, "withdraw", actor)


@operation
def expire_demand(demand: Demand, *, actor: Actor = SYSTEM) -> Demand:
    """End a demand whose deadline is over."""
    return _end(demand, "expire", actor)


def _end(demand: Demand, verb: str, actor: Actor) -> Demand:
    lock(demand)
    with DEMAND.move(demand, verb, actor):
        end_matches(demand)
        reindex("demand", demand.public_id)
    return demand
