"""The portfolio, a patent's page, and entering and registering one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, request, url_for

from exchange.core import clock, events
from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.states import MACHINES
from exchange.core.text import _
from exchange.core.web import Form, Room, back_to, page, settings
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import exports, lookup
from exchange.registers.patents.rules.gates import Finding, Purpose, check_gates
from exchange.registers.patents.rules.numbers import read_application
from exchange.registers.patents.rules.picture import RightsPicture
from exchange.registers.patents.rules.row_codes import ROW_CODES
from exchange.registers.patents.schemas import (
    CorrectShape, DraftShape, EditShape, ExportFilter, NumberQuery, OptionalReasonShape, PatentFilter, ReasonShape, RegisterShape,
)
from exchange.registers.patents.states import CustodyState, LegalStatus, LicenceKind, PatentState, PatentType, ProofState, Use
from exchange.registers.patents.rules.permissions import CORRECT, EDIT, PUBLISH, READ

room = Room("patents", __name__)
LINES = re.compile(r"[\n;；]+")
LABELS: dict[str, str] = {
    **{str(one): one.label for one in (*LegalStatus, *Use)},
    **{f"proof:{one}": one.label for one in ProofState}, **{f"custody:{one}": one.label for one in CustodyState},
    **{f"licence:{one}": one.label for one in LicenceKind},
    "source:register": _("Register"), "source:deal": _("Deal on the platform"), "source:declared": _("Declared by the holder"),
    "source:pledges": _("Pledge on the platform"), "process:listing": _("Listing"), "process:auction": _("Auction"),
    "process:deal": _("Deal"), "process:enforcement": _("Enforcement"),
}
NEWS: dict[str, str] = {
    "status": _("Legal status changed"), "lapsed": _("The right ended, fee unpaid"), "expired": _("The right expired"),
    "invalidated": _("The right was declared invalid"), "partly_invalidated": _("The right was declared invalid in part"),
    "abandoned": _("The right was abandoned"), "restored": _("The right was restored"), "owner_changed": _("The owner changed"),
    "suspended": _("Procedures are stayed"), "resumed": _("Procedures go on"), "preserved": _("Seized by a court"),
    "annuity_due": _("A reminder of the annuity was sent"), "annuity_overdue": _("The annuity is unpaid, grace runs"),
    "encumbered": _("A burden was placed"), "term_changed": _("Change of term"), "edit": _("Edited"), "correct": _("Correction"),
    "record_register_copy": _("Register copy entered"), "record_legal_event": _("Legal event entered"),
    "supersede_legal_event": _("Legal event replaced"), "record_annuity_payment": _("Annuity payment recorded"),
    "state_shares": _("Shares stated"), "publish": _("Public page opened"), "unpublish": _("Public page closed"),
    "take_claim": _("A process began"), "pass_claim": _("The process went on"), "release_claim": _("The process ended"),
}
ASKED_USES = (Use.PLEDGE, Use.TRANSFER, Use.EXCLUSIVE_LICENCE, Use.ORDINARY_LICENCE, Use.OPEN_LICENCE)


def names_in(text: str) -> tuple[str, ...]:
    """The names that were typed one a line or parted by semicolons."""
    return tuple(part for part in (one.strip() for one in LINES.split(text)) if part)


def said(finding: Finding) -> str:
    """A finding of the gates in the reader's language."""
    return translate(finding.sentence, **finding.details)


def story(history: Sequence[events.Event]) -> list[dict[str, Any]]:
    """The events of a thing as a timeline in words, with the beginning of each hash."""
    return [
        {"at": event.at, "title": translate(word_of(event)), "detail": f"{event.name} · {event.hash[:12]}…"} for event in history
    ]


def word_of(event: events.Event) -> str:
    """What an event is called: its move's label, or its news."""
    machine = MACHINES.get(event.noun)
    labels = {row.name: row.label for row in machine.moves} if machine is not None else {}
    return labels.get(event.verb) or NEWS.get(event.verb) or event.name


@room.page("/patents", READ, query=PatentFilter)
def list_patents(data: dict[str, Any], actor: Actor) -> str:
    """The portfolio, narrowed by the filters of the address."""
    found = queries.portfolio(actor, **data)
    rest = {name: value for name, value in data.items() if name != "cursor"}
    following = url_for("patents.list_patents", **rest, cursor=found.next) if found.next else ""
    return page(
        "patents/list.html", patents=found.rows, counts=queries.portfolio_counts(actor), chosen=rest, following=following,
        types=list(PatentType), statuses=list(LegalStatus), states=list(PatentState), today=clock.today(),
    )


@room.page("/patents/export", READ, query=ExportFilter)
def export_patents(data: dict[str, Any], actor: Actor) -> Response:
    """Exactly the filtered view as a file that can be read again."""
    kind = data.pop("kind", "csv")
    data.pop("cursor", None)
    return attachment(exports.portfolio_file(list(queries.portfolio(actor, size=10_000, **data).rows), kind))


