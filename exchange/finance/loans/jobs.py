"""The daily work on loans, each loan an operation of its own."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.access import SYSTEM
from exchange.core.text import _
from exchange.finance.loans.operations import lapse_stale_loans, tend_loan
from exchange.finance.loans.queries import running_loan_ids


@jobs.job("loans.tend", label=_("Daily work on loans"))
def tend_loans(work: jobs.Work) -> str | None:
    """Tend every running loan; one that fails is named and does not stop the others."""
    ids, failed = running_loan_ids(), []
    for number, loan_id in enumerate(ids, start=1):
        work.step(number, len(ids), _("Loans"))
        try:
            tend_loan(SYSTEM, loan_id)
        except Exception as problem:
            failed.append(f"{loan_id}: {problem}")
    lapse_stale_loans()
    if failed:
        raise RuntimeError(f"{len(failed)} loans were not tended: " + "; ".join(failed[:10]))
    return None
