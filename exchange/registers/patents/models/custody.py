"""Custody 托管: a patent deposited with the exchange by an organisation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import Owned, Thing, state_of
from exchange.registers.patents.models.registry import Patent, RegisterSnapshot
from exchange.registers.patents.states import CUSTODY

ENDED = ("lapsed", "invalidated", "transferred_out", "withdrawn")


class Custody(Owned, Thing):
    """One deposit of a patent by a holder organisation, with its custody number once verified."""

    __tablename__ = "custody"
    noun = "custody"
    machine = CUSTODY
    lock_rank = 21

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    state: Mapped[str] = state_of(CUSTODY)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    agreement_sha256: Mapped[str] = mapped_column(String(64), default="")
    services: Mapped[str] = mapped_column(String(200), default="")
    register_snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("register_snapshot.id"))
    submitted_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    verified_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")

    patent: Mapped[Patent] = relationship()
    register_snapshot: Mapped[RegisterSnapshot | None] = relationship()

    def parties(self) -> dict[str, frozenset[int]]:
        """The depositing organisation is the holder."""
        return {"holder": frozenset({self.organisation_id})}


LIVE_CUSTODY = Index(
    "uq_custody_live", Custody.patent_id, Custody.organisation_id, unique=True,
    sqlite_where=Custody.state.not_in(ENDED), postgresql_where=Custody.state.not_in(ENDED),
)
