"""The two commands: pinned, silent about addresses, and non-zero when something is wrong."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.laws.source import ROOT

LOCKS = ("uv", "run", "dev")


def dev(*arguments: str, folder: Path = ROOT, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", str(folder / "dev"), *arguments], cwd="/", env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=120,
    )


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_and_hash_everything_and_name_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
    blocks = [block for block in re.split(r"\n(?=\S)", text) if re.match(r"[a-z0-9]", block, re.IGNORECASE)]
    assert [block.splitlines()[0] for block in blocks if not re.match(r"[\w.\[\]-]+==\S+", block) or "--hash=sha256:" not in block] == []


def test_everything_that_runs_is_also_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^\s;]+)", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("run") - pins("dev") == set()


def test_the_check_of_a_change_is_what_a_person_runs() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ['exec bash "$(dirname "${BASH_SOURCE[0]}")/../dev" test']


def test_the_script_is_sound_bash() -> None:
    assert subprocess.run(["bash", "-n", ROOT / "dev"], check=False).returncode == 0


def test_without_a_command_it_prints_the_list() -> None:
    answer = dev()
    assert answer.returncode == 0
    assert [name for name in ("run", "test", "setup", "lint", "bench", "lock", "worker", "doctor", "demo", "vendor") if f"  {name} " not in answer.stdout] == []


def test_an_unknown_command_fails_and_says_so() -> None:
    answer = dev("frobnicate")
    assert answer.returncode == 1
    assert "There is no command frobnicate." in answer.stderr


def test_the_demonstration_stays_on_this_machine_unless_told() -> None:
    answer = dev("run", "--host", "0.0.0.0")
    assert answer.returncode == 1
    assert "--i-know" in answer.stderr


def test_a_failing_test_fails_the_command() -> None:
    failing = ROOT / "var" / "failing" / "test_planted.py"
    failing.parent.mkdir(parents=True, exist_ok=True)
    failing.write_text("def test_planted():\n    assert False\n", encoding="utf-8")
    try:
        answer = dev("test", str(failing), "-q")
    finally:
        failing.unlink()
        failing.parent.rmdir()
    assert answer.returncode == 1
    assert "1 failed" in answer.stdout


def test_the_next_free_port_is_taken() -> None:
    """The function of the script itself, on a port that somebody holds."""
    script = (ROOT / "dev").read_text(encoding="utf-8")
    function = script[script.index("free_port() {"):script.index("stop_children() {")]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = f'python() {{ python3 "$@"; }}\n{function}\nfree_port 127.0.0.1 {port}'
        answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert port < int(answer.stdout) <= port + 200


def test_a_half_made_environment_is_not_trusted(tmp_path: Path) -> None:
    """The marker's three lines, kind, digest of the locks and place, must all hold."""
    script = (ROOT / "dev").read_text(encoding="utf-8")
    functions = script[script.index("lock_digest() {"):script.index("make_environment() {")]
    for name in LOCKS:
        (tmp_path / "requirements").mkdir(exist_ok=True)
        (tmp_path / "requirements" / f"{name}.txt").write_text(name, encoding="utf-8")
    venv = tmp_path / "知 融"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/usr/bin/env")
    head = f"cd '{tmp_path}'; VENV='{venv}'; MARKER=\"$VENV/.complete\"\n{functions}\n"

    def trusted(kind: str) -> bool:
        (venv / "bin" / "python").unlink()
        (venv / "bin" / "python").symlink_to("/bin/true")
        return subprocess.run(["bash", "-c", f"{head} environment_is {kind}"], check=False).returncode == 0

    digest = subprocess.run(["bash", "-c", f"{head} lock_digest"], capture_output=True, text=True, check=True).stdout.strip()
    assert not trusted("run")
    (venv / ".complete").write_text(f"run\n{digest}\n{venv}\n", encoding="utf-8")
    assert trusted("run")
    assert not trusted("dev")
    (venv / ".complete").write_text(f"dev\n{digest}\n{venv}\n", encoding="utf-8")
    assert trusted("run")
    assert trusted("dev")
    (venv / ".complete").write_text(f"dev\n{digest}\n/elsewhere\n", encoding="utf-8")
    assert not trusted("run")
    (venv / ".complete").write_text(f"dev\nother\n{venv}\n", encoding="utf-8")
    assert not trusted("run")
    (venv / ".complete").write_text("dev\n", encoding="utf-8")
    assert not trusted("run")
