"""One application on one database, cleaned between tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.services.databases import Create, PostgresDatabase, SqliteDatabase


class House:
    """The application, its database and its clients."""

    def __init__(self, folder: Path, open_database: Callable[[Create], SqliteDatabase | PostgresDatabase]) -> None:
        """Create the tables once, then the application."""
        self.folder = folder
        self.store = open_database(lambda address: create_tables(folder, address))
        self.app = make_app(folder, self.store.url)
        self.dirty = False

    @property
    def db(self) -> Any:
        """Flask-SQLAlchemy's `db`."""
        from exchange.core.database import db

        return db

    @contextmanager
    def clean(self) -> Iterator[None]:
        """Enter an application context on an empty database."""
        if self.dirty:
            with self.app.app_context():
                self.db.engine.dispose()
            self.store.reset()
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


def make_app(folder: Path, address: str) -> Any:
    """Build the application with the settings of a test."""
    from flask.testing import FlaskClient

    from exchange import create_app
    from exchange.core.settings import Settings

    class Client(FlaskClient):
        """Each request gets an application context of its own, even inside a test's."""

        def open(self, *arguments: Any, **named: Any) -> Any:
            with self.application.app_context():
                return super().open(*arguments, **named)

    app = create_app(Settings(ENV="test", DATA_DIR=folder / "var", DATABASE_URL=address, MFA_REQUIRED="none"))
    app.test_client_class = Client
    return app


def create_tables(folder: Path, address: str) -> None:
    """Create every table at an address."""
    app = make_app(folder, address)
    with app.app_context():
        from exchange.core.database import db

        db.create_all()
        db.engine.dispose()
