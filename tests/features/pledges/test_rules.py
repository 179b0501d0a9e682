"""Grounds of refusal come all at once; proceeds are shared to the fen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.errors import DomainError, faults_of
from exchange.core.money import Money
from exchange.finance.pledges.rules import (
    Claimant, RegistrationFacts, check_cap, check_fresh, check_items, check_notice, check_release, check_reserve,
    findings_of, registration_refusals, split_consented_proceeds, waterfall,
)

DAY = date(2026, 11, 25)


def test_a_patent_without_obstacle_can_be_pledged() -> None:
    assert registration_refusals(RegistrationFacts()) == ((), ())


def test_all_grounds_come_at_once_in_their_order() -> None:
    facts = RegistrationFacts(
        patent="ZL1", is_owner=False, ended=True, annuity_paid=None, seized=True, debt_to=DAY, expires_on=DAY,
        missing=("term",), coowner_missing=True, active_pledges=1, twin=True, invalidity_open=True, other="name",
    )
    refusals, warnings = registration_refusals(facts)
    assert [ground.number for ground in refusals] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert warnings == ()


def test_a_debt_that_falls_due_on_the_last_day_in_force_passes() -> None:
    facts = RegistrationFacts(debt_to=date(2028, 5, 19), expires_on=date(2028, 5, 20))
    assert registration_refusals(facts)[0] == ()


def test_warnings_pass_when_both_parties_confirmed() -> None:
    refusals, warnings = registration_refusals(RegistrationFacts(twin=True, invalidity_open=True, confirmed=True))
    assert (refusals, [ground.number for ground in warnings]) == ((), [10, 11])


def test_seizure_and_stay_have_their_own_codes() -> None:
    for facts, code in ((RegistrationFacts(seized=True), "RIGHTS_SEIZED"), (RegistrationFacts(stayed=True), "RIGHTS_STAYED")):
        assert registration_refusals(facts)[0][0].code == code


def test_the_grounds_of_several_patents_are_refused_together() -> None:
    found = findings_of([RegistrationFacts(patent="A", active_pledges=1), RegistrationFacts(patent="B", granted=False)])
    with pytest.raises(DomainError) as refused:
        found.raise_any()
    assert [fault.code.name for fault in faults_of(refused.value)] == ["PATENT_ALREADY_PLEDGED", "PLEDGE_NOT_GRANTED"]


@pytest.mark.parametrize("taken_on", [None, date(2026, 11, 17)])
def test_an_old_register_copy_is_refused(taken_on: date | None) -> None:
    with pytest.raises(DomainError, match="REGISTER_STALE"):
        check_fresh(taken_on, DAY, patent="ZL1")


def test_release_takes_exactly_nothing_or_a_waiver() -> None:
    check_release(Money(0), waiver="")
    check_release(Money(1), waiver="agreed by both")
    with pytest.raises(DomainError, match="PLEDGE_DEBT_OPEN"):
        check_release(Money(1), waiver=" ")


@pytest.mark.parametrize("ids", [[], [1, 1], list(range(51))])
def test_a_pledge_names_one_to_fifty_patents_each_once(ids: list[int]) -> None:
    with pytest.raises(DomainError, match="PLEDGE_ITEMS"):
        check_items(ids)


@pytest.mark.parametrize(("kind", "cap", "day"), [("single", Money(1), None), ("max_amount", None, DAY), ("max_amount", Money(1), None)])
def test_only_a_maximum_amount_pledge_has_cap_and_day(kind: str, cap: Money | None, day: date | None) -> None:
    with pytest.raises(DomainError, match="PLEDGE_CAP"):
        check_cap(kind, cap, day)


def test_a_notice_is_dated_between_filing_and_today() -> None:
    check_notice(DAY, since=DAY, today=DAY)
    with pytest.raises(DomainError, match="PLEDGE_NOTICE_DATE"):
        check_notice(date(2026, 11, 26), since=DAY, today=DAY)


def test_a_reserve_below_seven_tenths_needs_agreement() -> None:
    check_reserve(Money(70), Money(100), agreed=False)
    check_reserve(Money(10), Money(100), agreed=True)
    with pytest.raises(DomainError, match="DISPOSAL_RESERVE_LOW"):
        check_reserve(Money(69), Money(100), agreed=False)


CLAIMS = st.lists(st.lists(st.integers(0, 10**10), min_size=1, max_size=3), max_size=5)


@given(st.integers(0, 10**11), CLAIMS)
def test_what_is_paid_out_is_exactly_the_proceeds(proceeds: int, claims: list[list[int]]) -> None:
    tiers = [[Claimant(f"{tier}.{n}", claim) for n, claim in enumerate(group)] for tier, group in enumerate(claims)]
    found = waterfall(proceeds, tiers, surplus_to="pledgor")
    owed = sum(claim for group in claims for claim in group)
    assert sum(found.paid.values()) == proceeds
    assert found.deficiency == max(0, owed - proceeds)
    assert all(found.paid[one.to] <= one.claim for tier in tiers for one in tier)


def test_a_tier_waits_until_the_one_before_it_is_full() -> None:
    found = waterfall(150, [[Claimant("costs", 100)], [Claimant("bank", 60), Claimant("guarantor", 40)]], surplus_to="pledgor")
    assert found.paid == {"costs": 100, "bank": 30, "guarantor": 20, "pledgor": 0}
    assert found.deficiency == 50


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_price_of_a_consented_sale_is_shared_without_rest(price: int, debt: int) -> None:
    first, rest = split_consented_proceeds(Money(price), Money(debt), consent=True)
    assert (first + rest, first) == (Money(price), Money(min(price, debt)))


def test_a_sale_without_consent_is_refused() -> None:
    with pytest.raises(DomainError, match="PLEDGEE_CONSENT_REQUIRED"):
        split_consented_proceeds(Money(1), Money(1), consent=False)
