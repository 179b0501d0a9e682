"""Distributions of uncertain inputs. Each answers `ppf(u)` for a float or an array, its mean and its sd."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from valuation.errors import AMOUNT, NONNEGATIVE, OPEN_PROBABILITY, POSITIVE, ROYALTY, SHARE, VOLATILITY, Checks, Rule, ValuationInputError, refuse
from valuation.formulas import formula
from valuation.records import Record
from valuation.results import LognormalParameters, Quantiles

SHAPE = Rule(0.0, 1000.0, "NOT_POSITIVE", "TOO_LARGE", open_low=True)
VARIATION = Rule(0.0, 10.0, "NEGATIVE", "OUT_OF_RANGE")
DRIFT = Rule(-1.0, 1.0, "OUT_OF_RANGE", "RATE_LOOKS_LIKE_PERCENT")
Quantity = Any


def _ordered(checks: Checks, low: float, high: float, name: str = "low") -> None:
    if not checks.faults and low > high:
        checks.fault(name, "BAD_ORDER", low, high)


class Distribution(Record):
    """Base of the scalar distributions."""

    __slots__ = ()

    def ppf(self, u: Quantity) -> Quantity:
        """Answers the quantile at probability u, a float or an array."""
        raise NotImplementedError

    def moments(self) -> tuple[float, float]:
        """Answers the true mean and sd, truncation included."""
        return float(getattr(self, "mean")), float(getattr(self, "sd"))  # noqa: B009 - fields in some classes, properties in others


@dataclass(frozen=True, slots=True)
class Fixed(Distribution):
    """One certain value."""

    value: float

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("value", self.value, AMOUNT)
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        return self.value + 0.0 * u

    @property
    def mean(self) -> float:
        return float(self.value)

    @property
    def sd(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Equally likely between two bounds."""

    low: float
    high: float

    def __post_init__(self) -> None:
        checks = Checks()
        _ordered(checks, checks.number("low", self.low, AMOUNT), checks.number("high", self.high, AMOUNT))
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        return self.low + (self.high - self.low) * u

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        return (self.high - self.low) / math.sqrt(12.0)


