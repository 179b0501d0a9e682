"""Four eyes (双人复核): a proposal by one person, its confirmation by another, all guards run again.

A move with ``second`` that one person makes alone is checked to its end, undone, and stored here as a proposal. The
second person's ``confirm_approval`` runs the same operation on present facts. Two accounts with one identity are one
person; a subject that changed since voids the proposal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, select
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock, events
from exchange.core.access import Actor, Confirmation
from exchange.core.database import (
    OPERATIONS,
    PROPOSE,
    Call,
    Moment,
    Proposed,
    Thing,
    add,
    by_public_id,
    db,
    flush,
    lock,
    model_of,
    one_of,
    operation,
)
from exchange.core.errors import Conflict, DomainError, Forbidden, Invalid, constraint
from exchange.core.money import Money
from exchange.core.states import MACHINES, ProposalNeeded, parties_of

DECISIONS = ("confirmed", "rejected", "void")


class Approval(Thing):
    """A proposed act that waits for, or has had, its second person."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint(
            "checker_id IS NULL OR (checker_id <> maker_id AND checker_identity <> maker_identity)", name="two_people"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
    )
    noun = "approval"
    lock_rank = 900

    subject_noun: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(16), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    operation: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(LongText)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    subject_version: Mapped[int]
    maker_id: Mapped[int]
    maker_organisation_id: Mapped[int] = mapped_column(index=True)
    maker_identity: Mapped[str] = mapped_column(String(64))
    maker_name: Mapped[str] = mapped_column(String(200))
    checker_id: Mapped[int | None]
    checker_identity: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision: Mapped[str | None] = one_of("decision", DECISIONS, nullable=True)
    reason: Mapped[str] = mapped_column(String(500), default="")


PENDING = Index(
    "uq_approval_pending", Approval.subject_noun, Approval.subject_id, Approval.verb, unique=True,
    sqlite_where=Approval.decision.is_(None), postgresql_where=Approval.decision.is_(None),
)
constraint("uq_approval_pending", "APPROVAL_PENDING")
constraint("ck_approval_two_people", "SECOND_PERSON_NEEDED")


# ---------------------------------------------------------------- the call as text

