"""Shapes of pledges and disposals."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from exchange.core.errors import Invalid
from exchange.core.schemas import Amount, Answer, Choice, Choices, Day, Flag, Shape, Text, Whole
from exchange.finance.pledges.models import CHANNELS, KINDS, MODES, SECURES, SIDES
from exchange.finance.pledges.states import PledgeState
from exchange.registers.patents.states import Use

USES = tuple(use for use in Use if use not in (Use.PLEDGE, Use.LISTING))


class PledgeQuery(Shape):
    """Which pledges, and which page of them."""

    state = Choice(["", *PledgeState], load_default="")
    cursor = Text(most=300, load_default="")


class CheckShape(Shape):
    """Patents to be checked for a pledge; nothing is kept."""

    patents = fields.List(Text(most=40), required=True)
    debt_to = Day(required=True)


class ItemShape(Shape):
    """A patent with the value that was accepted and its cap."""

    patent = Text(most=40, required=True)
    accepted = Amount(positive=True, required=True)
    ltv_cap_bp = Whole(low=0, high=5000, load_default=2500)
    appraisal = Text(most=40, load_default="")


class TermsShape(Shape):
    """What a new pledge secures."""

    pledgor = Text(most=16, required=True)
    secures = Choice(SECURES, load_default="loan")
    kind = Choice(KINDS, load_default="single")
    secured = Amount(positive=True, required=True)
    cap = Amount(positive=True, load_default=None)
    determination_on = Day(load_default=None)
    debt_from = Day(required=True)
    debt_to = Day(required=True)
    secured_scope = Text(most=200, load_default="")
    annuity_payer = Choice(SIDES, load_default="pledgor")
    invalidation_clause = Text(most=500, load_default="", lines=True)
    channel = Choice(CHANNELS, load_default="online")


class DraftShape(TermsShape):
    """A new pledge with its items."""

    items = fields.List(fields.Nested(ItemShape), required=True)


class DraftFormShape(TermsShape):
    """A new pledge as the form sends it: up to three items in flat fields."""

    patent_1 = Text(most=40, required=True)
    accepted_1 = Amount(positive=True, required=True)
    cap_1 = Whole(low=0, high=5000, load_default=2500)
    appraisal_1 = Text(most=40, load_default="")
    patent_2 = Text(most=40, load_default="")
    accepted_2 = Amount(positive=True, load_default=None)
    cap_2 = Whole(low=0, high=5000, load_default=2500)
    appraisal_2 = Text(most=40, load_default="")
    patent_3 = Text(most=40, load_default="")
    accepted_3 = Amount(positive=True, load_default=None)
    cap_3 = Whole(low=0, high=5000, load_default=2500)
    appraisal_3 = Text(most=40, load_default="")


FORM_ITEMS = ("1", "2", "3")


def read_items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that the form's flat fields name; a patent without a value is refused."""
    items = []
    for n in FORM_ITEMS:
        item = {name: data.pop(f"{source}_{n}") for name, source in ITEM_FIELDS.items()}
        if item["patent"] and item["accepted"] is None:
            raise Invalid("MISSING_FIELD", field=f"accepted_{n}")
        if item["patent"]:
            items.append(item)
    return items


ITEM_FIELDS = {"patent": "patent", "accepted": "accepted", "ltv_cap_bp": "cap", "appraisal": "appraisal"}


class SignShape(Shape):
    """The version of the contract that is signed, and that it hands no patent over."""

    document_sha256 = Text(most=64, required=True)
    no_forfeiture = Flag(load_default=False)


class ConfirmFilingShape(Shape):
    """The warnings that the pledgor knows."""

    acknowledged = Choices(("PLEDGE_TWIN_UNCONFIRMED", "PLEDGE_INVALIDITY_UNCONFIRMED"), load_default=list)


class FileShape(ConfirmFilingShape):
    """How the filing is made, and the warnings that the pledgee knows."""

    channel = Choice(CHANNELS, load_default=None)


class CorrectShape(Shape):
    """What the registry asks to be corrected."""

    notice_sha256 = Text(most=64, required=True)
    text = Text(most=500, load_default="", lines=True)


