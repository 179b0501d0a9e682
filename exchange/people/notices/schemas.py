"""Shapes of the inbox."""

from __future__ import annotations

from exchange.core.schemas import Answer, Shape, Text


class InboxQuery(Shape):
    """Where the page begins."""

    cursor = Text(most=300)


class NoticeAnswer(Answer):
    """A notice as JSON."""

    event = Text()
    urgency = Text()
    noun = Text()
    object_id = Text()
    number = Text()

    class Audience:
        public = "event urgency noun object_id number"
