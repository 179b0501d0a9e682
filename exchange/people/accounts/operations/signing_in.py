"""Signing in: counted tries, one constant path for known and unknown addresses, argon2 outside any transaction."""

from __future__ import annotations

import hmac
import threading
import unicodedata
from datetime import datetime, timedelta
from typing import NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pyotp import TOTP
from sqlalchemy import delete, func, select

from exchange.core import clock, mail
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation, transact
from exchange.core.errors import DomainError, Forbidden
from exchange.core.events import note, record_denied
from exchange.core.text import _
from exchange.people.accounts.models import Member, Person, RecoveryCode, SignInAttempt
from exchange.people.accounts.operations.sessions import digest
from exchange.people.accounts.rules import Policy, wait_after

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
DUMMY = HASHER.hash("nobody's password")
GATE = threading.Semaphore(2)
WINDOW = timedelta(minutes=5)
TRIES, TRIES_IN_ALL = 10, 1000
FAILURES_COUNT = timedelta(days=1)
CODE_LENGTH = 30


def hash_password(password: str) -> str:
    """The argon2id hash under which a password is kept."""
    with GATE:
        return HASHER.hash(password)


def password_fits(stored: str, password: str) -> bool:
    """Whether the password is the stored one; an empty store costs as much as a wrong password."""
    with GATE:
        try:
            return HASHER.verify(stored or DUMMY, password) and bool(stored)
        except (VerifyMismatchError, InvalidHashError):
            return False


def check_credentials(email: str, password: str, *, address: str, policy: Policy = "asvs") -> Member:
    """The member whose address and password these are; counted, and refused alike for whatever is wrong."""
    subject = email.strip().lower()
    check_wait(subject, policy=policy)
    count_try("sign-in", most=TRIES_IN_ALL, window=WINDOW)
    count_try(f"sign-in {subject}", most=TRIES, window=WINDOW)
    count_try(f"sign-in from {address}", most=TRIES * 6, window=WINDOW)
    person = db.session.scalar(select(Person).where(Person.email == subject))
    stored = person.password_hash if person is not None and person.disabled_at is None else ""
    person_id = person.public_id if person is not None else ""
    db.session.rollback()
    member = first_member(subject) if password_fits(stored, password) else None
    if member is None:
        refuse_credentials(subject, person_id)
    forget_failures(subject)
    if HASHER.check_needs_rehash(stored):
        keep_rehashed(member.person_id, hash_password(password))
    return member


def refuse_credentials(subject: str, person_id: str) -> NoReturn:
    """Count a failed sign-in, write it down, and refuse without saying which half was wrong."""
    refusal = Forbidden("CREDENTIALS_WRONG")
    refusal.denied = {"noun": "person", "verb": "sign_in", "object_id": person_id, "actor": None, "state": ""}
    transact(lambda: note_failure(subject, refusal))
    refusal.denied = None
    raise refusal


def note_failure(subject: str, refusal: Forbidden) -> None:
    """Keep a failed sign-in for the waiting time, and in the chain."""
    add(SignInAttempt(subject=f"failed {subject}"))
    record_denied(refusal)


def check_wait(subject: str, *, policy: Policy) -> None:
    """Refuse a sign-in that comes too soon after failures in a row; known and unknown addresses wait alike."""
    wanted = select(func.count(), func.max(SignInAttempt.at)).where(
        SignInAttempt.subject == f"failed {subject}", SignInAttempt.at >= clock.now() - FAILURES_COUNT)
    failures, newest = db.session.execute(wanted).one()
    wait = wait_after(failures, policy=policy)
    if newest is not None and clock.now() < newest + wait:
        raise DomainError("TOO_MANY_REQUESTS", seconds=1 + int((newest + wait - clock.now()).total_seconds()))


@operation
def forget_failures(subject: str) -> None:
    """Begin to count anew after a right password."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.subject == f"failed {subject}"))


@operation
def keep_rehashed(person_id: int, password_hash: str) -> None:
    """Keep a password under the present cost of hashing."""
    db.session.get_one(Person, person_id).password_hash = password_hash


def first_member(email: str) -> Member | None:
    """The first live membership of the person of this address."""
    wanted = select(Member).join(Person).where(Person.email == email, Member.ended_at.is_(None))
    return db.session.scalar(wanted.order_by(Member.id).limit(1))


@operation
def count_try(subject: str, *, most: int, window: timedelta) -> None:
    """Count a try on a subject; refuse when there were too many in the window."""
    since = clock.now() - window
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.subject == subject, SignInAttempt.at < since))
    tries = db.session.scalar(select(func.count()).where(SignInAttempt.subject == subject)) or 0
    if tries >= most:
        raise DomainError("TOO_MANY_REQUESTS", seconds=int(window.total_seconds()))
    add(SignInAttempt(subject=subject))


def check_step_up(actor: Actor, proof: str, *, password_counts: bool = True) -> None:
    """Refuse a step-up without the second factor, or, where none is set up and none is asked for, the right password."""
    person = db.session.get_one(Person, actor.user_id)
    secret, stored = person.totp_secret, person.password_hash
    db.session.rollback()
    if secret:
        check_factor(actor.user_id, proof)
        return
    if not password_counts:
        raise Forbidden("SECOND_FACTOR_NEEDED")
    count_factor(actor.user_id)
    if not password_fits(stored, proof):
        raise Forbidden("CREDENTIALS_WRONG")


def check_factor(person_id: int, typed: str) -> None:
    """Refuse what is neither the six digits of this moment nor an unused recovery code; each is taken once."""
    count_factor(person_id)
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "").lower()
    if len(plain) == CODE_LENGTH:
        use_recovery_code(person_id, plain)
    else:
        use_totp(person_id, plain)


def count_factor(person_id: int) -> None:
    """Count a try of the second factor: 5 in 5 minutes, 20 an hour, 50 a day."""
    for most, window in ((5, WINDOW), (20, timedelta(hours=1)), (50, timedelta(days=1))):
        count_try(f"factor {person_id} {most}", most=most, window=window)


@operation
def use_recovery_code(person_id: int, code: str) -> None:
    """Accept a recovery code once and tell its owner by mail how many are left."""
    person = db.session.get_one(Person, person_id)
    lock(person)
    row = db.session.scalar(select(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.digest == digest(code), RecoveryCode.used_at.is_(None)))
    if row is None:
        raise Forbidden("SECOND_FACTOR_WRONG")
    row.used_at = clock.now()
    flush()
    left = db.session.scalar(select(func.count()).select_from(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))) or 0
    mail.send(
        to=person.email, language=person.language, subject=_("A recovery code was used"),
        body=_("A recovery code of your account was used just now; %(left)s are left. If it was not you, change your password and tell the security administrator."),
        values={"left": str(left)}, key=f"recovery-{row.digest[:40]}")
    note(person, "use_recovery_code", SYSTEM, left=left)


@operation
def use_totp(person_id: int, typed: str) -> None:
    """Accept six digits of the present step once; a step used before is refused."""
    person = db.session.get_one(Person, person_id)
    lock(person)
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    step = matching_step(person.totp_secret, digits, at=clock.now())
    if step is None or step <= person.totp_last_step:
        raise Forbidden("SECOND_FACTOR_WRONG")
    person.totp_last_step = step


def matching_step(secret: str, digits: str, *, at: datetime) -> int | None:
    """The 30-second step, at most one away, whose six digits these are."""
    if not digits.isascii() or not digits.isdigit() or len(digits) != 6:
        return None
    present = int(at.timestamp()) // 30
    generator = TOTP(secret)
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(generator.generate_otp(step), digits):
            return step
    return None
