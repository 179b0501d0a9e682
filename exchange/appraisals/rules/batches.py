"""A batch valuation 批量测算: reading a table, judging each row, computing chunks, and the sum under common shocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.errors import DomainError, Faults, Invalid

from .batch_fields import COMMON, DEFAULTED, FIELDS, MONEY, MOST_YEARS, PATENT, PATHS, PERCENT, SETTINGS, SOURCE, Field
from .inputs import canonical_json, digest, parse_amount, parse_number, parse_percent, seed_of, to_money

YEAR = re.compile(r"(?:revenue|sales|销售收入)?[_ ]?((?:19|20)\d{2})年?(?:销售收入)?")
CHUNK = 500


# ------------------------------------------------------------------ reading

def heading(text: str) -> str:
    """A heading without case, blanks and signs; what stands in brackets is a unit."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return re.sub(r"\(.*?\)|\s+$", "", folded).strip().replace(" ", "_").replace("-", "_")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Which column is which field; every unknown or doubled heading is named at once."""
    found: dict[str, int] = {}
    faults: list[DomainError] = []
    for place, text in enumerate(header):
        name = _column(heading(text)) if text.strip() else ""
        if name is None:
            faults.append(Invalid("BATCH_COLUMN_UNKNOWN", field="file", column=text[:60]))
        elif name and name in found:
            faults.append(Invalid("BATCH_COLUMN_TWICE", field="file", column=text[:60]))
        elif name:
            found[name] = place
    if "patent" not in found:
        faults.append(Invalid("BATCH_COLUMN_MISSING", field="file"))
    if faults:
        raise Faults(faults)
    return found


def _column(name: str) -> str | None:
    if name in PATENT:
        return "patent"
    if name in SOURCE:
        return "source"
    for known in FIELDS.values():
        if name == known.name or name in known.spellings:
            return known.name
    year = YEAR.fullmatch(name)
    return f"revenue_{year[1]}" if year else None


