"""The daily work on pledges."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.text import _
from exchange.finance.pledges.operations import cancel_stale_pledges, warn_of_late_filings


@jobs.job("pledges.tend", label=_("Daily work on pledges"))
def tend_pledges(work: jobs.Work) -> str | None:
    """Cancel refused pledges that nobody drafted anew, and tell of filings that the registry should have decided."""
    cancel_stale_pledges()
    warn_of_late_filings()
    return None
