"""Balances, trial balance, statements and the proof of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, or_, select, true
from sqlalchemy.orm import joinedload

from exchange.core.access import SUPERVISOR, Actor, permit, visibility, who
from exchange.core.checks import Finding, check, examine
from exchange.core.database import db, nowhere, visible
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.text import _
from exchange.registers.ledger.models import Account, Book, Journal, JournalSeal, Posting
from exchange.registers.ledger.rules import CHARTS, AccountRule, BookKind

permit("book:read", who("", "officer approver signatory viewer"))
permit("book:close", who("", "approver", party="owner"))


@visibility("book")
def _visible(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    return Book.organisation_id == actor.organisation_id


def find_book(actor: Actor | None, public_id: str) -> Book:
    """The book of this name that the actor may read."""
    return visible(Book, public_id, actor)


def books_of(actor: Actor | None) -> list[Book]:
    """The books that the actor may read."""
    return list(db.session.scalars(select(Book).where(_visible(actor)).order_by(Book.kind, Book.id)))


def book_of(organisation_id: int, kind: str, currency: str = "CNY") -> Book | None:
    """An organisation's book of a kind, if it was opened."""
    wanted = select(Book).where(
        Book.organisation_id == organisation_id, Book.kind == str(kind), Book.currency == currency
    )
    return db.session.scalar(wanted)


def balance(organisation_id: int, kind: str, code: str, subject: str | None = "") -> int:
    """The balance of an account in fen; of all subjects together when ``subject`` is None."""
    wanted = (
        select(func.coalesce(func.sum(Account.balance_minor), 0))
        .join(Book)
        .where(Book.organisation_id == organisation_id, Book.kind == str(kind), Account.code == code)
    )
    if subject is not None:
        wanted = wanted.where(Account.subject == subject)
    return int(db.session.scalar(wanted) or 0)


def balance_on(
    organisation_id: int, kind: str, code: str, *, on: date, subject: str | None = "", by: str = "value_on"
) -> int:
    """The balance in fen of all journals dated up to a day, by value date or by booking date."""
    day = Journal.value_on if by == "value_on" else Journal.booked_on
    wanted = (
        select(func.coalesce(func.sum(Posting.posted_minor), 0))
        .join(Account, Account.id == Posting.account_id)
        .join(Book, Book.id == Account.book_id)
        .join(Journal, Journal.event_key == Posting.event_key)
        .where(Book.organisation_id == organisation_id, Book.kind == str(kind), Account.code == code, day <= on)
    )
    if subject is not None:
        wanted = wanted.where(Account.subject == subject)
    return int(db.session.scalar(wanted) or 0)


def subject_balances(subject: str) -> dict[tuple[int, str, str, str], int]:
    """The balances of every account of a subject, named as rules name accounts."""
    wanted = (
        select(Book.organisation_id, Book.kind, Account.code, Account.subject, Account.balance_minor)
        .join(Book, Book.id == Account.book_id)
        .where(Account.subject == subject)
    )
    return {(org, kind, code, name): fen for org, kind, code, name, fen in db.session.execute(wanted)}


def journal_by_key(event_key: str) -> Journal | None:
    """The journal of an event key."""
    return db.session.scalar(select(Journal).where(Journal.event_key == event_key))


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One code of a trial balance with the sum of its subjects."""

    code: str
    rule: AccountRule
    balance: Money
    subjects: int

    @property
    def debit(self) -> Money | None:
        return self.balance if self.balance.minor > 0 else None

    @property
    def credit(self) -> Money | None:
        return -self.balance if self.balance.minor < 0 else None


def trial_balance(book: Book, on: date | None = None) -> list[TrialRow]:
    """The balances by code, now or of all journals booked up to a day; they add up to nought."""
    found = _now(book) if on is None else _booked_by(book, on)
    chart = CHARTS[BookKind(book.kind)]
    return [
        TrialRow(code, rule, Money(found[code][0], book.currency), found[code][1])
        for code, rule in chart.items()
        if code in found
    ]


def _now(book: Book) -> dict[str, tuple[int, int]]:
    wanted = (
        select(Account.code, func.sum(Account.balance_minor), func.count())
        .where(Account.book_id == book.id)
        .group_by(Account.code)
    )
    return {code: (int(fen), number) for code, fen, number in db.session.execute(wanted)}


def _booked_by(book: Book, on: date) -> dict[str, tuple[int, int]]:
    wanted = (
        select(Account.code, func.sum(Posting.posted_minor), func.count(func.distinct(Account.id)))
        .join(Account, Account.id == Posting.account_id)
        .join(Journal, Journal.event_key == Posting.event_key)
        .where(Posting.book_id == book.id, Journal.booked_on <= on)
        .group_by(Account.code)
    )
    return {code: (int(fen), number) for code, fen, number in db.session.execute(wanted)}


def journals_of(book: Book, *, cursor: str = "", subject: str = "") -> Page[Journal]:
    """The journals that touch a book, newest first, a page at a time."""
    keys = select(Posting.event_key).where(Posting.book_id == book.id)
    if subject:
        keys = keys.join(Account, Account.id == Posting.account_id).where(Account.subject == subject)
    wanted = select(Journal).where(Journal.event_key.in_(keys))
    return page_of(wanted, [Order(Journal.id, "id", descending=True)], cursor=cursor, size=50)


def postings_in(book: Book, journals: Sequence[Journal]) -> dict[str, list[Posting]]:
    """The legs of these journals inside one book."""
    keys = [journal.event_key for journal in journals]
    wanted = select(Posting).where(Posting.book_id == book.id, Posting.event_key.in_(keys)).order_by(Posting.id).options(joinedload(Posting.account))
    found: dict[str, list[Posting]] = {key: [] for key in keys}
    for posting in db.session.scalars(wanted):
        found[posting.event_key].append(posting)
    return found


def statement(book: Book, code: str, *, subject: str | None, since: date, until: date) -> list[Any]:
    """The movements of an account by value date: rows of (journal, posting)."""
    wanted = (
        select(Journal, Posting)
        .join(Posting, Posting.event_key == Journal.event_key)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.book_id == book.id, Account.code == code, Journal.value_on.between(since, until))
        .order_by(Journal.value_on, Posting.id)
    )
    if subject is not None:
        wanted = wanted.where(Account.subject == subject)
    return list(db.session.execute(wanted))


PAIRS = ("contingent", "commitment", "collateral", "interest_suspended", "written_off", "securitised")
MONEY = ("clearing", "cash_memo")


def prove() -> list[Finding]:
    """All that is wrong with the books: the ledger's own checks and those of the features that post to it."""
    return examine("ledger")


