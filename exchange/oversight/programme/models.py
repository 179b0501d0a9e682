"""Departments, measures, their updates, and targets; exact values are kept as decimal text."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core.database import Base, Moment, Owned, Thing, one_of, state_of
from exchange.core.errors import constraint
from exchange.oversight.programme.rules import COMPARATORS, KINDS, PERIODS, ROLES, Aim, Reading, order_of
from exchange.oversight.programme.states import TARGET, UPDATE, Status, TargetState, UpdateState

EXACT = String(40)


def exact(text: str) -> Fraction | None:
    """The fraction behind a decimal text; nothing behind an empty one."""
    return Fraction(text) if text else None


class Department(Base):
    """A department of the plan, with the organisation that has its seat here, where there is one."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(String(10), unique=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)


class MeasureDepartment(Base):
    """That a department leads, is responsible for, or supports a measure."""

    __tablename__ = "measure_department"
    __table_args__ = (UniqueConstraint("measure_id", "department_id"),)

    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    role: Mapped[str] = one_of("role", list(ROLES))

    department: Mapped[Department] = relationship(lazy="joined")


class Measure(Thing):
    """A measure or target of the plan, in the plan's words; never changed, only its updates are added."""

    __tablename__ = "measure"
    noun = "measure"
    lock_rank = 76

    code: Mapped[str] = mapped_column(String(12), unique=True)
    section: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = one_of("kind", list(KINDS))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    reading_zh: Mapped[str] = mapped_column(String(300), default="")
    reading_en: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    comparator: Mapped[str] = one_of("comparator", ["", *COMPARATORS])
    threshold: Mapped[str] = mapped_column(EXACT, default="")
    high: Mapped[str] = mapped_column(EXACT, default="")
    baseline: Mapped[str] = mapped_column(EXACT, default="")
    period: Mapped[str] = one_of("period", list(PERIODS))
    begins_on: Mapped[date]
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_text: Mapped[str] = mapped_column(String(40), default="")
    indicator_code: Mapped[str] = mapped_column(String(40), default="", index=True)
    seeded: Mapped[bool] = mapped_column(default=False)
    last_status: Mapped[str] = one_of("last_status", ["", *(str(status) for status in Status)])

    departments: Mapped[list[MeasureDepartment]] = relationship(order_by="MeasureDepartment.id", lazy="selectin")

    def parties(self) -> dict[str, frozenset[int]]:
        """The organisations of the departments, by their role."""
        return {role: frozenset(
            each.department.organisation_id for each in self.departments if each.role == role and each.department.organisation_id)
            for role in ROLES}

    @property
    def seats(self) -> dict[int, str]:
        """The organisations that act here for a department, each with its strongest role."""
        found: dict[int, str] = {}
        for role in reversed(list(ROLES)):
            found |= dict.fromkeys(self.parties()[role], role)
        return found

    @property
    def aim(self) -> Aim:
        """What the measure wants, as the rules read it."""
        return Aim(
            self.kind, self.comparator, exact(self.threshold), exact(self.high), exact(self.baseline), self.period, self.begins_on, self.due_on)

    @property
    def place(self) -> tuple[tuple[int, str], ...]:
        """Its place in the plan."""
        return order_of(self.code)


class MeasureUpdate(Owned, Thing):
    """What a department reports of a measure: a value on a day, or that it is done; never changes an earlier one."""

    __tablename__ = "measure_update"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> recorded_by", name="two_people"),
        CheckConstraint("done OR value <> ''", name="says_something"),
        Index("ix_measure_update_measure", "measure_id", "state", "happened_on"),
    )
    noun = "update"
    machine = UPDATE
    lock_rank = 77

    number: Mapped[str] = mapped_column(String(20), unique=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    district: Mapped[str] = mapped_column(String(40), default="")
    happened_on: Mapped[date]
    value: Mapped[str] = mapped_column(EXACT, default="")
    done: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(200), default="")
    attachment_id: Mapped[str] = mapped_column(String(16), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    public: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = state_of(UPDATE)
    recorded_by: Mapped[int]
    approved_by: Mapped[int | None]
    approved_at: Mapped[datetime | None] = mapped_column(Moment)

    measure: Mapped[Measure] = relationship(lazy="joined")

    @property
    def stage(self) -> UpdateState:
        """The state as a word with its label."""
        return UpdateState(self.state)

    @property
    def reading(self) -> Reading:
        """What the rules read of it."""
        return Reading(self.happened_on, exact(self.value), self.done, self.district)


class Target(Owned, Thing):
    """A figure to be reached by a day, of a named version of an indicator; a new period is a new target."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint("due_on > begins_on", name="period"),)
    noun = "target"
    machine = TARGET
    lock_rank = 78

    number: Mapped[str] = mapped_column(String(20), unique=True)
    indicator: Mapped[str] = mapped_column(String(40), index=True)
    definition_version: Mapped[int]
    definition_sha256: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(40), default="")
    baseline: Mapped[str] = mapped_column(EXACT, default="")
    value: Mapped[str] = mapped_column(EXACT)
    begins_on: Mapped[date]
    due_on: Mapped[date]
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"), index=True)
    decree: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = state_of(TARGET)
    live: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(String(500), default="")

    measure: Mapped[Measure | None] = relationship()

    @property
    def stage(self) -> TargetState:
        """The state as a word with its label."""
        return TargetState(self.state)

    @property
    def goal(self) -> Fraction:
        """The share to be reached."""
        return Fraction(self.value)

    @property
    def base(self) -> Fraction | None:
        """The share from which it is counted."""
        return exact(self.baseline)

    @property
    def aim(self) -> Aim:
        """What the target wants, as the rules read it."""
        return Aim("target", ">=", self.goal, None, self.base, "once", self.begins_on, self.due_on)


class TargetReading(Base):
    """How a target stood at a month's end, as it was known then."""

    __tablename__ = "target_reading"
    __table_args__ = (UniqueConstraint("target_id", "day"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    day: Mapped[date]
    total: Mapped[int]
    converted: Mapped[int]
    status: Mapped[str] = one_of("status", [str(status) for status in Status])
    chance_permille: Mapped[int | None]
    known_at: Mapped[datetime] = mapped_column(Moment)


STANDING = Index(
    "uq_target_standing", Target.indicator, Target.scope, Target.due_on, unique=True,
    sqlite_where=Target.live.is_(True), postgresql_where=Target.live.is_(True))
constraint("uq_target_standing", "TARGET_EXISTS")
constraint("ck_measure_update_two_people", "SECOND_PERSON_NEEDED")
constraint("uq_measure_code", "MEASURE_EXISTS")
