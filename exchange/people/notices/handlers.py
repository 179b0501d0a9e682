"""Every event of the house passes here; those in the table become notices."""

from __future__ import annotations

from exchange.core.events import LISTENERS, News
from exchange.core.states import parties_of
from exchange.people.notices.operations import send_notice
from exchange.people.notices.rules import NOTICES


def tell(news: News) -> None:
    """Send the notice of an event, when the table has one."""
    notice = NOTICES.get(news.name)
    if notice is None or news.thing is None:
        return
    send_notice(
        news.name, notice, noun=news.thing.noun, object_id=news.thing.public_id, number=str(getattr(news.thing, "number", "") or ""),
        parties=dict(parties_of(news.thing)), actor=news.actor)


if tell not in LISTENERS:
    LISTENERS.append(tell)
