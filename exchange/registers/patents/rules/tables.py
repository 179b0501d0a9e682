"""The shipped tables of law and codes, each row dated with its source; read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from exchange.core.money import Money
from exchange.registers.patents.rules.annuities import FeeStep
from exchange.registers.patents.states import Effect, LegalStatus, PatentType


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


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What a register says of one patent: the fields of an entry, its standing, and the day the copy was taken."""

    application_number: str
    publication_number: str
    title_zh: str
    title_en: str
    filing_on: date
    publication_on: date | None
    grant_on: date | None
    applicants: tuple[str, ...]
    inventors: tuple[str, ...]
    classes: tuple[str, ...]
    status: LegalStatus
    abstract_zh: str
    abstract_en: str
    taken_on: date


@cache
def demonstration_register() -> Mapping[str, RegisterEntry]:
    """The invented register of the demonstration, by application number."""
    return {row["application_number"]: _entry(row) for row in rows_of("demonstration_register.csv")}


def _entry(row: Mapping[str, str]) -> RegisterEntry:
    return RegisterEntry(
        application_number=row["application_number"], publication_number=row["publication_number"], title_zh=row["title_zh"],
        title_en=row["title_en"], filing_on=date.fromisoformat(row["filing_on"]), publication_on=_day(row["publication_on"]),
        grant_on=_day(row["grant_on"]), applicants=_names(row["applicants"]), inventors=_names(row["inventors"]),
        classes=_names(row["classes"]), status=LegalStatus(row["status"]), abstract_zh=row["abstract_zh"],
        abstract_en=row["abstract_en"], taken_on=date.fromisoformat(row["taken_on"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
