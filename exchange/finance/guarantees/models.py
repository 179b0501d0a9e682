"""Guarantees with their counter-security, shares and exposure; re-guarantees; schemes with their parties; net assets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import (
    TRIGGERS, Base, Moment, Owned, Thing, Trigger, append_only, currency, minor, money, one_of, state_of,
)
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.finance.guarantees.rules import BASES, KINDS, PROFILES, REGUARANTORS, ROLES, SETTLEMENTS, PartyWeight
from exchange.finance.guarantees.states import (
    GUARANTEE, GUARANTOR_YEAR, REGUARANTEE, SCHEME, GuaranteeState, ReguaranteeState, SchemeState, YearState,
)
from exchange.people.accounts.models import Organisation

COUNTER_KINDS: dict[str, Text] = {
    "pledge": _("Pledge of patents"), "person": _("A person's guarantee"), "company": _("A company's guarantee"),
    "deposit": _("Cash deposit"),
}
FEE_BASES: dict[str, Text] = {"amount": _("On the guaranteed amount"), "outstanding": _("On what is outstanding")}
SIDES = ("client", "guarantor", "bank")
DOCUMENTS: dict[str, Text] = {
    "letter": _("Letter of guarantee"), "confirmation": _("Re-guarantee confirmation"),
}


class Scheme(Owned, Thing):
    """An edition of a sharing scheme 分担方案; once approved it never changes."""

    __tablename__ = "scheme"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name", "edition"),
        CheckConstraint("min_ip_share_bp BETWEEN 0 AND 10000", name="ip_share"),
    )
    noun = "scheme"
    machine = SCHEME
    lock_rank = 9

    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = state_of(SCHEME)
    profile: Mapped[str] = one_of("profile", tuple(PROFILES))
    base: Mapped[str] = one_of("base", tuple(BASES))
    settlement: Mapped[str] = one_of("settlement", tuple(SETTLEMENTS))
    ip_part_only: Mapped[bool] = mapped_column(default=False)
    min_ip_share_bp: Mapped[int] = mapped_column(default=0)
    max_loan_minor: Mapped[int | None] = minor(nullable=True)
    max_loan_currency: Mapped[str | None] = currency(nullable=True)
    max_loan: Mapped[Money | None] = money("max_loan_minor", "max_loan_currency")
    unmet_role: Mapped[str] = one_of("unmet_role", tuple(ROLES))
    source: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    members: Mapped[list[SchemeParty]] = relationship(order_by="SchemeParty.ord", lazy="selectin")

    def parties(self) -> Mapping[str, frozenset[int]]:
        """The drafter, and the organisations it names."""
        return {"member": frozenset(each.organisation_id for each in self.members if each.organisation_id)}

    @property
    def status(self) -> SchemeState:
        return SchemeState(self.state)

    @property
    def weights(self) -> tuple[PartyWeight, ...]:
        """The parties in declared order, with their weights in per cent."""
        return tuple(PartyWeight(each.role, each.weight, each.organisation_id) for each in self.members)

    @property
    def reguaranteed(self) -> bool:
        """Whether a re-guarantor stands in it."""
        return any(each.role in REGUARANTORS for each in self.members)

    def in_use(self, on: date) -> bool:
        """Whether a guarantee may be approved under it on a day."""
        return self.state == SchemeState.APPROVED and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class SchemeParty(Base):
    """A party of a scheme in its order, with its weight in basis points."""

    __tablename__ = "scheme_party"
    __table_args__ = (UniqueConstraint("scheme_id", "ord"), CheckConstraint("weight_bp > 0", name="weight"))

    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    ord: Mapped[int]
    role: Mapped[str] = one_of("role", tuple(ROLES))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    weight_bp: Mapped[int]

    @property
    def weight(self) -> Decimal:
        """The weight in per cent."""
        return Decimal(self.weight_bp) / 100

    @property
    def label(self) -> Text:
        return ROLES[self.role]


FIXED = ("name", "edition", "profile", "base", "settlement", "unmet_role", "source", "valid_from")
_same = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in FIXED)
TRIGGERS.append(Trigger("scheme", "tr_scheme_fixed", "sqlite", (
    f"CREATE TRIGGER tr_scheme_fixed BEFORE UPDATE ON scheme WHEN OLD.state <> 'draft' AND ({_same}) "
    "BEGIN SELECT RAISE(ABORT, 'scheme_fixed'); END"
)))
TRIGGERS.append(Trigger("scheme", "tr_scheme_fixed", "postgresql", (
    "CREATE OR REPLACE FUNCTION scheme_fixed() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'scheme_fixed' USING ERRCODE = 'restrict_violation'; END $$; "
    f"CREATE TRIGGER tr_scheme_fixed BEFORE UPDATE ON scheme FOR EACH ROW WHEN (OLD.state <> 'draft' AND ({_same})) "
    "EXECUTE FUNCTION scheme_fixed()"
)))
append_only("scheme_party")


class GuarantorYear(Owned, Thing):
    """A guarantor's net assets of a day; limits are counted from the newest confirmed row."""

    __tablename__ = "guarantor_year"
    __table_args__ = (UniqueConstraint("organisation_id", "net_assets_on"),)
    noun = "guarantor_year"
    machine = GUARANTOR_YEAR
    lock_rank = 10

    state: Mapped[str] = state_of(GUARANTOR_YEAR)
    net_assets_minor: Mapped[int] = minor()
    net_assets_currency: Mapped[str] = currency()
    net_assets: Mapped[Money] = money("net_assets_minor", "net_assets_currency")
    net_assets_on: Mapped[date]
    sme_agri_main: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(300))

    @property
    def status(self) -> YearState:
        return YearState(self.state)


