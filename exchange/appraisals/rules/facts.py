"""The values that rules judge: a draft as it stands, without a database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Assumption:
    """One sourced input; `position` is a year or a running number, 0 where there is only one."""

    name: str
    value: str
    position: int = 0
    patent_id: int = 0
    low: str = ""
    high: str = ""
    source_kind: str = ""
    source_ref: str = ""
    source_file: str = ""
    as_of: date | None = None
    note: str = ""
    entered_by: int = 0
    verified_by: int | None = None

    @property
    def slot(self) -> str:
        """The row's unique place in its appraisal, also its field name in forms."""
        return f"{self.name}/{self.patent_id}/{self.position}"


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """What was decided about one method."""

    name: str
    used: bool
    weight_bp: int = 0
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text of the file: a finding of the survey, of the inspection, or a statement; `patent_id` 0 is for all."""

    topic: str
    text: str
    patent_id: int = 0
    source_ref: str = ""
    as_of: date | None = None
    entered_by: int = 0
    verified_by: int | None = None


@dataclass(frozen=True, slots=True)
class PatentFacts:
    """What the register said about one patent of the object, and when."""

    patent_id: int
    number: str
    title_zh: str
    title_en: str
    type: str
    filing_on: date
    expires_on: date
    grant_on: date | None = None
    claims: int = 0
    owners: tuple[str, ...] = ()
    legal_status: str = "in_force"
    paid_to_year: int | None = None
    annuity_status: str = "paid"
    encumbrances: tuple[str, ...] = ()
    hard_stops: tuple[str, ...] = ()
    taken_on: date | None = None
    share_bp: int = 0
    annuities: tuple[tuple[date, int, int], ...] = ()
    """Days, patent years and fees in fen of the annuities still to be paid."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that completeness and the calculation look at."""

    document_kind: str
    purpose: str
    value_type: str
    valuation_date: date
    lead_id: int
    second_id: int
    patents: tuple[PatentFacts, ...]
    assumptions: tuple[Assumption, ...] = ()
    methods: tuple[MethodChoice, ...] = ()
    notes: tuple[Note, ...] = ()
    requested_fen: int | None = None
    requested_term_months: int | None = None
    result_dispersion: float | None = None
    result_is_fresh: bool = False
    result_mode: str = ""
    challenge_open: bool = False
    policy: dict[str, str] = field(default_factory=dict)

    def rows(self, name: str) -> tuple[Assumption, ...]:
        """The rows of one assumption in order of year or number."""
        return tuple(sorted((row for row in self.assumptions if row.name == name), key=lambda row: row.position))

    def note(self, topic: str, patent_id: int = 0) -> Note | None:
        """The text on one topic, for one patent or for all."""
        return next((note for note in self.notes if note.topic == topic and note.patent_id in (patent_id, 0)), None)

    def choice(self, method: str) -> MethodChoice | None:
        """What was decided about a method, if anything was."""
        return next((choice for choice in self.methods if choice.name == method), None)


def plain_facts(facts: PatentFacts) -> dict[str, Any]:
    """The register's facts as JSON."""
    kept = asdict(facts)
    for name in ("filing_on", "expires_on", "grant_on", "taken_on"):
        kept[name] = kept[name].isoformat() if kept[name] else None
    kept["annuities"] = [[day.isoformat(), year, fen] for day, year, fen in facts.annuities]
    return kept
