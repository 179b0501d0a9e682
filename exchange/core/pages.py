"""Keyset pages: a cursor names the last row shown, never an offset."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_

from exchange.core.database import db
from exchange.core.errors import Invalid

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursor of the next one when there is more."""

    rows: Sequence[Row]
    next: str | None = None
    about: int | None = None


@dataclass(frozen=True)
class Order:
    """One column of an order: its expression, the attribute that holds its value in a row, and its direction."""

    column: Any
    attribute: str
    descending: bool = False


def page_of(query: Select[Any], orders: Sequence[Order], *, cursor: str = "", size: int = 50, scalars: bool = True) -> Page[Any]:
    """One page of ``query``; the last order must be unique (usually ``id``)."""
    for order in orders:
        query = query.order_by(order.column.desc() if order.descending else order.column.asc())
    if cursor:
        query = query.where(_after(orders, _read(cursor, len(orders))))
    found = db.session.scalars(query.limit(size + 1)) if scalars else db.session.execute(query.limit(size + 1))
    rows = list(found.all())
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _write([getattr(rows[-1], order.attribute) for order in orders]) if more else None)


def _after(orders: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """Lexicographically after ``values``: the first k columns equal and the next one beyond."""
    alternatives = []
    for depth, order in enumerate(orders):
        equal = [earlier.column == value for earlier, value in zip(orders[:depth], values, strict=False)]
        beyond = order.column < values[depth] if order.descending else order.column > values[depth]
        alternatives.append(and_(*equal, beyond))
    return or_(*alternatives)


def _write(values: Sequence[Any]) -> str:
    plain = [{"at": each.isoformat()} if isinstance(each, datetime) else
             {"on": each.isoformat()} if isinstance(each, date) else each for each in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, count: int) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_value(each) for each in plain]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Invalid("CURSOR_UNKNOWN", field="cursor") from None
    if len(values) != count:
        raise Invalid("CURSOR_UNKNOWN", field="cursor")
    return values


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        return datetime.fromisoformat(plain["at"]) if "at" in plain else date.fromisoformat(plain["on"])
    if isinstance(plain, list):
        raise TypeError("no list")
    return plain
