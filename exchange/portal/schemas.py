"""Shapes of the portal's forms and queries."""

from __future__ import annotations

from exchange.core.schemas import Answer, Shape, Text


class SearchQuery(Shape):
    """The one search box."""

    q = Text(most=256)


class StatusQuery(Shape):
    """A number whose progress is asked."""

    number = Text(most=60)


class RejectShape(Shape):
    """The reason for which a proposal is turned down."""

    reason = Text(required=True, most=500, lines=True)


class ApprovalAnswer(Answer):
    """A proposal as JSON."""

    subject_noun = Text()
    subject_id = Text()
    verb = Text()
    decision = Text()
    reason = Text()

    class Audience:
        public = "subject_noun subject_id verb decision reason"
