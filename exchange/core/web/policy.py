"""The policy of every URL and method: which permission, on which thing, for whom; from it come guards and buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, has_request_context, request, url_for
from werkzeug.exceptions import HTTPException

from exchange.core.access import PERMISSIONS, VISIBLE_TO, Actor
from exchange.core.database import Thing, transact, visible
from exchange.core.errors import DomainError, Forbidden, NotFound
from exchange.core.events import record_denied
from exchange.core.schemas import Shape
from exchange.core.settings import Settings
from exchange.core.states import MACHINES, Move, parties_of
from exchange.core.text import first_bad_character
from exchange.core.web.limits import check_limits

MOST_OF_A_PART = 400


@dataclass(frozen=True)
class Policy:
    """What one URL and method asks of its caller."""

    endpoint: str
    method: str
    rule: str
    permission: str = ""
    thing: type[Thing] | None = None
    public: str = ""
    keyed: bool = False
    api: bool = False
    argument: str = "id"


@dataclass(frozen=True)
class Reads:
    """What one URL and method reads of a request: its shape, its uploads' purposes, and the template that gives a form back."""

    shape: type[Shape] | None = None
    uploads: tuple[tuple[str, str], ...] = ()
    template: str = ""


POLICIES: dict[tuple[str, str], Policy] = {}
READS: dict[tuple[str, str], Reads] = {}
PAGE_OF: dict[str, str] = {}
ACTOR_LOADER: list[Callable[[], Actor | None]] = []
NAVIGATION: list[Callable[[Actor | None], list[tuple[str, str]]]] = []
BEFORE_ENROLMENT = frozenset({"session:use", "settings:change"})
CONTEXT: dict[str, Callable[[], Mapping[str, Any]]] = {}


def declare(
    policy: Policy, shape: type[Shape] | None = None, *, uploads: Mapping[str, str] | None = None, template: str = ""
) -> Policy:
    """Put a policy on the table, with what its requests are read by; one endpoint and method has one."""
    key = (policy.endpoint, policy.method)
    if key in POLICIES and POLICIES[key] != policy:
        raise ValueError(f"{key} has two policies")
    if not policy.permission and not policy.public:
        raise ValueError(f"{key} has neither a permission nor a reason to be public")
    POLICIES[key] = policy
    READS[key] = Reads(shape, tuple((uploads or {}).items()), template)
    return policy


def settings() -> Settings:
    """The settings of this application."""
    return cast(Settings, current_app.extensions["zhirong.settings"])


def current_actor() -> Actor | None:
    """Who acts in this request, read once from the database."""
    if not has_request_context():
        return None
    if "actor" not in g:
        g.actor = None
        for loader in ACTOR_LOADER:
            g.actor = g.actor or loader()
    return cast("Actor | None", g.actor)


def own_ip() -> str:
    """The caller's address, as far as the deployment lets us trust it."""
    return request.remote_addr or ""


def may(permission: str, actor: Actor | None, thing: Any = None) -> bool:
    """Whether role and party allow ``permission`` (on ``thing``), whatever its state."""
    noun, _, verb = permission.partition(":")
    machine = MACHINES.get(noun)
    if permission in PERMISSIONS:
        entitled = PERMISSIONS[permission]
        return entitled.fits_role(actor) if thing is None else entitled.fits(actor, parties_of(thing))
    if machine is None:
        raise KeyError(f"permission {permission} names no move and is not declared")
    rows = machine.rows(verb)
    if thing is None:
        return any(row.by.fits_role(actor) for row in rows)
    return machine.may(actor, verb, parties_of(thing))


def is_known(permission: str) -> bool:
    """Whether a permission names a machine's move or is declared."""
    noun, _, verb = permission.partition(":")
    return permission in PERMISSIONS or (noun in MACHINES and any(row.name == verb for row in MACHINES[noun].moves))


