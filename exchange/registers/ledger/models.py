"""Books, accounts, journals, postings and seals; the database itself refuses what is unbalanced, edited or late.

``journal.event_key`` points at ``journal_seal`` by a deferred foreign key: a journal that was never sealed cannot be
committed, on either database. Sealing checks that every book of the journal sums to nought; after it no posting is taken.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exchange.core import clock
from exchange.core.database import (
    TRIGGERS, Base, Moment, Owned, Thing, Trigger, append_only, currency, minor, money, one_of,
)
from exchange.core.errors import constraint
from exchange.core.money import Money
from exchange.core.text import Text
from exchange.registers.ledger.rules import CHARTS, KIND_LABELS, BookKind, Sign


class Book(Owned, Thing):
    """One organisation's view of its money 账簿."""

    __tablename__ = "book"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "currency"),)
    noun = "book"
    lock_rank = 80

    kind: Mapped[str] = one_of("kind", tuple(BookKind))
    currency: Mapped[str] = currency()
    closed_through: Mapped[date | None]

    accounts: Mapped[list[Account]] = relationship(back_populates="book", order_by="Account.code, Account.subject")

    @property
    def label(self) -> Text:
        return KIND_LABELS[BookKind(self.kind)]


class Account(Base):
    """An account of a book; its balance is kept by the posting trigger 科目."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("book_id", "code", "subject"),
        UniqueConstraint("id", "book_id"),
        CheckConstraint(
            "(sign <> 'debit' OR balance_minor >= 0) AND (sign <> 'credit' OR balance_minor <= 0)", name="sign_held"
        ),
        Index("ix_account_subject", "subject"),
    )

    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    code: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), default="")
    sign: Mapped[str] = one_of("sign", tuple(Sign))
    balance_minor: Mapped[int] = minor(default=0)
    balance_currency: Mapped[str] = currency()
    balance: Mapped[Money] = money("balance_minor", "balance_currency")

    book: Mapped[Book] = relationship(back_populates="accounts")

    @property
    def label(self) -> Text:
        return CHARTS[BookKind(self.book.kind)][self.code].label


class Journal(Base):
    """One event of money: balanced in each of its books 分录."""

    __tablename__ = "journal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["event_key"],
            ["journal_seal.event_key"],
            name="fk_journal_sealed",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
    )

    event_key: Mapped[str] = mapped_column(String(120), unique=True)
    event_id: Mapped[str] = mapped_column(String(60), default="", index=True)
    legs_sha256: Mapped[str] = mapped_column(String(64))
    value_on: Mapped[date] = mapped_column(index=True)
    booked_on: Mapped[date] = mapped_column(index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), unique=True)
    memo: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    postings: Mapped[list[Posting]] = relationship(
        primaryjoin="Journal.event_key == Posting.event_key", foreign_keys="Posting.event_key", viewonly=True
    )


class JournalSeal(Base):
    """The seal that ends a journal; sealing checks the balance."""

    __tablename__ = "journal_seal"

    event_key: Mapped[str] = mapped_column(ForeignKey("journal.event_key"), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Posting(Base):
    """One leg of a journal: debit positive, credit negative."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("event_key", "account_id"),
        ForeignKeyConstraint(["account_id", "book_id"], ["account.id", "account.book_id"]),
        CheckConstraint("posted_minor <> 0", name="moves"),
        Index("ix_posting_account", "account_id", "id"),
    )

    event_key: Mapped[str] = mapped_column(ForeignKey("journal.event_key"))
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    account_id: Mapped[int]
    posted_minor: Mapped[int] = minor()
    posted_currency: Mapped[str] = currency()
    posted: Mapped[Money] = money("posted_minor", "posted_currency")

    account: Mapped[Account] = relationship(
        primaryjoin="Posting.account_id == Account.id", foreign_keys="Posting.account_id", viewonly=True
    )
    journal: Mapped[Journal] = relationship(
        primaryjoin="Posting.event_key == Journal.event_key", foreign_keys="Posting.event_key", viewonly=True
    )


constraint("uq_journal_event_key", "LEDGER_KEY_REUSED")
constraint("uq_journal_reverses_id", "LEDGER_REVERSED")

for _table in ("journal", "journal_seal", "posting"):
    append_only(_table)


def _sqlite(table: str, name: str, when: str, body: str) -> None:
    TRIGGERS.append(Trigger(table, name, "sqlite", f"CREATE TRIGGER {name} {when} ON {table} BEGIN {body} END"))


