"""The calculation file: byte-equal, self-contained, recomputed under its recorded versions, every tampering found."""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import valuation
from valuation import formulas
from valuation.records import Record
from valuation.report import seed_of

ARCHIVE = Path(__file__).parent / "archive"
REQUEST: dict[str, Any] = {
    "schema": 1,
    "valuation_date": "2026-06-30",
    "created_for": "PG-2026-000001",
    "mode": "standard",
    "assets": [
        {"number": "CN201810000001.X", "kind": "invention", "filing_date": "2018-05-20", "grant_date": "2020-01-01", "claims": 10}
    ],
    "assumptions": [
        {"name": "royalty_rate", "value": 0.05, "unit": "fraction", "source": "market-evidence", "note": "许可合同", "low": 0.04, "high": 0.06}
    ],
    "methods": [
        {
            "key": "royalty",
            "method": "relief_from_royalty",
            "inputs": {
                "revenues": [10e6, 11e6, 12e6, 13e6, 14e6, 14e6],
                "royalty_rate": 0.05,
                "discount_rate": 0.15,
                "tax_rate": 0.25,
                "decay": 0.05,
                "fees": [4000, 4000, 6000, 6000, 6000, 8000],
                "remaining_years": 11.9,
                "probability_valid": 0.9,
            },
        },
        {
            "key": "excess",
            "method": "mpeem",
            "inputs": {
                "operating_income": [9e5, 9.5e5, 1e6, 1e6, 1e6, 1e6],
                "contributory_asset_charges": [2e5] * 6,
                "tax_rate": 0.25,
                "discount_rate": 0.15,
            },
        },
        {"key": "cost", "method": "reproduction_cost", "inputs": {"costs": {"labour": 9e5, "materials": 2e5}, "obsolescence": {"functional": 0.2}}},
        {"key": "annuities", "method": "cnipa_annuities", "inputs": {"patent_type": "invention", "from_year": 9, "to_year": 14}},
    ],
    "weights": [
        {"method": "royalty", "weight": 0.6, "reason": "licences of the line"},
        {"method": "excess", "weight": 0.3, "reason": "audited accounts"},
        {"method": "cost", "weight": 0.1, "reason": "floor"},
    ],
    "simulation": {
        "inputs": {
            "revenues": {"type": "GrowthPath", "initial": 10e6, "drift": 0.05, "volatility": 0.2, "years": 6},
            "royalty_rate": {"type": "Triangular", "low": 0.04, "mode": 0.05, "high": 0.06},
            "discount_rate": {"type": "Normal", "mean": 0.15, "sd": 0.01, "low": 0.1, "high": 0.2},
            "gain_scale": {"type": "Triangular", "low": 0.8, "mode": 1, "high": 1.1},
        },
        "thresholds": [500000],
        "horizons": [0, 1, 2, 3, 4, 5],
    },
    "tornado": {"royalty_rate": [0.04, 0.06], "discount_rate": [0.13, 0.17]},
    "shares": [0.6, 0.4],
    "pledge": {"remaining_years": 11.9, "loan_term_years": 2, "bank_cap": 0.25, "score": 72, "exposure": 300000},
}


@pytest.fixture(scope="module")
def report() -> valuation.ValuationReport:
    return valuation.run(REQUEST)


@pytest.fixture(scope="module")
def archived(report: valuation.ValuationReport) -> bytes:
    return valuation.canonical(report)


def altered(archived: bytes, *path: Any, value: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(archived)
    at: Any = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return data


def test_the_same_request_gives_the_same_bytes(archived: bytes) -> None:
    assert valuation.canonical(valuation.run(copy.deepcopy(REQUEST))) == archived
    assert valuation.canonical(valuation.run(dict(reversed(REQUEST.items())))) == archived


def test_another_process_gives_the_same_bytes(archived: bytes) -> None:
    script = "import sys, json, valuation; sys.stdout.buffer.write(valuation.canonical(valuation.run(json.load(sys.stdin))))"
    other = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(REQUEST).encode(), capture_output=True, check=True, cwd=ARCHIVE.parents[2]
    )
    assert other.stdout == archived


def test_canonical_bytes_are_sorted_dense_utf8_without_nan(archived: bytes) -> None:
    text = archived.decode()
    assert "许可合同" in text
    assert ": " not in text.replace("：", "")
    assert "NaN" not in text
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text
    with pytest.raises(valuation.ValuationInputError):
        valuation.canonical({"x": float("nan")})


