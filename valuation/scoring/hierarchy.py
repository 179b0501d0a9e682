"""Scores on a tree of indicators, after GB/T 42748-2023 专利评估指引: weights adapted to the scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from valuation.errors import GRADE, SHARE, Checks
from valuation.formulas import formula
from valuation.references import reference_table
from valuation.results import Row
from valuation.scoring.results import HierarchyScore

Tree = Mapping[str, Any]


def shipped_tree(scenario: str) -> dict[str, Any]:
    """Answers the shipped scheme as a tree {name: {"weight", "children" | leaf}} for a scenario."""
    table = reference_table(name="scoring/gbt42748")
    first_weights = table.facts["scenarios"][scenario]
    tree: dict[str, Any] = {}
    for row in table.rows:
        first = tree.setdefault(row["first"], {"weight": first_weights[row["first"]], "children": {}})
        second = first["children"].setdefault(row["second"], {"weight": 0.0, "children": {}})
        second["children"][row["third"]] = {"weight": 0.0}
    for first in tree.values():
        for second in first["children"].values():
            second["weight"] = 1.0 / len(first["children"])
            for third in second["children"].values():
                third["weight"] = 1.0 / len(second["children"])
    return tree


def _walk(
    checks: Checks, tree: Any, scores: Mapping[str, Any], path: str, rows: list[Row], used: set[str], depth: int
) -> float:
    branches = checks.mapping(path, tree)
    weights, values = [], []
    for name, node in branches.items():
        if not isinstance(node, Mapping) or "weight" not in node:
            checks.fault(f"{path}.{name}", "WRONG_TYPE", node, "weight and children")
            continue
        weight = checks.number(f"{path}.{name}.weight", node["weight"], SHARE)
        if node.get("children") and depth < 8:
            value = _walk(checks, node["children"], scores, f"{path}.{name}", rows, used, depth + 1)
        else:
            used.add(name)
            if name not in scores:
                checks.fault(f"scores.{name}", "EMPTY", None)
            value = 10.0 * checks.number(f"scores.{name}", scores.get(name, 1.0), GRADE)
        rows.append({"path": f"{path}.{name}".removeprefix("scheme."), "level": depth, "weight": weight, "score": value})
        weights.append(weight)
        values.append(value)
    if weights:
        checks.shares(path, weights)
    return math.fsum(weight * value for weight, value in zip(weights, values, strict=True))


@formula()
def score_hierarchy(
    *, scores: Mapping[str, float], scheme: Mapping[str, Any] | None = None, scenario: str = "finance"
) -> HierarchyScore:
    """Rolls leaf scores 0..10 up a weighted tree to one score 0..100, with every level shown.

    `scheme` is any tree {name: {"weight": w, "children": {…}}}, siblings summing to one; without it the shipped
    3/14/27 scheme with the scenario's weights. Source: GB/T 42748-2023; table `scoring/gbt42748`.

    >>> round(score_hierarchy(scores={"a": 5, "b": 9}, scheme={"a": {"weight": 0.5}, "b": {"weight": 0.5}}).score, 9)
    70.0
    """
    checks = Checks()
    named = checks.choice("scenario", scenario, reference_table(name="scoring/gbt42748").facts["scenarios"])
    given = checks.mapping("scores", scores)
    rows: list[Row] = []
    used: set[str] = set()
    tree = shipped_tree(named) if scheme is None else scheme
    total = _walk(checks, tree, given, "scheme", rows, used, 1)
    for name in sorted(set(given) - used):
        checks.fault(f"scores.{name}", "UNKNOWN_NAME", given[name])
    checks.require()
    return HierarchyScore(score=total, levels=tuple(rows), scenario=named)
