"""Legs merge, balance and differ exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.errors import DomainError
from exchange.registers.ledger.rules import (
    CHARTS, BookKind, Leg, Sign, check_balanced, check_same, difference, legs_sha256, merge, transfer,
)

AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)
CODES = st.sampled_from(sorted(CHARTS[BookKind.BANK]))


def test_transfer_debits_one_account_and_credits_the_other() -> None:
    assert transfer(7, "bank", debit="loan_principal", credit="clearing", fen=500, debit_subject="x") == (
        Leg(7, "bank", "loan_principal", 500, "x"), Leg(7, "bank", "clearing", -500),
    )


def test_legs_of_one_account_are_added_and_those_of_nought_left_out() -> None:
    legs = (Leg(1, "bank", "clearing", 5), Leg(1, "bank", "clearing", -5), Leg(1, "bank", "fee_income", 3))
    assert merge(legs) == (Leg(1, "bank", "fee_income", 3),)


def test_refuses_a_book_that_does_not_sum_to_nought() -> None:
    with pytest.raises(DomainError) as refused:
        check_balanced([Leg(1, "bank", "clearing", 5), Leg(2, "bank", "clearing", -5)])
    assert refused.value.code.name == "LEDGER_UNBALANCED"


def test_refuses_an_account_outside_the_chart() -> None:
    with pytest.raises(DomainError) as refused:
        check_balanced([Leg(1, "pool", "cash", 5), Leg(1, "pool", "petty", -5)])
    assert refused.value.code.name == "LEDGER_ACCOUNT_UNKNOWN"
    assert refused.value.details == {"kind": "pool", "account": "petty"}


def test_refuses_a_single_leg() -> None:
    with pytest.raises(DomainError) as refused:
        check_balanced([])
    assert refused.value.code.name == "LEDGER_EMPTY"


def test_the_same_key_with_other_legs_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        check_same("loan:1:repay:1", "a", "b")
    assert refused.value.code.name == "LEDGER_KEY_REUSED"


def test_pool_cash_and_escrow_money_stand_on_the_debit_side_only() -> None:
    assert CHARTS[BookKind.POOL]["cash"].sign is Sign.DEBIT
    assert CHARTS[BookKind.ESCROW]["bank"].sign is Sign.DEBIT
    assert {rule.sign for code, rule in CHARTS[BookKind.ESCROW].items() if code != "bank"} == {Sign.CREDIT}


@given(st.lists(st.tuples(CODES, AMOUNTS), max_size=20))
def test_merging_never_changes_a_sum(rows: list[tuple[str, int]]) -> None:
    legs = [Leg(1, "bank", code, fen) for code, fen in rows]
    assert sum(leg.fen for leg in merge(legs)) == sum(leg.fen for leg in legs)
    assert len({leg.account for leg in merge(legs)}) == len(merge(legs))


@given(st.dictionaries(CODES, AMOUNTS), st.dictionaries(CODES, AMOUNTS))
def test_a_difference_brings_each_account_to_its_target(targets: dict[str, int], present: dict[str, int]) -> None:
    def named(rows: dict[str, int]) -> dict[tuple[int, str, str, str], int]:
        return {(1, "bank", code, "x"): fen for code, fen in rows.items()}

    after = dict(present)
    for leg in difference(named(targets), named(present)):
        after[leg.code] = after.get(leg.code, 0) + leg.fen
    assert {code: fen for code, fen in after.items() if fen} == {code: fen for code, fen in targets.items() if fen}


@given(st.lists(st.tuples(CODES, AMOUNTS), max_size=8), st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_legs(rows: list[tuple[str, int]], random: object) -> None:
    legs = [Leg(1, "bank", code, fen) for code, fen in rows]
    shuffled = list(legs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands in random.Random
    assert legs_sha256(legs) == legs_sha256(shuffled)
