"""Pages of deals."""

from __future__ import annotations

from typing import Any

from exchange.core.access import MEMBER, Actor, permit
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.market.deals.models import Deal
from exchange.market.deals.operations import cancel_deal
from exchange.market.deals.queries import deals_of, latest_gates, terms_of, timeline
from exchange.market.deals.rules import PRICE_FORMS
from exchange.market.deals.schemas import DealQuery, Reason
from exchange.people.accounts.queries import organisation_names
from exchange.registers.patents.queries import get_patent

room = Room("deals", __name__)
READ = permit("deal:read", MEMBER)


@room.page("/deals", READ, query=DealQuery)
def list_deals(data: dict[str, Any], actor: Actor) -> str:
    """The actor's deals."""
    found = deals_of(actor, cursor=data["cursor"])
    names = organisation_names({each for deal in found.rows for each in (deal.organisation_id, deal.buyer_organisation_id)})
    return page("deals/list.html", deals=found, names=names)


@room.page("/deals/<id>", READ, thing=Deal, home=True)
def show_deal(thing: Deal, actor: Actor) -> str:
    """One deal: what stands, who acts next, the terms and what the gates said."""
    names = organisation_names({thing.organisation_id, thing.buyer_organisation_id})
    return page(
        "deals/show.html", deal=thing, names=names, terms=terms_of(thing), price_forms=PRICE_FORMS,
        patents=[get_patent(row.patent_id) for row in thing.patents], events=timeline("deal", thing.public_id),
        gates=latest_gates("offer", thing.offer_reference), mine=actor.organisation_id,
    )


@room.form("/deals/<id>/cancel", "deal:cancel", thing=Deal, template="deals/cancel.html", shape=Reason)
def cancel(thing: Deal, data: dict[str, Any], actor: Actor) -> Any:
    """Cancel the deal with a reason."""
    return back_to(cancel_deal(thing, actor=actor, reason=data["reason"]), _("The deal is cancelled."))
