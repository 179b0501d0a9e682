"""Imports: upload, recognition and the dry run; nothing is written before the user confirms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert

from exchange.core import clock, files, jobs
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, DomainError
from exchange.core.events import note
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import (
    ImportBatch, ImportRow, Patent,
)
from exchange.registers.patents.queries.imports import (
    get_batch, known_numbers, patents_by_id, same_file,
)
from exchange.registers.patents.rules.importing.limits import WEB, Limits
from exchange.registers.patents.rules.importing.plan import (
    Tally, checked_rows, finding_json, plan_digest, worst_level,
)
from exchange.registers.patents.rules.importing.reading import Answers, Source, read_source
from exchange.registers.patents.rules.row_codes import RowFinding
from exchange.registers.patents.rules.rows import CheckedRow, Draft
from exchange.registers.patents.states import IMPORT, ImportState

CHUNK = 2_000
INLINE_BYTES = 1_000_000
BLOCKING = ("encoding", "mapping")
FILLED = (
    "title_zh", "title_en", "abstract_zh", "abstract_en", "claims", "agent", "filing_on", "priority_on", "publication_on",
    "grant_on", "family_id", "publication_number", "kind", "stated_status",
)


# ---------------------------------------------------------------- upload and dry run

@operation
def upload_import(actor: Actor, upload: files.Upload, *, again: bool = False, inline: bool = False) -> ImportBatch:
    """A file is taken in and, when it is small, recognised and checked at once; nothing of it is written yet."""
    earlier = same_file(actor.organisation_id, upload.sha256)
    if earlier is not None and not again:
        raise Conflict("IMPORT_SAME_FILE", field="file", batch=earlier.public_id)
    batch = ImportBatch(
        organisation_id=actor.organisation_id, filename=upload.filename, sha256=upload.sha256, size=upload.size, policy="fill",
        uploaded_by=actor.user_id, answers={}, header=[], questions=[], notes=[], samples={}, counts={}, codes={},
    )
    with IMPORT.move(batch, "upload", actor, filename=upload.filename, sha256=upload.sha256):
        add(batch)
        flush()
        files.attach(
            upload, noun="import", object_id=batch.public_id, kind="source", organisation_id=actor.organisation_id,
            user_id=actor.user_id,
        )
    if inline or upload.size <= INLINE_BYTES:
        look_through(batch.id, actor=actor)
    else:
        enqueue_work(batch, "import.check", actor)
    return batch


def enqueue_work(batch: ImportBatch, kind: str, actor: Actor) -> None:
    """A job reads or writes the batch outside the request."""
    job = jobs.enqueue(
        kind, {"id": batch.public_id}, title=batch.filename, organisation_id=batch.organisation_id, user_id=actor.user_id or None,
        key=f"{batch.public_id}:{kind}:{batch.version}",
    )
    batch.job_id = job.public_id


def answers_of(batch: ImportBatch) -> Answers:
    """What the user has answered so far."""
    kept = batch.answers
    return Answers(
        encoding=kept.get("encoding"), sheet=kept.get("sheet"), profile=kept.get("profile"), mapping=kept.get("mapping"),
        date_order=kept.get("date_order"),
    )


def read_batch(batch: ImportBatch, *, limits: Limits = WEB) -> Source:
    """The batch's file, read by its answers; heavy, so large files are read outside transactions."""
    return read_source(files.get_bytes(batch.sha256), batch.filename, answers=answers_of(batch), limits=limits)


def look_through(batch_id: int, *, actor: Actor, limits: Limits = WEB) -> None:
    """Read the file, recognise it, and check every row when nothing stands in the way."""
    batch = get_batch(batch_id)
    try:
        source = read_batch(batch, limits=limits)
    except DomainError as refusal:
        if refusal.code.name != "ENCODING_UNKNOWN":
            raise
        ask_encoding(batch_id, samples=refusal.details.get("samples", {}), actor=actor)
        return
    if batch.state == ImportState.UPLOADED:
        recognise_import(batch_id, source, actor=actor)
    else:
        keep_source(batch_id, source, actor=actor)
    if not set(source.questions) & set(BLOCKING):
        run_check(batch_id, source, actor=actor, limits=limits)


@operation
def ask_encoding(batch_id: int, *, samples: Mapping[str, Any], actor: Actor) -> None:
    """The file's encoding cannot be told: the candidates' samples are kept for the question."""
    batch = get_batch(batch_id)
    batch.questions, batch.samples = ["encoding"], dict(samples)
    note(batch, "ask_encoding", actor)


@operation
def recognise_import(batch_id: int, source: Source, *, actor: Actor) -> ImportBatch:
    """The layout of the file was recognised."""
    batch = get_batch(batch_id)
    with IMPORT.move(batch, "recognise", actor, profile=source.profile.name):
        _keep_source(batch, source)
    return batch


@operation
def keep_source(batch_id: int, source: Source, *, actor: Actor) -> None:
    """What the file is by the newest answers is kept."""
    batch = get_batch(batch_id)
    _keep_source(batch, source)
    note(batch, "read", actor, profile=source.profile.name)


def _keep_source(batch: ImportBatch, source: Source) -> None:
    batch.format, batch.profile, batch.encoding = str(source.format), source.profile.name, source.encoding
    batch.header = [] if source.is_tree else source.table.header[:200]
    batch.questions, batch.notes = list(source.questions), [*source.notes, *(f"{name}: {code}" for name, code in source.table.refused_members[:50])]
    batch.samples = {
        "sheets": list(source.table.sheets), "sheet": source.table.sheet, "mapping": source.mapping,
        "rows": [[cell[:120] for cell in row[:200]] for row in source.table.rows[:3]],
    }


