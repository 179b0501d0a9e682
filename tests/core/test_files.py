"""Uploads: what a file is counts, not what it is called; bytes are kept once, whole, under their digest."""

import io
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from exchange.core import files
from exchange.core.errors import DomainError
from exchange.core.pdf.inspection import active_name
from exchange.core.files.store import FolderStore, TooLong
from exchange.core.files.uploads import clean_name


def picture(form: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    return out.getvalue()


def document(pages: int = 1) -> bytes:
    made, out = PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        made.new_page(200, 200)
    made.save(out)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def workbook(**more: bytes) -> bytes:
    return archive(**{"[Content_Types]_dot_xml": b"<Types/>", "xl__workbook_dot_xml": b"<workbook/>"}, **more)


def huge_png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def refusal(content: bytes, name: str, purpose: str) -> str:
    with pytest.raises(DomainError) as refused:
        files.take(content, name, purpose=purpose)
    return refused.value.code.name


def kept(app: Any) -> list[str]:
    return list(files.store().list())


@pytest.mark.parametrize(
    ("name", "purpose", "content"),
    [
        ("合同.pdf", "document", document(3)),
        ("photo.JPEG", "document", picture("JPEG")),
        ("scan.png", "data_room", picture()),
        ("table.csv", "import", "专利号,名称\nZL202310000001.8,一种".encode()),
        ("gb.csv", "import", "专利号,名称\n1,一种".encode("gb18030")),
        ("patents.json", "import", b'[{"number": 1}]'),
        ("patents.xml", "import", b'<?xml version="1.0"?><patents/>'),
        ("all.zip", "import", archive(a_dot_csv=b"1,2")),
        ("book.xlsx", "import", workbook()),
        ("signed.pdf", "signed", document()),
    ],
)
def test_takes_what_its_name_says(app: Any, name: str, purpose: str, content: bytes) -> None:
    upload = files.take(io.BytesIO(content), name, purpose=purpose)
    assert upload.filename == name
    assert files.read_upload(upload) == content
    assert (files.get_bytes(upload.blob) == content) == (purpose != "data_room")
    assert upload.pages == {"合同.pdf": 3, "signed.pdf": 1}.get(name)


@pytest.mark.parametrize(
    ("name", "purpose", "content", "code"),
    [
        ("x.svg", "document", b"<svg/>", "FILE_TYPE"),
        ("x.html", "import", b"<html>", "FILE_TYPE"),
        ("x.xls", "import", b"\xd0\xcf\x11\xe0", "FILE_TYPE"),
        ("x.xlsm", "import", workbook(), "FILE_TYPE"),
        ("x.exe.pdf", "document", b"MZ" + document(), "FILE_TYPE"),
        ("x.pdf", "document", picture(), "FILE_TYPE"),
        ("x.png", "document", document(), "FILE_TYPE"),
        ("x.csv", "import", b"  <html><script>1</script>", "FILE_TYPE"),
        ("x.csv", "import", b"a,b\0c", "FILE_TYPE"),
        ("x.xml", "import", b'<?xml version="1.0"?><svg/>', "FILE_TYPE"),
        ("x", "document", document(), "FILE_TYPE"),
        ("polyglot.pdf", "document", document() + archive(a=b"1"), "FILE_TYPE"),
        ("polyglot.png", "document", picture() + archive(a=b"1"), "FILE_TYPE"),
        ("polyglot.jpg", "document", picture("JPEG")[:-2] + b"<script>1</script>\xff\xd9", "FILE_TYPE"),
        ("polyglot.zip", "import", picture() + archive(a=b"1"), "FILE_TYPE"),
        ("empty.pdf", "document", b"", "FILE_TYPE"),
        ("broken.pdf", "document", b"%PDF-1.7\nnothing here\n%%EOF", "FILE_DAMAGED"),
        ("broken.png", "document", picture()[:30] + picture()[-12:], "FILE_DAMAGED"),
        ("huge.png", "document", huge_png(), "IMAGE_TOO_LARGE"),
        ("big.png", "logo", b"\x89PNG" + b"0" * 1024 * 1024, "UPLOAD_TOO_LARGE"),
        ("macro.xlsx", "data_room", workbook(xl__vbaProject_dot_bin=b"1"), "FILE_ACTIVE_CONTENT"),
        ("not.docx", "data_room", workbook(), "FILE_TYPE"),
        ("bomb.zip", "import", archive(a=b"\0" * 50_000_000), "ZIP_LIMIT"),
        ("nested.zip", "import", archive(a_dot_zip=archive(b=b"1")), "ZIP_LIMIT"),
        ("climb.zip", "import", archive(**{"..__..__etc__passwd": b"1"}), "ZIP_LIMIT"),
        ("many.zip", "import", archive(**{f"a{n}": b"1" for n in range(201)}), "ZIP_LIMIT"),
    ],
)
def test_refuses_what_it_is_not(app: Any, name: str, purpose: str, content: bytes, code: str) -> None:
    before = kept(app)
    assert refusal(content, name, purpose) == code
    assert kept(app) == before


def test_refuses_a_locked_pdf(app: Any) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(document())))
    writer.encrypt(owner_pass="owner", user_pass="user")
    out = io.BytesIO()
    writer.write(out)
    assert refusal(out.getvalue(), "locked.pdf", "document") == "FILE_ENCRYPTED"


def test_a_logo_is_drawn_anew_and_made_small(app: Any) -> None:
    source = picture("JPEG", (2000, 1000))
    upload = files.take(source, "logo.jpg", purpose="logo")
    content = files.get_bytes(upload.sha256)
    assert content != source
    assert Image.open(io.BytesIO(content)).size == (1024, 512)


