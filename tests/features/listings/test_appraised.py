"""A listing says that its patents are appraised exactly as long as the holder's report is in force."""

from typing import Any

from exchange.appraisals import operations as appraisals
from exchange.core import approvals
from exchange.core.database import db
from exchange.market.listings.models import Listing
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import operations as patents
from tests import factories
from tests.features.appraisals.line import Line, staged
from tests.features.listings import stock


def house(line: Line) -> stock.Stage:
    """The listing's stage around the report's holder and registrars."""
    exchange = organisation(line.registrars[0].organisation_id)
    clerks = [factories.actor("exchange officer clerk", organisation=exchange) for _number in range(2)]
    return stock.Stage(registrars=line.registrars, clerks=(clerks[0], clerks[1]), holder=line.holder, buyer=factories.actor("enterprise signatory"))


def listed(line: Line) -> Listing:
    on = house(line)
    custody = patents.draft_custody(line.holder, line.patents[0].id)
    patents.submit_custody(line.holder, custody.id, agreed=True)
    approvals.with_second(lambda: patents.verify_custody(on.registrars[0], custody.id), on.registrars[1])
    return stock.drafted(on, patent=line.patents[0])


def test_an_issued_report_is_said_and_its_end_too(database: Any) -> None:
    line = staged()
    listing = listed(line)
    before = listing.score
    assert not listing.has_valuation
    report = line.to_issue()
    db.session.expire_all()
    assert (listing.has_valuation, listing.score) == (True, before + 6)
    approvals.with_second(lambda: appraisals.withdraw_appraisal(report, reason="An error in the sales figures.", actor=line.lead), line.reviewer)
    db.session.expire_all()
    assert (listing.has_valuation, listing.score) == (False, before)


def test_a_listing_drafted_after_the_report_says_it_at_once(database: Any) -> None:
    line = staged()
    line.to_issue()
    assert listed(line).has_valuation
