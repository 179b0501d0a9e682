"""Shapes of guarantees, re-guarantees, schemes and net assets."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Day, Flag, Rate, Shape, Text, Whole
from exchange.finance.guarantees.models import COUNTER_KINDS
from exchange.finance.guarantees.rules import BASES, KINDS, PROFILES, ROLES, SETTLEMENTS
from exchange.finance.guarantees.states import GuaranteeState


class GuaranteeQuery(Shape):
    """Which guarantees, and which page of them."""

    state = Choice(["", *GuaranteeState], load_default="")
    cursor = Text(most=300, load_default="")


class LimitQuery(Shape):
    """A guarantee that one thinks of: for which client, over how much."""

    client = Text(most=16, required=True)
    amount = Text(most=30, required=True)


class ApproveShape(Shape):
    """The guarantor's decision; the kind has no default, because silence would make it general."""

    kind = Choice(KINDS, required=True)
    period_months = Whole(low=1, high=60, load_default=None)
    fee_bp = Whole(low=0, high=300, required=True)
    counter = Choice(COUNTER_KINDS, load_default="pledge")


class ReasonShape(Shape):
    """Why."""

    reason = Text(most=500, required=True, lines=True)


class ConsentShape(Shape):
    """The terms that are consented to, by their digest."""

    terms_sha256 = Text(most=64, required=True)


class PayShape(Shape):
    """The day on which a fee was paid."""

    paid_on = Day(required=True)


class YearShape(Shape):
    """Net assets of a day with their source."""

    net_assets = Amount(positive=True, required=True)
    net_assets_on = Day(required=True)
    sme_agri_main = Flag(load_default=False)
    source = Text(most=300, required=True)


class PartyShape(Shape):
    """A party of a scheme with its weight in per cent."""

    role = Choice(ROLES, required=True)
    weight = Rate(low="0.01", high="100", required=True)
    organisation = Text(most=16, load_default="")


class SchemeShape(Shape):
    """A new edition of a scheme."""

    name = Text(most=120, required=True)
    name_en = Text(most=120, load_default="")
    profile = Choice(PROFILES, required=True)
    base = Choice(BASES, required=True)
    settlement = Choice(SETTLEMENTS, required=True)
    source = Text(most=300, required=True)
    max_loan = Amount(positive=True, load_default=None)
    parties = fields.List(fields.Nested(PartyShape), required=True)


class SeedShape(Shape):
    """A shipped scheme by its key."""

    key = Text(most=40, required=True)


class SplitQuery(Shape):
    """A loss to be shared."""

    loss = Text(most=30, required=True)


class ShareAnswer(Answer):
    """A sharer with its exact part."""

    role = fields.String()
    weight = fields.String()
    amount = Amount()

    class Audience:
        """Whoever sees the guarantee sees its shares."""

        public = "role weight amount"


class GuaranteeAnswer(Answer):
    """A guarantee as its parties see it."""

    number = fields.String()
    state = fields.String()
    amount = Amount()
    guaranteed = Amount()
    guaranteed_bp = fields.Integer()
    kind = fields.String()
    term_months = fields.Integer()
    period_months = fields.Integer()
    deadline_on = fields.Date()
    fee = Amount()
    fee_bp = fields.Integer()
    approved_on = fields.Date()
    effective_on = fields.Date()
    ended_on = fields.Date()
    affiliated = fields.Boolean()
    shares = fields.List(fields.Nested(ShareAnswer))

    class Audience:
        """A guarantee is known to its parties; the tie to the client is the guarantor's own."""

        public = ""
        party = (
            "number state amount guaranteed guaranteed_bp kind term_months period_months deadline_on fee fee_bp approved_on "
            "effective_on ended_on shares"
        )
        owner = "affiliated"
        supervisor = ""


class ReguaranteeAnswer(Answer):
    """A re-guarantee as its parties see it."""

    number = fields.String()
    state = fields.String()
    liability = Amount()
    rate_bp = fields.Integer()
    fee = Amount()
    mode = fields.String()
    decided_on = fields.Date()
    effective_on = fields.Date()

    class Audience:
        """A re-guarantee is known to the parties of its guarantee."""

        public = ""
        party = "number state liability rate_bp fee mode decided_on effective_on"
        owner = ""
        supervisor = ""


class WeightAnswer(Answer):
    """A party of a scheme."""

    role = fields.String()
    weight = fields.String()

    class Audience:
        """Shares of a scheme are known to all members."""

        public = "role weight"


class SchemeAnswer(Answer):
    """A scheme with its parties."""

    name = fields.String()
    name_en = fields.String()
    edition = fields.Integer()
    state = fields.String()
    profile = fields.String()
    base = fields.String()
    settlement = fields.String()
    source = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date()
    max_loan = Amount()
    members = fields.List(fields.Nested(WeightAnswer))

    class Audience:
        """A scheme in use is known to all members."""

        public = "name name_en edition state profile base settlement source valid_from valid_to max_loan members"
