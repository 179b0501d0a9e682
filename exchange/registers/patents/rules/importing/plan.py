"""The dry run: every row checked, counted by code; and the digest that tells whether a plan is still the same."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from exchange.registers.patents.rules.importing.limits import WEB, Limits
from exchange.registers.patents.rules.importing.reading import Answers, Source
from exchange.registers.patents.rules.row_codes import ROW_CODES, RowFinding
from exchange.registers.patents.rules.rows import CheckedRow, Checker

RULE_VERSION = "2026-11-1"


@dataclass(slots=True)
class Tally:
    """How many rows were read, accepted and refused, and how often each code was given."""

    read: int = 0
    refused: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def count(self, row: CheckedRow) -> None:
        """Count one row."""
        self.read += 1
        self.refused += row.draft is None
        self.codes.update(finding.code for finding in row.findings)


def checked_rows(
    source: Source, *, today: date, demonstration: bool = False, limits: Limits = WEB, start: int = 0
) -> Iterator[CheckedRow]:
    """The rows of a source one after the other, numbered as the file numbers them; blank ones are passed over."""
    checker = Checker(source, today, demonstration, limits)
    first = source.table.first_row
    for place, row in enumerate(source.table.rows):
        if not any(row):
            continue
        checked = checker.check(first + place, row)
        if place >= start:
            yield checked


def place_of(source: Source, row: CheckedRow) -> int:
    """The place in the table from which the row after this one is read."""
    return row.number - source.table.first_row + 1


def plan_digest(file_sha256: str, answers: Answers, mapping: dict[str, int]) -> str:
    """What a dry run stood on: file, answers, mapping, rules."""
    facts = [
        file_sha256, RULE_VERSION, sorted(mapping.items()), answers.encoding, answers.sheet, answers.profile, answers.date_order,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def finding_json(finding: RowFinding) -> dict[str, Any]:
    """A finding as a row of the batch keeps it."""
    details = {name: _plain(value) for name, value in finding.details.items()}
    return {"code": finding.code, "field": finding.field, "details": details}


def finding_of(kept: dict[str, Any]) -> RowFinding:
    """The finding behind its kept form."""
    return RowFinding(kept["code"], kept["field"], dict(kept["details"]))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def worst_level(findings: tuple[RowFinding, ...]) -> str:
    """E, W, I, or - where nothing was said."""
    levels = {ROW_CODES[finding.code][0] for finding in findings}
    return next((level for level in ("E", "W", "I") if level in levels), "-")
