"""Jobs: work wanted in a transaction and carried out after it, with its progress as a row; timers and schedules."""

from exchange.core.jobs.housekeeping import sweep_files
from exchange.core.jobs.models import Job, JobState, Timer
from exchange.core.jobs.outbox import (
    KINDS,
    Cancelled,
    JobBroken,
    Work,
    cancel_job,
    carry_out,
    due_jobs,
    enqueue,
    job,
    job_by_id,
    jobs_of,
    register_job,
    retry_job,
    visible_job,
)
from exchange.core.jobs.timers import RULES, SCHEDULES, cancel_timer, daily, due_timers, ensure_schedules, hourly, set_timer, timer
from exchange.core.jobs.worker import install, run_due_jobs, run_worker, sweep

__all__ = [
    "KINDS", "RULES", "SCHEDULES", "Cancelled", "Job", "JobBroken", "JobState", "Timer", "Work", "cancel_job", "cancel_timer",
    "carry_out", "daily", "due_jobs", "due_timers", "enqueue", "ensure_schedules", "hourly", "install", "job", "job_by_id",
    "jobs_of", "register_job", "retry_job", "run_due_jobs", "run_worker", "set_timer", "sweep", "sweep_files", "timer", "visible_job",
]  # fmt: skip
