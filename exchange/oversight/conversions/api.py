"""Evidence as JSON."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.oversight.conversions import operations, queries
from exchange.oversight.conversions.models import Evidence
from exchange.oversight.conversions.schemas import AcceptShape, DraftShape, EvidenceAnswer, EvidenceFilter, ReasonShape, RefuseShape
from exchange.registers.patents.queries import find_patent

api = ApiRoom("conversions", __name__)


@api.get("/conversions", "evidence:read", query=EvidenceFilter, answer=EvidenceAnswer, many=True)
def list_evidence(data: dict[str, Any], actor: Actor) -> Page[Evidence]:
    """Evidence that you may see."""
    return queries.evidence_list(actor, **data)


@api.get("/conversions/<id>", "evidence:read", thing=Evidence, answer=EvidenceAnswer)
def show_evidence(thing: Evidence, actor: Actor) -> Evidence:
    """One piece of evidence."""
    return thing


@api.post("/conversions", "evidence:draft", body=DraftShape, answer=EvidenceAnswer, status=201)
def draft_evidence(data: dict[str, Any], actor: Actor) -> Evidence:
    """Declare a use with its first proof."""
    proof = {name: data.pop(name) for name in ("kind", "issued_on", "issuer", "reference")}
    return operations.draft_evidence(find_patent(actor, data.pop("patent")), proofs=[proof], actor=actor, **data)


@api.post("/conversions/<id>/submit", "evidence:submit", thing=Evidence, answer=EvidenceAnswer)
def submit_evidence(thing: Evidence, actor: Actor) -> Evidence:
    """Send to review."""
    return operations.submit_evidence(thing, actor=actor)


@api.post("/conversions/<id>/accept", "evidence:accept", thing=Evidence, body=AcceptShape, answer=EvidenceAnswer)
def accept_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Evidence:
    """Accept."""
    return operations.accept_evidence(thing, actor=actor, **data)


@api.post("/conversions/<id>/return", "evidence:return", thing=Evidence, body=RefuseShape, answer=EvidenceAnswer)
def return_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Evidence:
    """Send back."""
    return operations.return_evidence(thing, actor=actor, **data)


@api.post("/conversions/<id>/reject", "evidence:reject", thing=Evidence, body=RefuseShape, answer=EvidenceAnswer)
def reject_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Evidence:
    """Reject."""
    return operations.reject_evidence(thing, actor=actor, **data)


@api.post("/conversions/<id>/challenge", "evidence:challenge", thing=Evidence, body=ReasonShape, answer=EvidenceAnswer)
def challenge_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Evidence:
    """Doubt."""
    return operations.challenge_evidence(thing, actor=actor, **data)


@api.post("/conversions/<id>/withdraw", "evidence:withdraw", thing=Evidence, body=ReasonShape, answer=EvidenceAnswer)
def withdraw_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Evidence:
    """Take back (two persons)."""
    return operations.withdraw_evidence(thing, actor=actor, **data)
