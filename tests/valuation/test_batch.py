"""A batch gives each row what the single functions give it, and refuses rows one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import valuation

ROWS = 200


@pytest.fixture(scope="module")
def columns() -> dict[str, Any]:
    source = np.random.default_rng(20260630)
    counts = source.integers(1, 20, ROWS)
    return {
        "revenues": [source.uniform(1e5, 1e7, n).tolist() for n in counts],
        "operating_income": [source.uniform(-1e5, 1e6, n).tolist() for n in counts],
        "contributory_asset_charges": [source.uniform(0, 1e5, n).tolist() for n in counts],
        "fees": [source.uniform(0, 8000, n).tolist() for n in counts],
        "royalty_rate": source.uniform(0.01, 0.1, ROWS).tolist(),
        "discount_rate": source.uniform(0.05, 0.3, ROWS),
        "tax_rate": source.choice([0.15, 0.25], ROWS),
        "stub": source.uniform(0.1, 1.0, ROWS),
        "last": np.where(counts > 1, source.uniform(0.1, 1.0, ROWS), 1.0),
        "decay": source.uniform(0.0, 0.2, ROWS),
        "probability_valid": source.uniform(0.5, 1.0, ROWS),
        "tax_life": 10.0,
        "remaining_years": [20.0] * ROWS,
        "rd_cost": source.uniform(1e5, 1e6, ROWS),
        "obsolescence": 0.3,
        "market_multiple": source.uniform(0.5, 3, ROWS),
        "subject_revenue": source.uniform(1e5, 1e6, ROWS),
        "value_cv": source.uniform(0.1, 1.0, ROWS),
        "bank_cap": source.choice([0.25, 0.15, 0.1], ROWS),
        "loan_term_years": 3.0,
        "score": source.uniform(50, 100, ROWS),
        "lvd": source.uniform(0, 100, ROWS),
        "tvd": source.uniform(0, 100, ROWS),
        "evd": source.uniform(0, 100, ROWS),
    }


def row(columns: dict[str, Any], i: int) -> dict[str, Any]:
    return {name: values if isinstance(values, float) else values[i] for name, values in columns.items()}


@pytest.mark.parametrize("timing", ["mid", "end"])
def test_each_row_equals_the_single_functions(columns: dict[str, Any], timing: str) -> None:
    answer = valuation.value_batch(columns=columns, timing=timing)
    got = answer.columns
    for i in range(ROWS):
        at = row(columns, i)
        frame = {"discount_rate": at["discount_rate"], "tax_rate": at["tax_rate"], "timing": timing, "stub": at["stub"], "last": at["last"]}
        frame |= {"tab": {"tax_life": 10.0}, "probability_valid": at["probability_valid"], "remaining_years": 20.0}
        royalty = valuation.relief_from_royalty(
            revenues=at["revenues"], royalty_rate=at["royalty_rate"], decay=at["decay"], fees=at["fees"], **frame
        )
        excess = valuation.mpeem(
            operating_income=at["operating_income"], contributory_asset_charges=at["contributory_asset_charges"], **frame
        )
        assert got["mpeem_value"][i] == pytest.approx(excess.value, rel=1e-11, abs=1e-6)
        if royalty.value <= 0:
            continue
        assert got["royalty_value"][i] == pytest.approx(royalty.value, rel=1e-12)
        flows = [max(0.0, line["after_tax"]) for line in royalty.workings]
        sale = {
            kind: valuation.forced_liquidation_value(
                market_value=royalty.value,
                flows=flows,
                discount_rate=at["discount_rate"],
                stub=at["stub"],
                last=at["last"] if len(flows) > 1 else 1.0,
                **valuation.pledge.LIQUIDATION[kind],  # type: ignore[attr-defined]  # loaded with the function above
            )
            for kind in ("orderly", "forced")
        }
        assert got["orderly_ratio"][i] == pytest.approx(sale["orderly"].ratio, rel=1e-12)
        assert got["flv"][i] == pytest.approx(sale["forced"].value, rel=1e-12)
        cap = valuation.recommended_ltv(
            market_value=royalty.value,
            value_cv=at["value_cv"],
            flv_ratio=sale["forced"].ratio,
            bank_cap=at["bank_cap"],
            remaining_years=20.0,
            loan_term_years=3.0,
            score=at["score"],
        )
        assert got["p05"][i] == pytest.approx(cap.p05, rel=1e-12)
        assert (got["ltv_rounded"][i], got["binding_constraint"][i]) == (cap.ltv_rounded, cap.binding_constraint)
        cost = valuation.reproduction_cost(costs={"research": at["rd_cost"]}, obsolescence={"all": 0.3})
        assert got["cost_value"][i] == pytest.approx(cost.value, rel=1e-12)
        degree = valuation.patent_value_degree(lvd=at["lvd"], tvd=at["tvd"], evd=at["evd"], alpha=0.3, beta=0.3, gamma=0.4)
        assert got["pvd"][i] == pytest.approx(degree.pvd, rel=1e-12)


def test_bad_rows_are_listed_and_the_others_are_valued() -> None:
    answer = valuation.value_batch(
        columns={
            "revenues": [[100.0, 100.0], [float("nan"), 1.0], [], [100.0], "text", [1.0, None]],
            "royalty_rate": [0.05, 0.05, 0.05, 5, 0.05, True],
            "discount_rate": [0.1, 0.1, 0.1, 0.0, "0.1", 0.1],
            "tax_rate": 0.25,
        }
    )
    assert answer.accepted == 1
    assert [(f["row"], f["field"], f["code"]) for f in answer.faults] == [
        (1, "revenues", "NOT_FINITE"),
        (2, "revenues", "WRONG_TYPE"),
        (3, "discount_rate", "RATE_NOT_POSITIVE"),
        (3, "royalty_rate", "RATE_LOOKS_LIKE_PERCENT"),
        (4, "discount_rate", "NOT_A_NUMBER"),
        (4, "revenues", "WRONG_TYPE"),
        (5, "revenues", "NOT_A_NUMBER"),
        (5, "royalty_rate", "NOT_A_NUMBER"),
    ]
    values = answer.columns["royalty_value"]
    assert np.isnan(values[1:]).all()
    single = valuation.relief_from_royalty(revenues=[100.0, 100.0], royalty_rate=0.05, discount_rate=0.1, tax_rate=0.25)
    assert values[0] == pytest.approx(single.value, rel=1e-14)


def test_a_forecast_beyond_expiry_refuses_its_row_only() -> None:
    answer = valuation.value_batch(
        columns={
            "revenues": [[1.0] * 5, [1.0] * 5],
            "royalty_rate": 0.05,
            "discount_rate": 0.1,
            "tax_rate": 0.25,
            "remaining_years": [4.0, 5.0],
        }
    )
    assert [(f["row"], f["code"]) for f in answer.faults] == [(0, "FORECAST_BEYOND_EXPIRY")]


@pytest.mark.parametrize(
    ("columns", "field", "code"),
    [
        ({"royalty_rate": [0.05], "colour": [1]}, "columns.colour", "UNKNOWN_NAME"),
        ({"revenues": [[1.0]]}, "columns.royalty_rate", "EMPTY"),
        ({"rd_cost": [1.0, 2.0], "profit": [1.0]}, "columns.profit", "LENGTH_MISMATCH"),
        ({"rd_cost": [1.0] * 10_001}, "columns", "TOO_LONG"),
        ({"rd_cost": [1.0], "profit": float("nan")}, "columns.profit", "NOT_FINITE"),
    ],
)
def test_a_bad_frame_refuses_the_whole_batch(columns: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.value_batch(columns=columns)
    assert (field, code) in {(fault.field, fault.code) for fault in caught.value.faults}
