"""What time brings: reminders in the morning, changed statuses and the targets' month after midnight."""

from __future__ import annotations

from datetime import timedelta

from exchange.core import clock, jobs
from exchange.oversight.programme.operations import keep_target_readings, note_statuses, remind_departments


@jobs.daily("programme.remind", hour=8, minute=30)
def remind() -> None:
    """Departments are told what falls due."""
    remind_departments()


@jobs.daily("programme.status", hour=0, minute=20)
def status() -> None:
    """Changed statuses go into the history; on the first of a month the targets' readings are kept."""
    note_statuses()
    today = clock.today()
    if today.day == 1:
        keep_target_readings(day=today - timedelta(days=1))
