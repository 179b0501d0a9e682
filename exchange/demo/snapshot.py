"""The demonstration as it stood when it was made, kept beside the database, so that the same day's reset takes a moment."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.core import clock
from exchange.core.database import db

if TYPE_CHECKING:
    from flask import Flask

    from exchange.core.settings import Settings

STEM = "demonstration-"


def keep(app: Flask) -> None:
    """Copy the new database's file under the day it was made; only an SQLite file is kept."""
    source = file_of(app)
    if source is None:
        return
    settings: Settings = app.extensions["zhirong.settings"]
    for older in settings.DATA_DIR.glob(f"{STEM}*.sqlite"):
        older.unlink()
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place(settings))


def restore(app: Flask) -> bool:
    """Bring the database back to what was kept today under the present migrations, while others may be reading; whether it did."""
    settings: Settings = app.extensions["zhirong.settings"]
    target, kept = file_of(app), place(settings)
    if target is None or not kept.exists() or version_of(kept) != version_of(target):
        return False
    db.session.remove()
    with closing(sqlite3.connect(kept)) as source, closing(sqlite3.connect(target, timeout=10)) as live:
        source.backup(live)
    return True


def place(settings: Settings) -> Path:
    """Where today's copy lies."""
    return settings.DATA_DIR / f"{STEM}{clock.today().isoformat()}.sqlite"


def file_of(app: Flask) -> Path | None:
    """The database's file, where it is one."""
    with app.app_context():
        url = db.engine.url
    return Path(url.database).resolve() if url.get_backend_name() == "sqlite" and url.database else None


def version_of(path: Path) -> list[str]:
    """The migrations that a database file has seen; none where it was never migrated."""
    with closing(sqlite3.connect(path)) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        return sorted(row[0] for row in connection.execute("SELECT version_num FROM alembic_version")) if known else []
