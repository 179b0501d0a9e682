"""Approvals as JSON."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from exchange.core import approvals, seal
from exchange.core.access import Actor
from exchange.core.approvals import Approval
from exchange.core.errors import NotFound
from exchange.core.web import ApiRoom, own_ip
from exchange.portal import queries
from exchange.portal.schemas import ApprovalAnswer, RejectShape

api = ApiRoom("approvals", __name__)
verifications = ApiRoom("verifications", __name__)
ROOMS = [api, verifications]


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


@verifications.get("/verifications/<code>", public="anybody may verify a document")
def show_verification(code: str, actor: Actor | None) -> Response:
    """What is sealed under a code, its digest, whether it holds, and what its signatures are worth."""
    seal.count_lookup(own_ip())
    document = seal.find_by_code(code)
    if document is None:
        raise NotFound()
    findings = seal.verify(seal.content_of(document))
    return jsonify({
        "code": document.code, "number": document.number, "title": document.title, "issuer": document.issuer,
        "issued_at": document.issued_at.isoformat(), "status": "lapsed" if document.lapsed else document.status, "superseded_by": document.superseded_by,
        "sha256": document.sha256, "signers": document.signers, "signatures": [finding.as_json() for finding in findings],
        "valid": document.status == "valid" and bool(findings) and all(finding.good for finding in findings),
    })  # fmt: skip
