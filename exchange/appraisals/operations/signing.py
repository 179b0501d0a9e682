"""Internal review, freezing, signatures, seal and issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exchange.core import clock, files, jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.audit import printed
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.files.keeping import note_blob

from ..models import Appraisal, AppraisalDocument, AppraisalRemark, AppraisalSignature
from ..queries import current_version, frozen_document, live_signatures, people_who_worked
from ..queries.limits import SNAPSHOT_AGE, VALIDITY
from ..queries.drafts import snapshot_facts
from ..rules import independence, validity
from ..rules.reviewing import check_hash
from ..states import APPRAISAL, AppraisalState as S
from .commissioning import required
from .ending import supersede_appraisal


def check_reviewer(appraisal: Appraisal, actor: Actor) -> None:
    """The named reviewer, who wrote nothing of it."""
    version = current_version(appraisal)
    independence.check_not_author(
        actor.user_id, author_id=version.author_id if version else 0, lead_id=appraisal.lead_id or 0, second_id=appraisal.second_id or 0)
    if actor.user_id != appraisal.reviewer_id:
        raise Forbidden("FORBIDDEN", field="reviewer")


@operation
def return_appraisal(appraisal: Appraisal, *, remarks: Sequence[Mapping[str, str]], actor: Actor) -> Appraisal:
    """Send the draft back with remarks, each naming its place."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "return", actor, remarks=len(remarks)):
        check_reviewer(appraisal, actor)
        kept = [row for row in remarks if row.get("text", "").strip()]
        if not kept or any(not row.get("place", "").strip() for row in kept):
            raise Invalid("REMARKS_NEEDED", field="remarks")
        for row in kept:
            add(AppraisalRemark(appraisal_id=appraisal.id, kind="remark", place=row["place"].strip(), text=row["text"].strip(),
                                raised_by=actor.user_id))
    return appraisal


@operation
def answer_remark(appraisal: Appraisal, *, remark_id: int, answer: str, actor: Actor) -> Appraisal:
    """Lead or second says what was done about a remark."""
    lock(appraisal)
    if actor.user_id not in (appraisal.lead_id, appraisal.second_id):
        raise Forbidden("FORBIDDEN", field="lead")
    row = _remark(appraisal, remark_id)
    row.answer, row.answered_by = required(answer), actor.user_id
    note(appraisal, "answer_remark", actor, remark=remark_id)
    return appraisal


@operation
def close_remark(appraisal: Appraisal, *, remark_id: int, actor: Actor) -> Appraisal:
    """The reviewer is satisfied with an answer."""
    lock(appraisal)
    check_reviewer(appraisal, actor)
    row = _remark(appraisal, remark_id)
    if not row.answer:
        raise Invalid("REMARK_OPEN", field="remarks")
    row.closed_at = clock.now()
    return appraisal


def _remark(appraisal: Appraisal, remark_id: int) -> AppraisalRemark:
    found = next((row for row in appraisal.remarks if row.id == remark_id and row.kind == "remark"), None)
    if found is None:
        raise Invalid("MISSING_FIELD", field="remark")
    return found


@operation
def approve_appraisal(appraisal: Appraisal, *, actor: Actor) -> Appraisal:
    """The reviewer lets the draft go to signature; the files are then made by a job."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "approve", actor) as moving:
        check_reviewer(appraisal, actor)
        if any(row.kind == "remark" and row.open for row in appraisal.remarks):
            raise Invalid("REMARK_OPEN", field="remarks")
        version = current_version(appraisal)
        if version is None:
            raise Invalid("RESULT_STALE", field="result")
        appraisal.verification_code, appraisal.translation_code = seal.new_code(), seal.new_code()
        appraisal.report_date, appraisal.audit_head = clock.today(), printed()
        made = jobs.enqueue("appraisal.render", {"id": appraisal.public_id}, title=appraisal.number,
                            key=f"{appraisal.public_id}/{version.number}/{appraisal.verification_code}", organisation_id=appraisal.institution_id,
                            user_id=actor.user_id)
        appraisal.running_job = made.public_id
        moving.payload |= {"version": version.number}
    return appraisal


@operation
def freeze_appraisal(appraisal: Appraisal, *, rendered: Sequence[Mapping[str, Any]], actor: Actor = SYSTEM) -> Appraisal:
    """Keep both rendered editions; from now on only a recall changes anything."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "freeze", actor) as moving:
        for row in rendered:
            note_blob(row["sha256"], row["size"])
            add(AppraisalDocument(
                organisation_id=appraisal.organisation_id, appraisal_id=appraisal.id, version_id=appraisal.current_version_id,
                language=row["language"], edition="governing" if row["language"] == "zh" else "translation", stage="frozen",
                content_sha256=row["sha256"], draft_sha256=row["draft_sha256"], pages=row["pages"], template_version=row["template_version"]))
        appraisal.running_job = ""
        moving.payload |= {row["language"]: row["sha256"] for row in rendered}
    return appraisal


