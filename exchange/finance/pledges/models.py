"""Pledges with their items, the parties' confirmations, disposals and the registries' terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import (
    Base, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of,
)
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.finance.pledges.states import COVERING, DISPOSAL, PLEDGE, DisposalState, PledgeState
from exchange.registers.patents.models import Patent

SECURES: dict[str, Text] = {"loan": _("The loan"), "recourse": _("The guarantor's recourse")}
KINDS: dict[str, Text] = {"single": _("One debt"), "max_amount": _("Maximum amount")}
CHANNELS: dict[str, Text] = {"online": _("Online"), "window": _("At the window"), "post": _("By post")}
STEPS = ("sign", "file", "change", "release")
SIDES = ("pledgor", "pledgee")
DEFAULT_SCOPE = _("principal, interest, penalty, damages, costs")


class Pledge(Owned, Thing):
    """The right of a pledgee (``organisation_id``) in patents of a pledgor."""

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("secured_minor > 0", name="secured"),
        CheckConstraint("secured_debt_minor >= 0", name="debt"),
        CheckConstraint("state <> 'registered' OR (notice_no <> '' AND registered_on IS NOT NULL)", name="registered_complete"),
        CheckConstraint(
            "(kind = 'max_amount') = (cap_minor IS NOT NULL) AND (kind = 'max_amount') = (determination_on IS NOT NULL)",
            name="cap",
        ),
        CheckConstraint("debt_to >= debt_from", name="term"),
    )
    noun = "pledge"
    machine = PLEDGE
    lock_rank = 60

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(PLEDGE)
    pledgor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    secures: Mapped[str] = one_of("secures", tuple(SECURES))
    kind: Mapped[str] = one_of("kind", tuple(KINDS))
    secured_minor: Mapped[int] = minor()
    secured_currency: Mapped[str] = currency()
    secured: Mapped[Money] = money("secured_minor", "secured_currency")
    secured_debt_minor: Mapped[int] = minor(default=0)
    secured_debt_currency: Mapped[str] = currency()
    secured_debt: Mapped[Money] = money("secured_debt_minor", "secured_debt_currency")
    debt_stated: Mapped[bool] = mapped_column(default=False)
    debt_due: Mapped[bool] = mapped_column(default=False)
    cap_minor: Mapped[int | None] = minor(nullable=True)
    cap_currency: Mapped[str | None] = currency(nullable=True)
    cap: Mapped[Money | None] = money("cap_minor", "cap_currency")
    determination_on: Mapped[date | None]
    secured_scope: Mapped[str] = mapped_column(String(200), default=DEFAULT_SCOPE)
    debt_from: Mapped[date]
    debt_to: Mapped[date]
    jurisdiction: Mapped[str] = mapped_column(String(2), default="CN")
    channel: Mapped[str] = one_of("channel", tuple(CHANNELS))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    annuity_payer: Mapped[str] = one_of("annuity_payer", SIDES)
    invalidation_clause: Mapped[str] = mapped_column(String(500), default="")
    round_no: Mapped[int] = mapped_column(default=1)
    contract_sha256: Mapped[str] = mapped_column(String(64), default="")
    filed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    late_told_on: Mapped[date | None]
    notice_no: Mapped[str] = mapped_column(String(60), default="")
    notice_sha256: Mapped[str] = mapped_column(String(64), default="")
    registered_on: Mapped[date | None]
    release_notice_no: Mapped[str] = mapped_column(String(60), default="")
    released_on: Mapped[date | None]
    refusal_ground: Mapped[int | None]
    refusal_text: Mapped[str] = mapped_column(String(500), default="")
    refused_on: Mapped[date | None]
    waiver_reason: Mapped[str] = mapped_column(String(500), default="")
    held_by_order: Mapped[str] = mapped_column(String(60), default="")

    items: Mapped[list[PledgeItem]] = relationship(back_populates="pledge", order_by="PledgeItem.id")
    confirmations: Mapped[list[PledgePartyConfirmation]] = relationship(
        back_populates="pledge", order_by="PledgePartyConfirmation.id"
    )

    def parties(self) -> Mapping[str, frozenset[int]]:
        """Who stands where in this pledge."""
        return {"pledgee": frozenset({self.organisation_id}), "pledgor": frozenset({self.pledgor_id})}

    @property
    def status(self) -> PledgeState:
        return PledgeState(self.state)

    @property
    def covers(self) -> bool:
        """Whether the right exists: registered and not ended."""
        return self.state in COVERING

    @property
    def live_items(self) -> list[PledgeItem]:
        """The items that are still in the pledge and alive."""
        return [item for item in self.items if item.removed_on is None and item.died_on is None]


class PledgeItem(Base):
    """One pledged patent with its accepted value and cap."""

    __tablename__ = "pledge_item"
    __table_args__ = (
        UniqueConstraint("pledge_id", "patent_id"),
        CheckConstraint("patent_rank = 1", name="rank_cn"),
        CheckConstraint("ltv_cap_bp BETWEEN 0 AND 5000", name="cap"),
        CheckConstraint("accepted_minor >= 0", name="accepted"),
    )

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    patent_rank: Mapped[int] = mapped_column(default=1)
    ltv_cap_bp: Mapped[int]
    accepted_minor: Mapped[int] = minor()
    accepted_currency: Mapped[str] = currency()
    accepted: Mapped[Money] = money("accepted_minor", "accepted_currency")
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"))
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecard.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal_review.id"))
    holds: Mapped[bool] = mapped_column(default=False)
    encumbrance_id: Mapped[int | None] = mapped_column(ForeignKey("encumbrance.id"))
    died_on: Mapped[date | None]
    death_cause: Mapped[str] = mapped_column(String(40), default="")
    removed_on: Mapped[date | None]

    pledge: Mapped[Pledge] = relationship(back_populates="items")
    patent: Mapped[Patent] = relationship()


Index(
    "uq_pledge_item_hold", PledgeItem.patent_id, PledgeItem.patent_rank, unique=True,
    sqlite_where=PledgeItem.holds.is_(True), postgresql_where=PledgeItem.holds.is_(True),
)
constraint("uq_pledge_item_hold", "PATENT_ALREADY_PLEDGED")


class PledgePartyConfirmation(Base):
    """One side's signature or confirmation of a step."""

    __tablename__ = "pledge_party_confirmation"
    __table_args__ = (UniqueConstraint("pledge_id", "step", "round_no", "party"),)

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    step: Mapped[str] = one_of("step", STEPS)
    round_no: Mapped[int] = mapped_column(default=1)
    party: Mapped[str] = one_of("party", SIDES)
    signer_id: Mapped[int]
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    document_sha256: Mapped[str] = mapped_column(String(64), default="")
    acknowledged: Mapped[str] = mapped_column(String(200), default="")
    confirmed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    pledge: Mapped[Pledge] = relationship(back_populates="confirmations")


