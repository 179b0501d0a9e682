"""Imports: upload, dry run, writing in chunks, undo; imported rows are drafts that prove nothing."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from secrets import token_bytes
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update

from exchange.core import clock, files, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, dialect, failpoint, flush, lock, operation, verbatim
from exchange.core.errors import Conflict, DomainError, Invalid
from exchange.core.events import note
from exchange.core.parameters import parameter
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import (
    Custody, ImportBatch, ImportRow, OwnershipProof, Party, Patent, PatentClass, Publication, Share,
)
from exchange.registers.patents.models.imports import POLICIES
from exchange.registers.patents.operations.bulk import day_writer, insert_rows, moment_written
from exchange.registers.patents.queries.imports import (
    get_batch, known_numbers, patents_by_id, running_batch, same_file,
)
from exchange.registers.patents.rules.importing.limits import WEB, Limits
from exchange.registers.patents.rules.importing.plan import (
    Tally, checked_rows, finding_json, place_of, plan_digest, worst_level,
)
from exchange.registers.patents.rules.importing.reading import Answers, Source, read_source
from exchange.registers.patents.rules.names import normal_name
from exchange.registers.patents.rules.row_codes import RowFinding
from exchange.registers.patents.rules.rows import CheckedRow, Draft
from exchange.registers.patents.rules.terms import expiry_date
from exchange.registers.patents.states import IMPORT, ImportState

UNDO_DAYS = parameter("patents.import_undo_days", "30", source="patents.md 11.3: days within which an import can be undone")
CHUNK = 2_000
INLINE_BYTES = 1_000_000
INLINE_ROWS = 3_000
CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
BLOCKING = ("encoding", "mapping")
FILLED = (
    "title_zh", "title_en", "abstract_zh", "abstract_en", "claims", "agent", "filing_on", "priority_on", "publication_on",
    "grant_on", "family_id", "publication_number", "kind", "stated_status",
)


# ---------------------------------------------------------------- upload and dry run

@operation
def upload_import(actor: Actor, upload: files.Upload, *, again: bool = False) -> ImportBatch:
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
    if upload.size <= INLINE_BYTES:
        look_through(batch.id, actor=actor)
    else:
        _enqueue(batch, "import.check", actor)
    return batch


def _enqueue(batch: ImportBatch, kind: str, actor: Actor) -> None:
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
        _enqueue(batch, "import.check", actor)
    return batch


def run_check(batch_id: int, source: Source, *, actor: Actor, limits: Limits = WEB) -> None:
    """Check every row, keep what was said in chunks, then close the dry run."""
    batch = get_batch(batch_id)
    owner, today = batch.organisation_id, clock.today()
    clear_rows(batch_id)
    tally, outcomes = Tally(), {"new": 0, "changed": 0, "same": 0, "refused": 0}
    rows = checked_rows(source, today=today, demonstration=organisation(owner).demonstration, limits=limits)
    for chunk in _chunks(rows, CHUNK):
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


def _chunks(rows: Iterable[CheckedRow], size: int) -> Iterator[list[CheckedRow]]:
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
    return "changed", {name: _plain(getattr(patent, name)) for name in changes}, {n: _plain(v) for n, v in changes.items()}, patent.id


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


def _plain(value: Any) -> Any:
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


# ---------------------------------------------------------------- writing

@operation
def confirm_import(
    actor: Actor, batch_id: int, *, policy: str = "fill", stop_on_refused: bool = False, plan: str | None = None
) -> ImportBatch:
    """The accepted rows are to be written by the plan that the dry run showed."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "confirm", actor, policy=policy):
        if policy not in POLICIES:
            raise Invalid("CHOICE_UNKNOWN", field="policy", choices=", ".join(POLICIES))
        if batch.questions:
            raise Conflict("IMPORT_NOT_READY", questions=", ".join(batch.questions))
        if plan is not None and plan != batch.plan_sha256:
            raise Conflict("PLAN_STALE")
        if running_batch(batch.organisation_id, but=batch.id) is not None:
            raise Conflict("IMPORT_BUSY")
        if stop_on_refused and batch.counts.get("refused", 0):
            raise Conflict("IMPORT_NOT_READY", questions=f"refused: {batch.counts['refused']}")
        batch.policy, batch.stop_on_refused, batch.next_row = policy, stop_on_refused, 0
    if batch.counts.get("read", 0) <= INLINE_ROWS:
        write_all(batch.id, actor=actor)
    else:
        _enqueue(batch, "import.write", actor)
    return batch


