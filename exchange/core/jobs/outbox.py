"""The outbox: enqueue in the transaction, claim with a lease, carry out, mark.

A worker that dies leaves a lease that ends; the sweep then gives the job to another. A job's function may therefore run
twice and must be idempotent by the job's id.
"""

import json
import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, or_, select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, after_commit, db, failpoint, flush, in_operation, operation, outside_request
from exchange.core.errors import DomainError, NotFound
from exchange.core.jobs.models import Job, JobState
from exchange.core.sandbox.refusal import Refusal
from exchange.core.text import Text, _

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 20.0
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
PASSING = {"UNAVAILABLE", "BUSY", "RENDER_LIMIT", "STORAGE_FULL", "CLOCK_UNSURE", "STALE_VERSION"}
WORKER = f"{os.getpid()}-{secrets.token_hex(4)}"
log = logging.getLogger("zhirong.jobs")


class Cancelled(Exception):
    """Somebody wanted the job to stop."""


@dataclass
class Work:
    """A job as its function sees it."""

    id: str
    payload: Mapping[str, Any]
    user_id: int | None = None
    organisation_id: int | None = None
    attempt: int = 1
    steps_seen: list[str] = field(default_factory=list)

    def step(self, number: int, of: int, name: str = "") -> None:
        """The page shows how far the work is; a wanted cancellation ends it here."""
        self.steps_seen.append(name)
        if note_step(self.id, number, of=of, name=name):
            raise Cancelled


JobFunction = Callable[[Work], str | None]


@dataclass(frozen=True)
class Kind:
    """A kind of job and what carries it out."""

    name: str
    label: Text
    function: JobFunction
    may_cancel: bool = False
    forgets: bool = False


KINDS: dict[str, Kind] = {}
WORK = _("Work")
PUSH: list[Callable[[str], None]] = []


def job(
    name: str, *, label: Text = WORK, may_cancel: bool = False, forgets: bool = False
) -> Callable[[JobFunction], JobFunction]:
    """Register what carries out a kind of job; one that ``forgets`` keeps no payload when it is done."""

    def register(function: JobFunction) -> JobFunction:
        register_job(name, function, label=label, may_cancel=may_cancel, forgets=forgets)
        return function

    return register


def register_job(
    name: str, function: JobFunction, *, label: Text = WORK, may_cancel: bool = False, forgets: bool = False
) -> None:
    """Say what carries out a kind of job, once."""
    known = KINDS.get(name)
    if known is not None and known.function.__qualname__ != function.__qualname__:
        raise ValueError(f"job {name} has two functions")
    KINDS[name] = Kind(name, label, function, may_cancel, forgets)


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    title: str = "",
    organisation_id: int | None = None,
    user_id: int | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Work is wanted once this transaction is committed; the same kind and key are wanted once."""
    if not in_operation():
        raise RuntimeError("work is wanted inside an operation, so that it is wanted only if the change happens")
    chosen = key or secrets.token_hex(16)
    known = db.session.scalar(select(Job).where(Job.kind == kind, Job.key == chosen))
    if known is not None:
        return known
    made = add(Job(
        kind=kind, key=chosen, title=title[:200], payload=json.dumps(payload, ensure_ascii=False), state=JobState.WAITING,
        organisation_id=organisation_id, user_id=user_id, due_at=due_at or clock.now(),
    ))  # fmt: skip
    flush()
    failpoint("operation.outbox_written")
    if due_at is None:
        _push_after_commit(made.public_id)
    return made  # type: ignore[no-any-return]  # add() gives back what it was given


def _push_after_commit(public_id: str) -> None:
    for push in PUSH:
        after_commit(lambda push=push: push(public_id))  # type: ignore[misc]  # the default binds this turn's value


def job_by_id(public_id: str) -> Job:
    """The job of this name."""
    found = db.session.scalar(select(Job).where(Job.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def visible_job(public_id: str, actor: Actor) -> Job:
    """The job of this name, if the actor or the actor's organisation wanted it."""
    found = job_by_id(public_id)
    own = found.user_id is not None and found.user_id == actor.user_id
    shared = found.organisation_id is not None and found.organisation_id == actor.organisation_id
    if not (own or shared):
        raise NotFound()
    return found


def jobs_of(actor: Actor, *, limit: int = 50) -> list[Job]:
    """The jobs that the actor wanted, newest first."""
    return list(db.session.scalars(select(Job).where(Job.user_id == actor.user_id).order_by(Job.id.desc()).limit(limit)))


def _locked(public_id: str) -> Job:
    found = db.session.scalar(select(Job).where(Job.public_id == public_id).with_for_update())
    if found is None:
        raise NotFound()
    return found


def _due(now: datetime) -> Any:
    waiting = and_(Job.state == JobState.WAITING, Job.due_at <= now)
    return or_(waiting, and_(Job.state == JobState.RUNNING, Job.lease_until < now))


