"""The inbox as JSON."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.people.notices import queries
from exchange.people.notices.models import InboxItem
from exchange.people.notices.schemas import InboxQuery, NoticeAnswer

api = ApiRoom("notices", __name__)


@api.get("/inbox", "inbox:read", query=InboxQuery, answer=NoticeAnswer, many=True)
def inbox(data: dict[str, Any], actor: Actor) -> Page[InboxItem]:
    """Your notices, newest first."""
    return queries.inbox(actor, **data)
