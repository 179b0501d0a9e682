"""One application on one database, cleaned between tests."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange.core.settings import Environment
    from tests.services.databases import Create, PostgresDatabase, SqliteDatabase


class House:
    """The application, its database and its clients."""

    def __init__(
        self, folder: Path, open_database: Callable[[Create], SqliteDatabase | PostgresDatabase], *, environment: Environment = "test"
    ) -> None:
        """Create the tables once, then the application."""
        self.folder = folder
        self.store = open_database(create_tables)
        self.app = make_app(folder, self.store.url, environment=environment)
        self.dirty = False

    @property
    def db(self) -> Any:
        """Flask-SQLAlchemy's `db`."""
        from exchange.core.database import db

        return db

    @contextmanager
    def clean(self) -> Iterator[None]:
        """Enter an application context on an empty database, with an empty letter box."""
        if self.dirty:
            with self.app.app_context():
                self.db.engine.dispose()
            self.store.reset()
            for letter in (self.app.extensions["zhirong.settings"].DATA_DIR / "mail").glob("*.eml"):
                letter.unlink()
        self.dirty = True
        with self.app.app_context():
            yield

    def client(self) -> Any:
        """A client whose requests have a context and session of their own, as in production."""
        return self.app.test_client()

    def act_as(self, role: str, **details: Any) -> Any:
        """Sign in somebody of a kind and grade."""
        from tests.factories import signed_in

        return signed_in(self, role, **details)

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            self.db.engine.dispose()


def make_app(folder: Path, address: str, *, environment: Environment = "test") -> Any:
    """Build the application with the settings of a test."""
    import exchange
    from exchange import create_app
    from exchange.core.settings import Settings

    if only := os.environ.get("ONLY"):
        exchange.FEATURES = tuple(name for name in exchange.FEATURES if name in only.split(","))

    app = create_app(Settings(ENV=environment, DATA_DIR=folder / "var", DATABASE_URL=address, MFA_REQUIRED="none"))
    app.test_client_class = client_class()
    return app


def client_class() -> Any:
    """The client of the tests: each request has a context of its own and, if it writes, a fresh idempotency key."""
    from flask.testing import FlaskClient
    from werkzeug.datastructures import Headers

    from exchange.core.database import db

    class Client(FlaskClient):
        """A browser-like client; the test's own session is told to look anew after each request."""

        actor: Any = None

        def open(self, *arguments: Any, **named: Any) -> Any:
            db.session.rollback()
            if named.get("method") == "POST":
                headers = Headers(named.get("headers"))
                headers.setdefault("Idempotency-Key", secrets.token_urlsafe(24))
                named["headers"] = headers
            with self.application.app_context():
                return super().open(*arguments, **named)

    return Client


def pass_over_broken_features() -> None:
    """Let tests of one feature run while another cannot be imported; the law of imports names it."""
    import sys

    import exchange

    load = exchange.import_module
    if load.__name__ == "tolerant":
        return
    broken: set[str] = set()

    def tolerant(name: str) -> Any:
        if name in broken:
            return None
        try:
            return load(name)
        except Exception as problem:
            if not name.startswith("exchange."):
                raise
            broken.add(name)
            sys.stderr.write(f"passed over {name}: {type(problem).__name__}: {problem}\n")
            return None

    exchange.import_module = tolerant


def whole_tables(metadata: Any) -> list[Any]:
    """The tables whose foreign keys all lead somewhere."""
    whole = dict(metadata.tables)
    while lost := [name for name, table in whole.items() for key in table.foreign_keys if key.target_fullname.split(".")[0] not in whole]:
        for name in lost:
            whole.pop(name, None)
    return list(whole.values())


def create_tables(address: str) -> None:
    """Create every table and trigger at an address."""
    from sqlalchemy import create_engine

    from exchange import load_features
    from exchange.core.database import create_triggers, metadata

    pass_over_broken_features()
    load_features()
    engine = create_engine(address)
    with engine.begin() as connection:
        tables = whole_tables(metadata)
        metadata.create_all(connection, tables=tables)
        create_triggers(connection, {table.name for table in tables})
    engine.dispose()
