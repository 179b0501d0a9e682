"""Who: actors, roles as organisation kind + grade (+ desk), and the permissions of reading.

``who("bank guarantor", "officer", party="pledgee")`` says: a member of a bank or guarantor, of grade officer, whose
organisation is the thing's pledgee. Clauses join with ``|``. Machines carry the same values for their moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from exchange.core.text import Text, _

KINDS: Mapping[str, Text] = {
    "enterprise": _("Enterprise"),
    "research": _("University or institute"),
    "investor": _("Investor"),
    "agency": _("Service agency"),
    "bank": _("Bank"),
    "guarantor": _("Guarantor"),
    "reguarantor": _("Re-guarantor"),
    "pool": _("Pool manager"),
    "appraiser": _("Appraiser"),
    "exchange": _("Exchange"),
    "regulator": _("Regulator"),
    "auditor": _("Auditor"),
}
GRADES: Mapping[str, Text] = {
    "officer": _("officer"),
    "approver": _("approver"),
    "signatory": _("signatory"),
    "viewer": _("viewer"),
}
DESKS: Mapping[str, Text] = {
    "registrar": _("registrar's desk"),
    "clerk": _("clerk's desk"),
    "auctioneer": _("auctioneer's desk"),
    "finance": _("finance desk"),
    "system": _("system administrator"),
    "security": _("security administrator"),
    "audit": _("audit administrator"),
}
ACTING = "officer approver signatory"


@dataclass(frozen=True)
class Confirmation:
    """The proposal that a second person is confirming at this moment."""

    maker_id: int
    maker_organisation_id: int
    maker_identity: str
    approval_id: str


@dataclass(frozen=True)
class Actor:
    """Who acts: one person in one organisation and one role, as read from the database in this request."""

    user_id: int
    public_id: str
    name: str
    identity: str
    organisation_id: int
    organisation_public_id: str
    organisation_name: str
    kind: str
    grade: str
    desk: str = ""
    marks: frozenset[str] = frozenset()
    stepped_up: bool = False
    scopes: frozenset[str] | None = None
    organisation_active: bool = True
    session_id: str = ""
    language: str = "zh"
    is_system: bool = False
    confirming: Confirmation | None = field(default=None, compare=False)

    @property
    def user_name(self) -> str:
        return self.name

    def confirm(self, confirmation: Confirmation) -> Actor:
        """The same actor as the second person of a proposal."""
        return replace(self, confirming=confirmation)


SYSTEM = Actor(
    user_id=0, public_id="system", name="SYSTEM", identity="", organisation_id=0, organisation_public_id="",
    organisation_name="SYSTEM", kind="system", grade="system", stepped_up=True, is_system=True,
)

Parties = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Clause:
    """One way of being entitled: kind, grade, desk, mark and party must all fit; an empty one fits always."""

    kinds: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()
    desk: str = ""
    mark: str = ""
    party: str = ""
    system: bool = False

    def fits_role(self, actor: Actor) -> bool:
        """Whether the actor's role fits, whatever the thing."""
        if self.system or actor.is_system:
            return self.system and actor.is_system
        return (
            (not self.kinds or actor.kind in self.kinds)
            and (not self.grades or actor.grade in self.grades)
            and (not self.desk or actor.desk == self.desk)
            and (not self.mark or self.mark in actor.marks)
        )

    def fits(self, actor: Actor, parties: Parties) -> bool:
        """Whether role and party fit."""
        if not self.fits_role(actor):
            return False
        return not self.party or actor.organisation_id in parties.get(self.party, frozenset())


@dataclass(frozen=True)
class Who:
    """Alternatives of being entitled."""

    clauses: tuple[Clause, ...]
    anyone: bool = False

    def __or__(self, other: Who) -> Who:
        return Who(self.clauses + other.clauses, self.anyone or other.anyone)

    def fits_role(self, actor: Actor | None) -> bool:
        return self.anyone or (actor is not None and any(clause.fits_role(actor) for clause in self.clauses))

    def fits(self, actor: Actor | None, parties: Parties) -> bool:
        return self.anyone or (actor is not None and any(clause.fits(actor, parties) for clause in self.clauses))


def who(kinds: str = "", grades: str = ACTING, *, desk: str = "", mark: str = "", party: str = "") -> Who:
    """Entitle members by kinds and grades (blank-separated; empty = any), desk, mark and party."""
    chosen, graded = frozenset(kinds.split()), frozenset(grades.split())
    unknown = (chosen - KINDS.keys()) | (graded - GRADES.keys()) | ({desk} - DESKS.keys() - {""})
    if unknown:
        raise ValueError(f"no such kind, grade or desk: {sorted(unknown)}")
    return Who((Clause(chosen, graded, desk, mark, party),))


SYSTEM_ONLY = Who((Clause(system=True),))
ANYONE = Who((), anyone=True)
MEMBER = who("", "officer approver signatory viewer")
HOLDER_SIDE = who("enterprise research", "officer signatory", party="holder")
REGISTRAR = who("exchange", "officer approver", desk="registrar")
CLERK = who("exchange", "officer approver", desk="clerk")
REGULATOR = who("regulator", "officer approver signatory")
SUPERVISOR = who("regulator auditor", "officer approver signatory viewer")

PERMISSIONS: dict[str, Who] = {}


def permit(permission: str, entitled: Who) -> str:
    """Declare who may use a reading or non-move permission, once."""
    if PERMISSIONS.get(permission, entitled) != entitled:
        raise ValueError(f"permission {permission} is declared twice")
    PERMISSIONS[permission] = entitled
    return permission


VISIBLE_TO: dict[str, Callable[[Actor | None], Any]] = {}
AUDIENCE_OF: dict[str, Callable[[Actor | None, Any], str]] = {}


def visibility(noun: str) -> Callable[[Callable[[Actor | None], Any]], Callable[[Actor | None], Any]]:
    """Register the where-clause that says which rows of ``noun`` an actor may see."""

    def register(clause: Callable[[Actor | None], Any]) -> Callable[[Actor | None], Any]:
        VISIBLE_TO[noun] = clause
        return clause

    return register
