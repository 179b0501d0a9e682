"""For every public function one or more complete, valid calls: the ground on which refusals and laws are generated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import valuation

FLOWS = [100.0, 100.0, 100.0]
FORECAST = {"timing": "mid", "stub": 0.5, "last": 0.5, "remaining_years": 12.0, "beyond_expiry": "refuse"}
TAB = {"tax_life": 10.0, "tax_rate": 0.25}
MARKET = {"S": 100.0, "K": 90.0, "r": 0.05, "q": 0.02, "sigma": 0.3, "T": 2.0}
INDEX = {"costs_by_year": {2020: 100.0, 2021: 50.0}, "price_index": {2020: 100.0, 2021: 105.0, 2026: 120.0}, "valuation_year": 2026}
LOSSES = {"obsolescence": {"functional": 0.1}, "profit": 0.1, "age": 2.0, "remaining_life": 8.0}
PROJECT = {"K": 100.0, "I": 20.0, "C0": 30.0, "alpha": 0.02, "r": 0.05, "hazard": 0.1, "T": 20.0}
PVD_ROWS = [{"group": group, "indicator": group, "weight": 1.0} for group in ("legal", "technical", "economic")]


def double(x: Any) -> Any:
    """A model of one input."""
    return 2.0 * x


CALLS: dict[str, list[dict[str, Any]]] = {
    "periods": [{"count": 3, "timing": "mid", "stub": 0.5, "last": 0.5}],
    "year_fraction": [{"start": "2026-01-01", "end": "2026-06-30"}],
    "anniversary": [{"start": "2020-02-29", "years": 1}],
    "remaining_life": [
        {
            "filing_date": "2018-05-20",
            "patent_type": "invention",
            "valuation_date": "2026-06-30",
            "day_count": "ACT/365F",
            "economic_life_years": 6.5,
            "contract_years": 8.0,
            "extension_days": 10,
            "annuity_due": "2026-07-30",
        }
    ],
    "present_value": [{"future_value": 100.0, "discount_rate": 0.1, "periods": 3.0}],
    "future_value": [{"present_value": 100.0, "discount_rate": 0.1, "periods": 3.0}],
    "annuity_pv": [{"payment": 100.0, "discount_rate": 0.1, "periods": 3.0, "timing": "mid"}],
    "growing_annuity_pv": [{"payment": 100.0, "growth": 0.02, "discount_rate": 0.1, "periods": 3.0, "timing": "end"}],
    "perpetuity_pv": [{"payment": 100.0, "discount_rate": 0.1}],
    "terminal_value_gordon": [{"final_year_cashflow": 100.0, "growth": 0.02, "discount_rate": 0.1, "asset": "business"}],
    "npv": [{"discount_rate": 0.1, "cash_flows": [-100.0, 60.0, 60.0]}],
    "xnpv": [{"discount_rate": 0.1, "cash_flows": FLOWS[:2], "dates": ["2026-07-01", "2027-07-01"], "valuation_date": "2026-06-30"}],
    "irr": [{"cash_flows": [-100.0, 60.0, 60.0]}],
    "xirr": [{"cash_flows": [-100.0, 110.0], "dates": ["2026-06-30", "2027-06-30"]}],
    "payment": [{"present_value": 100.0, "discount_rate": 0.1, "periods": 3.0}],
    "rate": [{"present_value": 100.0, "payment": 40.0, "periods": 3.0, "future_value": 10.0}],
    "real_to_nominal": [{"rate": 0.1, "inflation": 0.02}],
    "continuous": [{"rate": 0.1}],
    "pre_tax_rate": [{"post_tax_rate": 0.12, "tax_rate": 0.25, "cash_flows": FLOWS, "timing": "end"}],
    "capm": [
        {
            "risk_free": 0.02,
            "beta": 1.1,
            "equity_risk_premium": 0.06,
            "size_premium": 0.01,
            "country_premium": 0.01,
            "specific_premium": 0.02,
        }
    ],
    "relever_beta": [{"unlevered_beta": 0.9, "tax_rate": 0.25, "debt_to_equity": 0.4}],
    "unlever_beta": [{"levered_beta": 1.17, "tax_rate": 0.25, "debt_to_equity": 0.4}],
    "wacc": [
        {"equity": 600.0, "debt": 400.0, "cost_of_equity": 0.12, "cost_of_debt": 0.06, "tax_rate": 0.25},
        {"cost_of_equity": 0.0935, "equity_weight": 0.7133, "after_tax_cost_of_debt": 0.0397, "debt_weight": 0.2867},
    ],
    "build_up": [
        {
            "risk_free": 0.03,
            "equity_risk_premium": 0.06,
            "size_premium": 0.01,
            "industry_premium": 0.01,
            "specific_premium": 0.01,
            "technology": 0.01,
            "market": 0.01,
            "capital": 0.01,
            "management": 0.01,
        }
    ],
    "discount_ladder": [
        {"components": [{"name": "risk free", "points": 0.02, "source": "bond"}], "basis": "nominal post-tax", "wacc": 0.01}
    ],
    "average_life": [{"values": [13.0, 14.0]}],
    "tab_factor": [{"discount_rate": 0.15, "tax_life": 10.0, "tax_rate": 0.25, "timing": "end"}],
    "tab_identity": [
        {"pv_before_tab_annual": 100.0, "years": 6.0, "discount_rate": 0.14, "tax_life": 10.0, "tax_rate": 0.25, "timing": "end"}
    ],
    "tab_grossup": [{"pv_before_tab": 100.0, "tab_share": 0.12}],
    "relief_from_royalty": [
        {
            "revenues": [1000.0, 1100.0, 1200.0],
            "royalty_rate": 0.05,
            "discount_rate": 0.12,
            "tax_rate": 0.25,
            "decay": 0.05,
            "fees": [1.0, 1.0, 1.0],
            "costs": [1.0, 1.0, 1.0],
            "probability_valid": 0.9,
            "tab": TAB,
            **FORECAST,
        }
    ],
    "mpeem": [
        {
            "operating_income": FLOWS,
            "contributory_asset_charges": [10.0, 10.0, 10.0],
            "tax_rate": 0.25,
            "discount_rate": 0.12,
            "tab": TAB,
            "probability_valid": 0.9,
            "wara": 0.1,
            "irr": 0.12,
            "wacc": 0.1,
            **FORECAST,
        }
    ],
    "contributory_asset_charge": [{"assets": [[10.0, 0.05], [20.0, 0.08]]}, {"assets": {"workforce": [10.0, 0.05]}}],
    "single_period_excess_earnings": [
        {"normalized_earnings": 500.0, "charge": 140.0, "capitalization_rate": 0.12, "asset": "patent"}
    ],
    "with_and_without": [
        {
            "cash_flows_with": [120.0, 120.0, 120.0],
            "cash_flows_without": FLOWS,
            "discount_rate": 0.1,
            "probability": 0.9,
            **FORECAST,
        }
    ],
    "cost_saving": [
        {"savings": FLOWS, "tax_rate": 0.25, "discount_rate": 0.1, "tab": TAB, "probability_valid": 0.9, **FORECAST}
    ],
    "premium_price": [
        {"units": FLOWS, "premium": 2.0, "tax_rate": 0.25, "discount_rate": 0.1, "tab": TAB, "probability_valid": 0.9, **FORECAST}
    ],
    "royalty_capitalization": [{"revenue": 100.0, "royalty_rate": 0.05, "capitalization_rate": 0.15}],
    "royalty_from_rating": [{"low": 0.01, "high": 0.05, "rating": 0.6}],
    "royalty_from_profit": [{"profit_margin": 0.2, "share": 0.3}],
    "apportion": [{"value": 100.0, "shares": [0.25, 0.75]}],
    "comparable_transactions": [
        {"comparables": [[5.0, 2.0], [8.0, 3.0], [12.0, 4.0]], "subject_revenue": 2.5, "statistic": "median"},
        {"comparables": [{"price": 10.0, "adjustments": {"size": 1.1}, "weight": 1.0}], "statistic": "mean"},
    ],
    "reproduction_cost": [{"costs": {"labour": 100.0}, **LOSSES}],
    "historical_cost_indexed": [{**INDEX, **LOSSES}],
    "replacement_cost": [{**INDEX, **LOSSES, "efficiency": 0.8}],
    "cnipa_annuities": [
        {
            "patent_type": "invention",
            "from_year": 1,
            "to_year": 3,
            "reduction": 0.85,
            "filing_date": "2020-01-01",
            "schedule": [{"patent_type": "invention", "from_year": 1, "to_year": 20, "fee": 900.0}],
        },
        {"patent_type": "invention", "year": 11, "reductions": [0.85, 0.7]},
    ],
    "annuity_late_fee": [{"full_fee": 2000.0, "months_late": 3}],
    "renewal_deterministic": [
        {"initial_return": 900.0, "decay": 0.1, "discount_rate": 0.1, "fees": [100.0, 200.0], "fee_timing": "start of year"}
    ],
    "renewal_survival": [{"fees": [100.0, 200.0], "decay": 0.1, "mu": 6.0, "sigma": 1.0}],
    "renewal_option": [
        {
            "fees": [40.0, 60.0],
            "transition": {"grid": [0.0, 100.0], "matrix": [[1.0, 0.0], [0.5, 0.5]], "initial": [0.0, 1.0]},
            "discount_rate": 0.1,
        }
    ],
    "black_scholes_merton": [{"kind": "call", **MARKET}],
    "option_to_delay": [
        {"S": 100.0, "K": 90.0, "r": 0.05, "T": 10.0, "sigma": 0.3, "q": 0.1, "unit": "yuan"},
        {"S": 100.0, "K": 90.0, "r": 0.05, "T": 10.0, "variance": 0.09},
    ],
    "crr_binomial": [{"kind": "put", "exercise": "american", **MARKET, "steps": 50}],
    "american_call": [{**MARKET, "steps": 50, "kind": "call"}],
    "american_put": [{**MARKET, "steps": 50, "kind": "put"}],
    "geske_compound": [
        {
            "outer": "call",
            "inner": "call",
            "S": 500.0,
            "K_outer": 50.0,
            "K_inner": 520.0,
            "r": 0.08,
            "q": 0.03,
            "sigma": 0.35,
            "T_outer": 0.25,
            "T_inner": 0.5,
        }
    ],
    "margrabe_exchange": [
        {"S1": 22.0, "S2": 20.0, "q1": 0.06, "q2": 0.04, "sigma1": 0.2, "sigma2": 0.15, "rho": -0.5, "T": 0.1}
    ],
    "stage_probability": [{"stage_probabilities": [0.6, 0.5]}],
    "risk_adjusted_npv": [
        {
            "stages": [{"probability": 0.5, "cost": 10.0, "years": 1.0}],
            "flows": FLOWS,
            "discount_rate": 0.1,
            "timing": "end",
            "technology_premium": 0.01,
        }
    ],
    "schwartz_deterministic": [PROJECT],
    "schwartz_patent": [
        {**PROJECT, "sigma_K": 0.2, "sigma_C": 0.2, "rho": -0.1, "seed": 1, "steps_per_year": 1, "paths": 128}
    ],
    "lognormal_from_mean_cv": [{"mean": 100.0, "cv": 0.5, "probs": [0.05, 0.5]}],
    "triangular_quantiles": [{"low": 1.0, "mode": 2.0, "high": 4.0, "probs": [0.05, 0.5]}],
    "royalty_prior": [{"rows": [{"rate": 0.0, "cumulative": 0.0}, {"rate": 0.1, "cumulative": 1.0}]}],
    "nearest_correlation": [{"matrix": [[1.0, 0.5], [0.5, 1.0]]}],
    "simulate": [
        {
            "model": double,
            "inputs": {"x": {"type": "Uniform", "low": 0.0, "high": 1.0}},
            "seed": 1,
            "paths": 64,
            "replicates": 2,
            "sampler": "sobol",
            "correlation": [[1.0]],
            "correlation_kind": "normal",
            "thresholds": [0.5],
        },
        {
            "model": valuation.royalty_model(
                {"revenues": FLOWS, "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25}
            ),
            "inputs": {"royalty_rate": {"type": "Triangular", "low": 0.04, "mode": 0.05, "high": 0.06}},
            "seed": 1,
            "paths": 64,
            "horizons": [0.0, 1.0],
        },
    ],
    "value_at_horizon": [{"schedule": [[1.0, 100.0], [2.0, 110.0]], "discount_rate": 0.1, "horizons": [1.0]}],
    "simulate_portfolio": [
        {
            "schedules": [FLOWS, FLOWS],
            "shocks": {"volatility": 0.2, "own_cv": [0.3, 0.2]},
            "seed": 1,
            "weights": [1.0, 0.5],
            "paths": 64,
        }
    ],
    "one_at_a_time": [{"model": double, "base": {"x": 1.0}, "swings": {"x": [0.5, 1.5]}}],
    "tornado": [{"model": double, "base": {"x": 1.0}, "swings": {"x": [0.5, 1.5]}}],
    "value_bridge": [{"model": double, "before": {"x": 1.0}, "after": {"x": 2.0}, "order": ["x"]}],
    "sobol_indices": [
        {
            "model": double,
            "inputs": {"x": {"type": "Uniform", "low": 0.0, "high": 1.0}},
            "seed": 1,
            "samples": 64,
            "correlation": [[1.0]],
        }
    ],
    "reconcile": [
        {
            "indications": [
                {"method": "a", "value": 100.0, "weight": 0.75, "reason": "led by evidence"},
                {"method": "b", "value": 60.0, "weight": 0.25, "reason": "floor"},
            ],
            "value_type": "market_value",
        }
    ],
    "inverse_variance_weights": [{"values": [10.0, 12.0], "standard_errors": [1.0, 2.0]}],
    "applicability": [{"asset": "CN1", "data": {"revenue_plan": 1.0, "royalty_evidence": 2.0}}],
    "forced_liquidation_value": [
        {
            "market_value": 100.0,
            "flows": FLOWS,
            "discount_rate": 0.15,
            "shortfall": 0.8,
            "speed": 0.1,
            "months": 9.0,
            "sale_cost": 0.1,
            "timing": "end",
            "band": [0.2, 0.4],
            "stub": 0.5,
            "last": 0.5,
        }
    ],
    "liquidation_value": [{"kind": "forced", "market_value": 100.0, "flows": FLOWS, "discount_rate": 0.15, "timing": "end"}],
    "ltv_cap": [{"appraised_value": 100.0, "caps": {"invention": 0.25}}],
    "recommended_ltv": [
        {
            "market_value": 100.0,
            "flv_ratio": 0.3,
            "bank_cap": 0.25,
            "value_cv": 0.6,
            "p05_quantile": 0.05,
            "policy_floor": 0.05,
            "remaining_years": 10.0,
            "loan_term_years": 2.0,
            "score": 70.0,
            "score_gate": 60.0,
            "hard_stops": ["LAPSED"],
        },
        {"market_value": 100.0, "flv_ratio": 0.3, "bank_cap": 0.25, "p05_value": 30.0},
    ],
    "loan_shortfall": [
        {"exposure": 25.0, "market_value": 100.0, "value_cv": 0.6},
        {"exposure": 25.0, "draws": [10.0, 20.0, 30.0]},
    ],
    "patent_value_degree": [{"lvd": 82.0, "tvd": 74.0, "evd": 65.0, "alpha": 0.3, "beta": 0.3, "gamma": 0.4, "E": 1.0}],
    "pvd_from_indicators": [
        {"scores": {"legal": 8.0, "technical": 7.0, "economic": 6.0}, "scheme": {"rows": PVD_ROWS}, "bonus": 1.0}
    ],
    "score_hierarchy": [
        {"scores": {"a": 5.0, "b": 9.0}, "scheme": {"a": {"weight": 0.5}, "b": {"weight": 0.5}}, "scenario": "finance"}
    ],
    "ipscore_profile": [
        {"answers": {"q": 4.0}, "rows": [{"category": "A", "question": "q", "tag": "both"}]},
    ],
    "ahp_weights": [{"matrix": [[1.0, 2.0], [0.5, 1.0]]}],
    "bound_validity": [
        {"probability_valid": 0.9, "stability": 5.0, "patent_type": "design", "evaluation_report": "favourable"}
    ],
    "rate_from_scores": [{"low": 0.02, "high": 0.06, "legal": 80.0, "technical": 70.0}],
    "ladder_points": [{"score": 60.0, "peak": 0.04}],
    "gate_ltv": [{"ltv": 0.25, "pvd": 70.0, "gate": 60.0}],
    "reference_table": [{"name": "patent_terms"}],
    "reference_row": [{"name": "tax_facts", "key": {"fact": "tax_rate"}, "rows": [{"fact": "tax_rate", "value": "0.2"}]}],
    "value_batch": [
        {
            "columns": {"revenues": [[100.0, 100.0]], "royalty_rate": [0.05], "discount_rate": 0.1, "tax_rate": 0.2},
            "timing": "end",
            "score_gate": 60.0,
            "pvd_weights": [0.3, 0.3, 0.4],
        }
    ],
    "royalty_model": [{"plan": {"revenues": FLOWS, "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25}}],
}
APART = {"table_digests", "run", "canonical", "recompute"}  # no arguments, or judged in test_report.py


def function(name: str) -> Callable[..., Any]:
    """Answers a public function."""
    found: Callable[..., Any] = getattr(valuation, name)
    return found
