"""Row 4: a page deep in a list over its first page, by keyset."""

import sqlite3
import tempfile
from pathlib import Path

from tests.bench.figure import Figure, ratio

SIZE = 50


def run(*, full: bool) -> Figure:
    """Turn to the page at depth 10,000 through the house's own `page_of`."""
    from exchange.core.database import db
    from exchange.core.events import Event
    from exchange.core.pages import Order, page_of
    from sqlalchemy import select
    from tests.services.house import create_tables, make_app

    rows = 12_000 if full else 400
    folder = Path(tempfile.mkdtemp(prefix="zhirong-bench-"))
    path = folder / "bench.sqlite3"
    create_tables(f"sqlite:///{path}")
    fill(path, rows)
    app = make_app(folder, f"sqlite:///{path}")
    order = [Order(Event.seq, "seq", False), Order(Event.id, "id", False)]
    with app.app_context():
        cursor = None
        for _ in range(rows // SIZE - 2):
            page = page_of(select(Event), order, cursor=cursor, size=SIZE)
            cursor = page.next
        first = page_of(select(Event), order, cursor=None, size=SIZE)
        deep = page_of(select(Event), order, cursor=cursor, size=SIZE)
        assert first.rows[0].seq == 1
        assert deep.rows[0].seq == (rows // SIZE - 2) * SIZE + 1

        def turn(to: str | None) -> None:
            db.session.expunge_all()
            page_of(select(Event), order, cursor=to, size=SIZE)

        value = ratio(lambda: turn(cursor), lambda: turn(None), rounds=30 if full else 2)
        db.session.remove()
        db.engine.dispose()
    return Figure(4, "page at depth 10,000 / first page", value, "≤ 1.5", f"{rows} rows, SQLite")


def fill(path: Path, rows: int) -> None:
    """Put events past the chain; only their order matters here."""
    connection = sqlite3.connect(path)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(event)")]
    texts = dict.fromkeys(columns, "x") | {"chain": 0, "at": "2026-11-25 00:00:00", "payload": b"{}"}
    statement = f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    made = ([texts[name] if name not in ("id", "seq", "public_id") else f"{n:016d}" if name == "public_id" else n for name in columns] for n in range(1, rows + 1))
    connection.executemany(statement, made)
    connection.commit()
    connection.close()
