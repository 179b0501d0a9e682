"""The renderer child: deaf to the network, blind to files, the same bytes for the same input."""

import contextlib
import hashlib
import json
import re
import socket
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from weasyprint import HTML

from exchange.core import pdf
from exchange.core.money import Money
from exchange.core.pdf import documents, typesetting
from exchange.core.sandbox.pool import TEMPLATES, Pool
from exchange.core.text import _

HEAD = pdf.DocumentHead(
    title="专利权质押价值评估报告", number="ZR-2026-0001", issued_at=datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC),
    issuer="知融评估有限公司", code="7BDKQ02V9WAR6071VFA9", verify_url="https://zhirong.example/v/7BDKQ02V9WAR6071VFA9",
    audit_head="12034 a8f0c1d2e3f40516",
)  # fmt: skip
SPECIMEN = """{% extends "pdf/_document.html" %}{% block content %}<h1>结论</h1>
<p>{{ value|money_exact }}；{{ value|daxie }}；{{ day|date }}；{{ share|percent }}；{{ word }}</p>{% endblock %}"""
DATA = {"value": Money(102000000), "day": date(2026, 11, 20), "share": Decimal("0.165"), "word": _("Demonstration")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("templates")
    (made / "pdf").mkdir()
    (made / "pdf" / "specimen.html").write_text(SPECIMEN)
    return made


@pytest.fixture(scope="module")
def children(folder: Path) -> Iterator[Pool]:
    made = pdf.pool_for([TEMPLATES, folder], size=1)
    yield made
    made.close()


def write(folder: Path, name: str, markup: str) -> str:
    (folder / "pdf" / name).write_text(f"<html><body>{markup}</body></html>")
    return f"pdf/{name}"


def code_of(children: Pool, template: str, data: dict[str, Any] | None = None) -> str:
    with pytest.raises(pdf.RenderFailure) as failure:
        pdf.render(template, data or {}, head=HEAD, using=children)
    return failure.value.code


def test_gives_the_same_bytes_for_the_same_input_in_another_child(folder: Path, children: Pool) -> None:
    first = pdf.render("pdf/specimen.html", DATA, head=HEAD, using=children)
    other = pdf.pool_for([TEMPLATES, folder], size=1)
    second = pdf.render("pdf/specimen.html", DATA, head=HEAD, using=other)
    other.close()
    assert first.content == second.content
    assert first.digest == second.digest
    assert first.content != pdf.render("pdf/specimen.html", {**DATA, "value": Money(1)}, head=HEAD, using=children).content


def test_attaches_the_data_and_prints_exact_sums(children: Pool) -> None:
    made = pdf.render("pdf/specimen.html", DATA, head=HEAD, using=children)
    assert json.loads(pdf.attached(made.content)) == {
        "day": "2026-11-20", "share": "0.165", "value": {"amount": "1020000.00", "currency": "CNY"}, "word": "Demonstration",
    }  # fmt: skip
    text = pdf.page_text(made.content)
    assert "1,020,000.00" in text
    assert "壹佰零贰万元整" in text
    assert "16.5" in text
    assert b"pdfaid:part" in made.content or b"/Metadata" in made.content


def test_speaks_the_language_of_the_document(children: Pool) -> None:
    texts = {
        language: pdf.page_text(pdf.render("pdf/specimen.html", DATA, head=HEAD, language=language, using=children).content)
        for language in ("zh", "en")
    }
    assert "2026 年 11 月 20 日" in texts["zh"] or "2026年11月20日" in texts["zh"]
    assert "CNY" in texts["en"]


SHEET: dict[str, Any] = {
    "lead": "本表由平台依据已签合同生成。",
    "sections": [
        {"title": "一、金额", "words": True, "facts": [["借款本金", Money(102000000)], ["起息日", date(2026, 11, 25)]]},
        {"title": "二、还款计划", "table": {"columns": ["期次", {"label": "本金", "number": True}], "rows": [[1, Money(8500000)]], "foot": ["合计", Money(8500000)]}},
        {"title": "三、约定", "clauses": ["质押登记之日起质权设立。"], "paragraphs": ["以下为约定。"]},
    ],
    "people": [{"role": "借款人", "name": "李明", "at": date(2026, 11, 25)}],
    "notes": ["数据来源：平台台账。"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_prints_facts_tables_clauses_and_signatories(children: Pool, language: str) -> None:
    made = pdf.render("pdf/sheet.html", SHEET, head=HEAD, language=language, using=children)
    text = pdf.page_text(made.content)
    for expected in ("一、金额", "1,020,000.00", "壹佰零贰万元整", "85,000.00", "质押登记之日起质权设立。", "李明", HEAD.code, HEAD.audit_head):
        assert expected in text
    assert "平台存证章" in text
    assert json.loads(pdf.attached(made.content))["sections"][0]["facts"][0][1] == {"amount": "1020000.00", "currency": "CNY"}


def test_embeds_only_the_wanted_fonts_and_bookmarks_each_heading_once(children: Pool, tmp_path: Path) -> None:
    content = pdf.render("pdf/sheet.html", SHEET, head=HEAD, using=children).content
    document = PdfDocument(content)
    titles = [bookmark.get_title() for bookmark in document.get_toc()]
    assert titles == ["一、金额", "二、还款计划", "三、约定"]
    names = set(re.findall(rb"/FontName /([A-Za-z0-9+-]+)", b"".join(inflated(content))))
    assert {name.partition(b"+")[2] for name in names} <= {b"Noto-Sans-CJK-SC", b"Noto-Sans-CJK-SC-Bold"}
    assert names
    assert len(content) < 1024 * 1024


def inflated(content: bytes) -> Iterator[bytes]:
    """The file itself and every stream that unpacks."""
    yield content
    for match in re.finditer(rb"stream\r?\n", content):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[match.end() :])


def test_draws_a_page_and_stamps_the_viewers_name(children: Pool) -> None:
    made = pdf.render("pdf/specimen.html", DATA, head=HEAD, using=children).content
    plain, stamped = pdf.page_image(made, 1, width=600), pdf.page_image(made, 1, width=600, watermark="王芳 2026-11-25")
    assert plain.startswith(b"\x89PNG")
    assert plain == pdf.page_image(made, 1, width=600)
    assert plain != stamped


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{address}">',
        '<link rel="stylesheet" href="{address}">',
        '<link rel="attachment" href="{address}">',
        '<style>@import url("{address}");</style>',
        '<p style="background:url({address})">x</p>',
        '<svg><image href="{address}" width="5" height="5"/></svg>',
    ],
)
def test_opens_neither_files_nor_addresses(markup: str, folder: Path, children: Pool, tmp_path: Path) -> None:
    canary = tmp_path / "canary.svg"
    canary.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>CANARY</text></svg>')
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.3)
    asked: list[bool] = []
    waiter = threading.Thread(target=lambda: asked.append(knocked(listener)))
    waiter.start()
    for address in (canary.as_uri(), f"http://127.0.0.1:{listener.getsockname()[1]}/x.svg", "data:image/png;base64,AAAA"):
        name = write(folder, f"hostile-{hashlib.sha256((markup + address).encode()).hexdigest()[:12]}.html", markup.replace("{address}", address))
        assert attempt(name, children) in ("RENDER_FAILED", "rendered without it")
    waiter.join()
    listener.close()
    assert asked == [False]


