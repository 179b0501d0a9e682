"""Batch valuation 批量测算: the deterministic methods for up to 10,000 rights at once, the same figures as one by one.

Checks run over whole columns first; a refused row keeps NaN and lists its faults by row, field and code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import (
    AMOUNT,
    DEGREE,
    LIFE,
    LOSS,
    NONNEGATIVE,
    PROBABILITY,
    RATE,
    ROYALTY,
    SHARE,
    STUB,
    TAX,
    YEARS,
    Checks,
    Rule,
    as_number,
)
from valuation.formulas import formula
from valuation.inputs import TIMINGS
from valuation.pledge import LIQUIDATION, POLICY_CAP, TERM_MARGIN_YEARS, VARIATION
from valuation.results import BatchResult, Row

Array = Any
MOST_ROWS = 10_000
REMAINING = Rule(0.0, 100.0, "RIGHT_ENDED", "TOO_LONG", open_low=True)
TABLES = {"revenues": NONNEGATIVE, "operating_income": AMOUNT, "contributory_asset_charges": NONNEGATIVE, "fees": NONNEGATIVE}
COLUMNS: Mapping[str, tuple[Rule, float | None]] = {
    "royalty_rate": (ROYALTY, None),
    "discount_rate": (RATE, None),
    "tax_rate": (TAX, None),
    "stub": (STUB, 1.0),
    "last": (STUB, 1.0),
    "decay": (LOSS, 0.0),
    "probability_valid": (PROBABILITY, 1.0),
    "tax_life": (LIFE, None),
    "remaining_years": (REMAINING, None),
    "rd_cost": (NONNEGATIVE, None),
    "profit": (Rule(0.0, 100.0, "NEGATIVE", "TOO_LARGE"), 0.0),
    "obsolescence": (SHARE, 0.0),
    "market_multiple": (NONNEGATIVE, None),
    "subject_revenue": (NONNEGATIVE, None),
    "value_cv": (VARIATION, None),
    "bank_cap": (POLICY_CAP, 0.25),
    "loan_term_years": (YEARS, None),
    "score": (DEGREE, None),
    "lvd": (DEGREE, None),
    "tvd": (DEGREE, None),
    "evd": (DEGREE, None),
}
LEVEL_5 = -1.6448536269514726  # the 5 % quantile of the standard normal


def _rows(bad: Array) -> Array:
    return bad if bad.ndim == 1 else bad.any(axis=1)


class Batch:
    """Checked columns of one call, with the faults of each row."""

    def __init__(self, columns: Mapping[str, Any], rows: int) -> None:
        import numpy as np

        self.given, self.rows = columns, rows
        self.faults: list[Row] = []
        self.good = np.ones(rows, dtype=bool)

    def has(self, *names: str) -> int:
        """1 when every named column was given."""
        return int(all(name in self.given for name in names))

    def refuse(self, field: str, code: str, bad: Array) -> None:
        """Notes a fault for each marked row."""
        import numpy as np

        for row in np.flatnonzero(bad):
            self.faults.append({"row": int(row), "field": field, "code": code})
        self.good &= ~bad

    def judge(self, field: str, values: Array, rule: Rule) -> None:
        """Applies a rule to a column or a table."""
        import numpy as np

        told = [fault["row"] for fault in self.faults if fault["field"] == field]
        if told:
            values = values.copy()
            values[told] = (rule.low + min(rule.high, rule.low + 1.0)) / 2.0
        lost = ~np.isfinite(values)
        if lost.any():
            self.refuse(field, "NOT_FINITE", _rows(lost))
        below = (values <= rule.low) if rule.open_low else (values < rule.low)
        above = (values >= rule.high) if rule.open_high else (values > rule.high)
        if below.any():
            self.refuse(field, rule.below, _rows(below & ~lost))
        if above.any():
            self.refuse(field, rule.above, _rows(above & ~lost))

    def numbers(self, field: str, items: Any) -> Array:
        """Turns items into floats; what is no number becomes NaN beside its fault."""
        import numpy as np

        if isinstance(items, np.ndarray) and items.dtype.kind in "fiu":
            return items.astype(float, copy=False)
        found = [as_number(item) for item in items]
        if all(type(item) is float for item in found):
            return np.array(found, dtype=float)
        codes = np.array([item if isinstance(item, str) else "" for item in found])
        values = np.array([1.0 if isinstance(item, str) else item for item in found])
        for code in sorted(set(codes.tolist()) - {""}):
            self.refuse(field, code, codes == code)
        return values

    def column(self, field: str) -> Array | None:
        """Answers a checked column: given, or its default, or None."""
        import numpy as np

        rule, default = COLUMNS[field]
        if field not in self.given:
            return None if default is None else np.full(self.rows, default)
        items = self.given[field]
        if isinstance(items, (int, float)) and not isinstance(items, bool):
            items = np.full(self.rows, float(items))
        values = self.numbers(field, items)
        self.judge(field, values, rule)
        return values

    def table(self, field: str) -> tuple[Array, Array]:
        """Answers a checked table (rows × years, zeros after a shorter row) and each row's count."""
        import numpy as np

        items = self.given[field]
        if isinstance(items, np.ndarray) and items.ndim == 2 and items.dtype.kind in "fiu":
            values = items.astype(float, copy=False)
            counts = np.full(self.rows, values.shape[1])
        else:
            values, counts = self._ragged(field, items)
        self.judge(field, values, TABLES[field])
        return values, counts

    def _ragged(self, field: str, items: Any) -> tuple[Array, Array]:
        import numpy as np

        fine = [isinstance(row, (list, tuple)) and 0 < len(row) <= 50 for row in items]
        self.refuse(field, "WRONG_TYPE", ~np.array(fine))
        rows = [row if good else (1.0,) for row, good in zip(items, fine, strict=True)]
        counts = np.array([len(row) for row in rows])
        values = np.zeros((self.rows, int(counts.max())))
        mask = np.arange(values.shape[1]) < counts[:, None]
        flat = [as_number(item) for row in rows for item in row]
        wrong = np.array([isinstance(item, str) for item in flat])
        if wrong.any():
            owner = np.repeat(np.arange(self.rows), counts)
            for code in sorted({item for item in flat if isinstance(item, str)}):
                bad = np.zeros(self.rows, dtype=bool)
                bad[owner[np.array([item == code for item in flat])]] = True
                self.refuse(field, code, bad)
        values[mask] = [1.0 if isinstance(item, str) else item for item in flat]
        return values, counts


