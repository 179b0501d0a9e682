"""The registry: patents with their publications, classes, parties, shares, proofs, legal events and annuities."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import Base, Owned, Thing, currency, minor, money, one_of, state_of
from exchange.core.money import Money
from exchange.registers.patents.rules.numbers import shown_application
from exchange.registers.patents.states import (
    PATENT, PROOF, Effect, LegalStatus, PatentState, PatentType, ProofKind, Use,
)

STATUS_SOURCES = ("event", "date", "stated")
CHECK_SOURCES = ("stated", "computed", "confirmed", "none")


class Patent(Owned, Thing):
    """A patent or application as an organisation entered it; its legal status is derived, not moved."""

    __tablename__ = "patent"
    __table_args__ = (
        CheckConstraint("application_number IS NOT NULL OR publication_number IS NOT NULL", name="number"),
        CheckConstraint("added_days >= 0", name="added_days"),
        Index("ix_patent_batch", "import_batch_id"),
    )
    noun = "patent"
    machine = PATENT
    lock_rank = 20

    jurisdiction: Mapped[str] = mapped_column(String(4), default="CN")
    application_number: Mapped[str | None] = mapped_column(String(40), index=True)
    publication_number: Mapped[str | None] = mapped_column(String(30), index=True)
    stated_number: Mapped[str] = mapped_column(String(60), default="")
    check_digit_source: Mapped[str] = one_of("check_digit_source", CHECK_SOURCES)
    type: Mapped[str | None] = one_of("type", list(PatentType), nullable=True)
    kind: Mapped[str | None] = mapped_column(String(3))
    title_zh: Mapped[str] = mapped_column(String(2000), default="")
    title_en: Mapped[str] = mapped_column(String(2000), default="")
    abstract_zh: Mapped[str] = mapped_column(Text, default="")
    abstract_en: Mapped[str] = mapped_column(Text, default="")
    claims: Mapped[str] = mapped_column(Text, default="")
    filing_on: Mapped[date | None]
    priority_on: Mapped[date | None]
    publication_on: Mapped[date | None]
    grant_on: Mapped[date | None]
    national_entry_on: Mapped[date | None]
    divisional_of: Mapped[str] = mapped_column(String(40), default="")
    family_id: Mapped[str | None] = mapped_column(String(40))
    agent: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = state_of(PATENT)
    legal_status: Mapped[str] = one_of("legal_status", list(LegalStatus))
    legal_status_on: Mapped[date | None]
    status_source: Mapped[str] = one_of("status_source", STATUS_SOURCES)
    status_presumed: Mapped[bool] = mapped_column(default=False)
    stated_status: Mapped[str | None] = one_of("stated_status", list(LegalStatus), nullable=True)
    expires_on: Mapped[date | None]
    added_days: Mapped[int] = mapped_column(default=0)
    annuity_paid_to_year: Mapped[int | None]
    service_invention: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[bool] = mapped_column(default=False)
    historic: Mapped[bool] = mapped_column(default=False)
    own_use: Mapped[bool] = mapped_column(default=False)
    evaluation_report: Mapped[bool] = mapped_column(default=False)
    invalidity_open: Mapped[bool] = mapped_column(default=False)
    coowners_agreed: Mapped[bool] = mapped_column(default=False)
    needs_review: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[bool] = mapped_column(default=False)
    published: Mapped[bool] = mapped_column(default=False)
    submitted_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))

    classes: Mapped[list[PatentClass]] = relationship(order_by="PatentClass.position", lazy="select")
    people: Mapped[list[Party]] = relationship(order_by="Party.position", lazy="select")
    publications: Mapped[list[Publication]] = relationship(order_by="Publication.id", lazy="select")
    shares: Mapped[list[Share]] = relationship(order_by="Share.id", lazy="select")

    def parties(self) -> dict[str, frozenset[int]]:
        """The registering organisation is the holder; organisations with a share are co-owners."""
        owners = {share.organisation_id for share in self.current_shares if share.organisation_id is not None}
        return {"holder": frozenset({self.organisation_id}), "co_owner": frozenset(owners or {self.organisation_id})}

    @property
    def current_shares(self) -> list[Share]:
        """The shares that no later one replaced."""
        return [share for share in self.shares if share.valid_to is None]

    @property
    def title(self) -> str:
        """The Chinese title, or the English one where there is none."""
        return self.title_zh or self.title_en

    @property
    def other_title(self) -> str:
        """The title in the other language."""
        return self.title_en if self.title_zh else ""

    @property
    def is_granted(self) -> bool:
        """Whether a grant is on record."""
        return self.grant_on is not None

    @property
    def shown_number(self) -> str:
        """The number as people write it."""
        if self.application_number is None:
            return self.publication_number or ""
        return shown_application(self.application_number, granted=self.is_granted)

    @property
    def main_class(self) -> str:
        """The first class, or nothing."""
        return self.classes[0].symbol if self.classes else ""

    @property
    def holder_names(self) -> list[str]:
        """Who holds it: the shares' owners, else the applicants as the file names them."""
        held = [share.holder_name for share in self.current_shares]
        return held or [party.name for party in self.people if party.role == "applicant"]

    @property
    def status(self) -> LegalStatus:
        """The derived legal status."""
        return LegalStatus(self.legal_status)

    @property
    def right(self) -> PatentType | None:
        """The type of right, where it is known."""
        return PatentType(self.type) if self.type else None

    @property
    def entry(self) -> PatentState:
        """How far the entry has come."""
        return PatentState(self.state)


