"""The operation: the only place that begins, commits and retries a write."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from inspect import Signature
from inspect import signature as inspect_signature
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import Index, UniqueConstraint, event, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from exchange.core.access import Actor
from exchange.core.database.columns import Thing, db, metadata
from exchange.core.database.engine import WRITING
from exchange.core.database.failpoints import failpoint
from exchange.core.errors import CONSTRAINTS, Conflict, DomainError, Unavailable
from exchange.core.states import Machine, ProposalNeeded

P = ParamSpec("P")
R = TypeVar("R")


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
    writing, current = WRITING.set(True), _current.set(transaction)
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
        WRITING.reset(writing)
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
    rules: list[Index | UniqueConstraint] = [index for index in table.indexes if index.unique]
    rules += [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    for rule in rules:
        if [column.name for column in rule.columns] == wanted:
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
    alone = session.get_bind().dialect.name == "sqlite"
    for thing in sorted(things, key=lambda each: (type(each).lock_rank, each.id)):
        if not (alone and _stands(session, thing)):
            session.refresh(thing, with_for_update={"of": type(thing)})
    failpoint("operation.locked")


def _stands(session: Session, thing: Thing) -> bool:
    """Whether this transaction has read the row: SQLite's writer is alone from its first statement, so the row is as it was read.

    Collections are read again at their next use, as after a refresh.
    """
    state = inspect(thing)
    if state.expired or state.expired_attributes or state.session is not session:
        return False
    loaded = [each.key for each in state.mapper.relationships if each.key in state.dict]
    if loaded:
        session.expire(thing, loaded)
    return True


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
