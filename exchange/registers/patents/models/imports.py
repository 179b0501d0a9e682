"""Imports 批量导入: the uploaded file, what was answered, what the dry run found, and the rows worth remembering."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.database import Base, Moment, Owned, Thing, one_of, state_of
from exchange.registers.patents.states import IMPORT

POLICIES = ("fill", "replace", "keep")


class ImportBatch(Owned, Thing):
    """One uploaded file and its way into the registry as drafts."""

    __tablename__ = "import_batch"
    noun = "import"
    machine = IMPORT
    lock_rank = 27

    state: Mapped[str] = state_of(IMPORT)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    format: Mapped[str] = mapped_column(String(10), default="")
    profile: Mapped[str] = mapped_column(String(40), default="")
    encoding: Mapped[str] = mapped_column(String(20), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    header: Mapped[list[str]] = mapped_column(JSON, default=list)
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    samples: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    codes: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    plan_sha256: Mapped[str] = mapped_column(String(64), default="")
    policy: Mapped[str] = one_of("policy", POLICIES)
    stop_on_refused: Mapped[bool] = mapped_column(default=False)
    next_row: Mapped[int] = mapped_column(default=0)
    stop_wanted: Mapped[bool] = mapped_column(default=False)
    uploaded_by: Mapped[int]
    written_at: Mapped[datetime | None] = mapped_column(Moment)
    undo_until: Mapped[date | None]
    failure: Mapped[str] = mapped_column(String(60), default="")
    job_id: Mapped[str] = mapped_column(String(16), default="")

    def parties(self) -> dict[str, frozenset[int]]:
        """The organisation whose patents these are."""
        return {"holder": frozenset({self.organisation_id})}


SAME_FILE = Index("ix_import_batch_file", ImportBatch.organisation_id, ImportBatch.sha256)


class ImportRow(Base):
    """A row of a batch about which something was said, or which changed an existing entry."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("import_batch_id", "number"), Index("ix_import_row_level", "import_batch_id", "level"))

    import_batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]
    level: Mapped[str] = one_of("level", ("E", "W", "I", "-"))
    outcome: Mapped[str] = one_of("outcome", ("new", "changed", "same", "refused"))
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    shown: Mapped[str] = mapped_column(String(300), default="")
    patent_id: Mapped[int | None] = mapped_column(ForeignKey("patent.id"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version: Mapped[int | None]