class Guarantee(Owned, Thing):
    """A guarantor's (``organisation_id``) promise to a bank for a client's loan 担保."""

    __tablename__ = "guarantee"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("guaranteed_bp BETWEEN 0 AND 10000", name="guaranteed"),
        CheckConstraint("fee_bp BETWEEN 0 AND 300", name="fee"),
        CheckConstraint("state IN ('applied', 'declined', 'cancelled') OR kind IS NOT NULL", name="kind_said"),
    )
    noun = "guarantee"
    machine = GUARANTEE
    lock_rank = 61

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(GUARANTEE)
    client_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"))
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecard.id"))
    scheme_id: Mapped[int | None] = mapped_column(ForeignKey("scheme.id"))
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    term_months: Mapped[int]
    kind: Mapped[str | None] = one_of("kind", tuple(KINDS), nullable=True)
    guaranteed_bp: Mapped[int] = mapped_column(default=10_000)
    cap_minor: Mapped[int | None] = minor(nullable=True)
    cap_currency: Mapped[str | None] = currency(nullable=True)
    cap: Mapped[Money | None] = money("cap_minor", "cap_currency")
    period_months: Mapped[int | None]
    maturity: Mapped[date | None]
    deadline_on: Mapped[date | None] = mapped_column(index=True)
    fee_bp: Mapped[int] = mapped_column(default=0)
    fee_basis: Mapped[str] = one_of("fee_basis", tuple(FEE_BASES))
    fee_minor: Mapped[int | None] = minor(nullable=True)
    fee_currency: Mapped[str | None] = currency(nullable=True)
    fee: Mapped[Money | None] = money("fee_minor", "fee_currency")
    fee_paid_on: Mapped[date | None]
    affiliated: Mapped[bool] = mapped_column(default=False)
    co_guarantee_basis: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    approved_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    due_on: Mapped[date | None]
    contract_sha256: Mapped[str] = mapped_column(String(64), default="")
    letter_code: Mapped[str] = mapped_column(String(20), default="")
    held_by_order: Mapped[str] = mapped_column(String(60), default="")
    journals: Mapped[int] = mapped_column(default=0)

    guarantor: Mapped[Organisation] = relationship(foreign_keys="Guarantee.organisation_id", lazy="joined")
    client: Mapped[Organisation] = relationship(foreign_keys=[client_id], lazy="joined")
    bank: Mapped[Organisation] = relationship(foreign_keys=[bank_id], lazy="joined")
    scheme: Mapped[Scheme | None] = relationship()
    shares: Mapped[list[GuaranteeShare]] = relationship(order_by="GuaranteeShare.ord", lazy="selectin")
    reguarantees: Mapped[list[Reguarantee]] = relationship(back_populates="guarantee", order_by="Reguarantee.id")
    counters: Mapped[list[CounterGuarantee]] = relationship(order_by="CounterGuarantee.id")
    signatures: Mapped[list[GuaranteeSignature]] = relationship(order_by="GuaranteeSignature.id")

    def parties(self) -> Mapping[str, frozenset[int]]:
        """Who stands where in this guarantee."""
        behind = frozenset(
            each.organisation_id for each in self.shares if each.organisation_id and each.role in REGUARANTORS
        )
        return {
            "guarantor": frozenset({self.organisation_id}), "client": frozenset({self.client_id}),
            "enterprise": frozenset({self.client_id}), "bank": frozenset({self.bank_id}), "reguarantor": behind,
        }

    @property
    def status(self) -> GuaranteeState:
        return GuaranteeState(self.state)

    @property
    def kind_label(self) -> Text:
        """The kind in words; an application may leave it open."""
        return KINDS[self.kind] if self.kind else Text("—")

    @property
    def guaranteed(self) -> Money:
        """What the guarantor stands for towards the bank."""
        return self.amount.basis_points(self.guaranteed_bp, "down")


