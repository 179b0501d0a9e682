"""The content of the report as plain values, section by section; the template only lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.money import Money
from exchange.core.text import _
from exchange.registers.patents.rules.annuities import AnnuityStanding
from exchange.registers.patents.states import PatentType

from .inputs import to_money
from .lending import cross_checks, patent_caps, shortfall_rows
from .pictures import exact, method_ranges, pictures
from .summary import LEVELS, concluded, quantiles_of
from .vocabulary import (
    APPROACHES, BINDING, DOCUMENT_KINDS, HARD_STOPS, INSPECTION, METHODS, NOT_USED, PERCENT, PURPOSES, SOURCES, STATEMENTS, SURVEY, TERMS, VALUE_TYPES,
)

PATENT_TYPES = {str(member): member.label for member in PatentType}
STANDINGS = {str(member): member.label for member in AnnuityStanding}
TEMPLATE = "pdf/appraisal.html"
BILINGUAL_TEMPLATE = "pdf/appraisal_bilingual.html"
BILINGUAL = _("Bilingual reading edition")
BILINGUAL_SENTENCES = (
    _("Reading edition; the Chinese edition governs. SHA-256 of the governing edition before sealing: %(digest)s"),
    _("What was signed is the governing edition; this edition puts both languages side by side for reading."),
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party as printed."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the document says besides the calculation."""

    number: str
    document_kind: str
    purpose: str
    value_type: str
    valuation_date: date
    report_date: date
    valid_through: date
    client: Party
    holder: Party
    institution: Party
    signatories: tuple[tuple[str, str], ...]
    reviewer: str
    readers: tuple[str, ...]
    accepted_on: date | None
    verifiers: Mapping[int, str]
    code: str
    predecessor: str
    rounding_fen: int
    governing_sha256: str = ""
    demonstration: bool = False


def document(sheet: Sheet, request: Mapping[str, Any], result: Mapping[str, Any], calculation: str) -> dict[str, Any]:
    """The whole content, with ``calculation.json`` as text, so that the numbers travel with the file."""
    value = to_money(result["conclusion"]["value"])
    levels = quantiles_of(result)
    final = concluded(value, sheet.rounding_fen)
    return {
        "sheet": _sheet(sheet), "value": final, "exact": value, "range": [to_money(levels["P25"]), to_money(levels["P75"])],
        "patents": [_patent(row) for row in request["patents"]], "shares": _shares(request, final), "assumptions": _assumptions(sheet, request),
        "methods": _methods(request, result), "notes": _notes(request), "statements": _statements(request), "inspection": _inspection(request),
        "special": special_matters(sheet, request, result), "discount_rate": exact(result["request"]["pledge"]["discount_rate"]),
        "checks": {name: exact(found, 4 if name.startswith("royalty") else 2) if found is not None else None for name, found in cross_checks(request, result["conclusion"]["value"]).items()},
        "simulation": _simulation(result), "workings": _workings(result), "lender": lender(request, result), "purpose_is_pledge": sheet.purpose == "pledge",
        "pictures": pictures(request, result, today=sheet.report_date, valid_through=sheet.valid_through), "provenance": _provenance(result),
        "calculation": calculation,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "number": sheet.number, "kind": sheet.document_kind, "title": DOCUMENT_KINDS[sheet.document_kind], "purpose": PURPOSES[sheet.purpose],
        "value_type": VALUE_TYPES[sheet.value_type], "valuation_date": sheet.valuation_date, "report_date": sheet.report_date,
        "valid_through": sheet.valid_through, "client": [sheet.client.name, sheet.client.code], "holder": [sheet.holder.name, sheet.holder.code],
        "institution": [sheet.institution.name, sheet.institution.code], "signatories": [list(each) for each in sheet.signatories],
        "reviewer": sheet.reviewer, "readers": list(sheet.readers), "accepted_on": sheet.accepted_on, "code": sheet.code,
        "predecessor": sheet.predecessor, "unit": Money(sheet.rounding_fen), "governing_sha256": sheet.governing_sha256,
    }


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _patent(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"], "title_zh": row["title_zh"], "title_en": row["title_en"], "type": PATENT_TYPES[row["type"]],
        "filing_on": _day(row["filing_on"]), "grant_on": _day(row["grant_on"]), "expires_on": _day(row["expires_on"]), "claims": row["claims"],
        "owners": list(row["owners"]), "annuity": STANDINGS.get(row["annuity_status"], row["annuity_status"]), "paid_to_year": row["paid_to_year"],
        "encumbrances": list(row["encumbrances"]), "taken_on": _day(row["taken_on"]), "stops": [HARD_STOPS[stop] for stop in row["hard_stops"]],
    }