@check("ledger.books", _("Every book sums to nought"), group="ledger")
def unbalanced_books() -> Iterable[Finding]:
    """Books whose balances do not sum to nought."""
    total = func.sum(Account.balance_minor)
    wanted = select(Account.book_id, total).group_by(Account.book_id).having(total != 0)
    return (Finding(where=f"book {book}", expected=0, found=int(fen)) for book, fen in db.session.execute(wanted))


@check("ledger.journals", _("Every journal sums to nought in every book"), group="ledger")
def unbalanced_journals() -> Iterable[Finding]:
    """Journals that move more into a book than out of it."""
    total = func.sum(Posting.posted_minor)
    wanted = select(Posting.event_key, Posting.book_id, total).group_by(Posting.event_key, Posting.book_id).having(total != 0)
    return (Finding(where=f"{key} in book {book}", expected=0, found=int(fen)) for key, book, fen in db.session.execute(wanted))


@check("ledger.seals", _("Every journal bears its seal"), group="ledger")
def unsealed() -> Iterable[Finding]:
    """Journals without a seal."""
    wanted = select(Journal.event_key).where(Journal.event_key.not_in(select(JournalSeal.event_key)))
    return (Finding(where=key, expected=1, found=0) for key in db.session.scalars(wanted))


@check("ledger.balances", _("Every balance is the sum of its postings"), group="ledger")
def false_balances() -> Iterable[Finding]:
    """Accounts whose balance is another than their postings give."""
    posted = func.coalesce(func.sum(Posting.posted_minor), 0)
    wanted = (
        select(Account.id, Account.code, Account.subject, Account.balance_minor, posted)
        .outerjoin(Posting, Posting.account_id == Account.id)
        .group_by(Account.id, Account.code, Account.subject, Account.balance_minor)
        .having(posted != Account.balance_minor)
    )
    return (
        Finding(where=f"account {number} {code} {subject}", expected=int(fen), found=kept)
        for number, code, subject, kept, fen in db.session.execute(wanted)
    )


@check("ledger.signs", _("No account stands on the wrong side"), group="ledger")
def false_signs() -> Iterable[Finding]:
    """Debit accounts in credit and credit accounts in debit; a pool's cash below nought is one."""
    wrong = or_(
        case((Account.sign == "debit", Account.balance_minor < 0), else_=False),
        case((Account.sign == "credit", Account.balance_minor > 0), else_=False),
    )
    return (
        Finding(where=f"account {account.id} {account.code}", expected=0, found=account.balance_minor)
        for account in db.session.scalars(select(Account).where(wrong))
    )


@check("ledger.memoranda", _("Every memorandum equals its contra"), group="ledger")
def false_memoranda() -> Iterable[Finding]:
    """Memorandum accounts that do not cancel with their contra in the same book."""
    for name in PAIRS:
        total = func.sum(Account.balance_minor)
        wanted = select(Account.book_id, Account.subject, total).where(Account.code.in_((name, f"{name}_contra")))
        for book, subject, fen in db.session.execute(wanted.group_by(Account.book_id, Account.subject).having(total != 0)):
            yield Finding(where=f"{name} {subject} in book {book}", expected=0, found=int(fen))


@check("ledger.halves", _("Money that leaves one book arrives in another"), group="ledger")
def lost_halves() -> Iterable[Finding]:
    """Events whose clearing legs do not cancel over the books of the parties; journals within one book have no other half."""
    total = func.sum(Posting.posted_minor)
    event = case((Journal.event_id != "", Journal.event_id), else_=Journal.event_key)
    between = select(Posting.event_key).group_by(Posting.event_key).having(func.count(distinct(Posting.book_id)) > 1)
    wanted = (
        select(event, total).select_from(Posting).join(Account, Account.id == Posting.account_id)
        .join(Journal, Journal.event_key == Posting.event_key)
        .where(Account.code.in_(MONEY), Posting.event_key.in_(between)).group_by(event).having(total != 0)
    )
    return (Finding(where=key, expected=0, found=int(fen)) for key, fen in db.session.execute(wanted))


def figures() -> dict[str, int]:
    """How many books, accounts, journals and postings the proof covered."""
    return {
        table.__tablename__: int(db.session.scalar(select(func.count()).select_from(table)) or 0)
        for table in (Book, Account, Journal, Posting)
    }
