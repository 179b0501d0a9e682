"""The one writer of the ledger: books and accounts are opened, journals posted and reversed, periods closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from exchange.core import clock, events
from exchange.core.access import PERMISSIONS, SYSTEM, Actor
from exchange.core.checks import Finding
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid, NotFound
from exchange.core.states import parties_of
from exchange.registers.ledger import queries
from exchange.registers.ledger.models import Account, Book, Journal, JournalSeal, Posting
from exchange.registers.ledger.rules import Leg, account_rule, check_balanced, check_same, legs_sha256, merge


T = TypeVar("T")


@operation
def open_book(actor: Actor, organisation_id: int, *, kind: str, currency: str = "CNY") -> Book:
    """The organisation's book of a kind, opened on first use."""
    return _opened(
        lambda: queries.book_of(organisation_id, kind, currency),
        lambda: Book(organisation_id=organisation_id, kind=str(kind), currency=currency),
    )


@operation
def open_account(actor: Actor, book_id: int, *, code: str, subject: str = "") -> Account:
    """The account of a book, opened on first use; its code stands in the chart."""
    book = _book(book_id)
    rule = account_rule(book.kind, code)
    wanted = select(Account).where(Account.book_id == book_id, Account.code == code, Account.subject == subject)
    return _opened(
        lambda: db.session.scalar(wanted),
        lambda: Account(
            book_id=book_id, code=code, subject=subject, sign=str(rule.sign), balance_minor=0,
            balance_currency=book.currency,
        ),
    )


def _opened(find: Callable[[], T | None], make: Callable[[], T]) -> T:
    """The row as found or made; another transaction that makes it at the same moment is waited for."""
    found = find()
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            made: T = add(make())
            flush()
    except IntegrityError:
        found = find()
        if found is None:
            raise
        return found
    return made


def _book(book_id: int) -> Book:
    book = db.session.get(Book, book_id)
    if book is None:
        raise NotFound()
    return book


@operation
def post(
    actor: Actor,
    event_key: str,
    *,
    value_on: date,
    legs: Iterable[Leg],
    memo: str = "",
    event_id: str = "",
    currency: str = "CNY",
) -> Journal:
    """Write and seal one balanced journal; the same key with the same legs gives the first journal again."""
    merged = merge(legs)
    check_balanced(merged)
    digest = legs_sha256(merged)
    known = queries.journal_by_key(event_key)
    if known is not None:
        check_same(event_key, known.legs_sha256, digest)
        return known
    journal = Journal(
        event_key=event_key, event_id=event_id, legs_sha256=digest, value_on=value_on, booked_on=clock.today(), memo=memo
    )
    return _write(actor, journal, merged, currency)


def post_if_any(actor: Actor, event_key: str, *, value_on: date, legs: Iterable[Leg], memo: str = "", event_id: str = "") -> Journal | None:
    """``post``, unless nothing is left once the legs are merged."""
    merged = merge(legs)
    if not merged:
        return None
    return post(actor, event_key, value_on=value_on, legs=merged, memo=memo, event_id=event_id)


def _write(actor: Actor, journal: Journal, legs: Sequence[Leg], currency: str) -> Journal:
    accounts = {leg.account: _account(actor, leg, currency) for leg in legs}
    add(journal)
    flush()
    try:
        for leg in sorted(legs, key=lambda each: accounts[each.account].id):
            account = accounts[leg.account]
            db.session.execute(
                insert(Posting).values(
                    event_key=journal.event_key, book_id=account.book_id, account_id=account.id,
                    posted_minor=leg.fen, posted_currency=currency,
                )
            )
        db.session.execute(insert(JournalSeal).values(event_key=journal.event_key, sealed_at=clock.now()))
    except DBAPIError as problem:
        refusal = _refusal(problem)
        if refusal is None:
            raise
        raise refusal from problem
    for account in accounts.values():
        db.session.expire(account, ["balance_minor", "balance"])
    return journal


def _account(actor: Actor, leg: Leg, currency: str) -> Account:
    book = open_book(actor, leg.organisation_id, kind=leg.kind, currency=currency)
    return open_account(actor, book.id, code=leg.code, subject=leg.subject)


TRIGGERED = ("LEDGER_SEALED", "LEDGER_PERIOD_CLOSED", "LEDGER_UNBALANCED")


def _refusal(problem: DBAPIError) -> Conflict | None:
    """The ledger's own refusal behind a database error, or None for any other error."""
    message = str(problem.orig)
    for code in TRIGGERED:
        if code in message:
            return Conflict(code, field="legs", through="", sum=0)
    broken = getattr(getattr(problem.orig, "diag", None), "constraint_name", None) or message
    if "ck_account_sign_held" in broken:
        return Conflict("LEDGER_OVERDRAWN", field="legs", account="")
    return None


@operation
def reverse_journal(actor: Actor, journal_id: int, *, reason: str, value_on: date | None = None) -> Journal:
    """A new journal with the opposite legs, once; journals are never edited."""
    journal = db.session.get(Journal, journal_id)
    if journal is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    if db.session.scalar(select(Journal.id).where(Journal.reverses_id == journal.id)) is not None:
        raise Conflict("LEDGER_REVERSED")
    legs = [_opposite(posting) for posting in _postings(journal)]
    mirror = Journal(
        event_key=f"{journal.event_key}:reversed",
        event_id=journal.event_id,
        legs_sha256=legs_sha256(legs),
        value_on=value_on or journal.value_on,
        booked_on=clock.today(),
        reverses_id=journal.id,
        memo=reason,
    )
    return _write(actor, mirror, legs, "CNY")


def _postings(journal: Journal) -> list[Posting]:
    return list(db.session.scalars(select(Posting).where(Posting.event_key == journal.event_key)))


def _opposite(posting: Posting) -> Leg:
    book = posting.account.book
    return Leg(book.organisation_id, book.kind, posting.account.code, -posting.posted_minor, posting.account.subject)


@operation
def close_period(actor: Actor, book_id: int, *, through: date) -> Book:
    """Close a book through a day that has ended; later journals bear a later booking date."""
    book = _book(book_id)
    if not (PERMISSIONS["book:close"].fits(actor, parties_of(book)) or actor.is_system):
        raise Forbidden(noun="book", verb="close")
    lock(book)
    if through >= clock.today() or (book.closed_through is not None and through <= book.closed_through):
        raise Invalid("DATE_ORDER", field="through", start=str(book.closed_through or "–"), end=through.isoformat())
    book.closed_through = through
    events.note(book, "close", actor, through=through)
    return book


def record_proof(actor: Actor = SYSTEM) -> list[Finding]:
    """Prove the books, then note it with figures and duration; a finding raises the flag ``ledger.proof_failed``."""
    began = time.monotonic()
    findings = queries.prove()
    db.session.rollback()
    note_proof(len(findings), seconds=f"{time.monotonic() - began:.3f}", actor=actor)
    return findings


@operation
def note_proof(findings: int, *, seconds: str, actor: Actor) -> None:
    """Write down that the books were proved, and what it found."""
    book = db.session.scalar(select(Book).order_by(Book.id).limit(1))
    if book is not None:
        verb = "proof_failed" if findings else "prove"
        events.note(book, verb, actor, noun="ledger", findings=findings, seconds=seconds, **queries.figures())
