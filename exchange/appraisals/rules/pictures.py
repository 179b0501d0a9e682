"""What the pictures of a report show, as exact values; page and PDF draw them from the same table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from exchange.core.money import Money
from exchange.core.text import Text, _

from .calculation import term_years
from .inputs import to_money
from .plan import Inputs, read
from .summary import quantiles_of
from .vocabulary import LADDER, METHODS, NEVER_COUNTED, SCORE_GROUPS, SCORES, TERMS

DRIVERS: dict[str, Text] = {
    "royalty_rate": TERMS["royalty_rate"].label, "decay": TERMS["decay"].label, "discount_rate": _("Discount rate"),
    "probability_valid": TERMS["probability_valid"].label, "tax_rate": TERMS["tax_rate"].label, "revenue_scale": _("Level of sales"),
    "gain_scale": _("Level of excess earnings"), "value_scale": _("Multiples of comparable transactions"),
}
STEPS: dict[str, Text] = {
    "fees_and_costs": _("Annuities"), "tax": _("Income tax"), "discount": _("Time and risk (discount)"),
    "probability_valid": _("Probability that the right stands"), "tab": _("Tax amortisation benefit"),
}
YEAR_DAYS = 365


def exact(value: float, places: int = 6) -> Decimal:
    """A ratio of the engine as a decimal for display."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places)).normalize() if value else Decimal(0)


