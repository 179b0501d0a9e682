"""What waits for an actor in appraisals: reports, reviews and scorecards together."""

from __future__ import annotations

from exchange.core.access import Actor
from exchange.core.tasks import Offered

from .reports import tasks as report_tasks
from .scorecards import scorecard_tasks


def tasks(actor: Actor) -> list[Offered]:
    """What waits for this actor."""
    return [*report_tasks(actor), *scorecard_tasks(actor)]
