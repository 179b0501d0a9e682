"""Persons with passwords and authenticators, and browsers that sign in as they do."""

import json
from typing import Any

from pyotp import TOTP
from sqlalchemy import select

from exchange.core import clock
from exchange.core.database import add, db, operation
from exchange.core.jobs.models import Job
from exchange.people.accounts import operations
from exchange.people.accounts.models import Member, Person
from tests import factories

PASSWORD = "correct horse battery staple"


@operation
def _keep(person_id: int, **columns: Any) -> None:
    row = db.session.get_one(Person, person_id)
    for name, value in columns.items():
        setattr(row, name, value)
    add(row)


def member_with_password(role: str = "enterprise officer", *, secret: str = "", **marks: Any) -> Member:
    """A member who can sign in; with an authenticator when a secret is given."""
    kind, grade, *desk = role.split()
    made = factories.member(factories.organisation(kind), grade, desk=desk[0] if desk else "", **marks)
    _keep(made.person_id, password_hash=operations.hash_password(PASSWORD), totp_secret=secret)
    return made


def address_of(member: Member) -> str:
    """The member's mail address."""
    return db.session.get_one(Person, member.person_id).email


def sign_in(client: Any, address: str, *, password: str = PASSWORD, **fields: str) -> Any:
    """Type address and password."""
    return client.post("/sign-in", data={"email": address, "password": password, **fields})


def letters_to(member: Member) -> list[dict[str, Any]]:
    """What letters to the member say, in the order in which they were wanted."""
    db.session.rollback()
    payloads = [json.loads(row) for row in db.session.scalars(select(Job.payload).where(Job.kind == "mail.send").order_by(Job.id))]
    return [each["values"] for each in payloads if each["to"] == address_of(member)]


def digits(secret: str, *, steps: int = 0) -> str:
    """What the authenticator shows now, or some steps later."""
    return TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)
