"""The public list: filters, facets with counts, four orders, keyset pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import lazyload

from exchange.core.access import Actor
from exchange.core.database import session
from exchange.core.errors import Invalid
from exchange.core.pages import Order, Page, page_of
from exchange.core.search.index import ranked_public_ids
from exchange.core.search.numbers import patent_numbers
from exchange.core.search.query import Query, parse
from exchange.market.listings.models import Listing, ListingCode, ListingPatent
from exchange.market.listings.queries.visible import visible_listings
from exchange.market.listings.rules.listing import SUPPORTED_PRICE_MODES
from exchange.market.listings.states import ListingState
from exchange.registers.patents.models import Patent, PatentClass

FACETS = ("sale", "mode", "price_mode", "industry", "section", "ipc", "stage", "band", "region")
ON_SALE = (str(ListingState.OPEN), str(ListingState.NOTICE))
SORTS = ("newest", "relevance", "price", "price_down", "ending", "complete")
MOST_FACETS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader filters by: text, chosen values of facets, whose, in which state."""

    text: str = ""
    chosen: Mapping[str, Sequence[str]] | None = None
    holder_id: int | None = None
    states: Sequence[str] = ON_SALE

    @property
    def query(self) -> Query:
        """The text as a search query."""
        return parse(self.text)


def browse(actor: Actor | None, wanted: Wanted, *, sort: str = "newest", cursor: str = "", size: int = 20) -> Page[Listing]:
    """Gives one page of the listings that the actor may see and that fit all filters."""
    if sort == "relevance" and wanted.text.strip():
        return _by_relevance(actor, wanted, cursor, size)
    return page_of(_matching(select(Listing), actor, wanted), _orders(sort), cursor=cursor, size=size)


def _by_relevance(actor: Actor | None, wanted: Wanted, cursor: str, size: int) -> Page[Listing]:
    """The best first; what was found by number alone comes last; the cursor is the last listing shown."""
    fitting = set(session().scalars(_matching(select(Listing.public_id), actor, wanted)))
    ranked = [public_id for public_id in found_ids(wanted.text) if public_id in fitting]
    ordered = ranked + sorted(fitting - set(ranked))
    if cursor and cursor not in ordered:
        raise Invalid("CURSOR_UNKNOWN", field="cursor")
    start = ordered.index(cursor) + 1 if cursor else 0
    shown = ordered[start : start + size]
    rows = {row.public_id: row for row in session().scalars(select(Listing).where(Listing.public_id.in_(shown)))}
    return Page([rows[public_id] for public_id in shown], shown[-1] if len(ordered) > start + size else None)


def count_listings(actor: Actor | None, wanted: Wanted) -> int:
    """Counts the listings that fit all filters."""
    return int(session().scalar(_matching(select(func.count(Listing.id)), actor, wanted)) or 0)


def facets(actor: Actor | None, wanted: Wanted) -> dict[str, list[tuple[str, int]]]:
    """Counts the values of each facet among what fits; a facet in use is counted as if it were not, so that one can change it."""
    counted = _counts(actor, wanted, FACETS)
    for name in (name for name, values in (wanted.chosen or {}).items() if values):
        others = {other: values for other, values in (wanted.chosen or {}).items() if other != name}
        counted |= _counts(actor, Wanted(wanted.text, others, wanted.holder_id, wanted.states), (name,))
    return counted


