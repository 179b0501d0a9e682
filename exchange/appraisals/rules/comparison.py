"""What changed from one version to the next, and how much each change moved the conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.core.money import Money


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: added (no `before`), removed (no `after`) or changed."""

    slot: str
    name: str
    position: int
    before: str | None
    after: str | None
    source_before: str
    source_after: str
    by: int

    @property
    def kind(self) -> str:
        """added, removed, changed, or source when only the source differs."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "source" if self.before == self.after else "changed"


def _rows(request: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"{row['name']}/{row.get('patent_id', 0)}/{row.get('position', 0)}": row for row in request.get("assumptions", ())}


def _shown(row: Mapping[str, Any] | None) -> str | None:
    if row is None:
        return None
    span = f" [{row['low']}, {row['high']}]" if row.get("low") or row.get("high") else ""
    return f"{row['value']}{span}"


def _source(row: Mapping[str, Any] | None) -> str:
    return "" if row is None else f"{row.get('source_kind', '')}: {row.get('source_ref', '')}"


def assumption_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Assumptions added, removed and changed between two requests, in the order of entry."""
    old, new = _rows(before), _rows(after)
    changes = []
    for slot in [*new, *(gone for gone in old if gone not in new)]:
        left, right = old.get(slot), new.get(slot)
        if _shown(left) == _shown(right) and _source(left) == _source(right):
            continue
        row = right or left or {}
        changes.append(Change(slot, row["name"], int(row.get("position", 0)), _shown(left), _shown(right),
                              _source(left), _source(right), int(row.get("entered_by", 0))))
    return tuple(changes)


def method_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, int, int], ...]:
    """Methods whose use or weight differs, with both weights in basis points."""
    weights = [{row["name"]: int(row["weight_bp"]) if row["used"] else 0 for row in request.get("methods", ())} for request in (before, after)]
    names = [*weights[0], *(name for name in weights[1] if name not in weights[0])]
    pairs = ((name, weights[0].get(name, 0), weights[1].get(name, 0)) for name in names)
    return tuple(row for row in pairs if row[1] != row[2])


def exact_bridge(steps: Iterable[tuple[str, Money]], start: Money, end: Money) -> tuple[tuple[str, Money], ...]:
    """Steps in fen that sum to the difference exactly: each end point is rounded, never the step itself."""
    rounded: list[tuple[str, Money]] = []
    previous = start
    for name, reached in steps:
        rounded.append((name, Money(reached.minor - previous.minor, start.currency)))
        previous = reached
    if previous != end and rounded:
        name, amount = rounded[-1]
        rounded[-1] = (name, Money(amount.minor + end.minor - previous.minor, start.currency))
    return tuple(rounded)