def table_rows(columns: Mapping[str, int], rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """The filled cells of each row by field; empty rows are passed over."""
    found = []
    for row in rows:
        cells = {name: row[place].strip() for name, place in columns.items() if place < len(row) and row[place].strip()}
        if cells:
            found.append(cells)
    return found


# ------------------------------------------------------------------ judging

def read_value(known: Field, text: str) -> str:
    """A cell in the way its column is written, inside its bounds."""
    reader = {MONEY: parse_amount, PERCENT: parse_percent}.get(known.quantity, parse_number)
    value = reader(text, field=known.name)
    if not Decimal(known.low) <= Decimal(value) <= Decimal(known.high):
        shown = [f"{(Decimal(bound) * 100).normalize():f} %" if known.quantity == PERCENT else bound for bound in (known.low, known.high)]
        raise Invalid("NUMBER_OUT_OF_RANGE", field=known.name, low=shown[0], high=shown[1])
    return value


def read_settings(given: Mapping[str, str]) -> dict[str, str]:
    """The common assumptions; what is not said takes the default, and every wrong one is named at once."""
    found, faults = {}, []
    for name in SETTINGS:
        known = FIELDS.get(name) or COMMON[name]
        text = str(given.get(name) or "").strip()
        try:
            found[name] = read_value(known, text) if text else known.default
        except DomainError as refusal:
            faults.append(refusal)
    if faults:
        raise Faults(faults)
    return found


@dataclass(slots=True)
class Judged:
    """A row as it was understood: its own values, its yearly sales, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    sales: dict[int, str] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)


def fault(refusal: DomainError, column: str) -> dict[str, Any]:
    """A refusal as a row keeps it."""
    return {"column": column, "code": refusal.code.name, "details": {name: str(value) for name, value in refusal.details.items()}}


def judged(given: Mapping[str, str], *, first_year: int) -> Judged:
    """Every cell of a row read; all its faults together."""
    found = Judged()
    for name, text in given.items():
        if name in ("patent", "source"):
            continue
        try:
            if name.startswith("revenue_"):
                found.sales[int(name.removeprefix("revenue_"))] = read_value(FIELDS["revenue"], text)
            else:
                found.values[name] = read_value(FIELDS[name], text)
        except DomainError as refusal:
            found.faults.append(fault(refusal, name))
    _judge_sales(found, first_year)
    return found


def _judge_sales(found: Judged, first_year: int) -> None:
    broken = {row["column"] for row in found.faults}
    if found.sales and "revenue" in found.values:
        found.faults.append(fault(Invalid("BATCH_REVENUE_BOTH"), "revenue"))
    if found.sales and (sorted(found.sales) != list(range(first_year, first_year + len(found.sales))) or len(found.sales) > MOST_YEARS):
        found.faults.append(fault(Invalid("BATCH_YEARS", first=first_year), "revenue"))
    if not found.sales and "revenue" not in found.values and not any(name.startswith("revenue") for name in broken):
        found.faults.append(fault(Invalid("MISSING_FIELD"), "revenue"))
    degrees = [name for name in ("lvd", "tvd", "evd") if name in found.values]
    if degrees and len(degrees) < 3:
        found.faults.append(fault(Invalid("MISSING_FIELD"), next(name for name in ("lvd", "tvd", "evd") if name not in degrees)))


def effective(given: Mapping[str, str], settings: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The row's values over the common ones, and which of them are common."""
    common = [name for name in DEFAULTED if name not in given]
    return {**{name: settings[name] for name in common}, **given}, common


# ------------------------------------------------------------------ one row as numbers

@dataclass(frozen=True, slots=True)
class Prepared:
    """What the engine takes of one row: sales by period, lengths of the first and last period, fees by period."""

    revenues: tuple[float, ...]
    stub: float
    last: float
    fees: tuple[float, ...]
    truncated: bool


def prepare(values: Mapping[str, str], sales: Mapping[int, str], facts: Mapping[str, Any], *, valuation_date: date) -> Prepared:
    """Sales from the valuation date to the end of the plan or of the right, whichever is first; fees fall into the period of their day."""
    amounts = [float(sales[year]) for year in sorted(sales)] or _grown(values)
    stub = max((date(valuation_date.year, 12, 31) - valuation_date).days, 1) / 365
    left = float(facts["remaining_days"]) / 365
    lengths: list[float] = []
    for number in range(len(amounts)):
        length = min(stub if number == 0 else 1.0, left - sum(lengths))
        if length <= 1e-9:
            break
        lengths.append(min(length, 1.0))
    count = len(lengths)
    truncated = count < len(amounts) or (count > 1 and lengths[-1] < 1.0) or (count == 1 and lengths[0] < min(stub, 1.0))
    fees = [0.0] * count
    ends = [sum(lengths[: number + 1]) for number in range(count)]
    for days, fen in facts["fees"]:
        place = next((number for number, end in enumerate(ends) if days / 365 <= end + 1e-9), None)
        if place is not None:
            fees[place] += fen / 100
    return Prepared(tuple(amounts[:count]), lengths[0] if lengths else stub, lengths[-1] if count > 1 else 1.0, tuple(fees), truncated)


def _grown(values: Mapping[str, str]) -> list[float]:
    first, growth, years = float(values["revenue"]), float(values["growth"]), int(Decimal(values["years"]))
    return [first * (1 + growth) ** number for number in range(years)]


def schedule(row: Prepared, values: Mapping[str, str]) -> tuple[list[float], float]:
    """Discounted royalties after tax by period, and the present value of the fees after tax; their difference is the value."""
    rate, tax, keep = float(values["discount_rate"]), float(values["tax_rate"]), 1 - float(values["decay"])
    royalty, holds = float(values["royalty_rate"]), float(values["probability_valid"])
    flows, fees, end = [], 0.0, 0.0
    for number, amount in enumerate(row.revenues):
        length = row.stub if number == 0 else row.last if number == len(row.revenues) - 1 else 1.0
        factor = (1 + rate) ** -(end + length / 2) * (1 - tax) * holds
        flows.append(amount * length * keep**number * royalty * factor)
        fees += row.fees[number] * factor
        end += length
    return flows, fees


# ------------------------------------------------------------------ a chunk

def compute_chunk(rows: Sequence[Mapping[str, Any]], settings: Mapping[str, str], caps: Mapping[str, str], *, valuation_date: date) -> list[dict[str, Any]]:
    """The value of each row by every method that its inputs allow; a row that the engine refuses says why."""
    from valuation import value_batch
    from valuation.errors import ValuationInputError

    effectives = [effective(row["values"], settings) for row in rows]
    prepared = [prepare(values, {int(year): text for year, text in row["sales"].items()}, row["facts"], valuation_date=valuation_date)
                for (values, _common), row in zip(effectives, rows, strict=True)]
    columns = _columns(rows, [values for values, _common in effectives], prepared, settings, caps)
    try:
        found = value_batch(columns=columns)
    except ValuationInputError as error:
        raise Invalid("CALCULATION_REFUSED", field=error.faults[0].field, reason=error.faults[0].code) from error
    refused: dict[int, list[dict[str, Any]]] = {}
    for each in found.faults:
        reason = Invalid("BATCH_ENGINE", column=each["field"], reason=each["code"])
        refused.setdefault(each["row"], []).append(fault(reason, str(each["field"])))
    return [
        {"number": row["number"], "faults": refused[place], "result": {}} if place in refused else
        {"number": row["number"], "faults": [], "result": _result(place, row, found.columns, effectives[place], prepared[place])}
        for place, row in enumerate(rows)
    ]


def _columns(
    rows: Sequence[Mapping[str, Any]], effectives: Sequence[Mapping[str, str]], prepared: Sequence[Prepared], settings: Mapping[str, str],
    caps: Mapping[str, str],
) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: [float(values[name]) for values in effectives] for name in ("royalty_rate", "discount_rate", "tax_rate", "decay", "probability_valid")
    }
    columns |= {
        "revenues": [list(row.revenues) or [0.0] for row in prepared], "fees": [list(row.fees) or [0.0] for row in prepared],
        "stub": [row.stub for row in prepared], "last": [row.last for row in prepared],
        "remaining_years": [max(float(row["facts"]["remaining_days"]) / 365, 1e-9) for row in rows],
        "bank_cap": [float(caps[f"cap_{row['facts']['type']}"]) for row in rows],
        "value_cv": [total_cv(values, settings, row) for values, row in zip(effectives, prepared, strict=True)],
        "loan_term_years": float(settings["term_months"]) / 12,
    }
    return columns