def _counts(actor: Actor | None, wanted: Wanted, names: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    fitting = _matching(select(Listing.id), actor, wanted)
    statement = (
        select(ListingCode.name, ListingCode.value, func.count())
        .where(ListingCode.name.in_(names), ListingCode.listing_id.in_(fitting))
        .group_by(ListingCode.name, ListingCode.value)
        .order_by(func.count().desc(), ListingCode.value)
    )
    counted: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for name, value, number in session().execute(statement):
        if len(counted[name]) < MOST_FACETS or value in (wanted.chosen or {}).get(name, ()):
            counted[name].append((value, number))
    return counted


def _matching(statement: Select[Any], actor: Actor | None, wanted: Wanted) -> Select[Any]:
    statement = statement.where(visible_listings(actor), Listing.state.in_(list(wanted.states)))
    if wanted.holder_id is not None:
        statement = statement.where(Listing.organisation_id == wanted.holder_id)
    for name, values in (wanted.chosen or {}).items():
        if values:
            having = select(ListingCode.listing_id).where(ListingCode.name == name, ListingCode.value.in_(list(values)))
            statement = statement.where(Listing.id.in_(having))
    return statement.where(_said(wanted)) if wanted.text.strip() else statement


def _said(wanted: Wanted) -> Any:
    """Full text by the index, a listing's own number, or a listed patent's number in any spelling."""
    by_text = Listing.public_id.in_(found_ids(wanted.text))
    numbers = patent_numbers(wanted.text)
    if not numbers:
        return or_(by_text, Listing.number == wanted.text.strip().upper())
    having = select(ListingPatent.listing_id).join(Patent, Patent.id == ListingPatent.patent_id).where(
        or_(Patent.application_number.in_(numbers), Patent.publication_number.in_(numbers)))
    return or_(by_text, Listing.id.in_(having))


def found_ids(text: str) -> list[str]:
    """Gives the public ids that a text finds, the best first; when all terms together find nothing, any one of them may."""
    query = parse(text)
    if query.is_empty:
        return []
    return ranked_public_ids(query, "listing") or ranked_public_ids(query.loosened(), "listing")


def _orders(sort: str) -> tuple[Order, ...]:
    by_id = Order(Listing.id, "id", descending=True)
    if sort == "price":
        return (Order(func.coalesce(Listing.price_minor, 10**15), "price_or_last"), by_id)
    if sort == "price_down":
        return (Order(func.coalesce(Listing.price_minor, 0), "price_or_zero", descending=True), by_id)
    if sort == "ending":
        return (Order(func.coalesce(Listing.ends_on, date(9999, 12, 31)), "ends_or_never"), by_id)
    if sort == "complete":
        return (Order(Listing.score, "score", descending=True), by_id)
    return (Order(Listing.sorted_at, "sorted_at", descending=True), by_id)


def offered_ways() -> tuple[str, ...]:
    """Gives the ways of pricing that a holder can choose here."""
    return tuple(str(mode) for mode in SUPPORTED_PRICE_MODES)


def main_facts(listings: Sequence[Listing]) -> dict[int, tuple[str, date | None]]:
    """Gives the main class and the end of the term of each listing's first patent, in one read."""
    first = {listing.id: listing.patent_ids[0] for listing in listings if listing.patents}
    ids = list(first.values())
    ends = dict(session().execute(select(Patent.id, Patent.expires_on).where(Patent.id.in_(ids))).all())
    rows = session().execute(
        select(PatentClass.patent_id, PatentClass.symbol).where(PatentClass.patent_id.in_(ids))
        .order_by(PatentClass.main.desc(), PatentClass.position)).all()
    classes = dict(reversed(rows))
    return {key: (classes.get(patent_id, ""), ends.get(patent_id)) for key, patent_id in first.items()}


def listings_of_patent(patent_id: int, actor: Actor | None) -> list[Listing]:
    """Gives the listings of a patent that the actor may see, the newest first."""
    having = select(ListingPatent.listing_id).where(ListingPatent.patent_id == patent_id)
    wanted = select(Listing).where(Listing.id.in_(having), visible_listings(actor)).order_by(Listing.id.desc()).limit(20)
    return list(session().scalars(wanted))


def similar(listing: Listing, *, most: int = 4) -> list[Listing]:
    """Gives other listings on sale in the same subclasses, the newest first."""
    own = select(ListingCode.value).where(ListingCode.listing_id == listing.id, ListingCode.name == "ipc")
    near = select(ListingCode.listing_id).where(ListingCode.name == "ipc", ListingCode.value.in_(own))
    wanted = select(Listing).where(Listing.id.in_(near), Listing.id != listing.id, Listing.state.in_(ON_SALE))
    return list(session().scalars(wanted.order_by(Listing.id.desc()).limit(most).options(lazyload(Listing.patents))))


def waiting_for_review(*, cursor: str = "") -> Page[Listing]:
    """Gives the listings under review, the oldest first."""
    wanted = select(Listing).where(Listing.state == str(ListingState.REVIEW))
    return page_of(wanted, (Order(Listing.updated_at, "updated_at"), Order(Listing.id, "id")), cursor=cursor)
