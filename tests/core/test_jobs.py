"""Jobs: wanted with the change or not at all, carried out once, tried again when the trouble may pass."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from exchange.core import jobs, mail
from exchange.core.database import transact
from exchange.core.errors import DomainError, Invalid
from exchange.core.jobs import outbox, timers
from exchange.core.jobs.models import Job, Timer
from exchange.core.text import _

DONE: list[Any] = []


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    DONE.clear()
    yield
    for registry in (outbox.KINDS, timers.RULES, timers.SCHEDULES):
        for name in [name for name in registry if name.startswith("test.")]:
            registry.pop(name)


def want(kind: str, **options: Any) -> Job:
    return transact(lambda: jobs.enqueue(kind, {"number": 1}, **options))


def register(name: str, function: Callable[[jobs.Work], str | None]) -> None:
    jobs.register_job(name, function, label=_("Work"))


def note_down(work: jobs.Work) -> str:
    work.step(1, 2, _("Work"))
    work.step(2, 2, _("Done"))
    DONE.append(work.payload["number"])
    return "/jobs"


def test_a_job_runs_after_its_transaction_and_shows_how_far_it_is(database: Any, clock: Any) -> None:
    register("test.note", note_down)
    wanted = want("test.note", title="Report")
    assert (wanted.state, wanted.percent, DONE) == ("waiting", 0, [])
    assert jobs.run_due_jobs() == 1
    assert (wanted.state, wanted.percent, wanted.result_url, wanted.steps, DONE) == ("done", 100, "/jobs", 2, [1])
    assert jobs.run_due_jobs() == 0


def test_a_failed_transaction_wants_nothing(database: Any) -> None:
    register("test.note", note_down)

    def fail() -> None:
        jobs.enqueue("test.note", {"number": 1})
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        transact(fail)
    assert jobs.run_due_jobs() == 0
    with pytest.raises(RuntimeError, match="operation"):
        jobs.enqueue("test.note", {})


def test_the_same_key_is_wanted_once(database: Any) -> None:
    register("test.note", note_down)
    assert want("test.note", key="a").id == want("test.note", key="a").id
    jobs.run_due_jobs()
    assert DONE == [1]


def test_a_job_that_two_workers_want_runs_once(database: Any) -> None:
    register("test.note", note_down)
    wanted = want("test.note")
    assert outbox.claim_job(wanted.public_id, "one") is not None
    assert outbox.claim_job(wanted.public_id, "two") is None
    assert jobs.run_due_jobs() == 0


def test_a_lost_worker_s_job_is_found_when_its_lease_ends(database: Any, clock: Any) -> None:
    register("test.note", note_down)
    wanted = want("test.note")
    outbox.claim_job(wanted.public_id, "lost")
    clock.pass_(seconds=59)
    assert jobs.run_due_jobs() == 0
    outbox.beat(wanted.public_id, "lost")
    clock.pass_(seconds=59)
    assert jobs.run_due_jobs() == 0
    clock.pass_(seconds=2)
    assert jobs.run_due_jobs() == 1
    assert (wanted.attempts, wanted.state, DONE) == (2, "done", [1])


def test_passing_trouble_is_tried_again_with_growing_pauses_and_then_failed(database: Any, clock: Any) -> None:
    def break_(work: jobs.Work) -> None:
        DONE.append(work.attempt)
        raise OSError("disk")

    register("test.break", break_)
    wanted = want("test.break")
    for minutes in (1, 5, 30, 120, 720):
        assert jobs.run_due_jobs(strict=False) == 1
        assert (wanted.state, wanted.error_code) == ("waiting", "UNEXPECTED")
        clock.pass_(minutes=minutes, seconds=-1)
        assert jobs.run_due_jobs(strict=False) == 0
        clock.pass_(seconds=1)
    assert jobs.run_due_jobs(strict=False) == 1
    assert (wanted.state, DONE) == ("failed", [1, 2, 3, 4, 5, 6])
    jobs.retry_job(wanted.public_id)
    assert wanted.state == "waiting"
    with pytest.raises(jobs.JobBroken):
        jobs.run_due_jobs()


def test_a_refusal_fails_at_once_with_its_code(database: Any) -> None:
    def refuse(work: jobs.Work) -> None:
        raise Invalid("BAD_TEXT", position=3)

    register("test.refuse", refuse)
    wanted = want("test.refuse")
    jobs.run_due_jobs()
    assert (wanted.state, wanted.error_code) == ("failed", "BAD_TEXT")


def test_a_waiting_job_is_cancelled_and_a_running_one_at_its_next_step(database: Any) -> None:
    def stop_at_step(work: jobs.Work) -> None:
        jobs.cancel_job(work.id)
        DONE.append("before")
        work.step(1, 2)
        DONE.append("after")

    register("test.stop", stop_at_step)
    register("test.note", note_down)
    waiting, running = want("test.note"), want("test.stop")
    jobs.cancel_job(waiting.public_id)
    jobs.run_due_jobs()
    assert (waiting.state, running.state, running.error_code, DONE) == ("cancelled", "cancelled", "CANCELLED", ["before"])


def test_timers_fire_once_in_the_order_of_their_moments(database: Any, clock: Any) -> None:
    from exchange.core.clock import now

    jobs.timer("test.close")(DONE.append)
    jobs.set_timer("auction", "late", rule="test.close", due_at=now() + timedelta(hours=2))
    jobs.set_timer("auction", "early", rule="test.close", due_at=now() + timedelta(hours=1))
    jobs.set_timer("auction", "gone", rule="test.close", due_at=now() + timedelta(hours=1))
    jobs.cancel_timer("auction", "gone", rule="test.close")
    assert jobs.run_due_jobs() == 0
    clock.pass_(hours=3)
    assert jobs.run_due_jobs() == 2
    assert DONE == ["early", "late"]
    assert jobs.run_due_jobs() == 0


def test_a_refused_timer_waits_and_leaves_nothing_behind(database: Any, clock: Any) -> None:
    from exchange.core.clock import now

    def refuse(object_id: str) -> None:
        jobs.enqueue("test.note", {})
        raise Invalid("BAD_TEXT", position=1)

    jobs.timer("test.refuse")(refuse)
    jobs.set_timer("auction", "a", rule="test.refuse", due_at=now())
    assert jobs.run_due_jobs() == 0
    row = database.session.scalar(select(Timer).where(Timer.object_id == "a"))
    assert (row.done_at, row.attempts, row.error_code) == (None, 1, "BAD_TEXT")
    assert database.session.scalars(select(Job)).all() == []


def test_a_schedule_comes_back_each_day(database: Any, clock: Any) -> None:
    from exchange.core.clock import now

    jobs.daily("test.daily", hour=9)(lambda: DONE.append(now()))
    jobs.ensure_schedules()
    assert jobs.run_due_jobs() == 0
    clock.pass_(days=1)
    jobs.run_due_jobs()
    jobs.run_due_jobs()
    assert len(DONE) == 1
    clock.pass_(days=1)
    jobs.run_due_jobs()
    assert len(DONE) == 2


def test_a_schedule_that_breaks_says_so_and_comes_back_the_next_day(database: Any, clock: Any) -> None:
    from exchange.core.clock import now

    def stumble() -> None:
        DONE.append("tried")
        raise LookupError("nothing there")

    jobs.daily("test.breaking", hour=9)(stumble)
    jobs.ensure_schedules()
    clock.pass_(days=1)
    with pytest.raises(LookupError):
        jobs.run_due_jobs()
    row = database.session.scalar(select(Timer).where(Timer.rule == "test.breaking"))
    assert (row.error_code, row.attempts, row.done_at) == ("LookupError", 1, None)
    assert DONE == ["tried"]
    assert row.due_at > now()


@pytest.mark.parametrize("name", ["loans.tend", "pledges.tend", "ledger.prove", "statistics.rebuild", "guarantees.tend", "cases.tend"])
def test_the_nightly_work_runs_through_an_empty_house(database: Any, name: str) -> None:
    jobs.SCHEDULES[name].function()
    assert database.session.scalars(select(Job).where(Job.state == "failed")).all() == []


def test_a_letter_is_written_in_the_language_of_its_reader(database: Any, app: Any) -> None:
    def write(to: str, language: str) -> None:
        subject, body = _("Demonstration"), _("At most {limit} characters.")
        transact(lambda: mail.send(to=to, language=language, subject=subject, body=body, values={"limit": 7}))

    write("zh@example.org", "zh")
    write("en@example.org", "en")
    jobs.run_due_jobs()
    assert {job.payload for job in database.session.scalars(select(Job).where(Job.kind == "mail.send"))} == {"{}"}
    found = {letter.to: letter for letter in mail.letters() if letter.to.endswith("@example.org")}
    assert found["en@example.org"].subject == "Demonstration"
    assert found["en@example.org"].body.strip() == "At most 7 characters."
    assert found["zh@example.org"].subject == "演示"
    assert "7" in found["zh@example.org"].body
    before = len(mail.letters())
    with pytest.raises(DomainError) as refused:
        write("a@b.cn\r\nBcc: x@y.cn", "zh")
    assert refused.value.code.name == "MAIL_ADDRESS"
    jobs.run_due_jobs()
    assert len(mail.letters()) == before


KILLED = """
import sys
from pathlib import Path
import exchange
from exchange.core import database, jobs, mail
from exchange.core.settings import Settings
from exchange.core.text import _

