"""Work after the transaction: calculations, rendering, sealing, expiry and reminders; each as the SYSTEM actor."""

from __future__ import annotations

import json
from typing import Any

from exchange.core import clock, files, jobs, pdf, seal
from exchange.core.access import SYSTEM
from exchange.core.audit import printed
from exchange.core.errors import DomainError, Invalid
from exchange.core.i18n import translate
from exchange.core.i18n.catalogue import in_both
from exchange.core.pdf.documents import template_version
from exchange.core.text import _

from . import operations, queries
from .rules import batch_sheet, batches, review_sheet, scorecard_sheet
from .rules.calculation import calculation_file
from .rules.document import BILINGUAL, BILINGUAL_TEMPLATE, TEMPLATE, document
from .rules.vocabulary import DOCUMENT_KINDS

LANGUAGES = ("zh", "en")


@jobs.job("appraisal.compute", label=_("Calculate the value"), may_cancel=True)
def compute(work: jobs.Work) -> str:
    """Inputs, methods and paths, then the version is kept."""
    payload = work.payload
    work.step(1, 3, translate(_("Reading the inputs")))
    request = json.loads(payload["request"])
    work.step(2, 3, translate(_("Methods, paths, fan and indices")))
    found = calculation_file(request, payload["mode"])
    work.step(3, 3, translate(_("Keeping the version")))
    operations.record_version(
        queries.appraisal_by_id(payload["id"]), request_json=payload["request"], result_json=found.decode(), mode=payload["mode"],
        author_id=int(payload["author"]), change_note=payload["note"], actor=SYSTEM)
    return f"/appraisals/{payload['id']}/results"


def head(sheet: Any, language: str, *, code: str, version: int, institution: str, audit_head: str) -> pdf.DocumentHead:
    """What stands on cover and in the foot."""
    title = in_both(DOCUMENT_KINDS[sheet.document_kind])["zh" if language == "zh" else "en"]
    return pdf.DocumentHead(
        title=title, number=sheet.number, issued_at=queries.moment_of(sheet.report_date), version=str(version), issuer=institution, code=seal.grouped(code),
        verify_url=queries.verify_url(code), audit_head=audit_head, mark="demonstration" if sheet.demonstration else "")


def rendered(appraisal: Any, language: str, *, code: str, governing_sha256: str = "") -> dict[str, Any]:
    """One edition, made in the renderer child and kept in the blob store."""
    version = queries.computed_version(appraisal)
    sheet = queries.sheet_of(appraisal, code=code, governing_sha256=governing_sha256)
    data = document(sheet, json.loads(version.request_json), json.loads(version.result_json), version.result_json.decode())
    made = pdf.render(
        TEMPLATE, data, language=language, head=head(
            sheet, language, code=code, version=version.number, institution=appraisal.institution.name, audit_head=appraisal.audit_head))
    sha256 = files.put_bytes(made.content)
    return {"language": language, "sha256": sha256, "draft_sha256": governing_sha256 or sha256, "pages": made.pages, "size": len(made.content),
            "template_version": template_version()}


@jobs.job("appraisal.render", label=_("Render the report"))
def render(work: jobs.Work) -> str:
    """Both editions from the same numbers; the Chinese one governs and the English one names its digest."""
    appraisal = queries.appraisal_by_id(work.payload["id"])
    work.step(1, 3, translate(_("Chinese edition")))
    governing = rendered(appraisal, "zh", code=appraisal.verification_code or "")
    work.step(2, 3, translate(_("English edition")))
    translation = rendered(appraisal, "en", code=appraisal.translation_code or "", governing_sha256=governing["sha256"])
    work.step(3, 3, translate(_("Freezing")))
    operations.freeze_appraisal(queries.appraisal_by_id(work.payload["id"]), rendered=[governing, translation], actor=SYSTEM)
    return f"/appraisals/{work.payload['id']}"


