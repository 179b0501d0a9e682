"""Tables of demands, interests and matches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import Moment, Owned, Thing, currency, minor, money, one_of, state_of
from exchange.core.money import Money
from exchange.market.listings.models import Listing
from exchange.market.matching.rules.wishes import DECLINE_REASONS, INVESTOR_KINDS
from exchange.market.matching.states import DEMAND, INTEREST, MATCH, DemandState, InterestState, MatchState


class Demand(Owned, Thing):
    """A technology that somebody looks for."""

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("low_minor IS NULL OR high_minor IS NULL OR low_minor <= high_minor", name="budget"),
        CheckConstraint("low_minor IS NULL OR low_minor >= 0", name="low"),
        CheckConstraint("stage_low IS NULL OR stage_high IS NULL OR stage_low <= stage_high", name="stages"),
    )
    noun = "demand"
    machine = DEMAND
    lock_rank = 34

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(DEMAND)
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = one_of("language", ["zh", "en"])
    classes: Mapped[list[str]] = mapped_column(JSON, default=list)
    modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    territory: Mapped[str] = mapped_column(String(40), default="")
    low_minor: Mapped[int | None] = minor(nullable=True)
    low_currency: Mapped[str | None] = currency(nullable=True)
    low: Mapped[Money | None] = money("low_minor", "low_currency")
    high_minor: Mapped[int | None] = minor(nullable=True)
    high_currency: Mapped[str | None] = currency(nullable=True)
    high: Mapped[Money | None] = money("high_minor", "high_currency")
    stage_low: Mapped[int | None]
    stage_high: Mapped[int | None]
    deadline: Mapped[date | None]
    confidential: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(1000), default="")
    opened_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def shown_state(self) -> DemandState:
        """The state as a word with its label."""
        return DemandState(self.state)


class Interest(Owned, Thing):
    """An investor's saved criteria, which look for matches as long as they are active."""

    __tablename__ = "interest"
    __table_args__ = (
        CheckConstraint("low_minor IS NULL OR high_minor IS NULL OR low_minor <= high_minor", name="ticket"),
        CheckConstraint("stage_low IS NULL OR stage_high IS NULL OR stage_low <= stage_high", name="stages"),
    )
    noun = "interest"
    machine = INTEREST
    lock_rank = 35

    state: Mapped[str] = state_of(INTEREST)
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = one_of("language", ["zh", "en"])
    kind: Mapped[str] = one_of("kind", list(INVESTOR_KINDS))
    foreign: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str] = mapped_column(Text, default="")
    classes: Mapped[list[str]] = mapped_column(JSON, default=list)
    modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    low_minor: Mapped[int | None] = minor(nullable=True)
    low_currency: Mapped[str | None] = currency(nullable=True)
    low: Mapped[Money | None] = money("low_minor", "low_currency")
    high_minor: Mapped[int | None] = minor(nullable=True)
    high_currency: Mapped[str | None] = currency(nullable=True)
    high: Mapped[Money | None] = money("high_minor", "high_currency")
    stage_low: Mapped[int | None]
    stage_high: Mapped[int | None]
    threshold_bp: Mapped[int] = mapped_column(default=4000)

    @property
    def shown_state(self) -> InterestState:
        """The state as a word with its label."""
        return InterestState(self.state)


class Match(Owned, Thing):
    """A wish and a listing that meet, with the parts of the score as they were judged; `organisation_id` is the seeker."""

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint("(demand_id IS NULL) <> (interest_id IS NULL)", name="one_wish"),
        CheckConstraint("score_bp BETWEEN 0 AND 10000", name="score"),
        Index("ix_match_seeker", "organisation_id", "state", "score_bp"),
        Index("ix_match_holder", "holder_organisation_id", "state", "score_bp"),
    )
    noun = "match"
    machine = MATCH
    lock_rank = 36

    state: Mapped[str] = state_of(MATCH)
    holder_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    interest_id: Mapped[int | None] = mapped_column(ForeignKey("interest.id"))
    score_bp: Mapped[int]
    lane: Mapped[str] = one_of("lane", ["same", "adjacent"])
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    gaps: Mapped[list[str]] = mapped_column(JSON, default=list)
    weights_version: Mapped[str] = mapped_column(String(20))
    decline_reason: Mapped[str | None] = one_of("decline_reason", list(DECLINE_REASONS), nullable=True)
    judged_at: Mapped[datetime] = mapped_column(Moment)
    listing: Mapped[Listing] = relationship(lazy="selectin")
    demand: Mapped[Demand | None] = relationship(lazy="selectin")
    interest: Mapped[Interest | None] = relationship(lazy="selectin")

    def parties(self) -> dict[str, frozenset[int]]:
        """Who seeks and who offers."""
        return {"seeker": frozenset({self.organisation_id}), "holder": frozenset({self.holder_organisation_id})}

    @property
    def wish(self) -> Demand | Interest:
        """The demand or the interest that is met."""
        found = self.demand or self.interest
        if found is None:
            raise LookupError("a match has a wish")
        return found

    @property
    def shown_state(self) -> MatchState:
        """The state as a word with its label."""
        return MatchState(self.state)


Index("uq_match_demand", Match.demand_id, Match.listing_id, unique=True)
Index("uq_match_interest", Match.interest_id, Match.listing_id, unique=True)