def _layout(counts: Array, width: int, stub: Array, last: Array, timing: str) -> tuple[Array, Array, Array]:
    import numpy as np

    rows = np.arange(len(counts))
    lengths = (np.arange(width) < counts[:, None]).astype(float)
    several = counts > 1
    lengths[rows[several], counts[several] - 1] = last[several]
    lengths[:, 0] = stub
    ends = np.cumsum(lengths, axis=1)
    return lengths, ends, ends - lengths / 2 if timing == "mid" else ends


def _tab(rate: Array, tax: Array, life: Array | None, timing: str) -> Array:
    import numpy as np

    if life is None:
        return np.ones_like(rate)
    share = -np.expm1(-life * np.log1p(rate)) / rate * tax / life
    if timing == "mid":
        share = share * np.sqrt(1.0 + rate)
    return 1.0 / (1.0 - share)


def _check_frame(batch: Batch, ends: Array, counts: Array, last: Array, remaining: Array | None, field: str) -> None:
    batch.refuse("last", "OUT_OF_RANGE", (counts == 1) & (last != 1.0))
    if remaining is not None:
        batch.refuse(field, "FORECAST_BEYOND_EXPIRY", ends[:, -1] > remaining + 1e-9)


def _royalty(batch: Batch, at: Mapping[str, Array], timing: str) -> tuple[dict[str, Array], Array, Array]:
    import numpy as np

    revenues, counts = batch.table("revenues")
    lengths, ends, times = _layout(counts, revenues.shape[1], at["stub"], at["last"], timing)
    _check_frame(batch, ends, counts, at["last"], at["remaining_years"], "revenues")
    with np.errstate(all="ignore"):
        factors = np.exp(-times * np.log1p(at["discount_rate"])[:, None])
        keep = (1.0 - at["decay"])[:, None] ** np.arange(revenues.shape[1])
        flows = revenues * lengths * keep * at["royalty_rate"][:, None]
        if batch.has("fees"):
            fees, paid = batch.table("fees")
            batch.refuse("fees", "LENGTH_MISMATCH", paid != counts)
            wide = min(fees.shape[1], flows.shape[1])
            flows[:, :wide] -= fees[:, :wide]
        flows *= (1.0 - at["tax_rate"])[:, None]
        before = (flows * factors).sum(axis=1)
        factor = _tab(at["discount_rate"], at["tax_rate"], at["tax_life"], timing)
        value = before * at["probability_valid"] * factor
    return {"royalty_pv_before_tab": before, "tab_factor": factor, "royalty_value": value}, flows, ends


