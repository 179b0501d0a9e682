"""Eight approvers decide at the same moment on guarantees of one client; the limits hold (I13)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from exchange.core import approvals
from exchange.core.access import Actor
from exchange.core.database import Proposed, db
from exchange.finance.financing import operations as cases
from exchange.finance.guarantees import operations, queries
from exchange.finance.guarantees.models import Guarantee
from exchange.finance.guarantees.queries import get_guarantee
from tests.features.financing.walk import Walk, set_out, state_net_assets
from tests.features.listings.test_race import race

CONTESTANTS = 8


def _confirm(app: Any, approval_id: str, approver: Actor) -> str:
    approvals.confirm_approval(approval_id, actor=approver)
    return "approved"


def proposed(walk: Walk) -> list[tuple[str, Actor]]:
    """One proposal for each of eight applications of the same client."""
    found = []
    for number in range(CONTESTANTS):
        if number:
            walk.open()
            walk.papers()
            cases.submit_case(walk.case, actor=walk["enterprise"])
            cases.accept_case(walk.case, actor=walk["acceptor"])
            walk.appraised()
        with pytest.raises(Proposed) as waiting:
            operations.approve_guarantee(walk.guarantee, kind="joint", fee_bp=80, actor=walk["guarantor officer"])
        found.append((waiting.value.approval_id, walk["guarantor approver"]))
    return found


@pytest.mark.timeout(240)
def test_of_eight_approvals_at_once_only_what_the_limit_carries_goes_through(house: Any, clock: Any) -> None:
    walk = set_out("guaranteed")
    walk.accepted()
    walk.appraised()
    walk.reviewed()
    every = proposed(walk)
    state_net_assets(walk, "4500000.00", on="2026-06-30")
    answers = race(house.app, _confirm, every)
    assert answers == Counter({"approved": 2, "LIMIT_CLIENT": CONTESTANTS - 2})
    approved = list(db.session.scalars(db.select(Guarantee).where(Guarantee.state == "approved")))
    assert len(approved) == 2
    assert queries.standing(get_guarantee(approved[0].id).organisation_id).reserved.minor == 32_000_000
