"""Scoring a patent by a scheme of weights: what must be there, the total, its band, and what stops a loan whatever the total is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from exchange.core.errors import Conflict, DomainError, Faults, Invalid, define
from exchange.core.money import Money
from exchange.core.text import _
from exchange.core.workdays import add_months

from .inputs import canonical_json, digest, parse_number
from .scorecard_words import EVIDENCE, INDICATORS, SECONDS, STOPS
from .validity import check_in_force

for _name, _status, _sentence in (
    ("SCORECARD_OVER_CEILING", 409, _("A scorecard carries at most {limit}; for more, commission an appraisal.")),
    ("SCORECARD_NOT_ISSUED", 422, _("The scorecard has not been issued.")),
    ("SCORECARD_ENDED", 422, _("The scorecard is no longer valid ({state}); commission a new one.")),
    ("SCORECARD_SCOPE", 422, _("The scorecard does not cover every patent of the case.")),
    ("SCORECARD_NOT_ACCEPTABLE", 409, _("{patent} cannot carry a loan on a scorecard: {reasons}.")),
    ("SCORECARD_INCOMPLETE", 422, _("Score this indicator from 0 to 10.")),
    ("SCORECARD_EVIDENCE", 422, _("Name the evidence: its kind and where it is found.")),
    ("SCORECARD_REVIEW_MISSING", 409, _("The lender or guarantor has not accepted the scorecard {number} with its own values.")),
    ("SCORECARD_TOO_MANY", 422, _("A scorecard covers at most {limit} patents.")),
    ("SCHEME_WEIGHTS", 422, _("The weights of {group} must add up to exactly 100 %; they add up to {sum} %.")),
    ("SCHEME_BANDS", 422, _("The limits of the bands must fall: A above B above C, and C not under the gate of {gate}.")),
):
    define(_name, _status, _sentence)

MOST_PATENTS = 20
LEAST_JUDGEMENT = 20
LEAST_EVIDENCE = 4
DEFAULT_BANDS = {"A": "80", "B": "70", "C": "60"}
GROUPS = ("legal", "technical", "economic")
TERM_MARGIN_MONTHS = 12


@cache
def shipped(scheme: str) -> Mapping[str, Any]:
    """The weights that are shipped with the library: edition 0, with their source and the digest of their table."""
    from valuation import reference_table
    from valuation.scoring.hierarchy import shipped_tree

    table = reference_table(name=f"scoring/{scheme}")
    found: dict[str, Any] = {
        "scheme": scheme, "edition": 0, "source": table.source, "as_of": str(table.as_of), "sha256": table.sha256, "adopted_by": "",
        "bands": dict(DEFAULT_BANDS), "seconds": {},
    }
    if scheme == "pvd":
        names = {"legal": "alpha", "technical": "beta", "economic": "gamma"}
        found["groups"] = {group: str(table.facts[names[group]]) for group in GROUPS}
        found["rows"] = [_row(row["group"], "", row["indicator"], row["weight"], reverse=row["reversed"]) for row in table.rows]
        return found
    tree = shipped_tree("finance")
    found["groups"] = {group: str(tree[group]["weight"]) for group in GROUPS}
    found["seconds"] = {name: str(node["weight"]) for group in GROUPS for name, node in tree[group]["children"].items()}
    found["rows"] = [
        _row(row["first"], row["second"], row["third"], tree[row["first"]]["children"][row["second"]]["children"][row["third"]]["weight"])
        for row in table.rows
    ]
    return found


def _row(group: str, second: str, indicator: str, weight: Any, *, reverse: bool = False) -> dict[str, Any]:
    return {"group": group, "second": second, "indicator": indicator, "weight": str(weight), "reversed": reverse}


def edition_of(
    scheme: str, number: int, *, groups: Mapping[str, str], seconds: Mapping[str, str], weights: Mapping[str, str], bands: Mapping[str, str],
    source: str, as_of: str, adopted_by: str = "",
) -> dict[str, Any]:
    """The weights of an operator's edition in the shape of the shipped ones, with the digest of exactly these weights."""
    rows = [{**row, "weight": weights.get(row["indicator"], row["weight"])} for row in shipped(scheme)["rows"]]
    found = {
        "scheme": scheme, "edition": number, "source": source, "as_of": as_of, "adopted_by": adopted_by, "groups": dict(groups),
        "seconds": dict(seconds), "rows": rows, "bands": dict(bands),
    }
    return found | {"sha256": digest(canonical_json(found))}


