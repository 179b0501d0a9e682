"""What a listing says and what its patents are, read for rules and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from exchange.core import clock, files
from exchange.core.database import session
from exchange.market.listings.models import Announcement, Decline, Listing, ListingPatent, Offer
from exchange.market.listings.rules.listing import Draft
from exchange.market.listings.rules.offer import shown_reasons
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import Custody, Encumbrance, Patent, PatentClass
from exchange.registers.patents.queries import encumbrances
from exchange.registers.patents.rules.gates import ActorFacts
from exchange.registers.patents.rules.licences import EVERYTHING, Box
from exchange.registers.patents.states import CustodyState


def patents_of(listing: Listing) -> list[Patent]:
    """Gives the listed patents in their order."""
    wanted = select(Patent).join(ListingPatent, ListingPatent.patent_id == Patent.id)
    return list(session().scalars(wanted.where(ListingPatent.listing_id == listing.id).order_by(ListingPatent.position)))


def classes_of(patent_ids: Iterable[int]) -> list[str]:
    """Gives the IPC symbols of patents, main ones first."""
    wanted = select(PatentClass.symbol).where(PatentClass.patent_id.in_(list(patent_ids)), PatentClass.scheme.in_(("ipc", "IPC", "cpc", "CPC")))
    found = session().scalars(wanted.order_by(PatentClass.main.desc(), PatentClass.position, PatentClass.id))
    return list(dict.fromkeys(found))


def draft_of(listing: Listing) -> Draft:
    """Gives what a listing says as the rules want it."""
    return Draft(
        mode=listing.mode, price_mode=listing.price_mode, price=listing.price, on_enquiry=bool(listing.on_enquiry),
        title_zh=listing.title_zh or "", title_en=listing.title_en or "", summary_zh=listing.summary_zh or "",
        summary_en=listing.summary_en or "", problem=listing.problem or "", solution=listing.solution or "",
        benefit=listing.benefit or "", economics=listing.economics or "", stage=listing.stage,
        evidence_of_use=listing.evidence_of_use or "", prior_art=listing.prior_art or "", industry=listing.industry or "",
        region=listing.region or "", territories=tuple(listing.territories or ()), fields=tuple(listing.fields or ()),
        first_day=listing.first_day, last_day=listing.last_day, patents=len(listing.patents), declared=bool(listing.declared),
        leak_confirmed=bool(listing.leak_confirmed), has_valuation=bool(listing.has_valuation),
        documents=len(files.attachments_of("listing", listing.public_id)), days_left=days_left(listing.patent_ids, clock.today()),
    )


def days_left(patent_ids: Sequence[int], on: date) -> int | None:
    """Gives the days until the first of the patents is no longer in force; none when a term is unknown."""
    ends = list(session().scalars(select(Patent.expires_on).where(Patent.id.in_(list(patent_ids)))))
    known = [(end - on).days for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def gate_facts(listing: Listing, **facts: Any) -> ActorFacts:
    """Gives what only the listing knows for the gates: price, period, box, burdens shown."""
    price = None if listing.on_enquiry else listing.price
    base: dict[str, Any] = {
        "acting_organisation_id": listing.organisation_id, "price": price, "period_end": listing.last_day,
        "box": box_of(listing), "disclosed": frozenset(listing.burdens or ()), "declared": bool(listing.declared),
        "relied_on_by": listing.public_id,
    }
    return ActorFacts(**(base | facts))


def box_of(listing: Listing) -> Box | None:
    """Gives the licence box as the registry of patents wants it."""
    if not listing.is_licence or listing.first_day is None:
        return None
    return Box(
        frozenset(listing.territories or ("CN",)), frozenset(listing.fields or (EVERYTHING,)), listing.first_day,
        listing.last_day or date.max,
    )


def burdens_of(listing: Listing) -> list[Encumbrance]:
    """Gives the live burdens of the listed patents that a reader may know: public ones and those the holder shows."""
    shown = set(listing.burdens or ())
    live = [each for patent_id in listing.patent_ids for each in encumbrances(patent_id)]
    return [each for each in live if each.public or each.id in shown]


def live_burdens(patent_ids: Iterable[int]) -> list[Encumbrance]:
    """Gives every live burden of patents, for their holder to show."""
    return [each for patent_id in patent_ids for each in encumbrances(patent_id)]


def announcements(listing: Listing) -> list[Announcement]:
    """Gives the announcements of a listing, the newest first."""
    wanted = select(Announcement).where(Announcement.listing_id == listing.id)
    return list(session().scalars(wanted.order_by(Announcement.n.desc())))


def holder_is_public_body(organisation_id: int) -> bool:
    """Tells whether the holder is a university or institute, whose agreed price is shown publicly first."""
    return organisation(organisation_id).kind == "research"


def decline_reasons(organisation_id: int) -> dict[str, int]:
    """Counts why buyers declined a holder's counters; reasons below three stay hidden."""
    wanted = (
        select(Decline.reason, func.count()).join(Offer, Offer.id == Decline.offer_id)
        .where(Offer.holder_organisation_id == organisation_id, Decline.side == "buyer").group_by(Decline.reason)
    )  # fmt: skip
    return shown_reasons(dict(session().execute(wanted).all()))


def listable_patents(organisation_id: int) -> list[Patent]:
    """Gives an organisation's patents that are verified in its custody, by title."""
    verified = select(Custody.patent_id).where(
        Custody.organisation_id == organisation_id, Custody.state == str(CustodyState.VERIFIED))
    return list(session().scalars(select(Patent).where(Patent.id.in_(verified)).order_by(Patent.title_zh, Patent.id)))
