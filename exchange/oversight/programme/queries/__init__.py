"""The plan as it stands on a day: measures with their verdicts, departments, updates, targets, and what waits."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from exchange.core import clock
from exchange.core.access import ANYONE, REGULATOR, SUPERVISOR, Actor, permit, visibility
from exchange.core.approvals import pending_on
from exchange.core.database import db
from exchange.core.errors import DomainError
from exchange.core.files import Attachment, attachment_by_id
from exchange.core.i18n import current, decimal, translate
from exchange.core.tasks import Task
from exchange.core.text import _
from exchange.core.workdays import add_months
from exchange.oversight.programme import rules
from exchange.oversight.programme.models import Department, Measure, MeasureUpdate, Target
from exchange.oversight.programme.queries.figures import PlatformFigure, figure_of, figures_of
from exchange.oversight.programme.rules import Aim, Reading, Verdict, judge
from exchange.oversight.programme.states import Status
from exchange.oversight.statistics.queries import series
from exchange.oversight.statistics.rules import DEFINITIONS
from exchange.people.accounts.models import Organisation

DATA = Path(__file__).resolve().parent.parent / "data"
MANAGE = permit("measure:add", REGULATOR)
COMMENT = permit("measure:comment", REGULATOR)
READ = permit("measure:read", ANYONE)


@visibility("measure")
def visible_measures(actor: Actor | None) -> Any:
    """The plan is public."""
    return true()


@visibility("update")
def visible_updates(actor: Actor | None) -> Any:
    """What was approved is public; supervisors see what waits."""
    if actor is not None and SUPERVISOR.fits_role(actor):
        return true()
    return MeasureUpdate.state == "approved"


@visibility("target")
def visible_targets(actor: Actor | None) -> Any:
    """Targets are public, retired ones too."""
    return true()


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table, its comment left out."""
    lines = [line for line in (DATA / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def districts() -> Mapping[str, tuple[str, str]]:
    """Each district's names by its code."""
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in read_rows("districts.csv")}


def district_name(code: str) -> str:
    """A district in the reader's language; a year or an unknown code as it is."""
    names = districts().get(code)
    return code if names is None else names[0] if current() == "zh" else names[1]


def spoken(thing: Any, field: str = "text") -> str:
    """The Chinese or the English text of a measure or department, by the reader's language."""
    return str(getattr(thing, f"{field}_{current()}"))


# ---------------------------------------------------------------- measures

@dataclass(frozen=True)
class Line:
    """A measure with how it stands on the day."""

    measure: Measure
    verdict: Verdict
    figure: PlatformFigure | None
    historical: bool
    readings: tuple[Reading, ...] = ()

    @property
    def status(self) -> Status:
        """The status word."""
        return self.verdict.status

    @property
    def value(self) -> Fraction | None:
        """The latest value, in the measure's unit."""
        return self.verdict.reading.value if self.verdict.reading else None


@dataclass(frozen=True)
class Summary:
    """A section of the plan: how many measures stand how, and the next day that is due."""

    section: int
    counts: Mapping[Status, int]
    next_due: date | None
    historical: int = 0

    @property
    def total(self) -> int:
        """How many measures the section has."""
        return sum(self.counts.values())


def lines(*, on: date, **asked: Any) -> list[Line]:
    """The measures that fit what was asked, in the plan's order, each with its verdict on the day."""
    measures = sorted(db.session.scalars(select(Measure)), key=lambda measure: measure.place)
    updates = _approved([measure.id for measure in measures], on)
    figures = figures_of([measure.indicator_code for measure in measures if measure.indicator_code], on)
    return chosen([_line(measure, updates[measure.id], figures.get(measure.indicator_code), on) for measure in measures], on=on, **asked)


def chosen(
    found: Sequence[Line], *, on: date, department: str = "", district: str = "", section: int | None = None, status: str = "", kind: str = "",
) -> list[Line]:
    """Those of the lines that fit; with a district, measures of each district are judged for that one."""
    fitting = [
        line for line in found
        if (not section or line.measure.section == section) and (not kind or line.measure.kind == kind) and _fits(line.measure, department, district)]
    if district:
        fitting = [_for_district(line, district, on) for line in fitting]
    return [line for line in fitting if not status or line.status == status]


def _for_district(line: Line, district: str, on: date) -> Line:
    if not line.measure.period.startswith("district"):
        return line
    return replace(line, verdict=judge(line.measure.aim, line.readings, on=on, districts=[district]))


DISTRICT_DEPARTMENTS = {"baoan": "BA", "longgang": "LG"}


def _fits(measure: Measure, department: str, district: str) -> bool:
    codes = {each.department.code for each in measure.departments}
    if department and department not in codes:
        return False
    return not district or measure.period.startswith("district") or DISTRICT_DEPARTMENTS.get(district) in codes


def _approved(ids: Sequence[int], on: date) -> dict[int, list[MeasureUpdate]]:
    wanted = select(MeasureUpdate).where(
        MeasureUpdate.measure_id.in_(ids), MeasureUpdate.state == "approved", MeasureUpdate.happened_on <= on)
    found: dict[int, list[MeasureUpdate]] = defaultdict(list)
    ordered = wanted.order_by(MeasureUpdate.happened_on, MeasureUpdate.id).options(lazyload(MeasureUpdate.measure))
    for update in db.session.scalars(ordered):
        found[update.measure_id].append(update)
    return found


def _line(measure: Measure, updates: Sequence[MeasureUpdate], figure: PlatformFigure | None, on: date) -> Line:
    readings = [update.reading for update in updates] + _indicator_readings(measure, figure, on)
    verdict = judge(measure.aim, readings, on=on, districts=list(districts()))
    return Line(measure, verdict, figure, rules.is_historical(measure.due_on, on=on), tuple(readings))


def _indicator_readings(measure: Measure, figure: PlatformFigure | None, on: date) -> list[Reading]:
    """What the platform itself counts: a rate month by month, a count on the day."""
    if measure.indicator_code in DEFINITIONS:
        return [Reading(day, found.rate * 100) for day, found in series(measure.indicator_code, until=on) if found.rate is not None]
    return [Reading(on, figure.value)] if figure is not None and figure.value is not None else []


def line_of(measure: Measure, *, on: date) -> Line:
    """One measure with its verdict."""
    figure = figure_of(measure.indicator_code, on) if measure.indicator_code else None
    return _line(measure, _approved([measure.id], on)[measure.id], figure, on)


def historical(found: Sequence[Line]) -> Counter[Status]:
    """How many of the measures of each status have a deadline that lies in the past."""
    return Counter(line.status for line in found if line.historical)


def summaries(found: Sequence[Line], *, on: date) -> list[Summary]:
    """The ten sections with their counts by status and the next day that is due."""
    made = []
    for section in rules.SECTIONS:
        own = [line for line in found if line.measure.section == section]
        counts = Counter(line.status for line in own)
        ahead = [line.measure.due_on for line in own if line.measure.due_on and line.measure.due_on >= on and line.status not in (Status.DONE, Status.DONE_LATE)]
        made.append(Summary(section, {status: counts[status] for status in Status if counts[status]}, min(ahead, default=None), historical(own)[Status.OVERDUE]))
    return made


def measure_of(code: str) -> Measure:
    """The measure of a code."""
    found = db.session.scalar(select(Measure).where(Measure.code == code))
    if found is None:
        raise DomainError("MEASURE_UNKNOWN")
    return found


def departments() -> list[Department]:
    """Every department, in the plan's order."""
    return list(db.session.scalars(select(Department).order_by(Department.id)))


def department_of(code: str) -> Department | None:
    """The department of a code."""
    return db.session.scalar(select(Department).where(Department.code == code))


def organisation_of(uscc: str) -> Organisation | None:
    """The organisation of a social credit code."""
    return db.session.scalar(select(Organisation).where(Organisation.uscc == uscc))


def by_role(measure: Measure) -> list[tuple[str, list[Department]]]:
    """The measure's departments under each role that it names."""
    grouped = [(role, [each.department for each in measure.departments if each.role == role]) for role in rules.ROLES]
    return [(role, named) for role, named in grouped if named]


def department_words(measure: Measure) -> str:
    """The departments with their roles, in one line of the reader's language."""
    comma, end = ("、", "；") if current() == "zh" else (", ", "; ")
    return end.join(
        translate(_("%(role)s: %(names)s"), role=translate(rules.ROLES[role]), names=comma.join(spoken(each, "name") for each in named))
        for role, named in by_role(measure))


def updates_of(measure: Measure, actor: Actor | None) -> list[MeasureUpdate]:
    """The updates of a measure that the actor may see, newest first."""
    wanted = select(MeasureUpdate).where(MeasureUpdate.measure_id == measure.id, visible_updates(actor))
    return list(db.session.scalars(wanted.order_by(MeasureUpdate.happened_on.desc(), MeasureUpdate.id.desc())))


def evidence_of(update: MeasureUpdate, actor: Actor | None) -> Attachment | None:
    """The file of an update, where it is public or the reader supervises."""
    if not update.attachment_id or not (update.public or (actor is not None and SUPERVISOR.fits_role(actor))):
        return None
    return attachment_by_id(update.attachment_id)


def waits_for_second(update: MeasureUpdate) -> bool:
    """Whether the approval of an update has been proposed."""
    return bool(pending_on("update", update.public_id))


def value_words(measure: Measure, value: Fraction | None) -> str:
    """A value with its unit, as people write it."""
    if value is None:
        return "—"
    number = f"{value.numerator:,}" if value.denominator == 1 else decimal(value, places=1 if measure.unit == "%" else 2)
    unit = translate(rules.UNITS.get(measure.unit, measure.unit)) if measure.unit else ""
    return f"{number}%" if measure.unit == "%" else f"{number} {unit}".strip()


def goal_words(measure: Measure) -> str:
    """What a measure wants, in words."""
    aim = measure.aim
    if not measure.comparator:
        return "—"
    comparator = translate(rules.COMPARATORS[measure.comparator])
    if aim.threshold is None:
        return comparator
    if measure.comparator == ".." and aim.high is not None:
        return f"{measure.threshold}–{value_words(measure, aim.high)}"
    return f"{comparator} {value_words(measure, aim.threshold)}"


COLUMNS = (
    "code", "section", "kind", "text_zh", "text_en", "unit", "comparator", "threshold", "baseline", "period", "due_on", "due_text",
    "departments", "indicator", "status", "historical", "value", "value_on", "parts_done", "parts")


def records(found: Sequence[Line]) -> list[dict[str, str]]:
    """The lines as plain rows for tables that leave the house."""
    return [_record(line) for line in found]


def _record(line: Line) -> dict[str, str]:
    measure, reading = line.measure, line.verdict.reading
    named = " ".join(f"{each.role}:{each.department.code}" for each in measure.departments)
    values = (
        measure.code, str(measure.section), measure.kind, measure.text_zh, measure.text_en, measure.unit, measure.comparator, measure.threshold,
        measure.baseline, measure.period, measure.due_on.isoformat() if measure.due_on else "", measure.due_text, named, measure.indicator_code,
        str(line.status), "yes" if line.historical else "no", plain(line.value), reading.on.isoformat() if reading else "",
        str(line.verdict.parts_done), str(len(line.verdict.parts)))
    return dict(zip(COLUMNS, values, strict=True))


def plain(value: Fraction | None) -> str:
    """A value as plain digits, at most six decimals."""
    if value is None:
        return ""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6f}"


