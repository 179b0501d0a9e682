"""Looking a number up: what the platform's registry, or the demonstration's register, says of a patent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import db
from exchange.core.text import Text, _
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries.registry import latest_snapshot, visible_patents
from exchange.registers.patents.rules.numbers import read_application, shown_application
from exchange.registers.patents.rules.tables import RegisterEntry, demonstration_register
from exchange.registers.patents.states import LegalStatus

PLATFORM = _("Registry of this platform")
DEMONSTRATION = _("Demonstration register")
COPIED = ("application_number", "publication_number", "title_zh", "title_en", "filing_on", "publication_on", "grant_on", "abstract_zh", "abstract_en")
EXAMPLES = 3


@dataclass(frozen=True)
class Found:
    """The fields of an entry with the register they come from and the day of its copy."""

    number: str
    fields: Mapping[str, Any]
    source: Text
    as_of: date | None
    status: LegalStatus
    kind: str
    filed_on: date | None
    patent: Patent | None = None


def look_up(text: str, actor: Actor, *, demonstration: bool) -> Found | None:
    """What is known of a number in any spelling: first what stands here and the reader may see, then the demonstration's register."""
    number = read_application(text, year=clock.today().year)
    wanted = select(Patent).where(Patent.application_number == number.normal, visible_patents(actor), Patent.state.not_in(("withdrawn", "refused")))
    mine_first = (Patent.organisation_id == actor.organisation_id).desc()
    patent = db.session.scalar(wanted.order_by(mine_first, Patent.id).limit(1))
    if patent is not None:
        return _from_registry(patent)
    entry = demonstration_register().get(number.normal.removeprefix("CN")) if demonstration else None
    return _from_register(entry) if entry is not None else None


def _from_registry(patent: Patent) -> Found:
    snapshot = latest_snapshot(patent.id)
    names = {role: [party.name for party in patent.people if party.role == role] for role in ("applicant", "inventor")}
    fields = {name: getattr(patent, name) for name in COPIED} | {
        "applicants": names["applicant"], "inventors": names["inventor"], "classes": [each.symbol for each in patent.classes],
        "application_number": patent.shown_number,
    }
    return Found(
        patent.shown_number, _typed(fields), PLATFORM, snapshot.taken_on if snapshot else None, patent.status,
        str(patent.right or ""), patent.filing_on, patent,
    )


def _from_register(entry: RegisterEntry) -> Found:
    number = read_application(entry.application_number, year=clock.today().year)
    shown = shown_application(number.normal, granted=entry.grant_on is not None)
    fields = {name: getattr(entry, name) for name in COPIED} | {
        "applicants": entry.applicants, "inventors": entry.inventors, "classes": entry.classes, "application_number": shown,
    }
    return Found(shown, _typed(fields), DEMONSTRATION, entry.taken_on, entry.status, str(number.type or ""), entry.filing_on)


def _typed(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields as a person would type them: days in ISO form, names one a line, classes parted by semicolons."""
    return {name: "; ".join(value) if name == "classes" else _words(value) for name, value in fields.items()}


def _words(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(value) if isinstance(value, Iterable) and not isinstance(value, str) else str(value or "")


def register_examples() -> list[tuple[str, RegisterEntry]]:
    """The first numbers of the demonstration's register, for those who have none at hand."""
    entries = list(demonstration_register().values())[:EXAMPLES]
    return [(shown_application(f"CN{each.application_number}", granted=each.grant_on is not None), each) for each in entries]
