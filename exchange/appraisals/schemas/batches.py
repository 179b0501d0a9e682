"""Shapes of batches: taking in, common and own assumptions, which rows are shown."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Answer, Choice, Day, Entries, Flag, Shape, Text, Whole

from ..rules.batch_fields import FIELDS, SETTINGS
from .reports import Row


class BatchFilter(Shape):
    """The page of the list."""

    cursor = Text(most=400, load_default="")


class UploadBatchShape(Shape):
    """What is valued and under which common assumptions; the file comes beside."""

    title = Text(most=120, load_default="")
    valuation_date = Day(required=True)
    patents = fields.List(Text(most=60), load_default=list)
    settings = Entries(keys=Choice(SETTINGS), values=Text(most=40), load_default=dict)
    source = Text(required=True, most=300)
    description = Text(most=1000, lines=True, load_default="")


class OwnRow(Row):
    """The own assumptions of one row as typed; a blank leaves the cell as it is."""

    number = Whole(low=1, high=10_000, required=True)
    revenue = Text(most=40, load_default="")
    growth = Text(most=40, load_default="")
    royalty_rate = Text(most=40, load_default="")
    discount_rate = Text(most=40, load_default="")
    source = Text(most=300, load_default="")


class OwnCells(Shape):
    """The own assumptions of one row for the API: any column of the template."""

    number = Whole(low=1, high=10_000, required=True)
    cells = Entries(keys=Choice([*FIELDS, "source"]), values=Text(most=300), required=True)


class AmendBatchShape(Shape):
    """Changed common and own assumptions."""

    settings = Entries(keys=Choice(SETTINGS), values=Text(most=40), load_default=dict)
    rows = fields.List(fields.Nested(OwnRow), load_default=list)
    source = Text(most=300, load_default="")
    description = Text(most=1000, lines=True, load_default="")


class AmendBatchBody(Shape):
    """Changed assumptions as JSON."""

    settings = Entries(keys=Choice(SETTINGS), values=Text(most=40), load_default=dict)
    rows = fields.List(fields.Nested(OwnCells), load_default=list)
    source = Text(most=300, load_default="")
    description = Text(most=1000, lines=True, load_default="")


class UploadBatchBody(Shape):
    """A batch as JSON: rows of cells as they would stand in the file."""

    title = Text(most=120, load_default="")
    valuation_date = Day(required=True)
    rows = fields.List(Entries(keys=Text(most=40), values=Text(most=300)), required=True)
    settings = Entries(keys=Choice(SETTINGS), values=Text(most=40), load_default=dict)
    source = Text(required=True, most=300)
    description = Text(most=1000, lines=True, load_default="")


class QueueShape(Shape):
    """Whether only the good rows are computed."""

    good_only = Flag(load_default=False)


class RowsQuery(Shape):
    """Which rows, in which order."""

    order = Choice(["number", "value"], load_default="number")
    show = Choice(["", "faults"], load_default="")
    cursor = Text(most=400, load_default="")


class BatchAnswer(Answer):
    """A batch for the API."""

    number = Text()
    title = Text()
    state = Text()
    origin = Text()
    valuation_date = Day()
    settings = fields.Dict()
    source = Text()
    rows_total = Whole()
    rows_good = Whole()
    rows_done = Whole()
    run_no = Whole()
    failure = Text()
    report_sha256 = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = ""
        owner = "number title state origin valuation_date settings source rows_total rows_good rows_done run_no failure report_sha256"
        supervisor = owner
