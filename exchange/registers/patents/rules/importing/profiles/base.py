"""What a layout says about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.core.text import Text
from exchange.registers.patents.rules.importing.fields import FIELDS, folded_heading

UNIT = "\x1f"
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout: its columns by our fields, its separators, its default office, and what it corrects in a row."""

    name: str
    label: Text
    columns: Mapping[str, str] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    separators: Mapping[str, str] = field(default_factory=dict)
    separator: str = ";"
    jurisdiction: str = "CN"
    prepare: Callable[[Values], Values] | None = None

    def score(self, header: Sequence[str]) -> int:
        """How many of its columns a header has; nothing unless it has all that are needed."""
        present = {folded_heading(one) for one in header}
        if not self.needed or not all(folded_heading(one) in present for one in self.needed):
            return 0
        return 100 + sum(folded_heading(one) in present for one in self.columns.values())

    def mapping(self, header: Sequence[str]) -> dict[str, int]:
        """Our fields and where the header has them."""
        places = {folded_heading(one): place for place, one in reversed(list(enumerate(header)))}
        found = {ours: places.get(folded_heading(theirs)) for ours, theirs in self.columns.items()}
        return {ours: place for ours, place in found.items() if place is not None}


RECORD_FIELDS = (*FIELDS, "title", "abstract", "publication_year")


def row_of(values: Mapping[str, Any]) -> list[str]:
    """A record of our fields as a row; several values stand in one cell, parted by a unit separator."""
    return [_cell(values.get(name)) for name in RECORD_FIELDS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return UNIT.join(_cell(one) for one in value if one not in (None, ""))
    return "" if isinstance(value, dict) else str(value)
