"""Every page of a loan opens for those who may see it; a second person confirms what one proposed."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.core.money import Money
from exchange.finance.loans import queries
from tests.factories import signed_in
from tests.features.loans.stage import LoanStage, set_loan_stage

READ = ("", "/schedule", "/schedule.csv", "/payoff", "/repay", "/charge", "/refund")
FORMS = {
    "drafted": ("approve", "decline", "cancel"), "approved": ("sign", "cancel"), "signed": ("disburse", "cancel"),
    "active": ("watch", "restructure"),
}


@pytest.fixture
def stage(house: Any, clock: Any) -> LoanStage:
    return set_loan_stage()


def client_of(house: Any, stage: LoanStage, role: str) -> Any:
    home = {"bank": stage.bank, "enterprise": stage.enterprise}.get(role.split()[0])
    return signed_in(house, role, organisation=home) if home else signed_in(house, role)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_of_a_running_loan_open_for_its_bank(house: Any, stage: LoanStage, language: str) -> None:
    loan = stage.running()
    stage.pay(loan, "100.00", loan.disbursed_on)
    name, client = loan.public_id, client_of(house, stage, "bank officer")
    for path in READ:
        answer = client.get(f"/loans/{name}{path}", headers={"Accept-Language": language})
        assert (path, answer.status_code) == (path, 200)
    for path in ("/loans", "/loans?state=active", "/loans/new", "/loans/quote"):
        assert (path, client.get(path).status_code) == (path, 200)


@pytest.mark.parametrize("state", sorted(FORMS))
def test_the_forms_of_each_state_open(house: Any, stage: LoanStage, state: str) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = {
        "drafted": lambda: stage.drafted_loan(pledge_id=pledge.id), "approved": lambda: stage.approved(pledge_id=pledge.id),
        "signed": lambda: stage.signed_loan(pledge_id=pledge.id), "active": stage.running,
    }[state]()
    name = loan.public_id
    for verb in FORMS[state]:
        role = "bank approver" if verb == "sign" else "bank officer"
        answer = client_of(house, stage, role).get(f"/loans/{name}/{verb}")
        assert (verb, answer.status_code) == (verb, 200)


def test_a_payment_is_recorded_through_its_form_once(house: Any, stage: LoanStage) -> None:
    loan = stage.running()
    client, name, number = client_of(house, stage, "bank officer"), loan.public_id, loan.id
    form = {"amount": "250.00", "value_on": "2026-11-25", "bank_reference": "T1", "purpose": "due"}
    assert client.post(f"/loans/{name}/repay", data=form).status_code == 303
    again = client.post(f"/loans/{name}/repay", data=form)
    assert again.status_code == 409
    assert "PAYMENT_KNOWN" in again.get_data(as_text=True)
    assert [payment.amount for payment in queries.payments_of(number)] == [Money(25_000)]


def test_a_bad_amount_gives_the_form_back_and_changes_nothing(house: Any, stage: LoanStage) -> None:
    loan = stage.running()
    client, name, number = client_of(house, stage, "bank officer"), loan.public_id, loan.id
    form = {"amount": "1e5", "value_on": "2026-11-25", "bank_reference": "T1", "purpose": "due"}
    assert client.post(f"/loans/{name}/repay", data=form).status_code == 422
    assert queries.payments_of(number) == []


def test_paying_out_through_the_page_waits_for_the_second_person(house: Any, stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id)
    client, name, number = client_of(house, stage, "bank officer"), loan.public_id, loan.id
    assert client.post(f"/loans/{name}/disburse", data={}).status_code == 303
    assert queries.get_loan(number).state == "signed"


def test_the_borrower_reads_its_loan_but_not_the_banks_judgement(house: Any, stage: LoanStage) -> None:
    loan = stage.running()
    client, name, number = client_of(house, stage, "enterprise officer"), loan.public_id, loan.number
    assert number in client.get(f"/loans/{name}").get_data(as_text=True)
    assert client.get(f"/loans/{name}/repay").status_code == 403
    answer = client.get(f"/api/v1/loans/{name}").get_json()
    assert answer["outstanding"] == {"amount": "1000000.00", "currency": "CNY"}
    assert "risk_class" not in answer


def test_strangers_find_nothing(house: Any, stage: LoanStage) -> None:
    name = stage.running().public_id
    client = signed_in(house, "bank officer")
    for path in (f"/loans/{name}", f"/api/v1/loans/{name}", f"/api/v1/loans/{name}/payoff"):
        assert client.get(path).status_code == 404


def test_a_quote_keeps_nothing(house: Any, stage: LoanStage) -> None:
    client = client_of(house, stage, "enterprise officer")
    form = {"principal": "1000000", "rate": "3.45", "periods": "12", "first_due": "2026-12-21", "method": "equal_instalment",
            "due_rule": "same_day", "day_count": "ACT/360", "interest_basis": "monthly"}
    answer = client.post("/loans/quote", data=form)
    assert answer.status_code == 200
    assert "84,898.82" in answer.get_data(as_text=True)
    body = {"principal": {"amount": "1000000.00", "currency": "CNY"}, "rate": "3.45", "periods": 12,
            "first_due": "2026-12-21", "interest_basis": "monthly", "start": "2026-11-21"}
    rows = client.post("/api/v1/loans/quote", json=body).get_json()["rows"]
    assert (len(rows), rows[0]["principal"]["amount"]) == (12, "82023.82")


def test_the_api_takes_a_payment_and_shows_position_and_cover(house: Any, stage: LoanStage) -> None:
    loan = stage.running()
    client, name = client_of(house, stage, "bank officer"), loan.public_id
    body = {"amount": {"amount": "10.00", "currency": "CNY"}, "value_on": "2026-11-25", "bank_reference": "A1"}
    assert client.post(f"/api/v1/loans/{name}/repay", json=body).status_code == 201
    shown = client.get(f"/api/v1/loans/{name}/schedule").get_json()
    assert shown["suspense"]["amount"] == "10.00"
    cover = client.get(f"/api/v1/loans/{name}/cover").get_json()
    assert (cover["ratio_pct"], cover["level"]) == ("12.50", "fine")
    assert client.get(f"/api/v1/loans/{name}/payoff").get_json()["total"]["amount"] == "999990.00"
    assert [row["bank_reference"] for row in client.get(f"/api/v1/loans/{name}/payments").get_json()["items"]] == ["A1"]


def test_a_payment_with_a_key_of_the_wrong_form_is_refused(house: Any, stage: LoanStage) -> None:
    loan = stage.running()
    client, name, number = client_of(house, stage, "bank officer"), loan.public_id, loan.id
    body = {"amount": {"amount": "10.00", "currency": "CNY"}, "value_on": "2026-11-25", "bank_reference": "A1"}
    assert client.post(f"/api/v1/loans/{name}/repay", json=body, headers={"Idempotency-Key": "short"}).status_code == 400
    assert queries.payments_of(number) == []
