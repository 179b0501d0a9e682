"""Sessions 会话: opened, seen, stepped up, switched and ended; the cookie is random and only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.events import note
from exchange.people.accounts.models import Member, OneTimeLink, UserSession
from exchange.people.accounts.queries import actor_of

MOST_SESSIONS = 10
SEEN_EVERY = timedelta(minutes=1)


def digest(secret: str) -> str:
    """How a cookie, token or link is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


@operation
def open_session(
    member: Member, *, stepped_up: bool = False, second_factor_at: datetime | None = None, created_at: datetime | None = None,
    agent: str = "", ip_prefix: str = "",
) -> str:
    """Open a session for a member and return its cookie; the oldest of more than ten ends, and so does every reset link."""
    cookie, now = secrets.token_urlsafe(32), clock.now()
    row: UserSession = add(UserSession(
        id_hash=digest(cookie), person_id=member.person_id, member_id=member.id, created_at=created_at or now, last_seen_at=now,
        second_factor_at=now if stepped_up else second_factor_at, step_up_at=now if stepped_up else None, agent=agent[:200],
        ip_prefix=ip_prefix))
    flush()
    db.session.execute(update(OneTimeLink).where(
        OneTimeLink.person_id == member.person_id, OneTimeLink.purpose == "reset", OneTimeLink.used_at.is_(None)).values(used_at=now))
    for oldest in _live(member.person_id)[MOST_SESSIONS:]:
        _end(oldest, "too many")
    note(member.person, "sign_in", actor_of(member, session_id=str(row.id)))
    return cookie


@operation
def see_session(session_id: int) -> None:
    """Remember that a session is in use; at most once a minute."""
    row = db.session.get_one(UserSession, session_id)
    if clock.now() - row.last_seen_at >= SEEN_EVERY:
        row.last_seen_at = clock.now()


@operation
def note_step_up(session_id: int, *, actor: Actor) -> None:
    """Remember that the person just confirmed who he is."""
    row = db.session.get_one(UserSession, session_id)
    row.step_up_at = clock.now()
    note(None, "step_up", actor, noun="person")


@operation
def complete_session(session_id: int) -> str:
    """Replace the session of a right password by one that had the second factor too; its new cookie."""
    row = db.session.get_one(UserSession, session_id)
    _end(row, "second factor")
    return open_session(db.session.get_one(Member, row.member_id), stepped_up=True, agent=row.agent, ip_prefix=row.ip_prefix)


@operation
def switch_member(session_id: int, member: Member, *, actor: Actor) -> str:
    """Act in another of one's roles; the session gets a new cookie and keeps its age and its second factor."""
    row = db.session.get_one(UserSession, session_id)
    _end(row, "switched")
    note(member, "switch", actor)
    return open_session(
        member, second_factor_at=row.second_factor_at, created_at=row.created_at, agent=row.agent, ip_prefix=row.ip_prefix)


@operation
def end_session(session_id: int, *, why: str, actor: Actor) -> None:
    """End one session of one's own."""
    row = db.session.get_one(UserSession, session_id)
    if row.person_id == actor.user_id:
        _end(row, why)
        note(None, "sign_out", actor, noun="person")


@operation
def end_other_sessions(session_id: int, *, actor: Actor) -> int:
    """End all of one's sessions but this one; how many they were."""
    others = [row for row in _live(actor.user_id) if row.id != session_id]
    for row in others:
        _end(row, "ended by its owner")
    return len(others)


def _live(person_id: int) -> list[UserSession]:
    wanted = select(UserSession).where(UserSession.person_id == person_id, UserSession.revoked_at.is_(None))
    return list(db.session.scalars(wanted.order_by(UserSession.id.desc())))


def _end(row: UserSession, why: str) -> None:
    row.revoked_at, row.revoked_why = clock.now(), why
