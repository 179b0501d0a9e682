"""``python -m exchange.translations.missing PATHS``: catalogue lines for the sentences that no fragment has yet."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.pofile import normalize

from exchange.core.i18n.catalogue import entries
from exchange.translations.sources import EVERYWHERE, messages


def skeleton(paths: list[Path]) -> str:
    """One entry with an empty translation for each sentence under ``paths`` that is not in the catalogue."""
    known = {entry.source for entry in entries()}
    wanted = sorted((places[0], message) for message, places in messages(paths or EVERYWHERE).items() if message not in known)
    return "".join(f"#: {place}\nmsgid {normalize(message, width=0)}\nmsgstr \"\"\n\n" for place, message in wanted)


if __name__ == "__main__":
    sys.stdout.write(skeleton([Path(path).resolve() for path in sys.argv[1:]]))
