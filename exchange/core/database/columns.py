"""The columns every table shares, and their types."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Integer, MetaData, String, Table, event
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, composite, mapped_column
from sqlalchemy.types import TypeDecorator

from exchange.core import clock
from exchange.core.money import Money
from exchange.core.states import Machine

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})
db = SQLAlchemy(metadata=metadata)


class Moment(TypeDecorator[datetime]):
    """An aware moment; UTC in the database, naive values refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a naive moment has no place in a column")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MinorUnits(TypeDecorator[int]):
    """Whole minor units of money; floats, strings and booleans refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError("money columns hold whole minor units")
        return value


Id = BigInteger().with_variant(Integer, "sqlite")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Sixteen random characters (80 bits) by which the outside names a row."""
    bits = secrets.randbits(80)
    return "".join([CROCKFORD[bits >> place & 31] for place in range(0, 80, 5)])


class Base(DeclarativeBase):
    """Every table: an integer ``id`` that stays inside."""

    metadata = metadata
    id: Mapped[int] = mapped_column(Id, primary_key=True, sort_order=-10)


class Thing(Base):
    """A row that people name: random ``public_id`` outside, ``version`` against lost edits, times."""

    __abstract__ = True
    noun: ClassVar[str] = ""
    lock_rank: ClassVar[int] = 0

    public_id: Mapped[str] = mapped_column(String(16), unique=True, insert_sentinel=True, sort_order=-9)
    version: Mapped[int] = mapped_column(Integer, default=1, sort_order=90)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, onupdate=clock.now, sort_order=92)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "__mapper_args__" not in cls.__dict__ and "version" not in cls.__dict__:
            cls.__mapper_args__ = {"version_id_col": cls.version}
        super().__init_subclass__(**kwargs)


class Owned:
    """A row of business: it belongs to an organisation."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True, sort_order=-8)


@event.listens_for(Thing, "init", propagate=True)
def _name_outside(target: Thing, args: Any, kwargs: dict[str, Any]) -> None:
    kwargs.setdefault("public_id", new_public_id())


def minor(*, nullable: bool = False, **options: Any) -> MappedColumn[Any]:
    """The ``x_minor`` column of an amount."""
    return mapped_column(MinorUnits, nullable=nullable, **options)


def currency(*, nullable: bool = False) -> MappedColumn[Any]:
    """The ``x_currency`` column of an amount."""
    return mapped_column(String(3), nullable=nullable, default=None if nullable else "CNY")


def _money_of(units: int | None, code: str | None) -> Money | None:
    return None if units is None or code is None else Money(units, code)


def money(units_column: str, currency_column: str) -> Any:
    """Compose ``x_minor`` and ``x_currency`` into a ``Money`` attribute ``x``."""
    return composite(_money_of, units_column, currency_column)


Money.__composite_values__ = lambda self: (self.minor, self.currency)  # type: ignore[attr-defined]  # the ORM asks for this name


def state_of(machine: Machine) -> MappedColumn[str]:
    """A state column whose CHECK is the machine's own states."""
    states = ", ".join(f"'{state}'" for state in machine.states)
    name = "state" if machine.attribute == "state" else machine.attribute
    return mapped_column(String(40), CheckConstraint(f"{machine.attribute} IN ({states})", name=name), index=True)


def one_of(column: str, values: Iterator[str] | tuple[str, ...] | list[str], *, nullable: bool = False) -> MappedColumn[Any]:
    """A text column whose CHECK lists its values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return mapped_column(String(40), CheckConstraint(f"{column} IN ({listed})", name=column), nullable=nullable)


_checked: set[Table] = set()


@event.listens_for(Base, "instrument_class", propagate=True)
def _whole_units_only(mapper: Any, cls: type) -> None:
    """On SQLite each money column also carries a CHECK that it holds an integer."""
    table = mapper.local_table
    if not isinstance(table, Table) or table in _checked:
        return
    _checked.add(table)
    for column in table.columns:
        if isinstance(column.type, MinorUnits):
            rule = f"{column.name} IS NULL OR typeof({column.name}) = 'integer'"
            table.append_constraint(CheckConstraint(rule, name=f"{column.name}_whole").ddl_if(dialect="sqlite"))