DEAD_ENTRIES = ("withdrawn", "refused")
OWN_NUMBER = Index(
    "uq_patent_own_number", Patent.organisation_id, Patent.application_number, unique=True,
    sqlite_where=Patent.state.not_in(DEAD_ENTRIES), postgresql_where=Patent.state.not_in(DEAD_ENTRIES),
)
OWN_PUBLICATION = Index(
    "uq_patent_own_publication", Patent.organisation_id, Patent.publication_number, unique=True,
    sqlite_where=Patent.state.not_in(DEAD_ENTRIES) & Patent.application_number.is_(None),
    postgresql_where=Patent.state.not_in(DEAD_ENTRIES) & Patent.application_number.is_(None),
)
REGISTERED_NUMBER = Index(
    "uq_patent_registered_number", Patent.application_number, unique=True,
    sqlite_where=Patent.state.in_(("registered", "disputed")),
    postgresql_where=Patent.state.in_(("registered", "disputed")),
)


class Publication(Base):
    """A published document of a patent."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("patent_id", "number"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    number: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str | None] = mapped_column(String(3))
    published_on: Mapped[date | None]


class PatentClass(Base):
    """A class a patent stands in."""

    __tablename__ = "patent_class"
    __table_args__ = (Index("ix_patent_class_subclass", "subclass", "patent_id"), Index("ix_patent_class_patent", "patent_id"))

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    scheme: Mapped[str] = one_of("scheme", ("ipc", "cpc", "locarno"))
    section: Mapped[str] = mapped_column(String(2))
    class_code: Mapped[str] = mapped_column(String(3))
    subclass: Mapped[str | None] = mapped_column(String(6))
    main_group: Mapped[str | None] = mapped_column(String(4))
    subgroup: Mapped[str | None] = mapped_column(String(6))
    symbol: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    main: Mapped[bool] = mapped_column(default=False)


class Party(Base):
    """A name on a patent as the file gives it: applicant, inventor or agent; it proves no ownership."""

    __tablename__ = "party"
    __table_args__ = (Index("ix_party_patent", "patent_id"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    role: Mapped[str] = one_of("role", ("applicant", "inventor", "agent"))
    name: Mapped[str] = mapped_column(String(300))
    normal_name: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int]


class Share(Base):
    """An owner's exact part of a patent from a day to a day."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint("numerator > 0 AND denominator > 0 AND numerator <= denominator", name="fraction"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    holder_name: Mapped[str] = mapped_column(String(300))
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    stated: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(200), default="")

    @property
    def fraction(self) -> Fraction:
        """The exact part."""
        return Fraction(self.numerator, self.denominator)


