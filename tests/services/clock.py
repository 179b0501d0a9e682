"""A clock that stands still until a test moves it."""

import datetime as dt
from contextlib import AbstractContextManager
from typing import Self

from exchange.core import clock


class Clock:
    """The scripted clock of one test."""

    def __init__(self, moment: dt.datetime) -> None:
        """Stand at `moment` once entered."""
        self.moment = moment
        self._script: AbstractContextManager[None] | None = None

    def __enter__(self) -> Self:
        """Stop the clock."""
        self.move_to(self.moment)
        return self

    def __exit__(self, *reason: object) -> None:
        """Let the real clock run again."""
        self._leave()

    def move_to(self, moment: dt.datetime) -> None:
        """Set the clock."""
        self._leave()
        self.moment = moment
        self._script = clock.at(moment)
        self._script.__enter__()

    def pass_(self, **duration: float) -> None:
        """Let a while pass: `pass_(days=1, hours=2)`."""
        self.move_to(self.moment + dt.timedelta(**duration))

    def _leave(self) -> None:
        if self._script is not None:
            self._script.__exit__(None, None, None)
            self._script = None
