"""What the platform itself counts for a measure; each lower feature's figures are read, none is kept twice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy import ColumnElement, ScalarSelect, distinct, func, or_, select

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
from exchange.oversight.statistics.queries import as_of
from exchange.oversight.statistics.rules import DEFAULT_FLOOR, DEFINITIONS, Figure
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


Number = ScalarSelect[Any]
Asked = dict[str, Number]
Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Counter:
    """An indicator that the platform counts: the numbers it asks for on a day, and the figure they make."""

    asks: Callable[[date], Asked]
    says: Callable[[Numbers], PlatformFigure]


FINANCIERS = ("investor", "bank", "guarantor", "reguarantor", "pool")
ON_SALE = ("notice", "open", "paused", "allocated", "under_deal", "negotiation")
DEAL_DEAD = ("cancelled", "rescinded")
DEAL_RECORDED = ("recorded", "settled", "certified", "closed")


def figure_of(code: str, on: date) -> PlatformFigure | None:
    """The platform's figure of an indicator on a day; none where no room counts it."""
    return figures_of([code], on).get(code)


def figures_of(codes: Collection[str], on: date) -> dict[str, PlatformFigure]:
    """The figures of some indicators on a day, counted in one statement; those that no room counts are left out."""
    wanted = tuple(sorted(set(codes)))
    return remembered(("indicators", wanted, on, current()), lambda: _figures_of(wanted, on))


def _figures_of(codes: Sequence[str], on: date) -> dict[str, PlatformFigure]:
    counters = {code: COUNTERS[code] if code in COUNTERS else _rate(code) for code in codes if code in COUNTERS or code in DEFINITIONS}
    asked = {(code, name): number for code, counter in counters.items() for name, number in counter.asks(on).items()}
    numbers = dict(zip(asked, db.session.execute(select(*asked.values())).one(), strict=True)) if asked else {}
    found = {
        code: counter.says({name: int(number) for (whose, name), number in numbers.items() if whose == code}) for code, counter in counters.items()}
    missing = [code for code in codes if code not in counters]
    offered = _offered(on) if missing else {}
    return found | {code: _told(code, offered[code]) for code in missing if code in offered}


def _offered(on: date) -> dict[str, int | Money]:
    """What lower rooms offer by ``queries.indicator_figures(on)``, a mapping of indicator code to a number or money; the first room counts."""
    found: dict[str, int | Money] = {}
    for name in sorted(name for name in sys.modules if name.startswith("exchange.") and name.endswith(".queries")):
        offer = getattr(sys.modules[name], "indicator_figures", None)
        if callable(offer):
            found = {code: value for code, value in offer(on).items() if value is not None} | found
    return found


def _told(code: str, value: int | Money) -> PlatformFigure:
    name = NAMES.get(code, Text(code))
    return PlatformFigure(name, None, value) if isinstance(value, Money) else PlatformFigure(name, Fraction(value))


def _count(*where: ColumnElement[bool], of: InstrumentedAttribute[int] | None = None) -> Number:
    counted = func.count() if of is None else func.count(distinct(of))
    return select(counted).where(*where).scalar_subquery()


def _end(on: date) -> datetime:
    return datetime.combine(on, time(23, 59, 59), tzinfo=SHANGHAI)


def _rate(code: str) -> Counter:
    """The rate of a definition: how many are counted of how many."""
    def says(n: Numbers) -> PlatformFigure:
        found = Figure(n["converted"], n["total"])
        parts = ((translate(_("Converted patents")), f"{found.converted:,}"), (translate(_("Granted patents in force")), f"{found.total:,}"))
        return PlatformFigure(DEFINITIONS[code].name, None if found.rate is None else found.rate * 100, None, parts, f"/statistics?indicator={code}")

    return Counter(lambda on: {"total": _count(as_of("n", "", on, None)), "converted": _count(as_of(code, DEFAULT_FLOOR, on, None))}, says)


def _ask_custody(on: date) -> Asked:
    """Patents in custody, whose they are, and how many patents are on sale."""
    held = Custody.verified_on.is_not(None), Custody.verified_on <= on, or_(Custody.ended_on.is_(None), Custody.ended_on > on)
    listed = select(func.count(distinct(ListingPatent.patent_id))).join(Listing, Listing.id == ListingPatent.listing_id).where(
        Listing.state.in_(ON_SALE), Listing.created_at <= _end(on))
    return {
        "patents": _count(*held, of=Custody.patent_id), "holders": _count(*held, of=Custody.organisation_id), "listed": listed.scalar_subquery()}


