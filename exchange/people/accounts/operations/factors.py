"""The second factor 双因子 and one's own settings."""

from __future__ import annotations

import secrets

from pyotp import random_base32
from sqlalchemy import delete, update

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, lock, operation
from exchange.core.errors import Forbidden
from exchange.core.events import note
from exchange.people.accounts.models import Person, RecoveryCode, UserSession
from exchange.people.accounts.operations.links import set_password
from exchange.people.accounts.operations.sessions import digest
from exchange.people.accounts.operations.signing_in import matching_step

CODES = 10


def new_secret() -> str:
    """A fresh secret for an authenticator."""
    return random_base32()


@operation
def add_totp(*, secret: str, digits: str, session_id: int, actor: Actor) -> list[str]:
    """Set up an authenticator by its first six digits; ten recovery codes come back, shown once.

    Another one in place of the old needs a step-up. The person's other sessions must give the new factor.
    """
    person = db.session.get_one(Person, actor.user_id)
    lock(person)
    if person.totp_secret and not actor.stepped_up:
        raise Forbidden("STEP_UP_NEEDED")
    step = matching_step(secret, "".join(digits.split()), at=clock.now())
    if step is None:
        raise Forbidden("SECOND_FACTOR_WRONG")
    person.totp_secret, person.totp_last_step = secret, step
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [secrets.token_hex(15) for _number in range(CODES)]
    for code in codes:
        add(RecoveryCode(person_id=person.id, digest=digest(code)))
    _ask_other_sessions(person, session_id)
    note(person, "add_totp", actor)
    return codes


def _ask_other_sessions(person: Person, session_id: int) -> None:
    """This session has given the factor; the person's others have not."""
    db.session.execute(update(UserSession).where(UserSession.person_id == person.id).values(second_factor_at=None, step_up_at=None))
    row = db.session.get_one(UserSession, session_id)
    row.second_factor_at = row.step_up_at = clock.now()


@operation
def remove_totp(*, actor: Actor) -> None:
    """Give up the authenticator; needs a step-up, which the edge asked for."""
    person = db.session.get_one(Person, actor.user_id)
    if not actor.stepped_up:
        raise Forbidden("STEP_UP_NEEDED")
    person.totp_secret = ""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    note(person, "remove_totp", actor)


@operation
def change_password(*, password_hash: str, actor: Actor) -> None:
    """Set one's own password; every session ends."""
    set_password(db.session.get_one(Person, actor.user_id), password_hash)


@operation
def change_language(*, language: str, actor: Actor) -> None:
    """Read and be written to in another language."""
    db.session.get_one(Person, actor.user_id).language = language
