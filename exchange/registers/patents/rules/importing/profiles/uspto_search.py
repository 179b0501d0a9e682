"""USPTO public search in the house CSV form: names are kept whole, inventors are pairs of surname and given name."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import UNIT, Profile, Values


def _prepare(values: Values) -> Values:
    values["applicants"] = values.get("applicants") or values.get("assignees") or ""
    values["inventors"] = UNIT.join(_people(values.get("inventors", "")))
    values["cpc"] = ";".join(part for part in (values.get("cpc", ""), values.get("cpc_additional", "")) if part)
    return values


def _people(text: str) -> list[str]:
    parts = [part.strip().removesuffix("et al.").strip() for part in text.split(";")]
    return [" ".join(reversed(parts[place : place + 2])).strip() for place in range(0, len(parts), 2) if parts[place]]


PROFILE = Profile(
    name="uspto_search",
    label=_("USPTO public search"),
    columns={
        "publication_number": "publication_number", "kind": "kind", "title_en": "title", "applicants": "applicants",
        "assignees": "assignees", "inventors": "inventors", "application_number": "application_number",
        "filing_date": "application_date", "publication_date": "publication_date", "ipc": "ipc", "cpc": "cpc_inventive",
        "cpc_additional": "cpc_additional", "family_id": "family_id", "abstract_en": "abstract",
    },
    needed=("publication_number", "cpc_inventive", "family_id", "assignees"),
    separators={"applicants": UNIT, "inventors": UNIT},
    jurisdiction="US",
    prepare=_prepare,
)
