"""Template and JSON in, PDF/A-3a out; runs only in the renderer child.

The same template, data and language give the same bytes: dates and identifiers come from the request.
"""

import hashlib
import importlib
import importlib.util
import io
import json
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError  # noqa: TID251  # only its error; parsing is defusedxml's

import cssselect2
import defusedxml.ElementTree
import jinja2
import pydyf
import segno
from defusedxml.common import DefusedXmlException
from markupsafe import Markup  # noqa: TID251  # the QR code is drawn from modules and holds no text
from weasyprint import CSS, HTML, VERSION, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from exchange.core import i18n
from exchange.core.money import Money
from exchange.core.sandbox.refusal import Refusal
from exchange.core.text import Text


class Element(Protocol):
    """An element of a parsed page."""

    tag: str

    def __iter__(self) -> Iterator["Element"]: ...

    def set(self, name: str, value: str) -> None: ...


Answer = tuple[dict[str, Any], bytes]
LIMITS = {"pages": 200, "rows": 5_000, "nesting": 100, "figures": 40}
OLDEST_WEASYPRINT = 70
ASSET = re.compile(r"asset:///([a-z0-9][a-z0-9_.-]*)")
SVG_SPACE = "http://www.w3.org/2000/svg"
SVG = f"{{{SVG_SPACE}}}svg"
BASE = "asset:///"
SHEET = re.compile(r"[a-z0-9][a-z0-9_.-]*\.css")
UNCLOSED = re.compile(r"<((?:br|col|hr|img|input|link|meta|wbr)\b[^<>]*?)/?>")
PACKING = 6
FONT_FAMILY = "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei"
ASSET_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}

_folders: list[Path] = []


class PackagedFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint ships no type information
    """Only packaged assets are served, by bare name; every other address ends the document."""

    def __init__(self) -> None:
        super().__init__(allow_redirects=False, fail_on_errors=True, allowed_protocols=("asset",))

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes of one packaged asset."""
        match = ASSET.fullmatch(url)
        if match is None:
            raise FatalURLFetchingError(f"address not allowed: {url[:200]}")
        path = find_asset(match[1])
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": ASSET_TYPES[path.suffix]})


def find_asset(name: str) -> Path:
    """The file of an asset, which lies in ``pdf/assets`` of a template folder."""
    for folder in _folders:
        path = folder / "pdf" / "assets" / name
        if path.suffix in ASSET_TYPES and path.is_file():
            return path
    raise FatalURLFetchingError(f"no asset named {name}")


def prepare(folders: list[str]) -> None:
    """Fonts and templates are loaded, so that the first document finds a warm child."""
    if int(VERSION.split(".")[0]) < OLDEST_WEASYPRINT:
        raise RuntimeError(f"WeasyPrint {VERSION} has known holes; {OLDEST_WEASYPRINT} or later is needed")
    pydyf.zlib = Packing
    for known in (urllib.parse.uses_relative, urllib.parse.uses_netloc):
        known.append("asset")
    _folders[:] = [Path(folder) for folder in folders]
    HTML(string="<p>知融 Zhirong</p>", url_fetcher=PackagedFetcher()).write_pdf()


def qr_code(text: str, size_millimetres: int = 22) -> Markup:
    """A QR code as inline SVG."""
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
    size = f'<svg xmlns="{SVG_SPACE}" width="{size_millimetres}mm" height="{size_millimetres}mm" '
    return Markup(drawn.replace("<svg ", size, 1))  # noqa: S704  # drawn by segno from modules, holds no text


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Templates with the sentences, filters and charts that pages use too."""
    loader = jinja2.FileSystemLoader([str(folder) for folder in _folders])
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    i18n.install(made)
    made.globals.update(qr=qr_code, charts=chart_makers())
    return made


def chart_makers() -> Any:
    """The makers of figures, by which a template draws its data."""
    return importlib.import_module("exchange.core.charts") if importlib.util.find_spec("exchange.core.charts") else None


def revive(value: Any, kinds: list[tuple[list[Any], str]]) -> Any:
    """The data with its amounts, dates, decimals and marked sentences as what they were before they became JSON."""
    for path, kind in kinds:
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = REVIVERS[kind](holder[path[-1]])
    return value


REVIVERS: dict[str, Callable[[Any], Any]] = {
    "money": lambda kept: Money.parse(kept["amount"], kept["currency"]),
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "text": Text,
}


