"""Approvals 复核: what waits for a second person; confirm or reject."""

from __future__ import annotations

from typing import Any

from exchange.core import approvals
from exchange.core.access import ACTING, Actor, permit, who
from exchange.core.approvals import Approval
from exchange.core.text import _
from exchange.core.web import Room, page, redirect_to
from exchange.portal import queries
from exchange.portal.schemas import RejectShape

READ = permit("approval:read", who("", ACTING))
CONFIRM = permit("approval:confirm", who("", ACTING))
REJECT = permit("approval:reject", who("", ACTING))

room = Room("approvals", __name__)


@room.page("/approvals", READ)
def list_approvals(actor: Actor) -> str:
    """The proposals that you could confirm, and your own that wait."""
    return page("portal/approvals.html", proposals=queries.proposals(actor), own=queries.own_proposals(actor), label_of=queries.label_of)


@room.page("/approvals/<id>", READ, thing=Approval, home=True)
def show_approval(thing: Approval, actor: Actor) -> str:
    """One proposal: what it would do, who proposed it, and the thing it is about."""
    return page("portal/approval.html", **queries.approval_facts(thing, actor))


@room.post("/approvals/<id>/confirm", CONFIRM, thing=Approval)
def confirm_approval(thing: Approval, actor: Actor) -> Any:
    """Make the proposed move as its second person."""
    approvals.confirm_approval(thing.public_id, actor=actor)
    return redirect_to("approvals.list_approvals", _("Confirmed."))


@room.form("/approvals/<id>/reject", REJECT, thing=Approval, shape=RejectShape, template="portal/reject.html",
           context=lambda thing, actor: {"approval": thing, "label": queries.label_of(thing)})
def reject_approval(thing: Approval, data: dict[str, Any], actor: Actor) -> Any:
    """Turn the proposal down, or take one's own back."""
    approvals.reject_approval(thing.public_id, actor=actor, **data)
    return redirect_to("approvals.list_approvals", _("Rejected."))
