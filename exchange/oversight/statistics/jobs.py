"""Each night the facts are compared with what they should be."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.text import _
from exchange.oversight.statistics.operations import rebuild_facts


@jobs.job("statistics.rebuild", label=_("Compare the statistics with their sources"))
def rebuild(work: jobs.Work) -> None:
    """Mend what differs."""
    rebuild_facts()
