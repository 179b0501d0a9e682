"""Row 20: what the appraiser sees while typing, from the request to the fragment with value and picture, against the engine's bare quick run."""

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure

GOAL = "≤ 300 ms, first result before pictures"
TYPED = ("5%", "5.1%", "5.2%", "5.3%", "5.4%", "5.5%", "5.6%", "5.7%")


@contextmanager
def house() -> Iterator[Any]:
    """An application on a database of its own."""
    from exchange.core.database import create_all, db
    from tests.services.house import make_app

    folder = Path(tempfile.mkdtemp(prefix="preview-"))
    app = make_app(folder, f"sqlite:///{folder / 'bench.sqlite3'}")
    try:
        with app.app_context():
            create_all()
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        shutil.rmtree(folder)


def drafted() -> Any:
    """A draft with a full set of assumptions and three methods."""
    from tests.features.appraisals import line as making

    line = making.staged()
    line.commission()
    line.accept()
    line.draft()
    return line


def client_of(app: Any, actor: Any) -> Any:
    """The lead appraiser's browser."""
    from sqlalchemy import select

    from exchange.core.database import db
    from exchange.people.accounts.models import Member
    from exchange.people.accounts.operations import open_session

    member = db.session.scalar(select(Member).where(Member.person_id == actor.user_id))
    client = app.test_client()
    client.set_cookie("zhirong_session", open_session(member, stepped_up=True))
    return client


def milliseconds(work: Callable[[], object]) -> float:
    """How long one piece of work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def whole_form(appraisal: Any) -> dict[str, str]:
    """Every row of the table as the browser posts it."""
    from exchange.appraisals.views.drafting import assumption_rows

    form = {}
    for place, row in enumerate(assumption_rows(appraisal)):
        form |= {f"rows.{place}.{name}": str(row[name]) for name in ("name", "position", "value", "low", "high", "source_kind", "source_ref", "as_of", "note")}
    return form


def run(*, full: bool) -> Figure:
    """Measure the posted form and the engine alone, in turn."""
    with house() as app:
        line = drafted()
        from exchange.appraisals.models import Appraisal
        from exchange.appraisals.queries import current_version
        from exchange.appraisals.rules.calculation import engine_request
        from exchange.core.database import db
        from valuation.report import run as bare

        client, form = client_of(app, line.lead), whole_form(line.appraisal)
        asked = engine_request(json.loads(current_version(line.appraisal).request_json), "quick")
        field = next(name.removesuffix(".name") for name, value in form.items() if name.endswith(".name") and value == "royalty_rate")
        address = f"/appraisals/{line.appraisal.public_id}/preview"
        db.session.rollback()

        def typed(value: str, part: str) -> float:
            answers: list[Any] = []
            took = milliseconds(lambda: answers.append(client.post(f"{address}?{part}", data=form | {f"{field}.value": value}, headers={"HX-Request": "true"})))
            assert answers[0].status_code == 200
            assert "big-figure" in answers[0].text
            return took

        rounds = TYPED * (5 if full else 1)
        typed("4.9%", "")
        first, engine = [], []
        for value in rounds:
            first.append(typed(value, ""))
            engine.append(milliseconds(lambda: bare(asked)))
        assert db.session.get(Appraisal, line.appraisal.id) is not None
    worst = sorted(first)[int(len(first) * 0.95) - 1]
    note = f"median {statistics.median(first):.0f} ms, 95 of 100 within {worst:.0f} ms; the engine alone {statistics.median(engine):.0f} ms"
    return Figure(20, "typed input to the fragment / the engine's quick run", statistics.median(first) / statistics.median(engine), GOAL, note)
