"""Reading: rows by their names as far as the reader may see them, and the moment that decides deadlines."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, event, func, select, text
from sqlalchemy.orm import Session

from exchange.core import clock
from exchange.core.access import VISIBLE_TO, Actor
from exchange.core.database.columns import Base, Thing, db
from exchange.core.errors import NotFound, Unavailable

T = TypeVar("T", bound=Thing)
R = TypeVar("R")


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


def remembered(key: Hashable, read: Callable[[], R]) -> R:
    """What ``read`` answers, asked once in the present transaction; a write forgets it."""
    current = db.session()
    kept: tuple[object, dict[Hashable, Any]] | None = current.info.get("remembered")
    if kept is None or kept[0] is None or kept[0] is not current.get_transaction():
        current.connection()
        kept = (current.get_transaction(), {})
        current.info["remembered"] = kept
    if key not in kept[1]:
        kept[1][key] = read()
    return cast(R, kept[1][key])


@event.listens_for(Session, "after_flush")
def _forget(changed: Session, context: object) -> None:
    changed.info.pop("remembered", None)


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
