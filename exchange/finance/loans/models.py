"""Loans with their parties, conditions, movements, schedule, demands and collateral."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import (
    Base, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of,
)
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.finance.loans.rules.allocation import Component
from exchange.finance.loans.rules.days import DayCount, DueRule
from exchange.finance.loans.rules.history import PURPOSE_LABELS
from exchange.finance.loans.rules.rates import RepriceRule
from exchange.finance.loans.rules.risk import RiskClass
from exchange.finance.loans.rules.rounding import Rounding
from exchange.finance.loans.rules.schedule import InterestBasis, Method
from exchange.finance.loans.states import LOAN, LoanStage

PURPOSES: dict[str, Text] = {
    "working_capital": _("Working capital"), "research": _("Research and development"), "equipment": _("Equipment"),
    "industrialisation": _("Putting a patent into production"),
}
ROLES: dict[str, Text] = {
    "guarantor": _("Guarantor"), "reguarantor": _("Re-guarantor"), "pool": _("Risk pool"), "party": _("Sharing party"),
}
CONVENTIONS = ("none", "following", "modified_following")
CONDITIONS: dict[str, Text] = {
    "guarantee_approved": _("Guarantee approved"),
    "reguarantee_approved": _("Re-guarantee approved"),
    "guarantee_signed": _("Guarantee signed"),
    "reguarantee_effective": _("Re-guarantee in force"),
    "guarantor_consent": _("Guarantor's consent to the new terms"),
    "reguarantor_consent": _("Re-guarantor's consent to the new terms"),
}


class Loan(Owned, Thing):
    """A bank's (``organisation_id``) loan to a borrower."""

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal_minor > 0", name="principal"),
        CheckConstraint("outstanding_minor >= 0 AND outstanding_minor <= drawn_minor", name="outstanding"),
        CheckConstraint("rate_e4 BETWEEN 0 AND 360000", name="rate"),
        CheckConstraint("periods BETWEEN 1 AND 360", name="periods"),
        CheckConstraint("stage BETWEEN 1 AND 3", name="stage"),
    )
    noun = "loan"
    machine = LOAN
    lock_rank = 62

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(LOAN)
    borrower_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
    principal_minor: Mapped[int] = minor()
    principal_currency: Mapped[str] = currency()
    principal: Mapped[Money] = money("principal_minor", "principal_currency")
    purpose: Mapped[str] = one_of("purpose", tuple(PURPOSES))
    purpose_note: Mapped[str] = mapped_column(String(500), default="")
    payee: Mapped[str] = mapped_column(String(200), default="")
    tranches: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str] = one_of("method", tuple(Method))
    periods: Mapped[int]
    months: Mapped[int] = mapped_column(default=1)
    first_due: Mapped[date]
    maturity: Mapped[date]
    due_rule: Mapped[str] = one_of("due_rule", tuple(DueRule))
    due_day: Mapped[int | None]
    day_count: Mapped[str] = one_of("day_count", tuple(DayCount))
    business_day_rule: Mapped[str] = one_of("business_day_rule", CONVENTIONS)
    interest_to_adjusted: Mapped[bool] = mapped_column(default=False)
    interest_basis: Mapped[str] = one_of("interest_basis", tuple(InterestBasis))
    interest_rounding: Mapped[str] = one_of("interest_rounding", tuple(Rounding))
    instalment_unit: Mapped[int] = mapped_column(default=1)
    instalment_rounding: Mapped[str] = one_of("instalment_rounding", tuple(Rounding))
    principal_grace: Mapped[int] = mapped_column(default=0)
    custom_rows: Mapped[list[int]] = mapped_column(JSON, default=list)
    rate_kind: Mapped[str] = one_of("rate_kind", ("fixed", "lpr"))
    rate_e4: Mapped[int]
    lpr_tenor: Mapped[str] = mapped_column(String(2), default="1Y")
    spread_bp: Mapped[int] = mapped_column(default=0)
    reprice_rule: Mapped[str] = one_of("reprice_rule", tuple(RepriceRule))
    penalty_bp: Mapped[int] = mapped_column(default=15_000)
    misuse_bp: Mapped[int] = mapped_column(default=20_000)
    misused: Mapped[bool] = mapped_column(default=False)
    compound: Mapped[bool] = mapped_column(default=False)
    grace_days: Mapped[int] = mapped_column(default=0)
    prepayment_fee_bp: Mapped[int] = mapped_column(default=0)
    allocation_order: Mapped[str] = mapped_column(String(120), default=",".join(Component))
    enforcement_order: Mapped[str] = mapped_column(String(120), default="own_collateral,guarantor")
    contract_sha256: Mapped[str] = mapped_column(String(64), default="")
    approved_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    disbursed_on: Mapped[date | None]
    defaulted_on: Mapped[date | None]
    claimed_on: Mapped[date | None]
    written_off_on: Mapped[date | None]
    repaid_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    watch_cause: Mapped[str] = mapped_column(String(200), default="")
    held_by_order: Mapped[str] = mapped_column(String(60), default="")
    drawn_minor: Mapped[int] = minor(default=0)
    drawn_currency: Mapped[str] = currency()
    drawn: Mapped[Money] = money("drawn_minor", "drawn_currency")
    outstanding_minor: Mapped[int] = minor(default=0)
    outstanding_currency: Mapped[str] = currency()
    outstanding: Mapped[Money] = money("outstanding_minor", "outstanding_currency")
    arrears_minor: Mapped[int] = minor(default=0)
    arrears_currency: Mapped[str] = currency()
    arrears: Mapped[Money] = money("arrears_minor", "arrears_currency")
    overdue_since: Mapped[date | None]
    next_due_on: Mapped[date | None] = mapped_column(index=True)
    next_due_minor: Mapped[int | None] = minor(nullable=True)
    next_due_currency: Mapped[str | None] = currency(nullable=True)
    next_due: Mapped[Money | None] = money("next_due_minor", "next_due_currency")
    risk_class: Mapped[str] = one_of("risk_class", tuple(RiskClass))
    class_floor: Mapped[str] = one_of("class_floor", tuple(RiskClass))
    stage: Mapped[int] = mapped_column(default=1)
    nonaccrual: Mapped[bool] = mapped_column(default=False)
    journals: Mapped[int] = mapped_column(default=0)

    members: Mapped[list[LoanParty]] = relationship(order_by="LoanParty.id")
    conditions: Mapped[list[LoanCondition]] = relationship(order_by="LoanCondition.id")
    signatures: Mapped[list[LoanSignature]] = relationship(order_by="LoanSignature.id")
    drawings: Mapped[list[LoanDrawing]] = relationship(order_by="LoanDrawing.n")
    fixings: Mapped[list[RateFixing]] = relationship(order_by="RateFixing.from_on")
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")
    charges: Mapped[list[LoanCharge]] = relationship(order_by="LoanCharge.id")
    refunds: Mapped[list[LoanRefund]] = relationship(order_by="LoanRefund.id")
    restructurings: Mapped[list[Restructuring]] = relationship(order_by="Restructuring.id")
    recoveries: Mapped[list[LoanRecovery]] = relationship(order_by="LoanRecovery.id")

    def parties(self) -> Mapping[str, frozenset[int]]:
        """Who stands where in this loan."""
        named: dict[str, frozenset[int]] = {
            "bank": frozenset({self.organisation_id}), "borrower": frozenset({self.borrower_id})
        }
        for role in ROLES:
            named[role] = frozenset(each.organisation_id for each in self.members if each.role == role)
        return named

    @property
    def status(self) -> LoanStage:
        return LoanStage(self.state)

    @property
    def rate(self) -> Decimal:
        """The contract rate in per cent a year."""
        return Decimal(self.rate_e4) / 10_000

    @property
    def multiplier(self) -> Decimal:
        """The penalty multiplier in force: the higher one after misuse."""
        return Decimal(max(self.penalty_bp, self.misuse_bp) if self.misused else self.penalty_bp) / 10_000

    @property
    def guaranteed(self) -> bool:
        return any(each.role == "guarantor" for each in self.members)


