"""Real files of a folder, imported for the first enterprise of the demonstration as drafts that nobody has verified."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

SUFFIXES = (".csv", ".xml", ".xlsx", ".jsonl")


def import_folder(folder: Path) -> None:
    """Import each file that is read, outside ``local-only``; a refused one is named with its code and the next goes on."""
    from exchange.core import files
    from exchange.core.access import SYSTEM
    from exchange.core.errors import DomainError
    from exchange.people.accounts.queries import organisations_of_kind
    from exchange.registers.patents.operations import import_at_once

    owner = organisations_of_kind("enterprise")[0]
    actor = replace(SYSTEM, organisation_id=owner.id, organisation_name=owner.name, organisation_public_id=owner.public_id)
    for path in sorted(one for one in folder.rglob("*") if one.suffix in SUFFIXES and "local-only" not in one.parts):
        try:
            batch = import_at_once(actor, files.take(path.read_bytes(), path.name, purpose="patents", by_command=True))
            said = f"{batch.counts.get('new', 0)} drafts, {batch.counts.get('refused', 0)} refused"
        except DomainError as refusal:
            said = refusal.code.name
        sys.stdout.write(f"  {path.name}: {said}\n")
