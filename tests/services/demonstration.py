"""The demonstration's data, made once a run by calling the house's operations, and handed out as copies."""

import fcntl
import importlib
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


def make_demonstration_once(folder: Path) -> Path:
    """Fill a folder with the demonstration's database and files, or wait until another worker has."""
    if find_spec("exchange.demo") is None:
        pytest.skip("the demonstration's data are not part of this checkout")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            make_demonstration(folder)
            (folder / "whole").touch()
    return folder


def make_demonstration(folder: Path) -> None:
    """Load the demonstration into a new database."""
    from exchange import create_app
    from exchange.core.database import create_all, db
    from exchange.core.settings import Settings
    from tests.services.databases import put_into_one_file

    path = folder / "template.sqlite3"
    app = create_app(Settings(ENV="demo", DATA_DIR=folder / "var", DATABASE_URL=f"sqlite:///{path}", MFA_REQUIRED="none"))
    with app.app_context():
        create_all()
    mark_as_migrated(app)
    with app.app_context():
        importlib.import_module("exchange.demo").load_if_empty(app)
        db.session.remove()
        db.engine.dispose()
    put_into_one_file(path)


def mark_as_migrated(app: Any) -> None:
    """Say that the tables are those of the newest migration, as they are."""
    from alembic import command

    from exchange.cli import alembic_config

    command.stamp(alembic_config(app), "head")


def copy_files(source: Path, folder: Path) -> None:
    """Copy blobs and keys beside a copy of the database."""
    if (source / "var").exists():
        shutil.copytree(source / "var", folder / "var", dirs_exist_ok=True)


def members(house: Any) -> dict[str, Any]:
    """One living member of each role: "bank approver", "exchange officer clerk"."""
    from sqlalchemy import select

    from exchange.people.accounts.models import Member

    found: dict[str, Any] = {}
    for member in house.db.session.scalars(select(Member).where(Member.ended_at.is_(None)).order_by(Member.id)):
        found.setdefault(" ".join(filter(None, (member.organisation.kind, member.grade, member.desk))), member)
    return found


def client_of(house: Any, member: Any) -> Any:
    """A client signed in as a member of the demonstration."""
    from exchange.people.accounts import operations
    from exchange.people.accounts.queries import actor_of

    client = house.client()
    client.set_cookie("zhirong_session", operations.open_session(member, stepped_up=True))
    client.actor = actor_of(member, stepped_up=True)
    return client
