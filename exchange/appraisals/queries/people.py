"""Organisations and members by the names that forms carry."""

from __future__ import annotations

from sqlalchemy import select

from exchange.core.database import db
from exchange.people.accounts.models import Member, Organisation


def find_organisation(public_id: str) -> Organisation | None:
    """An active organisation by its public name."""
    return db.session.scalar(select(Organisation).where(Organisation.public_id == public_id, Organisation.state == "active"))


def members_of(organisation_id: int) -> list[Member]:
    """The present members of an organisation."""
    return list(db.session.scalars(select(Member).where(Member.organisation_id == organisation_id, Member.ended_at.is_(None)).order_by(Member.id)))
