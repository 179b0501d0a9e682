"""Papers made from a sealed report after its issue: the bilingual reading edition and the sealed sheet of a reader's review."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Id, Moment, Owned, Thing, append_only, one_of

from .reports import Appraisal, AppraisalReview

KINDS = ("bilingual", "review_sheet")


class AppraisalPaper(Owned, Thing):
    """A sealed paper about exactly one sealed report; it belongs to the client, or to the organisation whose review it tells."""

    __tablename__ = "appraisal_paper"
    noun: ClassVar[str] = "appraisal_paper"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal_review.id"))
    kind: Mapped[str] = one_of("kind", KINDS)
    of_sha256: Mapped[str] = mapped_column(String(64))
    content_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_document_id: Mapped[int] = mapped_column(Id)
    pages: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    appraisal: Mapped[Appraisal] = relationship()
    review: Mapped[AppraisalReview | None] = relationship()

    __table_args__ = (
        CheckConstraint("(kind = 'review_sheet') = (review_id IS NOT NULL)", name="review"),
        Index("uq_appraisal_paper_review", "review_id", unique=True, sqlite_where=text("review_id IS NOT NULL"),
              postgresql_where=text("review_id IS NOT NULL")),
        Index("uq_appraisal_paper_bilingual", "appraisal_id", unique=True, sqlite_where=text("kind = 'bilingual'"),
              postgresql_where=text("kind = 'bilingual'")),
    )


append_only("appraisal_paper")
