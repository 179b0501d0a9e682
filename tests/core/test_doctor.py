"""The checks of the house: silent when all is well, exact when something was damaged behind its back."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import exchange.core.doctor  # noqa: F401  # declares the checks of the house
from exchange.core import clock as clock_
from exchange.core import files
from exchange.core.checks import CHECKS, Finding, check, chosen, examine
from exchange.core.database import db, transact
from exchange.core.jobs.models import Job
from exchange.core.safety import causes
from exchange.core.settings import Settings
from exchange.core.text import _
from tests.core.test_files import document


def found(name: str) -> list[Finding]:
    return list(CHECKS[name].run())


def by_hand(statement: str) -> None:
    """Change the SQLite file as somebody would who went around the house."""
    db.session.rollback()
    with closing(sqlite3.connect(db.engine.url.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)


def test_nothing_is_wrong_with_an_empty_house(database: Any) -> None:
    assert [str(each) for each in examine() if not each.warning] == []


def test_nothing_is_wrong_with_the_demonstration(demonstration: Any) -> None:
    assert [str(each) for each in examine() if not each.warning] == []


def test_a_file_that_is_changed_or_gone_is_named(database: Any) -> None:
    content = document()
    made = files.attach(files.take(content, "a.pdf", purpose="document"), noun="patent", object_id="p1", kind="proof")
    path = files.store().path_of(made.blob)
    assert found("files.kept") == []
    try:
        path.write_bytes(b"other")
        assert [each.where for each in found("files.kept")] == [made.blob[:16]]
        path.unlink()
        assert [each.where for each in found("files.kept")] == [made.blob[:16]]
    finally:
        path.write_bytes(content)


@pytest.mark.one_database
def test_a_state_that_no_machine_knows_is_found(database: Any) -> None:
    from tests import factories

    factories.organisation("bank")
    by_hand("UPDATE organisation SET state = 'asleep'")
    assert [(each.where, each.found) for each in found("database.states")] == [("organisation.state", "asleep")]


@pytest.mark.one_database
def test_a_foreign_key_that_leads_nowhere_is_found(database: Any) -> None:
    from tests import factories

    member = factories.member(factories.organisation("bank"), "officer")
    by_hand("DELETE FROM person")
    assert [(each.where, each.expected) for each in found("database.integrity")] == [(f"member {member.id}", "a row of person")]


def test_work_that_waits_too_long_is_a_warning(database: Any, clock: Any) -> None:
    from exchange.core import mail

    transact(lambda: mail.send(to="a@example.org", language="en", subject=_("Draft"), body=_("Draft")))
    assert found("jobs.running") == []
    clock.pass_(hours=2)
    assert db.session.query(Job).count() == 1
    assert [(each.where, each.found, each.warning) for each in found("jobs.running")] == [("jobs overdue", 1, True)]


def test_an_event_from_the_future_shows_a_clock_that_went_back(database: Any, clock: Any) -> None:
    from tests import factories

    factories.organisation("bank")
    assert found("clock.forward") == []
    clock.move_to(clock_.now() - timedelta(hours=2))
    assert [each.where for each in found("clock.forward")] == ["clock"]


def test_a_key_that_others_can_read_is_named(database: Any, app: Any) -> None:
    path = app.extensions["zhirong.settings"].DATA_DIR / "keys" / "secret.key"
    path.chmod(0o644)
    try:
        assert [(each.where, each.found) for each in found("keys.private")] == [("secret.key", "0644")]
    finally:
        path.chmod(0o600)


def test_two_checks_cannot_share_a_name() -> None:
    def another() -> list[Finding]:
        return []

    with pytest.raises(ValueError, match=r"ledger\.books"):
        check("ledger.books", _("Draft"), group="ledger")(another)


def test_the_nightly_proof_has_its_checks() -> None:
    assert [each.name for each in chosen("ledger")] == [
        "ledger.balances", "ledger.books", "ledger.collateral", "ledger.guarantees", "ledger.halves", "ledger.journals", "ledger.loans",
        "ledger.memoranda", "ledger.seals", "ledger.signs",
    ]


def run(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A command of the house in a process of its own."""
    environment = {"PATH": "/usr/bin:/bin", "ZHIRONG_DATA_DIR": str(folder), **variables}
    return subprocess.run([sys.executable, "-m", "exchange", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_says_what_is_sound_and_what_is_not(tmp_path: Path) -> None:
    assert "the newest migration is" in run(tmp_path, "doctor").stdout
    assert run(tmp_path, "migrate", "up").returncode == 0
    sound = run(tmp_path, "doctor", "--json")
    answer = json.loads(sound.stdout)
    assert {row["check"] for row in answer["checks"]} == set(CHECKS)
    assert [row["findings"] for row in answer["checks"] if row["findings"] and row["check"] not in ("disk.free", "calendar.ahead", "events.chain")] == []
    (tmp_path / "keys" / "secret.key").chmod(0o604)
    damaged = run(tmp_path, "doctor", "--group", "machine")
    assert damaged.returncode == 1
    assert "keys.private: secret.key: 0600 expected, 0604 found" in damaged.stdout


def test_a_production_house_stays_shut_until_every_cause_is_mended(tmp_path: Path) -> None:
    keys = {}
    for name in ("SECRET", "MASTER", "HEAD", "SEAL"):
        path = tmp_path / f"{name}.key"
        path.write_bytes(b"x" * 32)
        path.chmod(0o600)
        keys[f"{name}_KEY_FILE"] = path
    good = Settings(
        ENV="production", PUBLIC_URL="https://ip.example", TRUSTED_HOSTS=("ip.example",), PROXY_HOPS=1, SMTP_URL="smtp://mail.example",
        DATA_DIR=tmp_path, **keys)
    assert causes(good) == []
    keys["SEAL_KEY_FILE"].chmod(0o640)
    keys["HEAD_KEY_FILE"].write_bytes(b"short")
    bad = Settings(ENV="production", DATA_DIR=tmp_path, MFA_REQUIRED="none", FAILPOINT="x", WEB_WORKERS=2, **{**keys, "SECRET_KEY_FILE": None})
    assert [line.split()[0] for line in causes(bad)] == [
        "ZHIRONG_PUBLIC_URL", "ZHIRONG_TRUSTED_HOSTS", "ZHIRONG_PROXY_HOPS", "ZHIRONG_SMTP_URL", "ZHIRONG_SECRET_KEY_FILE",
        str(keys["HEAD_KEY_FILE"]), str(keys["SEAL_KEY_FILE"]), "ZHIRONG_LIMITER_URL", "ZHIRONG_MFA_REQUIRED=none", "ZHIRONG_FAILPOINT",
    ]


def test_the_server_of_an_unsafe_house_does_not_start(tmp_path: Path) -> None:
    refused = run(tmp_path, "serve", "--port", "0", ZHIRONG_ENV="production", ZHIRONG_MFA_REQUIRED="none")
    assert refused.returncode == 1
    assert "UNSAFE_CONFIGURATION" in refused.stderr
    assert "ZHIRONG_PUBLIC_URL must begin with https://" in refused.stderr
    assert "ZHIRONG_MFA_REQUIRED=none is for demonstrations" in refused.stderr
    elsewhere = run(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0")
    assert elsewhere.returncode == 1
    assert "--i-know" in elsewhere.stderr
