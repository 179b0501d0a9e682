"""The line over HTTP: each role by its own client, page by page; refusals change nothing; the case page stays cheap."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from exchange.core import jobs
from exchange.core.access import Actor
from exchange.core.database import db
from exchange.finance.financing.models import Case
from exchange.finance.financing.rules import PAPERS, Stage
from exchange.people.accounts.models import Member
from tests.features.financing.walk import CLAUSE, PDF, Walk, set_out


def client_of(house: Any, actor: Actor) -> Any:
    """A client signed in as an actor of the walk."""
    from exchange.people.accounts import operations

    member = db.session.scalars(db.select(Member).where(Member.person_id == actor.user_id, Member.organisation_id == actor.organisation_id)).one()
    client = house.client()
    client.set_cookie("zhirong_session", operations.open_session(member, stepped_up=True))
    return client


@pytest.fixture
def walk(house: Any, clock: Any) -> Walk:
    return set_out()


def confirm(house: Any, walk: Walk, checker: str) -> None:
    """The second person confirms the newest proposal on the page of approvals."""
    from exchange.core.approvals import Approval

    approval = db.session.scalars(db.select(Approval).where(Approval.decision.is_(None))).one()
    answer = client_of(house, walk[checker]).post(f"/approvals/{approval.public_id}/confirm")
    assert answer.status_code == 303, answer.text[:2000]


def sent(client: Any, url: str, **data: Any) -> None:
    answer = client.post(url, data=data)
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[:3000]


def test_the_line_goes_over_the_pages_of_each_role(house: Any, walk: Walk) -> None:
    enterprise, guarantor, bank = (client_of(house, walk[role]) for role in ("enterprise", "guarantor officer", "bank officer"))
    assert enterprise.get("/cases/new").status_code == 200
    sent(
        enterprise, "/cases/new", route="reguaranteed", amount="20万", term_months="12", purpose="working_capital", bank=walk.homes["bank"].public_id,
        guarantor=walk.homes["guarantor"].public_id, scheme=walk.scheme.public_id, patents=[each.public_id for each in walk.line.patents])
    walk.case = db.session.scalars(db.select(Case)).one()
    home = f"/cases/{walk.case.public_id}"
    assert guarantor.get(home).status_code == 404
    _papers_named_at_once(enterprise, home)
    for kind in PAPERS:
        sent(enterprise, home + "/paper", kind=kind, file=(io.BytesIO(PDF), f"{kind}.pdf"))
    sent(enterprise, home + "/submit")
    sent(guarantor, home + "/accept")
    walk.line.to_issue()
    assert walk.line.appraisal.number in enterprise.get(home + "/appraisal").text
    sent(enterprise, home + "/appraisal", appraisal=walk.line.appraisal.public_id)
    walk.reviewed()
    _decisions(house, walk)
    assert bank.get(home + "/credit").status_code == 200
    sent(bank, home + "/credit", principal="160000.00", rate="4.35", periods="12", first_due="2026-12-25", annuity_payer="pledgor", invalidation_clause=CLAUSE)
    db.session.rollback()
    sent(bank, f"/loans/{walk.loan.public_id}/approve")
    confirm(house, walk, "bank approver")
    jobs.run_due_jobs()
    db.session.rollback()
    for role in ("enterprise signatory", "bank approver", "guarantor approver"):
        client = client_of(house, walk[role])
        assert walk.case.contract_sha256 in client.get(home + "/sign").text
        sent(client, home + "/sign", document_sha256=walk.case.contract_sha256, agree="yes")
    _registry(house, walk)
    for role in ("enterprise", "guarantor officer", "bank officer", "reguarantor officer"):
        answer = client_of(house, walk[role]).get(home)
        assert answer.status_code == 200
    db.session.rollback()
    assert walk.stage == Stage.ACTIVE


def _papers_named_at_once(client: Any, home: str) -> None:
    answer = client.post(home + "/submit")
    assert answer.status_code == 422
    shown = client.get(home, headers={"Accept-Language": "en"}).text
    assert all(str(label) in shown for label in PAPERS.values()) or "仍缺" in shown


def _decisions(house: Any, walk: Walk) -> None:
    guarantor, reguarantor = client_of(house, walk["guarantor officer"]), client_of(house, walk["reguarantor officer"])
    place = f"/guarantees/{walk.guarantee.public_id}"
    assert guarantor.post(place + "/approve", data={"fee_bp": "80"}).status_code == 422
    assert guarantor.get(place + "/approve").status_code == 200
    sent(guarantor, place + "/approve", kind="joint", fee_bp="80")
    assert walk.guarantee.state == "applied"
    confirm(house, walk, "guarantor approver")
    db.session.rollback()
    assert walk.guarantee.state == "approved"
    for client in (guarantor, reguarantor):
        assert client.get("/guarantees").status_code == 200
    behind = f"/reguarantees/{walk.reguarantee.public_id}"
    assert reguarantor.get(behind).status_code == 200
    sent(reguarantor, behind + "/approve")
    confirm(house, walk, "reguarantor approver")
    db.session.rollback()
    assert walk.reguarantee.state == "approved"


def _registry(house: Any, walk: Walk) -> None:
    db.session.rollback()
    guarantor, bank = client_of(house, walk["guarantor officer"]), client_of(house, walk["bank officer"])
    refused = bank.post(f"/loans/{walk.loan.public_id}/disburse", data={})
    assert refused.status_code == 409
    place = f"/pledges/{walk.pledge.public_id}"
    sent(client_of(house, walk["enterprise signatory"]), place + "/confirm_filing")
    sent(guarantor, place + "/file")
    sent(guarantor, place + "/register", notice_no="2026990000123", registered_on="2026-11-25")
    confirm(house, walk, "guarantor approver")
    sent(bank, f"/loans/{walk.loan.public_id}/disburse")
    confirm(house, walk, "bank approver")
