"""Proofs, shares, co-owners' consents, burdens: who has what right on a patent."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from exchange.core import files
from exchange.core.access import Actor
from exchange.core.text import _
from exchange.core.web import Room, back_to
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Encumbrance, OwnershipProof, Patent
from exchange.registers.patents.rules.licences import EVERYTHING, Box
from exchange.registers.patents.rules.shares import OwnerShare, read_share
from exchange.registers.patents.schemas import (
    CoownerConsentShape, EncumbranceShape, EndingShape, ProofShape, ReasonShape, SharesShape,
)
from exchange.registers.patents.states import EncumbranceKind, LicenceKind, ProofKind, Use
from exchange.registers.patents.views.patents import names_in, trail_of
from exchange.registers.patents.rules.permissions import COOWNER, LIFT, PLACE, PROVE, STATE_SHARES, VOID

room = Room("rights", __name__)


@room.form("/patents/<id>/prove", PROVE, thing=Patent, shape=ProofShape, template="patents/proof.html", uploads={"file": "document"},
           context=lambda thing, actor: {"patent": thing, "kinds": list(ProofKind), "trail": trail_of(thing)},
           initial=lambda thing, actor: {"holder_name": organisation(thing.organisation_id).name})
def submit_proof(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Hand in a document that proves who owns the patent."""
    upload: files.Upload | None = data.pop("file", None)
    proof = operations.submit_proof(
        actor, thing.id, **data, filename=upload.filename if upload else "", sha256=upload.sha256 if upload else "",
    )
    if upload is not None:
        files.attach(
            upload, noun="proof", object_id=proof.public_id, kind="proof", organisation_id=thing.organisation_id, user_id=actor.user_id,
        )
    return back_to(thing, _("The proof is handed in for review."))


@room.post("/proofs/<id>/accept", "proof:accept", thing=OwnershipProof)
def accept_proof(thing: OwnershipProof, actor: Actor) -> Any:
    """Accept a proof."""
    operations.accept_proof(actor, thing.id)
    return back_to(thing.patent, _("The proof is accepted."))


@room.form("/proofs/<id>/reject", "proof:reject", thing=OwnershipProof, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: _reason(thing, _("Reject the proof")))
def reject_proof(thing: OwnershipProof, data: dict[str, Any], actor: Actor) -> Any:
    """Reject a proof."""
    operations.reject_proof(actor, thing.id, **data)
    return back_to(thing.patent, _("The proof is rejected."))


@room.form("/proofs/<id>/withdraw", "proof:withdraw", thing=OwnershipProof, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: _reason(thing, _("Take back the acceptance")))
def withdraw_proof(thing: OwnershipProof, data: dict[str, Any], actor: Actor) -> Any:
    """Take an acceptance back."""
    operations.withdraw_proof(actor, thing.id, **data)
    return back_to(thing.patent, _("The acceptance is taken back."))


def _reason(proof: OwnershipProof, title: str) -> dict[str, Any]:
    return {"patent": proof.patent, "title": title, "trail": trail_of(proof.patent), "needed": True, "url": request.path}


# ---------------------------------------------------------------- shares and consents

@room.form("/patents/<id>/shares", STATE_SHARES, thing=Patent, shape=SharesShape, template="patents/shares.html",
           context=lambda thing, actor: {"patent": thing, "trail": trail_of(thing)},
           initial=lambda thing, actor: _share_rows(thing))
def state_shares(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """State the owners' parts."""
    own = organisation(thing.organisation_id)
    shares = [
        OwnerShare(own.id if row["organisation"] == own.name else queries.organisation_named(row["organisation"]),
                   row["organisation"], read_share(row["share"]))
        for row in data["shares"] if row.get("organisation") and row.get("share")
    ]
    operations.state_shares(actor, thing.id, shares=shares)
    return back_to(thing, _("The shares are stated."))


def _share_rows(patent: Patent) -> dict[str, str]:
    rows = [(share.holder_name, str(share.fraction)) for share in patent.current_shares]
    rows = rows or [(organisation(patent.organisation_id).name, "1")]
    return {
        f"shares.{place}.{name}": value
        for place, row in enumerate(rows) for name, value in zip(("organisation", "share"), row, strict=True)
    }


@room.form("/patents/<id>/consent", COOWNER, thing=Patent, shape=CoownerConsentShape, template="patents/coowner_consent.html",
           context=lambda thing, actor: {"patent": thing, "uses": list(Use), "trail": trail_of(thing)})
def give_coowner_consent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Consent as a co-owner."""
    operations.give_coowner_consent(actor, thing.id, **data)
    return back_to(thing, _("Your consent is recorded."))


# ---------------------------------------------------------------- burdens

@room.form("/patents/<id>/burden", PLACE, thing=Patent, shape=EncumbranceShape, template="patents/encumbrance.html",
           context=lambda thing, actor: {
               "patent": thing, "kinds": [kind for kind in EncumbranceKind if kind != "pledge_filed"], "licence_kinds": list(LicenceKind),
               "trail": trail_of(thing)})
def place_encumbrance(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Declare a burden, or enter one that the register shows."""
    places, industries = names_in(data.pop("territories", "") or ""), names_in(data.pop("industries", "") or "")
    is_licence = data["kind"] == EncumbranceKind.LICENCE
    box = Box(
        frozenset(places or (thing.jurisdiction,)), frozenset(industries or (EVERYTHING,)), data["begins_on"],
        data.get("ends_on") or date.max,
    )
    operations.place_encumbrance(
        actor, thing.id, source="register" if actor.kind == "exchange" else "declared", box=box if is_licence else None, **data,
    )
    return back_to(thing, _("The burden is recorded."))


@room.form("/encumbrances/<id>/lift", LIFT, thing=Encumbrance, shape=EndingShape, template="patents/ending.html",
           context=lambda thing, actor: _ending(thing, _("End the burden")))
def lift_encumbrance(thing: Encumbrance, data: dict[str, Any], actor: Actor) -> Any:
    """End a burden with its day of effect."""
    operations.lift_encumbrance(actor, thing.id, **data)
    return back_to(queries.get_patent(thing.patent_id), _("The burden is ended."))


@room.form("/encumbrances/<id>/void", VOID, thing=Encumbrance, shape=EndingShape, template="patents/ending.html",
           context=lambda thing, actor: _ending(thing, _("Declare the burden void")))
def void_encumbrance(thing: Encumbrance, data: dict[str, Any], actor: Actor) -> Any:
    """Declare that a burden never existed."""
    operations.void_encumbrance(actor, thing.id, **data)
    return back_to(queries.get_patent(thing.patent_id), _("The burden is void."))


def _ending(row: Encumbrance, title: str) -> dict[str, Any]:
    patent = queries.get_patent(row.patent_id)
    return {"patent": patent, "burden": row, "title": title, "trail": trail_of(patent), "url": request.path}