class LoanParty(Base):
    """An organisation that stands behind a loan."""

    __tablename__ = "loan_party"
    __table_args__ = (UniqueConstraint("loan_id", "organisation_id", "role"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = one_of("role", tuple(ROLES))


class LoanCondition(Base):
    """A condition that a higher feature requires and meets."""

    __tablename__ = "loan_condition"
    __table_args__ = (UniqueConstraint("loan_id", "kind", "terms_sha256"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    kind: Mapped[str] = one_of("kind", tuple(CONDITIONS))
    terms_sha256: Mapped[str] = mapped_column(String(64), default="")
    required: Mapped[bool] = mapped_column(default=True)
    met_at: Mapped[datetime | None] = mapped_column(Moment)


class LoanSignature(Base):
    """A party's signature under one version of the contract."""

    __tablename__ = "loan_signature"
    __table_args__ = (UniqueConstraint("loan_id", "party"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    party: Mapped[str] = mapped_column(String(20))
    signer_id: Mapped[int]
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    document_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class LoanDrawing(Base):
    """Principal paid out 放款."""

    __tablename__ = "loan_drawing"
    __table_args__ = (UniqueConstraint("loan_id", "n"), CheckConstraint("amount_minor > 0", name="amount"))

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    n: Mapped[int]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    value_on: Mapped[date]
    payee: Mapped[str] = mapped_column(String(200), default="")
    deducted_minor: Mapped[int] = minor(default=0)
    deducted_currency: Mapped[str] = currency()
    deducted: Mapped[Money] = money("deducted_minor", "deducted_currency")


class LprQuote(Base):
    """A published loan prime rate; a corrected quote is a new row."""

    __tablename__ = "lpr_quote"
    __table_args__ = (UniqueConstraint("published_on", "tenor"),)

    published_on: Mapped[date]
    tenor: Mapped[str] = one_of("tenor", ("1Y", "5Y"))
    pct_e4: Mapped[int]
    confirmed_through: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))


class RateFixing(Base):
    """The rate of a loan from a day on."""

    __tablename__ = "rate_fixing"
    __table_args__ = (UniqueConstraint("loan_id", "from_on"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    from_on: Mapped[date]
    rate_e4: Mapped[int]
    quoted_on: Mapped[date | None]

    @property
    def rate(self) -> Decimal:
        return Decimal(self.rate_e4) / 10_000


class LoanSchedule(Base):
    """A revision of the schedule with its digest; one is current."""

    __tablename__ = "loan_schedule"
    __table_args__ = (UniqueConstraint("loan_id", "revision"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    revision: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    current: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    rows: Mapped[list[Instalment]] = relationship(order_by="Instalment.id")


Index(
    "uq_loan_schedule_current", LoanSchedule.loan_id, unique=True,
    sqlite_where=LoanSchedule.current.is_(True), postgresql_where=LoanSchedule.current.is_(True),
)


class Instalment(Base):
    """A row of a schedule revision."""

    __tablename__ = "instalment"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("loan_schedule.id"), index=True)
    n: Mapped[int]
    due_unadjusted: Mapped[date]
    due_on: Mapped[date]
    principal_minor: Mapped[int] = minor()
    principal_currency: Mapped[str] = currency()
    principal: Mapped[Money] = money("principal_minor", "principal_currency")
    interest_minor: Mapped[int] = minor()
    interest_currency: Mapped[str] = currency()
    interest: Mapped[Money] = money("interest_minor", "interest_currency")
    balance_minor: Mapped[int] = minor()
    balance_currency: Mapped[str] = currency()
    balance: Mapped[Money] = money("balance_minor", "balance_currency")
    origin: Mapped[str] = mapped_column(String(20), default="schedule")

    @property
    def payment(self) -> Money:
        return self.principal + self.interest


class LoanDemand(Base):
    """What fell due; derived, rebuilt by replay."""

    __tablename__ = "loan_demand"
    __table_args__ = (UniqueConstraint("loan_id", "key"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    component: Mapped[str] = one_of("component", tuple(Component))
    due_on: Mapped[date]
    payable_on: Mapped[date]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    open_minor: Mapped[int] = minor()
    open_currency: Mapped[str] = currency()
    unpaid: Mapped[Money] = money("open_minor", "open_currency")
    origin: Mapped[str] = mapped_column(String(20))


class Payment(Thing):
    """Money received for a loan, never edited; a reversal is another row."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("loan_id", "bank_reference"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )
    noun = "payment"
    lock_rank = 62

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    value_on: Mapped[date]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    fixed_principal_minor: Mapped[int] = minor(default=0)
    payer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    channel: Mapped[str] = mapped_column(String(20), default="transfer")
    bank_reference: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = one_of("purpose", tuple(PURPOSE_LABELS))
    reversed_at: Mapped[datetime | None] = mapped_column(Moment)
    reversal_reason: Mapped[str] = mapped_column(String(500), default="")

    loan: Mapped[Loan] = relationship(back_populates="payments")

    def parties(self) -> Mapping[str, frozenset[int]]:
        """The parties of its loan."""
        return self.loan.parties()

    @property
    def purpose_label(self) -> Text:
        return PURPOSE_LABELS[self.purpose]


class LoanAllocation(Base):
    """What a payment gave to a demand; derived, rebuilt by replay."""

    __tablename__ = "loan_allocation"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    demand_key: Mapped[str] = mapped_column(String(80))
    component: Mapped[str] = one_of("component", tuple(Component))
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")


class LoanCharge(Base):
    """A fee or cost of a loan."""

    __tablename__ = "loan_charge"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    due_on: Mapped[date]
    component: Mapped[str] = one_of("component", ("fee", "cost"))
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    memo: Mapped[str] = mapped_column(String(200), default="")


class LoanRefund(Base):
    """Suspense paid back to the borrower."""

    __tablename__ = "loan_refund"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    value_on: Mapped[date]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")


class LoanRecovery(Base):
    """Money that came in after the guarantor paid (recourse) or after a write-off."""

    __tablename__ = "loan_recovery"
    __table_args__ = (UniqueConstraint("loan_id", "reference"), CheckConstraint("amount_minor > 0", name="amount"))

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    kind: Mapped[str] = one_of("kind", ("recourse", "written_off"))
    value_on: Mapped[date]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    reference: Mapped[str] = mapped_column(String(60))


class CollateralMark(Base):
    """What a pledged patent counted for on a moment."""

    __tablename__ = "collateral_mark"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    pledge_item_id: Mapped[int] = mapped_column(ForeignKey("pledge_item.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    value_minor: Mapped[int] = minor()
    value_currency: Mapped[str] = currency()
    value: Mapped[Money] = money("value_minor", "value_currency")
    cap_bp: Mapped[int]
    cover_minor: Mapped[int] = minor()
    cover_currency: Mapped[str] = currency()
    cover: Mapped[Money] = money("cover_minor", "cover_currency")
    cause: Mapped[str] = mapped_column(String(60))


append_only("collateral_mark")


class Shortfall(Base):
    """Cover that is missing 缺口; one open a loan."""

    __tablename__ = "shortfall"
    __table_args__ = (CheckConstraint("state IN ('open', 'cured', 'absorbed')", name="state"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    opened_on: Mapped[date]
    legal_from: Mapped[date]
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    ratio_bp: Mapped[int | None]
    cause: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20), default="open")
    cured_on: Mapped[date | None]


Index(
    "uq_shortfall_open", Shortfall.loan_id, unique=True,
    sqlite_where=Shortfall.state == "open", postgresql_where=Shortfall.state == "open",
)


class Restructuring(Base):
    """New terms from a day on, with the old ones kept."""

    __tablename__ = "restructuring"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    effective_on: Mapped[date]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    terms_sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))


class WriteOff(Base):
    """What was taken off the balance; the claim is kept."""

    __tablename__ = "write_off"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), unique=True)
    written_on: Mapped[date]
    principal_minor: Mapped[int] = minor()
    principal_currency: Mapped[str] = currency()
    principal: Mapped[Money] = money("principal_minor", "principal_currency")
    interest_minor: Mapped[int] = minor()
    interest_currency: Mapped[str] = currency()
    interest: Mapped[Money] = money("interest_minor", "interest_currency")
    penalty_minor: Mapped[int] = minor()
    penalty_currency: Mapped[str] = currency()
    penalty: Mapped[Money] = money("penalty_minor", "penalty_currency")
    fees_minor: Mapped[int] = minor()
    fees_currency: Mapped[str] = currency()
    fees: Mapped[Money] = money("fees_minor", "fees_currency")
    resolution_sha256: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(500))


constraint("uq_payment_loan_id_bank_reference", "PAYMENT_KNOWN")
constraint("uq_loan_signature_loan_id_party", "LOAN_SIGNED_BEFORE")
