"""The loans' part of the nightly proof: the books show what the replay of every movement gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Select, func, select

from exchange.core.checks import Finding, check
from exchange.core.database import db
from exchange.core.text import _
from exchange.finance.loans.models import Loan
from exchange.finance.loans.operations.parts import present, targets
from exchange.finance.loans.queries import position_of
from exchange.finance.loans.states import LoanStage
from exchange.registers.ledger.models import Journal


@check("ledger.loans", _("Every loan's accounts show what its schedule and payments give"), group="ledger")
def loans_beside_their_books() -> Iterator[Finding]:
    """Accounts of principal, interest, penalty, fees and suspense that differ from the replay on the day last booked."""
    for loan, booked_on in db.session.execute(_booked()):
        wanted, shown = targets(loan, position_of(loan, booked_on)), present(loan)
        for account in sorted(wanted.keys() | shown.keys()):
            expected, found = wanted.get(account, 0), shown.get(account, 0)
            if expected != found:
                yield Finding(where=f"{loan.number} {account[1]} {account[2]}", expected=expected, found=found)


def _booked() -> Select[Loan, date]:
    """The loans with journals, and the day of each one's newest; what was written off stands in other accounts."""
    newest = select(Journal.event_id, func.max(Journal.booked_on).label("booked_on")).group_by(Journal.event_id).subquery()
    wanted = select(Loan, newest.c.booked_on).join(newest, newest.c.event_id == "loan:" + Loan.public_id)
    return wanted.where(Loan.state != LoanStage.WRITTEN_OFF).order_by(Loan.id)
