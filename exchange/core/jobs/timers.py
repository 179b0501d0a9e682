"""Timers and schedules: what happens because a moment has come.

A timer acts once on one object, in the operation that marks it done. A schedule comes back at fixed times; its row is
a timer of the noun ``schedule`` that is set anew after each run.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from exchange.core import clock
from exchange.core.database import add, db, operation
from exchange.core.errors import DomainError
from exchange.core.jobs.models import Timer
from exchange.core.jobs.outbox import BACK_OFF

log = logging.getLogger("zhirong.jobs")
TimerFunction = Callable[[str], object]
RULES: dict[str, TimerFunction] = {}
NEVER = timedelta(days=3650)


@dataclass(frozen=True)
class Schedule:
    """Work that comes back: every so often, or each Shanghai day at a time."""

    name: str
    function: Callable[[], object]
    every: timedelta | None = None
    hour: int = 0
    minute: int = 0

    def next_after(self, moment: datetime) -> datetime:
        """The first time after a moment."""
        if self.every is not None:
            step = self.every.total_seconds()
            return datetime.fromtimestamp((moment.timestamp() // step + 1) * step, clock.SHANGHAI)
        local = moment.astimezone(clock.SHANGHAI)
        today = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)


SCHEDULES: dict[str, Schedule] = {}


def timer(rule: str) -> Callable[[TimerFunction], TimerFunction]:
    """Register what a rule does to the object whose moment has come; it runs inside an operation."""

    def register(function: TimerFunction) -> TimerFunction:
        RULES[rule] = function
        return function

    return register


def hourly(name: str, *, every: timedelta = timedelta(hours=1)) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register work that comes back every so often."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        SCHEDULES[name] = Schedule(name, function, every=every)
        return function

    return register


def daily(name: str, *, hour: int, minute: int = 0) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register work that comes back each day at a time in Shanghai."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        SCHEDULES[name] = Schedule(name, function, hour=hour, minute=minute)
        return function

    return register


def _row(noun: str, object_id: str, rule: str) -> Timer | None:
    wanted = select(Timer).where(Timer.noun == noun, Timer.object_id == object_id, Timer.rule == rule)
    return db.session.scalar(wanted.with_for_update())


@operation
def set_timer(noun: str, object_id: str, *, rule: str, due_at: datetime) -> Timer:
    """The rule acts on the object at this moment; set again, it acts at the new one instead."""
    found = _row(noun, object_id, rule)
    if found is None:
        found = add(Timer(noun=noun, object_id=object_id, rule=rule, due_at=due_at))
    found.due_at, found.done_at, found.attempts, found.error_code = due_at, None, 0, ""
    db.session.flush()
    return found


@operation
def cancel_timer(noun: str, object_id: str, rule: str) -> None:
    """The rule does not act on the object any more."""
    found = _row(noun, object_id, rule)
    if found is not None and found.done_at is None:
        found.done_at = clock.now()


def due_timers(limit: int = 200) -> list[int]:
    """The timers whose moment has come, longest due first."""
    wanted = select(Timer.id).where(Timer.done_at.is_(None), Timer.due_at <= clock.now())
    return list(db.session.scalars(wanted.order_by(Timer.due_at, Timer.id).limit(limit)))


@operation
def fire(timer_id: int) -> bool:
    """One due timer acts and is done, in one transaction; False when another process was faster."""
    wanted = select(Timer).where(Timer.id == timer_id, Timer.done_at.is_(None), Timer.due_at <= clock.now())
    found = db.session.scalar(wanted.with_for_update(skip_locked=True))
    if found is None:
        return False
    found.done_at = clock.now()
    RULES[found.rule](found.object_id)
    return True


@operation
def postpone(timer_id: int, code: str) -> None:
    """A timer that was refused waits and is tried again."""
    found = db.session.get(Timer, timer_id, with_for_update=True)
    if found is None or found.done_at is not None:
        return
    found.attempts += 1
    found.error_code = code[:200]
    found.due_at = clock.now() + BACK_OFF[min(found.attempts, len(BACK_OFF)) - 1]


@operation
def ensure_schedules() -> None:
    """Each schedule has its row; a new one is due at its next time."""
    known = set(db.session.scalars(select(Timer.rule).where(Timer.noun == "schedule")))
    for schedule in SCHEDULES.values():
        if schedule.name not in known:
            add(Timer(noun="schedule", object_id="", rule=schedule.name, due_at=schedule.next_after(clock.now())))


@operation
def _come_back(timer_id: int, code: str) -> None:
    found = db.session.get(Timer, timer_id, with_for_update=True)
    if found is not None:
        found.due_at, found.error_code = SCHEDULES[found.rule].next_after(clock.now()), code[:200]
        found.attempts += 1


def _run_schedule(timer_id: int, name: str) -> None:
    code = ""
    try:
        SCHEDULES[name].function()
    except DomainError as refusal:
        code = refusal.code.name
        log.exception("schedule refused", extra={"schedule": name})
    except Exception as problem:  # told to whoever runs it, once its next time is set
        db.session.rollback()
        _come_back(timer_id, type(problem).__name__)
        raise
    _come_back(timer_id, code)


def run_timer(timer_id: int) -> bool:
    """One due timer or schedule runs; True when something was done."""
    found = db.session.get(Timer, timer_id)
    if found is None:
        return False
    noun, rule = found.noun, found.rule
    db.session.rollback()
    if noun == "schedule":
        if rule in SCHEDULES:
            _run_schedule(timer_id, rule)
        return rule in SCHEDULES
    try:
        return fire(timer_id)
    except DomainError as refusal:
        postpone(timer_id, refusal.code.name)
        log.warning("timer refused", extra={"rule": rule, "code": refusal.code.name})
        return False
