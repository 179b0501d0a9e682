"""Patent value degree 专利价值度: legal, technical and economic degrees and their weighted sum, 0 to 100."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from valuation.errors import DEGREE, GRADE, SHARE, Checks
from valuation.formulas import formula
from valuation.references import reference_table
from valuation.scoring.results import IndicatorDegrees, ValueDegree

GROUPS = ("legal", "technical", "economic")


@formula()
def patent_value_degree(
    *, lvd: float, tvd: float, evd: float, alpha: float, beta: float, gamma: float, E: float = 0.0
) -> ValueDegree:
    """Weighs three degrees (0..100) and a bonus: α·LVD + β·TVD + γ·EVD + E, capped at 100; weights sum to one.

    Source: 专利价值分析指标体系操作手册 (CNIPA 2012).

    >>> round(patent_value_degree(lvd=82, tvd=74, evd=65, alpha=0.3, beta=0.3, gamma=0.4).pvd, 9)
    72.8
    """
    checks = Checks()
    degrees = [checks.number(name, value, DEGREE) for name, value in (("lvd", lvd), ("tvd", tvd), ("evd", evd))]
    weights = [checks.number(name, value, SHARE) for name, value in (("alpha", alpha), ("beta", beta), ("gamma", gamma))]
    bonus = checks.number("E", E, DEGREE)
    if not checks.faults:
        checks.shares("alpha", weights)
    checks.require()
    total = math.fsum(weight * degree for weight, degree in zip(weights, degrees, strict=True)) + bonus
    return ValueDegree(pvd=min(100.0, total))


def _scheme(checks: Checks, scheme: Any) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    shipped = reference_table(name="scoring/pvd")
    if scheme is None:
        return list(shipped.rows), shipped.facts
    given = checks.mapping("scheme", scheme)
    rows = list(checks.sequence("scheme.rows", given.get("rows", list(shipped.rows)), most=500))
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping) or not {"group", "indicator", "weight"} <= set(row):
            checks.fault(f"scheme.rows[{i}]", "WRONG_TYPE", row, "group, indicator, weight")
            continue
        checks.choice(f"scheme.rows[{i}].group", row["group"], GROUPS)
        checks.number(f"scheme.rows[{i}].weight", row["weight"], SHARE)
    return rows, {**shipped.facts, **{name: given[name] for name in given if name != "rows"}}


@formula()
def pvd_from_indicators(
    *, scores: Mapping[str, float], scheme: Mapping[str, Any] | None = None, bonus: float = 0.0
) -> IndicatorDegrees:
    """Builds the degrees from indicators 0..10, each 10·Σ w·s of its group, and the contribution of each indicator.

    Every indicator of the scheme is scored; indicators marked reversed are entered so that 10 is good for the owner.
    `scheme` overrides rows, alpha, beta, gamma, bonus_limit. Source: table `scoring/pvd`.

    >>> from valuation import reference_table
    >>> scores = {row["indicator"]: 8 for row in reference_table(name="scoring/pvd").rows}
    >>> round(pvd_from_indicators(scores=scores).pvd, 9)
    80.0
    """
    checks = Checks()
    rows, facts = _scheme(checks, scheme)
    checks.require()
    given = checks.mapping("scores", scores)
    names = {str(row["indicator"]) for row in rows}
    for name in sorted(set(given) - names):
        checks.fault(f"scores.{name}", "UNKNOWN_NAME", given[name])
    for name in sorted(names - set(given)):
        checks.fault(f"scores.{name}", "EMPTY", None)
    grades = {name: checks.number(f"scores.{name}", given[name], GRADE) for name in names & set(given)}
    extra = checks.number("bonus", bonus, DEGREE)
    limit = checks.number("scheme.bonus_limit", facts["bonus_limit"], DEGREE)
    if extra > limit:
        checks.fault("bonus", "OUT_OF_RANGE", bonus, limit)
    for group in GROUPS:
        checks.shares(f"scheme.{group}", [float(row["weight"]) for row in rows if row["group"] == group])
    checks.require()
    weights = {"legal": facts["alpha"], "technical": facts["beta"], "economic": facts["gamma"]}
    contributions: Sequence[dict[str, Any]] = [
        {
            "group": row["group"],
            "indicator": row["indicator"],
            "score": grades[row["indicator"]],
            "weight": row["weight"],
            "degree_part": 10.0 * row["weight"] * grades[row["indicator"]],
        }
        for row in rows
    ]
    degrees = {group: math.fsum(r["degree_part"] for r in contributions if r["group"] == group) for group in GROUPS}
    degrees = {group: min(100.0, degree) for group, degree in degrees.items()}
    total = patent_value_degree(
        lvd=degrees["legal"],
        tvd=degrees["technical"],
        evd=degrees["economic"],
        alpha=weights["legal"],
        beta=weights["technical"],
        gamma=weights["economic"],
        E=extra,
    )
    return IndicatorDegrees(pvd=total.pvd, degrees=degrees, contributions=tuple(contributions))
