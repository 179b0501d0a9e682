"""Every write of the programme: the seed, measures and departments, updates and their approval, targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from exchange.core import clock, files, numbers
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.events import note
from exchange.oversight.programme import queries, rules
from exchange.oversight.programme.models import Department, Measure, MeasureDepartment, MeasureUpdate, Target, TargetReading
from exchange.oversight.programme.queries.outlook import Outlook, outlooks
from exchange.oversight.programme.states import TARGET, UPDATE
from exchange.oversight.statistics.queries import definition
from exchange.people.accounts.models import Organisation

TARGETS_IN_SEED = ("8.0a",)


# ---------------------------------------------------------------- the seed

@operation
def seed_programme(*, actor: Actor = SYSTEM, organisation: Organisation | None = None) -> int:
    """Bring departments and measures of the plan into the tables; done twice it changes nothing.

    With an ``organisation`` the plan's own target is set in its name as well.
    """
    added = sum(_seed_department(row) for row in queries.read_rows("departments.csv"))
    flush()
    known = {each.code: each for each in queries.departments()}
    standing = set(db.session.scalars(select(Measure.code)))
    for row in queries.read_rows("measures.csv"):
        if row["code"] not in standing:
            _seed_measure(row, known, actor)
            added += 1
    return added + (sum(_seed_target(code, organisation) for code in TARGETS_IN_SEED) if organisation is not None else 0)


def _seed_department(row: dict[str, str]) -> int:
    found = queries.department_of(row["code"])
    if found is None:
        add(Department(code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"]))
    return 1 if found is None else 0


def _seed_measure(row: dict[str, str], known: dict[str, Department], actor: Actor) -> None:
    made: Measure = add(Measure(seeded=True, last_status="", **queries.measure_values(row)))
    flush()
    for role, code in rules.parse_departments(row["departments"]):
        add(MeasureDepartment(measure_id=made.id, department_id=known[code].id, role=role))
    note(made, "add", actor, code=made.code)


def _seed_target(code: str, organisation: Organisation) -> int:
    measure = queries.measure_of(code)
    if queries.targets_of(measure) or measure.due_on is None:
        return 0
    share = {name: str(Decimal(getattr(measure, name)) / 100) for name in ("threshold", "baseline")}
    _set(organisation.id, measure.indicator_code, share["threshold"], share["baseline"], measure.begins_on, measure.due_on, measure, measure.due_text, SYSTEM)
    return 1


@operation
def seat_department(code: str, *, organisation: Organisation, actor: Actor) -> Department:
    """Say which organisation of the platform acts for a department."""
    department = queries.department_of(code)
    if department is None:
        raise Invalid("CHOICE_UNKNOWN", field="department", choices=", ".join(each.code for each in queries.departments()))
    if organisation.kind != "regulator":
        raise Invalid("FIELD_MALFORMED", field="organisation", reason="regulator")
    department.organisation_id = organisation.id
    note(organisation, "seat", actor, noun="department", department=code)
    return department


# ---------------------------------------------------------------- measures

@operation
def add_measure(*, code: str, section: int, kind: str, text_zh: str, text_en: str, begins_on: date, actor: Actor, **facts: Any) -> Measure:
    """Add a measure beside those of the plan; a code that stands is refused."""
    if db.session.scalar(select(Measure.id).where(Measure.code == code)) is not None:
        raise Conflict("MEASURE_EXISTS", field="code")
    due_on = facts.get("due_on")
    if due_on is not None and due_on < begins_on:
        raise Invalid("DATE_ORDER", field="due_on", start=begins_on, end=due_on)
    facts |= {"comparator": facts.get("comparator", ""), "period": facts.get("period", "once"), "last_status": ""}
    made: Measure = add(Measure(code=code, section=section, kind=kind, text_zh=text_zh, text_en=text_en, begins_on=begins_on, **facts))
    flush()
    note(made, "add", actor, code=code)
    return made


@operation
def assign_department(measure: Measure, *, department: str, role: str, actor: Actor) -> Measure:
    """Give a department a role in a measure, or another role."""
    lock(measure)
    chosen = queries.department_of(department)
    if chosen is None:
        raise Invalid("CHOICE_UNKNOWN", field="department", choices=", ".join(each.code for each in queries.departments()))
    row = db.session.scalar(select(MeasureDepartment).where(
        MeasureDepartment.measure_id == measure.id, MeasureDepartment.department_id == chosen.id))
    if row is None:
        row = add(MeasureDepartment(measure_id=measure.id, department_id=chosen.id, role=role))
    row.role = role
    flush()
    db.session.refresh(measure, ["departments"])
    note(measure, "assign", actor, department=department, role=role)
    return measure


@operation
def comment_measure(measure: Measure, *, text: str, actor: Actor) -> Measure:
    """Put a remark into the measure's history, as any department of it may."""
    lock(measure)
    note(measure, "comment", actor, text=text, house=actor.organisation_name)
    return measure


# ---------------------------------------------------------------- updates

