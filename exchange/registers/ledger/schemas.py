"""Shapes of the ledger: what may be asked, and how books look outside."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Answer, Day, Shape, Text


class DayQuery(Shape):
    """A day up to which journals count."""

    on = Day(load_default=None)


class JournalQuery(Shape):
    """Which journals of a book, and which page of them."""

    subject = Text(most=60, load_default="")
    cursor = Text(most=300, load_default="")


class StatementQuery(Shape):
    """Which account, from which day to which."""

    code = Text(most=40, required=True)
    subject = Text(most=60, load_default="")
    since = Day(load_default=None)
    until = Day(load_default=None)


class ClosePeriodShape(Shape):
    """The last day of the period to be closed."""

    through = Day(required=True)


class BookAnswer(Answer):
    """A book as its organisation and the supervisors see it."""

    kind = fields.String()
    currency = fields.String()
    closed_through = fields.Date()

    class Audience:
        """A book is its organisation's own."""

        public = ""
        party = ""
        owner = "kind currency closed_through"
        supervisor = ""