def _check_three(checks: Checks, low: Any, mode: Any, high: Any) -> None:
    a, c, b = checks.number("low", low, AMOUNT), checks.number("mode", mode, AMOUNT), checks.number("high", high, AMOUNT)
    if not checks.faults and a > c:
        checks.fault("mode", "BAD_ORDER", mode, f">= {low}")
    if not checks.faults and c > b:
        checks.fault("mode", "BAD_ORDER", mode, f"<= {high}")


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Low, most likely, high."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        checks = Checks()
        _check_three(checks, self.low, self.mode, self.high)
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        a, c, b = float(self.low), float(self.mode), float(self.high)
        if a == b:
            return a + 0.0 * u
        if isinstance(u, float):
            if u * (b - a) <= c - a:
                return a + math.sqrt(u * (b - a) * (c - a))
            return b - math.sqrt((1.0 - u) * (b - a) * (b - c))
        import numpy as np

        rising = a + np.sqrt(u * ((b - a) * (c - a)))
        falling = b - np.sqrt((1.0 - u) * ((b - a) * (b - c)))
        return np.where(u * (b - a) <= c - a, rising, falling)

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self) -> float:
        a, c, b = self.low, self.mode, self.high
        return math.sqrt(max(0.0, (a * a + b * b + c * c - a * b - a * c - b * c) / 18))


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """Beta(a, b) stretched to low..high."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("a", self.a, SHAPE)
        checks.number("b", self.b, SHAPE)
        _ordered(checks, checks.number("low", self.low, AMOUNT), checks.number("high", self.high, AMOUNT))
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        from valuation.sampling import inverse_beta

        return self.low + (self.high - self.low) * inverse_beta(float(self.a), float(self.b), u)

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        total = self.a + self.b
        return (self.high - self.low) * math.sqrt(self.a * self.b / (total * total * (total + 1)))


@dataclass(frozen=True, slots=True)
class Pert(Distribution):
    """Beta-PERT: low, most likely, high, with weight `shape` on the mode."""

    low: float
    mode: float
    high: float
    shape: float = 4.0

    def __post_init__(self) -> None:
        checks = Checks()
        _check_three(checks, self.low, self.mode, self.high)
        checks.number("shape", self.shape, SHAPE)
        checks.require()

    def _beta(self) -> Beta:
        width = self.high - self.low or 1.0
        a = 1.0 + self.shape * (self.mode - self.low) / width
        return Beta(a, 2.0 + self.shape - a, self.low, self.high)

    def ppf(self, u: Quantity) -> Quantity:
        return self._beta().ppf(u)

    @property
    def mean(self) -> float:
        return (self.low + self.shape * self.mode + self.high) / (self.shape + 2.0)

    @property
    def sd(self) -> float:
        return self._beta().sd


def _phi(x: float) -> float:
    return math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi) if math.isfinite(x) else 0.0


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Normal; where a bound is given it is truncated, `mean` and `sd` stay those before the cut and `moments` tells the true ones."""

    mean: float
    sd: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("mean", self.mean, AMOUNT)
        checks.number("sd", self.sd, NONNEGATIVE)
        low, high = checks.optional("low", self.low, AMOUNT), checks.optional("high", self.high, AMOUNT)
        if low is not None and high is not None:
            _ordered(checks, low, high)
        floor, ceiling = self.mean if low is None else low, self.mean if high is None else high
        if not checks.faults and self.sd == 0 and not floor <= self.mean <= ceiling:
            checks.fault("mean", "OUT_OF_RANGE", self.mean, f"{low}..{high}")
        if not checks.faults and self.sd > 0 and self._mass() < 1e-12:
            checks.fault("low", "OUT_OF_RANGE", self.low, "bounds hold no probability")
        checks.require()

    def _bounds(self) -> tuple[float, float]:
        low = -math.inf if self.low is None else (self.low - self.mean) / self.sd
        high = math.inf if self.high is None else (self.high - self.mean) / self.sd
        return low, high

    def _mass(self) -> float:
        low, high = self._bounds()
        return _cdf(high) - _cdf(low) if low <= 0 else _cdf(-low) - _cdf(-high)

    @property
    def bounded(self) -> int:
        """1 when a bound cuts the distribution."""
        return int(self.low is not None or self.high is not None)

    def ppf(self, u: Quantity) -> Quantity:
        from valuation.sampling import inverse_normal

        if self.sd == 0:
            return self.mean + 0.0 * u
        if self.bounded:
            low = self._bounds()[0]
            if low > 0:
                return self.mean - self.sd * inverse_normal(_cdf(-low) - u * self._mass())
            u = _cdf(low) + u * self._mass()
        return self.mean + self.sd * inverse_normal(u)

    def moments(self) -> tuple[float, float]:
        if self.sd == 0 or not self.bounded:
            return float(self.mean), float(self.sd)
        low, high = self._bounds()
        mass = self._mass()
        shift = (_phi(low) - _phi(high)) / mass
        edges = (low * _phi(low) if math.isfinite(low) else 0.0) - (high * _phi(high) if math.isfinite(high) else 0.0)
        return self.mean + self.sd * shift, self.sd * math.sqrt(max(0.0, 1.0 + edges / mass - shift * shift))


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """Lognormal by its mean and coefficient of variation."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("mean", self.mean, POSITIVE)
        checks.number("cv", self.cv, VARIATION)
        checks.require()

    def parameters(self) -> tuple[float, float]:
        variance = math.log1p(self.cv * self.cv)
        return math.log(self.mean) - variance / 2.0, math.sqrt(variance)

    def ppf(self, u: Quantity) -> Quantity:
        from valuation.sampling import exponential, inverse_normal

        mu, sigma = self.parameters()
        return exponential(mu + sigma * inverse_normal(u))

    @property
    def sd(self) -> float:
        return float(self.mean * self.cv)


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """Some values with their probabilities."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        checks = Checks()
        values = checks.numbers("values", self.values, AMOUNT, most=500)
        chances = checks.numbers("probabilities", self.probabilities, SHARE, most=500)
        if not checks.faults and len(values) != len(chances):
            checks.fault("probabilities", "LENGTH_MISMATCH", len(chances), len(values))
        if not checks.faults:
            checks.shares("probabilities", chances)
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        import numpy as np

        steps = np.cumsum(np.asarray(self.probabilities, dtype=float))
        index = np.minimum(np.searchsorted(steps, u, side="left"), len(self.values) - 1)
        found = np.asarray(self.values, dtype=float)[index]
        return float(found) if isinstance(u, float) else found

    @property
    def mean(self) -> float:
        return math.fsum(v * p for v, p in zip(self.values, self.probabilities, strict=True))

    @property
    def sd(self) -> float:
        centre = self.mean
        return math.sqrt(math.fsum(p * (v - centre) ** 2 for v, p in zip(self.values, self.probabilities, strict=True)))


@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """Linear between points of a cumulative distribution that runs from 0 to 1."""

    points: tuple[float, ...]
    cumulative: tuple[float, ...]

    def __post_init__(self) -> None:
        checks = Checks()
        points = checks.numbers("points", self.points, AMOUNT, most=500, least=2)
        levels = checks.numbers("cumulative", self.cumulative, SHARE, most=500, least=2)
        if not checks.faults and len(points) != len(levels):
            checks.fault("cumulative", "LENGTH_MISMATCH", len(levels), len(points))
        if not checks.faults and list(points) != sorted(points):
            checks.fault("points", "BAD_ORDER", self.points, "ascending")
        if not checks.faults and (list(levels) != sorted(levels) or levels[0] != 0.0 or levels[-1] != 1.0):
            checks.fault("cumulative", "BAD_ORDER", self.cumulative, "ascending from 0 to 1")
        checks.require()

    def ppf(self, u: Quantity) -> Quantity:
        import numpy as np

        found = np.interp(u, self.cumulative, self.points)
        return float(found) if isinstance(u, float) else found

    def _pieces(self) -> list[tuple[float, float, float]]:
        return [
            (self.cumulative[i + 1] - self.cumulative[i], self.points[i], self.points[i + 1])
            for i in range(len(self.points) - 1)
        ]

    @property
    def mean(self) -> float:
        return math.fsum(p * (a + b) / 2 for p, a, b in self._pieces())

    @property
    def sd(self) -> float:
        second = math.fsum(p * (a * a + a * b + b * b) / 3 for p, a, b in self._pieces())
        return math.sqrt(max(0.0, second - self.mean**2))


