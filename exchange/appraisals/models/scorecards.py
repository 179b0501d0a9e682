"""Tables of scorecards 评分卡: the sheet, its patents and marks, its readers, the lender's own values, and the editions of the weights."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import Base, Moment, Owned, Thing, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.files import NEEDED_BY
from exchange.core.money import Money
from exchange.people.accounts.models import Organisation, Person
from exchange.registers.patents.models import Patent

from ..rules.scorecard_words import EVIDENCE, SCHEMES
from ..rules.scorecards import Mark
from ..states import LIVE_SCORECARD_REVIEWS, SCORECARD, SCORECARD_REVIEW, SCORECARD_SCHEME, SchemeState, ScorecardReviewState, ScorecardState
from .reports import person


class Scorecard(Owned, Thing):
    """A scorecard for a small inclusive loan; it belongs to the client and states no money value."""

    __tablename__ = "scorecard"
    noun: ClassVar[str] = "scorecard"
    machine = SCORECARD
    lock_rank: ClassVar[int] = 47

    number: Mapped[str] = mapped_column(String(20), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scorer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scheme: Mapped[str] = one_of("scheme", list(SCHEMES))
    requested_minor: Mapped[int] = minor()
    requested_currency: Mapped[str] = currency()
    requested: Mapped[Money] = money("requested_minor", "requested_currency")
    term_months: Mapped[int]
    holder_consent: Mapped[str] = mapped_column(String(200), default="")
    commissioned_by: Mapped[int] = person()
    due_on: Mapped[date]
    officer_id: Mapped[int | None] = person(nullable=True)
    confirmer_id: Mapped[int | None] = person(nullable=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    scored_on: Mapped[date | None]
    edition: Mapped[int | None]
    request_json: Mapped[bytes | None] = mapped_column(LargeBinary)
    result_json: Mapped[bytes | None] = mapped_column(LargeBinary)
    result_sha256: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = state_of(SCORECARD)
    valid_through: Mapped[date | None] = mapped_column(index=True)
    retain_until: Mapped[date | None]
    verification_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    audit_head: Mapped[str] = mapped_column(String(80), default="")
    pdf_sha256: Mapped[str] = mapped_column(String(64), default="")
    pages: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    revaluation_reason: Mapped[str] = mapped_column(String(200), default="")
    revaluation_since: Mapped[date | None]
    running_job: Mapped[str] = mapped_column(String(40), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)

    client: Mapped[Organisation] = relationship(foreign_keys="Scorecard.organisation_id")
    holder: Mapped[Organisation] = relationship(foreign_keys=[holder_id])
    scorer: Mapped[Organisation] = relationship(foreign_keys=[scorer_id])
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id])
    confirmer: Mapped[Person | None] = relationship(foreign_keys=[confirmer_id])
    patents: Mapped[list[ScorecardPatent]] = relationship(order_by="ScorecardPatent.position")
    marks: Mapped[list[ScorecardMark]] = relationship(order_by="ScorecardMark.id")
    shares: Mapped[list[ScorecardShare]] = relationship(order_by="ScorecardShare.id")

    __table_args__ = (
        CheckConstraint("confirmer_id IS NULL OR confirmer_id <> officer_id", name="two_signatories"),
        CheckConstraint("requested_minor > 0", name="requested"),
    )

    def parties(self) -> dict[str, frozenset[int]]:
        """Who stands in which relation to the scorecard; the scorer and its readers may value on it."""
        readers = frozenset(share.organisation_id for share in self.shares if share.revoked_at is None)
        return {"client": frozenset({self.organisation_id}), "holder": frozenset({self.holder_id}), "scorer": frozenset({self.scorer_id}),
                "reader": readers | {self.scorer_id}}

    @property
    def status(self) -> ScorecardState:
        """The state with its label."""
        return ScorecardState(self.state)


class ScorecardPatent(Base):
    """One patent of a scorecard, as the register showed it when it was submitted, and what it reached."""

    __tablename__ = "scorecard_patent"

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    score_bp: Mapped[int | None]
    band: Mapped[str] = mapped_column(String(1), default="")
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)

    patent: Mapped[Patent] = relationship(lazy="joined")
    __table_args__ = (
        UniqueConstraint("scorecard_id", "patent_id", name="uq_scorecard_patent_once"),
        CheckConstraint("score_bp IS NULL OR score_bp BETWEEN 0 AND 10000", name="score_bp"),
    )


class ScorecardMark(Base):
    """One indicator of one patent: its score and the evidence that shows it."""

    __tablename__ = "scorecard_mark"

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    score: Mapped[str] = mapped_column(String(10))
    evidence_kind: Mapped[str] = mapped_column(String(40), default="")
    evidence_ref: Mapped[str] = mapped_column(String(300), default="")
    as_of: Mapped[date | None]
    entered_by: Mapped[int] = person()
    entered_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    __table_args__ = (
        UniqueConstraint("scorecard_id", "patent_id", "indicator", name="uq_scorecard_mark_once"),
        CheckConstraint("evidence_kind = '' OR evidence_kind IN (" + ", ".join(f"'{kind}'" for kind in EVIDENCE) + ")", name="evidence_kind"),
    )

    @property
    def fact(self) -> Mark:
        """The row as a value for the rules."""
        return Mark(self.indicator, self.score, self.evidence_kind, self.evidence_ref, self.as_of)


class ScorecardShare(Owned, Base):
    """A reader organisation, which is the row's owner."""

    __tablename__ = "scorecard_share"

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    granted_by: Mapped[int] = person()
    granted_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        Index("uq_scorecard_share_live", "scorecard_id", "organisation_id", unique=True,
              sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL")),
    )