def test_the_archived_file_recomputes_identically(archived: bytes) -> None:
    assert valuation.recompute(archived).status == "identical"
    assert valuation.recompute(json.loads(archived)).status == "identical"


def test_a_report_survives_its_json(report: valuation.ValuationReport, archived: bytes) -> None:
    again = Record.from_dict(json.loads(archived))
    assert isinstance(again, valuation.ValuationReport)
    assert again.conclusion == report.conclusion
    assert valuation.canonical(again) == archived
    assert valuation.recompute(again).status == "identical"


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (("conclusion", "value"), 1.0, "conclusion.value"),
        (("methods", 0, "indication", "value"), 1.0, "methods[0].indication.value"),
        (("ltv", "binding_constraint"), "policy_cap", "ltv.binding_constraint"),
        (("simulation", "quantiles", "P5"), 1.0, "simulation.quantiles.P5"),
        (("exposures", 0, "probability"), 0.5, "exposures[0].probability"),
    ],
)
def test_an_altered_result_is_found_and_its_path_told(archived: bytes, path: tuple[Any, ...], value: Any, found: str) -> None:
    verdict = valuation.recompute(altered(archived, *path, value=value))
    assert verdict.status == "differs"
    assert [row["path"] for row in verdict.differences] == [found]


def test_an_altered_request_is_found(archived: bytes) -> None:
    verdict = valuation.recompute(altered(archived, "request", "methods", 0, "inputs", "royalty_rate", value=0.06))
    assert verdict.status == "differs"
    assert verdict.reason == "the request was altered"


def test_last_digits_and_other_libraries_are_equal_not_different(archived: bytes) -> None:
    data = altered(archived, "provenance", "numpy", value="3.0.0")
    data["conclusion"]["value"] *= 1 + 1e-12
    assert valuation.recompute(data).status == "equal"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema":2,"type":"ValuationReport"}', b'{"schema":1,"type":"ValuationReport"}', b"\xff"])
def test_what_is_no_calculation_file_is_unreadable(data: bytes) -> None:
    assert valuation.recompute(data).status == "unreadable"


def test_an_unknown_formula_version_is_told(archived: bytes) -> None:
    verdict = valuation.recompute(altered(archived, "provenance", "formula_versions", "mpeem", value=99))
    assert verdict.status == "differs"
    assert "UNKNOWN_NAME" in verdict.reason


def test_the_old_formula_stays_callable_beside_a_new_one() -> None:
    name = "future_value"
    old = formulas.lookup(name, 1)
    try:
        formulas.formula(version=2)(_renamed(lambda **given: old(**{**given, "periods": 0}), name))
        assert formulas.newest(name) == 2
        assert formulas.lookup(name)(present_value=1.0, discount_rate=0.5, periods=2).fv == 1.0
        assert formulas.lookup(name, 1)(present_value=1.0, discount_rate=0.5, periods=2).fv == 2.25
    finally:
        del formulas._REGISTRY[name][2]


def _renamed(function: Any, name: str) -> Any:
    function.__name__ = name
    return function


def test_the_seed_comes_from_the_numbers_and_no_word_moves_it() -> None:
    changed = copy.deepcopy(REQUEST)
    changed["weights"][0]["reason"] = "another reason"
    changed["created_for"] = "PG-2026-000002"
    changed["assumptions"][0]["note"] = "another note"
    assert seed_of(changed) == seed_of(REQUEST)
    changed["methods"][0]["inputs"]["royalty_rate"] = 0.051
    assert seed_of(changed) != seed_of(REQUEST)
    assert 0 <= seed_of(REQUEST) < 2**31


