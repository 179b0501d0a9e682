"""What news of loans means for guarantees."""

from __future__ import annotations

from exchange.core.events import News, on
from exchange.finance.guarantees.operations import discharge_guarantee, follow_loan, lapse_guarantee, start_guarantee
from exchange.finance.guarantees.queries import guarantees_of_loan
from exchange.finance.guarantees.states import GuaranteeState


@on("loan.disburse")
def _started(news: News) -> None:
    for guarantee in guarantees_of_loan(news.thing.id):
        if guarantee.state == GuaranteeState.SIGNED:
            start_guarantee(guarantee)


@on("loan.principal_changed", "loan.draw")
def _followed(news: News) -> None:
    for guarantee in guarantees_of_loan(news.thing.id):
        if guarantee.state in (GuaranteeState.EFFECTIVE, GuaranteeState.CALLED):
            follow_loan(guarantee)


@on("loan.settle")
def _discharged(news: News) -> None:
    for guarantee in guarantees_of_loan(news.thing.id):
        if guarantee.state in (GuaranteeState.EFFECTIVE, GuaranteeState.CALLED):
            discharge_guarantee(guarantee)


@on("loan.lapse", "loan.cancel")
def _lapsed(news: News) -> None:
    for guarantee in guarantees_of_loan(news.thing.id):
        if guarantee.state in (GuaranteeState.APPROVED, GuaranteeState.SIGNED) and news.name == "loan.cancel":
            lapse_guarantee(guarantee)
