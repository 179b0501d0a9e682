"""The holder's and the registrar's way through the pages, and the same by API."""

from __future__ import annotations

import io
import re

import pytest

from exchange.core.database import db
from exchange.registers.patents.models import Custody, ImportBatch, OwnershipProof, Patent
from tests import factories
from tests.features.patents import making
from tests.features.patents.test_imports import own_csv, row

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def owner(house, clock, act_as):
    return act_as("enterprise officer", organisation=making.holder("enterprise", name="演示甲公司"))


@pytest.fixture
def desk(house, clock, act_as):
    exchange = making.exchange()
    return act_as("exchange officer registrar", organisation=exchange), act_as("exchange approver registrar", organisation=exchange)


def sent(client, url, **fields):
    return client.post(url, data=fields, content_type="multipart/form-data")


def text_of(answer):
    return answer.get_data(as_text=True)


def test_a_file_is_uploaded_checked_confirmed_and_undone(owner):
    good, bad = making.demo_number(), making.demo_number()
    wrong = bad[:-1] + ("1" if bad[-1] != "1" else "2")
    content = own_csv(row(good), row(wrong)).encode()
    answer = sent(owner, "/patents/import", file=(io.BytesIO(content), "mine.csv"))
    assert answer.status_code == 303
    url = answer.headers["Location"]
    page = text_of(owner.get(url + "?lang=en"))
    assert "CN_CHECK_DIGIT" in page
    assert "Write 1 accepted row" in page
    assert "校验位" in text_of(owner.get(url + "?lang=zh"))
    assert db.session.query(Patent).count() == 0
    plan = re.search(r'name="plan" value="([0-9a-f]{64})"', page)[1]
    assert sent(owner, url + "/confirm", plan=plan).status_code == 303
    assert db.session.query(Patent).one().state == "draft"
    errors = owner.get(url + "/errors")
    assert errors.headers["Content-Disposition"].endswith("mine-errors.csv")
    assert sent(owner, url + "/undo").status_code == 303
    assert db.session.query(Patent).one().state == "withdrawn"


def test_a_refused_file_gives_the_form_back_with_the_code(owner):
    answer = sent(owner, "/patents/import", file=(io.BytesIO(b"<a><b></a>"), "a.xml"))
    assert answer.status_code == 422
    assert "XML_BROKEN" in text_of(answer)
    assert sent(owner, "/patents/import").status_code == 422
    assert db.session.query(ImportBatch).count() == 0


def test_the_same_file_offers_to_be_taken_again(owner):
    content = own_csv(row(making.demo_number())).encode()
    sent(owner, "/patents/import", file=(io.BytesIO(content), "a.csv"))
    answer = sent(owner, "/patents/import", file=(io.BytesIO(content), "a.csv"))
    assert answer.status_code == 409
    assert 'name="again"' in text_of(answer)
    assert sent(owner, "/patents/import", file=(io.BytesIO(content), "a.csv"), again="yes").status_code == 303


def test_a_patent_goes_from_form_to_register_and_custody_by_pages(owner, desk):
    first, second = desk
    answer = sent(
        owner, "/patents/new", application_number=making.demo_number(), title_zh="演示 / Demo 电池", filing_on="2021-03-02",
        grant_on="2022-09-06", classes="H02J 7/00", applicants="演示甲公司",
    )
    assert answer.status_code == 303
    url = answer.headers["Location"]
    assert "演示甲公司" in text_of(owner.get(url))
    assert sent(owner, url + "/prove", kind="certificate", holder_name="演示甲公司", issued_on="2022-09-06").status_code == 303
    proof = db.session.query(OwnershipProof).one()
    assert sent(owner, f"/proofs/{proof.public_id}/accept").status_code == 403
    assert sent(owner, url + "/submit").status_code == 303
    assert "演示 / Demo 电池" in text_of(first.get("/registry"))
    assert sent(first, f"/proofs/{proof.public_id}/accept").status_code == 303
    assert sent(
        first, url + "/register-copy", status="in_force", taken_on="2026-11-25", paid_to_year="6", granted_on="2022-09-06", holders="演示甲公司",
    ).status_code == 303
    assert sent(first, url + "/register").status_code == 303
    assert db.session.query(Patent).one().state == "registered"
    assert "In force" in text_of(owner.get(url + "?lang=en"))
    answer = sent(owner, url + "/custody", services="annuity_watch")
    custody_url = answer.headers["Location"]
    assert sent(owner, custody_url + "/submit", agreed="yes").status_code == 303
    assert sent(first, custody_url + "/verify").status_code == 303
    assert db.session.query(Custody).one().state == "submitted"
    from exchange.core import approvals

    pending = approvals.pending_on("custody", db.session.query(Custody).one().public_id)
    approvals.confirm_approval(pending[0].public_id, actor=second.actor)
    assert "TG-2026-000001" in text_of(owner.get(custody_url))


