"""The inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, Moment, new_public_id, one_of


class InboxItem(Base):
    """One notice to one person in his role, read or not."""

    __tablename__ = "inbox_item"
    __table_args__ = (Index("ix_inbox_item_unread", "person_id", "organisation_id", "read_at"),)

    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id, insert_sentinel=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    event: Mapped[str] = mapped_column(String(81))
    urgency: Mapped[str] = one_of("urgency", ("must_act", "deadline", "for_information"))
    noun: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
