"""The words of an appraisal, each said once: assumptions, methods, purposes, kinds of source, survey items and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.core.text import Text, _

MONEY = "money"
PERCENT = "percent"
YEARS = "years"
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Term:
    """An assumption 评估参数: what it is called, how it is written and whether the second appraiser must verify it."""

    name: str
    label: Text
    quantity: str
    group: str
    hint: Text
    yearly: bool = False
    critical: bool = False
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A method 评估方法 with its approach, what it needs, and whether it may carry the conclusion."""

    name: str
    label: Text
    approach: str
    needs: tuple[str, ...]
    may_be_primary: bool
    formula: str
    explanation: Text


SCORES: dict[str, tuple[str, Text]] = {
    "stability": ("legal", _("Stability of the right")), "design_around": ("legal", _("Hard to design around")),
    "dependence": ("legal", _("Free of earlier rights")), "detectability": ("legal", _("Infringement can be detected")),
    "term": ("legal", _("Remaining term")), "family": ("legal", _("Protection abroad")), "licence": ("legal", _("Licence status")),
    "advance": ("technical", _("Technical advance")), "trend": ("technical", _("Trend of the field")),
    "scope": ("technical", _("Fields of use")), "complements": ("technical", _("Needs no complements")),
    "substitutes": ("technical", _("Hard to substitute")), "maturity": ("technical", _("Maturity")),
    "application": ("economic", _("Use in the market")), "market_size": ("economic", _("Size of the market")),
    "share": ("economic", _("Share of the market")), "competition": ("economic", _("Weak competition")),
    "policy": ("economic", _("Fit with policy")),
}
SCORE = "score"
SCORE_GROUPS: dict[str, Text] = {"legal": _("Legal degree"), "technical": _("Technical degree"), "economic": _("Economic degree")}

GROUPS: dict[str, Text] = {
    "income": _("Income and royalty"),
    "discount": _("Discount rate"),
    "tax": _("Tax and legal certainty"),
    "excess": _("Excess earnings"),
    "market": _("Comparable transactions"),
    "cost": _("Cost of making"),
    "option": _("Option to wait"),
    "check": _("Cross-checks"), "scores": _("Scores"),
}

