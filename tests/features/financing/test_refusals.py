"""What a case refuses, and that a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exchange.appraisals import operations as appraisals
from exchange.core import approvals
from exchange.core.database import add, operation
from exchange.core.errors import DomainError, faults_of
from exchange.core.money import yuan
from exchange.finance.financing import operations, queries
from exchange.finance.financing.rules import Stage
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.queries import exposure_of
from exchange.finance.loans import operations as loans
from exchange.people.accounts.models import RoleLimit
from tests import factories
from tests.features.financing.walk import set_out


def test_all_missing_papers_are_named_at_once_and_the_case_stays_a_draft(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.open()
    walk.papers("licence", "purpose_proof")
    with pytest.raises(DomainError) as refused:
        operations.submit_case(walk.case, actor=walk["enterprise"])
    assert [(each.code.name, each.field) for each in faults_of(refused.value)] == [
        ("CASE_PAPER_MISSING", "papers.licence"), ("CASE_PAPER_MISSING", "papers.purpose_proof")]
    assert (walk.case.state, walk.case.submitted_on) == ("draft", None)


def test_a_returned_case_needs_every_remark_answered(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.open()
    walk.papers()
    operations.submit_case(walk.case, actor=walk["enterprise"])
    with pytest.raises(DomainError, match="CASE_REMARK_NEEDED"):
        operations.return_case(walk.case, remarks=[" "], actor=walk["acceptor"])
    operations.return_case(walk.case, remarks=["Statements are unsigned", "Licence is cut off"], actor=walk["acceptor"])
    with pytest.raises(DomainError) as refused:
        operations.submit_case(walk.case, actor=walk["enterprise"])
    assert [each.code.name for each in faults_of(refused.value)] == ["CASE_REMARK_OPEN", "CASE_REMARK_OPEN"]
    for remark in walk.case.open_remarks:
        operations.answer_case(walk.case, remark_id=remark.id, answer="Mended.", actor=walk["enterprise"])
    operations.submit_case(walk.case, actor=walk["enterprise"])
    assert walk.case.state == "submitted"


def test_a_stranger_sees_no_case_and_the_guarantor_none_before_submission(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.open()
    assert queries.list_cases(factories.actor("bank officer")).rows == []
    assert queries.list_cases(walk["guarantor officer"]).rows == []
    assert queries.list_cases(walk["enterprise"]).rows == [walk.case]


def test_other_peoples_patents_are_refused(database: Any, clock: Any) -> None:
    walk, other = set_out(), set_out()
    with pytest.raises(DomainError, match="CASE_PATENT_OTHER"):
        walk.open(patent_ids=[each.id for each in other.line.patents])
    assert queries.list_cases(walk["enterprise"]).rows == []


def test_nobody_acts_for_two_organisations_on_one_case(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.open()
    walk.papers()
    operations.submit_case(walk.case, actor=walk["enterprise"])
    double = replace(walk["acceptor"], identity=walk["enterprise"].identity)
    with pytest.raises(DomainError, match="CASE_TWO_HATS"):
        operations.accept_case(walk.case, actor=double)
    assert (walk.case.state, walk.case.guarantee_id) == ("submitted", None)


def test_a_route_changes_until_something_is_signed(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.accepted()
    old = walk.guarantee
    operations.reroute_case(walk.case, route="direct", actor=walk["enterprise"])
    assert (walk.case.state, walk.case.route, walk.case.guarantee_id, walk.case.pledgee) == ("submitted", "direct", None, "bank")
    assert old.state == "cancelled"
    operations.accept_case(walk.case, actor=walk["bank officer"])
    assert walk.stage == Stage.VALUING


@pytest.mark.one_database
def test_decisions_stand_on_present_facts(database: Any, clock: Any) -> None:
    """Review, limits, authority, the changed file, and payment before registration, along one walk."""
    walk = set_out()
    walk.accepted()
    with pytest.raises(DomainError, match="REVIEW_MISSING"):
        walk.guaranteed()
    walk.appraised()
    with pytest.raises(DomainError, match="REVIEW_MISSING"):
        walk.guaranteed()
    walk.reviewed()
    assert walk.guarantee.state == "applied"
    limit_of("guarantee:approve", walk.homes["guarantor"].id, "100000.00")
    with pytest.raises(DomainError, match="LIMIT_OF_AUTHORITY"):
        walk.guaranteed()
    assert (walk.guarantee.state, exposure_of(walk.guarantee.id)) == ("applied", None)
    approvals.reject_approval(approvals.pending_on("guarantee", walk.guarantee.public_id)[0].public_id, actor=walk["guarantor approver"], reason="limit")
    walk.people["guarantor signatory"] = factories.actor("guarantor signatory", organisation=walk.homes["guarantor"])
    walk.second(lambda: guarantees.approve_guarantee(walk.guarantee, kind="joint", fee_bp=80, actor=walk["guarantor officer"]), "guarantor signatory")
    assert walk.guarantee.state == "approved"
    walk.reguaranteed()
    walk.credited()
    walk.signed()
    with pytest.raises(DomainError, match="LOAN_PLEDGE_NOT_REGISTERED"):
        walk.paid_out()
    walk.filed()
    with pytest.raises(DomainError, match="LOAN_PLEDGE_NOT_REGISTERED"):
        walk.paid_out()
    assert (walk.loan.state, walk.loan.drawn) == ("signed", yuan("0.00"))
    with pytest.raises(DomainError, match="CASE_BOUND"):
        operations.cancel_case(walk.case, reason="second thoughts", actor=walk["enterprise"])
    appraisals.supersede_reviews(walk.line.appraisal)
    walk.registered()
    with pytest.raises(DomainError, match="REVIEW_MISSING"):
        loans.disburse_loan(walk["bank officer"], walk.loan.id)
    assert walk.loan.state == "signed"


@operation
def limit_of(permission: str, organisation_id: int, amount: str) -> None:
    """Approvers of an organisation decide up to an amount."""
    add(RoleLimit(organisation_id=organisation_id, grade="approver", permission=permission, limit=yuan(amount)))


@pytest.mark.one_database
@pytest.mark.parametrize("route", ["direct", "guaranteed"])
def test_the_shorter_routes_reach_the_payment_too(database: Any, clock: Any, route: str) -> None:
    walk = set_out(route)
    walk.to_payment()
    assert walk.stage == Stage.ACTIVE
    assert walk.pledge.secures == ("loan" if route == "direct" else "recourse")