class RegisterShape(Shape):
    """The registry's notice."""

    notice_no = Text(most=60, required=True)
    registered_on = Day(required=True)


class RefuseShape(Shape):
    """The registry's refusal."""

    ground = Whole(low=1, high=12, required=True)
    text = Text(most=500, load_default="", lines=True)


class ChangeShape(Shape):
    """A registered change."""

    kind = Choice(("amount", "term", "scope", "name", "item_removed"), required=True)
    notice_no = Text(most=60, required=True)
    effective_on = Day(required=True)
    secured = Amount(positive=True, load_default=None)
    debt_to = Day(load_default=None)
    secured_scope = Text(most=200, load_default="")
    patent = Text(most=16, load_default="")


class ConsentShape(Shape):
    """What the pledgee consents to."""

    patent = Text(most=16, required=True)
    uses = Choices(USES, required=True)
    valid_until = Day(required=True)
    floor = Amount(positive=True, load_default=None)
    proceeds = Choice(("prepay", "deposit"), load_default="prepay")
    terms = Text(most=500, load_default="", lines=True)


class WithdrawShape(Shape):
    """Which consent is withdrawn, or why the release is."""

    consent = Text(most=16, load_default="")
    reason = Text(most=500, required=True, lines=True)


class ReleaseShape(Shape):
    """A release, or the waiver that allows it while something is owed."""

    waiver_reason = Text(most=500, load_default="", lines=True)


class ConfirmShape(Shape):
    """The registry's cancellation."""

    notice_no = Text(most=60, required=True)
    released_on = Day(required=True)


class ReasonShape(Shape):
    """An act that wants a reason."""

    reason = Text(most=500, required=True, lines=True)


class RevokeShape(Shape):
    """The registry's decision that the pledge is void."""

    decision_no = Text(most=60, required=True)
    decided_on = Day(required=True)


class PayoffShape(Shape):
    """What frees the patents, as of a day, valid until a day."""

    amount = Amount(required=True)
    as_of = Day(required=True)
    valid_until = Day(required=True)


class ProposeShape(Shape):
    """How pledged rights are to be realised."""

    mode = Choice(MODES, required=True)
    reserve = Amount(positive=True, required=True)
    agreed_low = Flag(load_default=False)
    reason = Text(most=500, load_default="", lines=True)


class ListShape(Shape):
    """Where the rights are offered."""

    listing_reference = Text(most=60, required=True)
    reserve = Amount(positive=True, load_default=None)


class RecordShape(Shape):
    """A sale by the court."""

    price = Amount(positive=True, required=True)
    costs = Amount(required=True)
    judgment_no = Text(most=60, required=True)


class PledgeAnswer(Answer):
    """A pledge as its parties see it."""

    number = fields.String()
    state = fields.String()
    secures = fields.String()
    kind = fields.String()
    secured = Amount()
    secured_debt = Amount()
    cap = Amount()
    debt_from = fields.Date()
    debt_to = fields.Date()
    secured_scope = fields.String()
    annuity_payer = fields.String()
    channel = fields.String()
    filed_on = fields.Date()
    due_on = fields.Date()
    notice_no = fields.String()
    registered_on = fields.Date()
    released_on = fields.Date()
    refusal_ground = fields.Integer()
    held_by_order = fields.String()

    class Audience:
        """A pledge is known to its two sides and to the supervisors."""

        public = ""
        party = (
            "number state secures kind secured secured_debt cap debt_from debt_to secured_scope annuity_payer channel "
            "filed_on due_on notice_no registered_on released_on refusal_ground held_by_order"
        )
        owner = ""
        supervisor = ""


class DisposalAnswer(Answer):
    """A disposal as the sides of its pledge see it."""

    state = fields.String()
    mode = fields.String()
    reserve = Amount()
    value = Amount()
    price = Amount()
    costs = Amount()
    round_no = fields.Integer()
    listing_reference = fields.String()

    class Audience:
        """The reserve is the pledgee's."""

        public = ""
        party = "state mode value price costs round_no listing_reference"
        owner = "reserve"
        supervisor = ""
