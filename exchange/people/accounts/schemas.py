"""Shapes of the account forms."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from exchange.core.access import DESKS, GRADES, KINDS
from exchange.core.schemas import Choice, Fault, Flag, Shape, Text, Whole
from exchange.core.text import _, first_bad_character

MOST_SECRET = 1000
SELF_REGISTERING = tuple(kind for kind in KINDS if kind not in ("exchange", "regulator", "auditor"))


class Secret(fields.String):
    """A password exactly as typed; too long ones are not even hashed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise Fault("FIELD_MALFORMED", reason=_("a text is expected"))
        if not value:
            raise Fault("MISSING_FIELD")
        if len(value) > MOST_SECRET:
            raise Fault("TEXT_TOO_LONG", limit=MOST_SECRET)
        bad = first_bad_character(value, bidi=True)
        if bad is not None:
            raise Fault("BAD_TEXT", position=bad + 1)
        return value


class SignInShape(Shape):
    """Address and password, exactly as typed; where to go after."""

    email = Text(required=True, most=254)
    password = Secret(required=True)
    next = Text(most=500)


class FactorShape(Shape):
    """Six digits of the authenticator or a recovery code; where to go after."""

    code = Text(required=True, most=60)
    next = Text(most=500)


class StepUpShape(Shape):
    """The proof of a fresh confirmation: password or six digits; where to go after."""

    proof = Secret(required=True)
    next = Text(most=500)


class InviteShape(Shape):
    """Whom to invite, and to which role."""

    email = Text(required=True, most=254)
    grade = Choice(GRADES, required=True)
    desk = Choice(["", *DESKS], load_default="")
    administrator = Flag(load_default=False)


class MemberShape(Shape):
    """A member's role."""

    grade = Choice(GRADES, required=True)
    desk = Choice(["", *DESKS], load_default="")
    administrator = Flag(load_default=False)


class JoinShape(Shape):
    """What a person gives when joining."""

    name = Text(required=True, most=100)
    identity_number = Text(most=40, load_default="")
    password = Secret(required=True)
    language = Choice(("zh", "en"), required=True)


class ResetShape(Shape):
    """A new password."""

    password = Secret(required=True)


class AddressShape(Shape):
    """A mail address."""

    email = Text(required=True, most=254)


class PasswordShape(Shape):
    """The old password and the new one."""

    old = Secret(required=True)
    password = Secret(required=True)


class LanguageShape(Shape):
    """A language."""

    language = Choice(("zh", "en"), required=True)


class TotpShape(Shape):
    """The secret shown and its first six digits."""

    secret = Text(required=True, most=64)
    digits = Text(required=True, most=12)


class TokenShape(Shape):
    """What a key to the API may do, and for how long."""

    name = Text(required=True, most=100)
    scopes = Text(required=True, most=2000, lines=True)
    days = Whole(low=1, high=365, load_default=90)


class ApplyShape(Shape):
    """What an organisation says of itself."""

    kind = Choice(SELF_REGISTERING, required=True)
    name = Text(required=True, most=200)
    name_en = Text(most=200, load_default="")
    uscc = Text(required=True, most=30)
    district = Text(most=40, load_default="")
    email = Text(required=True, most=254)


class ReasonShape(Shape):
    """Why."""

    reason = Text(required=True, most=500, lines=True)
