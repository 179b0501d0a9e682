"""Evidence of use: declared, reviewed by another organisation, counted by its best proof."""

from datetime import date

import pytest

from exchange.core import approvals
from exchange.core.errors import DomainError
from exchange.oversight.conversions import operations, queries, rules
from exchange.oversight.conversions.models import Evidence
from tests import factories
from tests.features.patents import making

SOLD = {"kind": "invoice", "issued_on": date(2026, 10, 1), "issuer": "税务局", "reference": "INV-1"}


def declared(owner, **facts):
    patent = making.registered(owner)
    given = {"route": "industrialised", "valid_from": date(2026, 9, 1), "proofs": [SOLD], "product": "演示电池"} | facts
    return operations.draft_evidence(patent, actor=owner, **given)


@pytest.fixture
def owner(house):
    return factories.actor("enterprise signatory", organisation=making.holder())


def code_of(refusal: pytest.ExceptionInfo) -> str:
    return refusal.value.code.name


@pytest.mark.parametrize(("kinds", "grade"), [
    (["declaration"], "D"), (["declaration", "product_page"], "C"), (["invoice", "product_page"], "B"),
    (["contract", "register_record"], "A"), ([], "D")])
def test_the_grade_is_that_of_the_best_proof(kinds, grade):
    assert rules.grade_of(kinds) == grade


def test_a_sale_counts_for_twenty_four_months_from_its_newest_proof():
    period = rules.period_of("industrialised", date(2026, 9, 1), None, newest_proof=date(2026, 10, 1))
    assert (period.begins, period.ends) == (date(2026, 9, 1), date(2028, 10, 1))


def test_a_licence_counts_as_long_as_it_runs():
    assert rules.period_of("licensed", date(2026, 1, 1), None, newest_proof=date(2026, 1, 1)).ends is None


def test_evidence_goes_from_draft_to_accepted(house, clock, owner):
    evidence = operations.submit_evidence(declared(owner), actor=owner)
    assert (evidence.state, evidence.grade, evidence.due_on) == ("submitted", "B", date(2026, 12, 9))
    reviewer = factories.actor("regulator officer")
    assert [each.public_id for each in queries.tasks(reviewer)] == [evidence.public_id]
    operations.accept_evidence(evidence, files_opened=True, no_conflict=True, reason="发票载明专利", actor=reviewer)
    assert (evidence.state, evidence.reviewed_by) == ("accepted", reviewer.user_id)
    assert [each.id for each in queries.evidence_of_patent(evidence.patent_id)] == [evidence.id]


def test_a_route_without_its_proof_is_refused_and_stays_a_draft(house, clock, owner):
    evidence = declared(owner, route="transferred")
    with pytest.raises(DomainError) as refusal:
        operations.submit_evidence(evidence, actor=owner)
    assert (code_of(refusal), refusal.value.field, evidence.state) == ("EVIDENCE_ROUTE_PROOF", "files", "draft")


def test_a_use_in_the_future_is_refused(house, clock, owner):
    evidence = declared(owner, valid_from=date(2026, 12, 1), proofs=[SOLD | {"issued_on": date(2026, 12, 1)}])
    with pytest.raises(DomainError) as refusal:
        operations.submit_evidence(evidence, actor=owner)
    assert (code_of(refusal), evidence.state) == ("EVIDENCE_PERIOD", "draft")


def test_the_same_use_twice_is_refused_with_the_number_of_the_first(house, clock, owner):
    first = operations.submit_evidence(declared(owner), actor=owner)
    again = operations.draft_evidence(
        first.patent, route="industrialised", valid_from=date(2026, 9, 15), proofs=[SOLD], actor=owner)
    with pytest.raises(DomainError) as refusal:
        operations.submit_evidence(again, actor=owner)
    assert (code_of(refusal), refusal.value.details["other"]) == ("EVIDENCE_DUPLICATE", first.number)


def test_the_declarer_may_not_accept_his_own_evidence(house, clock, owner):
    evidence = operations.submit_evidence(declared(owner), actor=owner)
    with pytest.raises(DomainError) as refusal:
        operations.accept_evidence(evidence, files_opened=True, no_conflict=True, reason="x", actor=owner)
    assert (code_of(refusal), evidence.state) == ("FORBIDDEN", "submitted")


def test_accepting_needs_every_file_opened(house, clock, owner):
    evidence = operations.submit_evidence(declared(owner), actor=owner)
    with pytest.raises(DomainError) as refusal:
        operations.accept_evidence(evidence, files_opened=False, no_conflict=True, reason="x", actor=factories.actor("regulator officer"))
    assert (refusal.value.field, evidence.state) == ("files_opened", "submitted")


def test_withdrawing_needs_a_second_person_and_closes_the_row(house, clock, owner):
    evidence = operations.submit_evidence(declared(owner), actor=owner)
    operations.accept_evidence(evidence, files_opened=True, no_conflict=True, reason="x", actor=factories.actor("regulator officer"))
    clock.pass_(days=1)
    bureau = factories.organisation("regulator")
    first, second = (factories.actor("regulator officer", organisation=bureau) for _ in range(2))
    approvals.with_second(lambda: operations.withdraw_evidence(evidence, reason="misread", actor=first), second)
    assert evidence.state == "withdrawn"
    assert evidence.superseded_at > evidence.recorded_at


def test_a_holder_declares_and_submits_in_the_browser_and_by_the_api(house, act_as, clock):
    home = making.holder()
    client = act_as("enterprise signatory", organisation=home)
    patent = making.registered(client.actor)
    page = client.get("/conversions/new")
    assert page.status_code == 200
    form = {"patent": patent.public_id, "route": "industrialised", "valid_from": "2026-09-01", "kind": "invoice",
            "issued_on": "2026-10-01", "amount": "120万"}
    refused = client.post("/conversions/new", data=form | {"valid_from": "yesterday"})
    assert refused.status_code == 422
    assert b"yesterday" in refused.data
    made = client.post("/conversions/new", data=form)
    assert made.status_code == 303
    shown = client.get(made.headers["Location"])
    assert shown.status_code == 200
    evidence = house.db.session.query(Evidence).one()
    assert evidence.amount.minor == 120_000_000
    assert client.post(f"/conversions/{evidence.public_id}/submit").status_code == 303
    reviewer = act_as("regulator officer")
    assert reviewer.get("/oversight/evidence").status_code == 200
    answer = reviewer.post(f"/api/v1/conversions/{evidence.public_id}/accept", json={"files_opened": True, "no_conflict": True, "reason": "ok"})
    assert (answer.status_code, answer.json["state"], answer.json["grade"]) == (200, "accepted", "B")
    stranger = act_as("enterprise signatory")
    assert stranger.get(f"/conversions/{evidence.public_id}").status_code == 404
