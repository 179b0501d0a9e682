"""What can be said about an imported row: refused (E), accepted with a warning (W), noted (I)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from exchange.core.text import Text, _

Level = Literal["E", "W", "I"]
ROW_CODES: dict[str, tuple[Level, Text]] = {
    "ID_MISSING": ("E", _("Neither an application number nor a publication number is given.")),
    "CN_LENGTH": ("E", _("The number has {digits} digits; 12 and a check character are expected.")),
    "CN_CHECK_DIGIT": ("E", _("The last character should be {expected}, or another digit is mistyped.")),
    "CN_NO_CHECK_DIGIT": ("W", _("The check character is missing; {expected} was computed and must be compared.")),
    "CN_TYPE_DIGIT": ("E", _("The type digit {digit} is not 1, 2, 3, 8 or 9.")),
    "CN_TYPE_MISMATCH": ("E", _("The number and the kind of document speak of different types of right.")),
    "CN_YEAR": ("E", _("The year {year} cannot be the filing year of a number of this form.")),
    "CN_DEMO_NUMBER": ("E", _("This serial number is reserved for demonstration.")),
    "PUBLICATION_FORMAT": ("E", _("This is not a publication number.")),
    "PUBLICATION_LENGTH": ("W", _("A publication number has 7 or 9 digits; this one has {digits}.")),
    "KIND_UNKNOWN": ("W", _("The kind of document is missing or not listed.")),
    "ID_DUPLICATE_FILE": ("W", _("The same number stands in row {row}; that row wins.")),
    "ID_DUPLICATE_OWN": ("W", _("You have this number already; see what would change.")),
    "ID_REGISTERED_ELSEWHERE": ("W", _("Another organisation has this patent registered; yours stays a draft.")),
    "FAMILY_DUPLICATE": ("I", _("A member of the same family stands in row {row}.")),
    "DATE_FORMAT": ("E", _("{value} is not a date between 1900 and 2100.")),
    "DATE_AMBIGUOUS": ("E", _("{value} can be read day first or month first; choose for the column.")),
    "DATE_TWO_DIGIT_YEAR": ("W", _("The century of {value} was completed to {day}.")),
    "DATE_ORDER": ("W", _("The dates do not follow priority, filing, publication, grant.")),
    "DATE_YEAR_MISMATCH": ("W", _("The number's year {year} is not the filing year; right for PCT and divisional applications.")),
    "DATE_FUTURE": ("E", _("{value} lies in the future.")),
    "TITLE_MISSING": ("E", _("The title is missing.")),
    "APPLICANT_MISSING": ("W", _("The applicant is missing.")),
    "CLASS_MISSING": ("W", _("No class is given.")),
    "CLASS_COARSE": ("W", _("The class {symbol} stops at the subclass.")),
    "CLASS_FORMAT": ("E", _("{symbol} is not a symbol of this classification.")),
    "NUMBER_AS_FLOAT": ("E", _("The spreadsheet turned the number into {given}; format the column as text and paste again.")),
    "STATUS_CONFLICT": ("W", _("Stated to be in force, but the term ended on {date}.")),
    "STATUS_UNKNOWN": ("I", _("The status word {word} is not known; it is kept as stated.")),
    "TYPE_UNKNOWN": ("W", _("The type {word} is not known and was left out.")),
    "LANG_MISMATCH": ("I", _("The text is not in the language of its column.")),
    "TEXT_CONTROL": ("W", _("Control characters were removed.")),
    "TEXT_HTML": ("W", _("Tags were removed and entities read as text.")),
    "TEXT_REPLACEMENT": ("E", _("The text looks wrongly decoded; choose the encoding again.")),
    "FORMULA": ("W", _("The text begins like a formula and is kept as text.")),
    "CELL_TOO_LONG": ("E", _("A cell has more than {limit} characters.")),
    "COLUMN_COUNT": ("E", _("The row has {found} cells; the header has {expected}.")),
    "PART_WITHOUT_PATENT": ("E", _("The text part belongs to no known patent.")),
    "SECRET_PATENT": ("E", _("Secret patents are not kept here.")),
}


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One thing said about a row."""

    code: str
    field: str = ""
    details: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def level(self) -> Level:
        """Whether it refuses, warns or informs."""
        return ROW_CODES[self.code][0]

    @property
    def sentence(self) -> Text:
        """What it says, to be translated and filled."""
        return ROW_CODES[self.code][1]
