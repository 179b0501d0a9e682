"""Idempotency keys: the same POST with the same key is answered from what was stored, and done once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, Moment, add, db, flush
from exchange.core.errors import DomainError, Invalid, constraint

FORM = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


class Idempotency(Base):
    """The answer given to a keyed request."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("organisation_id", "user_id", "route", "key"),)

    organisation_id: Mapped[int]
    user_id: Mapped[int]
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(LongText, default="")
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, index=True)


constraint("uq_idempotency_organisation_id_user_id_route_key", "IDEMPOTENCY_IN_PROGRESS")


@dataclass(frozen=True)
class Key:
    """A key as it came with a request."""

    organisation_id: int
    user_id: int
    route: str
    key: str
    digest: str


def check_key(key: str | None) -> str:
    """The key, when it has the required form."""
    if key is None or not FORM.fullmatch(key):
        raise DomainError("IDEMPOTENCY_KEY_MISSING")
    return key


def stored_answer(key: Key) -> Idempotency | None:
    """The answer already given under this key; another body under it is refused."""
    found = db.session.scalar(select(Idempotency).where(
        Idempotency.organisation_id == key.organisation_id, Idempotency.user_id == key.user_id,
        Idempotency.route == key.route, Idempotency.key == key.key))
    if found is not None and found.digest != key.digest:
        raise Invalid("IDEMPOTENCY_KEY_REUSED")
    return found


def claim(key: Key) -> Idempotency:
    """Insert the key first, so that a parallel twin waits for this transaction."""
    row: Idempotency = add(Idempotency(
        organisation_id=key.organisation_id, user_id=key.user_id, route=key.route, key=key.key, digest=key.digest))
    flush()
    return row