def _shares(request: Mapping[str, Any], final: Money) -> list[list[Any]]:
    """The conclusion on each patent, in fen that add up to it."""
    from exchange.core.money import split

    rows = request["patents"]
    parts = split(final, [row["share_bp"] or 10000 for row in rows])
    return [[row["number"], Decimal(row["share_bp"]) / 10000, part] for row, part in zip(rows, parts, strict=True)]


def shown_value(name: str, value: str) -> Any:
    """An assumption's value in its quantity: Money, a percentage as text, or a number."""
    if value == "":
        return ""
    quantity = TERMS[name].quantity
    if quantity == "money":
        return Money(int(Decimal(value) * 100))
    return f"{(Decimal(value) * 100).normalize():f} %" if quantity == PERCENT else f"{Decimal(value).normalize():f}"


def _assumptions(sheet: Sheet, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each assumption; years of one plan from one source stand in one row."""
    order = list(TERMS)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(request["assumptions"], key=lambda row: (order.index(row["name"]), row["position"])):
        if row["name"].startswith("score_"):
            continue
        verified = sheet.verifiers.get(row["verified_by"] or 0, "")
        place = (row["name"], row["source_kind"], row["source_ref"], verified) if row["position"] else (row["name"], row["position"])
        known = rows.setdefault(place, {
            "label": TERMS[row["name"]].label, "value": shown_value(row["name"], row["value"]), "low": shown_value(row["name"], row["low"]),
            "high": shown_value(row["name"], row["high"]), "kind": SOURCES.get(row["source_kind"], ""), "source": row["source_ref"],
            "as_of": _day(row["as_of"]), "verified": verified, "points": [],
        })
        if row["position"]:
            known["points"].append([row["position"], shown_value(row["name"], row["value"])])
    return list(rows.values())


def _methods(request: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, ranges = {row["key"]: row for row in result["methods"]}, method_ranges(request, result)
    chosen = {row["name"]: row for row in request["methods"]}
    rows = []
    for name, method in METHODS.items():
        choice = chosen.get(name, {"used": False, "weight_bp": 0, "reason": "", "reason_code": ""})
        row: dict[str, Any] = {
            "name": name, "label": method.label, "approach": APPROACHES[method.approach], "formula": method.formula, "explanation": method.explanation,
            "used": choice["used"], "weight": Decimal(choice["weight_bp"]) / 10000, "reason": choice["reason"],
            "reason_code": NOT_USED.get(choice["reason_code"]), "value": None,
        }
        if name in found:
            low, high = ranges[name]
            row |= {"value": to_money(found[name]["indication"]["value"]), "low": to_money(low), "high": to_money(high)}
        rows.append(row)
    return rows


def _notes(request: Mapping[str, Any]) -> list[list[Any]]:
    """Findings of the legal survey: point, patent, text, source, day."""
    numbers = {row["patent_id"]: row["number"] for row in request["patents"]}
    found = [row for row in request.get("notes", ()) if row["topic"] in SURVEY]
    found.sort(key=lambda row: (list(SURVEY).index(row["topic"]), row["patent_id"]))
    return [[SURVEY[row["topic"]], numbers.get(row["patent_id"], ""), row["text"], row["source_ref"], _day(row["as_of"])] for row in found]


def _inspection(request: Mapping[str, Any]) -> list[list[Any]]:
    texts = {row["topic"]: row["text"] for row in request.get("notes", ())}
    return [[label, texts[topic]] for topic, label in INSPECTION.items() if topic in texts]


def _statements(request: Mapping[str, Any]) -> dict[str, str]:
    texts = {row["topic"]: row["text"] for row in request.get("notes", ())}
    return {topic: texts.get(topic, "") for topic in STATEMENTS}


def special_matters(sheet: Sheet, request: Mapping[str, Any], result: Mapping[str, Any]) -> list[Any]:
    """What a reader must not overlook: hard stops, warnings of the calculation, and what the appraiser wrote."""
    matters: list[Any] = []
    for row in request["patents"]:
        matters += [[HARD_STOPS[stop], row["number"]] for stop in row["hard_stops"]]
        if row["encumbrances"]:
            matters.append([_("The register shows burdens"), ", ".join(row["encumbrances"])])
        if len(row["owners"]) > 1:
            matters.append([_("Several owners; all must agree to a pledge"), ", ".join(row["owners"])])
    if result["conclusion"]["dispersion"] > 0.5:
        matters.append([_("The methods differ by more than half of the conclusion"), ""])
    if result["ltv"]["ltv_cap"] == 0:
        matters.append([_("The cap on lending is zero"), BINDING[result["ltv"]["binding_constraint"]]])
    if sheet.predecessor:
        matters.append([_("This report replaces another"), sheet.predecessor])
    written = _statements(request)["special_matters"]
    return [*matters, *([[_("Stated by the appraisers"), written]] if written else [])]


def _simulation(result: Mapping[str, Any]) -> dict[str, Any] | None:
    simulation = result.get("simulation")
    if not simulation:
        return None
    return {"paths": simulation["paths"] * simulation["replicates"], "mean": to_money(simulation["mean"]), "sd": to_money(simulation["sd"]),
            "quantiles": [[name, to_money(simulation["quantiles"][name])] for name in LEVELS],
            "standard_error": to_money(simulation["standard_error"]) if simulation["standard_error"] is not None else None}


def _workings(result: Mapping[str, Any]) -> list[list[Any]]:
    """The yearly table of the royalty method."""
    rows: list[dict[str, Any]] = next((row["indication"]["workings"] for row in result["methods"] if row["key"] == "relief_from_royalty"), [])
    return [[row["year"], to_money(row["revenue"]), to_money(row["royalty"]), to_money(row["fee"]), to_money(row["tax"]), to_money(row["after_tax"]),
             exact(row["t"], 2), exact(row["df"], 4), to_money(row["pv"])] for row in rows]


def lender(request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The lender's page: liquidation values, caps, constraints, shortfall by quarter, annuities until maturity."""
    pledge, ltv = result["request"]["pledge"], result["ltv"]
    value = to_money(result["conclusion"]["value"])
    return {
        "orderly": to_money(result["orderly"]["value"]), "forced": to_money(result["forced"]["value"]),
        "model": [[kind, *(exact(result[kind][name], 4) for name in ("shortfall", "speed", "months", "sale_cost", "ratio"))] for kind in ("orderly", "forced")],
        "cap": exact(ltv["ltv_cap"], 4), "rounded": exact(ltv["ltv_rounded"], 2), "binding": BINDING[ltv["binding_constraint"]],
        "loan": value.times(exact(ltv["ltv_cap"], 4), "down"), "requested": _requested(request), "term_years": exact(pledge["loan_term_years"], 2),
        "term_is_assumed": not request["loan"].get("term_months"),
        "constraints": [[BINDING[row["name"]], exact(row["limit"], 4) if row["limit"] is not None else None] for row in ltv["constraints"]],
        "p05": to_money(ltv["p05"]), "remaining_years": exact(pledge["remaining_years"], 1), "policy_owner": request["policy"].get("owner", ""),
        "patents": [[row["number"], exact(row["ltv_cap"], 4), BINDING[row["binding_constraint"]]] for row in patent_caps(request, result)],
        "quarters": _quarters(shortfall_rows(request, result)), "annuities": _annuities(request, pledge["loan_term_years"]),
    }


def _requested(request: Mapping[str, Any]) -> Money | None:
    fen = request["loan"].get("requested_fen")
    return Money(fen) if fen else None


def _quarters(rows: Sequence[Mapping[str, float]]) -> list[list[Any]]:
    found = []
    for row in rows:
        cells: list[Any] = [exact(row["years"], 2), to_money(row["median"]), to_money(row["p05"])]
        for name in ("cap", "requested"):
            known = f"{name}_probability" in row
            cells += [exact(row[f"{name}_probability"], 4), to_money(row[f"{name}_loss"])] if known else [None, None]
        found.append(cells)
    return found


def _annuities(request: Mapping[str, Any], years: float) -> list[list[Any]]:
    start = date.fromisoformat(request["valuation_date"])
    found = []
    for row in request["patents"]:
        for day, year, fen in row["annuities"]:
            due = date.fromisoformat(day)
            if 0 < (due - start).days <= years * 365:
                found.append([row["number"], year, due, Money(fen)])
    return found


def _provenance(result: Mapping[str, Any]) -> list[list[Any]]:
    kept = result["provenance"]
    rows = [["valuation", kept["library_version"]], ["numpy", kept["numpy"]], ["scipy", kept["scipy"]], ["seed", str(kept["seed"])],
            ["inputs SHA-256", kept["inputs_sha256"]]]
    return rows + [[name, str(version)] for name, version in sorted(kept["formula_versions"].items())]
