"""Keeping facts, and publishing snapshots."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import insert, select

from exchange.core import clock, numbers
from exchange.core.access import Actor
from exchange.core.database import add, before_commit, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.oversight.conversions.rules import GRADES
from exchange.oversight.statistics import queries
from exchange.oversight.statistics.models import Snapshot, StatFact
from exchange.oversight.statistics.rules import DEFINITIONS, FLOORS, Interval, list_hash, union
from exchange.oversight.statistics.states import SNAPSHOT
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import in_force_interval

FOREVER = date(9999, 1, 1)
FactKey = tuple[str, str, date, date, str]


def refresh_facts_later(patent: Patent) -> None:
    """Bring the facts up to date at the end of the transaction under way, once."""
    before_commit(("facts", patent.id), partial(refresh_facts, patent))


@operation
def refresh_facts(patent: Patent) -> int:
    """Bring the facts of one patent up to date: what changed is closed and opened anew; how many rows that were."""
    wanted = _facts_of(patent)
    kept, changed, now = set(), 0, clock.now()
    for fact in queries.live_facts(patent.id):
        key = (fact.series, fact.floor, fact.enters, fact.leaves, fact.evidence)
        if key in wanted and _same_place(fact, patent):
            kept.add(key)
            continue
        fact.superseded_at = now
        changed += 1
    holder = organisation(patent.organisation_id)
    shared = {
        "patent_id": patent.id, "patent_public_id": patent.public_id, "holder_id": holder.id, "holder_kind": holder.holder_kind or "other",
        "type": patent.type or "", "section": _section(patent), "district": holder.district, "recorded_at": now}
    fresh = [
        {"series": series, "floor": floor, "enters": enters, "leaves": leaves, "evidence": evidence, **shared}
        for series, floor, enters, leaves, evidence in sorted(wanted - kept)]
    if fresh:
        flush()
        db.session.execute(insert(StatFact), fresh)
    return changed + len(fresh)


def _section(patent: Patent) -> str:
    return (patent.main_class or "-")[0]


def _same_place(fact: StatFact, patent: Patent) -> bool:
    return fact.holder_id == patent.organisation_id and fact.section == _section(patent) and fact.type == (patent.type or "")


def _facts_of(patent: Patent) -> set[FactKey]:
    force = in_force_interval(patent.id) if patent.state in ("registered", "disputed") else None
    if force is None or force[0] >= force[1]:
        return set()
    within = Interval(force[0], force[1])
    found: set[FactKey] = {("n", "", within.begins, within.ends, "")}
    evidence = queries.counting_evidence(patent.id)
    for definition in DEFINITIONS.values():
        for floor in FLOORS:
            counted = [
                Interval(each.valid_from, each.valid_to or FOREVER, (each.public_id,)) for each in evidence
                if each.route in definition.routes and list(GRADES).index(each.grade) <= FLOORS.index(floor)]
            found |= {(definition.code, floor, each.begins, each.ends, ",".join(each.evidence)) for each in union(counted, within=within)}
    return found


@operation
def rebuild_facts() -> int:
    """Compare the facts of every patent with what they should be, and mend them; how many rows differed."""
    return sum(refresh_facts(patent) for patent in db.session.scalars(select(Patent).order_by(Patent.id)))


@operation
def draft_snapshot(*, definition: str, as_of: date, floor: str, actor: Actor) -> Snapshot:
    """Freeze a figure: its definition's hash, day, moment, counts and the hash of its list."""
    first = queries.first_day()
    if not first <= as_of <= clock.today():
        raise Invalid("DATE_RANGE", field="as_of", first=first, last=clock.today())
    chosen, known_at = queries.definition(definition), clock.now()
    rows = queries.counted_list(chosen.code, on=as_of, known_at=known_at, floor=floor)
    snapshot = Snapshot(
        organisation_id=actor.organisation_id, number=numbers.next_number("TJ"), definition=chosen.code,
        definition_sha256=chosen.sha256, floor=floor, as_of=as_of, known_at=known_at, total=len(rows),
        converted=sum(1 for _patent, evidence in rows if evidence), list_sha256=list_hash(rows))
    with SNAPSHOT.move(snapshot, "draft", actor, sha256=snapshot.list_sha256):
        add(snapshot)
        flush()
    return snapshot


@operation
def propose_snapshot(snapshot: Snapshot, *, actor: Actor) -> Snapshot:
    """Propose a drafted figure for publication."""
    lock(snapshot)
    with SNAPSHOT.move(snapshot, "propose", actor):
        snapshot.proposed_by = actor.user_id
    return snapshot


@operation
def publish_snapshot(snapshot: Snapshot, *, actor: Actor) -> Snapshot:
    """Publish a proposed figure as another person, after recomputing it."""
    lock(snapshot)
    with SNAPSHOT.move(snapshot, "publish", actor, sha256=snapshot.list_sha256, total=snapshot.total, converted=snapshot.converted):
        if actor.user_id == snapshot.proposed_by:
            raise Forbidden("SNAPSHOT_SAME_PERSON")
        verify(snapshot)
        snapshot.published_by, snapshot.published_at = actor.user_id, clock.now()
    return snapshot


@operation
def reject_snapshot(snapshot: Snapshot, *, reason: str, actor: Actor) -> Snapshot:
    """Turn a proposed figure down."""
    lock(snapshot)
    with SNAPSHOT.move(snapshot, "reject", actor):
        snapshot.reason = reason
    return snapshot


@operation
def retract_snapshot(snapshot: Snapshot, *, reason: str, actor: Actor) -> Snapshot:
    """Retract a published figure with a reason; it stays visible."""
    lock(snapshot)
    with SNAPSHOT.move(snapshot, "retract", actor, reason=reason):
        snapshot.reason = reason
    return snapshot


@operation
def supersede_snapshot(snapshot: Snapshot, *, reason: str, actor: Actor) -> Snapshot:
    """Say that a later figure takes the place of a published one."""
    lock(snapshot)
    with SNAPSHOT.move(snapshot, "supersede", actor, reason=reason):
        snapshot.reason = reason
    return snapshot


def verify(snapshot: Snapshot) -> None:
    """Recompute a snapshot from its day and moment; any difference is refused."""
    rows = queries.counted_list(snapshot.definition, on=snapshot.as_of, known_at=snapshot.known_at, floor=snapshot.floor)
    found = (len(rows), sum(1 for _patent, evidence in rows if evidence), list_hash(rows))
    for name, value in zip(("total", "converted", "list_sha256"), found, strict=True):
        if getattr(snapshot, name) != value:
            raise Conflict("SNAPSHOT_MISMATCH", what=name)


@operation
def note_figure_read(actor: Actor, **facts: Any) -> None:
    """A supervisor's look at the rows behind a figure is on record."""
    note(None, "read", actor, noun="statistics", **facts)
