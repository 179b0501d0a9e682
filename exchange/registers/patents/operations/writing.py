"""Imports confirmed: written in chunks that can be stopped and resumed, and taken back; imported rows prove nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from exchange.core import clock, files, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, failpoint, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.events import note
from exchange.core.parameters import parameter
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import Custody, ImportBatch, ImportRow, OwnershipProof, Patent, Share
from exchange.registers.patents.models.imports import POLICIES
from exchange.registers.patents.operations.bulk import insert_drafts
from exchange.registers.patents.operations.imports import (
    CHUNK, answers_of, changes_of, enqueue_work, in_chunks, plain_value, read_batch, upload_import,
)
from exchange.registers.patents.queries.imports import get_batch, known_numbers, patents_by_id, running_batch
from exchange.registers.patents.rules.importing.limits import COMMAND_LINE, WEB, Limits
from exchange.registers.patents.rules.importing.plan import checked_rows, place_of, plan_digest
from exchange.registers.patents.rules.rows import CheckedRow
from exchange.registers.patents.states import IMPORT, ImportState

UNDO_DAYS = parameter("patents.import_undo_days", "30", source="patents.md 11.3: days within which an import can be undone")
INLINE_ROWS = 3_000


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
        enqueue_work(batch, "import.write", actor)
    return batch


def import_at_once(actor: Actor, upload: files.Upload, *, limits: Limits = COMMAND_LINE) -> ImportBatch:
    """A command takes a file, checks it and writes what it accepts; a file with open questions is only checked."""
    batch = upload_import(actor, upload, again=True, inline=True)
    if batch.state == ImportState.CHECKED and not batch.questions:
        start_import(actor, batch.id)
        write_all(batch.id, actor=actor, limits=limits)
    return get_batch(batch.id)


@operation
def start_import(actor: Actor, batch_id: int) -> ImportBatch:
    """A command confirms its own dry run and writes the rows itself."""
    batch = get_batch(batch_id)
    lock(batch)
    with IMPORT.move(batch, "confirm", actor, policy=batch.policy):
        if running_batch(batch.organisation_id, but=batch.id) is not None:
            raise Conflict("IMPORT_BUSY")
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
    for chunk in in_chunks(rows, CHUNK):
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
    insert_drafts(batch, fresh)
    changed = _change(batch, [row for row in drafts if row.key in own], own)
    failpoint("import.chunk")
    batch.next_row = next_row
    digest = hashlib.sha256("\n".join(draft.key for draft in fresh).encode()).hexdigest()
    note(batch, "apply", actor, first=chunk[0].number, last=chunk[-1].number, created=len(fresh), changed=changed, sha256=digest)
    return True


def _change(batch: ImportBatch, rows: Sequence[CheckedRow], own: Mapping[str, int]) -> int:
    """Entries the organisation has are completed by the policy; what they were is kept for the undo."""
    patents = patents_by_id(sorted({own[row.key] for row in rows}))
    changed = 0
    for row in rows:
        patent = patents[own[row.key]]
        if row.draft is None or not (changes := changes_of(patent, row.draft, policy=batch.policy)):
            continue
        before = {name: plain_value(getattr(patent, name)) for name in changes}
        for name, value in changes.items():
            setattr(patent, name, value)
        flush()
        _keep_change(batch, row, patent, before=before, after={name: plain_value(value) for name, value in changes.items()})
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
