"""The operation: the only place that begins, commits and retries a write; and the columns every table shares.

Driver isolation is off: on SQLite a write transaction is ``BEGIN IMMEDIATE`` before its first read, on PostgreSQL the
aggregate roots are locked ``FOR UPDATE`` in the order of ``(lock_rank, id)``. The outermost operation commits; nested
ones join it; any exception undoes all of it. A session that is dirty outside an operation refuses.
"""

from __future__ import annotations

import functools
import os
import random
import secrets
import signal
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from inspect import Signature
from inspect import signature as inspect_signature
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TextClause,
    UniqueConstraint,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Session, composite, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from exchange.core import clock
from exchange.core.access import VISIBLE_TO, Actor
from exchange.core.errors import CONSTRAINTS, Conflict, DomainError, NotFound, Unavailable
from exchange.core.money import Money
from exchange.core.settings import Settings
from exchange.core.states import Machine, ProposalNeeded

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound="Thing")

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})
db = SQLAlchemy(metadata=metadata)


# ---------------------------------------------------------------- columns

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

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError("money columns hold whole minor units")
        return cast("int | None", value)


Id = BigInteger().with_variant(Integer, "sqlite")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Sixteen random characters (80 bits) by which the outside names a row."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(16))


class Base(DeclarativeBase):
    """Every table: an integer ``id`` that stays inside."""

    metadata = metadata
    id: Mapped[int] = mapped_column(Id, primary_key=True, sort_order=-10)


class Thing(Base):
    """A row that people name: random ``public_id`` outside, ``version`` against lost edits, times."""

    __abstract__ = True
    noun: ClassVar[str] = ""
    lock_rank: ClassVar[int] = 0

    public_id: Mapped[str] = mapped_column(String(16), unique=True, sort_order=-9)
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


# ---------------------------------------------------------------- engine

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def configure(app: Any, settings: Settings) -> None:
    """Bind the database of ``settings`` to the application."""
    url = settings.database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": settings.BUSY_TIMEOUT.total_seconds()}
    else:
        limits = "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
        options |= {"connect_args": {"options": limits}, "pool_size": 10, "pool_timeout": 3}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


# ---------------------------------------------------------------- operation

class WroteOutsideOperation(RuntimeError):
    """The session was changed outside an operation."""


class Proposed(Exception):
    """Not an error: the move was proposed and now waits for a second person."""

    def __init__(self, approval_id: str, noun: str, verb: str) -> None:
        super().__init__(approval_id, noun, verb)
        self.approval_id, self.noun, self.verb = approval_id, noun, verb


@dataclass(frozen=True)
class Call:
    """An operation as it was called, by argument names; what a second person will run again."""

    name: str
    arguments: Mapping[str, Any]
    actor: Actor


@dataclass
class Transaction:
    """The write transaction under way."""

    before_commit: dict[Hashable, Callable[[], object]] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)


_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)

