"""The worker is killed half-way through an import and through a document; started again, the line goes on and nothing is there twice."""

from __future__ import annotations

import time
from typing import Any

import pytest

from exchange.core import seal
from exchange.core.database import db
from exchange.core.jobs.models import Job
from exchange.finance.financing.models import Case
from exchange.registers.patents.models import Patent
from tests.journeys import labour, line
from tests.journeys.line import Story
from tests.journeys.people import assembled
from tests.journeys.portfolios import invented

pytestmark = pytest.mark.timeout(600)
ROWS = 8_100


def test_an_import_whose_worker_is_killed_goes_on_where_it_was_and_doubles_nothing(house: Any, clock: Any) -> None:
    story = Story(house, clock, assembled(house, demonstration=True), invented(ROWS))
    batch = uploaded(story)
    worker = labour.start(house, failpoint="import.chunk:wait")
    while batch()["next_row"] == 0:
        assert worker.poll() is None
        time.sleep(0.02)
    worker.kill()
    worker.wait()
    assert batch()["state"] == "writing"
    half = db.session.query(Patent).count()
    assert 0 < half < ROWS
    clock.pass_(minutes=2)
    labour.finished(house)
    assert (batch()["state"], batch()["next_row"]) == ("written", ROWS + 2)
    numbers = [number for (number,) in db.session.query(Patent.application_number)]
    assert (len(numbers), len(set(numbers))) == (ROWS, ROWS)
    assert attempts("import.write") == [("done", 2)]


def uploaded(story: Story) -> Any:
    """The batch is uploaded, checked and confirmed; its state as the holder sees it."""
    owner = story.cast["holder officer"]
    place = story["import"] = owner.fill("/patents/import", file=(story.portfolio.content, story.portfolio.filename))
    if owner.ask("/imports/" + story.id("import"))["state"] == "uploaded":
        story.work()
    owner.press(place, "confirm")
    return lambda: owner.ask("/imports/" + story.id("import"))


def attempts(kind: str) -> list[tuple[str, int]]:
    """State and attempts of the jobs of a kind."""
    found = [(state, number) for state, number in db.session.query(Job.state, Job.attempts).filter(Job.kind == kind)]
    db.session.rollback()
    return found


@pytest.mark.parametrize("point", ["renderer.rendered", "outbox.sent"])
def test_a_document_whose_worker_is_killed_lies_there_once_and_the_case_goes_on(house: Any, clock: Any, point: str) -> None:
    story = Story(house, clock, assembled(house, demonstration=True), invented(100))
    uploaded(story)
    line.patents_are_registered(story, "pledged")
    line.lenders_prepare(story)
    story.work()
    line.holder_submits(story)
    labour.killed_at(house, point, kind="case.application")
    assert attempts("case.application") == [("running", 1)]
    clock.pass_(minutes=2)
    labour.finished(house)
    assert attempts("case.application") == [("done", 2)]
    case = db.session.query(Case).one()
    [document] = seal.documents_of("case", case.public_id)
    assert (document.number, document.code) == (f"{case.number}-application", case.application_code)
    assert all(finding.good for finding in seal.verify(seal.content_of(document)))
    line.guarantor_accepts(story)
