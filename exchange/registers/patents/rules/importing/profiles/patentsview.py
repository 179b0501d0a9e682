"""PatentsView table of granted US patents, parted by tabs."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.profiles.base import Profile, Values


def _prepare(values: Values) -> Values:
    number = values.get("publication_number", "").strip()
    if number and not number.upper().startswith("US"):
        values["publication_number"] = "US" + number
    values["grant_date"] = values.get("publication_date", "")
    return values


PROFILE = Profile(
    name="patentsview",
    label=_("PatentsView table"),
    columns={
        "publication_number": "patent_id", "publication_date": "patent_date", "title": "patent_title",
        "abstract": "patent_abstract",
    },
    needed=("patent_id", "patent_date", "patent_title"),
    jurisdiction="US",
    prepare=_prepare,
)
