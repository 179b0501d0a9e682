"""A small inclusive loan on a scorecard instead of an appraisal: within the ceiling to the payment, above it refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from exchange.appraisals import operations as appraisals
from exchange.core.clock import today
from exchange.core.errors import Conflict, DomainError
from exchange.core.money import yuan
from exchange.core.parameters import set_parameter
from exchange.finance.financing import operations, queries
from exchange.finance.financing.rules import Stage
from exchange.finance.loans import operations as loans
from tests.features.appraisals.scoring import Scoring
from tests.features.financing.walk import Walk, set_out


def scoring_of(walk: Walk) -> Scoring:
    """The acceptor of the case scores the patents."""
    return Scoring(walk["enterprise"], walk["acceptor officer"], walk["acceptor approver"], walk.line.registrars, walk.line.patents)


@pytest.mark.parametrize("route", ["direct", "guaranteed"])
def test_a_small_loan_is_paid_out_on_a_scorecard_and_the_lenders_own_values(database: Any, clock: Any, route: str) -> None:
    walk = set_out(route)
    walk.accepted()
    scoring = scoring_of(walk)
    card = scoring.to_issue()
    assert walk.stage == Stage.VALUING
    operations.name_scorecard(walk.case, scorecard=card, actor=walk["enterprise"])
    assert walk.stage == Stage.REVIEWING
    scoring.accepted(yuan("3000000.00"), haircut_bp=2000)
    cover = queries.cover_of(walk.case)
    assert cover is not None
    assert (cover.value, cover.limit) == (yuan("2400000.00"), yuan("600000.00"))
    if route == "guaranteed":
        assert walk.stage == Stage.GUARANTEEING
        walk.guaranteed()
    assert walk.stage == Stage.CREDITING
    walk.credited()
    assert [(item.appraisal_id, item.scorecard_id, item.accepted) for item in walk.pledge.items] == [(None, card.id, yuan("2400000.00"))]
    walk.signed()
    walk.filed()
    walk.registered()
    walk.paid_out()
    assert walk.stage == Stage.ACTIVE


def test_a_case_above_the_ceiling_or_above_the_scorecard_is_refused_and_changes_nothing(database: Any, clock: Any) -> None:
    walk = set_out("direct")
    walk.open(amount=yuan("800000.01"))
    card = scoring_of(walk).to_issue()
    with pytest.raises(Conflict) as refusal:
        operations.name_scorecard(walk.case, scorecard=card, actor=walk["enterprise"])
    assert (refusal.value.code.name, walk.case.scorecard_id) == ("CASE_SCORECARD_TERMS", None)
    walk.open(amount=yuan("800000.00"))
    set_parameter("pledges.max_without_appraisal_fen", "79999999", valid_from=today(), source="decision", actor=walk["bank officer"])
    with pytest.raises(Conflict) as refusal:
        operations.name_scorecard(walk.case, scorecard=card, actor=walk["enterprise"])
    assert (refusal.value.code.name, walk.case.scorecard_id) == ("SCORECARD_OVER_CEILING", None)


def test_a_lowered_ceiling_stops_the_credit(database: Any, clock: Any) -> None:
    walk = set_out("direct")
    walk.accepted()
    scoring = scoring_of(walk)
    operations.name_scorecard(walk.case, scorecard=scoring.to_issue(), actor=walk["enterprise"])
    scoring.accepted()
    set_parameter("pledges.max_without_appraisal_fen", "15999999", valid_from=today(), source="decision", actor=walk["bank officer"])
    with pytest.raises(Conflict) as refusal:
        walk.credited()
    assert (refusal.value.code.name, walk.case.loan_id) == ("SCORECARD_OVER_CEILING", None)


def test_a_scorecard_that_ended_or_fell_due_for_renewal_pays_nothing_out(database: Any, clock: Any) -> None:
    walk = set_out("direct")
    walk.accepted()
    scoring = scoring_of(walk)
    card = scoring.to_issue()
    operations.name_scorecard(walk.case, scorecard=card, actor=walk["enterprise"])
    scoring.accepted()
    walk.credited()
    walk.signed()
    walk.filed()
    walk.registered()
    appraisals.flag_scorecard(card, reason="The owner changed")
    with pytest.raises(DomainError) as refusal:
        loans.disburse_loan(walk["bank officer"], walk.loan.id)
    assert (refusal.value.code.name, walk.stage) == ("REVALUATION_DUE", Stage.REGISTERED)


def test_an_appraisal_named_later_takes_the_scorecards_place(database: Any, clock: Any) -> None:
    walk = set_out("direct")
    walk.accepted()
    operations.name_scorecard(walk.case, scorecard=scoring_of(walk).to_issue(), actor=walk["enterprise"])
    walk.appraised()
    assert (walk.case.scorecard_id, walk.case.appraisal_id) == (None, walk.line.appraisal.id)
    clock.move_to(datetime(2026, 11, 26, 4, tzinfo=UTC))
    assert walk.stage == Stage.REVIEWING
