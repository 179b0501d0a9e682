"""Whether the house itself is sound: database, states, second persons, chain, files, jobs, clock, disk, keys, calendar."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, or_, select, text

from exchange.core import clock, files
from exchange.core.approvals import Approval
from exchange.core.audit.checking import verify_database
from exchange.core.calendar import china
from exchange.core.checks import Finding, check
from exchange.core.database import Base, db, dialect
from exchange.core.events import Event
from exchange.core.jobs.models import Job, JobState, Timer
from exchange.core.seal import damaged
from exchange.core.settings import Settings
from exchange.core.text import _

LATE = timedelta(hours=1)
LEAST_DISK = 1024**3
CALENDAR_AHEAD = timedelta(days=365)


def _settings() -> Settings:
    found: Settings = current_app.extensions["zhirong.settings"]
    return found


@check("database.integrity", _("The database is whole and every foreign key leads somewhere"), group="house")
def broken_database() -> Iterator[Finding]:
    """What the database finds wrong in its own file; PostgreSQL keeps its keys by itself."""
    if dialect() != "sqlite":
        return
    for row in db.session.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Finding(where=str(row[0]))
    for row in db.session.execute(text("PRAGMA foreign_key_check")):
        yield Finding(where=f"{row[0]} {row[1]}", expected=f"a row of {row[2]}", found="none")


@check("database.states", _("Every state is one of its machine"), group="house")
def unknown_states() -> Iterator[Finding]:
    """Rows whose state no machine knows."""
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__name__):
        machine = getattr(mapper.class_, "machine", None)
        if machine is None or "state" not in mapper.columns:
            continue
        known = {str(each) for each in machine.states}
        for state in db.session.scalars(select(mapper.columns["state"]).distinct()):
            if state is not None and state not in known:
                yield Finding(where=f"{mapper.class_.__tablename__}.state", expected="|".join(sorted(known)), found=state)


@check("approvals.two_people", _("Whoever confirmed did not propose"), group="house")
def one_person_alone() -> Iterator[Finding]:
    """Approvals by one person, whatever the constraint said."""
    wrong = or_(Approval.checker_id == Approval.maker_id, Approval.checker_identity == Approval.maker_identity)
    for public_id in db.session.scalars(select(Approval.public_id).where(Approval.checker_id.is_not(None), wrong)):
        yield Finding(where=f"approval {public_id}", expected="two persons", found="one")


@check("events.chain", _("The event chain, its projections and its heads are whole"), group="house")
def broken_chain() -> Iterator[Finding]:
    """Damages of the chain; what could not be checked is a warning."""
    report = verify_database()
    yield from (Finding(where=str(damage)) for damage in report.damages)
    yield from (Finding(where=reason, warning=True) for reason in report.unable)


@check("files.kept", _("Every file that a row names is kept, byte for byte"), group="house")
def lost_files() -> Iterator[Finding]:
    """Files that are gone or other than their digest says."""
    return (Finding(where=digest[:16], expected="the file of this digest", found="none or another") for digest in files.missing())


@check("seal.documents", _("Every sealed document bears a good seal"), group="house")
def damaged_documents() -> Iterator[Finding]:
    """Sealed documents that were changed."""
    return (Finding(where=name, expected="a good seal", found="damage") for name in damaged())


@check("jobs.running", _("Jobs and timers are carried out in time"), group="house")
def late_work() -> Iterator[Finding]:
    """Work that has waited for over an hour, and jobs that were given up in the last day."""
    since = clock.now() - LATE
    waiting = select(func.count()).select_from(Job).where(Job.state.in_((JobState.WAITING, JobState.RUNNING)), Job.due_at < since)
    late = select(func.count()).select_from(Timer).where(Timer.done_at.is_(None), Timer.due_at < since)
    given_up = select(func.count()).select_from(Job).where(Job.state == JobState.FAILED, Job.created_at > clock.now() - timedelta(days=1))
    for where, wanted in (("jobs overdue", waiting), ("timers overdue", late), ("jobs that failed since yesterday", given_up)):
        if count := db.session.scalar(wanted):
            yield Finding(where=where, expected=0, found=count, warning=True)


@check("clock.forward", _("The clock stands after the newest event"), group="machine")
def backward_clock() -> Iterator[Finding]:
    """An event from the future: the clock went back."""
    newest = db.session.scalar(select(func.max(Event.at)))
    if newest is not None and newest > clock.now() + timedelta(seconds=5):
        yield Finding(where="clock", expected=f"after {newest:%FT%TZ}", found=f"{clock.now():%FT%TZ}")


@check("disk.free", _("A gibibyte of the disk is free"), group="machine")
def full_disk() -> Iterator[Finding]:
    """Too little room for files and database."""
    free = shutil.disk_usage(_settings().DATA_DIR).free
    if free < LEAST_DISK:
        yield Finding(where=str(_settings().DATA_DIR), expected=LEAST_DISK, found=free, warning=True)


@check("keys.private", _("Only their owner can read the key files"), group="machine")
def open_keys() -> Iterator[Finding]:
    """Key files that others may read."""
    for path in _settings().key_files():
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(where=path.name, expected="0600", found=f"{stat.S_IMODE(path.stat().st_mode):04o}")


@check("calendar.ahead", _("The working days of the next twelve months are entered"), group="machine")
def unknown_calendar() -> Iterable[Finding]:
    """Years of the coming twelve months whose working days nobody entered."""
    known = china().years
    for year in sorted({clock.today().year, (clock.today() + CALENDAR_AHEAD).year} - known):
        yield Finding(where=f"calendar {year}", expected="entered", found="unknown", warning=True)