def total_cv(values: Mapping[str, str], settings: Mapping[str, str], row: Prepared) -> float:
    """The scatter of one patent's value from the common index over its middle time and from its own factor, both lognormal."""
    import math

    middle = max(len(row.revenues), 1) / 2
    common, own = float(settings["volatility"]), float(values["own_cv"])
    variance = common * common * middle + math.log1p(own * own)
    return min(math.sqrt(math.expm1(variance)), 3.0)


def _result(
    place: int, row: Mapping[str, Any], columns: Mapping[str, Any], used: tuple[Mapping[str, str], Sequence[str]], prepared: Prepared,
) -> dict[str, Any]:
    values, common = used
    flows, fees = schedule(prepared, values)
    stopped = bool(row["facts"]["hard_stops"])
    degrees = [float(values[name]) for name in ("lvd", "tvd", "evd") if name in values]
    below = len(degrees) == 3 and 0.3 * degrees[0] + 0.3 * degrees[1] + 0.4 * degrees[2] < 60
    cap = 0.0 if stopped or below else float(columns["ltv_rounded"][place])
    binding = "hard_stop" if stopped else "score_gate" if below else str(columns["binding_constraint"][place])
    found: dict[str, Any] = {
        "value": float(columns["royalty_value"][place]), "p05": float(columns["p05"][place]), "flv": float(columns["flv"][place]), "ltv": cap,
        "binding": binding, "flows": flows, "fees": fees, "own_cv": float(values["own_cv"]), "common": list(common), "warnings": [],
    }
    if prepared.truncated:
        found["warnings"].append("TRUNCATED_AT_EXPIRY")
    if "rd_cost" in values:
        found["cost"] = float(values["rd_cost"])
    if len(degrees) == 3:
        found["pvd"] = min(100.0, 0.3 * degrees[0] + 0.3 * degrees[1] + 0.4 * degrees[2])
    return found