def walk(root: Element) -> Iterator[tuple[Element, int]]:
    """Every element with its depth, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting.extend((child, depth + 1) for child in element)


def check_size(root: Element) -> None:
    """A document with too many rows, figures or levels is refused before it is laid out."""
    found = {"rows": 0, "figures": 0, "nesting": 0}
    for element, depth in walk(root):
        if element.tag == SVG:
            element.set("font-family", FONT_FAMILY)  # the sheet of a document does not reach the text of a drawing
        found["rows"] += element.tag == "tr"
        found["figures"] += element.tag == "figure"
        found["nesting"] = max(found["nesting"], depth)
    for name, number in found.items():
        check_limit(name, number)


def check_limit(name: str, number: int) -> None:
    """A number above its limit is refused."""
    if number > LIMITS[name]:
        raise Refusal("REPORT_TOO_LARGE", limit=name, allowed=LIMITS[name], found=number)


def attach(data: bytes, issued_at: datetime) -> Attachment:
    """The machine-readable twin of the document."""
    return Attachment(
        file_obj=io.BytesIO(data), name="data.json", description="The data of this document",
        created=issued_at, modified=issued_at, relationship="Data", url_fetcher=PackagedFetcher(),
    )


def to_html(request: dict[str, Any], body: bytes) -> str:
    """The template filled with the data."""
    data = revive(json.loads(body), request["kinds"])
    head = {**request["document"], "issued_at": datetime.fromisoformat(request["document"]["issued_at"])}
    language = request["language"]
    with i18n.speaking(language):
        template = environment().get_template(request["template"])
        return template.render(**data, document=head, lang=i18n.html_language(language))


def read_page(text: str) -> Any:
    """The tree of a page: by the quick reader of XML where the page is well formed, as every template here is."""
    try:
        return defusedxml.ElementTree.fromstring(UNCLOSED.sub(r"<\1/>", text))
    except (ParseError, DefusedXmlException):
        return None


class Page(HTML):  # type: ignore[misc]  # WeasyPrint ships no types
    """A page to typeset; its sheets from the packaged assets are read once a process."""

    def __init__(self, text: str) -> None:
        root = read_page(text)
        if root is None:
            super().__init__(string=text, base_url=BASE, url_fetcher=PackagedFetcher())
            self.sheets: list[CSS] = []
            return
        self.base_url, self.url_fetcher, self.media_type = BASE, PackagedFetcher(), "print"
        self.sheets = [known_sheet(name) for name in take_sheets(root)]
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def take_sheets(root: Any) -> list[str]:
    """The names of the packaged sheets that a page links; the links are gone from it."""
    found = []
    for parent in root.iter():
        for link in [child for child in parent if child.tag == "link" and set(child.attrib) == {"rel", "href"}]:
            if link.get("rel") == "stylesheet" and SHEET.fullmatch(link.get("href")) and not (link.tail or "").strip():
                found.append(link.get("href"))
                parent.remove(link)
    return found


@lru_cache(maxsize=1)
def fonts() -> FontConfiguration:
    """The fonts of this process; finding them and measuring their lines is done once."""
    return FontConfiguration()


@lru_cache(maxsize=32)
def known_sheet(name: str) -> CSS:
    """A packaged sheet, parsed."""
    return CSS(url=BASE + name, url_fetcher=PackagedFetcher(), font_config=fonts())


def render(request: dict[str, Any], body: bytes) -> Answer:
    """One PDF/A-3a with its data attached."""
    html = Page(to_html(request, body))
    check_size(html.etree_element)
    document = html.render(font_config=fonts(), stylesheets=html.sheets, pdf_variant="pdf/a-3a")
    check_limit("pages", len(document.pages))
    issued_at = request["document"]["issued_at"]
    document.metadata.created = document.metadata.modified = issued_at
    document.metadata.attachments = [attach(body, datetime.fromisoformat(issued_at))]
    identifier = hashlib.sha256(request["digest"].encode()).digest()[:16]
    made = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier, finisher=settle)
    return {"pages": len(document.pages)}, made


class Packing:
    """How streams are packed: pydyf's own level costs three times as much and saves one part in a hundred."""

    @staticmethod
    def compressobj(level: int) -> Any:
        """What packs one stream."""
        return zlib.compressobj(min(level, PACKING))


class Settled(pydyf.Object):  # type: ignore[misc]  # pydyf ships no types
    """An object of a finished file, written out once: pydyf writes each one twice, for the file and for its identifier."""

    def __init__(self, written: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free, self.offset = written.number, written.generation, written.free, written.offset
        self.kept: bytes = written.data
        self.packs: bool = written.compressible

    @property
    def data(self) -> bytes:
        """The bytes of the object."""
        return self.kept

    @property
    def compressible(self) -> bool:
        """Whether the object may stand in a stream of objects."""
        return self.packs


def settle(document: Document, pdf: pydyf.PDF) -> None:
    """Every object of the file is written out before the file is put together."""
    pdf.objects[:] = [each if each.free == "f" else Settled(each) for each in pdf.objects]


def preview(request: dict[str, Any], body: bytes) -> Answer:
    """The same document as HTML, for a draft shown on a page."""
    return {}, to_html(request, body).encode()


ACTS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {"render": render, "preview": preview}