_TERMS = (
    Term("revenue", _("Sales of the products under the claims"), MONEY, "income",
         _("Full calendar year, without VAT"), yearly=True, critical=True),
    Term("history", _("Sales of past years"), MONEY, "income", _("Up to three years before the valuation date"), yearly=True),
    Term("revenue_share", _("Share of sales that rests on these patents"), PERCENT, "income",
         _("100 % when no other rights read on the product")),
    Term("royalty_rate", _("Royalty rate"), PERCENT, "income", _("Of net sales; low and high from the evidence"),
         critical=True, ranged=True),
    Term("decay", _("Yearly decay of the technology"), PERCENT, "income", _("How much of the royalty is lost each year to newer technology"),
         ranged=True),
    Term("revenue_volatility", _("Uncertainty of sales"), PERCENT, "income",
         _("Coefficient of variation of sales; used for the range of the value")),
    Term("risk_free", _("Risk-free rate"), PERCENT, "discount", _("Treasury bonds of the remaining life"), critical=True),
    Term("equity_premium", _("Equity risk premium times beta"), PERCENT, "discount", _("Industry beta times the market premium"),
         critical=True),
    Term("size_premium", _("Size premium"), PERCENT, "discount", _("Small companies carry more")),
    Term("technology_premium", _("Technology risk"), PERCENT, "discount", _("0 to 5 %, linked to the technical score")),
    Term("market_premium", _("Market risk"), PERCENT, "discount", _("0 to 5 %, linked to the economic score")),
    Term("capital_premium", _("Funding risk"), PERCENT, "discount", _("0 to 5 %")),
    Term("management_premium", _("Management risk"), PERCENT, "discount", _("0 to 5 %")),
    Term("discount_spread", _("Uncertainty of the discount rate"), PERCENT, "discount",
         _("Half width of the range around the sum, in percentage points")),
    Term("tax_rate", _("Income tax rate"), PERCENT, "tax", _("25 %, or 15 % for a high-tech enterprise")),
    Term("probability_valid", _("Probability that the right stands"), PERCENT, "tax", _("Bounded by the stability score"),
         ranged=True),
    Term("tax_life", _("Years of tax amortisation"), YEARS, "tax", _("Leave out when an acquirer could not amortise; otherwise at least 10")),
    Term("economic_life", _("Economic life"), YEARS, "tax", _("Years until the technology is replaced, if shorter than the right")),
    Term("earnings", _("Operating profit of the business"), MONEY, "excess", _("Before interest and tax, full calendar year"), yearly=True),
    Term("charges", _("Charges for the other assets"), MONEY, "excess",
         _("Working capital, fixed assets, workforce, brand: balance times required return"), yearly=True),
    Term("comparable_price", _("Price of a comparable transaction"), MONEY, "market", _("Between unrelated parties"), yearly=True),
    Term("comparable_sales", _("Sales of its product in the year before"), MONEY, "market", _("Same number as the price"), yearly=True),
    Term("subject_sales", _("Sales of the last year"), MONEY, "market", _("Of the products under the claims")),
    Term("cost_labour", _("Labour"), MONEY, "cost", _("At today's pay")),
    Term("cost_material", _("Material and tests"), MONEY, "cost", _("At today's prices")),
    Term("cost_overhead", _("Overhead and fees"), MONEY, "cost", _("Equipment, agency, official fees")),
    Term("developer_profit", _("Developer's profit"), PERCENT, "cost", _("Usual return on development")),
    Term("obsolescence_functional", _("Functional obsolescence"), PERCENT, "cost", _("Share lost because better designs exist")),
    Term("obsolescence_economic", _("Economic obsolescence"), PERCENT, "cost", _("Share lost because the market has changed")),
    Term("option_value", _("Present value of the later project"), MONEY, "option", _("Income of the project not yet begun")),
    Term("option_cost", _("Investment it needs"), MONEY, "option", _("Paid when the option is used")),
    Term("option_volatility", _("Volatility of that value, per year"), PERCENT, "option", _("From listed peers")),
    Term("profit_margin", _("Operating margin of the product"), PERCENT, "check", _("For the check of the royalty against a share of profit")),
)
_SCORE_HINT = _("0 to 10; 10 is good for the owner")
TERMS: dict[str, Term] = {
    term.name: term for term in (*_TERMS, *(Term(f"score_{key}", label, SCORE, "scores", _SCORE_HINT) for key, (_degree, label) in SCORES.items()))
}
LADDER = ("risk_free", "equity_premium", "size_premium", "technology_premium", "market_premium", "capital_premium", "management_premium")
CRITICAL = tuple(term.name for term in _TERMS if term.critical)

_METHODS = (
    Method("relief_from_royalty", _("Relief from royalty"), "income", ("revenue", "royalty_rate"), True,
           "V = P · Σ (R·L·s·ρ·(1−δ)^(i−1) − F) · (1−τ) · (1+k)^(−t) · TAB",
           _("What the owner saves because it need not license the technology from somebody else.")),
    Method("excess_earnings", _("Excess earnings over several periods"), "income", ("earnings", "charges"), True,
           "V = Σ (EBIT − CAC) · (1−τ) · (1+k)^(−t)",
           _("What remains of the profit when every other asset has been paid its return.")),
    Method("comparable_transactions", _("Comparable transactions"), "market", ("comparable_price", "comparable_sales", "subject_sales"), True,
           "V = median(P / S) · S₀",
           _("What unrelated parties paid for similar rights, per yuan of sales.")),
    Method("reproduction_cost", _("Reproduction cost"), "cost", ("cost_labour", "cost_material", "cost_overhead"), False,
           "V = C · (1+p) · (1−o₁)(1−o₂)",
           _("What it would cost to make the technology again, less what is obsolete.")),
    Method("real_option", _("Option to wait"), "option", ("option_value", "option_cost", "option_volatility"), False,
           "V = S·e^(−qT)·N(d₁) − K·e^(−rT)·N(d₂), q = 1/T",
           _("The worth of being allowed to invest later. Shown as upside only, never counted for a lender.")),
    Method("royalty_capitalization", _("Capitalised royalty"), "income", ("subject_sales", "royalty_rate"), False,
           "V = R·ρ·(1−τ) / k",
           _("A perpetual royalty. A patent ends, so this is a check and never the conclusion.")),
)
METHODS: dict[str, Method] = {method.name: method for method in _METHODS}
NEVER_COUNTED = ("real_option", "royalty_capitalization")
APPROACHES: dict[str, Text] = {
    "income": _("Income approach"), "market": _("Market approach"), "cost": _("Cost approach"), "option": _("Option pricing"),
}

