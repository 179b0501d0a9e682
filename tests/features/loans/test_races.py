"""Sixteen processes at once: no payment lost, none doubled, the books right."""

from __future__ import annotations

from typing import Any

from exchange.core.money import Money
from exchange.finance.loans import operations, queries
from exchange.registers.ledger.queries import balance, prove
from tests.features.loans.stage import set_loan_stage
from tests.features.pledges.test_operations import TODAY
from tests.services.racing import race

RACERS = 16


def test_sixteen_payments_at_once_are_all_taken(house: Any, clock: Any) -> None:
    stage = set_loan_stage()
    loan_id = stage.running().id
    endings = race(house, RACERS, lambda number: operations.receive_payment(
        stage.bank_officer, loan_id, amount=Money(10_000 + number), value_on=TODAY, bank_reference=f"R{number}"))
    assert endings == {"done": RACERS}
    amounts = sorted(payment.amount.minor for payment in queries.payments_of(loan_id))
    assert amounts == [10_000 + number for number in range(RACERS)]
    loan = queries.get_loan(loan_id)
    assert balance(loan.organisation_id, "bank", "borrower_suspense", loan.public_id) == -sum(amounts)
    assert prove() == []


def test_one_payment_sent_sixteen_times_at_once_is_taken_once(house: Any, clock: Any) -> None:
    stage = set_loan_stage()
    loan_id = stage.running().id
    endings = race(house, RACERS, lambda number: operations.receive_payment(
        stage.bank_officer, loan_id, amount=Money(10_000), value_on=TODAY, bank_reference="ONE"))
    assert endings == {"done": 1, "PAYMENT_KNOWN": RACERS - 1}
    assert [payment.amount for payment in queries.payments_of(loan_id)] == [Money(10_000)]
    assert queries.position(loan_id).suspense == 10_000
    assert prove() == []
