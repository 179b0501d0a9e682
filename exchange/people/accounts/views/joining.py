"""Joining: registration of an organisation, invitations, forgotten passwords."""

from __future__ import annotations

from typing import Any

from exchange.core.access import KINDS, Actor
from exchange.core.text import _
from exchange.core.web import Room, own_ip, redirect_to, settings
from exchange.people.accounts import operations
from exchange.people.accounts.rules import check_password
from exchange.people.accounts.schemas import SELF_REGISTERING, AddressShape, ApplyShape, JoinShape, ResetShape

room = Room("joining", __name__)


@room.form("/register", public="anybody may apply for an organisation", shape=ApplyShape, template="accounts/register.html",
           context=lambda actor: {"kinds": [(kind, KINDS[kind]) for kind in SELF_REGISTERING]}, keyed=False)
def register(data: dict[str, Any], actor: Actor | None) -> Any:
    """Apply for the registration of an organisation."""
    operations.apply_organisation(base=settings().PUBLIC_URL, **data)
    return redirect_to("accounts.sign_in", _("Your application was received. Two clerks will look at it; the answer comes by mail."))


@room.form("/invitations/<secret>", public="the link itself is the proof", shape=JoinShape, template="accounts/join.html", keyed=False)
def join(secret: str, data: dict[str, Any], actor: Actor | None) -> Any:
    """Join the organisation that sent the invitation."""
    check_password(data["password"], about=(data["name"],), policy=settings().PASSWORD_POLICY)
    hashed = operations.hash_password(data.pop("password"))
    operations.accept_invitation(secret, password_hash=hashed, **data)
    return redirect_to("accounts.sign_in", _("Welcome. Sign in with your address and password."))


@room.form("/forgotten", public="whoever forgot a password is not signed in", shape=AddressShape, template="accounts/forgotten.html", keyed=False)
def forgotten(data: dict[str, Any], actor: Actor | None) -> Any:
    """Ask for a reset link; the answer is the same whether the address is known or not."""
    operations.ask_reset(data["email"], address=own_ip(), base=settings().PUBLIC_URL)
    return redirect_to("accounts.sign_in", _("If the address is known here, a link was sent to it."))


@room.form("/reset/<secret>", public="the link itself is the proof", shape=ResetShape, template="accounts/reset.html", keyed=False)
def reset(secret: str, data: dict[str, Any], actor: Actor | None) -> Any:
    """Choose a new password by the link."""
    check_password(data["password"], about=(), policy=settings().PASSWORD_POLICY)
    operations.reset_password(secret, password_hash=operations.hash_password(data["password"]))
    return redirect_to("accounts.sign_in", _("Your password was changed. Sign in with it."))
