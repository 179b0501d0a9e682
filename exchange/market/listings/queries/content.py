"""What a listing says and what its patents are, read for rules and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from exchange.appraisals.models import Appraisal, AppraisalPatent
from exchange.appraisals.states import AppraisalState
from exchange.core import clock, files
from exchange.core.approvals import Approval
from exchange.core.database import Part, Together, part, session
from exchange.market.deals.models import GateCheck
from exchange.market.listings.models import Announcement, Decline, Listing, ListingPatent, Offer
from exchange.market.listings.rules.listing import Draft
from exchange.market.listings.rules.offer import shown_reasons
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import Custody, Encumbrance, Patent, PatentClass
from exchange.registers.patents.queries import standing, standing_on
from exchange.registers.patents.rules.gates import ActorFacts
from exchange.registers.patents.rules.licences import EVERYTHING, Box
from exchange.registers.patents.states import CustodyState

SYMBOLS = ("ipc", "IPC", "cpc", "CPC")


def _parts() -> dict[str, Part]:
    of, name = bindparam("listing_id", type_=ListingPatent.listing_id.type), bindparam("public_id", type_=Listing.public_id.type)
    listed = select(ListingPatent.patent_id).where(ListingPatent.listing_id == of)
    return {
        "patents": part(
            select(Patent).join(ListingPatent, ListingPatent.patent_id == Patent.id).where(ListingPatent.listing_id == of), ListingPatent.position),
        "classes": part(
            select(PatentClass).where(PatentClass.patent_id.in_(listed), PatentClass.scheme.in_(SYMBOLS)),
            PatentClass.main.desc(), PatentClass.position, PatentClass.id),
        "burdens": part(select(Encumbrance).where(Encumbrance.patent_id.in_(listed)), Encumbrance.id),
        "announcements": part(select(Announcement).where(Announcement.listing_id == of), Announcement.n.desc()),
        "gates": part(select(GateCheck).where(GateCheck.noun == "listing", GateCheck.object_id == name), GateCheck.id.desc(), most=60),
        "documents": part(select(files.Attachment).where(
            files.Attachment.subject_noun == "listing", files.Attachment.subject_id == name, files.Attachment.removed_at.is_(None)),
            files.Attachment.id),
        "pending": part(select(Approval).where(
            Approval.decision.is_(None), Approval.subject_noun == "listing", Approval.subject_id == name), Approval.id),
    }  # fmt: skip


ABOUT = Together(_parts)


def about(listing: Listing) -> dict[str, list[Any]]:
    """Gives a listing's patents, their classes, its announcements, gates, documents and open proposals, read in one statement."""
    return ABOUT.read(listing_id=listing.id, public_id=listing.public_id)


def patents_of(listing: Listing) -> list[Patent]:
    """Gives the listed patents in their order."""
    wanted = select(Patent).join(ListingPatent, ListingPatent.patent_id == Patent.id)
    return list(session().scalars(wanted.where(ListingPatent.listing_id == listing.id).order_by(ListingPatent.position)))


def classes_of(patent_ids: Iterable[int]) -> list[str]:
    """Gives the IPC symbols of patents, main ones first."""
    wanted = select(PatentClass.symbol).where(PatentClass.patent_id.in_(list(patent_ids)), PatentClass.scheme.in_(SYMBOLS))
    found = session().scalars(wanted.order_by(PatentClass.main.desc(), PatentClass.position, PatentClass.id))
    return list(dict.fromkeys(found))


def draft_of(listing: Listing, rows: Mapping[str, Sequence[Any]] | None = None) -> Draft:
    """Gives what a listing says as the rules want it; ``rows`` is what ``about`` read of it already."""
    read = rows if rows is not None else about(listing)
    return Draft(
        mode=listing.mode, price_mode=listing.price_mode, price=listing.price, on_enquiry=bool(listing.on_enquiry),
        title_zh=listing.title_zh or "", title_en=listing.title_en or "", summary_zh=listing.summary_zh or "",
        summary_en=listing.summary_en or "", problem=listing.problem or "", solution=listing.solution or "",
        benefit=listing.benefit or "", economics=listing.economics or "", stage=listing.stage,
        evidence_of_use=listing.evidence_of_use or "", prior_art=listing.prior_art or "", industry=listing.industry or "",
        region=listing.region or "", territories=tuple(listing.territories or ()), fields=tuple(listing.fields or ()),
        first_day=listing.first_day, last_day=listing.last_day, patents=len(listing.patents), declared=bool(listing.declared),
        leak_confirmed=bool(listing.leak_confirmed), has_valuation=bool(listing.has_valuation),
        documents=len(read["documents"]), days_left=days_left([patent.expires_on for patent in read["patents"]], clock.today()),
    )


def is_appraised(listing: Listing) -> bool:
    """Whether the holder has a sealed appraisal in force of every patent of the listing."""
    ids = set(listing.patent_ids)
    wanted = select(AppraisalPatent.patent_id).join(Appraisal, Appraisal.id == AppraisalPatent.appraisal_id).where(
        AppraisalPatent.patent_id.in_(ids), Appraisal.organisation_id == listing.organisation_id,
        Appraisal.state == AppraisalState.ISSUED, Appraisal.valid_through >= clock.today())
    return bool(ids) and set(session().scalars(wanted)) == ids


def days_left(ends: Sequence[date | None], on: date) -> int | None:
    """Gives the days until the first of the patents is no longer in force; none when a term is unknown."""
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


def burdens_of(listing: Listing, rows: Mapping[str, Sequence[Any]]) -> list[Encumbrance]:
    """Gives the live burdens of the listed patents that a reader may know: public ones and those the holder shows."""
    shown = set(listing.burdens or ())
    live = [each for patent_id in listing.patent_ids for each in standing([row for row in rows["burdens"] if row.patent_id == patent_id])]
    return [each for each in live if each.public or each.id in shown]


def live_burdens(patent_ids: Iterable[int]) -> list[Encumbrance]:
    """Gives every live burden of patents, for their holder to show."""
    return standing_on(list(patent_ids))


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
