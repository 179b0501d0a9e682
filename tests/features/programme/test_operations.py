"""The seed, updates by two persons, targets, and what they refuse."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange.core import approvals
from exchange.core.database import Proposed
from exchange.core.errors import Conflict, DomainError, Forbidden, Invalid
from exchange.core.events import history
from exchange.oversight.programme import operations, queries, rules
from exchange.oversight.programme.models import Department, Measure, MeasureDepartment, MeasureUpdate, Target, TargetReading
from exchange.oversight.programme.states import Status
from tests.factories import actor, organisation

TODAY = date(2026, 11, 25)
PAGE = Path(__file__).resolve().parents[4] / "shared" / "spec" / "statistics.md"


@pytest.fixture
def seeded(database: Any) -> Any:
    operations.seed_programme()
    return database


@pytest.fixture
def bureau(seeded: Any) -> Any:
    return organisation("regulator", name="Bureau")


def two(bureau: Any) -> tuple[Any, Any]:
    return actor("regulator officer", organisation=bureau), actor("regulator approver", organisation=bureau)


def recorded(bureau: Any, code: str, **facts: Any) -> tuple[MeasureUpdate, Any, Any]:
    maker, checker = two(bureau)
    facts = {"happened_on": date(2026, 10, 1), "done": True, "reference": "No. 1"} | facts
    return operations.record_update(queries.measure_of(code), actor=maker, **facts), maker, checker


def status_of(code: str, on: date = TODAY) -> Status:
    return queries.line_of(queries.measure_of(code), on=on).status


def test_the_seed_is_exactly_the_shipped_tables_and_done_twice_changes_nothing(seeded: Any) -> None:
    session = seeded.session
    assert (session.scalar(select(func.count()).select_from(Measure)), session.scalar(select(func.count()).select_from(Department))) == (106, 28)
    assert operations.seed_programme() == 0
    assert queries.seed_differences() == []


def test_the_seed_has_every_row_of_the_page_with_its_exact_words(seeded: Any) -> None:
    if not PAGE.exists():
        pytest.skip("the page of the specification is not beside the project")
    page = PAGE.read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page[page.index("## C4a"):page.index("## C5")].splitlines() if re.match(r"\| \d", line)]
    texts = {measure.code: measure.text_zh for measure in seeded.session.scalars(select(Measure))}
    assert [row[0] for row in rows if texts.get(row[0]) != row[1].replace(" (also 5.3)", "")] == []
    standing = {"1.4", "2.3", "2.4", "2.5", "2.6", "3.6", "4.3", "5.2", "6.5", "7.4b"}
    assert texts.keys() - {row[0] for row in rows} == standing


def test_section_eight_is_complete_with_departments_and_deadlines(seeded: Any) -> None:
    found = {line.measure.code: line.measure for line in queries.lines(on=TODAY, section=8)}
    assert list(found) == [
        "8.0a", "8.0b", "8.1a", "8.1b", "8.1c", "8.2a", "8.2b", "8.2c", "8.3a", "8.3b", "8.3c", "8.3d", "8.4a", "8.4b", "8.4c", "8.4d",
        "8.5a", "8.5b", "8.5c", "8.6a", "8.6b", "8.6c"]
    roles = {code: {(each.role, each.department.code) for each in measure.departments} for code, measure in found.items()}
    assert roles["8.0a"] == set()
    assert roles["8.1a"] == {("responsible", "KGMX")}
    assert roles["8.3b"] == {("lead", "SJJ"), ("support", "CZW"), ("support", "FZB"), ("support", "JRB")}
    assert roles["8.6b"] == {("lead", "SJJ"), ("support", "FGW"), ("support", "KGMX")}
    assert {code: measure.due_on for code, measure in found.items() if measure.due_on} == {
        "8.0a": date(2015, 12, 31), "8.0b": date(2015, 12, 31), "8.2b": date(2011, 12, 31), "8.3a": date(2012, 12, 31), "8.3b": date(2012, 12, 31),
        "8.3c": date(2012, 12, 31), "8.3d": date(2012, 12, 31), "8.4a": date(2012, 12, 31), "8.5a": date(2015, 12, 31), "8.6b": date(2015, 12, 31)}
    assert (found["8.0a"].threshold, found["8.0a"].baseline, found["8.0a"].comparator) == ("65", "60", ">=")
    assert (found["8.6b"].threshold, found["8.6b"].indicator_code) == ("2000", "standards_count")


def test_dates_before_a_year_are_the_end_of_the_year_before(seeded: Any) -> None:
    assert {code: (queries.measure_of(code).due_on, queries.measure_of(code).due_text) for code in ("1.7b", "9.1(2)a", "9.2(4)")} == {
        "1.7b": (date(2014, 12, 31), "2015年前"), "9.1(2)a": (date(2013, 12, 31), "2014年前"), "9.2(4)": (date(2013, 10, 31), "2年内")}


def test_a_changed_row_is_told_as_a_difference(seeded: Any) -> None:
    @operations.operation
    def spoil_measure() -> None:
        """Change a row behind the seed's back."""
        queries.measure_of("8.3a").text_en = "Something else"

    spoil_measure()
    assert queries.seed_differences() == ["measure 8.3a: text_en differs"]


