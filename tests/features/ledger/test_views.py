"""Books are read by their organisation and the supervisors, and closed by its approver."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exchange.core.access import SYSTEM
from exchange.registers.ledger import operations, queries
from exchange.registers.ledger.rules import csv_of, transfer
from tests.factories import organisation, signed_in


@pytest.fixture
def book(house: Any, clock: Any) -> Any:
    owner = organisation("pool")
    legs = transfer(owner.id, "pool", debit="cash", credit="fund_capital", fen=123_456)
    operations.post(SYSTEM, "pool:p:top_up:1", value_on=date(2026, 11, 25), legs=legs)
    return queries.book_of(owner.id, "pool"), owner


def test_the_pages_of_a_book_open_for_its_organisation(house: Any, book: Any) -> None:
    name = book[0].public_id
    client = signed_in(house, "pool officer", organisation=book[1])
    for path in ("", "/trial-balance.csv", "/journals", "/statement?code=cash", "?on=2026-11-24"):
        assert (path, client.get(f"/ledger/books/{name}{path}").status_code) == (path, 200)
    assert client.get("/ledger").status_code == 200
    assert "1,234.56" in client.get(f"/ledger/books/{name}").get_data(as_text=True)
    assert client.get(f"/ledger/books/{name}/close").status_code == 403


def test_the_regulator_reads_every_book_and_others_none(house: Any, book: Any) -> None:
    name = book[0].public_id
    assert signed_in(house, "regulator viewer").get(f"/ledger/books/{name}").status_code == 200
    assert signed_in(house, "pool officer").get(f"/ledger/books/{name}").status_code == 404


def test_the_api_gives_a_balance_that_adds_up_to_nought(house: Any, book: Any) -> None:
    name = book[0].public_id
    client = signed_in(house, "pool officer", organisation=book[1])
    items = client.get(f"/api/v1/ledger/books/{name}/trial-balance").get_json()["items"]
    assert [(item["account"], item["balance"]["amount"]) for item in items] == [("cash", "1234.56"), ("fund_capital", "-1234.56")]
    journals = client.get(f"/api/v1/ledger/books/{name}/journals").get_json()["items"]
    assert [len(journal["legs"]) for journal in journals] == [2]
    assert len(client.get("/api/v1/ledger/books").get_json()["items"]) == 1


def test_the_approver_closes_a_period(house: Any, book: Any, clock: Any) -> None:
    name, number = book[0].public_id, book[0].id
    client = signed_in(house, "pool approver", organisation=book[1])
    assert client.get(f"/ledger/books/{name}/close").status_code == 200
    assert client.post(f"/ledger/books/{name}/close", data={"through": "2026-11-25"}).status_code == 422
    assert client.post(f"/ledger/books/{name}/close", data={"through": "2026-11-24"}).status_code == 303
    assert queries.find_book(SYSTEM, name).closed_through == date(2026, 11, 24)
    assert number == queries.find_book(SYSTEM, name).id


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    assert csv_of(["a"], [["=1+1"], ["plain"], [None]]) == "a\r\n'=1+1\r\nplain\r\n\"\"\r\n"
