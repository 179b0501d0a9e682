"""What news of the members means for their case."""

from __future__ import annotations

from typing import Any

from exchange.core.events import News, on
from exchange.finance.financing.models import Case
from exchange.finance.financing.operations import close_case, order_contracts, wear_hat
from exchange.finance.financing.queries import case_of
from exchange.finance.financing.states import CaseState

ACTS = (
    "guarantee.approve", "guarantee.decline", "guarantee.sign", "guarantee.cancel", "guarantee.pay", "guarantee.consent",
    "reguarantee.approve", "reguarantee.decline", "reguarantee.consent", "loan.draft", "loan.approve", "loan.decline", "loan.sign",
    "loan.disburse", "loan.draw", "loan.restructure", "loan.default", "pledge.draft", "pledge.sign", "pledge.file", "pledge.register",
    "pledge.refuse", "pledge.release", "pledge.confirm", "pledge.confirm_filing", "appraisal_review.open", "appraisal_review.accept",
    "appraisal_review.reject", "scorecard_review.open", "scorecard_review.accept", "scorecard_review.reject",
)


def _case_of(thing: Any) -> Case | None:
    noun = thing.noun
    if noun == "reguarantee":
        return case_of("guarantee", thing.guarantee_id)
    if noun == "scorecard_review":
        return case_of("scorecard", thing.scorecard_id)
    return case_of("appraisal", thing.appraisal_id) if noun == "appraisal_review" else case_of(noun, thing.id)


@on(*ACTS)
def _one_hat(news: News) -> None:
    """Whoever acts on a member acts in the case, for one organisation only."""
    if news.actor.is_system:
        return
    case = _case_of(news.thing)
    if case is not None:
        wear_hat(case, actor=news.actor)


@on("loan.approve")
def _contracts(news: News) -> None:
    case = case_of("loan", news.thing.id)
    if case is not None and case.state == CaseState.ACCEPTED:
        order_contracts(case)


@on("loan.close")
def _closed(news: News) -> None:
    case = case_of("loan", news.thing.id)
    if case is not None and case.state == CaseState.ACCEPTED:
        close_case(case)