def attachment(download: exports.Download) -> Response:
    """A file to keep."""
    name, content, media = download
    answer = Response(content, mimetype=media)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.page("/patents/check", public="anybody may check a number", query=NumberQuery)
def check_number(data: dict[str, Any], actor: Actor | None) -> str:
    """A number's normal form, type, year and check character."""
    number = read_application(data["number"], year=clock.today().year)
    return page("patents/check.html", number=number, given=data["number"], faults=faults_of_number(data["number"]), form=None)


def faults_of_number(text: str) -> list[tuple[str, str, str]]:
    """Code, sentence and level of what is wrong with a number."""
    number = read_application(text, year=clock.today().year)
    return [(fault.code, translate(ROW_CODES[fault.code][1], **fault.details), ROW_CODES[fault.code][0]) for fault in number.faults]


def _entering(actor: Actor) -> dict[str, Any]:
    """What the page of a new entry needs besides the form."""
    return {"types": list(PatentType), "patent": None, "examples": lookup.register_examples() if settings().is_demonstration else []}


@room.page("/patents/lookup", "patent:draft", query=NumberQuery)
def look_up_patent(data: dict[str, Any], actor: Actor) -> str:
    """The form of a new entry, filled from the register that knows the number."""
    found = lookup.look_up(data["number"], actor, demonstration=settings().is_demonstration)
    known = Form({**found.fields, "type": found.kind}) if found else Form({"application_number": data["number"]})
    return page("patents/edit.html", form=known, found=found, asked=data["number"], faults=faults_of_number(data["number"]), **_entering(actor))


@room.form("/patents/new", "patent:draft", shape=DraftShape, template="patents/edit.html", context=_entering)
def draft_patent(data: dict[str, Any], actor: Actor) -> Any:
    """Enter a patent."""
    patent = operations.draft_patent(actor, **draft_arguments(data))
    return back_to(patent, _("The patent is entered as a draft. Add proof of ownership and submit it."))


def draft_arguments(data: dict[str, Any]) -> dict[str, Any]:
    """The operation's arguments from what was typed."""
    given = dict(data)
    for name in ("applicants", "inventors", "classes"):
        given[name] = names_in(given.get(name) or "")
    return {name: value for name, value in given.items() if value is not None}


@room.page("/patents/<id>", public="published patents are open to all; the query decides", thing=Patent, home=True)
def show_patent(thing: Patent, actor: Actor | None) -> str:
    """All about one patent that this reader may know."""
    is_insider = queries.audience_of(actor, thing) != "public"
    if not is_insider:
        return page("patents/public.html", patent=thing, trail=trail_of(thing), events=queries.events_of(thing.id))
    rows, papers = queries.gather(thing.id), queries.papers_of(thing)
    picture = queries.picture_from(rows, on=clock.today())
    return page(
        "patents/show.html", patent=thing, picture=picture, uses=uses_of(thing, picture), proofs=papers["proofs"],
        legal_events=rows.events, annuities=papers["annuities"], snapshot=rows.snapshot, burdens=queries.standing(rows.history),
        past=[row for row in rows.history if row.ends_encumbrance_id], custodies=rows.custodies, claim=rows.claim,
        coowner_consents=rows.coowner_consents, history=story(events.history("patent", thing.public_id, limit=40)),
        trail=trail_of(thing), today=clock.today(), life=life_of(thing), batch=batch_of(thing), labels=LABELS,
    )


def trail_of(patent: Patent) -> list[tuple[str, str | None]]:
    """The way from the portfolio to a patent."""
    return [(translate(_("Patents")), url_for("patents.list_patents")), (patent.shown_number, None)]


def uses_of(patent: Patent, picture: RightsPicture) -> list[dict[str, Any]]:
    """What may be done with the patent now, and why not."""
    if patent.state not in ("registered", "disputed"):
        return []
    answers = []
    for use in ASKED_USES:
        purpose: Purpose = "pledge" if use is Use.PLEDGE else "listing_approve"
        findings = check_gates(picture, purpose=purpose, mode=use)
        refused = [one for one in findings if one.level == "refuse"]
        answers.append({"use": use, "allowed": not refused, "reasons": [(one.code, said(one)) for one in findings]})
    return answers


