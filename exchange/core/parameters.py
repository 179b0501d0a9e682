"""Parameters: business defaults that the operator confirms, as dated rows of one table.

A feature declares what it needs once (``DAYS = parameter("deals.notice_days", "20", source=…)``) and asks for the value in
force on a day. A row of the table wins over the declared default from its ``valid_from`` on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import Thing, add, db, operation, remembered
from exchange.core.events import note


class ParameterRow(Thing):
    """The value of a parameter from a day on, with its source."""

    __tablename__ = "parameter"
    __table_args__ = (UniqueConstraint("key", "jurisdiction", "valid_from"),)
    noun = "parameter"

    key: Mapped[str] = mapped_column(String(80), index=True)
    jurisdiction: Mapped[str] = mapped_column(String(20), default="CN")
    value: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: its key, default, and where the default comes from."""

    key: str
    default: str
    source: str

    def text(self, on: date | None = None) -> str:
        """The value in force on a day (today when none is named)."""
        day = on or clock.today()
        fitting = [value for valid_from, value in entered().get(self.key, ()) if valid_from <= day]
        return fitting[-1] if fitting else self.default

    def number(self, on: date | None = None) -> int:
        return int(self.text(on))

    def decimal(self, on: date | None = None) -> Decimal:
        return Decimal(self.text(on))

    def flag(self, on: date | None = None) -> bool:
        return self.text(on) == "yes"


def entered() -> dict[str, list[tuple[date, str]]]:
    """Every entered value by key, the latest last; read once a transaction."""
    return remembered("parameters", _entered)


def _entered() -> dict[str, list[tuple[date, str]]]:
    found: dict[str, list[tuple[date, str]]] = {}
    wanted = select(ParameterRow.key, ParameterRow.valid_from, ParameterRow.value).order_by(ParameterRow.valid_from, ParameterRow.id)
    for key, valid_from, value in db.session.execute(wanted):
        found.setdefault(key, []).append((valid_from, value))
    return found


PARAMETERS: dict[str, Parameter] = {}


def parameter(key: str, default: str | int, *, source: str) -> Parameter:
    """Declare a parameter once."""
    declared = Parameter(key, str(default), source)
    if PARAMETERS.setdefault(key, declared) != declared:
        raise ValueError(f"parameter {key} is declared twice")
    return declared


@operation
def set_parameter(key: str, value: str, *, valid_from: date, source: str, actor: Actor) -> ParameterRow:
    """Enter the value of a declared parameter from a day on."""
    row: ParameterRow = add(ParameterRow(key=PARAMETERS[key].key, value=value, valid_from=valid_from, source=source))
    note(row, "set", actor, key=key, value=value, valid_from=valid_from)
    return row
