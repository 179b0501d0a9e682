"""Rules of single methods that no worked case shows: limits, cautions, exact fees, gates, constraints, scores."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import valuation
from valuation import Comparable, PatentAsset, TabPolicy, Weight
from valuation.pledge import HARD_STOPS, LIQUIDATION, POLICY_CAPS

PLAN: dict[str, Any] = {"revenues": [100.0] * 5, "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25}


def codes(result: Any) -> list[str]:
    return [caution.code for caution in result.warnings]


def test_periods_lay_out_stub_and_last() -> None:
    laid = valuation.periods(count=4, timing="mid", stub=0.5, last=0.4)
    assert laid.lengths == (0.5, 1.0, 1.0, 0.4)
    assert laid.ends == (0.5, 1.5, 2.5, 2.9)
    assert laid.times == pytest.approx((0.25, 1.0, 2.0, 2.7))
    assert valuation.periods(count=1, timing="end", stub=0.3).times == (0.3,)


@pytest.mark.parametrize(
    ("kind", "filed", "expiry"),
    [
        ("invention", "2018-02-28", date(2038, 2, 28)),
        ("utility_model", "2020-02-29", date(2030, 2, 28)),
        ("design", "2021-05-31", date(2031, 5, 31)),
        ("design", "2021-06-01", date(2036, 6, 1)),
    ],
)
def test_terms_follow_the_law_and_designs_the_date_of_its_change(kind: str, filed: str, expiry: date) -> None:
    result = valuation.remaining_life(filing_date=filed, patent_type=kind, valuation_date="2026-06-30")  # type: ignore[arg-type]  # ISO text is accepted
    assert result.expiry == expiry
    assert result.legal_remaining_years == (expiry - date(2026, 6, 30)).days / 365
    assert result.binding == "legal"


def test_the_shortest_life_binds_and_a_near_annuity_is_told() -> None:
    result = valuation.remaining_life(
        filing_date=date(2018, 5, 20),
        patent_type="invention",
        valuation_date=date(2026, 6, 30),
        economic_life_years=6.5,
        contract_years=4.0,
        extension_days=365,
        annuity_due=date(2026, 8, 29),
    )
    assert (result.remaining_useful_life, result.binding) == (4.0, "contract")
    assert result.expiry == date(2039, 5, 20)
    assert codes(result) == ["ANNUITY_DUE_SOON"]


def test_the_last_day_before_expiry_still_has_a_value() -> None:
    result = valuation.remaining_life(filing_date="2006-07-01", patent_type="invention", valuation_date="2026-06-30")  # type: ignore[arg-type]  # ISO text is accepted
    assert result.legal_remaining_years == 1 / 365


def test_a_forecast_is_cut_at_expiry_only_when_asked_and_says_so() -> None:
    cut = valuation.relief_from_royalty(**PLAN, timing="end", remaining_years=2.5, beyond_expiry="truncate")
    by_hand = valuation.relief_from_royalty(**{**PLAN, "revenues": [100.0] * 3}, timing="end", last=0.5)
    assert cut.value == pytest.approx(by_hand.value, rel=1e-14)
    assert codes(cut) == ["TRUNCATED_AT_EXPIRY"]
    short = valuation.relief_from_royalty(**PLAN, remaining_years=0.25, beyond_expiry="truncate")
    assert codes(short) == ["TRUNCATED_AT_EXPIRY", "STUB_CHANGED"]
    assert len(short.workings) == 1
    whole = valuation.relief_from_royalty(**PLAN, remaining_years=2.0, beyond_expiry="truncate")
    assert whole.value == pytest.approx(valuation.relief_from_royalty(**{**PLAN, "revenues": [100.0] * 2}).value, rel=1e-14)


def test_cautions_of_relief_from_royalty() -> None:
    assert codes(valuation.relief_from_royalty(**{**PLAN, "royalty_rate": 0.21})) == ["ROYALTY_ABOVE_CAP"]
    assert codes(valuation.relief_from_royalty(**PLAN, tab=TabPolicy(5))) == ["TAB_LIFE_UNDER_TEN"]
    assert codes(valuation.relief_from_royalty(**PLAN, tab=TabPolicy(5, basis="contract-term"))) == []
    heavy = {**PLAN, "discount_rate": 0.01, "tax_rate": 0.4}
    assert codes(valuation.relief_from_royalty(**heavy, tab=TabPolicy(10))) == ["TAB_ABOVE_QUARTER"]
    lost = valuation.relief_from_royalty(**PLAN, costs=[50.0] * 5)
    assert lost.value < 0
    assert codes(lost) == ["NEGATIVE_VALUE"]


def test_a_negative_indication_is_not_reconciled() -> None:
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.reconcile(indications=[{"method": "a", "value": -1.0, "weight": 1.0}])
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("indications[0].value", "NEGATIVE")]


def test_indications_and_weights_reconcile_as_pairs() -> None:
    indication = valuation.relief_from_royalty(**PLAN)
    result = valuation.reconcile(indications=[(indication, Weight("relief_from_royalty", 1.0, "only one"))])
    assert result.value == indication.value
    assert result.weights[0].reason == "only one"


def test_a_wide_dispersion_is_told() -> None:
    pairs = [{"method": "a", "value": 100.0, "weight": 0.5}, {"method": "b", "value": 50.0, "weight": 0.5}]
    assert codes(valuation.reconcile(indications=pairs)) == ["DISPERSION_ABOVE_HALF"]


def test_adjusted_deals_are_weighed_and_special_ones_need_a_reason() -> None:
    deals = [
        Comparable(100.0, {"size": 1.2, "date": 0.9}, 0.5),
        Comparable(80.0, {"scope": 1.0}, 0.25),
        Comparable(90.0, {"scope": 1.1}, 0.25, related="yes", reason="price confirmed by an audit"),
    ]
    result = valuation.comparable_transactions(comparables=deals)
    assert result.value == pytest.approx(0.5 * 108 + 0.25 * 80 + 0.25 * 99)
    assert result.count == 3
    with pytest.raises(valuation.ValuationInputError):
        Comparable(100.0, {}, 1.0, related="yes", reason="")
    with pytest.raises(valuation.ValuationInputError):
        Comparable(100.0, {"size": 1.1}, 1.0, kind="portfolio")


@pytest.mark.parametrize(("statistic", "multiple"), [("median", 3.0), ("mean", 4.0), ("trimmed", 10 / 3), ("harmonic", 5 / (1 + 0.5 + 1 / 3 + 0.2 + 1 / 9))])
def test_each_statistic_of_multiples(statistic: str, multiple: float) -> None:
    pairs = [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [5.0, 1.0], [9.0, 1.0]]
    result = valuation.comparable_transactions(comparables=pairs, subject_revenue=10.0, statistic=statistic)
    assert result.value == pytest.approx(10 * multiple)
    assert codes(result) == ["DISPERSION_ABOVE_HALF"]
    few = valuation.comparable_transactions(comparables=pairs[:2], subject_revenue=1.0)
    assert codes(few) == ["FEW_COMPARABLES", "DISPERSION_ABOVE_HALF"]


def test_cost_takes_age_profit_and_index_into_account() -> None:
    result = valuation.reproduction_cost(
        costs={"labour": 100.0}, obsolescence={"technological": 0.1}, profit=0.2, age=2.0, remaining_life=8.0
    )
    assert result.value == pytest.approx(100 * 1.2 * 0.8 * 0.9)
    assert codes(result) == ["DOUBLE_OBSOLESCENCE"]
    indexed = valuation.historical_cost_indexed(
        costs_by_year={2020: 100.0, 2023: 50.0}, price_index={2020: 100.0, 2023: 110.0, 2026: 121.0}, valuation_year=2026
    )
    assert indexed.gross == pytest.approx(121 + 55)


@pytest.mark.parametrize(("reduction", "fee"), [(0.85, 600.0), (0.7, 1200.0), (0.0, 4000.0), (1.0, 0.0), (0.15, 3400.0)])
def test_reduced_annuities_are_exact(reduction: float, fee: float) -> None:
    assert valuation.cnipa_annuities(patent_type="invention", year=11, reduction=reduction).total == fee


def test_annuities_sum_over_the_term_and_end_with_it() -> None:
    for kind, last, total in (("invention", 20, 82_300), ("utility_model", 10, 11_200), ("design", 15, 26_200)):
        assert valuation.cnipa_annuities(patent_type=kind, from_year=1, to_year=last).total == total
        with pytest.raises(valuation.ValuationInputError):
            valuation.cnipa_annuities(patent_type=kind, year=last + 1)
    with pytest.raises(valuation.ValuationInputError):
        valuation.cnipa_annuities(patent_type="design", year=11, filing_date="2021-05-31")  # type: ignore[arg-type]  # ISO text is accepted


def test_late_fees_rise_by_five_percent_of_the_full_fee() -> None:
    assert [valuation.annuity_late_fee(full_fee=8000, months_late=m).late_fee for m in range(1, 7)] == [0, 400, 800, 1200, 1600, 2000]


def test_a_patent_has_no_terminal_value() -> None:
    result = valuation.terminal_value_gordon(final_year_cashflow=100, growth=0.02, discount_rate=0.1, asset="patent")
    assert (result.tv, codes(result)) == (0.0, ["TERMINAL_VALUE_ON_PATENT"])


def test_perpetual_methods_are_cross_checks_only() -> None:
    capitalised = valuation.royalty_capitalization(revenue=1.0, royalty_rate=0.05, capitalization_rate=0.1)
    assert "CROSS_CHECK_ONLY" in codes(capitalised)
    single = valuation.single_period_excess_earnings(normalized_earnings=2, charge=1, capitalization_rate=0.1)
    assert codes(single) == ["CROSS_CHECK_ONLY"]
    assert codes(valuation.royalty_from_profit(profit_margin=0.2, share=0.25)) == ["CROSS_CHECK_ONLY"]


def gates(**data: float) -> dict[str, tuple[str, str, str]]:
    result = valuation.applicability(asset=PatentAsset("CN1", "invention", date(2020, 1, 1)), data=data)
    return {gate.method: (gate.usable, gate.primary_allowed, gate.reason_code) for gate in result.methods}


def test_the_gate_opens_with_evidence_only() -> None:
    shut = gates()
    assert {method for method, (usable, _, _) in shut.items() if usable == "yes"} == {"capitalisation"}
    assert shut["capitalisation"] == ("yes", "no", "CROSS_CHECK_ONLY")
    open_now = gates(revenue_plan=1, royalty_evidence=1, arms_length_deals=3, cost_records=1, option_inputs=1)
    assert open_now["relief_from_royalty"] == ("yes", "yes", "OK")
    assert open_now["market"] == ("yes", "yes", "OK")
    assert open_now["cost"] == ("yes", "no", "AFTER_REVENUE")
    assert open_now["real_option"] == ("yes", "no", "UPSIDE_ONLY")
    early = gates(before_revenue=1, cost_records=1, sourced_stages=3)
    assert early["cost"] == early["rnpv"] == ("yes", "yes", "OK")
    assert gates(arms_length_deals=2)["market"] == ("no", "no", "NO_COMPARABLES")


def test_missing_methods_share_their_weight() -> None:
    data = {"revenue_plan": 1, "royalty_evidence": 1, "cost_records": 1}
    weights = valuation.applicability(asset="CN1", data=data).proposed_weights
    assert weights == pytest.approx({"relief_from_royalty": 0.55 / 0.60, "cost": 0.05 / 0.60})


def test_the_defaults_of_both_sales_are_the_houses() -> None:
    assert LIQUIDATION["orderly"]["shortfall"] == 0.80
    assert LIQUIDATION["forced"] == {"shortfall": 0.95, "speed": 0.05, "months": 3.0, "sale_cost": 0.20, "band": (0.10, 0.20)}
    assert POLICY_CAPS == {"invention": 0.25, "utility_model": 0.15, "design": 0.10}
    long = valuation.liquidation_value(kind="forced", market_value=1.0, flows=[1.0] * 20, discount_rate=0.08)
    assert codes(long) == ["OUTSIDE_BAND"]


def ltv(**change: Any) -> valuation.results.RecommendedLtv:  # type: ignore[name-defined]  # the module loads lazily
    base: dict[str, Any] = {"market_value": 100.0, "p05_value": 40.0, "flv_ratio": 0.3, "bank_cap": 0.25}
    return valuation.recommended_ltv(**{**base, **change})


@pytest.mark.parametrize(
    ("change", "cap", "binding"),
    [
        ({}, 0.25, "policy_cap"),
        ({"flv_ratio": 0.25}, 0.25, "flv_ratio"),
        ({"p05_value": 25.0, "flv_ratio": 0.25}, 0.25, "p05_ratio"),
        ({"p05_value": -5.0}, 0.0, "p05_ratio"),
        ({"score": 59.9}, 0.0, "score_gate"),
        ({"score": 60.0}, 0.25, "policy_cap"),
        ({"remaining_years": 3.9, "loan_term_years": 3.0}, 0.0, "remaining_life"),
        ({"remaining_years": 4.0, "loan_term_years": 3.0}, 0.25, "policy_cap"),
        ({"policy_floor": 0.3}, 0.0, "policy_floor"),
        ({"policy_floor": 0.25}, 0.25, "policy_cap"),
        ({"hard_stops": ["LAPSED", "TITLE_DISPUTE"], "score": 10.0, "policy_floor": 0.1}, 0.0, "hard_stop"),
    ],
)
def test_the_binding_constraint_is_named_and_ties_go_in_order(change: dict[str, Any], cap: float, binding: str) -> None:
    result = ltv(**change)
    assert (result.ltv_cap, result.binding_constraint) == (cap, binding)


@pytest.mark.parametrize("stop", HARD_STOPS)
def test_each_hard_stop_stops_the_loan_but_shows_the_value(stop: str) -> None:
    result = ltv(hard_stops=[stop])
    assert (result.ltv_cap, result.ltv_rounded, result.binding_constraint) == (0.0, 0.0, "hard_stop")
    assert result.constraints[0].reasons == (stop,)
    assert result.p05 == 40.0


def test_both_or_neither_of_two_forms_is_refused() -> None:
    for change in ({"value_cv": 0.5}, {"p05_value": None}):
        with pytest.raises(valuation.ValuationInputError) as caught:
            ltv(**change)
        assert caught.value.faults[0].code == "EITHER_OR"


def test_a_sure_value_loses_only_what_exceeds_it() -> None:
    sure = valuation.loan_shortfall(exposure=120.0, market_value=100.0, value_cv=0.0)
    assert (sure.probability, sure.expected_loss_given_exposure) == (1.0, 20.0)
    none = valuation.loan_shortfall(exposure=0.0, market_value=100.0, value_cv=0.5)
    assert (none.probability, none.expected_loss_given_exposure) == (0.0, 0.0)


def test_options_reach_their_limits() -> None:
    still = {"S": 100.0, "K": 90.0, "r": 0.05, "q": 0.02, "T": 0.0, "sigma": 0.3}
    assert valuation.black_scholes_merton(kind="both", **still).call == 10.0  # type: ignore[arg-type]  # numbers only
    assert valuation.black_scholes_merton(kind="both", **still).value is None  # type: ignore[arg-type]  # numbers only
    assert valuation.crr_binomial(kind="put", exercise="american", **{**still, "K": 110.0}, steps=10).value == 10.0  # type: ignore[arg-type]  # numbers only
    certain = valuation.american_put(S=90, K=100, r=0.1, q=0.0, sigma=0.0, T=1.0)
    assert certain.value == 10.0
    worthless = valuation.geske_compound(
        outer="call", inner="put", S=100, K_outer=60, K_inner=50, r=0.05, q=0.0, sigma=0.3, T_outer=0.5, T_inner=1.0
    )
    assert (worthless.value, worthless.critical_price) == (0.0, None)
    assert valuation.margrabe_exchange(S1=22, S2=20, q1=0, q2=0, sigma1=0.2, sigma2=0.2, rho=1.0, T=1.0).value == pytest.approx(2.0)


def test_without_the_cost_of_delay_a_patent_looks_far_too_dear() -> None:
    kept = valuation.option_to_delay(S=3422, K=2875, r=0.067, variance=0.224, T=17)
    free = valuation.option_to_delay(S=3422, K=2875, r=0.067, variance=0.224, T=17, q=0.0)
    assert kept.q == 1 / 17
    assert free.value > 3 * kept.value


def test_a_project_longer_than_its_patent_is_worth_nothing() -> None:
    late = valuation.schwartz_deterministic(K=100, I=5, C0=30, alpha=0.02, r=0.05, hazard=0.1, T=20)
    assert (late.value, late.completion_time) == (0.0, 20.0)


def test_the_right_to_stop_paying_is_worth_more_than_paying_to_the_end() -> None:
    law = valuation.Transition((0.0, 50.0, 100.0), ((1, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0.5)), (0, 0, 1))
    result = valuation.renewal_option(fees=[40.0, 40.0, 60.0], transition=law, discount_rate=0.25)
    third = [0.0, 0.0, 40.0]
    second = [0.0, max(0.0, 10.0 + 0.8 * 0.0), 60.0 + 0.8 * 0.5 * third[2]]
    first = 60.0 + 0.8 * (0.5 * second[1] + 0.5 * second[2])
    assert result.value == pytest.approx(first)
    assert result.policy == (50.0, 50.0, 100.0)


def scores(table: str, grade: float) -> dict[str, float]:
    key = {"scoring/pvd": "indicator", "scoring/gbt42748": "third", "scoring/ipscore": "question"}[table]
    return {row[key]: grade for row in valuation.reference_table(name=table).rows}


def test_the_shipped_schemes_have_the_shape_they_claim() -> None:
    pvd = valuation.reference_table(name="scoring/pvd").rows
    assert [sum(row["group"] == group for row in pvd) for group in ("legal", "technical", "economic")] == [7, 6, 5]
    tree = valuation.reference_table(name="scoring/gbt42748").rows
    assert len({row["first"] for row in tree}) == 3
    assert len({row["second"] for row in tree}) == 14
    assert len({row["third"] for row in tree}) == len(tree) == 27
    forty = valuation.reference_table(name="scoring/ipscore").rows
    assert [sum(row["category"] == letter for row in forty) for letter in "ABCDE"] == [8] * 5


@pytest.mark.parametrize("scenario", ["finance", "licence", "reporting", "infringement", "management"])
def test_equal_scores_give_that_score_on_every_tree(scenario: str) -> None:
    assert valuation.score_hierarchy(scores=scores("scoring/gbt42748", 7), scenario=scenario).score == pytest.approx(70.0)
    assert valuation.pvd_from_indicators(scores=scores("scoring/pvd", 7)).pvd == pytest.approx(70.0)
    profile = valuation.ipscore_profile(answers=scores("scoring/ipscore", 2))
    assert set(profile.averages.values()) == {2.0}
    assert (profile.opportunity, profile.risk) == (2.0, 4.0)


def test_contributions_of_indicators_sum_to_their_degrees() -> None:
    marks = {name: i % 11 for i, name in enumerate(scores("scoring/pvd", 0))}
    result = valuation.pvd_from_indicators(scores=marks, bonus=5.0)
    for group, degree in result.degrees.items():
        assert sum(row["degree_part"] for row in result.contributions if row["group"] == group) == pytest.approx(degree)
    assert result.pvd == pytest.approx(0.3 * result.degrees["legal"] + 0.3 * result.degrees["technical"] + 0.4 * result.degrees["economic"] + 5)


def test_numeric_answers_are_mapped_by_breakpoints() -> None:
    answers: dict[str, Any] = scores("scoring/ipscore", 3)
    answers["term_left"] = {"amount": 10.0}
    table = {row["question"]: row["answer"] for row in valuation.ipscore_profile(answers=answers).workings}
    assert table["term_left"] == 4.0


def test_a_missing_or_unknown_indicator_and_too_large_a_bonus_are_refused() -> None:
    marks = scores("scoring/pvd", 5)
    del marks["stability"]
    marks["luck"] = 5
    with pytest.raises(valuation.ValuationInputError) as caught:
        valuation.pvd_from_indicators(scores=marks, bonus=6.0)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("scores.luck", "UNKNOWN_NAME"),
        ("scores.stability", "EMPTY"),
        ("bonus", "OUT_OF_RANGE"),
    ]


def test_inconsistent_judgements_are_told() -> None:
    result = valuation.ahp_weights(matrix=[[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert codes(result) == ["AHP_INCONSISTENT"]
    assert valuation.ahp_weights(matrix=[[1]]).weights == (1.0,)


def test_links_show_before_and_after() -> None:
    bound = valuation.bound_validity(probability_valid=0.9, stability=10, patent_type="utility_model")
    assert (bound.before, bound.after) == (0.9, 0.7)
    assert valuation.bound_validity(probability_valid=0.5, stability=0).after == 0.5
    gate = valuation.gate_ltv(ltv=0.25, pvd=60)
    assert (gate.before, gate.after, codes(gate)) == (0.25, 0.25, [])


def test_records_check_themselves_and_survive_their_dicts() -> None:
    asset = PatentAsset("CN1", "invention", date(2020, 1, 1), date(2022, 1, 1), 10, "in force", ("pledge",), 0.5)
    assert PatentAsset.from_dict(asset.to_dict()) == asset
    for bad in ({"kind": "idea"}, {"share": 0.0}, {"claims": 0}, {"grant_date": date(2019, 1, 1)}):
        with pytest.raises(valuation.ValuationInputError):
            PatentAsset(**{"number": "CN1", "kind": "invention", "filing_date": date(2020, 1, 1), **bad})
    royalty = valuation.RoyaltyRate(0.01, 0.02, 0.03, "licences")
    assert valuation.RoyaltyRate.from_dict(royalty.to_dict()) == royalty
    with pytest.raises(valuation.ValuationInputError):
        valuation.RoyaltyRate(0.03, 0.02, 0.01, "licences")
    ladder = valuation.discount_ladder(components=[valuation.Component("risk free", 0.02, "bond")], wacc=0.09)
    assert codes(ladder) == ["RATE_BELOW_WACC"]
    rate = valuation.DiscountRate(ladder.rate, ladder.ladder)
    assert valuation.DiscountRate.from_dict(rate.to_dict()) == rate
    plan = valuation.RevenueForecast(2026, (1.0, 2.0), "net of the licensor's costs")
    assert valuation.RevenueForecast.from_dict(plan.to_dict()) == plan
    result = valuation.relief_from_royalty(**PLAN, tab=TabPolicy(10))
    assert valuation.Indication.from_dict(result.to_dict()) == result
    with pytest.raises(valuation.ValuationInputError):
        PatentAsset.from_dict({**asset.to_dict(), "schema": 2})
