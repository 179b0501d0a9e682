"""What the exchange and the system write: review, notice, opening, pause, end."""

from __future__ import annotations

from datetime import timedelta

from exchange.core import clock, jobs
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import lock, operation
from exchange.core.errors import Invalid
from exchange.core.parameters import parameter
from exchange.market.listings.models import Listing
from exchange.market.listings.operations.content import check_gates_at, freeze, keep_in_step
from exchange.market.listings.operations.offers import end_offers
from exchange.market.listings.operations.sale import release_claims, take_claims, use_consents
from exchange.market.listings.queries.content import holder_is_public_body, patents_of
from exchange.market.listings.rules.listing import check_reviewer, check_term
from exchange.market.listings.states import LISTING, ListingState, PriceMode
from exchange.registers.patents.operations import publish_patent

NOTICE_DAYS = parameter("listings.notice_days", 0, source="exchange.md 4.1: listings sold by negotiation")
PUBLIC_NOTICE_DAYS = parameter("listings.public_notice_days", 15, source="促进科技成果转化法 18; 浙江条例 17, 山东条例 14")


@operation
def reject_listing(listing: Listing, *, actor: Actor, reason: str) -> Listing:
    """Return a listing with what is to be corrected."""
    lock(listing)
    check_reviewer({listing.organisation_id}, actor.organisation_id)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    with LISTING.move(listing, "reject", actor, reason=reason):
        listing.reason = reason
    return listing


@operation
def approve_listing(listing: Listing, *, actor: Actor) -> Listing:
    """Approve by two persons of the exchange: all gates, the terms frozen, the claims taken; without notice it opens at once."""
    lock(listing)
    check_reviewer({listing.organisation_id}, actor.organisation_id)
    days = notice_days(listing)
    with LISTING.move(listing, "approve", actor, notice_days=days):
        check_gates_at(listing, "listing_approve")
        listing.reason, listing.sorted_at = "", clock.now()
        freeze(listing, [patent.shown_number for patent in patents_of(listing)])
        take_claims(listing, SYSTEM)
        use_consents(listing, SYSTEM)
        listing.notice_ends_at = clock.end_of(clock.today() + timedelta(days=days)) if days else clock.now()
        keep_in_step(listing)
    for patent_id in listing.patent_ids:
        publish_patent(SYSTEM, patent_id, published=True)
    if days:
        jobs.set_timer("listing", listing.public_id, rule="listing.open", due_at=listing.notice_ends_at)
        return listing
    return open_listing(listing, actor=SYSTEM)


def notice_days(listing: Listing) -> int:
    """How long a listing is shown before it opens: public institutions 15 days, negotiated listings of others none."""
    if holder_is_public_body(listing.organisation_id) and listing.price_mode in (PriceMode.NEGOTIATED, PriceMode.FIXED):
        return PUBLIC_NOTICE_DAYS.number()
    return NOTICE_DAYS.number()


@operation
def open_listing(listing: Listing, *, actor: Actor = SYSTEM) -> Listing:
    """Open after the notice; all gates are asked again, and one that refuses leaves the listing in notice."""
    lock(listing)
    with LISTING.move(listing, "open", actor):
        check_gates_at(listing, "listing_open")
        ends_on = clock.today() + timedelta(days=listing.term_days)
        check_term(clock.today(), ends_on)
        listing.opened_at, listing.ends_on = clock.now(), ends_on
        keep_in_step(listing)
    jobs.set_timer("listing", listing.public_id, rule="listing.expire", due_at=clock.start_of(ends_on))
    return listing


@operation
def pause_listing(listing: Listing, *, actor: Actor, reason: str) -> Listing:
    """Pause with a reason that everybody may read."""
    lock(listing)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    with LISTING.move(listing, "pause", actor, reason=reason):
        listing.reason = reason
        keep_in_step(listing)
    return listing


@operation
def resume_listing(listing: Listing, *, actor: Actor) -> Listing:
    """Go on after a pause; the gates are asked again."""
    lock(listing)
    with LISTING.move(listing, "resume", actor):
        check_gates_at(listing, "listing_open")
        listing.reason = ""
        keep_in_step(listing)
    return listing


@operation
def void_listing(listing: Listing, *, actor: Actor, reason: str) -> Listing:
    """Declare a listing void with its ground; claims go free and offers end."""
    lock(listing)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    with LISTING.move(listing, "void", actor, reason=reason):
        _end(listing, reason)
    return listing


@operation
def expire_listing(listing: Listing, *, actor: Actor = SYSTEM) -> Listing:
    """End a listing whose term is over; claims go free and offers end."""
    lock(listing)
    with LISTING.move(listing, "expire", actor):
        _end(listing, "")
    return listing


def _end(listing: Listing, reason: str) -> None:
    listing.reason = reason
    end_offers(listing)
    release_claims(listing, SYSTEM)
    keep_in_step(listing)


@operation
def hold_sale(listing: Listing, *, actor: Actor = SYSTEM, held: str) -> Listing:
    """Told by an auction that it runs (`live`) or has a bid (`bid`); amending and withdrawing then wait."""
    lock(listing)
    if listing.state != ListingState.OPEN or held not in ("live", "bid"):
        raise Invalid("CHOICE_UNKNOWN", field="held", choices=["live", "bid"])
    listing.sale_held = held
    return listing


@operation
def release_sale(listing: Listing, *, actor: Actor = SYSTEM) -> Listing:
    """Told by an auction that it passed, was cancelled or voided."""
    lock(listing)
    listing.sale_held = "none"
    return listing
