"""Each night the facts are compared with what they should be."""

from __future__ import annotations

from exchange.core import jobs
from exchange.oversight.statistics.operations import rebuild_facts


@jobs.daily("statistics.rebuild", hour=2, minute=0)
def rebuild() -> None:
    """Mend what differs."""
    rebuild_facts()
