"""The connection to the database and how its transactions begin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

from exchange.core.database.columns import db
from exchange.core.settings import Settings

WRITING: ContextVar[bool] = ContextVar("writing", default=False)


def configure(app: Any, settings: Settings) -> None:
    """Bind the database of ``settings`` to the application."""
    url = settings.database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": settings.BUSY_TIMEOUT.total_seconds()}
    else:
        limits = "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
        options |= {"connect_args": {"options": limits}, "pool_size": 10, "pool_timeout": 3}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun within the block take the write lock at once; for migrations."""
    token = WRITING.set(True)
    try:
        yield
    finally:
        WRITING.reset(token)


@contextmanager
def outside_request(app: Any) -> Iterator[None]:
    """An application context with a session of its own, for jobs and commands."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
