"""Tables of listings and offers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import (
    Base,
    Moment,
    Owned,
    Thing,
    append_only,
    currency,
    minor,
    money,
    one_of,
    state_of,
)
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.market.deals.rules import PRICE_FORMS
from exchange.market.deals.states import LICENCES, Mode
from exchange.market.listings.rules.offer import DECLINE_REASONS, LicenceBox
from exchange.market.listings.states import LISTING, OFFER, PUBLIC, RUNNING, ListingState, OfferState, PriceMode


class Listing(Owned, Thing):
    """A patent, or several together, offered in one mode; `organisation_id` is the holder."""

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint("price_minor IS NULL OR price_minor > 0", name="priced"),
        CheckConstraint("stage IS NULL OR stage BETWEEN 1 AND 9", name="stage"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_listing_newest", "state", "sorted_at", "id"),
        Index("ix_listing_price", "state", "price_minor", "id"),
    )
    noun = "listing"
    machine = LISTING
    lock_rank = 30

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(LISTING)
    mode: Mapped[str] = one_of("mode", [str(mode) for mode in Mode])
    price_mode: Mapped[str] = one_of("price_mode", [str(mode) for mode in PriceMode])
    price_minor: Mapped[int | None] = minor(nullable=True)
    price_currency: Mapped[str | None] = currency(nullable=True)
    price: Mapped[Money | None] = money("price_minor", "price_currency")
    price_form: Mapped[str] = one_of("price_form", list(PRICE_FORMS))
    on_enquiry: Mapped[bool] = mapped_column(default=False)
    title_zh: Mapped[str] = mapped_column(String(200), default="")
    title_en: Mapped[str] = mapped_column(String(300), default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    solution: Mapped[str] = mapped_column(Text, default="")
    benefit: Mapped[str] = mapped_column(Text, default="")
    economics: Mapped[str] = mapped_column(Text, default="")
    evidence_of_use: Mapped[str] = mapped_column(Text, default="")
    prior_art: Mapped[str] = mapped_column(Text, default="")
    defects: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[int | None]
    industry: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    territories: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    burdens: Mapped[list[int]] = mapped_column(JSON, default=list)
    declared: Mapped[bool] = mapped_column(default=False)
    leak_confirmed: Mapped[bool] = mapped_column(default=False)
    has_valuation: Mapped[bool] = mapped_column(default=False)
    term_days: Mapped[int] = mapped_column(default=180)
    score: Mapped[int] = mapped_column(default=0)
    announcement_n: Mapped[int] = mapped_column(default=0)
    announcement_sha256: Mapped[str] = mapped_column(String(64), default="")
    attempt: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), unique=True)
    sale_held: Mapped[str] = one_of("sale_held", ["none", "live", "bid"])
    reason: Mapped[str] = mapped_column(String(1000), default="")
    notice_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_on: Mapped[date | None]
    sorted_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    patents: Mapped[list[ListingPatent]] = relationship(order_by="ListingPatent.position", lazy="selectin", cascade="all, delete-orphan")

    def parties(self) -> dict[str, frozenset[int]]:
        """The holder's side."""
        return {"holder": frozenset({self.organisation_id})}

    @property
    def patent_ids(self) -> list[int]:
        """The listed patents in order."""
        return [row.patent_id for row in self.patents]

    @property
    def shown_state(self) -> ListingState:
        """The state as a word with its label."""
        return ListingState(self.state)

    @property
    def shown_mode(self) -> Mode:
        """The mode as a word with its label."""
        return Mode(self.mode)

    @property
    def shown_price_mode(self) -> PriceMode:
        """The way of pricing as a word with its label."""
        return PriceMode(self.price_mode)

    @property
    def is_licence(self) -> bool:
        """Whether a licence is offered."""
        return self.mode in LICENCES

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in PUBLIC

    @property
    def price_or_last(self) -> int:
        """The price for rising order; without one at the end."""
        return 10**15 if self.price_minor is None else self.price_minor

    @property
    def price_or_zero(self) -> int:
        """The price for falling order; without one at the end."""
        return self.price_minor or 0

    @property
    def ends_or_never(self) -> date:
        """The last day for the order of ending first."""
        return self.ends_on or date(9999, 12, 31)

    @property
    def box(self) -> LicenceBox | None:
        """The licence box offered; none for a sale."""
        if not self.is_licence or self.first_day is None:
            return None
        return LicenceBox(tuple(self.territories), tuple(self.fields), self.first_day, self.last_day)