@operation
def sign_appraisal(appraisal: Appraisal, *, draft_sha256: str, signed_file: str = "", fingerprint: str = "", actor: Actor) -> Appraisal:
    """A signatory confirms exactly the frozen file whose digest was shown."""
    lock(appraisal)
    target = S.SIGNING if appraisal.state == S.READY else S.SIGNED
    with APPRAISAL.move(appraisal, "sign", actor, to=target) as moving:
        independence.check_signatory(actor.user_id, lead_id=appraisal.lead_id or 0, second_id=appraisal.second_id or 0,
                                     worked=people_who_worked(appraisal))
        document = frozen_document(appraisal)
        if document is None:
            raise Conflict("WRONG_STATE", state=appraisal.status.label, actions="—")
        check_hash(draft_sha256, document.content_sha256)
        _check_register(appraisal)
        if any(row.person_id == actor.user_id for row in live_signatures(appraisal)):
            raise Forbidden("SECOND_PERSON_NEEDED", field="person")
        if signed_file:
            _check_external(signed_file, frozen=document.content_sha256, name=actor.name)
        lead = actor.user_id == appraisal.lead_id
        add(AppraisalSignature(
            appraisal_id=appraisal.id, document_id=document.id, person_id=actor.user_id, person_name=actor.name, role="lead" if lead else "second",
            certificate_no=appraisal.lead_certificate if lead else appraisal.second_certificate, method="external" if signed_file else "platform",
            signed_sha256=document.content_sha256, certificate_fingerprint=fingerprint))
        moving.payload |= {"role": "lead" if lead else "second", "draft_sha256": draft_sha256}
    return appraisal


def _check_external(signed_file: str, *, frozen: str, name: str) -> None:
    """A file signed outside begins with the frozen bytes and bears good signatures of this person alone."""
    content = files.get_bytes(signed_file)
    if not content.startswith(files.get_bytes(frozen)):
        raise Invalid("SIGNATURE_AFTER_CHANGE", field="signed_file", name=name)
    seal.require_signatures(content, entitled={name})


def _check_register(appraisal: Appraisal) -> None:
    for row in appraisal.patents:
        validity.check_snapshot(snapshot_facts(row).taken_on, today=clock.today(), max_age_days=SNAPSHOT_AGE.number())


@operation
def seal_appraisal(appraisal: Appraisal, *, draft_sha256: str, actor: Actor) -> Appraisal:
    """The seal keeper, who signed and reviewed nothing, lets the institution's seal be set; a job seals and issues."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "seal", actor) as moving:
        if actor.user_id in appraisal.team:
            raise Forbidden("SECOND_PERSON_NEEDED", field="person")
        document = frozen_document(appraisal)
        if document is None:
            raise Conflict("WRONG_STATE", state=appraisal.status.label, actions="—")
        check_hash(draft_sha256, document.content_sha256)
        add(AppraisalSignature(
            appraisal_id=appraisal.id, document_id=document.id, person_id=actor.user_id, person_name=actor.name, role="seal", method="platform",
            signed_sha256=document.content_sha256))
        made = jobs.enqueue("appraisal.seal", {"id": appraisal.public_id}, key=f"{appraisal.public_id}/{document.content_sha256}",
                            title=appraisal.number, organisation_id=appraisal.institution_id, user_id=actor.user_id)
        appraisal.running_job = made.public_id
        moving.payload |= {"draft_sha256": draft_sha256}
    return appraisal


@operation
def issue_appraisal(appraisal: Appraisal, *, sealed: Sequence[Mapping[str, Any]], actor: Actor = SYSTEM) -> Appraisal:
    """The sealed files are kept and the report may be used; a predecessor ends in the same transaction."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "issue", actor) as moving:
        signatures = live_signatures(appraisal)
        if {row.role for row in signatures} != {"lead", "second", "seal"}:
            raise Invalid("SIGNATURE_MISSING", field="signers")
        for row in sealed:
            moving.payload[row["language"]] = _keep_sealed(appraisal, row, signatures)
        today = clock.today()
        appraisal.issued_at, appraisal.running_job = clock.now(), ""
        appraisal.valid_through = validity.valid_through(appraisal.valuation_date, reading=VALIDITY.text())
        appraisal.retain_until = validity.retain_until(today, appraisal.document_kind)
    if appraisal.supersedes_id is not None:
        supersede_appraisal(_predecessor(appraisal), by=appraisal, actor=SYSTEM)
    return appraisal


def _predecessor(appraisal: Appraisal) -> Appraisal:
    from exchange.core.database import session

    return session().get_one(Appraisal, appraisal.supersedes_id)


def _keep_sealed(appraisal: Appraisal, row: Mapping[str, Any], signatures: Sequence[AppraisalSignature]) -> str:
    code = appraisal.verification_code if row["language"] == "zh" else appraisal.translation_code
    content = files.get_bytes(row["sha256"])
    made = seal.seal_document(
        content, noun="appraisal", object_id=appraisal.public_id, number=appraisal.number, code=code, issuer=appraisal.institution.name,
        signers=[{"name": each.person_name, "organisation": appraisal.institution.name, "signed_at": each.at.isoformat()} for each in signatures
                 if each.role != "seal"],
        organisation_id=appraisal.organisation_id, title=appraisal.number, pages=row["pages"])
    add(AppraisalDocument(
        organisation_id=appraisal.organisation_id, appraisal_id=appraisal.id, version_id=appraisal.current_version_id, language=row["language"],
        edition="governing" if row["language"] == "zh" else "translation", stage="sealed", content_sha256=made.sha256,
        draft_sha256=row["draft_sha256"], sealed_document_id=made.id, pages=row["pages"], template_version=row["template_version"]))
    flush()
    return str(made.sha256)


@operation
def recall_appraisal(appraisal: Appraisal, *, reason: str, actor: Actor) -> Appraisal:
    """Take the report back into the draft; signatures made so far are void."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "recall", actor, reason=reason):
        if actor.user_id not in (appraisal.lead_id, appraisal.reviewer_id):
            raise Forbidden("FORBIDDEN", field="person")
        appraisal.reason, appraisal.running_job = required(reason), ""
        for row in live_signatures(appraisal):
            row.voided_at = clock.now()
        appraisal.verification_code = appraisal.translation_code = None
    return appraisal
