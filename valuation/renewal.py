"""Keeping a right alive: annuities 年费, late fees 滞纳金, and what renewal tells about value and life.

Fees are computed in whole fen and returned in yuan, so that 4000 less 85 % is exactly 600.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from valuation.errors import LOSS, NONNEGATIVE, POSITIVE_VOLATILITY, RATE, SHARE, Checks, Rule
from valuation.formulas import formula
from valuation.inputs import PATENT_TYPES
from valuation.records import Record
from valuation.references import reference_table
from valuation.results import Annuities, LateFee, Renewal, RenewalOption, Survival
from valuation.timing import term_years

NAMED_SCHEDULES = {f"CNIPA {kind.replace('_', ' ')}": kind for kind in PATENT_TYPES}
LOG_MEAN = Rule(-50.0, 50.0, "OUT_OF_RANGE", "OUT_OF_RANGE")


def _fen(amount: float) -> int:
    return round(Fraction(str(amount)) * 100)


def _less(fen: int, basis_points: int) -> int:
    return (fen * (10_000 - basis_points) * 2 + 10_000) // 20_000


def _schedule(checks: Checks, schedule: Any) -> dict[tuple[str, int], float]:
    rows = reference_table(name="cnipa_annuities").rows if schedule is None else checks.sequence("schedule", schedule, most=500)
    fees: dict[tuple[str, int], float] = {}
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping) or not {"patent_type", "from_year", "to_year", "fee"} <= set(row):
            checks.fault(f"schedule[{i}]", "WRONG_TYPE", row, "patent_type, from_year, to_year, fee")
            continue
        fee = checks.number(f"schedule[{i}].fee", row["fee"], NONNEGATIVE)
        first = checks.integer(f"schedule[{i}].from_year", row["from_year"], 1, 50)
        last = checks.integer(f"schedule[{i}].to_year", row["to_year"], 1, 50)
        for year in range(first, last + 1):
            fees[str(row["patent_type"]), year] = fee
    return fees


def _basis_points(checks: Checks, field: str, reduction: Any) -> int:
    return round(Fraction(str(checks.number(field, reduction, SHARE))) * 10_000)


def _years(checks: Checks, *, year: Any, from_year: Any, to_year: Any, longest: int) -> range:
    if (year is None) == (from_year is None and to_year is None):
        checks.fault("year", "EITHER_OR", year, "year, or from_year and to_year")
        for name, value in (("from_year", from_year), ("to_year", to_year)):
            if value is not None:
                checks.integer(name, value, 1, longest)
        if year is not None:
            checks.integer("year", year, 1, longest)
        return range(0)
    if year is not None:
        number = checks.integer("year", year, 1, longest)
        return range(number, number + 1)
    first, last = checks.integer("from_year", from_year, 1, longest), checks.integer("to_year", to_year, 1, longest)
    if not checks.faults and first > last:
        checks.fault("from_year", "BAD_ORDER", from_year, to_year)
    return range(first, last + 1)


@formula()
def cnipa_annuities(
    *,
    patent_type: str,
    year: int | None = None,
    from_year: int | None = None,
    to_year: int | None = None,
    reduction: float = 0.0,
    reductions: Sequence[float] | None = None,
    filing_date: date | None = None,
    schedule: Sequence[Mapping[str, Any]] | None = None,
) -> Annuities:
    """Answers annuities in yuan for one year or a span, each reduction applied exactly, to the fen.

    `reductions` gives one fee per reduction and year; `schedule` replaces the shipped rows. Source: CNIPA fee schedule.

    >>> cnipa_annuities(patent_type="invention", year=11, reductions=[0.85, 0.7]).fees
    (600.0, 1200.0)
    """
    checks = Checks()
    kind = checks.choice("patent_type", patent_type, PATENT_TYPES)
    fees = _schedule(checks, schedule)
    filed = date(2026, 1, 1) if filing_date is None else checks.day("filing_date", filing_date)
    longest = min(term_years(kind, filed), max((item for named, item in fees if named == kind), default=1))
    span = _years(checks, year=year, from_year=from_year, to_year=to_year, longest=longest)
    single = _basis_points(checks, "reduction", reduction)
    several = None if reductions is None else checks.sequence("reductions", reductions)
    points = [single] if several is None else [
        _basis_points(checks, f"reductions[{i}]", item) for i, item in enumerate(several)
    ]
    if not checks.faults and single and several is not None:
        checks.fault("reductions", "EITHER_OR", reductions, "reduction or reductions")
    missing = [number for number in span if (kind, number) not in fees]
    if missing and not checks.faults:
        checks.fault("schedule", "UNKNOWN_NAME", missing, f"{kind}, each year")
    checks.require()
    exact = [(number, point, _less(_fen(fees[kind, number]), point)) for number in span for point in points]
    return Annuities(
        fees=tuple(fen / 100 for _, _, fen in exact),
        total=sum(fen for _, _, fen in exact) / 100,
        workings=tuple(
            {"year": number, "full": fees[kind, number], "reduction_bp": point, "fee": fen / 100}
            for number, point, fen in exact
        ),
    )


@formula()
def annuity_late_fee(*, full_fee: float, months_late: int) -> LateFee:
    """Charges 5 % of the full, unreduced annuity for each month begun after the first month of grace, in yuan.

    Source: 专利法实施细则 art. 115; the steps 0, 5, 10, 15, 20, 25 % to be confirmed by the operator.

    >>> [annuity_late_fee(full_fee=2000, months_late=m).late_fee for m in (1, 2, 6)]
    [0.0, 100.0, 500.0]
    """
    checks = Checks()
    fee = checks.number("full_fee", full_fee, NONNEGATIVE)
    months = checks.integer("months_late", months_late, 1, 6)
    checks.require()
    points = 500 * (months - 1)
    return LateFee(late_fee=(_fen(fee) * points * 2 + 10_000) // 20_000 / 100, rate=points / 10_000)


def _check_fees(checks: Checks, fees: Any) -> tuple[float, ...]:
    if not isinstance(fees, str):
        return checks.numbers("fees", fees, NONNEGATIVE)
    kind = NAMED_SCHEDULES.get(fees)
    if kind is None:
        checks.fault("fees", "UNKNOWN_NAME", fees, ", ".join(NAMED_SCHEDULES))
        return (1.0,)
    table = _schedule(checks, None)
    return tuple(table[kind, year] for year in sorted(year for named, year in table if named == kind))


@formula()
def renewal_deterministic(
    *,
    initial_return: float,
    decay: float,
    discount_rate: float,
    fees: Sequence[float] | str,
    fee_timing: str = "start of year",
) -> Renewal:
    """Renews while the year's return covers its fee: Σ(r_a − c_a)(1+r)^−(a−1), r_a = R(1−δ)^(a−1), yuan.

    With fee_timing "end of year" each year's surplus falls one year later. Source: Schankerman and Pakes (1986).

    >>> renewal_deterministic(initial_return=9000, decay=0.1, discount_rate=0.1, fees="CNIPA invention").last_year_renewed
    9
    """
    checks = Checks()
    first = checks.number("initial_return", initial_return, NONNEGATIVE)
    fading = checks.number("decay", decay, LOSS)
    rate = checks.number("discount_rate", discount_rate, RATE)
    due = _check_fees(checks, fees)
    late = checks.choice("fee_timing", fee_timing, ("start of year", "end of year")) == "end of year"
    checks.require()
    rows, earned = [], first
    for age, fee in enumerate(due, start=1):
        if earned < fee:
            break
        factor = (1.0 + rate) ** -(age - 1 + late)
        rows.append({"year": age, "return": earned, "fee": fee, "df": factor, "pv": (earned - fee) * factor})
        earned *= 1.0 - fading
    return Renewal(last_year_renewed=len(rows), value=math.fsum(row["pv"] for row in rows), workings=tuple(rows))


@formula()
def renewal_survival(*, fees: Sequence[float] | str, decay: float, mu: float, sigma: float) -> Survival:
    """Estimates the share of rights still renewed at each age, when ln R is normal (mu, sigma); never a price.

    S(a) = P(ln R ≥ ln(c_a/(1−δ)^(a−1))), made nonincreasing. Source: Schankerman and Pakes (1986), Economic Journal 96.

    >>> renewal_survival(fees=[0.0, 0.0], decay=0.1, mu=8, sigma=1).survival
    (1.0, 1.0)
    """
    checks = Checks()
    due = _check_fees(checks, fees)
    fading = checks.number("decay", decay, LOSS)
    centre = checks.number("mu", mu, LOG_MEAN)
    spread = checks.number("sigma", sigma, POSITIVE_VOLATILITY)
    checks.require()
    survival: list[float] = []
    for age, fee in enumerate(due):
        share = 1.0
        if fee > 0:
            needed = math.log(fee) - age * math.log1p(-fading)
            share = 0.5 * math.erfc((needed - centre) / spread / math.sqrt(2.0))
        survival.append(min(share, survival[-1] if survival else 1.0))
    before = [1.0, *survival[:-1]]
    hazard = tuple(1.0 - now / then if then > 0 else 1.0 for now, then in zip(survival, before, strict=True))
    rows = tuple({"year": i + 1, "fee": due[i], "survival": survival[i], "hazard": hazard[i]} for i in range(len(due)))
    return Survival(survival=tuple(survival), hazard=hazard, expected_life=math.fsum(survival), workings=rows)


@dataclass(frozen=True, slots=True)
class Transition(Record):
    """How returns (yuan a year) move on a grid: row i of `matrix` is the law of next year's return; `initial` the first."""

    grid: tuple[float, ...]
    matrix: tuple[tuple[float, ...], ...]
    initial: tuple[float, ...]

    def __post_init__(self) -> None:
        checks = Checks()
        grid = checks.numbers("grid", self.grid, NONNEGATIVE, most=500)
        rows = checks.sequence("matrix", self.matrix, most=500)
        for name, row in [*((f"matrix[{i}]", row) for i, row in enumerate(rows)), ("initial", self.initial)]:
            law = checks.numbers(name, row, SHARE, most=500)
            if not checks.faults and len(law) != len(grid):
                checks.fault(name, "LENGTH_MISMATCH", len(law), len(grid))
            if not checks.faults:
                checks.shares(name, law)
        if not checks.faults and len(rows) != len(grid):
            checks.fault("matrix", "LENGTH_MISMATCH", len(rows), len(grid))
        if not checks.faults and list(grid) != sorted(grid):
            checks.fault("grid", "BAD_ORDER", self.grid, "ascending")
        checks.require()