@operation
def record_update(
    measure: Measure, *, happened_on: date, actor: Actor, value: Decimal | None = None, done: bool = False, district: str = "",
    text: str = "", reference: str = "", public: bool = False, upload: Any = None,
) -> MeasureUpdate:
    """Record what a leading or responsible department reports; it counts once another person has approved it."""
    lock(measure)
    update = MeasureUpdate(
        organisation_id=actor.organisation_id, measure=measure, number=numbers.next_number("JZ"), happened_on=happened_on, district=district,
        value="" if value is None else f"{value.normalize():f}", done=done, text=text, reference=reference, public=public, recorded_by=actor.user_id)
    with UPDATE.move(update, "record", actor, measure=measure.code, value=update.value, done=done):
        rules.check_department(actor.organisation_id, seated=measure.seats, names=queries.department_words(measure))
        rules.check_day(happened_on, first=measure.begins_on, last=clock.today())
        rules.check_update(value=value, done=done, proved=upload is not None or bool(reference.strip()))
        _check_district(measure, district)
        add(update)
        flush()
        if upload is not None:
            kept = files.attach(
                upload, noun="update", object_id=update.public_id, organisation_id=actor.organisation_id, kind="evidence", user_id=actor.user_id)
            update.attachment_id, update.sha256 = kept.public_id, kept.sha256
    return update


def _check_district(measure: Measure, district: str) -> None:
    known = queries.districts()
    if measure.period.startswith("district") != (district in known):
        raise Invalid("CHOICE_UNKNOWN", field="district", choices=", ".join(known) if measure.period.startswith("district") else "—")


@operation
def approve_update(update: MeasureUpdate, *, actor: Actor) -> MeasureUpdate:
    """Approve a recorded update by two persons; one of them at least did not record it."""
    lock(update)
    with UPDATE.move(update, "approve", actor, measure=update.measure.code, value=update.value, done=update.done):
        maker = actor.confirming.maker_id if actor.confirming is not None else actor.user_id
        others = [person for person in (actor.user_id, maker) if person != update.recorded_by]
        update.approved_by, update.approved_at = (others[0] if others else None), clock.now()
    note_status(update.measure)
    return update


@operation
def withdraw_update(update: MeasureUpdate, *, actor: Actor) -> MeasureUpdate:
    """Take back an update that nobody has approved yet."""
    lock(update)
    with UPDATE.move(update, "withdraw", actor):
        rules.check_department(actor.organisation_id, seated={update.organisation_id: "lead"}, names=queries.department_words(update.measure))
    return update


# ---------------------------------------------------------------- targets

@operation
def set_target(
    *, indicator: str, value: Decimal, begins_on: date, due_on: date, actor: Actor, baseline: Decimal | None = None,
    measure: Measure | None = None, decree: str = "",
) -> Target:
    """Set a new target for an indicator in the words of its present definition; an earlier one is never changed."""
    if due_on <= begins_on:
        raise Invalid("DATE_ORDER", field="due_on", start=begins_on, end=due_on)
    if value <= 0 or (baseline is not None and baseline >= value):
        raise Invalid("NUMBER_OUT_OF_RANGE", field="value", low=baseline or 0, high=1)
    return _set(actor.organisation_id, indicator, str(value), "" if baseline is None else str(baseline), begins_on, due_on, measure, decree, actor)


def _set(
    organisation_id: int, indicator: str, value: str, baseline: str, begins_on: date, due_on: date, measure: Measure | None, decree: str, actor: Actor,
) -> Target:
    chosen = definition(indicator)
    target = Target(
        organisation_id=organisation_id, number=numbers.next_number("MB"), indicator=indicator, definition_version=chosen.version,
        definition_sha256=chosen.sha256, baseline=baseline, value=value, begins_on=begins_on, due_on=due_on,
        measure_id=measure.id if measure else None, decree=decree)
    with TARGET.move(target, "set", actor, indicator=indicator, value=value, due_on=due_on):
        add(target)
        flush()
    return target


@operation
def retire_target(target: Target, *, reason: str, actor: Actor) -> Target:
    """End a target with a reason, by two persons; it stays readable."""
    lock(target)
    with TARGET.move(target, "retire", actor, reason=reason):
        target.live, target.reason = False, reason
    return target


# ---------------------------------------------------------------- what time brings

@operation
def note_status(measure: Measure) -> bool:
    """Write into the history that a measure's status changed; whether it did."""
    return _note(queries.line_of(measure, on=clock.today()))


@operation
def note_statuses() -> int:
    """Compare every measure's status with what was known last; how many changed."""
    return sum(_note(line) for line in queries.lines(on=clock.today()))


def _note(line: queries.Line) -> bool:
    measure, status = line.measure, str(line.status)
    if status == measure.last_status:
        return False
    note(measure, "status", SYSTEM, before=measure.last_status, after=status)
    measure.last_status = status
    return True


@operation
def remind_departments() -> int:
    """Remind the departments of what falls due or is overdue; how many measures that were."""
    found = queries.due_for_reminder(on=clock.today())
    for measure in found:
        note(measure, "remind" if measure.due_on and measure.due_on > clock.today() else "overdue", SYSTEM, due_on=measure.due_on)
    return len(found)


@operation
def keep_target_readings(*, day: date) -> int:
    """Keep how every standing target stands on a day, as known now; a day is kept once."""
    kept = 0
    known = select(TargetReading.target_id).where(TargetReading.day == day)
    standing = db.session.scalars(select(Target).where(Target.live.is_(True), Target.id.not_in(known)).order_by(Target.id)).all()
    for target, found in outlooks(standing, on=day):
        kept += _keep(target, day, found)
    return kept


def _keep(target: Target, day: date, found: Outlook) -> int:
    if not found.found.total:
        return 0
    chance = None if found.chance is None else round(found.chance * 1000)
    add(TargetReading(
        target_id=target.id, day=day, total=found.found.total, converted=found.found.converted, status=str(found.verdict.status),
        chance_permille=chance, known_at=clock.now()))
    return 1