class ScorecardReview(Owned, Thing):
    """A lender's or guarantor's own values on exactly one sealed scorecard, decided by two persons."""

    __tablename__ = "scorecard_review"
    noun: ClassVar[str] = "scorecard_review"
    machine = SCORECARD_REVIEW
    lock_rank: ClassVar[int] = 48

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"), index=True)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int] = person()
    approver_id: Mapped[int | None] = person(nullable=True)
    own_reason: Mapped[str] = mapped_column(Text, default="")
    haircut_bp: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = state_of(SCORECARD_REVIEW)

    scorecard: Mapped[Scorecard] = relationship()
    organisation: Mapped[Organisation] = relationship()
    officer: Mapped[Person] = relationship(foreign_keys=[officer_id])
    approver: Mapped[Person | None] = relationship(foreign_keys=[approver_id])
    values: Mapped[list[ScorecardValue]] = relationship(order_by="ScorecardValue.id")

    __table_args__ = (
        CheckConstraint("approver_id IS NULL OR approver_id <> officer_id", name="two_persons"),
        CheckConstraint("haircut_bp IS NULL OR haircut_bp BETWEEN 0 AND 10000", name="haircut_bp"),
        Index("uq_scorecard_review_live", "scorecard_id", "organisation_id", unique=True,
              sqlite_where=text("state IN ('" + "', '".join(LIVE_SCORECARD_REVIEWS) + "')"),
              postgresql_where=text("state IN ('" + "', '".join(LIVE_SCORECARD_REVIEWS) + "')")),
    )

    def parties(self) -> dict[str, frozenset[int]]:
        """The organisation whose own values these are."""
        return {"organisation": frozenset({self.organisation_id})}

    @property
    def status(self) -> ScorecardReviewState:
        """The state with its label."""
        return ScorecardReviewState(self.state)


class ScorecardValue(Base):
    """The lender's own value of one patent; it stays the lender's."""

    __tablename__ = "scorecard_value"

    review_id: Mapped[int] = mapped_column(ForeignKey("scorecard_review.id"), index=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"))
    own_value_minor: Mapped[int] = minor()
    own_value_currency: Mapped[str] = currency()
    own_value: Mapped[Money] = money("own_value_minor", "own_value_currency")

    patent: Mapped[Patent] = relationship()
    __table_args__ = (
        UniqueConstraint("review_id", "patent_id", name="uq_scorecard_value_once"),
        CheckConstraint("own_value_minor >= 0", name="own_value"),
    )


class ScorecardScheme(Thing):
    """An edition of the weights of a scheme, proposed by one clerk of the exchange and put in force by another."""

    __tablename__ = "scorecard_scheme"
    noun: ClassVar[str] = "scorecard_scheme"
    machine = SCORECARD_SCHEME
    lock_rank: ClassVar[int] = 49

    scheme: Mapped[str] = one_of("scheme", list(SCHEMES))
    edition: Mapped[int] = mapped_column(Integer)
    groups: Mapped[dict[str, str]] = mapped_column(JSON)
    seconds: Mapped[dict[str, str]] = mapped_column(JSON)
    weights: Mapped[dict[str, str]] = mapped_column(JSON)
    bands: Mapped[dict[str, str]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int] = person()
    adopted_by: Mapped[int | None] = person(nullable=True)
    in_force_from: Mapped[date | None]
    state: Mapped[str] = state_of(SCORECARD_SCHEME)

    __table_args__ = (
        UniqueConstraint("scheme", "edition", name="uq_scorecard_scheme_edition"),
        CheckConstraint("adopted_by IS NULL OR adopted_by <> proposed_by", name="two_persons"),
        Index("uq_scorecard_scheme_in_force", "scheme", unique=True,
              sqlite_where=text("state = 'in_force'"), postgresql_where=text("state = 'in_force'")),
    )

    @property
    def status(self) -> SchemeState:
        """The state with its label."""
        return SchemeState(self.state)


NEEDED_BY.append((Scorecard, "pdf_sha256"))
constraint("ck_scorecard_two_signatories", "SECOND_PERSON_NEEDED")
constraint("ck_scorecard_review_two_persons", "SECOND_PERSON_NEEDED")
constraint("ck_scorecard_scheme_two_persons", "SECOND_PERSON_NEEDED")
constraint("uq_scorecard_patent_once", "DUPLICATE_PATENT")
