"""Many processes that do one thing at the same moment."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.services.house import House

PATIENCE = 90


def race(house: House, count: int, act: Callable[[int], Any]) -> Counter[str]:
    """Run ``act(number)`` in ``count`` processes at once; how each ended: ``done`` or the code of its refusal.

    A refusal BUSY says "try again in a few seconds", so it is tried again.
    """
    house.db.session.remove()
    house.db.engine.dispose()
    forked = multiprocessing.get_context("fork")
    barrier, answers = forked.Barrier(count), forked.Queue()
    runners = [forked.Process(target=_run, args=(house, number, act, barrier, answers)) for number in range(count)]
    for runner in runners:
        runner.start()
    endings = Counter(answers.get(timeout=PATIENCE) for _runner in runners)
    for runner in runners:
        runner.join(PATIENCE)
    return endings


def _run(house: House, number: int, act: Callable[[int], Any], barrier: Any, answers: Any) -> None:
    with house.app.app_context():
        barrier.wait(PATIENCE)
        answers.put(_ending(number, act))
        answers.close()
        answers.join_thread()
    os._exit(0)


def _ending(number: int, act: Callable[[int], Any]) -> str:
    from exchange.core.errors import DomainError

    for _attempt in range(20):
        try:
            act(number)
        except DomainError as refusal:
            if refusal.code.name != "BUSY":
                return refusal.code.name
        except Exception as problem:
            return f"{type(problem).__name__}: {problem}"
        else:
            return "done"
    return "BUSY"
