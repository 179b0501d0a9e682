"""Documents for everybody and for those concerned: verification by code, sealed documents, attachments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, redirect, request, url_for

from exchange.core import files, pdf, seal
from exchange.core.access import MEMBER, Actor, permit
from exchange.core.errors import DomainError, NotFound
from exchange.core.web import Room, own_ip, page, settings

READ = permit("sealed_document:read", MEMBER)
FILE = permit("attachment:read", MEMBER)
SHUT = "default-src 'none'; sandbox"
room = Room("documents", __name__)


@room.page("/v/", public="anybody may verify a document")
def ask_code(actor: Actor | None) -> Any:
    """Type the code that stands on a document."""
    typed = request.args.get("code", "")[:60]
    code = seal.read_code(typed) if typed else None
    if code is not None:
        return redirect(url_for("documents.compare_document", code=code), 303)
    return page("portal/documents/ask.html", typed=typed)


def described(code: str, actor: Actor | None) -> dict[str, Any]:
    """The document of a code and what its signatures are worth now."""
    seal.count_lookup(own_ip())
    document = seal.find_by_code(code)
    findings: tuple[seal.Finding, ...] = ()
    if document is not None:
        try:
            findings = seal.verify(seal.content_of(document))
        except DomainError:
            findings = ()
    good = bool(findings) and all(finding.good for finding in findings)
    named = [(signer, day_of(signer)) for signer in document.signers] if document is not None else []
    return {
        "code": code[:40], "document": document, "findings": findings, "good": good, "named": named,
        "demonstration": not settings().is_production,
    }


def day_of(signer: Mapping[str, Any]) -> datetime | None:
    """When somebody named in a document signed it, where it says so."""
    stated = signer.get("signed_at")
    return datetime.fromisoformat(stated) if stated else None


@room.form(
    "/v/<code>", public="anybody may verify a document", template="portal/documents/verify.html", context=described,
    uploads={"file": "signed"}, keyed=False,
)  # fmt: skip
def compare_document(code: str, data: dict[str, Any], actor: Actor | None) -> str:
    """What is kept under a code, and whether a file at hand is that document byte for byte."""
    document, upload = seal.find_by_code(code), data.get("file")
    if document is None:
        raise NotFound()
    same = None if upload is None else upload.sha256 == document.sha256
    return page("portal/documents/verify.html", form=None, same=same, upload=upload, **described(code, actor))


@room.page("/documents/<id>", READ)
def show_document(id: str, actor: Actor) -> str:  # noqa: A002  # the URL's argument
    """A sealed document as page images with its text beside."""
    document = seal.visible_document(id, actor)
    content = seal.content_of(document)
    pages = len(pdf.page_sizes(content))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return page(
        "portal/documents/document.html", document=document, pages=pages, number=number, text=pdf.page_text(content, number),
        findings=seal.verify(content),
    )  # fmt: skip


@room.page("/documents/<id>/pages/<int:number>.png", READ)
def show_page(id: str, number: int, actor: Actor) -> Response:  # noqa: A002  # the URL's argument
    """One page of a sealed document as picture, made from the bytes whose digest is shown."""
    document = seal.visible_document(id, actor)
    answer = make_response(pdf.page_image(seal.content_of(document), number, width=1100))
    answer.mimetype = "image/png"
    return answer


@room.page("/documents/<id>/file", READ)
def download_document(id: str, actor: Actor) -> Response:  # noqa: A002  # the URL's argument
    """The sealed document byte for byte."""
    document = seal.visible_document(id, actor)
    return as_download(seal.content_of(document), f"{document.number}.pdf", "application/pdf")


@room.page("/files/<id>", FILE)
def download_file(id: str, actor: Actor) -> Response:  # noqa: A002  # the URL's argument
    """An attachment, always as a download."""
    attachment = files.visible_attachment(id, actor)
    return as_download(files.read(attachment), attachment.filename, attachment.media_type)


def as_download(content: bytes, name: str, media_type: str) -> Response:
    """An answer that no browser opens in our own origin."""
    answer = make_response(content)
    answer.mimetype = media_type
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = SHUT
    return answer
