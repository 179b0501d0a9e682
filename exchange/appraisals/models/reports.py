"""Tables of appraisals: the report with its patents, inputs, versions, documents, signatures, shares, and the reader's reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Base, Id, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.people.accounts.models import Organisation, Person
from exchange.registers.patents.models import Patent

from ..rules import facts
from ..rules.vocabulary import DOCUMENT_KINDS, PURPOSES, SEVERITIES, SOURCES, VALUE_TYPES
from ..states import APPRAISAL, LIVE_REVIEWS, REVIEW, AppraisalState, ReviewState



def person(*, nullable: bool = False) -> Any:
    """A column that names a member."""
    return mapped_column(ForeignKey("person.id"), nullable=nullable)


class Appraisal(Owned, Thing):
    """A commissioned report 评估报告; it belongs to the client."""

    __tablename__ = "appraisal"
    noun: ClassVar[str] = "appraisal"
    machine = APPRAISAL
    lock_rank: ClassVar[int] = 45

    number: Mapped[str] = mapped_column(String(20), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    document_kind: Mapped[str] = one_of("document_kind", list(DOCUMENT_KINDS))
    purpose: Mapped[str] = one_of("purpose", list(PURPOSES))
    value_type: Mapped[str] = one_of("value_type", list(VALUE_TYPES))
    valuation_date: Mapped[date]
    requested_minor: Mapped[int | None] = minor(nullable=True)
    requested_currency: Mapped[str | None] = currency(nullable=True)
    requested: Mapped[Money | None] = money("requested_minor", "requested_currency")
    requested_term_months: Mapped[int | None]
    fee_minor: Mapped[int | None] = minor(nullable=True)
    fee_currency: Mapped[str | None] = currency(nullable=True)
    fee: Mapped[Money | None] = money("fee_minor", "fee_currency")
    due_on: Mapped[date]
    lead_id: Mapped[int | None] = person(nullable=True)
    second_id: Mapped[int | None] = person(nullable=True)
    reviewer_id: Mapped[int | None] = person(nullable=True)
    lead_certificate: Mapped[str] = mapped_column(String(40), default="")
    second_certificate: Mapped[str] = mapped_column(String(40), default="")
    commissioned_by: Mapped[int] = person()
    holder_consent: Mapped[str] = mapped_column(String(200), default="")
    independence: Mapped[str] = mapped_column(Text, default="")
    contract_reference: Mapped[str] = mapped_column(String(120), default="")
    rounding_fen: Mapped[int] = mapped_column(default=1_000_000)
    disclose_value: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = state_of(APPRAISAL)
    current_version_id: Mapped[int | None] = mapped_column(Id)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"))
    report_date: Mapped[date | None]
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    valid_through: Mapped[date | None] = mapped_column(index=True)
    retain_until: Mapped[date | None]
    verification_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    translation_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    audit_head: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    revaluation_reason: Mapped[str] = mapped_column(String(200), default="")
    revaluation_since: Mapped[date | None]
    running_job: Mapped[str] = mapped_column(String(40), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)

    client: Mapped[Organisation] = relationship(foreign_keys="Appraisal.organisation_id")
    holder: Mapped[Organisation] = relationship(foreign_keys=[holder_id])
    institution: Mapped[Organisation] = relationship(foreign_keys=[institution_id])
    lead: Mapped[Person | None] = relationship(foreign_keys=[lead_id])
    second: Mapped[Person | None] = relationship(foreign_keys=[second_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])
    patents: Mapped[list[AppraisalPatent]] = relationship(order_by="AppraisalPatent.position", back_populates="appraisal")
    assumptions: Mapped[list[AppraisalAssumption]] = relationship(order_by="AppraisalAssumption.id")
    methods: Mapped[list[AppraisalMethod]] = relationship(order_by="AppraisalMethod.id")
    notes: Mapped[list[AppraisalNote]] = relationship(order_by="AppraisalNote.id")
    versions: Mapped[list[AppraisalVersion]] = relationship(order_by="AppraisalVersion.number")
    remarks: Mapped[list[AppraisalRemark]] = relationship(order_by="AppraisalRemark.id")
    shares: Mapped[list[AppraisalShare]] = relationship(order_by="AppraisalShare.id")

    __table_args__ = (
        CheckConstraint("lead_id IS NULL OR lead_id <> second_id", name="two_signatories"),
        CheckConstraint("reviewer_id IS NULL OR (reviewer_id <> lead_id AND reviewer_id <> second_id)", name="reviewer_apart"),
        CheckConstraint("institution_id <> organisation_id AND institution_id <> holder_id", name="institution_apart"),
        Index("uq_appraisal_successor", "supersedes_id", unique=True,
              sqlite_where=text("supersedes_id IS NOT NULL AND state NOT IN ('declined', 'cancelled')"),
              postgresql_where=text("supersedes_id IS NOT NULL AND state NOT IN ('declined', 'cancelled')")),
    )

    def parties(self) -> dict[str, frozenset[int]]:
        """Who stands in which relation to the report."""
        return {
            "client": frozenset({self.organisation_id}), "holder": frozenset({self.holder_id}),
            "institution": frozenset({self.institution_id}),
            "reader": frozenset(share.organisation_id for share in self.shares if share.revoked_at is None),
        }

    @property
    def team(self) -> tuple[int | None, ...]:
        """Lead, second and reviewer."""
        return (self.lead_id, self.second_id, self.reviewer_id)

    @property
    def status(self) -> AppraisalState:
        """The state with its label."""
        return AppraisalState(self.state)


class AppraisalPatent(Base):
    """One patent of the object, as the register showed it."""

    __tablename__ = "appraisal_patent"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    share_bp: Mapped[int] = mapped_column(Integer, default=0)
    value_minor: Mapped[int | None] = minor(nullable=True)
    value_currency: Mapped[str | None] = currency(nullable=True)
    value: Mapped[Money | None] = money("value_minor", "value_currency")
    ltv_cap_bp: Mapped[int | None]
    binding_constraint: Mapped[str] = mapped_column(String(40), default="")

    appraisal: Mapped[Appraisal] = relationship(back_populates="patents")
    patent: Mapped[Patent] = relationship()
    __table_args__ = (
        UniqueConstraint("appraisal_id", "patent_id", name="uq_appraisal_patent_once"),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share_bp"),
    )


class AppraisalAssumption(Base):
    """One input of the draft with its source."""

    __tablename__ = "appraisal_assumption"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    slot: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(40))
    patent_id: Mapped[int] = mapped_column(Integer, default=0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    value: Mapped[str] = mapped_column(String(40))
    low: Mapped[str] = mapped_column(String(40), default="")
    high: Mapped[str] = mapped_column(String(40), default="")
    source_kind: Mapped[str] = mapped_column(String(40), default="")
    source_ref: Mapped[str] = mapped_column(String(300), default="")
    source_file: Mapped[str] = mapped_column(String(16), default="")
    as_of: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[int] = person()
    verified_by: Mapped[int | None] = person(nullable=True)

    __table_args__ = (
        UniqueConstraint("appraisal_id", "slot", name="uq_appraisal_assumption_slot"),
        CheckConstraint("source_kind = '' OR source_kind IN (" + ", ".join(f"'{kind}'" for kind in SOURCES) + ")", name="source_kind"),
    )

    @property
    def fact(self) -> facts.Assumption:
        """The row as a value for the rules."""
        return facts.Assumption(
            self.name, self.value, self.position, self.patent_id, self.low, self.high, self.source_kind, self.source_ref,
            self.source_file, self.as_of, self.note, self.entered_by, self.verified_by)


class AppraisalMethod(Base):
    """What the appraiser decided about one method."""

    __tablename__ = "appraisal_method"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    method: Mapped[str] = mapped_column(String(40))
    used: Mapped[bool]
    weight_bp: Mapped[int] = mapped_column(Integer, default=0)
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("appraisal_id", "method", name="uq_appraisal_method_once"),
        CheckConstraint("weight_bp BETWEEN 0 AND 10000", name="weight_bp"),
    )

    @property
    def fact(self) -> facts.MethodChoice:
        """The row as a value for the rules."""
        return facts.MethodChoice(self.method, self.used, self.weight_bp, self.reason_code, self.reason)


class AppraisalNote(Base):
    """A text of the file: a finding of the legal survey or the inspection, or a statement."""

    __tablename__ = "appraisal_note"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    patent_id: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(Text)
    source_ref: Mapped[str] = mapped_column(String(300), default="")
    as_of: Mapped[date | None]
    entered_by: Mapped[int] = person()
    verified_by: Mapped[int | None] = person(nullable=True)

    __table_args__ = (UniqueConstraint("appraisal_id", "topic", "patent_id", name="uq_appraisal_note_topic"),)

    @property
    def fact(self) -> facts.Note:
        """The row as a value for the rules."""
        return facts.Note(self.topic, self.text, self.patent_id, self.source_ref, self.as_of, self.entered_by, self.verified_by)


class AppraisalVersion(Owned, Thing):
    """One calculation: request and result as exact bytes, never changed."""

    __tablename__ = "appraisal_version"
    noun: ClassVar[str] = "appraisal_version"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = one_of("mode", ["standard", "report"])
    request_json: Mapped[bytes] = mapped_column(LargeBinary)
    result_json: Mapped[bytes] = mapped_column(LargeBinary)
    request_sha256: Mapped[str] = mapped_column(String(64))
    result_sha256: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    seed: Mapped[int] = mapped_column(Id)
    author_id: Mapped[int] = person()
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    change_note: Mapped[str] = mapped_column(Text, default="")

    author: Mapped[Person] = relationship()
    __table_args__ = (UniqueConstraint("appraisal_id", "number", name="uq_appraisal_version_number"),)


append_only("appraisal_version")


class AppraisalDocument(Owned, Thing):
    """One rendered file; the frozen and the sealed stage are two rows, and neither is changed."""

    __tablename__ = "appraisal_document"
    noun: ClassVar[str] = "appraisal_document"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("appraisal_version.id"))
    language: Mapped[str] = one_of("language", ["zh", "en"])
    edition: Mapped[str] = one_of("edition", ["governing", "translation"])
    stage: Mapped[str] = one_of("stage", ["frozen", "sealed"])
    content_sha256: Mapped[str] = mapped_column(String(64), index=True)
    draft_sha256: Mapped[str] = mapped_column(String(64))
    sealed_document_id: Mapped[int | None] = mapped_column(Id)
    pages: Mapped[int] = mapped_column(Integer)
    template_version: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    appraisal: Mapped[Appraisal] = relationship()
    version_row: Mapped[AppraisalVersion] = relationship()
    __table_args__ = (UniqueConstraint("appraisal_id", "content_sha256", "stage", name="uq_appraisal_document_bytes"),)


append_only("appraisal_document")


class AppraisalSignature(Base):
    """A confirmation by one signatory of exactly one frozen file."""

    __tablename__ = "appraisal_signature"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("appraisal_document.id"))
    person_id: Mapped[int] = person()
    person_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = one_of("role", ["lead", "second", "seal"])
    certificate_no: Mapped[str] = mapped_column(String(40), default="")
    method: Mapped[str] = one_of("method", ["platform", "external"])
    signed_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    certificate_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    voided_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("uq_appraisal_signature_person", "document_id", "person_id", unique=True,
              sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL")),
        Index("uq_appraisal_signature_role", "document_id", "role", unique=True,
              sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL")),
    )


class AppraisalShare(Owned, Base):
    """A reader organisation, which is the row's owner, with the day its access ends."""

    __tablename__ = "appraisal_share"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[date | None]
    granted_by: Mapped[int] = person()
    granted_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        Index("uq_appraisal_share_live", "appraisal_id", "organisation_id", unique=True,
              sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL")),
    )


