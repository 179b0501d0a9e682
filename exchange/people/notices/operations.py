"""Writing and reading of notices."""

from __future__ import annotations

from sqlalchemy import insert, update

from exchange.core import clock, mail
from exchange.core.access import KINDS, Actor
from exchange.core.database import db, new_public_id, operation
from exchange.core.text import _
from exchange.people.notices.models import InboxItem
from exchange.people.notices.queries import recipients
from exchange.people.notices.rules import MUST, Notice


INTO_INBOX = insert(InboxItem.__table__)  # type: ignore[arg-type]  # a mapped table


@operation
def send_notice(event: str, notice: Notice, *, noun: str, object_id: str, number: str, parties: dict[str, frozenset[int]], actor: Actor) -> int:
    """Put a notice into the inbox of each acting member of its parties, and a letter where they must act."""
    ids = frozenset(each for party in notice.parties for each in parties.get(party, frozenset()))
    kinds = frozenset(party for party in notice.parties if party in KINDS and party not in parties)
    told = recipients(ids, kinds, but=actor.user_id)
    shared = {"event": event, "urgency": notice.urgency, "noun": noun, "object_id": object_id, "number": number, "created_at": clock.now()}
    items = [{"public_id": new_public_id(), "person_id": each.person_id, "organisation_id": each.organisation_id, **shared} for each in told]
    if items:
        db.session.connection().execute(INTO_INBOX, items)
    for each, item in zip(told, items, strict=True):
        if notice.urgency == MUST and not each.demonstration:
            mail.send(to=each.email, language=each.language, subject=_("Something needs you on Zhirong"),
                      body=notice.sentence, values={}, key=f"notice-{item['public_id']}")
    return len(told)


@operation
def read_all(*, actor: Actor) -> None:
    """Mark every notice of this person as read."""
    db.session.execute(update(InboxItem).where(
        InboxItem.person_id == actor.user_id, InboxItem.organisation_id == actor.organisation_id, InboxItem.read_at.is_(None),
    ).values(read_at=clock.now()))