def test_an_update_counts_only_after_a_second_person(bureau: Any) -> None:
    update, maker, checker = recorded(bureau, "8.3a")
    assert status_of("8.3a") is Status.OVERDUE
    with pytest.raises(Proposed) as proposed:
        operations.approve_update(update, actor=maker)
    assert (update.state, status_of("8.3a")) == ("recorded", Status.OVERDUE)
    with pytest.raises(Forbidden) as own:
        approvals.confirm_approval(proposed.value.approval_id, actor=maker)
    assert own.value.code.name == "SECOND_PERSON_NEEDED"
    assert status_of("8.3a") is Status.OVERDUE
    approvals.confirm_approval(proposed.value.approval_id, actor=checker)
    assert (update.state, update.recorded_by, update.approved_by) == ("approved", maker.user_id, checker.user_id)
    assert status_of("8.3a") is Status.DONE_LATE
    assert status_of("8.3a", on=date(2026, 9, 30)) is Status.OVERDUE
    assert [event.verb for event in history("measure", update.measure.public_id)][:1] == ["status"]


def test_an_update_never_changes_an_earlier_one(bureau: Any) -> None:
    for day, value in ((date(2013, 1, 1), "3"), (date(2014, 1, 1), "6")):
        update, maker, checker = recorded(bureau, "6.0a", happened_on=day, value=Decimal(value), done=False)
        approvals.with_second(lambda update=update, maker=maker: operations.approve_update(update, actor=maker), checker)
    found = queries.updates_of(queries.measure_of("6.0a"), None)
    assert [(each.happened_on, each.value) for each in found] == [(date(2014, 1, 1), "6"), (date(2013, 1, 1), "3")]
    assert status_of("6.0a", on=date(2013, 6, 1)) is Status.ON_TRACK
    assert status_of("6.0a") is Status.DONE


@pytest.mark.parametrize(("facts", "code"), [
    ({"reference": ""}, "UPDATE_EVIDENCE_MISSING"), ({"done": False}, "UPDATE_EMPTY"), ({"happened_on": date(2026, 11, 26)}, "UPDATE_DATE"),
    ({"happened_on": date(2011, 10, 31)}, "UPDATE_DATE"), ({"district": "nanshan"}, "CHOICE_UNKNOWN")])
