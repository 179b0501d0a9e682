"""Triggers, kept with their tables, and the making of an empty database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

from exchange.core.database.columns import db, metadata


@dataclass(frozen=True)
class Trigger:
    """A trigger of one database, kept with its table so that ``create_all`` and migrations make the same."""

    table: str
    name: str
    dialect: str
    create: str


TRIGGERS: list[Trigger] = []


def append_only(table: str) -> None:
    """Refuse UPDATE and DELETE of the table's rows on both databases."""
    for verb in ("UPDATE", "DELETE"):
        name = f"tr_{table}_no_{verb.lower()}"
        TRIGGERS.append(Trigger(table, name, "sqlite", (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append_only: {table}'); END"
        )))
        TRIGGERS.append(Trigger(table, name, "postgresql", (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )))


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def create_triggers(connection: Connection, tables: set[str] | None = None) -> None:
    """Make the triggers of all tables, or of the named ones."""
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(verbatim(REFUSE_CHANGE))
    for trigger in TRIGGERS:
        if trigger.dialect == name and (tables is None or trigger.table in tables):
            connection.execute(verbatim(trigger.create))


def verbatim(statement: str) -> TextClause:
    """A statement whose colons and percent signs mean themselves."""
    return text(statement.replace(":", r"\:"))


def create_all() -> None:
    """Make every table and trigger in an empty database; tests and the comparison with migrations use it."""
    with db.engine.begin() as connection:
        metadata.create_all(connection)
        create_triggers(connection)
