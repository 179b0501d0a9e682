"""Shapes of figures and snapshots."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Answer, Choice, Day, Shape, Text
from exchange.oversight.statistics.rules import DEFINITIONS, DIMENSIONS, FLOORS


class FigureQuery(Shape):
    """Which figure: indicator, day, floor of proof, dimension, filters."""

    indicator = Choice(DEFINITIONS, load_default="conversion_any")
    on = Day()
    floor = Choice(FLOORS, load_default="C")
    by = Choice(DIMENSIONS, load_default="holder_kind")
    holder_kind = Text(most=30, load_default="")
    type = Text(most=20, load_default="")
    section = Text(most=1, load_default="")
    district = Text(most=40, load_default="")
    only = Choice(("", "converted", "open"), load_default="")  # type: ignore[assignment]  # the word of the URL; the schema's own is set on the instance


class SnapshotShape(Shape):
    """A figure to be frozen."""

    definition = Choice(DEFINITIONS, required=True)
    as_of = Day(required=True)
    floor = Choice(FLOORS, load_default="C")


class ReasonShape(Shape):
    """Why."""

    reason = Text(required=True, most=500, lines=True)


class SnapshotAnswer(Answer):
    """A snapshot as JSON."""

    number = Text()
    definition = Text()
    definition_sha256 = Text()
    floor = Text()
    as_of = Day()
    known_at = fields.AwareDateTime()
    total = fields.Integer()
    converted = fields.Integer()
    list_sha256 = Text()
    state = Text()
    reason = Text()

    class Audience:
        public = "number definition definition_sha256 floor as_of known_at total converted list_sha256 state reason"
