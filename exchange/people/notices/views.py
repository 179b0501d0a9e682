"""The inbox's page."""

from __future__ import annotations

from typing import Any

from exchange.core.access import MEMBER, Actor, permit
from exchange.core.text import _
from exchange.core.web import CONTEXT, Room, current_actor, page, redirect_to
from exchange.people.notices import operations, queries
from exchange.people.notices.rules import NOTICES
from exchange.people.notices.schemas import InboxQuery

INBOX = permit("inbox:read", MEMBER)

room = Room("notices", __name__)


@room.page("/inbox", INBOX, query=InboxQuery)
def inbox(data: dict[str, Any], actor: Actor) -> str:
    """Your notices, newest first."""
    items = queries.inbox(actor, **data)
    return page("notices/inbox.html", items=items, sentences=NOTICES, reachable=queries.reachable(items.rows, actor))


@room.post("/inbox/read", INBOX, keyed=False)
def read_all(actor: Actor) -> Any:
    """Mark all as read."""
    operations.read_all(actor=actor)
    return redirect_to("notices.inbox", _("All marked as read."))


def unread() -> dict[str, int]:
    """The number beside the inbox's link."""
    actor = current_actor()
    return {"unread": queries.unread(actor) if actor else 0}


CONTEXT["unread"] = unread
