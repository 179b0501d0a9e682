"""The history of a case over all its members, and its sealed documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from exchange.appraisals.models import Scorecard
from exchange.core.database import db
from exchange.core.events import Event
from exchange.core.seal import SealedDocument
from exchange.core.states import MACHINES
from exchange.core.text import Text, _
from exchange.finance.financing.models import Case
from exchange.finance.guarantees.models import Guarantee, Reguarantee
from exchange.finance.loans.models import Loan
from exchange.finance.pledges.models import Pledge
from exchange.people.accounts.models import Organisation

FACTS: dict[str, Text] = {
    "case.paper": _("Paper added"), "case.edit": _("Application changed"), "case.answer": _("Remark answered"),
    "case.appraisal": _("Appraisal named"), "case.scorecard": _("Scorecard named"), "case.contracts": _("Contracts made and sealed"), "case.sign": _("Contracts signed"),
    "loan.repay": _("Payment received"), "loan.reverse": _("Payment reversed"), "loan.refund": _("Money paid back"),
    "loan.attach_pledge": _("Pledge tied to the loan"), "pledge.confirm_filing": _("Filing confirmed by the pledgor"),
    "guarantee.pay": _("Guarantee fee paid"), "guarantee.refund": _("Fee paid back for the time left"),
    "reguarantee.pay": _("Re-guarantee fee paid"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the case or of a member."""

    at: datetime
    label: Text
    number: str
    organisation: str
    noun: str
    public_id: str
    verb: str


Members = Mapping[str, tuple[str, str]]


def named(case: Case, shown: Mapping[str, Any]) -> Members:
    """The same as ``members_of``, from members that are read already."""
    rows = [case, *(shown[name] for name in ("scorecard", "guarantee", "loan", "pledge") if shown[name] is not None), *shown["behind"]]
    return {row.public_id: (row.noun, row.number) for row in rows}


def members_of(case: Case) -> dict[str, tuple[str, str]]:
    """(noun, number) of the case and its members by their public ids."""
    found = {case.public_id: ("case", case.number)}
    for noun, model, member_id in (
            ("scorecard", Scorecard, case.scorecard_id), ("guarantee", Guarantee, case.guarantee_id), ("loan", Loan, case.loan_id),
            ("pledge", Pledge, case.pledge_id)):
        row: Any = db.session.get(model, member_id) if member_id is not None else None
        if row is not None:
            found[row.public_id] = (noun, row.number)
    if case.guarantee_id is not None:
        rows = db.session.execute(select(Reguarantee.public_id, Reguarantee.number).where(Reguarantee.guarantee_id == case.guarantee_id))
        found |= {row[0]: ("reguarantee", row[1]) for row in rows}
    return found


def timeline(case: Case, *, most: int = 60, members: Members | None = None) -> list[Happening]:
    """What happened in the case and its members, newest first."""
    members = members or members_of(case)
    wanted = select(Event).where(Event.object_id.in_(members), Event.outcome == "done").order_by(Event.seq.desc()).limit(most * 2)
    events = [event for event in db.session.scalars(wanted) if _label(event.noun, event.verb) is not None][:most]
    names = _organisations({event.organisation_id for event in events})
    return [
        Happening(
            event.at, _label(event.noun, event.verb) or Text(event.verb), members[event.object_id][1], names.get(event.organisation_id, ""),
            event.noun, event.object_id, event.verb,
        )
        for event in events
    ]


def _label(noun: str, verb: str) -> Text | None:
    known = FACTS.get(f"{noun}.{verb}")
    machine = MACHINES.get(noun)
    row = next((each for each in machine.moves if each.name == verb), None) if machine is not None else None
    return known or (row.label if row is not None else None)


def _organisations(public_ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(Organisation.public_id, Organisation.name).where(Organisation.public_id.in_(public_ids)))
    return {row[0]: row[1] for row in rows}


def sealed_documents(case: Case, *, members: Members | None = None) -> list[SealedDocument]:
    """The sealed documents of the case and its members, newest first."""
    wanted = select(SealedDocument).where(SealedDocument.subject_id.in_(members or members_of(case)))
    return list(db.session.scalars(wanted.order_by(SealedDocument.id.desc()).limit(50)))