def due_jobs(limit: int = 100) -> list[str]:
    """The jobs that could run now, longest due first."""
    wanted = select(Job.public_id).where(_due(clock.now())).order_by(Job.due_at, Job.id).limit(limit)
    return list(db.session.scalars(wanted))


@operation
def claim_job(public_id: str, worker: str) -> Work | None:
    """The job belongs to this worker for a minute, if nobody else has it."""
    now = clock.now()
    wanted = select(Job).where(Job.public_id == public_id, _due(now)).with_for_update(skip_locked=True)
    found = db.session.scalar(wanted)
    if found is None:
        return None
    found.state, found.worker, found.lease_until = JobState.RUNNING, worker, now + LEASE
    found.attempts += 1
    found.started_at = found.started_at or now
    return Work(found.public_id, json.loads(found.payload), found.user_id, found.organisation_id, found.attempts)


@operation
def beat(public_id: str, worker: str) -> None:
    """The worker lives, so the lease lasts another minute."""
    found = _locked(public_id)
    if found.state == JobState.RUNNING and found.worker == worker:
        found.lease_until = clock.now() + LEASE


@operation
def note_step(public_id: str, number: int, *, of: int, name: str) -> bool:
    """How far the job is; True when it should stop."""
    found = _locked(public_id)
    found.step, found.steps, found.step_name = number, of, str(name)[:200]
    found.lease_until = clock.now() + LEASE
    return found.cancel_wanted


@operation
def finish_job(public_id: str, result_url: str) -> None:
    """The job is done."""
    found = _locked(public_id)
    found.state, found.finished_at, found.result_url = JobState.DONE, clock.now(), result_url[:400]
    found.step, found.step_name, found.error_code, found.error_detail = found.steps, "", "", ""
    if found.kind in KINDS and KINDS[found.kind].forgets:
        found.payload = "{}"


@operation
def fail_job(public_id: str, code: str, detail: str, *, again: bool) -> None:
    """The job failed: it waits for another attempt, or for good when attempts or hope are used up."""
    found = _locked(public_id)
    found.error_code, found.error_detail, found.lease_until = code[:60], detail[:4000], None
    if again and found.attempts <= len(BACK_OFF):
        found.state, found.due_at = JobState.WAITING, clock.now() + BACK_OFF[found.attempts - 1]
        return
    found.state, found.finished_at = JobState.FAILED, clock.now()
    log.error("job failed", extra={"job": public_id, "kind": found.kind, "code": code})


@operation
def cancel_job(public_id: str) -> Job:
    """A waiting job is cancelled; a running one stops at its next step."""
    found = _locked(public_id)
    if found.state == JobState.WAITING:
        found.state, found.finished_at, found.error_code = JobState.CANCELLED, clock.now(), "CANCELLED"
    found.cancel_wanted = True
    return found


@operation
def _mark_cancelled(public_id: str) -> None:
    found = _locked(public_id)
    found.state, found.finished_at, found.error_code = JobState.CANCELLED, clock.now(), "CANCELLED"


@operation
def retry_job(public_id: str) -> Job:
    """A job that failed for good is tried again from the beginning."""
    found = _locked(public_id)
    if found.state == JobState.FAILED:
        found.state, found.attempts, found.due_at, found.finished_at = JobState.WAITING, 0, clock.now(), None
    return found


@contextmanager
def heartbeat(public_id: str) -> Iterator[None]:
    """The lease is renewed while the block runs."""
    app, over = current_app._get_current_object(), threading.Event()  # type: ignore[attr-defined]  # werkzeug's proxy

    def renew() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            with outside_request(app):
                try:
                    beat(public_id, WORKER)
                except Exception:
                    log.exception("heartbeat failed")

    thread = threading.Thread(target=renew, name=f"heartbeat-{public_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def carry_out(public_id: str) -> str | None:
    """One job is claimed and carried out; the state it ends in, or None when another has it."""
    work = claim_job(public_id, WORKER)
    if work is None:
        return None
    failpoint("outbox.claimed")
    kind = db.session.scalar(select(Job.kind).where(Job.public_id == public_id)) or ""
    db.session.rollback()
    try:
        with heartbeat(public_id):
            result = KINDS[kind].function(work)
        failpoint("outbox.sent")
        finish_job(public_id, result or "")
        failpoint("outbox.marked")
    except Cancelled:
        _mark_cancelled(public_id)
    except (DomainError, Refusal) as refusal:
        code = refusal.code.name if isinstance(refusal, DomainError) else refusal.code
        fail_job(public_id, code, str(refusal), again=code in PASSING)
    except Exception as error:
        db.session.rollback()
        fail_job(public_id, "UNEXPECTED", f"{type(error).__name__}: {error}", again=True)
        ended = job_by_id(public_id).state
        raise JobBroken(kind, public_id, ended) from error
    db.session.rollback()
    return job_by_id(public_id).state


class JobBroken(RuntimeError):
    """A job's function raised something that is no refusal."""
