"""One adapter for worked cases: `getattr(valuation, method)(**inputs)`, each expected key an attribute of the result.

Runs the project's own examples, the shared file where it lies beside the project, and any file given by `--cases FILE`.
An unknown method is a failure; the shared file's absence is a skip with its reason.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import valuation

OWN = Path(__file__).parent / "worked_examples.json"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "valuation.json"
ANNOTATIONS = ("industry", "unit")
SYNONYMS = {"expected_shortfall": "expected_loss_given_exposure"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each case of each file."""
    if "case" not in metafunc.fixturenames:
        return
    files = [OWN, SHARED]
    given = metafunc.config.getoption("--cases", default=None)
    if given:
        files.append(Path(given))
    parameters = []
    for path in files:
        if path == SHARED and not path.exists():
            absent = pytest.mark.skip(reason=f"the shared cases are not beside the project: {path.name}")
            parameters.append(pytest.param({}, {}, id="shared-cases-absent", marks=absent))
            continue
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        known = {case["id"]: case for case in cases}
        parameters += [pytest.param(case, known, id=f"{path.stem}:{case['id']}") for case in cases]
    metafunc.parametrize(("case", "known"), parameters)


def meant(value: Any) -> Any:
    """Reads the texts that stand for numbers JSON lacks."""
    if isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity"):
        return float(value.replace("Infinity", "inf"))
    if isinstance(value, list):
        return [meant(item) for item in value]
    if isinstance(value, dict):
        return {key: meant(item) for key, item in value.items()}
    return value


def ishigami(a: float, b: float) -> Any:
    def model(x1: Any, x2: Any, x3: Any) -> Any:
        import numpy as np

        return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)

    return model


def arguments(method: str, inputs: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Turns a case's inputs into keyword arguments."""
    ready = {name: meant(value) for name, value in inputs.items() if name not in ANNOTATIONS}
    if isinstance(ready.get("tab"), dict):
        ready["tab"] = valuation.TabPolicy(**ready["tab"])
    if method == "sobol_indices" and ready.get("function") == "ishigami":
        low, high = ready.pop("bounds")
        model = ishigami(ready.pop("a"), ready.pop("b"))
        ready.pop("function")
        ready |= {"model": model, "inputs": {name: valuation.Uniform(low, high) for name in ("x1", "x2", "x3")}}
    if isinstance(ready.get("base"), str):
        name, _, without = ready["base"].partition(" without ")
        base = known[name]
        frame = arguments(base["method"], base["inputs"], known)
        if without:
            frame[without.lower()] = None
        ready |= {"model": getattr(valuation, base["method"]), "base": frame}
    return ready


def assert_close(got: Any, wanted: Any, tolerance: Mapping[str, Any], path: str) -> None:
    """Compares by the case's tolerance: abs + rel·|expected|, estimator_abs for an estimate."""
    if isinstance(wanted, bool) or wanted is None:
        assert got is wanted, path
    elif isinstance(wanted, (int, float)):
        assert isinstance(got, (int, float)), path
        allowed = tolerance.get("estimator_abs", tolerance.get("abs", 0.0)) + tolerance.get("rel", 0.0) * abs(wanted)
        assert math.isfinite(got), path
        assert abs(got - wanted) <= allowed, f"{path}: {got!r} is not {wanted!r} within {allowed:g}"
    elif isinstance(wanted, list):
        assert len(got) == len(wanted), path
        for i, (a, b) in enumerate(zip(got, wanted, strict=True)):
            assert_close(a, b, tolerance, f"{path}[{i}]")
    elif isinstance(wanted, dict):
        for key, item in wanted.items():
            assert_close(got[key] if isinstance(got, Mapping) else getattr(got, key), item, tolerance, f"{path}.{key}")
    else:
        assert (got.isoformat() if isinstance(got, date) else got) == wanted, path


def test_a_worked_case_holds(case: dict[str, Any], known: dict[str, Any]) -> None:
    method = case["method"]
    assert method in valuation.__all__, f"unknown method {method}"
    inputs = arguments(method, case["inputs"], known)
    expected = dict(case["expected"])
    if expected.get("raises"):
        with pytest.raises(getattr(valuation, expected["raises"])) as caught:
            getattr(valuation, method)(**inputs)
        faults = caught.value.faults
        assert expected.get("code") in {None, *(fault.code for fault in faults)}
        assert expected.get("field") in {None, *(fault.field for fault in faults)}
        return
    result = getattr(valuation, method)(**inputs)
    for name, wanted in expected.items():
        got = result[name] if isinstance(result, dict) else getattr(result, str(SYNONYMS.get(name, name)))
        assert_close(got, wanted, case.get("tolerance", {}), f"{case['id']}.{name}")
