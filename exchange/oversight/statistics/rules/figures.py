"""Definitions, intervals, figures and hashes: pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from exchange.core.errors import define
from exchange.core.text import Text, _

define("DEFINITION_UNKNOWN", 404, _("There is no indicator of this name."))
define("DEFINITION_MISMATCH", 422, _("Figures of different definitions are not compared."))
define("DATE_RANGE", 422, _("The day must lie between {first} and {last}."))
define("SNAPSHOT_MISMATCH", 409, _("The recomputed figure differs from the published one: {what}."))
define("SNAPSHOT_SAME_PERSON", 403, _("Another person than the one who proposed must publish."))

FLOORS = ("A", "B", "C", "D")
DEFAULT_FLOOR = "C"
Z95 = 1.959963984540054
ALL_ROUTES = ("industrialised", "implemented", "transferred", "licensed", "cooperation", "capital", "other")
USED_ROUTES = ("industrialised", "licensed", "transferred", "implemented", "cooperation")


@dataclass(frozen=True)
class Definition:
    """What an indicator counts; a changed switch is another definition with another hash."""

    code: str
    version: int
    name: Text
    text: Text
    routes: tuple[str, ...]
    comparable_with: tuple[str, ...] = ()

    @property
    def spec(self) -> dict[str, object]:
        """The switches as data."""
        return {
            "code": self.code, "version": self.version, "routes": sorted(self.routes), "denominator": "granted patents in force",
            "types": ["invention", "utility_model", "design"], "lapsed_after_conversion": "out", "geography": "current holder",
            "coowned": "whole", "weighting": "patent", "grade_floor": DEFAULT_FLOOR, "group_internal": "out",
        }

    @property
    def sha256(self) -> str:
        """The hash of the canonical JSON of the switches."""
        return hashlib.sha256(json.dumps(self.spec, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


DEFINITIONS: Mapping[str, Definition] = {each.code: each for each in (
    Definition("conversion_any", 1, _("Conversion rate (any route)"), _(
        "Granted patents in force with at least one of the seven routes, proved at grade C or better, "
        "divided by all granted patents in force on the platform."), ALL_ROUTES),
    Definition("industrialised", 1, _("Industrialisation rate"), _(
        "Granted patents in force whose product is sold, divided by all granted patents in force."), ("industrialised",), ("cnipa_industrialisation",)),
    Definition("implemented", 1, _("Implementation rate"), _(
        "Granted patents in force that are industrialised, implemented, licensed, transferred or used with a partner, divided by all in force."), USED_ROUTES),
    Definition("licensed", 1, _("Licensing rate"), _("Granted patents in force with a licence in force, divided by all in force."), ("licensed",)),
    Definition("transferred", 1, _("Transfer rate"), _("Granted patents in force transferred at arm's length, divided by all in force."), ("transferred",)),
)}
DIMENSIONS: Mapping[str, Text] = {
    "holder_kind": _("Holder kind"), "type": _("Patent type"), "section": _("IPC section"), "district": _("District"),
}
SECTIONS: Mapping[str, Text] = {
    "A": _("A Human necessities"), "B": _("B Operations, transport"), "C": _("C Chemistry, metallurgy"), "D": _("D Textiles, paper"),
    "E": _("E Construction"), "F": _("F Mechanical engineering"), "G": _("G Physics"), "H": _("H Electricity"),
}
HOLDER_KINDS: Mapping[str, Text] = {
    "enterprise_large": _("Large enterprise"), "enterprise_medium": _("Medium enterprise"), "enterprise_small": _("Small enterprise"),
    "university": _("University"), "institute": _("Research institute"), "person": _("Person"), "other": _("Other holder"),
}


@dataclass(frozen=True)
class Interval:
    """Half-open days with the evidence that fills them."""

    begins: date
    ends: date
    evidence: tuple[str, ...] = ()


def union(intervals: Iterable[Interval], *, within: Interval) -> list[Interval]:
    """The disjoint intervals that the given ones fill together, cut to ``within``; each keeps its evidence."""
    cut = [
        Interval(max(each.begins, within.begins), min(each.ends, within.ends), each.evidence)
        for each in intervals if each.begins < within.ends and each.ends > within.begins]
    joined: list[Interval] = []
    for each in sorted(cut, key=lambda interval: (interval.begins, interval.ends, interval.evidence)):
        if each.begins >= each.ends:
            continue
        if joined and each.begins <= joined[-1].ends:
            last = joined.pop()
            joined.append(Interval(last.begins, max(last.ends, each.ends), tuple(sorted({*last.evidence, *each.evidence}))))
        else:
            joined.append(each)
    return joined


@dataclass(frozen=True)
class Figure:
    """A counted rate: how many of how many, of which definition, as of a day and as known at a moment."""

    converted: int
    total: int

    @property
    def rate(self) -> Fraction | None:
        """The exact fraction; nothing where there is nothing to count."""
        return Fraction(self.converted, self.total) if self.total else None

    def short_of(self, target: Fraction) -> int:
        """How many more converted patents the target asks for with this denominator."""
        return max(0, math.ceil(target * self.total) - self.converted)


def wilson(converted: int, total: Decimal | int, *, z: float = Z95) -> tuple[float, float]:
    """The Wilson interval of a share (E. B. Wilson, 1927); ``total`` may be an effective number.

    >>> tuple(round(bound, 6) for bound in wilson(3, 5))
    (0.230724, 0.882379)
    """
    n, share = float(total), converted / float(total)
    centre, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def constant_stock_needed(base: Fraction, target: Fraction, *, stock: int, months: int) -> tuple[int, int]:
    """Conversions needed in all and a month when the stock stays as it is.

    >>> constant_stock_needed(Fraction(60, 100), Fraction(65, 100), stock=100_000, months=48)
    (5000, 105)
    """
    needed = math.ceil(target * stock) - math.floor(base * stock)
    return needed, math.ceil(Fraction(needed, months))


FEWEST_HOLDERS = 3
LARGEST_SHARE = Fraction(80, 100)


@dataclass(frozen=True)
class Cell:
    """One value of a dimension: its figure, how many holders stand behind it, and the largest one's patents."""

    value: str
    figure: Figure
    holders: int
    largest: int
    suppressed: bool = False


def suppressed(cells: Sequence[Cell]) -> list[Cell]:
    """Hide what would tell of one respondent (B9), and one more where the total would give it away."""
    hidden = {cell.value for cell in cells if _tells_of_one(cell)}
    if len(hidden) == 1:
        others = sorted((cell for cell in cells if cell.value not in hidden and cell.figure.total), key=lambda cell: (cell.figure.total, cell.value))
        hidden |= {cell.value for cell in others[:1]}
    return [Cell(cell.value, cell.figure, cell.holders, cell.largest, cell.value in hidden) for cell in cells]


def _tells_of_one(cell: Cell) -> bool:
    total = cell.figure.total
    return bool(total) and (cell.holders < FEWEST_HOLDERS or Fraction(cell.largest, total) > LARGEST_SHARE)


def list_hash(rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """SHA-256 of one line a patent: public id, 0 or 1, evidence ids; sorted by patent id (B4)."""
    digest = hashlib.sha256()
    for patent_id, evidence in sorted(rows):
        digest.update(f"{patent_id}\t{int(bool(evidence))}\t{','.join(sorted(evidence))}\n".encode())
    return digest.hexdigest()
