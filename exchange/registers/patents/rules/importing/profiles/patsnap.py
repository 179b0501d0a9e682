"""PatSnap 智慧芽 and Qichacha-style JSON records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import Profile

PROFILE = Profile(name="patsnap", label=_("PatSnap or Qichacha JSON"), separator="|")


def recognises(record: Any) -> bool:
    """Whether a record has the keys of either source."""
    return isinstance(record, Mapping) and ("apno" in record or "ApplicationNumber" in record)


def values_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record by our fields."""
    return {
        "application_number": record.get("apno") or record.get("ApplicationNumber"),
        "publication_number": record.get("patent_number") or record.get("PublicationNumber"),
        "title": _first(record.get("title") or record.get("Title")),
        "abstract": _first(record.get("abstract") or record.get("Abstract")),
        "applicants": record.get("an") or record.get("AssigneestringList") or record.get("Assignee"),
        "inventors": record.get("in") or record.get("InventorStringList"),
        "filing_date": record.get("apdt") or record.get("ApplicationDate"),
        "publication_date": record.get("pbdt") or record.get("PublicationDate"),
        "ipc": record.get("ipc") or record.get("IPCList"),
        "legal_status": record.get("legal") or record.get("LegalStatusDesc"),
        "type": record.get("KindCodeDesc") or record.get("patent_type"),
    }


def _first(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    return value.get("text") if isinstance(value, Mapping) else value
