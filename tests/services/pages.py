"""The pages of the demonstration that a role may open: every GET address, with the things it sees put in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

THINGS_A_STATE = 1
MOST_SELECTS = 12
# What may ask more often, and why; nothing else may.
MORE_SELECTS: dict[str, tuple[int, str]] = {
    "/cases/<id>": (25, "a case and all its members for all its parties; its sub-pages show them again"),
    "/appraisals/<id>/archive.zip": (25, "a file made of a report, its editions, papers, signatures and chain of events; no page"),
}


def most_selects(rule: str) -> int:
    """How often a page of this rule may ask the database."""
    return next((most for start, (most, _why) in MORE_SELECTS.items() if rule == start or rule.startswith(start + "/")), MOST_SELECTS)


@dataclass(frozen=True)
class Address:
    """One address with the rule that answers it."""

    rule: str
    url: str


def rule_of(app: Any, url: str) -> str:
    """The rule that answers an address."""
    rule, _arguments = app.url_map.bind("localhost").match(urlsplit(url).path, method="GET", return_rule=True)
    return str(rule.rule)


def addresses(actor: Any, *, things_a_state: int = THINGS_A_STATE) -> Iterator[Address]:
    """Every page this actor may open, by the table of policies: of a noun's page the newest thing of each state that he sees."""
    from exchange.core.web import POLICIES, may

    kept: dict[type, list[Any]] = {}
    for policy in sorted(POLICIES.values(), key=lambda each: (each.rule, each.method)):
        if policy.method != "GET" or policy.api:
            continue
        if policy.permission and not may(policy.permission, actor):
            continue
        if not policy.public and actor is None:
            continue
        if "<" not in policy.rule:
            yield Address(policy.rule, policy.rule)
        elif policy.thing is not None and policy.rule.count("<") == 1:
            if policy.thing not in kept:
                kept[policy.thing] = list(seen(policy.thing, actor, things_a_state))
            for thing in kept[policy.thing]:
                if not policy.permission or may(policy.permission, actor, thing):
                    yield Address(policy.rule, policy.rule.replace(f"<{policy.argument}>", thing.public_id))


def seen(model: Any, actor: Any, most: int) -> Iterator[Any]:
    """The newest things of each state that the actor may see."""
    from exchange.core.access import VISIBLE_TO
    from exchange.core.database import db

    rows = db.session.scalars(select(model).where(VISIBLE_TO[model.noun](actor)).order_by(model.id.desc()).limit(500))
    counted: dict[str, int] = {}
    for row in rows:
        state = getattr(row, row.machine.attribute) if getattr(row, "machine", None) else ""
        counted[state] = counted.get(state, 0) + 1
        if counted[state] <= most:
            yield row
