"""Bytes to text: BOM, UTF-8, GB18030, each strict; else the user is asked, never guessed for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exchange.core.errors import Invalid

CANDIDATES = {
    "gb18030": "GB18030",
    "big5": "Big5",
    "mac_roman": "Mac Roman",
    "cp1252": "Windows-1252",
    "utf-16": "UTF-16",
    "utf-8-sig": "UTF-8",
}
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SAMPLE_LINES = 20
LINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text and the encoding that gave it."""

    text: str
    encoding: str


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file; refuses with samples of the candidates where strict reading fails."""
    if encoding is not None:
        return _by_choice(content, encoding)
    for bom, name in BOMS:
        if content.startswith(bom):
            return _by_choice(content, name)
    if b"\x00" in content:
        raise Invalid("TEXT_BINARY", field="file")
    for name in ("utf-8", "gb18030"):
        try:
            return Decoded(content.decode(name), name)
        except UnicodeDecodeError:
            continue
    raise Invalid("ENCODING_UNKNOWN", field="encoding", samples=samples(content), choices=", ".join(CANDIDATES))


def _by_choice(content: bytes, encoding: str) -> Decoded:
    if encoding not in CANDIDATES and encoding != "utf-8":
        raise Invalid("CHOICE_UNKNOWN", field="encoding", choices=", ".join(CANDIDATES))
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as cause:
        raise Invalid("ENCODING_UNKNOWN", field="encoding", samples=samples(content), choices=", ".join(CANDIDATES)) from cause
    if "\x00" in text:
        raise Invalid("TEXT_BINARY", field="file")
    return Decoded(text.removeprefix("\ufeff"), encoding)


def samples(content: bytes) -> dict[str, list[str]]:
    """The first lines in each candidate encoding that reads them."""
    shown: dict[str, list[str]] = {}
    head = content[:20_000]
    for name in CANDIDATES:
        text = head.decode(name, errors="replace")
        if name != "utf-16" and text.count("\ufffd") * 100 < len(text):
            shown[name] = [line[:200] for line in LINE.split(text)[:SAMPLE_LINES]]
    return shown