# ---------------------------------------------------------------- targets

def targets(indicator: str = "") -> list[Target]:
    """The targets, those that stand first, the nearest due first."""
    wanted = select(Target).options(joinedload(Target.measure)).order_by(Target.live.desc(), Target.due_on, Target.id)
    return list(db.session.scalars(wanted.where(Target.indicator == indicator) if indicator else wanted))


def targets_of(measure: Measure) -> list[Target]:
    """The targets that serve a measure."""
    return list(db.session.scalars(select(Target).where(Target.measure_id == measure.id).order_by(Target.due_on)))


# ---------------------------------------------------------------- what waits

def due_for_reminder(*, on: date) -> list[Measure]:
    """The measures of which their departments are reminded on this day: those with a seat here, not done."""
    wanted = select(Measure).where(Measure.due_on.is_not(None), Measure.due_on >= on - timedelta(days=7 * rules.WEEKS_REMINDED))
    found = [measure for measure in db.session.scalars(wanted) if measure.due_on and rules.is_reminder_day(measure.due_on, on=on) and measure.seats]
    return [measure for measure in found if line_of(measure, on=on).status not in (Status.DONE, Status.DONE_LATE)]


def tasks(actor: Actor) -> list[Task]:
    """For a regulator: recorded updates of its own that nobody proposed yet, and measures of its seats that fall due."""
    if not REGULATOR.fits_role(actor):
        return []
    recorded = select(MeasureUpdate).where(MeasureUpdate.state == "recorded", MeasureUpdate.organisation_id == actor.organisation_id)
    found = [
        Task("update", update.public_id, spoken(update.measure), _("Send the update for approval"), number=update.number)
        for update in db.session.scalars(recorded.order_by(MeasureUpdate.id).limit(25).options(
            joinedload(MeasureUpdate.measure).lazyload(Measure.departments)))]
    soon = select(Measure).where(
        Measure.due_on >= clock.today(), Measure.due_on <= add_months(clock.today(), 3),
        or_(Measure.last_status == "", Measure.last_status.not_in(("done", "done_late"))))
    own = [measure for measure in db.session.scalars(soon.order_by(Measure.due_on).limit(100)) if measure.seats.get(actor.organisation_id) in ("lead", "responsible")]
    return found + [
        Task("measure", measure.public_id, spoken(measure), _("Record progress"), measure.due_on, measure.code, f"/programme/measures/{measure.code}")
        for measure in own[:25]]


