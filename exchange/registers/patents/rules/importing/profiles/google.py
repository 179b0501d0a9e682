"""Google Patents CSV: a first line with the search's address, ids such as US-9254383-B2."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import Profile

PROFILE = Profile(
    name="google",
    label=_("Google Patents export"),
    columns={
        "publication_number": "id", "title": "title", "applicants": "assignee", "inventors": "inventor/author",
        "priority_date": "priority date", "filing_date": "filing/creation date", "publication_date": "publication date",
        "grant_date": "grant date",
    },
    needed=("id", "title", "assignee", "result link"),
    separator=", ",
)
