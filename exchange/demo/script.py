"""The script: steps by moment, played in order under the scripted clock."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from exchange.core import approvals, clock
from exchange.core.access import Actor
from exchange.core.clock import SHANGHAI
from exchange.core.database import transact

Step = Callable[[], Any]


class Script:
    """Steps waiting for their moment; a step may add later ones."""

    def __init__(self, *, end: datetime, seed: int = 20261125) -> None:
        self.end = end
        self.chance = random.Random(seed)  # noqa: S311  # the same story every time, no secret
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()
        self.now = end - timedelta(days=4 * 365 + 1)

    def at(self, day: date, step: Step, *, hour: int = 10, minute: int = 0, apart: bool = False) -> None:
        """Do ``step`` on a day, in Shanghai's office hours; a moment after the end is left out.

        The operations of a step share one transaction, unless they are to be kept ``apart`` because a second person
        confirms one of them.
        """
        moment = datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI).astimezone(UTC)
        if moment <= self.end:
            heapq.heappush(self._steps, (moment, next(self._order), step if apart else partial(transact, step)))

    def after(self, days: int, step: Step, *, hour: int = 10, apart: bool = False) -> None:
        """Do ``step`` some days after the present moment of the script."""
        self.at(clock.day_of(self.now) + timedelta(days=days), step, hour=hour, minute=self.chance.randrange(60), apart=apart)

    def play(self) -> int:
        """Play all steps; how many there were."""
        played = 0
        while self._steps:
            moment, _number, step = heapq.heappop(self._steps)
            self.now = max(moment, self.now + timedelta(seconds=1))
            with clock.at(self.now):
                step()
            played += 1
        return played


def confirmed(run: Step, checker: Actor) -> Any:
    """Run an operation of two persons: propose, then confirm as the second."""
    return approvals.with_second(run, checker)
