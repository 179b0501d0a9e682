"""The reader's own judgement 押品审查: own value first, every query closed, the same bytes as opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from exchange.core.errors import Invalid
from exchange.core.money import Money

from .vocabulary import CHECKLIST, SEVERITIES


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """A query as far as acceptance cares."""

    number: int
    severity: str
    answered: bool
    closed: bool


def check_hash(reviewed: str, present: str) -> None:
    """A review is of exactly one file; another byte makes another file."""
    if reviewed != present:
        raise Invalid("HASH_CHANGED", field="pdf_sha256")


def check_query(*, page: int, pages: int, section: str, quote: str, text: str, severity: str) -> None:
    """A query names a page of this file, a place on it, and says what is asked."""
    if not 1 <= page <= pages:
        raise Invalid("PAGE_OUT_OF_RANGE", field="page", pages=pages)
    if not section.strip() and not quote.strip():
        raise Invalid("MISSING_FIELD", field="section")
    if not 5 <= len(text.strip()) <= 2000:
        raise Invalid("TEXT_LENGTH", field="text", low=5, high=2000)
    if severity not in SEVERITIES:
        raise Invalid("CHOICE_UNKNOWN", field="severity", choices=", ".join(SEVERITIES))


def check_answered(queries: Collection[QueryFacts]) -> bool:
    """Whether the answers are complete, so that the review goes on."""
    return all(query.answered for query in queries if not query.closed)


def check_own_value(own: Money, *, range_seen: bool, reason: str) -> None:
    """The own figure comes before the appraiser's range is looked at, with its reason."""
    if range_seen:
        raise Invalid("RANGE_SEEN_FIRST", field="own_value")
    if own.minor < 0:
        raise Invalid("AMOUNT_MALFORMED", field="own_value")
    if len(reason.strip()) < 20:
        raise Invalid("JUDGEMENT_TOO_SHORT", field="own_reason", least=20)


def check_haircut(haircut_bp: int) -> None:
    """A haircut lies between nothing and everything."""
    if not 0 <= haircut_bp <= 10000:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="haircut_bp", low=0, high=10000)


def check_acceptance(*, queries: Collection[QueryFacts], own_value: Money | None, checklist: Mapping[str, str]) -> None:
    """Nothing is accepted while a query is open, a line unchecked, or no own value stated."""
    if any(not query.closed for query in queries):
        raise Invalid("QUERY_OPEN", field="queries")
    if own_value is None:
        raise Invalid("OWN_VALUE_MISSING", field="own_value")
    missing = [line for line in CHECKLIST if not checklist.get(line)]
    if missing:
        raise Invalid("CHECKLIST_INCOMPLETE", field=f"checklist.{missing[0]}", count=len(missing))


def value_for_lending(appraised: Money, own: Money, haircut_bp: int) -> Money:
    """The smaller of both values less the haircut, cut down to the fen."""
    check_haircut(haircut_bp)
    least = min(appraised.minor, own.minor)
    return Money(least * (10000 - haircut_bp) // 10000, appraised.currency)


def inside(own: Money, low: Money, high: Money) -> bool:
    """Whether the own figure lies in the appraiser's range."""
    return low.minor <= own.minor <= high.minor