@dataclass(frozen=True, slots=True)
class GrowthPath(Record):
    """A path input: R_i = R_{i−1}·exp(drift − σ²/2 + σz_i), so that E[R_i] = initial·e^{drift·i}."""

    initial: float
    drift: float
    volatility: float
    years: int

    def __post_init__(self) -> None:
        checks = Checks()
        checks.number("initial", self.initial, NONNEGATIVE)
        checks.number("drift", self.drift, DRIFT)
        checks.number("volatility", self.volatility, VOLATILITY)
        checks.integer("years", self.years, 1, 50, below="EMPTY", above="TOO_LONG")
        checks.require()

    @property
    def means(self) -> tuple[float, ...]:
        """The mean of each year."""
        return tuple(self.initial * math.exp(self.drift * (i + 1)) for i in range(self.years))


KINDS: Mapping[str, type[Record]] = {
    kind.__name__: kind
    for kind in (Fixed, Uniform, Triangular, Pert, Normal, Lognormal, Beta, Discrete, Empirical, GrowthPath)
}


def as_distribution(field: str, value: Any) -> Distribution | GrowthPath:
    """Accepts a distribution, its dict, or a bare number (certain)."""
    if isinstance(value, (Distribution, GrowthPath)):
        return value
    checks = Checks()
    built: Any = None
    if isinstance(value, Mapping):
        if value.get("type") not in KINDS:
            raise refuse(f"{field}.type", "UNKNOWN_NAME", value.get("type"), ", ".join(KINDS))
        with checks.inside(field):
            try:
                built = KINDS[value["type"]].from_dict({"schema": 1, **value})
            except TypeError as error:
                raise refuse("type", "WRONG_TYPE", value, error) from error
    else:
        built = Fixed(checks.number(field, value, AMOUNT))
    checks.require()
    assert isinstance(built, (Distribution, GrowthPath))
    return built


def royalty_prior(*, rows: Sequence[Mapping[str, Any]] | None = None) -> Empirical:
    """Answers the shipped prior of royalty rates (fractions of sales) as a distribution.

    Source: R. Parr, all industries, cumulative shares; table `royalty_prior`.

    >>> round(royalty_prior().ppf(0.5), 4)
    0.0429
    """
    from valuation.references import reference_table

    checks = Checks()
    found = reference_table(name="royalty_prior").rows if rows is None else checks.sequence("rows", rows, most=500)
    if not all(isinstance(row, Mapping) and {"rate", "cumulative"} <= set(row) for row in found):
        checks.fault("rows", "WRONG_TYPE", rows, "rate, cumulative")
    checks.require()
    points = tuple(checks.number(f"rows[{i}].rate", row["rate"], ROYALTY) for i, row in enumerate(found))
    levels = tuple(checks.number(f"rows[{i}].cumulative", row["cumulative"], SHARE) for i, row in enumerate(found))
    checks.require()
    with checks.inside("rows"):
        return Empirical(points, levels)
    raise ValuationInputError(checks.faults)


@formula()
def lognormal_from_mean_cv(*, mean: float, cv: float, probs: Sequence[float] = ()) -> LognormalParameters:
    """Answers μ and σ of the lognormal with that mean and coefficient of variation, and its quantiles.

    σ² = ln(1+cv²), μ = ln m − σ²/2. Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, ch. 14.

    >>> round(lognormal_from_mean_cv(mean=10000000, cv=0.5).sigma, 12)
    0.472380727077
    """
    from statistics import NormalDist

    checks = Checks()
    centre = checks.number("mean", mean, POSITIVE)
    spread = checks.number("cv", cv, VARIATION)
    levels = checks.numbers("probs", probs, OPEN_PROBABILITY, most=500, least=0)
    checks.require()
    mu, sigma = Lognormal(centre, spread).parameters()
    return LognormalParameters(
        mu=mu, sigma=sigma, quantiles=tuple(math.exp(mu + sigma * NormalDist().inv_cdf(p)) for p in levels)
    )


@formula()
def triangular_quantiles(*, low: float, mode: float, high: float, probs: Sequence[float] = ()) -> Quantiles:
    """Answers the mean and quantiles of a triangular distribution.

    Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, ch. 26.

    >>> round(triangular_quantiles(low=0.02, mode=0.04, high=0.07, probs=[0.5]).quantiles[0], 12)
    0.042613872125
    """
    checks = Checks()
    _check_three(checks, low, mode, high)
    levels = checks.numbers("probs", probs, SHARE, most=500, least=0)
    checks.require()
    shape = Triangular(low, mode, high)
    return Quantiles(mean=shape.mean, quantiles=tuple(shape.ppf(level) for level in levels))
