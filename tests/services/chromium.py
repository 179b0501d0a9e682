"""The system's Chromium, quiet and offline."""

import os
import shutil

FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
REMEDY = "Chromium is missing: apt-get install chromium libatomic1."


def executable() -> str:
    """Find the system's Chromium; its absence is a named failure."""
    for name in ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise RuntimeError(REMEDY)


def flags() -> list[str]:
    """Name the switches; the sandbox goes only where root forbids it."""
    return [*FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