def _excess(batch: Batch, at: Mapping[str, Array], timing: str) -> dict[str, Array]:
    import numpy as np

    income, counts = batch.table("operating_income")
    charges, others = batch.table("contributory_asset_charges")
    batch.refuse("contributory_asset_charges", "LENGTH_MISMATCH", counts != others)
    if income.shape != charges.shape:
        wide = max(income.shape[1], charges.shape[1])
        income, charges = (np.pad(x, ((0, 0), (0, wide - x.shape[1]))) for x in (income, charges))
    lengths, ends, times = _layout(counts, income.shape[1], at["stub"], at["last"], timing)
    _check_frame(batch, ends, counts, at["last"], at["remaining_years"], "operating_income")
    with np.errstate(all="ignore"):
        factors = np.exp(-times * np.log1p(at["discount_rate"])[:, None])
        before = ((income - charges) * lengths * factors).sum(axis=1) * (1.0 - at["tax_rate"])
        factor = _tab(at["discount_rate"], at["tax_rate"], at["tax_life"], timing)
    return {"mpeem_value": before * at["probability_valid"] * factor}


def _sales(flows: Array, ends: Array, rate: Array) -> dict[str, Array]:
    import numpy as np

    found = {}
    with np.errstate(all="ignore"):
        earned = np.clip(flows, 0.0, None) * np.exp(-ends * np.log1p(rate)[:, None])
        full = earned.sum(axis=1)
        for kind, plan in LIQUIDATION.items():
            kept = (earned * (1.0 - plan["shortfall"] * np.exp(-plan["speed"] * ends))).sum(axis=1) / full
            ratio = kept * (1.0 + rate) ** (-plan["months"] / 12.0) * (1.0 - plan["sale_cost"])
            found[f"{kind}_ratio"] = ratio
    return found


CONSTRAINTS = ("score_gate", "remaining_life", "p05_ratio", "flv_ratio", "policy_cap")


def _lend(batch: Batch, at: Mapping[str, Any], value: Array, ratio: Array, score_gate: float) -> dict[str, Array]:
    import numpy as np

    with np.errstate(all="ignore"):
        variance = np.log1p(at["value_cv"] ** 2)
        p05 = np.exp(np.log(value) - variance / 2.0 + np.sqrt(variance) * LEVEL_5)
        none = np.full(batch.rows, np.inf)
        gate = none if at["score"] is None else np.where(at["score"] < score_gate, 0.0, np.inf)
        life = none
        if at["remaining_years"] is not None and at["loan_term_years"] is not None:
            life = np.where(at["remaining_years"] < at["loan_term_years"] + TERM_MARGIN_YEARS, 0.0, np.inf)
        limits = np.stack([gate, life, p05 / value, ratio, at["bank_cap"]])
        place = np.argmin(limits, axis=0)
        cap = limits[place, np.arange(batch.rows)]
        rounded = np.floor(cap * 100.0 + 1e-9) / 100.0
    names = np.array(CONSTRAINTS)[place]
    return {"p05": p05, "p05_ratio": p05 / value, "ltv_cap": cap, "ltv_rounded": rounded, "binding_constraint": names}


def _size(checks: Checks, columns: Mapping[str, Any]) -> int:
    sizes = {
        name: len(items)
        for name, items in columns.items()
        if hasattr(items, "__len__") and not isinstance(items, (str, bytes, Mapping))
    }
    for name, items in columns.items():
        if name not in COLUMNS and name not in TABLES:
            checks.fault(f"columns.{name}", "UNKNOWN_NAME", name, ", ".join([*COLUMNS, *TABLES]))
        elif name not in sizes and name in TABLES:
            checks.fault(f"columns.{name}", "WRONG_TYPE", items, "sequence")
        elif name not in sizes:
            checks.number(f"columns.{name}", items, COLUMNS[name][0])
    rows = max(sizes.values(), default=0)
    if rows == 0 and not checks.faults:
        checks.fault("columns", "EMPTY", list(columns))
    if rows > MOST_ROWS:
        checks.fault("columns", "TOO_LONG", rows, MOST_ROWS)
    for name, size in sizes.items():
        if size != rows:
            checks.fault(f"columns.{name}", "LENGTH_MISMATCH", size, rows)
    return rows


