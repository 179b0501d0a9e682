"""Release, enforcement, revocation, and the death of pledged patents."""

from __future__ import annotations

from datetime import date

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import operation
from exchange.core.errors import Conflict, Invalid
from exchange.finance.pledges.models import Pledge, PledgeItem
from exchange.finance.pledges.operations.living import check_not_suspended
from exchange.finance.pledges.operations.parts import book_collateral, check_not_held, drop_hold, drop_holds, locked, place
from exchange.finance.pledges.queries import disposals_of, items_of_patent, registry_due
from exchange.finance.pledges.rules import check_notice, check_release
from exchange.finance.pledges.states import COVERING, PLEDGE, DisposalState, PledgeState

RUNNING = (DisposalState.PROPOSED, DisposalState.APPROVED, DisposalState.LISTED, DisposalState.SOLD)


@operation
def release_pledge(actor: Actor, pledge_id: int, *, waiver_reason: str = "") -> Pledge:
    """File the cancellation once nothing is secured any more, or with a waiver that says why."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "release", actor, waiver=waiver_reason):
        check_not_held(pledge)
        check_release(pledge.secured_debt, waiver=waiver_reason)
        check_not_suspended(pledge)
        _check_no_disposal(pledge, RUNNING)
        pledge.waiver_reason = waiver_reason
        due = registry_due(pledge, "release", clock.today())
        pledge.due_on, pledge.due_provisional = due.day, due.provisional
    return pledge


def _check_no_disposal(pledge: Pledge, states: tuple[DisposalState, ...]) -> None:
    if any(disposal.state in states for disposal in disposals_of(pledge.id)):
        raise Conflict("PLEDGE_DISPOSAL_OPEN")


@operation
def confirm_release(actor: Actor, pledge_id: int, *, notice_no: str, released_on: date) -> Pledge:
    """Enter the registry's cancellation; the patents are free."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "confirm", actor, notice_no=notice_no, released_on=released_on):
        if not notice_no.strip():
            raise Invalid("MISSING_FIELD", field="notice_no")
        check_notice(released_on, since=pledge.registered_on or released_on, today=clock.today())
        pledge.release_notice_no, pledge.released_on = notice_no.strip(), released_on
        drop_holds(pledge, on=released_on, basis=notice_no)
    book_collateral(pledge, verb="confirm", on=released_on)
    return pledge


@operation
def withdraw_release(actor: Actor, pledge_id: int, *, reason: str) -> Pledge:
    """Take the release back before the registry cancels."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "withdraw", actor, to=PledgeState.REGISTERED, reason=reason):
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
        pledge.due_on, pledge.waiver_reason = None, ""
    return pledge


@operation
def enforce_pledge(actor: Actor, pledge_id: int, *, reason: str) -> Pledge:
    """Begin to realise the pledge after the debt fell due unpaid (民法典 436)."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "enforce", actor, reason=reason):
        check_not_held(pledge)
        if not pledge.debt_due or pledge.secured_debt.minor == 0:
            raise Conflict("PLEDGE_DEBT_NOT_DUE")
    return pledge


@operation
def stop_enforcement(actor: Actor, pledge_id: int, *, reason: str) -> Pledge:
    """Stop while nothing is listed or sold."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "stop", actor, reason=reason):
        _check_no_disposal(pledge, (DisposalState.LISTED, DisposalState.SOLD))
    return pledge


@operation
def finish_enforcement(actor: Actor, pledge_id: int) -> Pledge:
    """After the last disposal is settled or abandoned the release is filed."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "finish", actor):
        _check_no_disposal(pledge, (*RUNNING, DisposalState.FAILED))
        pledge.due_on = registry_due(pledge, "release", clock.today()).day
    return pledge


@operation
def revoke_pledge(actor: Actor, pledge_id: int, *, decision_no: str, decided_on: date) -> Pledge:
    """Enter the registry's revocation: the pledge is void from the start and covers nothing."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "revoke", actor, decision_no=decision_no, decided_on=decided_on):
        if not decision_no.strip():
            raise Invalid("MISSING_FIELD", field="decision_no")
        drop_holds(pledge, on=decided_on, basis=decision_no, never_existed=True)
    book_collateral(pledge, verb="revoke", on=decided_on)
    return pledge


@operation
def extinguish_pledge(actor: Actor, pledge_id: int) -> Pledge:
    """Every pledged patent is dead: nothing is left to be pledged."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "extinguish", actor):
        if pledge.live_items:
            raise Conflict("WRONG_STATE", state=str(pledge.status.label), actions="")
        drop_holds(pledge, on=clock.today(), basis="extinguished")
    book_collateral(pledge, verb="extinguish", on=clock.today())
    return pledge


@operation
def kill_items(actor: Actor, patent_id: int, *, on: date, cause: str) -> list[Pledge]:
    """A pledged patent has died: its items count nothing from the legal date; the others live on."""
    touched = []
    for item in items_of_patent(patent_id):
        if item.died_on is not None:
            continue
        pledge = locked(item.pledge_id, with_patents=True)
        _kill(actor, pledge, item, on, cause)
        touched.append(pledge)
    return touched


def _kill(actor: Actor, pledge: Pledge, item: PledgeItem, on: date, cause: str) -> None:
    if cause == "invalidated" and pledge.debt_from < on:
        on = pledge.debt_from  # the right is deemed never to have existed (专利法 47)
    item.died_on, item.death_cause = on, cause
    if item.holds:
        drop_hold(item, on=clock.today(), basis=cause)
    pledge.updated_at = clock.now()
    events.note(pledge, "item_died", actor, patent_id=item.patent_id, died_on=on, cause=cause)
    if pledge.state in COVERING:
        if pledge.live_items:
            book_collateral(pledge, verb=f"died-{item.id}", on=clock.today())
        else:
            extinguish_pledge(SYSTEM, pledge.id)


@operation
def revive_items(actor: Actor, patent_id: int, *, on: date) -> list[Pledge]:
    """A patent was restored: its items count again in pledges that have not ended."""
    touched = []
    for item in items_of_patent(patent_id):
        if item.died_on is None:
            continue
        pledge = locked(item.pledge_id, with_patents=True)
        item.died_on, item.death_cause = None, ""
        pledge.updated_at = clock.now()
        _hold_again(pledge, item, on)
        events.note(pledge, "item_restored", actor, patent_id=patent_id, restored_on=on)
        touched.append(pledge)
    return touched


def _hold_again(pledge: Pledge, item: PledgeItem, on: date) -> None:
    if pledge.state in COVERING:
        item.holds = True
        item.encumbrance_id = place(pledge, item, kind="pledge", on=on)
        book_collateral(pledge, verb=f"restored-{item.id}", on=clock.today())
