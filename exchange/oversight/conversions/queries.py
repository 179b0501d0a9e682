"""Reads of evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import false, func, or_, select, true

from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import db
from exchange.core.files import Attachment, attachments_of
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Offered, Task, queue
from exchange.core.text import _
from exchange.oversight.conversions.models import Evidence
from exchange.oversight.conversions.states import COUNTED, EvidenceState
from exchange.registers.patents.models import Patent, Share


@visibility("evidence")
def visible_evidence(actor: Actor | None) -> Any:
    """Its declarer's organisation; supervisors see what was submitted."""
    if actor is None:
        return false()
    if SUPERVISOR.fits_role(actor):
        return true() if actor.kind == "auditor" else Evidence.state != "draft"
    return Evidence.organisation_id == actor.organisation_id


def evidence_list(actor: Actor, *, state: str = "", route: str = "", cursor: str = "") -> Page[Evidence]:
    """The evidence that the actor may see, newest first."""
    wanted = select(Evidence).where(visible_evidence(actor))
    if state:
        wanted = wanted.where(Evidence.state == state)
    if route:
        wanted = wanted.where(Evidence.route == route)
    return page_of(wanted, [Order(Evidence.id, "id", descending=True)], cursor=cursor, size=50)


def review_queue() -> list[Evidence]:
    """What waits for the regulator, the earliest due first."""
    wanted = select(Evidence).where(Evidence.state == "submitted")
    return list(db.session.scalars(wanted.order_by(Evidence.due_on, Evidence.id).limit(200)))


def evidence_of_patent(patent_id: int) -> list[Evidence]:
    """The counted evidence of a patent, newest first."""
    wanted = select(Evidence).where(Evidence.patent_id == patent_id, Evidence.state.in_(COUNTED))
    return list(db.session.scalars(wanted.order_by(Evidence.valid_from.desc())))


def same_use(evidence: Evidence) -> Evidence | None:
    """Other live evidence of the same patent, route and counterparty whose period overlaps."""
    ends = evidence.valid_to or date.max
    return db.session.scalar(select(Evidence).where(
        Evidence.patent_id == evidence.patent_id, Evidence.route == evidence.route, Evidence.id != evidence.id,
        Evidence.counterparty == evidence.counterparty, Evidence.state.in_(("submitted", *COUNTED)),
        Evidence.valid_from < ends, or_(Evidence.valid_to.is_(None), Evidence.valid_to > evidence.valid_from)).limit(1))


def declarable_patents(actor: Actor) -> list[Patent]:
    """The registered patents of which the actor's organisation holds or held a share."""
    held = select(Share.patent_id).where(Share.organisation_id == actor.organisation_id)
    wanted = select(Patent).where(Patent.state == "registered", or_(
        Patent.organisation_id == actor.organisation_id, Patent.id.in_(held)))
    return list(db.session.scalars(wanted.order_by(Patent.id.desc()).limit(500)))


def attachments(evidence: Evidence) -> dict[str, Attachment]:
    """The stored files by their names outside."""
    return {each.public_id: each for each in attachments_of("evidence", evidence.public_id)}


def tasks(actor: Actor) -> list[Offered]:
    """Evidence to review, for the regulator; evidence sent back, for its declarer."""
    if actor.kind == "regulator" and actor.grade != "viewer":
        return [_task(each, _("Review evidence of use")) for each in review_queue()[:50]]
    if actor.kind not in ("enterprise", "research"):
        return []
    words = {EvidenceState.DRAFT: _("Submit the evidence of use"), EvidenceState.RETURNED: _("Complete the evidence of use")}
    title = func.coalesce(func.nullif(Patent.title_zh, ""), Patent.title_en)
    own = select(Evidence).join(Patent, Patent.id == Evidence.patent_id).where(Evidence.organisation_id == actor.organisation_id)
    return [
        queue("evidence", word, own.where(Evidence.state == str(state)).order_by(Evidence.id).limit(50), title=title, number=Evidence.number, due_on=Evidence.due_on)
        for state, word in words.items()]


def _task(evidence: Evidence, what: Any) -> Task:
    return Task("evidence", evidence.public_id, evidence.patent.title, what, evidence.due_on, evidence.number)
