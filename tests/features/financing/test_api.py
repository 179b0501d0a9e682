"""Cases, guarantees and schemes as JSON; the case page stays within its queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exchange.core import jobs
from exchange.core.database import db
from exchange.finance.financing import operations
from exchange.finance.financing.models import Case
from exchange.finance.financing.rules import Stage
from tests.features.financing.test_pages import client_of
from tests.features.financing.walk import CLAUSE, Walk, set_out


@pytest.mark.one_database
def test_the_line_goes_through_the_api(house: Any, clock: Any, statements: Callable[[], Any]) -> None:
    walk = set_out()
    enterprise, guarantor, bank, reguarantor = (client_of(house, walk[role]) for role in ("enterprise", "guarantor officer", "bank officer", "reguarantor officer"))
    made = enterprise.post("/api/v1/cases", json={
        "route": "reguaranteed", "amount": {"amount": "160000.00", "currency": "CNY"}, "term_months": 12, "purpose": "working_capital",
        "bank": walk.homes["bank"].public_id, "guarantor": walk.homes["guarantor"].public_id, "scheme": walk.scheme.public_id,
        "patents": [each.public_id for each in walk.line.patents]})
    assert made.status_code == 201, made.text
    place = f"/api/v1/cases/{made.json['id']}"
    walk.case = db.session.scalars(db.select(Case)).one()
    missing = enterprise.post(place + "/submit", json={})
    assert missing.status_code == 422
    assert len(missing.json["faults"]) == 6
    walk.papers()
    for client, verb in ((enterprise, "submit"), (guarantor, "accept")):
        answer = client.post(f"{place}/{verb}", json={})
        assert answer.status_code == 200, answer.text
    walk.appraised()
    assert enterprise.get(place + "/stage").json["stage"] == "reviewing"
    walk.reviewed()
    _decided(walk, guarantor, reguarantor)
    terms = {
        "principal": {"amount": "160000.00", "currency": "CNY"}, "rate": "4.35", "periods": 12, "first_due": "2026-12-25",
        "annuity_payer": "pledgor", "invalidation_clause": CLAUSE}
    assert bank.post(place + "/credit", json=terms).status_code == 200
    db.session.rollback()
    walk.second(lambda: walk_approve(walk), "bank approver")
    jobs.run_due_jobs()
    db.session.rollback()
    _signed(house, walk, place)
    walk.filed()
    walk.registered()
    walk.paid_out()
    assert bank.get(place + "/stage").json["stage"] == str(Stage.ACTIVE)
    assert {each["event"] for each in bank.get(place + "/timeline").json["items"]} >= {"case.submit", "guarantee.approve", "loan.disburse", "pledge.register"}
    assert client_of(house, walk.line.lead).get(place).status_code == 404
    _few_queries(house, walk, statements)


def walk_approve(walk: Walk) -> Any:
    from exchange.finance.loans import operations as loans

    return loans.approve_loan(walk["bank officer"], walk.loan.id)


def _decided(walk: Walk, guarantor: Any, reguarantor: Any) -> None:
    place = f"/api/v1/guarantees/{walk.guarantee.public_id}"
    assert guarantor.post(place + "/approve", json={"fee_bp": 80}).status_code == 422
    assert guarantor.post(place + "/approve", json={"kind": "joint", "fee_bp": 80}).status_code == 202
    confirm(walk, "guarantor approver")
    shares = [each["amount"]["amount"] for each in guarantor.get(place).json["shares"]]
    assert shares == ["32000.00", "32000.00", "64000.00", "32000.00"]
    behind = reguarantor.get("/api/v1/reguarantees").json["items"][0]
    assert behind["liability"] == {"amount": "64000.00", "currency": "CNY"}
    assert reguarantor.post(f"/api/v1/reguarantees/{behind['id']}/approve", json={}).status_code == 202
    confirm(walk, "reguarantor approver")
    split = reguarantor.get(f"/api/v1/schemes/{walk.scheme.public_id}/split?loss=0.01").json["parties"]
    assert [each["amount"]["amount"] for each in split] == ["0.00", "0.00", "0.01", "0.00"]


def confirm(walk: Walk, checker: str) -> None:
    """The second person confirms the only proposal that waits."""
    from exchange.core.approvals import Approval, confirm_approval

    db.session.rollback()
    approval = db.session.scalars(db.select(Approval).where(Approval.decision.is_(None))).one()
    confirm_approval(approval.public_id, actor=walk[checker])


def _signed(house: Any, walk: Walk, place: str) -> None:
    digest = walk.case.contract_sha256
    enterprise = client_of(house, walk["enterprise signatory"])
    assert enterprise.post(place + "/sign", json={"document_sha256": "0" * 64, "agree": True}).json["code"] == "CASE_CONTRACT_DIFFERS"
    assert enterprise.post(place + "/sign", json={"document_sha256": digest}).json["code"] == "CASE_AGREE"
    for role in ("enterprise signatory", "bank approver", "guarantor approver"):
        answer = client_of(house, walk[role]).post(place + "/sign", json={"document_sha256": digest, "agree": True})
        assert answer.status_code == 200, answer.text
    db.session.rollback()


def _few_queries(house: Any, walk: Walk, statements: Callable[[], Any]) -> None:
    """The page of a running case with its whole history takes at most 25 queries."""
    for role in ("enterprise", "bank officer", "guarantor officer", "reguarantor officer"):
        client = client_of(house, walk[role])
        client.get(f"/cases/{walk.case.public_id}")
        db.session.rollback()
        with statements() as said:
            assert client.get(f"/cases/{walk.case.public_id}").status_code == 200
        assert len(said.reads) <= 25, "\n".join(said.reads)


def test_the_queue_shows_each_role_its_work(database: Any, clock: Any) -> None:
    from exchange.finance.financing.queries import tasks

    walk = set_out()
    walk.open()
    assert [task.place for task in tasks(walk["enterprise"])] == [f"/cases/{walk.case.public_id}"]
    assert tasks(walk["guarantor officer"]) == []
    walk.papers()
    operations.submit_case(walk.case, actor=walk["enterprise"])
    assert [task.number for task in tasks(walk["guarantor officer"])] == [walk.case.number]
    assert tasks(walk["enterprise"]) == tasks(walk["bank officer"]) == []
