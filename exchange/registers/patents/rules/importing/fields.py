"""Our own column names, their titles, and the spellings that mean them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from exchange.core.text import Text, _

TITLES: dict[str, Text] = {
    "application_number": _("Application number"),
    "publication_number": _("Publication number"),
    "kind": _("Kind of document"),
    "jurisdiction": _("Office"),
    "type": _("Type of right"),
    "title_zh": _("Title in Chinese"),
    "title_en": _("Title in English"),
    "abstract_zh": _("Abstract in Chinese"),
    "abstract_en": _("Abstract in English"),
    "claims": _("Claims"),
    "applicants": _("Applicants"),
    "inventors": _("Inventors"),
    "agent": _("Patent agency"),
    "filing_date": _("Filing date"),
    "priority_date": _("Priority date"),
    "publication_date": _("Publication date"),
    "grant_date": _("Grant date"),
    "ipc": _("IPC classes"),
    "cpc": _("CPC classes"),
    "locarno": _("Locarno classes"),
    "family_id": _("Family number"),
    "legal_status": _("Legal status as stated"),
}
FIELDS = tuple(TITLES)
OPEN_FIELDS: dict[str, Text] = {**TITLES, "title": _("Title"), "abstract": _("Abstract"), "publication_year": _("Publication year")}
LISTS = frozenset(("applicants", "inventors", "ipc", "cpc", "locarno"))
DATES = ("filing_date", "priority_date", "publication_date", "grant_date")
NOISE = re.compile(r"[\s()\[\]（）【】.,:;、/\\_\-]+")


def folded_heading(heading: str) -> str:
    """A heading without width, case, blanks, brackets and punctuation."""
    return NOISE.sub("", unicodedata.normalize("NFKC", heading).casefold())


def guessed_mapping(header: Sequence[str], spellings: Mapping[str, str]) -> dict[str, int]:
    """Our fields and the file's columns that spell them; the first column wins."""
    mapping: dict[str, int] = {}
    for column, heading in enumerate(header):
        field = spellings.get(folded_heading(heading))
        if field is not None:
            mapping.setdefault(field, column)
    return mapping
