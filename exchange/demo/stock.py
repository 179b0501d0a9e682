"""A hundred and fifty invented patents: drafted, proven, registered, some in custody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.demo.people import Cast, read_rows
from exchange.demo.script import Script, confirmed
from exchange.registers.patents import operations
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import get_patent
from exchange.registers.patents.rules.numbers import check_digit

FIRST_SERIAL = 9_910_001
HOLDERS_OF = {
    "new-energy": ("e01", "institute1"), "vehicles": ("e10", "e01"), "low-altitude": ("e03", "university1"),
    "communications": ("e04", "e12"), "chips": ("e05", "university1"), "computing": ("e06", "university1"),
    "robots": ("e07", "university1"), "medicine": ("e08", "e11"), "environment": ("e09", "institute2"),
    "materials": ("e02", "institute1"),
}


@dataclass
class Stocked:
    """A patent of the story: where it is kept, by whom, and in which industry."""

    key: str
    industry: str
    fields: dict[str, Any]
    patent_id: int = 0
    custody_id: int = 0

    @property
    def patent(self) -> Patent:
        """The row as it stands."""
        return get_patent(self.patent_id)


def invented(cast: Cast, script: Script) -> list[Stocked]:
    """Every subject in every aspect, with dates and numbers of the demonstration range."""
    found: list[Stocked] = []
    aspects, subjects = read_rows("aspects.csv"), read_rows("subjects.csv")
    today = clock.day_of(script.end)
    for place, (subject, aspect) in enumerate((subject, aspect) for subject in subjects for aspect in aspects):
        key = HOLDERS_OF[subject["industry"]][0 if place % 3 else 1]
        filed = today - timedelta(days=int(365 * 2.2) + (place * 37) % (365 * 8))
        found.append(Stocked(key, subject["industry"], _fields(cast, key, subject, aspect, filed, FIRST_SERIAL + place)))
    return found


def _fields(cast: Cast, key: str, subject: dict[str, str], aspect: dict[str, str], filed: date, serial: int) -> dict[str, Any]:
    body = f"{filed.year}{aspect['type']}{serial}"
    zh, en = aspect["zh"].format(zh=subject["zh"]), aspect["en"].format(en=subject["en"])
    lag = 420 if aspect["type"] == "1" else 210
    return {
        "application_number": f"{body}.{check_digit(body)}", "title_zh": f"（演示）{zh}", "title_en": f"(Demo) {en}",
        "abstract_zh": f"本发明涉及{subject['zh']}。针对{subject['problem_zh']}的问题，{aspect['solution_zh']}，{subject['effect_zh']}。",
        "abstract_en": f"The invention concerns {subject['en']}. Because {subject['problem_en']}, it provides {aspect['solution_en']}; {subject['effect_en']}.",
        "filing_on": filed, "grant_on": filed + timedelta(days=lag), "classes": (subject["ipc"],),
        "applicants": (cast.houses[key].name,), "inventors": ("演示发明人",),
    }


def add_patents(script: Script, cast: Cast) -> list[Stocked]:
    """Each patent is drafted some weeks after its grant or at the beginning of the story, then proven and registered."""
    stock = invented(cast, script)
    begins = clock.day_of(script.now)
    for place, each in enumerate(stock):
        day = max(each.fields["grant_on"] + timedelta(days=20), begins + timedelta(days=3 + place % 240))
        script.at(day, partial(enter, script, cast, each), hour=9, minute=place % 60)
    return stock


def enter(script: Script, cast: Cast, each: Stocked) -> None:
    """The holder enters the patent and its proof; the registrar answers two days later."""
    holder = cast.who(each.key, "signatory")
    patent = operations.draft_patent(holder, **each.fields)
    each.patent_id = patent.id
    proof = operations.submit_proof(
        holder, patent.id, kind="certificate", holder_name=holder.organisation_name, sha256=digest(patent.public_id),
        filename="certificate.pdf", issued_on=each.fields["grant_on"])
    operations.submit_patent(holder, patent.id)
    script.after(2, lambda: register(script, cast, each, proof.id))


def register(script: Script, cast: Cast, each: Stocked, proof_id: int) -> None:
    """The registrar reads the proof and a register copy and registers the patent."""
    first, second = registrars(cast)
    operations.accept_proof(first, proof_id)
    copy_register(first, each, on=clock.today())
    operations.register_patent(second, each.patent_id)
    if place_in(each) % 5 in (0, 2):
        script.after(5, lambda: deposit(script, cast, each))


def place_in(each: Stocked) -> int:
    """The patent's place in the stock; every fifth one comes to the market."""
    return int(each.fields["application_number"].split(".")[0][-7:]) - FIRST_SERIAL


def copy_register(registrar: Actor, each: Stocked, *, on: date) -> None:
    """A register copy of a day: in force, fees paid up to the running year."""
    years = (on - each.fields["filing_on"]).days // 365 + 2
    operations.record_register_copy(
        registrar, each.patent_id, status="in_force", paid_to_year=years, taken_on=on, granted_on=each.fields["grant_on"],
        holders=each.fields["applicants"], file_sha256=digest(each.patent.public_id))


def deposit(script: Script, cast: Cast, each: Stocked) -> None:
    """The holder gives the patent into custody; two registrars verify."""
    custody = operations.draft_custody(cast.who(each.key, "signatory"), each.patent_id)
    operations.submit_custody(cast.who(each.key, "signatory"), custody.id, agreed=True)
    each.custody_id = custody.id
    script.after(1, lambda: verify(cast, each), apart=True)


def verify(cast: Cast, each: Stocked) -> None:
    """Two registrars verify the deposit on a fresh register copy."""
    first, second = registrars(cast)
    copy_register(first, each, on=clock.today())
    confirmed(lambda: operations.verify_custody(first, each.custody_id), second)


def registrars(cast: Cast) -> tuple[Actor, Actor]:
    """The two registrars."""
    return cast.who("exchange", "officer", "registrar"), cast.who("exchange", "approver", "registrar")


def digest(text: str) -> str:
    """The digest of a proof that exists only in the story."""
    return hashlib.sha256(f"demonstration {text}".encode()).hexdigest()
