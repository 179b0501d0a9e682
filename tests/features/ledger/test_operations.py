"""Journals are written once, reversed once, and never after a period was closed."""

from datetime import date
from typing import Any

import pytest

from exchange.core.access import SYSTEM
from exchange.core.errors import DomainError
from exchange.registers.ledger import operations, queries
from exchange.registers.ledger.models import Journal
from exchange.registers.ledger.rules import transfer
from tests.factories import organisation

DAY = date(2026, 11, 25)


@pytest.fixture
def pool(house: Any, clock: Any) -> int:
    """A pool with 500.00 in cash."""
    owner = organisation("pool").id
    legs = transfer(owner, "pool", debit="cash", credit="fund_capital", fen=50_000)
    operations.post(SYSTEM, "pool:p:top_up:1", value_on=DAY, legs=legs)
    return int(owner)


def test_a_journal_moves_the_balances_of_its_accounts(pool: int) -> None:
    assert queries.balance(pool, "pool", "cash") == 50_000
    assert queries.balance(pool, "pool", "fund_capital") == -50_000
    assert queries.prove() == []


def test_the_same_key_and_legs_give_the_first_journal_again(pool: int) -> None:
    legs = transfer(pool, "pool", debit="cash", credit="fund_capital", fen=50_000)
    first = queries.journal_by_key("pool:p:top_up:1")
    assert first is not None
    assert operations.post(SYSTEM, "pool:p:top_up:1", value_on=DAY, legs=legs).id == first.id
    assert queries.balance(pool, "pool", "cash") == 50_000


def test_the_same_key_with_other_legs_changes_nothing(pool: int) -> None:
    legs = transfer(pool, "pool", debit="cash", credit="fund_capital", fen=1)
    with pytest.raises(DomainError) as refused:
        operations.post(SYSTEM, "pool:p:top_up:1", value_on=DAY, legs=legs)
    assert refused.value.code.name == "LEDGER_KEY_REUSED"
    assert queries.balance(pool, "pool", "cash") == 50_000


def test_an_account_cannot_be_overdrawn(pool: int) -> None:
    legs = transfer(pool, "pool", debit="compensation_paid", credit="cash", fen=50_001, debit_subject="c1")
    with pytest.raises(DomainError) as refused:
        operations.post(SYSTEM, "claim:c1:pay:1", value_on=DAY, legs=legs)
    assert refused.value.code.name == "LEDGER_OVERDRAWN"
    assert queries.balance(pool, "pool", "cash") == 50_000
    assert queries.journal_by_key("claim:c1:pay:1") is None


def test_an_unbalanced_journal_is_refused_before_anything_is_written(pool: int) -> None:
    legs = transfer(pool, "pool", debit="cash", credit="fund_capital", fen=5)[:1]
    with pytest.raises(DomainError) as refused:
        operations.post(SYSTEM, "pool:p:top_up:2", value_on=DAY, legs=legs)
    assert refused.value.code.name == "LEDGER_EMPTY"
    assert queries.journal_by_key("pool:p:top_up:2") is None


def test_a_reversal_is_a_new_journal_and_happens_once(pool: int) -> None:
    first = queries.journal_by_key("pool:p:top_up:1")
    assert isinstance(first, Journal)
    number = first.id
    mirror = operations.reverse_journal(SYSTEM, number, reason="entered twice")
    assert mirror.reverses_id == number
    assert queries.balance(pool, "pool", "cash") == 0
    with pytest.raises(DomainError) as refused:
        operations.reverse_journal(SYSTEM, number, reason="again")
    assert refused.value.code.name == "LEDGER_REVERSED"
    assert queries.balance(pool, "pool", "cash") == 0


def test_a_closed_period_takes_no_journal_booked_into_it(pool: int, clock: Any) -> None:
    book = queries.book_of(pool, "pool")
    assert book is not None
    clock.pass_(days=1)
    operations.close_period(SYSTEM, book.id, through=DAY)
    legs = transfer(pool, "pool", debit="cash", credit="fund_capital", fen=7)
    operations.post(SYSTEM, "pool:p:top_up:3", value_on=DAY, legs=legs)
    assert queries.balance(pool, "pool", "cash") == 50_007
    clock.pass_(days=-1)
    with pytest.raises(DomainError) as refused:
        operations.post(SYSTEM, "pool:p:top_up:4", value_on=DAY, legs=legs)
    assert refused.value.code.name == "LEDGER_PERIOD_CLOSED"
    assert queries.balance(pool, "pool", "cash") == 50_007


def test_a_journal_may_bear_an_older_value_date_than_its_booking(pool: int) -> None:
    legs = transfer(pool, "pool", debit="cash", credit="fund_capital", fen=100)
    journal = operations.post(SYSTEM, "pool:p:top_up:5", value_on=date(2026, 1, 2), legs=legs)
    assert (journal.value_on, journal.booked_on) == (date(2026, 1, 2), DAY)
    assert queries.balance_on(pool, "pool", "cash", on=date(2026, 6, 1)) == 100
    assert queries.balance_on(pool, "pool", "cash", on=date(2026, 6, 1), by="booked_on") == 0


def test_the_trial_balance_adds_up_to_nought(pool: int) -> None:
    book = queries.book_of(pool, "pool")
    assert book is not None
    rows = queries.trial_balance(book)
    assert {row.code: row.balance.minor for row in rows} == {"cash": 50_000, "fund_capital": -50_000}
    assert queries.trial_balance(book, date(2026, 11, 24)) == []


def test_the_proof_is_noted_with_its_figures(pool: int) -> None:
    assert operations.record_proof() == []
    assert queries.figures() == {"book": 1, "account": 2, "journal": 1, "posting": 2}
