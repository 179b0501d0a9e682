"""The database itself refuses what is unbalanced, edited, deleted, late or unsealed: raw SQL on both kinds."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from exchange.core.access import SYSTEM
from exchange.core.database import db
from exchange.registers.ledger import operations, queries
from exchange.registers.ledger.rules import transfer
from tests.factories import organisation

DAY = date(2026, 11, 25)
JOURNAL = (
    "INSERT INTO journal (event_key, event_id, legs_sha256, value_on, booked_on, memo, created_at) "
    "VALUES (:key, '', '', '2026-11-25', '2026-11-25', '', '2026-11-25 00:00:00')"
)
POSTING = (
    "INSERT INTO posting (event_key, book_id, account_id, posted_minor, posted_currency) "
    "VALUES (:key, :book, :account, :fen, 'CNY')"
)
SEAL = "INSERT INTO journal_seal (event_key, sealed_at) VALUES (:key, '2026-11-25 00:00:00')"


@pytest.fixture
def accounts(house: Any, clock: Any) -> tuple[int, int, int, int]:
    """Book, cash and capital of a pool with one sealed journal of 500.00; and its owner."""
    owner = organisation("pool").id
    legs = transfer(owner, "pool", debit="cash", credit="fund_capital", fen=50_000)
    operations.post(SYSTEM, "first", value_on=DAY, legs=legs)
    rows = db.session.execute(text("SELECT id, book_id, code FROM account ORDER BY code")).all()
    db.session.rollback()
    cash = next(row for row in rows if row.code == "cash")
    capital = next(row for row in rows if row.code == "fund_capital")
    return int(cash.book_id), int(cash.id), int(capital.id), int(owner)


def raw(*statements: tuple[str, dict[str, Any]]) -> None:
    """Run statements in one transaction of their own, past every operation."""
    with Session(db.engine) as session:
        try:
            for statement, values in statements:
                session.execute(text(statement), values)
            session.commit()
        finally:
            session.rollback()


def cash_of(owner: int) -> int:
    db.session.rollback()
    return queries.balance(owner, "pool", "cash")


def test_a_journal_without_a_seal_cannot_be_committed(accounts: tuple[int, int, int, int]) -> None:
    book, cash, capital, owner = accounts
    with pytest.raises(IntegrityError):
        raw(
            (JOURNAL, {"key": "open"}),
            (POSTING, {"key": "open", "book": book, "account": cash, "fen": 5}),
            (POSTING, {"key": "open", "book": book, "account": capital, "fen": -5}),
        )
    assert cash_of(owner) == 50_000


def test_an_unbalanced_journal_cannot_be_sealed(accounts: tuple[int, int, int, int]) -> None:
    book, cash, capital, owner = accounts
    with pytest.raises(DBAPIError, match="LEDGER_UNBALANCED"):
        raw(
            (JOURNAL, {"key": "bad"}),
            (POSTING, {"key": "bad", "book": book, "account": cash, "fen": 5}),
            (POSTING, {"key": "bad", "book": book, "account": capital, "fen": -4}),
            (SEAL, {"key": "bad"}),
        )
    assert cash_of(owner) == 50_000


def test_an_empty_journal_cannot_be_sealed(accounts: tuple[int, int, int, int]) -> None:
    with pytest.raises(DBAPIError, match="LEDGER_UNBALANCED"):
        raw((JOURNAL, {"key": "void"}), (SEAL, {"key": "void"}))


def test_two_books_that_only_balance_together_cannot_be_sealed(accounts: tuple[int, int, int, int]) -> None:
    book, cash, _capital, owner = accounts
    other = organisation("pool").id
    legs = transfer(other, "pool", debit="cash", credit="fund_capital", fen=100)
    operations.post(SYSTEM, "second", value_on=DAY, legs=legs)
    row = db.session.execute(
        text("SELECT account.id, book_id FROM account JOIN book ON book.id = book_id WHERE organisation_id = :o AND code = 'fund_capital'"),
        {"o": other},
    ).one()
    db.session.rollback()
    with pytest.raises(DBAPIError, match="LEDGER_UNBALANCED"):
        raw(
            (JOURNAL, {"key": "two"}),
            (POSTING, {"key": "two", "book": book, "account": cash, "fen": 5}),
            (POSTING, {"key": "two", "book": row.book_id, "account": row.id, "fen": -5}),
            (SEAL, {"key": "two"}),
        )
    assert cash_of(owner) == 50_000


def test_a_sealed_journal_takes_no_further_posting(accounts: tuple[int, int, int, int]) -> None:
    book, _cash, _capital, owner = accounts
    expense = (
        "INSERT INTO account (book_id, code, subject, sign, balance_minor, balance_currency) "
        "VALUES (:book, 'subsidy_expense', '', 'any', 0, 'CNY')"
    )
    raw((expense, {"book": book}))
    number = db.session.scalar(text("SELECT id FROM account WHERE code = 'subsidy_expense'"))
    db.session.rollback()
    with pytest.raises(DBAPIError, match="LEDGER_SEALED"):
        raw((POSTING, {"key": "first", "book": book, "account": number, "fen": 5}))
    assert cash_of(owner) == 50_000


@pytest.mark.parametrize("statement", [
    "UPDATE posting SET posted_minor = posted_minor + 1",
    "DELETE FROM posting",
    "UPDATE journal SET memo = 'other'",
    "DELETE FROM journal",
    "UPDATE journal_seal SET sealed_at = '2020-01-01 00:00:00'",
    "DELETE FROM journal_seal",
    "UPDATE account SET sign = 'any'",
    "UPDATE account SET subject = 'other'",
    "DELETE FROM account",
])
def test_rows_of_the_ledger_are_neither_edited_nor_deleted(accounts: tuple[int, int, int, int], statement: str) -> None:
    with pytest.raises(DBAPIError):
        raw((statement, {}))
    assert cash_of(accounts[3]) == 50_000
    assert queries.prove() == []


@pytest.mark.parametrize("table", ["posting", "journal_seal", "account"])
def test_postgresql_refuses_to_truncate_the_ledger(accounts: tuple[int, int, int, int], table: str, database_kind: str) -> None:
    if database_kind != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError):
        raw((f"TRUNCATE {table} CASCADE", {}))
    assert cash_of(accounts[3]) == 50_000


def test_a_posting_of_nought_is_refused(accounts: tuple[int, int, int, int]) -> None:
    book, cash, _capital, _owner = accounts
    with pytest.raises(IntegrityError):
        raw((JOURNAL, {"key": "nought"}), (POSTING, {"key": "nought", "book": book, "account": cash, "fen": 0}))


def test_a_posting_must_name_the_book_of_its_account(accounts: tuple[int, int, int, int]) -> None:
    book, cash, _capital, _owner = accounts
    with pytest.raises(IntegrityError):
        raw((JOURNAL, {"key": "book"}), (POSTING, {"key": "book", "book": book + 1, "account": cash, "fen": 5}))


def test_an_account_twice_in_one_journal_is_refused(accounts: tuple[int, int, int, int]) -> None:
    book, cash, _capital, _owner = accounts
    with pytest.raises(IntegrityError):
        raw(
            (JOURNAL, {"key": "twice"}),
            (POSTING, {"key": "twice", "book": book, "account": cash, "fen": 5}),
            (POSTING, {"key": "twice", "book": book, "account": cash, "fen": -5}),
        )


def test_the_sign_of_an_account_holds_against_raw_postings(accounts: tuple[int, int, int, int]) -> None:
    book, cash, capital, owner = accounts
    with pytest.raises(IntegrityError, match="ck_account_sign_held"):
        raw(
            (JOURNAL, {"key": "below"}),
            (POSTING, {"key": "below", "book": book, "account": cash, "fen": -50_001}),
            (POSTING, {"key": "below", "book": book, "account": capital, "fen": 50_001}),
            (SEAL, {"key": "below"}),
        )
    assert cash_of(owner) == 50_000


def test_an_account_is_opened_empty(accounts: tuple[int, int, int, int]) -> None:
    statement = (
        "INSERT INTO account (book_id, code, subject, sign, balance_minor, balance_currency) "
        "VALUES (:book, 'commitment', 'x', 'debit', 5, 'CNY')"
    )
    with pytest.raises(DBAPIError, match="LEDGER_UNBALANCED"):
        raw((statement, {"book": accounts[0]}))


def test_the_proof_finds_a_balance_that_was_changed_by_hand(accounts: tuple[int, int, int, int]) -> None:
    raw(("UPDATE account SET balance_minor = balance_minor + 5 WHERE id = :id", {"id": accounts[1]}))
    findings = queries.prove()
    assert [(each.check, each.found - each.expected) for each in findings] == [
        ("ledger.balances", 5), ("ledger.books", 5),
    ]
