"""What an uploaded file really is; runs only in the renderer child, where a hostile file can do no harm."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from exchange.core.sandbox.refusal import Refusal

Answer = tuple[dict[str, Any], bytes]
PDF_PAGES = 2_000
IMAGE_PIXELS = 40_000_000
LOGO_SIDE = 1_024
PAGE_IMAGE_WIDTH = 2_400
ZIP_MEMBERS, ZIP_BYTES, ZIP_RATIO = 200, 200 * 1024 * 1024, 100
OBJECT_STREAM_BYTES = 32 * 1024 * 1024
NAMES = rb"(/(?:JavaScript|JS|Launch|XFA|RichMedia|Movie|Sound|ImportData|SubmitForm))(?![A-Za-z0-9_])"
COMPANY = rb"[\x00\t\n\x0c\r -~]{12}"
ACTIVE = re.compile(NAMES)
ACTIVE_IN_DATA = re.compile(COMPANY + NAMES + rb"|" + NAMES + COMPANY)
STREAM = re.compile(rb">>[\s\x00]*stream\r?\n(.*?)endstream", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
MACRO = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|macrosheets|\.bin$|\.exe$|\.js$|\.vbs$", re.IGNORECASE)
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def open_pdf(body: bytes) -> pypdfium2.PdfDocument:
    """The PDF is opened, or refused as damaged or encrypted."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise Refusal("FILE_ENCRYPTED" if encrypted else "FILE_DAMAGED") from None
    if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Refusal("FILE_ENCRYPTED")
    return document


