"""Tables of deals: the deal, its patents, the versions of its terms, and what the gates said at each point."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Base, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of
from exchange.core.money import Money
from exchange.market.deals.rules import PRICE_FORMS
from exchange.market.deals.states import DEAL, DealState, Mode


class Deal(Owned, Thing):
    """One sale or licence from the accepted offer to the certificate; `organisation_id` is the holder."""

    __tablename__ = "deal"
    __table_args__ = (
        CheckConstraint("buyer_organisation_id <> organisation_id", name="two_parties"),
        CheckConstraint("price_minor > 0", name="priced"),
        Index("ix_deal_buyer", "buyer_organisation_id"),
    )
    noun = "deal"
    machine = DEAL
    lock_rank = 40

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(DEAL)
    resumes_to: Mapped[str] = mapped_column(String(40), default="")
    mode: Mapped[str] = one_of("mode", [str(mode) for mode in Mode])
    buyer_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    price_minor: Mapped[int] = minor()
    price_currency: Mapped[str] = currency()
    price: Mapped[Money] = money("price_minor", "price_currency")
    price_form: Mapped[str] = one_of("price_form", list(PRICE_FORMS))
    listing_reference: Mapped[str] = mapped_column(String(16), default="", index=True)
    offer_reference: Mapped[str] = mapped_column(String(16), default="")
    awarded: Mapped[bool] = mapped_column(default=False)
    terms_n: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    patents: Mapped[list[DealPatent]] = relationship(order_by="DealPatent.id", lazy="selectin")

    def parties(self) -> dict[str, frozenset[int]]:
        """The holder sells, the buyer buys."""
        return {"holder": frozenset({self.organisation_id}), "buyer": frozenset({self.buyer_organisation_id})}

    @property
    def shown_state(self) -> DealState:
        """The state as a word with its label."""
        return DealState(self.state)

    @property
    def shown_mode(self) -> Mode:
        """The mode as a word with its label."""
        return Mode(self.mode)


class DealPatent(Base):
    """One patent of a deal."""

    __tablename__ = "deal_patent"
    __table_args__ = (UniqueConstraint("deal_id", "patent_id"),)

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)


class DealTerms(Base):
    """One whole version of the terms: the exact bytes that both sides tick."""

    __tablename__ = "deal_terms"
    __table_args__ = (UniqueConstraint("deal_id", "n"),)

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"), index=True)
    n: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class GateCheck(Base):
    """What one gate said at one point of a listing or deal; kept as it was."""

    __tablename__ = "gate_check"
    __table_args__ = (Index("ix_gate_check_thing", "noun", "object_id"),)

    noun: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(16))
    point: Mapped[str] = mapped_column(String(40))
    gate: Mapped[str] = mapped_column(String(4))
    passed: Mapped[bool]
    code: Mapped[str] = mapped_column(String(60), default="")
    facts_sha256: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


append_only("deal_terms")
append_only("gate_check")
