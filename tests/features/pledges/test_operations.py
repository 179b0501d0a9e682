"""A pledge exists from registration, holds its patents alone, and is released at exactly nothing owed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exchange.core.access import SYSTEM
from exchange.core.database import Proposed
from exchange.core.errors import DomainError, faults_of
from exchange.core.money import Money
from exchange.finance.pledges import operations, queries
from exchange.finance.pledges.models import Pledge
from exchange.registers.ledger.queries import balance, prove
from exchange.registers.patents import operations as patents
from exchange.registers.patents import queries as patent_queries
from tests.factories import actor
from tests.features.pledges.stage import CONTRACT, Stage, set_stage

TODAY = date(2026, 11, 25)


@pytest.fixture
def stage(house: Any, clock: Any) -> Stage:
    return set_stage()


def burdens(patent_id: int) -> list[str]:
    return [str(row.kind) for row in patent_queries.encumbrances(patent_id)]


def state(pledge: Pledge) -> str:
    return queries.get_pledge(pledge.id).state


def test_a_pledge_walks_from_draft_to_release(stage: Stage) -> None:
    patent = stage.patent()
    pledge = stage.filed(patent.id)
    assert (state(pledge), burdens(patent.id), pledge.due_on) == ("filed", ["pledge_filed"], date(2026, 11, 27))
    stage.twice(lambda: operations.register_pledge(
        stage.bank_officer, pledge.id, notice_no="2026990000007", registered_on=TODAY))
    assert (state(pledge), burdens(patent.id)) == ("registered", ["pledge"])
    assert balance(stage.bank.id, "bank", "collateral", pledge.public_id) == 800_000_000
    stage.twice(lambda: operations.release_pledge(stage.bank_officer, pledge.id))
    stage.twice(lambda: operations.confirm_release(
        stage.bank_officer, pledge.id, notice_no="2026990000008", released_on=TODAY))
    assert (state(pledge), burdens(patent.id)) == ("released", [])
    assert balance(stage.bank.id, "bank", "collateral", pledge.public_id) == 0
    assert prove() == []


def test_registration_waits_for_another_person_of_the_pledgee(stage: Stage) -> None:
    pledge = stage.filed(stage.patent().id)
    with pytest.raises(Proposed):
        operations.register_pledge(stage.bank_officer, pledge.id, notice_no="1", registered_on=TODAY)
    assert state(pledge) == "filed"
    with pytest.raises(DomainError) as refused:
        operations.register_pledge(stage.bank_approver, pledge.id, notice_no="1", registered_on=TODAY)
    assert refused.value.code.name == "FORBIDDEN"
    assert state(pledge) == "filed"


def test_a_pledge_without_an_appraisal_is_refused_above_the_limit(stage: Stage) -> None:
    patent = stage.patent()
    with pytest.raises(DomainError) as refused:
        stage.drafted(patent.id, secured=Money.parse("3000000.01"))
    assert refused.value.code.name == "REVIEW_MISSING"


def test_a_pledgee_must_be_a_bank_or_guarantor(stage: Stage) -> None:
    patent = stage.patent()
    with pytest.raises(DomainError) as refused:
        stage.drafted(patent.id, pledgee_id=stage.enterprise.id)
    assert refused.value.code.name == "PLEDGE_PARTY_KINDS"


def test_the_contract_is_signed_by_both_sides_in_one_version(stage: Stage) -> None:
    pledge = stage.drafted(stage.patent().id)
    operations.sign_pledge(stage.signatory, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    assert state(pledge) == "drafted"
    with pytest.raises(DomainError) as refused:
        operations.sign_pledge(stage.bank_approver, pledge.id, document_sha256="d" * 64, no_forfeiture=True)
    assert refused.value.code.name == "PLEDGE_CONTRACT_DIFFERS"
    with pytest.raises(DomainError) as refused:
        operations.sign_pledge(stage.signatory, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    assert refused.value.code.name == "PLEDGE_SIGNED_BEFORE"
    assert state(pledge) == "drafted"


def test_a_contract_that_hands_over_the_patent_is_not_signed(stage: Stage) -> None:
    pledge = stage.drafted(stage.patent().id)
    with pytest.raises(DomainError) as refused:
        operations.sign_pledge(stage.signatory, pledge.id, document_sha256=CONTRACT)
    assert refused.value.code.name == "PLEDGE_FORFEITURE"


def test_filing_waits_for_the_pledgors_confirmation(stage: Stage) -> None:
    patent = stage.patent()
    pledge = stage.signed(patent.id)
    with pytest.raises(DomainError) as refused:
        operations.file_pledge(stage.bank_officer, pledge.id)
    assert refused.value.code.name == "PLEDGE_NOT_CONFIRMED"
    assert (state(pledge), burdens(patent.id)) == ("signed", [])


def test_filing_needs_a_register_copy_of_the_last_week(stage: Stage, clock: Any) -> None:
    patent = stage.patent()
    pledge = stage.signed(patent.id)
    operations.confirm_filing(stage.signatory, pledge.id)
    clock.pass_(days=8)
    with pytest.raises(DomainError) as refused:
        operations.file_pledge(stage.bank_officer, pledge.id)
    assert refused.value.code.name == "REGISTER_STALE"
    stage.register_copy(patent.id)
    operations.file_pledge(stage.bank_officer, pledge.id)
    assert state(pledge) == "filed"


@pytest.mark.parametrize(("changes", "code"), [
    ({"seized": True}, "RIGHTS_SEIZED"), ({"stayed": True}, "RIGHTS_STAYED"),
])
def test_the_register_stops_a_filing(stage: Stage, changes: dict[str, Any], code: str) -> None:
    patent = stage.patent()
    pledge = stage.signed(patent.id)
    operations.confirm_filing(stage.signatory, pledge.id)
    stage.register_copy(patent.id, **changes)
    with pytest.raises(DomainError) as refused:
        operations.file_pledge(stage.bank_officer, pledge.id)
    assert code in [fault.code.name for fault in faults_of(refused.value)]
    assert "pledge_filed" not in burdens(patent.id)
    assert state(pledge) == "signed"


@pytest.mark.parametrize("paid_to_year", [6, None])
def test_a_fee_in_grace_or_unknown_stops_the_contract(stage: Stage, paid_to_year: int | None) -> None:
    patent = stage.patent(paid_to_year=paid_to_year)
    pledge = stage.drafted(patent.id)
    operations.sign_pledge(stage.signatory, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    with pytest.raises(DomainError) as refused:
        operations.sign_pledge(stage.bank_approver, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    assert [fault.code.name for fault in faults_of(refused.value)] == ["ANNUITY_OVERDUE"]
    assert state(pledge) == "drafted"


def test_one_patent_is_pledged_once(stage: Stage) -> None:
    patent = stage.patent()
    stage.registered(patent.id)
    other = set_stage()
    pledge = operations.draft_pledge(
        other.bank_officer, pledgor_id=stage.enterprise.id, pledgee_id=other.bank.id, secures="loan",
        secured=Money(100), debt_from=TODAY, debt_to=TODAY, items=[operations.ItemInput(patent.id, Money(100), 2500)],
    )
    operations.sign_pledge(stage.signatory, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    with pytest.raises(DomainError) as refused:
        operations.sign_pledge(other.bank_approver, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
    assert [fault.code.name for fault in faults_of(refused.value)] == ["PATENT_ALREADY_PLEDGED"]
    assert burdens(patent.id) == ["pledge"]


def test_a_refused_pledge_frees_the_patent_and_may_be_drafted_anew(stage: Stage) -> None:
    patent = stage.patent()
    pledge = stage.filed(patent.id)
    stage.twice(lambda: operations.refuse_pledge(stage.bank_officer, pledge.id, ground=7, text="address missing"))
    assert (state(pledge), burdens(patent.id)) == ("refused", [])
    operations.redraft_pledge(stage.bank_officer, pledge.id)
    operations.sign_pledge(stage.signatory, pledge.id, document_sha256="e" * 64, no_forfeiture=True)
    operations.sign_pledge(stage.bank_approver, pledge.id, document_sha256="e" * 64, no_forfeiture=True)
    operations.confirm_filing(stage.signatory, pledge.id)
    operations.file_pledge(stage.bank_officer, pledge.id)
    assert (state(pledge), burdens(patent.id)) == ("filed", ["pledge_filed"])


def test_a_notice_dated_before_the_filing_is_refused(stage: Stage) -> None:
    pledge = stage.filed(stage.patent().id)
    with pytest.raises(DomainError) as refused:
        operations.register_pledge(stage.bank_officer, pledge.id, notice_no="1", registered_on=date(2026, 11, 24))
    assert refused.value.code.name == "PLEDGE_NOTICE_DATE"
    assert state(pledge) == "filed"


def test_release_is_refused_while_a_fen_is_secured(stage: Stage) -> None:
    pledge = stage.registered(stage.patent().id)
    operations.state_debt(SYSTEM, pledge.id, amount=Money(1))
    with pytest.raises(DomainError) as refused:
        operations.release_pledge(stage.bank_officer, pledge.id)
    assert refused.value.code.name == "PLEDGE_DEBT_OPEN"
    assert state(pledge) == "registered"
    stage.twice(lambda: operations.release_pledge(stage.bank_officer, pledge.id, waiver_reason="waived by the board"))
    assert state(pledge) == "releasing"


def test_a_pledge_held_by_order_is_neither_filed_nor_released(stage: Stage) -> None:
    pledge = stage.registered(stage.patent().id)
    operations.hold_pledge(SYSTEM, pledge.id, order="(2026) 12")
    with pytest.raises(DomainError) as refused:
        operations.release_pledge(stage.bank_officer, pledge.id)
    assert refused.value.code.name == "HELD_BY_ORDER"
    assert state(pledge) == "registered"


def test_consent_of_the_pledgee_opens_the_patent_for_one_use(stage: Stage) -> None:
    patent = stage.patent()
    pledge = stage.registered(patent.id)
    assert patent_queries.consent_for(patent.id, "transfer", TODAY) is None
    stage.twice(lambda: operations.consent_pledge(
        stage.bank_officer, pledge.id, patent_id=patent.id, uses=["transfer"], valid_until=date(2027, 3, 1)))
    consent = patent_queries.consent_for(patent.id, "transfer", TODAY)
    assert consent is not None
    assert patent_queries.consent_for(patent.id, "open_licence", TODAY) is None
    stage.twice(lambda: operations.withdraw_consent(stage.bank_officer, pledge.id, consent_id=consent.id))
    assert patent_queries.consent_for(patent.id, "transfer", TODAY) is None


def test_a_dead_patent_leaves_the_pledge_and_the_last_one_ends_it(stage: Stage) -> None:
    first, second = stage.patent(), stage.patent()
    pledge = stage.registered(first.id, second.id)
    assert balance(stage.bank.id, "bank", "collateral", pledge.public_id) == 1_600_000_000
    operations.kill_items(SYSTEM, first.id, on=date(2026, 10, 1), cause="lapsed")
    assert [item.value for item in queries.lending_items(pledge.id)] == [0, 800_000_000]
    assert state(pledge) == "registered"
    operations.kill_items(SYSTEM, second.id, on=date(2026, 10, 1), cause="invalidated")
    assert state(pledge) == "extinguished"
    assert balance(stage.bank.id, "bank", "collateral", pledge.public_id) == 0
    assert prove() == []


def test_the_news_of_an_invalidation_kills_the_item(stage: Stage) -> None:
    patent = stage.patent()
    pledge = stage.registered(patent.id)
    patents.record_legal_event(
        stage.registrar, patent.id, code="IW01", effective_on=TODAY, published_on=TODAY, text="全部无效")
    assert state(pledge) == "extinguished"
    assert queries.get_pledge(pledge.id).items[0].death_cause == "invalidated"


def test_a_restored_patent_counts_again(stage: Stage) -> None:
    first, second = stage.patent(), stage.patent()
    pledge = stage.registered(first.id, second.id)
    operations.kill_items(SYSTEM, first.id, on=date(2026, 10, 1), cause="lapsed")
    operations.revive_items(SYSTEM, first.id, on=TODAY)
    assert [item.value for item in queries.lending_items(pledge.id)] == [800_000_000, 800_000_000]
    assert burdens(first.id) == ["pledge"]


def test_enforcement_waits_for_a_debt_that_is_due(stage: Stage) -> None:
    pledge = stage.registered(stage.patent().id)
    operations.state_debt(SYSTEM, pledge.id, amount=Money(500))
    with pytest.raises(DomainError) as refused:
        operations.enforce_pledge(stage.bank_officer, pledge.id, reason="default")
    assert refused.value.code.name == "PLEDGE_DEBT_NOT_DUE"
    operations.state_debt(SYSTEM, pledge.id, amount=Money(500), due=True)
    stage.twice(lambda: operations.enforce_pledge(stage.bank_officer, pledge.id, reason="default"))
    disposal = operations.propose_disposal(stage.bank_officer, pledge.id, mode="auction", reserve=Money.parse("6000000.00"))
    operations.approve_disposal(stage.bank_approver, disposal.id)
    with pytest.raises(DomainError) as refused:
        operations.finish_enforcement(SYSTEM, pledge.id)
    assert refused.value.code.name == "PLEDGE_DISPOSAL_OPEN"
    assert state(pledge) == "enforcing"


def test_others_see_no_pledge_of_strangers(stage: Stage) -> None:
    pledge = stage.registered(stage.patent().id)
    stranger = actor("enterprise officer")
    with pytest.raises(DomainError) as refused:
        queries.find_pledge(stranger, pledge.public_id)
    assert refused.value.code.name == "NOT_FOUND"
    assert queries.find_pledge(actor("regulator viewer"), pledge.public_id).id == pledge.id
