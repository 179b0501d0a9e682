"""Shapes of the programme."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Answer, Choice, Day, Flag, Percent, Rate, Shape, Text, Whole
from exchange.oversight.programme.rules import COMPARATORS, KINDS, PERIODS, ROLES, SECTIONS, UNITS
from exchange.oversight.programme.states import Status
from exchange.oversight.statistics.rules import DEFINITIONS


class ProgrammeFilter(Shape):
    """Which measures, on which day, in which order."""

    on = Day()
    department = Text(most=10, load_default="")
    district = Text(most=40, load_default="")
    section = Whole(low=1, high=10)
    status = Choice(("", *Status), load_default="")
    kind = Choice(("", *KINDS), load_default="")
    view = Choice(("plan", "due"), load_default="plan")


class DayQuery(Shape):
    """On which day."""

    on = Day()


class TargetQuery(Shape):
    """The targets of which indicator."""

    indicator = Choice(("", *DEFINITIONS), load_default="")


class MeasureShape(Shape):
    """A new measure."""

    code = Text(required=True, most=12)
    section = Choice([str(section) for section in SECTIONS], required=True)
    kind = Choice(KINDS, required=True)
    text_zh = Text(required=True, most=1000, lines=True)
    text_en = Text(required=True, most=1000, lines=True)
    begins_on = Day(required=True)
    due_on = Day()
    unit = Choice(UNITS, load_default="")
    comparator = Choice(("", *COMPARATORS), load_default="")
    threshold = Rate(low="-1000000000000", high="1000000000000")
    baseline = Rate(low="-1000000000000", high="1000000000000")
    period = Choice(PERIODS, load_default="once")


class AssignShape(Shape):
    """A department's role."""

    department = Text(required=True, most=10)
    role = Choice(ROLES, required=True)


class CommentShape(Shape):
    """A remark."""

    text = Text(required=True, most=1000, lines=True)


class UpdateShape(Shape):
    """Progress: a value on a day, or that the measure is done, with its proof."""

    happened_on = Day(required=True)
    value = Rate(low="-1000000000000", high="1000000000000")
    done = Flag(load_default=False)
    district = Text(most=40, load_default="")
    text = Text(most=2000, lines=True, load_default="")
    reference = Text(most=200, load_default="")
    public = Flag(load_default=False)


class TargetShape(Shape):
    """A new target: shares as percentages."""

    indicator = Choice(DEFINITIONS, required=True)
    value = Percent(required=True)
    baseline = Percent()
    begins_on = Day(required=True)
    due_on = Day(required=True)
    measure = Text(most=12, load_default="")
    decree = Text(most=200, load_default="")


class ReasonShape(Shape):
    """Why."""

    reason = Text(required=True, most=500, lines=True)


class UpdateAnswer(Answer):
    """An update as JSON; who recorded it stays inside."""

    number = Text()
    measure = fields.Function(lambda update: update.measure.code)
    district = Text()
    happened_on = Day()
    value = Text()
    done = Flag()
    text = Text()
    reference = Text()
    sha256 = Text()
    state = Text()

    class Audience:
        public = "number measure district happened_on value done state"
        supervisor = "text reference sha256"


class TargetAnswer(Answer):
    """A target as JSON."""

    number = Text()
    indicator = Text()
    definition_version = fields.Integer()
    definition_sha256 = Text()
    scope = Text()
    baseline = Text()
    value = Text()
    begins_on = Day()
    due_on = Day()
    decree = Text()
    state = Text()
    reason = Text()

    class Audience:
        public = "number indicator definition_version definition_sha256 scope baseline value begins_on due_on decree state reason"
