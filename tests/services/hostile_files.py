"""Hostile files, made on the spot: bombs, liars, torsos and carriers, each small on disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R%s>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def archive(*entries: tuple[str, str | bytes]) -> bytes:
    """A ZIP of these entries."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return held.getvalue()


def workbook(sheet: str) -> bytes:
    """A workbook whose one sheet is this XML."""
    return archive(
        ("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS.format("officeDocument", "xl/workbook.xml")), ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS.format("worksheet", "worksheets/sheet1.xml")), ("xl/worksheets/sheet1.xml", sheet))


def picture(width: int, height: int) -> bytes:
    """A PNG that claims these sides and holds hardly a pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def pdf(catalogue: bytes = b"") -> bytes:
    """A PDF of one empty page, with additions to its catalogue."""
    return PDF % catalogue


@cache
def files() -> tuple[tuple[str, str, bytes], ...]:
    """What each is, its name and its bytes."""
    return (
        ("nothing in it", "a.pdf", b""), ("nothing in it", "a.xlsx", b""), ("nothing in it", "a.csv", b""),
        ("a programme", "a.pdf", b"MZ" + b"\0" * 200), ("a page", "a.pdf", b"<html><script>alert(1)</script>"), ("a picture's name", "a.png", pdf()),
        ("no ending", "file", pdf()), ("two endings", "a.pdf.exe", pdf()), ("a path", "../../etc/a.pdf", b"%PDF-1.4"), ("a strange name", "\u202efdp.exe\x07 .pdf", b"%PDF"),
        ("cut off", "a.pdf", pdf()[:150]), ("cut off, with an end", "a.pdf", b"%PDF-1.4\n1 0 obj<<\n%%EOF"), ("noise", "a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF"),
        ("a script", "a.pdf", pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")), ("a launch", "a.pdf", pdf(b"/OpenAction<</S/Launch/F(calc.exe)>>")),
        ("also an archive", "a.pdf", pdf() + archive(("a", "b"))), ("a flood of pixels", "a.png", picture(60_000, 60_000)),
        ("half a picture", "a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50 + b"\xff\xd9"),
        ("a bomb", "a.xlsx", workbook(SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 150_000_000 + "</t></is></c></row>"))),
        ("a lying size", "a.xlsx", workbook(SHEET.format('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))), ("no workbook", "a.xlsx", archive(("a.txt", "b"))),
        ("entities", "a.xlsx", workbook(f'<!DOCTYPE a [<!ENTITY l0 "x">{LAUGHS}]>' + SHEET.format('<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>'))),
        ("half an archive", "a.zip", archive(("a.csv", "x" * 5000))[:80]), ("an upward path", "a.zip", archive(("../../a.csv", "b"))),
        ("archives in archives", "a.zip", archive(("b.zip", archive(("c.zip", archive(("d.csv", "e"))))))), ("many entries", "a.zip", archive(*((f"{n}.csv", "") for n in range(20_000)))),
        ("NULs", "a.csv", b"a,b\r\n\0\0,1\r\n"), ("one long line", "a.csv", b"a" * 11 * 1024 * 1024), ("ragged rows", "a.csv", b"a,b,c\n1\n1,2,3,4,5\n\"open"),
        ("twice the same heads", "a.csv", "申请号,申请号,名称\n1,2,3\n".encode("gb18030")), ("UTF-16", "a.csv", "申请号,名称\n1,2\n".encode("utf-16")), ("no encoding", "a.csv", b"\x81\x20\xff\xfe\xfd,1\n\x80"),
        ("formulas", "a.csv", b"name\n=cmd|' /C calc'!A0\n@SUM(1)\n"), ("a billion laughs", "a.xml", f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "x">{LAUGHS}]><a>&l9;</a>'.encode()),
        ("a foreign entity", "a.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), ("deep XML", "a.xml", b"<a>" * 50_000),
        ("broken XML", "a.xml", b"<a><b></a>"), ("deep JSON", "a.json", b"[" * 100_000), ("broken JSON", "a.json", b'{"a": [1,'), ("numbers too long", "a.json", b"[" + b"9" * 10_000 + b"]"),
        ("lone surrogates", "a.json", b'[{"\\ud800": "\\udfff"}]'), ("broken lines", "a.jsonl", b'{"a":1}\n{"a":\n\xff\n'), ("a macro workbook", "a.xlsm", workbook(SHEET.format(""))),
    )  # fmt: skip
