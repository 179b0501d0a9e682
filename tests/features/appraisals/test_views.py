"""The pages of a report for each side, without scripts, in both languages."""

from __future__ import annotations


import pytest

from exchange.appraisals import operations, queries
from exchange.core import jobs
from exchange.core.money import yuan
from tests import factories
from tests.features.appraisals import line as making


@pytest.fixture
def line(house, clock):
    return making.staged()


def signed_in(house, actor):
    """A client signed in as an actor that exists already."""
    from sqlalchemy import select

    from exchange.core.database import db
    from exchange.people.accounts.models import Member
    from exchange.people.accounts.operations import open_session

    member = db.session.scalar(select(Member).where(Member.person_id == actor.user_id))
    client = house.client()
    client.set_cookie("zhirong_session", open_session(member, stepped_up=True))
    return client


def shown(client, address, *, language="en", status=200):
    """The text of a page."""
    answer = client.get(address, headers={"Accept-Language": language}, query_string=None)
    assert answer.status_code == status, (address, answer.status_code, answer.get_data(as_text=True)[:1500])
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_quick_estimate_is_open_to_all_and_keeps_nothing(house, clock, language):
    client = house.client()
    page = shown(client, f"/appraisals/quick?kind=invention&sales=1200%E4%B8%87&growth=5%25&royalty=&filed=2020-03-01&lang={language}")
    assert "big-figure" in page
    assert ("Royalty rate of 4.29 %" in page) == (language == "en")
    assert shown(client, "/appraisals/quick").count("big-figure") == 0


def test_a_wrong_amount_in_the_estimate_is_said_in_words(house, clock):
    page = shown(house.client(), "/appraisals/quick?sales=many")
    assert "Write the amount like" in page


def test_a_stranger_gets_404_and_nobody_must_sign_in(house, line):
    line.commission()
    address = f"/appraisals/{line.appraisal.public_id}"
    assert house.client().get(address).status_code == 303
    assert signed_in(house, factories.actor("bank officer")).get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_the_line_opens_for_its_people(house, line, language):
    holder, lead, second, reviewer, keeper = (signed_in(house, each) for each in (line.holder, line.lead, line.second, line.reviewer, line.keeper))
    shown(holder, f"/appraisals/new?lang={language}")
    line.commission()
    base = f"/appraisals/{line.appraisal.public_id}"
    assert "500,000" in shown(holder, f"{base}?lang={language}")
    assert "500,000" not in shown(lead, f"{base}?lang={language}")
    for page in ("accept", "decline"):
        shown(lead, f"{base}/{page}")
    for page in ("cancel", "challenge", "share"):
        shown(holder, f"{base}/{page}")
    line.accept()
    shown(lead, base)
    line.draft()
    for page in ("", "/assumptions", "/methods", "/survey", "/results", "/versions", "/lender"):
        shown(lead, f"{base}{page}?lang={language}")
        shown(second, f"{base}{page}")
    assert "big-figure" not in shown(holder, base)
    line.submit()
    for page in ("", "/return"):
        shown(reviewer, f"{base}{page}")
    line.approve()
    for page in ("", "/sign", "/recall"):
        shown(lead, f"{base}{page}?lang={language}")
    assert lead.get(f"{base}/page.png?page=1").mimetype == "image/png"
    line.sign()
    shown(keeper, f"{base}/seal")
    line.issue()
    for page in ("", "/object", "/lender"):
        shown(holder, f"{base}{page}?lang={language}")
    shown(lead, f"{base}/withdraw")
    assert "big-figure" in shown(holder, base)
    assert holder.get(f"{base}/document.pdf?language={language}").data.startswith(b"%PDF")
    assert "ok" in lead.post(f"{base}/recompute").get_data(as_text=True)
    officer, approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    reading, answering = signed_in(house, officer), signed_in(house, line.lead)
    place = f"/appraisal-reviews/{review.public_id}"
    for page in ("", "/query?page=2", "/own-value", "/accept", "/reject"):
        shown(reading, f"{place}{page}")
    operations.query_review(review, page=2, section="2", text="What is meant here?", actor=officer)
    for page in ("", "/answer?number=1"):
        shown(answering, f"{place}{page}")
    assert reading.get(f"{place}/page.png?page=2").mimetype == "image/png"
    shown(signed_in(house, approver), f"/appraisal-reviews?lang={language}")