class ListingPatent(Base):
    """One patent of a listing, at its place."""

    __tablename__ = "listing_patent"
    __table_args__ = (UniqueConstraint("listing_id", "patent_id"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    position: Mapped[int]


class ListingCode(Base):
    """One exact value by which listings are filtered and counted."""

    __tablename__ = "listing_code"
    __table_args__ = (UniqueConstraint("listing_id", "name", "value"), Index("ix_listing_code_value", "name", "value", "listing_id"))

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    name: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(60))


class Announcement(Base):
    """The frozen terms of a listing: exact bytes and their digest, never changed."""

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("listing_id", "n"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    n: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Offer(Owned, Thing):
    """A buyer's offer on a listing and its rounds; `organisation_id` is the buyer."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="priced"),
        CheckConstraint("holder_organisation_id <> organisation_id", name="two_parties"),
    )
    noun = "offer"
    machine = OFFER
    lock_rank = 33

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = state_of(OFFER)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    holder_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    turn: Mapped[str] = one_of("turn", ["holder", "buyer"])
    round: Mapped[int] = mapped_column(default=1)
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    valid_until: Mapped[datetime] = mapped_column(Moment, index=True)
    award_live: Mapped[bool] = mapped_column(default=False)
    single: Mapped[bool] = mapped_column(default=True)
    deal_reference: Mapped[str] = mapped_column(String(16), default="")
    listing: Mapped[Listing] = relationship(lazy="selectin")
    rounds: Mapped[list[OfferVersion]] = relationship(order_by="OfferVersion.n")

    def parties(self) -> dict[str, frozenset[int]]:
        """Buyer and holder, and whose turn it is."""
        buyer, holder = frozenset({self.organisation_id}), frozenset({self.holder_organisation_id})
        return {"buyer": buyer, "holder": holder, "turn": holder if self.turn == "holder" else buyer}

    @property
    def shown_state(self) -> OfferState:
        """The state as a word with its label."""
        return OfferState(self.state)


class OfferVersion(Base):
    """One round of an offer, as it was said."""

    __tablename__ = "offer_version"
    __table_args__ = (UniqueConstraint("offer_id", "n"), CheckConstraint("amount_minor > 0", name="priced"))

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    n: Mapped[int]
    side: Mapped[str] = one_of("side", ["holder", "buyer"])
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    price_form: Mapped[str] = one_of("price_form", list(PRICE_FORMS))
    conditions: Mapped[str] = mapped_column(Text, default="")
    territories: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    valid_until: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Decline(Base):
    """Why an offer was declined; the note is for the one who declined alone."""

    __tablename__ = "decline"

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), unique=True)
    side: Mapped[str] = one_of("side", ["holder", "buyer"])
    reason: Mapped[str] = one_of("reason", list(DECLINE_REASONS))
    note: Mapped[str] = mapped_column(String(1000), default="")
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


_RUNNING = Offer.state.in_([str(state) for state in RUNNING])
_AWARDED = Offer.award_live & Offer.single

Index("uq_offer_running", Offer.listing_id, Offer.organisation_id, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)
Index("uq_offer_award", Offer.listing_id, unique=True, sqlite_where=_AWARDED, postgresql_where=_AWARDED)
constraint("uq_offer_running", "OFFER_EXISTS")
constraint("uq_offer_award", "ALREADY_ALLOCATED")
for _table in ("announcement", "offer_version", "decline"):
    append_only(_table)
