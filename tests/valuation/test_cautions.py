"""Every caution of the table is given where it belongs, once, and not a hair before."""

from __future__ import annotations

from typing import Any

import pytest

import valuation
from valuation import ValuationInputError
from valuation.errors import SENTENCES

ROYALTY: dict[str, Any] = {"revenues": [100.0, 100.0], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25}
EXCESS: dict[str, Any] = {
    "operating_income": [100.0, 100.0],
    "contributory_asset_charges": [10.0, 10.0],
    "tax_rate": 0.25,
    "discount_rate": 0.12,
}
LIFE = {"filing_date": "2018-05-20", "patent_type": "invention", "valuation_date": "2026-06-30"}
LOAN = {"market_value": 100.0, "flv_ratio": 0.3, "bank_cap": 0.25, "value_cv": 0.3}
COST: dict[str, Any] = {"costs": {"labour": 100.0}, "obsolescence": {"technological": 0.1}}
SALE: dict[str, Any] = {
    "market_value": 1.0, "flows": [1.0] * 10, "discount_rate": 0.15, "shortfall": 0.8, "speed": 0.1, "months": 9.0, "sale_cost": 0.1,
}
STAGED: dict[str, Any] = {"stages": [{"probability": 0.5, "cost": 10.0, "years": 1.0}], "flows": [110.0], "discount_rate": 0.1}
EVEN = [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
ODD = [[1.0, 2.0, 1 / 9], [0.5, 1.0, 2.0], [9.0, 0.5, 1.0]]


def deal(**change: Any) -> dict[str, Any]:
    return {"price": 10.0, "adjustments": {}, "weight": 1.0, **change}


@pytest.mark.parametrize(
    ("code", "name", "with_it", "without"),
    [
        ("RATE_BELOW_WACC", "mpeem", {**EXCESS, "wacc": 0.1201}, {**EXCESS, "wacc": 0.12}),
        (
            "RATE_BELOW_WACC",
            "discount_ladder",
            {"components": [{"name": "risk free", "points": 0.05, "source": "bond"}], "wacc": 0.0501},
            {"components": [{"name": "risk free", "points": 0.05, "source": "bond"}], "wacc": 0.05},
        ),
        ("NEGATIVE_VALUE", "relief_from_royalty", {**ROYALTY, "costs": [6.0, 0.0]}, {**ROYALTY, "costs": [5.0, 5.0]}),
        ("NEGATIVE_VALUE", "mpeem", {**EXCESS, "operating_income": [9.0, 100.0]}, {**EXCESS, "operating_income": [10.0, 10.0]}),
        ("NEGATIVE_VALUE", "risk_adjusted_npv", {**STAGED, "flows": [10.0]}, STAGED),
        ("ROYALTY_ABOVE_CAP", "relief_from_royalty", {**ROYALTY, "royalty_rate": 0.2001}, {**ROYALTY, "royalty_rate": 0.2}),
        ("ROYALTY_ABOVE_CAP", "royalty_from_profit", {"profit_margin": 0.2, "share": 0.41}, {"profit_margin": 0.2, "share": 0.4}),
        ("CROSS_CHECK_ONLY", "royalty_from_profit", {"profit_margin": 0.2, "share": 0.25}, {"profit_margin": 0.2, "share": 0.26}),
        (
            "TERMINAL_VALUE_ON_PATENT",
            "terminal_value_gordon",
            {"final_year_cashflow": 1.0, "growth": 0.0, "discount_rate": 0.1, "asset": "patent"},
            {"final_year_cashflow": 1.0, "growth": 0.0, "discount_rate": 0.1},
        ),
        (
            "DISPERSION_ABOVE_HALF",
            "reconcile",
            {"indications": [{"method": "a", "value": 130.0, "weight": 0.5}, {"method": "b", "value": 70.0, "weight": 0.5}]},
            {"indications": [{"method": "a", "value": 125.0, "weight": 0.5}, {"method": "b", "value": 75.0, "weight": 0.5}]},
        ),
        (
            "DISPERSION_ABOVE_HALF",
            "comparable_transactions",
            {"comparables": [[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]], "subject_revenue": 1.0},
            {"comparables": [[3.0, 4.0], [4.0, 4.0], [5.0, 4.0]], "subject_revenue": 1.0},
        ),
        (
            "FEW_COMPARABLES",
            "comparable_transactions",
            {"comparables": [[1.0, 1.0]] * 2, "subject_revenue": 1.0},
            {"comparables": [[1.0, 1.0]] * 3, "subject_revenue": 1.0},
        ),
        (
            "TAB_ABOVE_QUARTER",
            "relief_from_royalty",
            {**ROYALTY, "discount_rate": 0.01, "tax_rate": 0.27, "tab": {"tax_life": 10}},
            {**ROYALTY, "discount_rate": 0.01, "tax_rate": 0.25, "tab": {"tax_life": 10}},
        ),
        ("TAB_LIFE_UNDER_TEN", "relief_from_royalty", {**ROYALTY, "tab": {"tax_life": 9.99}}, {**ROYALTY, "tab": {"tax_life": 10}}),
        (
            "TAB_LIFE_UNDER_TEN",
            "relief_from_royalty",
            {**ROYALTY, "tab": {"tax_life": 5}},
            {**ROYALTY, "tab": {"tax_life": 5, "basis": "contract-term"}},
        ),
        (
            "TAB_LIFE_UNDER_TEN",
            "tab_factor",
            {"discount_rate": 0.1, "tax_life": 9.99, "tax_rate": 0.25},
            {"discount_rate": 0.1, "tax_life": 10, "tax_rate": 0.25},
        ),
        (
            "MATURITY_BEYOND_EXPIRY",
            "recommended_ltv",
            {**LOAN, "remaining_years": 2.999, "loan_term_years": 2.0},
            {**LOAN, "remaining_years": 3.0, "loan_term_years": 2.0},
        ),
        ("SCORE_GATE", "recommended_ltv", {**LOAN, "score": 59.999}, {**LOAN, "score": 60.0}),
        ("ANNUITY_DUE_SOON", "remaining_life", {**LIFE, "annuity_due": "2026-08-29"}, {**LIFE, "annuity_due": "2026-08-30"}),
        ("ANNUITY_DUE_SOON", "remaining_life", {**LIFE, "annuity_due": "2026-06-30"}, {**LIFE, "annuity_due": "2026-06-29"}),
        (
            "TRUNCATED_AT_EXPIRY",
            "relief_from_royalty",
            {**ROYALTY, "remaining_years": 1.999, "beyond_expiry": "truncate"},
            {**ROYALTY, "remaining_years": 2.0, "beyond_expiry": "truncate"},
        ),
        (
            "STUB_CHANGED",
            "relief_from_royalty",
            {**ROYALTY, "remaining_years": 0.5, "beyond_expiry": "truncate"},
            {**ROYALTY, "remaining_years": 1.5, "beyond_expiry": "truncate"},
        ),
        ("OUTSIDE_BAND", "forced_liquidation_value", {**SALE, "band": [0.2, 0.377]}, {**SALE, "band": [0.377, 0.4]}),
        ("AHP_INCONSISTENT", "ahp_weights", {"matrix": ODD}, {"matrix": EVEN}),
        (
            "DOUBLE_OBSOLESCENCE",
            "reproduction_cost",
            {**COST, "age": 2.0, "remaining_life": 8.0},
            COST,
        ),
        ("RATE_AND_FLOW_BOTH_RISKED", "risk_adjusted_npv", {**STAGED, "technology_premium": 0.01}, STAGED),
        (
            "NO_WORKFORCE_CHARGE",
            "contributory_asset_charge",
            {"assets": {"plant": [10.0, 0.05]}},
            {"assets": {"plant": [10.0, 0.05], "workforce": [1.0, 0.1]}},
        ),
    ],
)
def test_a_caution_is_given_where_it_belongs_and_only_there(code: str, name: str, with_it: dict[str, Any], without: dict[str, Any]) -> None:
    function = getattr(valuation, name)
    given = [caution for caution in function(**with_it).warnings if caution.code == code]
    assert len(given) == 1
    assert given[0].sentence("en") == SENTENCES[code][0]
    assert given[0].sentence("zh") == SENTENCES[code][1]
    assert code not in {caution.code for caution in function(**without).warnings}


def test_the_cross_checks_always_say_what_they_are() -> None:
    capital = valuation.royalty_capitalization(revenue=100.0, royalty_rate=0.05, capitalization_rate=0.1)
    assert [caution.code for caution in capital.warnings] == ["CROSS_CHECK_ONLY", "TERMINAL_VALUE_ON_PATENT"]
    single = valuation.single_period_excess_earnings(normalized_earnings=10.0, charge=1.0, capitalization_rate=0.1)
    assert [caution.code for caution in single.warnings] == ["CROSS_CHECK_ONLY"]
    business = valuation.single_period_excess_earnings(normalized_earnings=10.0, charge=1.0, capitalization_rate=0.1, asset="business")
    assert business.warnings == ()


def test_every_sentence_is_there_in_both_languages() -> None:
    for code, (english, chinese) in SENTENCES.items():
        assert english, code
        assert english.isascii(), code
        assert any("一" <= letter <= "鿿" for letter in chinese), code


PERCENT: dict[str, Any] = {
    "discount_rate": {"type": "Triangular", "low": 8.0, "mode": 10.0, "high": 12.0},
    "royalty_rate": {"type": "Triangular", "low": 3.0, "mode": 5.0, "high": 7.0},
    "tax_rate": {"type": "Uniform", "low": 15.0, "high": 25.0},
    "probability_valid": {"type": "Uniform", "low": 70.0, "high": 90.0},
}


@pytest.mark.parametrize("name", sorted(PERCENT))
def test_a_distribution_in_percents_is_refused_by_simulation_and_indices(name: str) -> None:
    model = valuation.royalty_model(ROYALTY)
    for call in (valuation.simulate, valuation.sobol_indices):
        with pytest.raises(ValuationInputError) as caught:
            call(model, {name: PERCENT[name]}, seed=1)
        assert [(fault.field, fault.code) for fault in caught.value.faults] == [(f"inputs.{name}", "RATE_LOOKS_LIKE_PERCENT")]


def test_all_distributions_out_of_reach_are_told_at_once() -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.simulate(valuation.royalty_model(ROYALTY), PERCENT, seed=1, paths=64)
    assert {fault.field for fault in caught.value.faults} == {f"inputs.{name}" for name in PERCENT}


@pytest.mark.parametrize(
    ("name", "law", "code"),
    [
        ("discount_rate", {"type": "Normal", "mean": 0.1, "sd": 0.05}, "RATE_NOT_POSITIVE"),
        ("discount_rate", {"type": "Uniform", "low": -0.01, "high": 0.1}, "RATE_NOT_POSITIVE"),
        ("royalty_rate", {"type": "Normal", "mean": 0.01, "sd": 0.01}, "NEGATIVE"),
        ("decay", {"type": "Uniform", "low": 0.0, "high": 1.1}, "OUT_OF_RANGE"),
        ("probability_valid", {"type": "Lognormal", "mean": 0.9, "cv": 0.2}, "RATE_LOOKS_LIKE_PERCENT"),
        ("revenue_scale", {"type": "Uniform", "low": -0.1, "high": 1.0}, "NEGATIVE"),
    ],
)
def test_a_distribution_that_leaves_the_methods_domain_is_refused(name: str, law: dict[str, Any], code: str) -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.simulate(valuation.royalty_model(ROYALTY), {name: law}, seed=1, paths=64)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(f"inputs.{name}", code)]


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("discount_rate", {"type": "Normal", "mean": 0.12, "sd": 0.03}),
        ("discount_rate", {"type": "Triangular", "low": 0.0, "mode": 0.1, "high": 0.2}),
        ("probability_valid", {"type": "Uniform", "low": 0.0, "high": 1.0}),
        ("decay", {"type": "Beta", "a": 2.0, "b": 8.0}),
        ("royalty_rate", {"type": "Lognormal", "mean": 0.05, "cv": 0.4}),
    ],
)
def test_a_sensible_distribution_passes(name: str, law: dict[str, Any]) -> None:
    assert valuation.simulate(valuation.royalty_model(ROYALTY), {name: law}, seed=1, paths=64).sd > 0


