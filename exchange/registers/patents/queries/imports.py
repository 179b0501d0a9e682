"""Batches of imported rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from exchange.core.access import Actor
from exchange.core.database import db
from exchange.core.errors import NotFound
from exchange.core.pages import Order, Page, page_of
from exchange.registers.patents.models import ImportBatch, ImportRow, Patent

SHOWN_A_CODE = 200


def get_batch(batch_id: int) -> ImportBatch:
    """The batch of this id."""
    found = db.session.get(ImportBatch, batch_id)
    if found is None:
        raise NotFound()
    return found


def batch_by_public_id(public_id: str) -> ImportBatch:
    """The batch of this name, for jobs."""
    found = db.session.scalar(select(ImportBatch).where(ImportBatch.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def find_batches(actor: Actor, *, cursor: str = "") -> Page[ImportBatch]:
    """A page of the organisation's batches, newest first."""
    wanted = select(ImportBatch).where(ImportBatch.organisation_id == actor.organisation_id)
    return page_of(wanted, [Order(ImportBatch.id, "id", True)], cursor=cursor, size=20)


def same_file(organisation_id: int, sha256: str) -> ImportBatch | None:
    """The earlier batch of the same file, unless it was discarded or undone."""
    wanted = select(ImportBatch).where(
        ImportBatch.organisation_id == organisation_id, ImportBatch.sha256 == sha256,
        ImportBatch.state.not_in(("discarded", "undone", "failed")),
    )
    return db.session.scalar(wanted.order_by(ImportBatch.id.desc()).limit(1))


def running_batch(organisation_id: int, *, but: int) -> ImportBatch | None:
    """Another batch of the organisation that is being written."""
    wanted = select(ImportBatch).where(
        ImportBatch.organisation_id == organisation_id, ImportBatch.state == "writing", ImportBatch.id != but
    )
    return db.session.scalar(wanted.limit(1))


def rows_of_batch(batch_id: int, *, code: str = "", level: str = "", limit: int = SHOWN_A_CODE) -> list[ImportRow]:
    """The first rows of a batch with a code, or of a level."""
    wanted = select(ImportRow).where(ImportRow.import_batch_id == batch_id).order_by(ImportRow.number)
    if level:
        wanted = wanted.where(ImportRow.level == level)
    if not code:
        return list(db.session.scalars(wanted.limit(limit)))
    found: list[ImportRow] = []
    for row in db.session.scalars(wanted.execution_options(yield_per=1_000)):
        if any(finding["code"] == code for finding in row.findings):
            found.append(row)
            if len(found) >= limit:
                break
    return found


def refused_rows(batch_id: int, levels: Sequence[str] = ("E",)) -> Iterator[ImportRow]:
    """The rows of a batch for its error file."""
    wanted = select(ImportRow).where(ImportRow.import_batch_id == batch_id, ImportRow.level.in_(levels))
    yield from db.session.scalars(wanted.order_by(ImportRow.number))


def codes_of_batch(batch: ImportBatch) -> list[tuple[str, int]]:
    """The codes of a batch's dry run, most frequent first."""
    return sorted(batch.codes.items(), key=lambda pair: (-pair[1], pair[0]))


def known_numbers(organisation_id: int, keys: Sequence[str]) -> tuple[dict[str, int], set[str]]:
    """Which of these numbers the organisation has (number → patent id), and which another has registered."""
    own: dict[str, int] = {}
    elsewhere: set[str] = set()
    live = Patent.state.not_in(("withdrawn", "refused"))
    for start in range(0, len(keys), 500):
        part = list(keys[start : start + 500])
        for column in (Patent.application_number, Patent.publication_number):
            rows = select(Patent.id, column, Patent.organisation_id, Patent.state).where(column.in_(part), live)
            for patent_id, number, owner, state in db.session.execute(rows):
                if number is None:
                    continue
                if owner == organisation_id:
                    own.setdefault(number, patent_id)
                elif state in ("registered", "disputed"):
                    elsewhere.add(number)
    return own, elsewhere


def patents_by_id(ids: Sequence[int]) -> dict[int, Patent]:
    """Some patents by their ids."""
    found: dict[int, Patent] = {}
    for start in range(0, len(ids), 500):
        for patent in db.session.scalars(select(Patent).where(Patent.id.in_(ids[start : start + 500]))):
            found[patent.id] = patent
    return found
