"""USPTO grant and application XML, version 4."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element  # noqa: TID251  (only the tree class; parsing is defusedxml's)

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import UNIT, Profile

PROFILE = Profile(name="us_xml", label=_("USPTO grant or application XML"), separator=UNIT, jurisdiction="US")
ROOTS = frozenset(("us-patent-grant", "us-patent-application"))


def recognises(root: Element) -> bool:
    """Whether a document is a US grant or application of version 4."""
    return root.tag in ROOTS


def values_of(root: Element) -> dict[str, Any]:
    """The document by our fields."""
    head = root.find("us-bibliographic-data-grant")
    if head is None:
        head = root.find("us-bibliographic-data-application")
    if head is None:
        return {}
    publication = head.find("publication-reference/document-id")
    application = head.find("application-reference/document-id")
    is_grant = root.tag == "us-patent-grant"
    issued = _text(publication, "date")
    return {
        "jurisdiction": "US",
        "publication_number": "US" + _plain_number(_text(publication, "doc-number")),
        "kind": _text(publication, "kind"),
        "application_number": _text(application, "doc-number"),
        "filing_date": _text(application, "date"),
        "publication_date": issued,
        "grant_date": issued if is_grant else "",
        "title_en": _all_text(head.find("invention-title")),
        "abstract_en": _all_text(root.find("abstract")),
        "claims": "\n".join(_all_text(one) for one in root.iterfind("claims/claim")),
        "applicants": _parties(head, ("assignees/assignee/addressbook", "parties/assignees/assignee/addressbook"))
        or _parties(head, ("parties/applicants/applicant/addressbook", "us-parties/us-applicants/us-applicant/addressbook")),
        "inventors": _parties(head, (
            "us-parties/inventors/inventor/addressbook", "parties/inventors/inventor/addressbook",
            "parties/applicants/applicant/addressbook",
        )),
        "ipc": _classes(head),
    }


def _text(node: Element | None, path: str) -> str:
    return "" if node is None else (node.findtext(path) or "").strip()


def _all_text(node: Element | None) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())


def _plain_number(number: str) -> str:
    letters = number.rstrip("0123456789")
    return letters + number[len(letters) :].lstrip("0")


def _parties(head: Element, paths: tuple[str, ...]) -> list[str]:
    for path in paths:
        names = [_name(node) for node in head.iterfind(path)]
        if any(names):
            return [name for name in names if name]
    return []


def _name(book: Element) -> str:
    organisation = _text(book, "orgname")
    return organisation or f"{_text(book, 'first-name')} {_text(book, 'last-name')}".strip()


def _classes(head: Element) -> list[str]:
    old = head.find("classification-ipc")
    if old is not None:
        return [(node.text or "").strip() for node in old if node.tag.endswith("-classification") and node.text]
    return [
        f"{_text(node, 'section')}{_text(node, 'class')}{_text(node, 'subclass')}{_text(node, 'main-group')}/{_text(node, 'subgroup')}"
        for node in head.iterfind("classifications-ipcr/classification-ipcr")
    ]