def test_an_attachment_names_kept_bytes_and_counts_towards_the_quota(database: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content = document()
    upload = files.take(content, "a.pdf", purpose="document")
    made = files.attach(upload, noun="patent", object_id="p1", kind="proof", organisation_id=7, user_id=1)
    assert [each.public_id for each in files.attachments_of("patent", "p1")] == [made.public_id]
    assert files.read(made) == content
    monkeypatch.setattr("exchange.core.files.keeping.FILES_AN_ORGANISATION", 1)
    with pytest.raises(DomainError) as refused:
        files.attach(upload, noun="patent", object_id="p1", kind="proof", organisation_id=7)
    assert refused.value.code.name == "QUOTA_EXCEEDED"
    assert len(files.attachments_of("patent", "p1")) == 1
    files.detach(made)
    assert files.attachments_of("patent", "p1") == []


def test_a_data_room_s_files_are_noise_at_rest_and_gone_when_shredded(database: Any) -> None:
    content = document()
    upload = files.take(content, "plan.pdf", purpose="data_room")
    made = files.attach(upload, noun="listing", object_id="l1", kind="plan")
    kept_as = files.get_bytes(made.blob)
    assert b"%PDF" not in kept_as
    assert files.read(made) == content
    changed = files.put_bytes(kept_as[:-1] + bytes([kept_as[-1] ^ 1]))
    with pytest.raises(DomainError) as refused:
        files.read_upload(replace(upload, blob=changed))
    assert refused.value.code.name == "FILE_DAMAGED"
    assert files.shred("listing", "l1") == 1
    with pytest.raises(DomainError) as gone:
        files.read(made)
    assert gone.value.code.name == "NOT_FOUND"


def test_bytes_without_a_row_are_swept_after_a_day_and_others_stay(database: Any) -> None:
    needed = files.take(document(2), "a.pdf", purpose="document")
    files.attach(needed, noun="patent", object_id="p1", kind="proof")
    orphan = files.put_bytes(b"orphan")
    assert files.sweep() == []
    os.utime(files.store().path_of(orphan), (0, 0))
    os.utime(files.store().path_of(needed.sha256), (0, 0))
    assert orphan in files.sweep()
    assert needed.sha256 in kept(database)
    assert files.missing() == []


def test_changed_bytes_are_not_served(app: Any) -> None:
    sha256 = files.put_bytes(b"true")
    files.store().path_of(sha256).write_bytes(b"false")
    with pytest.raises(DomainError) as refused:
        files.get_bytes(sha256)
    assert refused.value.code.name == "FILE_DAMAGED"


def test_the_same_bytes_are_kept_once_and_a_stream_too_long_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first = store.put(io.BytesIO(b"abc"))
    assert store.put(io.BytesIO(b"abc")) == first
    assert first == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3)
    with pytest.raises(TooLong):
        store.put(io.BytesIO(b"abcd"), limit=3)
    assert list(store.list()) == [first[0]]
    assert list((tmp_path / "partial").iterdir()) == []


@pytest.mark.parametrize("point", ["blob.temporary", "blob.synced", "blob.renamed"])
def test_a_kill_leaves_no_half_file(tmp_path: Path, point: str) -> None:
    program = (
        "import io, sys; from pathlib import Path; from exchange.core.files.store import FolderStore;"
        f"FolderStore(Path({str(tmp_path)!r})).put(io.BytesIO(b'abc' * 1000))"
    )
    environment = {**os.environ, "ZHIRONG_ENV": "test", "ZHIRONG_FAILPOINT": point}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert done.returncode == -9
    store = FolderStore(tmp_path)
    assert [store.path_of(sha256).read_bytes() for sha256 in store.list()] in ([], [b"abc" * 1000])
    assert store.put(io.BytesIO(b"abc" * 1000))[1] == 3000


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\x\\报告.pdf", "报告.pdf"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"), ("", "file"), ("x" * 300 + ".pdf", "x" * 180 + ".pdf"),
    ],
)  # fmt: skip
def test_names_lose_what_could_be_misread(given: str, kept_as: str) -> None:
    assert clean_name(given) == kept_as


def stream(data: bytes) -> bytes:
    return b"1 0 obj << /Length %d >>\nstream\n%s\nendstream endobj\n" % (len(data), data)


@pytest.mark.parametrize(("body", "name"), [
    (b"2 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj", "/JavaScript"),
    (b"2 0 obj << /S /J#61vaScript >> endobj", "/JavaScript"),
    (b"2 0 obj\x00<<\xff/JS\xff>> endobj", "/JS"),
    (b"% >> stream\n2 0 obj << /S /Launch /F (cmd.exe) >> endobj\n% endstream", "/Launch"),
    (stream(b"\x8f\x02/JS\x91\xfe\x00\x07\x99\x81\x9c\xff\xf0\xee\xdd\xcc\xbb"), ""),
    (stream(zlib.compress(b"/JavaScript 0 0 m" * 9)), ""),
    (b"1 0 obj << /Type /ObjStm >> stream\n" + zlib.compress(b"<< /S /JavaScript >>") + b"\nendstream endobj", "/JavaScript"),
])
def test_active_names_are_found_in_objects_and_not_in_chance_bytes(body: bytes, name: str) -> None:
    assert active_name(body) == name


def test_no_chance_bytes_of_sixteen_mebibytes_look_active() -> None:
    chance = random.Random(20261125)
    for _part in range(16):
        assert active_name(stream(chance.randbytes(1024 * 1024).replace(b"endstream", b""))) == ""
