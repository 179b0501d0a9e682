"""Figures from the facts: as of a day D, as known at a moment K."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, literal, or_, select, true, union_all

from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import db, remembered
from exchange.core.errors import DomainError, Invalid
from exchange.core.i18n import translate
from exchange.core.text import Text
from exchange.core.workdays import add_months
from exchange.oversight.conversions.models import Evidence
from exchange.oversight.conversions.states import COUNTED
from exchange.oversight.statistics.models import Snapshot, StatFact
from exchange.oversight.statistics.rules import (
    DEFINITIONS, DIMENSIONS, FLOORS, HOLDER_KINDS, SECTIONS, Cell, Definition, Figure, suppressed,
)
from exchange.registers.patents.models import Patent
from exchange.registers.patents.states import PatentType


@visibility("snapshot")
def visible_snapshots(actor: Actor | None) -> Any:
    """The public sees what was published; supervisors see drafts too."""
    if actor is not None and SUPERVISOR.fits_role(actor):
        return true()
    return Snapshot.state.in_(("published", "superseded", "retracted"))


def definition(code: str) -> Definition:
    """The indicator of a code."""
    if code not in DEFINITIONS:
        raise DomainError("DEFINITION_UNKNOWN")
    return DEFINITIONS[code]


def as_of(series: str, floor: str, on: date, known_at: datetime | None, **filters: str) -> ColumnElement[bool]:
    """The facts of a series that hold on a day, as known at a moment."""
    known: ColumnElement[bool] = StatFact.superseded_at.is_(None)
    if known_at is not None:
        known = and_(StatFact.recorded_at <= known_at, or_(StatFact.superseded_at.is_(None), StatFact.superseded_at > known_at))
    chosen = [getattr(StatFact, name) == value for name, value in filters.items() if value]
    return and_(StatFact.series == series, StatFact.floor == floor, StatFact.enters <= on, StatFact.leaves > on, known, *chosen)


def figure(code: str, *, on: date, floor: str = "C", known_at: datetime | None = None, **filters: str) -> Figure:
    """How many of how many."""
    total = select(func.count()).select_from(StatFact).where(as_of("n", "", on, known_at, **filters))
    converted = select(func.count()).select_from(StatFact).where(as_of(definition(code).code, floor, on, known_at, **filters))
    both = db.session.execute(select(total.scalar_subquery(), converted.scalar_subquery())).one()
    return Figure(converted=both[1], total=both[0])


def by_floor(code: str, *, on: date) -> dict[str, Figure]:
    """The figure at each floor of proof."""
    total = figure(code, on=on).total
    rows = db.session.execute(
        select(StatFact.floor, func.count()).where(or_(*(as_of(code, floor, on, None) for floor in FLOORS))).group_by(StatFact.floor))
    counted = {row[0]: row[1] for row in rows}
    return {floor: Figure(counted.get(floor, 0), total) for floor in FLOORS}


def by_dimension(code: str, dimension: str, *, on: date, floor: str = "C") -> list[Cell]:
    """The figure of each value of a dimension, with how many holders stand behind it."""
    if dimension not in DIMENSIONS:
        raise Invalid("FILTER_UNKNOWN", field="by", allowed=", ".join(DIMENSIONS))
    column = getattr(StatFact, dimension)
    per_holder = db.session.execute(
        select(column, StatFact.holder_id, func.count()).where(as_of("n", "", on, None)).group_by(column, StatFact.holder_id)).all()
    rows = db.session.execute(select(column, func.count()).where(as_of(code, floor, on, None)).group_by(column))
    converted = {row[0]: row[1] for row in rows}
    grouped: dict[str, list[int]] = defaultdict(list)
    for value, _holder, patents in per_holder:
        grouped[value].append(patents)
    return [
        Cell(value, Figure(converted.get(value, 0), sum(patents)), len(patents), max(patents))
        for value, patents in sorted(grouped.items(), key=lambda item: (-sum(item[1]), item[0]))]


def series(code: str, *, until: date, months: int = 48, floor: str = "C") -> list[tuple[date, Figure]]:
    """The figure at each month's end, by running sums of what entered and left."""
    return remembered(("series", code, until, months, floor), lambda: _series(code, until=until, months=months, floor=floor))


