"""The desk: what needs you, the queue, search, status by number."""

from __future__ import annotations

from typing import Any

from flask import redirect

from exchange.core import i18n
from exchange.core.access import MEMBER, Actor, permit
from exchange.core.drafts import Writer, discard_draft, drafts_of
from exchange.core.text import _
from exchange.core.web import Room, may, page, redirect_to, url_of
from exchange.portal import queries
from exchange.portal.schemas import SearchQuery, StatusQuery
from exchange.portal.views.tour import is_offered

DESK = permit("desk:read", MEMBER)

room = Room("desk", __name__)


@room.page("/home", DESK)
def home(actor: Actor) -> str:
    """What needs you, sorted by due time, and one best next step."""
    return page(
        "portal/home.html", tasks=queries.tasks(actor)[:12], proposals=queries.proposals(actor), steps=steps_for(actor),
        tour_offered=is_offered(actor), drafts=drafts_of(Writer.of(actor), most=3),
    )


@room.page("/drafts", DESK)
def drafts(actor: Actor) -> str:
    """What one typed and has not sent."""
    return page("portal/drafts.html", drafts=drafts_of(Writer.of(actor)))


@room.post("/drafts/<id>/discard", DESK, keyed=False)
def discard(id: str, actor: Actor) -> Any:  # noqa: A002  # the name in the URL
    """Throw one of one's own drafts away."""
    discard_draft(Writer.of(actor), id)
    return redirect_to("desk.drafts", _("The draft was discarded."))


def steps_for(actor: Actor) -> list[tuple[str, str, str]]:
    """The first steps that this member may take."""
    return [(title, why, url) for title, why, url, needed in queries.first_steps(actor) if not needed or may(needed, actor)]


@room.page("/queue", DESK)
def queue(actor: Actor) -> str:
    """Everything that waits for this role."""
    return page("portal/queue.html", tasks=queries.tasks(actor), proposals=queries.proposals(actor))


@room.page("/search", public="the one search box is for everybody", query=SearchQuery)
def search(data: dict[str, Any], actor: Actor | None) -> Any:
    """Numbers first, then titles, then pages."""
    words = data.get("q", "")
    exact = queries.by_number(words, actor) if words else None
    if exact is not None and url_of(exact[0], exact[1]):
        return redirect(url_of(exact[0], exact[1]), 302)
    return page("portal/search.html", words=words, groups=queries.search(words, actor, i18n.current()) if words else [])


@room.page("/status", public="progress can be looked up by number without signing in", query=StatusQuery)
def status(data: dict[str, Any], actor: Actor | None) -> str:
    """Where the thing of a number stands, in one word."""
    number = data.get("number", "")
    return page("portal/status.html", number=number, found=queries.progress(number) if number else None)
