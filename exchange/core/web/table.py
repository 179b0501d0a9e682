"""The table of permissions: every URL and method × every role, from the policies; printed for people and tests."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache

from exchange.core.access import DESKS, GRADES, KINDS, Actor
from exchange.core.web.policy import POLICIES, may

DESK_GRADES = ("officer", "approver")


@dataclass(frozen=True)
class Role:
    """A role as the table names it: kind and grade, and at the exchange the desk."""

    kind: str
    grade: str
    desk: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind} {self.grade}" + (f" {self.desk}" if self.desk else "")

    def actor(self) -> Actor:
        """Somebody of this role, stepped up, of an organisation of his own."""
        return Actor(
            user_id=-1, public_id="-", name=self.name, identity="-", organisation_id=-1, organisation_public_id="-",
            organisation_name="-", kind=self.kind, grade=self.grade, desk=self.desk, stepped_up=True)


def roles() -> list[Role]:
    """Every role of the house, in a fixed order."""
    plain = [Role(kind, grade) for kind in KINDS if kind != "exchange" for grade in GRADES]
    return plain + [Role("exchange", grade, desk) for desk in DESKS for grade in DESK_GRADES]


def permission_rows() -> list[list[str]]:
    """Header and one row a URL and method: rule, method, permission, then yes or nothing for each role."""
    everyone = roles()
    rows = [["rule", "method", "permission", "anonymous", *(role.name for role in everyone)]]
    for policy in sorted(POLICIES.values(), key=lambda each: (each.rule, each.method)):
        permission = policy.permission or "public"
        allowed = ["yes" if (policy.public and not policy.permission) or may(policy.permission, role.actor()) else "" for role in everyone]
        rows.append([policy.rule, policy.method, permission, "yes" if policy.public else "", *allowed])
    return rows


def open_to() -> tuple[tuple[str, str, str, str], ...]:
    """Rule, method, permission and the roles it is open to, in words; nothing where it is open to everybody. Made once a process."""
    return _open_to(len(POLICIES))


@lru_cache(maxsize=1)
def _open_to(policies: int) -> tuple[tuple[str, str, str, str], ...]:
    head, *rows = permission_rows()
    return tuple(
        (row[0], row[1], row[2], "" if row[3] else ", ".join(name for name, cell in zip(head[4:], row[4:], strict=True) if cell)) for row in rows)


def write_rows(rows: list[list[str]]) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


__all__ = ["Role", "open_to", "permission_rows", "roles", "write_rows"]
