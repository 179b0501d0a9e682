"""Signing in and out, and the actor of each request."""

from __future__ import annotations

from flask import g, request

from exchange.core.access import Actor
from exchange.core.web import ACTOR_LOADER, settings
from exchange.people.accounts import operations, queries

COOKIE = "zhirong_session"


def load_actor() -> Actor | None:
    """Who the session cookie of this request says it is."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    chosen = settings()
    found = queries.live_session(
        operations.digest(cookie), idle=chosen.SESSION_IDLE, absolute=chosen.SESSION_ABSOLUTE, step_up=chosen.STEP_UP)
    if found is None:
        g.why_nobody = "SESSION_ENDED"
        return None
    g.session_row = found.row
    if found.stale:
        operations.see_session(found.row.id)
    return found.actor


ACTOR_LOADER[:] = [load_actor]
