"""A clean database for each test, on both kinds, without creating the tables again.

SQLite: a template file is made once a run and copied over. PostgreSQL: a template database is made once a run, each worker owns a copy,
and afterwards only the tables that a test filled are emptied and given back the template's rows.
"""

import contextlib
import fcntl
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services import postgres

CLUSTER_VARIABLE = "ZHIRONG_TEST_POSTGRES"
TEMPLATE = "template_zhirong"
Create = Callable[[str], None]


class SqliteDatabase:
    """One file a worker, copied from the template before each test."""

    kind = "sqlite"

    def __init__(self, folder: Path, create: Create, *, template: Path | None = None) -> None:
        """Make the template with `create`, which is handed the address, unless there is one."""
        self.path = folder / "test.sqlite3"
        self.template = template or folder / "template.sqlite3"
        self.url = f"sqlite:///{self.path}"
        if template is None:
            create(f"sqlite:///{self.template}")
            put_into_one_file(self.template)
        self.reset()

    def reset(self) -> None:
        """Give back the template's content."""
        for suffix in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)


def put_into_one_file(path: Path) -> None:
    """Write what still lies in the log of an SQLite file into the file itself."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresDatabase:
    """One database a worker; filled tables are emptied after each test."""

    kind = "postgresql"

    def __init__(self, cluster: str, name: str, create: Create) -> None:
        """Copy the run's template, which the first worker makes with `create`."""
        self.cluster, self.name = cluster, name
        make_template_once(cluster, create)
        self.url = postgres.create_database(cluster, name, template=TEMPLATE)
        with self._connect() as connection:
            self._look(connection)

    def reset(self) -> None:
        """Empty what a test filled and give back the template's rows."""
        with self._connect() as connection:
            dirty = [name for (name,) in connection.execute(self.filled).fetchall()]
            if not dirty:
                return
            connection.execute("SET session_replication_role = replica")
            for name in {*dirty, *self.seeded}:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name in self.seeded:
                connection.execute(sql.SQL("INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM seed.{0}").format(sql.Identifier(name)))
            for sequence, start in self.sequences:
                connection.execute("SELECT setval(%s, %s, false)", [sequence, start])

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=self.cluster, port=5432, user=postgres.SUPERUSER, dbname=self.name, autocommit=True)

    def _look(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        tables = [str(name) for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        parts = [
            sql.SQL("SELECT {0} WHERE EXISTS (SELECT 1 FROM {1})").format(sql.Literal(name), sql.Identifier(name)) for name in tables
        ]
        self.filled = sql.SQL(" UNION ALL ").join(parts) if parts else sql.SQL("SELECT '' WHERE false")
        self.seeded = [str(name) for (name,) in connection.execute(self.filled).fetchall()]
        connection.execute("CREATE SCHEMA IF NOT EXISTS seed")
        for name in self.seeded:
            connection.execute(sql.SQL("CREATE TABLE seed.{0} AS TABLE public.{0}").format(sql.Identifier(name)))
        query = "SELECT quote_ident(sequencename), coalesce(last_value + 1, start_value) FROM pg_sequences WHERE schemaname = 'public'"
        self.sequences = connection.execute(query).fetchall()


def make_template_once(cluster: str, create: Create) -> None:
    """Let one of several workers create the template while the others wait."""
    with (Path(cluster) / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if postgres.database_exists(cluster, TEMPLATE):
            return
        create(postgres.create_database(cluster, "making"))
        postgres.rename_database(cluster, "making", TEMPLATE)
