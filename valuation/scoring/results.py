"""What the scoring functions answer: degrees, profiles, weights and links, never money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuation.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDegree(Result):
    pvd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDegrees(Result):
    pvd: float
    degrees: Mapping[str, float]
    contributions: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyScore(Result):
    score: float
    levels: tuple[Row, ...]
    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Result):
    averages: Mapping[str, float]
    opportunity: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AhpWeights(Result):
    weights: tuple[float, ...]
    lambda_max: float
    consistency_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLink(Result):
    """What a score changed: the value before, after, and the rule's name."""

    link: str
    before: float
    after: float
