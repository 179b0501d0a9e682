"""Pages and JSON of scorecards and batches, for each side and in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest

from exchange.appraisals import operations, queries
from exchange.appraisals.rules.scorecards import shipped
from exchange.core import jobs
from exchange.core.database import db
from tests import factories
from tests.features.appraisals.scoring import Scoring, marks, staged
from tests.features.appraisals.test_views import shown, signed_in


@pytest.fixture
def line(house: Any, clock: Any) -> Scoring:
    """One holder with one patent, and a guarantor that scores."""
    return staged()


def moved(client: Any, address: str, data: dict[str, Any], status: int = 303) -> Any:
    """A form that is sent, with the answer it should get."""
    answer = client.post(address, data=data, content_type="multipart/form-data")
    assert answer.status_code == status, (address, answer.status_code, answer.get_data(as_text=True)[:2000])
    return answer


def form_of(card: Any, score: str = "8") -> dict[str, str]:
    """The form of the marks as a browser sends it."""
    found = {}
    for place, row in enumerate(marks(card, score)):
        for name, value in row.items():
            found[f"rows.{place}.{name}"] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_scorecard_goes_from_commission_to_own_values_through_its_pages(house: Any, line: Scoring, language: str) -> None:
    holder, officer, approver = (signed_in(house, each) for each in (line.holder, line.officer, line.approver))
    assert "3" in shown(holder, f"/scorecards/new?lang={language}")
    too_much = {"patents": line.patents[0].public_id, "scorer": line.officer.organisation_public_id, "requested": "300.01万", "term_months": "12", "scheme": "pvd"}
    moved(holder, "/scorecards/new", too_much, status=409)
    moved(holder, "/scorecards/new", too_much | {"requested": "80万"})
    card = queries.list_scorecards(line.holder).rows[0]
    base = f"/scorecards/{card.public_id}"
    assert card.number in shown(holder, f"/scorecards?lang={language}")
    shown(officer, f"{base}/marks?lang={language}")
    moved(officer, f"{base}/marks", form_of(card, "11"), status=422)
    moved(officer, f"{base}/marks", form_of(card))
    assert "80.00" in shown(officer, f"{base}?lang={language}")
    assert "80.00" not in shown(holder, f"{base}?lang={language}")
    moved(officer, f"{base}/submit", {})
    shown(approver, f"{base}/confirm?lang={language}")
    db.session.rollback()
    digest = queries.scorecard_by_id(card.public_id).result_sha256
    assert holder.post(f"{base}/confirm", data={"result_sha256": digest, "confirmed": "yes"}).status_code == 403
    moved(approver, f"{base}/confirm", {"result_sha256": digest, "confirmed": "yes"})
    jobs.run_due_jobs()
    page = shown(holder, f"{base}?lang={language}")
    assert "80.00" in page
    assert "/v/" in page
    answer = holder.get(f"{base}/document.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert ("identical" in shown_post(officer, f"{base}/recompute", language)) == (language == "en")
    moved(officer, f"{base}/review", {})
    db.session.rollback()
    review = queries.live_scorecard_reviews(card.id)[0]
    mine = f"/scorecard-reviews/{review.public_id}"
    shown(officer, f"{mine}?lang={language}")
    moved(officer, f"{mine}/value", {f"values.{line.patents[0].public_id}": "300万", "own_reason": "Income of the product and two comparable deals"})
    shown(officer, f"{mine}/accept?lang={language}")
    moved(officer, f"{mine}/accept", {"haircut": "20"})
    assert "/approvals" in shown(officer, f"{mine}?lang={language}")
    assert holder.get(mine).status_code == 404


def shown_post(client: Any, address: str, language: str) -> str:
    answer = client.post(f"{address}?lang={language}")
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True)).lower()


def test_strangers_see_no_scorecard_and_nobody_must_sign_in(house: Any, line: Scoring) -> None:
    card = line.commission()
    base = f"/scorecards/{card.public_id}"
    assert house.client().get(base).status_code == 303
    stranger = signed_in(house, factories.actor("guarantor officer"))
    assert [stranger.get(base).status_code, stranger.get(f"{base}/marks").status_code] == [404, 404]
    assert stranger.get(f"/api/v1{base}").status_code == 404


def test_a_scorecard_goes_through_the_api_and_says_no_value(house: Any, line: Scoring) -> None:
    holder, officer, approver = (signed_in(house, each) for each in (line.holder, line.officer, line.approver))
    made = holder.post("/api/v1/scorecards", json={
        "patents": [line.patents[0].public_id], "scorer": line.officer.organisation_public_id, "requested": {"amount": "800000.00", "currency": "CNY"},
        "term_months": 12, "scheme": "gbt42748"})
    assert made.status_code == 201, made.text
    base = f"/api/v1/scorecards/{made.json['id']}"
    refused = officer.post(f"{base}/submit", json={})
    assert (refused.status_code, len(refused.json["faults"])) == (422, 27)
    rows = [{"patent": line.patents[0].public_id, "indicator": each["indicator"], "score": "7", "evidence_kind": "register", "evidence_ref": "Register, entry 4"}
            for each in shipped("gbt42748")["rows"]]
    assert officer.post(f"{base}/marks", json={"rows": rows}).status_code == 200
    digest = officer.post(f"{base}/submit", json={}).json["result_sha256"]
    assert approver.post(f"{base}/confirm", json={"result_sha256": digest, "confirmed": True}).json["state"] == "sealing"
    jobs.run_due_jobs()
    found = holder.get(base).json
    assert (found["state"], found["patents"][0]["score"], found["patents"][0]["band"]) == ("issued", "70.00", "B")
    assert "value" not in found
    assert officer.post(f"{base}/recompute", json={}).json["status"] == "identical"
    review = officer.post(f"{base}/review", json={})
    assert review.status_code == 201, review.text
    assert holder.get(f"/api/v1/scorecard-reviews/{review.json['id']}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_weights_are_proposed_and_put_in_force_on_their_pages(house: Any, clock: Any, language: str) -> None:
    desk = factories.organisation("exchange")
    clerk, second = (factories.actor("exchange officer clerk", organisation=desk) for _number in range(2))
    client = signed_in(house, clerk)
    shown(client, f"/scorecard-schemes?scheme=gbt42748&lang={language}")
    shown(client, f"/scorecard-schemes/new?scheme=gbt42748&lang={language}")
    rows = shipped("gbt42748")
    form = {"scheme": "gbt42748", "source": "Decision 7", "as_of": "2026-11-01", "bands.A": "85", "bands.B": "70", "bands.C": "60"}
    form |= {f"groups.{name}": value for name, value in (("legal", "35"), ("technical", "25"), ("economic", "40"))}
    by_group: dict[str, list[str]] = {}
    for row in rows["rows"]:
        by_group.setdefault(row["second"], []).append(row["indicator"])
    for members in by_group.values():
        parts = {1: ["100"], 2: ["60", "40"], 3: ["40", "30", "30"], 4: ["25"] * 4}[len(members)]
        form |= {f"weights.{name}": part for name, part in zip(members, parts, strict=True)}
    seconds: dict[str, list[str]] = {}
    for row in rows["rows"]:
        seconds.setdefault(row["group"], [])
        if row["second"] not in seconds[row["group"]]:
            seconds[row["group"]].append(row["second"])
    for names in seconds.values():
        parts = {4: ["25"] * 4, 6: ["20", "20", "15", "15", "15", "15"]}[len(names)]
        form |= {f"seconds.{name}": part for name, part in zip(names, parts, strict=True)}
    moved(client, "/scorecard-schemes/new", form | {"groups.legal": "36"}, status=422)
    moved(client, "/scorecard-schemes/new", form)
    made = queries.editions("gbt42748")[0]
    shown(client, f"/scorecard-schemes/{made.public_id}?lang={language}")
    moved(client, f"/scorecard-schemes/{made.public_id}/adopt", {})
    assert "/approvals" in shown(client, f"/scorecard-schemes/{made.public_id}?lang={language}")
    db.session.rollback()
    from exchange.core import approvals

    approvals.confirm_approval(approvals.pending_on("scorecard_scheme", made.public_id)[0].public_id, actor=second)
    assert queries.edition_in_force("gbt42748")["edition"] == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_many_patents_go_from_the_table_to_the_figures_through_the_pages(house: Any, line: Scoring, language: str) -> None:
    client = signed_in(house, line.holder)
    shown(client, f"/appraisal-batches?lang={language}")
    shown(client, f"/appraisal-batches/new?lang={language}")
    template = client.get("/appraisal-batches/template.csv").get_data(as_text=True)
    assert template.splitlines()[0].lstrip("\ufeff").startswith("patent,revenue,growth")
    assert line.patents[0].shown_number in template
    assert client.get("/appraisal-batches/template.xlsx").status_code == 200
    table = f"patent,revenue\n{line.patents[0].shown_number},800万\nCN000,1\n".encode()
    form = {"title": "Ours", "valuation_date": "2026-10-31", "source": "Order book", "settings.royalty_rate": "5%"}
    moved(client, "/appraisal-batches/new", form, status=422)
    moved(client, "/appraisal-batches/new", form | {"file": (io.BytesIO(table), "rows.csv")})
    batch = queries.list_batches(line.holder).rows[0]
    base = f"/appraisal-batches/{batch.public_id}"
    page = shown(client, f"{base}?show=faults&lang={language}")
    assert "PATENT_NOT_REGISTERED" in page
    assert line.patents[0].shown_number not in page
    shown(client, f"{base}/check?lang={language}")
    moved(client, f"{base}/check", {"settings.growth": "2%", "source": "Order book of October", "rows.0.number": "1", "rows.0.revenue": "900万"})
    assert client.post(f"{base}/queue", data={}).status_code == 409
    moved(client, f"{base}/queue", {"good_only": "yes"})
    assert "hx-trigger" in shown(client, f"{base}?lang={language}")
    jobs.run_due_jobs()
    page = shown(client, f"{base}?order=value&lang={language}")
    assert ("Gained by spreading" in page) == (language == "en")
    for name, kind in (("rows.csv", "text/csv"), ("report.pdf", "application/pdf"), ("versions/1.json", "application/json")):
        assert client.get(f"{base}/{name}").mimetype == kind
    assert client.get(f"{base}/rows.xlsx").status_code == 200
    assert signed_in(house, factories.actor("enterprise officer")).get(base).status_code == 404


def test_many_patents_go_through_the_api(house: Any, line: Scoring) -> None:
    client = signed_in(house, line.holder)
    body = {"title": "Ours", "valuation_date": "2026-10-31", "source": "Order book", "settings": {"royalty_rate": "5%"},
            "rows": [{"patent": line.patents[0].shown_number, "revenue": "8000000"}]}
    assert client.post("/api/v1/appraisal-batches", json=body | {"rows": [{"patent": "x", "beauty": "1"}]}).json["code"] == "BATCH_COLUMN_UNKNOWN"
    made = client.post("/api/v1/appraisal-batches", json=body)
    assert made.status_code == 201, made.text
    base = f"/api/v1/appraisal-batches/{made.json['id']}"
    queued = client.post(f"{base}/queue", json={})
    assert (queued.status_code, queued.json["state"]) == (202, "queued")
    stopped = client.post(f"{base}/cancel", json={})
    assert stopped.json["state"] == "cancelled"
    assert client.post(f"{base}/queue", json={}).status_code == 202
    jobs.run_due_jobs()
    found, rows = client.get(base).json, client.get(f"{base}/rows?order=value").json["items"]
    assert (found["state"], found["totals"]["count"], len(rows)) == ("done", 1, 1)
    assert found["totals"]["value"] == rows[0]["value"]
    amended = client.post(f"{base}/check", json={"rows": [{"number": 1, "cells": {"revenue": "9000000"}}], "source": "Order book of November"})
    assert amended.json["state"] == "checked"
    assert operations.queue_appraisal_batch(queries.batch_by_id(made.json["id"]), actor=line.holder).state == "queued"
