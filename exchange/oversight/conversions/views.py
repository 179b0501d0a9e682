"""Pages of evidence, for holders and for the regulator's review."""

from __future__ import annotations

from typing import Any

from flask import request

from exchange.core.access import MEMBER, REGULATOR, Actor, permit, who
from exchange.core.events import history
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.oversight.conversions import operations, queries, rules
from exchange.oversight.conversions.models import Evidence
from exchange.oversight.conversions.schemas import (
    AcceptShape, CheckShape, CorrectShape, DraftShape, EvidenceFilter, ProofShape, ReasonShape, RefuseShape,
)
from exchange.oversight.conversions.states import EvidenceState
from exchange.registers.patents.queries import find_patent

READ = permit("evidence:read", MEMBER)
QUEUE = permit("evidence:queue", REGULATOR | who("regulator auditor", "viewer officer approver signatory"))
PROVE = permit("evidence:prove", who("enterprise research", "officer signatory", party="owner"))
CHECK = permit("evidence:check", REGULATOR)

room = Room("conversions", __name__)


@room.page("/conversions", READ, query=EvidenceFilter)
def list_evidence(data: dict[str, Any], actor: Actor) -> str:
    """Evidence that you may see."""
    return page(
        "conversions/list.html", found=queries.evidence_list(actor, **data), chosen=data, routes=rules.ROUTES, states=EvidenceState)


@room.page("/oversight/evidence", QUEUE)
def review_queue(actor: Actor) -> str:
    """What waits for review, the earliest due first."""
    return page("conversions/queue.html", rows=queries.review_queue(), routes=rules.ROUTES)


def choices(actor: Actor) -> dict[str, Any]:
    """What the form of a new declaration offers."""
    return {"patents": queries.declarable_patents(actor), "routes": rules.ROUTES, "proofs": rules.PROOFS}


@room.form("/conversions/new", "evidence:draft", shape=DraftShape, template="conversions/new.html", context=choices,
           uploads={"file": "document"}, initial=lambda actor: {"patent": request.args.get("patent", "")})
def draft_evidence(data: dict[str, Any], actor: Actor) -> Any:
    """Declare a use with its first proof."""
    proof = {name: data.pop(name) for name in ("kind", "issued_on", "issuer", "reference")} | {"upload": data.pop("file")}
    made = operations.draft_evidence(find_patent(actor, data.pop("patent")), proofs=[proof], actor=actor, **data)
    return back_to(made, _("The draft was saved. Look it over and submit it."))


@room.page("/conversions/<id>", READ, thing=Evidence, home=True)
def show_evidence(thing: Evidence, actor: Actor) -> str:
    """One piece of evidence with its proofs and history."""
    return page(
        "conversions/show.html", evidence=thing, routes=rules.ROUTES, proofs=rules.PROOFS, grades=rules.GRADES,
        reasons=rules.REASONS, attachments=queries.attachments(thing), events=history("evidence", thing.public_id))


def shown(thing: Evidence, actor: Actor) -> dict[str, Any]:
    """What the forms about one piece of evidence show."""
    return {"evidence": thing, "proofs": rules.PROOFS, "reasons": rules.REASONS, "routes": rules.ROUTES}


@room.form("/conversions/<id>/proofs", PROVE, thing=Evidence, shape=ProofShape, template="conversions/proof.html", context=shown,
           uploads={"file": "document"})
def add_proof(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Add a proof."""
    operations.add_proof(thing, upload=data.pop("file"), actor=actor, **data)
    return back_to(thing, _("The proof was added."))


@room.post("/conversions/<id>/submit", "evidence:submit", thing=Evidence)
def submit_evidence(thing: Evidence, actor: Actor) -> Any:
    """Send to review."""
    operations.submit_evidence(thing, actor=actor)
    return back_to(thing, _("Submitted for review."))


@room.form("/conversions/<id>/accept", "evidence:accept", thing=Evidence, shape=AcceptShape, template="conversions/accept.html", context=shown)
def accept_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Accept."""
    operations.accept_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Accepted; it counts from now on."))


@room.form("/conversions/<id>/return", "evidence:return", thing=Evidence, shape=RefuseShape, template="conversions/refuse.html",
           context=lambda thing, actor: shown(thing, actor) | {"verb": "return", "label": _("Return")})
def return_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Send back."""
    operations.return_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Returned."))


@room.form("/conversions/<id>/reject", "evidence:reject", thing=Evidence, shape=RefuseShape, template="conversions/refuse.html",
           context=lambda thing, actor: shown(thing, actor) | {"verb": "reject", "label": _("Reject")})
def reject_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Reject."""
    operations.reject_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Rejected."))


@room.form("/conversions/<id>/challenge", "evidence:challenge", thing=Evidence, shape=ReasonShape, template="conversions/reason.html",
           context=lambda thing, actor: shown(thing, actor) | {"verb": "challenge", "label": _("Challenge")})
def challenge_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Doubt."""
    operations.challenge_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Challenged; it counts, flagged, until it is decided."))


@room.form("/conversions/<id>/withdraw", "evidence:withdraw", thing=Evidence, shape=ReasonShape, template="conversions/reason.html",
           context=lambda thing, actor: shown(thing, actor) | {"verb": "withdraw", "label": _("Withdraw")})
def withdraw_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Take back (two persons)."""
    operations.withdraw_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Withdrawn."))


@room.form("/conversions/<id>/correct", "evidence:correct", thing=Evidence, shape=CorrectShape, template="conversions/correct.html", context=shown,
           initial=lambda thing, actor: {"valid_from": thing.valid_from.isoformat(), "statement": thing.statement})
def correct_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """Correct by a new declaration."""
    made = operations.correct_evidence(thing, valid_from=data["valid_from"], valid_to=data.get("valid_to"), statement=data["statement"], actor=actor)
    return back_to(made, _("The corrected declaration waits for your submission."))


@room.form("/conversions/<id>/check", CHECK, thing=Evidence, shape=CheckShape, template="conversions/check.html", context=shown)
def check_evidence(thing: Evidence, data: dict[str, Any], actor: Actor) -> Any:
    """A second look."""
    operations.check_evidence(thing, actor=actor, **data)
    return back_to(thing, _("Your second look was recorded."))
