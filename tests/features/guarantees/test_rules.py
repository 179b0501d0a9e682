"""Limits, shares and deadlines at their edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.errors import DomainError, faults_of
from exchange.core.money import Money, total
from exchange.finance.guarantees import queries, rules
from exchange.finance.guarantees.rules import LimitFacts, PartyWeight

NATIONAL = [PartyWeight(role, Decimal(weight)) for role, weight in (
    ("national_fund", 20), ("provincial_reguarantor", 20), ("guarantor", 40), ("bank", 20))]


@given(st.integers(min_value=1, max_value=10**14))
def test_the_parts_of_a_loss_add_up_to_the_fen(loss: int) -> None:
    assert total(rules.split_loss(Money(loss), NATIONAL)) == Money(loss)


@given(st.integers(min_value=0, max_value=10**12), st.lists(st.integers(min_value=1, max_value=10**10), min_size=1, max_size=5))
def test_a_recovery_gives_nobody_more_than_it_bore_and_loses_nothing(net: int, borne: list[int]) -> None:
    parties = {f"party{number}": Money(fen) for number, fen in enumerate(borne)}
    found = rules.share_recovery(Money(net), parties)
    assert total(list(found.values())) == Money(net)
    assert all(found[name] <= amount for name, amount in parties.items())


def test_the_limits_let_equality_pass_and_refuse_the_next_fen() -> None:
    most = LimitFacts(net_assets=1_000_000, new=100_000, weighted=9_900_000)
    assert rules.guarantor_limits(most).accepted
    above = rules.guarantor_limits(LimitFacts(net_assets=1_000_000, new=100_001, weighted=9_900_000))
    assert [each.code for each in above.breaches] == ["LIMIT_LEVERAGE", "LIMIT_CLIENT"]


def test_every_limit_is_named_at_once() -> None:
    found = rules.guarantor_limits(LimitFacts(net_assets=100, new=5_000, weighted=0, client=0, group=0, shareholder=True, stale=True))
    with pytest.raises(DomainError) as refused:
        found.raise_any()
    assert [each.code.name for each in faults_of(refused.value)] == [
        "LIMIT_SHAREHOLDER", "NET_ASSETS_STALE", "LIMIT_LEVERAGE", "LIMIT_CLIENT", "LIMIT_GROUP"]


def test_a_small_loan_weighs_three_quarters_in_the_leverage_only() -> None:
    assert rules.liability_weight(500_000_000, small=True, agricultural=False) == 7_500
    assert rules.liability_weight(500_000_001, small=True, agricultural=False) == 10_000
    assert rules.liability_weight(200_000_000, small=False, agricultural=True) == 7_500


def test_who_advances_stands_for_all_but_the_banks_part() -> None:
    assert rules.guaranteed_bp(NATIONAL, "guarantor_advances") == 8_000
    assert rules.guaranteed_bp(NATIONAL, "each_pays") == 4_000


def test_the_period_is_agreed_or_six_months_clipped_to_the_months_end() -> None:
    assert rules.claim_deadline(date(2026, 8, 31), None) == date(2027, 2, 28)
    assert rules.claim_deadline(date(2026, 8, 31), 24) == date(2028, 8, 31)
    assert rules.claim_deadline(date(2026, 8, 31), None, agreed_end=date(2026, 8, 31)) == date(2027, 2, 28)
    assert rules.claim_deadline(date(2026, 8, 31), None, agreed_end=date(2026, 12, 1)) == date(2026, 12, 1)


def test_the_shipped_schemes_name_their_sources_and_the_complete_ones_hold() -> None:
    seeds = {each.key: each for each in queries.seeds()}
    assert len(seeds) == 8
    assert all(each.source for each in seeds.values())
    for seed in seeds.values():
        parties = [PartyWeight(role, Decimal(weight)) for role, weight in seed.parties]
        assert not parties or rules.scheme_errors(parties, seed.profile) == ()
