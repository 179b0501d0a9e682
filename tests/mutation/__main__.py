"""`python -m tests.mutation [MODULE …]`: how many mutants of the valuation's modules its tests notice.

The tests are collected once. Each mutant lives in a forked process, which gets the changed code into the function and runs the
tests that enter this function and take less than a second, quickest first, until one fails. Prints each survivor and the score by module.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutants import Mutant, mutants

MODULES = ["income", "tax", "pledge", "lending", "reconciliation", "timing", "tvm", "rates", "royalty", "charges", "cost", "market"]
TESTS = Path(__file__).resolve().parents[1] / "valuation"
LIMIT = 60
SLOW = 1.0


def functions(module: Any) -> dict[str, Any]:
    """Finds the plain functions behind a module's names: under guards, caches, properties and classes."""
    found: dict[str, Any] = {}
    for name, item in vars(module).items():
        if isinstance(item, type) and item.__module__ == module.__name__:
            for inner, member in vars(item).items():
                member = getattr(member, "fget", None) or getattr(member, "__func__", member)
                found[f"{name}.{inner}"] = member
        elif getattr(item, "__module__", None) == module.__name__:
            while hasattr(item, "__wrapped__"):
                item = item.__wrapped__
            found[name] = item
    return {name: item for name, item in found.items() if hasattr(item, "__code__")}


class Hunt:
    """A pytest plugin: runs the collected tests once to see what they enter, then once for each mutant."""

    def __init__(self, wanted: list[str]) -> None:
        self.modules = [importlib.import_module(f"valuation.{name}") for name in wanted]
        self.entered: dict[Any, list[Any]] = {}
        self.score: dict[str, list[int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of the usual loop."""
        told = os.fdopen(os.dup(2), "w", buffering=1)
        home = {str(module.__file__) for module in self.modules}
        took: dict[Any, float] = {}
        for item in session.items:
            codes: set[Any] = set()

            def note(frame: Any, event: str, _: Any, codes: set[Any] = codes) -> None:
                if event == "call" and frame.f_code.co_filename in home:
                    codes.add(frame.f_code)

            begun = time.process_time()
            sys.setprofile(note)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            sys.setprofile(None)
            took[item] = time.process_time() - begun
            for code in codes if took[item] < SLOW else ():
                self.entered.setdefault(code, []).append(item)
        if session.testsfailed:
            told.write("the tests fail without any mutant\n")
            return True
        for module in self.modules:
            self.hunt(module, took, told)
        return True

    def hunt(self, module: Any, took: dict[Any, float], told: Any) -> None:
        """Runs one module's mutants."""
        known, counts = functions(module), [0, 0, 0, 0]
        killers: list[Any] = []
        for mutant in mutants(module):
            function = known.get(mutant.function)
            if function is None:
                continue
            items = sorted(self.entered.get(function.__code__, []), key=lambda item: took[item])
            first = [item for item in killers if item in items]
            killer = self.killed(function, mutant, [*first, *(item for item in items if item not in first)])
            counts[0] += 1
            counts[2] += mutant.arithmetic
            if killer is None:
                counts[1] += 1
                counts[3] += mutant.arithmetic
                told.write(f"survived {mutant} ({len(items)} tests)\n")
            elif killer not in killers[:3]:
                killers = [killer, *(item for item in killers if item is not killer)][:25]
        self.score[module.__name__] = counts
        told.write(f"{module.__name__}: {counts[0] - counts[1]} of {counts[0]} killed; arithmetic {counts[2] - counts[3]} of {counts[2]}\n")

    def killed(self, function: Any, mutant: Mutant, items: list[Any]) -> Any:
        """Answers the test that noticed the mutant, or None."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            self.live(function, mutant, items, write)
        os.close(write)
        with os.fdopen(read) as answer:
            text = answer.read()
        _, status = os.waitpid(child, 0)
        if status == 0:
            return None
        return items[int(text)] if text else "timeout"

    def live(self, function: Any, mutant: Mutant, items: list[Any], write: int) -> None:
        """The child's life: never returns."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LIMIT)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        function.__code__ = mutant.code
        for number, item in enumerate(items):
            item.session.testsfailed = 0
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                failed = item.session.testsfailed
            except BaseException:  # whatever a mutant raises out of the runner has been noticed
                failed = 1
            if failed:
                os.write(write, str(number).encode())
                os._exit(1)
        os._exit(0)


FILES = ("cases", "methods", "batch", "oracles", "properties", "cautions", "edges", "refusals", "report", "simulation")
PLAIN = ("no:xdist", "no:terminal", "no:cacheprovider", "no:timeout")


def main(wanted: list[str]) -> int:
    """Hunts in the named modules, else in all; 1 if an arithmetic mutant survived."""
    hunt = Hunt(wanted or MODULES)
    options = ["--noconftest", "-s", "-c", os.devnull, f"--rootdir={TESTS.parents[1]}"]
    without = [word for name in PLAIN for word in ("-p", name)]
    pytest.main([*options, *without, *(str(TESTS / f"test_{name}.py") for name in FILES)], plugins=[hunt])
    return int(any(counts[3] for counts in hunt.score.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