def spelled_out(content: bytes) -> bytes:
    """Names without their escapes."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def object_streams(body: bytes) -> bytes:
    """The objects that lie packed in streams, as plain bytes."""
    parts = []
    for match in OBJECT_STREAM.finditer(body):
        unpacker = zlib.decompressobj()
        try:
            parts.append(unpacker.decompress(body[match.end() :], OBJECT_STREAM_BYTES))
        except zlib.error:
            continue  # not deflated, so its names stand in the body already
    return b"\n".join(parts)


def active_name(body: bytes) -> str:
    """The name of something active in a PDF; empty when there is none.

    In the data of a stream three chance bytes look like a name once in a few megabytes; there a name counts only in readable company.
    """
    objects = b"\n".join([STREAM.sub(b">>", body), object_streams(body)])
    found = ACTIVE.search(spelled_out(objects)) or ACTIVE_IN_DATA.search(spelled_out(b"\n".join(STREAM.findall(body))))
    return "" if found is None else next(name for name in found.groups() if name).decode()


def check_pdf(request: dict[str, Any], body: bytes) -> Answer:
    """A PDF opens, is not encrypted, has no scripts and not too many pages."""
    document = open_pdf(body)
    pages = len(document)
    if not 0 < pages <= PDF_PAGES:
        raise Refusal("FILE_DAMAGED" if pages < 1 else "UPLOAD_TOO_LARGE", pages=pages, allowed=PDF_PAGES)
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise Refusal("FILE_ACTIVE_CONTENT", found="JavaScript")
    if found := active_name(body):
        raise Refusal("FILE_ACTIVE_CONTENT", found=found)
    document[0].get_size()
    return {"pages": pages}, b""


def open_image(body: bytes) -> Image.Image:
    """The image is decoded whole, or refused."""
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        image = Image.open(io.BytesIO(body), formats=("PNG", "JPEG"))
    except Exception:  # Pillow raises many kinds for a broken head
        raise Refusal("FILE_DAMAGED") from None
    if image.width * image.height > IMAGE_PIXELS:
        raise Refusal("IMAGE_TOO_LARGE", pixels=image.width * image.height, allowed=IMAGE_PIXELS)
    try:
        image.load()
    except Exception:  # Pillow raises many kinds for broken data
        raise Refusal("FILE_DAMAGED") from None
    return image


def check_image(request: dict[str, Any], body: bytes) -> Answer:
    """An image decodes whole and is not too large."""
    image = open_image(body)
    return {"width": image.width, "height": image.height}, b""


def encode_logo(request: dict[str, Any], body: bytes) -> Answer:
    """A logo is drawn anew as PNG without anything but its pixels."""
    image = open_image(body).convert("RGBA")
    image.thumbnail((LOGO_SIDE, LOGO_SIDE))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return {"width": image.width, "height": image.height}, out.getvalue()


def check_zip(request: dict[str, Any], body: bytes) -> Answer:
    """An archive is small when unpacked, flat, unlocked and safe in its names."""
    members = read_members(body)
    names = [member.filename for member in members]
    unsafe = [name for name in names if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name]
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unsafe or len(members) > ZIP_MEMBERS or unpacked > ZIP_BYTES or unpacked > ZIP_RATIO * max(packed, 1024):
        raise Refusal("ZIP_LIMIT", members=len(members), unpacked=unpacked, unsafe=unsafe[:3])
    if any((member.external_attr >> 28) == 0xA for member in members):
        raise Refusal("ZIP_LIMIT", link=True)
    if any(name.lower().endswith((".zip", ".7z", ".rar", ".gz")) for name in names):
        raise Refusal("ZIP_LIMIT", nested=True)
    unpack(body)
    return {"members": names}, b""


def unpack(body: bytes) -> None:
    """Every member really unpacks, and to no more than the limit whatever its head claims."""
    left = ZIP_BYTES
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for member in archive.infolist():
            try:
                with archive.open(member) as stream:
                    while part := stream.read(1 << 20):
                        left -= len(part)
                        if left < 0:
                            raise Refusal("ZIP_LIMIT", unpacked=ZIP_BYTES - left)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                raise Refusal("FILE_DAMAGED", member=member.filename) from None


def read_members(body: bytes) -> list[zipfile.ZipInfo]:
    """The members of an archive that opens and is not encrypted."""
    try:
        members = zipfile.ZipFile(io.BytesIO(body)).infolist()
    except Exception:  # zipfile raises many kinds for a broken archive
        raise Refusal("FILE_DAMAGED") from None
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("FILE_ENCRYPTED")
    return members


def check_office(request: dict[str, Any], body: bytes) -> Answer:
    """An office file is an archive of its own kind and holds no macro."""
    check_zip({}, body)
    names = [member.filename for member in read_members(body)]
    if OFFICE[request["kind"]] not in names or "[Content_Types].xml" not in names:
        raise Refusal("FILE_TYPE", expected=request["kind"])
    active = [name for name in names if MACRO.search(name) and "printerSettings" not in name]
    if active:
        raise Refusal("FILE_ACTIVE_CONTENT", found=active[0])
    return {"members": len(names)}, b""


def measure(request: dict[str, Any], body: bytes) -> Answer:
    """Number and sizes of the pages, in points."""
    document = open_pdf(body)
    sizes = [[round(side, 2) for side in document[number].get_size()] for number in range(min(len(document), PDF_PAGES))]
    return {"pages": len(document), "sizes": sizes}, b""


def draw_page(request: dict[str, Any], body: bytes) -> Answer:
    """One page as PNG; `watermark` is drawn across it."""
    document = open_pdf(body)
    number = request["page"]
    if not 1 <= number <= len(document):
        raise Refusal("NOT_FOUND", page=number)
    page = document[number - 1]
    scale = min(request["width"], PAGE_IMAGE_WIDTH) / page.get_size()[0]
    image = page.render(scale=min(scale, 8)).to_pil().convert("RGB")
    if request.get("watermark"):
        image = stamp(image, request["watermark"])
    out = io.BytesIO()
    image.save(out, "PNG")
    return {"pages": len(document), "width": image.width, "height": image.height}, out.getvalue()


def stamp(image: Image.Image, text: str) -> Image.Image:
    """The viewer's name runs across the page, so that a leaked picture names its source."""
    from PIL import ImageDraw, ImageFont

    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    font = ImageFont.truetype(find_font(), max(14, image.width // 45))
    draw = ImageDraw.Draw(layer)
    step = max(120, image.height // 6)
    for row, top in enumerate(range(step // 2, image.height, step)):
        draw.text((image.width // 20 + (row % 2) * image.width // 5, top), text, font=font, fill=(90, 90, 90, 70))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def find_font() -> str:
    """The file of a font with Chinese glyphs."""
    import glob

    for pattern in ("/usr/share/fonts/**/NotoSansCJK-Regular.ttc", "/usr/share/fonts/**/*[Cc][Jj][Kk]*", "/usr/share/fonts/**/*.tt?"):
        found = sorted(glob.glob(pattern, recursive=True))
        if found:
            return found[0]
    raise Refusal("RENDER_FAILED", missing="font")


def read_text(request: dict[str, Any], body: bytes) -> Answer:
    """The text of one page, or of all pages parted by form feeds."""
    document = open_pdf(body)
    wanted = [request["page"] - 1] if request.get("page") else range(min(len(document), PDF_PAGES))
    texts = [document[number].get_textpage().get_text_range() for number in wanted]
    return {"pages": len(document)}, "\f".join(texts).replace("\r\n", "\n").encode("utf-8", "replace")


def read_attachments(request: dict[str, Any], body: bytes) -> Answer:
    """The named file that a PDF carries."""
    document = open_pdf(body)
    for number in range(document.count_attachments()):
        attachment = document.get_attachment(number)
        if attachment.get_name() == request["name"]:
            return {"name": request["name"]}, bytes(attachment.get_data())
    raise Refusal("NOT_FOUND", name=request["name"])


ACTS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {
    "check_pdf": check_pdf, "check_image": check_image, "check_zip": check_zip, "check_office": check_office,
    "encode_logo": encode_logo, "measure": measure, "draw_page": draw_page, "read_text": read_text,
    "read_attachment": read_attachments,
}  # fmt: skip
