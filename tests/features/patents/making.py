"""Patents for tests, made by the same operations that users run; numbers come from the demonstration range."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

from exchange.core import approvals
from exchange.core.access import Actor
from exchange.people.accounts.models import Organisation
from exchange.registers.patents import operations
from exchange.registers.patents.models import Custody, Patent
from exchange.registers.patents.queries import get_custody, get_patent
from exchange.registers.patents.rules.numbers import check_digit
from exchange.registers.patents.rules.shares import read_share
from tests import factories

_serial = count(9_900_001)
FILED, GRANTED, TODAY = date(2021, 3, 2), date(2022, 9, 6), date(2026, 11, 25)
PROOF_SHA256 = hashlib.sha256(b"certificate").hexdigest()


def demo_number(*, year: int = 2021, type_digit: str = "1") -> str:
    """A fresh number of the demonstration range with its right check character."""
    body = f"{year}{type_digit}{next(_serial)}"
    return f"{body}.{check_digit(body)}"


def part(text: str) -> Fraction:
    """An exact part, as people write it."""
    return read_share(text)


def holder(kind: str = "enterprise", **columns: Any) -> Organisation:
    """An organisation of a demonstration database, which may use demonstration numbers."""
    return factories.organisation(kind, demonstration=True, **columns)


def exchange() -> Organisation:
    """The exchange."""
    return factories.organisation("exchange")


def desk(of: Organisation) -> tuple[Actor, Actor]:
    """Two different registrars."""
    return (
        factories.actor("exchange officer registrar", organisation=of),
        factories.actor("exchange approver registrar", organisation=of),
    )


def drafted(actor: Actor, **fields: Any) -> Patent:
    """A complete draft of an invention."""
    given = {
        "application_number": demo_number(), "title_zh": "演示 / Demo 一种电池管理方法", "title_en": "演示 / Demo A battery method",
        "filing_on": FILED, "grant_on": GRANTED, "applicants": (actor.organisation_name,), "classes": ("H02J 7/00",),
    } | fields
    return operations.draft_patent(actor, **given)


def proven(actor: Actor, patent: Patent, registrar: Actor, *, kind: str = "certificate") -> None:
    """An accepted proof of ownership in the organisation's own name."""
    proof = operations.submit_proof(
        actor, patent.id, kind=kind, holder_name=actor.organisation_name, sha256=PROOF_SHA256, filename="certificate.pdf",
        issued_on=TODAY if kind == "register_copy" else GRANTED,
    )
    operations.accept_proof(registrar, proof.id)


def registered(
    actor: Actor, registrars: tuple[Actor, Actor] | None = None, *, paid_to_year: int | None = 6, taken_on: date = TODAY,
    stayed: bool = False, seized: bool = False, **fields: Any,
) -> Patent:
    """A registered patent with an accepted proof and a fresh register copy."""
    first, second = registrars or desk(exchange())
    patent = drafted(actor, **fields)
    proven(actor, patent, first)
    operations.submit_patent(actor, patent.id)
    operations.record_register_copy(
        first, patent.id, status="in_force", paid_to_year=paid_to_year, taken_on=taken_on, granted_on=fields.get("grant_on", GRANTED),
        holders=(actor.organisation_name,), stayed=stayed, seized=seized, file_sha256=PROOF_SHA256,
    )
    operations.register_patent(second, patent.id)
    return get_patent(patent.id)


def in_custody(actor: Actor, patent: Patent, registrars: tuple[Actor, Actor]) -> Custody:
    """A verified deposit of a registered patent."""
    custody = operations.draft_custody(actor, patent.id)
    operations.submit_custody(actor, custody.id, agreed=True)
    first, second = registrars
    approvals.with_second(lambda: operations.verify_custody(first, custody.id), second)
    return get_custody(custody.id)