def _series(code: str, *, until: date, months: int, floor: str) -> list[tuple[date, Figure]]:
    return [*month_ends(code, until=until, months=months, floor=floor), (until, figure(code, on=until, floor=floor))]


def month_ends(code: str, *, until: date, months: int = 48, floor: str = "C") -> list[tuple[date, Figure]]:
    """The figure at each month's end up to a day; what entered and left is read once a transaction."""
    last = date(until.year, until.month, 1)
    ends = [add_months(last, -back) - timedelta(days=1) for back in range(months - 1, -1, -1)]
    days = [day for day in ends if day <= until]
    moves = remembered(("moves", code, floor), lambda: _moves(code, floor))
    totals, converted = _running(moves["n"], days), _running(moves[code], days)
    return [(day, Figure(converted[day], totals[day])) for day in days]


Moves = dict[tuple[int, int], int]


def _moves(code: str, floor: str) -> dict[str, Moves]:
    """By series and month: how many entered less how many left."""
    moves: dict[str, Moves] = {"n": defaultdict(int), code: defaultdict(int)}
    wanted = or_(and_(StatFact.series == "n", StatFact.floor == ""), and_(StatFact.series == code, StatFact.floor == floor))
    ways = []
    for column, sign in ((StatFact.enters, 1), (StatFact.leaves, -1)):
        year, month = extract("year", column), extract("month", column)
        counted = select(StatFact.series, year, month, literal(sign) * func.count())
        ways.append(counted.where(wanted, StatFact.superseded_at.is_(None)).group_by(StatFact.series, year, month))
    for name, y, m, count in db.session.execute(union_all(*ways)):
        moves[name][(int(y), int(m))] += count
    return moves


def _running(moves: Moves, days: Sequence[date]) -> dict[date, int]:
    """The stock at the end of each month."""
    stock, place, found, ordered = 0, 0, {}, sorted(moves.items())
    for day in days:
        while place < len(ordered) and ordered[place][0] <= (day.year, day.month):
            stock += ordered[place][1]
            place += 1
        found[day] = stock
    return found


def counted_list(code: str, *, on: date, known_at: datetime, floor: str) -> list[tuple[str, list[str]]]:
    """Each patent of the denominator with the evidence that counts it."""
    evidence: dict[str, set[str]] = defaultdict(set)
    found = db.session.execute(select(StatFact.patent_public_id, StatFact.evidence).where(as_of(code, floor, on, known_at)))
    for public_id, names in found:
        evidence[public_id] |= set(filter(None, names.split(",")))
    everyone = db.session.scalars(select(StatFact.patent_public_id).where(as_of("n", "", on, known_at)))
    return [(public_id, sorted(evidence.get(public_id, ()))) for public_id in everyone]


def drill_down(code: str, *, on: date, floor: str = "C", only: str = "", limit: int = 500, **filters: str) -> list[tuple[Patent, list[str]]]:
    """The patents behind a figure with the evidence that counts them."""
    evidence: dict[int, list[str]] = {}
    for patent_id, names in db.session.execute(select(StatFact.patent_id, StatFact.evidence).where(as_of(code, floor, on, None, **filters))):
        evidence[patent_id] = evidence.get(patent_id, []) + list(filter(None, names.split(",")))
    ids = list(db.session.scalars(select(StatFact.patent_id).where(as_of("n", "", on, None, **filters)).order_by(StatFact.patent_id)))
    if only == "converted":
        ids = [each for each in ids if each in evidence]
    elif only == "open":
        ids = [each for each in ids if each not in evidence]
    chosen = ids[:limit]
    patents = {each.id: each for each in db.session.scalars(select(Patent).where(Patent.id.in_(chosen)))}
    return [(patents[each], evidence.get(each, [])) for each in chosen if each in patents]


