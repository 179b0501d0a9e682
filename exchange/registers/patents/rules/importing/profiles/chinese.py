"""Chinese catalogue records, one JSON object a line, with titles as text or by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import UNIT, Profile

PROFILE = Profile(
    name="chinese",
    label=_("Chinese catalogue, JSON lines"),
    separators={"ipc": ",", "inventors": UNIT},
)
KEYS = frozenset(("publication_number", "application_number", "title", "abstract"))


def recognises(record: Any) -> bool:
    """Whether a record looks like one of this catalogue."""
    return isinstance(record, Mapping) and len(KEYS & record.keys()) >= 3


def values_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record by our fields."""
    values: dict[str, Any] = {
        "application_number": record.get("application_number"), "publication_number": record.get("publication_number"),
        "applicants": _names(record.get("assignee")), "inventors": record.get("inventors"),
        "filing_date": record.get("filing_date"), "publication_date": record.get("issue_date"),
        "ipc": record.get("ipc"), "legal_status": record.get("legal_status"), "claims": _text(record.get("claims")),
    }
    return values | _by_language("title", record.get("title")) | _by_language("abstract", record.get("abstract"))


def _names(value: Any) -> Any:
    return ";".join(str(one) for one in value) if isinstance(value, list) else value


def _text(value: Any) -> Any:
    return "\n".join(str(one) for one in value) if isinstance(value, list) else value


def _by_language(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {field: value}
    chinese, english = value.get("ZH") or value.get("CN"), value.get("EN")
    if chinese or english:
        return {f"{field}_zh": chinese, f"{field}_en": english}
    return {field: next(iter(value.values()), None)}
