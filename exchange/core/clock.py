"""One time for the whole house: UTC inside, Asia/Shanghai shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_scripted: ContextVar[datetime | None] = ContextVar("scripted", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _scripted.get() or datetime.now(UTC)


def today() -> date:
    """The present day in Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The Shanghai day of ``moment``."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Midnight in Shanghai at which ``day`` begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 in Shanghai of ``day``, in UTC."""
    return start_of(day + timedelta(days=1))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Script the clock to ``moment`` within the block; for tests and the demonstration."""
    if moment.tzinfo is None:
        raise ValueError("a naive moment has no place here")
    token = _scripted.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _scripted.reset(token)


def is_scripted() -> bool:
    """Whether the clock is scripted."""
    return _scripted.get() is not None
