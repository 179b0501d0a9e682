"""Marking of sentences: English is the source text; the edge translates.

``_("…")`` only marks. The returned ``Text`` is an ordinary string with an identity of its own, so that
``exchange.core.i18n`` can look it up in the catalogue of the reader's language.
"""

from __future__ import annotations

import re
import unicodedata


class Text(str):
    """A sentence in the source language that the edge will translate."""

    __slots__ = ()


def _(message: str) -> Text:
    """Mark ``message`` for translation."""
    return Text(message)


CONTROLS, BREAKS, BIDI = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff", r"\t\n\r", r"\u202a-\u202e\u2066-\u2069"
BAD = {
    (newlines, bidi): re.compile(f"[{CONTROLS}{'' if newlines else BREAKS}{'' if bidi else BIDI}]")
    for newlines in (False, True) for bidi in (False, True)
}


def first_bad_character(value: str, *, newlines: bool = False, bidi: bool = False) -> int | None:
    """The position of the first character that no text of ours may hold, or None.

    NUL, control characters, lone surrogates and (unless ``bidi``) bidirectional overrides; newlines and tabs
    pass only with ``newlines``.
    """
    found = BAD[newlines, bidi].search(value)
    return found.start() if found else None


def normalised(value: str) -> str:
    """``value`` in Unicode form C with plain newlines and no blanks at its ends."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
