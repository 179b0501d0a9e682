"""The worker: Huey carries jobs to threads at once; a sweep picks up what was lost and fires timers."""

import logging
import threading
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey

from exchange.core.database import db, outside_request
from exchange.core.jobs import outbox, timers
from exchange.core.settings import Settings

SWEEP_SECONDS = 1.0
log = logging.getLogger("zhirong.jobs")


def make_huey(settings: Settings) -> Huey:
    """The queue: a file of its own, or Redis by configuration."""
    if settings.HUEY_URL:
        return RedisHuey("zhirong", url=settings.HUEY_URL, results=False)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("zhirong", filename=str(settings.DATA_DIR / "queue.sqlite"), results=False, fsync=False)


def install(app: Any, settings: Settings) -> None:
    """Jobs of this application go to its queue after their transaction; tests run them by hand instead."""
    outbox.PUSH.clear()
    if settings.ENV == "test":
        return
    queue = make_huey(settings)
    task = queue.task(name="carry_out")(lambda public_id: carry_out_in(app, public_id))
    app.extensions["zhirong.queue"] = queue
    outbox.PUSH.append(lambda public_id: push(task, public_id))


def push(task: Any, public_id: str) -> None:
    """The queue is told at once; when it cannot be told, the sweep finds the row."""
    try:
        task(public_id)
    except Exception:
        log.exception("queue not reached", extra={"job": public_id})


def carry_out_in(app: Any, public_id: str) -> None:
    """One job is carried out in a context of its own."""
    with outside_request(app):
        try:
            outbox.carry_out(public_id)
        except outbox.JobBroken:
            log.exception("job broke", extra={"job": public_id})


def sweep(app: Any) -> int:
    """Due timers fire and due jobs run, in this thread; the number of things done comes back."""
    done = 0
    with outside_request(app):
        for timer_id in timers.due_timers():
            done += sweep_one(timers.run_timer, timer_id)
        lost = outbox.due_jobs(limit=20)
        db.session.rollback()
        for public_id in lost:
            done += sweep_one(outbox.carry_out, public_id)
    return done


def sweep_one(run: Any, name: Any) -> int:
    """One thing is run; what breaks is logged, so that the next still runs."""
    try:
        return int(bool(run(name)))
    except Exception:
        db.session.rollback()
        log.exception("sweep broke", extra={"item": str(name)})
        return 0


def sweep_until(app: Any, over: threading.Event) -> None:
    """The sweep goes round until it is over."""
    with outside_request(app):
        timers.ensure_schedules()
    while not over.is_set():
        try:
            busy = sweep(app)
        except Exception:
            log.exception("sweep failed")
            busy = 0
        if not busy:
            over.wait(SWEEP_SECONDS)


def run_worker(app: Any, *, threads: int | None = None) -> None:
    """This process works until it is told to stop."""
    over = threading.Event()
    sweeper = threading.Thread(target=sweep_until, args=(app, over), name="sweep", daemon=True)
    sweeper.start()
    try:
        consumer = app.extensions["zhirong.queue"].create_consumer(
            workers=threads or app.extensions["zhirong.settings"].WORKERS, periodic=False, initial_delay=0.05, max_delay=1.0
        )
        consumer.run()
    finally:
        over.set()
        sweeper.join(timeout=10)


def run_due_jobs(app: Any = None, *, strict: bool = True, rounds: int = 50) -> int:
    """Everything due runs here and now, round after round, until nothing is left; for tests and the demonstration."""
    done = 0
    for _ in range(rounds):
        waiting = timers.due_timers()
        db.session.rollback()
        turn = sum(int(timers.run_timer(timer_id)) for timer_id in waiting)
        turn += sum(_run_strictly(public_id, strict=strict) for public_id in outbox.due_jobs())
        if not turn:
            break
        done += turn
    return done


def _run_strictly(public_id: str, *, strict: bool) -> int:
    db.session.rollback()
    try:
        return int(outbox.carry_out(public_id) is not None)
    except outbox.JobBroken:
        if strict:
            raise
        return 1