def check_edition(edition: Mapping[str, Any], *, gate: Decimal) -> None:
    """Every level of the weights sums to exactly one, and the bands fall to a limit that is not under the lender's gate."""
    faults: list[DomainError] = []
    _check_sum(faults, "groups", list(edition["groups"].values()))
    by_parent: dict[str, list[str]] = {}
    for row in edition["rows"]:
        by_parent.setdefault(row["second"] or row["group"], []).append(row["weight"])
    for parent, weights in by_parent.items():
        _check_sum(faults, parent, weights)
    for group in GROUPS if edition["seconds"] else ():
        names = dict.fromkeys(row["second"] for row in edition["rows"] if row["group"] == group)
        _check_sum(faults, group, [edition["seconds"].get(name, "0") for name in names])
    limits = [Decimal(edition["bands"].get(name, "0")) for name in ("A", "B", "C")]
    if not 100 > limits[0] > limits[1] > limits[2] >= gate:
        faults.append(Invalid("SCHEME_BANDS", field="bands", gate=str(gate)))
    if faults:
        raise Faults(faults)


def _check_sum(faults: list[DomainError], group: str, weights: Sequence[str]) -> None:
    found = sum((Decimal(weight) for weight in weights), Decimal(0))
    if abs(found - 1) > Decimal("1e-9"):
        faults.append(Invalid("SCHEME_WEIGHTS", field=f"weights.{group}", group=SECONDS.get(group, group), sum=str((found * 100).normalize())))


# ------------------------------------------------------------------ the ceiling

def check_ceiling(amount: Money | None, *, ceiling: Money) -> None:
    """The route is for small loans: a missing amount or one above the ceiling is refused."""
    if amount is None:
        raise Invalid("MISSING_FIELD", field="requested")
    if amount.minor > ceiling.minor:
        raise Conflict("SCORECARD_OVER_CEILING", field="amount", limit=ceiling)


# ------------------------------------------------------------------ marks

@dataclass(frozen=True, slots=True)
class Mark:
    """One indicator of one patent as scored, with what shows it."""

    indicator: str
    score: str
    evidence_kind: str = ""
    evidence_ref: str = ""
    as_of: date | None = None


def parse_mark(text: str, *, field: str) -> str:
    """A score from 0 to 10 in plain decimals; empty stays empty."""
    if not text.strip():
        return ""
    value = parse_number(text, field=field)
    if not 0 <= Decimal(value) <= 10:
        raise Invalid("NUMBER_OUT_OF_RANGE", field=field, low=0, high=10)
    return value


def check_marks(edition: Mapping[str, Any], marks: Mapping[int, Sequence[Mark]]) -> None:
    """Every indicator of every patent is scored and shown; all gaps are named at once."""
    faults: list[DomainError] = []
    for patent_id, given in marks.items():
        known = {mark.indicator: mark for mark in given}
        for row in edition["rows"]:
            field, mark = f"marks.{patent_id}.{row['indicator']}", known.get(row["indicator"])
            if mark is None or mark.score == "":
                faults.append(Invalid("SCORECARD_INCOMPLETE", field=field))
            elif mark.evidence_kind not in EVIDENCE or len(mark.evidence_ref.strip()) < LEAST_EVIDENCE:
                faults.append(Invalid("SCORECARD_EVIDENCE", field=field))
            elif mark.evidence_kind == "appraiser-judgement" and len(mark.evidence_ref.strip()) < LEAST_JUDGEMENT:
                faults.append(Invalid("JUDGEMENT_TOO_SHORT", field=field))
    if faults:
        raise Faults(faults)


# ------------------------------------------------------------------ the total

def score(edition: Mapping[str, Any], scores: Mapping[str, str]) -> dict[str, Any]:
    """Total, three degrees and the part of each indicator, by the library's function for the scheme."""
    given = {name: float(value) for name, value in scores.items()}
    if edition["scheme"] == "pvd":
        return _value_degree(edition, given)
    return _hierarchy(edition, given)


def _value_degree(edition: Mapping[str, Any], scores: Mapping[str, float]) -> dict[str, Any]:
    from valuation import pvd_from_indicators
    from valuation.formulas import newest

    groups = edition["groups"]
    scheme = {
        "rows": [{"group": row["group"], "indicator": row["indicator"], "weight": float(row["weight"])} for row in edition["rows"]],
        "alpha": float(groups["legal"]), "beta": float(groups["technical"]), "gamma": float(groups["economic"]),
    }
    found = pvd_from_indicators(scores=scores, scheme=scheme)
    parts = [{"indicator": row["indicator"], "points": row["degree_part"] * float(groups[row["group"]])} for row in found.contributions]
    return {"total": found.pvd, "degrees": dict(found.degrees), "parts": parts, "formula": f"pvd_from_indicators/{newest('pvd_from_indicators')}"}


