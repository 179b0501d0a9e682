"""Custody: depositing a patent, and the registrar's verification by two people."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from exchange.core import approvals, events
from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.text import Text, _
from exchange.core.web import Room, back_to, page
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Custody, Patent
from exchange.registers.patents.schemas import (
    CUSTODY_SERVICES, AgreeShape, CustodyShape, InvalidateShape, LapseShape, ReasonShape, VerifyShape,
)
from exchange.registers.patents.states import Use
from exchange.registers.patents.views.patents import said, story
from exchange.registers.patents.rules.permissions import DEPOSIT, READ

room = Room("custody", __name__)
SERVICE_LABELS: dict[str, Text] = {
    "annuity_watch": _("Watch the annuities"), "annuity_payment": _("Pay the annuities"), "document_keeping": _("Keep the documents"),
    "event_watch": _("Watch the register"), "licensing_agent": _("List and license in the holder's name"),
}


@room.form("/patents/<id>/custody", DEPOSIT, thing=Patent, shape=CustodyShape, template="custody/draft.html",
           context=lambda thing, actor: {
               "patent": thing, "services": [(name, SERVICE_LABELS[name]) for name in CUSTODY_SERVICES],
               "custodies": queries.custodies_of(thing.id), "trail": way_to_patent(thing)})
def draft_custody(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Prepare the deposit of a patent."""
    custody = operations.draft_custody(actor, thing.id, services=tuple(data["services"]))
    return back_to(custody, _("Prepared. Accept the agreement to submit it."))


def way_to_patent(patent: Patent) -> list[tuple[str, str | None]]:
    """The way from the portfolio to a patent's custody."""
    return [
        (translate(_("Patents")), url_for("patents.list_patents")),
        (patent.shown_number, url_for("patents.show_patent", id=patent.public_id)), (translate(_("Custody")), None),
    ]


@room.page("/custody/<id>", READ, thing=Custody, home=True)
def show_custody(thing: Custody, actor: Actor) -> str:
    """One deposit: its state, what it was verified against, what comes next."""
    findings = queries.gate_findings([thing.patent_id], purpose="custody", mode=Use.LISTING)
    return page(
        "custody/show.html", custody=thing, patent=thing.patent, holder=organisation(thing.organisation_id),
        findings=[(one.code, said(one)) for one in findings], labels=SERVICE_LABELS, pending=approvals.pending_on("custody", thing.public_id),
        history=story(events.history("custody", thing.public_id)), trail=way_to_patent(thing.patent),
    )


@room.form("/custody/<id>/submit", "custody:submit", thing=Custody, shape=AgreeShape, template="custody/submit.html",
           context=lambda thing, actor: {"custody": thing, "trail": way_to_patent(thing.patent)})
def submit_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """Accept the agreement and ask for verification."""
    operations.submit_custody(actor, thing.id, **data)
    return back_to(thing, _("Submitted. The registrar answers within three working days."))


@room.form("/custody/<id>/verify", "custody:verify", thing=Custody, shape=VerifyShape, template="custody/verify.html",
           context=lambda thing, actor: {
               "custody": thing, "patent": thing.patent, "snapshot": queries.latest_snapshot(thing.patent_id),
               "proofs": queries.proofs_of(thing.patent_id), "holder": organisation(thing.organisation_id),
               "trail": way_to_patent(thing.patent)})
def verify_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """Verify the deposit; a second registrar confirms it."""
    operations.verify_custody(actor, thing.id, **data)
    return back_to(thing, _("Verified and taken into custody."))


def _reason(custody: Custody, title: Text) -> dict[str, Any]:
    return {"patent": custody.patent, "title": title, "trail": way_to_patent(custody.patent), "needed": True, "url": request.path}


@room.form("/custody/<id>/return", "custody:return", thing=Custody, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: _reason(thing, _("Return for correction")))
def return_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """Give the deposit back with what must be corrected."""
    operations.return_custody(actor, thing.id, **data)
    return back_to(thing, _("Returned to the holder."))


@room.form("/custody/<id>/suspend", "custody:suspend", thing=Custody, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: _reason(thing, _("Suspend custody")))
def suspend_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """Suspend the deposit."""
    operations.suspend_custody(actor, thing.id, **data)
    return back_to(thing, _("Custody is suspended."))


@room.form("/custody/<id>/resume", "custody:resume", thing=Custody, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: _reason(thing, _("Resume custody")))
def resume_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """Resume the deposit; a second registrar confirms it."""
    operations.resume_custody(actor, thing.id, **data)
    return back_to(thing, _("Custody is resumed."))


@room.form("/custody/<id>/lapse", "custody:lapse", thing=Custody, shape=LapseShape, template="custody/lapse.html",
           context=lambda thing, actor: {"custody": thing, "trail": way_to_patent(thing.patent)})
def lapse_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """End the deposit with its patent; a second registrar confirms it."""
    operations.lapse_custody(actor, thing.id, on=data["on"], reason=data.get("reason", ""))
    return back_to(thing, _("Custody has ended."))


@room.form("/custody/<id>/invalidate", "custody:invalidate", thing=Custody, shape=InvalidateShape, template="custody/invalidate.html",
           context=lambda thing, actor: {"custody": thing, "trail": way_to_patent(thing.patent)})
def invalidate_custody(thing: Custody, data: dict[str, Any], actor: Actor) -> Any:
    """End the deposit of an invalid patent; a second registrar confirms it."""
    operations.invalidate_custody(actor, thing.id, **data)
    return back_to(thing, _("Custody has ended."))


@room.post("/custody/<id>/withdraw", "custody:withdraw", thing=Custody)
def withdraw_custody(thing: Custody, actor: Actor) -> Any:
    """Take the patent out of custody."""
    operations.withdraw_custody(actor, thing.id)
    return back_to(thing, _("Taken out of custody."))
