"""Row 9: the processor's time of the public list of listings over that of an empty Flask response."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.figure import Figure


def run(*, full: bool) -> Figure:
    """Ask in turn for the list with twenty listings and for an empty page of a bare Flask application."""
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.services.house import create_tables, make_app

    folder = Path(tempfile.mkdtemp(prefix="zhirong-bench-"))
    path = folder / "bench.sqlite3"
    create_tables(f"sqlite:///{path}")
    app = make_app(folder, f"sqlite:///{path}")
    with app.app_context():
        rows = fill(20)
    bare = Flask("bare")
    bare.add_url_rule("/", "empty", lambda: "")
    app.test_client_class = FlaskClient  # a browser's requests, without what the tests' own client does around them
    ours, anchor = app.test_client(), bare.test_client()
    page = ours.get("/listings")
    assert page.status_code == 200
    assert page.get_data(as_text=True).count('class="result"') == rows
    tag = page.headers.get("ETag", "")
    again = ours.get("/listings", headers={"If-None-Match": tag}) if tag else page
    rounds = 60 if full else 3
    fresh, empty = in_turn(lambda: ours.get("/listings"), lambda: anchor.get("/"), rounds=rounds)
    note = f"{rows} listings, {fresh / rounds * 1000:.1f} ms against {empty / rounds * 1000:.2f} ms of the processor, SQLite; unchanged answers {again.status_code}"
    with app.app_context():
        from exchange.core.database import db

        db.session.remove()
        db.engine.dispose()
    return Figure(9, "listing page CPU / empty Flask response CPU", fresh / empty, "≤ 3", note)


def fill(rows: int) -> int:
    """Put listings that are open to all into the database, past their machine; only their number and look matter here."""
    from datetime import timedelta

    from exchange.core import clock
    from exchange.core.database import db
    from exchange.core.database.columns import new_public_id
    from exchange.market.listings.models import Listing
    from exchange.people.accounts.models import Organisation

    now = clock.now()
    with db.engine.begin() as connection:
        connection.execute(Organisation.__table__.insert(), [{
            "public_id": new_public_id(), "kind": "enterprise", "name": f"Holder {number}", "state": "active", "version": 1, "created_at": now, "updated_at": now}
            for number in range(rows)])
        connection.execute(Listing.__table__.insert(), [{
            "public_id": new_public_id(), "organisation_id": number + 1, "number": f"GP-2026-{number:06d}", "mode": "transfer", "price_mode": "fixed", "price_form": "lump_sum", "sale_held": "none",
            "price_minor": 12_000_000 + number, "price_currency": "CNY", "title_zh": f"一种电池管理方法 {number}", "title_en": f"A battery method {number}",
            "summary_zh": "用于储能电站的均衡控制。" * 8, "summary_en": "Balanced control for storage stations. " * 6, "state": "open", "score": 80,
            "sorted_at": now - timedelta(minutes=number), "version": 1, "created_at": now, "updated_at": now} for number in range(rows)])
    return rows


def in_turn(ours: Callable[[], object], anchor: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """The processor's time of both, in turn, after one round each that is not counted."""
    mine = other = 0.0
    ours(), anchor()
    for _ in range(rounds):
        begun = time.process_time()
        ours()
        middle = time.process_time()
        anchor()
        mine, other = mine + middle - begun, other + time.process_time() - middle
    return mine, other