class GuaranteeShare(Base):
    """A sharer's exact part of the amount, frozen when the guarantee is approved."""

    __tablename__ = "guarantee_share"
    __table_args__ = (
        UniqueConstraint("guarantee_id", "ord"), CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("weight_bp > 0", name="weight"),
    )

    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    ord: Mapped[int]
    role: Mapped[str] = one_of("role", tuple(ROLES))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    weight_bp: Mapped[int]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    @property
    def weight(self) -> Decimal:
        """The weight in per cent."""
        return Decimal(self.weight_bp) / 100

    @property
    def label(self) -> Text:
        return ROLES[self.role]


append_only("guarantee_share")


class CounterGuarantee(Base):
    """What the client gives the guarantor in return 反担保."""

    __tablename__ = "counter_guarantee"

    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    kind: Mapped[str] = one_of("kind", tuple(COUNTER_KINDS))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"))
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")


class GuaranteeSignature(Base):
    """A side's signature under one version of the guarantee contract."""

    __tablename__ = "guarantee_signature"
    __table_args__ = (UniqueConstraint("guarantee_id", "side"),)

    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    side: Mapped[str] = one_of("side", SIDES)
    signer_id: Mapped[int]
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    document_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


append_only("guarantee_signature")
constraint("uq_guarantee_signature_guarantee_id_side", "GUARANTEE_SIGNED_BEFORE")


class Reguarantee(Owned, Thing):
    """A re-guarantor's (``organisation_id``) part in one guarantee 再担保."""

    __tablename__ = "reguarantee"
    __table_args__ = (
        CheckConstraint("liability_minor >= 0", name="liability"),
        UniqueConstraint("guarantee_id", "organisation_id"),
    )
    noun = "reguarantee"
    machine = REGUARANTEE
    lock_rank = 61

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(REGUARANTEE)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    liability_minor: Mapped[int] = minor()
    liability_currency: Mapped[str] = currency()
    liability: Mapped[Money] = money("liability_minor", "liability_currency")
    rate_bp: Mapped[int] = mapped_column(default=0)
    fee_minor: Mapped[int] = minor()
    fee_currency: Mapped[str] = currency()
    fee: Mapped[Money] = money("fee_minor", "fee_currency")
    fee_paid_on: Mapped[date | None]
    mode: Mapped[str] = one_of("mode", ("case", "automatic"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    due_on: Mapped[date | None]
    confirmation_code: Mapped[str] = mapped_column(String(20), default="")
    journals: Mapped[int] = mapped_column(default=0)

    guarantee: Mapped[Guarantee] = relationship(back_populates="reguarantees", lazy="joined")
    reguarantor: Mapped[Organisation] = relationship(foreign_keys="Reguarantee.organisation_id", lazy="joined")
    scheme: Mapped[Scheme] = relationship()

    def parties(self) -> Mapping[str, frozenset[int]]:
        """The re-guarantor and the parties of its guarantee."""
        given = self.guarantee
        return {
            "reguarantor": frozenset({self.organisation_id}), "guarantor": frozenset({given.organisation_id}),
            "bank": frozenset({given.bank_id}), "client": frozenset({given.client_id}),
        }

    @property
    def status(self) -> ReguaranteeState:
        return ReguaranteeState(self.state)


class Exposure(Base):
    """A guarantor's liability for one guarantee: reserved on approval, outstanding from disbursement on."""

    __tablename__ = "exposure"
    __table_args__ = (
        CheckConstraint("reserved_minor >= 0 AND outstanding_minor >= 0", name="not_negative"),
        CheckConstraint("weight_bp BETWEEN 0 AND 10000", name="weight"),
    )

    guarantor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), unique=True)
    reserved_minor: Mapped[int] = minor()
    reserved_currency: Mapped[str] = currency()
    reserved: Mapped[Money] = money("reserved_minor", "reserved_currency")
    outstanding_minor: Mapped[int] = minor()
    outstanding_currency: Mapped[str] = currency()
    outstanding: Mapped[Money] = money("outstanding_minor", "outstanding_currency")
    weight_bp: Mapped[int]
