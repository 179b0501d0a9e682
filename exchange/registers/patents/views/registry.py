"""The registrar's desk: the queue, register copies, legal events, fees."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Response

from exchange.core import clock, files
from exchange.core.access import Actor
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Patent
from exchange.registers.patents.rules.annuities import fee_for_year, surcharge_bp
from exchange.registers.patents.rules.tables import effects, fee_steps
from exchange.registers.patents.schemas import AnnuityShape, LegalEventShape, RegisterCopyShape, SupersedeShape
from exchange.registers.patents.states import LegalStatus
from exchange.registers.patents.views.patents import names_in, trail_of
from exchange.registers.patents.rules.permissions import ANNUITY, DESK, LEGAL_EVENT, READ, REGISTER_COPY

room = Room("registry", __name__)


@room.page("/registry", DESK)
def show_queue(actor: Actor) -> str:
    """What waits at the registrar's desk, oldest first."""
    return page("registry/queue.html", queue=queries.registry_queue(), today=clock.today())


@room.form("/patents/<id>/register-copy", REGISTER_COPY, thing=Patent, shape=RegisterCopyShape, template="registry/register_copy.html",
           uploads={"file": "document"},
           context=lambda thing, actor: {"patent": thing, "statuses": list(LegalStatus), "trail": trail_of(thing), "snapshot": queries.latest_snapshot(thing.id)},
           initial=lambda thing, actor: {
               "status": "in_force", "taken_on": clock.today().isoformat(), "granted_on": thing.grant_on.isoformat() if thing.grant_on else "",
               "holders": "\n".join(thing.holder_names)})
def record_register_copy(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Enter a copy of the patent register."""
    upload: files.Upload | None = data.pop("file", None)
    data["holders"] = names_in(data.get("holders") or "")
    data.setdefault("paid_to_year", None)
    operations.record_register_copy(actor, thing.id, **data, file_sha256=upload.sha256 if upload else "")
    if upload is not None:
        files.attach(upload, noun="patent", object_id=thing.public_id, kind="register_copy", organisation_id=actor.organisation_id, user_id=actor.user_id)
    return back_to(thing, _("The register copy is entered."))


@room.form("/patents/<id>/legal-event", LEGAL_EVENT, thing=Patent, shape=LegalEventShape, template="registry/legal_event.html",
           context=lambda thing, actor: {"patent": thing, "codes": sorted(effects().items()), "trail": trail_of(thing)})
def record_legal_event(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Enter an event of the register."""
    data.setdefault("effective_on", None)
    operations.record_legal_event(actor, thing.id, **data)
    return back_to(thing, _("The legal event is entered."))


@room.form("/patents/<id>/supersede-event", LEGAL_EVENT, thing=Patent, shape=SupersedeShape, template="registry/supersede.html",
           context=lambda thing, actor: {"patent": thing, "events": queries.events_of(thing.id), "trail": trail_of(thing)})
def supersede_legal_event(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Replace a recorded event by another."""
    operations.supersede_legal_event(actor, thing.id, **data)
    return back_to(thing, _("The event is replaced."))


@room.form("/patents/<id>/annuity", ANNUITY, thing=Patent, shape=AnnuityShape, template="patents/annuity.html",
           context=lambda thing, actor: fee_page(thing),
           initial=lambda thing, actor: {"year_no": str((thing.annuity_paid_to_year or 0) + 1), "paid_on": clock.today().isoformat()})
def record_annuity_payment(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Record a paid fee."""
    reduction = data.pop("reduction", None)
    operations.record_annuity_payment(actor, thing.id, **data, reduction_bp=int(reduction * 10_000) if reduction else 0)
    return back_to(thing, _("The payment is recorded."))


def fee_page(patent: Patent) -> dict[str, Any]:
    """What is owed next and until when."""
    state, owed = queries.annuity_state(patent.id), None
    if state.next_year is not None and patent.right is not None:
        owed = fee_for_year(fee_steps(), patent.right, state.next_year, on=clock.today())
    return {"patent": patent, "annuity": state, "fee": owed, "trail": trail_of(patent)}


def due_rows(actor: Actor) -> list[dict[str, Any]]:
    """The fees that fall due within a year, with what they cost today."""
    rows = []
    for patent, state in queries.annuity_due_list(actor):
        if state.next_year is None or state.next_due is None or patent.right is None:
            continue
        fee = fee_for_year(fee_steps(), patent.right, state.next_year, on=clock.today())
        is_late = clock.today() > state.next_due and state.grace_until is not None and clock.today() <= state.grace_until
        extra = fee.basis_points(surcharge_bp(state.next_due, clock.today())) if is_late else None
        rows.append({"patent": patent, "state": state, "fee": fee, "surcharge": extra})
    return rows


@room.page("/patents/annuities", READ)
def list_annuities(actor: Actor) -> str:
    """The fees of the next twelve months, and what they add up to by month."""
    rows = due_rows(actor)
    months: dict[str, Any] = {}
    for row in rows:
        month = max(row["state"].next_due, clock.today()).strftime("%Y-%m")
        months[month] = months[month] + row["fee"] if month in months else row["fee"]
    return page("patents/annuities.html", rows=rows, months=sorted(months.items()), today=clock.today())


@room.page("/patents/annuities.ics", READ)
def export_annuities(actor: Actor) -> Response:
    """The due days as a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zhirong//Annuities//EN"]
    stamp = datetime.combine(clock.today(), time()).strftime("%Y%m%dT%H%M%SZ")
    for row in due_rows(actor):
        patent, state = row["patent"], row["state"]
        lines += [
            "BEGIN:VEVENT", f"UID:{patent.public_id}-{state.next_year}@zhirong", f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{state.next_due:%Y%m%d}", f"SUMMARY:年费 Annuity {state.next_year} · {patent.shown_number}", "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return Response("\r\n".join(lines) + "\r\n", mimetype="text/calendar")
