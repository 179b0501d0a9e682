"""Facts by interval, and published snapshots."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.database import Base, Moment, Owned, Thing, one_of, state_of
from exchange.oversight.statistics.states import SNAPSHOT, SnapshotState


class StatFact(Base):
    """A patent enters and leaves the denominator (``series`` "n") or a numerator (a definition's code) on civil days.

    Half-open in valid time (``enters``, ``leaves``) and in record time (``recorded_at``, ``superseded_at``); the values of
    the dimensions are those of the patent and its holder.
    """

    __tablename__ = "stat_fact"
    __table_args__ = (
        CheckConstraint("leaves > enters", name="interval"),
        Index("ix_stat_fact_as_of", "series", "floor", "enters", "leaves"),
        Index("ix_stat_fact_patent", "patent_id", "superseded_at"),
    )

    series: Mapped[str] = mapped_column(String(40))
    floor: Mapped[str] = mapped_column(String(1), default="")
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    patent_public_id: Mapped[str] = mapped_column(String(16))
    enters: Mapped[date]
    leaves: Mapped[date]
    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    holder_kind: Mapped[str] = mapped_column(String(30))
    type: Mapped[str] = mapped_column(String(20))
    section: Mapped[str] = mapped_column(String(1))
    district: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment, index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)


class Snapshot(Owned, Thing):
    """A figure as it is published: read from here ever after, never computed again."""

    __tablename__ = "stat_snapshot"
    __table_args__ = (CheckConstraint("published_by IS NULL OR published_by <> proposed_by", name="two_people"),)
    noun = "snapshot"
    machine = SNAPSHOT
    lock_rank = 75

    number: Mapped[str] = mapped_column(String(20), unique=True)
    definition: Mapped[str] = mapped_column(String(40), index=True)
    definition_sha256: Mapped[str] = mapped_column(String(64))
    floor: Mapped[str] = one_of("floor", ("A", "B", "C", "D"))
    as_of: Mapped[date]
    known_at: Mapped[datetime] = mapped_column(Moment)
    total: Mapped[int]
    converted: Mapped[int]
    list_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = state_of(SNAPSHOT)
    proposed_by: Mapped[int | None]
    published_by: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(500), default="")

    @property
    def stage(self) -> SnapshotState:
        """The state as a word with its label."""
        return SnapshotState(self.state)
