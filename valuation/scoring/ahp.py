"""Analytic hierarchy process: weights from pairwise judgements, and how consistent the judgements are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from valuation.errors import Caution, Checks, Rule, refuse
from valuation.formulas import formula
from valuation.scoring.results import AhpWeights

JUDGEMENT = Rule(0.0, 1000.0, "NOT_POSITIVE", "TOO_LARGE", open_low=True)
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


@formula()
def ahp_weights(*, matrix: Sequence[Sequence[float]]) -> AhpWeights:
    """Answers the principal eigenvector of a reciprocal judgement matrix (n ≤ 10) and its consistency ratio.

    Source: Saaty (1980), The Analytic Hierarchy Process.

    >>> [round(w, 6) for w in ahp_weights(matrix=[[1, 2, 3], [1/2, 1, 2], [1/3, 1/2, 1]]).weights]
    [0.539615, 0.296961, 0.163424]
    """
    checks = Checks()
    rows = [
        checks.numbers(f"matrix[{i}]", row, JUDGEMENT, most=10)
        for i, row in enumerate(checks.sequence("matrix", matrix, most=10))
    ]
    for i, row in enumerate(rows):
        if not checks.faults and len(row) != len(rows):
            checks.fault(f"matrix[{i}]", "LENGTH_MISMATCH", len(row), len(rows))
    if not checks.faults:
        for i in range(len(rows)):
            for j in range(i + 1):
                if abs(rows[i][j] * rows[j][i] - 1.0) > 1e-9:
                    checks.fault(f"matrix[{i}][{j}]", "OUT_OF_RANGE", rows[i][j], f"1 / matrix[{j}][{i}]")
    checks.require()
    weights = _principal(rows)
    size = len(rows)
    applied = [math.fsum(a * w for a, w in zip(row, weights, strict=True)) for row in rows]
    peak = math.fsum(value / weight for value, weight in zip(applied, weights, strict=True)) / size
    index = (peak - size) / (size - 1) if size > 1 else 0.0
    ratio = max(0.0, index / RANDOM_INDEX[size - 1]) if RANDOM_INDEX[size - 1] else 0.0
    wild = (Caution("AHP_INCONSISTENT", "matrix", {"ratio": ratio}),) if ratio > 0.10 else ()
    return AhpWeights(weights=weights, lambda_max=peak, consistency_ratio=ratio, warnings=wild)


def _principal(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    weights = [1.0 / len(rows)] * len(rows)
    for _ in range(100_000):
        fresh = [math.fsum(a * w for a, w in zip(row, weights, strict=True)) for row in rows]
        total = math.fsum(fresh)
        fresh = [value / total for value in fresh]
        change = max(abs(a - b) for a, b in zip(fresh, weights, strict=True))
        weights = fresh
        if change < 1e-16:
            return tuple(weights)
    if change > 1e-12:
        raise refuse("matrix", "DEGENERATE", rows, "power iteration")
    return tuple(weights)
