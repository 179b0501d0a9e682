"""Computing an archived report again: the recorded versions, seed and tables, and the verdict number by number."""

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from valuation.errors import ValuationInputError
from valuation.records import SCHEMA, plain_value
from valuation.report import ValuationReport, canonical, run
from valuation.results import Row, Verdict


def _differences(old: Any, new: Any, path: str, found: list[Row], *, exact: list[str]) -> None:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key, found, exact=exact)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            _differences(a, b, f"{path}[{i}]", found, exact=exact)
    elif old != new:
        exact.append(path)
        numbers = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in (old, new))
        if not numbers or not math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12):
            found.append({"path": path, "archived": old, "new": new})


ENVIRONMENT = ("library_version", "numpy", "scipy", "tables_sha256")
PATH_DIGEST = "draws_sha256"


def recompute(data: bytes | str | Mapping[str, Any] | ValuationReport) -> Verdict:
    """Runs an archived calculation again under its recorded versions and compares it number by number.

    Answers `identical` (same bytes), `equal` (each number within 1e-9), `differs` (with paths) or `unreadable`.

    >>> recompute(b"not a file").status
    'unreadable'
    """
    try:
        archived = json.loads(data) if isinstance(data, (bytes, str)) else plain_value(data)
    except ValueError as error:
        return Verdict(status="unreadable", reason=str(error))
    if not isinstance(archived, Mapping) or archived.get("schema") != SCHEMA or archived.get("type") != "ValuationReport":
        return Verdict(status="unreadable", reason="schema or type unknown")
    try:
        report = run_again(archived)
    except (KeyError, TypeError, AttributeError) as error:
        return Verdict(status="unreadable", reason=f"{type(error).__name__}: {error}")
    except ValuationInputError as error:
        return Verdict(status="differs", reason=str(error)[:500])
    return _compare(archived, report)


def run_again(archived: Mapping[str, Any]) -> ValuationReport:
    """An archived calculation carried out under its recorded versions, seed and tables."""
    request = dict(archived["request"])
    if not request.get("seed"):
        request["seed"] = archived["provenance"]["seed"]
    if archived.get("tables"):
        request["tables"] = archived["tables"]
    return run({**request, "formula_versions": archived["provenance"]["formula_versions"]})


def restated(archived: Mapping[str, Any], report: ValuationReport) -> dict[str, Any]:
    """A new report as plain values with the archive's own request, so that both can be compared byte by byte."""
    found = {**report.to_dict(), "request": archived["request"]}
    return {**found, "provenance": {**found["provenance"], "inputs_sha256": archived["provenance"].get("inputs_sha256")}}


def _compare(archived: Mapping[str, Any], report: ValuationReport) -> Verdict:
    new = restated(archived, report)
    body = {key: value for key, value in archived["request"].items() if key not in ("created_for", "formula_versions")}
    if sha256(canonical(body)).hexdigest() != archived["provenance"].get("inputs_sha256"):
        return Verdict(
            status="differs", differences=({"path": "provenance.inputs_sha256"},), reason="the request was altered"
        )
    if canonical(new) == canonical(archived):
        return Verdict(status="identical")
    found: list[Row] = []
    exact: list[str] = []
    _differences(dict(archived), json.loads(canonical(new)), "", found, exact=exact)
    real = tuple(
        row
        for row in found
        if not row["path"].startswith(tuple(f"provenance.{name}" for name in ENVIRONMENT))
        and not row["path"].endswith(PATH_DIGEST)
    )
    return Verdict(status="differs" if real else "equal", differences=real)

