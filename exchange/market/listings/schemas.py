"""Shapes of listings and offers: one for form and JSON, another for answers."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Choices, Day, Flag, Shape, Text, Whole
from exchange.market.deals.rules import PRICE_FORMS
from exchange.market.deals.states import Mode
from exchange.market.listings.queries.browse import SORTS
from exchange.market.listings.rules.listing import INDUSTRIES, LONGEST_TERM_DAYS, PRICE_BANDS, STAGES, SUPPORTED_PRICE_MODES
from exchange.market.listings.rules.offer import DECLINE_REASONS, DEFAULT_VALIDITY_DAYS
from exchange.market.listings.rules.regions import regions

LONG = 6000
SALES = ("transfer", "licence", "capital")
LISTED_MODES = tuple(str(mode) for mode in Mode if mode is not Mode.OPEN)
LISTED_PRICE_MODES = tuple(str(mode) for mode in SUPPORTED_PRICE_MODES)


class ListingQuery(Shape):
    """The filters of the public list."""

    q = Text(most=256, load_default="")
    sale = Choices(SALES, load_default=list)
    mode = Choices(LISTED_MODES, load_default=list)
    price_mode = Choices(LISTED_PRICE_MODES, load_default=list)
    industry = Choices(INDUSTRIES, load_default=list)
    section = Choices("ABCDEFGH", load_default=list)
    ipc = fields.List(Text(most=8), load_default=list)
    stage = Choices(STAGES, load_default=list)
    band = Choices(PRICE_BANDS, load_default=list)
    region = Choices(regions(), load_default=list)
    sort = Choice(SORTS, load_default="newest")
    cursor = Text(most=300, load_default="")


class MineQuery(Shape):
    """A page of one's own."""

    cursor = Text(most=300, load_default="")
    side = Choice(("", "made", "received"), load_default="")


class Said(Shape):
    """What a listing says; all of it may be filled in little by little."""

    mode = Choice(LISTED_MODES, load_default="transfer")
    price_mode = Choice(LISTED_PRICE_MODES, load_default="negotiated")
    price_form = Choice(PRICE_FORMS, load_default="lump_sum")
    price = Amount(positive=True, load_default=None, allow_none=True)
    on_enquiry = Flag(load_default=False)
    title_zh = Text(most=200, load_default="")
    title_en = Text(most=300, load_default="")
    summary_zh = Text(most=LONG, lines=True, load_default="")
    summary_en = Text(most=LONG, lines=True, load_default="")
    problem = Text(most=LONG, lines=True, load_default="")
    solution = Text(most=LONG, lines=True, load_default="")
    benefit = Text(most=LONG, lines=True, load_default="")
    economics = Text(most=LONG, lines=True, load_default="")
    evidence_of_use = Text(most=LONG, lines=True, load_default="")
    prior_art = Text(most=LONG, lines=True, load_default="")
    defects = Text(most=LONG, lines=True, load_default="")
    stage = Whole(low=1, high=9, load_default=None, allow_none=True)
    industry = Choice(INDUSTRIES, load_default="")
    region = Choice(regions(), load_default="")
    territories = fields.List(Choice(("CN", *regions())), load_default=list)
    fields_ = fields.List(Text(most=12), load_default=list, data_key="fields", attribute="fields")
    first_day = Day(load_default=None, allow_none=True)
    last_day = Day(load_default=None, allow_none=True)
    burdens = fields.List(Whole(low=1), load_default=list)
    declared = Flag(load_default=False)
    leak_confirmed = Flag(load_default=False)
    term_days = Whole(low=1, high=LONGEST_TERM_DAYS, load_default=180)


class NewListing(Said):
    """A new listing: what it says, and of which patents."""

    patents = fields.List(Text(most=16, required=True), required=True)


class EditedListing(Said):
    """A changed draft; patents only when they change."""

    patents = fields.List(Text(most=16, required=True))


class Reason(Shape):
    """A reason that the other side reads."""

    reason = Text(most=1000, required=True, lines=True)


class OfferShape(Shape):
    """A sum with its form, conditions, validity and, for a licence, its box."""

    amount = Amount(required=True, positive=True)
    price_form = Choice(PRICE_FORMS, load_default="lump_sum")
    conditions = Text(most=LONG, lines=True, load_default="")
    valid_days = Whole(low=0, high=999, load_default=DEFAULT_VALIDITY_DAYS)
    territories = fields.List(Choice(("CN", *regions())), load_default=list)
    fields_ = fields.List(Text(most=12), load_default=list, data_key="fields", attribute="fields")
    first_day = Day(load_default=None, allow_none=True)
    last_day = Day(load_default=None, allow_none=True)


class CounterShape(OfferShape):
    """A counter-offer names the version it answers."""

    n = Whole(low=1, high=99, required=True)


class AcceptShape(Shape):
    """An acceptance names the version it accepts."""

    n = Whole(low=1, high=99, required=True)


class DeclineShape(Shape):
    """One of eight reasons, and a note for oneself."""

    reason = Choice(DECLINE_REASONS, required=True)
    note = Text(most=1000, lines=True, load_default="")


class ListingAnswer(Answer):
    """A listing as the public, its parties and supervisors see it."""

    number = fields.String()
    state = fields.String()
    mode = fields.String()
    price_mode = fields.String()
    price_form = fields.String()
    price = fields.Function(lambda listing: None if listing.on_enquiry or not listing.price else listing.price.to_json())
    on_enquiry = fields.Boolean()
    title_zh = fields.String()
    title_en = fields.String()
    summary_zh = fields.String()
    summary_en = fields.String()
    problem = fields.String()
    solution = fields.String()
    benefit = fields.String()
    economics = fields.String()
    evidence_of_use = fields.String()
    prior_art = fields.String()
    defects = fields.String()
    stage = fields.Integer()
    industry = fields.String()
    region = fields.String()
    territories = fields.List(fields.String())
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    first_day = fields.Date()
    last_day = fields.Date()
    opened_at = fields.AwareDateTime()
    ends_on = fields.Date()
    announcement_sha256 = fields.String()
    completeness = fields.Integer(attribute="score")
    reason = fields.String()

    class Audience:
        """A draft's readers are its owner's anyway; the reason of a return is for the owner."""

        public = (
            "number state mode price_mode price_form price on_enquiry title_zh title_en summary_zh summary_en problem solution "
            "benefit economics evidence_of_use prior_art defects stage industry region territories fields_ first_day last_day "
            "opened_at ends_on announcement_sha256 completeness"
        )
        party = ""
        owner = "reason"
        supervisor = ""


class OfferAnswer(Answer):
    """An offer as its two sides see it."""

    number = fields.String()
    state = fields.String()
    turn = fields.String()
    round = fields.Integer()
    amount = Amount()
    valid_until = fields.AwareDateTime()
    listing = fields.Function(lambda offer: offer.listing.public_id)
    deal = fields.String(attribute="deal_reference")

    class Audience:
        """Nothing of an offer is public."""

        public = ""
        party = "number state turn round amount valid_until listing deal"
        owner = ""
        supervisor = ""
