"""Reads of deals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select, true

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import nowhere, session
from exchange.core.events import history
from exchange.core.i18n import translate
from exchange.core.pages import Order, Page, page_of
from exchange.core.states import MACHINES
from exchange.core.tasks import Queue, queue
from exchange.core.text import _
from exchange.market.deals.models import Deal, DealTerms, GateCheck
from exchange.market.deals.states import DealState

COMPLETED = (str(DealState.SETTLED),)


@visibility("deal")
def visible_deals(actor: Actor | None) -> Any:
    """A deal is seen by its two sides, the exchange and those who supervise."""
    if actor is None:
        return nowhere()
    if actor.is_system or actor.kind == "exchange" or SUPERVISOR.fits_role(actor):
        return true()
    mine = actor.organisation_id
    return or_(Deal.organisation_id == mine, Deal.buyer_organisation_id == mine)


def deals_of(actor: Actor, *, cursor: str = "") -> Page[Deal]:
    """Gives the actor's deals, the newest first."""
    orders = (Order(Deal.id, "id", descending=True),)
    return page_of(select(Deal).where(visible_deals(actor)), orders, cursor=cursor)


def terms_of(deal: Deal) -> list[DealTerms]:
    """Gives the versions of a deal's terms, the newest first."""
    return list(session().scalars(select(DealTerms).where(DealTerms.deal_id == deal.id).order_by(DealTerms.n.desc())))


def gate_checks(noun: str, object_id: str) -> list[GateCheck]:
    """Gives what the gates said of a thing at each point, the newest point first."""
    wanted = select(GateCheck).where(GateCheck.noun == noun, GateCheck.object_id == object_id)
    return list(session().scalars(wanted.order_by(GateCheck.id.desc()).limit(60)))


def latest_gates(noun: str, object_id: str) -> list[GateCheck]:
    """Gives what each gate said when it was last asked, in the order of the gates."""
    return newest_of_each(gate_checks(noun, object_id))


def newest_of_each(checks: Iterable[GateCheck]) -> list[GateCheck]:
    """Gives the first check of each gate, in the order of the gates."""
    latest: dict[str, GateCheck] = {}
    for check in checks:
        latest.setdefault(check.gate, check)
    return [latest[gate] for gate in sorted(latest)]


def completed_by(organisation_ids: Iterable[int]) -> dict[int, int]:
    """Counts the completed deals of each holder."""
    wanted = (
        select(Deal.organisation_id, func.count())
        .where(Deal.organisation_id.in_(list(organisation_ids)), Deal.state.in_(COMPLETED))
        .group_by(Deal.organisation_id)
    )
    return dict(session().execute(wanted).all())


def timeline(noun: str, object_id: str) -> list[dict[str, Any]]:
    """Gives what happened to a thing, the newest first, in the reader's words."""
    labels = {row.name: row.label for row in MACHINES[noun].moves}
    return [{"at": event.at, "title": translate(labels.get(event.verb, event.verb))} for event in history(noun, object_id)]


TRADING_KINDS = ("enterprise", "research", "investor", "agency")


def tasks(actor: Actor) -> list[Queue]:
    """Gives the open deals of a trading organisation."""
    if actor.kind not in TRADING_KINDS:
        return []
    mine = actor.organisation_id
    own = or_(Deal.organisation_id == mine, Deal.buyer_organisation_id == mine)
    wanted = select(Deal).where(own, Deal.state == str(DealState.NEGOTIATING)).order_by(Deal.id).limit(50)
    return [queue("deal", _("Look at the open deal"), wanted, title=Deal.number, number=Deal.number)]
