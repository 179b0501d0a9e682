"""Organisations, members and actors for tests; everything else is reached through operations."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, operation
from exchange.people.accounts.models import Person, Member, Organisation
from exchange.people.accounts.queries import actor_of
from exchange.people.accounts.states import ORGANISATION

_serial = count(1)
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(serial: int) -> str:
    """A well-formed, invented 统一社会信用代码."""
    from stdnum.cn import uscc as standard

    body = f"91440300{serial:08d}X"
    return body + standard.calc_check_digit(body)


@operation
def organisation(kind: str, *, name: str = "", **columns: Any) -> Organisation:
    """An active organisation of a kind."""
    serial = next(_serial)
    made = Organisation(kind=kind, name=name or f"{kind} {serial}", uscc=uscc(serial), district="nanshan", **columns)
    with ORGANISATION.move(made, "apply", SYSTEM):
        add(made)
        flush()
    with ORGANISATION.move(made, "admit", SYSTEM):
        pass
    return made


@operation
def member(of: Organisation, grade: str, *, desk: str = "", **marks: Any) -> Member:
    """A new person with a role in an organisation."""
    serial = next(_serial)
    person = add(Person(
        email=f"person{serial}@example.org", name=f"Person {serial}", language="en",
        identity=hashlib.sha256(f"person {serial}".encode()).hexdigest()))
    flush()
    made: Member = add(Member(organisation_id=of.id, person_id=person.id, grade=grade, desk=desk, **marks))
    flush()
    return made


@operation
def member_again(person_id: int, of: Organisation, grade: str, *, desk: str = "") -> Member:
    """A further role of a person, in another organisation."""
    made: Member = add(Member(organisation_id=of.id, person_id=person_id, grade=grade, desk=desk))
    flush()
    return made


def actor(role: str, *, organisation: Organisation | None = None, stepped_up: bool = True, **marks: Any) -> Actor:
    """An actor of "kind grade" or "exchange grade desk"; a new organisation unless one is named."""
    kind, grade, *desk = role.split()
    home = organisation or globals()["organisation"](kind)
    return actor_of(member(home, grade, desk=desk[0] if desk else "", **marks), stepped_up=stepped_up)


def signed_in(house: Any, role: str, *, organisation: Organisation | None = None, **marks: Any) -> Any:
    """A client signed in as such an actor; the client has ``.actor``."""
    from exchange.people.accounts import operations

    kind, grade, *desk = role.split()
    home = organisation or globals()["organisation"](kind)
    made = member(home, grade, desk=desk[0] if desk else "", **marks)
    client = house.client()
    token = operations.open_session(made, stepped_up=True)
    client.set_cookie("zhirong_session", token)
    client.actor = actor_of(made, stepped_up=True)
    return client
