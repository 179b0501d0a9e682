"""What the holder's side writes: draft, edit, submit, revise, amend, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.numbers import next_number
from exchange.market.listings.models import Listing, ListingPatent
from exchange.market.listings.operations.content import check_gates_at, keep_in_step
from exchange.market.listings.operations.offers import end_offers
from exchange.market.listings.operations.sale import release_claims
from exchange.market.listings.queries.content import draft_of
from exchange.market.listings.rules.listing import MOST_PATENTS, check_complete
from exchange.market.listings.states import LISTING, ListingState
from exchange.registers.patents.queries import find_patent, live_custody
from exchange.registers.patents.states import CustodyState

SAID = (
    "mode", "price_mode", "price_form", "on_enquiry", "title_zh", "title_en", "summary_zh", "summary_en", "problem", "solution",
    "benefit", "economics", "evidence_of_use", "prior_art", "defects", "stage", "industry", "region", "territories", "fields",
    "first_day", "last_day", "burdens", "declared", "leak_confirmed", "term_days",
)  # fmt: skip


@operation
def draft_listing(*, actor: Actor, patents: Sequence[str], **said: Any) -> Listing:
    """Draft a listing of one's own patents that are verified in custody."""
    listing = Listing(
        number=next_number("GP"), organisation_id=actor.organisation_id, mode="transfer", price_mode="negotiated",
        price_form="lump_sum", sale_held="none",
    )
    with LISTING.move(listing, "draft", actor):
        _say(listing, said)
        add(listing)
        flush()
        _name_patents(listing, patents, actor)
        keep_in_step(listing)
    return listing


@operation
def edit_listing(listing: Listing, *, actor: Actor, patents: Sequence[str] | None = None, **said: Any) -> Listing:
    """Change a draft."""
    lock(listing)
    with LISTING.move(listing, "edit", actor):
        _say(listing, said)
        if patents is not None:
            _name_patents(listing, patents, actor)
        keep_in_step(listing)
    return listing


def _say(listing: Listing, said: Mapping[str, Any]) -> None:
    unknown = set(said) - set(SAID) - {"price"}
    if unknown:
        raise Invalid("UNKNOWN_FIELD", field=min(unknown))
    for name in SAID:
        if name in said:
            setattr(listing, name, said[name])
    if "price" in said:
        price = said["price"]
        listing.price_minor, listing.price_currency = (price.minor, price.currency) if price else (None, None)
    if listing.first_day and listing.last_day and listing.last_day < listing.first_day:
        raise Invalid("DATE_ORDER", field="last_day", start=listing.first_day, end=listing.last_day)


def _name_patents(listing: Listing, public_ids: Sequence[str], actor: Actor) -> None:
    if not 0 < len(public_ids) <= MOST_PATENTS:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="patents", low=1, high=MOST_PATENTS)
    wanted = [_own_patent(public_id, actor) for public_id in dict.fromkeys(public_ids)]
    kept = {row.patent_id: row for row in listing.patents}
    listing.patents[:] = [
        kept.get(patent_id) or ListingPatent(patent_id=patent_id, position=place) for place, patent_id in enumerate(wanted)
    ]
    for place, row in enumerate(listing.patents):
        row.position = place
    flush()


def _own_patent(public_id: str, actor: Actor) -> int:
    patent = find_patent(actor, public_id)
    custody = live_custody(patent.id, actor.organisation_id)
    if custody is None or custody.state != CustodyState.VERIFIED:
        raise Conflict("CUSTODY_REQUIRED", field="patents")
    return patent.id


@operation
def submit_listing(listing: Listing, *, actor: Actor) -> Listing:
    """Send a complete draft to review; what the gates would refuse is shown as a warning."""
    lock(listing)
    with LISTING.move(listing, "submit", actor) as moving:
        check_complete(draft_of(listing))
        found = check_gates_at(listing, "listing_submit")
        moving.payload["warnings"] = sorted({one.code for one in found})
        keep_in_step(listing)
    return listing


@operation
def revise_listing(listing: Listing, *, actor: Actor) -> Listing:
    """Take a returned listing back into work."""
    lock(listing)
    with LISTING.move(listing, "revise", actor):
        pass
    return listing


@operation
def amend_listing(listing: Listing, *, actor: Actor, **said: Any) -> Listing:
    """Change what is public: it goes back to review and its notice begins anew."""
    lock(listing)
    with LISTING.move(listing, "amend", actor, changed=sorted(said)):
        _check_not_held(listing)
        _say(listing, said)
        check_complete(draft_of(listing))
        keep_in_step(listing)
    return listing


@operation
def withdraw_listing(listing: Listing, *, actor: Actor, reason: str = "") -> Listing:
    """Take the listing away; its claims go free and its running offers end."""
    lock(listing)
    with LISTING.move(listing, "withdraw", actor, reason=reason):
        if listing.state == ListingState.OPEN:
            _check_not_held(listing)
        listing.reason = reason
        end_offers(listing)
        release_claims(listing, SYSTEM)
        keep_in_step(listing)
    return listing


def _check_not_held(listing: Listing) -> None:
    if listing.sale_held != "none":
        raise Conflict("SALE_HELD")
