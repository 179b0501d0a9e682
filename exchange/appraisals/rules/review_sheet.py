"""What stands in the sealed sheet of a review 押品审查意见: plain values, every label in both languages by the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from exchange.core.money import Money
from exchange.core.text import Text, _

from .reviewing import inside, value_for_lending
from .vocabulary import CHECKLIST, DOCUMENT_KINDS, SEVERITIES

TEMPLATE = "pdf/review_sheet.html"
TITLE = _("Review of collateral")
ANSWERS: Mapping[str, Text] = {"yes": _("Yes"), "no": _("No"), "na": _("n/a")}
LABELS = (
    _("Reviewing organisation"), _("Report"), _("SHA-256 of the reviewed PDF"), _("Verification code of the report"), _("1 The report that was reviewed"),
    _("Signatories"), _("Number of pages"), _("2 Own figure, entered before the cross-check"), _("Own figure"), _("Entered"),
    _("Range of the appraiser shown"), _("Cross-check"), _("Difference"), _("Report of the appraiser"), _("3 Checklist"), _("4 Questions on the file"),
    _("Page of the file"), _("Answer of the appraiser"), _("Question closed"), _("open when it was decided"), _("5 Verdict"), _("Value in the report"),
    _("Value for lending: the smaller of both, less the haircut"), _("The own figure lies inside the range of the appraiser."),
    _("The own figure lies outside the range of the appraiser."), _("The range of the appraiser was not looked at before the decision."),
    _("No own figure was entered before the decision."), _("No question was asked."),
    _("The verdict is of exactly the file with the digest above. When that report is replaced or withdrawn, this sheet is shown as lapsed at the address below."),
)
VERDICTS: Mapping[str, Text] = {"accepted": _("Accepted as collateral value with a haircut"), "rejected": _("Rejected")}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer and the names of those who asked, answered and closed."""

    number: int
    page: int
    section: str
    quote: str
    severity: str
    text: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A person of the decision: the role, the name, the moment."""

    role: Text
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A decided review as its sheet tells it."""

    number: str
    verdict: str
    reviewer: str
    appraisal_number: str
    document_kind: str
    institution: str
    client: str
    patents: tuple[str, ...]
    valuation_date: date
    valid_through: date
    report_code: str
    pdf_sha256: str
    pages: int
    signers: tuple[str, ...]
    checklist: Mapping[str, str]
    asked: tuple[Asked, ...]
    own_value: Money | None
    own_reason: str
    own_entered_at: datetime | None
    range_seen_at: datetime | None
    appraised: tuple[Money, Money, Money]
    haircut_bp: int | None
    reason: str
    persons: tuple[Decided, ...]


def contents(facts: ReviewFacts) -> dict[str, Any]:
    """The whole sheet; before the cross-check comes what was entered before it."""
    low, mid, high = facts.appraised
    own, seen = facts.own_value, facts.range_seen_at is not None
    return {
        "facts": facts, "verdict": VERDICTS[facts.verdict], "kind": DOCUMENT_KINDS[facts.document_kind],
        "checklist": checklist_rows(facts.checklist), "asked": asked_rows(facts.asked), "persons": facts.persons, "appraised": [low, mid, high],
        "seen": seen, "difference": own - mid if own is not None and seen else None, "inside": inside(own, low, high) if own is not None and seen else None,
        "lending": value_for_lending(mid, own, facts.haircut_bp) if own is not None and facts.haircut_bp is not None else None,
    }


def checklist_rows(answers: Mapping[str, str]) -> list[list[Any]]:
    """Every line of the list with its answer; a dash where none was given."""
    return [[label, ANSWERS.get(answers.get(line, ""), "—")] for line, label in CHECKLIST.items()]


def asked_rows(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Questions and answers as the template lays them out."""
    return [{**{name: getattr(row, name) for name in Asked.__dataclass_fields__}, "severity": SEVERITIES[row.severity]} for row in asked]
