"""A report comes from commission to seal, is reviewed, and ends; every denial leaves all as it was."""

from __future__ import annotations

import json
from datetime import date

import pytest

from exchange.appraisals import operations, queries
from exchange.appraisals.rules.vocabulary import CHECKLIST
from exchange.core import approvals, files, pdf, seal
from exchange.core.database import Proposed
from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.registers.patents import operations as patents
from tests import factories
from tests.features.appraisals import line as making


@pytest.fixture
def line(house, clock):
    return making.staged()


def refused(call, code):
    """The refusal of a call, which must bear the code."""
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code.name == code, str(caught.value)
    return caught.value


def test_the_whole_line_ends_in_a_sealed_report_that_computes_to_the_same_bytes(line):
    report = line.to_issue()
    assert report.state == "issued"
    assert report.valid_through == date(2027, 10, 30)
    assert report.retain_until == date(2041, 11, 25)
    found = queries.sealed_appraisal(report.id)
    assert [item.patent_id for item in found.items] == [patent.id for patent in line.patents]
    assert sum(item.value.minor for item in found.items) == found.value.minor
    assert found.signers == (line.lead.name, line.second.name)
    content = files.get_bytes(found.pdf_sha256)
    assert all(finding.good for finding in seal.verify(content))
    data = json.loads(pdf.attached(content))
    assert data["value"] == found.value.to_json()
    verdict, _version = queries.recompute_verdict(report)
    assert verdict.status == "identical"
    text = pdf.page_text(content)
    assert f"{found.value.amount:,.2f}" in text
    assert report.number in text


def test_the_sealed_file_begins_with_the_frozen_bytes(line):
    report = line.to_issue()
    frozen, sealed = queries.frozen_document(report), queries.sealed_pdf(report.id)
    before, after = files.get_bytes(frozen.content_sha256), files.get_bytes(sealed.content_sha256)
    assert after.startswith(before)
    assert sealed.draft_sha256 == frozen.content_sha256
    english = queries.sealed_pdf(report.id, "en")
    assert english.draft_sha256 == frozen.content_sha256
    assert frozen.content_sha256 in pdf.page_text(files.get_bytes(english.content_sha256)).replace("\n", "").replace(" ", "")


def test_an_institution_never_reports_for_itself_or_a_relative(line, database):
    refused(lambda: line.commission(institution_id=line.holder.organisation_id), "NOT_INDEPENDENT")
    assert queries.list_appraisals(line.holder).rows == []


def test_team_and_declaration_are_needed_to_accept(line):
    line.commission()
    refused(lambda: line.accept(declared=False), "DECLARATION_MISSING")
    refused(lambda: line.accept(second_id=line.lead.user_id), "SECOND_PERSON_NEEDED")
    refused(lambda: line.accept(reviewer_id=factories.actor("appraiser approver").user_id), "SECOND_INSTITUTION")
    refused(lambda: line.accept(actor=line.reviewer), "FORBIDDEN")
    assert line.appraisal.state == "requested"
    assert line.accept().state == "drafting"


def test_submission_names_every_gap_at_once(line):
    line.commission()
    line.accept()
    refusal = refused(line.submit, "MISSING_FIELD")
    assert {"result", "methods", "note/inspection_date/0", "risk_free/0/0"} <= set(refusal.details["gaps"])
    assert refusal.details["count"] == len(refusal.details["gaps"])
    assert line.appraisal.state == "drafting"


def test_a_stale_result_is_not_submitted(line):
    line.commission()
    line.accept()
    line.draft()
    operations.enter_assumptions(line.appraisal, rows=[{"name": "tax_rate", "value": "25%"}], actor=line.lead)
    refusal = refused(line.submit, "RESULT_STALE")
    assert refusal.details["gaps"] == ["result"]


def test_a_changed_row_loses_its_verification(line):
    line.commission()
    line.accept()
    line.draft()
    row = next(row for row in line.appraisal.assumptions if row.name == "royalty_rate")
    assert row.verified_by == line.second.user_id
    operations.enter_assumptions(line.appraisal, rows=[{"name": "royalty_rate", "value": "5%"}], actor=line.lead)
    assert row.verified_by is None
    refused(lambda: operations.verify_assumptions(line.appraisal, slots=[row.slot], actor=line.lead), "SECOND_PERSON_NEEDED")


def test_wrong_fields_are_all_named_and_nothing_is_kept(line):
    line.commission()
    line.accept()
    before = {row.slot: row.value for row in line.appraisal.assumptions}
    given = [{"name": "royalty_rate", "value": "0.05"}, {"name": "revenue", "position": 2027, "value": "many"}, {"name": "decay", "value": "8%"}]
    with pytest.raises(DomainError) as caught:
        operations.enter_assumptions(line.appraisal, rows=given, actor=line.lead)
    assert [(fault.code.name, fault.field) for fault in caught.value.faults] == [
        ("PERCENT_AMBIGUOUS", "royalty_rate/0/0"), ("AMOUNT_MALFORMED", "revenue/0/2027")]
    assert {row.slot: row.value for row in line.appraisal.assumptions} == before


