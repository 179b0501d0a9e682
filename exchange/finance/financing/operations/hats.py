"""Nobody acts for two organisations on one case."""

from __future__ import annotations

from exchange.core.access import Actor
from exchange.core.database import add, flush, operation
from exchange.core.errors import Forbidden
from exchange.finance.financing import queries
from exchange.finance.financing.models import Case, CaseHat


@operation
def wear_hat(case: Case, *, actor: Actor) -> None:
    """Keep for which organisation the person acts in this case, and refuse a second one."""
    if actor.is_system:
        return
    identity = actor.identity or actor.public_id
    known = queries.hat_of(case.id, identity)
    if known is None:
        add(CaseHat(case_id=case.id, identity=identity, organisation_id=actor.organisation_id))
        flush()
    elif known.organisation_id != actor.organisation_id:
        raise Forbidden("CASE_TWO_HATS")


def check_not_frozen(case: Case) -> None:
    """Refuse while an order of the authority freezes the case."""
    if case.frozen_order:
        from exchange.core.errors import DomainError

        raise DomainError("HELD_BY_ORDER", order=case.frozen_order)
