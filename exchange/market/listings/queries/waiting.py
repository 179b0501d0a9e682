"""What of listings and offers waits for somebody, and what the start page shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from exchange.core import clock, i18n
from exchange.core.access import CLERK, Actor
from exchange.core.calendar import china
from exchange.core.database import session
from exchange.core.errors import DomainError
from exchange.core.tasks import Task
from exchange.core.text import _
from exchange.core.workdays import due_after_working_days
from exchange.market.deals.queries import TRADING_KINDS
from exchange.market.listings.models import Listing, Offer
from exchange.market.listings.queries.browse import Wanted, browse, waiting_for_review
from exchange.market.listings.queries.offers import RUNNING_STATES
from exchange.market.listings.states import ListingState

REVIEW_WORKING_DAYS = 5
NEWEST = 5


def tasks(actor: Actor) -> list[Task]:
    """Listings to review for the exchange's clerks; for others drafts to finish and offers whose turn it is."""
    if CLERK.fits_role(actor):
        return [_review(listing) for listing in waiting_for_review().rows]
    return [*_unfinished(actor), *_turns(actor)] if actor.kind in TRADING_KINDS else []


def _review(listing: Listing) -> Task:
    return Task("listing", listing.public_id, _title(listing), _("Review the listing"), _answer_by(listing), listing.number)


def _answer_by(listing: Listing) -> date | None:
    """Five working days after it was submitted; none while that year's working days are not entered."""
    try:
        return due_after_working_days(china(), clock.day_of(listing.updated_at), REVIEW_WORKING_DAYS).day
    except DomainError:
        return None


def _unfinished(actor: Actor) -> list[Task]:
    states = [str(ListingState.DRAFT), str(ListingState.REJECTED)]
    wanted = select(Listing).where(Listing.organisation_id == actor.organisation_id, Listing.state.in_(states))
    rows = session().scalars(wanted.order_by(Listing.id).limit(20))
    return [Task("listing", row.public_id, _title(row), _("Complete and submit the listing"), None, row.number) for row in rows]


def _turns(actor: Actor) -> list[Task]:
    mine = actor.organisation_id
    turn = or_(
        (Offer.turn == "holder") & (Offer.holder_organisation_id == mine), (Offer.turn == "buyer") & (Offer.organisation_id == mine))
    wanted = select(Offer).where(Offer.state.in_(RUNNING_STATES), turn).order_by(Offer.valid_until, Offer.id).limit(50)
    return [
        Task("offer", row.public_id, _title(row.listing), _("Answer the offer"), clock.day_of(row.valid_until), row.number)
        for row in session().scalars(wanted)
    ]


def _title(listing: Listing) -> str:
    first, second = (listing.title_zh, listing.title_en) if i18n.current() == "zh" else (listing.title_en, listing.title_zh)
    return first or second or listing.number


def start_page(actor: Actor | None) -> dict[str, Any]:
    """The newest listings on sale, for the start page."""
    return {
        "newest": [
            {
                "title": _title(listing), "url": f"/listings/{listing.public_id}",
                "note": i18n.money(listing.price) if listing.price and not listing.on_enquiry else i18n.translate(_("Price on enquiry")),
            }
            for listing in browse(None, Wanted(), size=NEWEST).rows
        ]
    }  # fmt: skip