def attempt(template: str, children: Pool) -> str:
    try:
        made = pdf.render(template, {}, head=HEAD, using=children)
    except pdf.RenderFailure as failure:
        return failure.code
    leaked = b"CANARY" in made.content or "CANARY" in pdf.page_text(made.content)
    return "leaked" if leaked else "rendered without it"


def knocked(listener: socket.socket) -> bool:
    try:
        connection, _address = listener.accept()
    except TimeoutError:
        return False
    connection.close()
    return True


def shape(element: Any) -> Any:
    """What of an element decides how it is set: name, attributes and words, blanks apart."""
    attributes = sorted((name, value) for name, value in element.attrib.items() if not name.endswith("xmlns"))
    return element.tag, attributes, (element.text or "").strip(), (element.tail or "").strip(), [shape(child) for child in element]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reads_a_well_formed_page_as_the_reader_of_html_does(language: str) -> None:
    body, request = documents.describe("pdf/sheet.html", SHEET, head=HEAD, language=language)
    typesetting.prepare([str(TEMPLATES)])
    text = typesetting.to_html(request, body)
    quick, usual = typesetting.read_page(text), HTML(string=text, base_url="asset:///").etree_element
    assert quick is not None
    assert shape(quick) == shape(usual)
    assert "{http://www.w3.org/2000/svg}path" in {element.tag for element in quick.iter()}


