"""Reads of organisations, members and their relations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, false, or_, select, true

from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import db
from exchange.core.drafts import Writer, drafts_of
from exchange.core.errors import Forbidden, NotFound
from exchange.core.events import Event
from exchange.core.money import Money
from exchange.people.accounts.models import Affiliation, ApiToken, Member, Organisation, Person, RoleLimit, UserSession

AFFILIATED_FROM_BP = 2500


@visibility("organisation")
def visible_organisations(actor: Actor | None) -> Any:
    """One's own organisation; the exchange's staff and supervisors see all; active ones are public by name."""
    if actor is not None and (actor.kind == "exchange" or SUPERVISOR.fits_role(actor)):
        return true()
    open_to_all = Organisation.state == "active"
    return open_to_all if actor is None else or_(open_to_all, Organisation.id == actor.organisation_id)


@visibility("member")
def visible_members(actor: Actor | None) -> Any:
    """The members of one's own organisation; the exchange's security desk sees all."""
    if actor is None:
        return false()
    if actor.kind == "exchange" and actor.desk == "security":
        return true()
    return Member.organisation_id == actor.organisation_id


def organisation(organisation_id: int) -> Organisation:
    """The organisation of an inner id."""
    return db.session.get_one(Organisation, organisation_id)


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of organisations by their inner ids."""
    wanted = set(ids)
    rows = db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}


def person_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of persons by their accounts' inner ids."""
    wanted = set(ids)
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}


def organisations_of_kind(kind: str) -> list[Organisation]:
    """The active organisations of a kind, by name."""
    wanted = select(Organisation).where(Organisation.kind == kind, Organisation.state == "active")
    return list(db.session.scalars(wanted.order_by(Organisation.name)))


def are_affiliated(first_id: int, second_id: int) -> bool:
    """Whether two organisations are one, share a controller, hold 25 % of each other, or share a member."""
    if first_id == second_id:
        return True
    pair = or_(
        and_(Affiliation.holder_id == first_id, Affiliation.held_id == second_id),
        and_(Affiliation.holder_id == second_id, Affiliation.held_id == first_id),
    )
    held = select(Affiliation.id).where(pair, or_(Affiliation.kind == "control", Affiliation.share_bp >= AFFILIATED_FROM_BP))
    if db.session.scalar(held.limit(1)) is not None:
        return True
    first, second = organisation(first_id), organisation(second_id)
    controllers = {first.controller_id or first.id, second.controller_id or second.id}
    return len(controllers) == 1 or _share_a_person(first_id, second_id)


def _share_a_person(first_id: int, second_id: int) -> bool:
    identities = [
        set(db.session.scalars(select(Person.identity).join(Member).where(
            Member.organisation_id == each, Member.ended_at.is_(None), Person.identity != "")))
        for each in (first_id, second_id)
    ]
    return bool(identities[0] & identities[1])


def check_authority(actor: Actor, permission: str, amount: Money) -> None:
    """Refuse a decision above the limit that the organisation set for the actor's grade."""
    wanted = select(RoleLimit).where(
        RoleLimit.organisation_id == actor.organisation_id, RoleLimit.grade == actor.grade, RoleLimit.permission == permission)
    row = db.session.scalar(wanted)
    if row is not None and amount > row.limit:
        raise Forbidden("LIMIT_OF_AUTHORITY", limit=row.limit)


def actor_of(member: Member, **marks: Any) -> Actor:
    """The actor that a member is."""
    person, chosen = member.person, member.organisation
    held = frozenset(name for name in ("administrator", "publisher") if getattr(member, name))
    return Actor(
        user_id=person.id, public_id=person.public_id, name=person.name, identity=person.identity,
        organisation_id=chosen.id, organisation_public_id=chosen.public_id, organisation_name=chosen.name, kind=chosen.kind,
        grade=member.grade, desk=member.desk, marks=held, organisation_active=chosen.state == "active",
        language=person.language, **marks,
    )


@dataclass(frozen=True)
class LiveSession:
    """A session in use, its actor, and whether its last sight is over a minute old."""

    row: UserSession
    member: Member
    actor: Actor
    stale: bool

    @property
    def lacks_factor(self) -> bool:
        """Whether the person has a second factor that this session has not given yet."""
        return bool(self.member.person.totp_secret) and self.row.second_factor_at is None


def live_session(id_hash: str, *, idle: timedelta, absolute: timedelta, step_up: timedelta) -> LiveSession | None:
    """The session of a cookie's digest with its actor, unless ended, idle too long, or of an ended member."""
    now = clock.now()
    wanted = select(UserSession, Member).join(Member, Member.id == UserSession.member_id).where(UserSession.id_hash == id_hash)
    found = db.session.execute(wanted).first()
    if found is None:
        return None
    row, member = found
    ended = row.revoked_at is not None or member.ended_at is not None or member.person.disabled_at is not None
    if ended or now - row.last_seen_at > idle or now - row.created_at > absolute:
        return None
    fresh = row.step_up_at is not None and now - row.step_up_at <= step_up
    actor = actor_of(member, stepped_up=fresh, session_id=str(row.id))
    return LiveSession(row, member, actor, now - row.last_seen_at >= timedelta(minutes=1))


