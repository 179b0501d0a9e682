"""The event chain: an append-only history written in the transaction of the change.

A move hands its record to ``record``; features may note further facts with ``note``. The events of a transaction are
numbered and hashed just before its commit, under the chain head's lock, which is thereby the last lock taken. The exact
RFC 8785 bytes are stored and hashed as stored; every other column is a projection of them.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import LargeBinary, String, UniqueConstraint, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from exchange.core import clock, states
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import (
    BEFORE_COMMIT,
    RECORD_DENIED,
    Base,
    Moment,
    append_only,
    db,
    failpoint,
    new_public_id,
)
from exchange.core.database import (
    session as current_session,
)
from exchange.core.errors import DomainError
from exchange.core.states import Record

GENESIS = hashlib.sha256(b"zhirong.event.v1 genesis").hexdigest()


class Event(Base):
    """One fact of history; never changed, never deleted."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    chain: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[str] = mapped_column(String(16), index=True)
    organisation_id: Mapped[str] = mapped_column(String(16), index=True)
    session_id: Mapped[str] = mapped_column(String(16))
    request_id: Mapped[str] = mapped_column(String(36))
    noun: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(16), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str] = mapped_column(String(40))
    to_state: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(8), index=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def name(self) -> str:
        return f"{self.noun}.{self.verb}"


class ChainHead(Base):
    """The newest number and hash of a chain; its row is the chain's lock."""

    __tablename__ = "chain_head"

    chain: Mapped[int] = mapped_column(unique=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


append_only("event")


class News:
    """What a handler is told: the thing, who acted, and the payload of the event."""

    def __init__(self, name: str, thing: Any, actor: Actor, payload: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        self.name, self.thing, self.actor, self.payload, self.event = name, thing, actor, payload, event


Handler = Callable[[News], None]
HANDLERS: dict[str, list[Handler]] = defaultdict(list)
LISTENERS: list[Handler] = []
REQUEST_ID: list[Callable[[], str]] = [lambda: ""]


def on(*names: str) -> Callable[[Handler], Handler]:
    """React to events of lower features, in the same transaction and quickly."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if handler not in HANDLERS[name]:
                HANDLERS[name].append(handler)
        return handler

    return register


def record(move: Record) -> None:
    """Write the event of a move and announce it."""
    facts = _facts(move.actor, move.noun, move.verb, move.thing) | {
        "from": move.source, "to": move.target, "outcome": "done",
        "parties": {name: _organisation_names(ids) for name, ids in sorted(move.parties.items())},
        "data": _plain(move.payload),
    }
    _append(facts)
    announce(f"{move.noun}.{move.verb}", move.thing, move.actor, move.payload, facts)


def note(thing: Any, verb: str, actor: Actor, *, noun: str = "", **data: Any) -> None:
    """Write and announce an event that changes no state: an export, a reading by a supervisor, a payment noted."""
    chosen = noun or thing.noun
    facts = _facts(actor, chosen, verb, thing) | {"from": "", "to": "", "outcome": "done", "parties": {}, "data": _plain(data)}
    _append(facts)
    announce(f"{chosen}.{verb}", thing, actor, data, facts)


def announce(name: str, thing: Any, actor: Actor, payload: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Tell the handlers of this event, then those that listen to all."""
    news = News(name, thing, actor, payload, facts)
    for handler in (*HANDLERS.get(name, ()), *LISTENERS):
        handler(news)


def record_denied(refusal: DomainError) -> None:
    """Write that an act was refused; runs in a transaction of its own after the rollback."""
    denied = dict(refusal.denied or {})
    actor: Actor = denied.get("actor") or SYSTEM
    if not _may_write_denial(actor):
        return
    facts = _facts(actor, denied.get("noun", ""), denied.get("verb", ""), None) | {
        "object": denied.get("object_id", ""),
        "from": denied.get("state", ""), "to": "", "outcome": "denied", "parties": {},
        "data": {"code": refusal.code.name, "field": refusal.field or "", "unwritten": _unwritten.pop(actor.public_id, 0)},
    }
    _append(facts)


DENIALS_A_MINUTE = 60
_denials: dict[str, deque[float]] = defaultdict(deque)
_unwritten: dict[str, int] = defaultdict(int)


def _may_write_denial(actor: Actor) -> bool:
    """Whether this refusal is written; beyond the limit one a minute is, with the count of those left out."""
    times, now = _denials[actor.public_id], time.monotonic()
    while times and times[0] < now - 60:
        times.popleft()
    if len(times) >= DENIALS_A_MINUTE:
        _unwritten[actor.public_id] += 1
        return False
    times.append(now)
    return True


def _facts(actor: Actor, noun: str, verb: str, thing: Any) -> dict[str, Any]:
    facts = {
        "v": 1, "id": new_public_id(), "at": clock.now().isoformat(timespec="microseconds"), "actor": actor.public_id,
        "organisation": actor.organisation_public_id, "session": actor.session_id[:16], "request": REQUEST_ID[0](),
        "noun": noun, "object": getattr(thing, "public_id", "") if thing is not None else "", "verb": verb,
    }
    if actor.confirming is not None:
        facts["approval"] = actor.confirming.approval_id
    return facts


def _organisation_names(ids: frozenset[int]) -> list[int]:
    return sorted(each for each in ids if each)


def _plain(value: Any) -> Any:
    """The JSON form of a payload value; money, dates and decimals as their exact texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "to_json"):
        return value.to_json()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        raise TypeError("a float has no place in the history")
    return str(getattr(value, "public_id", value))


def _append(facts: dict[str, Any]) -> None:
    current_session().info.setdefault("events", []).append(facts)


def flush_events(session: Session) -> None:
    """Number, hash and insert the events of this transaction, under the chain head's lock."""
    pending: list[dict[str, Any]] = session.info.pop("events", [])
    if not pending:
        return
    head = session.execute(HEAD_OF_CHAIN).one_or_none()
    if head is None:
        session.execute(insert(ChainHead).values(chain=0, seq=0, hash=GENESIS))
    seq, prev = head or (0, GENESIS)
    rows = []
    for facts in pending:
        seq += 1
        rows.append(_row(facts, seq, prev))
        prev = rows[-1]["hash"]
    session.connection().execute(INSERT_EVENTS, rows)
    session.connection().execute(MOVE_HEAD, {"new_seq": seq, "new_hash": prev})
    failpoint("operation.event_written")


HEAD_OF_CHAIN = select(ChainHead.seq, ChainHead.hash).where(ChainHead.chain == 0).with_for_update()
INSERT_EVENTS = insert(Event.__table__)  # type: ignore[arg-type]  # a mapped table
MOVE_HEAD = update(ChainHead.__table__).where(ChainHead.chain == 0).values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))  # type: ignore[arg-type]  # a mapped table


