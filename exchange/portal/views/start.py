"""The start page, health, the demonstration bar."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, request

from exchange.core import clock, i18n
from exchange.core.access import KINDS, Actor
from exchange.core.text import _
from exchange.core.web import CONTEXT, NAVIGATION, Room, page, settings
from exchange.oversight.statistics.views import gauge_of
from exchange.people.accounts import operations as accounts
from exchange.people.accounts import queries as people
from exchange.people.accounts.views import with_cookie
from exchange.portal import queries
from exchange.portal.rules import ONE_CLICK, entries_for

room = Room("portal", __name__)


def navigation(actor: Actor | None) -> list[tuple[str, str]]:
    """The entries of this actor's kind that exist here."""
    return [(label, path) for label, path in entries_for(actor.kind if actor else None) if is_page(path)]


def is_page(path: str) -> bool:
    """Whether a page of this house answers at the path."""
    from flask import current_app
    from werkzeug.exceptions import HTTPException

    known: dict[str, bool] = current_app.extensions.setdefault("zhirong.paths", {})
    if path not in known:
        try:
            current_app.url_map.bind("").match(path, method="GET")
            known[path] = True
        except HTTPException:
            known[path] = False
    return known[path]


NAVIGATION[:] = [navigation]


def demonstration() -> dict[str, Any]:
    """The kinds that the demonstration bar offers, those at once and those behind More."""
    if not settings().is_demonstration:
        return {}
    more = [(kind, label) for kind, label in KINDS.items() if kind not in ONE_CLICK]
    return {"demo_kinds": [(kind, KINDS[kind]) for kind in ONE_CLICK], "demo_more": more}


CONTEXT["demonstration"] = demonstration


@room.page("/", public="the start page is for everybody")
def start(actor: Actor | None) -> str:
    """Search, gauge, newest listings, three entries."""
    return page("portal/start.html", **start_values(actor))


def start_values(actor: Actor | None) -> dict[str, Any]:
    """The conversion rate and the newest listings."""
    found = queries.conversion_now()
    gauge = gauge_of(found, clock.today(), i18n.translate(_("Conversion rate of patents"))) if found.total else None
    return {"gauge": gauge, "newest": queries.newest_listings(actor)}


@room.page("/healthz", public="monitors ask whether the process answers")
def healthz(actor: Actor | None) -> Any:
    """``ok``, and nothing else."""
    answer = make_response("ok\n")
    answer.mimetype = "text/plain"
    return answer


@room.page("/amounts/echo", public="the echo below an amount field, for everybody who types one")
def echo(actor: Actor | None) -> Any:
    """The exact figure and 大写 of what is being typed."""
    answer = make_response(i18n.amount_echo(request.args.get("text", "")[:60]))
    answer.mimetype = "text/plain"
    return answer


@room.post("/demo/sign-in/<kind>", public="one click signs in on the demonstration only", keyed=False)
def demo_sign_in(kind: str, actor: Actor | None) -> Any:
    """Sign in as the demonstration's person of a kind (``bank`` or ``bank-approver`` or ``exchange-officer-clerk``)."""
    if not settings().is_demonstration:
        abort(404)
    member = people.demonstration_member(*kind.split("-"))
    answer = with_cookie("/home", accounts.open_session(member, stepped_up=True))
    answer.set_cookie("lang", i18n.current(), max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer
