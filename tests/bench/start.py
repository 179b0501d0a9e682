"""`./dev bench start`: a fresh clone started for the first time and again, step by step, by the clock and by the processor."""

import contextlib
import os
import re
import resource
import signal
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TOLD = re.compile(r"^[✓→]|steps of the demonstration")
SERVING = re.compile(r"Serving (\S+) after")
FOREIGN = ("ZHIRONG_", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")
PATIENCE = 900


@dataclass
class Start:
    """What was said when, until the first page was there, and what it cost."""

    lines: list[tuple[float, str]]
    page: float
    processor: float


def started(house: Path, port: int) -> Start:
    """Run the one command in a house until its first page has come, then end it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    spent, begun = used(), time.perf_counter()
    command = subprocess.Popen(  # our own script
        ["./dev", "run", "--port", str(port)], cwd=house, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    lines, page = [], 0.0
    try:
        for line in command.stdout or ():
            if TOLD.search(line):
                lines.append((time.perf_counter() - begun, line.strip()))
            serving = SERVING.search(line)
            if serving or time.perf_counter() - begun > PATIENCE:
                break
        else:
            raise RuntimeError("the house did not open; its messages stand above")
        if serving:
            assert len(urllib.request.urlopen(serving[1], timeout=60).read()) > 1000
            page = time.perf_counter() - begun
    finally:
        end(command)
    return Start(lines, page, used() - spent)


def end(command: subprocess.Popen[str]) -> None:
    """Server, worker and what they started are gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(command.pid, signal.SIGTERM)
    try:
        command.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(command.pid, signal.SIGKILL)
        command.wait()


def used() -> float:
    """The processor's seconds of all that has ended under this process."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def told(title: str, start: Start) -> str:
    """The steps of one start with the moment of each."""
    rows = "\n".join(f"  {moment:6.1f} s  {line}" for moment, line in start.lines)
    return f"{title}\n{rows}\n  {start.page:6.1f} s  first page read; {start.processor:.1f} s of the processor in all, load {os.getloadavg()[0]:.1f}"


def main(port: int = 5790) -> int:
    """Clone the house as it is committed and start it twice."""
    with tempfile.TemporaryDirectory(prefix="zhirong-start-") as folder:
        house = Path(folder) / "house"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(house)], check=True)
        for title in ("First start, packages downloaded or from the cache", "Warm start"):
            print(told(title, started(house, port)), flush=True)
    return 0
