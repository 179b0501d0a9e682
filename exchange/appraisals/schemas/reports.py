"""Shapes of forms and JSON of appraisals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load

from exchange.core.schemas import Amount, Answer, Choice, Day, Entries, Flag, Percent, Shape, Text, Whole

from ..rules.vocabulary import CHECKLIST, DOCUMENT_KINDS, NOT_USED, PURPOSES, SEVERITIES, SOURCES, VALUE_TYPES
from ..states import AppraisalState, ReviewState


class Row(Shape):
    """A row of a table in a form: an empty cell is a missing one."""

    @pre_load
    def leave_blanks_out(self, data: Any, **_kwargs: Any) -> Any:
        """A form sends every cell of every row."""
        return {name: value for name, value in data.items() if value != ""} if isinstance(data, Mapping) else data


class ListFilter(Shape):
    """Filters of the list, all in the URL."""

    state = Choice(["", *AppraisalState], load_default="")
    purpose = Choice(["", *PURPOSES], load_default="")
    side = Choice(["", "client", "institution"], load_default="")
    cursor = Text(most=400, load_default="")


class CommissionShape(Shape):
    """What a client says when it commissions a report."""

    patents = fields.List(Text(most=16), required=True)
    institution = Text(required=True, most=16)
    purpose = Choice(PURPOSES, required=True)
    document_kind = Choice(DOCUMENT_KINDS, load_default="analysis")
    value_type = Choice(VALUE_TYPES, load_default="market_value")
    valuation_date = Day(required=True)
    requested = Amount(allow_none=True, load_default=None)
    requested_term_months = Whole(low=1, high=240, allow_none=True, load_default=None)
    holder_consent = Text(most=200, load_default="")
    supersedes = Text(most=16, load_default="")
    disclose_value = Flag(load_default=False)


class AcceptShape(Shape):
    """Team, declaration and contract."""

    second = Text(required=True, most=16)
    reviewer = Text(required=True, most=16)
    contract_reference = Text(required=True, most=120)
    fee = Amount(allow_none=True, load_default=None)
    lead_certificate = Text(most=40, load_default="")
    second_certificate = Text(most=40, load_default="")
    declared = Flag(load_default=False)


class ReasonShape(Shape):
    """A reason."""

    reason = Text(required=True, most=500, lines=True)


class PlaceShape(Shape):
    """A remark with its place."""

    place = Text(required=True, most=120)
    text = Text(required=True, most=2000, lines=True)


class RespondShape(Shape):
    """The answer to a challenge."""

    answer = Text(required=True, most=2000, lines=True)
    second = Text(most=16, load_default="")
    reviewer = Text(most=16, load_default="")


class ShareShape(Shape):
    """A reader and the day its access ends."""

    organisation = Text(required=True, most=16)
    purpose = Text(most=200, load_default="")
    until = Day(allow_none=True, load_default=None)


class UnshareShape(Shape):
    """The reader whose access ends."""

    organisation = Text(required=True, most=16)


class AssumptionRow(Row):
    """One row of the table of assumptions, as typed."""

    name = Text(required=True, most=40)
    position = Whole(low=0, high=9999, load_default=0)
    patent_id = Whole(low=0, load_default=0)
    value = Text(most=40, load_default="")
    low = Text(most=40, load_default="")
    high = Text(most=40, load_default="")
    source_kind = Choice(["", *SOURCES], load_default="")
    source_ref = Text(most=300, load_default="")
    source_file = Text(most=16, load_default="")
    as_of = Day(allow_none=True, load_default=None)
    note = Text(most=2000, lines=True, load_default="")


class AssumptionsShape(Shape):
    """The whole table of assumptions."""

    rows = fields.List(fields.Nested(AssumptionRow), load_default=list)
    plan = Text(most=4000, lines=True, load_default="")
    plan_name = Choice(["", "revenue", "history", "earnings", "charges"], load_default="")


class VerifyShape(Shape):
    """The rows that the second appraiser confirms."""

    slots = fields.List(Text(most=80), required=True)


class MethodRow(Row):
    """What is decided about one method."""

    name = Text(required=True, most=40)
    used = Flag(load_default=False)
    weight = Percent(allow_none=True, load_default=None)
    reason_code = Choice(["", *NOT_USED], load_default="")
    reason = Text(most=2000, lines=True, load_default="")


class MethodsShape(Shape):
    """All methods, and how the value falls on the patents."""

    choices = fields.List(fields.Nested(MethodRow), load_default=list)
    shares = Entries(keys=Text(most=80), values=Percent(), load_default=dict)


class NoteRow(Row):
    """One finding or statement."""

    topic = Text(required=True, most=40)
    patent_id = Whole(low=0, load_default=0)
    text = Text(most=4000, lines=True, load_default="")
    source_ref = Text(most=300, load_default="")


class NotesShape(Shape):
    """Survey, inspection and statements."""

    rows = fields.List(fields.Nested(NoteRow), load_default=list)


class CalculateShape(Shape):
    """Which calculation is to be kept."""

    mode = Choice(["standard", "report"], load_default="standard")
    change_note = Text(most=500, load_default="")


class VersionsQuery(Shape):
    """Which two versions are compared."""

    before = Whole(low=1, allow_none=True, load_default=None)
    after = Whole(low=1, allow_none=True, load_default=None)


class ReturnShape(Shape):
    """Remarks of the internal review."""

    remarks = fields.List(fields.Nested(PlaceShape), required=True)


class RemarkShape(Shape):
    """The answer to a remark."""

    remark = Whole(low=1, required=True)
    answer = Text(required=True, most=2000, lines=True)


class RemarkCloseShape(Shape):
    """The remark that is done."""

    remark = Whole(low=1, required=True)


class SignShape(Shape):
    """The confirmation of exactly one file."""

    draft_sha256 = Text(required=True, most=64)
    confirmed = Flag(load_default=False)


class LanguageQuery(Shape):
    """The edition that is wanted."""

    language = Choice(["zh", "en"], load_default="zh")


class QueryShape(Shape):
    """A question on a page of the reviewed file."""

    page = Whole(low=1, high=10_000, required=True)
    section = Text(most=120, load_default="")
    quote = Text(most=500, load_default="")
    text = Text(required=True, most=2000, lines=True)
    severity = Choice(SEVERITIES, load_default="normal")


class AnswerShape(Shape):
    """The answer to one question."""

    number = Whole(low=1, required=True)
    answer = Text(required=True, most=2000, lines=True)


class CloseShape(Shape):
    """The question that is closed, or asked again with a new text."""

    number = Whole(low=1, required=True)
    text = Text(most=2000, lines=True, load_default="")


class OwnValueShape(Shape):
    """The reader's own figure with its reason."""

    own_value = Amount(required=True)
    own_reason = Text(required=True, most=2000, lines=True)


