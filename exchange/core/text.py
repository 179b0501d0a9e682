"""Marking of sentences: English is the source text; the edge translates.

``_("…")`` only marks. The returned ``Text`` is an ordinary string with an identity of its own, so that
``exchange.core.i18n`` can look it up in the catalogue of the reader's language.
"""

from __future__ import annotations

import unicodedata


class Text(str):
    """A sentence in the source language that the edge will translate."""

    __slots__ = ()


def _(message: str) -> Text:
    """Mark ``message`` for translation."""
    return Text(message)


BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def first_bad_character(value: str, *, newlines: bool = False, bidi: bool = False) -> int | None:
    """The position of the first character that no text of ours may hold, or None.

    NUL, control characters, lone surrogates and (unless ``bidi``) bidirectional overrides; newlines and tabs
    pass only with ``newlines``.
    """
    for position, character in enumerate(value):
        if newlines and character in "\n\r\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or (character in BIDI and not bidi):
            return position
    return None


def normalised(value: str) -> str:
    """``value`` in Unicode form C with plain newlines and no blanks at its ends."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
