"""Members and tokens of an organisation."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.people.accounts.models import ApiToken, Member, UserSession
from exchange.people.accounts.operations.sessions import digest
from exchange.people.accounts.rules import check_grant

LONGEST_DAYS = 365


@operation
def change_member(member: Member, *, grade: str, desk: str, administrator: bool, actor: Actor) -> Member:
    """Give a colleague another grade, desk or mark; nobody changes himself, and one administrator stays."""
    lock(member)
    if member.person_id == actor.user_id:
        raise Forbidden("OWN_MATTER")
    check_grant(member.organisation.kind, desk=desk)
    if member.administrator and not administrator:
        _keep_an_administrator(member)
    member.grade, member.desk, member.administrator = grade, desk, administrator
    member.epoch += 1
    note(member, "change", actor, grade=grade, desk=desk, administrator=administrator)
    return member


@operation
def remove_member(member: Member, *, actor: Actor) -> None:
    """End a membership: sessions and tokens end with it, grants by the epoch."""
    lock(member)
    if member.administrator:
        _keep_an_administrator(member)
    now = clock.now()
    member.ended_at = now
    member.epoch += 1
    db.session.execute(update(UserSession).where(UserSession.member_id == member.id, UserSession.revoked_at.is_(None)).values(
        revoked_at=now, revoked_why="removed"))
    db.session.execute(update(ApiToken).where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now))
    note(member, "remove", actor)


def _keep_an_administrator(member: Member) -> None:
    others = db.session.scalar(select(func.count()).select_from(Member).where(
        Member.organisation_id == member.organisation_id, Member.administrator.is_(True), Member.ended_at.is_(None), Member.id != member.id))
    if not others:
        raise Conflict("LAST_ADMINISTRATOR")


@operation
def create_token(member_id: int, *, name: str, scopes: list[str], days: int, actor: Actor) -> str:
    """Make a key to the API for oneself; shown once, kept as its digest."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="days", low=1, high=LONGEST_DAYS)
    secret = "zrt_" + secrets.token_urlsafe(32)
    token = add(ApiToken(
        organisation_id=actor.organisation_id, member_id=member_id, name=name, digest=digest(secret),
        scopes=" ".join(sorted(scopes)), expires_on=clock.today() + timedelta(days=days)))
    note(token, "create", actor, scopes=sorted(scopes))
    return secret


@operation
def revoke_token(token: ApiToken, *, actor: Actor) -> None:
    """End a key to the API."""
    lock(token)
    token.revoked_at = clock.now()
    note(token, "revoke", actor)
