"""What each role's navigation reaches (``ux.md`` 3): at most seven entries, the desk first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.core.text import Text, _

Entry = tuple[Text, str]
HOME: Entry = (_("Desk"), "/home")
QUEUE: Entry = (_("Work queue"), "/queue")
APPROVALS: Entry = (_("Approvals"), "/approvals")
PATENTS: Entry = (_("Patents"), "/patents")
LISTINGS: Entry = (_("Listings"), "/listings")
OFFERS: Entry = (_("Offers"), "/offers")
MATCHES: Entry = (_("Matches"), "/matches")
APPRAISALS: Entry = (_("Appraisals"), "/appraisals")
CASES: Entry = (_("Financing"), "/cases")
CONVERSIONS: Entry = (_("Conversions"), "/conversions")
STATISTICS: Entry = (_("Statistics"), "/statistics")
PROGRAMME: Entry = (_("Programme"), "/programme")
PLEDGES: Entry = (_("Pledges"), "/pledges")
LOANS: Entry = (_("Loans"), "/loans")
GUARANTEES: Entry = (_("Guarantees"), "/guarantees")
REVIEWS: Entry = (_("Reviews"), "/appraisal-reviews")
DEMANDS: Entry = (_("Demands"), "/demands")
INTERESTS: Entry = (_("Interests"), "/interests")
REGISTRY: Entry = (_("Registry"), "/registry")
LISTING_DESK: Entry = (_("Listing desk"), "/ops/listings")
EVIDENCE: Entry = (_("Evidence review"), "/oversight/evidence")
AUDIT: Entry = (_("Audit chain"), "/audit/heads")
LEDGER: Entry = (_("Ledger"), "/ledger")
SCHEMES: Entry = (_("Schemes"), "/schemes")
HELP: Entry = (_("Help"), "/help")

PUBLIC: tuple[Entry, ...] = (LISTINGS, DEMANDS, STATISTICS, PROGRAMME, (_("Verify"), "/v/"), HELP)
HOLDER = (HOME, PATENTS, LISTINGS, OFFERS, APPRAISALS, CASES, CONVERSIONS)
LENDER = (HOME, QUEUE, APPROVALS, CASES, REVIEWS, PLEDGES, LOANS)
NAVIGATION: Mapping[str, tuple[Entry, ...]] = {
    "enterprise": HOLDER,
    "research": HOLDER,
    "investor": (HOME, LISTINGS, MATCHES, INTERESTS, DEMANDS, OFFERS, STATISTICS),
    "agency": (HOME, LISTINGS, DEMANDS, STATISTICS, HELP),
    "bank": LENDER,
    "guarantor": (HOME, QUEUE, APPROVALS, CASES, REVIEWS, GUARANTEES, PLEDGES),
    "reguarantor": (HOME, QUEUE, APPROVALS, CASES, GUARANTEES, SCHEMES, STATISTICS),
    "pool": (HOME, QUEUE, APPROVALS, SCHEMES, LEDGER, STATISTICS),
    "appraiser": (HOME, QUEUE, APPRAISALS, APPROVALS, HELP),
    "exchange": (HOME, QUEUE, APPROVALS, REGISTRY, LISTING_DESK, PATENTS, STATISTICS),
    "regulator": (HOME, APPROVALS, STATISTICS, EVIDENCE, PROGRAMME, CASES, AUDIT),
    "auditor": (HOME, AUDIT, LEDGER, CASES, STATISTICS, HELP),
}


def entries_for(kind: str | None) -> tuple[Entry, ...]:
    """The navigation of an organisation kind; nobody signed in sees the public one."""
    return PUBLIC if kind is None else NAVIGATION.get(kind, PUBLIC)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the tour: its real page, and what to do there."""

    key: str
    title: Text
    what: Text
    path: str


STOPS = (
    Stop("list", _("Register a patent"), _("Type the number of a patent and look it up: the register fills the fields, with its source and date."), "/patents/new"),
    Stop("value", _("Have it valued"), _("Enter the yearly sales: the range appears with its steps and reasons. Nothing is kept."), "/appraisals/quick"),
    Stop("apply", _("Apply for a loan"), _("Open your application, read it once more and submit it. It then says who acts next and until when."), "/cases"),
)
GUIDED = ("enterprise", "research")


def stop_of(key: str) -> Stop | None:
    """The stop of a key, or nothing where the address names none."""
    return next((stop for stop in STOPS if stop.key == key), None)


def is_guided(kind: str) -> bool:
    """Whether the tour's pages are those of this kind of organisation."""
    return kind in GUIDED


ONE_CLICK = ("enterprise", "bank", "guarantor", "appraiser", "exchange", "regulator")
"""The kinds that the demonstration bar shows at once; the others stand behind More."""
