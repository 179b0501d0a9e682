"""Approvals as JSON."""

from __future__ import annotations

from typing import Any

from exchange.core import approvals
from exchange.core.access import Actor
from exchange.core.approvals import Approval
from exchange.core.web import ApiRoom
from exchange.portal import queries
from exchange.portal.schemas import ApprovalAnswer, RejectShape

api = ApiRoom("approvals", __name__)


@api.get("/approvals", "approval:read", answer=ApprovalAnswer, many=True)
def list_approvals(actor: Actor) -> list[Approval]:
    """The proposals that you could confirm."""
    return [each.approval for each in queries.proposals(actor)]


@api.get("/approvals/<id>", "approval:read", thing=Approval, answer=ApprovalAnswer)
def show_approval(thing: Approval, actor: Actor) -> Approval:
    """One proposal."""
    return thing


@api.post("/approvals/<id>/confirm", "approval:confirm", thing=Approval, answer=ApprovalAnswer)
def confirm_approval(thing: Approval, actor: Actor) -> Approval:
    """Make the proposed move as its second person."""
    approvals.confirm_approval(thing.public_id, actor=actor)
    return thing


@api.post("/approvals/<id>/reject", "approval:reject", thing=Approval, body=RejectShape, answer=ApprovalAnswer)
def reject_approval(thing: Approval, data: dict[str, Any], actor: Actor) -> Approval:
    """Turn the proposal down."""
    return approvals.reject_approval(thing.public_id, actor=actor, **data)
