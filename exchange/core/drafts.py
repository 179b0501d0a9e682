"""Drafts 草稿 of forms: what somebody typed and has not sent, kept by the house and never by the browser.

One draft a person, organisation and form. Two devices do not overwrite each other unseen: a save names the version that it
began from. Kept for 180 days after the last touch; sending the form ends its draft.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, delete, select
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import Base, Moment, add, db, flush, new_public_id, operation
from exchange.core.errors import Conflict, Invalid, NotFound
from exchange.core.jobs.timers import daily

KEPT = timedelta(days=180)
MOST_CHARACTERS = 200_000
MOST_PATH = 300


class Draft(Base):
    """What one person typed into one form."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "path"), Index("ix_draft_saved_at", "saved_at"))

    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    person_id: Mapped[int]
    organisation_id: Mapped[int]
    path: Mapped[str] = mapped_column(String(MOST_PATH))
    title: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[str] = mapped_column(LongText)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by the names of the fields."""
        found: dict[str, Any] = json.loads(self.data)
        return found

    @property
    def deleted_on(self) -> datetime:
        """When the house deletes it unless somebody goes on."""
        return self.saved_at + KEPT


@dataclass(frozen=True)
class Writer:
    """Whose draft it is: a person in one organisation."""

    person_id: int
    organisation_id: int

    @classmethod
    def of(cls, actor: Actor) -> Writer:
        """The writer that an actor is."""
        return cls(actor.user_id, actor.organisation_id)


def find_draft(writer: Writer, path: str) -> Draft | None:
    """The writer's draft of a form."""
    found: Draft | None = db.session.scalar(_of(writer).where(Draft.path == path))
    return found


def drafts_of(writer: Writer, *, most: int = 100) -> list[Draft]:
    """The writer's drafts, the newest first."""
    return list(db.session.scalars(_of(writer).order_by(Draft.saved_at.desc(), Draft.id.desc()).limit(most)))


def _of(writer: Writer) -> Any:
    return select(Draft).where(Draft.person_id == writer.person_id, Draft.organisation_id == writer.organisation_id)


@operation
def save_draft(writer: Writer, path: str, typed: Mapping[str, Any], *, title: str = "", version: int | None = None) -> Draft:
    """Keep what was typed; a save that began from an older version than the one kept is refused."""
    data = json.dumps(typed, ensure_ascii=False, sort_keys=True)
    if len(data) > MOST_CHARACTERS or len(path) > MOST_PATH:
        raise Invalid("TEXT_TOO_LONG", limit=MOST_CHARACTERS)
    row: Draft | None = db.session.scalar(_of(writer).where(Draft.path == path).with_for_update())
    if row is None:
        row = add(Draft(person_id=writer.person_id, organisation_id=writer.organisation_id, path=path, title=title, data=data))
    elif version is not None and version != row.version and data != row.data:
        raise Conflict("STALE_VERSION", saved_at=row.saved_at)
    else:
        row.data, row.saved_at, row.version, row.title = data, clock.now(), row.version + 1, title or row.title
    flush()
    return row


@operation
def end_draft(writer: Writer, path: str) -> None:
    """The form was sent: its draft is needed no more."""
    db.session.execute(delete(Draft).where(Draft.person_id == writer.person_id, Draft.organisation_id == writer.organisation_id, Draft.path == path))


@operation
def discard_draft(writer: Writer, public_id: str) -> None:
    """Throw a draft of one's own away."""
    row: Draft | None = db.session.scalar(_of(writer).where(Draft.public_id == public_id))
    if row is None:
        raise NotFound
    db.session.delete(row)


@daily("drafts.sweep", hour=3, minute=45)
@operation
def sweep_drafts() -> None:
    """Drafts that nobody touched for 180 days are deleted."""
    db.session.execute(delete(Draft).where(Draft.saved_at < clock.now() - KEPT))
