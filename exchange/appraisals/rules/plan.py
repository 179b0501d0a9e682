"""From the draft's rows to what the engine takes: one request of plain values, and the forecast laid along the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.errors import Invalid

from .facts import Assumption, Draft, MethodChoice
from .inputs import seed_of
from .vocabulary import LADDER, NEVER_COUNTED

SCHEMA = 1
NUMERIC = ("name", "position", "patent_id", "value", "low", "high")
DEFAULT_POLICY: Mapping[str, str] = {
    "cap_invention": "0.25", "cap_utility_model": "0.15", "cap_design": "0.10", "score_gate": "60", "floor": "0",
    "orderly_shortfall": "0.80", "orderly_speed": "0.10", "orderly_months": "9", "orderly_cost": "0.10",
    "forced_shortfall": "0.95", "forced_speed": "0.05", "forced_months": "3", "forced_cost": "0.20",
    "owner": "",
}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _flat(row: Any) -> dict[str, Any]:
    """The fields of one fact; facts hold no facts, so nothing is copied deep."""
    return {each.name: _plain(getattr(row, each.name)) for each in fields(row)}


def request_of(draft: Draft) -> dict[str, Any]:
    """The whole request as plain JSON values; equal drafts have equal requests."""
    body: dict[str, Any] = {
        "schema": SCHEMA, "currency": "CNY", "valuation_date": draft.valuation_date.isoformat(), "value_type": draft.value_type,
        "purpose": draft.purpose,
        "patents": [_flat(patent) for patent in draft.patents], "assumptions": [_flat(row) for row in draft.assumptions],
        "methods": [_flat(choice) for choice in draft.methods], "notes": [_flat(note) for note in draft.notes],
        "loan": {"requested_fen": draft.requested_fen, "term_months": draft.requested_term_months},
        "policy": {**DEFAULT_POLICY, **draft.policy},
    }
    body["seed"] = seed_of(numeric_part(body))
    return body


def numeric_part(request: Mapping[str, Any]) -> dict[str, Any]:
    """What moves a number: values, weights and dates, without sources, remarks and names."""
    return {
        "valuation_date": request["valuation_date"],
        "patents": [[patent["filing_on"], patent["expires_on"], patent["share_bp"], patent["annuities"]] for patent in request["patents"]],
        "assumptions": sorted([str(row.get(name, "")) for name in NUMERIC] for row in request["assumptions"]),
        "methods": sorted([row["name"], bool(row["used"]), int(row["weight_bp"])] for row in request["methods"]),
    }


@dataclass(frozen=True, slots=True)
class Inputs:
    """The request as numbers: the only place where exact texts become floats."""

    request: Mapping[str, Any]
    years: tuple[int, ...]
    stub: float
    remaining: float
    legal_remaining: float
    rate: float
    values: Mapping[str, float] = field(default_factory=dict)
    lows: Mapping[str, float] = field(default_factory=dict)
    highs: Mapping[str, float] = field(default_factory=dict)
    series: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def get(self, name: str, default: float | None = None) -> float:
        """The value of an assumption; a missing one without default is refused with its name."""
        if name in self.values:
            return self.values[name]
        if default is None:
            raise Invalid("MISSING_FIELD", field=f"{name}/0/0")
        return default

    def yearly(self, name: str) -> list[float]:
        """One number for each year of the plan; years that are not named are zero."""
        found = self.series.get(name)
        if not found:
            raise Invalid("MISSING_FIELD", field=f"{name}/0/0")
        return [found.get(year, 0.0) for year in self.years]

    @property
    def fees(self) -> list[float]:
        """Annuities of all patents by plan year, in yuan."""
        paid = dict.fromkeys(self.years, 0.0)
        start = date.fromisoformat(self.request["valuation_date"])
        for patent in self.request["patents"]:
            for day, _year_no, fen in patent["annuities"]:
                due = date.fromisoformat(day)
                if due > start and due.year in paid:
                    paid[due.year] += fen / 100
        return [paid[year] for year in self.years]

    @property
    def used(self) -> tuple[MethodChoice, ...]:
        """The methods that were chosen."""
        return tuple(MethodChoice(**row) for row in self.request["methods"] if row["used"])

    @property
    def counted(self) -> tuple[MethodChoice, ...]:
        """The chosen methods that carry the conclusion."""
        return tuple(choice for choice in self.used if choice.name not in NEVER_COUNTED and choice.weight_bp > 0)


def read(request: Mapping[str, Any]) -> Inputs:
    """The numbers of a request, with the years of its plan and the remaining life of the right."""
    rows = [Assumption(**{name: row[name] for name in NUMERIC}) for row in request["assumptions"] if row["value"] != ""]
    single = {row.name: row for row in rows if row.position == 0}
    series: dict[str, dict[int, float]] = {}
    for row in rows:
        if row.position:
            series.setdefault(row.name, {})[row.position] = float(Decimal(row.value))
    start = date.fromisoformat(request["valuation_date"])
    years, stub = _years(series, start)
    legal = remaining_years(start, [date.fromisoformat(patent["expires_on"]) for patent in request["patents"]])
    values = {name: float(Decimal(row.value)) for name, row in single.items()}
    return Inputs(
        request, years, stub, min(legal, values.get("economic_life", legal)), legal,
        float(sum((Decimal(single[name].value) for name in LADDER if name in single), Decimal(0))), values,
        {name: float(Decimal(row.low)) for name, row in single.items() if row.low},
        {name: float(Decimal(row.high)) for name, row in single.items() if row.high}, series)


def _years(series: Mapping[str, Mapping[int, float]], start: date) -> tuple[tuple[int, ...], float]:
    """The calendar years of the plan from the valuation date on, and the part of the first one still to come."""
    named = sorted({year for name in ("revenue", "earnings", "charges") for year in series.get(name, {})})
    if not named:
        return (), 1.0
    if (start.month, start.day) == (12, 31):
        return tuple(range(start.year + 1, named[-1] + 1)), 1.0
    left = (date(start.year + 1, 1, 1) - start).days / (366 if start.year % 4 == 0 else 365)
    return tuple(range(start.year, named[-1] + 1)), left


def remaining_years(start: date, ends: Sequence[date]) -> float:
    """Years until the first of the rights ends, ACT/365F; a bundle is judged by its shortest right."""
    return max(0.0, (min(ends) - start).days / 365) if ends else 0.0
