"""What a score may do: bound a probability, pick a rate inside a sourced interval, set premium points, gate a loan.

Each link answers its value before and after, to be listed in the report. None accepts or returns money.
"""

from __future__ import annotations

from valuation.errors import DEGREE, GRADE, PROBABILITY, ROYALTY, SHARE, Caution, Checks, Rule
from valuation.formulas import formula
from valuation.scoring.results import ScoreLink

WITHOUT_REPORT_CAP = 0.70
PREMIUM_PEAK = 0.05
PEAK = Rule(0.0, 0.05, "OUT_OF_RANGE", "OUT_OF_RANGE")


@formula()
def bound_validity(
    *, probability_valid: float, stability: float, patent_type: str = "invention", evaluation_report: str = "none"
) -> ScoreLink:
    """Bounds P_valid by 0.60 + 0.04·stability (0..10), and by 0.70 for an unexamined right without a favourable 专利权评价报告.

    Source: rule of the house, to be confirmed by the operator.

    >>> round(bound_validity(probability_valid=0.95, stability=5).after, 9)
    0.8
    """
    checks = Checks()
    chance = checks.number("probability_valid", probability_valid, PROBABILITY)
    grade = checks.number("stability", stability, GRADE)
    kind = checks.choice("patent_type", patent_type, ("invention", "utility_model", "design"))
    report = checks.choice("evaluation_report", evaluation_report, ("none", "favourable", "unfavourable"))
    checks.require()
    bound = min(1.0, 0.60 + 0.04 * grade)
    if kind != "invention" and report != "favourable":
        bound = min(bound, WITHOUT_REPORT_CAP)
    return ScoreLink(link="bound_validity", before=chance, after=min(chance, bound))


@formula()
def rate_from_scores(*, low: float, high: float, legal: float, technical: float) -> ScoreLink:
    """Picks ρ inside a sourced interval by the mean of legal and technical degree: m + (n−m)·(legal+technical)/200.

    Source: `royalty_from_rating`.

    >>> round(rate_from_scores(low=0.02, high=0.06, legal=80, technical=70).after, 9)
    0.05
    """
    from valuation.royalty import royalty_from_rating

    checks = Checks()
    least = checks.number("low", low, ROYALTY)
    most = checks.number("high", high, ROYALTY)
    law, craft = checks.number("legal", legal, DEGREE), checks.number("technical", technical, DEGREE)
    if not checks.faults and least > most:
        checks.fault("low", "BAD_ORDER", low, high)
    checks.require()
    rating = (law + craft) / 200.0
    picked = royalty_from_rating(low=least, high=most, rating=rating)
    return ScoreLink(link="rate_from_scores", before=(least + most) / 2.0, after=picked.rate)


@formula()
def ladder_points(*, score: float, peak: float = PREMIUM_PEAK) -> ScoreLink:
    """Sets one premium of the discount ladder: peak·(1 − score/100), peak at most 5 %.

    Source: rule of the house, to be confirmed by the operator.

    >>> round(ladder_points(score=60).after, 9)
    0.02
    """
    checks = Checks()
    degree = checks.number("score", score, DEGREE)
    most = checks.number("peak", peak, PEAK)
    checks.require()
    return ScoreLink(link="ladder_points", before=most, after=most * (1.0 - degree / 100.0))


@formula()
def gate_ltv(*, ltv: float, pvd: float, gate: float = 60.0) -> ScoreLink:
    """Sets the loan-to-value ratio to zero when the patent value degree is below the gate.

    Source: policy of the house (`score_gate`).

    >>> gate_ltv(ltv=0.25, pvd=59).after
    0.0
    """
    checks = Checks()
    ratio = checks.number("ltv", ltv, SHARE)
    degree, line = checks.number("pvd", pvd, DEGREE), checks.number("gate", gate, DEGREE)
    checks.require()
    shut = degree < line
    cautions = (Caution("SCORE_GATE", "pvd", {"score": degree, "gate": line}),) if shut else ()
    return ScoreLink(link="gate_ltv", before=ratio, after=0.0 if shut else ratio, warnings=cautions)