def writer_of(id_hash: str, *, absolute: timedelta) -> Writer | None:
    """Who wrote in a session that went idle, so that what he typed is kept for him; nobody's where it was ended on purpose."""
    wanted = select(UserSession.person_id, Member.organisation_id, UserSession.last_seen_at).join(Member, Member.id == UserSession.member_id).where(
        UserSession.id_hash == id_hash, UserSession.revoked_at.is_(None), Member.ended_at.is_(None))
    found = db.session.execute(wanted).first()
    return Writer(found.person_id, found.organisation_id) if found is not None and clock.now() - found.last_seen_at <= absolute else None


def has_totp(person_id: int) -> bool:
    """Whether the person has set up a second factor."""
    return bool(db.session.scalar(select(Person.totp_secret).where(Person.id == person_id)))


def own_members(person_id: int) -> list[Member]:
    """The live memberships of a person."""
    wanted = select(Member).where(Member.person_id == person_id, Member.ended_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Member.id)))


def own_member(person_id: int, public_id: str) -> Member:
    """One live membership of the person himself."""
    for member in own_members(person_id):
        if member.public_id == public_id:
            return member
    raise NotFound()


def demonstration_member(kind: str, grade: str = "", desk: str = "") -> Member:
    """The first demonstration person of a kind, grade and desk; the officer where none is named."""
    wanted = select(Member).join(Organisation, Organisation.id == Member.organisation_id).join(Person).where(
        Organisation.kind == kind, Organisation.demonstration.is_(True), Member.ended_at.is_(None), Person.disabled_at.is_(None))
    if grade:
        wanted = wanted.where(Member.grade == grade)
    if desk:
        wanted = wanted.where(Member.desk == desk)
    found = db.session.scalar(wanted.order_by(Member.id).limit(1))
    if found is None:
        raise NotFound()
    return found


def token_actor(token_digest: str) -> Actor | None:
    """The actor behind a live key to the API; it never steps up."""
    found = db.session.execute(select(ApiToken, Member).join(Member, Member.id == ApiToken.member_id).where(
        ApiToken.digest == token_digest, ApiToken.revoked_at.is_(None), ApiToken.expires_on > clock.today(), Member.ended_at.is_(None))).first()
    if found is None or found[1].person.disabled_at is not None:
        return None
    return actor_of(found[1], scopes=frozenset(found[0].scopes.split()))


def member_of(actor: Actor) -> Member:
    """The membership in which somebody acts."""
    return db.session.scalars(select(Member).where(
        Member.person_id == actor.user_id, Member.organisation_id == actor.organisation_id, Member.ended_at.is_(None))).one()


def live_members(organisation_id: int) -> list[Member]:
    """The live members of an organisation."""
    wanted = select(Member).where(Member.organisation_id == organisation_id, Member.ended_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Member.id)))


def live_sessions(person_id: int) -> list[UserSession]:
    """The sessions of a person that are in use, newest first."""
    wanted = select(UserSession).where(UserSession.person_id == person_id, UserSession.revoked_at.is_(None))
    return list(db.session.scalars(wanted.order_by(UserSession.id.desc()).limit(10)))


def own_tokens(actor: Actor) -> list[ApiToken]:
    """The keys to the API of this member."""
    wanted = select(ApiToken).where(ApiToken.member_id == member_of(actor).id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(wanted.order_by(ApiToken.id.desc())))


@visibility("api_token")
def visible_tokens(actor: Actor | None) -> Any:
    """One's own keys."""
    if actor is None:
        return false()
    return ApiToken.member_id.in_(select(Member.id).where(Member.person_id == actor.user_id))


def applications() -> list[Organisation]:
    """The organisations that wait for admission, oldest first."""
    return list(db.session.scalars(select(Organisation).where(Organisation.state == "applied").order_by(Organisation.id)))


def all_organisations() -> list[Organisation]:
    """Every organisation, by kind and name."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.kind, Organisation.name).limit(500)))


def own_data(actor: Actor) -> dict[str, Any]:
    """Everything that the house keeps about a person himself (个人信息保护法 art. 45), in plain values."""
    person = db.session.get_one(Person, actor.user_id)
    memberships = db.session.scalars(select(Member).where(Member.person_id == person.id).order_by(Member.id))
    sessions = db.session.scalars(select(UserSession).where(UserSession.person_id == person.id).order_by(UserSession.id))
    acts = db.session.execute(
        select(Event.noun, Event.verb, Event.object_id, Event.at, Event.outcome).where(Event.actor_id == person.public_id).order_by(Event.id))
    return {
        "person": {
            "id": person.public_id, "name": person.name, "email": person.email, "language": person.language, "since": person.created_at.isoformat(),
            "second_factor": bool(person.totp_secret),
        },
        "memberships": [
            {"organisation": each.organisation.name, "grade": each.grade, "desk": each.desk, "administrator": each.administrator,
             "since": each.created_at.isoformat(), "until": each.ended_at.isoformat() if each.ended_at else None} for each in memberships],
        "sessions": [
            {"begun": each.created_at.isoformat(), "last_seen": each.last_seen_at.isoformat(), "browser": each.agent, "network": each.ip_prefix,
             "ended": each.revoked_why or None} for each in sessions],
        "keys": [{"name": each.name, "may": each.scopes.split(), "until": each.expires_on.isoformat()} for each in own_tokens(actor)],
        "drafts": [{"form": each.path, "typed": each.typed, "saved": each.saved_at.isoformat()} for each in drafts_of(Writer.of(actor))],
        "acts": [
            {"act": f"{row.noun}.{row.verb}", "object": row.object_id, "at": row.at.isoformat(), "outcome": row.outcome} for row in acts],
    }