def life_of(patent: Patent) -> dict[str, Any] | None:
    """How much of the term has passed, in whole per cent, for the bar."""
    if patent.filing_on is None or patent.expires_on is None:
        return None
    whole, gone = (patent.expires_on - patent.filing_on).days, (clock.today() - patent.filing_on).days
    passed = max(0, min(100, gone * 100 // max(whole, 1)))
    left = max(0, (patent.expires_on - clock.today()).days)
    return {"passed": passed, "years": left // 365, "days": left}


def batch_of(patent: Patent) -> str:
    """The batch a patent came with, by its name."""
    return queries.get_batch(patent.import_batch_id).public_id if patent.import_batch_id else ""


@room.form("/patents/<id>/edit", EDIT, thing=Patent, shape=EditShape, template="patents/edit.html",
           context=lambda thing, actor: {"patent": thing, "types": list(PatentType), "trail": trail_of(thing)},
           initial=lambda thing, actor: {name: shown(getattr(thing, name)) for name in EditShape._declared_fields})
def edit_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Complete a draft, or translate a title."""
    changed = {name: value for name, value in data.items() if value != getattr(thing, name)}
    operations.edit_patent(actor, thing.id, **changed)
    return back_to(thing, _("Saved."))


def shown(value: Any) -> str:
    """A value as the form shows it."""
    return value.isoformat() if isinstance(value, date) else (value or "")


@room.post("/patents/<id>/submit", "patent:submit", thing=Patent)
def submit_patent(thing: Patent, actor: Actor) -> Any:
    """Ask for registration."""
    operations.submit_patent(actor, thing.id)
    return back_to(thing, _("Submitted. The registrar answers within three working days."))


@room.form("/patents/<id>/withdraw", "patent:withdraw", thing=Patent, shape=OptionalReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "withdraw"))
def withdraw_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Take the entry back."""
    operations.withdraw_patent(actor, thing.id, reason=data.get("reason", ""))
    return back_to(thing, _("Withdrawn."))


REASON_TITLES = {
    "withdraw": _("Withdraw the entry"), "return": _("Return for correction"), "refuse": _("Refuse registration"),
    "dispute": _("Mark the ownership as disputed"), "resolve": _("End the dispute"), "close": _("Close the entry"),
}


def reason_page(patent: Patent, verb: str) -> dict[str, Any]:
    """What the page of a reason shows."""
    return {
        "patent": patent, "title": REASON_TITLES[verb], "trail": trail_of(patent), "needed": verb not in ("withdraw", "close"),
        "url": request.path,
    }


@room.form("/patents/<id>/return", "patent:return", thing=Patent, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "return"))
def return_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Give the entry back with what must be corrected."""
    operations.return_patent(actor, thing.id, **data)
    return back_to(thing, _("Returned to the holder."))


@room.form("/patents/<id>/register", "patent:register", thing=Patent, shape=RegisterShape, template="patents/register.html",
           context=lambda thing, actor: {
               "patent": thing, "proofs": queries.proofs_of(thing.id), "snapshot": queries.latest_snapshot(thing.id),
               "trail": trail_of(thing)})
def register_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Register the patent."""
    operations.register_patent(actor, thing.id, **data)
    return back_to(thing, _("Registered."))


@room.form("/patents/<id>/refuse", "patent:refuse", thing=Patent, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "refuse"))
def refuse_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Refuse the entry."""
    operations.refuse_patent(actor, thing.id, **data)
    return back_to(thing, _("Refused."))


@room.form("/patents/<id>/dispute", "patent:dispute", thing=Patent, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "dispute"))
def dispute_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Mark the ownership as disputed."""
    operations.dispute_patent(actor, thing.id, **data)
    return back_to(thing, _("Marked as disputed."))


@room.form("/patents/<id>/resolve", "patent:resolve", thing=Patent, shape=ReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "resolve"))
def resolve_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """End the dispute by its decision."""
    operations.resolve_patent(actor, thing.id, **data)
    return back_to(thing, _("The dispute is ended."))


@room.form("/patents/<id>/close", "patent:close", thing=Patent, shape=OptionalReasonShape, template="patents/reason.html",
           context=lambda thing, actor: reason_page(thing, "close"))
def close_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Close the entry."""
    operations.close_patent(actor, thing.id, reason=data.get("reason", ""))
    return back_to(thing, _("Closed."))


@room.form("/patents/<id>/correct", CORRECT, thing=Patent, shape=CorrectShape, template="patents/correct.html",
           context=lambda thing, actor: {"patent": thing, "trail": trail_of(thing)},
           initial=lambda thing, actor: {name: shown(getattr(thing, name, "")) for name in CorrectShape._declared_fields if name != "basis"})
def correct_patent(thing: Patent, data: dict[str, Any], actor: Actor) -> Any:
    """Correct bibliographic data by a document."""
    changed = {name: value for name, value in data.items() if name != "basis" and value != getattr(thing, name)}
    operations.correct_patent(actor, thing.id, basis=data["basis"], **changed)
    return back_to(thing, _("Corrected."))


@room.post("/patents/<id>/publish", PUBLISH, thing=Patent)
def publish_patent(thing: Patent, actor: Actor) -> Any:
    """Open the bibliographic page to the public, or close it."""
    operations.publish_patent(actor, thing.id, published=not thing.published)
    return back_to(thing, _("Saved."))
