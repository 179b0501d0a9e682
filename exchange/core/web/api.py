"""JSON of a feature under ``/api/v1``: the same operations, policies and shapes as the pages; described by OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from exchange.core.access import AUDIENCE_OF, SUPERVISOR, Actor
from exchange.core.database import Thing
from exchange.core.pages import Page
from exchange.core.schemas import Answer, Shape, dump
from exchange.core.states import parties_of
from exchange.core.web.forms import read_json, read_query
from exchange.core.web.origin import check_origin
from exchange.core.web.policy import Policy, actions_of, declare, guard
from exchange.core.web.rooms import once

View = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """One documented route of the API."""

    policy: Policy
    summary: str
    tag: str
    body: type[Shape] | None
    query: type[Shape] | None
    answer: type[Answer] | None
    many: bool
    status: int


ROUTES: list[Route] = []


class ApiRoom(Blueprint):
    """The JSON routes of one feature."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(f"api_{name}", import_name, url_prefix="/api/v1")
        self.tag = name

    def get(  # type: ignore[override]  # a route here always names its permission
        self, rule: str, permission: str = "", *, thing: type[Thing] | None = None, public: str = "",
        query: type[Shape] | None = None, answer: type[Answer] | None = None, many: bool = False, argument: str = "id",
    ) -> Callable[[View], View]:
        """A reading route; ``many`` answers ``{"items": […], "next": cursor}`` from a list or a ``Page``."""
        return self._route("GET", rule, permission, thing, public, None, query, answer, many, 200, keyed=False, argument=argument)

    def post(  # type: ignore[override]  # a route here always names its permission
        self, rule: str, permission: str = "", *, thing: type[Thing] | None = None, public: str = "",
        body: type[Shape] | None = None, answer: type[Answer] | None = None, status: int = 200, keyed: bool = True,
        argument: str = "id",
    ) -> Callable[[View], View]:
        """A writing route with an idempotency key; ``def act(thing, data, actor)`` returns what is answered."""
        return self._route("POST", rule, permission, thing, public, body, None, answer, False, status, keyed=keyed, argument=argument)

    def _route(
        self, method: str, rule: str, permission: str, thing: type[Thing] | None, public: str, body: type[Shape] | None,
        query: type[Shape] | None, answer: type[Answer] | None, many: bool, status: int, *, keyed: bool, argument: str,  # noqa: FBT001  # inner function of two callers
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            policy = declare(Policy(endpoint, method, "/api/v1" + rule, permission, thing, public, keyed, True, argument), body or query)
            summary = (view.__doc__ or view.__name__.replace("_", " ")).strip().splitlines()[0]
            ROUTES.append(Route(policy, summary, self.tag, body, query, answer, many, status))

            def respond(**arguments: Any) -> Response:
                actor = guard(policy, arguments)
                if query is not None:
                    arguments["data"] = read_query(query)
                if method == "GET":
                    return _json(view(**arguments, actor=actor), answer, many, status, actor)
                check_origin()
                if body is not None:
                    arguments["data"] = read_json(body)
                else:
                    read_json(None)
                return once(policy, actor, {}, lambda: _json(view(**arguments, actor=actor), answer, many, status, actor))

            self.add_url_rule(rule, view.__name__, respond, methods=[method])
            return view

        return register


def _json(result: Any, answer: type[Answer] | None, many: bool, status: int, actor: Actor | None) -> Response:  # noqa: FBT001  # inner function of two callers
    if isinstance(result, Response):
        return result
    if answer is None:
        return make_response(jsonify(result if result is not None else {}), status)
    if not many:
        return make_response(jsonify(shown(answer, result, actor)), status)
    rows, cursor = (result.rows, result.next) if isinstance(result, Page) else (result, None)
    return make_response(jsonify({"items": [shown(answer, row, actor) for row in rows], "next": cursor}), status)


def shown(answer: type[Answer], thing: Any, actor: Actor | None) -> dict[str, Any]:
    """The thing as its audience may see it, with version and the actions open now."""
    document = dump(answer, thing, audience_of(actor, thing))
    if isinstance(thing, Thing):
        document |= {"id": thing.public_id, "version": thing.version}
        document["actions"] = [move.name for move in actions_of(thing, actor)]
    return document


def audience_of(actor: Actor | None, thing: Any) -> str:
    """How near the actor stands to the thing: public, party, owner or supervisor."""
    chosen = AUDIENCE_OF.get(getattr(thing, "noun", ""))
    if chosen is not None:
        return chosen(actor, thing)
    if actor is None:
        return "public"
    if SUPERVISOR.fits_role(actor):
        return "supervisor"
    if getattr(thing, "organisation_id", None) == actor.organisation_id:
        return "owner"
    return "party" if any(actor.organisation_id in ids for ids in parties_of(thing).values()) else "public"


def wants_json() -> bool:
    """Whether a refusal of this request is answered as problem+json."""
    return request.path.startswith("/api/")
