"""Patents, imports and numbers as JSON; the same operations as the pages."""

from __future__ import annotations

from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.i18n import in_both
from exchange.core.web import ApiRoom
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Custody, ImportBatch, Patent
from exchange.registers.patents.rules.gates import ActorFacts
from exchange.registers.patents.rules.numbers import read_application
from exchange.registers.patents.rules.permissions import EDIT, IMPORTS, READ
from exchange.registers.patents.rules.row_codes import ROW_CODES
from exchange.registers.patents.schemas import (
    AgreeShape, AnnuityAnswer, ConfirmShape, CustodyAnswer, DraftShape, EditShape, GatesQuery, ImportAnswer, LegalEventAnswer,
    NumberQuery, OptionalReasonShape, PatentAnswer, PatentFilter, ReasonShape, RegisterShape, VerifyShape,
)
from exchange.registers.patents.states import Use

api = ApiRoom("patents", __name__)


@api.get("/patents", READ, query=PatentFilter, answer=PatentAnswer, many=True)
def list_patents(data: dict[str, Any], actor: Actor) -> Any:
    """The portfolio by pages."""
    return queries.portfolio(actor, **data)


@api.get("/patents/<id>", public="published patents are open to all; the query decides", thing=Patent, answer=PatentAnswer)
def show_patent(thing: Patent, actor: Actor | None) -> Patent:
    """One patent as its reader may see it."""
    return thing


@api.post("/patents", "patent:draft", body=DraftShape, answer=PatentAnswer, status=201)
def draft_patent(data: dict[str, Any], actor: Actor) -> Patent:
    """Enter a patent as a draft."""
    lists: dict[str, Any] = {name: tuple(part.strip() for part in (data.pop(name, "") or "").split(";") if part.strip()) for name in ("applicants", "inventors", "classes")}
    return operations.draft_patent(actor, **lists, **data)


@api.post("/patents/<id>/edit", EDIT, thing=Patent, body=EditShape, answer=PatentAnswer)
def edit_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Patent:
    """Complete a draft."""
    return operations.edit_patent(actor, thing.id, **data)


@api.post("/patents/<id>/submit", "patent:submit", thing=Patent, answer=PatentAnswer)
def submit_patent(thing: Patent, actor: Actor) -> Patent:
    """Ask for registration."""
    return operations.submit_patent(actor, thing.id)


@api.post("/patents/<id>/withdraw", "patent:withdraw", thing=Patent, body=OptionalReasonShape, answer=PatentAnswer)
def withdraw_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Patent:
    """Take the entry back."""
    return operations.withdraw_patent(actor, thing.id, reason=data.get("reason", ""))


@api.post("/patents/<id>/register", "patent:register", thing=Patent, body=RegisterShape, answer=PatentAnswer)
def register_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Patent:
    """Register the patent."""
    return operations.register_patent(actor, thing.id, **data)


@api.post("/patents/<id>/return", "patent:return", thing=Patent, body=ReasonShape, answer=PatentAnswer)
def return_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Patent:
    """Give the entry back for correction."""
    return operations.return_patent(actor, thing.id, **data)


@api.get("/patents/<id>/events", public="published patents are open to all; the query decides", thing=Patent, answer=LegalEventAnswer, many=True)
def list_events(thing: Patent, actor: Actor | None) -> Any:
    """The legal events of a patent."""
    return queries.events_of(thing.id)


@api.get("/patents/<id>/annuities", READ, thing=Patent, answer=AnnuityAnswer, many=True)
def list_annuities(thing: Patent, actor: Actor) -> Any:
    """The recorded fees of a patent."""
    return queries.annuities_of(thing.id) if queries.audience_of(actor, thing) != "public" else []


@api.get("/patents/<id>/gates", READ, thing=Patent, query=GatesQuery)
def ask_gates(thing: Patent, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """What stands against a use of the patent, all at once."""
    findings = queries.gate_findings(
        [thing.id], purpose=data["purpose"], mode=Use(data["mode"]), facts=ActorFacts(period_end=data.get("until")),
    )
    return {
        "allowed": all(one.level != "refuse" for one in findings),
        "findings": [{"gate": one.gate, "code": one.code, "level": one.level, "message": in_both(one.sentence, **one.details)} for one in findings],
    }


@api.get("/numbers/check", public="anybody may check a number", query=NumberQuery)
def check_number(data: dict[str, Any], actor: Actor | None) -> dict[str, Any]:
    """A number's normal form, type, year and verdict."""
    number = read_application(data["number"], year=clock.today().year)
    faults = [
        {"code": one.code, "level": ROW_CODES[one.code][0], "message": in_both(ROW_CODES[one.code][1], **one.details)} for one in number.faults
    ]
    return {
        "number": number.normal, "jurisdiction": number.jurisdiction, "type": number.type, "year": number.year,
        "check_digit": number.check_digit_source, "valid": all(one["level"] != "E" for one in faults), "faults": faults,
    }


# ---------------------------------------------------------------- custody

@api.get("/custody/<id>", READ, thing=Custody, answer=CustodyAnswer)
def show_custody(thing: Custody, actor: Actor) -> Custody:
    """One deposit."""
    return thing


@api.post("/custody/<id>/submit", "custody:submit", thing=Custody, body=AgreeShape, answer=CustodyAnswer)
def submit_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Custody:
    """Accept the agreement and ask for verification."""
    return operations.submit_custody(actor, thing.id, agreed=data.get("agreed", False))


@api.post("/custody/<id>/verify", "custody:verify", thing=Custody, body=VerifyShape, answer=CustodyAnswer)
def verify_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Custody:
    """Verify a deposit; the first person's call answers 202."""
    return operations.verify_custody(actor, thing.id, **data)


# ---------------------------------------------------------------- imports

@api.get("/imports", IMPORTS, answer=ImportAnswer, many=True)
def list_imports(actor: Actor) -> Any:
    """The organisation's imports, newest first."""
    return queries.find_batches(actor)


@api.get("/imports/<id>", IMPORTS, thing=ImportBatch, answer=ImportAnswer)
def show_import(thing: ImportBatch, actor: Actor) -> ImportBatch:
    """One batch with its counts and codes."""
    return thing


@api.post("/imports/<id>/confirm", "import:confirm", thing=ImportBatch, body=ConfirmShape, answer=ImportAnswer)
def confirm_import(thing: ImportBatch, data: dict[str, Any], actor: Actor) -> ImportBatch:
    """Write the accepted rows as drafts."""
    return operations.confirm_import(actor, thing.id, **data)


@api.post("/imports/<id>/undo", "import:undo", thing=ImportBatch, answer=ImportAnswer)
def undo_import(thing: ImportBatch, actor: Actor) -> ImportBatch:
    """Take an import back."""
    return operations.undo_import(actor, thing.id)


@api.post("/imports/<id>/discard", "import:discard", thing=ImportBatch, answer=ImportAnswer)
def discard_import(thing: ImportBatch, actor: Actor) -> ImportBatch:
    """Put a batch away."""
    return operations.discard_import(actor, thing.id)


@api.get("/imports/<id>/errors", IMPORTS, thing=ImportBatch)
def list_errors(thing: ImportBatch, actor: Actor) -> dict[str, Any]:
    """The refused rows with their codes."""
    rows = queries.rows_of_batch(thing.id, level="E", limit=1_000)
    return {"items": [{"row": row.number, "shown": row.shown, "findings": row.findings} for row in rows]}
