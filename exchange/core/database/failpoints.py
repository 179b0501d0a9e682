"""Points at which a test may let the process die, raise or wait."""

from __future__ import annotations

import os
import signal
import time

FAILPOINTS: set[str] = set()


def failpoint(name: str) -> None:
    """In tests only: die, raise or sleep here when ``ZHIRONG_FAILPOINT`` names this point."""
    FAILPOINTS.add(name)
    wanted = os.environ.get("ZHIRONG_FAILPOINT", "")
    if not wanted or os.environ.get("ZHIRONG_ENV") != "test":
        return
    point, _, how = wanted.partition(":")
    if point != name:
        return
    if how in ("", "kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "raise":
        raise RuntimeError(f"failpoint {name}")
    time.sleep(0.5)
