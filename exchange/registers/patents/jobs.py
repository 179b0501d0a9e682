"""Reading and writing of large imports, and the daily round over fees, dates and consents."""

from __future__ import annotations

from exchange.core import clock, jobs
from exchange.core.access import SYSTEM
from exchange.core.errors import DomainError
from exchange.core.text import _
from exchange.registers.patents import operations
from exchange.registers.patents.operations import imports, writing
from exchange.registers.patents.queries.imports import batch_by_public_id


@jobs.job("import.check", label=_("Check an import"))
def check(work: jobs.Work) -> str | None:
    """Read and check a large file outside any transaction."""
    batch = batch_by_public_id(str(work.payload["id"]))
    try:
        imports.look_through(batch.id, actor=SYSTEM)
    except DomainError as refusal:
        writing.note_failure(batch.id, code=refusal.code.name)
    return f"/patents/import/{batch.public_id}"


@jobs.job("import.write", label=_("Write an import"))
def write(work: jobs.Work) -> str | None:
    """Write a confirmed batch chunk by chunk; started again it goes on at the next row."""
    batch = batch_by_public_id(str(work.payload["id"]))
    if batch.state != "writing":
        return f"/patents/import/{batch.public_id}"
    try:
        writing.write_all(batch.id, actor=SYSTEM, work=work)
    except DomainError as refusal:
        operations.fail_import(batch.id, code=refusal.code.name)
    return f"/patents/import/{batch.public_id}"


@jobs.daily("patents.dates", hour=0, minute=10)
def follow_dates() -> None:
    """What the new day changes: consents that end, statuses that follow dates."""
    operations.expire_consents()
    operations.remind_annuities(on=clock.today())
