"""The words of a scorecard 评分卡: indicators of both schemes, kinds of evidence, bands, stops, and what it may be used for."""

from __future__ import annotations

from exchange.core.text import Text, _

from .vocabulary import SCORES

SCHEMES: dict[str, Text] = {
    "pvd": _("Patent value degree, 18 indicators"),
    "gbt42748": _("After GB/T 42748-2023, 27 indicators"),
}
DEGREES: dict[str, Text] = {"legal": _("Legal degree"), "technical": _("Technical degree"), "economic": _("Economic degree")}
_PVD = {
    "stability": "stability", "design_around": "design_around", "dependence": "dependence", "detectability": "detectability",
    "remaining_term": "term", "family": "family", "licence_status": "licence", "advance": "advance", "trend": "trend", "scope_of_use": "scope",
    "complements": "complements", "substitutability": "substitutes", "maturity": "maturity", "market_use": "application",
    "market_size": "market_size", "share": "share", "competition": "competition", "policy_fit": "policy",
}
INDICATORS: dict[str, dict[str, Text]] = {
    "pvd": {name: SCORES[word][1] for name, word in _PVD.items()},
    "gbt42748": {
        "inventiveness_evidence": _("Evidence of novelty and inventiveness"), "proceedings_survived": _("Proceedings survived"),
        "claim_breadth": _("Breadth of the independent claims"), "claim_layers": _("Layers of claims"), "family_coverage": _("Countries covered"),
        "detectability": _("Infringement can be detected"), "dependence": _("Free of earlier rights"),
        "problem_weight": _("Weight of the problem solved"), "effect": _("Technical effect"), "substitutes": _("Few substitutes"),
        "substitution_difficulty": _("Difficulty of substitution"), "fields_of_use": _("Fields of use"), "extensibility": _("Room to extend"),
        "need_of_complements": _("Needs no complements"), "trl": _("Technology readiness level"), "filing_trend": _("Trend of filings"),
        "leading_applicants": _("Activity of leading applicants"), "legal_term_left": _("Legal term left"),
        "generation_cycle": _("Length of the technology's generation"), "competitors": _("Few competitors"), "own_share": _("Own share of the market"),
        "market_size": _("Size of the market"), "market_growth": _("Growth of the market"),
        "product_contribution": _("Contribution to the product"), "policy_fit": _("Fit with policy"),
        "operations_so_far": _("Licences, sales and pledges so far"), "standards_awards": _("Standards and awards"),
    },
}
SECONDS: dict[str, Text] = {
    "权利稳定性": _("Stability of the right"), "权利保护范围": _("Scope of protection"), "侵权可判定性": _("Detectability of infringement"),
    "依赖度": _("Dependence"), "技术先进性": _("Technical advance"), "技术替代性": _("Substitution"), "技术适用范围": _("Fields of use"),
    "技术独立性": _("Independence"), "技术成熟度": _("Maturity"), "技术领域发展态势": _("Development of the field"),
    "剩余经济寿命": _("Remaining economic life"), "竞争态势": _("State of competition"), "市场应用": _("Use in the market"),
    "专利运营状况": _("Use of the patent so far"),
}
EVIDENCE: dict[str, Text] = {
    "register": _("Entry in the register"), "publication": _("Patent text"), "search-report": _("Search or evaluation report"), "contract": _("Contract"),
    "audited-accounts": _("Audited accounts"), "site-visit": _("Visit on site"), "market-source": _("Market source"),
    "appraiser-judgement": _("Judgement with its reason"),
}
BANDS: dict[str, Text] = {
    "A": _("strong"), "B": _("good"), "C": _("acceptable with care"), "D": _("below the gate"),
}
STOPS: dict[str, Text] = {
    "LAPSED": _("The right has ended"), "ANNUITY_BEYOND_GRACE": _("An annuity is overdue beyond the grace period"),
    "PATENT_ALREADY_PLEDGED": _("The patent is already pledged"), "TITLE_DISPUTE": _("The title is disputed or procedures are stayed"),
    "INVALIDITY_ALL_INDEPENDENT_CLAIMS": _("Declared invalid"), "FROZEN_BY_COURT": _("Preserved by a court"),
    "SCORE_GATE": _("The total is below the gate"), "REMAINING_LIFE": _("The right ends less than a year after the loan's term"),
}
ANNUITY: dict[str, Text] = {
    "paid": _("paid"), "due": _("due"), "grace": _("in the period of grace"), "overdue": _("overdue"), "unknown": _("not known"), "none": _("none due"),
}
TYPES: dict[str, Text] = {"invention": _("Invention"), "utility_model": _("Utility model"), "design": _("Design")}
HEADS: tuple[Text, ...] = (
    _("Annuity"),
    _("As of"),
    _("Band"),
    _("Client"),
    _("Weights of the degrees"),
    _("Edition"),
    _("Ends on"),
    _("Entries in the register"),
    _("Evidence"),
    _("Filing date"),
    _("For a loan of at most"),
    _("Formula"),
    _("Holder"),
    _("Indicator"),
    _("May be used until"),
    _("Meaning"),
    _("Nothing"),
    _("Owners of record"),
    _("Patent"),
    _("Points"),
    _("Register copy of"),
    _("Remaining life in years"),
    _("SHA-256 of the weights"),
    _("Scoring scheme"),
    _("Mark"),
    _("Scored by"),
    _("Scored on"),
    _("Scorer"),
    _("Second person"),
    _("Signatories"),
    _("Source"),
    _("Term of the loan in months"),
    _("Total score"),
    _("Type"),
    _("Weight"),
    _("Weights and bands"),
    _("What it may be used for"),
    _("What it may not be used for"),
    _("What stops a loan"),
    _("paid to year"),
)
MAY: tuple[Text, ...] = (
    _("It may support one application for an inclusive loan against these patents, up to the ceiling named above and until the day named above."),
    _("It may take the place of the appraisal in that application; the lender or guarantor still states its own value by two persons."),
    _("It may be relied on only by the readers to whom it was released."),
)
MAY_NOT: tuple[Text, ...] = (
    _("It states no money value. The total is no price and may not be multiplied by, added to or averaged with an amount."),
    _("It is no asset appraisal report in the sense of the Asset Appraisal Law, and takes the place of none that law prescribes."),
    _("It may not be used for a transfer, a licence, a capital contribution, accounts, taxes or a court."),
    _("It may not be used above the ceiling, after its last day, after a hard stop, or when the register has changed since."),
)
