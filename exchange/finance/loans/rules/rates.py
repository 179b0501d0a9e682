"""Rates: the loan prime rate (LPR 贷款市场报价利率), spreads, and the segments between two fixings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from exchange.core.errors import Invalid, Unavailable, define
from exchange.core.text import _
from exchange.core.workdays import add_months
from exchange.finance.loans.rules.days import DayCount, basis, day_count, interest

define("LPR_MISSING", 503, _("No LPR quote is known for {day}; the operator must enter it."))
define("LPR_STALE", 503, _("The LPR quotes are confirmed only through {through}; the operator must bring them up to date."))
define("RATE_MISSING", 422, _("No rate is fixed for {day}."))

STALE_AFTER = timedelta(days=45)


class RepriceRule(StrEnum):
    """When a floating rate takes the newest quote 重定价规则."""

    ON_PUBLICATION = "on_publication"
    YEARLY_ON_ANNIVERSARY = "yearly_on_anniversary"
    FIRST_OF_JANUARY = "first_of_january"
    EACH_DUE_DATE = "each_due_date"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Quote:
    """One published LPR of a tenor."""

    published_on: date
    pct: Decimal


@dataclass(frozen=True, slots=True)
class Fixing:
    """The contract rate in per cent a year from a day on."""

    from_on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days under one rate."""

    start: date
    end: date
    rate: Decimal


def lpr_rate(
    quotes: Sequence[Quote], on: date, *, spread_bp: int, confirmed_through: date | None = None
) -> Decimal:
    """The newest quote published by ``on`` plus the spread, in per cent a year."""
    known = [quote for quote in quotes if quote.published_on <= on]
    if not known:
        raise Unavailable("LPR_MISSING", day=on.isoformat())
    if confirmed_through is not None and on > confirmed_through + STALE_AFTER:
        raise Unavailable("LPR_STALE", through=confirmed_through.isoformat())
    newest = max(known, key=lambda quote: quote.published_on)
    return newest.pct + Decimal(spread_bp) / 100


def rate_on(fixings: Sequence[Fixing], on: date) -> Decimal:
    """The rate in force on a day."""
    known = [fixing for fixing in fixings if fixing.from_on <= on]
    if not known:
        raise Invalid("RATE_MISSING", field="rate", day=on.isoformat())
    return max(known, key=lambda fixing: fixing.from_on).rate


def rate_segments(fixings: Sequence[Fixing], start: date, end: date) -> tuple[Segment, ...]:
    """The days from ``start`` to ``end`` cut at each fixing."""
    if start >= end:
        return ()
    cuts = sorted({fixing.from_on for fixing in fixings if start < fixing.from_on < end})
    edges = [start, *cuts, end]
    return tuple(
        Segment(begin, close, rate_on(fixings, begin)) for begin, close in zip(edges, edges[1:], strict=False)
    )


def segment_interest(principal: int, segments: Sequence[Segment], convention: DayCount) -> int:
    """Interest of all segments, each rounded half up to the fen and then added."""
    return sum(
        interest(
            principal,
            segment.rate,
            days=day_count(segment.start, segment.end, convention),
            basis=basis(convention),
        )
        for segment in segments
    )


def reprice_days(
    rule: RepriceRule, *, start: date, end: date, published: Sequence[date], due: Sequence[date]
) -> tuple[date, ...]:
    """The days after ``start`` and before ``end`` on which the rate is fixed anew."""
    return tuple(day for day in sorted(set(_candidates(rule, start, end, published, due))) if start < day < end)


def _candidates(
    rule: RepriceRule, start: date, end: date, published: Sequence[date], due: Sequence[date]
) -> Sequence[date]:
    years = range(1, end.year - start.year + 2)
    if rule is RepriceRule.ON_PUBLICATION:
        return published
    if rule is RepriceRule.EACH_DUE_DATE:
        return due
    if rule is RepriceRule.YEARLY_ON_ANNIVERSARY:
        return [add_months(start, 12 * year) for year in years]
    if rule is RepriceRule.FIRST_OF_JANUARY:
        return [date(start.year + year, 1, 1) for year in years]
    return ()


def floating_fixings(
    quotes: Sequence[Quote], days: Sequence[date], *, spread_bp: int
) -> tuple[Fixing, ...]:
    """The fixings of a floating loan on its repricing days."""
    return tuple(Fixing(day, lpr_rate(quotes, day, spread_bp=spread_bp)) for day in days)
