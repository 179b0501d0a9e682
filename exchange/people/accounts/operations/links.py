"""Invitations, resets and registrations: one-time links kept as digests, and what they lead to."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from exchange.core import clock, mail
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Invalid
from exchange.core.events import note
from exchange.core.text import _
from exchange.people.accounts.models import Member, OneTimeLink, Organisation, Person, UserSession
from exchange.people.accounts.operations.sessions import digest
from exchange.people.accounts.operations.signing_in import count_try
from exchange.people.accounts.rules import check_grant, check_uscc
from exchange.people.accounts.states import ORGANISATION

INVITATION_LASTS = timedelta(hours=72)
RESET_LASTS = timedelta(minutes=30)
DAY = timedelta(days=1)


@operation
def invite_member(organisation: Organisation, *, email: str, grade: str, desk: str, administrator: bool, base: str, actor: Actor) -> str:
    """Send an invitation to join one's organisation; an administrator grants others, never himself."""
    check_grant(organisation.kind, desk=desk)
    address = mail.check_address(email.strip().lower())
    count_try(f"invite {organisation.id}", most=50, window=DAY)
    secret = _link("invite", lasts=INVITATION_LASTS, email=address, organisation_id=organisation.id, grade=grade, desk=desk, administrator=administrator)
    mail.send(
        to=address, language=actor.language, subject=_("An invitation to Zhirong"),
        body=_("%(house)s invites you to Zhirong. Open this within 72 hours: %(link)s"),
        values={"house": organisation.name, "link": f"{base}/invitations/{secret}"}, key=f"invite-{digest(secret)[:40]}")
    note(organisation, "invite", actor, grade=grade)
    return secret


@operation
def accept_invitation(secret: str, *, name: str, password_hash: str, language: str, identity_number: str) -> Member:
    """Join the organisation of an invitation; an address that has an account keeps it."""
    link = use_link(secret, "invite")
    person = db.session.scalar(select(Person).where(Person.email == link.email))
    if person is None:
        person = add(Person(email=link.email, name=name, language=language, password_hash=password_hash, identity=identity_of(identity_number)))
        flush()
    member: Member = add(Member(
        organisation_id=link.organisation_id, person_id=person.id, grade=link.grade, desk=link.desk, administrator=link.administrator))
    flush()
    note(member, "join", SYSTEM)
    return member


def identity_of(number: str) -> str:
    """The digest by which two accounts of one person are known to be one; random where no number is given."""
    clean = "".join(number.split()).upper()
    return hashlib.sha256(("zhirong.identity.v1 " + (clean or secrets.token_hex(16))).encode()).hexdigest()


@operation
def apply_organisation(*, kind: str, name: str, name_en: str, uscc: str, district: str, email: str, base: str) -> Organisation:
    """Apply for the registration of an organisation; its first administrator is invited when it is admitted."""
    made = Organisation(kind=kind, name=name, name_en=name_en, uscc=check_uscc(uscc), district=district)
    count_try("register an organisation", most=200, window=DAY)
    with ORGANISATION.move(made, "apply", SYSTEM):
        add(made)
        flush()
    _link("first_administrator", lasts=timedelta(days=90), email=mail.check_address(email.strip().lower()), organisation_id=made.id,
          grade="signatory", administrator=True)
    return made


@operation
def admit_organisation(organisation: Organisation, *, base: str, actor: Actor) -> Organisation:
    """Admit an organisation (two clerks) and invite its first administrator."""
    lock(organisation)
    with ORGANISATION.move(organisation, "admit", actor):
        link = db.session.scalar(select(OneTimeLink).where(
            OneTimeLink.organisation_id == organisation.id, OneTimeLink.purpose == "first_administrator", OneTimeLink.used_at.is_(None)))
        if link is not None:
            link.used_at = clock.now()
            secret = _link("invite", lasts=INVITATION_LASTS, email=link.email, organisation_id=organisation.id, grade=link.grade, administrator=True)
            mail.send(
                to=link.email, language="zh", subject=_("Your organisation was admitted to Zhirong"),
                body=_("%(house)s was admitted. Open this within 72 hours to become its administrator: %(link)s"),
                values={"house": organisation.name, "link": f"{base}/invitations/{secret}"}, key=f"admit-{organisation.public_id}")
    return organisation


@operation
def refuse_organisation(organisation: Organisation, *, reason: str, actor: Actor) -> Organisation:
    """Refuse an application with a reason."""
    lock(organisation)
    with ORGANISATION.move(organisation, "refuse", actor, reason=reason):
        pass
    return organisation


@operation
def suspend_organisation(organisation: Organisation, *, reason: str, actor: Actor) -> Organisation:
    """Suspend an organisation: its members may read nothing but public pages."""
    lock(organisation)
    with ORGANISATION.move(organisation, "suspend", actor, reason=reason):
        pass
    return organisation


@operation
def reinstate_organisation(organisation: Organisation, *, actor: Actor) -> Organisation:
    """Reinstate a suspended organisation (two persons)."""
    lock(organisation)
    with ORGANISATION.move(organisation, "reinstate", actor):
        pass
    return organisation


@operation
def close_organisation(organisation: Organisation, *, actor: Actor) -> Organisation:
    """Close an organisation for good (two persons)."""
    lock(organisation)
    with ORGANISATION.move(organisation, "close", actor):
        pass
    return organisation


@operation
def ask_reset(email: str, *, address: str, base: str) -> None:
    """Send a reset link when the address is known; the answer is the same when it is not."""
    subject = email.strip().lower()
    count_try(f"reset {subject}", most=5, window=DAY)
    count_try(f"reset from {address}", most=20, window=timedelta(hours=1))
    person = db.session.scalar(select(Person).where(Person.email == subject, Person.disabled_at.is_(None)))
    if person is None:
        return
    secret = _link("reset", lasts=RESET_LASTS, person_id=person.id)
    mail.send(
        to=person.email, language=person.language, subject=_("A new password for Zhirong"),
        body=_("Open this within 30 minutes to choose a new password: %(link)s"), values={"link": f"{base}/reset/{secret}"},
        key=f"reset-{digest(secret)[:40]}")


@operation
def reset_password(secret: str, *, password_hash: str) -> None:
    """Set the password of a reset link; every session ends, the second factor stays."""
    person = db.session.get_one(Person, use_link(secret, "reset").person_id)
    set_password(person, password_hash)


def set_password(person: Person, password_hash: str) -> None:
    """Keep a new password and end all sessions of the person."""
    person.password_hash = password_hash
    db.session.execute(update(UserSession).where(
        UserSession.person_id == person.id, UserSession.revoked_at.is_(None)).values(revoked_at=clock.now(), revoked_why="password"))
    note(person, "set_password", SYSTEM)


def use_link(secret: str, purpose: str) -> OneTimeLink:
    """The link of this secret, used up by this; an unknown, used or old one is refused."""
    link = db.session.scalar(select(OneTimeLink).where(OneTimeLink.digest == digest(secret), OneTimeLink.purpose == purpose).with_for_update())
    if link is None or link.used_at is not None or link.expires_at < clock.now():
        raise Invalid("LINK_ENDED")
    link.used_at = clock.now()
    return link


def _link(purpose: str, *, lasts: timedelta, **columns: object) -> str:
    secret = secrets.token_urlsafe(32)
    add(OneTimeLink(digest=digest(secret), purpose=purpose, expires_at=clock.now() + lasts, **columns))
    return secret
