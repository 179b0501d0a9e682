"""Where a stock rate is heading and what a target would take: pure functions; numpy and scipy are imported when asked."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from exchange.core.errors import Invalid, define
from exchange.core.text import _

define("TARGET_OUT_OF_REACH", 422, _("The target cannot be reached by that day, even if every patent were converted at once."))
define("TOO_LITTLE_HISTORY", 422, _("There is too little history: {found} values of at least {needed}."))

PATHS = 10_000
PRIOR_SHAPE = 0.5
FEWEST_MONTHS, MOST_MONTHS = 12, 24
FEWEST_POINTS = 4
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@dataclass(frozen=True)
class Stock:
    """Patents in force and those of them that are converted, at the start of a month."""

    total: int
    converted: int


@dataclass(frozen=True)
class History:
    """What happened in some months, and to how many patent-months it could have happened.

    ``new`` and ``lapsed`` are counted against unconverted patent-months, ``lapsed_converted`` and ``expired`` (evidence that
    ran out) against converted ones, ``granted`` against months.
    """

    months: int
    unconverted: int
    converted: int
    new: int
    lapsed: int
    lapsed_converted: int
    expired: int
    granted: int


@dataclass(frozen=True)
class Rates:
    """Monthly rates: of unconverted patents (new, lapse), of converted ones (lapse_converted, expire), and grants a month."""

    new: float
    lapse: float
    lapse_converted: float
    expire: float
    grants: float


@dataclass(frozen=True)
class Month:
    """The rate at the end of a forecast month: median, 50, 80 and 95 % bands."""

    low95: float
    low80: float
    low50: float
    median: float
    high50: float
    high80: float
    high95: float


@dataclass(frozen=True)
class Forecast:
    """A band a month, and how likely the target is at the end."""

    months: tuple[Month, ...]
    chance: float

    @property
    def last(self) -> Month:
        """The month of the target."""
        return self.months[-1]


@dataclass(frozen=True)
class Needed:
    """What reaches a target: the monthly rate, conversions in all, and a month."""

    rate: float
    in_all: int
    a_month: int


def seed_of(*parts: object) -> int:
    """The seed of a question: the same definition, days and target draw the same picture."""
    text = "\n".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def rates_of(history: History) -> Rates:
    """The means of the posteriors; a Gamma(0.5, 0) prior keeps a rate without events above nothing."""
    def mean(count: int, exposure: int) -> float:
        return (PRIOR_SHAPE + count) / exposure if exposure else 0.0

    return Rates(
        mean(history.new, history.unconverted), mean(history.lapsed, history.unconverted),
        mean(history.lapsed_converted, history.converted), mean(history.expired, history.converted),
        mean(history.granted, history.months))


def mean_path(stock: Stock, rates: Rates, *, months: int) -> list[tuple[float, float]]:
    """Expected stock and converted stock at the end of each month.

    >>> [(round(n), round(x)) for n, x in mean_path(Stock(100_000, 60_000), Rates(0.012, 0.004, 0.002, 0.001, 1_200), months=1)]
    [(100920, 60300)]
    """
    total, converted, path = float(stock.total), float(stock.converted), []
    for _month in range(months):
        open_ = total - converted
        lapsed, lapsed_converted, expired = rates.lapse * open_, rates.lapse_converted * converted, rates.expire * converted
        total += rates.grants - lapsed - lapsed_converted
        converted += rates.new * open_ - lapsed_converted - expired
        path.append((total, converted))
    return path


def needed_for(stock: Stock, rates: Rates, target: Fraction, *, months: int) -> Needed:
    """The conversions a month that bring the mean path to the target; refuses a target out of reach."""
    def rate_at(new: float) -> float:
        total, converted = mean_path(stock, _with_new(rates, new), months=months)[-1]
        return converted / total if total else 0.0

    if months < 1 or rate_at(1.0) < float(target):
        raise Invalid("TARGET_OUT_OF_REACH", field="due_on")
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if rate_at(middle) < float(target) else (low, middle)
    chosen = _with_new(rates, high)
    before = [(float(stock.total), float(stock.converted)), *mean_path(stock, chosen, months=months)[:-1]]
    conversions = sum(high * (total - converted) for total, converted in before)
    return Needed(high, math.ceil(round(conversions, 3)), math.ceil(round(conversions / months, 3)))


def _with_new(rates: Rates, new: float) -> Rates:
    return Rates(new, rates.lapse, rates.lapse_converted, rates.expire, rates.grants)


def present_pace(stock: Stock, rates: Rates, *, months: int) -> float:
    """New conversions a month on the mean path at the present rates.

    >>> round(present_pace(Stock(100_000, 60_000), Rates(0.012, 0.004, 0.002, 0.001, 1_200), months=48), 2)
    620.02
    """
    before = [(float(stock.total), float(stock.converted)), *mean_path(stock, rates, months=months)[:-1]]
    return sum(rates.new * (total - converted) for total, converted in before) / months


def needed_without_losses(stock: int, base: Fraction, target: Fraction, *, months: int, growth: Fraction = Fraction(0)) -> tuple[Fraction, int, int]:
    """Final stock, conversions in all and a month when nothing is lost and the stock grows by ``growth`` a year.

    >>> needed_without_losses(100_000, Fraction(60, 100), Fraction(65, 100), months=48)[1:]
    (5000, 105)
    """
    years, rest = divmod(months, 12)
    if rest:
        raise ValueError("growth a year wants whole years")
    final = stock * (1 + growth) ** years
    in_all = max(0, math.ceil(target * final - base * stock))
    return final, in_all, math.ceil(Fraction(in_all, months))


@lru_cache(maxsize=256)
def simulate(stock: Stock, history: History, *, target: Fraction, months: int, seed: int, paths: int = PATHS) -> Forecast:
    """Paths of the rate whose monthly rates are drawn once each from their posteriors; the same arguments give the same answer."""
    import numpy

    draw = numpy.random.default_rng(seed)

    def posterior(count: int, exposure: int) -> Any:
        return draw.gamma(PRIOR_SHAPE + count, 1.0 / exposure, paths) if exposure else numpy.zeros(paths)

    new, lapse = posterior(history.new, history.unconverted), posterior(history.lapsed, history.unconverted)
    lapse_converted = posterior(history.lapsed_converted, history.converted)
    expire, grants = posterior(history.expired, history.converted), posterior(history.granted, history.months)
    total, converted = numpy.full(paths, stock.total, dtype=numpy.int64), numpy.full(paths, stock.converted, dtype=numpy.int64)
    bands, rate = [], numpy.zeros(paths)
    for _month in range(months):
        unconverted = total - converted
        lost = numpy.minimum(draw.poisson(lapse * unconverted), unconverted)
        lost_converted = numpy.minimum(draw.poisson(lapse_converted * converted), converted)
        ran_out = numpy.minimum(draw.poisson(expire * converted), converted - lost_converted)
        gained = numpy.minimum(draw.poisson(new * unconverted), unconverted - lost)
        total = total + draw.poisson(grants) - lost - lost_converted
        converted = converted + gained - lost_converted - ran_out
        rate = numpy.divide(converted, total, out=numpy.zeros(paths), where=total > 0)
        bands.append(Month(*(float(value) for value in numpy.quantile(rate, QUANTILES))))
    reached = converted * target.denominator >= target.numerator * total
    return Forecast(tuple(bands), float(numpy.mean(reached & (total > 0))))


def check_history(months: int) -> None:
    """Refuse to simulate on less than a year."""
    if months < FEWEST_MONTHS:
        raise Invalid("TOO_LITTLE_HISTORY", found=months, needed=FEWEST_MONTHS)


# ---------------------------------------------------------------- a line, where there is less than a year of months

@dataclass(frozen=True)
class LogitLine:
    """A straight line on the logit of a share, fitted by least squares."""

    slope: float
    level: float
    middle: float
    spread: float
    squares: float
    points: int

    def at(self, place: float, *, confidence: float = 0.95) -> tuple[float, float, float]:
        """The share at a place with its Student prediction interval: middle, low, high."""
        from scipy.special import stdtrit

        away = place - self.middle
        fitted = self.level + self.slope * away
        error = self.spread * math.sqrt(1 + 1 / self.points + away * away / self.squares)
        width = float(stdtrit(self.points - 2, (1 + confidence) / 2)) * error
        return _share(fitted), _share(fitted - width), _share(fitted + width)

    def reaches(self, share: float) -> float | None:
        """Where the line meets a share; None where it never does."""
        if self.slope == 0:
            return None
        return self.middle + (_logit(share) - self.level) / self.slope


def logit_line(points: Sequence[tuple[float, float]]) -> LogitLine:
    """Fit the line; fewer than four points are too little history."""
    if len(points) < FEWEST_POINTS:
        raise Invalid("TOO_LITTLE_HISTORY", found=len(points), needed=FEWEST_POINTS)
    places, values = [place for place, _share_ in points], [_logit(share) for _place, share in points]
    middle, level = sum(places) / len(points), sum(values) / len(points)
    squares = sum((place - middle) ** 2 for place in places)
    slope = sum((place - middle) * (value - level) for place, value in zip(places, values, strict=True)) / squares
    residue = sum((value - level - slope * (place - middle)) ** 2 for place, value in zip(places, values, strict=True))
    return LogitLine(slope, level, middle, math.sqrt(residue / (len(points) - 2)), squares, len(points))


def _logit(share: float) -> float:
    if not 0 < share < 1:
        raise Invalid("TOO_LITTLE_HISTORY", found=0, needed=FEWEST_POINTS)
    return math.log(share / (1 - share))


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def months_between(first: date, last: date) -> int:
    """Whole months that lie ahead, at least one for any day ahead."""
    if last <= first:
        return 0
    whole = (last.year - first.year) * 12 + last.month - first.month + (1 if last.day > first.day else 0)
    return max(1, whole)
