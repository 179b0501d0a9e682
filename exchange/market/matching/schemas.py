"""Shapes of demands, interests and matches."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Choices, Day, Flag, Shape, Text, Whole
from exchange.market.deals.states import Mode
from exchange.market.listings.rules.regions import regions
from exchange.market.matching.rules.wishes import DECLINE_REASONS, INVESTOR_KINDS

MODES = tuple(str(mode) for mode in Mode)


class Wished(Shape):
    """What a demand and an interest say alike."""

    title = Text(most=200, required=True)
    text = Text(most=6000, lines=True, load_default="")
    classes = fields.List(Text(most=20), load_default=list)
    modes = Choices(MODES, load_default=list)
    regions = fields.List(Choice(regions()), load_default=list)
    low = Amount(load_default=None, allow_none=True)
    high = Amount(positive=True, load_default=None, allow_none=True)
    stage_low = Whole(low=1, high=9, load_default=None, allow_none=True)
    stage_high = Whole(low=1, high=9, load_default=None, allow_none=True)


class DemandShape(Wished):
    """A demand."""

    territory = Choice(("CN", *regions()), load_default="")
    deadline = Day(load_default=None, allow_none=True)
    confidential = Flag(load_default=False)


class InterestShape(Wished):
    """An investor's saved criteria."""

    kind = Choice(INVESTOR_KINDS, required=True)
    foreign = Flag(load_default=False)
    evidence = Text(most=6000, lines=True, load_default="")
    threshold_bp = Whole(low=0, high=10_000, load_default=4000)


class Reason(Shape):
    """A reason that the other side reads."""

    reason = Text(most=1000, required=True, lines=True)


class DeclineShape(Shape):
    """One of eight reasons."""

    reason = Choice(DECLINE_REASONS, required=True)


class PageQuery(Shape):
    """A page of a list."""

    cursor = Text(most=300, load_default="")


class MatchQuery(PageQuery):
    """Which matches."""

    side = Choice(("seeker", "holder"), load_default="")
    lane = Choice(("", "same", "adjacent"), load_default="")
    wish = Text(most=16, load_default="")


class DemandAnswer(Answer):
    """A demand as its readers see it."""

    number = fields.String()
    state = fields.String()
    title = fields.String()
    text = fields.String()
    language = fields.String()
    classes = fields.List(fields.String())
    modes = fields.List(fields.String())
    regions = fields.List(fields.String())
    territory = fields.String()
    low = Amount()
    high = Amount()
    stage_low = fields.Integer()
    stage_high = fields.Integer()
    deadline = fields.Date()
    confidential = fields.Boolean()
    reason = fields.String()

    class Audience:
        """The reason of a return is for the owner."""

        public = "number state title text language classes modes regions territory low high stage_low stage_high deadline"
        party = ""
        owner = "confidential reason"
        supervisor = ""


class InterestAnswer(Answer):
    """Criteria as their owner sees them."""

    state = fields.String()
    title = fields.String()
    text = fields.String()
    kind = fields.String()
    foreign = fields.Boolean()
    evidence = fields.String()
    classes = fields.List(fields.String())
    modes = fields.List(fields.String())
    regions = fields.List(fields.String())
    low = Amount()
    high = Amount()
    stage_low = fields.Integer()
    stage_high = fields.Integer()
    threshold_bp = fields.Integer()

    class Audience:
        """Nothing of an investor's criteria is public."""

        public = ""
        party = ""
        owner = "state title text kind foreign evidence classes modes regions low high stage_low stage_high threshold_bp"
        supervisor = ""


class MatchAnswer(Answer):
    """A match: the score with its parts, and which two things meet; the holder never sees the seeker's parts."""

    state = fields.String()
    score_bp = fields.Integer()
    lane = fields.String()
    listing = fields.Function(lambda match: match.listing.public_id)
    wish = fields.Function(lambda match: match.wish.public_id)
    parts = fields.List(fields.Dict())
    gaps = fields.List(fields.String())
    weights_version = fields.String()
    decline_reason = fields.String()

    class Audience:
        """The parts name the seeker's budget and stage, so they are the seeker's alone."""

        public = ""
        party = "state score_bp lane listing gaps weights_version"
        owner = "wish parts decline_reason"
        supervisor = ""
