"""Filing, correction, registration and refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import flush, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.finance.pledges.models import CHANNELS, Pledge
from exchange.finance.pledges.operations.drafting import confirm
from exchange.finance.pledges.operations.parts import book_collateral, check_not_held, drop_holds, locked, take_hold, turn_into_pledge
from exchange.finance.pledges.queries import late_filings, registration_findings, registry_due
from exchange.finance.pledges.rules import Findings, check_fresh, check_notice
from exchange.finance.pledges.states import PLEDGE, PLEDGOR, PledgeState
from exchange.registers.patents import queries as patents


@operation
def confirm_filing(actor: Actor, pledge_id: int, *, acknowledged: Sequence[str] = ()) -> Pledge:
    """The pledgor confirms the joint filing and the warnings that it was shown (461, art. 3)."""
    pledge = locked(pledge_id)
    if not PLEDGOR.fits(actor, pledge.parties()):
        raise Forbidden()
    if pledge.state not in (PledgeState.SIGNED, PledgeState.CORRECTING):
        raise Conflict("WRONG_STATE", state=str(pledge.status.label), actions="")
    if _confirmed(pledge) is None:
        confirm(pledge, actor, step="file", side="pledgor", acknowledged=",".join(sorted(acknowledged)))
        pledge.updated_at = clock.now()
        events.note(pledge, "confirm_filing", actor, acknowledged=list(acknowledged))
    return pledge


def _confirmed(pledge: Pledge) -> set[str] | None:
    """What the pledgor acknowledged for the filing at hand, or None when it has not confirmed."""
    for each in pledge.confirmations:
        if each.step == "file" and each.round_no == pledge.round_no and each.party == "pledgor":
            return set(filter(None, each.acknowledged.split(",")))
    return None


@operation
def file_pledge(
    actor: Actor, pledge_id: int, *, acknowledged: Sequence[str] = (), channel: str | None = None
) -> Pledge:
    """File the pledge with the registry; from now on nobody else can pledge these patents."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "file", actor) as moving:
        moving.payload["due_on"] = _file(pledge, acknowledged, channel)
        take_hold(pledge, on=clock.today())
        flush()
    return pledge


@operation
def refile_pledge(actor: Actor, pledge_id: int, *, acknowledged: Sequence[str] = ()) -> Pledge:
    """File the corrected papers; the registry's days begin anew."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "refile", actor) as moving:
        moving.payload["due_on"] = _file(pledge, acknowledged, None)
    return pledge


def _file(pledge: Pledge, acknowledged: Sequence[str], channel: str | None) -> date:
    check_not_held(pledge)
    if channel is not None:
        if channel not in CHANNELS:
            raise Invalid("CHOICE_UNKNOWN", field="channel", choices=", ".join(CHANNELS))
        pledge.channel = channel
    known = _confirmed(pledge)
    if known is None:
        raise Conflict("PLEDGE_NOT_CONFIRMED")
    _check_register(pledge)
    findings = registration_findings(pledge, confirmed=True)
    findings.raise_any()
    _check_warnings(findings, known & set(acknowledged))
    today = clock.today()
    due = registry_due(pledge, "register", today)
    pledge.filed_on, pledge.due_on, pledge.due_provisional = today, due.day, due.provisional
    return due.day


def _check_register(pledge: Pledge) -> None:
    today = clock.today()
    for item in pledge.live_items:
        check_fresh(patents.register_status(item.patent_id, today).taken_on, today, patent=item.patent.shown_number)


def _check_warnings(findings: Findings, acknowledged: set[str]) -> None:
    """Grounds 10 and 11 pass only when both parties said that they know."""
    unknown = [ground for ground in findings.warnings if ground.code not in acknowledged]
    if unknown:
        raise Conflict(unknown[0].code, field="acknowledged", warnings=", ".join(ground.code for ground in unknown))


@operation
def correct_pledge(actor: Actor, pledge_id: int, *, notice_sha256: str, text: str = "") -> Pledge:
    """Note that the registry asks for a correction; the pledgor confirms the corrected papers again."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "correct", actor, notice_sha256=notice_sha256, text=text):
        if not notice_sha256:
            raise Invalid("MISSING_FIELD", field="notice_sha256")
        pledge.round_no += 1
    return pledge


@operation
def register_pledge(
    actor: Actor, pledge_id: int, *, notice_no: str, registered_on: date, notice_sha256: str = ""
) -> Pledge:
    """Enter the registry's notice; the right exists from the day of registration (民法典 444)."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "register", actor, notice_no=notice_no, registered_on=registered_on):
        if not notice_no.strip():
            raise Invalid("MISSING_FIELD", field="notice_no")
        check_notice(registered_on, since=pledge.filed_on or registered_on, today=clock.today())
        pledge.notice_no, pledge.notice_sha256, pledge.registered_on = notice_no.strip(), notice_sha256, registered_on
        turn_into_pledge(pledge, on=registered_on)
    book_collateral(pledge, verb="register", on=registered_on)
    return pledge


@operation
def refuse_pledge(actor: Actor, pledge_id: int, *, ground: int, text: str = "", refused_on: date | None = None) -> Pledge:
    """Enter the registry's refusal with its ground (1 to 12); the patents are free again."""
    pledge = locked(pledge_id, with_patents=True)
    day = refused_on or clock.today()
    with PLEDGE.move(pledge, "refuse", actor, ground=ground, text=text):
        if not 1 <= ground <= 12:
            raise Invalid("NUMBER_OUT_OF_RANGE", field="ground", low=1, high=12)
        pledge.refusal_ground, pledge.refusal_text, pledge.refused_on = ground, text, day
        drop_holds(pledge, on=day, basis=f"refused, ground {ground}", never_existed=True)
    return pledge


@operation
def warn_of_late_filings(actor: Actor = SYSTEM) -> int:
    """Tell once a day of each filing that the registry should have decided."""
    today = clock.today()
    told = 0
    for pledge in late_filings(today):
        if pledge.late_told_on != today:
            pledge.late_told_on = today
            events.note(pledge, "late", actor, due_on=pledge.due_on)
            told += 1
    return told
