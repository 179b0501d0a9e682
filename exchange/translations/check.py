"""``python -m exchange.translations.check [PATHS]``: what the Chinese catalogue lacks, holds for nothing or says twice."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from exchange.core.i18n.catalogue import PLACEHOLDER, entries
from exchange.translations.literals import literals
from exchange.translations.sources import EVERYWHERE, messages

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def missing(paths: list[Path]) -> list[str]:
    """Sentences without a translation, with the first place that marks them."""
    known = {entry.source for entry in entries()}
    return [f"{places[0]}: {message}" for message, places in messages(paths or EVERYWHERE).items() if message not in known]


def unused() -> list[str]:
    """Translations of sentences that nothing marks any more."""
    marked = messages()
    return [f"{entry.fragment}.po: {entry.source}" for entry in entries() if entry.source not in marked]


def differing() -> list[str]:
    """Sentences that two fragments translate differently."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries():
        found[entry.source].setdefault(entry.target, entry.fragment)
    return [
        f"{source}: " + " / ".join(f"{target} ({fragment}.po)" for target, fragment in targets.items())
        for source, targets in found.items()
        if len(targets) > 1
    ]


def unlike() -> list[str]:
    """Translations whose placeholders are not those of the sentence."""
    return [
        f"{entry.fragment}.po: {entry.source} → {entry.target}"
        for entry in entries()
        if placeholders(entry.source) - {"num"} != placeholders(entry.target) - {"num"}
    ]


def placeholders(sentence: str) -> set[str]:
    """The names that a sentence wants filled in."""
    return {found[1] or found[2] for found in PLACEHOLDER.finditer(sentence) if found[1] or found[2]}


def main(paths: list[Path]) -> int:
    """Print every finding and how many there are; 1 when there are any but unused ones."""
    findings = {
        "missing": missing(paths), "differing": differing(), "placeholders differ": unlike(),
        "literal in template": literals(paths or [EVERYWHERE[1]]), "unused": [] if paths else unused(),
    }  # fmt: skip
    for kind, lines in findings.items():
        for line in lines:
            sys.stdout.write(f"{kind}: {line}\n")
    sys.stdout.write(", ".join(f"{len(lines)} {kind}" for kind, lines in findings.items()) + "\n")
    return int(any(lines for kind, lines in findings.items() if kind != "unused"))


if __name__ == "__main__":
    sys.exit(main([Path(path).resolve() for path in sys.argv[1:]]))