def test_every_figure_of_the_report_comes_by_a_second_road(report: valuation.ValuationReport) -> None:
    assert report.conclusion is not None
    assert report.simulation is not None
    assert report.ltv is not None
    assert report.pledge is not None
    assert report.forced is not None
    values = {item.key: item.indication for item in report.methods}
    royalty = values["royalty"]
    assert royalty.value == pytest.approx(0.9 * math.fsum(row["after_tax"] * 1.15 ** -(row["year"] - 0.5) for row in royalty.workings))
    assert values["annuities"].total == 2000 + 3 * 4000 + 2 * 6000
    assert report.conclusion.value == pytest.approx(0.6 * royalty.value + 0.3 * values["excess"].value + 0.1 * 880_000)
    assert report.conclusion.low == report.simulation.quantiles["P25"]
    assert report.conclusion.high == report.simulation.quantiles["P75"]
    assert report.waterfall[-1]["running"] == royalty.value
    assert math.fsum(row["amount"] for row in report.waterfall) == pytest.approx(royalty.value, rel=1e-12)
    assert sum(report.parts.parts) == pytest.approx(report.conclusion.value)  # type: ignore[union-attr]  # shares were given
    assert report.forced.value == pytest.approx(report.conclusion.value * report.forced.ratio)
    limits = [item.limit for item in report.ltv.constraints if item.limit is not None]
    assert report.ltv.ltv_cap == min(limits)
    assert report.pledge.ltv_rounded == math.floor(100 * report.ltv.ltv_cap) / 100
    at_maturity = next(row for row in report.simulation.fan if row["horizon"] == 2.0)
    assert report.ltv.p05 == pytest.approx(at_maturity["P5"])
    low = valuation.relief_from_royalty(**{**REQUEST["methods"][0]["inputs"], "royalty_rate": 0.04}).value
    bar = next(bar for bar in report.tornado.bars if bar.name == "royalty_rate")  # type: ignore[union-attr]  # swings were given
    assert bar.at_low == pytest.approx(report.conclusion.value + 0.6 * (low - royalty.value))


def test_all_faults_of_a_request_come_with_their_paths() -> None:
    bad = copy.deepcopy(REQUEST)
    bad["methods"][0]["inputs"]["revenues"][3] = -1
    bad["methods"][1]["inputs"]["tax_rate"] = 25
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.run(bad)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("methods[0].inputs.revenues[3]", "NEGATIVE"),
        ("methods[1].inputs.tax_rate", "RATE_LOOKS_LIKE_PERCENT"),
    ]


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("valuation_date", "30.6.2026", "valuation_date"),
        ("mode", "fast", "mode"),
        ("methods", [], "methods"),
        ("methods", [{"method": "guess", "inputs": {}}], "methods[0].inputs.formula"),
        ("methods", [{"method": "mpeem", "inputs": {"colour": 1}}], "methods[0].inputs"),
        ("weights", [{"method": "royalty", "weight": 0.9}], "indications"),
        ("weights", [{"method": "unknown", "weight": 1}], "weights[0].method"),
        ("colour", 1, "colour"),
        ("seed", -1, "seed"),
        ("assets", [{"number": "CN1"}], "assets[0]"),
        ("tornado", {"colour": [0, 1]}, "tornado.colour"),
        ("simulation", {"inputs": {"royalty_rate": {"type": "Guess"}}}, "simulation.inputs.royalty_rate.type"),
        ("pledge", {"score": 170}, "pledge.score"),
        ("schema", 9, "schema"),
    ],
)
def test_a_bad_request_is_refused_by_its_field(key: str, value: Any, field: str) -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.run({**REQUEST, "mode": "quick", key: value})
    assert field in {fault.field for fault in caught.value.faults}


def test_an_operators_table_overrides_the_shipped_one() -> None:
    rows = [{"patent_type": "invention", "from_year": 1, "to_year": 20, "fee": 1000}]
    report = valuation.run(
        {
            "valuation_date": "2026-06-30",
            "mode": "quick",
            "methods": [{"method": "cnipa_annuities", "inputs": {"patent_type": "invention", "from_year": 1, "to_year": 20}}],
            "tables": {"cnipa_annuities": rows},
        }
    )
    assert report.methods[0].indication.total == 20_000
    assert valuation.recompute(valuation.canonical(report)).status == "identical"


@pytest.mark.parametrize("path", sorted(ARCHIVE.glob("*.json")), ids=lambda path: path.name)
def test_every_archived_calculation_recomputes_for_ever(path: Path) -> None:
    verdict = valuation.recompute(path.read_bytes())
    assert verdict.status in {"identical", "equal"}, verdict.differences


def test_the_archive_holds_one_file_of_this_version() -> None:
    assert (ARCHIVE / f"calculation-{valuation.__version__}.json").exists()


def test_scores_reach_no_value() -> None:
    better = copy.deepcopy(REQUEST)
    better["pledge"]["score"] = 99
    first, second = valuation.run({**REQUEST, "seed": 1}), valuation.run({**better, "seed": 1})
    assert first.conclusion == second.conclusion
    assert first.ltv.ltv_cap == second.ltv.ltv_cap  # type: ignore[union-attr]  # a pledge was asked for
    low = copy.deepcopy(REQUEST)
    low["pledge"]["score"] = 59
    gated = valuation.run(low).ltv
    assert gated is not None
    assert (gated.ltv_cap, gated.binding_constraint) == (0.0, "score_gate")