def test_a_frozen_report_is_not_changed(line):
    line.commission()
    line.accept()
    line.draft()
    line.submit()
    refused(lambda: operations.enter_assumptions(line.appraisal, rows=making.rows(), actor=line.lead), "REPORT_FROZEN")


def test_a_remark_must_be_answered_and_closed_before_approval(line):
    line.commission()
    line.accept()
    line.draft()
    line.submit()
    refused(lambda: operations.return_appraisal(line.appraisal, remarks=[{"place": "", "text": "why?"}], actor=line.reviewer), "REMARKS_NEEDED")
    operations.return_appraisal(line.appraisal, remarks=[{"place": "9", "text": "The decay lacks a second source."}], actor=line.reviewer)
    line.submit()
    refused(lambda: operations.approve_appraisal(line.appraisal, actor=line.reviewer), "REMARK_OPEN")
    remark = line.appraisal.remarks[0]
    operations.answer_remark(line.appraisal, remark_id=remark.id, answer="Added the study of 2025.", actor=line.lead)
    operations.close_remark(line.appraisal, remark_id=remark.id, actor=line.reviewer)
    assert line.approve().state == "ready"


def test_two_different_persons_sign_exactly_the_shown_file(line):
    line.commission()
    line.accept()
    line.draft()
    line.submit()
    line.approve()
    refused(lambda: operations.sign_appraisal(line.appraisal, draft_sha256="0" * 64, actor=line.lead), "HASH_CHANGED")
    refused(lambda: operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.reviewer), "FORBIDDEN")
    operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.lead)
    refused(lambda: operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.lead), "SECOND_PERSON_NEEDED")
    assert line.appraisal.state == "signing"
    operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.second)
    refused(lambda: operations.seal_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.reviewer), "SECOND_PERSON_NEEDED")
    assert line.appraisal.state == "signed"


def test_a_recall_voids_the_signatures(line):
    line.commission()
    line.accept()
    line.draft()
    line.submit()
    line.approve()
    operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), actor=line.lead)
    operations.recall_appraisal(line.appraisal, reason="The register changed.", actor=line.lead)
    assert queries.live_signatures(line.appraisal) == []
    assert line.appraisal.state == "drafting"


def test_the_value_of_a_bundle_falls_on_its_patents_to_the_fen(house, clock):
    line = making.staged(patents=3)
    line.commission()
    line.accept()
    operations.apportion_value(line.appraisal, shares={str(patent.id): share for patent, share in zip(line.patents, (5001, 3333, 1666), strict=True)},
                               actor=line.lead)
    line.draft()
    line.submit()
    value = int(queries.current_version(line.appraisal).summary["value"])
    assert sum(row.value.minor for row in line.appraisal.patents) == value


def test_usable_from_issue_to_the_last_day_and_not_after(line, clock):
    report = line.to_issue()
    ids = [patent.id for patent in line.patents]
    assert [found.id for found in queries.usable_for(ids, date(2027, 10, 30))] == [report.id]
    assert queries.usable_for(ids, date(2027, 10, 31)) == ()
    assert queries.usable_for(ids, date(2027, 10, 30), purpose="transfer") == ()
    refused(lambda: queries.check_usable(report.id, patent_ids=ids, on=date(2027, 10, 31)), "REPORT_EXPIRED")
    assert operations.expire_appraisals() == 0
    clock.pass_(days=340)
    assert operations.expire_appraisals() == 1
    assert report.state == "expired"


def test_the_own_figure_comes_before_the_range(line):
    line.to_issue()
    officer, _approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    refused(lambda: operations.reveal_range(review, actor=officer), "OWN_VALUE_MISSING")
    operations.enter_own_value(review, own_value=yuan("1700000.00"), own_reason="Own model with a lower royalty rate.", actor=officer)
    operations.reveal_range(review, actor=officer)
    refused(lambda: operations.enter_own_value(review, own_value=yuan("1.00"), own_reason="Own model with a lower royalty rate.", actor=officer),
            "RANGE_SEEN_FIRST")
    assert review.own_value == yuan("1700000.00")
    low, middle, high = queries.cross_check_range(line.appraisal.id)
    assert low < middle < high


