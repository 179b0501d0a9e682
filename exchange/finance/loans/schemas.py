"""Shapes of loans: one for the form and the JSON body."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Day, Flag, Rate, Shape, Text, Whole
from exchange.finance.loans.models import CONVENTIONS, PURPOSES
from exchange.finance.loans.rules.contract import LoanInput
from exchange.finance.loans.rules.days import DayCount, DueRule
from exchange.finance.loans.rules.rates import RepriceRule
from exchange.finance.loans.rules.risk import RiskClass
from exchange.finance.loans.rules.schedule import InterestBasis, Method
from exchange.finance.loans.states import LoanStage

RECEIVED = ("due", "reduce_number", "reduce_instalment", "pay_off")


class LoanQuery(Shape):
    """Which loans, and which page of them."""

    state = Choice(["", *LoanStage], load_default="")
    risk_class = Choice(["", *RiskClass], load_default="")
    cursor = Text(most=300, load_default="")


class TermsShape(Shape):
    """The terms of a loan."""

    principal = Amount(required=True, positive=True)
    rate = Rate(low="0", high="36", required=True)
    periods = Whole(low=1, high=360, required=True)
    first_due = Day(required=True)
    method = Choice(list(Method), load_default="equal_instalment")
    due_rule = Choice(list(DueRule), load_default="same_day")
    due_day = Whole(low=1, high=31, load_default=None)
    day_count = Choice(list(DayCount), load_default="ACT/360")
    business_day_rule = Choice(CONVENTIONS, load_default="following")
    interest_basis = Choice(list(InterestBasis), load_default="actual")
    principal_grace = Whole(low=0, high=359, load_default=0)
    custom_rows = fields.List(Amount(positive=True), load_default=list)
    rate_kind = Choice(("fixed", "lpr"), load_default="fixed")
    lpr_tenor = Choice(("1Y", "5Y"), load_default="1Y")
    spread_bp = Whole(low=-500, high=2000, load_default=0)
    reprice_rule = Choice(list(RepriceRule), load_default="never")
    penalty_multiplier = Rate(low="1", high="3", load_default=Decimal("1.5"))
    misuse_multiplier = Rate(low="1", high="3", load_default=Decimal("2.0"))
    compound = Flag(load_default=False)
    grace_days = Whole(low=0, high=30, load_default=0)
    prepayment_fee_bp = Whole(low=0, high=500, load_default=0)


class DraftShape(TermsShape):
    """A new loan on a pledge."""

    pledge = Text(most=16, required=True)
    purpose = Choice(PURPOSES, required=True)
    purpose_note = Text(most=500, load_default="")
    payee = Text(most=200, load_default="")
    tranches = Flag(load_default=False)


def read_terms(data: Mapping[str, Any]) -> LoanInput:
    """The terms behind what a shape has read."""
    given = {name: value for name, value in data.items() if name not in ("pledge", "start")}
    given["custom_rows"] = tuple(row.minor for row in given["custom_rows"])
    return LoanInput(**given)


class ReasonShape(Shape):
    """An act that wants a reason."""

    reason = Text(most=500, required=True, lines=True)


class NoteShape(Shape):
    """An act that may carry a note."""

    note = Text(most=500, load_default="", lines=True)


class SignShape(Shape):
    """The version of the contract that is signed."""

    document_sha256 = Text(most=64, required=True)


class DisburseShape(Shape):
    """What is paid out to whom."""

    amount = Amount(positive=True, load_default=None)
    payee = Text(most=200, load_default="")
    deducted = Amount(load_default=None)
    recognise = Flag(load_default=False)


class DrawShape(Shape):
    """A further tranche."""

    amount = Amount(positive=True, required=True)
    payee = Text(most=200, load_default="")


class CauseShape(Shape):
    """Why a loan is put on watch."""

    cause = Text(most=200, required=True)


class ClauseShape(Shape):
    """The acceleration clause that default rests on."""

    clause = Text(most=500, load_default="", lines=True)


class RestructureShape(Shape):
    """What changes in the terms."""

    rate = Rate(low="0", high="36", required=True)
    periods = Whole(low=1, high=360, required=True)
    first_due = Day(required=True)
    method = Choice(list(Method), required=True)
    reason = Text(most=500, required=True, lines=True)


class WriteOffShape(Shape):
    """Why the loan is taken off the balance."""

    reason = Text(most=500, required=True, lines=True)
    exhausted = Flag(load_default=False)


class RepayShape(Shape):
    """A payment as the bank's statement shows it."""

    amount = Amount(positive=True, required=True)
    value_on = Day(required=True)
    bank_reference = Text(most=60, required=True)
    purpose = Choice(RECEIVED, load_default="due")


class RecoverShape(Shape):
    """Money that came after the write-off."""

    amount = Amount(positive=True, required=True)
    value_on = Day(required=True)
    reference = Text(most=60, required=True)


class RefundShape(Shape):
    """Suspense paid back."""

    amount = Amount(positive=True, required=True)


class ChargeShape(Shape):
    """A fee or cost."""

    amount = Amount(positive=True, required=True)
    memo = Text(most=200, required=True)
    cost = Flag(load_default=False)


class DayQuery(Shape):
    """A day."""

    on = Day(load_default=None)


class QuoteShape(TermsShape):
    """Terms to be scheduled without keeping anything."""

    start = Day(load_default=None)


class LoanAnswer(Answer):
    """A loan as its parties see it."""

    number = fields.String()
    state = fields.String()
    principal = Amount()
    outstanding = Amount()
    arrears = Amount()
    drawn = Amount()
    rate = fields.Decimal(as_string=True)
    method = fields.String()
    periods = fields.Integer()
    first_due = fields.Date()
    maturity = fields.Date()
    day_count = fields.String()
    purpose = fields.String()
    next_due_on = fields.Date()
    next_due = Amount()
    overdue_since = fields.Date()
    disbursed_on = fields.Date()
    risk_class = fields.String()
    stage = fields.Integer()
    nonaccrual = fields.Boolean()
    held_by_order = fields.String()

    class Audience:
        """Class and stage are the lender's own judgement."""

        public = ""
        party = (
            "number state principal outstanding arrears drawn rate method periods first_due maturity day_count purpose "
            "next_due_on next_due overdue_since disbursed_on"
        )
        owner = "risk_class stage nonaccrual held_by_order"
        supervisor = ""


class PaymentAnswer(Answer):
    """A payment as the parties of its loan see it."""

    value_on = fields.Date()
    amount = Amount()
    purpose = fields.String()
    bank_reference = fields.String()
    reversed_at = fields.AwareDateTime()

    class Audience:
        """A payment is known to the parties of its loan."""

        public = ""
        party = "value_on amount purpose bank_reference reversed_at"
        owner = ""
        supervisor = ""
