"""What of listings and offers waits for somebody, and what the start page shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from exchange.core import clock, i18n
from exchange.core.access import CLERK, Actor
from exchange.core.calendar import china
from exchange.core.errors import DomainError
from exchange.core.tasks import Offered, Queue, Task, queue
from exchange.core.text import _
from exchange.core.workdays import due_after_working_days
from exchange.market.deals.queries import TRADING_KINDS
from exchange.market.listings.models import Listing, Offer
from exchange.market.listings.queries.browse import Wanted, browse, waiting_for_review
from exchange.market.listings.queries.offers import RUNNING_STATES
from exchange.market.listings.states import ListingState

REVIEW_WORKING_DAYS = 5
NEWEST = 5


def tasks(actor: Actor) -> list[Offered]:
    """Listings to review for the exchange's clerks; for others drafts to finish and offers whose turn it is."""
    if CLERK.fits_role(actor):
        return [_review(listing) for listing in waiting_for_review().rows]
    return [_unfinished(actor), _turns(actor)] if actor.kind in TRADING_KINDS else []


def _review(listing: Listing) -> Task:
    return Task("listing", listing.public_id, _title(listing), _("Review the listing"), _answer_by(listing), listing.number)


def _answer_by(listing: Listing) -> date | None:
    """Five working days after it was submitted; none while that year's working days are not entered."""
    try:
        return due_after_working_days(china(), clock.day_of(listing.updated_at), REVIEW_WORKING_DAYS).day
    except DomainError:
        return None


def _unfinished(actor: Actor) -> Queue:
    states = [str(ListingState.DRAFT), str(ListingState.REJECTED)]
    wanted = select(Listing).where(Listing.organisation_id == actor.organisation_id, Listing.state.in_(states))
    ordered = wanted.order_by(Listing.id).limit(20)
    return queue("listing", _("Complete and submit the listing"), ordered, title=_shown_title(), number=Listing.number)


def _turns(actor: Actor) -> Queue:
    mine = actor.organisation_id
    turn = or_(
        (Offer.turn == "holder") & (Offer.holder_organisation_id == mine), (Offer.turn == "buyer") & (Offer.organisation_id == mine))
    wanted = select(Offer).join(Listing, Listing.id == Offer.listing_id).where(Offer.state.in_(RUNNING_STATES), turn)
    ordered = wanted.order_by(Offer.valid_until, Offer.id).limit(50)
    return queue("offer", _("Answer the offer"), ordered, title=_shown_title(), number=Offer.number, due_at=Offer.valid_until)


def _shown_title() -> ColumnElement[str]:
    """The title in the reader's language, else in the other, else the number; as ``_title`` says it of a listing."""
    first, second = (Listing.title_zh, Listing.title_en) if i18n.current() == "zh" else (Listing.title_en, Listing.title_zh)
    return func.coalesce(func.nullif(first, ""), func.nullif(second, ""), Listing.number)


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
