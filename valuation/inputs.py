"""What an appraiser hands in: the right, the assumptions, the plan, the policy. Every record checks itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from valuation.errors import (
    ADJUSTMENT,
    AMOUNT,
    FULL_SHARE,
    LIFE,
    NONNEGATIVE,
    POSITIVE,
    PREMIUM,
    RATE,
    ROYALTY,
    SHARE,
    TAX,
    Checks,
)
from valuation.records import Record

PATENT_TYPES = ("invention", "utility_model", "design")
SOURCE_KINDS = (
    "filing",
    "contract",
    "audited-accounts",
    "management-statement",
    "reference-table",
    "market-evidence",
    "appraiser-judgement",
)
TIMINGS = ("end", "mid")
TAB_BASES = ("statutory", "contract-term")
RATE_BASIS = "nominal post-tax"


@dataclass(frozen=True, slots=True)
class PatentAsset(Record):
    """One valued right 专利权 as the register shows it."""

    number: str
    kind: str
    filing_date: date
    grant_date: date | None = None
    claims: int = 1
    legal_status: str = "in force"
    encumbrances: tuple[str, ...] = ()
    share: float = 1.0

    def __post_init__(self) -> None:
        checks = Checks()
        checks.text("number", self.number, most=40)
        checks.choice("kind", self.kind, PATENT_TYPES)
        filed = checks.day("filing_date", self.filing_date)
        if self.grant_date is not None and checks.day("grant_date", self.grant_date) < filed:
            checks.fault("grant_date", "BAD_ORDER", self.grant_date, filed)
        checks.integer("claims", self.claims, 1, 10_000)
        checks.text("legal_status", self.legal_status, most=200)
        checks.sequence("encumbrances", self.encumbrances, least=0)
        checks.number("share", self.share, FULL_SHARE)
        checks.require()


@dataclass(frozen=True, slots=True)
class Assumption(Record):
    """One sourced figure 评估参数; `low` and `high` bound it, `distribution` is the dict of a distribution."""

    name: str
    value: float | str
    unit: str = ""
    source: str = "appraiser-judgement"
    note: str = ""
    low: float | None = None
    high: float | None = None
    distribution: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        checks = Checks()
        checks.text("name", self.name, most=120)
        if not isinstance(self.value, str):
            checks.number("value", self.value, AMOUNT)
        checks.text("unit", self.unit, most=40)
        checks.text("source", self.source)
        checks.text("note", self.note)
        low, high = checks.optional("low", self.low, AMOUNT), checks.optional("high", self.high, AMOUNT)
        if low is not None and high is not None and low > high:
            checks.fault("low", "BAD_ORDER", self.low, self.high)
        checks.require()


@dataclass(frozen=True, slots=True)
class RevenueForecast(Record):
    """Sales of products under the claims, whole-year amounts from `first_year` on; `basis` says gross or net."""

    first_year: int
    amounts: tuple[float, ...]
    basis: str

    def __post_init__(self) -> None:
        checks = Checks()
        checks.integer("first_year", self.first_year, 1985, 2200)
        checks.numbers("amounts", self.amounts, NONNEGATIVE)
        checks.text("basis", self.basis)
        checks.require()


@dataclass(frozen=True, slots=True)
class RoyaltyRate(Record):
    """A sourced interval of the royalty rate 许可费率."""

    low: float
    mode: float
    high: float
    source: str

    def __post_init__(self) -> None:
        checks = Checks()
        low, mode, high = (checks.number(name, getattr(self, name), ROYALTY) for name in ("low", "mode", "high"))
        if not checks.faults and not low <= mode <= high:
            checks.fault("mode", "BAD_ORDER", self.mode, f"{self.low}..{self.high}")
        checks.text("source", self.source)
        checks.require()


@dataclass(frozen=True, slots=True)
class Component(Record):
    """One rung of the discount ladder 折现率构成, in fractions a year."""

    name: str
    points: float
    source: str

    def __post_init__(self) -> None:
        checks = Checks()
        checks.text("name", self.name, most=120)
        checks.number("points", self.points, PREMIUM)
        checks.text("source", self.source)
        checks.require()


@dataclass(frozen=True, slots=True)
class DiscountRate(Record):
    """A discount rate with its ladder; the basis is always nominal post-tax."""

    rate: float
    ladder: tuple[Component, ...] = ()
    basis: str = RATE_BASIS

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("rate", self.rate, RATE)
        checks.choice("basis", self.basis, (RATE_BASIS,))
        checks.require()


@dataclass(frozen=True, slots=True)
class TabPolicy(Record):
    """How an acquirer may amortise the right for tax; None inherits the method's tax rate and timing."""

    tax_life: float
    tax_rate: float | None = None
    basis: str = "statutory"
    timing: str | None = None

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("tax_life", self.tax_life, LIFE)
        checks.optional("tax_rate", self.tax_rate, TAX)
        checks.choice("basis", self.basis, TAB_BASES)
        if self.timing is not None:
            checks.choice("timing", self.timing, TIMINGS)
        checks.require()


@dataclass(frozen=True, slots=True)
class Weight(Record):
    """The appraiser's weight of one method, with the reason."""

    method: str
    weight: float
    reason: str = ""

    def __post_init__(self) -> None:
        checks = Checks()
        checks.text("method", self.method, most=120)
        checks.number("weight", self.weight, SHARE)
        checks.text("reason", self.reason)
        checks.require()


COMPARABLE_KINDS = ("transfer", "licence", "auction", "contribution", "portfolio")


@dataclass(frozen=True, slots=True)
class Comparable(Record):
    """One observed deal: price in yuan, adjustment factors to the subject, weight."""

    price: float
    adjustments: Mapping[str, float]
    weight: float
    date: date | None = None
    kind: str = "transfer"
    related: str = "no"
    reason: str = ""

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("price", self.price, POSITIVE)
        for name, factor in checks.mapping("adjustments", self.adjustments, least=0).items():
            checks.number(f"adjustments.{name}", factor, ADJUSTMENT)
        checks.number("weight", self.weight, SHARE)
        if self.date is not None:
            checks.day("date", self.date)
        checks.choice("kind", self.kind, COMPARABLE_KINDS)
        checks.choice("related", self.related, ("no", "yes"))
        checks.text("reason", self.reason)
        special = self.related == "yes" or self.kind == "portfolio"
        if special and not checks.faults and not (self.adjustments and self.reason.strip()):
            checks.fault("related", "OUT_OF_RANGE", self.related, "adjusted with a reason")
        checks.require()


@dataclass(frozen=True, slots=True)
class Stage(Record):
    """One development stage: its cost at the start, its length in years and its probability of success."""

    name: str
    probability: float
    cost: float = 0.0
    years: float = 1.0

    def __post_init__(self) -> None:
        from valuation.errors import PROBABILITY, YEARS

        checks = Checks()
        checks.text("name", self.name, most=120)
        checks.number("probability", self.probability, PROBABILITY)
        checks.number("cost", self.cost, NONNEGATIVE)
        checks.number("years", self.years, YEARS)
        checks.require()