folder = Path(sys.argv[1])
exchange.FEATURES = ("people.accounts",)
app = exchange.create_app(Settings(ENV="test", DATA_DIR=folder / "var", DATABASE_URL=f"sqlite:///{folder / 'kill.sqlite'}"))
with app.app_context():
    if sys.argv[2] == "want":
        database.create_all()
        database.transact(lambda: mail.send(to="a@b.cn", language="en", subject=_("Draft"), body=_("Draft"), key="k"))
    jobs.run_due_jobs()
    print([(job.state, job.attempts) for job in database.db.session.scalars(database.db.select(jobs.Job))], len(mail.letters()))
"""


@pytest.mark.parametrize("point", ["outbox.claimed", "outbox.sent", "outbox.marked"])
def test_a_killed_worker_s_job_is_finished_by_the_next_and_the_letter_lies_there_once(point: str, tmp_path: Path) -> None:
    environment = {**os.environ, "ZHIRONG_ENV": "test"}
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path, "want"], env={**environment, "ZHIRONG_FAILPOINT": point}, check=False)
    assert killed.returncode == -9
    connection = sqlite3.connect(tmp_path / "kill.sqlite")
    connection.execute("UPDATE job SET lease_until = '2000-01-01 00:00:00.000000' WHERE state = 'running'")
    connection.commit()
    connection.close()
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path, "look"], env=environment, check=True, capture_output=True, text=True)
    attempts = 1 if point == "outbox.marked" else 2
    assert done.stdout.strip() == f"[('done', {attempts})] 1"


def test_a_letter_goes_through_a_real_server(database: Any) -> None:
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[str] = []
    server = threading.Thread(target=speak_smtp, args=(listener, heard))
    server.start()
    message = mail.compose({"to": "a@b.cn", "language": "en", "subject": "Demonstration", "body": "Draft", "values": {}}, "id1")
    mail.send_by_smtp(message, f"smtp://127.0.0.1:{listener.getsockname()[1]}")
    server.join(timeout=5)
    listener.close()
    assert "rcpt TO:<a@b.cn>" in heard
    assert "Message-ID: <id1@localhost>" in heard


def speak_smtp(listener: Any, heard: list[str]) -> None:
    connection, _address = listener.accept()
    with connection, connection.makefile("rwb") as line:
        answer(line, "220 test")
        in_letter = False
        while received := line.readline().decode().rstrip("\r\n"):
            heard.append(received)
            if received.upper() == "DATA":
                break
            answer(line, "250 ok")
            if received.upper() == "QUIT":
                return
        answer(line, "354 go on")
        in_letter = True
        while in_letter:
            received = line.readline().decode().rstrip("\r\n")
            heard.append(received)
            in_letter = received != "."
        answer(line, "250 ok")
        line.readline()
        answer(line, "221 bye")


def answer(line: Any, text: str) -> None:
    line.write(f"{text}\r\n".encode())
    line.flush()
