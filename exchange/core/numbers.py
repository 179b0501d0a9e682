"""Numbers that people read: gapless per series and year, given inside the operation."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import Base, add, db, flush


class NumberSeries(Base):
    """The last number given in a series and year; its row is the lock of the series."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("series", "year"),)

    series: Mapped[str] = mapped_column(String(12))
    year: Mapped[int]
    last: Mapped[int]


def next_number(series: str, *, width: int = 6, yearly: bool = True) -> str:
    """The next number of a series: ``next_number("TG")`` gives ``TG-2026-000001``."""
    year = clock.today().year if yearly else 0
    row = db.session.scalar(
        select(NumberSeries).where(NumberSeries.series == series, NumberSeries.year == year).with_for_update())
    if row is None:
        row = add(NumberSeries(series=series, year=year, last=0))
    row.last += 1
    flush()
    serial = f"{row.last:0{width}d}"
    return f"{series}-{year}-{serial}" if yearly else f"{series}-{serial}"
