"""Warm renderer children: at most one a processor, each for up to fifty documents, ended at the first trouble."""

import atexit
import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from exchange.core.sandbox.refusal import RenderFailure
from exchange.core.sandbox.wire import WireBroken, read_message, write_message

DOCUMENTS_A_CHILD = 50
WALL_SECONDS = 120.0
START_SECONDS = 60.0
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "exchange" / "core" / "pdf" / "child.py"
TEMPLATES = ROOT / "templates"
LIMIT_SIGNALS = {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGKILL}
KEEPS_CHILD = {"REPORT_TOO_LARGE", "NOT_FOUND"}


class Child:
    """One renderer process and its pipes."""

    def __init__(self, templates: Sequence[Path]) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="zhirong-render-")
        folders = os.pathsep.join(str(folder) for folder in templates)
        command = [sys.executable, "-I", str(PROGRAM), str(ROOT), folders, self.scratch.name]
        self.process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
        )
        self.served = 0
        try:
            self.isolated = bool(self.receive(START_SECONDS)[0]["isolated"])
        except RenderFailure:
            self.end()
            raise

    def receive(self, seconds: float) -> tuple[dict[str, Any], bytes]:
        """The next answer, or `RENDER_LIMIT` when it does not come in time."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            return read_message(self._pipe(self.process.stdout))
        except (WireBroken, ValueError):
            raise self._death() from None
        finally:
            timer.cancel()

    def _death(self) -> RenderFailure:
        status = self.process.wait(timeout=10)
        return RenderFailure("RENDER_LIMIT" if -status in LIMIT_SIGNALS else "RENDER_FAILED", status=status)

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> Any:
        if pipe is None:
            raise RenderFailure("RENDER_FAILED", pipe="closed")
        return pipe

    def ask(self, request: dict[str, Any], body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """One request is answered, or the failure says why not."""
        self.served += 1
        with contextlib.suppress(BrokenPipeError):  # the answer that does not come tells why
            write_message(self._pipe(self.process.stdin), request, body)
        head, result = self.receive(seconds)
        if "code" in head:
            raise RenderFailure(head["code"], **head["details"])
        return head, result

    def end(self) -> None:
        """The process and its folder are gone."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.scratch.cleanup()


class Pool:
    """Requests queue for one of a few warm children."""

    def __init__(self, templates: Sequence[Path], size: int | None = None, wall_seconds: float = WALL_SECONDS) -> None:
        self.templates = list(templates)
        self.wall_seconds = wall_seconds
        self.owner = os.getpid()
        self.idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(size or os.cpu_count() or 1):
            self.idle.put(None)
        atexit.register(self.close)

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[Child]:
        """A child for one request; it is ended at any trouble that is not the document's own."""
        child = self.idle.get()
        try:
            child = child or Child(self.templates)
            yield child
        except RenderFailure as failure:
            if child is not None and failure.code not in KEEPS_CHILD:
                child.end()
                child = None
            raise
        except BaseException:
            if child is not None:
                child.end()
                child = None
            raise
        finally:
            if child is not None and child.served >= DOCUMENTS_A_CHILD:
                child.end()
                child = None
            self.idle.put(child)

    def ask(self, request: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """One request is answered by a warm child."""
        with self.borrowed() as child:
            return child.ask(request, body, self.wall_seconds)

    def warm(self) -> None:
        """A child is started beside what goes on here, for the first request."""
        threading.Thread(target=self._start_one, name="warm-renderer", daemon=True).start()

    def _start_one(self) -> None:
        with contextlib.suppress(RenderFailure), self.borrowed():  # the first request tells what is wrong
            pass

    def close(self) -> None:
        """Every idle child is ended."""
        if os.getpid() != self.owner:
            return  # a forked worker must not end its parent's children
        with contextlib.suppress(queue.Empty):
            while True:
                child = self.idle.get_nowait()
                if child is not None:
                    child.end()


_lock = threading.Lock()
_pools: dict[int, Pool] = {}


def pool() -> Pool:
    """The children of this process."""
    with _lock:
        if os.getpid() not in _pools:
            _pools.clear()
            _pools[os.getpid()] = Pool([TEMPLATES])
        return _pools[os.getpid()]
