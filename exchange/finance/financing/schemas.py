"""Shapes of cases."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Day, Fault, Flag, Rate, Shape, Text, Whole
from exchange.core.text import first_bad_character
from exchange.finance.financing.rules import OPTIONAL_PAPERS, PAPERS, PLEDGEES, ROUTES
from exchange.finance.financing.states import CaseState
from exchange.finance.loans.models import PURPOSES
from exchange.finance.loans.rules.schedule import Method


class Names(fields.Field[list[str]]):
    """Outside names of things, one or several, each once."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        given = value if isinstance(value, list) else [value]
        if not given or any(not isinstance(each, str) or not 0 < len(each) <= 40 for each in given):
            raise Fault("MISSING_FIELD")
        if any(first_bad_character(each) is not None for each in given):
            raise Fault("BAD_TEXT", position=1)
        return list(dict.fromkeys(given))


class CaseQuery(Shape):
    """Which cases, and which page of them."""

    state = Choice(["", *CaseState], load_default="")
    cursor = Text(most=300, load_default="")


class EditShape(Shape):
    """What is applied for."""

    amount = Amount(positive=True, required=True)
    term_months = Whole(low=1, high=36, required=True)
    purpose = Choice(PURPOSES, required=True)
    purpose_note = Text(most=500, load_default="", lines=True)
    patents = Names(required=True)


class RouteShape(Shape):
    """Which route, with whom."""

    route = Choice(ROUTES, required=True)
    guarantor = Text(most=16, load_default="")
    scheme = Text(most=16, load_default="")
    pledgee = Choice(["", *PLEDGEES], load_default="")


class OpenShape(EditShape, RouteShape):
    """A new application."""

    bank = Text(most=16, required=True)


class PaperShape(Shape):
    """What kind of paper is added."""

    kind = Choice([*PAPERS, *OPTIONAL_PAPERS], required=True)


class ReturnShape(Shape):
    """What must be mended; one remark a line."""

    remarks = Text(most=5_000, required=True, lines=True)


class AnswerShape(Shape):
    """The answer to one remark."""

    remark_id = Whole(low=1, required=True)
    answer = Text(most=1_000, required=True, lines=True)


class AppraisalShape(Shape):
    """The report on which the case rests."""

    appraisal = Text(most=16, required=True)


class ScorecardShape(Shape):
    """The scorecard on which a small case rests."""

    scorecard = Text(most=16, required=True)


class CreditShape(Shape):
    """The bank's terms; the rate in per cent a year."""

    principal = Amount(positive=True, required=True)
    rate = Rate(low="0", high="36", required=True)
    method = Choice(list(Method), load_default="equal_instalment")
    periods = Whole(low=1, high=360, required=True)
    first_due = Day(required=True)
    grace_days = Whole(low=0, high=30, load_default=0)
    prepayment_fee_bp = Whole(low=0, high=500, load_default=0)
    payee = Text(most=200, load_default="")
    annuity_payer = Choice(["pledgor", "pledgee"], required=True)
    invalidation_clause = Text(most=500, required=True, lines=True)


class SignShape(Shape):
    """The pack that is signed, by its digest."""

    document_sha256 = Text(most=64, required=True)
    agree = Flag(load_default=False)


class ReasonShape(Shape):
    """Why."""

    reason = Text(most=500, required=True, lines=True)


class OrderShape(Shape):
    """The number of an order."""

    order = Text(most=60, required=True)


class CaseAnswer(Answer):
    """A case as its audience sees it."""

    number = fields.String()
    state = fields.String()
    route = fields.String()
    pledgee = fields.String()
    amount = Amount()
    term_months = fields.Integer()
    purpose = fields.String()
    purpose_note = fields.String()
    submitted_on = fields.Date()
    accepted_on = fields.Date()
    closed_on = fields.Date()
    due_on = fields.Date()
    contract_sha256 = fields.String()
    frozen_order = fields.String()

    class Audience:
        """A case is known to its parties; what the money is for in detail to the applicant and the supervisors."""

        public = ""
        party = "number state route pledgee amount term_months purpose submitted_on accepted_on closed_on due_on contract_sha256 frozen_order"
        owner = "purpose_note"
        supervisor = ""
