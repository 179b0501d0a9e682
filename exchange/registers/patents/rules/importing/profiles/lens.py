"""Lens.org CSV export, with or without the Lens ID."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import Profile

PROFILE = Profile(
    name="lens",
    label=_("Lens.org export"),
    columns={
        "jurisdiction": "Jurisdiction", "kind": "Kind", "publication_number": "Publication Number",
        "publication_date": "Publication Date", "publication_year": "Publication Year",
        "application_number": "Application Number", "filing_date": "Application Date", "title": "Title",
        "applicants": "Applicants", "inventors": "Inventors", "cpc": "CPC Classifications", "ipc": "IPCR Classifications",
    },
    needed=("Jurisdiction", "Kind", "Publication Number", "Simple Family Size", "IPCR Classifications"),
    separator=";;",
)