def test_a_bad_update_is_refused_and_leaves_nothing(bureau: Any, facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        recorded(bureau, "8.3a", **facts)
    assert refusal.value.code.name == code
    assert queries.db.session.scalar(select(func.count()).select_from(MeasureUpdate)) == 0


def test_only_a_lead_or_responsible_department_records_once_one_has_its_seat(bureau: Any) -> None:
    other = organisation("regulator", name="Finance")
    officer = actor("regulator officer", organisation=bureau)
    operations.seat_department("SJJ", organisation=bureau, actor=officer)
    operations.seat_department("CZW", organisation=other, actor=officer)
    recorded(bureau, "8.3a")
    for house in (other, organisation("regulator")):
        with pytest.raises(Forbidden) as refusal:
            recorded(house, "8.3a")
        assert refusal.value.code.name == "MEASURE_NOT_YOURS"
    assert queries.db.session.scalar(select(func.count()).select_from(MeasureUpdate)) == 1


@pytest.mark.parametrize("role", ["enterprise signatory", "bank approver", "exchange officer clerk", "regulator viewer", "auditor officer"])
def test_nobody_but_an_acting_regulator_records(bureau: Any, role: str) -> None:
    with pytest.raises(Forbidden):
        operations.record_update(queries.measure_of("8.3a"), happened_on=TODAY, done=True, reference="1", actor=actor(role))
    assert queries.db.session.scalar(select(func.count()).select_from(MeasureUpdate)) == 0


def test_a_district_is_named_where_the_measure_is_per_district(bureau: Any) -> None:
    update, maker, checker = recorded(bureau, "4.4a", happened_on=date(2011, 12, 1), done=False, value=Decimal(2), district="nanshan")
    approvals.with_second(lambda: operations.approve_update(update, actor=maker), checker)
    verdict = queries.line_of(queries.measure_of("4.4a"), on=TODAY).verdict
    assert (verdict.parts_done, len(verdict.parts), dict(verdict.parts)["nanshan"]) == (1, 10, Status.DONE)
    assert [line.status for line in queries.lines(on=TODAY, district="nanshan") if line.measure.code == "4.4a"] == [Status.DONE]
    with pytest.raises(Invalid):
        recorded(bureau, "4.4a", value=Decimal(2), done=False)


def test_a_withdrawn_update_cannot_be_approved(bureau: Any) -> None:
    update, maker, _checker = recorded(bureau, "8.3a")
    operations.withdraw_update(update, actor=maker)
    with pytest.raises(Conflict):
        operations.approve_update(update, actor=maker)
    assert update.state == "withdrawn"
    assert queries.updates_of(update.measure, None) == []


def test_a_new_measure_stands_beside_the_plan_and_codes_are_unique(bureau: Any) -> None:
    officer = actor("regulator officer", organisation=bureau)
    fields = {"section": 8, "kind": "milestone", "text_zh": "新举措", "text_en": "A new measure", "begins_on": TODAY, "due_on": date(2027, 6, 30)}
    made = operations.add_measure(code="8.7a", actor=officer, **fields)
    operations.assign_department(made, department="SJJ", role="lead", actor=officer)
    operations.assign_department(made, department="SJJ", role="support", actor=officer)
    assert [(each.role, each.department.code) for each in made.departments] == [("support", "SJJ")]
    assert status_of("8.7a") is Status.NO_DATA
    assert queries.seed_differences() == []
    with pytest.raises(Conflict) as refusal:
        operations.add_measure(code="8.7a", actor=officer, **fields)
    assert refusal.value.code.name == "MEASURE_EXISTS"
    with pytest.raises(Invalid):
        operations.assign_department(made, department="NOBODY", role="lead", actor=officer)
    assert queries.db.session.scalar(select(func.count()).select_from(MeasureDepartment).where(MeasureDepartment.measure_id == made.id)) == 1


def new_target(officer: Any, **facts: Any) -> Target:
    return operations.set_target(**({
        "indicator": "conversion_any", "value": Decimal("0.65"), "baseline": Decimal("0.60"), "begins_on": date(2026, 1, 1),
        "due_on": date(2027, 12, 31), "actor": officer} | facts))


def test_a_target_names_its_definition_and_stands_once(bureau: Any) -> None:
    officer, _checker = two(bureau)
    target = new_target(officer)
    assert (target.state, target.definition_version, len(target.definition_sha256), target.goal) == ("standing", 1, 64, Fraction(13, 20))
    with pytest.raises(DomainError) as refusal:
        new_target(officer, value=Decimal("0.70"))
    assert refusal.value.code.name == "TARGET_EXISTS"
    new_target(officer, due_on=date(2028, 12, 31), value=Decimal("0.70"))
    assert [each.due_on for each in queries.targets("conversion_any")] == [date(2027, 12, 31), date(2028, 12, 31)]


def test_a_target_is_retired_by_two_persons_and_its_place_is_free_again(bureau: Any) -> None:
    officer, checker = two(bureau)
    target = new_target(officer)
    with pytest.raises(Proposed) as proposed:
        operations.retire_target(target, reason="superseded", actor=officer)
    assert (target.state, target.live) == ("standing", True)
    approvals.confirm_approval(proposed.value.approval_id, actor=checker)
    assert (target.state, target.live, target.reason) == ("retired", False, "superseded")
    new_target(officer)


@pytest.mark.parametrize("facts", [{"due_on": date(2026, 1, 1)}, {"baseline": Decimal("0.65")}, {"indicator": "nothing"}])
def test_a_target_without_sense_is_refused(bureau: Any, facts: dict[str, Any]) -> None:
    officer, _checker = two(bureau)
    with pytest.raises(DomainError):
        new_target(officer, **facts)
    assert queries.targets() == []


def test_the_seed_sets_the_target_of_sixty_five_percent_once(bureau: Any) -> None:
    assert operations.seed_programme(organisation=bureau) == 1
    assert operations.seed_programme(organisation=bureau) == 0
    target, = queries.targets()
    assert (target.value, target.baseline, target.due_on, target.measure.code) == ("0.65", "0.6", date(2015, 12, 31), "8.0a")


def test_reminders_go_to_departments_that_have_a_seat(bureau: Any, clock: Any) -> None:
    officer, _checker = two(bureau)
    made = operations.add_measure(
        code="8.7b", section=8, kind="milestone", text_zh="新", text_en="New", begins_on=TODAY, due_on=date(2026, 12, 25), actor=officer)
    operations.assign_department(made, department="SJJ", role="lead", actor=officer)
    assert operations.remind_departments() == 0
    operations.seat_department("SJJ", organisation=bureau, actor=officer)
    assert operations.remind_departments() == 1
    assert history("measure", made.public_id)[0].verb == "remind"
    clock.pass_(days=1)
    assert operations.remind_departments() == 0


def test_statuses_are_noted_once_and_empty_months_are_not_kept(bureau: Any) -> None:
    assert operations.note_statuses() == 106
    assert operations.note_statuses() == 0
    new_target(two(bureau)[0])
    assert operations.keep_target_readings(day=date(2026, 10, 31)) == 0
    assert queries.db.session.scalar(select(func.count()).select_from(TargetReading)) == 0


def test_an_unknown_code_is_refused(seeded: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        queries.measure_of("11.1")
    assert (refusal.value.code.name, refusal.value.status) == ("MEASURE_UNKNOWN", 404)


def test_every_department_of_the_seed_is_known(seeded: Any) -> None:
    known = {each.code for each in queries.departments()}
    named = {code for row in queries.read_rows("measures.csv") for _role, code in rules.parse_departments(row["departments"])}
    assert named - known == set()
