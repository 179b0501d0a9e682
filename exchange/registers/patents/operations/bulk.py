"""Many imported rows at once: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import func, select

from exchange.core import clock
from exchange.core.database import Base, db, dialect, session, verbatim
from exchange.registers.patents.models import ImportBatch, Party, Patent, PatentClass, Publication
from exchange.registers.patents.rules.names import normal_name
from exchange.registers.patents.rules.rows import Draft
from exchange.registers.patents.rules.terms import expiry_date

CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")


def insert_rows(model: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given as tuples in the order of ``columns``; days and moments already written by ``writers``."""
    if not rows:
        return
    table, names = model.__tablename__, ", ".join(columns)
    connection = session().connection()
    if dialect() == "postgresql":
        raw = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:  # type: ignore[union-attr]  # psycopg's connection
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608  (names of our own model)


def day_writer() -> Callable[[date | None], Any]:
    """What writes a day as the database's driver takes it."""
    if dialect() != "sqlite":
        return lambda day: day
    return lambda day: None if day is None else day.isoformat()


def moment_written(moment: datetime) -> Any:
    """A moment as the database's driver takes it: UTC text on SQLite, aware elsewhere."""
    if dialect() != "sqlite":
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def insert_drafts(batch: ImportBatch, drafts: Sequence[Draft]) -> None:
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
