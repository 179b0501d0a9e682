"""Row 15: writing a batch of events with their chain over a bare insert of the same rows."""

import sqlite3
import tempfile
from pathlib import Path

import rfc8785

from exchange.core.access import SYSTEM
from tests.bench.figure import Figure, ratio


class Noted:
    """The least that an event can be about."""

    noun, public_id = "bench", "0" * 16


def run(*, full: bool) -> Figure:
    """Time one transaction of many events against one transaction of as many plain inserts, both on files."""
    from exchange.core import events
    from exchange.core.database import db, transact
    from tests.services.house import create_tables, make_app

    batch = 1_000 if full else 20
    folder = Path(tempfile.mkdtemp(prefix="zhirong-bench-"))
    address = f"sqlite:///{folder / 'bench.sqlite3'}"
    create_tables(address)
    app = make_app(folder, address)
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, payload BLOB)")
    payload = rfc8785.dumps({"noun": "bench", "verb": "note", "data": {"n": "1"}})

    def ours() -> None:
        transact(lambda: [events.note(Noted, "note", SYSTEM, n=n) for n in range(batch)])

    def insert() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO event (payload) VALUES (?)", [(payload,)] * batch)
        bare.execute("COMMIT")

    with app.app_context():
        value = ratio(ours, insert, rounds=5 if full else 1)
        rounds = 5 if full else 1
        assert db.session.query(events.Event).count() == rounds * batch
        db.session.remove()
        db.engine.dispose()
    bare.close()
    return Figure(15, "event write with chain / bare insert, batched", value, "≤ 8", f"{batch} events a transaction, SQLite")
