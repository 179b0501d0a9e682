"""Many patents at once: rows and their faults, one job that may stop and go on, the sum under common shocks, versions."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from exchange.appraisals import jobs as work
from exchange.appraisals import operations, queries
from exchange.appraisals.models import AppraisalBatch
from exchange.appraisals.queries.limits import lending_policy
from exchange.appraisals.rules import batches as rules
from exchange.appraisals.rules.inputs import canonical_json
from exchange.core import clock as time
from exchange.core import files, jobs, pdf
from exchange.core.access import Actor
from exchange.core.errors import Conflict, DomainError, Faults, Invalid
from exchange.core.events import history
from exchange.core.parameters import set_parameter
from exchange.registers.patents.models import Patent
from tests import factories
from tests.features.patents import making

DAY = date(2026, 10, 31)
SETTINGS = {"royalty_rate": "5%", "growth": "3%", "years": "8"}


@dataclass
class Owner:
    """Somebody with patents."""

    actor: Actor
    patents: list[Patent]

    def file(self, text: str, name: str = "rows.csv") -> files.Upload:
        """An uploaded table."""
        return files.take(text.encode(), name, purpose="import")

    def rows(self, *revenues: str) -> str:
        """A table with one year's sales of each patent."""
        return "patent,revenue\n" + "\n".join(f"{patent.shown_number},{sales}" for patent, sales in zip(self.patents, revenues, strict=True))

    def upload(self, text: str = "", **changes: Any) -> AppraisalBatch:
        """A batch from a table."""
        given: dict[str, Any] = {
            "title": "Portfolio", "valuation_date": DAY, "settings": SETTINGS, "source": "Study of the field, table 4",
            "upload": self.file(text or self.rows("800万", "600万", "300万")), "actor": self.actor,
        }
        return operations.upload_appraisal_batch(**given | changes)

    def computed(self, **changes: Any) -> AppraisalBatch:
        """A batch that was computed."""
        batch = self.upload(**changes)
        operations.queue_appraisal_batch(batch, good_only=True, actor=self.actor)
        jobs.run_due_jobs()
        return queries.batch_by_id(batch.public_id)


@pytest.fixture
def owner(house: Any, clock: Any) -> Iterator[Owner]:
    """An enterprise with three patents."""
    actor = factories.actor("enterprise officer", organisation=making.holder("enterprise"))
    registrars = making.desk(making.exchange())
    return Owner(actor, [making.registered(actor, registrars) for _number in range(3)])


def codes(refusal: pytest.ExceptionInfo[DomainError]) -> list[str]:
    value = refusal.value
    return [each.code.name for each in value.faults] if isinstance(value, Faults) else [value.code.name]


def test_headings_are_known_in_both_languages_and_every_unknown_one_is_named() -> None:
    assert rules.columns_of(["专利号", "首年销售收入（元）", "许可费率(%)", "2027年销售收入", "Source"]) == {
        "patent": 0, "revenue": 1, "royalty_rate": 2, "revenue_2027": 3, "source": 4}
    with pytest.raises(Faults) as refusal:
        rules.columns_of(["revenue", "beauty", "revenue"])
    assert codes(refusal) == ["BATCH_COLUMN_UNKNOWN", "BATCH_COLUMN_TWICE", "BATCH_COLUMN_MISSING"]


def test_every_fault_of_a_row_is_named_with_its_column() -> None:
    found = rules.judged({"patent": "x", "revenue": "many", "royalty_rate": "0.05", "tax_rate": "120%", "lvd": "70"}, first_year=2026)
    assert [(each["column"], each["code"]) for each in found.faults] == [
        ("revenue", "AMOUNT_MALFORMED"), ("royalty_rate", "PERCENT_AMBIGUOUS"), ("tax_rate", "NUMBER_OUT_OF_RANGE"), ("tvd", "MISSING_FIELD")]


def test_years_of_sales_follow_each_other_from_the_valuation_year() -> None:
    good = rules.judged({"revenue_2026": "100万", "revenue_2027": "120万"}, first_year=2026)
    assert (good.faults, good.sales) == ([], {2026: "1000000", 2027: "1200000"})
    for given in ({"revenue_2027": "1"}, {"revenue_2026": "1", "revenue_2028": "1"}):
        assert [each["code"] for each in rules.judged(given, first_year=2026).faults] == ["BATCH_YEARS"]
    assert [each["code"] for each in rules.judged({"revenue_2026": "1", "revenue": "1"}, first_year=2026).faults] == ["BATCH_REVENUE_BOTH"]


