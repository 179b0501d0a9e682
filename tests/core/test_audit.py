"""Nobody rewrites history unseen: edits, deletions, insertions, reordering, truncation and re-hashing are all named."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from exchange.core import audit, clock, events
from exchange.core.access import SYSTEM
from exchange.core.audit import merkle
from exchange.core.database import transact
from exchange.core.events import GENESIS, chain_hash

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_audit.py"


class Paper:
    """Something that events can be about."""

    noun = "paper"
    public_id = "paper00000000000"


def write_events(number: int) -> None:
    def write() -> None:
        for count in range(number):
            events.note(Paper(), "read", SYSTEM, count=count)

    transact(write)


@pytest.fixture
def chain(database: Any) -> Any:
    write_events(5)
    audit.make_head()
    write_events(4)
    audit.make_head()
    return database


def tamper(database: Any, *statements: str) -> None:
    """Write past the application, as somebody with the database's password could."""
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in triggers:
                if name.startswith(("tr_event", "tr_audit")):
                    connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.session.rollback()


def kinds(report: audit.Report) -> set[str]:
    return {damage.kind for damage in report.damages}


def test_a_good_chain_is_good(chain: Any, tmp_path: Path) -> None:
    report = audit.verify_database()
    assert (report.exit_code, report.events, report.heads, report.damages) == (0, 9, 2, [])
    audit.export_to(tmp_path / "export.jsonl")
    exported = audit.verify_export(tmp_path / "export.jsonl", None, None)
    assert (exported.exit_code, exported.events, exported.heads) == (0, 9, 2)
    assert run_verifier(tmp_path / "export.jsonl")[0] == 0