@jobs.job("appraisal.seal", label=_("Seal the report"))
def seal_report(work: jobs.Work) -> str:
    """The platform's evidence seal on both editions, then the report is issued."""
    appraisal = queries.appraisal_by_id(work.payload["id"])
    sealed = []
    for place, language in enumerate(LANGUAGES, start=1):
        work.step(place, 3, translate(_("Sealing")))
        frozen = queries.frozen_document(appraisal, language)
        if frozen is None:
            raise ValueError(f"{appraisal.number} has no frozen {language} edition")
        content = seal.seal_bytes(files.get_bytes(frozen.content_sha256))
        sealed.append({"language": language, "sha256": files.put_bytes(content), "draft_sha256": frozen.draft_sha256, "pages": frozen.pages,
                       "template_version": frozen.template_version})
    work.step(3, 3, translate(_("Issuing")))
    operations.issue_appraisal(queries.appraisal_by_id(work.payload["id"]), sealed=sealed, actor=SYSTEM)
    return f"/appraisals/{work.payload['id']}"


def paper_head(title: Any, *, number: str, issuer: str, code: str, demonstration: bool) -> pdf.DocumentHead:
    """Cover and foot of a paper in both languages."""
    both = in_both(title)
    return pdf.DocumentHead(
        title=f"{both['zh']} {both['en']}", number=number, issued_at=clock.now(), issuer=issuer, code=seal.grouped(code),
        verify_url=queries.verify_url(code), audit_head=printed(), mark="demonstration" if demonstration else "")


@jobs.job("paper.sheet", label=_("Seal the sheet of the review"))
def make_sheet(work: jobs.Work) -> str:
    """The sheet of a decided review, sealed; nothing is made of a review whose report changed meanwhile."""
    review, code = queries.review_by_id(work.payload["id"]), work.payload["code"]
    if queries.is_decided(review) and queries.sheet_of_review(review) is None:
        facts = queries.facts_of_review(review)
        cover = paper_head(review_sheet.TITLE, number=facts.number, issuer=facts.reviewer, code=code, demonstration=review.organisation.demonstration)
        made = pdf.render(review_sheet.TEMPLATE, review_sheet.contents(facts), head=cover, language="zh")
        operations.keep_sheet(review, content=seal.seal_bytes(made.content), pages=made.pages, code=code, title=cover.title, signers=queries.signers_of(facts))
    return f"/appraisal-reviews/{work.payload['id']}"


@jobs.job("paper.bilingual", label=_("Make the bilingual edition"))
def make_bilingual(work: jobs.Work) -> str:
    """Chinese and English side by side from the numbers of the sealed report, whose digest it names."""
    appraisal, code = queries.appraisal_by_id(work.payload["id"]), work.payload["code"]
    sealed = queries.sealed_pdf(appraisal.id)
    if sealed is not None and appraisal.state == "issued" and queries.bilingual_of(appraisal) is None:
        version = queries.computed_version(appraisal)
        sheet = queries.sheet_of(appraisal, code=code, governing_sha256=sealed.draft_sha256)
        data = document(sheet, json.loads(version.request_json), json.loads(version.result_json), version.result_json.decode())
        cover = paper_head(BILINGUAL, number=appraisal.number, issuer=appraisal.institution.name, code=code,
                           demonstration=appraisal.demonstration or appraisal.institution.demonstration)
        made = pdf.render(BILINGUAL_TEMPLATE, data, head=cover, language="zh")
        operations.keep_bilingual(appraisal, content=seal.seal_bytes(made.content), pages=made.pages, code=code, title=cover.title,
                                  of_sha256=sealed.content_sha256)
    return f"/appraisals/{work.payload['id']}"


@jobs.job("scorecard.seal", label=_("Seal the scorecard"))
def seal_scorecard(work: jobs.Work) -> str:
    """One sheet in both languages, rendered, sealed and issued; a second run after a crash issues nothing twice."""
    row = queries.scorecard_by_id(work.payload["id"])
    if row.state != "sealing":
        return f"/scorecards/{row.public_id}"
    work.step(1, 3, translate(_("Rendering")))
    made = pdf.render(scorecard_sheet.TEMPLATE, scorecard_sheet.sheet(queries.heading_of(row), queries.kept_request(row), queries.kept_result(row)), language="zh", head=queries.scorecard_head(row))
    work.step(2, 3, translate(_("Sealing")))
    content = seal.seal_bytes(made.content)
    sha256 = files.put_bytes(content)
    work.step(3, 3, translate(_("Issuing")))
    operations.issue_scorecard(queries.scorecard_by_id(work.payload["id"]), content_sha256=sha256, pages=made.pages, actor=SYSTEM)
    return f"/scorecards/{work.payload['id']}"


