"""Blobs that rows refer to, and attachments of things."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, Moment, Thing, one_of
from exchange.core.files.purposes import PURPOSES


class Blob(Base):
    """Bytes in the store that at least one row needs."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Attachment(Thing):
    """A file that somebody attached to a thing."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject_noun", "subject_id"),)
    noun = "attachment"
    lock_rank = 880

    organisation_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    subject_noun: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = one_of("purpose", tuple(PURPOSES))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    blob: Mapped[str] = mapped_column(String(64), index=True)
    key: Mapped[str] = mapped_column(String(200), default="")
    pages: Mapped[int | None]
    uploaded_by: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
