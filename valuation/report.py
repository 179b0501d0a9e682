"""The calculation file: a request in, every figure of a report out, the same bytes for the same inputs for ever.

A request is plain JSON. `run` answers a report that embeds the request, the formula versions and the tables it used;
`recompute` runs the archived request again under the recorded versions and compares every number.

Request: schema 1; valuation_date; created_for; seed; mode (quick, standard, report); assets [PatentAsset];
assumptions [Assumption]; methods [{key, method, inputs, premise?, version?}]; weights [{method: key, weight, reason}];
value_type; simulation {inputs {name: distribution}, correlation?, correlation_kind?, thresholds?, horizons?};
tornado {input: [low, high]}; shares [apportionment]; tables {name: rows}; pledge {flv, ltv, exposures…}, see `lending.lender_figures`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from valuation.errors import Caution, Checks, refuse
from valuation.formulas import lookup, newest
from valuation.inputs import Assumption, PatentAsset, Weight
import valuation.lending  # registers `lender_figures`
from valuation.records import SCHEMA, Record, plain_value
from valuation.references import table_digests
from valuation.results import (
    Conclusion,
    Indication,
    LiquidationValue,
    Parts,
    PledgeView,
    Provenance,
    RecommendedLtv,
    Result,
    Row,
    Simulation,
    SobolIndices,
    Tornado,
)
from valuation.drivers import MethodModel, RoyaltyModel, WeightedModel, method_model
import valuation.scoring.results  # noqa: F401 - an archived report may hold scores
from valuation.simulation import MODES

REQUEST_KEYS = frozenset(
    {
        "schema",
        "valuation_date",
        "created_for",
        "seed",
        "mode",
        "value_type",
        "assets",
        "assumptions",
        "methods",
        "weights",
        "simulation",
        "tornado",
        "shares",
        "tables",
        "pledge",
        "formula_versions",
    }
)
NUMERIC_KEYS = ("valuation_date", "value_type", "assets", "methods", "weights", "simulation", "tornado", "shares", "pledge")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult(Record):
    """One method of the report: its key, formula and answer."""

    key: str
    method: str
    version: int
    indication: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationReport(Record):
    """Everything a calculation file holds."""

    request: Mapping[str, Any]
    methods: tuple[MethodResult, ...]
    conclusion: Conclusion | None
    parts: Parts | None
    simulation: Simulation | None
    tornado: Tornado | None
    indices: SobolIndices | None
    waterfall: tuple[Row, ...]
    orderly: LiquidationValue | None
    forced: LiquidationValue | None
    ltv: RecommendedLtv | None
    pledge: PledgeView | None
    exposures: tuple[Row, ...]
    warnings: tuple[Caution, ...]
    tables: Mapping[str, Any]
    provenance: Provenance


def canonical(report: Record | Mapping[str, Any]) -> bytes:
    """Writes canonical JSON: UTF-8, sorted keys, no spaces, floats by repr, dates ISO; refuses NaN.

    >>> canonical({"b": 1.5, "a": "年"}).decode()
    '{"a":"年","b":1.5}'
    """
    if not isinstance(report, (Record, Mapping)):
        raise refuse("report", "WRONG_TYPE", report, "record or mapping")
    try:
        text = json.dumps(
            plain_value(report), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except (ValueError, TypeError) as error:
        raise refuse("report", "NOT_FINITE", error, "finite JSON values") from error
    return text.encode()


def seed_of(request: Mapping[str, Any]) -> int:
    """Answers the first 31 bits of SHA-256 over the numeric part of a request: nobody can shop for a lucky seed."""
    numeric = {key: request[key] for key in NUMERIC_KEYS if key in request}
    digest = sha256(canonical(_without_words(numeric))).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_words(item) for key, item in value.items() if key not in ("reason", "note", "source")}
    if isinstance(value, (list, tuple)):
        return [_without_words(item) for item in value]
    return value


def _check_request(request: Any) -> dict[str, Any]:
    checks = Checks()
    if isinstance(request, Mapping):
        request = json.loads(canonical(request))
    given = dict(checks.mapping("request", request))
    for name in sorted(set(given) - REQUEST_KEYS):
        checks.fault(name, "UNKNOWN_NAME", given[name], ", ".join(sorted(REQUEST_KEYS)))
    if given.get("schema", SCHEMA) != SCHEMA:
        checks.fault("schema", "UNKNOWN_NAME", given.get("schema"), SCHEMA)
    checks.day("valuation_date", given.get("valuation_date"))
    checks.choice("mode", given.get("mode", "standard"), MODES)
    checks.sequence("methods", given.get("methods"))
    for name in ("assets", "assumptions", "weights", "shares"):
        checks.sequence(name, given.get(name, ()), least=0, most=500)
    for name in ("simulation", "tornado", "tables", "pledge", "formula_versions"):
        checks.mapping(name, given.get(name) or {}, least=0)
    if given.get("seed") is not None:
        checks.integer("seed", given["seed"], 0, 2**63 - 1)
    _check_records(checks, given)
    checks.require()
    _check_rights(checks, given)
    checks.require()
    return given


ENDED = ("invalidated", "revoked")


def _check_rights(checks: Checks, given: Mapping[str, Any]) -> None:
    """A right declared invalid is worth nothing on any date, and none is valued before it was filed (专利法 art. 47)."""
    for i, item in enumerate(given.get("assets", ())):
        if item.get("legal_status") in ENDED:
            checks.fault(f"assets[{i}].legal_status", "RIGHT_ENDED", item["legal_status"])
        if str(item["filing_date"]) > str(given["valuation_date"]):
            checks.fault("valuation_date", "BAD_ORDER", given["valuation_date"], item["filing_date"])


def _check_records(checks: Checks, given: Mapping[str, Any]) -> None:
    for name, kind in (("assets", PatentAsset), ("assumptions", Assumption)):
        items = given.get(name, ())
        for i, item in enumerate(items if isinstance(items, list) else ()):
            with checks.inside(f"{name}[{i}]"):
                try:
                    kind.from_dict({"schema": SCHEMA, **item})
                except TypeError as error:
                    raise refuse("", "WRONG_TYPE", item, error) from error


def _run_methods(checks: Checks, request: Mapping[str, Any]) -> tuple[list[MethodResult], list[dict[str, Any]]]:
    found: list[MethodResult] = []
    rows: list[dict[str, Any]] = []
    recorded = request.get("formula_versions") or {}
    for i, item in enumerate(request["methods"]):
        path = f"methods[{i}]"
        if not isinstance(item, Mapping) or not isinstance(item.get("method"), str):
            checks.fault(path, "WRONG_TYPE", item, "key, method, inputs")
            continue
        method, key = item["method"], str(item.get("key", item["method"]))
        inputs = _method_inputs(method, item.get("inputs", {}), request)
        with checks.inside(f"{path}.inputs"):
            try:
                version = int(recorded.get(method, newest(method)))
                answer = lookup(method, version)(**inputs)
            except TypeError as error:
                raise refuse("", "WRONG_TYPE", inputs, error) from error
            found.append(MethodResult(key=key, method=method, version=version, indication=answer))
            rows.append({"key": key, "method": method, "inputs": inputs})
    return found, rows


def _method_inputs(method: str, inputs: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    ready = dict(inputs) if isinstance(inputs, Mapping) else {}
    tables = request.get("tables") or {}
    if method == "cnipa_annuities" and "cnipa_annuities" in tables:
        ready.setdefault("schedule", tables["cnipa_annuities"])
    return ready


def _conclude(
    checks: Checks, request: Mapping[str, Any], methods: Sequence[MethodResult]
) -> tuple[Conclusion | None, list[Weight]]:
    weights: list[Weight] = []
    values = {item.key: item.indication for item in methods}
    indications = []
    for i, row in enumerate(request.get("weights") or ()):
        with checks.inside(f"weights[{i}]"):
            if not isinstance(row, Mapping) or row.get("method") not in values:
                raise refuse("method", "UNKNOWN_NAME", row, ", ".join(values))
            answer = values[row["method"]]
            if not hasattr(answer, "value"):
                raise refuse("method", "WRONG_TYPE", row["method"], "a method with a value")
            weights.append(Weight(row["method"], row.get("weight"), row.get("reason", "")))  # type: ignore[arg-type]  # Weight refuses it
            indications.append({**row, "value": answer.value})
    if not indications:
        return None, weights
    checks.require()
    kind = request.get("value_type", "market_value")
    conclusion: Conclusion = lookup("reconcile")(
        indications=[{key: row[key] for key in ("method", "value", "weight", "reason") if key in row} for row in indications],
        value_type=kind,
    )
    return conclusion, weights


def _models(
    rows: Sequence[Mapping[str, Any]], methods: Sequence[MethodResult], weights: Sequence[Weight], version: int
) -> MethodModel:
    shares = {weight.method: weight.weight for weight in weights} or {methods[0].key: 1.0}
    answers = {item.key: item.indication for item in methods}
    parts = [
        (shares[row["key"]], method_model(row["method"], row["inputs"], answers[row["key"]].value, version))
        for row in rows
        if shares.get(row["key"], 0.0) > 0.0
    ]
    if len(parts) == 1 and parts[0][0] == 1.0:
        return parts[0][1]
    return WeightedModel(parts)


def _simulate(
    request: Mapping[str, Any], model: MethodModel, seed: int, rows: Sequence[Mapping[str, Any]]
) -> tuple[Simulation | None, Simulation | None, SobolIndices | None]:
    plan = request.get("simulation") or {}
    if not plan.get("inputs"):
        return None, None, None
    mode = MODES[request.get("mode", "standard")]
    shared = {
        "seed": seed,
        "paths": mode["paths"],
        "replicates": mode["replicates"],
        "correlation": plan.get("correlation"),
        "correlation_kind": plan.get("correlation_kind", "normal"),
    }
    fan = None
    if plan.get("horizons") and not isinstance(model, RoyaltyModel):
        royalty = next((row for row in rows if row["method"] == "relief_from_royalty"), None)
        if royalty is not None:
            fan = _fan(plan, RoyaltyModel(royalty["inputs"]), shared, _simulator(request))
    horizons = plan.get("horizons", ()) if isinstance(model, RoyaltyModel) else ()
    simulate = _simulator(request)
    main = simulate(model, plan["inputs"], thresholds=plan.get("thresholds", ()), horizons=horizons, **shared)
    indices = None
    if mode["samples"] and plan.get("correlation") is None and main.sd > 0.0:
        indices = lookup("sobol_indices")(model, plan["inputs"], seed=seed, samples=mode["samples"])
    return main, fan, indices


def _simulator(request: Mapping[str, Any]) -> Callable[..., Simulation]:
    """`simulate` in the version that an archived request names."""
    return lookup("simulate", _version(request, "simulate"))


def _version(request: Mapping[str, Any], name: str) -> int:
    """The version of a formula: the one that an archived request names, the first where it names others only, else the newest."""
    recorded = request.get("formula_versions")
    return int(recorded.get(name, 1)) if recorded else newest(name)


def _fan(plan: Mapping[str, Any], model: RoyaltyModel, shared: Mapping[str, Any], simulate: Callable[..., Simulation]) -> Simulation:
    known = {name: item for name, item in plan["inputs"].items() if name in model.random}
    settings = dict(shared) | ({} if len(known) == len(plan["inputs"]) else {"correlation": None})
    return simulate(model, known, horizons=plan["horizons"], **settings)


def _waterfall(rows: Sequence[Mapping[str, Any]], methods: Sequence[MethodResult]) -> tuple[Row, ...]:
    for row, item in zip(rows, methods, strict=True):
        if item.method == "relief_from_royalty" and isinstance(item.indication, Indication):
            return _royalty_waterfall(row["inputs"], item.indication)
    return ()


def _royalty_waterfall(inputs: Mapping[str, Any], answer: Indication) -> tuple[Row, ...]:
    table = answer.workings
    revenue = math.fsum(row["revenue"] for row in table)
    royalty = math.fsum(row["royalty"] for row in table)
    outgo = math.fsum(row["fee"] + row["cost"] for row in table)
    tax = math.fsum(row["tax"] for row in table)
    levels = [
        ("revenue", revenue),
        ("royalty", royalty),
        ("fees_and_costs", royalty - outgo),
        ("tax", royalty - outgo - tax),
        ("discount", answer.pv_before_tab or 0.0),
        ("probability_valid", (answer.pv_before_tab or 0.0) * float(inputs.get("probability_valid", 1.0))),
        ("tab", answer.value),
    ]
    before, steps = 0.0, []
    for name, level in levels:
        steps.append({"step": name, "amount": level - before, "running": level})
        before = level
    return tuple(steps)


def _provenance(request: Mapping[str, Any], methods: Sequence[MethodResult], seed: int) -> Provenance:
    from valuation import __version__

    numpy, scipy = ("", "")
    if request.get("simulation"):
        import numpy as np
        import scipy as sp

        numpy, scipy = np.__version__, sp.__version__
    recorded = request.get("formula_versions") or {}
    names = sorted(recorded or {item.method for item in methods} | {"lender_figures", "reconcile", "recommended_ltv", "simulate"})
    versions = {**recorded, **{item.method: item.version for item in methods}}
    body = {key: value for key, value in request.items() if key not in ("created_for", "formula_versions")}
    return Provenance(
        library_version=__version__,
        formula_versions={name: versions.get(name, newest(name)) for name in names},
        numpy=numpy,
        scipy=scipy,
        tables_sha256=table_digests(),
        inputs_sha256=sha256(canonical(body)).hexdigest(),
        seed=seed,
        created_for=str(request.get("created_for", "")),
    )


def _cautions(*results: Any) -> tuple[Caution, ...]:
    return tuple(caution for result in results if isinstance(result, Result) for caution in result.warnings)


def _used_tables(request: Mapping[str, Any]) -> dict[str, Any]:
    tables = dict(request.get("tables") or {})
    from valuation.references import reference_table

    named = {"cnipa_annuities"} if any(item.get("method") in ("cnipa_annuities", "renewal_deterministic")
                                       for item in request["methods"]) else set()  # fmt: skip
    for name in sorted(named - set(tables)):
        tables[name] = [dict(row) for row in reference_table(name=name).rows]
    return tables


def run(request: Mapping[str, Any]) -> ValuationReport:
    """Carries a request out and answers the whole report; every fault of the request is refused at once.

    >>> report = run({"valuation_date": "2026-06-30", "mode": "quick", "methods": [{"method": "relief_from_royalty",
    ...     "inputs": {"revenues": [100, 100], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.2, "timing": "end"}}]})
    >>> round(report.methods[0].indication.value, 6)
    6.942149
    """
    given = _check_request(request)
    checks = Checks()
    methods, rows = _run_methods(checks, given)
    checks.require()
    conclusion, weights = _conclude(checks, given, methods)
    checks.require()
    seed = int(given["seed"]) if given.get("seed") is not None else seed_of(given)
    model = _models(rows, methods, weights, _version(request, "simulate")) if hasattr(methods[0].indication, "value") else None
    main = fan = indices = None
    if model is not None:
        with checks.inside("simulation"):
            main, fan, indices = _simulate(given, model, seed, rows)
    checks.require()
    if conclusion is not None and main is not None:
        conclusion = _with_range(conclusion, main)
    lender: dict[str, Any] = {}
    if given.get("pledge") and conclusion:
        figures = lookup("lender_figures", _version(request, "lender_figures"))
        lender = figures(checks, given, [item.indication for item in methods], conclusion, main, fan)
    tornado = _tornado(checks, given, model)
    parts = lookup("apportion")(value=conclusion.value, shares=given["shares"]) if given.get("shares") and conclusion else None
    shown = fan if main is not None and not main.fan and fan is not None else None
    if shown is not None and main is not None:
        main = _with_fan(main, shown.fan)
    return ValuationReport(
        request=given,
        methods=tuple(methods),
        conclusion=conclusion,
        parts=parts,
        simulation=main,
        tornado=tornado,
        indices=indices,
        waterfall=_waterfall(rows, methods),
        orderly=lender.get("orderly"),
        forced=lender.get("forced"),
        ltv=lender.get("ltv"),
        pledge=lender.get("pledge"),
        exposures=lender.get("exposures", ()),
        warnings=_cautions(*(item.indication for item in methods), conclusion, *lender.values()),
        tables=_used_tables(given),
        provenance=_provenance(given, methods, seed),
    )


def _with_range(conclusion: Conclusion, main: Simulation) -> Conclusion:
    from dataclasses import replace

    return replace(conclusion, low=main.quantiles["P25"], high=main.quantiles["P75"])


def _with_fan(main: Simulation, fan: tuple[Row, ...]) -> Simulation:
    from dataclasses import replace

    return replace(main, fan=fan)


def _tornado(checks: Checks, request: Mapping[str, Any], model: MethodModel | None) -> Tornado | None:
    swings = request.get("tornado") or {}
    if not swings or model is None:
        return None
    with checks.inside("tornado"):
        base = {name: _base(model, name) for name in swings}
        answer: Tornado = lookup("tornado")(model, base, swings)
        return answer
    checks.require()
    return None


def _base(model: MethodModel, name: str) -> float:
    parts = [item for _, item in model.parts] if isinstance(model, WeightedModel) else [model]
    for part in parts:
        if name in part.random:
            found = getattr(part, "base", {"value_scale": 1.0}).get(name)
            if isinstance(found, float):
                return found
    raise refuse(name, "UNKNOWN_NAME", name, ", ".join(sorted(model.random - {"revenues"})))
