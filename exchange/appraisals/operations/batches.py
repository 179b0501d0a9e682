"""Batches of many patents: taking in, judging every row, one job in chunks that may stop and go on, and each computation as a version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, update

from exchange.core import clock, files, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.files.keeping import note_blob
from exchange.core.numbers import next_number
from exchange.registers.patents.rules.importing.decode import decode
from exchange.registers.patents.rules.importing.limits import Limits
from exchange.registers.patents.rules.importing.sniff import Format, sniff
from exchange.registers.patents.rules.importing.tables import Table, read_text
from exchange.registers.patents.rules.importing.workbooks import read_workbook

from .. import queries
from ..models import AppraisalBatch, AppraisalBatchRow, AppraisalBatchVersion
from ..queries.limits import BATCH_PER_DAY, BATCH_ROWS, MAX_AGE, lending_policy
from ..rules import batches as rules
from ..rules import validity
from ..rules.inputs import canonical_json, digest, to_money
from ..states import APPRAISAL_BATCH, BATCH_OWNER, RUNNING_BATCHES, BatchState as B
from .commissioning import required

MEBIBYTE = 1024 * 1024
INLINE_ROWS = 1_000
LIMITS = Limits(file_bytes=10 * MEBIBYTE, rows=10_000, columns=60, zip_members=100, zip_bytes=100 * MEBIBYTE)


# ------------------------------------------------------------------ taking in

@operation
def upload_appraisal_batch(
    *, title: str, valuation_date: date, settings: Mapping[str, str], source: str, numbers: Sequence[str] = (), rows: Sequence[Mapping[str, str]] = (),
    upload: files.Upload | None = None,
    description: str = "", demonstration: bool = False, actor: Actor,
) -> AppraisalBatch:
    """Take in many patents, chosen or by a file, with common assumptions and their source; every row is judged at once or by a job."""
    validity.check_valuation_date(valuation_date, today=clock.today(), max_age_days=MAX_AGE.number())
    given = _given(numbers, rows, upload)
    limit = BATCH_ROWS.number()
    if not 1 <= len(given) <= limit:
        raise Invalid("BATCH_ROWS", field="file" if upload else "patents", limit=limit, count=len(given))
    batch = AppraisalBatch(
        organisation_id=actor.organisation_id, number=next_number("PP"), title=title.strip(), origin="file" if upload else "selection",
        filename=upload.filename if upload else "", file_sha256=upload.sha256 if upload else "", valuation_date=valuation_date,
        settings=rules.read_settings(settings), source=required(source), note=description.strip(), started_by=actor.user_id, rows_total=len(given),
        demonstration=demonstration)
    with APPRAISAL_BATCH.move(batch, "upload", actor, rows=len(given), origin=batch.origin):
        add(batch)
        flush()
        if upload is not None:
            files.attach(upload, noun="appraisal_batch", object_id=batch.public_id, kind="source", organisation_id=actor.organisation_id, user_id=actor.user_id)
        _insert(batch.id, given, queries.patents_named([cells.get("patent", "") for cells in given if cells.get("patent")], actor))
    _check_soon(batch, actor)
    return batch


def _given(numbers: Sequence[str], rows: Sequence[Mapping[str, str]], upload: files.Upload | None) -> list[dict[str, str]]:
    if upload is None and rows:
        header = list(dict.fromkeys(name for row in rows for name in row))
        return rules.table_rows(rules.columns_of(header), [[row.get(name, "") for name in header] for row in rows])
    if upload is None:
        return [{"patent": number} for number in numbers]
    table = read_table(files.read_upload(upload))
    return rules.table_rows(rules.columns_of(table.header), table.rows)


def read_table(content: bytes) -> Table:
    """A CSV or XLSX file as a table; another format, a damaged or an oversized one is refused."""
    if len(content) > LIMITS.file_bytes:
        raise Invalid("UPLOAD_TOO_LARGE", field="file", limit="10 MiB")
    found = sniff(content, limits=LIMITS)
    if found == Format.XLSX:
        return read_workbook(content, sheet=None, limits=LIMITS)
    if found == Format.TEXT:
        return read_text(decode(content).text, limits=LIMITS)
    raise Invalid("FORMAT_REFUSED", field="file", kind=str(found))


def _insert(batch_id: int, given: Sequence[Mapping[str, str]], known: Mapping[str, int]) -> None:
    rows: list[dict[str, Any]] = [
        {"batch_id": batch_id, "number": number, "patent_id": known.get(cells.get("patent", "")), "patent_number": cells.get("patent", "")[:60], "given": dict(cells), "parsed": {}, "facts": {},
         "faults": [], "fault_count": 0, "run_no": 0, "result": {}, "value_minor": None, "value_currency": None}
        for number, cells in enumerate(given, start=1)
    ]
    for start in range(0, len(rows), rules.CHUNK):
        db.session.execute(insert(AppraisalBatchRow), rows[start:start + rules.CHUNK])


def _check_soon(batch: AppraisalBatch, actor: Actor) -> None:
    """A small batch is judged at once, a large one by a job in chunks."""
    if batch.rows_total <= INLINE_ROWS:
        number = 0
        while (number := judge_batch_rows(batch, after=number)) > 0:
            flush()
        check_appraisal_batch(batch, actor=actor)
        return
    made = jobs.enqueue("appraisal_batch.check", {"id": batch.public_id}, key=f"{batch.public_id}/check/{batch.version}", title=batch.number,
                        organisation_id=batch.organisation_id, user_id=actor.user_id)
    batch.running_job = made.public_id


@operation
def judge_batch_rows(batch: AppraisalBatch, *, after: int, actor: Actor = SYSTEM) -> int:
    """Judge the next chunk of rows against the register; answers the number of its last row, or 0 when none is left."""
    rows = queries.rows_after(batch.id, number=after)
    if not rows:
        return 0
    note(batch, "judge", actor, after=after)
    facts = queries.facts_of_many(sorted({row.patent_id for row in rows if row.patent_id is not None}), batch.valuation_date)
    changes = []
    for row in rows:
        judged = rules.judged(row.given, first_year=batch.valuation_date.year)
        found = facts.get(row.patent_id or 0, {})
        faults = judged.faults + _faults_of_patent(row.patent_number, found)
        changes.append({
            "id": row.id, "parsed": {"values": judged.values, "sales": {str(year): text for year, text in judged.sales.items()}},
            "facts": found, "faults": faults, "fault_count": len(faults), "run_no": 0, "result": {}, "value_minor": None, "value_currency": None})
    db.session.execute(update(AppraisalBatchRow), changes)
    return rows[-1].number


def _faults_of_patent(number: str, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not number:
        return [rules.fault(Invalid("MISSING_FIELD"), "patent")]
    if not facts:
        return [rules.fault(Invalid("PATENT_NOT_REGISTERED"), "patent")]
    if facts["ended"]:
        return [rules.fault(Conflict("PATENT_NOT_IN_FORCE", status=facts["status"], date=facts["since"] or "—"), "patent")]
    return []


@operation
def check_appraisal_batch(batch: AppraisalBatch, *, actor: Actor) -> AppraisalBatch:
    """Every row is judged; a patent that stands there twice counts once."""
    lock(batch)
    with APPRAISAL_BATCH.move(batch, "check", actor) as moving:
        _mark_doubles(batch)
        flush()
        batch.rows_total, batch.rows_good = queries.count_rows(batch.id)
        batch.run_no, batch.rows_done, batch.running_job, batch.failure = batch.run_no + 1, 0, "", ""
        moving.payload |= {"rows": batch.rows_total, "good": batch.rows_good}
    return batch


def _mark_doubles(batch: AppraisalBatch) -> None:
    seen: set[int] = set()
    number = 0
    while rows := queries.rows_after(batch.id, number=number):
        for row in rows:
            if row.patent_id in seen and not any(each["code"] == "DUPLICATE_PATENT" for each in row.faults):
                row.faults = [*row.faults, rules.fault(Invalid("DUPLICATE_PATENT"), "patent")]
                row.fault_count = len(row.faults)
            if row.patent_id is not None:
                seen.add(row.patent_id)
        number = rows[-1].number


@operation
def amend_appraisal_batch(
    batch: AppraisalBatch, *, settings: Mapping[str, str] | None = None, rows: Sequence[Mapping[str, Any]] = (), source: str = "", description: str = "",
    actor: Actor,
) -> AppraisalBatch:
    """Change common or own assumptions; all rows are judged again, and the next computation is another version."""
    lock(batch)
    if not BATCH_OWNER.fits(actor, {"owner": frozenset({batch.organisation_id})}):
        raise Forbidden()
    if batch.state in RUNNING_BATCHES:
        raise Conflict("BATCH_RUNNING", field="batch")
    if settings is not None:
        batch.settings = rules.read_settings(settings)
    batch.source, batch.note = source.strip() or batch.source, description.strip() or batch.note
    kept = {row.number: row for row in queries.rows_numbered(batch.id, [int(given["number"]) for given in rows])}
    for given in rows:
        row = kept.get(int(given["number"]))
        if row is None:
            raise Invalid("UNKNOWN_FIELD", field=f"rows.{given['number']}")
        cells = {name: str(value).strip() for name, value in given.items() if name != "number"}
        row.given = {name: value for name, value in {**row.given, **cells}.items() if value}
    flush()
    note(batch, "amend", actor, rows=len(rows), settings=settings is not None)
    _check_soon(batch, actor)
    return batch


# ------------------------------------------------------------------ computing

@operation
def queue_appraisal_batch(batch: AppraisalBatch, *, good_only: bool = False, actor: Actor) -> AppraisalBatch:
    """Put the batch in the queue; a stopped or failed one goes on where it was, computing no row twice."""
    lock(batch)
    with APPRAISAL_BATCH.move(batch, "queue", actor) as moving:
        if any(other.id != batch.id for other in queries.running_batches(batch.organisation_id)):
            raise Conflict("BATCH_RUNNING", field="batch")
        if batch.rows_good == 0:
            raise Invalid("BATCH_EMPTY", field="rows")
        bad = batch.rows_total - batch.rows_good
        if bad and not (good_only or batch.good_only):
            raise Conflict("BATCH_FAULTS", field="good_only", count=bad)
        if queries.computed_today(batch.organisation_id) >= BATCH_PER_DAY.number():
            raise Invalid("BATCH_QUOTA", field="batch", limit=BATCH_PER_DAY.number())
        batch.good_only, batch.attempt, batch.failure = bool(bad), batch.attempt + 1, ""
        made = jobs.enqueue(
            "appraisal_batch.run", {"id": batch.public_id, "run": batch.run_no, "attempt": batch.attempt}, title=batch.number,
            key=f"{batch.public_id}/{batch.run_no}/{batch.attempt}", organisation_id=batch.organisation_id, user_id=actor.user_id)
        batch.running_job = made.public_id
        moving.payload |= {"run": batch.run_no, "attempt": batch.attempt}
    return batch


@operation
def run_appraisal_batch(batch: AppraisalBatch, *, attempt: int, actor: Actor = SYSTEM) -> AppraisalBatch:
    """The job begins, or goes on after its worker died."""
    lock(batch)
    _check_attempt(batch, attempt, states=RUNNING_BATCHES)
    with APPRAISAL_BATCH.move(batch, "run", actor, attempt=attempt):
        batch.rows_done = len(queries.done_rows(batch.id, run_no=batch.run_no))
    return batch


def _check_attempt(batch: AppraisalBatch, attempt: int, *, states: Sequence[str]) -> None:
    """A job whose batch was stopped or started anew ends without a trace."""
    if batch.state not in states or batch.attempt != attempt:
        raise jobs.Cancelled


@operation
def record_batch_rows(batch: AppraisalBatch, *, attempt: int, found: Sequence[Mapping[str, Any]], actor: Actor = SYSTEM) -> int:
    """Keep the values of one chunk; a row that this run has already is left as it is."""
    lock(batch)
    _check_attempt(batch, attempt, states=(B.RUNNING,))
    rows = {row.number: row for row in queries.rows_numbered(batch.id, [int(each["number"]) for each in found])}
    changes, fresh = [], 0
    for each in found:
        row = rows[int(each["number"])]
        if row.run_no == batch.run_no:
            continue
        fresh += 1
        value = each["result"].get("value")
        changes.append({
            "id": row.id, "run_no": batch.run_no, "result": each["result"], "faults": list(each["faults"]), "fault_count": len(each["faults"]),
            **_kept_value(value)})
    if changes:
        db.session.execute(update(AppraisalBatchRow), changes)
    batch.rows_done += fresh
    note(batch, "chunk", actor, done=batch.rows_done)
    return batch.rows_done


def _kept_value(value: float | None) -> dict[str, Any]:
    amount = to_money(value) if value is not None else None
    return {"value_minor": amount.minor if amount else None, "value_currency": amount.currency if amount else None}


@operation
def finish_appraisal_batch(
    batch: AppraisalBatch, *, attempt: int, request_json: str, result_json: str, summary: Mapping[str, Any], simulated: Sequence[Mapping[str, Any]],
    actor: Actor = SYSTEM,
) -> AppraisalBatchVersion:
    """Keep the computation for ever as the next version, and the simulated figures beside each row."""
    lock(batch)
    _check_attempt(batch, attempt, states=(B.RUNNING,))
    with APPRAISAL_BATCH.move(batch, "finish", actor) as moving:
        rows = queries.done_rows(batch.id, run_no=batch.run_no)
        db.session.execute(update(AppraisalBatchRow), [
            {"id": row.id, "result": {**row.result, **figures}} for row, figures in zip(rows, simulated, strict=True)])
        request_bytes, result_bytes = request_json.encode(), result_json.encode()
        made: AppraisalBatchVersion = add(AppraisalBatchVersion(
            organisation_id=batch.organisation_id, batch_id=batch.id, number=len(batch.versions) + 1, request_json=request_bytes, result_json=result_bytes,
            request_sha256=digest(request_bytes), result_sha256=digest(result_bytes), summary=dict(summary), source=batch.source, note=batch.note,
            seed=int(json.loads(request_json)["seed"]), author_id=batch.started_by))
        flush()
        batch.current_version_id, batch.input_sha256 = made.id, made.request_sha256
        batch.rows_total, batch.rows_good = queries.count_rows(batch.id)
        batch.report_sha256, batch.report_pages = "", None
        moving.payload |= {"version": made.number, "rows": len(rows), "request_sha256": made.request_sha256, "result_sha256": made.result_sha256}
    return made


@operation
def keep_batch_report(batch: AppraisalBatch, *, sha256: str, size: int, pages: int, actor: Actor = SYSTEM) -> AppraisalBatch:
    """The report with its table is kept beside the version."""
    lock(batch)
    note_blob(sha256, size)
    batch.report_sha256, batch.report_pages, batch.running_job = sha256, pages, ""
    note(batch, "report", actor, sha256=sha256)
    return batch


@operation
def cancel_appraisal_batch(batch: AppraisalBatch, *, actor: Actor) -> AppraisalBatch:
    """Stop between two chunks; what was computed stays and is not computed again when the batch goes on."""
    lock(batch)
    with APPRAISAL_BATCH.move(batch, "cancel", actor, done=batch.rows_done):
        if batch.running_job:
            jobs.cancel_job(batch.running_job)
        batch.running_job = ""
    return batch


@operation
def fail_appraisal_batch(batch: AppraisalBatch, *, attempt: int, reason: str, actor: Actor = SYSTEM) -> AppraisalBatch:
    """The computation was refused; the reason is shown and the batch may be started again."""
    lock(batch)
    _check_attempt(batch, attempt, states=RUNNING_BATCHES)
    with APPRAISAL_BATCH.move(batch, "fail", actor, reason=reason):
        batch.failure, batch.running_job = reason[:200], ""
    return batch


def chunk_input(row: AppraisalBatchRow) -> dict[str, Any]:
    """A row as the engine takes it."""
    return {"number": row.number, "patent_id": row.patent_id, "patent_number": row.facts.get("number", row.patent_number),
            "values": row.parsed.get("values", {}), "sales": row.parsed.get("sales", {}), "facts": row.facts,
            "source": row.given.get("source", "")}


def batch_caps() -> dict[str, str]:
    """The policy caps that a computation uses."""
    return {name: value for name, value in lending_policy().items() if name.startswith("cap_")}


def version_texts(batch: AppraisalBatch, rows: Sequence[AppraisalBatchRow], simulated: Mapping[str, Any]) -> tuple[str, str]:
    """Request and result of a computation as exact text."""
    request = rules.request_of_batch(
        batch.settings, [chunk_input(row) for row in rows], valuation_date=batch.valuation_date, caps=batch_caps(), source=batch.source)
    result = {
        "schema": 1, "request_sha256": rules.input_digest(request), "total": simulated["total"], "sum_of_quantiles": simulated["sum_of_quantiles"],
        "diversification": simulated["diversification"], "seed": simulated["seed"], "paths": simulated["paths"],
        "rows": [{"number": row.number, **{name: value for name, value in row.result.items() if name not in simulated["patents"][place]}, **simulated["patents"][place]}
                 for place, row in enumerate(rows)],
    }
    return canonical_json(request).decode(), canonical_json(result).decode()