def row(number: int = 1, days: int = 3650, **values: str) -> dict[str, Any]:
    """A row as the engine takes it."""
    return {"number": number, "patent_id": number, "patent_number": f"CN{number}", "values": {"revenue": "8000000", **values}, "sales": {}, "source": "",
            "facts": {"type": "invention", "remaining_days": days, "fees": [[120, 200000]], "hard_stops": []}}


def test_the_schedule_less_the_fees_is_the_value_of_the_engine() -> None:
    settings = rules.read_settings(SETTINGS)
    found = rules.compute_chunk([row(1), row(2, days=900, royalty_rate="0.03")], settings, lending_policy_caps(), valuation_date=DAY)
    for each in found:
        assert abs(sum(each["result"]["flows"]) - each["result"]["fees"] - each["result"]["value"]) <= 1e-9 * each["result"]["value"]
    assert found[1]["result"]["warnings"] == ["TRUNCATED_AT_EXPIRY"]
    assert "royalty_rate" not in found[1]["result"]["common"]


def lending_policy_caps() -> dict[str, str]:
    return {"cap_invention": "0.25", "cap_utility_model": "0.15", "cap_design": "0.10"}


def test_a_row_of_a_batch_equals_the_single_calculation_of_the_same_inputs() -> None:
    from valuation import relief_from_royalty

    settings = rules.read_settings(SETTINGS)
    found = rules.compute_chunk([row()], settings, lending_policy_caps(), valuation_date=DAY)[0]["result"]
    stub = 61 / 365
    single = relief_from_royalty(
        revenues=[8_000_000 * 1.03**year for year in range(8)], royalty_rate=0.05, discount_rate=0.15, tax_rate=0.25, decay=0.1, probability_valid=0.85,
        stub=stub, fees=[0.0, 2000.0, *[0.0] * 6], remaining_years=10)
    assert abs(single.value - found["value"]) <= 1e-12 * single.value


def test_a_stopped_right_keeps_its_value_and_lends_nothing() -> None:
    stopped = row()
    stopped["facts"]["hard_stops"] = ["PATENT_ALREADY_PLEDGED"]
    found = rules.compute_chunk([stopped], rules.read_settings({}), lending_policy_caps(), valuation_date=DAY)[0]["result"]
    assert (found["ltv"], found["binding"], found["value"] > 0) == (0.0, "hard_stop", True)


def test_the_quantile_of_the_sum_is_not_the_sum_of_quantiles() -> None:
    settings = rules.read_settings(SETTINGS)
    results = [each["result"] for each in rules.compute_chunk([row(number) for number in range(1, 41)], settings, lending_policy_caps(), valuation_date=DAY)]
    found = rules.simulate(results, settings, seed=7)
    assert found["total"]["P5"] > found["sum_of_quantiles"]["P5"] * 1.1
    assert found["total"]["P95"] < found["sum_of_quantiles"]["P95"]
    assert abs(found["total"]["mean"] - found["sum_of_quantiles"]["mean"]) <= 1e-9 * found["total"]["mean"]
    assert abs(found["total"]["mean"] / sum(each["value"] for each in results) - 1) < 0.02
    rigid = rules.simulate([each | {"own_cv": 0.0} for each in results], settings, seed=7)
    assert abs(rigid["diversification"]) < 1e-9
    spread = found["total"]["mean"] - found["total"]["P5"]
    assert sum(each["contribution"] for each in found["patents"]) > spread


