"""The pages of the services: verification by code, jobs, letters, heads; what is not one's own is not there."""

import io
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from exchange.core import audit, jobs, mail, seal
from exchange.core.database import transact
from exchange.core.text import _


def paper() -> bytes:
    made, out = PdfDocument.new(), io.BytesIO()
    made.new_page(300, 300)
    made.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _fresh_limit() -> None:
    from exchange.core.seal.documents import LOOKUPS

    LOOKUPS.clear()


@pytest.fixture
def document(database: Any) -> seal.SealedDocument:
    return seal.seal_document(paper(), noun="appraisal", object_id="r1", number="PG-2026-000001", issuer="知融评估", title="评估报告")


def test_anybody_verifies_a_document_by_its_code(document: Any, client: Any) -> None:
    code = document.code
    asked = client.get(f"/v/?code={seal.grouped(code).lower()}")
    assert (asked.status_code, asked.headers["Location"]) == (303, f"/v/{code}")
    shown = client.get(f"/v/{code}?lang=en").text
    assert "Genuine and valid" in shown
    assert document.sha256 in shown
    assert "真实有效" in client.get(f"/v/{code}?lang=zh").text


def test_an_unknown_code_says_so(document: Any, client: Any) -> None:
    assert "There is no document under this code" in client.get("/v/00000000000000000000?lang=en").text
    assert "No code reads like this" in client.get("/v/?code=nonsense&lang=en").text


def test_a_file_is_compared_byte_for_byte(document: Any, client: Any) -> None:
    content, code = seal.content_of(document), document.code
    same = client.post(f"/v/{code}?lang=en", data={"file": (io.BytesIO(content), "a.pdf")})
    other = client.post(f"/v/{code}?lang=en", data={"file": (io.BytesIO(paper()), "b.pdf")})
    assert "Your file is this document, byte for byte." in same.text
    assert "Your file is not this document." in other.text


def test_the_api_answers_what_the_page_shows(document: Any, client: Any) -> None:
    answer = client.get(f"/api/v1/verifications/{document.code}").get_json()
    assert (answer["valid"], answer["sha256"], answer["status"]) == (True, document.sha256, "valid")
    assert [each["is_seal"] for each in answer["signatures"]] == [True]
    assert client.get("/api/v1/verifications/00000000000000000000").status_code == 404


def test_a_withdrawn_document_is_not_called_valid(document: Any, client: Any) -> None:
    code = document.code
    seal.withdraw_document(document, reason="错误")
    shown = client.get(f"/v/{code}?lang=en").text
    assert "do not rely on it" in shown
    assert "Genuine and valid" not in shown


def test_an_address_looks_up_thirty_codes_a_minute(document: Any, client: Any) -> None:
    code = document.code
    assert [client.get(f"/v/{code}").status_code for _count in range(31)] == [200] * 30 + [429]


def test_nobody_sees_a_job_of_another(database: Any, act_as: Any) -> None:
    jobs.register_job("test.page", lambda work: None, label=_("Work"))
    mine, stranger = act_as("bank officer"), act_as("bank officer")

    name = transact(lambda: jobs.enqueue("test.page", {}, title="My report", user_id=mine.actor.user_id).public_id)
    assert "My report" in mine.get(f"/jobs/{name}").text
    assert stranger.get(f"/jobs/{name}").status_code == 404
    assert "My report" not in stranger.get("/jobs").text
    assert 'http-equiv="refresh"' in mine.get(f"/jobs/{name}").text
    assert mine.post(f"/jobs/{name}/cancel").status_code == 303
    assert stranger.post(f"/jobs/{name}/cancel").status_code == 404
    database.session.rollback()
    assert jobs.job_by_id(name).state == "cancelled"


def test_heads_are_public_and_countersigned_by_supervisors_only(database: Any, client: Any, act_as: Any) -> None:
    head = audit.make_head()
    name, root = head.public_id, head.root
    assert root[:16] in client.get("/audit/heads").text
    answer = client.get(f"/audit/heads/{name}").get_json()
    assert answer["document"] == head.document.decode()
    assert client.get("/audit/key.pem").data == audit.public_key()
    assert "standard library" in client.get("/audit/verify_audit.py").text
    assert act_as("bank officer").post(f"/audit/heads/{name}/countersign").status_code == 403
    regulator = act_as("regulator officer")
    assert regulator.post(f"/audit/heads/{name}/countersign").status_code == 303
    database.session.rollback()
    assert [each.organisation_id for each in audit.countersignatures(audit.head_by_id(name))] == [regulator.actor.organisation_id]


def test_letters_of_the_demonstration_are_read_on_a_page(database: Any, client: Any) -> None:
    transact(lambda: mail.send(to="page@example.org", language="en", subject=_("Demonstration"), body=_("Draft")))
    jobs.run_due_jobs()
    letter = next(letter for letter in mail.letters() if letter.to == "page@example.org")
    assert "page@example.org" in client.get("/dev/mail").text
    assert "Draft" in client.get(f"/dev/mail/{letter.name}").text
    assert client.get("/dev/mail/absent").status_code == 404


def test_a_sealed_document_is_not_there_for_whoever_may_not_see_its_thing(document: Any, client: Any, act_as: Any) -> None:
    name = document.public_id
    assert client.get(f"/documents/{name}").status_code == 303
    stranger = act_as("bank officer")
    for address in (f"/documents/{name}", f"/documents/{name}/file", f"/documents/{name}/pages/1.png", "/files/0000000000000000"):
        assert stranger.get(address).status_code == 404