def method_ranges(request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Low and high of each method: income methods at the ends of royalty and discount rate, market by its quartiles."""
    from valuation.formulas import lookup

    inputs = read(request)
    found = {}
    for row, asked in zip(result["methods"], result["request"]["methods"], strict=True):
        value = row["indication"]["value"]
        ends = [value, *_market_ends(row, asked)]
        if METHODS[row["key"]].approach == "income" and "discount_rate" in asked["inputs"]:
            ends += [lookup(row["method"], row["version"])(**{**asked["inputs"], **change}).value for change in _ends(inputs, row["key"])]
        found[row["key"]] = (min(ends), max(ends))
    return found


def _ends(inputs: Inputs, key: str) -> list[dict[str, float]]:
    spread = inputs.get("discount_spread", 0.0)
    worse, better = {"discount_rate": inputs.rate + spread}, {"discount_rate": max(inputs.rate - spread, 0.001)}
    if key == "relief_from_royalty":
        royalty = inputs.get("royalty_rate")
        worse["royalty_rate"], better["royalty_rate"] = inputs.lows.get("royalty_rate", royalty), inputs.highs.get("royalty_rate", royalty)
    return [worse, better]


def _market_ends(row: Mapping[str, Any], asked: Mapping[str, Any]) -> list[float]:
    multiples = sorted(row["indication"].get("multiples") or [])
    if len(multiples) < 2:
        return []
    base = asked["inputs"]["subject_revenue"]
    return [multiples[len(multiples) // 4] * base, multiples[(3 * len(multiples)) // 4] * base]


def pictures(request: Mapping[str, Any], result: Mapping[str, Any], *, today: date, valid_through: date | None = None) -> dict[str, Any]:
    """Every picture of the report, by name; None where there is nothing to draw."""
    return {
        "timeline": timeline(request, today, valid_through), "waterfall": waterfall(result), "football": football(request, result),
        "tornado": tornado(result), "fan": fan(request, result), "histogram": histogram(request, result), "radar": radar(request),
        "ladder": ladder(request), "weights": weights(request),
    }


def waterfall(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """From the royalties of all years to the value, in fen that add up."""
    levels = {row["step"]: to_money(row["running"]) for row in result["waterfall"]}
    if not levels:
        return None
    steps, before = [], levels["royalty"]
    for name, label in STEPS.items():
        after = levels[name]
        if after != before or name in ("tax", "discount"):
            steps.append([label, after - before])
        before = after
    return {"sales": levels["revenue"], "start": levels["royalty"], "steps": steps, "end": before}


def football(request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """Each method's range and value with its weight, and the concluded range."""
    ranges = method_ranges(request, result)
    chosen = {row["name"]: row["weight_bp"] for row in request["methods"]}
    rows = []
    for row in result["methods"]:
        low, high = ranges[row["key"]]
        weight = 0 if row["key"] in NEVER_COUNTED else chosen[row["key"]]
        rows.append([METHODS[row["key"]].label, to_money(low), to_money(row["indication"]["value"]), to_money(high), Decimal(weight) / 10000])
    levels, value = quantiles_of(result), result["conclusion"]["value"]
    return {"methods": rows, "concluded": [to_money(min(levels["P25"], value)), to_money(value), to_money(max(levels["P75"], value))]}


def tornado(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """One input at a time, beside the share of the variance that it carries with all its interactions."""
    if not result.get("tornado"):
        return None
    indices = result.get("indices") or {"names": []}
    shares = {name: place for place, name in enumerate(indices["names"])}
    rows, table = [], []
    for bar in result["tornado"]["bars"]:
        label = DRIVERS[bar["name"]]
        rows.append([label, to_money(bar["at_low"]), to_money(bar["at_high"])])
        place = shares.get(bar["name"])
        variance = [None, None, None] if place is None else [
            exact(indices["S1"][place], 4), exact(max(indices["ST"][place], 0.0), 4), exact(indices["ST_half_width"][place], 4)]
        table.append([label, exact(bar["low"]), exact(bar["high"]), to_money(bar["at_low"]), to_money(bar["at_high"]), *variance])
    return {"rows": rows, "base": to_money(result["tornado"]["base"]), "table": table, "has_shares": bool(shares)}


def fan(request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is left of the value year by year until the right ends, with the maturity of the loan."""
    rows = (result.get("simulation") or {}).get("fan") or []
    if len(rows) < 2:
        return None
    start = date.fromisoformat(request["valuation_date"])
    points: list[list[Any]] = []
    for row in rows:
        day = start + timedelta(days=round(row["horizon"] * YEAR_DAYS))
        if not points or day > points[-1][0]:
            points.append([day, *(to_money(row[level]) for level in ("P5", "P25", "P50", "P75", "P95"))])
    return {"points": points, "maturity": start + timedelta(days=round(term_years(request) * YEAR_DAYS))}


def histogram(request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any] | None:
    """How often which value, with P5, P50 and the exposure."""
    simulation = result.get("simulation")
    if not simulation or len(simulation["histogram"]["counts"]) < 2:
        return None
    found = simulation["histogram"]
    count = len(found["counts"])
    edges = [to_money(found["low"] + (found["high"] - found["low"]) * place / count) for place in range(count + 1)]
    bins = [[low, high, number] for low, high, number in zip(edges, edges[1:], found["counts"], strict=False) if high > low]
    requested = request["loan"].get("requested_fen")
    exposure = Money(requested) if requested else to_money(result["ltv"]["ltv_cap"] * result["conclusion"]["value"])
    markers = [["P5", to_money(simulation["quantiles"]["P5"])], ["P50", to_money(simulation["quantiles"]["P50"])], [_("Exposure"), exposure]]
    return {"bins": bins, "markers": markers, "below": found["below"], "above": found["above"]}


def radar(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """The scores of the indicators in percent of their scale, at most ten, with the three degrees."""
    given = {row["name"].removeprefix("score_"): Decimal(row["value"]) for row in request["assumptions"] if row["name"].startswith("score_")}
    if len(given) < 3:
        return None
    keys = [key for key in SCORES if key in given]
    degrees = []
    for degree, label in SCORE_GROUPS.items():
        scores = [given[key] for key in keys if SCORES[key][0] == degree]
        if scores:
            degrees.append([label, (sum(scores, Decimal(0)) * 10 / len(scores)).quantize(Decimal("0.1"))])
    return {"axes": [SCORES[key][1] for key in keys[:10]], "scores": [given[key] * 10 for key in keys[:10]], "degrees": degrees,
            "rows": [[SCORES[key][1], given[key]] for key in keys]}


def ladder(request: Mapping[str, Any]) -> dict[str, Any]:
    """The discount rate, rung by rung, with sources."""
    rows = {row["name"]: row for row in request["assumptions"] if row["name"] in LADDER}
    rungs = [[TERMS[name].label, Decimal(rows[name]["value"]), rows[name]["source_ref"]] for name in LADDER if name in rows]
    return {"rows": rungs, "total": sum((rung[1] for rung in rungs), Decimal(0))}


def weights(request: Mapping[str, Any]) -> list[list[Any]]:
    """Each method with its weight and the reason for it, or for not using it."""
    return [[METHODS[row["name"]].label, row["used"], Decimal(row["weight_bp"]) / 10000, row["reason"], row["reason_code"], row["name"]]
            for row in sorted(request["methods"], key=lambda row: list(METHODS).index(row["name"]))]


def timeline(request: Mapping[str, Any], today: date, valid_through: date | None) -> dict[str, Any]:
    """Filing, grant, valuation, report's end, maturity, annuities and the end of each right."""
    start = date.fromisoformat(request["valuation_date"])
    maturity = start + timedelta(days=round(term_years(request) * YEAR_DAYS))
    spans: list[list[Any]] = []
    events: list[list[Any]] = []
    for patent in request["patents"][:8]:
        end, filed = date.fromisoformat(patent["expires_on"]), date.fromisoformat(patent["filing_on"])
        granted = date.fromisoformat(patent["grant_on"]) if patent["grant_on"] else None
        spans.append([patent["number"], _("Right"), granted or filed, end])
        events.append([patent["number"], _("Filing"), filed])
        events += [[patent["number"], _("Annuity"), date.fromisoformat(day)] for day, _year, _fen in _next(patent["annuities"], maturity)]
    if valid_through is not None:
        spans.append([_("Report"), _("May be used"), start, valid_through])
    events.append([_("Report"), _("Valuation date"), start])
    return {"spans": spans, "events": events, "due": [[_("Loan matures"), maturity]], "today": today}


def _next(annuities: Sequence[Sequence[Any]], until: date) -> list[Sequence[Any]]:
    return [row for row in annuities if date.fromisoformat(row[0]) <= until]
