"""Taking an upload: count and hash while it streams, look at it in the child, keep its bytes; the row comes later."""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO

from exchange.core.errors import CODES, Invalid
from exchange.core.files.purposes import MEDIA_TYPES, PURPOSES, ZIPS, Purpose, check_content, check_name
from exchange.core.files.secrecy import encrypt
from exchange.core.files.store import BlobStore, TooLong
from exchange.core.sandbox.pool import pool
from exchange.core.sandbox.refusal import Refusal

CHECKED_WHOLE = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that was checked and whose bytes are kept, but which no row names yet."""

    filename: str
    kind: str
    purpose: str
    sha256: str
    blob: str
    size: int
    pages: int | None = None
    key: str = ""

    @property
    def media_type(self) -> str:
        """Its media type."""
        return MEDIA_TYPES[self.kind]


def clean_name(filename: str) -> str:
    """The last part of a name, without what a header or a file system could misread."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    shown = "".join(character for character in last if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    stem, dot, ending = shown.strip(" .").rpartition(".")
    return f"{stem[:180]}{dot}{ending[:10]}" or "file"


def take(
    source: BinaryIO | bytes, filename: str, *, purpose: str, store: BlobStore, by_command: bool = False, master: bytes = b""
) -> Upload:
    """The upload is checked and its bytes kept; whatever breaks a rule is refused and leaves nothing behind."""
    rules = PURPOSES[purpose]
    name = clean_name(filename)
    kind = check_name(name, rules)
    limit = rules.command_size if by_command else rules.size
    content = read_limited(source, limit)
    check_content(content, kind, rules)
    pages, content = look_inside(content, kind, rules)
    kept, key = encrypt(content, master) if rules.is_secret else (content, "")
    blob, _size = store.put(io.BytesIO(kept))
    sha256 = hashlib.sha256(content).hexdigest()
    return Upload(
        filename=name, kind=kind, purpose=purpose, sha256=sha256, blob=blob, size=len(content), pages=pages, key=key
    )


def read_limited(source: BinaryIO | bytes, limit: int) -> bytes:
    """All bytes of the source, unless there are more than the limit."""
    content = source if isinstance(source, bytes) else source.read(limit + 1)
    if len(content) > limit:
        raise Invalid("UPLOAD_TOO_LARGE", field="file", limit=f"{limit // (1024 * 1024)} MiB")
    return content


def look_inside(content: bytes, kind: str, purpose: Purpose) -> tuple[int | None, bytes]:
    """The number of pages if it has any, and the bytes to keep, after the child has looked at them."""
    if purpose.unread:
        return None, content
    if purpose.name == "logo":
        return None, ask({"act": "encode_logo"}, content)[1]
    if kind == "pdf":
        return int(ask({"act": "check_pdf"}, content)[0]["pages"]), content
    if kind in ("png", "jpg"):
        ask({"act": "check_image"}, content)
    if kind == "zip" and len(content) <= CHECKED_WHOLE:
        ask({"act": "check_zip"}, content)
    if kind in ZIPS and kind != "zip":
        ask({"act": "check_office", "kind": kind}, content)
    return None, content


def ask(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The child's answer; its refusal becomes ours, and a child that died means a damaged file."""
    try:
        return pool().ask(request, content)
    except Refusal as refusal:
        code = refusal.code if refusal.code in CODES and not refusal.code.startswith("RENDER") else "FILE_DAMAGED"
        raise Invalid(code, field="file", **{"allowed": "", "limit": "", **refusal.details}) from None


__all__ = ["TooLong", "Upload", "clean_name", "take"]
