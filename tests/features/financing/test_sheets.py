"""The sealed sheet of the guarantor's review is a document of the case for those who lend or stand for it, and for nobody else."""

from __future__ import annotations

from typing import Any

from exchange.appraisals import queries as appraisals
from exchange.core import jobs
from tests import factories
from tests.features.financing.test_pages import client_of
from tests.features.financing.walk import set_out


def test_bank_and_guarantor_read_the_sheet_in_the_case_and_the_borrower_does_not(house: Any, clock: Any) -> None:
    walk = set_out()
    walk.accepted()
    walk.appraised()
    walk.reviewed()
    jobs.run_due_jobs()
    review = appraisals.list_reviews(walk["acceptor"])[0]
    sheet = appraisals.sealed_paper(appraisals.sheet_of_review(review))
    assert sheet is not None
    home, address = f"/cases/{walk.case.public_id}", f"/documents/{sheet.public_id}"
    for role in ("acceptor", "guarantor officer", "bank officer", "reguarantor officer"):
        client = client_of(house, walk[role])
        assert address in client.get(home).text, role
        assert client.get(address).status_code == 200, role
        items = client.get(f"/api/v1{home}/documents").get_json()["items"]
        assert [each["title"] for each in items].count(sheet.title) == 1, role
    borrower = client_of(house, walk["enterprise"])
    assert address not in borrower.get(home).text
    assert borrower.get(address).status_code == 404
    assert sheet.public_id not in borrower.get(f"/api/v1{home}/documents").text
    assert client_of(house, walk.line.lead).get(address).status_code == 404
    stranger = factories.actor("bank officer")
    assert client_of(house, stranger).get(address).status_code == 404


