"""The guarantees' part of the nightly proof: each sharer stands for its share of what is outstanding."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from exchange.core.checks import Finding, check
from exchange.core.database import db
from exchange.core.text import _
from exchange.finance.guarantees.models import Guarantee
from exchange.finance.guarantees.operations.parts import memoranda
from exchange.finance.guarantees.states import GuaranteeState
from exchange.registers.ledger.queries import balance


@check("ledger.guarantees", _("Every sharer's memorandum is its share of what is outstanding"), group="ledger")
def sharers_beside_their_books() -> Iterator[Finding]:
    """Memoranda of running guarantees that differ from the share of the loan's outstanding principal."""
    for guarantee in db.session.scalars(select(Guarantee).where(Guarantee.state == GuaranteeState.EFFECTIVE).order_by(Guarantee.id)):
        for (organisation_id, kind), expected in memoranda(guarantee).items():
            code = "commitment" if kind == "pool" else "contingent"
            found = balance(organisation_id, kind, code, guarantee.public_id)
            if found != expected:
                yield Finding(where=f"{guarantee.number} {kind} {organisation_id}", expected=expected, found=found)