def write_all(batch_id: int, *, actor: Actor, limits: Limits = WEB, work: jobs.Work | None = None) -> None:
    """Write what is left of a batch, chunk by chunk; started again it goes on where it stopped."""
    batch = get_batch(batch_id)
    source = read_batch(batch, limits=limits)
    if plan_digest(batch.sha256, answers_of(batch), source.mapping) != batch.plan_sha256:
        raise Conflict("PLAN_STALE")
    total = len(source.table.rows)
    rows = checked_rows(
        source, today=clock.today(), demonstration=organisation(batch.organisation_id).demonstration, limits=limits,
        start=batch.next_row,
    )
    for chunk in _chunks(rows, CHUNK):
        place = place_of(source, chunk[-1])
        if not write_chunk(batch_id, chunk, next_row=place, actor=actor):
            stop_import(actor, batch_id)
            return
        if work is not None:
            work.step(place, total, batch.filename)
    finish_import(actor, batch_id)


@operation
def write_chunk(batch_id: int, chunk: Sequence[CheckedRow], *, next_row: int, actor: Actor = SYSTEM) -> bool:
    """One chunk is written in one transaction with the place to go on from; says whether to go on."""
    batch = get_batch(batch_id)
    lock(batch)
    if batch.state != ImportState.WRITING or batch.next_row >= next_row:
        return batch.state == ImportState.WRITING
    if batch.stop_wanted:
        return False
    drafts = [row for row in chunk if row.draft is not None and not row.is_repeat]
    own, _elsewhere = known_numbers(batch.organisation_id, [row.key for row in drafts])
    fresh = [row.draft for row in drafts if row.key not in own and row.draft is not None]
    _insert(batch, fresh)
    changed = _change(batch, [row for row in drafts if row.key in own], own)
    failpoint("import.chunk")
    batch.next_row = next_row
    digest = hashlib.sha256("\n".join(draft.key for draft in fresh).encode()).hexdigest()
    note(batch, "apply", actor, first=chunk[0].number, last=chunk[-1].number, created=len(fresh), changed=changed, sha256=digest)
    return True


def _insert(batch: ImportBatch, drafts: Sequence[Draft]) -> None:
    """New entries with their publications, classes and parties, by the quickest way into each table."""
    if not drafts:
        return
    first, now, written = _take_ids(len(drafts)), moment_written(clock.now()), day_writer()
    names = token_bytes(10 * len(drafts))
    patents: list[tuple[Any, ...]] = []
    publications: list[tuple[Any, ...]] = []
    classes: list[tuple[Any, ...]] = []
    parties: list[tuple[Any, ...]] = []
    for place, draft in enumerate(drafts):
        patent_id = first + place
        name = b32encode(names[10 * place : 10 * place + 10]).translate(CROCKFORD).decode()
        patents.append((*_patent_values(batch, draft, patent_id, name, written=written), now, now))
        if draft.publication_number:
            publications.append((patent_id, draft.publication_number, draft.kind, written(draft.publication_on)))
        classes.extend(
            (patent_id, one.scheme, one.section, one.class_code, one.subclass, one.main_group, one.subgroup, one.symbol, position, position == 0)
            for position, one in enumerate(draft.classes)
        )
        parties.extend((patent_id, "applicant", one[:300], normal_name(one)[:300], "", place) for place, one in enumerate(draft.applicants))
        parties.extend((patent_id, "inventor", one[:300], normal_name(one)[:300], "", place) for place, one in enumerate(draft.inventors))
    insert_rows(Patent, PATENT_COLUMNS, patents)
    insert_rows(Publication, ("patent_id", "number", "kind", "published_on"), publications)
    insert_rows(PatentClass, CLASS_COLUMNS, classes)
    insert_rows(Party, ("patent_id", "role", "name", "normal_name", "address", "position"), parties)


