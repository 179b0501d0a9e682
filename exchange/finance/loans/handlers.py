"""What news of pledges means for loans."""

from __future__ import annotations

from datetime import date

from exchange.core.access import SYSTEM
from exchange.core.events import News, on
from exchange.finance.loans.operations import close_loans_of, mark_collateral
from exchange.finance.loans.queries import loans_of_pledge
from exchange.finance.loans.states import RUNNING

CAUSES = {
    "pledge.item_died": "retroactive",
    "pledge.item_restored": "restored",
    "pledge.register": "registered",
    "pledge.change": "changed",
    "pledge.revoke": "revoked",
    "pledge.extinguish": "extinguished",
}


@on(*CAUSES)
def _mark(news: News) -> None:
    legal = news.payload.get("died_on")
    legal_from = legal if isinstance(legal, date) else None
    for loan in loans_of_pledge(news.thing.id):
        if loan.state in RUNNING:
            mark_collateral(SYSTEM, loan.id, cause=CAUSES[news.name], legal_from=legal_from)


@on("pledge.confirm", "pledge.revoke", "pledge.extinguish")
def _close(news: News) -> None:
    close_loans_of(news.thing.id)
