"""The daily work on pledges."""

from __future__ import annotations

from exchange.core import jobs
from exchange.finance.pledges.operations import cancel_stale_pledges, warn_of_late_filings


@jobs.daily("pledges.tend", hour=0, minute=15)
def tend_pledges() -> None:
    """Cancel refused pledges that nobody drafted anew, and tell of filings that the registry should have decided."""
    cancel_stale_pledges()
    warn_of_late_filings()