class ChecklistShape(Shape):
    """Answers to the lines of the checklist."""

    checklist = Entries(keys=Choice(CHECKLIST), values=Choice(["yes", "no", "na"]), load_default=dict)


class DecisionShape(Shape):
    """Acceptance with a haircut."""

    haircut = Percent(required=True)
    reason = Text(most=500, lines=True, load_default="")


class PageQuery(Shape):
    """The page that is looked at."""

    page = Whole(low=1, high=10_000, load_default=1)


class QuickQuery(Shape):
    """The five inputs of a first estimate; nothing is kept."""

    kind = Choice(["invention", "utility_model", "design"], load_default="invention")
    filed = Day(allow_none=True, load_default=None)
    sales = Text(most=40, load_default="")
    growth = Text(most=20, load_default="")
    royalty = Text(most=20, load_default="")


class AppraisalAnswer(Answer):
    """A report for the API; the value only for its parties and after issue."""

    number = Text()
    state = Text()
    document_kind = Text()
    purpose = Text()
    value_type = Text()
    valuation_date = Day()
    due_on = Day()
    report_date = Day()
    valid_through = Day()
    verification_code = Text()
    revaluation_reason = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = ("number state document_kind purpose value_type valuation_date due_on report_date valid_through verification_code"
                 " revaluation_reason")
        owner = party
        supervisor = party


class VersionAnswer(Answer):
    """A kept calculation."""

    number = Whole()
    mode = Text()
    request_sha256 = Text()
    result_sha256 = Text()
    seed = Whole()
    change_note = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = "number mode request_sha256 result_sha256 seed change_note"
        owner = party
        supervisor = party


class Questions(fields.List[dict[str, Any]]):
    """Questions on pages of the file, with what was answered."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[dict[str, Any]]:
        asked = ("number", "page", "section", "quote", "text", "severity", "answer")
        return [{**{name: getattr(row, name) for name in asked}, "closed": row.closed_at is not None} for row in value]


class ReviewAnswer(Answer):
    """A review for the API; own value and haircut only for the reviewing side."""

    state = Choice(ReviewState)
    pdf_sha256 = Text()
    own_value = Amount()
    haircut_bp = Whole()
    due_on = Day()
    checklist = fields.Dict()
    queries = Questions(fields.Dict())

    class Audience:
        """Who sees which field."""

        public = ""
        party = "state pdf_sha256 due_on queries"
        owner = "state pdf_sha256 own_value haircut_bp due_on checklist queries"
        supervisor = owner
