"""What both databases promise: migrations make what the models say, and history cannot be rewritten."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from exchange.core.database import REFUSE_CHANGE, TRIGGERS, create_triggers, metadata, verbatim
from tests.conftest import cluster_address
from tests.laws.declared import import_everything
from tests.laws.source import ROOT
from tests.services import postgres
from tests.services.house import make_app

import_everything()
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
APPEND_ONLY = sorted({trigger.table for trigger in TRIGGERS if trigger.name.endswith("_no_delete")})


@pytest.fixture
def empty(database_kind: str, tmp_path: Path, worker_id: str) -> Iterator[Callable[[str], str]]:
    """`empty("name")` makes an empty database of this kind and gives its address."""
    made: list[str] = []

    def address(name: str) -> str:
        if database_kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite3"
        made.append(f"{name}_{worker_id}")
        return postgres.create_database(cluster_address(), made[-1])

    yield address
    for name in made:
        postgres.drop_database(cluster_address(), name)


def schema_of(engine: sa.Engine) -> dict[str, str]:
    """Every table, index, constraint, trigger of a database as one text each, free of order and blanks."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
            return {str(name): normal(str(text)) for name, text in rows}
        found: dict[str, str] = {}
        for query in POSTGRES_SCHEMA:
            found |= {str(name): normal(str(text)) for name, text in connection.exec_driver_sql(query)}
        return {name: text for name, text in found.items() if "alembic" not in name}


POSTGRES_SCHEMA = (
    """SELECT 'column ' || table_name || '.' || column_name, data_type || coalesce(character_maximum_length::text, '') || is_nullable
    FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def normal(text: str) -> str:
    """A definition with its parts in a fixed order: migrations may add columns later than the model's order."""
    flat = re.sub(r"\s+", " ", text).strip()
    match = re.fullmatch(r"(CREATE (?:VIRTUAL )?TABLE \S+ )\((.*)\)(.*)", flat)
    if match is None:
        return flat
    said = [piece for part in parts(match[2]) for piece in at_the_table(part)]
    return match[1] + " | ".join(sorted(said)) + match[3]


def at_the_table(part: str) -> list[str]:
    """A CHECK or a reference written at its column means the same as one written at the table."""
    column, constraint, check = part.partition(" CONSTRAINT ")
    if constraint and not part.startswith("CONSTRAINT") and (reference := re.fullmatch(r"(\S+) (REFERENCES .*)", check)):
        return [column, f"CONSTRAINT {reference[1]} FOREIGN KEY({column.split()[0]}) {reference[2]}"]
    return [part] if part.startswith("CONSTRAINT") or not constraint else [column, f"CONSTRAINT {check}"]


def parts(body: str) -> list[str]:
    """Split a table's body at its outer commas."""
    found, depth, begun = [], 0, 0
    for at, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append(body[begun:at].strip())
            begun = at + 1
    return [*found, body[begun:].strip()]


def created(address: str) -> dict[str, str]:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        metadata.create_all(connection)
        create_triggers(connection)
    try:
        return schema_of(engine)
    finally:
        engine.dispose()


@pytest.mark.skipif(not VERSIONS, reason="there is no migration yet")
def test_migrations_make_what_the_models_say_and_take_it_back(empty: Callable[[str], str], tmp_path: Path) -> None:
    from exchange.cli import downgrade, upgrade
    from exchange.core.database import db

    address = empty("migrated")
    app = make_app(tmp_path, address)
    upgrade(app)
    with app.app_context():
        migrated = schema_of(db.engine)
        wanted = created(empty("created"))
        assert sorted(migrated.keys() ^ wanted.keys()) == []
        assert {name: (text, wanted[name]) for name, text in migrated.items() if text != wanted[name]} == {}
        downgrade(app)
        assert [name for name in schema_of(db.engine) if not name.startswith("function")] == []
        upgrade(app)
        assert schema_of(db.engine) == migrated
        db.engine.dispose()


@pytest.mark.skipif(not VERSIONS, reason="there is no migration yet")
def test_migrations_stand_in_one_line_and_say_their_day() -> None:
    names = [path.name for path in VERSIONS]
    assert [name for name in names if not re.fullmatch(r"20\d{6}_\d{4}_[a-z0-9_]+\.py", name)] == []
    texts = [path.read_text(encoding="utf-8") for path in VERSIONS]
    downs = [re.search(r"^down_revision[^=]*=\s*(.+)$", text, re.MULTILINE) for text in texts]
    assert [match[1] for match in downs if match].count("None") == 1


def test_append_only_tables_are_many() -> None:
    assert "event" in APPEND_ONLY


def test_history_is_not_rewritten(empty: Callable[[str], str], database_kind: str) -> None:
    """On tables as bare as can be, the triggers alone refuse to change or remove a row."""
    engine = sa.create_engine(empty("bare"))
    with engine.connect() as connection:
        build_bare_tables(connection)
        for table in APPEND_ONLY:
            for statement in (f'UPDATE "{table}" SET id = 2', f'DELETE FROM "{table}"'):
                with pytest.raises(sa.exc.DBAPIError, match=f"append_only: {table}"):
                    connection.exec_driver_sql(statement)
                connection.rollback()
                assert connection.exec_driver_sql(f'SELECT id FROM "{table}"').scalar() == 1
    engine.dispose()


def build_bare_tables(connection: sa.Connection) -> None:
    """One column, one row and the two triggers of each append-only table."""
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.execute(verbatim(REFUSE_CHANGE))
    for table in APPEND_ONLY:
        connection.exec_driver_sql(f'CREATE TABLE "{table}" (id integer)')
        connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES (1)')
    for trigger in TRIGGERS:
        if trigger.dialect == kind and re.search(r"_no_(update|delete)$", trigger.name):
            connection.execute(verbatim(trigger.create))
    connection.commit()
