"""Licence boxes 许可范围: territory × field × period, and which kinds may stand beside each other (技术合同解释 25)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from exchange.core.errors import Conflict, Invalid
from exchange.registers.patents.states import LicenceKind, Use

EVERYTHING = "*"
LICENCE_USES = {
    Use.EXCLUSIVE_LICENCE: LicenceKind.EXCLUSIVE,
    Use.SOLE_LICENCE: LicenceKind.SOLE,
    Use.ORDINARY_LICENCE: LicenceKind.ORDINARY,
}


@dataclass(frozen=True, slots=True)
class Box:
    """What a licence covers: nodes of the region tree (``CN/44/4403``), of the industry tree (``C39``), first and last day."""

    territories: frozenset[str] = frozenset(("CN",))
    fields: frozenset[str] = frozenset((EVERYTHING,))
    first_day: date = date.min
    last_day: date = date.max

    def shown(self) -> str:
        """The box in one line, for refusals."""
        last = "…" if self.last_day == date.max else self.last_day.isoformat()
        first = "…" if self.first_day == date.min else self.first_day.isoformat()
        return f"{'+'.join(sorted(self.territories))} × {'+'.join(sorted(self.fields))} × {first}–{last}"


@dataclass(frozen=True, slots=True)
class LiveLicence:
    """A licence that stands on the patent."""

    encumbrance_id: int
    kind: LicenceKind
    box: Box
    public: bool = False
    may_sublicense: bool = False


def region_meets(left: str, right: str) -> bool:
    """Whether one region is the other, above it or below it."""
    return left == right or left.startswith(right + "/") or right.startswith(left + "/")


def field_meets(left: str, right: str) -> bool:
    """Whether one field is the other, above it or below it; ``*`` is above all."""
    return EVERYTHING in (left, right) or left.startswith(right) or right.startswith(left)


def overlaps(left: Box, right: Box) -> bool:
    """Whether two boxes share a place, a field and a day."""
    return (
        left.first_day <= right.last_day
        and right.first_day <= left.last_day
        and any(region_meets(one, other) for one, other in product(left.territories, right.territories))
        and any(field_meets(one, other) for one, other in product(left.fields, right.fields))
    )


def check_box(box: Box, *, jurisdiction: str, expires_on: date | None) -> None:
    """Refuse a box that leaves the patent's jurisdiction or its term, or ends before it begins."""
    for place in sorted(box.territories):
        if place.split("/")[0] != jurisdiction:
            raise Invalid("TERRITORY_OUTSIDE_PATENT", field="territories", place=place)
    if box.last_day < box.first_day:
        raise Invalid("DATE_ORDER", field="last_day", start=box.first_day, end=box.last_day)
    if expires_on is not None and box.last_day != date.max and box.last_day >= expires_on:
        raise Conflict("BEYOND_PATENT_TERM", field="last_day", date=expires_on)


def conflict_code(
    asked: Use, box: Box, live: Iterable[LiveLicence], *, open_licence: bool, own_use: bool
) -> tuple[str, LiveLicence | None] | None:
    """The code and the licence that forbid a use, or None; the table of exchange.md 1.3."""
    licences = tuple(live)
    if asked is Use.OPEN_LICENCE:
        against = _first(licences, lambda one: one.kind is not LicenceKind.ORDINARY)
        if against:
            return "RIGHTS_CONFLICT", against
        return ("OPEN_LICENCE_RUNNING", None) if open_licence else None
    kind = LICENCE_USES.get(asked)
    if kind is None:
        return None
    meeting = tuple(one for one in licences if overlaps(one.box, box))
    against = _first(meeting, lambda one: kind is not LicenceKind.ORDINARY or one.kind is not LicenceKind.ORDINARY)
    if against:
        return "RIGHTS_CONFLICT", against
    if kind is not LicenceKind.ORDINARY and open_licence:
        return "OPEN_LICENCE_RUNNING", None
    return ("OWN_USE_RECORDED", None) if kind is LicenceKind.EXCLUSIVE and own_use else None


def _first(licences: Sequence[LiveLicence], test: Callable[[LiveLicence], bool]) -> LiveLicence | None:
    return next((one for one in licences if test(one)), None)


def check_sublicence(parent: LiveLicence, box: Box) -> None:
    """Refuse a sub-licence that its parent does not carry on all three sides."""
    inside = (
        parent.may_sublicense
        and all(any(place == one or place.startswith(one + "/") for one in parent.box.territories) for place in box.territories)
        and all(any(one == EVERYTHING or field.startswith(one) for one in parent.box.fields) for field in box.fields)
        and parent.box.first_day <= box.first_day
        and box.last_day <= parent.box.last_day
    )
    if not inside:
        raise Conflict("OUTSIDE_PARENT_LICENCE", field="box")


def remaining_cells(
    asked: Use, *, live: Sequence[LiveLicence], territories: Sequence[str], fields: Sequence[str], years: Sequence[int]
) -> frozenset[tuple[str, str, int]]:
    """What can still be sold: the cells (region, field, calendar year) in which the use meets no licence."""
    free = set()
    for place, trade, year in product(territories, fields, years):
        cell = Box(frozenset((place,)), frozenset((trade,)), date(year, 1, 1), date(year, 12, 31))
        if conflict_code(asked, cell, live, open_licence=False, own_use=False) is None:
            free.add((place, trade, year))
    return frozenset(free)