def counting_evidence(patent_id: int) -> list[Evidence]:
    """The evidence that counts for a patent, group-internal transfers left out."""
    wanted = select(Evidence).where(
        Evidence.patent_id == patent_id, Evidence.state.in_(COUNTED), Evidence.superseded_at.is_(None), Evidence.group_internal.is_(False))
    return list(db.session.scalars(wanted.order_by(Evidence.id)))


def live_facts(patent_id: int) -> list[StatFact]:
    """The facts of a patent that hold as known now."""
    return list(db.session.scalars(select(StatFact).where(StatFact.patent_id == patent_id, StatFact.superseded_at.is_(None))))


def first_day() -> date:
    """The first day on which anything is counted."""
    return db.session.scalar(select(func.min(StatFact.enters))) or clock.today()


def snapshots(actor: Actor | None) -> list[Snapshot]:
    """The snapshots that the actor may see, newest first."""
    return list(db.session.scalars(select(Snapshot).where(visible_snapshots(actor)).order_by(Snapshot.id.desc()).limit(100)))


def published(number: str | None = None) -> list[Snapshot]:
    """The published snapshots, or the one of a number."""
    wanted = select(Snapshot).where(Snapshot.state.in_(("published", "superseded", "retracted")))
    return list(db.session.scalars(wanted.where(Snapshot.number == number) if number else wanted.order_by(Snapshot.id)))


def label_of(dimension: str, value: str) -> str:
    """A value of a dimension in words."""
    known: dict[str, Text] = {**HOLDER_KINDS, **SECTIONS}
    if dimension == "type":
        return translate(PatentType(value).label) if value in set(PatentType) else value
    return translate(known[value]) if value in known else value or "—"


def day_of(data: dict[str, Any]) -> date:
    """The day of a figure, today where none is named; refuses the future."""
    chosen: date = data.get("on") or clock.today()
    if chosen > clock.today():
        raise Invalid("DATE_RANGE", field="on", first=first_day(), last=clock.today())
    return chosen


def filters_of(data: dict[str, Any]) -> dict[str, Any]:
    """The filters that were chosen."""
    return {name: data[name] for name in DIMENSIONS if data.get(name)}


def cells_for(data: dict[str, Any], actor: Actor | None, on: date) -> list[Cell]:
    """The values of the chosen dimension; the public does not see what would tell of one respondent."""
    cells = by_dimension(data["indicator"], data["by"], on=on, floor=data["floor"])
    supervises = actor is not None and SUPERVISOR.fits_role(actor)
    return cells if supervises else suppressed(cells)


def records(data: dict[str, Any], actor: Actor | None, on: date) -> list[dict[str, Any]]:
    """The figure and its parts as rows; a suppressed part has status c and no numbers."""
    chosen = definition(data["indicator"])
    whole = figure(chosen.code, on=on, floor=data["floor"])
    meta = {"definition": chosen.code, "version": chosen.version, "as_of": on.isoformat(), "floor": data["floor"], "sha256": chosen.sha256}
    rows = [{"dimension": "total", "value": "", "label": "", **_numbers(whole), "status": "", **meta}]
    for cell in cells_for(data, actor, on):
        numbers = {"n": None, "x": None, "rate": None} if cell.suppressed else _numbers(cell.figure)
        rows.append({"dimension": data["by"], "value": cell.value, "label": label_of(data["by"], cell.value), **numbers,
                     "status": "c" if cell.suppressed else "", **meta})
    return rows


def _numbers(found: Figure) -> dict[str, Any]:
    rate = found.rate
    return {"n": found.total, "x": found.converted, "rate": None if rate is None else f"{rate.numerator / rate.denominator:.6f}"}
