"""Shapes of the account forms."""

from __future__ import annotations

from exchange.core.schemas import Shape, Text


class SignInShape(Shape):
    """Address and password, exactly as typed; where to go after."""

    email = Text(required=True, most=254)
    password = Text(required=True, most=128)
    next = Text(most=500)


class StepUpShape(Shape):
    """The proof of a fresh confirmation: password or six digits; where to go after."""

    proof = Text(required=True, most=128)
    next = Text(most=500)