def test_reads_a_page_that_is_not_well_formed_all_the_same(folder: Path, children: Pool) -> None:
    assert typesetting.read_page("<p>one<p>two &nbsp;") is None
    made = pdf.render(write(folder, "loose.html", "<p>one<p>two &nbsp;<table><tr><td>three</table>"), {}, head=HEAD, using=children)
    assert "".join(pdf.page_text(made.content).split()) == "onetwothree"


def test_links_of_packaged_sheets_are_taken_from_the_page() -> None:
    page = typesetting.read_page('<html><head><link rel="stylesheet" href="document.css"><link rel="stylesheet" href="../x.css"></head></html>')
    assert typesetting.take_sheets(page) == ["document.css"]
    assert [link.get("href") for link in page.iter("link")] == ["../x.css"]


def test_refuses_documents_that_are_too_large(folder: Path, children: Pool) -> None:
    assert code_of(children, write(folder, "rows.html", "<table>" + "<tr><td>x</td></tr>" * 5001 + "</table>")) == "REPORT_TOO_LARGE"
    assert code_of(children, write(folder, "deep.html", "<div>" * 120)) == "REPORT_TOO_LARGE"
    assert code_of(children, write(folder, "figures.html", "<figure>x</figure>" * 41)) == "REPORT_TOO_LARGE"
    long = '<p style="break-after:page">x</p>' * 201
    assert code_of(children, write(folder, "pages.html", long)) == "REPORT_TOO_LARGE"


def test_a_template_that_fails_leaves_a_working_pool(folder: Path, children: Pool) -> None:
    assert code_of(children, write(folder, "broken.html", "{{ missing.thing }}")) == "RENDER_FAILED"
    assert pdf.render("pdf/specimen.html", DATA, head=HEAD, using=children).pages == 1


def test_a_document_that_takes_too_long_ends_its_child(folder: Path) -> None:
    name = write(folder, "endless.html", "{% for a in range(100000) %}{% for b in range(100000) %}{{ a * b }}{% endfor %}{% endfor %}")
    hasty = pdf.pool_for([TEMPLATES, folder], size=1, wall_seconds=1.0)
    assert code_of(hasty, name) == "RENDER_LIMIT"
    hasty.wall_seconds = 60.0
    assert pdf.render("pdf/specimen.html", DATA, head=HEAD, using=hasty).pages == 1
    hasty.close()


def test_the_child_has_an_empty_environment_and_no_network(children: Pool) -> None:
    with children.borrowed() as child:
        assert Path(f"/proc/{child.process.pid}/environ").read_bytes() == b""
        limits = Path(f"/proc/{child.process.pid}/limits").read_text()
        isolated = child.isolated
        own = Path("/proc/self/ns/net").readlink() == Path(f"/proc/{child.process.pid}/ns/net").readlink()
    assert [line.split()[3] for line in limits.splitlines() if line.startswith("Max address space")] == [str(1536 * 1024 * 1024)]
    assert isolated != own


def test_keeps_a_result_under_the_digest_of_its_input(children: Pool, tmp_path: Path) -> None:
    made = pdf.render("pdf/specimen.html", DATA, head=HEAD, using=children, cache=tmp_path)
    with children.borrowed() as child:
        served = child.served
        again = pdf.render("pdf/specimen.html", DATA, head=HEAD, cache=tmp_path)
        assert child.served == served
    assert again == made


HOSTILE_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R>>
"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.4 nothing", "FILE_DAMAGED"),
        (HOSTILE_PDF, "FILE_ACTIVE_CONTENT"),
        (HOSTILE_PDF.replace(b"/S/JavaScript/JS", b"/S/#4aavaScript/#4aS"), "FILE_ACTIVE_CONTENT"),
        (HOSTILE_PDF.replace(b"/S/JavaScript/JS", b"/S/Launch/F"), "FILE_ACTIVE_CONTENT"),
    ],
)
def test_refuses_damaged_and_active_pdfs(content: bytes, code: str) -> None:
    with pytest.raises(pdf.RenderFailure) as failure:
        pdf.inspect("check_pdf", content)
    assert failure.value.code == code