def _say_custody(n: Numbers) -> PlatformFigure:
    parts = ((translate(_("Holders with patents in custody")), f"{n['holders']:,}"), (translate(_("Patents on sale")), f"{n['listed']:,}"))
    return PlatformFigure(_("Patents in custody"), Fraction(n["patents"]), None, parts)


def _ask_recorded(on: date) -> Asked:
    """Deals whose transfer or licence was recorded, and what they were worth."""
    done = Deal.state.in_(DEAL_RECORDED), Deal.opened_at <= _end(on)
    return {"deals": _count(*done), "worth": select(func.coalesce(func.sum(Deal.price_minor), 0)).where(*done).scalar_subquery()}


def _say_recorded(n: Numbers) -> PlatformFigure:
    return PlatformFigure(_("Deals recorded with CNIPA"), Fraction(n["deals"]), Money(n["worth"]))


def _ask_deals(on: date) -> Asked:
    """All deals, and how many of them have a party from abroad."""
    live = Deal.state.not_in(DEAL_DEAD), Deal.opened_at <= _end(on)
    foreign = select(Organisation.id).where(Organisation.foreign.is_(True))
    return {
        "deals": _count(*live), "abroad": _count(*live, or_(Deal.organisation_id.in_(foreign), Deal.buyer_organisation_id.in_(foreign)))}


def _say_deals(n: Numbers) -> PlatformFigure:
    return PlatformFigure(_("Deals on the platform"), Fraction(n["deals"]), None, ((translate(_("With a party from abroad")), f"{n['abroad']:,}"),))


def _ask_appraisals(on: date) -> Asked:
    """Appraisal reports issued up to the day."""
    return {"reports": _count(Appraisal.issued_at <= _end(on))}


def _say_appraisals(n: Numbers) -> PlatformFigure:
    return PlatformFigure(_("Appraisal reports issued"), Fraction(n["reports"]))


def _ask_participants(on: date) -> Asked:
    """Institutions of finance that take part, by kind, and how many come from abroad."""
    part = Organisation.created_at <= _end(on), Organisation.state == "active"
    kinds = {kind: _count(*part, Organisation.kind == kind) for kind in FINANCIERS}
    return kinds | {"abroad": _count(*part, Organisation.kind.in_(FINANCIERS), Organisation.foreign.is_(True))}


def _say_participants(n: Numbers) -> PlatformFigure:
    kinds = tuple((translate(KINDS[kind]), f"{n[kind]:,}") for kind in FINANCIERS)
    parts = (*kinds, (translate(_("From abroad")), f"{n['abroad']:,}"))
    return PlatformFigure(_("Institutions that finance"), Fraction(sum(n[kind] for kind in FINANCIERS)), None, parts)


def _ask_reguarantees(on: date) -> Asked:
    """The liability that re-guarantors took over."""
    taken = Reguarantee.effective_on.is_not(None), Reguarantee.effective_on <= on
    return {
        "number": _count(*taken), "liability": select(func.coalesce(func.sum(Reguarantee.liability_minor), 0)).where(*taken).scalar_subquery()}


def _say_reguarantees(n: Numbers) -> PlatformFigure:
    return PlatformFigure(_("Re-guaranteed liability"), None, Money(n["liability"]), ((translate(_("Re-guarantees")), f"{n['number']:,}"),))


NAMES: Mapping[str, Text] = {
    "other_results_rate": _("Conversion rate of other results"), "alliances_count": _("Alliances"), "alliance_patents": _("Patents of alliances"),
    "standards_count": _("Distinct standards led or joined"), "institutions_by_service": _("Kinds of service with an institution"),
    "releases_by_institution": _("Institutions that released results"), "service_orders": _("Service orders"), "pilot_firms": _("Pilot enterprises"),
}
COUNTERS: Mapping[str, Counter] = {
    "custody_patents": Counter(_ask_custody, _say_custody), "recorded_deals": Counter(_ask_recorded, _say_recorded),
    "deals_count": Counter(_ask_deals, _say_deals), "appraisals_issued": Counter(_ask_appraisals, _say_appraisals),
    "participants_by_kind": Counter(_ask_participants, _say_participants), "reguarantee_volume": Counter(_ask_reguarantees, _say_reguarantees),
}