CLASS_COLUMNS = (
    "patent_id", "scheme", "section", "class_code", "subclass", "main_group", "subgroup", "symbol", "position", "main",
)


def _take_ids(count: int) -> int:
    """A run of free ids; the transaction's lock (SQLite) or the sequence (PostgreSQL) keeps it ours."""
    if dialect() == "postgresql":
        sequence = db.session.scalar(verbatim("SELECT pg_get_serial_sequence('patent', 'id')"))
        last = db.session.scalar(select(func.setval(sequence, func.nextval(sequence) + count - 1)))
        return int(last or 0) - count + 1
    return int(db.session.scalar(select(func.coalesce(func.max(Patent.id), 0))) or 0) + 1


PATENT_COLUMNS = (
    "id", "public_id", "organisation_id", "jurisdiction", "application_number", "publication_number", "stated_number",
    "check_digit_source", "type", "kind", "title_zh", "title_en", "abstract_zh", "abstract_en", "claims", "filing_on",
    "priority_on", "publication_on", "grant_on", "divisional_of", "family_id", "agent", "state", "legal_status", "status_source",
    "status_presumed", "stated_status", "expires_on", "added_days", "service_invention", "secret", "historic", "own_use",
    "evaluation_report", "invalidity_open", "coowners_agreed", "needs_review", "demonstration", "published", "decision_reason",
    "import_batch_id", "version", "created_at", "updated_at",
)


def _patent_values(
    batch: ImportBatch, draft: Draft, patent_id: int, public_id: str, *, written: Callable[[date | None], Any]
) -> tuple[Any, ...]:
    expires = expiry_date(draft.type, draft.filing_on) if draft.type is not None and draft.filing_on is not None else None
    stated = str(draft.stated_status) if draft.stated_status is not None else None
    return (
        patent_id, public_id, batch.organisation_id, draft.jurisdiction, draft.application_number, draft.publication_number,
        draft.stated_number, draft.check_digit_source, str(draft.type) if draft.type is not None else None, draft.kind,
        draft.title_zh[:2000], draft.title_en[:2000], draft.abstract_zh, draft.abstract_en, draft.claims,
        written(draft.filing_on), written(draft.priority_on), written(draft.publication_on), written(draft.grant_on),
        "", draft.family_id, draft.agent[:200], "draft", "unknown", "stated", False, stated, written(expires), 0, False, False,
        False, False, False, False, False, False, draft.demonstration, False, "", batch.id, 1,
    )


def _change(batch: ImportBatch, rows: Sequence[CheckedRow], own: Mapping[str, int]) -> int:
    """Entries the organisation has are completed by the policy; what they were is kept for the undo."""
    patents = patents_by_id(sorted({own[row.key] for row in rows}))
    changed = 0
    for row in rows:
        patent = patents[own[row.key]]
        if row.draft is None or not (changes := changes_of(patent, row.draft, policy=batch.policy)):
            continue
        before = {name: _plain(getattr(patent, name)) for name in changes}
        for name, value in changes.items():
            setattr(patent, name, value)
        flush()
        _keep_change(batch, row, patent, before=before, after={name: _plain(value) for name, value in changes.items()})
        changed += 1
    return changed


