"""Patent valuation 价值评估: numbers in, numbers and their workings out; public names load on first use."""

TYPE_CHECKING = False
__version__ = "1.1.0"

_HOMES = {
    "errors": "Caution Fault ValuationInputError",
    "timing": "periods year_fraction anniversary remaining_life",
    "tvm": "present_value future_value annuity_pv growing_annuity_pv perpetuity_pv terminal_value_gordon npv xnpv irr xirr"
    " payment rate real_to_nominal continuous pre_tax_rate",
    "rates": "capm relever_beta unlever_beta wacc build_up discount_ladder average_life",
    "tax": "tab_factor tab_identity tab_grossup",
    "income": "relief_from_royalty mpeem with_and_without cost_saving premium_price",
    "charges": "contributory_asset_charge single_period_excess_earnings",
    "royalty": "royalty_capitalization royalty_from_rating royalty_from_profit apportion",
    "market": "comparable_transactions",
    "cost": "reproduction_cost historical_cost_indexed replacement_cost",
    "renewal": "cnipa_annuities annuity_late_fee renewal_deterministic renewal_survival renewal_option Transition",
    "options": "black_scholes_merton option_to_delay crr_binomial american_call american_put geske_compound margrabe_exchange",
    "staged": "stage_probability risk_adjusted_npv schwartz_deterministic schwartz_patent",
    "distributions": "Fixed Uniform Triangular Pert Normal Lognormal Beta Discrete Empirical GrowthPath"
    " lognormal_from_mean_cv triangular_quantiles royalty_prior",
    "sampling": "nearest_correlation",
    "drivers": "royalty_model",
    "simulation": "simulate value_at_horizon",
    "portfolio": "simulate_portfolio",
    "sensitivity": "one_at_a_time tornado sobol_indices value_bridge",
    "reconciliation": "reconcile inverse_variance_weights applicability",
    "pledge": "forced_liquidation_value liquidation_value ltv_cap recommended_ltv loan_shortfall",
    "scoring.degrees": "patent_value_degree pvd_from_indicators",
    "scoring.hierarchy": "score_hierarchy",
    "scoring.profile": "ipscore_profile",
    "scoring.ahp": "ahp_weights",
    "scoring.links": "bound_validity rate_from_scores ladder_points gate_ltv",
    "references": "reference_table reference_row table_digests",
    "batch": "value_batch",
    "inputs": "PatentAsset Assumption RevenueForecast RoyaltyRate DiscountRate TabPolicy Component Weight Comparable Stage",
    "results": "Indication Conclusion PledgeView Simulation Provenance Verdict",
    "report": "ValuationReport run canonical",
    "recomputing": "recompute",
}
_WHERE = {name: module for module, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> object:
    """Imports the module of a public name on first use."""
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module 'valuation' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"valuation.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