@formula()
def renewal_option(
    *, fees: Sequence[float] | str, transition: Transition | Mapping[str, Any], discount_rate: float
) -> RenewalOption:
    """Values the right to stop paying: V_a(r) = max(0, r − c_a + βE[V_{a+1}]), yuan, and the return that is worth a fee.

    Source: Pakes (1986), Econometrica 54, on a grid.

    >>> same = {"grid": [0, 100], "matrix": [[1, 0], [0, 1]], "initial": [0, 1]}
    >>> renewal_option(fees=[40, 60, 120], transition=same, discount_rate=0.25).value
    92.0
    """
    checks = Checks()
    due = _check_fees(checks, fees)
    rate = checks.number("discount_rate", discount_rate, RATE)
    law = transition
    if isinstance(transition, Mapping):
        if set(transition) - {"schema", "type"} != {"grid", "matrix", "initial"}:
            checks.fault("transition", "WRONG_TYPE", transition, "grid, matrix, initial")
        else:
            with checks.inside("transition"):
                law = Transition(transition["grid"], transition["matrix"], transition["initial"])
    elif not isinstance(transition, Transition):
        checks.fault("transition", "WRONG_TYPE", transition, "Transition")
    checks.require()
    assert isinstance(law, Transition)
    beta, later = 1.0 / (1.0 + rate), [0.0] * len(law.grid)
    policy: list[float | None] = []
    for fee in reversed(due):
        ahead = [math.fsum(p * v for p, v in zip(row, later, strict=True)) for row in law.matrix]
        later = [max(0.0, earned - fee + beta * hope) for earned, hope in zip(law.grid, ahead, strict=True)]
        policy.append(next((earned for earned, v in zip(law.grid, later, strict=True) if v > 0), None))
    value = math.fsum(p * v for p, v in zip(law.initial, later, strict=True))
    return RenewalOption(value=value, policy=tuple(reversed(policy)))