class OwnershipProof(Owned, Thing):
    """A document that proves who holds a patent, under the registrar's review."""

    __tablename__ = "ownership_proof"
    noun = "proof"
    machine = PROOF
    lock_rank = 22

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    kind: Mapped[str] = one_of("kind", list(ProofKind))
    holder_name: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    state: Mapped[str] = state_of(PROOF)
    submitted_by: Mapped[int]
    reviewed_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500), default="")

    patent: Mapped[Patent] = relationship()

    def parties(self) -> dict[str, frozenset[int]]:
        """The submitting organisation."""
        return {"holder": frozenset({self.organisation_id})}

    @property
    def label(self) -> ProofKind:
        """What kind of proof it is."""
        return ProofKind(self.kind)


class LegalEvent(Base):
    """An event of the register; the legal status is derived from these alone."""

    __tablename__ = "legal_event"

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    effect: Mapped[str] = one_of("effect", list(Effect))
    effective_on: Mapped[date | None]
    published_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(String(2000), default="")
    register_reference: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = one_of("source", ("operator", "import", "enrichment", "platform"))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("legal_event.id"))
    needs_review: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[int]

    @property
    def label(self) -> Effect:
        """What it does."""
        return Effect(self.effect)


LEGAL_EVENT = Index(
    "uq_legal_event", LegalEvent.patent_id, LegalEvent.code, LegalEvent.effective_on, LegalEvent.register_reference,
    unique=True,
)


class Annuity(Base):
    """The fee of one patent year, paid or part-paid."""

    __tablename__ = "annuity"
    __table_args__ = (UniqueConstraint("patent_id", "year_no"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    year_no: Mapped[int]
    due_on: Mapped[date]
    grace_until: Mapped[date]
    fee_minor: Mapped[int] = minor()
    fee_currency: Mapped[str] = currency()
    fee: Mapped[Money] = money("fee_minor", "fee_currency")
    paid_on: Mapped[date | None]
    paid_minor: Mapped[int | None] = minor(nullable=True)
    paid_currency: Mapped[str | None] = currency(nullable=True)
    paid: Mapped[Money | None] = money("paid_minor", "paid_currency")
    complete: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = one_of("basis", ("payment", "register"))
    receipt_sha256: Mapped[str] = mapped_column(String(64), default="")
    recorded_by: Mapped[int]


class Reminder(Base):
    """A reminder of a fee that was sent; each step once."""

    __tablename__ = "annuity_reminder"
    __table_args__ = (UniqueConstraint("patent_id", "year_no", "step"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    year_no: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    sent_on: Mapped[date]


class CoownerConsent(Owned, Thing):
    """A co-owner's recorded consent to an act (专利法 14)."""

    __tablename__ = "coowner_consent"
    noun = "coowner_consent"
    lock_rank = 23

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    act: Mapped[str] = one_of("act", list(Use))
    scope: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    given_by: Mapped[int]
    given_on: Mapped[date]
    valid_to: Mapped[date | None]
    revoked_on: Mapped[date | None]


class RegisterSnapshot(Thing):
    """A copy of the patent register as the registrar entered it."""

    __tablename__ = "register_snapshot"
    noun = "register_snapshot"
    lock_rank = 24

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    taken_on: Mapped[date] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(String(40), default="register_copy")
    status: Mapped[str] = one_of("status", list(LegalStatus))
    status_on: Mapped[date | None]
    holders: Mapped[str] = mapped_column(String(2000), default="")
    paid_to_year: Mapped[int | None]
    stayed: Mapped[bool] = mapped_column(default=False)
    seized: Mapped[bool] = mapped_column(default=False)
    pledged: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    recorded_by: Mapped[int]
