"""Royalty rates 许可费率 and profit splits: how a rate is picked, capitalised and apportioned."""

from __future__ import annotations

from collections.abc import Sequence

from valuation.errors import AMOUNT, NONNEGATIVE, RATE, ROYALTY, SHARE, Caution, Checks
from valuation.formulas import formula
from valuation.results import Indication, Parts, Rate

PROFIT_CAP = 0.40


@formula()
def royalty_capitalization(*, revenue: float, royalty_rate: float, capitalization_rate: float) -> Indication:
    """Capitalises one year's royalty for ever: R·ρ/c, yuan. Perpetual, so only a cross-check for a patent.

    Source: direct capitalisation; IVS 105.

    >>> round(royalty_capitalization(revenue=10000000, royalty_rate=0.04, capitalization_rate=0.15).value, 2)
    2666666.67
    """
    checks = Checks()
    sales = checks.number("revenue", revenue, NONNEGATIVE)
    royalty = checks.number("royalty_rate", royalty_rate, ROYALTY)
    rate = checks.number("capitalization_rate", capitalization_rate, RATE)
    checks.require()
    return Indication(
        method="royalty_capitalization",
        value=sales * royalty / rate,
        warnings=(Caution("CROSS_CHECK_ONLY", "method"), Caution("TERMINAL_VALUE_ON_PATENT", "method")),
    )


@formula()
def royalty_from_rating(*, low: float, high: float, rating: float) -> Rate:
    """Picks a royalty rate inside a sourced interval 分成率: K = m + (n−m)·r, r in 0..1.

    Source: common Chinese practice (利润分成率 by comprehensive rating).

    >>> round(royalty_from_rating(low=0.005, high=0.05, rating=0.62).rate, 12)
    0.0329
    """
    checks = Checks()
    least = checks.number("low", low, ROYALTY)
    most = checks.number("high", high, ROYALTY)
    grade = checks.number("rating", rating, SHARE)
    if not checks.faults and least > most:
        checks.fault("low", "BAD_ORDER", low, high)
    checks.require()
    return Rate(rate=least + (most - least) * grade)


@formula()
def royalty_from_profit(*, profit_margin: float, share: float) -> Rate:
    """Turns a share of the profit into a royalty on sales: margin·share.

    Source: profit split; a share of 0.25 only as a cross-check (Uniloc v. Microsoft, Fed. Cir. 2011).

    >>> round(royalty_from_profit(profit_margin=0.2, share=0.25).rate, 12)
    0.05
    """
    checks = Checks()
    margin = checks.number("profit_margin", profit_margin, SHARE)
    part = checks.number("share", share, SHARE)
    checks.require()
    cautions = []
    if part == 0.25:
        cautions.append(Caution("CROSS_CHECK_ONLY", "share"))
    if part > PROFIT_CAP:
        cautions.append(Caution("ROYALTY_ABOVE_CAP", "share", {"cap": PROFIT_CAP}))
    return Rate(rate=margin * part, warnings=tuple(cautions))


@formula()
def apportion(*, value: float, shares: Sequence[float]) -> Parts:
    """Splits a value (yuan) by shares that sum to one; exact products, whole fen are settled at the door.

    Source: elementary.

    >>> apportion(value=100, shares=[0.25, 0.75]).parts
    (25.0, 75.0)
    """
    checks = Checks()
    amount = checks.number("value", value, AMOUNT)
    parts = checks.numbers("shares", shares, SHARE, most=500)
    if not checks.faults:
        checks.shares("shares", parts)
    checks.require()
    return Parts(parts=tuple(amount * part for part in parts))
