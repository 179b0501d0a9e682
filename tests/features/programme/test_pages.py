"""The pages and the JSON of the programme, as the public, a regulator and a second person see them."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange.core.approvals import Approval
from exchange.oversight.programme import operations, queries
from exchange.oversight.programme.cli import programme
from exchange.oversight.programme.models import MeasureUpdate, Target
from tests.factories import organisation


@pytest.fixture
def seeded(database: Any) -> Any:
    operations.seed_programme(organisation=organisation("regulator", name="City"))
    return database


def text_of(answer: Any) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("language", "heading", "section"), [("zh", "重点工作", "加速技术成果产业化"), ("en", "Programme", "Speeding up the industrialisation")])
def test_the_plan_is_public_in_both_languages(seeded: Any, client: Any, language: str, heading: str, section: str) -> None:
    answer = client.get(f"/programme?lang={language}")
    assert answer.status_code == 200
    assert f"<h1>{heading}" in text_of(answer)
    assert section in text_of(answer)
    assert text_of(answer).count('href="/programme/measures/') == 106


def test_filters_choose_by_section_department_district_status_and_kind(seeded: Any, client: Any) -> None:
    def codes(query: str) -> list[str]:
        return [row["code"] for row in client.get(f"/programme/measures.json?{query}").get_json()["measures"]]

    assert len(codes("section=8")) == 22
    assert codes("section=8&status=overdue&kind=milestone") == ["8.3a", "8.3b", "8.3c", "8.4a"]
    assert codes("department=RSJ") == ["1.4", "1.7a", "1.7b", "1.7c", "2.4"]
    assert codes("district=baoan&section=9") == ["9.1(1)", "9.1(2)a", "9.1(2)b", "9.1(2)c", "9.1(2)d", "9.1(3)", "9.1(4)"]
    assert codes("status=done") == []
    assert client.get("/programme?status=nonsense").status_code == 422


def test_the_day_is_part_of_the_address(seeded: Any, client: Any) -> None:
    rows = {row["code"]: row["status"] for row in client.get("/programme/measures.json?on=2011-11-15").get_json()["measures"]}
    assert (rows["8.3a"], rows["8.1a"]) == ("no_data", "no_deadline")


def test_tables_leave_as_csv_and_workbook(seeded: Any, client: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/programme/measures.csv").get_data().decode("utf-8-sig"))))
    assert (len(rows), rows[0]["code"], rows[-1]["code"]) == (106, "1.0a", "10.3b")
    assert next(row for row in rows if row["code"] == "8.0a")["text_zh"] == "专利成果转化率提高5个百分点，达到65%"
    book = zipfile.ZipFile(io.BytesIO(client.get("/programme/measures.xlsx?section=8").get_data()))
    assert "xl/workbook.xml" in book.namelist()


@pytest.mark.parametrize("code", ["8.0a", "8.6b", "9.1(2)a", "3.4", "5.4", "10.3", "1.4", "8.3b"])
def test_each_kind_of_measure_has_its_page(seeded: Any, client: Any, code: str) -> None:
    for language in ("zh", "en"):
        assert client.get(f"/programme/measures/{code}?lang={language}").status_code == 200
    assert client.get("/programme/measures/99").status_code == 404


def test_a_measure_shows_its_words_departments_and_reading(seeded: Any, client: Any) -> None:
    shown = text_of(client.get("/programme/measures/8.6b?lang=zh"))
    for words in ("累计2000件以上", "不少于 2,000 件标准", "市市场监管局", "市发展改革委", "市科工贸信委", "按不同标准计数", "到2015年"):
        assert words in shown


def test_progress_is_recorded_proposed_and_confirmed_by_pages(seeded: Any, act_as: Any, client: Any) -> None:
    house = organisation("regulator")
    maker, checker = act_as("regulator officer", organisation=house), act_as("regulator approver", organisation=house)
    measure = queries.measure_of("8.3a").public_id
    refused = maker.post(f"/programme/measures/{measure}/record", data={"happened_on": "2026-10-01", "done": "yes"})
    assert refused.status_code == 422
    assert "文号证明" in text_of(refused) or "number of a document" in text_of(refused)
    answer = maker.post(f"/programme/measures/{measure}/record", data={"happened_on": "2026-10-01", "done": "yes", "reference": "No. 97", "public": "yes"})
    assert answer.status_code == 303
    place = answer.headers["Location"]
    assert client.get(place).status_code == 404
    assert maker.get(place).status_code == 200
    assert maker.post(place + "/approve").status_code == 303
    approval = seeded.session.scalar(select(Approval))
    assert "JZ-2026-000001" in text_of(maker.get(place))
    assert maker.post(f"/approvals/{approval.public_id}/confirm").status_code == 403
    assert "逾期完成" not in text_of(client.get("/programme/measures/8.3a?lang=zh"))
    assert checker.post(f"/approvals/{approval.public_id}/confirm").status_code == 303
    assert "逾期完成" in text_of(client.get("/programme/measures/8.3a?lang=zh"))
    assert client.get(place).status_code == 200


def test_what_is_not_marked_public_and_the_names_of_persons_stay_inside(seeded: Any, act_as: Any, client: Any) -> None:
    house = organisation("regulator")
    maker, checker = act_as("regulator officer", organisation=house), act_as("regulator approver", organisation=house)
    measure = queries.measure_of("8.3a").public_id
    place = maker.post(f"/programme/measures/{measure}/record", data={
        "happened_on": "2026-10-01", "done": "yes", "reference": "SECRET-97", "text": "inner remark"}).headers["Location"]
    maker.post(place + "/approve")
    checker.post(f"/approvals/{seeded.session.scalar(select(Approval)).public_id}/confirm")
    for address in (place, "/programme/measures/8.3a", "/api/v1/programme/measures/8.3a/updates"):
        shown = text_of(client.get(address))
        for word in ("SECRET-97", "inner remark", maker.actor.name, checker.actor.name):
            assert word not in shown
    assert client.get(place + "/file").status_code == 404
    assert "SECRET-97" in text_of(maker.get(place))


@pytest.mark.parametrize("role", ["enterprise signatory", "bank approver", "exchange officer clerk", "auditor officer", "regulator viewer"])
def test_nobody_else_writes_by_pages(seeded: Any, act_as: Any, role: str) -> None:
    client, measure = act_as(role), queries.measure_of("8.3a").public_id
    assert client.post(f"/programme/measures/{measure}/record", data={"happened_on": "2026-10-01", "done": "yes", "reference": "1"}).status_code == 403
    assert client.post("/programme/targets/new", data={}).status_code == 403
    assert client.post("/programme/measures/new", data={}).status_code == 403
    assert client.post(f"/programme/measures/{measure}/comment", data={"text": "x"}).status_code == 403
    assert seeded.session.scalar(select(func.count()).select_from(MeasureUpdate)) == 0


def test_a_regulator_adds_a_measure_assigns_remarks_and_sets_a_target(seeded: Any, act_as: Any, client: Any) -> None:
    officer = act_as("regulator officer")
    for address in ("/programme/measures/new", "/programme/targets/new"):
        assert officer.get(address).status_code == 200
    assert officer.post("/programme/measures/new", data={
        "code": "8.7a", "section": "8", "kind": "target", "text_zh": "新", "text_en": "New", "begins_on": "2026-11-25", "due_on": "2027-12-31",
        "period": "once", "comparator": ">=", "threshold": "12.5", "unit": "%"}).status_code == 303
    made = queries.measure_of("8.7a").public_id
    for verb, data in (("assign", {"department": "SJJ", "role": "lead"}), ("comment", {"text": "Look at this"})):
        assert officer.get(f"/programme/measures/{made}/{verb}").status_code == 200
        assert officer.post(f"/programme/measures/{made}/{verb}", data=data).status_code == 303
    assert "Look at this" in text_of(officer.get("/programme/measures/8.7a"))
    assert "Look at this" not in text_of(client.get("/programme/measures/8.7a"))
    answer = officer.post("/programme/targets/new", data={
        "indicator": "conversion_any", "value": "65", "baseline": "60", "begins_on": "2026-01-01", "due_on": "2027-12-31", "measure": "8.0a"})
    assert answer.status_code == 303
    target = seeded.session.scalar(select(Target).where(Target.due_on > Target.begins_on).order_by(Target.id.desc()))
    assert (target.value, target.baseline) == ("0.65", "0.60")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert officer.get(f"/programme/targets/{target.public_id}/retire").status_code == 200


def test_statistics_load_the_targets_as_a_part_of_their_page(seeded: Any, client: Any) -> None:
    part = text_of(client.get("/programme/targets?indicator=conversion_any&lang=zh", headers={"HX-Request": "true"}))
    whole = text_of(client.get("/programme/targets?indicator=conversion_any&lang=zh"))
    assert "65.0%" in part
    assert "<html" not in part
    assert "<html" in whole
    assert "该指标尚无目标" in text_of(client.get("/programme/targets?indicator=licensed&lang=zh", headers={"HX-Request": "true"}))


def test_the_interface_speaks_the_same(seeded: Any, act_as: Any, client: Any) -> None:
    assert len(client.get("/api/v1/programme/measures?section=8").get_json()["items"]) == 22
    one = client.get("/api/v1/programme/measures/3.4").get_json()
    assert (one["code"], len(one["by_part"])) == ("3.4", 10)
    officer = act_as("regulator officer")
    made = officer.post(f"/api/v1/programme/measures/{one['id']}/record", json={"happened_on": "2015-06-01", "value": "31", "district": "nanshan"})
    assert (made.status_code, made.get_json()["state"]) == (201, "recorded")
    assert officer.post(f"/api/v1/programme/updates/{made.get_json()['id']}/approve").status_code == 202
    target = client.get("/api/v1/programme/targets").get_json()["items"][0]
    assert (target["value"], target["definition_version"]) == ("0.65", 1)
    assert client.get(f"/api/v1/programme/targets/{target['id']}/outlook").get_json()["status"] == "overdue"


def test_the_command_tells_differences(seeded: Any, app: Any) -> None:
    runner = app.test_cli_runner()
    checked = runner.invoke(programme, ["seed", "--check"])
    assert (checked.exit_code, checked.output) == (0, "0 differences\n")
    assert "overdue" in runner.invoke(programme, ["status"]).output
    assert runner.invoke(programme, ["seat", "SJJ", "nothing"]).exit_code == 1