@operation
def map_import(
    actor: Actor, batch_id: int, *, encoding: str | None = None, sheet: str | None = None, profile: str | None = None,
    mapping: Mapping[str, int] | None = None, date_order: str | None = None,
) -> ImportBatch:
    """The user answers what the file leaves open; it is read and checked again."""
    batch = get_batch(batch_id)
    lock(batch)
    given = {"encoding": encoding, "sheet": sheet, "profile": profile, "mapping": mapping, "date_order": date_order}
    chosen = {**batch.answers, **{name: value for name, value in given.items() if value is not None}}
    with IMPORT.move(batch, "map", actor, answers=sorted(name for name in chosen)):
        batch.answers = {name: dict(value) if name == "mapping" else value for name, value in chosen.items()}
    if batch.size <= INLINE_BYTES:
        look_through(batch_id, actor=actor)
    else:
        enqueue_work(batch, "import.check", actor)
    return batch


def run_check(batch_id: int, source: Source, *, actor: Actor, limits: Limits = WEB) -> None:
    """Check every row, keep what was said in chunks, then close the dry run."""
    batch = get_batch(batch_id)
    owner, today = batch.organisation_id, clock.today()
    clear_rows(batch_id)
    tally, outcomes = Tally(), {"new": 0, "changed": 0, "same": 0, "refused": 0}
    rows = checked_rows(source, today=today, demonstration=organisation(owner).demonstration, limits=limits)
    for chunk in in_chunks(rows, CHUNK):
        kept, counted = _judged(owner, chunk, source, policy=batch.policy)
        for row in chunk:
            tally.count(row)
        for name, number in counted.items():
            if name in outcomes:
                outcomes[name] += number
            else:
                tally.codes[name] += number
        keep_rows(batch_id, kept)
    counts = {"read": tally.read, "accepted": tally.read - tally.refused, **outcomes}
    check_import(actor, batch_id, counts=counts, codes=dict(tally.codes), plan=plan_digest(batch.sha256, answers_of(batch), source.mapping))


def in_chunks(rows: Iterable[CheckedRow], size: int) -> Iterator[list[CheckedRow]]:
    """Rows in chunks of a size."""
    chunk: list[CheckedRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _judged(owner: int, chunk: Sequence[CheckedRow], source: Source, *, policy: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The rows worth keeping and the counts of their outcomes, seen against what the registry has."""
    own, elsewhere = known_numbers(owner, [row.key for row in chunk if row.draft is not None and row.key])
    patents = patents_by_id(sorted({own[row.key] for row in chunk if row.draft is not None and row.key in own}))
    counted: dict[str, int] = {}
    kept = []
    for row in chunk:
        findings = list(row.findings)
        outcome, before, after, patent_id = _outcome(row, own, patents, findings, policy=policy)
        if row.draft is not None and row.key in elsewhere and row.key not in own:
            findings.append(RowFinding("ID_REGISTERED_ELSEWHERE", "application_number"))
        for finding in findings[len(row.findings) :]:
            counted[finding.code] = counted.get(finding.code, 0) + 1
        counted[outcome] = counted.get(outcome, 0) + 1
        if findings:
            kept.append({
                "number": row.number, "level": worst_level(tuple(findings)), "outcome": outcome,
                "findings": [finding_json(one) for one in findings], "shown": _shown(row, source), "patent_id": patent_id,
                "before": before, "after": after, "version": None,
            })
    return kept, counted


def _outcome(
    row: CheckedRow, own: Mapping[str, int], patents: Mapping[int, Patent], findings: list[RowFinding], *, policy: str
) -> tuple[str, dict[str, Any] | None, dict[str, Any] | None, int | None]:
    if row.draft is None:
        return "refused", None, None, None
    if row.is_repeat:
        return "same", None, None, None
    patent = patents.get(own.get(row.key, 0))
    if patent is None:
        return "new", None, None, None
    findings.append(RowFinding("ID_DUPLICATE_OWN", "application_number"))
    changes = changes_of(patent, row.draft, policy=policy)
    if not changes:
        return "same", None, None, patent.id
    return "changed", {name: plain_value(getattr(patent, name)) for name in changes}, {n: plain_value(v) for n, v in changes.items()}, patent.id


def changes_of(patent: Patent, draft: Draft, *, policy: str) -> dict[str, Any]:
    """What a row would change in an entry the organisation has; a registered one is never changed by a file."""
    if patent.state not in ("draft", "returned") or policy == "keep":
        return {}
    changes = {}
    for name in FILLED:
        new, old = getattr(draft, name), getattr(patent, name)
        new = str(new) if name == "stated_status" and new is not None else new
        if new not in (None, "") and new != old and (policy == "replace" or old in (None, "")):
            changes[name] = new
    return changes


def plain_value(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _shown(row: CheckedRow, source: Source) -> str:
    if row.draft is not None:
        return f"{row.key} {row.draft.title_zh or row.draft.title_en}"[:300]
    cells = source.table.rows[row.number - source.table.first_row]
    return " · ".join(cell.replace("\x1f", "; ")[:60] for cell in cells if cell)[:300]


@operation
def clear_rows(batch_id: int) -> None:
    """The rows of an earlier dry run are forgotten."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_batch_id == batch_id))


@operation
def keep_rows(batch_id: int, kept: Sequence[Mapping[str, Any]]) -> None:
    """A chunk of what a dry run says is kept."""
    if kept:
        db.session.execute(insert(ImportRow), [{"import_batch_id": batch_id, **row} for row in kept])


@operation
def check_import(actor: Actor, batch_id: int, *, counts: dict[str, int], codes: dict[str, int], plan: str) -> ImportBatch:
    """The dry run is done: every row was judged and counted, nothing was written."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "check", actor, counts=counts):
        batch.counts, batch.codes, batch.plan_sha256 = counts, codes, plan
    return batch
