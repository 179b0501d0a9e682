"""What news of patents means for pledges."""

from __future__ import annotations

from datetime import date

from exchange.core import clock
from exchange.core.access import SYSTEM
from exchange.core.events import News, on
from exchange.finance.pledges.operations import kill_items, revive_items

CAUSES = {
    "patent.lapsed": "lapsed",
    "patent.expired": "expired",
    "patent.abandoned": "abandoned",
    "patent.invalidated": "invalidated",
}


@on(*CAUSES)
def _died(news: News) -> None:
    kill_items(SYSTEM, news.thing.id, on=_legal_date(news), cause=CAUSES[news.name])


@on("patent.restored")
def _restored(news: News) -> None:
    revive_items(SYSTEM, news.thing.id, on=_legal_date(news))


def _legal_date(news: News) -> date:
    """The date from which the event counts; some announcements carry it as text."""
    given = news.payload.get("on")
    if isinstance(given, date):
        return given
    return date.fromisoformat(str(given)) if given else clock.today()
