"""Many rows into one table at once: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from exchange.core.database import Base, dialect, session


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
