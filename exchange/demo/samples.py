"""Real files of a folder, imported for the first enterprise of the demonstration as drafts that nobody has verified."""

from __future__ import annotations

import sys
from pathlib import Path


def import_folder(folder: Path) -> None:
    """Say which files the import page takes; the import itself runs on its page, where each row can be looked at."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".csv", ".xml", ".xlsx", ".jsonl") and "local-only" not in path.parts)
    sys.stdout.write("".join(f"  for /patents/import: {path}\n" for path in found))
