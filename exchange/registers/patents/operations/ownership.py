"""Proofs of ownership, shares, co-owners' consents, and the transfer of shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import HOLDER_SIDE, REGISTRAR, SYSTEM, SYSTEM_ONLY, Actor, who
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.parameters import parameter
from exchange.core.search.index import reindex
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import CoownerConsent, Custody, OwnershipProof, Patent, Share
from exchange.registers.patents.operations.custody import transfer_out_custody
from exchange.registers.patents.queries.picture import rights_picture, shares_on
from exchange.registers.patents.queries.registry import get_patent
from exchange.registers.patents.queries.rights import live_claim
from exchange.registers.patents.rules.gates import check_disposition, raise_first
from exchange.registers.patents.rules.shares import OwnerShare, after_transfer, check_sum
from exchange.registers.patents.states import PATENT, PROOF, EncumbranceKind, ProofKind, Use

COPY_DAYS = parameter("patents.register_copy_days", "30", source="patents.md 8.4: a register copy is at most 30 days old")
CONSENTER = who("enterprise research investor", "signatory approver officer", party="co_owner")
OPEN_ENTRIES = ("draft", "returned", "submitted", "registered", "disputed")


@operation
def submit_proof(
    actor: Actor, patent_id: int, *, kind: str, holder_name: str, filename: str = "", sha256: str = "", issuer: str = "",
    issued_on: date | None = None,
) -> OwnershipProof:
    """The holder hands in a document that proves who owns the patent."""
    patent = get_patent(patent_id)
    lock(patent)
    if patent.state not in OPEN_ENTRIES:
        raise Conflict("WRONG_STATE", state=patent.entry.label, actions="—")
    if not holder_name.strip():
        raise Invalid("MISSING_FIELD", field="holder_name")
    if issued_on is not None and issued_on > clock.today():
        raise Invalid("EVENT_DATE_FUTURE", field="issued_on")
    is_registrar = REGISTRAR.fits(actor, {})
    owner = patent.organisation_id if is_registrar else actor.organisation_id
    if owner != patent.organisation_id and owner not in patent.parties()["co_owner"]:
        raise Forbidden(noun="proof", verb="submit")
    proof = OwnershipProof(
        organisation_id=owner, patent_id=patent_id, kind=str(ProofKind(kind)), holder_name=holder_name.strip(), filename=filename,
        sha256=sha256, issuer=issuer, issued_on=issued_on, submitted_by=actor.user_id,
    )
    with PROOF.move(proof, "submit", actor, kind=kind):
        add(proof)
        flush()
    return proof


def get_proof(proof_id: int) -> OwnershipProof:
    """The proof of this id."""
    found = db.session.get(OwnershipProof, proof_id)
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field="proof", choices="")
    return found


@operation
def accept_proof(actor: Actor, proof_id: int) -> OwnershipProof:
    """The registrar accepts a proof that he did not hand in; a register copy must be fresh."""
    proof = get_proof(proof_id)
    lock(proof)
    with PROOF.move(proof, "accept", actor, kind=proof.kind):
        if proof.submitted_by == actor.user_id:
            raise Forbidden("SECOND_PERSON_NEEDED")
        limit = COPY_DAYS.number()
        is_copy = proof.kind == ProofKind.REGISTER_COPY
        if is_copy and (proof.issued_on is None or (clock.today() - proof.issued_on).days > limit):
            raise Invalid("PROOF_TOO_OLD", field="issued_on", limit=limit)
        proof.reviewed_by = actor.user_id
    return proof


@operation
def reject_proof(actor: Actor, proof_id: int, *, reason: str) -> OwnershipProof:
    """The registrar rejects a proof with a reason."""
    return _decide(actor, proof_id, "reject", reason)


@operation
def withdraw_proof(actor: Actor, proof_id: int, *, reason: str) -> OwnershipProof:
    """The registrar takes an acceptance back with a reason."""
    return _decide(actor, proof_id, "withdraw", reason)


def _decide(actor: Actor, proof_id: int, verb: str, reason: str) -> OwnershipProof:
    proof = get_proof(proof_id)
    lock(proof)
    with PROOF.move(proof, verb, actor, reason=reason):
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
        proof.reviewed_by, proof.reason = actor.user_id, reason
    return proof


@operation
def expire_proof(proof_id: int, *, actor: Actor = SYSTEM) -> OwnershipProof:
    """An accepted proof that grew too old expires."""
    proof = get_proof(proof_id)
    lock(proof)
    with PROOF.move(proof, "expire", actor):
        pass
    return proof


# ---------------------------------------------------------------- shares

@operation
def state_shares(actor: Actor, patent_id: int, *, shares: Sequence[OwnerShare], basis: str = "stated") -> list[Share]:
    """The owners' parts are stated before registration; together they are exactly the whole."""
    patent = get_patent(patent_id)
    if not (HOLDER_SIDE | REGISTRAR | SYSTEM_ONLY).fits(actor, patent.parties()):
        raise Forbidden(noun="patent", verb="state_shares")
    lock(patent)
    if patent.state not in ("draft", "returned", "submitted", "disputed"):
        raise Conflict("WRONG_STATE", state=patent.entry.label, actions="—")
    check_sum([share.fraction for share in shares])
    names = {(share.organisation_id, share.name) for share in shares}
    if len(names) != len(shares):
        raise Invalid("SHARES_SUM", field="shares", sum="—")
    begins = patent.grant_on or patent.filing_on or clock.today()
    for row in patent.current_shares:
        db.session.delete(row)
    flush()
    rows = [_open_share(patent, share, on=begins, basis=basis) for share in shares]
    note(patent, "state_shares", actor, shares={share.name: str(share.fraction) for share in shares})
    return rows


