"""Evidence and its files; the content of submitted evidence is never edited, a correction is a new row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import Base, Moment, Owned, Thing, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.oversight.conversions.rules import GRADES, PROOFS, ROUTES
from exchange.oversight.conversions.states import EVIDENCE, EvidenceState
from exchange.registers.patents.models import Patent


class Evidence(Owned, Thing):
    """That a patent is converted by a route, from a day on (valid time), as known since a moment (record time)."""

    __tablename__ = "conversion_evidence"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint("superseded_at IS NULL OR superseded_at > recorded_at", name="known"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> submitted_by", name="two_people"),
        Index("ix_conversion_evidence_counting", "patent_id", "state", "route"),
    )
    noun = "evidence"
    machine = EVIDENCE
    lock_rank = 70

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    route: Mapped[str] = one_of("route", list(ROUTES))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Moment, index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)
    amount_minor: Mapped[int | None] = minor(nullable=True)
    amount_currency: Mapped[str | None] = currency(nullable=True)
    amount: Mapped[Money | None] = money("amount_minor", "amount_currency")
    counterparty: Mapped[str] = mapped_column(String(200), default="")
    counterparty_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    group_internal: Mapped[bool] = mapped_column(default=False)
    territory: Mapped[str] = mapped_column(String(100), default="")
    product: Mapped[str] = mapped_column(String(200), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    grade: Mapped[str] = one_of("grade", list(GRADES))
    state: Mapped[str] = state_of(EVIDENCE)
    source_noun: Mapped[str] = mapped_column(String(40), default="")
    source_id: Mapped[str] = mapped_column(String(16), default="")
    submitted_by: Mapped[int | None]
    submitted_on: Mapped[date | None]
    due_on: Mapped[date | None]
    reviewed_by: Mapped[int | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason_code: Mapped[str] = mapped_column(String(30), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("conversion_evidence.id"))

    patent: Mapped[Patent] = relationship(lazy="joined")
    files: Mapped[list[EvidenceFile]] = relationship(order_by="EvidenceFile.id", back_populates="evidence")

    def parties(self) -> dict[str, frozenset[int]]:
        """Who declared it."""
        return {"owner": frozenset({self.organisation_id}), "claimant": frozenset({self.organisation_id})}

    @property
    def stage(self) -> EvidenceState:
        """The state as a word with its label."""
        return EvidenceState(self.state)


class EvidenceFile(Base):
    """A proof: its kind, day and issuer, and the stored file where there is one."""

    __tablename__ = "evidence_file"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("conversion_evidence.id"), index=True)
    kind: Mapped[str] = one_of("kind", list(PROOFS))
    issued_on: Mapped[date]
    issuer: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(100), default="")
    attachment_id: Mapped[str] = mapped_column(String(16), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")

    evidence: Mapped[Evidence] = relationship(back_populates="files")


class EvidenceCheck(Base):
    """A second look at accepted evidence by another reviewer."""

    __tablename__ = "evidence_check"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("conversion_evidence.id"), index=True)
    reviewer_id: Mapped[int]
    agrees: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Moment)


constraint("ck_conversion_evidence_period", "EVIDENCE_PERIOD")
constraint("ck_conversion_evidence_two_people", "EVIDENCE_OWN_REVIEW")