class AppraisalRemark(Base):
    """A remark of the internal review, a challenge of a person, or an objection, with its answer."""

    __tablename__ = "appraisal_remark"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    kind: Mapped[str] = one_of("kind", ["remark", "challenge", "objection"])
    place: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[int] = person()
    raised_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = person(nullable=True)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    author: Mapped[Person] = relationship(foreign_keys=[raised_by])

    @property
    def open(self) -> bool:
        """Whether it still waits to be closed."""
        return self.closed_at is None


class AppraisalReview(Owned, Thing):
    """A guarantor's or bank's review of exactly one sealed file 押品审查."""

    __tablename__ = "appraisal_review"
    noun: ClassVar[str] = "appraisal_review"
    machine = REVIEW
    lock_rank: ClassVar[int] = 46

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("appraisal_document.id"))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int] = person()
    approver_id: Mapped[int | None] = person(nullable=True)
    own_value_minor: Mapped[int | None] = minor(nullable=True)
    own_value_currency: Mapped[str | None] = currency(nullable=True)
    own_value: Mapped[Money | None] = money("own_value_minor", "own_value_currency")
    own_reason: Mapped[str] = mapped_column(Text, default="")
    own_request: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    own_entered_at: Mapped[datetime | None] = mapped_column(Moment)
    range_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    haircut_bp: Mapped[int | None]
    checklist: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    sheet_document_id: Mapped[int | None] = mapped_column(Id)
    state: Mapped[str] = state_of(REVIEW)

    appraisal: Mapped[Appraisal] = relationship()
    document: Mapped[AppraisalDocument] = relationship()
    organisation: Mapped[Organisation] = relationship()
    officer: Mapped[Person] = relationship(foreign_keys=[officer_id])
    approver: Mapped[Person | None] = relationship(foreign_keys=[approver_id])
    queries: Mapped[list[AppraisalQuery]] = relationship(order_by="AppraisalQuery.number")

    __table_args__ = (
        CheckConstraint("approver_id IS NULL OR approver_id <> officer_id", name="two_persons"),
        CheckConstraint("haircut_bp IS NULL OR haircut_bp BETWEEN 0 AND 10000", name="haircut_bp"),
        Index("uq_appraisal_review_live", "document_id", "organisation_id", unique=True,
              sqlite_where=text("state IN ('" + "', '".join(LIVE_REVIEWS) + "')"),
              postgresql_where=text("state IN ('" + "', '".join(LIVE_REVIEWS) + "')")),
    )

    def parties(self) -> dict[str, frozenset[int]]:
        """The reviewing organisation and the institution that answers."""
        return {"organisation": frozenset({self.organisation_id}), "institution": frozenset({self.appraisal.institution_id}),
                "client": frozenset({self.appraisal.organisation_id})}

    @property
    def status(self) -> ReviewState:
        """The state with its label."""
        return ReviewState(self.state)


class AppraisalQuery(Base):
    """A question on one page of the reviewed file."""

    __tablename__ = "appraisal_query"

    review_id: Mapped[int] = mapped_column(ForeignKey("appraisal_review.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    page: Mapped[int] = mapped_column(Integer)
    section: Mapped[str] = mapped_column(String(120), default="")
    quote: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = one_of("severity", list(SEVERITIES))
    asked_by: Mapped[int] = person()
    asked_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = person(nullable=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[int | None] = person(nullable=True)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("review_id", "number", name="uq_appraisal_query_number"),
        CheckConstraint("page >= 1", name="page"),
    )


constraint("ck_appraisal_two_signatories", "SECOND_PERSON_NEEDED")
constraint("ck_appraisal_reviewer_apart", "REVIEWER_IS_AUTHOR")
constraint("ck_appraisal_institution_apart", "NOT_INDEPENDENT")
constraint("uq_appraisal_patent_once", "DUPLICATE_PATENT")
constraint("ck_appraisal_review_two_persons", "SECOND_PERSON_NEEDED")