def _row(facts: dict[str, Any], seq: int, prev: str) -> dict[str, Any]:
    payload = rfc8785.dumps(facts)
    return {
        "public_id": facts["id"], "chain": 0, "seq": seq, "at": datetime.fromisoformat(facts["at"]), "actor_id": facts["actor"],
        "organisation_id": facts["organisation"], "session_id": facts["session"], "request_id": facts["request"], "noun": facts["noun"],
        "object_id": facts["object"], "verb": facts["verb"], "from_state": facts["from"], "to_state": facts["to"],
        "outcome": facts["outcome"], "payload": payload, "prev": prev, "hash": chain_hash(0, seq, prev, payload),
    }


def chain_hash(chain: int, seq: int, prev: str, payload: bytes) -> str:
    """``H("zhirong.event.v1" ‖ chain ‖ seq ‖ prev ‖ payload)``; numbers as 8 big-endian bytes, prev as its 32 bytes."""
    numbers = chain.to_bytes(8, "big") + seq.to_bytes(8, "big")
    return hashlib.sha256(b"zhirong.event.v1" + numbers + bytes.fromhex(prev) + payload).hexdigest()


def history(noun: str, object_id: str, *, limit: int = 200) -> list[Event]:
    """The events of one object, newest first; what was denied is left out."""
    wanted = select(Event).where(Event.noun == noun, Event.object_id == object_id, Event.outcome == "done")
    return list(db.session.scalars(wanted.order_by(Event.id.desc()).limit(limit)))


states.RECORDER[0] = record
BEFORE_COMMIT.append(flush_events)
RECORD_DENIED.append(record_denied)