def encode(value: Any) -> Any:
    """The JSON form of an operation's argument."""
    if isinstance(value, Thing):
        return {"$thing": [value.noun, value.public_id]}
    if isinstance(value, Money):
        return {"$money": [value.minor, value.currency]}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, dict):
        return {str(key): encode(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [encode(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    raise TypeError(f"a {type(value).__name__} cannot wait for a second person")


DECODERS: dict[str, Callable[[Any], Any]] = {
    "$thing": lambda named: by_public_id(model_of(named[0]), named[1]),
    "$money": lambda pair: Money(pair[0], pair[1]),
    "$decimal": Decimal,
    "$moment": datetime.fromisoformat,
    "$date": date.fromisoformat,
}


def decode(value: Any) -> Any:
    """The argument behind its JSON form."""
    if isinstance(value, list):
        return [decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (key := next(iter(value))) in DECODERS:
        return DECODERS[key](value[key])
    return {key: decode(each) for key, each in value.items()}


# ---------------------------------------------------------------- propose, confirm, reject

def propose(proposal: ProposalNeeded, call: Call) -> Proposed:
    """Store the checked act for its second person."""
    actor = call.actor
    text = json.dumps(encode(dict(call.arguments)), ensure_ascii=False, sort_keys=True)
    subject = proposal.thing
    approval = add(Approval(
        subject_noun=proposal.noun, subject_id=subject.public_id, verb=proposal.verb, operation=call.name, payload=text,
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(), subject_version=subject.version, maker_id=actor.user_id,
        maker_organisation_id=actor.organisation_id, maker_identity=actor.identity, maker_name=actor.name,
    ))
    flush()
    events.note(approval, "propose", actor, subject=f"{proposal.noun}/{subject.public_id}", move=proposal.verb)
    return Proposed(approval.public_id, proposal.noun, proposal.verb)


def confirm_approval(approval_id: str, *, actor: Actor) -> Any:
    """Make the proposed move as its second person; refuses the maker, and a subject that changed."""
    try:
        return _confirm(approval_id, actor=actor)
    except Conflict as refusal:
        if refusal.code.name == "APPROVAL_STALE":
            _void(approval_id, actor=actor)
        raise


@operation
def _confirm(approval_id: str, *, actor: Actor) -> Any:
    approval = _pending(approval_id)
    _check_second_person(approval, actor)
    subject = by_public_id(model_of(approval.subject_noun), approval.subject_id)
    if subject.version != approval.subject_version:
        raise Conflict("APPROVAL_STALE")
    call: dict[str, Any] = decode(json.loads(approval.payload))
    confirmation = Confirmation(
        approval.maker_id, approval.maker_organisation_id, approval.maker_identity, approval.public_id)
    _decide(approval, actor, "confirmed", "")
    return OPERATIONS[approval.operation](**call, actor=actor.confirm(confirmation))


@operation
def reject_approval(approval_id: str, *, actor: Actor, reason: str) -> Approval:
    """Turn the proposal down with a reason; the maker may also take it back."""
    approval = _pending(approval_id)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    if actor.user_id == approval.maker_id:
        approval.decision, approval.decided_at, approval.reason = "void", clock.now(), reason
    else:
        _check_second_person(approval, actor)
        _decide(approval, actor, "rejected", reason)
    events.note(approval, "reject", actor, subject=f"{approval.subject_noun}/{approval.subject_id}")
    return approval


@operation
def _void(approval_id: str, *, actor: Actor) -> None:
    approval = _pending(approval_id)
    approval.decision, approval.decided_at, approval.reason = "void", clock.now(), "APPROVAL_STALE"
    events.note(approval, "void", actor, subject=f"{approval.subject_noun}/{approval.subject_id}")


def _pending(approval_id: str) -> Approval:
    approval = by_public_id(Approval, approval_id)
    lock(approval)
    if approval.decision is not None:
        raise Conflict("WRONG_STATE", state=approval.decision, actions="—")
    return approval


def _decide(approval: Approval, actor: Actor, decision: str, reason: str) -> None:
    approval.checker_id, approval.checker_identity = actor.user_id, actor.identity
    approval.decision, approval.decided_at, approval.reason = decision, clock.now(), reason


def _check_second_person(approval: Approval, actor: Actor) -> None:
    if actor.user_id == approval.maker_id or actor.identity == approval.maker_identity:
        raise _denied(Forbidden("SECOND_PERSON_NEEDED"), approval, actor)
    if not may_confirm(approval, actor):
        raise _denied(Forbidden(), approval, actor)


def _denied(refusal: DomainError, approval: Approval, actor: Actor) -> DomainError:
    refusal.denied = {"noun": "approval", "verb": "confirm", "object_id": approval.public_id, "actor": actor, "state": ""}
    return refusal


def may_confirm(approval: Approval, actor: Actor) -> bool:
    """Whether this actor's role and party make him the second person of the proposal."""
    subject = subject_of(approval)
    rows = MACHINES[approval.subject_noun].rows(approval.verb)
    parties = parties_of(subject)
    return any(row.second is not None and row.second.fits(actor, parties) for row in rows)


def subject_of(approval: Approval) -> Thing:
    """The thing that the proposal is about."""
    return by_public_id(model_of(approval.subject_noun), approval.subject_id)


def waiting_for(actor: Actor) -> list[Approval]:
    """The undecided proposals of others that this actor could confirm, oldest first."""
    wanted = select(Approval).where(Approval.decision.is_(None), Approval.maker_id != actor.user_id)
    candidates = [
        approval for approval in db.session.scalars(wanted.order_by(Approval.id).limit(200))
        if any(row.second is not None and row.second.fits_role(actor)
               for row in MACHINES[approval.subject_noun].rows(approval.verb))
    ]
    return [approval for approval in candidates if approval.maker_identity != actor.identity and may_confirm(approval, actor)]


def pending_on(noun: str, object_id: str) -> list[Approval]:
    """The undecided proposals about one thing."""
    wanted = select(Approval).where(
        Approval.decision.is_(None), Approval.subject_noun == noun, Approval.subject_id == object_id)
    return list(db.session.scalars(wanted))


def pending_among(noun: str, object_ids: Iterable[str]) -> dict[str, list[Approval]]:
    """The undecided proposals about several things of a noun, by the thing's public id."""
    found: dict[str, list[Approval]] = {}
    wanted = select(Approval).where(Approval.decision.is_(None), Approval.subject_noun == noun, Approval.subject_id.in_(list(object_ids)))
    for row in db.session.scalars(wanted.order_by(Approval.id)):
        found.setdefault(row.subject_id, []).append(row)
    return found


def with_second(run: Callable[[], Any], checker: Actor) -> Any:
    """Propose by ``run`` and confirm at once as ``checker``: for journeys and the demonstration."""
    try:
        return run()
    except Proposed as proposed:
        return confirm_approval(proposed.approval_id, actor=checker)


PROPOSE.append(propose)
