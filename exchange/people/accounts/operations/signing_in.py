"""Signing in: counted tries, one constant path for known and unknown addresses, argon2 outside any transaction."""

from __future__ import annotations

import hmac
import threading
import unicodedata
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pyotp import TOTP
from sqlalchemy import delete, func, select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, lock, operation
from exchange.core.errors import DomainError, Forbidden
from exchange.people.accounts.models import Member, Person, SignInAttempt

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
DUMMY = HASHER.hash("nobody's password")
GATE = threading.Semaphore(2)
WINDOW = timedelta(minutes=5)
TRIES = 10


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


def check_credentials(email: str, password: str, *, address: str) -> Member:
    """The member whose address and password these are; counted, and refused alike for whatever is wrong."""
    subject = email.strip().lower()
    count_try(f"sign-in {subject}", most=TRIES, window=WINDOW)
    count_try(f"sign-in from {address}", most=TRIES * 6, window=WINDOW)
    person = db.session.scalar(select(Person).where(Person.email == subject))
    stored = person.password_hash if person is not None and person.disabled_at is None else ""
    db.session.rollback()
    if not password_fits(stored, password):
        raise Forbidden("CREDENTIALS_WRONG")
    member = first_member(subject)
    if member is None:
        raise Forbidden("CREDENTIALS_WRONG")
    return member


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


def check_step_up(actor: Actor, proof: str) -> None:
    """Refuse a step-up without the right six digits, or, where no second factor is set up, the right password."""
    count_try(f"factor {actor.user_id}", most=5, window=WINDOW)
    person = db.session.get_one(Person, actor.user_id)
    secret, stored = person.totp_secret, person.password_hash
    db.session.rollback()
    if secret:
        use_totp(actor.user_id, proof)
    elif not password_fits(stored, proof):
        raise Forbidden("CREDENTIALS_WRONG")


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
