"""Listings as the search index wants them; `register` is called when the feature is loaded."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from exchange.core.database import session
from exchange.core.search.index import Document, Source, register
from exchange.core.text import _
from exchange.market.listings.models import Listing, ListingCode
from exchange.market.listings.queries.content import patents_of
from exchange.market.listings.queries.visible import PUBLIC_STATES
from exchange.people.accounts.queries import organisation_names


def load(public_id: str) -> Document | None:
    """Gives the document of a listing that was announced; others are not to be found by anybody but their holder."""
    listing = session().scalar(select(Listing).where(Listing.public_id == public_id))
    if listing is None:
        return None
    own = f"o{listing.organisation_id}"
    patents = patents_of(listing)
    texts = (
        listing.summary_zh, listing.summary_en, listing.problem, listing.solution, listing.benefit,
        *(patent.title_zh or "" for patent in patents), *(patent.title_en or "" for patent in patents),
    )  # fmt: skip
    return Document(
        noun="listing", public_id=public_id, url=f"/listings/{public_id}",
        audience=("public", own, "exchange") if listing.state in PUBLIC_STATES else (own,),
        organisation_id=listing.organisation_id, number=listing.number, title_zh=listing.title_zh, title_en=listing.title_en,
        abstract=" ".join(filter(None, texts)), claims=" ".join(patent.claims or "" for patent in patents)[:20_000],
        applicant=organisation_names([listing.organisation_id]).get(listing.organisation_id, ""),
        facets=(("status", listing.state), *_codes(listing)), dated_on=listing.sorted_at.date(), expires_on=listing.ends_on,
        price=None if listing.on_enquiry else listing.price,
    )


def _codes(listing: Listing) -> tuple[tuple[str, str], ...]:
    wanted = select(ListingCode.name, ListingCode.value).where(ListingCode.listing_id == listing.id).order_by(ListingCode.id)
    return tuple((name, value) for name, value in session().execute(wanted))


def every() -> Iterable[str]:
    """Gives all listings' public ids."""
    return session().scalars(select(Listing.public_id).order_by(Listing.id))


register("listing", Source(_("Listings"), load, every, "/listings"))
