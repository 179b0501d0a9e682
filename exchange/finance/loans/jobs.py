"""The daily work on loans, each loan an operation of its own."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.access import SYSTEM
from exchange.finance.loans.operations import lapse_stale_loans, tend_loan
from exchange.finance.loans.queries import running_loan_ids


@jobs.daily("loans.tend", hour=0, minute=40)
def tend_loans() -> None:
    """Tend every running loan; one that fails is named and does not stop the others."""
    failed = []
    for loan_id in running_loan_ids():
        try:
            tend_loan(SYSTEM, loan_id)
        except Exception as problem:
            failed.append(f"{loan_id}: {problem}")
    lapse_stale_loans()
    if failed:
        raise RuntimeError(f"{len(failed)} loans were not tended: " + "; ".join(failed[:10]))
