"""One's own settings: language, password, second factor, sessions, keys to the API."""

from __future__ import annotations

from typing import Any

import segno
from flask import g, jsonify, make_response, redirect, request

from exchange.core.access import MEMBER, Actor, permit
from exchange.core.errors import Forbidden, Invalid
from exchange.core.text import _
from exchange.core.web import Room, page, redirect_to, settings
from exchange.core.web.policy import is_known
from exchange.people.accounts import operations, queries
from exchange.people.accounts.models import ApiToken
from exchange.people.accounts.rules import check_password
from exchange.people.accounts.schemas import LanguageShape, PasswordShape, TokenShape, TotpShape

OWN = permit("settings:change", MEMBER)

room = Room("settings", __name__)


@room.page("/settings", OWN)
def show(actor: Actor) -> str:
    """Everything about oneself on one page."""
    return page(
        "accounts/settings.html", sessions=queries.live_sessions(actor.user_id), tokens=queries.own_tokens(actor),
        has_totp=queries.has_totp(actor.user_id), session_id=g.session_row.id, members=queries.own_members(actor.user_id))


@room.post("/settings/language", OWN, shape=LanguageShape, keyed=False)
def change_language(data: dict[str, Any], actor: Actor) -> Any:
    """Choose the language of pages and letters."""
    operations.change_language(actor=actor, **data)
    answer = redirect("/settings", 303)
    answer.set_cookie("lang", data["language"], max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer


@room.post("/settings/look", public="the look is a matter of each browser", keyed=False)
def change_look(actor: Actor | None) -> Any:
    """Change between light and dark as the browser has it now: system → dark → light."""
    following = {"dark": "light", "light": "system"}.get(request.cookies.get("theme", ""), "dark")
    answer = redirect("/settings" if actor else "/", 303)
    answer.set_cookie("theme", following, max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer


@room.form("/settings/password", OWN, shape=PasswordShape, template="accounts/password.html", keyed=False)
def change_password(data: dict[str, Any], actor: Actor) -> Any:
    """Choose a new password; every session ends."""
    stored = queries.member_of(actor).person
    check_password(data["password"], about=(actor.name, actor.organisation_name, stored.email.partition("@")[0]), policy=settings().PASSWORD_POLICY)
    if not operations.password_fits(stored.password_hash, data["old"]):
        raise Forbidden("CREDENTIALS_WRONG")
    operations.change_password(password_hash=operations.hash_password(data["password"]), actor=actor)
    return redirect_to("accounts.sign_in", _("Your password was changed. Sign in with it."))


def fresh_secret(actor: Actor) -> dict[str, Any]:
    """A secret for the authenticator, and its picture."""
    secret = request.form.get("secret") or operations.new_secret()
    address = f"otpauth://totp/Zhirong:{actor.public_id}?secret={secret}&issuer=Zhirong"
    return {"secret": secret, "picture": segno.make(address, micro=False).svg_data_uri(scale=4)}


@room.form("/settings/totp", OWN, shape=TotpShape, template="accounts/totp.html", context=fresh_secret, keyed=False)
def add_totp(data: dict[str, Any], actor: Actor) -> Any:
    """Set up an authenticator; the recovery codes are shown once."""
    return make_response(page("accounts/recovery_codes.html", codes=operations.add_totp(session_id=g.session_row.id, actor=actor, **data)))


@room.post("/settings/totp/remove", OWN, keyed=False)
def remove_totp(actor: Actor) -> Any:
    """Give up the authenticator."""
    operations.remove_totp(actor=actor)
    return redirect_to("settings.show", _("The authenticator was removed."))


@room.post("/settings/sessions/<int:number>/end", OWN, keyed=False)
def end_session(number: int, actor: Actor) -> Any:
    """End one of one's sessions."""
    operations.end_session(number, why="ended by its owner", actor=actor)
    return redirect_to("settings.show", _("The session was ended."))


@room.post("/settings/sessions/end-others", OWN, keyed=False)
def end_others(actor: Actor) -> Any:
    """End every session but this one."""
    operations.end_other_sessions(g.session_row.id, actor=actor)
    return redirect_to("settings.show", _("All other sessions were ended."))


@room.form("/settings/tokens/new", OWN, shape=TokenShape, template="accounts/token.html", keyed=False)
def create_token(data: dict[str, Any], actor: Actor) -> Any:
    """Make a key to the API; it is shown once."""
    if not actor.stepped_up:
        raise Forbidden("STEP_UP_NEEDED")
    scopes = data["scopes"].replace(",", " ").split()
    unknown = [scope for scope in scopes if not is_known(scope)]
    if unknown:
        raise Invalid("CHOICE_UNKNOWN", field="scopes", choices="listing:approve, …")
    secret = operations.create_token(
        queries.member_of(actor).id, name=data["name"], scopes=scopes, days=data["days"], actor=actor)
    return make_response(page("accounts/token_made.html", secret=secret))


@room.post("/settings/tokens/<id>/revoke", OWN, thing=ApiToken, keyed=False)
def revoke_token(thing: ApiToken, actor: Actor) -> Any:
    """End a key to the API."""
    operations.revoke_token(thing, actor=actor)
    return redirect_to("settings.show", _("The key was ended."))


@room.page("/settings/my-data", OWN)
def my_data(actor: Actor) -> Any:
    """Everything that the house keeps about oneself, as a file."""
    answer = jsonify(queries.own_data(actor))
    answer.headers["Content-Disposition"] = 'attachment; filename="zhirong-my-data.json"'
    return answer
