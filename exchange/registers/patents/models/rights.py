"""Encumbrances 权利负担, pledgees' consents 质权人同意 and transfer claims: the one store every gate reads."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import TRIGGERS, Base, Thing, Trigger, currency, minor, money, one_of, state_of
from exchange.core.money import Money
from exchange.registers.patents.models.registry import Patent
from exchange.registers.patents.states import CONSENT, PLEDGES, EncumbranceKind, LicenceKind

SOURCES = ("register", "deal", "declared", "pledges")


class Encumbrance(Thing):
    """A burden on a patent; it ends by a new row, and only ``live`` of the old one changes, once."""

    __tablename__ = "encumbrance"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= begins_on", name="period"),
        CheckConstraint("(ends_encumbrance_id IS NULL) = (ending IS NULL)", name="ending_row"),
        CheckConstraint("ends_encumbrance_id IS NULL OR NOT live", name="ending_not_live"),
    )
    noun = "encumbrance"
    lock_rank = 25

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    kind: Mapped[str] = one_of("kind", list(EncumbranceKind))
    holder_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    holder_name: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = one_of("source", SOURCES)
    reference: Mapped[str] = mapped_column(String(80), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    live: Mapped[bool] = mapped_column(default=True)
    public: Mapped[bool] = mapped_column(default=False)
    rank: Mapped[int] = mapped_column(default=1)
    licence_kind: Mapped[str | None] = one_of("licence_kind", list(LicenceKind), nullable=True)
    may_sublicense: Mapped[bool] = mapped_column(default=False)
    parent_licence_id: Mapped[int | None] = mapped_column(ForeignKey("encumbrance.id"))
    secured_kind: Mapped[str | None] = one_of("secured_kind", ("single", "maximum"), nullable=True)
    needs_review: Mapped[bool] = mapped_column(default=False)
    ends_encumbrance_id: Mapped[int | None] = mapped_column(ForeignKey("encumbrance.id"))
    ending: Mapped[str | None] = one_of("ending", ("lifted", "voided"), nullable=True)
    basis: Mapped[str] = mapped_column(String(300), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    recorded_by: Mapped[int]

    boxes: Mapped[list[LicenceBox]] = relationship(lazy="selectin")
    patent: Mapped[Patent] = relationship()

    def parties(self) -> dict[str, frozenset[int]]:
        """The patent's holder, and who holds the burden."""
        held = frozenset({self.holder_organisation_id} if self.holder_organisation_id else ())
        return {"holder": frozenset({self.patent.organisation_id}), "pledgee": held}

    @property
    def label(self) -> EncumbranceKind:
        """What kind of burden it is."""
        return EncumbranceKind(self.kind)


LIVE_PLEDGE_RULE = Encumbrance.live.is_(True) & Encumbrance.kind.in_([str(kind) for kind in PLEDGES])
LIVE_PLEDGE = Index(
    "uq_encumbrance_live_pledge", Encumbrance.patent_id, unique=True,
    sqlite_where=LIVE_PLEDGE_RULE, postgresql_where=LIVE_PLEDGE_RULE,
)
ENDS = Index("uq_encumbrance_ends", Encumbrance.ends_encumbrance_id, unique=True)

FIXED = (
    "patent_id", "kind", "holder_organisation_id", "holder_name", "source", "reference", "begins_on", "ends_on", "rank",
    "licence_kind", "secured_kind", "ends_encumbrance_id", "ending", "basis", "sha256",
)
SQLITE_CHANGED = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED)
POSTGRES_CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED)
TRIGGERS.append(Trigger("encumbrance", "tr_encumbrance_fixed", "sqlite", (
    f"CREATE TRIGGER tr_encumbrance_fixed BEFORE UPDATE ON encumbrance WHEN (NEW.live AND NOT OLD.live) OR {SQLITE_CHANGED} "
    "BEGIN SELECT RAISE(ABORT, 'append_only: encumbrance'); END"
)))
TRIGGERS.append(Trigger("encumbrance", "tr_encumbrance_fixed", "postgresql", (
    "CREATE TRIGGER tr_encumbrance_fixed BEFORE UPDATE ON encumbrance FOR EACH ROW "
    f"WHEN ((NEW.live AND NOT OLD.live) OR {POSTGRES_CHANGED}) EXECUTE FUNCTION refuse_change()"
)))


class LicenceBox(Base):
    """What a licence covers: territory × field × period."""

    __tablename__ = "licence_box"

    encumbrance_id: Mapped[int] = mapped_column(ForeignKey("encumbrance.id"), index=True)
    territories: Mapped[list[str]] = mapped_column(JSON)
    fields: Mapped[list[str]] = mapped_column(JSON)
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class PayoffStatement(Base):
    """The sum owed as the pledgee states it; the latest counts."""

    __tablename__ = "payoff_statement"

    encumbrance_id: Mapped[int] = mapped_column(ForeignKey("encumbrance.id"), index=True)
    amount_minor: Mapped[int] = minor()
    amount_currency: Mapped[str] = currency()
    amount: Mapped[Money] = money("amount_minor", "amount_currency")
    as_of: Mapped[date]
    valid_until: Mapped[date]
    stated_by: Mapped[int]


class Consent(Thing):
    """The pledgee's consent to uses of a pledged patent."""

    __tablename__ = "consent"
    noun = "consent"
    machine = CONSENT
    lock_rank = 26

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    encumbrance_id: Mapped[int] = mapped_column(ForeignKey("encumbrance.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = state_of(CONSENT)
    uses: Mapped[list[str]] = mapped_column(JSON)
    floor_minor: Mapped[int | None] = minor(nullable=True)
    floor_currency: Mapped[str | None] = currency(nullable=True)
    floor: Mapped[Money | None] = money("floor_minor", "floor_currency")
    fee_first: Mapped[bool] = mapped_column(default=True)
    proceeds: Mapped[str] = one_of("proceeds", ("prepay", "deposit"))
    terms: Mapped[str] = mapped_column(String(2000), default="")
    valid_until: Mapped[date]
    relied_on_by: Mapped[str] = mapped_column(String(80), default="")

    def parties(self) -> dict[str, frozenset[int]]:
        """The consenting pledgee."""
        return {"pledgee": frozenset({self.organisation_id} if self.organisation_id else ())}


class TransferClaim(Base):
    """One process at a time may dispose of a patent."""

    __tablename__ = "transfer_claim"

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    process: Mapped[str] = one_of("process", ("listing", "auction", "deal", "enforcement"))
    reference: Mapped[str] = mapped_column(String(80), index=True)
    live: Mapped[bool] = mapped_column(default=True)
    taken_on: Mapped[date]
    released_on: Mapped[date | None]


LIVE_CLAIM = Index(
    "uq_transfer_claim_live", TransferClaim.patent_id, unique=True,
    sqlite_where=TransferClaim.live.is_(True), postgresql_where=TransferClaim.live.is_(True),
)