def _open_share(patent: Patent, share: OwnerShare, *, on: date, basis: str) -> Share:
    row: Share = add(Share(
        patent_id=patent.id, organisation_id=share.organisation_id, holder_name=share.name, stated=share.stated, valid_from=on,
        numerator=share.fraction.numerator, denominator=share.fraction.denominator, basis=basis,
    ))
    flush()
    db.session.expire(patent, ["shares"])
    return row


@operation
def transfer_shares(
    actor: Actor, patent_id: int, *, from_organisation_id: int, to_organisation_id: int, fraction: Fraction | str = "1",
    basis: str, on: date, claim_reference: str = "",
) -> tuple[OwnerShare, ...]:
    """The office has recorded a transfer: the shares change on that day, custody ends with the old holder."""
    patent = get_patent(patent_id)
    lock(patent)
    part = Fraction(fraction)
    _require_transferable(patent, claim_reference, on)
    taker = OwnerShare(to_organisation_id, organisation(to_organisation_id).name, part)
    shares = after_transfer(shares_on(patent_id, on), giver=from_organisation_id, taker=taker, fraction=part)
    for row in patent.current_shares:
        row.valid_to = on
    flush()
    for share in shares:
        _open_share(patent, share, on=on, basis=basis)
    if all(share.organisation_id != patent.organisation_id for share in shares):
        _hand_over(patent, from_organisation_id, to_organisation_id)
    note(
        patent, "owner_changed", actor, patent_id=patent_id, from_organisation=from_organisation_id,
        to_organisation=to_organisation_id, fraction=str(part), basis=basis, on=on, presumed=False,
    )
    reindex("patent", patent.public_id)
    return shares


def _require_transferable(patent: Patent, claim_reference: str, on: date) -> None:
    if patent.state == "disputed":
        raise Conflict("PATENT_DISPUTED")
    if patent.state != "registered":
        raise Conflict("PATENT_NOT_REGISTERED")
    claim = live_claim(patent.id)
    if claim is not None and claim.reference != claim_reference:
        raise Conflict("PATENT_HAS_LIVE_PROCESS", reference=claim.reference)
    picture = rights_picture(patent.id, max(on, clock.today()))
    if picture.seized or picture.of_kind(EncumbranceKind.SEIZURE):
        raise Conflict("RIGHTS_SEIZED")
    if picture.suspended or picture.of_kind(EncumbranceKind.STAY):
        raise Conflict("RIGHTS_STAYED")
    raise_first(check_disposition(picture, Use.TRANSFER))


def _hand_over(patent: Patent, old: int, new: int) -> None:
    """The entry goes to the new owner; its own draft of the number is merged, the old custody ends."""
    if patent.application_number is not None:
        wanted = select(Patent).where(
            Patent.organisation_id == new, Patent.application_number == patent.application_number, Patent.id != patent.id,
            Patent.state.in_(("draft", "submitted", "returned")),
        )
        for draft in list(db.session.scalars(wanted)):
            with PATENT.move(draft, "withdraw", SYSTEM, cause="merged", into=patent):
                pass
        flush()
    held = select(Custody).where(Custody.patent_id == patent.id, Custody.organisation_id == old, Custody.state == "verified")
    for custody in list(db.session.scalars(held)):
        transfer_out_custody(custody.id, to_organisation_id=new)
    patent.organisation_id = new
    flush()


# ---------------------------------------------------------------- co-owners

@operation
def give_coowner_consent(
    actor: Actor, patent_id: int, *, act: str, valid_to: date | None = None, scope: str = "", sha256: str = ""
) -> CoownerConsent:
    """A co-owner consents to an act, with a fresh second factor."""
    patent = get_patent(patent_id)
    if not CONSENTER.fits(actor, patent.parties()):
        raise Forbidden(noun="coowner_consent", verb="give")
    if not actor.stepped_up:
        raise Forbidden("STEP_UP_NEEDED")
    if valid_to is not None and valid_to < clock.today():
        raise Invalid("DATE_ORDER", field="valid_to", start=clock.today(), end=valid_to)
    consent = add(CoownerConsent(
        organisation_id=actor.organisation_id, patent_id=patent_id, act=str(Use(act)), scope=scope, sha256=sha256,
        given_by=actor.user_id, given_on=clock.today(), valid_to=valid_to,
    ))
    flush()
    note(consent, "give", actor, patent=patent, act=act, valid_to=valid_to)
    return consent  # type: ignore[no-any-return]  # add() gives back what it was given


@operation
def revoke_coowner_consent(actor: Actor, consent_id: int) -> CoownerConsent:
    """A co-owner takes a consent back, unless a process that needs it is under way."""
    consent = db.session.get(CoownerConsent, consent_id)
    if consent is None or consent.organisation_id != actor.organisation_id:
        raise Forbidden(noun="coowner_consent", verb="revoke")
    lock(consent)
    claim = live_claim(consent.patent_id)
    if claim is not None:
        raise Conflict("PATENT_HAS_LIVE_PROCESS", reference=claim.reference)
    consent.revoked_on = clock.today()
    note(consent, "revoke", actor)
    return consent