def test_acceptance_needs_every_query_closed_the_checklist_and_a_second_person(line):
    line.to_issue()
    officer, approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    refused(lambda: operations.query_review(review, page=999, section="9", text="Where from?", actor=officer), "PAGE_OUT_OF_RANGE")
    operations.query_review(review, page=5, section="9", text="Where does the decay come from?", actor=officer)
    refused(lambda: operations.accept_review(review, haircut_bp=1000, actor=officer), "WRONG_STATE")
    operations.answer_review(review, number=1, answer="From the study of the field, table 4.", actor=line.second)
    refused(lambda: operations.accept_review(review, haircut_bp=1000, actor=officer), "QUERY_OPEN")
    operations.close_query(review, number=1, actor=officer)
    refused(lambda: operations.accept_review(review, haircut_bp=1000, actor=officer), "OWN_VALUE_MISSING")
    operations.enter_own_value(review, own_value=yuan("1800000.00"), own_reason="Own model with a lower royalty rate.", actor=officer)
    refused(lambda: operations.accept_review(review, haircut_bp=1000, actor=officer), "CHECKLIST_INCOMPLETE")
    operations.fill_checklist(review, checklist=dict.fromkeys(CHECKLIST, "yes"), actor=officer)
    with pytest.raises(Proposed) as proposed:
        operations.accept_review(review, haircut_bp=2500, actor=officer)
    assert review.state == "open"
    refused(lambda: approvals.confirm_approval(proposed.value.approval_id, actor=officer), "SECOND_PERSON_NEEDED")
    approvals.confirm_approval(proposed.value.approval_id, actor=approver)
    found = queries.accepted_review(line.appraisal.id, organisation_ids=[officer.organisation_id])
    assert (found.officer_id, found.approver_id, found.haircut_bp) == (officer.user_id, approver.user_id, 2500)
    sealed = queries.sealed_appraisal(line.appraisal.id)
    assert found.value_for_lending == min(sealed.value, yuan("1800000.00")).basis_points(7500, "down")


def test_a_stranger_sees_nothing(line):
    line.to_issue()
    stranger = factories.actor("bank officer")
    assert queries.list_appraisals(stranger).rows == []
    refused(lambda: operations.open_review(line.appraisal, actor=stranger), "FORBIDDEN")


def test_a_successor_ends_the_old_report_and_its_reviews(line, clock):
    old = line.to_issue()
    officer, approver = line.reader()
    review = line.accepted(officer, approver)
    clock.pass_(days=3)
    patents.record_register_copy(
        line.registrars[0], line.patents[0].id, status="in_force", paid_to_year=6, taken_on=date(2026, 11, 28),
        holders=(line.holder.organisation_name,), file_sha256="a" * 64)
    line.to_issue(supersedes_id=old.id)
    assert (old.state, review.state) == ("superseded", "superseded")
    assert queries.accepted_review(old.id, organisation_ids=[officer.organisation_id]) is None
    refused(lambda: queries.check_usable(old.id, patent_ids=[line.patents[0].id], on=date(2026, 12, 1)), "REPORT_SUPERSEDED")
    assert [found.id for found in queries.usable_for([line.patents[0].id], date(2026, 12, 1))] == [line.appraisal.id]


def test_a_withdrawal_takes_two_persons_and_ends_the_reviews(line):
    report = line.to_issue()
    officer, approver = line.reader()
    review = line.accepted(officer, approver)
    with pytest.raises(Proposed) as proposed:
        operations.withdraw_appraisal(report, reason="A comparable was wrong.", actor=line.lead)
    assert (report.state, review.state) == ("issued", "accepted")
    approvals.confirm_approval(proposed.value.approval_id, actor=line.reviewer)
    assert (report.state, review.state) == ("withdrawn", "superseded")
    assert seal.find_by_code(report.verification_code).status == "withdrawn"


def burdened(line, source):
    """Another bank's pledge is entered, from the register or through this house."""
    bank = factories.actor("bank officer")
    patents.place_encumbrance(
        line.registrars[0], line.patents[0].id, kind="pledge", source=source, reference="P-9", begins_on=date(2026, 11, 25),
        holder_organisation_id=bank.organisation_id, holder_name=bank.organisation_name)


def test_a_new_burden_calls_for_a_new_valuation(line):
    report = line.to_issue()
    burdened(line, "register")
    assert report.revaluation_reason != ""
    assert report.state == "issued"
    refused(lambda: queries.check_usable(report.id, patent_ids=[line.patents[0].id], on=date(2026, 11, 26)), "REVALUATION_DUE")


def test_the_pledge_for_which_a_report_was_made_is_no_news_to_it(line):
    report = line.to_issue()
    burdened(line, "pledges")
    assert report.revaluation_reason == ""
    assert queries.check_usable(report.id, patent_ids=[line.patents[0].id], on=date(2026, 11, 26)).id == report.id


def test_versions_are_kept_and_their_bridge_adds_up_to_the_fen(line):
    line.commission()
    line.accept()
    line.draft()
    operations.enter_assumptions(
        line.appraisal, rows=[{"name": "royalty_rate", "value": "5%", "low": "3%", "high": "6%"}, {"name": "tax_rate", "value": "25%"}], actor=line.lead)
    line.calculate("standard")
    found = queries.comparison(line.appraisal, before=None, after=None)
    steps = sum(amount.minor for _slot, amount in found["bridge"])
    assert steps == int(found["after"].summary["exact"]) - int(found["before"].summary["exact"])
    assert [change.name for change in found["changes"]] == ["royalty_rate", "tax_rate"] or {change.name for change in found["changes"]} == {
        "royalty_rate", "tax_rate"}
    assert [version.number for version in line.appraisal.versions] == [1, 2]
