"""Loan to value 质押率 and shortfall 缺口: what the collateral covers, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from exchange.core.errors import Invalid, define
from exchange.core.text import Text, _
from exchange.finance.loans.rules.rounding import Rounding, divide

define("LTV_CAP_RANGE", 422, _("A cap lies between 0 and {limit} %, not at {cap} %."))

CAP_LIMIT_BP = 5_000
WARNING_BP = 9_000


class Level(StrEnum):
    """How far the debt uses up the cover 预警级别."""

    FINE = "fine"
    WARNING = "warning"
    SHORT = "short"
    CRITICAL = "critical"


LEVEL_LABELS: dict[Level, Text] = {
    Level.FINE: _("Covered"),
    Level.WARNING: _("Cover nearly used up"),
    Level.SHORT: _("Short of cover"),
    Level.CRITICAL: _("Without cover"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One pledged right: its value for lending in fen (None counts as nought) and its cap in basis points."""

    value: int | None
    cap_bp: int

    @property
    def cover(self) -> int:
        return (self.value or 0) * self.cap_bp // 10_000


@dataclass(frozen=True, slots=True)
class Cover:
    """Value, cover and shortfall; ``ratio`` is None when something is owed against a value of nought (∞)."""

    value: int
    cover: int
    ratio: Fraction | None
    shortfall: int
    level: Level
    no_value: bool

    @property
    def ratio_bp(self) -> int | None:
        """The ratio in basis points, half up; None for infinite."""
        return None if self.ratio is None else divide(self.ratio.numerator * 10_000, self.ratio.denominator)

    @property
    def status(self) -> str:
        """``open`` while there is a shortfall, else ``none``."""
        return "open" if self.shortfall else "none"


def check_cap(cap_bp: int) -> None:
    """No item is lent against above the limit."""
    if not 0 <= cap_bp <= CAP_LIMIT_BP:
        raise Invalid("LTV_CAP_RANGE", field="cap", cap=cap_bp / 100, limit=CAP_LIMIT_BP // 100)


def value_for_lending(
    appraised: int, own_value: int | None, *, haircut_bp: int = 0, alive: bool = True, registered: bool = True
) -> int:
    """The smaller of appraised and own value less the haircut; nought for a dead patent or a revoked pledge."""
    if not (alive and registered):
        return 0
    value = appraised if own_value is None else min(appraised, own_value)
    return value * (10_000 - haircut_bp) // 10_000


def max_loan(items: Sequence[Item]) -> int:
    """The most that may be lent: the sum of the items' cover."""
    return sum(item.cover for item in items)


def disbursable(items: Sequence[Item], outstanding: int, *, shortfall_open: bool) -> int:
    """What may still be paid out; nothing while a shortfall is open."""
    return 0 if shortfall_open else max(0, max_loan(items) - outstanding)


def assess_cover(items: Sequence[Item], outstanding: int) -> Cover:
    """How the debt stands against its collateral; exact equality is no breach."""
    value = sum(item.value or 0 for item in items)
    cover = max_loan(items)
    shortfall = max(0, outstanding - cover)
    ratio = Fraction(outstanding, value) if value else (None if outstanding else Fraction(0))
    missing = any(item.value is None for item in items)
    return Cover(value, cover, ratio, shortfall, _level(value, cover, outstanding), missing)


def _level(value: int, cover: int, outstanding: int) -> Level:
    if outstanding > 0 and value == 0:
        return Level.CRITICAL
    if outstanding > cover:
        return Level.SHORT
    if outstanding > 0 and outstanding * 10_000 >= cover * WARNING_BP:
        return Level.WARNING
    return Level.FINE


def percent(ratio: Fraction | None) -> str:
    """``125.00`` or ``infinite``."""
    if ratio is None:
        return "infinite"
    hundredths = divide(ratio.numerator * 10_000, ratio.denominator, Rounding.HALF_UP)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