NEEDED = {
    "revenues": ("royalty_rate", "discount_rate", "tax_rate"),
    "operating_income": ("contributory_asset_charges", "discount_rate", "tax_rate"),
    "market_multiple": ("subject_revenue",),
    "lvd": ("tvd", "evd"),
    "value_cv": ("revenues",),
}


@formula()
def value_batch(
    *,
    columns: Mapping[str, Any],
    timing: str = "mid",
    score_gate: float = 60.0,
    pvd_weights: Sequence[float] = (0.30, 0.30, 0.40),
) -> BatchResult:
    """Values up to 10,000 rights by every deterministic method whose columns are given.

    Columns hold one entry a right, or one number for all; tables (`revenues`, `operating_income`, …) one row of years a
    right. Answers royalty_value, mpeem_value, cost_value, market_indication, orderly_ratio, forced_ratio, flv, p05,
    ltv_cap, ltv_rounded, binding_constraint, pvd as far as the inputs go; yuan, fractions, degrees.
    Source: the single functions of the same names, to 1e-12.

    >>> answer = value_batch(columns={"revenues": [[100, 100]], "royalty_rate": [0.05], "discount_rate": 0.1,
    ...                               "tax_rate": 0.2}, timing="end")
    >>> round(float(answer.columns["royalty_value"][0]), 9)
    6.94214876
    """
    import numpy as np

    checks = Checks()
    given = checks.mapping("columns", columns)
    named = checks.choice("timing", timing, TIMINGS)
    gate = checks.number("score_gate", score_gate, DEGREE)
    shares = checks.numbers("pvd_weights", pvd_weights, SHARE, most=3, least=3)
    if len(shares) == 3:
        checks.shares("pvd_weights", shares)
    rows = _size(checks, given) if given else 0
    for name, others in NEEDED.items():
        for other in others:
            if name in given and other not in given:
                checks.fault(f"columns.{other}", "EMPTY", None, f"needed with {name}")
    checks.require()
    batch = Batch(given, rows)
    at: dict[str, Any] = {name: batch.column(name) for name in COLUMNS}
    found: dict[str, Array] = {}
    if batch.has("revenues"):
        answer, flows, ends = _royalty(batch, at, named)
        found.update(answer)
        found.update(_sales(flows, ends, at["discount_rate"]))
        found["flv"] = found["royalty_value"] * found["forced_ratio"]
        if at["value_cv"] is not None:
            batch.refuse("revenues", "NOT_POSITIVE", batch.good & ~(found["royalty_value"] > 0))
            found.update(_lend(batch, at, found["royalty_value"], found["forced_ratio"], gate))
    if batch.has("operating_income"):
        found.update(_excess(batch, at, named))
    if at["rd_cost"] is not None:
        found["cost_value"] = at["rd_cost"] * (1.0 + at["profit"]) * (1.0 - at["obsolescence"])
    if at["market_multiple"] is not None:
        found["market_indication"] = at["market_multiple"] * at["subject_revenue"]
    if at["lvd"] is not None:
        found["pvd"] = np.minimum(100.0, shares[0] * at["lvd"] + shares[1] * at["tvd"] + shares[2] * at["evd"])
    return _finish(batch, found)


def _finish(batch: Batch, found: dict[str, Array]) -> BatchResult:
    import numpy as np

    for name, values in found.items():
        if values.dtype.kind == "f":
            lost = batch.good & ~np.isfinite(values)
            if name.endswith("_ratio") or name == "flv":
                values[~batch.good] = np.nan
                continue
            if lost.any():
                batch.refuse(name, "NOT_FINITE", lost)
    for values in found.values():
        if values.dtype.kind == "f":
            values[~batch.good] = np.nan
        else:
            values[~batch.good] = ""
    faults = tuple(sorted(batch.faults, key=lambda fault: (fault["row"], fault["field"])))
    return BatchResult(columns=found, faults=faults, accepted=int(batch.good.sum()))
