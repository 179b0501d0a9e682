"""A profile of a right in forty questions after EPO IPscore's categories: five averages, opportunity and risk, no total."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from valuation.errors import AMOUNT, Checks, Rule
from valuation.formulas import formula
from valuation.references import reference_table
from valuation.results import Row
from valuation.scoring.results import Profile

ANSWER = Rule(1.0, 5.0, "OUT_OF_RANGE", "OUT_OF_RANGE")


def _answer(checks: Checks, path: str, row: Mapping[str, Any], value: Any) -> float:
    if isinstance(value, Mapping):
        if set(value) != {"amount"} or "breakpoints" not in row:
            checks.fault(path, "WRONG_TYPE", value, "answer 1..5, or amount where the scheme has breakpoints")
            return 1.0
        amount = checks.number(f"{path}.amount", value["amount"], AMOUNT)
        return 1.0 + bisect_right([float(point) for point in row["breakpoints"]], amount)
    return checks.number(path, value, ANSWER)


@formula()
def ipscore_profile(*, answers: Mapping[str, Any], rows: Any = None) -> Profile:
    """Averages answers 1..5 by category; opportunity is the mean of its tagged answers, risk the mean of 6 − answer.

    An answer is 1..5 (5 good for the owner) or {"amount": x} mapped by the scheme's breakpoints.
    Source: after EPO IPscore 2.2, own wording; table `scoring/ipscore`.

    >>> from valuation import reference_table
    >>> result = ipscore_profile(answers={row["question"]: 4 for row in reference_table(name="scoring/ipscore").rows})
    >>> result.averages["A"], result.opportunity, result.risk
    (4.0, 4.0, 2.0)
    """
    checks = Checks()
    scheme = list(reference_table(name="scoring/ipscore").rows if rows is None else checks.sequence("rows", rows, most=500))
    if not all(isinstance(row, Mapping) and {"category", "question", "tag"} <= set(row) for row in scheme):
        checks.fault("rows", "WRONG_TYPE", rows, "category, question, tag")
    given = checks.mapping("answers", answers)
    checks.require()
    known = {str(row["question"]): row for row in scheme}
    for name in sorted(set(given) ^ set(known)):
        checks.fault(f"answers.{name}", "UNKNOWN_NAME" if name in given else "EMPTY", given.get(name))
    scored = {name: _answer(checks, f"answers.{name}", row, given[name]) for name, row in known.items() if name in given}
    checks.require()
    averages = {
        str(category): _mean([scored[name] for name, row in known.items() if row["category"] == category])
        for category in dict.fromkeys(row["category"] for row in scheme)
    }
    tagged = {
        side: [scored[name] for name, row in known.items() if row["tag"] in (side, "both")]
        for side in ("opportunity", "risk")
    }
    table: tuple[Row, ...] = tuple(
        {"category": row["category"], "question": name, "answer": scored[name], "tag": row["tag"]}
        for name, row in known.items()
    )
    return Profile(
        averages=averages,
        opportunity=_mean(tagged["opportunity"]),
        risk=_mean([6.0 - answer for answer in tagged["risk"]]),
        workings=table,
    )


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
