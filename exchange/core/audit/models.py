"""Signed heads of the event chains, and the counter-signatures of those who watch."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, Moment, append_only, new_public_id


class AuditHead(Base):
    """What the chains were at a moment, signed with a key that the database does not hold."""

    __tablename__ = "audit_head"

    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id, insert_sentinel=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[str] = mapped_column(String(128))

    @property
    def short(self) -> str:
        """Size and beginning of the root, as printed in documents."""
        return f"{self.size} {self.root[:16]}"


class Countersignature(Base):
    """A supervisor saw this head."""

    __tablename__ = "audit_countersignature"
    __table_args__ = (UniqueConstraint("head_id", "organisation_id"),)

    head_id: Mapped[int] = mapped_column(ForeignKey("audit_head.id"), index=True)
    organisation_id: Mapped[int]
    person_id: Mapped[int]
    organisation_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


append_only("audit_head")
append_only("audit_countersignature")
