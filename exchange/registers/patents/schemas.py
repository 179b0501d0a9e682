"""How patents, proofs, custody, burdens and imports come in and go out; one shape serves the form and the JSON."""

from __future__ import annotations

from marshmallow import fields

from exchange.core.schemas import Amount, Answer, Choice, Choices, Day, Flag, Percent, Shape, Text, Whole
from exchange.registers.patents.rules.importing.decode import CANDIDATES
from exchange.registers.patents.rules.importing.fields import OPEN_FIELDS
from exchange.registers.patents.rules.importing.reading import PROFILES
from exchange.registers.patents.states import EncumbranceKind, LegalStatus, LicenceKind, PatentState, PatentType, ProofKind, Use

CUSTODY_SERVICES = ("annuity_watch", "annuity_payment", "document_keeping", "event_watch", "licensing_agent")
IMPORT_POLICIES = ("fill", "replace", "keep")


class PatentFilter(Shape):
    """What the portfolio is narrowed to; it stands in the address."""

    q = Text(most=100)
    type = Choice(list(PatentType))
    status = Choice(list(LegalStatus))
    state = Choice(list(PatentState))
    ipc = Text(most=20)
    holder = Text(most=100)
    custody = Choice(("yes", "no"))
    due = Whole(low=0, high=3650)
    life = Whole(low=0, high=20)
    cursor = Text(most=300)


class ExportFilter(PatentFilter):
    """The portfolio's filter and the file's form."""

    kind = Choice(("csv", "xlsx", "json"), load_default="csv")


class DraftShape(Shape):
    """A patent as its holder enters it."""

    application_number = Text(most=60)
    publication_number = Text(most=40)
    type = Choice(list(PatentType))
    title_zh = Text(most=500)
    title_en = Text(most=500)
    abstract_zh = Text(most=20_000, lines=True)
    abstract_en = Text(most=20_000, lines=True)
    applicants = Text(most=2_000, lines=True)
    inventors = Text(most=2_000, lines=True)
    classes = Text(most=500)
    filing_on = Day()
    priority_on = Day()
    publication_on = Day()
    grant_on = Day()
    agent = Text(most=200)
    service_invention = Flag()


class EditShape(Shape):
    """What a holder may still write."""

    title_zh = Text(most=500)
    title_en = Text(most=500)
    abstract_zh = Text(most=20_000, lines=True)
    abstract_en = Text(most=20_000, lines=True)
    filing_on = Day()
    priority_on = Day()
    publication_on = Day()
    grant_on = Day()
    agent = Text(most=200)


class ReasonShape(Shape):
    """A decision's reason."""

    reason = Text(required=True, most=500, lines=True)


class OptionalReasonShape(Shape):
    """A reason that may be left out."""

    reason = Text(most=500, lines=True)


class RegisterShape(Shape):
    """What the registrar confirms when registering."""

    digit_compared = Flag()
    historic = Flag()
    name_note = Text(most=500, lines=True)


class CorrectShape(Shape):
    """Bibliographic data corrected by a document."""

    basis = Text(required=True, most=300)
    title_zh = Text(most=500)
    title_en = Text(most=500)
    filing_on = Day()
    publication_on = Day()
    grant_on = Day()
    priority_on = Day()


class ProofShape(Shape):
    """A proof of ownership."""

    kind = Choice(list(ProofKind), required=True)
    holder_name = Text(required=True, most=300)
    issuer = Text(most=200)
    issued_on = Day()


class ShareRowShape(Shape):
    """One owner's part."""

    organisation = Text(most=200)
    share = Text(most=30)


class SharesShape(Shape):
    """The owners' parts."""

    shares = fields.List(fields.Nested(ShareRowShape), required=True)


class RegisterCopyShape(Shape):
    """A copy of the patent register."""

    status = Choice(list(LegalStatus), required=True)
    status_on = Day()
    granted_on = Day()
    taken_on = Day(required=True)
    paid_to_year = Whole(low=1, high=25)
    holders = Text(most=2_000, lines=True)
    stayed = Flag()
    seized = Flag()
    pledged = Flag()


class LegalEventShape(Shape):
    """An event of the register."""

    code = Text(required=True, most=10)
    effective_on = Day()
    published_on = Day()
    text = Text(most=2_000, lines=True)
    register_reference = Text(most=80)
    holder_name = Text(most=300)
    added_days = Whole(low=1, high=1_826)


class SupersedeShape(Shape):
    """Which event another one replaces."""

    event_id = Whole(required=True, low=1)
    by_event_id = Whole(required=True, low=1)
    reason = Text(required=True, most=500, lines=True)


class AnnuityShape(Shape):
    """A paid fee."""

    year_no = Whole(required=True, low=1, high=25)
    paid_on = Day(required=True)
    amount = Amount(required=True, positive=True)
    reduction = Percent(low="0", high="100")


class EncumbranceShape(Shape):
    """A burden that the holder declares or the register shows."""

    kind = Choice([kind for kind in EncumbranceKind if kind not in ("pledge_filed",)], required=True)
    reference = Text(required=True, most=80)
    holder_name = Text(most=300)
    begins_on = Day(required=True)
    ends_on = Day()
    licence_kind = Choice(list(LicenceKind))
    territories = Text(most=500)
    industries = Text(most=500)
    public = Flag()


