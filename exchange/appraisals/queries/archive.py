"""What goes into the archive file of an issued report, gathered from rows and bytes that are never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import valuation
from exchange.core import audit, files, seal
from exchange.core.errors import Invalid
from exchange.people.accounts import queries as accounts
from valuation.references import TABLES, reference_table

from ..models import Appraisal, AppraisalVersion
from ..rules.archive import Member, as_json, packed, readme
from ..states import SEALED
from .documents import verify_url
from .papers import bilingual_of, sealed_paper
from .reports import computed_version, live_signatures, sealed_pdf

VERIFIER = Path(__file__).parents[3] / "docs" / "verify_archive.py"
ENGINE = Path(valuation.__file__).parent


def archive_of(appraisal: Appraisal, *, whole: bool) -> bytes:
    """The archive of an issued report; ``whole`` adds the working papers of the institution: sources and every calculation."""
    if appraisal.state not in SEALED or appraisal.issued_at is None or appraisal.retain_until is None or sealed_pdf(appraisal.id) is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    version = computed_version(appraisal)
    members = [*_documents(appraisal), *_calculation(version), *_tables(), *_engine(), *_record(appraisal), *_events(appraisal)]
    members += _working_papers(appraisal) if whole else []
    kept = json.loads(version.result_json)["provenance"]
    members.append(Member("README.md", readme(
        number=appraisal.number, seed=version.seed, numpy=kept["numpy"], scipy=kept["scipy"], url=verify_url(appraisal.verification_code or ""),
        until=appraisal.retain_until)))
    members.append(Member("verify_archive.py", VERIFIER.read_bytes()))
    return packed(
        members, at=appraisal.issued_at, number=appraisal.number, state=appraisal.state, issued_at=appraisal.issued_at.isoformat(),
        retain_until=appraisal.retain_until.isoformat(), verification_code=appraisal.verification_code, whole=whole)


def _documents(appraisal: Appraisal) -> Iterator[Member]:
    """Every sealed edition."""
    for language in ("zh", "en"):
        document = sealed_pdf(appraisal.id, language)
        if document is not None:
            yield Member(f"documents/{appraisal.number}-{language}.pdf", files.get_bytes(document.content_sha256))
    paper = bilingual_of(appraisal)
    if paper is not None:
        yield Member(f"documents/{appraisal.number}-bilingual.pdf", files.get_bytes(paper.content_sha256))


def _calculation(version: AppraisalVersion) -> Iterator[Member]:
    """Inputs and result as exact bytes, and what they were computed with."""
    yield Member("calculation/request.json", version.request_json)
    yield Member("calculation/calculation.json", version.result_json)
    yield Member("calculation/provenance.json", as_json({
        **json.loads(version.result_json)["provenance"], "seed": version.seed, "mode": version.mode, "version": version.number,
        "made_at": version.made_at, "request_sha256": version.request_sha256, "result_sha256": version.result_sha256}))


def _tables() -> Iterator[Member]:
    """The reference tables with the date, source and digest of each."""
    index = []
    for name in TABLES:
        table = reference_table(name=name)
        index.append({"name": name, "source": table.source, "as_of": table.as_of, "retrieved": table.retrieved, "licence": table.licence,
                      "confidence": table.confidence, "sha256": table.sha256, "rows": len(table.rows)})
        yield Member(f"tables/{name}.json", (ENGINE / "tables" / f"{name}.json").read_bytes())
    yield Member("tables/index.json", as_json(index))


def _engine() -> Iterator[Member]:
    """The library itself, so that the archive needs nothing of the platform."""
    for path in sorted(ENGINE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield Member(f"engine/valuation/{path.relative_to(ENGINE).as_posix()}", path.read_bytes())


def _record(appraisal: Appraisal) -> Iterator[Member]:
    """Objections with their answers, signatures, and the sealed documents with their codes."""
    sealed: list[Any] = [*seal.documents_of("appraisal", appraisal.public_id), sealed_paper(bilingual_of(appraisal))]
    yield Member("record/record.json", as_json({
        "number": appraisal.number, "state": appraisal.state, "client": appraisal.client.name, "holder": appraisal.holder.name,
        "institution": appraisal.institution.name, "valuation_date": appraisal.valuation_date, "report_date": appraisal.report_date,
        "issued_at": appraisal.issued_at, "valid_through": appraisal.valid_through, "retain_until": appraisal.retain_until,
        "signatures": [{"name": row.person_name, "role": row.role, "at": row.at, "signed_sha256": row.signed_sha256, "method": row.method,
                        "certificate_no": row.certificate_no} for row in live_signatures(appraisal)],
        "objections": [_remark(row) for row in appraisal.remarks if row.kind == "objection"],
        "documents": [{"code": row.code, "sha256": row.sha256, "title": row.title, "status": row.status, "issued_at": row.issued_at}
                      for row in sealed if row is not None],
    }))


def _remark(row: Any) -> dict[str, Any]:
    return {"kind": row.kind, "place": row.place, "text": row.text, "answer": row.answer, "raised_at": row.raised_at, "closed_at": row.closed_at}


def _events(appraisal: Appraisal) -> Iterator[Member]:
    """The events of report and sealed documents with their proofs; who read it is left out."""
    things = [appraisal.public_id, *(row.public_id for row in seal.documents_of("appraisal", appraisal.public_id))]
    yield Member("events/events.jsonl", ("\n".join(audit.extract_lines(things, without=("read",))) + "\n").encode())


def _working_papers(appraisal: Appraisal) -> list[Member]:
    """Sources, remarks of the internal review, and every calculation that was kept."""
    names = accounts.person_names({person for person in (appraisal.lead_id, appraisal.second_id, appraisal.reviewer_id) if person})
    members = [Member("record/remarks.json", as_json([_remark(row) for row in appraisal.remarks])),
               Member("record/team.json", as_json({"lead": names.get(appraisal.lead_id or 0), "second": names.get(appraisal.second_id or 0),
                                                    "reviewer": names.get(appraisal.reviewer_id or 0)}))]
    for version in appraisal.versions:
        members.append(Member(f"record/versions/{version.number:03d}-request.json", version.request_json))
        members.append(Member(f"record/versions/{version.number:03d}-result.json", version.result_json))
    for row in files.attachments_of("appraisal", appraisal.public_id):
        members.append(Member(f"record/sources/{row.public_id}-{_safe(row.filename)}", files.read(row)))
    return members


def _safe(name: str) -> str:
    """A file name that is no path."""
    return "".join(character if character.isalnum() or character in "-_.（）()" else "_" for character in name)[-80:]
