"""A first estimate from five inputs: relief from royalty with plain defaults, each of them said aloud."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from exchange.core.money import Money
from exchange.core.text import Text, _

from .calculation import calculate
from .facts import Assumption, Draft, MethodChoice, PatentFacts
from .inputs import canonical, parse_amount, parse_percent, to_money
from .plan import request_of
from .summary import quantiles_of
from .validity import anniversary

YEARS_OF_RIGHT = {"invention": 20, "utility_model": 10, "design": 15}
DEFAULT_AGE_YEARS = {"invention": 6, "utility_model": 3, "design": 3}
MOST_YEARS = 10
ROYALTY = ("0.02", "0.0429", "0.07")
LADDER = (("risk_free", "0.02"), ("equity_premium", "0.08"), ("size_premium", "0.03"), ("technology_premium", "0.03"), ("management_premium", "0.02"))
REASONS: tuple[tuple[str, Text], ...] = (
    ("royalty_rate", _("Royalty rate of 4.29 %: the median over all industries (Parr); 2 % to 7 % is the usual range")),
    ("discount_rate", _("Discount rate of 18 %: 2 % risk-free, 8 % for equity, 3 % for size, 5 % for technology and management")),
    ("decay", _("The technology loses 8 % of its weight a year")),
    ("tax_rate", _("Income tax of 25 %")),
    ("probability_valid", _("The right stands with 85 % (a utility model or design with 70 %)")),
    ("revenue_scale", _("Sales may miss the plan by 30 %")),
)


def estimate(*, today: date, kind: str, filed: date | None, sales: str, growth: str, royalty: str) -> dict[str, Any]:
    """Value and range of one patent, with the defaults used and what moves the value most; nothing is kept."""
    start = Decimal(parse_amount(sales, field="sales"))
    rise = Decimal(parse_percent(growth, field="growth")) if growth.strip() else Decimal("0.05")
    rate = parse_percent(royalty, field="royalty") if royalty.strip() else ""
    filed_on = filed or today - timedelta(days=365 * DEFAULT_AGE_YEARS[kind])
    expires_on = anniversary(filed_on, YEARS_OF_RIGHT[kind])
    request = request_of(_draft(today=today, kind=kind, filed_on=filed_on, expires_on=expires_on, sales=start, growth=rise, royalty=rate))
    result = calculate(request, "quick")
    levels = quantiles_of(result)
    return {
        "value": to_money(result["conclusion"]["value"]), "request": request, "result": result, "expires_on": expires_on, "growth": rise,
        **{name: to_money(levels[level]) for name, level in (("p10", "P10"), ("p25", "P25"), ("p50", "P50"), ("p75", "P75"), ("p90", "P90"))},
        "loan": to_money(result["ltv"]["ltv_cap"] * result["conclusion"]["value"]), "ltv": Decimal(repr(result["ltv"]["ltv_cap"])).quantize(Decimal("0.0001")),
        "binding": result["ltv"]["binding_constraint"],
        "plan": _plan(request), "draws": int(result["simulation"]["paths"]), **_saved(result),
        "reasons": [text for name, text in REASONS if not (name == "royalty_rate" and rate)], "years": result["request"]["pledge"]["remaining_years"],
    }


def _draft(*, today: date, kind: str, filed_on: date, expires_on: date, sales: Decimal, growth: Decimal, royalty: str) -> Draft:
    low, mode, high = ROYALTY if not royalty else tuple(canonical(Decimal(royalty) * factor) for factor in (Decimal("0.7"), Decimal(1), Decimal("1.3")))
    last = min(MOST_YEARS, max(1, expires_on.year - today.year + 1))
    rows = [Assumption("revenue", canonical((sales * (1 + growth) ** year).quantize(Decimal("0.01"))), today.year + year) for year in range(last)]
    rows += [
        Assumption("royalty_rate", mode, low=low, high=high), Assumption("decay", "0.08"), Assumption("tax_rate", "0.25"),
        Assumption("probability_valid", "0.85" if kind == "invention" else "0.7"), Assumption("revenue_volatility", "0.3"),
        Assumption("discount_spread", "0.03"), *(Assumption(name, value) for name, value in LADDER),
    ]
    patent = PatentFacts(0, "—", "", "", kind, filed_on, expires_on, share_bp=10000)
    return Draft("analysis", "pledge", "market_value", today, 0, 0, (patent,), tuple(rows), (MethodChoice("relief_from_royalty", True, 10000),))


def _plan(request: dict[str, Any]) -> tuple[int, Money, Money]:
    """Over how many years sales were planned, the first year's and the last's."""
    planned = [Money.parse(row["value"]) for row in request["assumptions"] if row["name"] == "revenue"]
    return len(planned), planned[0], planned[-1]


def _saved(result: dict[str, Any]) -> dict[str, Money]:
    """The royalties that owning the right saves, before tax and discount, and their worth today."""
    running = {row["step"]: row["running"] for row in result["waterfall"]}
    return {"royalties": to_money(running["royalty"]), "present": to_money(running["discount"])}
