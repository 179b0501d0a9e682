"""Time: periods of a forecast, ACT/365F year fractions, anniversaries and the life of the right."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from valuation.errors import LIFE, MOST_PERIODS, STUB, Caution, Checks, refuse
from valuation.formulas import formula
from valuation.inputs import PATENT_TYPES, TIMINGS
from valuation.results import Anniversary, Periods, RemainingLife, YearFraction

TERMS = {"invention": 20, "utility_model": 10, "design": 15}
DESIGN_REFORM = date(2021, 6, 1)


def lay_periods(count: int, timing: str, stub: float, last: float) -> tuple[list[float], list[float], list[float]]:
    """Kernel of `periods`: lengths, ends and flow times of checked values."""
    lengths = [1.0] * count
    lengths[0] = stub
    if count > 1:
        lengths[-1] = last
    ends, end = [], 0.0
    for length in lengths:
        end += length
        ends.append(end)
    if timing == "end":
        return lengths, ends, list(ends)
    return lengths, ends, [end - length / 2 for end, length in zip(ends, lengths, strict=True)]


def check_periods(checks: Checks, *, count: int, timing: Any, stub: Any, last: Any) -> tuple[str, float, float]:
    """Checks the three arguments that every forecast carries."""
    named = checks.choice("timing", timing, TIMINGS)
    first = checks.number("stub", stub, STUB)
    final = checks.number("last", last, STUB)
    if count == 1 and final != 1.0:
        checks.fault("last", "OUT_OF_RANGE", last, "1 when there is one period")
    return named, first, final


@formula()
def periods(*, count: int, timing: str = "mid", stub: float = 1.0, last: float = 1.0) -> Periods:
    """Lays out a forecast: lengths, ends and flow times in years from the valuation date.

    Source: mid-period convention of International Valuation Standards (IVS 105).

    >>> periods(count=3, timing="mid", stub=0.5).times
    (0.25, 1.0, 2.0)
    """
    checks = Checks()
    number = checks.integer("count", count, 1, MOST_PERIODS, below="EMPTY", above="TOO_LONG")
    named, first, final = check_periods(checks, count=number, timing=timing, stub=stub, last=last)
    checks.require()
    lengths, ends, times = lay_periods(number, named, first, final)
    rows = tuple(
        {"period": i + 1, "length": lengths[i], "end": ends[i], "time": times[i]} for i in range(number)
    )
    return Periods(lengths=tuple(lengths), ends=tuple(ends), times=tuple(times), timing=named, workings=rows)


@formula()
def year_fraction(*, start: date, end: date) -> YearFraction:
    """Measures days / 365 between two dates (ACT/365 Fixed), in years.

    Source: ISDA 2006 Definitions 4.16(d).

    >>> year_fraction(start="2026-06-30", end="2027-06-30").years
    1.0
    """
    checks = Checks()
    first, last = checks.day("start", start), checks.day("end", end)
    if first > last and not checks.faults:
        checks.fault("end", "BAD_ORDER", end, first)
    checks.require()
    days = (last - first).days
    return YearFraction(years=days / 365, days=days)


def add_years(day: date, years: int) -> date:
    """Kernel of `anniversary`."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@formula()
def anniversary(*, start: date, years: int) -> Anniversary:
    """Answers the same month and day some years on, else the last day of that month.

    Source: 专利法实施细则 art. 5.

    >>> anniversary(start="2020-02-29", years=1).day.isoformat()
    '2021-02-28'
    """
    checks = Checks()
    first = checks.day("start", start)
    number = checks.integer("years", years, 0, 200)
    checks.require()
    return Anniversary(day=add_years(first, number))


def term_years(patent_type: str, filing_date: date) -> int:
    """Answers the statutory term in years (专利法 art. 42)."""
    return 10 if patent_type == "design" and filing_date < DESIGN_REFORM else TERMS[patent_type]


@formula()
def remaining_life(
    *,
    filing_date: date,
    patent_type: str,
    valuation_date: date,
    day_count: str = "ACT/365F",
    economic_life_years: float | None = None,
    contract_years: float | None = None,
    extension_days: int = 0,
    annuity_due: date | None = None,
) -> RemainingLife:
    """Measures the legal and useful life left at the valuation date, in years, and names which limit binds.

    Source: 专利法 (2020) art. 42; designs filed before 2021-06-01 last 10 years.

    >>> remaining_life(filing_date="2018-05-20", patent_type="invention", valuation_date="2026-06-30").expiry.isoformat()
    '2038-05-20'
    """
    checks = Checks()
    filed, valued = checks.day("filing_date", filing_date), checks.day("valuation_date", valuation_date)
    kind = checks.choice("patent_type", patent_type, PATENT_TYPES)
    checks.choice("day_count", day_count, ("ACT/365F",))
    economic = checks.optional("economic_life_years", economic_life_years, LIFE)
    contract = checks.optional("contract_years", contract_years, LIFE)
    extension = checks.integer("extension_days", extension_days, 0, 3653, below="NEGATIVE")
    due = None if annuity_due is None else checks.day("annuity_due", annuity_due)
    if valued < filed and not checks.faults:
        checks.fault("valuation_date", "BAD_ORDER", valuation_date, filed)
    checks.require()
    expiry = add_years(filed, term_years(kind, filed)) + timedelta(days=extension)
    if valued >= expiry:
        raise refuse("valuation_date", "RIGHT_ENDED", valuation_date, expiry)
    legal = (expiry - valued).days / 365
    limits = [("legal", legal), ("economic", economic), ("contract", contract)]
    binding, least = min(((name, years) for name, years in limits if years is not None), key=lambda item: item[1])
    soon = due is not None and 0 <= (due - valued).days <= 60
    return RemainingLife(
        expiry=expiry,
        legal_remaining_years=legal,
        remaining_useful_life=least,
        binding=binding,
        workings=tuple({"limit": name, "years": years} for name, years in limits),
        warnings=(Caution("ANNUITY_DUE_SOON", "annuity_due", {"due": str(due)}),) if soon else (),
    )


def cut_at_expiry(
    checks: Checks,
    *,
    field: str,
    count: int,
    stub: float,
    last: float,
    remaining_years: float | None,
    beyond_expiry: Any,
) -> tuple[int, float, float, tuple[Caution, ...]]:
    """Keeps a forecast within the life of the right: refuses, or cuts count, stub and last and says so."""
    policy = checks.choice("beyond_expiry", beyond_expiry, ("refuse", "truncate"))
    if remaining_years is None or checks.faults:
        return count, stub, last, ()
    if remaining_years <= 0:
        checks.fault("remaining_years", "RIGHT_ENDED", remaining_years, "> 0")
        return count, stub, last, ()
    ends = lay_periods(count, "end", stub, last)[1]
    if ends[-1] <= remaining_years + 1e-9:
        return count, stub, last, ()
    if policy == "refuse":
        checks.fault(field, "FORECAST_BEYOND_EXPIRY", ends[-1], remaining_years)
        return count, stub, last, ()
    kept = next(i for i, end in enumerate(ends) if end > remaining_years + 1e-9)
    cautions = [Caution("TRUNCATED_AT_EXPIRY", field, {"years": remaining_years, "forecast_years": ends[-1]})]
    start = ends[kept - 1] if kept else 0.0
    if kept and remaining_years - start <= 1e-9:
        return kept, stub, 1.0, tuple(cautions)
    if kept:
        return kept + 1, stub, remaining_years - start, tuple(cautions)
    cautions.append(Caution("STUB_CHANGED", "stub", {"before": stub, "after": remaining_years}))
    return 1, remaining_years, 1.0, tuple(cautions)

