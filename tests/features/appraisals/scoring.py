"""The line of a scorecard for tests: commission, marks, two signatures, seal, own values; each step by the operation that users run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from exchange.appraisals import operations, queries
from exchange.appraisals.models import Scorecard, ScorecardReview
from exchange.appraisals.rules.scorecards import shipped
from exchange.core import approvals, jobs
from exchange.core.access import Actor
from exchange.core.money import Money, yuan
from exchange.registers.patents.models import Patent
from tests import factories
from tests.features.patents import making


OWN_VALUE = yuan("3000000.00")


def marks(scorecard: Scorecard, score: str = "7.5") -> list[dict[str, Any]]:
    """Every indicator of every patent with the same score and its evidence."""
    return [
        {"patent_id": row.patent_id, "indicator": each["indicator"], "score": score, "evidence_kind": "search-report",
         "evidence_ref": "Evaluation report 2026-31, page 4", "as_of": date(2026, 11, 2)}
        for row in scorecard.patents for each in shipped(scorecard.scheme)["rows"]
    ]


@dataclass
class Scoring:
    """Everybody who works on one scorecard, and the scorecard as far as it has come."""

    holder: Actor
    officer: Actor
    approver: Actor
    registrars: tuple[Actor, Actor]
    patents: list[Patent]
    scorecard: Scorecard = None  # type: ignore[assignment]  # set by commission()

    def commission(self, **changes: Any) -> Scorecard:
        """The holder has its patents scored for a loan of 800,000."""
        given: dict[str, Any] = {
            "scorer_id": self.officer.organisation_id, "patent_ids": [patent.id for patent in self.patents], "requested": yuan("800000.00"),
            "term_months": 12, "actor": self.holder,
        }
        self.scorecard = operations.commission_scorecard(**given | changes)
        return self.scorecard

    def submit(self, score: str = "7.5") -> Scorecard:
        """The officer scores everything and signs."""
        operations.enter_marks(self.scorecard, rows=marks(self.scorecard, score), actor=self.officer)
        return operations.submit_scorecard(self.scorecard, actor=self.officer)

    def to_issue(self, score: str = "7.5", **changes: Any) -> Scorecard:
        """From the commission to the sealed sheet."""
        self.commission(**changes)
        self.submit(score)
        operations.confirm_scorecard(self.scorecard, result_sha256=self.scorecard.result_sha256, actor=self.approver)
        jobs.run_due_jobs()
        return queries.get_scorecard(self.scorecard.id)

    def accepted(self, value: Money = OWN_VALUE, haircut_bp: int = 2000) -> ScorecardReview:
        """The scorer's own organisation relies on it with its own value of each patent."""
        review = operations.open_scorecard_review(self.scorecard, actor=self.officer)
        operations.value_scorecard_review(
            review, values={row.patent_id: value for row in self.scorecard.patents}, own_reason="Income of the product and two comparable deals",
            actor=self.officer)
        approvals.with_second(lambda: operations.accept_scorecard_review(review, haircut_bp=haircut_bp, actor=self.officer), self.approver)
        return review


def staged(patents: int = 1, *, kind: str = "guarantor") -> Scoring:
    """A holder with registered patents, and a scorer with an officer and an approver."""
    holder_organisation, scorer = making.holder("enterprise"), factories.organisation(kind)
    holder = factories.actor("enterprise officer", organisation=holder_organisation)
    registrars = making.desk(making.exchange())
    return Scoring(
        holder, factories.actor(f"{kind} officer", organisation=scorer), factories.actor(f"{kind} approver", organisation=scorer), registrars,
        [making.registered(holder, registrars) for _number in range(patents)])