def test_strangers_find_no_page_and_change_nothing(owner, act_as):
    patent = making.drafted(owner.actor)
    stranger = act_as("enterprise officer")
    for path in ("", "/edit", "/withdraw", "/custody", "/prove", "/annuity"):
        assert stranger.get(f"/patents/{patent.public_id}{path}").status_code == 404
    assert sent(stranger, f"/patents/{patent.public_id}/submit").status_code == 404
    assert db.session.query(Patent).one().state == "draft"


def test_every_page_of_a_patent_opens_in_both_languages(owner, desk):
    patent = making.registered(owner.actor, (desk[0].actor, desk[1].actor))
    base = f"/patents/{patent.public_id}"
    holder_pages = ("/patents", "/patents?q=电池&type=invention&ipc=H02J&due=365", base, base + "/edit", base + "/prove", base + "/annuity",
                    base + "/burden", base + "/custody", base + "/shares", "/patents/annuities", "/patents/new", "/patents/import",
                    "/patents/check?number=201510870162.5")
    clerk_pages = ("/registry", base, base + "/register-copy", base + "/legal-event", base + "/supersede-event", base + "/dispute",
                   base + "/correct", base + "/close")
    for client, pages in ((owner, holder_pages), (desk[0], clerk_pages)):
        for path in pages:
            for language in ("en", "zh"):
                answer = client.get(path + ("&" if "?" in path else "?") + f"lang={language}")
                assert answer.status_code == 200, (path, answer.status_code)
                assert text_of(answer).count("<h1") == 1, path


def test_the_portfolio_leaves_as_a_file_that_changes_nothing_when_read_again(owner):
    making.drafted(owner.actor)
    for kind in ("csv", "xlsx"):
        content = owner.get(f"/patents/export?kind={kind}").get_data()
        answer = sent(owner, "/patents/import", file=(io.BytesIO(content), f"again.{kind}"))
        batch = db.session.query(ImportBatch).order_by(ImportBatch.id.desc()).first()
        assert answer.status_code == 303
        assert (batch.counts["same"], batch.counts["new"], batch.counts["changed"], batch.counts["refused"]) == (1, 0, 0, 0)


def test_a_published_patent_shows_the_public_only_bibliographic_data(owner, desk, client):
    patent = making.registered(owner.actor, (desk[0].actor, desk[1].actor))
    assert client.get(f"/patents/{patent.public_id}").status_code == 404
    sent(owner, f"/patents/{patent.public_id}/publish")
    page = text_of(client.get(f"/patents/{patent.public_id}?lang=en"))
    assert patent.shown_number in page
    assert "Proof of ownership" not in page
    answer = client.get(f"/api/v1/patents/{patent.public_id}").get_json()
    assert answer["number"] == patent.shown_number
    assert {"annuity_paid_to_year", "state"} & answer.keys() == set()


def test_the_api_drafts_submits_and_says_what_the_gates_say(owner, desk):
    answer = owner.post("/api/v1/patents", json={
        "application_number": making.demo_number(), "title_zh": "演示 / Demo 电池", "filing_on": "2021-03-02", "classes": "H02J 7/00",
    })
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["state"], made["actions"]) == ("draft", ["submit", "withdraw"])
    refused = owner.post(f"/api/v1/patents/{made['id']}/submit", json={})
    assert refused.status_code == 422
    assert refused.get_json()["code"] == "PROOF_MISSING"
    gates = owner.get(f"/api/v1/patents/{made['id']}/gates?purpose=pledge&mode=pledge").get_json()
    assert gates["allowed"] is False
    assert [one["code"] for one in gates["findings"]] == ["PATENT_NOT_REGISTERED", "PATENT_NOT_IN_FORCE", "ANNUITY_OVERDUE", "REGISTER_STALE"]
    assert set(gates["findings"][0]["message"]) == {"zh", "en"}


def test_anybody_may_check_a_number(client, clock):
    answer = client.get("/api/v1/numbers/check?number=ZL101610203352.6").get_json()
    assert answer["valid"] is False
    assert [one["code"] for one in answer["faults"]] == ["CN_YEAR", "CN_CHECK_DIGIT"]
    assert "4" in answer["faults"][1]["message"]["en"]
    assert client.get("/api/v1/numbers/check?number=ZL 201510870162.5").get_json()["number"] == "CN201510870162.5"


def test_a_fee_calendar_is_offered(owner, desk):
    patent = making.registered(owner.actor, (desk[0].actor, desk[1].actor), paid_to_year=6)
    calendar = text_of(owner.get("/patents/annuities.ics"))
    assert "DTSTART;VALUE=DATE:20270302" in calendar
    assert patent.shown_number in text_of(owner.get("/patents/annuities"))


def test_a_viewer_reads_but_does_not_write(house, clock, act_as):
    org = making.holder("enterprise")
    making.drafted(factories.actor("enterprise officer", organisation=org))
    viewer = act_as("enterprise viewer", organisation=org)
    assert viewer.get("/patents").status_code == 200
    assert sent(viewer, "/patents/import", file=(io.BytesIO(b"a,b\n1,2\n"), "a.csv")).status_code == 403
    assert db.session.query(ImportBatch).count() == 0