# ------------------------------------------------------------------ the sum

def simulate(results: Sequence[Mapping[str, Any]], settings: Mapping[str, str], *, seed: int) -> dict[str, Any]:
    """All patents on common index paths, each with its own factor: quantiles of each and of the sum, and who makes the bad end of the sum.

    The quantile of a sum is not the sum of quantiles: what does not move together evens out.
    """
    import numpy as np

    from valuation import simulate_portfolio

    width = max((len(row["flows"]) for row in results), default=1)
    table: Any = np.zeros((len(results), max(width, 1)))
    for place, row in enumerate(results):
        table[place, : len(row["flows"])] = row["flows"]
    found = simulate_portfolio(
        schedules=table, shocks={"volatility": float(settings["volatility"]), "own_cv": [float(row["own_cv"]) for row in results]}, seed=seed, paths=PATHS)
    fees = [float(row["fees"]) for row in results]
    paid = sum(fees)
    patents = [
        {name: row[name] - fees[place] for name in ("mean", "P5", "P50", "P95")} | {"contribution": found.contributions[place]}
        for place, row in enumerate(found.patents)
    ]
    total = {name: value - (0.0 if name == "sd" else paid) for name, value in found.total.items()}
    apart = {name: sum(row[name] for row in patents) for name in ("mean", "P5", "P50", "P95")}
    spread, alone = total["mean"] - total["P5"], apart["mean"] - apart["P5"]
    return {"patents": patents, "total": total, "sum_of_quantiles": apart, "diversification": 1 - spread / alone if alone > 0 else 0.0,
            "seed": found.seed, "paths": found.paths}


def summary_of(results: Sequence[Mapping[str, Any]], simulated: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the whole, in fen; the sum of the patents is exact."""
    values = sorted((to_money(row["value"]).minor for row in results), reverse=True)
    whole = sum(values)
    lendable = sum(to_money(row["value"]).minor * int(Decimal(repr(row["ltv"])) * 10_000 + Decimal("0.5")) // 10_000 for row in results)
    found = {"count": len(values), "value": str(whole), "lendable": str(lendable)}
    found |= {f"total_{name.lower()}": str(to_money(simulated["total"][name]).minor) for name in ("mean", "sd", "P5", "P25", "P50", "P75", "P95")}
    found |= {f"apart_{name.lower()}": str(to_money(simulated["sum_of_quantiles"][name]).minor) for name in ("mean", "P5", "P50", "P95")}
    shares = [Decimal(value) / whole for value in values] if whole > 0 else []
    found["diversification"] = f"{simulated['diversification']:.6f}"
    found["top_ten"] = f"{sum(shares[:10], Decimal(0)):.6f}"
    found["concentration"] = f"{sum((share * share for share in shares), Decimal(0)):.6f}"
    return found


def request_of_batch(settings: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, valuation_date: date, caps: Mapping[str, str], source: str) -> dict[str, Any]:
    """Everything a computation rests on, as plain JSON; the seed follows from the numbers."""
    body = {
        "schema": 1, "kind": "batch", "valuation_date": valuation_date.isoformat(), "settings": dict(settings), "caps": dict(caps), "source": source,
        "rows": [{name: row[name] for name in ("number", "patent_id", "patent_number", "values", "sales", "facts", "source")} for row in rows],
    }
    return body | {"seed": seed_of_batch(settings, rows, valuation_date=valuation_date)}


def seed_of_batch(settings: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, valuation_date: date) -> int:
    """The seed follows from what moves a number, so that nobody can look for a lucky one."""
    numeric = [[row["values"], row["sales"], row["facts"]["remaining_days"], row["facts"]["fees"]] for row in rows]
    return seed_of([valuation_date.isoformat(), dict(settings), numeric])


def input_digest(request: Mapping[str, Any]) -> str:
    """The digest of the request."""
    return digest(canonical_json(request))


