"""What the house does at night whatever its features are."""

from collections.abc import Sequence

from exchange.core import files
from exchange.core.jobs.timers import daily


@daily("files.sweep", hour=3, minute=30)
def sweep_files() -> Sequence[str]:
    """Bytes that no row has needed for a day are deleted."""
    return files.sweep()
