"""Wishes and supplies as the rules of matching want them; nothing confidential of the other side is in a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from exchange.core import clock
from exchange.core.database import session
from exchange.market.deals.queries import completed_by
from exchange.market.listings.models import Listing, ListingPatent
from exchange.market.listings.states import ListingState
from exchange.market.matching.models import Demand, Interest, Match
from exchange.market.matching.rules.fields import subclass_of
from exchange.market.matching.rules.glossary import classes_of as guessed_classes
from exchange.market.matching.rules.scoring import Supply, Wish
from exchange.market.matching.rules.wishes import language_of
from exchange.market.matching.states import DemandState, InterestState
from exchange.registers.patents.models import Patent, PatentClass
from exchange.registers.patents.states import LegalStatus

ALIVE = [str(status) for status in LegalStatus if status.alive]


def wish_of_demand(demand: Demand) -> Wish:
    """Gives a demand as a wish; its fields are guessed from its text when it names none."""
    text = f"{demand.title} {demand.text}"
    return Wish(
        demand.public_id, text, tuple(demand.classes) or tuple(guessed_classes(text)[:3]), frozenset(demand.modes), demand.low,
        demand.high, tuple(demand.regions), demand.territory, demand.stage_low, demand.stage_high, language_of(text),
    )


def wish_of_interest(interest: Interest) -> Wish:
    """Gives an investor's criteria as a wish."""
    text = f"{interest.title} {interest.text}"
    return Wish(
        interest.public_id, text, tuple(interest.classes) or tuple(guessed_classes(text)[:3]), frozenset(interest.modes), interest.low,
        interest.high, tuple(interest.regions), "", interest.stage_low, interest.stage_high, language_of(text),
    )


def open_demands_now() -> list[Demand]:
    """Gives every open demand, in the order of opening."""
    return list(session().scalars(select(Demand).where(Demand.state == str(DemandState.OPEN)).order_by(Demand.id)))


def active_interests() -> list[Interest]:
    """Gives every active set of criteria, in the order of saving."""
    return list(session().scalars(select(Interest).where(Interest.state == str(InterestState.ACTIVE)).order_by(Interest.id)))


def open_listings() -> list[Listing]:
    """Gives every open listing, in the order of drafting."""
    return list(session().scalars(select(Listing).where(Listing.state == str(ListingState.OPEN)).order_by(Listing.id)))


def supplies(listings: Sequence[Listing]) -> list[Supply]:
    """Gives listings as supplies, their patents read in four reads for all."""
    patents = _patents([listing.id for listing in listings])
    symbols = _symbols(patent.id for rows in patents.values() for patent in rows)
    done = completed_by({listing.organisation_id for listing in listings})
    return [_supply(listing, patents.get(listing.id, []), symbols, done) for listing in listings]


def _patents(listing_ids: Iterable[int]) -> dict[int, list[Patent]]:
    wanted = select(ListingPatent.listing_id, Patent).join(Patent, Patent.id == ListingPatent.patent_id)
    found: dict[int, list[Patent]] = {}
    rows = session().execute(wanted.where(ListingPatent.listing_id.in_(list(listing_ids))).order_by(ListingPatent.id))
    for listing_id, patent in rows:
        found.setdefault(listing_id, []).append(patent)
    return found


def _symbols(patent_ids: Iterable[int]) -> dict[int, list[str]]:
    wanted = select(PatentClass.patent_id, PatentClass.symbol).where(PatentClass.patent_id.in_(list(patent_ids)))
    found: dict[int, list[str]] = {}
    for patent_id, symbol in session().execute(wanted.order_by(PatentClass.main.desc(), PatentClass.position, PatentClass.id)):
        found.setdefault(patent_id, []).append(symbol)
    return found


def _supply(listing: Listing, patents: Sequence[Patent], symbols: dict[int, list[str]], done: dict[int, int]) -> Supply:
    today = clock.today()
    said = (listing.title_zh, listing.title_en, listing.summary_zh, listing.summary_en, listing.problem, listing.solution, listing.benefit)
    text = " ".join([*said, *((patent.title_zh or "") + " " + (patent.title_en or "") for patent in patents)])
    classes = tuple(dict.fromkeys(symbol for patent in patents for symbol in symbols.get(patent.id, []) if subclass_of(symbol)))
    ends = [patent.expires_on for patent in patents]
    return Supply(
        listing.public_id, text, classes or tuple(guessed_classes(text)[:3]), listing.mode,
        None if listing.on_enquiry else listing.price, listing.region, tuple(listing.territories), listing.stage,
        min((end - today).days for end in ends if end) if ends and all(ends) else None,
        in_force=all(patent.legal_status in ALIVE for patent in patents), has_valuation=listing.has_valuation,
        has_evidence=bool(listing.evidence_of_use), has_english=bool(listing.title_en or listing.summary_en),
        has_chinese=bool(listing.summary_zh), opened_on=clock.day_of(listing.opened_at) if listing.opened_at else None,
        deals_done=done.get(listing.organisation_id, 0),
    )


def known_matches(wish: Demand | Interest) -> dict[int, Match]:
    """Gives the matches of a wish by listing, whatever became of them."""
    own = Match.demand_id == wish.id if isinstance(wish, Demand) else Match.interest_id == wish.id
    return {match.listing_id: match for match in session().scalars(select(Match).where(own))}


def matches_of_listing(listing_id: int) -> list[Match]:
    """Gives the matches of a listing, whatever became of them."""
    return list(session().scalars(select(Match).where(Match.listing_id == listing_id).order_by(Match.id)))


def decline_counts(organisation_id: int) -> dict[str, int]:
    """Counts why seekers declined a holder's listings, without names."""
    wanted = (
        select(Match.decline_reason, func.count())
        .where(Match.holder_organisation_id == organisation_id, Match.decline_reason.is_not(None))
        .group_by(Match.decline_reason)
    )
    return {str(reason): number for reason, number in session().execute(wanted)}
