"""Sealed documents: what was issued, under which code, with which digest, and whether it still holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core.access import SYSTEM_ONLY
from exchange.core.database import Moment, Thing, state_of
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class SealedState(State):
    """Whether a sealed document still holds."""

    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = SealedState
SEALED_DOCUMENT = Machine("sealed_document", SealedState, (
    move("seal", START, S.VALID, SYSTEM_ONLY, _("Seal")),
    move("supersede", S.VALID, S.SUPERSEDED, SYSTEM_ONLY, _("Supersede")),
    move("withdraw", S.VALID, S.WITHDRAWN, SYSTEM_ONLY, _("Withdraw")),
), attribute="status")  # fmt: skip


LAPSED = _("What this document speaks of was changed or ended.")


class SealedDocument(Thing):
    """A document that left the house under the platform's seal; its bytes never change."""

    __tablename__ = "sealed_document"
    __table_args__ = (Index("ix_sealed_document_subject", "subject_noun", "subject_id"),)
    noun = "sealed_document"
    machine = SEALED_DOCUMENT
    lock_rank = 870

    code: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    subject_noun: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[int | None]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    issuer: Mapped[str] = mapped_column(String(200))
    signers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    status: Mapped[str] = state_of(SEALED_DOCUMENT)
    superseded_by: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="")

    @property
    def blob_sha256(self) -> str:
        """The digest under which the bytes lie in the blob store."""
        return self.sha256

    @property
    def lapsed(self) -> bool:
        """Whether it ended with the thing it speaks of, and not by its issuer's will."""
        return self.status == S.WITHDRAWN and self.reason == LAPSED
