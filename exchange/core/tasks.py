"""What waits for somebody: one row of a work queue, as each feature's ``queries.tasks(actor)`` offers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exchange.core.text import Text


@dataclass(frozen=True)
class Task:
    """One thing that waits for this actor: which, what to do, and until when."""

    noun: str
    public_id: str
    title: str
    what: Text
    due_on: date | None = None
    number: str = ""
    place: str = ""
    """A path when the task is done elsewhere than on the thing's own page."""
