"""Reads of the inbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, func, select, union_all

from exchange.core.access import VISIBLE_TO, Actor
from exchange.core.database import db, model_of
from exchange.core.pages import Order, Page, page_of
from exchange.people.accounts.models import Member, Organisation, Person
from exchange.people.notices.models import InboxItem


def inbox(actor: Actor, *, cursor: str = "") -> Page[InboxItem]:
    """The notices to this person in this organisation, newest first."""
    wanted = select(InboxItem).where(InboxItem.person_id == actor.user_id, InboxItem.organisation_id == actor.organisation_id)
    return page_of(wanted, [Order(InboxItem.id, "id", descending=True)], cursor=cursor, size=50)


def unread(actor: Actor) -> int:
    """How many notices this person has not read."""
    return db.session.scalar(select(func.count()).select_from(InboxItem).where(
        InboxItem.person_id == actor.user_id, InboxItem.organisation_id == actor.organisation_id, InboxItem.read_at.is_(None))) or 0


def recipients(organisation_ids: frozenset[int], kinds: frozenset[str], *, but: int) -> Sequence[Row[int, int, bool, str, str]]:
    """The acting members of organisations (by id or by kind), except one person: who, in which organisation, and how to write to them."""
    wanted = select(Member.person_id, Member.organisation_id, Person.demonstration, Person.email, Person.language).join(Person).where(
        Member.ended_at.is_(None), Person.disabled_at.is_(None), Member.grade != "viewer", Member.person_id != but)
    if kinds:
        of_kind = select(Organisation.id).where(Organisation.kind.in_(kinds))
        wanted = wanted.where(Member.organisation_id.in_(organisation_ids) | Member.organisation_id.in_(of_kind))
    else:
        wanted = wanted.where(Member.organisation_id.in_(organisation_ids))
    return db.session.execute(wanted.order_by(Member.id)).all()


def reachable(items: Sequence[InboxItem], actor: Actor) -> set[str]:
    """The objects of these notices that the actor may still see, asked of all nouns at once."""
    by_noun: dict[str, set[str]] = {}
    for item in items:
        by_noun.setdefault(item.noun, set()).add(item.object_id)
    models = {noun: model_of(noun) for noun in by_noun if noun in VISIBLE_TO}
    seen = [select(model.public_id).where(model.public_id.in_(by_noun[noun]), VISIBLE_TO[noun](actor)) for noun, model in models.items()]
    return set(db.session.scalars(union_all(*seen))) if seen else set()
