"""The tour: three stops, each on its real page; the stop stands in the address, that it was ended in a cookie."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from exchange.core.access import Actor
from exchange.core.text import _
from exchange.core.web import CONTEXT, Room, may, page, redirect_to
from exchange.portal.rules import STOPS, Stop, is_guided, stop_of

COOKIE = "tour"
YEAR = 365 * 86400
room = Room("tour", __name__)


def stop_shown() -> dict[str, Any]:
    """The stop of the tour that the address names, with its neighbours."""
    stop = stop_of(request.args.get("tour", "")) if request else None
    return {"tour": stop, "tour_next": beside(stop, 1), "tour_back": beside(stop, -1), "tour_stops": STOPS}


def beside(stop: Stop | None, by: int) -> Stop | None:
    """The stop before or after."""
    place = STOPS.index(stop) + by if stop is not None else -1
    return STOPS[place] if 0 <= place < len(STOPS) else None


CONTEXT["tour"] = stop_shown


def can_walk(actor: Actor | None) -> bool:
    """Whether the tour's pages are this member's: of a holder of patents, and entitled to act there."""
    return actor is not None and is_guided(actor.kind) and may("patent:draft", actor)


def is_offered(actor: Actor) -> bool:
    """Whether the desk offers the tour: to those who can walk it, until they have left it."""
    return can_walk(actor) and request.cookies.get(COOKIE) is None


@room.page("/help/tour", public="help is for everybody")
def show_tour(actor: Actor | None) -> str:
    """The three stops at a glance, to begin with any of them."""
    return page("portal/tour.html", guided=can_walk(actor))


@room.post("/tour/end", public="a cookie of one's own browser, nothing is kept", keyed=False)
def end_tour(actor: Actor | None) -> Any:
    """Leave the tour; the desk offers it no more, the help still does."""
    place = redirect_to("desk.home", _("You find the tour again under Help.")) if actor is not None else redirect("/help/tour", 303)
    place.set_cookie(COOKIE, "ended", max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return place