@jobs.job("appraisal_batch.check", label=_("Check the rows"))
def check_batch(work: jobs.Work) -> str:
    """Every row against the register, in chunks; a second run judges again what the first had judged, with the same answer."""
    batch = queries.batch_by_id(work.payload["id"])
    number, total = 0, batch.rows_total
    while (number := operations.judge_batch_rows(batch, after=number, actor=SYSTEM)) > 0:
        work.step(number, total + 1, f"{number} / {total}")
    operations.check_appraisal_batch(queries.batch_by_id(work.payload["id"]), actor=SYSTEM)
    return f"/appraisal-batches/{work.payload['id']}"


@jobs.job("appraisal_batch.run", label=_("Value many patents"))
def run_batch(work: jobs.Work) -> str:
    """Chunk by chunk, each in its own transaction; after a stop or a crash it goes on with the rows that are not computed yet."""
    batch, attempt = queries.batch_by_id(work.payload["id"]), int(work.payload["attempt"])
    if batch.state != "done":
        try:
            _compute_batch(work, batch, attempt)
        except DomainError as refusal:
            operations.fail_appraisal_batch(queries.batch_by_id(work.payload["id"]), attempt=attempt, reason=refusal.code.name, actor=SYSTEM)
            raise
    _report_batch(work)
    return f"/appraisal-batches/{work.payload['id']}"


def _compute_batch(work: jobs.Work, batch: Any, attempt: int) -> None:
    operations.run_appraisal_batch(batch, attempt=attempt, actor=SYSTEM)
    caps, total = operations.batch_caps(), batch.rows_good
    while rows := queries.undone_rows(batch.id, run_no=batch.run_no):
        found = batches.compute_chunk([operations.chunk_input(row) for row in rows], batch.settings, caps, valuation_date=batch.valuation_date)
        done = operations.record_batch_rows(batch, attempt=attempt, found=found, actor=SYSTEM)
        work.step(done, total + 3, f"{done} / {total}")
    rows = queries.done_rows(batch.id, run_no=batch.run_no)
    if not rows:
        raise Invalid("BATCH_EMPTY", field="rows")
    work.step(total + 1, total + 3, translate(_("All patents together under common shocks")))
    seed = batches.seed_of_batch(batch.settings, [operations.chunk_input(row) for row in rows], valuation_date=batch.valuation_date)
    simulated = batches.simulate([row.result for row in rows], batch.settings, seed=seed)
    request, result = operations.version_texts(batch, rows, simulated)
    operations.finish_appraisal_batch(
        batch, attempt=attempt, request_json=request, result_json=result, summary=batches.summary_of([row.result for row in rows], simulated),
        simulated=simulated["patents"], actor=SYSTEM)


def _report_batch(work: jobs.Work) -> None:
    """The report with its table, once a version; indicative, so neither signed nor sealed."""
    batch = queries.batch_by_id(work.payload["id"])
    version = queries.current_batch_version(batch)
    if batch.state != "done" or version is None or batch.report_sha256:
        return
    work.step(batch.rows_good + 2, batch.rows_good + 3, translate(_("Rendering")))
    made = pdf.render(batch_sheet.TEMPLATE, batch_sheet.report(queries.report_facts(batch, version)), language="zh", head=queries.batch_head(batch, version))
    operations.keep_batch_report(batch, sha256=files.put_bytes(made.content), size=len(made.content), pages=made.pages, actor=SYSTEM)


@jobs.daily("appraisals.expire", hour=0, minute=5)
def expire() -> None:
    """Reports and scorecards whose last day has passed expire."""
    operations.expire_appraisals()
    operations.expire_scorecards()


@jobs.daily("appraisals.recompute", hour=3, minute=20)
def recompute_some() -> None:
    """On the first day of a month every report under review is computed again; a difference is an alert."""
    if clock.today().day != 1:
        return
    for appraisal in queries.under_review():
        verdict, _version = queries.recompute_verdict(appraisal)
        if verdict.status not in ("identical", "equal"):
            operations.report_difference(appraisal, status=verdict.status, actor=SYSTEM)


