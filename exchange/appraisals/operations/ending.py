"""How a report ends, what calls for a new one, and explanations asked for after issue."""

from __future__ import annotations

from sqlalchemy import select

from exchange.core import clock, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, lock, operation
from exchange.core.errors import Forbidden, Invalid
from exchange.core.events import note

from ..models import Appraisal, AppraisalRemark
from ..queries.limits import OBJECTION_DAYS
from ..states import APPRAISAL, AppraisalState as S
from .commissioning import required, working_day


@operation
def object_appraisal(appraisal: Appraisal, *, place: str, text: str, actor: Actor) -> Appraisal:
    """Client or reader asks for an explanation (评估法 art. 30)."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "object", actor):
        add(AppraisalRemark(appraisal_id=appraisal.id, kind="objection", place=required(place), text=required(text), raised_by=actor.user_id,
                            due_on=working_day(OBJECTION_DAYS.number())))
    return appraisal


@operation
def explain_appraisal(appraisal: Appraisal, *, remark_id: int, answer: str, actor: Actor) -> Appraisal:
    """The institution explains; the text stays with the report's page."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "explain", actor):
        row = next((each for each in appraisal.remarks if each.id == remark_id and each.kind == "objection"), None)
        if row is None:
            raise Invalid("MISSING_FIELD", field="remark")
        row.answer, row.answered_by, row.closed_at = required(answer), actor.user_id, clock.now()
    return appraisal


@operation
def withdraw_appraisal(appraisal: Appraisal, *, reason: str, actor: Actor) -> Appraisal:
    """Withdraw an issued report with a public reason: the lead proposes, the reviewer confirms."""
    from .reviewing import supersede_reviews

    lock(appraisal)
    with APPRAISAL.move(appraisal, "withdraw", actor, reason=reason):
        proposer = actor.confirming.maker_id if actor.confirming else actor.user_id
        if proposer != appraisal.lead_id:
            raise Forbidden("FORBIDDEN", field="person")
        appraisal.reason = required(reason)
        if actor.confirming is not None:
            for document in seal.documents_of("appraisal", appraisal.public_id):
                seal.withdraw_document(document, reason=appraisal.reason, actor=actor)
            supersede_reviews(appraisal, actor=SYSTEM)
    return appraisal


@operation
def supersede_appraisal(appraisal: Appraisal, *, by: Appraisal, actor: Actor = SYSTEM) -> Appraisal:
    """A successor was issued; reviews of the old file end in the same transaction."""
    from .reviewing import supersede_reviews

    lock(appraisal)
    with APPRAISAL.move(appraisal, "supersede", actor, by=by.number):
        appraisal.reason = by.number
        for old, new in zip(seal.documents_of("appraisal", appraisal.public_id), seal.documents_of("appraisal", by.public_id), strict=False):
            seal.supersede_document(old, by=new, actor=actor)
        supersede_reviews(appraisal, actor=actor)
    return appraisal


@operation
def expire_appraisal(appraisal: Appraisal, *, actor: Actor = SYSTEM) -> Appraisal:
    """The last day of validity has passed."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "expire", actor):
        if appraisal.valid_through is None or clock.today() <= appraisal.valid_through:
            raise Invalid("REPORT_NOT_ISSUED", field="valid_through")
    return appraisal


def expire_appraisals() -> int:
    """Every report whose last day has passed expires; answers how many."""
    due = list(db.session.scalars(select(Appraisal).where(Appraisal.state == S.ISSUED, Appraisal.valid_through < clock.today())))
    for appraisal in due:
        expire_appraisal(appraisal, actor=SYSTEM)
    return len(due)


@operation
def flag_revaluation(appraisal: Appraisal, *, reason: str, actor: Actor = SYSTEM) -> Appraisal:
    """Something happened that calls for a new valuation; the report stays issued and its readers are told."""
    lock(appraisal)
    if appraisal.state == S.ISSUED and not appraisal.revaluation_reason:
        appraisal.revaluation_reason, appraisal.revaluation_since = reason, clock.today()
        note(appraisal, "revaluation_due", actor, reason=reason)
    return appraisal


@operation
def report_difference(appraisal: Appraisal, *, status: str, actor: Actor = SYSTEM) -> Appraisal:
    """A recalculation answered something else than the archive: institution and regulator are told, the report stays as it is."""
    note(appraisal, "differ", actor, status=status)
    return appraisal


@operation
def note_reading(appraisal: Appraisal, *, what: str, actor: Actor) -> Appraisal:
    """Reading a report is an event."""
    note(appraisal, "read", actor, what=what)
    return appraisal
