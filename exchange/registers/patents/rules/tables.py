"""The shipped tables of law and codes, each row dated with its source; read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from exchange.core.money import Money
from exchange.registers.patents.rules.annuities import FeeStep
from exchange.registers.patents.states import Effect, PatentType


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one shipped table."""
    text = files("exchange.registers.patents").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def fee_steps() -> tuple[FeeStep, ...]:
    """The annuity fees by type and years."""
    return tuple(
        FeeStep(
            PatentType(row["type"]), int(row["first_year"]), int(row["last_year"]), Money.parse(row["fee"]),
            date.fromisoformat(row["valid_from"]),
        )
        for row in rows_of("annuity_fees.csv")
    )


@cache
def effects() -> Mapping[str, tuple[Effect, bool]]:
    """Chinese legal event code → its effect, and whether a registrar must look at it."""
    return {row["code"]: (Effect(row["effect"]), row["review"] == "yes") for row in rows_of("inpadoc_cn.csv")}


def effect_of(code: str) -> tuple[Effect, bool]:
    """The effect of a code; an unknown one is information that a registrar must look at."""
    return effects().get(code.strip().upper(), (Effect.INFO, True))


@cache
def header_spellings() -> Mapping[str, str]:
    """Folded spelling of a column heading → our field."""
    return {row["folded"]: row["field"] for row in rows_of("headers.csv")}