def test_the_institution_never_sees_the_readers_figure(house, line):
    line.to_issue()
    officer, _approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    operations.enter_own_value(review, own_value=yuan("1234567.00"), own_reason="Own model with a lower royalty rate.", actor=officer)
    assert "123.46" in shown(signed_in(house, officer), f"/appraisal-reviews/{review.public_id}?lang=zh")
    page = shown(signed_in(house, line.lead), f"/appraisal-reviews/{review.public_id}?lang=zh")
    assert "123.46" not in page
    answer = signed_in(house, line.lead).get(f"/api/v1/appraisal-reviews/{review.public_id}").get_json()
    assert "own_value" not in answer


def test_a_row_can_be_entered_previewed_and_refused_at_its_field(house, line):
    line.commission()
    line.accept()
    line.draft()
    lead = signed_in(house, line.lead)
    base = f"/appraisals/{line.appraisal.public_id}"
    form = {"rows.0.name": "royalty_rate", "rows.0.value": "6%", "rows.0.low": "3%", "rows.0.high": "8%", "rows.0.source_kind": "market-evidence",
            "rows.0.source_ref": "Study", "rows.0.as_of": "2026-09-30"}
    before = queries.preview(line.appraisal, ())[1]["conclusion"]["value"]
    page = lead.post(f"{base}/preview", data=form, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in page
    assert "big-figure" in page
    assert queries.preview(line.appraisal, ())[1]["conclusion"]["value"] == before
    refused = lead.post(f"{base}/assumptions", data=form | {"rows.0.value": "0.06"})
    assert refused.status_code == 422
    assert 'id="rows.0.value-error"' in refused.get_data(as_text=True)
    saved = lead.post(f"{base}/assumptions", data=form)
    assert saved.status_code == 303
    assert queries.preview(line.appraisal, ())[1]["conclusion"]["value"] > before


def test_a_plan_is_pasted_year_by_year(house, line):
    line.commission()
    line.accept()
    lead = signed_in(house, line.lead)
    answer = lead.post(f"/appraisals/{line.appraisal.public_id}/assumptions", data={"plan_name": "revenue", "plan": "2026\t1,180.5万元\n2027\t0.12亿"})
    assert answer.status_code == 303
    assert [(row.position, row.value) for row in line.appraisal.assumptions if row.name == "revenue"] == [(2026, "11805000"), (2027, "12000000")]


def test_the_line_can_be_walked_by_the_api_and_values_stay_hidden_until_issue(house, line):
    line.commission()
    lead, holder = signed_in(house, line.lead), signed_in(house, line.holder)
    base = f"/api/v1/appraisals/{line.appraisal.public_id}"
    line.accept()
    line.draft()
    assert "value" not in holder.get(base).get_json()
    assert lead.get(base).get_json()["value"]["currency"] == "CNY"
    assert lead.post(f"{base}/submit", json={}).get_json()["state"] == "submitted"
    assert signed_in(house, line.reviewer).post(f"{base}/approve", json={}).get_json()["state"] == "reviewed"
    jobs.run_due_jobs()
    for client in (lead, signed_in(house, line.second)):
        answer = client.post(f"{base}/sign", json={"draft_sha256": line.frozen()})
        assert answer.status_code == 200, answer.get_data(as_text=True)
    signed_in(house, line.keeper).post(f"{base}/seal", json={"draft_sha256": line.frozen()})
    jobs.run_due_jobs()
    found = holder.get(base).get_json()
    assert found["state"] == "issued"
    assert found["value"] == queries.sealed_appraisal(line.appraisal.id).value.to_json()