# ---------------------------------------------------------------- seeds

def seed_differences() -> list[str]:
    """How the tables differ from the shipped ones, in words; nothing when they are the same."""
    found = _department_differences()
    standing = {measure.code: measure for measure in db.session.scalars(select(Measure).where(Measure.seeded.is_(True)))}
    rows = {row["code"]: row for row in read_rows("measures.csv")}
    found += [f"measure {code}: missing" for code in rows if code not in standing]
    found += [f"measure {code}: not in the shipped table" for code in standing if code not in rows]
    for code, measure in standing.items():
        if code in rows:
            found += [f"measure {code}: {name} differs" for name in _measure_differences(measure, rows[code])]
    return found


def _department_differences() -> list[str]:
    standing = {each.code: each for each in departments()}
    found = []
    for row in read_rows("departments.csv"):
        each = standing.get(row["code"])
        if each is None:
            found.append(f"department {row['code']}: missing")
        elif (each.name_zh, each.name_en) != (row["name_zh"], row["name_en"]):
            found.append(f"department {row['code']}: name differs")
    return found


def measure_values(row: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a measure from a row of the shipped table."""
    plain_names = ("code", "kind", "text_zh", "text_en", "reading_zh", "reading_en", "unit", "comparator", "threshold", "high", "baseline", "period", "due_text")
    return {name: row[name] for name in plain_names} | {
        "section": int(row["section"]), "begins_on": date.fromisoformat(row["begins_on"]),
        "due_on": date.fromisoformat(row["due_on"]) if row["due_on"] else None, "indicator_code": row["indicator"]}


def _measure_differences(measure: Measure, row: Mapping[str, str]) -> list[str]:
    found = [name for name, value in measure_values(row).items() if getattr(measure, name) != value]
    named = {(each.role, each.department.code) for each in measure.departments}
    return found + ([] if set(rules.parse_departments(row["departments"])) <= named else ["departments"])


__all__ = [
    "COLUMNS", "COMMENT", "MANAGE", "Aim", "Line", "Summary", "by_role", "chosen", "department_of", "department_words", "departments", "district_name",
    "districts", "due_for_reminder", "evidence_of", "goal_words", "historical", "line_of", "lines", "measure_of", "measure_values", "organisation_of", "plain", "read_rows",
    "records", "seed_differences", "spoken", "summaries", "targets", "targets_of", "tasks", "updates_of", "value_words", "waits_for_second",
]  # fmt: skip