def test_a_table_is_taken_in_judged_computed_and_kept_as_a_version_with_its_report(owner: Owner) -> None:
    batch = owner.computed()
    version = queries.current_batch_version(batch)
    totals = queries.totals_of(version)
    assert version is not None
    assert totals is not None
    assert (batch.state, batch.rows_total, batch.rows_good, batch.rows_done, version.number) == ("done", 3, 3, 3, 1)
    rows = queries.rows_page(batch, order="value").rows
    assert [each.number for each in rows] == [1, 2, 3]
    assert sum(each.value_minor or 0 for each in rows) == totals.value.minor
    result = json.loads(version.result_json)
    assert [each["number"] for each in result["rows"]] == [1, 2, 3]
    assert canonical_json(result) == version.result_json
    assert [event.verb for event in history("appraisal_batch", batch.public_id)] == [
        "report", "finish", "chunk", "run", "queue", "check", "judge", "upload"]
    text = pdf.page_text(files.get_bytes(batch.report_sha256))
    for word in ("INDICATIVE", owner.patents[0].shown_number, "Study of the field, table 4"):
        assert word.lower() in text.lower(), word


def test_faults_are_listed_row_by_row_and_only_the_good_rows_are_computed(owner: Owner) -> None:
    one, two, three = (patent.shown_number for patent in owner.patents)
    text = f"patent,revenue,royalty_rate\n{one},800万,5%\n{two},oops,0.05\n{three},300万,\n{one},100万,\nCN999,100万,\n,100万,\n"
    batch = owner.upload(text)
    assert (batch.rows_total, batch.rows_good, batch.state) == (6, 2, "checked")
    faults = {each.number: [fault["code"] for fault in each.faults] for each in queries.rows_page(batch, show="faults").rows}
    assert faults == {2: ["AMOUNT_MALFORMED", "PERCENT_AMBIGUOUS"], 4: ["DUPLICATE_PATENT"], 5: ["PATENT_NOT_REGISTERED"], 6: ["MISSING_FIELD"]}
    with pytest.raises(Conflict) as refusal:
        operations.queue_appraisal_batch(batch, actor=owner.actor)
    assert (refusal.value.code.name, batch.state) == ("BATCH_FAULTS", "checked")
    operations.queue_appraisal_batch(batch, good_only=True, actor=owner.actor)
    jobs.run_due_jobs()
    assert (batch.state, queries.totals_of(queries.current_batch_version(batch)).count) == ("done", 2)  # type: ignore[union-attr]  # computed above


def test_a_workbook_is_read_like_a_table_of_text(owner: Owner) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["专利号", "首年销售收入", "增长率"])
        sheet.write_row(1, 0, [owner.patents[0].shown_number, 8000000, "3%"])
    batch = owner.upload(upload=files.take(out.getvalue(), "rows.xlsx", purpose="import"))
    assert (batch.rows_total, batch.rows_good) == (1, 1)


def test_anothers_patents_are_not_named(owner: Owner) -> None:
    stranger = factories.actor("enterprise officer", organisation=making.holder("enterprise"))
    batch = owner.upload(actor=stranger)
    assert {each.faults[0]["code"] for each in queries.rows_page(batch).rows} == {"PATENT_NOT_REGISTERED"}
    assert queries.list_batches(owner.actor).rows == []


def test_common_values_are_judged_together_and_a_wrong_one_takes_nothing_in(owner: Owner) -> None:
    with pytest.raises(Faults) as refusal:
        owner.upload(settings={"royalty_rate": "0.05", "tax_rate": "oops"})
    assert codes(refusal) == ["PERCENT_AMBIGUOUS", "NUMBER_UNREADABLE"]
    with pytest.raises(Invalid) as other:
        owner.upload("patent,revenue\n")
    assert other.value.code.name == "BATCH_ROWS"
    assert queries.list_batches(owner.actor).rows == []


