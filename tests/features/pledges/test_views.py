"""Every page of a pledge opens for its sides; proposals wait; strangers find nothing."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.core.access import SYSTEM
from exchange.core.money import Money
from exchange.finance.pledges import operations, queries
from tests.factories import signed_in
from tests.features.pledges.stage import Stage, set_stage

FORMS = {
    "drafted": ("cancel",), "signed": ("file", "cancel"), "filed": ("correct", "register", "refuse", "revoke"),
    "registered": ("change", "consent", "withdraw", "release", "enforce", "revoke", "payoff"),
}


@pytest.fixture
def stage(house: Any, clock: Any) -> Stage:
    return set_stage()


def client_of(house: Any, stage: Stage, role: str) -> Any:
    home = {"bank": stage.bank, "enterprise": stage.enterprise}.get(role.split()[0])
    return signed_in(house, role, organisation=home) if home else signed_in(house, role)


@pytest.mark.parametrize("state", sorted(FORMS))
def test_the_pages_and_forms_of_each_state_open(house: Any, stage: Stage, state: str) -> None:
    pledge = getattr(stage, state)(stage.patent().id)
    name, client = pledge.public_id, client_of(house, stage, "bank officer")
    assert client.get(f"/pledges/{name}").status_code == 200
    for verb in FORMS[state]:
        assert (verb, client.get(f"/pledges/{name}/{verb}").status_code) == (verb, 200)
    for path in ("/pledges", f"/pledges?state={state}", "/pledges/new", f"/api/v1/pledges/{name}/findings"):
        assert (path, client.get(path).status_code) == (path, 200)


def test_the_pledgor_signs_and_confirms_through_its_pages(house: Any, stage: Stage) -> None:
    pledge = stage.drafted(stage.patent().id)
    name, number, digest = pledge.public_id, pledge.id, queries.contract_sha256(pledge)
    ours = client_of(house, stage, "enterprise signatory")
    bank = client_of(house, stage, "bank approver")
    assert ours.get(f"/pledges/{name}/sign").status_code == 200
    assert ours.post(f"/pledges/{name}/sign", data={"document_sha256": digest}).status_code == 422
    form = {"document_sha256": digest, "no_forfeiture": "yes"}
    assert ours.post(f"/pledges/{name}/sign", data=form).status_code == 303
    assert bank.post(f"/pledges/{name}/sign", data=form).status_code == 303
    assert ours.get(f"/pledges/{name}/confirm_filing").status_code == 200
    assert ours.post(f"/pledges/{name}/confirm_filing", data={}).status_code == 303
    officer = client_of(house, stage, "bank officer")
    assert officer.post(f"/pledges/{name}/file", data={"channel": "online"}).status_code == 303
    assert queries.get_pledge(number).state == "filed"


def test_a_pledge_is_drafted_through_the_form_and_the_api(house: Any, stage: Stage) -> None:
    first, second = stage.patent(), stage.patent()
    numbers = first.shown_number
    names, pledgor = (first.public_id, second.public_id), stage.enterprise.public_id
    client = client_of(house, stage, "bank officer")
    form = {
        "pledgor": pledgor, "secured": "100万", "debt_from": "2026-11-25", "debt_to": "2027-12-21",
        "patent_1": numbers, "accepted_1": "400万", "cap_1": "2500", "appraisal_1": "", "patent_2": "", "accepted_2": "",
        "cap_2": "2500", "appraisal_2": "",
    }
    answer = client.post("/pledges/new", data=form)
    assert answer.status_code == 303
    body = {
        "pledgor": pledgor, "secured": {"amount": "1000000.00", "currency": "CNY"}, "debt_from": "2026-11-25",
        "debt_to": "2027-12-21",
        "items": [{"patent": names[1], "accepted": {"amount": "4000000.00", "currency": "CNY"}, "ltv_cap_bp": 2500}],
    }
    made = client.post("/api/v1/pledges", json=body)
    assert (made.status_code, made.get_json()["state"], made.get_json()["secured"]["amount"]) == (201, "drafted", "1000000.00")


def test_registering_through_the_api_answers_with_a_proposal(house: Any, stage: Stage) -> None:
    pledge = stage.filed(stage.patent().id)
    name, number = pledge.public_id, pledge.id
    client = client_of(house, stage, "bank officer")
    body = {"notice_no": "2026990000001", "registered_on": "2026-11-25"}
    assert client.post(f"/api/v1/pledges/{name}/register", json=body).status_code == 202
    assert client.post(f"/api/v1/pledges/{name}/register", json=body).status_code == 409
    assert queries.get_pledge(number).state == "filed"


def test_a_disposal_is_proposed_and_approved_through_its_pages(house: Any, stage: Stage) -> None:
    pledge = stage.registered(stage.patent().id)
    operations.state_debt(SYSTEM, pledge.id, amount=Money(500), due=True)
    stage.twice(lambda: operations.enforce_pledge(stage.bank_officer, pledge.id, reason="default"))
    name, number = pledge.public_id, pledge.id
    client = client_of(house, stage, "bank officer")
    assert client.get(f"/pledges/{name}/propose").status_code == 200
    assert client.post(f"/pledges/{name}/propose", data={"mode": "auction", "reserve": "600万"}).status_code == 303
    disposal = queries.disposals_of(number)[0].public_id
    assert client.get(f"/disposals/{disposal}").status_code == 200
    assert client.post(f"/disposals/{disposal}/approve").status_code == 403
    assert client_of(house, stage, "bank approver").post(f"/disposals/{disposal}/approve").status_code == 303
    for verb in ("list", "abandon", "record"):
        assert (verb, client.get(f"/disposals/{disposal}/{verb}").status_code) == (verb, 200)
    assert queries.disposals_of(number)[0].state == "approved"


def test_strangers_find_no_pledge(house: Any, stage: Stage) -> None:
    name = stage.registered(stage.patent().id).public_id
    client = signed_in(house, "bank officer")
    assert client.get(f"/pledges/{name}").status_code == 404
    assert client.get(f"/api/v1/pledges/{name}").status_code == 404


def test_the_check_lists_every_ground_and_keeps_nothing(house: Any, stage: Stage) -> None:
    patent = stage.patent()
    stage.registered(patent.id)
    client = client_of(house, stage, "enterprise officer")
    body = {"patents": [patent.public_id], "debt_to": "2045-01-01"}
    found = client.post("/api/v1/pledges/check", json=body).get_json()
    assert [each["code"] for each in found["refusals"]] == ["BEYOND_PATENT_TERM", "PATENT_ALREADY_PLEDGED"]
