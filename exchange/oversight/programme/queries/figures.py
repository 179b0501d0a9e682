"""What the platform itself counts for a measure; each lower feature's figures are read, none is kept twice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

from sqlalchemy import distinct, func, or_, select

from exchange.appraisals.models import Appraisal
from exchange.core.access import KINDS
from exchange.core.clock import SHANGHAI
from exchange.core.database import db, remembered
from exchange.core.i18n import current, translate
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.finance.guarantees.models import Reguarantee
from exchange.market.deals.models import Deal
from exchange.market.listings.models import Listing, ListingPatent
from exchange.oversight.statistics.queries import figure
from exchange.oversight.statistics.rules import DEFINITIONS
from exchange.people.accounts.models import Organisation
from exchange.registers.patents.models import Custody


@dataclass(frozen=True)
class PlatformFigure:
    """A figure of the platform: its value in the measure's unit, the words of it, and its parts."""

    name: Text
    value: Fraction | None
    amount: Money | None = None
    parts: tuple[tuple[str, str], ...] = ()
    url: str = ""


Counter = Callable[[date], PlatformFigure]
FINANCIERS = ("investor", "bank", "guarantor", "reguarantor", "pool")
ON_SALE = ("notice", "open", "paused", "allocated", "under_deal", "negotiation")
DEAL_DEAD = ("cancelled", "rescinded")
DEAL_RECORDED = ("recorded", "settled", "certified", "closed")


def figure_of(code: str, on: date) -> PlatformFigure | None:
    """The platform's figure of an indicator on a day; none where no room counts it."""
    return remembered(("indicator", code, on, current()), lambda: _figure_of(code, on))


def _figure_of(code: str, on: date) -> PlatformFigure | None:
    if code in DEFINITIONS:
        return _rate(code, on)
    count = COUNTERS.get(code)
    return count(on) if count is not None else _offered(code, on)


def _offered(code: str, on: date) -> PlatformFigure | None:
    """What a lower room offers by ``queries.indicator_figures(on)``, a mapping of indicator code to a number or money."""
    for name in sorted(sys.modules):
        if name.startswith("exchange.") and name.endswith(".queries"):
            offer = getattr(sys.modules[name], "indicator_figures", None)
            found = offer(on).get(code) if callable(offer) else None
            if found is not None:
                money = found if isinstance(found, Money) else None
                return PlatformFigure(NAMES.get(code, Text(code)), None if money else Fraction(found), money)
    return None


def _rate(code: str, on: date) -> PlatformFigure:
    found = figure(code, on=on)
    parts = ((translate(_("Converted patents")), f"{found.converted:,}"), (translate(_("Granted patents in force")), f"{found.total:,}"))
    return PlatformFigure(DEFINITIONS[code].name, None if found.rate is None else found.rate * 100, None, parts, f"/statistics?indicator={code}")


def _end(on: date) -> datetime:
    return datetime.combine(on, time(23, 59, 59), tzinfo=SHANGHAI)


def _custody(on: date) -> PlatformFigure:
    """Patents in custody, whose they are, and how many patents are on sale."""
    held = Custody.verified_on.is_not(None), Custody.verified_on <= on, or_(Custody.ended_on.is_(None), Custody.ended_on > on)
    patents, holders = db.session.execute(select(func.count(distinct(Custody.patent_id)), func.count(distinct(Custody.organisation_id))).where(*held)).one()
    listed = db.session.scalar(
        select(func.count(distinct(ListingPatent.patent_id))).join(Listing, Listing.id == ListingPatent.listing_id).where(
            Listing.state.in_(ON_SALE), Listing.created_at <= _end(on))) or 0
    parts = ((translate(_("Holders with patents in custody")), f"{holders:,}"), (translate(_("Patents on sale")), f"{listed:,}"))
    return PlatformFigure(_("Patents in custody"), Fraction(patents), None, parts)


def _recorded_deals(on: date) -> PlatformFigure:
    """Deals whose transfer or licence was recorded, and what they were worth."""
    done = Deal.state.in_(DEAL_RECORDED), Deal.opened_at <= _end(on)
    number, worth = db.session.execute(select(func.count(), func.coalesce(func.sum(Deal.price_minor), 0)).where(*done)).one()
    value = Money(int(worth))
    return PlatformFigure(_("Deals recorded with CNIPA"), Fraction(number), value)


def _deals(on: date) -> PlatformFigure:
    """All deals, and how many of them have a party from abroad."""
    live = Deal.state.not_in(DEAL_DEAD), Deal.opened_at <= _end(on)
    foreign = select(Organisation.id).where(Organisation.foreign.is_(True))
    number = db.session.scalar(select(func.count()).select_from(Deal).where(*live)) or 0
    abroad = db.session.scalar(select(func.count()).select_from(Deal).where(
        *live, or_(Deal.organisation_id.in_(foreign), Deal.buyer_organisation_id.in_(foreign)))) or 0
    return PlatformFigure(_("Deals on the platform"), Fraction(number), None, ((translate(_("With a party from abroad")), f"{abroad:,}"),))


def _appraisals(on: date) -> PlatformFigure:
    """Appraisal reports issued up to the day."""
    number = db.session.scalar(select(func.count()).select_from(Appraisal).where(Appraisal.issued_at <= _end(on))) or 0
    return PlatformFigure(_("Appraisal reports issued"), Fraction(number))


def _participants(on: date) -> PlatformFigure:
    """Institutions of finance that take part, by kind, and how many come from abroad."""
    counted = select(Organisation.kind, Organisation.foreign, func.count()).where(
        Organisation.kind.in_(FINANCIERS), Organisation.created_at <= _end(on), Organisation.state == "active")
    rows = db.session.execute(counted.group_by(Organisation.kind, Organisation.foreign)).all()
    kinds = [(translate(KINDS[kind]), sum(number for each, _foreign, number in rows if each == kind)) for kind in FINANCIERS]
    abroad = sum(number for _kind, foreign, number in rows if foreign)
    parts = (*((name, f"{number:,}") for name, number in kinds), (translate(_("From abroad")), f"{abroad:,}"))
    return PlatformFigure(_("Institutions that finance"), Fraction(sum(number for _name, number in kinds)), None, parts)


def _reguarantees(on: date) -> PlatformFigure:
    """The liability that re-guarantors took over."""
    taken = Reguarantee.effective_on.is_not(None), Reguarantee.effective_on <= on
    number, liability = db.session.execute(select(func.count(), func.coalesce(func.sum(Reguarantee.liability_minor), 0)).where(*taken)).one()
    return PlatformFigure(_("Re-guaranteed liability"), None, Money(int(liability)), ((translate(_("Re-guarantees")), f"{number:,}"),))


NAMES: Mapping[str, Text] = {
    "other_results_rate": _("Conversion rate of other results"), "alliances_count": _("Alliances"), "alliance_patents": _("Patents of alliances"),
    "standards_count": _("Distinct standards led or joined"), "institutions_by_service": _("Kinds of service with an institution"),
    "releases_by_institution": _("Institutions that released results"), "service_orders": _("Service orders"), "pilot_firms": _("Pilot enterprises"),
}
COUNTERS: Mapping[str, Counter] = {
    "custody_patents": _custody, "recorded_deals": _recorded_deals, "deals_count": _deals, "appraisals_issued": _appraisals,
    "participants_by_kind": _participants, "reguarantee_volume": _reguarantees,
}