def _hierarchy(edition: Mapping[str, Any], scores: Mapping[str, float]) -> dict[str, Any]:
    from valuation import score_hierarchy
    from valuation.formulas import newest

    tree: dict[str, Any] = {group: {"weight": float(weight), "children": {}} for group, weight in edition["groups"].items()}
    parts = []
    for row in edition["rows"]:
        weight = float(edition["seconds"][row["second"]])
        second = tree[row["group"]]["children"].setdefault(row["second"], {"weight": weight, "children": {}})
        second["children"][row["indicator"]] = {"weight": float(row["weight"])}
        points = 10 * scores[row["indicator"]] * float(row["weight"]) * weight * float(edition["groups"][row["group"]])
        parts.append({"indicator": row["indicator"], "points": points})
    found = score_hierarchy(scores=scores, scheme=tree)
    degrees = {level["path"]: level["score"] for level in found.levels if level["level"] == 1}
    return {"total": found.score, "degrees": degrees, "parts": parts, "formula": f"score_hierarchy/{newest('score_hierarchy')}"}


def band_of(total: float, bands: Mapping[str, str]) -> str:
    """The band of a total: A, B, C, or D below the last limit."""
    shown = Decimal(repr(total)).quantize(Decimal("0.01"))
    return next((name for name in ("A", "B", "C") if shown >= Decimal(bands[name])), "D")


def reasons_against(hard_stops: Sequence[str], band: str, *, expires_on: date, scored_on: date, term_months: int) -> list[str]:
    """What stops a loan whatever the total is, and a total below the gate."""
    found = [stop for stop in hard_stops if stop in STOPS]
    if band == "D":
        found.append("SCORE_GATE")
    if expires_on < add_months(scored_on, term_months + TERM_MARGIN_MONTHS):
        found.append("REMAINING_LIFE")
    return found


def scored(request: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a request: each patent with total, degrees, parts, band and reasons; plain JSON, no money anywhere."""
    edition, on = request["edition"], date.fromisoformat(request["scored_on"])
    patents = []
    for patent in request["patents"]:
        found = score(edition, {mark["indicator"]: mark["score"] for mark in patent["marks"]})
        band = band_of(found["total"], edition["bands"])
        expires_on = date.fromisoformat(patent["facts"]["expires_on"])
        reasons = reasons_against(patent["facts"]["hard_stops"], band, expires_on=expires_on, scored_on=on, term_months=request["term_months"])
        patents.append(found | {
            "patent_id": patent["facts"]["patent_id"], "number": patent["facts"]["number"], "band": band, "reasons": reasons,
            "remaining_days": max(0, (expires_on - on).days),
        })
    return {"schema": 1, "request_sha256": digest(canonical_json(request)), "patents": patents}


# ------------------------------------------------------------------ use

@dataclass(frozen=True, slots=True)
class ScoredPatent:
    """What a sealed scorecard says of one patent."""

    patent_id: int
    number: str
    score_bp: int
    band: str
    reasons: tuple[str, ...]


def check_scorecard_usable(
    *, state: str, state_label: Any, through: date | None, on: date, items: Sequence[ScoredPatent], wanted: Sequence[int], revaluation: str,
) -> None:
    """A scorecard is relied on only issued, in time, for its patents, with no reason against any of them and no news since."""
    if state in ("expired", "withdrawn", "superseded") or (through is not None and on > through):
        raise Invalid("SCORECARD_ENDED", field="scorecard", state=state_label)
    if state != "issued" or through is None:
        raise Invalid("SCORECARD_NOT_ISSUED", field="scorecard")
    if not set(wanted) <= {item.patent_id for item in items}:
        raise Invalid("SCORECARD_SCOPE", field="scorecard")
    if revaluation:
        raise Invalid("REVALUATION_DUE", field="scorecard")
    check_acceptable([item for item in items if item.patent_id in wanted])


def check_acceptable(items: Sequence[ScoredPatent]) -> None:
    """No patent has a hard stop, a total below the gate, or too short a life."""
    for item in items:
        if item.reasons:
            raise Conflict("SCORECARD_NOT_ACCEPTABLE", field="scorecard", patent=item.number, reasons=[STOPS[reason] for reason in item.reasons])


def check_right(*, legal_status: str, ended_on: date | None, on: date) -> None:
    """A right that has ended carries nothing from its legal day."""
    check_in_force(legal_status=legal_status, ended_on=ended_on, on=on)


def indicator_label(scheme: str, indicator: str) -> Any:
    """The indicator in words."""
    return INDICATORS[scheme][indicator]
