"""What may be uploaded for which purpose, and whether a file's content is what its name says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exchange.core.errors import Invalid, define
from exchange.core.text import Text, _

MEBIBYTE = 1024 * 1024

for _name, _status, _sentence in (
    ("FILE_TYPE", 422, _("This file is not what its name says, or not of a kind taken here. Possible are {allowed}.")),
    ("FILE_ENCRYPTED", 422, _("This file is locked with a password. Save it without one and send it again.")),
    ("FILE_DAMAGED", 422, _("This file cannot be opened. Save it anew and send it again.")),
    ("FILE_ACTIVE_CONTENT", 422, _("This file holds scripts or macros ({found}). Save it without them and send it again.")),
    ("ZIP_LIMIT", 422, _("This archive holds too much, nested archives or unsafe names. Send its files singly.")),
    ("IMAGE_TOO_LARGE", 422, _("This picture has {pixels} pixels; at most {allowed} are taken. Make it smaller.")),
    ("QUOTA_EXCEEDED", 422, _("Your organisation's store is full ({limit}). Delete what is no longer needed or ask the operator.")),
):
    define(_name, _status, _sentence)


@dataclass(frozen=True)
class Purpose:
    """What one purpose takes."""

    name: str
    label: Text
    types: tuple[str, ...]
    size: int
    command_size: int
    unread: bool = False
    """Whether the content is judged by the feature that reads it, whatever the name says."""
    is_secret: bool = False
    """Whether the bytes are kept under a key of their own."""


def _purpose(name: str, label: Text, types: str, size: int, command_size: int = 0, *, unread: bool = False, is_secret: bool = False) -> Purpose:
    return Purpose(name, label, tuple(types.split()), size, command_size or size, unread, is_secret)


PURPOSES: Mapping[str, Purpose] = {
    purpose.name: purpose
    for purpose in (
        _purpose("import", _("Import file"), "csv tsv xlsx xml json zip", 50 * MEBIBYTE, 2048 * MEBIBYTE),
        _purpose("patents", _("Import file"), "csv tsv txt xlsx xml json jsonl zip", 50 * MEBIBYTE, 2048 * MEBIBYTE, unread=True),
        _purpose("document", _("Document"), "pdf png jpg", 50 * MEBIBYTE),
        _purpose("data_room", _("Data room file"), "pdf png jpg docx xlsx pptx", 100 * MEBIBYTE, is_secret=True),
        _purpose("signed", _("Signed document"), "pdf", 50 * MEBIBYTE),
        _purpose("logo", _("Logo"), "png jpg", MEBIBYTE),
    )
}
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "zip": "application/zip", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "txt": "text/plain", "jsonl": "application/jsonl", "xml": "application/xml", "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
ZIPS = ("zip", "docx", "xlsx", "pptx")
SPELLINGS = {"jpeg": "jpg"}
MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+(?:html|svg)|html|head|body|script|svg)\b", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(rb"<script\b|<svg\b|<html\b", re.IGNORECASE)
FOREIGN = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xd0\xcf\x11\xe0")
ZIP_END = b"PK\x05\x06"
ENCODINGS = ("utf-8-sig", "gb18030")


def extension(filename: str) -> str:
    """The extension of a name, in one spelling."""
    last = filename.rpartition(".")[2].lower() if "." in filename else ""
    return SPELLINGS.get(last, last)


def check_name(filename: str, purpose: Purpose) -> str:
    """The kind that the name claims, if the purpose takes it."""
    kind = extension(filename)
    if kind not in purpose.types:
        raise _not_taken(purpose)
    return kind


def _not_taken(purpose: Purpose) -> Invalid:
    return Invalid("FILE_TYPE", field="file", allowed=", ".join(purpose.types))


def check_content(content: bytes, kind: str, purpose: Purpose) -> None:
    """The bytes are of the kind that the name claims, and of no other kind besides."""
    if purpose.unread and content:
        return
    family = "zip" if kind in ZIPS else kind
    if not content or content.startswith(FOREIGN) or not IS_KIND[family](content):
        raise _not_taken(purpose)


def is_pdf(content: bytes) -> bool:
    """A PDF from its first byte to its end mark."""
    end = content.rfind(b"%%EOF")
    return content.startswith(b"%PDF-") and end >= 0 and not content[end + 5 :].strip(b"\r\n \t\x00") and not _ends_as_zip(content)


def _ends_as_zip(content: bytes) -> bool:
    return ZIP_END in content[-65_557:]


def is_png(content: bytes) -> bool:
    """A PNG that ends with its last chunk."""
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[-12:-4] == b"\x00\x00\x00\x00IEND" and not _speaks_otherwise(content)


def is_jpg(content: bytes) -> bool:
    """A JPEG that ends with its end mark."""
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9") and not _speaks_otherwise(content)


def _speaks_otherwise(content: bytes) -> bool:
    return b"%PDF-" in content[:1024] or _ends_as_zip(content) or SCRIPT.search(content) is not None


def is_zip(content: bytes) -> bool:
    """An archive from its first byte to its last record."""
    end = content.rfind(ZIP_END)
    if not content.startswith((b"PK\x03\x04", ZIP_END)) or end < 0 or len(content) < end + 22:
        return False
    return len(content) == end + 22 + int.from_bytes(content[end + 20 : end + 22], "little")


def is_table(content: bytes) -> bool:
    """Text of a table, in Unicode or a Chinese encoding."""
    return not MARKUP.match(content) and readable(content)


def is_xml(content: bytes) -> bool:
    """XML that is not a page or a picture."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")) and not MARKUP.match(re.sub(rb"^<\?xml.*?\?>", b"", start, count=1, flags=re.DOTALL))


def is_json(content: bytes) -> bool:
    """Text that starts as JSON does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and readable(content)


def readable(content: bytes) -> bool:
    """Whether the bytes are text without control characters, looking at their beginning."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = content[:MEBIBYTE]
    if re.search(rb"[\x00-\x08\x0e-\x1f]", sample):
        return False
    return any(decodes(sample, encoding) for encoding in ENCODINGS)


def decodes(sample: bytes, encoding: str) -> bool:
    """Whether the sample reads in this encoding, but for a character cut at its end."""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4 and len(sample) == MEBIBYTE
    return True


IS_KIND: Mapping[str, Callable[[bytes], bool]] = {
    "pdf": is_pdf, "png": is_png, "jpg": is_jpg, "zip": is_zip, "csv": is_table, "tsv": is_table, "xml": is_xml, "json": is_json,
}  # fmt: skip
