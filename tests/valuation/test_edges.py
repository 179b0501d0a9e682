"""Values at the edges, each by a road of its own: hand sums, fractions, forty digits, or another library."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import integrate, optimize, stats

import valuation
from valuation import ValuationInputError
from valuation.timing import cut_at_expiry, lay_periods
from valuation.errors import Checks


def refused(name: str, **arguments: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValuationInputError) as caught:
        getattr(valuation, name)(**arguments)
    return [(fault.field, fault.code) for fault in caught.value.faults]


# ---------------------------------------------------------------- tax


@pytest.mark.parametrize("rate", [-0.2, -0.25, -0.19])
def test_a_saving_of_one_or_more_a_yuan_has_no_value(rate: float) -> None:
    share = 0.25 / 10 * sum(1 / (1 + rate) ** i for i in range(1, 11))
    if share < 1:
        assert valuation.tab_factor(discount_rate=rate, tax_life=10, tax_rate=0.25).factor == pytest.approx(1 / (1 - share), rel=1e-12)
    else:
        assert refused("tab_factor", discount_rate=rate, tax_life=10, tax_rate=0.25) == [("tax_life", "TAB_UNBOUNDED")]


@pytest.mark.parametrize(("timing", "lift"), [("end", 1.0), ("mid", 1.14**0.5)])
def test_the_identity_is_pv_times_factor_at_either_timing(timing: str, lift: float) -> None:
    plain = sum(100 / 1.14**i for i in range(1, 7)) * lift
    share = 0.025 * sum(1 / 1.14**i for i in range(1, 11)) * lift
    result = valuation.tab_identity(
        pv_before_tab_annual=100, years=6, discount_rate=0.14, tax_life=10, tax_rate=0.25, timing=timing
    )
    assert result.value == pytest.approx(plain / (1 - share), rel=1e-13)
    assert result.residual == pytest.approx(0.0, abs=1e-11)


def test_a_policy_may_carry_its_own_rate_and_timing() -> None:
    frame: dict[str, Any] = {"revenues": [100.0], "royalty_rate": 0.1, "discount_rate": 0.12, "tax_rate": 0.25, "timing": "mid"}
    own = valuation.relief_from_royalty(**frame, tab=valuation.TabPolicy(10, tax_rate=0.15, timing="end"))
    factor = valuation.tab_factor(discount_rate=0.12, tax_life=10, tax_rate=0.15, timing="end").factor
    assert own.tab_factor == factor
    assert own.value == pytest.approx(7.5 / 1.12**0.5 * factor, rel=1e-14)
    inherits = valuation.relief_from_royalty(**frame, tab=valuation.TabPolicy(10))
    assert inherits.tab_factor == valuation.tab_factor(discount_rate=0.12, tax_life=10, tax_rate=0.25, timing="mid").factor


def test_the_share_of_a_large_tax_benefit_is_told() -> None:
    result = valuation.relief_from_royalty(
        revenues=[100.0], royalty_rate=0.1, discount_rate=0.01, tax_rate=0.3, tab=valuation.TabPolicy(10), timing="end"
    )
    share = 0.03 * sum(1 / 1.01**i for i in range(1, 11))
    caution = next(item for item in result.warnings if item.code == "TAB_ABOVE_QUARTER")
    assert caution.text_args["share"] == pytest.approx(share, rel=1e-12)


def test_a_gross_up_of_nothing_changes_nothing() -> None:
    assert valuation.tab_grossup(pv_before_tab=100.0, tab_share=0.0).value == 100.0
    assert refused("tab_grossup", pv_before_tab=100.0, tab_share=0.5) == [("tab_share", "OUT_OF_RANGE")]


# ---------------------------------------------------------------- income


def test_the_rows_of_a_royalty_add_up_in_every_column() -> None:
    result = valuation.relief_from_royalty(
        revenues=[1000.0, 2000.0, 3000.0],
        royalty_rate=0.05,
        discount_rate=0.1,
        tax_rate=0.2,
        decay=0.1,
        fees=[5.0, 6.0, 7.0],
        costs=[1.0, 2.0, 3.0],
        stub=0.5,
        last=0.25,
        timing="mid",
        probability_valid=0.5,
    )
    first, second, third = result.workings
    assert (first["year"], second["year"], third["year"]) == (1, 2, 3)
    assert (first["length"], second["length"], third["length"]) == (0.5, 1.0, 0.25)
    assert (first["revenue"], second["revenue"], third["revenue"]) == (500.0, 2000.0, 750.0)
    assert (first["decay"], second["decay"], third["decay"]) == pytest.approx((1.0, 0.9, 0.81))
    assert (first["royalty"], second["royalty"], third["royalty"]) == pytest.approx((25.0, 90.0, 30.375))
    assert (first["tax"], second["tax"], third["tax"]) == pytest.approx((3.8, 16.4, 4.075))
    assert (first["after_tax"], second["after_tax"], third["after_tax"]) == pytest.approx((15.2, 65.6, 16.3))
    assert (first["t"], second["t"], third["t"]) == pytest.approx((0.25, 1.0, 1.625))
    exact = 15.2 * 1.1**-0.25 + 65.6 * 1.1**-1 + 16.3 * 1.1**-1.625
    assert result.pv_before_tab == pytest.approx(exact, rel=1e-14)
    assert result.value == pytest.approx(exact / 2, rel=1e-14)
    assert [row["pv"] for row in result.workings] == pytest.approx([row["after_tax"] * row["df"] for row in result.workings])
    assert [row["fee"] for row in result.workings] == [5.0, 6.0, 7.0]
    assert [row["cost"] for row in result.workings] == [1.0, 2.0, 3.0]


def test_a_single_cut_year_is_dated_at_its_own_middle() -> None:
    frame: dict[str, Any] = {"revenues": [1000.0], "royalty_rate": 0.1, "discount_rate": 0.21, "tax_rate": 0.0, "stub": 0.5}
    assert valuation.relief_from_royalty(**frame, timing="end").value == pytest.approx(50 / 1.1, rel=1e-14)
    assert valuation.relief_from_royalty(**frame, timing="mid").value == pytest.approx(50 / 1.1**0.5, rel=1e-14)


def test_the_years_that_lose_are_named() -> None:
    result = valuation.relief_from_royalty(revenues=[100.0, 100.0, 100.0], royalty_rate=0.1, discount_rate=0.1, tax_rate=0.0, fees=[20.0, 10.0, 11.0])
    caution = result.warnings[0]
    assert (caution.code, caution.text_args["years"]) == ("NEGATIVE_VALUE", [1, 3])
    assert caution.text_args["value"] == result.pv_before_tab


def test_excess_earnings_show_rates_side_by_side_and_charge_by_length() -> None:
    result = valuation.mpeem(
        operating_income=[100.0, 200.0],
        contributory_asset_charges=[10.0, 50.0],
        tax_rate=0.2,
        discount_rate=0.1,
        stub=0.5,
        timing="end",
        probability_valid=0.5,
        wara=0.09,
        irr=0.11,
        wacc=0.1,
    )
    assert result.excess_after_tax == pytest.approx((36.0, 120.0))
    assert result.pv_before_tab == pytest.approx(36 / 1.1**0.5 + 120 / 1.1**1.5, rel=1e-14)
    assert result.pv_before_tab is not None
    assert result.value == pytest.approx(result.pv_before_tab / 2, rel=1e-15)
    assert result.rates == {"wara": 0.09, "irr": 0.11, "wacc": 0.1, "discount_rate": 0.1}
    first, second = result.workings
    assert (first["year"], second["year"]) == (1, 2)
    assert (first["charge"], second["charge"]) == (10.0, 50.0)
    assert second["pv"] == pytest.approx(120 / 1.1**1.5, rel=1e-14)
    plain = valuation.mpeem(operating_income=[100.0], contributory_asset_charges=[10.0], tax_rate=0.2, discount_rate=0.1)
    assert plain.rates == {}


@pytest.mark.parametrize(
    ("name", "arguments", "gains"),
    [
        ("cost_saving", {"savings": [10.0, 20.0, 30.0]}, [10.0, 20.0, 30.0]),
        ("premium_price", {"units": [5.0, 10.0, 15.0], "premium": 2.0}, [10.0, 20.0, 30.0]),
    ],
)
def test_streams_before_tax_are_taxed_cut_and_grossed_up(name: str, arguments: dict[str, Any], gains: list[float]) -> None:
    result = getattr(valuation, name)(
        **arguments, tax_rate=0.25, discount_rate=0.1, stub=0.5, last=0.4, timing="mid", probability_valid=0.8, tab={"tax_life": 10}
    )
    times = [0.25, 1.0, 1.7]
    exact = sum(0.75 * gain * length * 1.1**-t for gain, length, t in zip(gains, [0.5, 1.0, 0.4], times, strict=True))
    factor = valuation.tab_factor(discount_rate=0.1, tax_life=10, tax_rate=0.25, timing="mid").factor
    assert result.pv_before_tab == pytest.approx(exact, rel=1e-14)
    assert result.value == pytest.approx(exact * 0.8 * factor, rel=1e-14)


def test_the_difference_of_two_plans_is_cut_by_length() -> None:
    result = valuation.with_and_without(
        cash_flows_with=[120.0, 90.0], cash_flows_without=[100.0, 100.0], discount_rate=0.1, stub=0.5, timing="end", probability=0.5
    )
    assert result.value == pytest.approx(0.5 * (10 / 1.1**0.5 - 10 / 1.1**1.5), rel=1e-13)
    assert (result.tab_factor, result.pv_before_tab) == (1.0, result.value)
    assert [row["with"] for row in result.workings] == [120.0, 90.0]
    assert [row["without"] for row in result.workings] == [100.0, 100.0]
    assert refused("with_and_without", cash_flows_with=[], cash_flows_without=[1.0], discount_rate=0.1) == [("cash_flows_with", "EMPTY")]


def test_one_year_is_enough_for_every_income_method() -> None:
    shared: dict[str, Any] = {"discount_rate": 0.21, "timing": "mid"}
    assert valuation.with_and_without(cash_flows_with=[33.0], cash_flows_without=[11.0], **shared).value == pytest.approx(20.0, rel=1e-14)
    assert valuation.cost_saving(savings=[44.0], tax_rate=0.5, **shared).value == pytest.approx(20.0, rel=1e-14)
    assert valuation.premium_price(units=[22.0], premium=2.0, tax_rate=0.5, **shared).value == pytest.approx(20.0, rel=1e-14)
    excess = valuation.mpeem(operating_income=[66.0], contributory_asset_charges=[22.0], tax_rate=0.5, **shared)
    assert excess.value == pytest.approx(20.0, rel=1e-14)
    royalty = valuation.relief_from_royalty(revenues=[440.0], royalty_rate=0.1, tax_rate=0.5, **shared)
    assert royalty.value == pytest.approx(20.0, rel=1e-14)


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("remaining", "kept"),
    [
        (3.4, (4, 0.5, 0.9, ())),
        (3.5, (4, 0.5, 1.0, ())),
        (2.5, (3, 0.5, 1.0, ("TRUNCATED_AT_EXPIRY",))),
        (2.5 + 5e-10, (3, 0.5, 1.0, ("TRUNCATED_AT_EXPIRY",))),
        (2.6, (4, 0.5, 0.1, ("TRUNCATED_AT_EXPIRY",))),
        (2.4, (3, 0.5, 0.9, ("TRUNCATED_AT_EXPIRY",))),
        (0.6, (2, 0.5, 0.1, ("TRUNCATED_AT_EXPIRY",))),
        (0.5, (1, 0.5, 1.0, ("TRUNCATED_AT_EXPIRY",))),
        (0.4, (1, 0.4, 1.0, ("TRUNCATED_AT_EXPIRY", "STUB_CHANGED"))),
    ],
)
def test_a_forecast_is_cut_at_the_very_day_of_expiry(remaining: float, kept: tuple[Any, ...]) -> None:
    last = 0.9 if remaining == 3.4 else 1.0
    checks = Checks()
    count, stub, final, cautions = cut_at_expiry(
        checks, field="revenues", count=4, stub=0.5, last=last, remaining_years=remaining, beyond_expiry="truncate"
    )
    assert not checks.faults
    assert (count, stub, pytest.approx(final, abs=1e-8), tuple(item.code for item in cautions)) == kept
    assert lay_periods(count, "end", stub, final)[1][-1] == pytest.approx(remaining, abs=1e-8)


def test_life_left_counts_days_and_the_nearest_limit_binds() -> None:
    frame: dict[str, Any] = {"filing_date": "2010-03-01", "patent_type": "utility_model", "valuation_date": "2020-02-28"}
    left = valuation.remaining_life(**frame)
    assert (left.expiry.isoformat(), left.binding) == ("2020-03-01", "legal")
    assert left.legal_remaining_years == 2 / 365
    assert refused("remaining_life", **{**frame, "valuation_date": "2020-03-01"}) == [("valuation_date", "RIGHT_ENDED")]
    assert valuation.remaining_life(**{**frame, "valuation_date": "2020-03-01"}, extension_days=1).legal_remaining_years == 1 / 365
    tied = valuation.remaining_life(**frame, economic_life_years=0.001, contract_years=0.001)
    assert (tied.binding, tied.remaining_useful_life) == ("economic", 0.001)


@pytest.mark.parametrize(
    ("kind", "filed", "expiry"),
    [
        ("invention", "2004-02-29", "2024-02-29"),
        ("utility_model", "2004-02-29", "2014-02-28"),
        ("design", "2021-05-31", "2031-05-31"),
        ("design", "2021-06-01", "2036-06-01"),
    ],
)
def test_the_day_of_expiry_of_each_kind(kind: str, filed: str, expiry: str) -> None:
    day = date.fromisoformat(filed)
    left = valuation.remaining_life(filing_date=day, patent_type=kind, valuation_date=day)
    assert left.expiry.isoformat() == expiry


def test_a_year_fraction_counts_the_leap_day() -> None:
    assert valuation.year_fraction(start=date(2024, 2, 28), end=date(2024, 3, 1)).days == 2
    assert valuation.year_fraction(start=date(2023, 12, 31), end=date(2024, 12, 31)).years == 366 / 365
    assert valuation.year_fraction(start=date(2024, 2, 29), end=date(2024, 2, 29)).years == 0.0
    assert refused("year_fraction", start="2024-03-01", end="2024-02-29") == [("end", "BAD_ORDER")]


# ---------------------------------------------------------------- time value


@pytest.mark.parametrize("timing", ["end", "mid"])
@pytest.mark.parametrize("rate", [0.0, 0.12])
def test_a_growing_annuity_by_its_sum_at_either_timing(timing: str, rate: float) -> None:
    exact = sum(Fraction(100) * Fraction(102, 100) ** (i - 1) / Fraction(str(1 + rate)) ** i for i in range(1, 8))
    lift = (1 + rate) ** 0.5 if timing == "mid" else 1.0
    got = valuation.growing_annuity_pv(payment=100.0, growth=0.02, discount_rate=rate, periods=7, timing=timing).pv
    assert got == pytest.approx(float(exact) * lift, rel=1e-13)


def test_dated_flows_by_forty_digits() -> None:
    dates = [date(2026, 6, 30), date(2026, 12, 31), date(2028, 2, 29), date(2030, 6, 30)]
    flows, days = [-1000.0, 300.0, 500.0, 600.0], [0, 184, 609, 1461]
    with mpmath.workdps(40):
        exact = mpmath.fsum(mpmath.mpf(c) * mpmath.mpf("1.1") ** (-mpmath.mpf(d) / 365) for c, d in zip(flows, days, strict=True))
        root = mpmath.findroot(lambda x: mpmath.fsum(c * (1 + x) ** (-mpmath.mpf(d) / 365) for c, d in zip(flows, days, strict=True)), 0.1)
    assert valuation.xnpv(discount_rate=0.1, cash_flows=flows, dates=dates, valuation_date=dates[0]).npv == pytest.approx(float(exact), rel=1e-12)
    assert valuation.xirr(cash_flows=flows, dates=dates).irr == pytest.approx(float(root), rel=1e-12)
    assert refused("xnpv", discount_rate=0.1, cash_flows=flows, dates=dates, valuation_date="2026-07-01") == [("dates[0]", "BAD_ORDER")]
    assert refused("xirr", cash_flows=flows, dates=dates[::-1])[0] == ("dates[1]", "BAD_ORDER")
    assert refused("xirr", cash_flows=[-1.0, 2.0], dates=["2026-06-30"] * 2) == [("cash_flows", "NO_SOLUTION")]


@pytest.mark.parametrize("timing", ["end", "mid"])
def test_a_pre_tax_rate_gives_the_untaxed_flows_the_taxed_value(timing: str) -> None:
    flows, half = [100.0, 200.0, 300.0], 0.5 if timing == "mid" else 0.0
    target = sum(0.75 * flow / 1.12 ** (i - half) for i, flow in enumerate(flows, start=1))
    exact = optimize.brentq(lambda r: sum(f / (1 + r) ** (i - half) for i, f in enumerate(flows, start=1)) - target, 0.01, 3.0, xtol=1e-15)
    got = valuation.pre_tax_rate(post_tax_rate=0.12, tax_rate=0.25, cash_flows=flows, timing=timing).rate
    assert got == pytest.approx(exact, rel=1e-12)
    far = valuation.pre_tax_rate(post_tax_rate=0.5, tax_rate=0.9, cash_flows=[100.0]).rate
    assert far == pytest.approx(14.0, rel=1e-12)


def test_the_rate_of_a_loan_with_a_final_payment() -> None:
    got = valuation.rate(present_value=1000.0, payment=50.0, periods=10, future_value=900.0).rate
    assert sum(50 / (1 + got) ** i for i in range(1, 11)) + 900 / (1 + got) ** 10 == pytest.approx(1000.0, rel=1e-12)
    assert refused("rate", present_value=1e12, payment=0.0, periods=1.0, future_value=1e-3) == [("present_value", "NO_SOLUTION")]


@pytest.mark.parametrize(("flow", "rate"), [(300.0, -0.98), (50.0, 0.5), (1000.0, 9.0)])
def test_a_rate_of_return_is_found_from_end_to_end_of_its_range(flow: float, rate: float) -> None:
    later = flow * (1 + rate)
    assert valuation.irr(cash_flows=[-flow, later]).irr == pytest.approx(rate, rel=1e-10)


def test_conversions_of_rates_by_forty_digits() -> None:
    with mpmath.workdps(40):
        assert valuation.continuous(rate=-0.5).rate == pytest.approx(float(mpmath.log(0.5)), rel=1e-15)
    assert valuation.real_to_nominal(rate=-0.5, inflation=0.1).rate == pytest.approx(-0.45, rel=1e-15)


def test_gordon_is_the_limit_of_its_sum() -> None:
    exact = sum(Fraction(103, 100) ** i / Fraction(112, 100) ** i for i in range(1, 400))
    got = valuation.terminal_value_gordon(final_year_cashflow=100.0, growth=0.03, discount_rate=0.12).tv
    assert got == pytest.approx(100 * float(exact), rel=1e-12)
    assert refused("terminal_value_gordon", final_year_cashflow=1.0, growth=0.12, discount_rate=0.12) == [("growth", "GROWTH_NOT_BELOW_RATE")]


def test_small_and_single_flows_have_a_rate_and_fifty_one_are_the_most() -> None:
    assert valuation.irr(cash_flows=[-0.5, 0.6]).irr == pytest.approx(0.2, rel=1e-12)
    assert valuation.irr(cash_flows=[-0.8, 1.0]).irr == pytest.approx(0.25, rel=1e-12)
    assert valuation.irr(cash_flows=[-1.0, 0.5, 1.0]).irr == pytest.approx((0.5 + math.sqrt(4.25)) / 2 - 1, rel=1e-12)
    assert valuation.npv(discount_rate=0.1, cash_flows=[1.0] * 51).npv == pytest.approx(1 + (1 - 1.1**-50) / 0.1, rel=1e-13)
    assert refused("npv", discount_rate=0.1, cash_flows=[1.0] * 52) == [("cash_flows", "TOO_LONG")]
    assert valuation.irr(cash_flows=[-50.0, *[1.0] * 50]).irr == pytest.approx(0.0, abs=1e-12)
    assert refused("irr", cash_flows=[-50.0, *[1.0] * 51]) == [("cash_flows", "TOO_LONG")]


def test_a_perpetuity_is_grossed_up_and_a_rate_above_ten_is_none() -> None:
    assert valuation.pre_tax_rate(post_tax_rate=0.12, tax_rate=0.25).rate == pytest.approx(0.16, rel=1e-15)
    assert valuation.pre_tax_rate(post_tax_rate=0.12, tax_rate=0.0).rate == 0.12
    assert valuation.rate(present_value=1.0, payment=0.0, periods=1, future_value=10.9).rate == pytest.approx(9.9, rel=1e-12)
    assert refused("rate", present_value=1.0, payment=0.0, periods=1, future_value=13.0) == [("present_value", "NO_SOLUTION")]
    assert refused("xirr", cash_flows=[-1.0, 2.0], dates=["2026-06-30"]) == [("dates", "LENGTH_MISMATCH")]
    assert refused("xirr", cash_flows=[-1.0, 2.0, 3.0], dates=["2026-06-30", "2027-06-30", "2027-06-29"]) == [("dates[2]", "BAD_ORDER")]


# ---------------------------------------------------------------- rates


def test_the_two_forms_of_wacc_agree_with_a_hand_sum() -> None:
    exact = 0.7 * 0.12 + 0.3 * 0.05 * 0.8
    a = valuation.wacc(equity=70.0, debt=30.0, cost_of_equity=0.12, cost_of_debt=0.05, tax_rate=0.2).wacc
    b = valuation.wacc(cost_of_equity=0.12, equity_weight=0.7, after_tax_cost_of_debt=0.04, debt_weight=0.3).wacc
    assert (a, b) == pytest.approx((exact, exact), rel=1e-15)
    printed = {"cost_of_equity": 0.1, "after_tax_cost_of_debt": 0.05, "equity_weight": 0.7}
    assert valuation.wacc(**printed, debt_weight=0.30009).wacc == pytest.approx(0.07 + 0.30009 * 0.05, rel=1e-15)
    assert refused("wacc", **printed, debt_weight=0.30012) == [("equity_weight", "WEIGHTS_DO_NOT_SUM")]
    even = valuation.wacc(equity=5.0, debt=5.0, cost_of_equity=0.1, cost_of_debt=0.08, tax_rate=0.25).wacc
    assert even == pytest.approx(0.08, rel=1e-15)
    assert refused("wacc", equity=0.0, debt=0.0, cost_of_equity=0.1, cost_of_debt=0.1, tax_rate=0.1) == [("equity", "NOT_POSITIVE")]
    assert valuation.wacc(equity=0.0, debt=1.0, cost_of_equity=0.1, cost_of_debt=0.1, tax_rate=0.1).wacc == pytest.approx(0.09)


def test_the_cost_of_equity_shows_its_rungs() -> None:
    result = valuation.capm(
        risk_free=0.02, beta=1.5, equity_risk_premium=0.06, size_premium=0.01, country_premium=0.005, specific_premium=0.03
    )
    assert result.cost_of_equity == pytest.approx(0.155, rel=1e-14)
    assert [row["points"] for row in result.workings] == pytest.approx([0.02, 0.09, 0.01, 0.005, 0.03])


def test_a_ladder_runs_upwards() -> None:
    rungs = [{"name": f"{i}", "points": i / 100, "source": "x"} for i in (1, 2, 3)]
    result = valuation.discount_ladder(components=rungs, wacc=0.05)
    assert [row["running"] for row in result.workings] == pytest.approx([0.01, 0.03, 0.06])
    assert result.rate == pytest.approx(0.06)


def test_beta_goes_out_and_comes_back() -> None:
    bare = valuation.unlever_beta(levered_beta=1.3, tax_rate=0.2, debt_to_equity=0.5).beta
    assert bare == pytest.approx(1.3 / 1.4, rel=1e-15)
    assert valuation.relever_beta(unlevered_beta=bare, tax_rate=0.2, debt_to_equity=0.5).beta == pytest.approx(1.3, rel=1e-15)


# ---------------------------------------------------------------- market and cost


@pytest.mark.parametrize(
    ("statistic", "exact"),
    [
        ("median", Fraction(3)),
        ("mean", Fraction(16, 5)),
        ("trimmed", Fraction(3)),
        ("harmonic", 5 / (1 + Fraction(1, 2) + Fraction(1, 3) + Fraction(1, 4) + Fraction(1, 6))),
    ],
)
def test_each_statistic_of_five_multiples(statistic: str, exact: Fraction) -> None:
    pairs = [[6.0, 1.0], [1.0, 1.0], [4.0, 2.0], [12.0, 3.0], [3.0, 1.0]]
    result = valuation.comparable_transactions(comparables=pairs, subject_revenue=10.0, statistic=statistic)
    assert result.value == pytest.approx(10 * float(exact), rel=1e-14)
    assert (result.low, result.high, result.count) == (10.0, 60.0, 5)
    assert result.dispersion == pytest.approx(5 / float(exact), rel=1e-14)
    assert result.multiples == pytest.approx((6.0, 1.0, 2.0, 4.0, 3.0))
    assert [row["comparable"] for row in result.workings] == [1, 2, 3, 4, 5]
    assert [row["multiple"] for row in result.workings] == pytest.approx([6.0, 1.0, 2.0, 4.0, 3.0])


def test_trimming_needs_five_and_an_even_median_lies_between() -> None:
    pairs = [[8.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]
    assert valuation.comparable_transactions(comparables=pairs, subject_revenue=1.0, statistic="trimmed").value == 3.5
    assert valuation.comparable_transactions(comparables=pairs, subject_revenue=1.0).value == 2.5


def test_adjusted_deals_by_a_hand_sum() -> None:
    deals = [
        {"price": 100.0, "adjustments": {"size": 0.9, "time": 1.2}, "weight": 0.25},
        {"price": 50.0, "adjustments": {"scope": 2.0}, "weight": 0.5},
        {"price": 80.0, "adjustments": {}, "weight": 0.25},
    ]
    result = valuation.comparable_transactions(comparables=deals)
    assert result.value == pytest.approx(0.25 * 108 + 0.5 * 100 + 0.25 * 80, rel=1e-15)
    assert (result.low, result.count) == (80.0, 3)
    assert result.high == pytest.approx(108.0)
    assert result.dispersion == pytest.approx(28 / 97, rel=1e-14)
    assert result.multiples == pytest.approx((1.08, 2.0, 1.0))
    assert [row["adjusted"] for row in result.workings] == pytest.approx([108.0, 100.0, 80.0])
    assert [row["comparable"] for row in result.workings] == [1, 2, 3]


def test_losses_multiply_step_by_step() -> None:
    result = valuation.reproduction_cost(
        costs={"labour": 70.0, "material": 30.0}, obsolescence={"functional": 0.1, "economic": 0.2}, profit=0.5, age=3.0, remaining_life=7.0
    )
    assert result.gross == 100.0
    assert result.value == pytest.approx(100 * 1.5 * 0.7 * 0.9 * 0.8, rel=1e-14)
    assert [row["running"] for row in result.workings if "running" in row] == pytest.approx([100.0, 150.0, 105.0, 94.5, 75.6])
    assert [row["factor"] for row in result.workings if "factor" in row] == pytest.approx([1.0, 1.5, 0.7, 0.9, 0.8])
    assert refused("reproduction_cost", costs={"a": 1.0}, obsolescence={}, age=1.0) == [("remaining_life", "EITHER_OR")]
    assert refused("reproduction_cost", costs={"a": 1.0}, obsolescence={}, remaining_life=1.0) == [("age", "EITHER_OR")]


def test_booked_costs_come_to_present_prices() -> None:
    frame: dict[str, Any] = {
        "costs_by_year": {2020: 100.0, 2024: 60.0},
        "price_index": {2020: 80.0, 2024: 96.0, 2026: 120.0},
        "valuation_year": 2026,
        "obsolescence": {"economic": 0.5},
    }
    assert valuation.historical_cost_indexed(**frame).gross == pytest.approx(225.0, rel=1e-15)
    assert valuation.historical_cost_indexed(**frame).value == pytest.approx(112.5, rel=1e-15)
    assert valuation.replacement_cost(**frame, efficiency=0.4).value == pytest.approx(45.0, rel=1e-15)
    this_year = valuation.historical_cost_indexed(costs_by_year={2026: 7.0}, price_index={2026: 120.0}, valuation_year=2026)
    assert (this_year.gross, this_year.value) == (7.0, 7.0)
    assert refused("historical_cost_indexed", **{**frame, "valuation_year": 2023})[0] == ("costs_by_year.2024", "BAD_ORDER")
    assert refused("historical_cost_indexed", **{**frame, "price_index": {2020: 80.0, 2026: 120.0}}) == [("price_index.2024", "UNKNOWN_NAME")]


# ---------------------------------------------------------------- pledge


def test_a_sale_shows_its_rows_and_waits_by_months() -> None:
    result = valuation.forced_liquidation_value(
        market_value=200.0, flows=[10.0, 30.0], discount_rate=0.2, shortfall=0.5, speed=0.3, months=6, sale_cost=0.1, timing="mid", stub=0.5
    )
    times = [0.25, 1.0]
    kept = [1 - 0.5 * math.exp(-0.3 * t) for t in times]
    pv = [flow * share * 1.2**-t for flow, share, t in zip([10.0, 30.0], kept, times, strict=True)]
    ratio = sum(pv) / (10 * 1.2**-0.25 + 30 / 1.2) * 1.2**-0.5 * 0.9
    assert result.ratio == pytest.approx(ratio, rel=1e-14)
    assert result.value == pytest.approx(200 * ratio, rel=1e-14)
    assert [row["kept_share"] for row in result.workings] == pytest.approx(kept, rel=1e-14)
    assert [row["pv"] for row in result.workings] == pytest.approx(pv, rel=1e-14)
    assert (result.months, result.sale_cost, result.shortfall, result.speed) == (6.0, 0.1, 0.5, 0.3)


def test_flows_of_nothing_have_no_ratio() -> None:
    assert refused("liquidation_value", kind="forced", market_value=1.0, flows=[0.0, 0.0], discount_rate=0.1) == [("flows", "NOT_POSITIVE")]


SALE: dict[str, Any] = {
    "market_value": 1.0, "flows": [1.0, 1.0], "discount_rate": 0.1, "shortfall": 0.5, "speed": 0.1, "months": 3.0, "sale_cost": 0.1,
}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"stub": 1.2}, ("stub", "OUT_OF_RANGE")),
        ({"stub": 0.0}, ("stub", "NOT_POSITIVE")),
        ({"last": 1.2}, ("last", "OUT_OF_RANGE")),
        ({"last": 0.0}, ("last", "NOT_POSITIVE")),
        ({"band": [0.1, 0.2, 0.3]}, ("band", "TOO_LONG")),
        ({"band": [0.1]}, ("band", "EMPTY")),
        ({"months": 120.5}, ("months", "TOO_LONG")),
        ({"sale_cost": 1.0}, ("sale_cost", "OUT_OF_RANGE")),
    ],
)
def test_a_sale_outside_its_limits_is_refused(change: dict[str, Any], fault: tuple[str, str]) -> None:
    assert refused("forced_liquidation_value", **{**SALE, **change}) == [fault]


def test_a_ratio_on_the_edge_of_its_band_is_inside() -> None:
    ratio = valuation.forced_liquidation_value(**SALE).ratio
    assert valuation.forced_liquidation_value(**SALE, band=[ratio, 1.0]).warnings == ()
    assert valuation.forced_liquidation_value(**SALE, band=[0.0, ratio]).warnings == ()


LOAN: dict[str, Any] = {"market_value": 100.0, "flv_ratio": 0.3, "bank_cap": 0.25, "p05_value": 40.0}


@pytest.mark.parametrize(
    ("change", "binding", "cap"),
    [
        ({}, "policy_cap", 0.25),
        ({"flv_ratio": 0.2}, "flv_ratio", 0.2),
        ({"flv_ratio": 0.25}, "flv_ratio", 0.25),
        ({"p05_value": 20.0, "flv_ratio": 0.2}, "p05_ratio", 0.2),
        ({"p05_value": -5.0}, "p05_ratio", 0.0),
        ({"remaining_years": 2.0, "loan_term_years": 1.5, "p05_value": -5.0}, "remaining_life", 0.0),
        ({"score": 10.0, "remaining_years": 2.0, "loan_term_years": 1.5}, "score_gate", 0.0),
        ({"hard_stops": ["LAPSED", "TITLE_DISPUTE"], "score": 10.0}, "hard_stop", 0.0),
        ({"policy_floor": 0.25}, "policy_cap", 0.25),
        ({"policy_floor": 0.26}, "policy_floor", 0.0),
        ({"policy_floor": 0.26, "score": 10.0}, "score_gate", 0.0),
    ],
)
def test_the_tightest_constraint_binds_and_ties_go_to_the_first(change: dict[str, Any], binding: str, cap: float) -> None:
    result = valuation.recommended_ltv(**{**LOAN, **change})
    assert (result.binding_constraint, result.ltv_cap) == (binding, cap)
    assert result.ltv_rounded == math.floor(cap * 100 + 1e-9) / 100
    assert [item.name for item in result.constraints] == ["hard_stop", "score_gate", "remaining_life", "p05_ratio", "flv_ratio", "policy_cap"]


def test_the_fifth_percentile_of_a_lognormal_value_is_scipys() -> None:
    for cv, level in ((0.2, 0.05), (0.9, 0.05), (0.5, 0.01)):
        sigma = math.sqrt(math.log(1 + cv * cv))
        exact = stats.lognorm(s=sigma, scale=100 / math.sqrt(1 + cv * cv)).ppf(level)
        result = valuation.recommended_ltv(market_value=100.0, flv_ratio=1.0, bank_cap=0.5, value_cv=cv, p05_quantile=level)
        assert result.p05 == pytest.approx(exact, rel=1e-12)
        assert result.p05_ratio == pytest.approx(exact / 100, rel=1e-12)
    assert valuation.recommended_ltv(market_value=100.0, flv_ratio=1.0, bank_cap=0.5, value_cv=0.0).p05 == pytest.approx(100.0, rel=1e-15)


def test_losses_of_certain_values_and_of_draws() -> None:
    below = valuation.loan_shortfall(exposure=99.0, market_value=100.0, value_cv=0.0)
    equal = valuation.loan_shortfall(exposure=100.0, market_value=100.0, value_cv=0.0)
    above = valuation.loan_shortfall(exposure=101.0, market_value=100.0, value_cv=0.0)
    assert [(x.probability, x.expected_loss_given_exposure) for x in (below, equal, above)] == [(0.0, 0.0), (0.0, 0.0), (1.0, 1.0)]
    nothing = valuation.loan_shortfall(exposure=0.0, market_value=100.0, value_cv=0.5)
    assert (nothing.probability, nothing.expected_loss_given_exposure) == (0.0, 0.0)
    drawn = valuation.loan_shortfall(exposure=30.0, draws=[10.0, 30.0, 20.0, 50.0])
    assert (drawn.probability, drawn.expected_loss_given_exposure) == (0.5, 7.5)
    small = valuation.loan_shortfall(exposure=1.0, draws=[0.5, 2.0])
    assert (small.probability, small.expected_loss_given_exposure) == (0.5, 0.25)
    one = valuation.loan_shortfall(exposure=1.0, market_value=1.0, value_cv=0.5)
    assert one.probability == pytest.approx(stats.norm.cdf(math.sqrt(math.log(1.25)) / 2), rel=1e-12)
    assert refused("loan_shortfall", exposure=1.0, draws=[1.0], value_cv=0.1) == [("value_cv", "EITHER_OR")]
    assert refused("loan_shortfall", exposure=1.0, value_cv=0.1) == [("market_value", "NOT_A_NUMBER")]
    assert refused("loan_shortfall", exposure=1.0, draws=np.array([1.0, np.nan])) == [("draws", "NOT_FINITE")]
    assert refused("loan_shortfall", exposure=1.0, draws=np.array([])) == [("draws", "EMPTY")]
    assert refused("loan_shortfall", exposure=1.0, draws=np.ones((2, 2))) == [("draws", "WRONG_TYPE")]


# ---------------------------------------------------------------- reconciliation


def test_the_weights_of_missing_methods_are_shared_pro_rata() -> None:
    early = valuation.applicability(asset="CN1", data={"before_revenue": 1, "cost_records": 1, "sourced_stages": 2})
    assert early.proposed_weights == pytest.approx({"rnpv": 0.5, "cost": 0.5})
    assert {gate.method: gate.primary_allowed for gate in early.methods if gate.usable == "yes"} == {"cost": "yes", "rnpv": "yes", "capitalisation": "no"}
    late = valuation.applicability(
        asset="CN1", data={"revenue_plan": 1, "royalty_evidence": 1, "with_without_plans": 1, "arms_length_deals": 3, "cost_records": 1}
    )
    assert late.proposed_weights == pytest.approx({"relief_from_royalty": 0.55, "excess_earnings": 0.25, "market": 0.15, "cost": 0.05})
    assert {gate.method: gate.reason_code for gate in late.methods} == {
        "relief_from_royalty": "OK",
        "excess_earnings": "OK",
        "market": "OK",
        "cost": "AFTER_REVENUE",
        "rnpv": "NO_STAGES",
        "real_option": "OPTION_INPUTS_NOT_OBSERVABLE",
        "capitalisation": "CROSS_CHECK_ONLY",
    }


@pytest.mark.parametrize(
    ("data", "method", "usable", "reason"),
    [
        ({"royalty_evidence": 1}, "relief_from_royalty", "no", "NO_ROYALTY_EVIDENCE"),
        ({"revenue_plan": 1}, "relief_from_royalty", "no", "NO_ROYALTY_EVIDENCE"),
        ({"royalty_evidence": 1, "licence_income": 1}, "relief_from_royalty", "yes", "OK"),
        ({"ebit_plan": 1}, "excess_earnings", "no", "NO_SEPARABLE_CASH_FLOW"),
        ({"contributory_assets": 1}, "excess_earnings", "no", "NO_SEPARABLE_CASH_FLOW"),
        ({"ebit_plan": 1, "contributory_assets": 1}, "excess_earnings", "yes", "OK"),
        ({"arms_length_deals": 2}, "market", "no", "NO_COMPARABLES"),
        ({"arms_length_deals": 3}, "market", "yes", "OK"),
        ({}, "cost", "no", "NO_COST_RECORDS"),
        ({"cost_records": 1, "before_revenue": 1}, "cost", "yes", "OK"),
        ({"sourced_stages": 1}, "rnpv", "yes", "OK"),
        ({"option_inputs": 1}, "real_option", "yes", "UPSIDE_ONLY"),
    ],
)
def test_each_gate_opens_on_its_own_evidence(data: dict[str, float], method: str, usable: str, reason: str) -> None:
    gate = next(item for item in valuation.applicability(asset="CN1", data=data).methods if item.method == method)
    assert (gate.usable, gate.reason_code) == (usable, reason)
    if usable == "no":
        assert gate.primary_allowed == "no"


def test_names_have_a_length_and_a_number_is_no_count() -> None:
    one = {"value": 1.0, "weight": 1.0}
    assert valuation.reconcile(indications=[{"method": "m" * 120, **one}]).value == 1.0
    assert refused("reconcile", indications=[{"method": "m" * 121, **one}])[0][0] == "indications[0].method"
    assert valuation.applicability(asset="1" * 40, data={}).proposed_weights == {}
    assert refused("applicability", asset="1" * 41, data={})[0][0] == "asset"
    assert refused("applicability", asset="123", data={}) == [("asset", "UNKNOWN_NAME")]
    assert valuation.applicability(asset="1234", data={}).proposed_weights == {}


def test_without_evidence_nothing_is_proposed() -> None:
    assert valuation.applicability(asset="CN1", data={}).proposed_weights == {}


def test_a_conclusion_shows_its_parts_and_the_spread_of_all_given() -> None:
    result = valuation.reconcile(
        indications=[
            {"method": "a", "value": 100.0, "weight": 0.6, "reason": "led"},
            {"method": "b", "value": 50.0, "weight": 0.4, "reason": "floor"},
            {"method": "c", "value": 200.0, "weight": 0.0, "reason": "shown"},
        ]
    )
    assert (result.value, result.low, result.high) == (80.0, 50.0, 200.0)
    assert result.dispersion == pytest.approx(150 / 80, rel=1e-15)
    assert [row["part"] for row in result.workings] == pytest.approx([60.0, 20.0, 0.0])
    assert refused("reconcile", indications=[{"method": "a", "value": 0.0, "weight": 1.0}, {"method": "b", "value": 1.0, "weight": 0.0}]) == [
        ("indications", "DEGENERATE")
    ]
    nothing = valuation.reconcile(indications=[{"method": "a", "value": 0.0, "weight": 1.0}])
    assert (nothing.value, nothing.dispersion) == (0.0, 0.0)
    assert refused("reconcile", indications=[{"method": "a", "value": -1.0, "weight": 1.0}]) == [("indications[0].value", "NEGATIVE")]


def test_precise_estimates_weigh_by_the_inverse_square() -> None:
    weights = valuation.inverse_variance_weights(values=[1.0, 2.0, 3.0], standard_errors=[1.0, 2.0, 4.0]).weights
    assert weights == pytest.approx((16 / 21, 4 / 21, 1 / 21), rel=1e-15)


# ---------------------------------------------------------------- royalties, charges


def test_rates_lie_in_their_interval() -> None:
    assert valuation.royalty_from_rating(low=0.01, high=0.05, rating=0.25).rate == pytest.approx(0.02, rel=1e-15)
    assert valuation.royalty_from_rating(low=0.02, high=0.02, rating=0.7).rate == 0.02
    assert refused("royalty_from_rating", low=0.03, high=0.02, rating=0.5) == [("low", "BAD_ORDER")]
    assert valuation.royalty_capitalization(revenue=300.0, royalty_rate=0.05, capitalization_rate=0.2).value == pytest.approx(75.0)
    assert valuation.apportion(value=80.0, shares=[0.5, 0.3, 0.2]).parts == pytest.approx((40.0, 24.0, 16.0))


def test_charges_are_summed_by_asset() -> None:
    result = valuation.contributory_asset_charge(assets=[[100.0, 0.1], [50.0, 0.2]])
    assert result.charge == pytest.approx(20.0, rel=1e-15)
    assert [(row["asset"], row["balance"], row["return"], row["charge"]) for row in result.workings] == [
        ("1", 100.0, 0.1, 10.0),
        ("2", 50.0, 0.2, 10.0),
    ]
    single = valuation.single_period_excess_earnings(normalized_earnings=50.0, charge=20.0, capitalization_rate=0.15)
    assert single.value == pytest.approx(200.0, rel=1e-15)


# ---------------------------------------------------------------- simulation against integrals


def test_a_portfolio_patent_has_the_quantiles_of_its_lognormal() -> None:
    result = valuation.simulate_portfolio(schedules=[[100.0]], shocks={"volatility": 0.3}, seed=1, paths=2**14)
    for level, exact in ((0.05, stats.norm.ppf(0.05)), (0.5, 0.0), (0.95, stats.norm.ppf(0.95))):
        assert result.patents[0][f"P{round(level * 100)}"] == pytest.approx(100 * math.exp(-0.045 + 0.3 * exact), rel=2e-3)


def test_what_is_left_of_dated_flows_by_hand() -> None:
    schedule = [[0.5, 100.0], [1.5, 200.0], [2.5, 300.0]]
    result = valuation.value_at_horizon(schedule=schedule, discount_rate=0.1, horizons=[0.0, 0.5, 1.0, 2.5])
    assert result.values == pytest.approx(
        (100 / 1.1**0.5 + 200 / 1.1**1.5 + 300 / 1.1**2.5, 200 / 1.1 + 300 / 1.21, 200 / 1.1**0.5 + 300 / 1.1**1.5, 0.0), rel=1e-14
    )


def test_the_triangles_quantiles_invert_its_distribution() -> None:
    law = stats.triang(c=0.4, loc=0.02, scale=0.05)
    result = valuation.triangular_quantiles(low=0.02, mode=0.04, high=0.07, probs=[0.05, 0.4, 0.5, 0.95])
    assert result.quantiles == pytest.approx(tuple(law.ppf([0.05, 0.4, 0.5, 0.95])), rel=1e-12)
    assert result.mean == pytest.approx(law.mean(), rel=1e-12)


def test_survival_is_the_tail_of_its_normal_law_and_the_expected_life_its_sum() -> None:
    fees, decay, mu, sigma = [100.0, 150.0, 225.0], 0.2, 5.5, 0.8
    result = valuation.renewal_survival(fees=fees, decay=decay, mu=mu, sigma=sigma)
    exact = [1 - stats.norm(mu, sigma).cdf(math.log(fee / 0.8**age)) for age, fee in enumerate(fees)]
    assert result.survival == pytest.approx(tuple(exact), rel=1e-12)
    assert result.hazard == pytest.approx((1 - exact[0], 1 - exact[1] / exact[0], 1 - exact[2] / exact[1]), rel=1e-11)
    assert result.expected_life == pytest.approx(sum(exact), rel=1e-12)


def test_the_right_to_stop_paying_by_enumeration() -> None:
    grid, up = [10.0, 30.0], 0.6
    law = {"grid": grid, "matrix": [[0.7, 0.3], [1 - up, up]], "initial": [0.5, 0.5]}
    fees, beta = [12.0, 20.0], 1 / 1.1
    last = [max(0.0, r - fees[1]) for r in grid]
    ahead = [0.7 * last[0] + 0.3 * last[1], 0.4 * last[0] + 0.6 * last[1]]
    first = [max(0.0, r - fees[0] + beta * a) for r, a in zip(grid, ahead, strict=True)]
    result = valuation.renewal_option(fees=fees, transition=law, discount_rate=0.1)
    assert result.value == pytest.approx(sum(first) / 2, rel=1e-14)
    assert result.policy == (10.0, 30.0)


def test_staged_costs_fall_at_the_start_of_their_stage() -> None:
    stages = [{"probability": 0.6, "cost": 10.0, "years": 1.5}, {"probability": 0.5, "cost": 20.0, "years": 2.0}]
    for timing, half in (("end", 0.0), ("mid", 0.5)):
        result = valuation.risk_adjusted_npv(stages=stages, flows=[100.0, 80.0], discount_rate=0.1, timing=timing)
        exact = -10 - 0.6 * 20 / 1.1**1.5 + 0.3 * (100 / 1.1 ** (4.5 - half) + 80 / 1.1 ** (5.5 - half))
        assert result.value == pytest.approx(exact, rel=1e-13)
        assert result.likelihood == pytest.approx(0.3, rel=1e-15)


def test_late_fees_step_by_month_and_round_to_the_fen() -> None:
    fees = [valuation.annuity_late_fee(full_fee=1234.56, months_late=month).late_fee for month in range(1, 7)]
    assert fees == [0.0, 61.73, 123.46, 185.18, 246.91, 308.64]


def test_the_mean_shortfall_of_a_lognormal_is_its_put_by_forty_digits() -> None:
    with mpmath.workdps(40):
        mean, cv, owed = mpmath.mpf(100), mpmath.mpf("0.6"), mpmath.mpf(80)
        sigma = mpmath.sqrt(mpmath.log(1 + cv**2))
        d = (mpmath.log(owed / mean) + sigma**2 / 2) / sigma
        exact = owed * mpmath.ncdf(d) - mean * mpmath.ncdf(d - sigma)
        chance = mpmath.ncdf(d)
    result = valuation.loan_shortfall(exposure=80.0, market_value=100.0, value_cv=0.6)
    assert result.expected_loss_given_exposure == pytest.approx(float(exact), rel=1e-12)
    assert result.probability == pytest.approx(float(chance), rel=1e-13)


def test_an_option_to_delay_is_the_call_with_its_cost_of_waiting() -> None:
    S, K, r, T, sigma = 100.0, 90.0, 0.05, 8.0, 0.4
    q = 1 / T

    def payoff(z: float) -> float:
        price = S * math.exp((r - q - sigma * sigma / 2) * T + sigma * math.sqrt(T) * z)
        return max(price - K, 0.0) * float(stats.norm.pdf(z))

    kink = (math.log(K / S) - (r - q - sigma * sigma / 2) * T) / (sigma * math.sqrt(T))
    exact = math.exp(-r * T) * integrate.quad(payoff, kink, 12.0, epsabs=1e-12)[0]
    forms: list[dict[str, Any]] = [{"sigma": sigma}, {"variance": sigma * sigma}]
    for form in forms:
        result = valuation.option_to_delay(S=S, K=K, r=r, T=T, **form)
        assert result.value == pytest.approx(exact, rel=1e-9)
        assert result.npv == 10.0
        assert result.time_premium == pytest.approx(exact - 10.0, rel=1e-8)