def guard(policy: Policy, arguments: dict[str, Any]) -> Actor | None:
    """The checks in their order: session, organisation, visible, permitted; puts the thing in place of its id."""
    actor = current_actor()
    check_limits(actor, address=own_ip())
    if not policy.public:
        if actor is None:
            raise Forbidden(getattr(g, "why_nobody", "SIGN_IN_NEEDED"))
        if not actor.organisation_active:
            raise Forbidden("ORGANISATION_SUSPENDED")
        if g.get("must_enrol") and policy.permission not in BEFORE_ENROLMENT:
            raise Forbidden("SECOND_FACTOR_NEEDED")
    if not all(_may_lead_somewhere(value) for value in arguments.values()):
        raise NotFound()
    thing = None
    if policy.thing is not None:
        thing = visible(policy.thing, arguments.pop(policy.argument), actor)
        g.thing = thing
    if policy.permission:
        try:
            _permitted(policy, actor, thing)
        except DomainError as refusal:
            _note_refusal(policy, actor, thing, refusal)
            raise
    if thing is not None:
        arguments["thing"] = thing
    return actor


def _may_lead_somewhere(value: Any) -> bool:
    """Whether a part of an address can be looked up at all: no database takes NUL or a number of forty digits."""
    return first_bad_character(value) is None and len(value) <= MOST_OF_A_PART if isinstance(value, str) else abs(value) < 2**63


def _permitted(policy: Policy, actor: Actor | None, thing: Thing | None) -> None:
    if actor is not None and actor.scopes is not None and policy.permission not in actor.scopes:
        raise Forbidden("TOKEN_SCOPE", permission=policy.permission)
    if not may(policy.permission, actor, thing):
        raise Forbidden()
    noun, _, verb = policy.permission.partition(":")
    if request.method not in ("GET", "HEAD") and noun in MACHINES and actor is not None and not actor.stepped_up:
        rows = [row for row in MACHINES[noun].moves if row.name == verb]
        if rows and all(row.step_up for row in rows):
            raise Forbidden("STEP_UP_NEEDED")


def _note_refusal(policy: Policy, actor: Actor | None, thing: Thing | None, refusal: DomainError) -> None:
    noun, _, verb = policy.permission.partition(":")
    refusal.denied = {
        "noun": noun, "verb": verb, "object_id": thing.public_id if thing is not None else "", "actor": actor, "state": "",
    }
    transact(lambda: record_denied(refusal))
    refusal.denied = None


def actions_of(thing: Any, actor: Actor | None) -> list[Move]:
    """The moves open to this actor on this thing now, one a name; the buttons and the API's ``actions``."""
    machine = MACHINES.get(thing.noun)
    if machine is None or actor is None:
        return []
    return list({row.name: row for row in machine.open_to(thing, actor)}.values())


def url_of(noun: str, public_id: str) -> str:
    """The page of a thing, or an empty string where the noun has none."""
    endpoint = PAGE_OF.get(noun)
    return url_for(endpoint, id=public_id) if endpoint else ""


def way_to(url: str) -> str:
    """How a verb's address is reached: "get" when it has a page before the act, "post" when a button does, "" when nothing answers."""
    map_ = current_app.url_map.bind("localhost")
    for method in ("GET", "POST"):
        try:
            map_.match(url, method=method)
        except HTTPException:
            continue
        return method.lower()
    return ""


def check_policies(rules: Any) -> None:
    """Refuse to start when a URL and method lacks a policy, or a permission names nothing."""
    for rule in rules:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if rule.endpoint != "static" and (rule.endpoint, method) not in POLICIES:
                raise RuntimeError(f"{method} {rule.rule} ({rule.endpoint}) has no policy")
    for policy in POLICIES.values():
        if policy.permission and not is_known(policy.permission):
            raise RuntimeError(f"{policy.rule}: permission {policy.permission} names no move and is not declared")
        if policy.thing is not None and policy.thing.noun not in VISIBLE_TO:
            raise RuntimeError(f"{policy.rule}: nobody says who sees a {policy.thing.noun}")