def test_a_stopped_batch_goes_on_without_computing_a_row_twice(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = owner.computed()
    expected = queries.current_batch_version(whole)
    monkeypatch.setattr(rules, "CHUNK", 1)
    monkeypatch.setattr(queries.undone_rows, "__defaults__", None)
    real, seen = operations.record_batch_rows, []

    def once(batch: AppraisalBatch, **given: Any) -> int:
        done = int(real(batch, **given))
        seen.extend(each["number"] for each in given["found"])
        if len(seen) == 2:
            operations.cancel_appraisal_batch(batch, actor=owner.actor)
        return done

    monkeypatch.setattr(work.operations, "record_batch_rows", once)
    monkeypatch.setattr(work.queries, "undone_rows", lambda batch_id, *, run_no: queries.batches.undone_rows(batch_id, run_no=run_no, limit=1))
    batch = owner.upload()
    operations.queue_appraisal_batch(batch, actor=owner.actor)
    jobs.run_due_jobs()
    assert (batch.state, batch.rows_done, seen) == ("cancelled", 2, [1, 2])
    operations.queue_appraisal_batch(batch, actor=owner.actor)
    jobs.run_due_jobs()
    assert (batch.state, batch.rows_done, seen) == ("done", 3, [1, 2, 3])
    version = queries.current_batch_version(batch)
    assert version is not None
    assert expected is not None
    assert json.loads(version.result_json)["rows"] == json.loads(expected.result_json)["rows"]
    assert version.seed == expected.seed


def test_a_job_that_dies_between_two_chunks_is_taken_up_where_it_was(owner: Owner, monkeypatch: pytest.MonkeyPatch, clock: Any) -> None:
    real, calls = work.batches.compute_chunk, []

    def dies(rows: Any, *rest: Any, **named: Any) -> Any:
        calls.append([each["number"] for each in rows])
        if len(calls) == 2:
            raise RuntimeError("the worker died")
        return real(rows, *rest, **named)

    monkeypatch.setattr(work.batches, "compute_chunk", dies)
    monkeypatch.setattr(work.queries, "undone_rows", lambda batch_id, *, run_no: queries.batches.undone_rows(batch_id, run_no=run_no, limit=2))
    batch = owner.upload()
    operations.queue_appraisal_batch(batch, actor=owner.actor)
    with pytest.raises(jobs.JobBroken):
        jobs.run_due_jobs()
    assert (batch.state, batch.rows_done) == ("running", 2)
    clock.pass_(minutes=2)
    jobs.run_due_jobs()
    assert (batch.state, batch.rows_done, calls) == ("done", 3, [[1, 2], [3], [3]])


def test_only_one_batch_of_an_organisation_runs_and_the_day_has_a_limit(owner: Owner) -> None:
    first, second = owner.upload(), owner.upload()
    operations.queue_appraisal_batch(first, actor=owner.actor)
    with pytest.raises(Conflict) as refusal:
        operations.queue_appraisal_batch(second, actor=owner.actor)
    assert (refusal.value.code.name, second.state) == ("BATCH_RUNNING", "checked")
    jobs.run_due_jobs()
    set_parameter("appraisals.batch_per_day", "1", valid_from=time.today(), source="decision", actor=owner.actor)
    with pytest.raises(Invalid) as limit:
        operations.queue_appraisal_batch(second, actor=owner.actor)
    assert limit.value.code.name == "BATCH_QUOTA"


def test_changed_assumptions_make_another_version_and_the_first_stays(owner: Owner) -> None:
    batch = owner.computed()
    first = queries.current_batch_version(batch)
    operations.amend_appraisal_batch(batch, settings={**SETTINGS, "royalty_rate": "6%"}, rows=[{"number": 2, "revenue": "900万", "source": "Order book"}],
                                     source="Licence signed in October", actor=owner.actor)
    assert (batch.state, batch.run_no) == ("checked", 2)
    operations.queue_appraisal_batch(batch, actor=owner.actor)
    jobs.run_due_jobs()
    second = queries.current_batch_version(batch)
    assert first is not None
    assert second is not None
    assert [(version.number, version.source) for version in batch.versions] == [(1, "Study of the field, table 4"), (2, "Licence signed in October")]
    assert int(second.summary["value"]) > int(first.summary["value"])
    assert json.loads(second.request_json)["rows"][1]["source"] == "Order book"
    assert {name for name in lending_policy() if name.startswith("cap_")} == set(json.loads(second.request_json)["caps"])


def test_one_report_covers_at_most_as_many_patents_as_the_parameter_says(owner: Owner) -> None:
    set_parameter("appraisals.portfolio_max_patents", "2", valid_from=time.today(), source="decision", actor=owner.actor)
    with pytest.raises(Invalid) as refusal:
        operations.commission_appraisal(
            institution_id=factories.organisation("appraiser").id, patent_ids=[patent.id for patent in owner.patents], purpose="pledge",
            valuation_date=DAY, actor=owner.actor)
    assert refusal.value.code.name == "PORTFOLIO_TOO_LARGE"
    assert queries.list_appraisals(owner.actor).rows == []
