"""Tables of batch valuations 批量测算: the batch, its rows, and each computation as a version that is never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Base, Id, Moment, Owned, Thing, append_only, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.files import NEEDED_BY
from exchange.core.money import Money
from exchange.people.accounts.models import Organisation, Person

from ..states import APPRAISAL_BATCH, RUNNING_BATCHES, BatchState
from .reports import person


class AppraisalBatch(Owned, Thing):
    """Many patents valued in one job under common and own assumptions; indicative only, never an appraisal."""

    __tablename__ = "appraisal_batch"
    noun: ClassVar[str] = "appraisal_batch"
    machine = APPRAISAL_BATCH
    lock_rank: ClassVar[int] = 44

    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    origin: Mapped[str] = one_of("origin", ["selection", "file"])
    filename: Mapped[str] = mapped_column(String(200), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    valuation_date: Mapped[date]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_good: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    run_no: Mapped[int] = mapped_column(Integer, default=0)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    good_only: Mapped[bool] = mapped_column(default=False)
    input_sha256: Mapped[str] = mapped_column(String(64), default="")
    current_version_id: Mapped[int | None] = mapped_column(Id)
    running_job: Mapped[str] = mapped_column(String(40), default="")
    failure: Mapped[str] = mapped_column(String(200), default="")
    report_sha256: Mapped[str] = mapped_column(String(64), default="")
    report_pages: Mapped[int | None]
    started_by: Mapped[int] = person()
    state: Mapped[str] = state_of(APPRAISAL_BATCH)
    demonstration: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(foreign_keys="AppraisalBatch.organisation_id")
    author: Mapped[Person] = relationship(foreign_keys=[started_by])
    versions: Mapped[list[AppraisalBatchVersion]] = relationship(order_by="AppraisalBatchVersion.number")

    __table_args__ = (
        Index("uq_appraisal_batch_running", "organisation_id", unique=True,
              sqlite_where=text("state IN ('" + "', '".join(RUNNING_BATCHES) + "')"),
              postgresql_where=text("state IN ('" + "', '".join(RUNNING_BATCHES) + "')")),
    )

    @property
    def status(self) -> BatchState:
        """The state with its label."""
        return BatchState(self.state)


class AppraisalBatchRow(Base):
    """One patent of a batch: what was given, what is wrong with it, and the value of the run that computed it."""

    __tablename__ = "appraisal_batch_row"

    batch_id: Mapped[int] = mapped_column(ForeignKey("appraisal_batch.id"))
    number: Mapped[int] = mapped_column(Integer)
    patent_id: Mapped[int | None] = mapped_column(ForeignKey("patent.id"))
    patent_number: Mapped[str] = mapped_column(String(60), default="")
    given: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    parsed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    fault_count: Mapped[int] = mapped_column(Integer, default=0)
    run_no: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    value_minor: Mapped[int | None] = minor(nullable=True)
    value_currency: Mapped[str | None] = currency(nullable=True)
    value: Mapped[Money | None] = money("value_minor", "value_currency")

    __table_args__ = (
        UniqueConstraint("batch_id", "number", name="uq_appraisal_batch_row_number"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_appraisal_batch_row_value", "batch_id", "value_minor"),
        Index("ix_appraisal_batch_row_run", "batch_id", "fault_count", "run_no"),
    )


class AppraisalBatchVersion(Owned, Thing):
    """One computation of a batch: settings, sources, rows and results as exact bytes, never changed."""

    __tablename__ = "appraisal_batch_version"
    noun: ClassVar[str] = "appraisal_batch_version"

    batch_id: Mapped[int] = mapped_column(ForeignKey("appraisal_batch.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    request_json: Mapped[bytes] = mapped_column(LargeBinary)
    result_json: Mapped[bytes] = mapped_column(LargeBinary)
    request_sha256: Mapped[str] = mapped_column(String(64))
    result_sha256: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    seed: Mapped[int] = mapped_column(Id)
    author_id: Mapped[int] = person()
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    author: Mapped[Person] = relationship()
    __table_args__ = (UniqueConstraint("batch_id", "number", name="uq_appraisal_batch_version_number"),)


NEEDED_BY.append((AppraisalBatch, "report_sha256"))
append_only("appraisal_batch_version")
constraint("uq_appraisal_batch_running", "BATCH_RUNNING")
