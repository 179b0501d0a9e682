"""The library's manners: lazy imports, one list of names, a doctest and a source in each public function, no impurity."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import valuation
from tests.valuation.catalogue import APART, CALLS
from valuation.references import TABLES

HOME = Path(valuation.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))
FUNCTIONS = sorted(name for name in valuation.__all__ if not inspect.isclass(getattr(valuation, name)))
FORMULAS = sorted(set(CALLS) - {"reference_table", "reference_row", "royalty_model"})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_each_function_is_true(name: str) -> None:
    function = getattr(valuation, name)
    names = {**vars(sys.modules[function.__module__]), **{other: getattr(valuation, other) for other in valuation.__all__}}
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder(recurse=False).find(function, name, globs=names):
        runner.run(test)
    assert runner.tries > 0, f"{name} has no example"
    assert runner.failures == 0


@pytest.mark.parametrize("name", FORMULAS)
def test_each_formula_names_its_source(name: str) -> None:
    assert "Source:" in (getattr(valuation, name).__doc__ or "")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_keywords_only_but_for_models(name: str) -> None:
    parameters = inspect.signature(getattr(valuation, name)).parameters.values()
    positional = [p.name for p in parameters if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    allowed = {"model", "inputs", "base", "swings", "before", "after", "order", "plan", "request", "report", "data"}
    assert set(positional) <= allowed


def test_importing_the_library_loads_neither_numpy_nor_scipy() -> None:
    script = "import sys, valuation; assert not {'numpy', 'scipy', 'dataclasses'} & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=HOME.parent)


def test_point_formulas_need_neither_numpy_nor_scipy() -> None:
    script = (
        "import sys, valuation as v;"
        "v.relief_from_royalty(revenues=[1.0], royalty_rate=.05, discount_rate=.1, tax_rate=.2);"
        "v.recommended_ltv(market_value=1.0, value_cv=.5, flv_ratio=.2, bank_cap=.2);"
        "v.cnipa_annuities(patent_type='design', year=1);"
        "v.black_scholes_merton(kind='call', S=1.0, K=1.0, r=.1, q=.0, sigma=.2, T=1.0);"
        "assert not {'numpy', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=HOME.parent)


def test_the_stub_names_what_the_lazy_table_names() -> None:
    tree = ast.parse((HOME / "__init__.pyi").read_text(encoding="utf-8"))
    stub = {
        (alias.name, node.module) for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    table = {(name, f"valuation.{module}") for name, module in valuation._WHERE.items()}
    assert stub == table


def test_no_module_is_named_like_a_public_function() -> None:
    assert not {path.stem for path in MODULES} & set(FUNCTIONS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_knows_nothing_of_the_house_the_clock_or_the_network(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    banned = {"exchange", "flask", "sqlalchemy", "socket", "urllib", "http", "os", "time", "logging", "random", "requests"}
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {name.split(".")[0] for name in names} & banned
    for node in tree.body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {name.split(".")[0] for name in names} & {"numpy", "scipy"}, "numpy and scipy only inside functions"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_the_library_never_rounds(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rounding = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "round"]
    allowed = {"renewal.py": 2, "simulation.py": 1, "portfolio.py": 0}  # whole fen and basis points; the label of a quantile
    assert len(rounding) <= allowed.get(path.name, 0)


def test_no_score_function_accepts_or_returns_money() -> None:
    scores = [name for name, module in valuation._WHERE.items() if module.startswith("scoring.")]
    assert len(scores) == 9
    for name in scores:
        function = getattr(valuation, name)
        words = set(inspect.signature(function).parameters)
        result = function(**CALLS[name][0])
        words |= {field.name for field in dataclasses.fields(result)}
        assert not words & {"value", "market_value", "amount", "price", "revenue", "pv", "money", "cost", "loan_caps"}


@pytest.mark.parametrize("name", TABLES)
def test_each_table_tells_source_date_licence_and_confidence(name: str) -> None:
    body = json.loads((HOME / "tables" / f"{name}.json").read_text(encoding="utf-8"))
    assert body["name"] == name
    assert body["schema"] == 1
    assert body["confidence"] in {"statute", "official", "published", "practice"}
    assert all(body[key] for key in ("source", "as_of", "retrieved", "licence"))
    assert len(valuation.reference_table(name=name).sha256) == 64


def test_tables_are_all_named_and_read_only() -> None:
    files = {str(path.relative_to(HOME / "tables").with_suffix("")) for path in (HOME / "tables").rglob("*.json")}
    assert files == set(TABLES)
    with pytest.raises(TypeError):
        valuation.reference_table(name="tax_facts").rows[0]["value"] = 1  # type: ignore[index]  # the point of the test


def test_a_missing_row_is_refused_never_guessed() -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.reference_row(name="wacc_by_industry", key={"industry": "Toys"})
    assert caught.value.faults[0].code == "UNKNOWN_NAME"
    assert valuation.reference_table(name="royalty_by_industry").rows == ()


def test_modules_stay_short_but_for_listed_ones() -> None:
    longer = {path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert longer <= {"errors.py", "income.py", "options.py", "results.py", "distributions.py", "report.py", "batch.py"}


def test_catalogue_lists_what_is_judged_elsewhere() -> None:
    assert set(valuation.__all__) >= APART