class EndingShape(Shape):
    """How a burden ends."""

    on = Day(required=True)
    basis = Text(required=True, most=300)


class CoownerConsentShape(Shape):
    """A co-owner's consent."""

    act = Choice(list(Use), required=True)
    scope = Text(most=500, lines=True)
    valid_to = Day()


class PublishShape(Shape):
    """Whether the page is open to the public."""

    published = Flag()


class CustodyShape(Shape):
    """The services asked of the custodian."""

    services = Choices(CUSTODY_SERVICES, required=True)


class AgreeShape(Shape):
    """The custody agreement accepted."""

    agreed = Flag()


class VerifyShape(Shape):
    """What the registrar confirms when verifying a deposit."""

    digit_compared = Flag()
    name_note = Text(most=500, lines=True)


class LapseShape(Shape):
    """The legal day on which a deposit ended with its patent."""

    on = Day(required=True)
    reason = Text(most=500, lines=True)


class InvalidateShape(Shape):
    """The decision that declared the patent invalid."""

    decision_number = Text(required=True, most=100)


class UploadShape(Shape):
    """An import file; ``again`` takes the same file a second time."""

    again = Flag()


class MappingShape(Shape):
    """Our fields and the file's columns."""


for _name in OPEN_FIELDS:
    MappingShape._declared_fields[_name] = Whole(low=0, high=199)


class AnswersShape(Shape):
    """What the user answers where a file leaves it open."""

    encoding = Choice(list(CANDIDATES))
    sheet = Text(most=60)
    profile = Choice(list(PROFILES))
    date_order = Choice(("day_first", "month_first"))
    mapping = fields.Nested(MappingShape)


class ConfirmShape(Shape):
    """How the accepted rows are written."""

    policy = Choice(IMPORT_POLICIES, load_default="fill")
    stop_on_refused = Flag()
    plan = Text(most=64)


class RowFilter(Shape):
    """Which rows of a batch are shown."""

    code = Text(most=40)


class NumberQuery(Shape):
    """A number to be checked."""

    number = Text(required=True, most=60)


class GatesQuery(Shape):
    """For which use the gates are asked."""

    mode = Choice(list(Use), load_default="transfer")
    purpose = Choice(("listing_submit", "listing_approve", "listing_open", "award", "sign", "settle", "pledge"), load_default="listing_submit")
    until = Day()


# ---------------------------------------------------------------- answers

class PatentAnswer(Answer):
    """A patent as its reader may see it."""

    number = fields.String(attribute="shown_number")
    application_number = fields.String()
    publication_number = fields.String()
    jurisdiction = fields.String()
    type = fields.String()
    title_zh = fields.String()
    title_en = fields.String()
    abstract_zh = fields.String()
    abstract_en = fields.String()
    filing_on = fields.Date()
    priority_on = fields.Date()
    publication_on = fields.Date()
    grant_on = fields.Date()
    expires_on = fields.Date()
    legal_status = fields.String()
    legal_status_on = fields.Date()
    status_source = fields.String()
    status_presumed = fields.Boolean()
    stated_status = fields.String()
    state = fields.String()
    holders = fields.List(fields.String(), attribute="holder_names")
    classes = fields.Function(lambda patent: [one.symbol for one in patent.classes])
    check_digit_source = fields.String()
    annuity_paid_to_year = fields.Integer()
    needs_review = fields.Boolean()
    demonstration = fields.Boolean()
    published = fields.Boolean()

    class Audience:
        public = (
            "number application_number publication_number jurisdiction type title_zh title_en abstract_zh abstract_en filing_on "
            "priority_on publication_on grant_on expires_on legal_status legal_status_on status_source status_presumed classes "
            "demonstration holders"
        )
        party = "state"
        owner = "stated_status check_digit_source annuity_paid_to_year needs_review published"
        supervisor = ""


class LegalEventAnswer(Answer):
    """A legal event."""

    code = fields.String()
    effect = fields.String()
    effective_on = fields.Date()
    published_on = fields.Date()
    text = fields.String()
    register_reference = fields.String()
    needs_review = fields.Boolean()

    class Audience:
        public = "code effect effective_on published_on text register_reference needs_review"


class AnnuityAnswer(Answer):
    """The fee of a year."""

    year_no = fields.Integer()
    due_on = fields.Date()
    grace_until = fields.Date()
    fee = fields.Function(lambda row: row.fee.to_json())
    paid_on = fields.Date()
    basis = fields.String()

    class Audience:
        public = "year_no due_on grace_until fee paid_on basis"


class ImportAnswer(Answer):
    """A batch of imported rows."""

    state = fields.String()
    filename = fields.String()
    sha256 = fields.String()
    profile = fields.String()
    encoding = fields.String()
    questions = fields.List(fields.String())
    notes = fields.List(fields.String())
    counts = fields.Dict()
    codes = fields.Dict()
    plan_sha256 = fields.String()
    policy = fields.String()
    next_row = fields.Integer()
    failure = fields.String()

    class Audience:
        owner = "state filename sha256 profile encoding questions notes counts codes plan_sha256 policy next_row failure"


class CustodyAnswer(Answer):
    """A deposit."""

    number = fields.String()
    state = fields.String()
    submitted_on = fields.Date()
    verified_on = fields.Date()
    ended_on = fields.Date()
    reason = fields.String()

    class Audience:
        party = "number state verified_on"
        owner = "submitted_on ended_on reason"
