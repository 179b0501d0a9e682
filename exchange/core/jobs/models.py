"""Jobs and timers as rows: written in the transaction that wants the work, carried out after it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, Moment, new_public_id, one_of
from exchange.core.states import State
from exchange.core.text import Text as Label
from exchange.core.text import _


class JobState(State):
    """How far a job is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(Base):
    """Work to do after the transaction that wrote this row, and how far it is."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_job_due", "state", "due_at"))

    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id, insert_sentinel=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200), default="")
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = one_of("state", tuple(JobState))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(60), default="")
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=1)
    step_name: Mapped[str] = mapped_column(String(200), default="")
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    result_url: Mapped[str] = mapped_column(String(400), default="")
    error_code: Mapped[str] = mapped_column(String(60), default="")
    error_detail: Mapped[str] = mapped_column(Text, default="")

    @property
    def percent(self) -> int:
        """How much is done, in whole percent."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * max(0, self.step - 1) // max(1, self.steps)) if self.step else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def label(self) -> Label:
        """The state for people."""
        return next(state.label for state in JobState if state == self.state)


class Timer(Base):
    """A rule that acts on an object at a moment; fired once, in the order of due moments."""

    __tablename__ = "timer"
    __table_args__ = (UniqueConstraint("noun", "object_id", "rule"), Index("ix_timer_due", "done_at", "due_at"))

    noun: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(60))
    due_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str] = mapped_column(String(200), default="")
