"""Shapes of scorecards: commission, marks, signatures, own values, and editions of the weights."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Day, Entries, Flag, Percent, Rate, Shape, Text, Whole

from ..rules.scorecard_words import EVIDENCE, SCHEMES
from ..states import ScorecardState
from .reports import Row


class ScorecardFilter(Shape):
    """Filters of the list, all in the URL."""

    state = Choice(["", *ScorecardState], load_default="")
    cursor = Text(most=400, load_default="")


class CommissionScorecardShape(Shape):
    """What a client says when it has patents scored."""

    patents = fields.List(Text(most=16), required=True)
    scorer = Text(required=True, most=16)
    requested = Amount(required=True, positive=True)
    term_months = Whole(low=1, high=36, required=True)
    scheme = Choice(SCHEMES, load_default="pvd")
    holder_consent = Text(most=200, load_default="")


class MarkRow(Row):
    """One indicator of one patent as typed."""

    patent_id = Whole(low=1, required=True)
    indicator = Text(required=True, most=40)
    score = Text(most=10, load_default="")
    evidence_kind = Choice(["", *EVIDENCE], load_default="")
    evidence_ref = Text(most=300, load_default="")
    as_of = Day(allow_none=True, load_default=None)


class MarksShape(Shape):
    """The marks of a patent, or of several."""

    rows = fields.List(fields.Nested(MarkRow), required=True)


class MarkAnswer(Row):
    """One indicator for the API, by the patent's public name."""

    patent = Text(required=True, most=16)
    indicator = Text(required=True, most=40)
    score = Text(most=10, load_default="")
    evidence_kind = Choice(["", *EVIDENCE], load_default="")
    evidence_ref = Text(most=300, load_default="")
    as_of = Day(allow_none=True, load_default=None)


class MarksBody(Shape):
    """The marks as JSON."""

    rows = fields.List(fields.Nested(MarkAnswer), required=True)


class ConfirmScorecardShape(Shape):
    """The confirmation of exactly one result."""

    result_sha256 = Text(required=True, most=64)
    confirmed = Flag(load_default=False)


class OwnValuesShape(Shape):
    """The own value of each patent, by the patent's public name, with how it was reached."""

    values = Entries(keys=Text(most=16), values=Amount(), required=True)
    own_reason = Text(required=True, most=2000, lines=True)


class RelyShape(Shape):
    """Reliance with a haircut."""

    haircut = Percent(required=True)
    reason = Text(most=500, lines=True, load_default="")


class ShareScorecardShape(Shape):
    """A reader of a scorecard."""

    organisation = Text(required=True, most=16)
    purpose = Text(most=200, load_default="")


class SchemeQuery(Shape):
    """Which scheme is looked at."""

    scheme = Choice(SCHEMES, load_default="pvd")


class SchemeShape(Shape):
    """An edition of the weights as percentages, and the limits of its bands."""

    scheme = Choice(SCHEMES, required=True)
    groups = Entries(keys=Text(most=40), values=Percent(), required=True)
    seconds = Entries(keys=Text(most=40), values=Percent(), load_default=dict)
    weights = Entries(keys=Text(most=40), values=Percent(), required=True)
    bands = Entries(keys=Choice(["A", "B", "C"]), values=Rate(low="0", high="100"), required=True)
    source = Text(required=True, most=300)
    as_of = Day(required=True)
    reason = Text(most=500, lines=True, load_default="")


class ScorecardAnswer(Answer):
    """A scorecard for the API; it has no value."""

    number = Text()
    state = Text()
    scheme = Text()
    edition = Whole()
    term_months = Whole()
    requested = Amount()
    due_on = Day()
    scored_on = Day()
    valid_through = Day()
    verification_code = Text()
    result_sha256 = Text()
    pdf_sha256 = Text()
    revaluation_reason = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = ("number state scheme edition term_months requested due_on scored_on valid_through verification_code result_sha256 pdf_sha256"
                 " revaluation_reason")
        owner = party
        supervisor = party


class ScorecardReviewAnswer(Answer):
    """Own values on a scorecard, only for the organisation whose they are."""

    state = Text()
    pdf_sha256 = Text()
    haircut_bp = Whole()
    own_reason = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = ""
        owner = "state pdf_sha256 haircut_bp own_reason"
        supervisor = owner


class SchemeAnswer(Answer):
    """An edition of the weights."""

    scheme = Text()
    edition = Whole()
    state = Text()
    groups = fields.Dict()
    seconds = fields.Dict()
    weights = fields.Dict()
    bands = fields.Dict()
    source = Text()
    as_of = Day()
    in_force_from = Day()
    sha256 = Text()

    class Audience:
        """Who sees which field."""

        public = ""
        party = "scheme edition state groups seconds weights bands source as_of in_force_from sha256"
        owner = party
        supervisor = party
