"""The permission matrix: every URL and method with who may use it, as the policies and machines say; reviewed by people.

``exchange permissions`` writes it to ``tests/laws/permissions.csv``; a law compares, the page of roles shows the same rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from exchange.core.access import PERMISSIONS, Clause, Who
from exchange.core.states import MACHINES
from exchange.core.web.policy import POLICIES, Policy

COLUMNS = ("method", "url", "permission", "thing", "who", "second person", "fresh factor", "key")


def matrix(policies: Iterable[Policy] | None = None) -> list[tuple[str, ...]]:
    """One row for each URL and method, in the order of their addresses."""
    chosen = POLICIES.values() if policies is None else policies
    return sorted((row_of(policy) for policy in chosen), key=lambda row: (row[1], row[0]))


def row_of(policy: Policy) -> tuple[str, ...]:
    """What one URL and method asks of its caller, in words."""
    noun, _, verb = policy.permission.partition(":")
    rows = [] if policy.permission in PERMISSIONS or noun not in MACHINES else MACHINES[noun].rows(verb)
    entitled = [PERMISSIONS[policy.permission]] if policy.permission in PERMISSIONS else [row.by for row in rows]
    return (
        policy.method, policy.rule, policy.permission or "public", policy.thing.noun if policy.thing is not None else "",
        policy.public or in_words(entitled), in_words([row.second for row in rows if row.second is not None]),
        "yes" if any(row.step_up for row in rows) else "", "yes" if policy.keyed else "",
    )


def in_words(entitled: Iterable[Who]) -> str:
    """Who is entitled, each way once: "bank guarantor officer approver as pledgee; exchange officer at clerk"."""
    found = {"anyone" for who in entitled if who.anyone} | {clause_in_words(clause) for who in entitled for clause in who.clauses}
    return "; ".join(sorted(found))


def clause_in_words(clause: Clause) -> str:
    """One way of being entitled."""
    if clause.system:
        return "SYSTEM"
    words = [" ".join(sorted(clause.kinds)) or "any", " ".join(sorted(clause.grades)) or "any grade"]
    words += [f"at {clause.desk}"] * bool(clause.desk) + [f"marked {clause.mark}"] * bool(clause.mark)
    return " ".join([*words, *([f"as {clause.party}"] if clause.party else [])])


def as_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """The matrix as the reviewed file keeps it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()
