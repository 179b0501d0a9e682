"""Signing in and out, stepping up, switching roles; and the actor of each request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from exchange.core import clock
from exchange.core.access import MEMBER, Actor, permit
from exchange.core.drafts import Writer
from exchange.core.errors import Forbidden
from exchange.core.web import ACTOR_LOADER, Room, own_ip, page, settings
from exchange.people.accounts import operations, queries
from exchange.people.accounts.rules import factor_asked, must_enrol
from exchange.people.accounts.schemas import FactorShape, SignInShape, StepUpShape

SIGNED_IN = permit("session:use", MEMBER)

room = Room("accounts", __name__)


def load_actor() -> Actor | None:
    """Who the session cookie of this request says it is."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if bearer.startswith("zrt_"):
        g.by_token = True
        return queries.token_actor(operations.digest(bearer))
    chosen = settings()
    cookie = request.cookies.get(chosen.cookie_name)
    if not cookie:
        return None
    found = queries.live_session(
        operations.digest(cookie), idle=chosen.SESSION_IDLE, absolute=chosen.SESSION_ABSOLUTE, step_up=chosen.STEP_UP)
    if found is None:
        g.why_nobody = "SESSION_ENDED"
        if request.method == "POST":
            g.writer = queries.writer_of(operations.digest(cookie), absolute=chosen.SESSION_ABSOLUTE)
        return None
    g.session_row = found.row
    if found.lacks_factor:
        g.why_nobody, g.writer = "SECOND_FACTOR_NEEDED", Writer.of(found.actor)
        return None
    if not found.member.person.totp_secret:
        g.must_enrol = must_enrol(
            found.actor.kind, required=chosen.second_factor, since=found.member.person.created_at, now=clock.now(),
            grace=timedelta(days=chosen.MFA_GRACE_DAYS))
    if found.stale:
        operations.see_session(found.row.id)
    return found.actor


ACTOR_LOADER[:] = [load_actor]


def own_path(wanted: str | None) -> str:
    """``wanted`` when it is a path of this house, else the desk."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/home"
    try:
        current_app.url_map.bind("").match(wanted.split("?")[0], method="GET")
    except HTTPException:
        return "/home"
    return wanted


def with_cookie(where: str, cookie: str) -> Any:
    """303 to a page of ours with a new session cookie."""
    answer = redirect(where, 303)
    chosen = settings()
    answer.set_cookie(
        chosen.cookie_name, cookie, max_age=int(chosen.SESSION_ABSOLUTE.total_seconds()), httponly=True, samesite="Lax",
        secure=chosen.is_production)
    return answer


def password_counts(actor: Actor) -> bool:
    """Whether a password alone confirms who one is: only where no second factor is asked for."""
    return not factor_asked(actor.kind, required=settings().second_factor)


def _prefix() -> str:
    return ".".join(own_ip().split(".")[:3])


@room.form("/sign-in", public="everybody must be able to sign in", shape=SignInShape, template="accounts/sign_in.html",
           keyed=False, initial=lambda actor: {"next": request.args.get("next", "")})
def sign_in(data: dict[str, Any], actor: Actor | None) -> Any:
    """Open a session for the right address and password."""
    member = operations.check_credentials(data["email"], data["password"], address=own_ip(), policy=settings().PASSWORD_POLICY)
    cookie = operations.open_session(member, agent=request.user_agent.string, ip_prefix=_prefix())
    where = own_path(data.get("next"))
    return with_cookie(url_for("accounts.give_factor", next=where) if member.person.totp_secret else where, cookie)


@room.form("/sign-in/factor", public="the password was right; the session waits for the second factor", shape=FactorShape,
           template="accounts/factor.html", keyed=False, initial=lambda actor: {"next": request.args.get("next", "")})
def give_factor(data: dict[str, Any], actor: Actor | None) -> Any:
    """Give the second factor of a session that waits for it."""
    row = g.get("session_row")
    if row is None:
        raise Forbidden("SIGN_IN_NEEDED")
    operations.check_factor(row.person_id, data["code"])
    return with_cookie(own_path(data.get("next")), operations.complete_session(row.id))


@room.post("/sign-out", SIGNED_IN, keyed=False)
def sign_out(actor: Actor) -> Any:
    """End this session and clear what the browser keeps of it."""
    operations.end_session(g.session_row.id, why="signed out", actor=actor)
    answer = redirect("/", 303)
    answer.delete_cookie(settings().cookie_name, secure=settings().is_production)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@room.form("/step-up", SIGNED_IN, shape=StepUpShape, template="accounts/step_up.html", keyed=False,
           initial=lambda actor: {"next": request.args.get("next", "")},
           context=lambda actor: {"has_totp": queries.has_totp(actor.user_id), "password_counts": password_counts(actor)})
def step_up(data: dict[str, Any], actor: Actor) -> Any:
    """Confirm who one is, for binding acts of the next minutes."""
    operations.check_step_up(actor, data["proof"], password_counts=password_counts(actor))
    operations.note_step_up(g.session_row.id, actor=actor)
    return redirect(own_path(data.get("next")), 303)


@room.post("/switch/<id>", SIGNED_IN, keyed=False)
def switch(id: str, actor: Actor) -> Any:  # noqa: A002  # the name in the URL
    """Act in another of one's roles."""
    member = queries.own_member(actor.user_id, id)
    return with_cookie("/home", operations.switch_member(g.session_row.id, member, actor=actor))


@room.page("/settings/roles", SIGNED_IN)
def my_roles(actor: Actor) -> Any:
    """The roles that one may act in."""
    return page("accounts/my_roles.html", members=queries.own_members(actor.user_id))
