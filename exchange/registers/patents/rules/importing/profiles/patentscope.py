"""WIPO PATENTSCOPE result list, CSV or workbook; NA is empty."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import Profile, Values


def _prepare(values: Values) -> Values:
    return {name: "" if value.strip() == "NA" else value for name, value in values.items()}


PROFILE = Profile(
    name="patentscope",
    label=_("PATENTSCOPE result list"),
    columns={
        "publication_number": "Publication Number", "publication_date": "Publication Date", "title": "Title",
        "ipc": "IPC", "applicants": "Applicants", "inventors": "Inventors",
    },
    needed=("Publication Number", "Priority Data", "FP Image"),
    prepare=_prepare,
)
