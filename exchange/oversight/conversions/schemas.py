"""Shapes of evidence."""

from __future__ import annotations

from exchange.core.schemas import Amount, Answer, Choice, Day, Flag, Shape, Text
from exchange.oversight.conversions.rules import PROOFS, REASONS, ROUTES
from exchange.oversight.conversions.states import EvidenceState


class EvidenceFilter(Shape):
    """Which evidence to list."""

    state = Choice(EvidenceState)
    route = Choice(ROUTES)
    cursor = Text(most=300)


class DraftShape(Shape):
    """A declared use with its first proof."""

    patent = Text(required=True, most=16)
    route = Choice(ROUTES, required=True)
    valid_from = Day(required=True)
    valid_to = Day()
    amount = Amount()
    counterparty = Text(most=200, load_default="")
    product = Text(most=200, load_default="")
    territory = Text(most=100, load_default="")
    statement = Text(most=4000, lines=True, load_default="")
    kind = Choice(PROOFS, required=True)
    issued_on = Day(required=True)
    issuer = Text(most=200, load_default="")
    reference = Text(most=100, load_default="")


class ProofShape(Shape):
    """One more proof."""

    kind = Choice(PROOFS, required=True)
    issued_on = Day(required=True)
    issuer = Text(most=200, load_default="")
    reference = Text(most=100, load_default="")


class AcceptShape(Shape):
    """The reviewer's two ticks and his reason for the grade."""

    files_opened = Flag(required=True)
    no_conflict = Flag(required=True)
    reason = Text(required=True, most=500, lines=True)


class RefuseShape(Shape):
    """A reason from the list and in words."""

    reason_code = Choice(REASONS, required=True)
    reason = Text(required=True, most=500, lines=True)


class ReasonShape(Shape):
    """Why."""

    reason = Text(required=True, most=500, lines=True)


class CorrectShape(Shape):
    """The corrected period and statement."""

    valid_from = Day(required=True)
    valid_to = Day()
    statement = Text(required=True, most=4000, lines=True)


class CheckShape(Shape):
    """A second look."""

    agrees = Flag(load_default=False)
    note_text = Text(most=500, lines=True, load_default="")


class EvidenceAnswer(Answer):
    """Evidence as JSON."""

    number = Text()
    route = Text()
    valid_from = Day()
    valid_to = Day()
    grade = Text()
    state = Text()
    counterparty = Text()
    product = Text()
    statement = Text()
    amount = Amount()
    reason_code = Text()
    reason = Text()
    due_on = Day()

    class Audience:
        public = ""
        party = "number route valid_from valid_to grade state"
        owner = "counterparty product statement amount reason_code reason due_on"
        supervisor = ""