_sqlite("posting", "tr_posting_open", "BEFORE INSERT", """
    SELECT RAISE(ABORT, 'LEDGER_SEALED') WHERE EXISTS (SELECT 1 FROM journal_seal WHERE event_key = NEW.event_key);
    SELECT RAISE(ABORT, 'LEDGER_PERIOD_CLOSED') WHERE EXISTS (
        SELECT 1 FROM book JOIN journal ON journal.event_key = NEW.event_key
        WHERE book.id = NEW.book_id AND journal.booked_on <= book.closed_through);
""")
_sqlite("posting", "tr_posting_balance", "AFTER INSERT", """
    UPDATE account SET balance_minor = balance_minor + NEW.posted_minor WHERE id = NEW.account_id;
""")
_sqlite("journal_seal", "tr_journal_seal_balanced", "BEFORE INSERT", """
    SELECT RAISE(ABORT, 'LEDGER_UNBALANCED') WHERE
        (SELECT count(*) FROM posting WHERE event_key = NEW.event_key) < 2
        OR EXISTS (SELECT 1 FROM posting WHERE event_key = NEW.event_key GROUP BY book_id HAVING sum(posted_minor) <> 0)
        OR (SELECT count(DISTINCT posted_currency) FROM posting WHERE event_key = NEW.event_key) > 1;
""")
_sqlite("account", "tr_account_fixed", "BEFORE UPDATE", """
    SELECT RAISE(ABORT, 'append_only: account') WHERE NEW.id <> OLD.id OR NEW.book_id <> OLD.book_id
        OR NEW.code <> OLD.code OR NEW.subject <> OLD.subject OR NEW.sign <> OLD.sign
        OR NEW.balance_currency <> OLD.balance_currency;
""")
_sqlite("account", "tr_account_kept", "BEFORE DELETE", "SELECT RAISE(ABORT, 'append_only: account');")
_sqlite("account", "tr_account_empty", "BEFORE INSERT", """
    SELECT RAISE(ABORT, 'LEDGER_UNBALANCED') WHERE NEW.balance_minor <> 0;
""")

POSTING_OPEN = """
DECLARE through date;
BEGIN
    IF EXISTS (SELECT 1 FROM journal_seal WHERE event_key = NEW.event_key) THEN
        RAISE EXCEPTION 'LEDGER_SEALED' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT closed_through INTO through FROM book WHERE id = NEW.book_id FOR SHARE;
    IF through IS NOT NULL AND through >= (SELECT booked_on FROM journal WHERE event_key = NEW.event_key) THEN
        RAISE EXCEPTION 'LEDGER_PERIOD_CLOSED' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END"""
POSTING_BALANCE = """
BEGIN
    UPDATE account SET balance_minor = balance_minor + NEW.posted_minor WHERE id = NEW.account_id;
    RETURN NULL;
END"""
SEAL_BALANCED = """
BEGIN
    IF (SELECT count(*) FROM posting WHERE event_key = NEW.event_key) < 2
        OR EXISTS (SELECT 1 FROM posting WHERE event_key = NEW.event_key GROUP BY book_id HAVING sum(posted_minor) <> 0)
        OR (SELECT count(DISTINCT posted_currency) FROM posting WHERE event_key = NEW.event_key) > 1 THEN
        RAISE EXCEPTION 'LEDGER_UNBALANCED' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END"""
ACCOUNT_FIXED = """
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.book_id, NEW.code, NEW.subject, NEW.sign, NEW.balance_currency)
        IS DISTINCT FROM (OLD.id, OLD.book_id, OLD.code, OLD.subject, OLD.sign, OLD.balance_currency) THEN
        RAISE EXCEPTION 'append_only: account' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END"""
ACCOUNT_EMPTY = """
BEGIN
    IF NEW.balance_minor <> 0 THEN
        RAISE EXCEPTION 'LEDGER_UNBALANCED' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END"""


def _postgresql(table: str, name: str, when: str, body: str) -> None:
    function = name.removeprefix("tr_")
    TRIGGERS.append(Trigger(table, name, "postgresql", (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$; "
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )))


_postgresql("posting", "tr_posting_open", "BEFORE INSERT", POSTING_OPEN)
_postgresql("posting", "tr_posting_balance", "AFTER INSERT", POSTING_BALANCE)
_postgresql("journal_seal", "tr_journal_seal_balanced", "BEFORE INSERT", SEAL_BALANCED)
_postgresql("account", "tr_account_fixed", "BEFORE UPDATE OR DELETE", ACCOUNT_FIXED)
_postgresql("account", "tr_account_empty", "BEFORE INSERT", ACCOUNT_EMPTY)
for _table in ("journal", "journal_seal", "posting", "account"):
    TRIGGERS.append(Trigger(_table, f"tr_{_table}_no_truncate", "postgresql", (
        f"CREATE TRIGGER tr_{_table}_no_truncate BEFORE TRUNCATE ON {_table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )))


def key_of(account: Any) -> tuple[int, str, str, str]:
    """How rules name an account: organisation, kind of book, code, subject."""
    return account.book.organisation_id, account.book.kind, account.code, account.subject
