"""Dated business defaults of appraisals, to be confirmed by the operator."""

from __future__ import annotations

from decimal import Decimal

from exchange.core.money import Money
from exchange.core.parameters import parameter

from ..rules.plan import DEFAULT_POLICY

SOURCE = "house default, to be confirmed by the operator"
ACCEPT_DAYS = parameter("appraisals.accept_days", 3, source=SOURCE)
DUE_DAYS = parameter("appraisals.due_days", 10, source=SOURCE)
ANSWER_DAYS = parameter("appraisals.answer_days", 5, source=SOURCE)
REVIEW_DAYS = parameter("appraisals.review_days", 5, source=SOURCE)
OBJECTION_DAYS = parameter("appraisals.objection_days", 10, source="资产评估法 art. 30; house default, to be confirmed by the operator")
VALIDITY = parameter("appraisals.validity", "day_before_anniversary", source="资产评估执业准则——资产评估报告: at most one year; to be confirmed")
MAX_AGE = parameter("appraisals.max_age_at_commission", 180, source=SOURCE)
SNAPSHOT_AGE = parameter("appraisals.snapshot_max_age", 7, source=SOURCE)
HIDE_AMOUNT = parameter("appraisals.hide_requested_amount", "yes", source=SOURCE)
POLICY = {
    name: parameter(f"appraisals.policy.{name}", value, source=SOURCE)
    for name, value in DEFAULT_POLICY.items() if name != "owner"
}


def lending_policy() -> dict[str, str]:
    """Caps, gate and liquidation parameters in force today."""
    return {name: row.text() for name, row in POLICY.items()}
WITHOUT_APPRAISAL = parameter(
    "pledges.max_without_appraisal_fen", 300_000_000, source="demonstration default, to be confirmed by the operator")
SCORING_DAYS = parameter("appraisals.scoring_days", 5, source=SOURCE)
BATCH_ROWS = parameter("appraisals.batch_max_rows", 10_000, source=SOURCE)
BATCH_PER_DAY = parameter("appraisals.batch_per_day", 20, source=SOURCE)
PORTFOLIO_PATENTS = parameter("appraisals.portfolio_max_patents", 500, source=SOURCE)


def scorecard_ceiling() -> Money:
    """The loan up to which a scorecard may take the place of an appraisal."""
    return Money(WITHOUT_APPRAISAL.number())


def score_gate() -> Decimal:
    """The total under which nothing is lent."""
    return Decimal(POLICY["score_gate"].text())
