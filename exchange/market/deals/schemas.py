"""Shapes of deals."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Shape, Text


class DealQuery(Shape):
    """A page of deals."""

    cursor = Text(most=300, load_default="")


class Reason(Shape):
    """Why a deal is cancelled."""

    reason = Text(most=1000, required=True, lines=True)


class DealAnswer(Answer):
    """A deal as its parties see it."""

    number = fields.String()
    state = fields.String()
    mode = fields.String()
    price = Amount()
    price_form = fields.String()
    listing_reference = fields.String()
    offer_reference = fields.String()
    opened_at = fields.AwareDateTime()

    class Audience:
        """Nothing of a deal is public before its certificate."""

        public = ""
        party = "number state mode price price_form listing_reference offer_reference opened_at"
        owner = ""
        supervisor = ""