def run_verifier(export: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", VERIFIER, export, *options], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


EDIT = "UPDATE event SET payload = CAST(replace(CAST(payload AS TEXT), '\"count\":2', '\"count\":7') AS BLOB) WHERE seq = 3"
EDIT_POSTGRES = "UPDATE event SET payload = convert_to(replace(convert_from(payload, 'UTF8'), '\"count\":2', '\"count\":7'), 'UTF8') WHERE seq = 3"
ATTACKS: dict[str, tuple[tuple[str, ...], set[str], int]] = {
    "a column edited": (("UPDATE event SET verb = 'sell' WHERE seq = 3",), {"PROJECTION"}, 3),
    "a hash edited": (("UPDATE event SET hash = '" + "0" * 64 + "' WHERE seq = 3",), {"HASH", "LINK"}, 3),
    "a link that is no digest": (("UPDATE event SET prev = 'nothing' WHERE seq = 3",), {"HASH", "LINK", "ROOT"}, 3),
    "one deleted in the middle": (("DELETE FROM event WHERE seq = 4",), {"MISSING", "LINK", "TRUNCATED", "ROOT"}, 4),
    "the first deleted": (("DELETE FROM event WHERE seq = 1",), {"MISSING", "LINK", "TRUNCATED", "ROOT"}, 1),
    "two exchanged": (
        ("UPDATE event SET seq = 100 WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 4", "UPDATE event SET seq = 4 WHERE seq = 100"),
        {"HASH", "LINK", "ROOT"}, 3,
    ),
    "the end cut off": (
        ("DELETE FROM event WHERE seq > 7", "UPDATE chain_head SET seq = 7, hash = (SELECT hash FROM event WHERE seq = 7)"), {"TRUNCATED"}, 8,
    ),
    "the chain's head moved": (("UPDATE chain_head SET seq = 8",), {"CHAIN_HEAD"}, 8),
    "a signed head edited": (("UPDATE audit_head SET signature = '" + "00" * 64 + "' WHERE id = 2",), {"HEAD_SIGNATURE"}, 2),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_is_found_and_named(chain: Any, attack: str, tmp_path: Path) -> None:
    statements, expected, seq = ATTACKS[attack]
    tamper(chain, *statements)
    report = audit.verify_database()
    assert report.exit_code == 1
    assert kinds(report) == expected
    assert min(damage.seq for damage in report.damages) == seq
    if expected - {"PROJECTION", "CHAIN_HEAD"}:
        audit.export_to(tmp_path / "export.jsonl")
        assert audit.verify_export(tmp_path / "export.jsonl", None, None).exit_code == 1
        code, output = run_verifier(tmp_path / "export.jsonl")
        assert code == 1
        assert "TAMPERED" in output


def test_an_edited_payload_is_found(chain: Any) -> None:
    tamper(chain, EDIT if chain.engine.dialect.name == "sqlite" else EDIT_POSTGRES)
    report = audit.verify_database()
    assert kinds(report) == {"HASH", "ROOT"}
    assert report.damages[0].seq == 3


def rehashed(lines: list[dict[str, Any]], change: Callable[[list[dict[str, Any]]], None]) -> list[dict[str, Any]]:
    """The export after somebody changed it and hashed every later event anew."""
    of_events = [line for line in lines if line["kind"] == "event"]
    change(of_events)
    prev = GENESIS
    for number, line in enumerate(of_events, 1):
        line.update(seq=number, prev=prev)
        prev = line["hash"] = chain_hash(line["chain"], number, prev, line["payload"].encode())
    rest = [line for line in lines if line["kind"] != "event"]
    return [rest[0], *of_events, *rest[1:]]


REWRITES: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "edited": (lambda found: found[2].update(payload=found[2]["payload"].replace('"count":2', '"count":7')), "ROOT"),
    "one inserted": (lambda found: found.insert(3, dict(found[2])), "ROOT"),
    "one left out": (lambda found: found.pop(3) and None, "TRUNCATED"),
    "the tail rewritten": (lambda found: found[-1].update(payload="{}"), "ROOT"),
}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_fully_rehashed_history_fails_against_heads_kept_outside(chain: Any, rewrite: str, tmp_path: Path) -> None:
    change, kind = REWRITES[rewrite]
    audit.export_to(tmp_path / "export.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "export.jsonl").read_text().splitlines()]
    kept = [line for line in lines if line["kind"] == "head"]
    (tmp_path / "heads.jsonl").write_text("".join(json.dumps(line) + "\n" for line in kept))
    (tmp_path / "key.pem").write_bytes(audit.public_key())
    forged = tmp_path / "forged.jsonl"
    forged.write_text("".join(json.dumps(line) + "\n" for line in rehashed(lines, change)))
    report = audit.verify_export(forged, [json.dumps(line) for line in kept], audit.public_key())
    assert report.exit_code == 1
    assert kind in kinds(report)
    code, output = run_verifier(forged, "--heads", str(tmp_path / "heads.jsonl"), "--key", str(tmp_path / "key.pem"))
    assert code == 1
    assert re.search(rf"TAMPERED .*{kind}", output)


def test_any_changed_byte_of_an_export_is_found(chain: Any, tmp_path: Path) -> None:
    audit.export_to(tmp_path / "export.jsonl")
    lines = (tmp_path / "export.jsonl").read_text().splitlines()
    for number, line in enumerate(lines):
        entry = json.loads(line)
        if entry["kind"] == "event":
            for name in ("payload", "hash", "prev"):
                assert tampered_code(tmp_path, lines, number, {**entry, name: flip(entry[name])}) == 1
            assert tampered_code(tmp_path, lines, number, {**entry, "seq": entry["seq"] + 1}) == 1
        if entry["kind"] == "head":
            assert tampered_code(tmp_path, lines, number, {**entry, "document": flip(entry["document"])}) == 1
            assert tampered_code(tmp_path, lines, number, {**entry, "signature": flip(entry["signature"])}) == 1


def flip(value: str) -> str:
    middle = len(value) // 2
    return value[:middle] + ("1" if value[middle] != "1" else "2") + value[middle + 1 :]


def tampered_code(folder: Path, lines: list[str], number: int, entry: dict[str, Any]) -> int:
    changed = folder / "changed.jsonl"
    changed.write_text("\n".join([*lines[:number], json.dumps(entry, ensure_ascii=False), *lines[number + 1 :]]) + "\n")
    return audit.verify_export(changed, None, None).exit_code


def test_what_cannot_be_read_is_not_called_good(database: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("nonsense\n")
    assert audit.verify_export(tmp_path / "broken.jsonl", None, None).exit_code == 2
    assert run_verifier(tmp_path / "broken.jsonl")[0] == 2
    assert run_verifier(tmp_path / "absent.jsonl")[0] == 2


def test_without_openssl_signatures_count_as_unchecked(chain: Any, tmp_path: Path) -> None:
    audit.export_to(tmp_path / "export.jsonl")
    command = [sys.executable, "-I", VERIFIER, tmp_path / "export.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert "no openssl" in done.stdout


def test_heads_follow_each_other_and_prove_it(chain: Any) -> None:
    newer, older = audit.heads()
    proof = [bytes.fromhex(step) for step in audit.consistency_proof(older, newer)]
    roots = [bytes.fromhex(audit.chain_in(head)["root"]) for head in (older, newer)]
    assert merkle.consistent(5, 9, proof=proof, old_root=roots[0], new_root=roots[1])
    assert not merkle.consistent(5, 9, proof=proof, old_root=roots[1], new_root=roots[1])
    assert json.loads(newer.document)["previous"] == older.digest
    assert audit.printed() == f"9 {newer.root[:16]}"


def test_an_event_proves_that_it_is_under_a_head(chain: Any) -> None:
    event = events.history("paper", Paper.public_id)[0]
    proof = audit.inclusion_proof(event.public_id)
    path = [bytes.fromhex(step) for step in proof["path"]]
    root = bytes.fromhex(proof["root"])
    assert merkle.included(bytes.fromhex(event.hash), event.seq - 1, proof["size"], proof=path, root=root)
    assert not merkle.included(bytes.fromhex(event.prev), event.seq - 1, proof["size"], proof=path, root=root)


def test_heads_leave_the_database(chain: Any, app: Any) -> None:
    folder = app.extensions["zhirong.settings"].DATA_DIR / "heads"
    newest = sorted(folder.glob("0*.json"))[-1]
    assert json.loads(newest.read_text())["document"] == audit.heads()[0].document.decode()
    key = app.extensions["zhirong.settings"].DATA_DIR / "keys" / "head.key.pem"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_supervisor_countersigns_once_for_the_organisation(chain: Any) -> None:
    from tests.factories import actor

    watcher, head = actor("regulator officer"), audit.heads()[0]
    first = audit.countersign_head(head, actor=watcher)
    assert audit.countersign_head(head, actor=watcher).id == first.id
    assert [each.organisation_id for each in audit.countersignatures(head)] == [watcher.organisation_id]
    assert first.at <= clock.now()


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 70), data=st.data())
def test_proofs_hold_for_every_tree(size: int, data: st.DataObject) -> None:
    contents = [number.to_bytes(4, "big") for number in range(size)]
    tree = merkle.Tree([merkle.leaf(content) for content in contents])
    place, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    proof = tree.inclusion(place, size)
    assert merkle.included(contents[place], place, size, proof=proof, root=tree.root())
    assert not merkle.included(b"other", place, size, proof=proof, root=tree.root())
    steps = tree.consistency(old, size)
    assert merkle.consistent(old, size, proof=steps, old_root=tree.root(old), new_root=tree.root())
    if old < size:
        assert not merkle.consistent(old, size, proof=steps, old_root=b"\0" * 32, new_root=tree.root())


def test_the_root_is_that_of_the_standard() -> None:
    """The vectors are those of the Certificate Transparency reference implementation."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    tree = merkle.Tree([merkle.leaf(bytes.fromhex(each)) for each in inputs])
    assert tree.root(1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root(8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_the_command_says_good_tampered_or_not_checked(chain: Any, app: Any, tmp_path: Path) -> None:
    from exchange.core.audit.cli import audit as command

    runner = app.test_cli_runner()
    export = tmp_path / "e.jsonl"
    assert runner.invoke(command, ["export", str(export)]).exit_code == 0
    good = runner.invoke(command, ["verify"])
    assert (good.exit_code, good.output) == (0, "9 events, 2 heads: good\n")
    assert runner.invoke(command, ["verify", "--export", str(export)]).exit_code == 0
    assert runner.invoke(command, ["verify", "--export", str(tmp_path / "absent")]).exit_code == 2
    tamper(chain, "DELETE FROM event WHERE seq = 9", "UPDATE chain_head SET seq = 8, hash = (SELECT hash FROM event WHERE seq = 8)")
    bad = runner.invoke(command, ["verify"])
    assert bad.exit_code == 1
    assert "TAMPERED chain 0 seq 9: TRUNCATED" in bad.output
