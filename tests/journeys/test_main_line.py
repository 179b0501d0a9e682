"""Issue 2 as its people live it: from a file of patents to money, deal and published rate, everything over HTTP."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exchange.core import audit
from exchange.registers.ledger.queries import prove
from tests.journeys import line
from tests.journeys.line import Story
from tests.journeys.people import assembled
from tests.journeys.portfolios import Portfolio, invented, real

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_audit.py"

pytestmark = pytest.mark.timeout(900)


def walked(house: Any, clock: Any, portfolio: Portfolio) -> Story:
    """The whole line, step by step."""
    story = Story(house, clock, assembled(house, demonstration=portfolio.demonstration), portfolio)
    line.buyer_registers(story)
    line.holder_imports(story)
    line.patents_are_registered(story, "pledged", "sold", "kept")
    line.patent_is_deposited(story, "sold")
    line.buyer_asks_for_technology(story)
    line.holder_lists(story)
    line.both_sides_meet(story)
    line.buyer_and_holder_agree(story)
    line.lenders_prepare(story)
    line.holder_submits(story)
    line.guarantor_accepts(story)
    line.holder_commissions(story)
    line.appraisers_draft(story)
    line.appraisers_issue(story)
    line.anybody_verifies(story)
    line.guarantor_reviews(story)
    line.guarantors_decide(story)
    line.bank_decides(story)
    line.pledge_is_registered(story)
    line.pledged_patent_is_bound(story)
    line.bank_pays_out(story)
    line.every_party_reads_its_case(story)
    line.outsiders_are_kept_out(story)
    line.debtor_pays_off(story)
    line.pledge_is_released(story)
    line.holder_shows_the_use(story)
    line.bureau_publishes(story)
    return story


def assert_books_and_history_hold(folder: Path) -> None:
    """The ledger proves empty; the chain verifies here, from its export, and by the verifier that needs nothing of ours."""
    assert prove() == []
    audit.make_head()
    report = audit.verify_database()
    assert (report.exit_code, report.damages, report.unable) == (0, [], [])
    assert report.events > 150
    journal = folder / "journal.jsonl"
    audit.export_to(journal)
    done = subprocess.run([sys.executable, "-I", VERIFIER, journal], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_real_patents_go_from_a_file_to_money_and_the_published_rate(house: Any, clock: Any, samples: Path, tmp_path: Path) -> None:
    walked(house, clock, real(samples))
    assert_books_and_history_hold(tmp_path)


def test_invented_patents_go_from_a_file_to_money_and_the_published_rate(house: Any, clock: Any, tmp_path: Path) -> None:
    walked(house, clock, invented())
    assert_books_and_history_hold(tmp_path)