append_only("pledge_party_confirmation")

MODES: dict[str, Text] = {
    "agreed_transfer": _("Agreed transfer"),
    "agreed_sale": _("Agreed sale"),
    "auction": _("Auction"),
    "court": _("Through the court"),
}


class Disposal(Owned, Thing):
    """The sale of pledged rights after default, by the pledgee (``organisation_id``)."""

    __tablename__ = "disposal"
    __table_args__ = (CheckConstraint("reserve_minor > 0", name="reserve"), CheckConstraint("round_no BETWEEN 1 AND 3", name="rounds"))
    noun = "disposal"
    machine = DISPOSAL
    lock_rank = 60

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    state: Mapped[str] = state_of(DISPOSAL)
    mode: Mapped[str] = one_of("mode", tuple(MODES))
    enforcement_order: Mapped[str] = mapped_column(String(200), default="own_collateral, guarantor")
    reserve_minor: Mapped[int] = minor()
    reserve_currency: Mapped[str] = currency()
    reserve: Mapped[Money] = money("reserve_minor", "reserve_currency")
    value_minor: Mapped[int] = minor()
    value_currency: Mapped[str] = currency()
    value: Mapped[Money] = money("value_minor", "value_currency")
    agreed_low: Mapped[bool] = mapped_column(default=False)
    listing_reference: Mapped[str] = mapped_column(String(60), default="", index=True)
    round_no: Mapped[int] = mapped_column(default=1)
    price_minor: Mapped[int | None] = minor(nullable=True)
    price_currency: Mapped[str | None] = currency(nullable=True)
    price: Mapped[Money | None] = money("price_minor", "price_currency")
    costs_minor: Mapped[int] = minor(default=0)
    costs_currency: Mapped[str] = currency()
    costs: Mapped[Money] = money("costs_minor", "costs_currency")
    reason: Mapped[str] = mapped_column(String(500), default="")

    pledge: Mapped[Pledge] = relationship()

    @property
    def status(self) -> DisposalState:
        return DisposalState(self.state)

    def parties(self) -> Mapping[str, frozenset[int]]:
        """The parties of its pledge."""
        return self.pledge.parties()


class RegistryRule(Base):
    """How long a registry takes, and whether registration makes the right."""

    __tablename__ = "registry_rule"
    __table_args__ = (UniqueConstraint("jurisdiction", "action", "channel", "valid_from"),)

    jurisdiction: Mapped[str] = mapped_column(String(2))
    action: Mapped[str] = one_of("action", ("register", "change", "release"))
    channel: Mapped[str] = one_of("channel", tuple(CHANNELS))
    working_days: Mapped[int]
    constitutive: Mapped[bool] = mapped_column(default=True)
    ranks_allowed: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]


SHIPPED_DAYS: dict[str, int] = {"online": 2, "window": 5, "post": 5}
