"""Charges for contributory assets 贡献资产, and the single-period form of excess earnings."""

from __future__ import annotations

import math
from typing import Any

from valuation.errors import AMOUNT, COST_OF_CAPITAL, NONNEGATIVE, RATE, Caution, Checks
from valuation.formulas import formula
from valuation.results import Charge, Value


@formula()
def contributory_asset_charge(*, assets: Any) -> Charge:
    """Charges a stream for the other assets it uses: Σ balance_j · required_return_j, yuan a year.

    `assets` is a sequence of (average balance, required return) or a mapping name → pair; a mapping without "workforce"
    and a nameless list draw no conclusion about it, the former with a caution. Source: The Appraisal Foundation, VFR-1.

    >>> round(contributory_asset_charge(assets=[[10, 0.05], [20, 0.08]]).charge, 12)
    2.1
    """
    checks = Checks()
    named = checks.mapping("assets", assets) if isinstance(assets, dict) else None
    pairs = list(named.values()) if named is not None else list(checks.sequence("assets", assets))
    names = list(named) if named is not None else [f"{i + 1}" for i in range(len(pairs))]
    rows = []
    for i, (name, pair) in enumerate(zip(names, pairs, strict=True)):
        path = f"assets.{name}" if named is not None else f"assets[{i}]"
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            checks.fault(path, "WRONG_TYPE", pair, "balance and return")
            continue
        balance = checks.number(f"{path}[0]", pair[0], NONNEGATIVE)
        wanted = checks.number(f"{path}[1]", pair[1], COST_OF_CAPITAL)
        rows.append({"asset": name, "balance": balance, "return": wanted, "charge": balance * wanted})
    checks.require()
    silent = named is not None and "workforce" not in named
    cautions = (Caution("NO_WORKFORCE_CHARGE", "assets"),) if silent else ()
    total = math.fsum(float(str(row["charge"])) for row in rows)
    return Charge(charge=total, workings=tuple(rows), warnings=cautions)


@formula()
def single_period_excess_earnings(
    *, normalized_earnings: float, charge: float, capitalization_rate: float, asset: str = "patent"
) -> Value:
    """Capitalises one year's excess earnings for ever: (E − charge)/c, yuan; a cross-check for a patent.

    Source: IVS 210.

    >>> round(single_period_excess_earnings(normalized_earnings=500000, charge=140000, capitalization_rate=0.12).value)
    3000000
    """
    checks = Checks()
    earnings = checks.number("normalized_earnings", normalized_earnings, AMOUNT)
    charged = checks.number("charge", charge, NONNEGATIVE)
    rate = checks.number("capitalization_rate", capitalization_rate, RATE)
    kind = checks.choice("asset", asset, ("patent", "business"))
    checks.require()
    cautions = (Caution("CROSS_CHECK_ONLY", "asset"),) if kind == "patent" else ()
    return Value(value=(earnings - charged) / rate, warnings=cautions)
