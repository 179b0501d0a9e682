"""What the library answers: one frozen record a question, each with its workings and cautions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from valuation.errors import Caution
from valuation.inputs import Assumption, Component, Weight
from valuation.records import Record

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Record):
    """The formula's table of rows and the cautions raised on the way."""

    workings: tuple[Row, ...] = ()
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods(Result):
    """Lengths, ends and flow times of a forecast, in years from the valuation date."""

    lengths: tuple[float, ...]
    ends: tuple[float, ...]
    times: tuple[float, ...]
    timing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFraction(Result):
    years: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anniversary(Result):
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingLife(Result):
    """`expiry` is the first day on which the right is no longer in force."""

    expiry: date
    legal_remaining_years: float
    remaining_useful_life: float
    binding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentValue(Result):
    pv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureValue(Result):
    fv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalValue(Result):
    tv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetPresentValue(Result):
    npv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalRate(Result):
    irr: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Result):
    payment: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Result):
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountLadder(Result):
    rate: float
    ladder: tuple[Component, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOfEquity(Result):
    cost_of_equity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta(Result):
    beta: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wacc(Result):
    wacc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanLife(Result):
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TabFactor(Result):
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TabIdentity(Result):
    value: float
    residual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Result):
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication(Result):
    """What one method says the right is worth, in yuan."""

    method: str
    value: float
    premise: str = "in use"
    low: float | None = None
    high: float | None = None
    pv_before_tab: float | None = None
    tab_factor: float | None = None
    timing: str | None = None
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessEarnings(Indication):
    excess_after_tax: tuple[float, ...] = ()
    rates: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostIndication(Indication):
    gross: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketIndication(Indication):
    multiples: tuple[float, ...]
    dispersion: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Result):
    charge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Result):
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annuities(Result):
    fees: tuple[float, ...]
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFee(Result):
    late_fee: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Result):
    last_year_renewed: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival(Result):
    survival: tuple[float, ...]
    hazard: tuple[float, ...]
    expected_life: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalOption(Result):
    """`policy[a]` is the smallest grid return at which year a+1 is paid for, None where it never is."""

    value: float
    policy: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionValue(Result):
    """`value` is the asked side; None when both were asked."""

    value: float | None
    call: float
    put: float
    d1: float | None
    d2: float | None
    greeks: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayOption(Result):
    value: float
    npv: float
    time_premium: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatticeValue(Result):
    value: float
    boundary: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundOption(Result):
    value: float
    critical_price: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProbability(Result):
    likelihood_of_approval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAdjusted(Result):
    value: float
    likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedValue(Result):
    value: float
    completion_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedSimulation(Result):
    value: float
    abandonment_value: float
    completion_distribution: Mapping[str, float]
    standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LognormalParameters(Result):
    mu: float
    sigma: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles(Result):
    mean: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation(Result):
    """The distribution of a value; `draws` stays in memory and is never stored.

    `mean` is `mean_exact` where that is known, else `mean_conditional`, else `mean_simulated`, the plain mean of the draws;
    `standard_error` is that of `mean_simulated`. A calculation older than `mean_conditional` has none.
    """

    unsaved: ClassVar[frozenset[str]] = frozenset({"draws"})
    unsaved_none: ClassVar[frozenset[str]] = frozenset({"mean_conditional"})
    mean: float
    mean_exact: float | None
    mean_simulated: float
    sd: float
    cv: float | None
    quantiles: Mapping[str, float]
    standard_error: float | None
    histogram: Row
    thresholds: tuple[Row, ...]
    fan: tuple[Row, ...]
    draws_sha256: str
    seed: int
    paths: int
    replicates: int
    sampler: str
    mean_conditional: float | None = None
    draws: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonValues(Result):
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioSimulation(Result):
    patents: tuple[Row, ...]
    total: Mapping[str, float]
    contributions: tuple[float, ...]
    seed: int
    paths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationMatrix(Result):
    matrix: tuple[tuple[float, ...], ...]
    distance: float


@dataclass(frozen=True, slots=True)
class Bar(Record):
    """One bar of a tornado."""

    name: str
    low: float
    high: float
    at_low: float
    at_high: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado(Result):
    base: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolIndices(Result):
    names: tuple[str, ...]
    S1: tuple[float, ...]
    ST: tuple[float, ...]
    S1_half_width: tuple[float, ...]
    ST_half_width: tuple[float, ...]
    variance: float
    runs: int

    @property
    def half_width(self) -> tuple[float, ...]:
        """The 95 % half width of the first-order indices."""
        return self.S1_half_width


@dataclass(frozen=True, slots=True)
class Step(Record):
    """One substituted assumption: the value before and after it."""

    name: str
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge(Result):
    before: float
    after: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion(Result):
    """The concluded value of one value type, in yuan."""

    value_type: str
    value: float
    low: float
    high: float
    weights: tuple[Weight, ...]
    dispersion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodWeights(Result):
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MethodGate(Record):
    """Whether a method may be used, may lead, and why."""

    method: str
    usable: str
    primary_allowed: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability(Result):
    methods: tuple[MethodGate, ...]
    proposed_weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidationValue(Result):
    value: float
    ratio: float
    shortfall: float
    speed: float
    months: float
    sale_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanCaps(Result):
    loan_caps: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Constraint(Record):
    """One limit on the loan-to-value ratio; None does not bind."""

    name: str
    limit: float | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendedLtv(Result):
    """`ltv_cap` is never rounded; `ltv_rounded` is its floor to whole percent."""

    p05: float
    p05_ratio: float
    ltv_cap: float
    ltv_rounded: float
    binding_constraint: str
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall(Result):
    probability: float
    expected_loss_given_exposure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeView(Result):
    """The values a lender sees, kept apart from each other."""

    market_value: float
    investment_value: float | None
    orderly_value: float
    forced_liquidation_value: float
    ltv_cap: float
    ltv_rounded: float
    binding_constraint: str
    probability_short: float | None
    expected_loss_given_exposure: float | None


@dataclass(frozen=True, slots=True)
class Provenance(Record):
    """What a calculation file was made with."""

    library_version: str
    formula_versions: Mapping[str, int]
    numpy: str
    scipy: str
    tables_sha256: Mapping[str, str]
    inputs_sha256: str
    seed: int
    created_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult(Result):
    """Columns of results, one entry a row; a refused row holds NaN and its faults (row, field, code)."""

    columns: Mapping[str, Any]
    faults: tuple[Row, ...]
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Result):
    """`identical`, `equal`, `differs` or `unreadable`, with every differing path."""

    status: str
    differences: tuple[Row, ...] = ()
    reason: str = ""
