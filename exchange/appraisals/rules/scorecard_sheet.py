"""What the sealed sheet of a scorecard says, as plain values; both languages stand side by side in one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from exchange.core.money import Money

from .inputs import canonical_json
from .scorecard_words import ANNUITY, BANDS, DEGREES, EVIDENCE, INDICATORS, MAY, MAY_NOT, SCHEMES, SECONDS, STOPS, TYPES

TEMPLATE = "pdf/scorecard.html"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed in which part, and when."""

    name: str
    organisation: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on the sheet besides the scores."""

    number: str
    client: str
    holder: str
    scorer: str
    scored_on: date
    valid_through: date
    term_months: int
    ceiling: Money
    signatories: Sequence[Signatory]
    demonstration: bool = False


def sheet(heading: Heading, request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The data of the document; the calculation travels inside it, so that it can be computed again."""
    edition = request["edition"]
    by_id = {patent["facts"]["patent_id"]: patent for patent in request["patents"]}
    return {
        "heading": {
            "number": heading.number, "client": heading.client, "holder": heading.holder, "scorer": heading.scorer, "scored_on": heading.scored_on,
            "valid_through": heading.valid_through, "term_months": heading.term_months, "ceiling": heading.ceiling,
        },
        "signatories": [{"name": each.name, "organisation": each.organisation, "at": each.at} for each in heading.signatories],
        "scheme": {
            "label": SCHEMES[edition["scheme"]], "edition": edition["edition"], "source": edition["source"], "as_of": edition["as_of"],
            "sha256": edition["sha256"], "formula": result["patents"][0]["formula"],
            "groups": [[DEGREES[name], Decimal(edition["groups"][name])] for name in DEGREES],
            "bands": bands(edition["bands"]),
        },
        "patents": [patent_block(edition, by_id[row["patent_id"]], row) for row in result["patents"]],
        "may": list(MAY), "may_not": list(MAY_NOT), "demonstration": heading.demonstration, "result_sha256_of": result["request_sha256"],
        "calculation": canonical_json({"request": request, "result": result}).decode(),
    }


def bands(limits: Mapping[str, str]) -> list[list[Any]]:
    """Each band with its words and its limits."""
    edges = [Decimal(limits[name]) for name in ("A", "B", "C")]
    spans = (f"{edges[0]}–100", f"{edges[1]}–{edges[0]}", f"{edges[2]}–{edges[1]}", f"0–{edges[2]}")
    return [[name, BANDS[name], span] for name, span in zip("ABCD", spans, strict=True)]


def patent_block(edition: Mapping[str, Any], given: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """One patent: register facts, degrees, total, band, what stops a loan, and every indicator with its evidence."""
    facts = given["facts"]
    return {
        "number": facts["number"], "title_zh": facts["title_zh"], "title_en": facts["title_en"], "type": TYPES[facts["type"]],
        "filing_on": date.fromisoformat(facts["filing_on"]), "expires_on": date.fromisoformat(facts["expires_on"]),
        "remaining_years": Decimal(found["remaining_days"] * 10 // 365) / 10, "annuity": ANNUITY.get(facts["annuity_status"], ANNUITY["unknown"]),
        "paid_to_year": facts["paid_to_year"], "owners": list(facts["owners"]), "encumbrances": list(facts["encumbrances"]),
        "register_on": date.fromisoformat(facts["taken_on"]) if facts["taken_on"] else None,
        "total": points(found["total"]), "band": found["band"], "band_words": BANDS[found["band"]],
        "degrees": [[DEGREES[name], points(found["degrees"][name])] for name in ("legal", "technical", "economic")],
        "reasons": [STOPS[reason] for reason in found["reasons"]], "rows": indicator_rows(edition, given["marks"], found["parts"]),
    }


def points(value: float) -> Decimal:
    """A score with two decimals."""
    return Decimal(repr(value)).quantize(Decimal("0.01"))


def weight_of(edition: Mapping[str, Any], row: Mapping[str, Any]) -> Decimal:
    """The weight of an indicator in the total."""
    second = Decimal(edition["seconds"][row["second"]]) if row["second"] else Decimal(1)
    return Decimal(edition["groups"][row["group"]]) * second * Decimal(row["weight"])


def indicator_rows(edition: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every indicator in the order of the scheme."""
    known, gained = {mark["indicator"]: mark for mark in marks}, {part["indicator"]: part["points"] for part in parts}
    return [
        {
            "group": DEGREES[row["group"]], "second": SECONDS.get(row["second"], ""), "label": INDICATORS[edition["scheme"]][row["indicator"]],
            "weight": weight_of(edition, row).quantize(Decimal("0.0001")), "score": Decimal(known[row["indicator"]]["score"]),
            "points": points(gained[row["indicator"]]), "evidence": EVIDENCE[known[row["indicator"]]["evidence_kind"]],
            "reference": known[row["indicator"]]["evidence_ref"], "as_of": _day(known[row["indicator"]]["as_of"]),
        }
        for row in edition["rows"]
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