OPERATIONS: dict[str, Callable[..., Any]] = {}
BEFORE_COMMIT: list[Callable[[Session], None]] = []
PROPOSE: list[Callable[[ProposalNeeded, Call], Proposed]] = []
RECORD_DENIED: list[Callable[[DomainError], None]] = []
RETRIES = 8
TRANSIENT = {"40001", "40P01"}


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Make ``function`` a write: one transaction, committed by the outermost, undone by any exception."""
    name = function.__name__
    known = OPERATIONS.get(name)
    if known is not None and known.__module__ != function.__module__:
        raise ValueError(f"operation {name} stands in {known.__module__} and {function.__module__}")
    signature = inspect_signature(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        def body() -> R:
            try:
                return function(*args, **kwargs)
            except ProposalNeeded as proposal:
                proposal.__dict__["call"] = _call(name, signature, args, kwargs)
                raise

        return body() if in_operation() else transact(body)

    OPERATIONS[name] = run
    return run


def _call(name: str, signature: Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call:
    arguments = dict(signature.bind(*args, **kwargs).arguments)
    actor = arguments.pop("actor")
    return Call(name, arguments, actor)


def transact(body: Callable[[], R], *, when_proposed: Callable[[Proposed], None] | None = None) -> R:
    """Run ``body`` in one write transaction; transient failures run the whole of it again."""
    for attempt in range(RETRIES + 1):
        try:
            return _attempt(body)
        except ProposalNeeded as proposal:
            raise _store_proposal(proposal, when_proposed) from None
        except DomainError as refusal:
            _record_denied(refusal)
            raise
        except DBAPIError as problem:
            if attempt == RETRIES or not _is_transient(problem):
                raise _refusal_of(problem) from problem
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # jitter, no secret
    raise AssertionError("unreachable: the last attempt returns or raises")


def _attempt(body: Callable[[], R]) -> R:
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise WroteOutsideOperation("the session is dirty before the operation begins")
    session.rollback()
    transaction = Transaction()
    writing, current = _writing.set(True), _current.set(transaction)
    try:
        session.connection()
        failpoint("operation.begun")
        result = body()
        while transaction.before_commit:
            transaction.before_commit.pop(next(iter(transaction.before_commit)))()
        session.flush()
        failpoint("operation.written")
        for step in BEFORE_COMMIT:
            step(session)
        failpoint("operation.before_commit")
        session.commit()
        failpoint("operation.after_commit")
    except StaleDataError as problem:
        session.rollback()
        raise Conflict("STALE_VERSION") from problem
    except BaseException:
        session.rollback()
        session.info.pop("events", None)
        raise
    finally:
        _writing.reset(writing)
        _current.reset(current)
    for follow in transaction.after_commit:
        follow()
    return result


def _store_proposal(proposal: ProposalNeeded, when_proposed: Callable[[Proposed], None] | None) -> Proposed:
    call = cast(Call, proposal.__dict__["call"])

    def store() -> Proposed:
        proposed = PROPOSE[0](proposal, call)
        if when_proposed is not None:
            when_proposed(proposed)
        return proposed

    return transact(store)


def _record_denied(refusal: DomainError) -> None:
    if refusal.denied is not None and refusal.status in (401, 403, 409, 422):
        for record in RECORD_DENIED:
            transact(functools.partial(record, refusal))
        refusal.denied = None


def _is_transient(problem: DBAPIError) -> bool:
    code = getattr(problem.orig, "sqlstate", None)
    return code in TRANSIENT or (problem.connection_invalidated and not isinstance(problem, IntegrityError))


def _refusal_of(problem: DBAPIError) -> Exception:
    """The stable refusal behind a database error; an unknown one stays what it is."""
    if isinstance(problem, IntegrityError):
        code = CONSTRAINTS.get(violated_constraint(problem) or "")
        return DomainError(code) if code else problem
    state = getattr(problem.orig, "sqlstate", None)
    if state == "55P03" or "database is locked" in str(problem.orig):
        return Unavailable("BUSY")
    if "disk is full" in str(problem.orig) or state == "53100":
        return DomainError("STORAGE_FULL")
    return Unavailable("UNAVAILABLE") if isinstance(problem, OperationalError) and state == "57014" else problem


def violated_constraint(problem: IntegrityError) -> str | None:
    """The name of the violated constraint, on both databases."""
    diagnosis = getattr(problem.orig, "diag", None)
    if diagnosis is not None:
        return cast("str | None", diagnosis.constraint_name)
    message = str(problem.orig)
    kind, _, rest = message.partition(" constraint failed: ")
    if kind == "UNIQUE" and not rest.startswith("index "):
        return _unique_name(rest)
    return rest.removeprefix("index ").strip("'") or message


def _unique_name(columns_text: str) -> str | None:
    """The unique constraint or index over ``table.a, table.b``, which is all that SQLite names."""
    pairs = [part.strip().partition(".") for part in columns_text.split(",")]
    table, wanted = metadata.tables.get(pairs[0][0]), [pair[2] for pair in pairs]
    if table is None:
        return None
    for rule in (*table.indexes, *table.constraints):
        unique = isinstance(rule, UniqueConstraint) or getattr(rule, "unique", False)
        if unique and [column.name for column in rule.columns] == wanted:
            return cast("str | None", rule.name)
    return None


def in_operation() -> bool:
    """Whether a write transaction is under way here."""
    return _current.get() is not None


def before_commit(subject: Hashable, finish: Callable[[], object]) -> None:
    """Call ``finish`` once for a subject at the end of the transaction under way, however often it is asked for."""
    transaction = _current.get()
    if transaction is None:
        raise WroteOutsideOperation("there is no operation to finish")
    transaction.before_commit.setdefault(subject, finish)


def after_commit(follow: Callable[[], None]) -> None:
    """Call ``follow`` once the transaction under way has been committed."""
    transaction = _current.get()
    if transaction is None:
        raise WroteOutsideOperation("there is no operation to follow")
    transaction.after_commit.append(follow)


def lock(*things: Thing) -> None:
    """Read the roots again under their row locks, in the fixed order of the house."""
    if not in_operation():
        raise WroteOutsideOperation("a lock belongs into an operation")
    session = db.session()
    session.flush()
    for thing in sorted(things, key=lambda each: (type(each).lock_rank, each.id)):
        session.refresh(thing, with_for_update={"of": type(thing)})
    failpoint("operation.locked")


def add(thing: Any) -> Any:
    """Put a new row into the session of the operation."""
    if not in_operation():
        raise WroteOutsideOperation("rows are added by operations")
    db.session.add(thing)
    return thing


def flush() -> None:
    """Send pending rows so that their ids are known."""
    db.session.flush()


def expect_version(thing: Thing, version: int | None) -> None:
    """Refuse an edit of something that changed since the reader opened it."""
    if version is not None and thing.version != version:
        raise Conflict("STALE_VERSION", version=thing.version)


@event.listens_for(Session, "before_flush")
def _guard_writes(session: Session, context: Any, instances: Any) -> None:
    changed = [row for row in (*session.new, *session.dirty, *session.deleted) if session.is_modified(row) or row in session.new]
    if changed and not in_operation():
        raise WroteOutsideOperation(f"{type(changed[0]).__name__} was changed outside an operation")
    for row in changed:
        _guard_state(row)


def _guard_state(row: Any) -> None:
    machine: Machine | None = getattr(type(row), "machine", None)
    if machine is None:
        return
    history = inspect(row).attrs[machine.attribute].history
    if history.has_changes() and row.__dict__.get("_moved_to") != getattr(row, machine.attribute):
        raise WroteOutsideOperation(f"the state of {machine.noun} was changed without a move")


# ---------------------------------------------------------------- reading

def visible(model: type[T], public_id: str, actor: Actor | None) -> T:
    """The row of this name that the actor may see; otherwise there is nothing there."""
    clause = VISIBLE_TO[model.noun](actor)
    found = db.session.scalar(select(model).where(model.public_id == public_id, clause))
    if found is None:
        raise NotFound()
    return found


def by_public_id(model: type[T], public_id: str) -> T:
    """The row of this name, for operations that already know who asks."""
    found = db.session.scalar(select(model).where(model.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def model_of(noun: str) -> type[Thing]:
    """The model that carries a noun."""
    for mapper in Base.registry.mappers:
        if getattr(mapper.class_, "noun", "") == noun:
            return cast("type[Thing]", mapper.class_)
    raise KeyError(noun)


def session() -> Session:
    """The session of this request or job."""
    return db.session()


def dialect() -> str:
    """``sqlite`` or ``postgresql``."""
    return db.engine.dialect.name


def nowhere() -> ColumnElement[bool]:
    """A where-clause that lets nothing through."""
    return cast("ColumnElement[bool]", text("1 = 0"))


CLOCK_TOLERANCE = timedelta(seconds=2)
_offset = datetime.now(UTC).timestamp() - time.monotonic()


def deadline_now() -> datetime:
    """The moment that decides deadlines: the database's on PostgreSQL, the guarded host's on SQLite."""
    if clock.is_scripted():
        return clock.now()
    if dialect() == "postgresql":
        return cast(datetime, db.session.scalar(select(func.clock_timestamp()))).astimezone(UTC)
    shift = abs(datetime.now(UTC).timestamp() - time.monotonic() - _offset)
    if shift > CLOCK_TOLERANCE.total_seconds():
        raise Unavailable("CLOCK_UNSURE")
    return clock.now()


# ---------------------------------------------------------------- triggers

@dataclass(frozen=True)
class Trigger:
    """A trigger of one database, kept with its table so that ``create_all`` and migrations make the same."""

    table: str
    name: str
    dialect: str
    create: str


TRIGGERS: list[Trigger] = []


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun within the block take the write lock at once; for migrations."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def append_only(table: str) -> None:
    """Refuse UPDATE and DELETE of the table's rows on both databases."""
    for verb in ("UPDATE", "DELETE"):
        name = f"tr_{table}_no_{verb.lower()}"
        TRIGGERS.append(Trigger(table, name, "sqlite", (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append_only: {table}'); END"
        )))
        TRIGGERS.append(Trigger(table, name, "postgresql", (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )))


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def create_triggers(connection: Connection, tables: set[str] | None = None) -> None:
    """Make the triggers of all tables, or of the named ones."""
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(verbatim(REFUSE_CHANGE))
    for trigger in TRIGGERS:
        if trigger.dialect == name and (tables is None or trigger.table in tables):
            connection.execute(verbatim(trigger.create))


def verbatim(statement: str) -> TextClause:
    """A statement whose colons and percent signs mean themselves."""
    return text(statement.replace(":", r"\:"))


def create_all() -> None:
    """Make every table and trigger in an empty database; tests and the comparison with migrations use it."""
    with db.engine.begin() as connection:
        metadata.create_all(connection)
        create_triggers(connection)


# ---------------------------------------------------------------- failpoints

FAILPOINTS: set[str] = set()


def failpoint(name: str) -> None:
    """In tests only: die, raise or sleep here when ``ZHIRONG_FAILPOINT`` names this point."""
    FAILPOINTS.add(name)
    wanted = os.environ.get("ZHIRONG_FAILPOINT", "")
    if not wanted or os.environ.get("ZHIRONG_ENV") != "test":
        return
    point, _, how = wanted.partition(":")
    if point != name:
        return
    if how in ("", "kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "raise":
        raise RuntimeError(f"failpoint {name}")
    time.sleep(0.5)


@contextmanager
def outside_request(app: Any) -> Iterator[None]:
    """An application context with a session of its own, for jobs and commands."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
