"""Custody: deposit, verification by two people, suspension, ending."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.calendar import china
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.numbers import next_number
from exchange.core.workdays import due_after_working_days
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import Custody, Patent
from exchange.registers.patents.operations.registration import register_patent
from exchange.registers.patents.queries.picture import rights_picture
from exchange.registers.patents.queries.registry import get_patent, latest_snapshot
from exchange.registers.patents.queries.rights import get_custody, live_claim
from exchange.registers.patents.rules.gates import check_gates, raise_first
from exchange.registers.patents.rules.names import same_name
from exchange.registers.patents.states import CUSTODY, Use

AGREEMENT = "Custody agreement 托管协议, version 2026-01"
AGREEMENT_SHA256 = sha256(AGREEMENT.encode()).hexdigest()
SERVICES = ("annuity_watch", "annuity_payment", "document_keeping", "event_watch", "licensing_agent")
ANSWER_WORKING_DAYS = 3


@operation
def draft_custody(actor: Actor, patent_id: int, *, services: tuple[str, ...] = ("annuity_watch", "event_watch")) -> Custody:
    """The holder prepares the deposit of a patent; one live deposit an organisation."""
    patent = get_patent(patent_id)
    if actor.organisation_id not in patent.parties()["holder"] | patent.parties()["co_owner"]:
        raise Forbidden(noun="custody", verb="draft")
    unknown = set(services) - set(SERVICES)
    if unknown:
        raise Invalid("CHOICE_UNKNOWN", field="services", choices=", ".join(SERVICES))
    custody = Custody(organisation_id=actor.organisation_id, patent_id=patent_id, services=" ".join(services))
    with CUSTODY.move(custody, "draft", actor):
        add(custody)
        flush()
    return custody


@operation
def submit_custody(actor: Actor, custody_id: int, *, agreed: bool) -> Custody:
    """The holder accepts the custody agreement and asks for verification."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "submit", actor):
        if not agreed:
            raise Invalid("MISSING_FIELD", field="agreed")
        patent = custody.patent
        if patent.state in ("draft", "returned", "refused", "withdrawn", "closed"):
            raise Conflict("PATENT_NOT_REGISTERED", field="patent")
        custody.agreement_sha256 = AGREEMENT_SHA256
        custody.submitted_on = clock.today()
        custody.answer_by = due_after_working_days(china(), clock.today(), ANSWER_WORKING_DAYS).day
    return custody


@operation
def return_custody(actor: Actor, custody_id: int, *, reason: str) -> Custody:
    """The registrar gives the deposit back with what must be corrected."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "return", actor, reason=reason):
        _require_reason(reason)
        custody.reason = reason
    return custody


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")


@operation
def verify_custody(actor: Actor, custody_id: int, *, digit_compared: bool = False, name_note: str = "") -> Custody:
    """Two registrars verify a deposit against a fresh register copy; a patent still in review is registered with it."""
    custody = get_custody(custody_id)
    patent = get_patent(custody.patent_id)
    lock(patent, custody)
    with CUSTODY.move(custody, "verify", actor) as moving:
        if actor.organisation_id == custody.organisation_id:
            raise Forbidden("OWN_MATTER")
        if patent.state == "submitted":
            register_patent(actor, patent.id, digit_compared=digit_compared, name_note=name_note)
        if patent.state != "registered":
            raise Conflict("PATENT_DISPUTED" if patent.state == "disputed" else "PATENT_NOT_REGISTERED")
        raise_first(check_gates(rights_picture(patent.id), purpose="custody", mode=Use.LISTING))
        _require_holder(patent, custody)
        snapshot = latest_snapshot(patent.id)
        custody.register_snapshot_id = snapshot.id if snapshot else None
        custody.number = next_number("TG")
        custody.verified_on, custody.answer_by, custody.reason = clock.today(), None, ""
        moving.payload["number"] = custody.number
    return custody


def _require_holder(patent: Patent, custody: Custody) -> None:
    """The depositor must be among the holders that the register copy names."""
    snapshot = latest_snapshot(patent.id)
    name = organisation(custody.organisation_id).name
    named = snapshot.holders.splitlines() if snapshot and snapshot.holders else []
    if named and not any(same_name(one, name) for one in named):
        raise Invalid("HOLDER_NAME_DIFFERS", field="holders", name=name)


@operation
def suspend_custody(actor: Actor, custody_id: int, *, reason: str) -> Custody:
    """A deposit is suspended while something is unclear; its listings pause."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "suspend", actor, reason=reason, patent_id=custody.patent_id):
        _require_reason(reason)
        custody.reason = reason
    return custody


@operation
def resume_custody(actor: Actor, custody_id: int, *, reason: str) -> Custody:
    """Two registrars resume a deposit whose cause of suspension is gone."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "resume", actor, reason=reason, patent_id=custody.patent_id):
        _require_reason(reason)
        raise_first(check_gates(rights_picture(custody.patent_id), purpose="custody", mode=Use.LISTING))
        custody.reason = ""
    return custody


@operation
def lapse_custody(actor: Actor, custody_id: int, *, on: date, reason: str = "") -> Custody:
    """A deposit ends with its patent, on the legal date."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "lapse", actor, on=on, patent_id=custody.patent_id):
        custody.ended_on, custody.reason = on, reason
    return custody


@operation
def invalidate_custody(actor: Actor, custody_id: int, *, decision_number: str) -> Custody:
    """A deposit ends because the patent was declared invalid."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "invalidate", actor, decision=decision_number, patent_id=custody.patent_id):
        _require_reason(decision_number)
        custody.ended_on, custody.reason = clock.today(), decision_number
    return custody


@operation
def transfer_out_custody(custody_id: int, *, to_organisation_id: int, actor: Actor = SYSTEM) -> Custody:
    """A recorded transfer ends the old holder's deposit; the new holder gets a draft with the data."""
    custody = get_custody(custody_id)
    with CUSTODY.move(custody, "transfer_out", actor):
        custody.ended_on = clock.today()
    flush()
    fresh = Custody(organisation_id=to_organisation_id, patent_id=custody.patent_id, services=custody.services)
    with CUSTODY.move(fresh, "draft", actor):
        add(fresh)
        flush()
    return fresh


@operation
def withdraw_custody(actor: Actor, custody_id: int) -> Custody:
    """The holder ends a deposit that no process relies on."""
    custody = get_custody(custody_id)
    lock(custody)
    with CUSTODY.move(custody, "withdraw", actor):
        claim = live_claim(custody.patent_id)
        if claim is not None:
            raise Conflict("PATENT_HAS_LIVE_PROCESS", reference=claim.reference)
        custody.ended_on = clock.today()
    return custody
