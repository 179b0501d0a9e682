"""What a file is, by its content alone; its name is only compared."""

from __future__ import annotations

import io
import zipfile

from exchange.core.errors import Invalid
from exchange.core.states import State
from exchange.core.text import _
from exchange.registers.patents.rules import refusals as _refusals  # noqa: F401  (declares the codes)
from exchange.registers.patents.rules.importing.limits import Limits


class Format(State):
    """A kind of file that is read."""

    XLSX = "xlsx", _("Excel workbook")
    ZIP = "zip", _("Archive")
    XML = "xml", _("XML")
    JSON = "json", _("JSON")
    TEXT = "text", _("Table of text")


REFUSED_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "xls/doc"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gz"),
)
SUFFIXES = {
    "xlsx": Format.XLSX, "zip": Format.ZIP, "xml": Format.XML, "json": Format.JSON, "jsonl": Format.JSON,
    "csv": Format.TEXT, "tsv": Format.TEXT, "txt": Format.TEXT,
}
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(content: bytes, *, limits: Limits) -> Format:
    """The format of the content; refuses what is not read, with what to do."""
    if not content.strip():
        raise Invalid("FILE_EMPTY", field="file")
    for magic, kind in REFUSED_MAGIC:
        if content.startswith(magic):
            raise Invalid("FORMAT_REFUSED", field="file", kind=kind)
    if content.startswith(b"PK"):
        return _inside_zip(content, limits)
    head = content
    for bom in BOMS:
        head = head.removeprefix(bom)
    start = head[:4096].replace(b"\x00", b"").lstrip()
    if start.startswith(b"<"):
        return Format.XML
    return Format.JSON if start[:1] in (b"{", b"[") else Format.TEXT


def _inside_zip(content: bytes, limits: Limits) -> Format:
    names = set(open_archive(content, limits=limits).namelist())
    if "xl/workbook.bin" in names:
        raise Invalid("FORMAT_REFUSED", field="file", kind="xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise Invalid("FORMAT_REFUSED", field="file", kind="ods")
    if "xl/workbook.xml" not in names:
        return Format.ZIP
    if "xl/vbaProject.bin" in names:
        raise Invalid("FORMAT_REFUSED", field="file", kind="xlsm")
    return Format.XLSX


def open_archive(content: bytes, *, limits: Limits) -> zipfile.ZipFile:
    """The archive, once its directory keeps within the limits; nothing is unpacked for that."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as cause:
        raise Invalid("ZIP_LIMIT", field="file", reason="damaged") from cause
    if len(members) > limits.zip_members:
        raise Invalid("ZIP_LIMIT", field="file", reason=f"{len(members)} members")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.zip_bytes or unpacked > limits.zip_ratio * max(len(content), 10_000):
        raise Invalid("ZIP_LIMIT", field="file", reason=f"{unpacked} bytes unpacked")
    for member in members:
        _check_member(member)
    return archive


def _check_member(member: zipfile.ZipInfo) -> None:
    parts = member.filename.replace("\\", "/").split("/")
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or is_link:
        raise Invalid("ZIP_LIMIT", field="file", reason="unsafe name")
    if member.flag_bits & 0x1:
        raise Invalid("ZIP_LIMIT", field="file", reason="encrypted")
    if parts[-1].lower().endswith((".zip", ".xlsx", ".7z", ".rar", ".gz")):
        raise Invalid("ZIP_LIMIT", field="file", reason="archive inside an archive")


def name_differs(filename: str, found: Format) -> bool:
    """Whether the name's ending says another format than the content."""
    suffix = filename.rpartition(".")[2].lower()
    return suffix in SUFFIXES and SUFFIXES[suffix] is not found