def _keep_change(batch: ImportBatch, row: CheckedRow, patent: Patent, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    kept = db.session.scalar(select(ImportRow).where(ImportRow.import_batch_id == batch.id, ImportRow.number == row.number))
    if kept is None:
        kept = add(ImportRow(import_batch_id=batch.id, number=row.number, level="-", findings=[], shown=row.key[:300], outcome="changed"))
    kept.outcome, kept.before, kept.after = "changed", before, after
    kept.patent_id, kept.version = patent.id, patent.version
    flush()


@operation
def finish_import(actor: Actor, batch_id: int) -> ImportBatch:
    """The last chunk is written."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "finish", actor, counts=batch.counts):
        _close(batch)
    return batch


def _close(batch: ImportBatch) -> None:
    batch.written_at = clock.now()
    batch.undo_until = clock.today() + timedelta(days=UNDO_DAYS.number())


@operation
def want_stop(actor: Actor, batch_id: int) -> ImportBatch:
    """The writing is to stop after the chunk under way."""
    batch = get_batch(batch_id)
    lock(batch)
    IMPORT.check(batch, "stop", actor)
    batch.stop_wanted = True
    note(batch, "want_stop", actor)
    return batch


@operation
def stop_import(actor: Actor, batch_id: int) -> ImportBatch:
    """The writing stopped between two chunks; what was written stays and can be undone."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "stop", actor, next_row=batch.next_row):
        _close(batch)
    return batch


@operation
def fail_import(batch_id: int, *, code: str, actor: Actor = SYSTEM) -> ImportBatch:
    """The writing broke off with a code; the written chunks stay."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "fail", actor, code=code):
        batch.failure = code
    return batch


@operation
def note_failure(batch_id: int, *, code: str, actor: Actor = SYSTEM) -> None:
    """The reading broke off with a code; the batch says so."""
    batch = get_batch(batch_id)
    batch.failure = code
    note(batch, "unreadable", actor, code=code)


@operation
def discard_import(actor: Actor, batch_id: int) -> ImportBatch:
    """A batch of which nothing is to be written is put away."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "discard", actor):
        db.session.execute(delete(ImportRow).where(ImportRow.import_batch_id == batch_id))
    return batch


# ---------------------------------------------------------------- undo

@operation
def undo_import(actor: Actor, batch_id: int) -> ImportBatch:
    """Untouched drafts of a batch are withdrawn and changed fields put back; what others touched stays and is listed."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "undo", actor) as moving:
        if batch.undo_until is not None and clock.today() > batch.undo_until:
            raise Conflict("UNDO_TOO_LATE", days=UNDO_DAYS.number())
        withdrawn = _withdraw_untouched(batch.id)
        left = int(db.session.scalar(select(func.count()).where(Patent.import_batch_id == batch.id, Patent.state != "withdrawn")) or 0)
        restored, conflicts = _restore(batch.id)
        batch.counts = {**batch.counts, "withdrawn": withdrawn, "restored": restored, "undo_conflicts": left + conflicts}
        moving.payload.update(withdrawn=withdrawn, restored=restored, conflicts=left + conflicts)
    return batch


def _withdraw_untouched(batch_id: int) -> int:
    referred = [exists().where(model.patent_id == Patent.id) for model in (Share, OwnershipProof, Custody)]
    statement = update(Patent).where(
        Patent.import_batch_id == batch_id, Patent.state == "draft", Patent.version == 1, *[~one for one in referred]
    )
    done = db.session.execute(
        statement.values(state="withdrawn", version=2, decision_reason="import undone", updated_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
    return int(getattr(done, "rowcount", 0))


def _restore(batch_id: int) -> tuple[int, int]:
    wanted = select(ImportRow).where(ImportRow.import_batch_id == batch_id, ImportRow.before.is_not(None), ImportRow.version.is_not(None))
    restored = conflicts = 0
    for row in list(db.session.scalars(wanted)):
        patent = db.session.get(Patent, row.patent_id)
        if patent is None or patent.version != row.version:
            conflicts += 1
            continue
        for name, value in (row.before or {}).items():
            setattr(patent, name, date.fromisoformat(value) if name.endswith("_on") and value else value)
        restored += 1
    return restored, conflicts

