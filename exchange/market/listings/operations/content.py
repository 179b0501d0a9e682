"""What every write of a listing keeps in step: its exact values, its score, its index row, its frozen announcement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy import delete, insert, select

from exchange.core import clock
from exchange.core.database import add, flush, lock, operation, session
from exchange.core.search.index import reindex
from exchange.market.deals.operations import record_gates
from exchange.market.deals.rules import use_of
from exchange.market.listings.models import Announcement, Listing, ListingCode
from exchange.market.listings.queries.content import classes_of, draft_of, gate_facts, is_appraised
from exchange.market.listings.rules.listing import completeness, price_band, sale_of, stage_band
from exchange.market.listings.rules.regions import lineage
from exchange.registers.patents.queries import gate_findings
from exchange.registers.patents.rules.gates import Finding, raise_first
from exchange.registers.patents.states import Use


def keep_in_step(listing: Listing) -> None:
    """Bring the score, the exact values and the index row in step with what the listing now says."""
    flush()
    listing.has_valuation = is_appraised(listing)
    listing.score = completeness(draft_of(listing)).score
    wanted = set(codes_of(listing))
    kept = session().execute(select(ListingCode.name, ListingCode.value).where(ListingCode.listing_id == listing.id))
    if {(row.name, row.value) for row in kept} != wanted:
        session().execute(delete(ListingCode).where(ListingCode.listing_id == listing.id))
        session().execute(insert(ListingCode), [{"listing_id": listing.id, "name": name, "value": value} for name, value in sorted(wanted)])
    reindex("listing", listing.public_id)


@operation
def follow_appraisal(listing: Listing) -> None:
    """A report on the listing's patents came into force or ended: what the listing says of it follows."""
    lock(listing)
    if listing.has_valuation != is_appraised(listing):
        keep_in_step(listing)


def codes_of(listing: Listing) -> list[tuple[str, str]]:
    """The exact values by which a listing is filtered and counted."""
    subclasses = sorted({symbol[:4] for symbol in classes_of(listing.patent_ids)})
    return [
        ("mode", listing.mode), ("sale", sale_of(listing.mode)), ("price_mode", listing.price_mode),
        ("band", price_band(None if listing.on_enquiry else listing.price)),
        *((("industry", listing.industry),) if listing.industry else ()),
        *((("stage", stage_band(listing.stage)),) if listing.stage else ()),
        *(("region", code) for code in lineage(listing.region) if listing.region and code != "CN"),
        *(("section", subclass[0]) for subclass in subclasses), *(("ipc", subclass) for subclass in subclasses),
    ]


def check_gates_at(listing: Listing, point: str, *, point_of: str = "listing", object_id: str = "", **facts: Any) -> tuple[Finding, ...]:
    """Ask all gates about all patents of a listing at a point, keep what they say, and refuse by the first that refuses."""
    found = findings_at(listing, point, **facts)
    if point != "listing_submit":
        raise_first(found)
    record_gates(point_of, object_id or listing.public_id, point=point, findings=found)
    return found


def findings_at(listing: Listing, point: Any, **facts: Any) -> tuple[Finding, ...]:
    """What the gates say about all patents of a listing at a point."""
    return tuple(gate_findings(
        listing.patent_ids, purpose=point, mode=Use(use_of(listing.mode)), on=clock.today(), facts=gate_facts(listing, **facts),
    ))


def freeze(listing: Listing, numbers: Sequence[str]) -> Announcement:
    """Freeze the terms into the next announcement: exact canonical bytes and their digest."""
    listing.announcement_n += 1
    content = rfc8785.dumps(frozen_terms(listing, numbers))
    listing.announcement_sha256 = hashlib.sha256(content).hexdigest()
    row: Announcement = add(Announcement(
        listing_id=listing.id, n=listing.announcement_n, content=content, sha256=listing.announcement_sha256))
    return row


def frozen_terms(listing: Listing, numbers: Sequence[str]) -> dict[str, Any]:
    """The terms that an announcement fixes."""
    return {
        "listing": listing.number, "n": listing.announcement_n, "patents": list(numbers), "mode": listing.mode,
        "price_mode": listing.price_mode, "price": None if listing.on_enquiry or not listing.price else listing.price.to_json(),
        "price_form": listing.price_form, "title_zh": listing.title_zh, "title_en": listing.title_en,
        "territories": list(listing.territories), "fields": list(listing.fields),
        "first_day": str(listing.first_day or ""), "last_day": str(listing.last_day or ""),
        "burdens": list(listing.burdens), "defects": listing.defects, "term_days": listing.term_days,
    }