def test_a_swing_in_percents_or_of_an_unknown_driver_is_refused() -> None:
    model = valuation.royalty_model(ROYALTY)
    with pytest.raises(ValuationInputError) as caught:
        valuation.tornado(model, {"discount_rate": 0.1, "royalty_rate": 0.05}, {"discount_rate": [8.0, 12.0], "royalty_rate": [4.0, 6.0]})
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("swings.discount_rate", "RATE_LOOKS_LIKE_PERCENT"),
        ("swings.royalty_rate", "RATE_LOOKS_LIKE_PERCENT"),
    ]
    with pytest.raises(ValuationInputError) as caught:
        valuation.one_at_a_time(model, {"royality": 0.05}, {"royality": [0.04, 0.06]})
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("base.royality", "UNKNOWN_NAME")]


def test_no_tax_rate_moves_flows_that_are_after_tax() -> None:
    request: dict[str, Any] = {
        "valuation_date": "2026-06-30",
        "mode": "quick",
        "methods": [
            {"key": "royalty", "method": "relief_from_royalty", "inputs": ROYALTY},
            {
                "key": "without",
                "method": "with_and_without",
                "inputs": {"cash_flows_with": [12.0, 12.0], "cash_flows_without": [2.0, 2.0], "discount_rate": 0.1},
            },
        ],
        "weights": [
            {"method": "royalty", "weight": 0.5, "reason": "licences"},
            {"method": "without", "weight": 0.5, "reason": "plans"},
        ],
        "tornado": {"tax_rate": [0.25, 0.5]},
    }
    report = valuation.run(request)
    assert report.tornado is not None
    royalty = valuation.relief_from_royalty(**ROYALTY).value
    bar = report.tornado.bars[0]
    assert bar.at_low == pytest.approx(report.conclusion.value, rel=1e-12)  # type: ignore[union-attr]  # two weighted methods
    assert bar.at_low - bar.at_high == pytest.approx(0.5 * royalty / 3, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"legal_status": "invalidated"}, "assets[0].legal_status", "RIGHT_ENDED"),
        ({"legal_status": "revoked"}, "assets[0].legal_status", "RIGHT_ENDED"),
        ({"filing_date": "2026-07-01"}, "valuation_date", "BAD_ORDER"),
    ],
)
def test_a_right_declared_invalid_or_not_yet_filed_is_not_valued(change: dict[str, Any], field: str, code: str) -> None:
    asset = {"number": "CN201810000001.X", "kind": "invention", "filing_date": "2018-05-20", **change}
    with pytest.raises(ValuationInputError) as caught:
        valuation.run({"valuation_date": "2026-06-30", "assets": [asset], "methods": [{"method": "relief_from_royalty", "inputs": ROYALTY}]})
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(field, code)]


