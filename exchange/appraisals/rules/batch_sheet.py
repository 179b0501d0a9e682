"""What the report of a batch says, as plain values in both languages: indicative only, neither signed nor sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.money import Money
from exchange.core.text import Text, _

from .batch_fields import COMMON, FIELDS, PATHS, PERCENT

TEMPLATE = "pdf/batch.html"
BINDINGS: dict[str, Text] = {
    "hard_stop": _("hard stop"), "score_gate": _("total below the gate"), "remaining_life": _("remaining life"), "p05_ratio": _("bad end of the value"),
    "flv_ratio": _("quick sale"), "policy_cap": _("policy"),
}
HEADS: tuple[Text, ...] = (
    _("Added one by one, yuan"),
    _("All together, yuan"),
    _("Bound by"),
    _("Common assumptions"),
    _("Concentration (Herfindahl)"),
    _("Figure"),
    _("Gained by spreading"),
    _("Indicative"),
    _("Indicative only. It is no appraisal, is neither signed nor sealed, and supports no loan."),
    _("Lendable at the caps"),
    _("Made by"),
    _("Note"),
    _("One index path moves the sales of all patents together, and each patent has its own factor besides. The quantile of the sum is therefore not the sum of quantiles: what does not move together evens out."),
    _("Origin of the figures"),
    _("Part of the bad end"),
    _("Patent"),
    _("Patent by patent"),
    _("Patents computed"),
    _("Paths"),
    _("Rows left out for faults"),
    _("SHA-256 of the inputs"),
    _("SHA-256 of the results"),
    _("Seed"),
    _("Share of the ten largest"),
    _("Source of the common assumptions"),
    _("Standard deviation"),
    _("Sum of the values"),
    _("The largest are printed; the table to take away has all."),
    _("The sum under common shocks"),
    _("Title"),
    _("Valuation date"),
    _("Value, yuan"),
    _("Version"),
    _("Years left"),
)
WARNINGS: dict[str, Text] = {"TRUNCATED_AT_EXPIRY": _("sales cut off where the right ends")}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One patent as the report prints it."""

    number: int
    patent: str
    title: str
    value: Money
    p5: Money
    p95: Money
    contribution: Money
    ltv_percent: int
    binding: str
    remaining_years: Decimal
    common: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report of one computation prints."""

    number: str
    title: str
    owner: str
    valuation_date: date
    source: str
    note: str
    version: int
    request_sha256: str
    result_sha256: str
    seed: int
    settings: Sequence[tuple[str, str]]
    count: int
    value: Money
    lendable: Money
    sum: Mapping[str, Money]
    apart: Mapping[str, Money]
    diversification: Decimal
    top_ten: Decimal
    concentration: Decimal
    rows: Sequence[ReportRow]
    left_out: int
    refused: int
    demonstration: bool = False


def report(facts: ReportFacts) -> dict[str, Any]:
    """The data of the document."""
    return {
        "about": {
            "title": facts.title, "owner": facts.owner, "valuation_date": facts.valuation_date, "source": facts.source, "note": facts.note,
            "version": facts.version, "request_sha256": facts.request_sha256, "result_sha256": facts.result_sha256, "seed": facts.seed, "paths": PATHS,
            "left_out": facts.left_out, "refused": facts.refused, "demonstration": facts.demonstration,
        },
        "settings": [[_label(name), shown(name, value)] for name, value in facts.settings],
        "totals": {"count": facts.count, "value": facts.value, "lendable": facts.lendable, "diversification": facts.diversification,
                   "top_ten": facts.top_ten, "concentration": facts.concentration, "sd": facts.sum["sd"]},
        "quantiles": [[name.upper() if name != "mean" else _("Mean"), facts.sum[name], facts.apart[name]] for name in ("mean", "p5", "p50", "p95")],
        "rows": [
            {"number": row.number, "patent": row.patent, "title": row.title, "value": row.value, "p5": row.p5, "p95": row.p95,
             "contribution": row.contribution, "ltv": f"{row.ltv_percent} %", "binding": BINDINGS.get(row.binding, _("policy")),
             "remaining": row.remaining_years, "defaults": len(row.common)}
            for row in facts.rows
        ],
    }


def _label(name: str) -> Text:
    return (FIELDS.get(name) or COMMON[name]).label


def shown(name: str, value: str) -> str:
    """A common assumption as people write it."""
    known = FIELDS.get(name) or COMMON[name]
    return f"{(Decimal(value) * 100).normalize():f} %" if known.quantity == PERCENT else value
