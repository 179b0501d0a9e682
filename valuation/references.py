"""Reference tables: shipped rows with source, date and checksum, loaded once and never changed.

Every function that reads a table also accepts rows in its place, so that an operator's dated override wins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from valuation.errors import refuse
from valuation.records import Record

FOLDER = Path(__file__).parent / "tables"
TABLES = (
    "average_life",
    "cnipa_annuities",
    "licence_statistics",
    "patent_terms",
    "pledge_caps",
    "royalty_by_industry",
    "royalty_caps",
    "royalty_prior",
    "scoring/gbt42748",
    "scoring/ipscore",
    "scoring/pvd",
    "success_rates",
    "tax_facts",
    "wacc_by_industry",
)


@dataclass(frozen=True, slots=True)
class Table(Record):
    """A reference table with where it comes from, when, and how sure it is."""

    name: str
    source: str
    as_of: str
    retrieved: str
    licence: str
    confidence: str
    rows: tuple[Mapping[str, Any], ...]
    facts: Mapping[str, Any]
    sha256: str


@cache
def _load(name: str) -> Table:
    content = (FOLDER / f"{name}.json").read_bytes()
    body = json.loads(content)
    return Table(
        name=body["name"],
        source=body["source"],
        as_of=body["as_of"],
        retrieved=body["retrieved"],
        licence=body["licence"],
        confidence=body["confidence"],
        rows=tuple(MappingProxyType(row) for row in body["rows"]),
        facts=MappingProxyType(body.get("facts", {})),
        sha256=sha256(content).hexdigest(),
    )


def reference_table(*, name: str) -> Table:
    """Answers a shipped table; an unknown name is refused.

    >>> reference_table(name="patent_terms").confidence
    'statute'
    """
    if not isinstance(name, str) or name not in TABLES:
        raise refuse("name", "UNKNOWN_NAME", name, ", ".join(TABLES))
    return _load(name)


def reference_row(*, name: str, key: Mapping[str, Any], rows: Any = None) -> Mapping[str, Any]:
    """Answers the one row that matches every item of the key, from the given rows or the shipped ones.

    >>> reference_row(name="tax_facts", key={"fact": "tax_rate"})["value"]
    0.25
    """
    if not isinstance(key, Mapping) or not key:
        raise refuse("key", "WRONG_TYPE", key, "mapping")
    table = reference_table(name=name)
    if rows is not None and not isinstance(rows, (list, tuple)):
        raise refuse("rows", "WRONG_TYPE", rows, "sequence of mappings")
    for row in table.rows if rows is None else rows:
        if not isinstance(row, Mapping):
            raise refuse("rows", "WRONG_TYPE", row, "mapping")
        if all(row.get(item) == value for item, value in key.items()):
            return row
    raise refuse("key", "UNKNOWN_NAME", dict(key), name)


def table_digests() -> dict[str, str]:
    """Answers the SHA-256 of every shipped table, for provenance.

    >>> len(table_digests()["patent_terms"])
    64
    """
    return {name: _load(name).sha256 for name in TABLES}