PURPOSES: dict[str, Text] = {
    "pledge": _("Pledge financing"), "transfer": _("Transfer"), "licence": _("Licensing"),
    "contribution": _("Contribution as capital"), "other": _("Other purpose"),
}
DOCUMENT_KINDS: dict[str, Text] = {
    "analysis": _("Valuation analysis report"), "appraisal": _("Asset appraisal report"),
    "statutory": _("Asset appraisal report (statutory)"),
}
VALUE_TYPES: dict[str, Text] = {"market_value": _("Market value"), "investment_value": _("Investment value")}

SOURCES: dict[str, Text] = {
    "filing": _("Patent register or publication"), "contract": _("Contract"), "audited-accounts": _("Audited accounts"),
    "management-statement": _("Statement of the management"), "reference-table": _("Reference table"),
    "market-evidence": _("Market evidence"), "appraiser-judgement": _("Judgement of the appraiser"),
}
SOURCES_WITH_FILE = ("contract", "audited-accounts", "management-statement")

NOT_USED: dict[str, Text] = {
    "no-comparables": _("No comparable transactions are known"), "no-cost-records": _("No cost records were kept"),
    "before-revenue": _("No sales yet"), "no-separable-flow": _("The cash flow cannot be separated"),
    "option-not-observable": _("The inputs of the option cannot be observed"), "not-relevant": _("Not relevant to the purpose"),
}

SURVEY: dict[str, Text] = {
    "register_copy": _("Register copy and owner of record"), "annuity": _("State of the annuities"),
    "co_owners": _("Co-owners and their consent"), "pledges_licences": _("Pledges and licences on record"),
    "litigation_invalidity": _("Litigation and invalidity proceedings"), "evaluation_report": _("Evaluation report of the patent right"),
    "government_funding": _("Government funding"), "export_restriction": _("Restrictions on export"),
}
INSPECTION: dict[str, Text] = {
    "inspection_date": _("Day of the inspection"), "inspection_persons": _("Who inspected and who was met"),
    "inspection_findings": _("What was seen"), "inspection_mode": _("On site or remote, with the reason"),
}
STATEMENTS: dict[str, Text] = {
    "royalty_base": _("Base of the royalty, gross or net"), "tab_decision": _("Why tax amortisation is or is not counted"),
    "dispersion": _("Why the methods differ"), "special_matters": _("Special matters"), "covered_products": _("Products covered by the claims"),
    "one_method": _("Rule that allows a single method"), "lender_notes": _("Notes for the lender"),
}
SEVERITIES: dict[str, Text] = {"blocking": _("Blocking"), "normal": _("Normal"), "note": _("Note")}

CHECKLIST: dict[str, Text] = {
    "purpose": _("The report was made for a pledge"), "date": _("The valuation date is at most 12 months old"),
    "two_methods": _("Two methods of different approaches were used"), "signatures": _("The signatures and seals were verified"),
    "title": _("The register copy shows the owner"), "annuity": _("The annuities are paid"),
    "forecast": _("The forecast fits the accounts"), "royalty": _("The royalty lies inside its sourced interval"),
    "life": _("The right outlives the loan by a year"), "liquidation": _("The liquidation values are plausible"),
    "special": _("The special matters were read"),
}

BINDING: dict[str, Text] = {
    "hard_stop": _("A hard stop of the right"), "score_gate": _("The score is under the gate"),
    "remaining_life": _("The right ends too soon after the loan"), "p05_ratio": _("The value at maturity in a bad case"),
    "flv_ratio": _("The forced liquidation value"), "policy_cap": _("The cap of the lender's policy"),
    "policy_floor": _("Below the smallest ratio the policy allows"),
}
HARD_STOPS: dict[str, Text] = {
    "LAPSED": _("The patent has lapsed"), "ANNUITY_BEYOND_GRACE": _("An annuity is unpaid beyond its grace period"),
    "PATENT_ALREADY_PLEDGED": _("The patent is already pledged"), "TITLE_DISPUTE": _("The title is disputed"),
    "INVALIDITY_ALL_INDEPENDENT_CLAIMS": _("All independent claims were declared invalid"),
    "FROZEN_BY_COURT": _("A court has ordered preservation"),
}
