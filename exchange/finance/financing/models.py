"""Cases with their patents, papers, remarks, checks, and the persons who acted in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Base, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.finance.financing.rules import OPTIONAL_PAPERS, PAPERS, PLEDGEES, ROUTES
from exchange.finance.financing.states import CASE, CaseState
from exchange.finance.guarantees.models import Scheme
from exchange.finance.guarantees.rules import REGUARANTORS
from exchange.finance.loans.models import PURPOSES
from exchange.people.accounts.models import Organisation
from exchange.registers.patents.models import Patent


class Case(Owned, Thing):
    """An enterprise's (``organisation_id``) application for a loan against its patents, and all that follows from it."""

    __tablename__ = "financing_case"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("term_months BETWEEN 1 AND 36", name="term"),
        CheckConstraint("(route = 'direct') = (guarantor_id IS NULL)", name="guarantor"),
        CheckConstraint("route <> 'direct' OR pledgee = 'bank'", name="pledgee_of_route"),
    )
    noun = "case"
    machine = CASE
    lock_rank = 50

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(CASE)
    route: Mapped[str] = one_of("route", tuple(ROUTES))
    pledgee: Mapped[str] = one_of("pledgee", tuple(PLEDGEES))
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    term_months: Mapped[int]
    purpose: Mapped[str] = one_of("purpose", tuple(PURPOSES))
    purpose_note: Mapped[str] = mapped_column(String(500), default="")
    bank_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    guarantor_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("scheme.id"), index=True)
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecard.id"), index=True)
    guarantee_id: Mapped[int | None] = mapped_column(ForeignKey("guarantee.id"), index=True)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
    submitted_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    contract_sha256: Mapped[str] = mapped_column(String(64), default="")
    contract_code: Mapped[str] = mapped_column(String(20), default="")
    contract_round: Mapped[int] = mapped_column(default=0)
    application_code: Mapped[str] = mapped_column(String(20), default="")
    archive_code: Mapped[str] = mapped_column(String(20), default="")
    frozen_order: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")

    enterprise: Mapped[Organisation] = relationship(foreign_keys="Case.organisation_id", lazy="joined")
    bank: Mapped[Organisation] = relationship(foreign_keys=[bank_id], lazy="joined")
    guarantor: Mapped[Organisation | None] = relationship(foreign_keys=[guarantor_id], lazy="joined")
    scheme: Mapped[Scheme | None] = relationship(lazy="joined")
    patents: Mapped[list[CasePatent]] = relationship(order_by="CasePatent.position")
    papers: Mapped[list[CasePaper]] = relationship(order_by="CasePaper.id")
    remarks: Mapped[list[CaseRemark]] = relationship(order_by="CaseRemark.id")
    checks: Mapped[list[CaseCheck]] = relationship(order_by="CaseCheck.id")

    def parties(self) -> Mapping[str, frozenset[int]]:
        """Who stands where in this case; the acceptor checks it and reviews the appraisal."""
        acceptor = self.bank_id if self.route == "direct" else self.guarantor_id
        pledgee = self.bank_id if self.pledgee == "bank" else self.guarantor_id
        return {
            "enterprise": frozenset({self.organisation_id}), "client": frozenset({self.organisation_id}),
            "bank": frozenset({self.bank_id}), "guarantor": _one(self.guarantor_id), "acceptor": _one(acceptor),
            "pledgee": _one(pledgee), "reguarantor": self.reguarantors,
        }

    @property
    def reguarantors(self) -> frozenset[int]:
        """The re-guarantors that the scheme names."""
        if self.scheme is None or self.route != "reguaranteed":
            return frozenset()
        return frozenset(each.organisation_id for each in self.scheme.members if each.role in REGUARANTORS and each.organisation_id)

    @property
    def status(self) -> CaseState:
        return CaseState(self.state)

    @property
    def reviewers(self) -> list[int]:
        """Whose accepted review counts: the bank's in the direct route, else the guarantor's."""
        return sorted(self.parties()["acceptor"])

    @property
    def live_papers(self) -> dict[str, CasePaper]:
        """The newest paper of each kind."""
        return {paper.kind: paper for paper in self.papers}

    @property
    def open_remarks(self) -> list[CaseRemark]:
        """The remarks that are not answered yet."""
        return [remark for remark in self.remarks if not remark.answer]


def _one(organisation_id: int | None) -> frozenset[int]:
    return frozenset() if organisation_id is None else frozenset({organisation_id})


class CasePatent(Base):
    """A patent that the case offers as security, in its order."""

    __tablename__ = "case_patent"
    __table_args__ = (UniqueConstraint("case_id", "patent_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("financing_case.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    position: Mapped[int]

    patent: Mapped[Patent] = relationship(lazy="joined")


class CasePaper(Base):
    """A paper of the application; a newer one of its kind takes its place."""

    __tablename__ = "case_paper"

    case_id: Mapped[int] = mapped_column(ForeignKey("financing_case.id"), index=True)
    kind: Mapped[str] = one_of("kind", (*PAPERS, *OPTIONAL_PAPERS))
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    attachment_id: Mapped[str] = mapped_column(String(16))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


append_only("case_paper")


class CaseRemark(Base):
    """What must be mended before the application can be accepted."""

    __tablename__ = "case_remark"

    case_id: Mapped[int] = mapped_column(ForeignKey("financing_case.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class CaseCheck(Base):
    """A line of the check sheet 材料审查表: the rule, what it found, and when."""

    __tablename__ = "case_check"
    __table_args__ = (Index("ix_case_check_case_round", "case_id", "round_no"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("financing_case.id"))
    round_no: Mapped[int]
    rule: Mapped[str] = mapped_column(String(60))
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


append_only("case_check")


class CaseHat(Base):
    """For which organisation a person acts in a case: for one only."""

    __tablename__ = "case_hat"
    __table_args__ = (UniqueConstraint("case_id", "identity"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("financing_case.id"), index=True)
    identity: Mapped[str] = mapped_column(String(80))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    since: Mapped[datetime] = mapped_column(Moment, default=clock.now)


constraint("uq_case_hat_case_id_identity", "CASE_TWO_HATS")