def test_related_and_portfolio_deals_need_an_adjustment_with_a_reason() -> None:
    for change in ({"related": "yes"}, {"kind": "portfolio"}):
        with pytest.raises(ValuationInputError):
            valuation.comparable_transactions(comparables=[deal(**change)])
        adjusted = deal(**change, adjustments={"size": 0.9}, reason="price of the group, board minutes of 2025")
        assert valuation.comparable_transactions(comparables=[adjusted]).value == pytest.approx(9.0)


STUBBED: dict[str, Any] = {
    "valuation_date": "2026-06-30",
    "mode": "quick",
    "methods": [
        {
            "method": "relief_from_royalty",
            "inputs": {**ROYALTY, "revenues": [1e6, 1e6, 1e6], "stub": 0.2, "last": 0.5, "fees": [0.0, 0.0, 2000.0]},
        }
    ],
    "weights": [{"method": "relief_from_royalty", "weight": 1.0, "reason": "licences of the line"}],
    "pledge": {"timing": "mid", "bank_cap": 0.25, "value_cv": 0.3},
}


def test_a_sale_dates_the_flows_as_the_method_did() -> None:
    report = valuation.run(STUBBED)
    flows = [row["after_tax"] for row in report.methods[0].indication.workings]  # type: ignore[union-attr]  # an indication
    for kind, sale in (("orderly", report.orderly), ("forced", report.forced)):
        plan = {name: value for name, value in valuation.pledge.LIQUIDATION[kind].items() if name != "band"}  # type: ignore[attr-defined]  # a module
        exact = valuation.forced_liquidation_value(
            market_value=report.conclusion.value, flows=flows, discount_rate=0.1, timing="mid", stub=0.2, last=0.5, **plan  # type: ignore[union-attr]  # one method
        )
        assert sale is not None
        assert sale.ratio == exact.ratio
        assert [row["t"] for row in sale.workings] == pytest.approx([0.1, 0.7, 1.45])


def test_an_archived_sale_keeps_the_dates_it_had() -> None:
    old = {"relief_from_royalty": 1, "reconcile": 1, "recommended_ltv": 1, "simulate": 1}
    report = valuation.run({**STUBBED, "formula_versions": old})
    assert report.forced is not None
    assert [row["t"] for row in report.forced.workings] == pytest.approx([0.5, 1.5, 2.5])
    assert dict(report.provenance.formula_versions) == old
    assert valuation.recompute(valuation.canonical(report)).status == "identical"
    assert report.forced.ratio > valuation.run(STUBBED).forced.ratio  # type: ignore[union-attr]  # a pledge was asked for
