"""Organisations, persons' accounts, memberships, sessions, tokens and one-time links."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.access import DESKS, GRADES, KINDS
from exchange.core.database import Base, Moment, Owned, Thing, currency, minor, money, one_of, state_of
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.people.accounts.states import ORGANISATION

HOLDER_KINDS = ("enterprise_large", "enterprise_medium", "enterprise_small", "university", "institute", "person", "other")


class Organisation(Thing):
    """A tenant: an organisation of one kind, known by its social credit code 统一社会信用代码."""

    __tablename__ = "organisation"
    noun = "organisation"
    machine = ORGANISATION
    lock_rank = 5

    kind: Mapped[str] = one_of("kind", list(KINDS))
    name: Mapped[str] = mapped_column(String(200), index=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    state: Mapped[str] = state_of(ORGANISATION)
    district: Mapped[str] = mapped_column(String(40), default="", index=True)
    holder_kind: Mapped[str] = mapped_column(String(30), default="")
    industry: Mapped[str] = mapped_column(String(40), default="")
    foreign: Mapped[bool] = mapped_column(default=False)
    is_small: Mapped[bool] = mapped_column(default=False)
    is_agri: Mapped[bool] = mapped_column(default=False)
    licence_no: Mapped[str] = mapped_column(String(80), default="")
    net_assets_minor: Mapped[int | None] = minor(nullable=True)
    net_assets_currency: Mapped[str | None] = currency(nullable=True)
    net_assets: Mapped[Money | None] = money("net_assets_minor", "net_assets_currency")
    net_assets_on: Mapped[date | None]
    controller_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    epoch: Mapped[int] = mapped_column(default=1)
    demonstration: Mapped[bool] = mapped_column(default=False)

    def parties(self) -> dict[str, frozenset[int]]:
        return {"owner": frozenset({self.id or 0})}

    @property
    def organisation_id(self) -> int:
        """An organisation belongs to itself."""
        return self.id


class Person(Thing):
    """A person: how he signs in; his names and identity stand here alone."""

    __tablename__ = "person"
    noun = "person"
    lock_rank = 6

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    identity: Mapped[str] = mapped_column(String(64), index=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = one_of("language", ("zh", "en"))
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    demonstration: Mapped[bool] = mapped_column(default=False)


class Member(Owned, Thing):
    """A person's role in an organisation: grade, desk and marks."""

    __tablename__ = "member"
    noun = "member"
    lock_rank = 7

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    grade: Mapped[str] = one_of("grade", list(GRADES))
    desk: Mapped[str] = one_of("desk", ["", *DESKS])
    administrator: Mapped[bool] = mapped_column(default=False)
    publisher: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    person: Mapped[Person] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined", foreign_keys="Member.organisation_id")


LIVE_MEMBER = Index(
    "uq_member_live", Member.organisation_id, Member.person_id, unique=True,
    sqlite_where=Member.ended_at.is_(None), postgresql_where=Member.ended_at.is_(None),
)


class UserSession(Base):
    """A sign-in; the cookie's digest, never the cookie."""

    __tablename__ = "user_session"

    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    second_factor_at: Mapped[datetime | None] = mapped_column(Moment)
    step_up_at: Mapped[datetime | None] = mapped_column(Moment)
    ip_prefix: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_why: Mapped[str] = mapped_column(String(40), default="")


class ApiToken(Owned, Thing):
    """A key to the API with scopes and an end; kept as its digest."""

    __tablename__ = "api_token"
    noun = "api_token"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(2000), default="")
    expires_on: Mapped[date]
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeLink(Base):
    """An invitation or a reset: a 256-bit link kept as its digest, used once."""

    __tablename__ = "one_time_link"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = one_of("purpose", ("invite", "reset", "first_administrator", "demo"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(254), default="")
    grade: Mapped[str] = mapped_column(String(20), default="")
    desk: Mapped[str] = mapped_column(String(20), default="")
    administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCode(Base):
    """A recovery code of the second factor; its digest, used once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """A counted try, for the limits of sign-in, second factor and reset."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_subject_at", "subject", "at"),)

    subject: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Affiliation(Base):
    """A share or control between two organisations, in basis points."""

    __tablename__ = "affiliation"
    __table_args__ = (
        UniqueConstraint("holder_id", "held_id"),
        CheckConstraint("share_bp >= 0 AND share_bp <= 10000", name="share"),
        CheckConstraint("holder_id <> held_id", name="two"),
    )

    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    held_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = one_of("kind", ("share", "control", "family"))
    share_bp: Mapped[int]


class Mandate(Owned, Thing):
    """A mandate 委托: an agency may act for a client in named matters until a day."""

    __tablename__ = "mandate"
    noun = "mandate"

    client_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    matters: Mapped[str] = mapped_column(String(300))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class RoleLimit(Owned, Thing):
    """Up to which amount a grade of an organisation may confirm a move."""

    __tablename__ = "role_limit"
    __table_args__ = (UniqueConstraint("organisation_id", "grade", "permission"),)
    noun = "role_limit"

    grade: Mapped[str] = mapped_column(String(20))
    permission: Mapped[str] = mapped_column(String(80))
    limit_minor: Mapped[int] = minor()
    limit_currency: Mapped[str] = currency()
    limit: Mapped[Money] = money("limit_minor", "limit_currency")


constraint("uq_organisation_uscc", "USCC_TAKEN")
constraint("uq_person_email", "EMAIL_TAKEN")
