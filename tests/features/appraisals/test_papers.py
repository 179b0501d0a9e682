"""Papers after the issue: the sealed sheet of a review and the bilingual edition; who reads them, when they lapse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from exchange.appraisals import operations, queries
from exchange.appraisals.rules.document import BILINGUAL_SENTENCES
from exchange.core import approvals, files, jobs, pdf, seal
from exchange.core.errors import DomainError
from exchange.core.events import history
from exchange.core.i18n import chinese, translate
from exchange.core.money import yuan
from tests import factories
from tests.features.appraisals import line as making
from tests.features.appraisals.test_views import shown, signed_in


@pytest.fixture
def line(house, clock):
    return making.staged()


def decided(line, *, verdict="accept"):
    """A review with a question, decided by two, with its sheet made."""
    line.to_issue()
    officer, approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    operations.enter_own_value(review, own_value=yuan("1234567.00"), own_reason="Own model with a lower royalty rate.", actor=officer)
    operations.query_review(review, page=2, section="9", quote="4.5 %", text="Where does the royalty rate come from?", severity="blocking", actor=officer)
    operations.answer_review(review, number=1, answer="From table 4 of the named study.", actor=line.lead)
    operations.close_query(review, number=1, actor=officer)
    operations.reveal_range(review, actor=officer)
    operations.fill_checklist(review, checklist=dict.fromkeys(making.CHECKLIST, "yes"), actor=officer)
    if verdict == "accept":
        approvals.with_second(lambda: operations.accept_review(review, haircut_bp=2000, actor=officer), approver)
    else:
        approvals.with_second(lambda: operations.reject_review(review, reason="The forecast is not borne out.", actor=officer), approver)
    jobs.run_due_jobs()
    return review, officer, approver


def squeezed(text):
    """Text without the blanks that a line break may put anywhere."""
    return "".join(text.split())


def test_a_decided_review_is_told_in_a_sealed_sheet_in_both_languages(line):
    review, officer, approver = decided(line)
    paper = queries.sheet_of_review(review)
    document = queries.sealed_paper(paper)
    content = seal.content_of(document)
    assert document.status == "valid"
    assert review.sheet_document_id == document.id
    assert all(finding.good for finding in seal.verify(content))
    text = squeezed(pdf.page_text(content))
    range_ = queries.cross_check_range(line.appraisal.id)
    for words in (
        "押品审查意见", "Review of collateral", line.appraisal.number, review.pdf_sha256, "1,234,567.00", "Where does the royalty rate come from?",
        "From table 4 of the named study.", officer.name, approver.name, "20.00%", f"{range_[1].amount:,.2f}", "已接受", "Accepted as collateral value",
        seal.grouped(document.code), *(str(label) for label in making.CHECKLIST.values()),
    ):
        assert squeezed(words) in text, words
    assert text.index("1,234,567.00") < text.index(f"{range_[1].amount:,.2f}")
    assert text.count(review.pdf_sha256) >= 2
    assert [each.verb for each in history("appraisal_review", review.public_id)].count("sheet") == 1


def test_the_sheet_of_a_rejection_says_why(line):
    review, _officer, _approver = decided(line, verdict="reject")
    text = squeezed(pdf.page_text(seal.content_of(queries.sealed_paper(queries.sheet_of_review(review)))))
    assert squeezed("The forecast is not borne out.") in text
    assert "Rejected" in text
    assert "20.00%" not in text


def test_no_sheet_before_the_second_person(line):
    line.to_issue()
    officer, _approver = line.reader()
    review = line.ready_review(officer)
    with pytest.raises(Exception) as caught:
        operations.accept_review(review, haircut_bp=2000, actor=officer)
    assert type(caught.value).__name__ == "Proposed"
    jobs.run_due_jobs()
    assert queries.sheet_of_review(review) is None
    with pytest.raises(DomainError) as refusal:
        operations.order_sheet(review, actor=officer)
    assert refusal.value.code.name == "WRONG_STATE"


def test_one_sheet_however_often_it_is_made(line):
    review, _officer, _approver = decided(line)
    paper = queries.sheet_of_review(review)
    again = operations.keep_sheet(review, content=b"%PDF other", pages=1, code=seal.new_code(), title="x", signers=[])
    assert again.id == paper.id
    assert len(queries.papers_of(line.appraisal)) == 1


def test_the_sheet_lapses_when_the_report_ends_and_says_so_to_anybody(house, line):
    review, _officer, _approver = decided(line)
    document = queries.sealed_paper(queries.sheet_of_review(review))
    valid = shown(house.client(), f"/v/{document.code}?lang=en")
    assert "Genuine and valid" in valid
    assert "1,234,567" not in valid
    approvals.with_second(lambda: operations.withdraw_appraisal(line.appraisal, reason="A figure was wrong.", actor=line.lead), line.reviewer)
    assert review.state == "superseded"
    assert document.lapsed
    assert "lapse" in [each.verb for each in history("appraisal_review", review.public_id)]
    for language, word in (("en", "Lapsed"), ("zh", "已失效")):
        page = shown(house.client(), f"/v/{document.code}?lang={language}")
        assert word in page
        assert "Genuine and valid" not in page
    assert house.client().get(f"/api/v1/verifications/{document.code}").get_json()["status"] == "lapsed"
    assert pdf.page_text(seal.content_of(document))


def test_a_sheet_being_made_while_the_report_ends_is_not_kept(line):
    line.to_issue()
    officer, approver = line.reader()
    review = line.ready_review(officer)
    approvals.with_second(lambda: operations.accept_review(review, haircut_bp=2000, actor=officer), approver)
    approvals.with_second(lambda: operations.withdraw_appraisal(line.appraisal, reason="A figure was wrong.", actor=line.lead), line.reviewer)
    jobs.run_due_jobs()
    assert queries.sheet_of_review(review) is None
    assert operations.keep_sheet(review, content=b"%PDF", pages=1, code=seal.new_code(), title="x", signers=[]) is None


def test_the_sheet_is_the_readers_and_never_the_appraisers(house, line):
    review, officer, _approver = decided(line)
    document = queries.sealed_paper(queries.sheet_of_review(review))
    address = f"/documents/{document.public_id}"
    shown(signed_in(house, officer), address)
    shown(signed_in(house, factories.actor("regulator officer")), address)
    other, _second = line.reader("bank")
    for stranger in (line.lead, line.holder, other, factories.actor("bank officer")):
        assert signed_in(house, stranger).get(address).status_code == 404
        assert signed_in(house, stranger).get(f"{address}/file").status_code == 404
    page = shown(signed_in(house, officer), f"/appraisal-reviews/{review.public_id}?lang=en")
    assert address in page
    assert f"/v/{document.code}" in page
    assert address not in shown(signed_in(house, line.lead), f"/appraisal-reviews/{review.public_id}?lang=en")


def test_the_bilingual_edition_says_the_same_figures_as_the_sealed_one_in_both_languages(house, line):
    line.commission()
    line.accept()
    with pytest.raises(DomainError) as early:
        operations.order_bilingual(line.appraisal, actor=line.holder)
    assert early.value.code.name == "REPORT_NOT_ISSUED"
    line.draft()
    line.submit()
    line.approve()
    line.sign()
    line.issue()
    address = f"/appraisals/{line.appraisal.public_id}"
    assert signed_in(house, factories.actor("bank officer")).post(f"{address}/bilingual").status_code == 404
    assert signed_in(house, factories.actor("regulator officer")).post(f"{address}/bilingual").status_code == 403
    assert queries.waiting_paper("bilingual", line.appraisal.public_id) is None
    holder = signed_in(house, line.holder)
    assert "Make the bilingual edition" in shown(holder, f"{address}?lang=en")
    for _twice in range(2):
        assert holder.post(f"{address}/bilingual").status_code == 303
    assert "being made" in shown(holder, f"{address}?lang=en")
    jobs.run_due_jobs()
    paper = queries.bilingual_of(line.appraisal)
    document, governing = queries.sealed_paper(paper), queries.sealed_pdf(line.appraisal.id)
    content = seal.content_of(document)
    assert paper.of_sha256 == governing.content_sha256
    assert f"/documents/{document.public_id}/file" in shown(holder, f"{address}?lang=en")
    text = squeezed(pdf.page_text(content))
    assert governing.draft_sha256 in text
    for language in ("zh", "en"):
        sealed = squeezed(pdf.page_text(files.get_bytes(queries.sealed_pdf(line.appraisal.id, language).content_sha256)))
        for figure in set(re.findall(r"\d{1,3}(?:,\d{3})+\.\d\d", sealed)):
            assert figure in text, (language, figure)
    for sentence in BILINGUAL_SENTENCES[1:]:
        assert squeezed(translate(sentence, "zh")) in text
        assert squeezed(sentence) in text
    data = [pdf.attached(seal.content_of(document)), pdf.attached(files.get_bytes(governing.content_sha256))]
    assert json.loads(data[0])["calculation"] == json.loads(data[1])["calculation"]
    assert len(queries.papers_of(line.appraisal)) == 1
    approvals.with_second(lambda: operations.withdraw_appraisal(line.appraisal, reason="A figure was wrong.", actor=line.lead), line.reviewer)
    assert document.lapsed
    with pytest.raises(DomainError):
        operations.order_bilingual(line.appraisal, actor=line.holder)


def test_every_sentence_of_the_papers_is_known_in_chinese():
    """What the templates of sealed papers look up by a literal is in the catalogue."""
    folder = Path(__file__).parents[3] / "templates" / "pdf"
    literals = set()
    for name in ("review_sheet.html", "appraisal_bilingual.html"):
        text = (folder / name).read_text("utf-8")
        literals |= set(re.findall(r'\b(?:two|pair|said|h1|h2|written|flat|named)\("([^"]+)"', text)) | set(re.findall(r'\["([A-Z][^"]*)", ', text))
        literals |= set(re.findall(r'"([^"]+)"\|label\(', text))
    assert len(literals) > 100
    same = {"P5", "S1", "t"}
    assert {words for words in literals if words not in chinese()} <= same
