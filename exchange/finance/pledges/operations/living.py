"""The life of a registered pledge: debt, changes, consents, payoff statements, orders that hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import operation
from exchange.core.errors import Conflict, Forbidden, Invalid, NotFound
from exchange.core.money import Money
from exchange.finance.pledges.models import Pledge, PledgeItem
from exchange.finance.pledges.operations.parts import book_collateral, check_not_held, drop_hold, locked
from exchange.finance.pledges.states import PLEDGE, PLEDGEE_APPROVER, PLEDGEE_OFFICER, PledgeState
from exchange.registers.patents import operations as patents
from exchange.registers.patents import queries as patent_queries


@operation
def state_debt(actor: Actor, pledge_id: int, *, amount: Money, due: bool = False) -> Pledge:
    """What is owed now under this pledge, told by the feature that keeps the debt, in the transaction of its change."""
    pledge = locked(pledge_id)
    changed = (pledge.secured_debt, pledge.debt_due) != (amount, due)
    pledge.secured_debt, pledge.debt_stated, pledge.debt_due = amount, True, due
    if changed:
        events.note(pledge, "debt_stated", actor, amount=amount, due=due)
    return pledge


@operation
def change_pledge(
    actor: Actor,
    pledge_id: int,
    *,
    kind: str,
    notice_no: str,
    effective_on: date,
    secured: Money | None = None,
    debt_to: date | None = None,
    secured_scope: str = "",
    patent_id: int | None = None,
) -> Pledge:
    """Enter a registered change: amount, term, scope, name, or an item that leaves the pledge."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "change", actor, kind=kind, notice_no=notice_no, effective_on=effective_on):
        check_not_held(pledge)
        if not notice_no.strip():
            raise Invalid("MISSING_FIELD", field="notice_no")
        check_not_suspended(pledge)
        _change(pledge, kind, effective_on, secured=secured, debt_to=debt_to, scope=secured_scope, patent_id=patent_id)
    book_collateral(pledge, verb="change", on=effective_on)
    return pledge


def _change(
    pledge: Pledge, kind: str, on: date, *, secured: Money | None, debt_to: date | None, scope: str, patent_id: int | None
) -> None:
    if kind == "amount" and secured is not None:
        pledge.secured = secured
    elif kind == "term" and debt_to is not None:
        _check_term(pledge, debt_to)
        pledge.debt_to = debt_to
    elif kind == "scope" and scope:
        pledge.secured_scope = scope
    elif kind == "item_removed" and patent_id is not None:
        item = item_of(pledge, patent_id)
        drop_hold(item, on=on, basis=f"{pledge.number} changed")
        item.removed_on = on
    elif kind != "name":
        raise Invalid("MISSING_FIELD", field=kind)


def _check_term(pledge: Pledge, debt_to: date) -> None:
    for item in pledge.live_items:
        expires = patent_queries.expiry_date(item.patent_id)
        if debt_to >= expires:
            raise Conflict("BEYOND_PATENT_TERM", field="debt_to", date=expires.isoformat())


def check_not_suspended(pledge: Pledge) -> None:
    """Refuse while the register shows a seizure, a stay or a dispute."""
    for item in pledge.live_items:
        register = patent_queries.register_status(item.patent_id, clock.today())
        if register.seized:
            raise Conflict("RIGHTS_SEIZED", field="items")
        if register.suspended or register.disputed:
            raise Conflict("RIGHTS_STAYED", field="items")


def item_of(pledge: Pledge, patent_id: int) -> PledgeItem:
    """The live item of a patent in this pledge."""
    for item in pledge.live_items:
        if item.patent_id == patent_id:
            return item
    raise NotFound()


@operation
def consent_pledge(
    actor: Actor,
    pledge_id: int,
    *,
    patent_id: int,
    uses: Sequence[str],
    valid_until: date,
    floor: Money | None = None,
    proceeds: str = "prepay",
    fee_first: bool = True,
    terms: str = "",
) -> Pledge:
    """The pledgee lets the pledgor sell or license a pledged patent (民法典 444); kept with the patent's burdens."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "consent", actor, patent_id=patent_id, uses=list(uses), valid_until=valid_until):
        check_not_held(pledge)
        item = item_of(pledge, patent_id)
        if item.encumbrance_id is None:
            raise NotFound()
        patents.record_consent(
            SYSTEM, patent_id, encumbrance_id=item.encumbrance_id, uses=list(uses), granted=True, floor=floor,
            valid_until=valid_until, fee_first=fee_first, proceeds=proceeds, terms=terms,
        )
    return pledge


@operation
def withdraw_consent(actor: Actor, pledge_id: int, *, consent_id: int, reason: str = "") -> Pledge:
    """Take a consent back while no listing or deal relies on it."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "withdraw", actor, to=PledgeState.REGISTERED, consent_id=consent_id, reason=reason):
        patents.revoke_consent(SYSTEM, consent_id)
    return pledge


@operation
def state_payoff_of_pledge(actor: Actor, pledge_id: int, *, amount: Money, as_of: date, valid_until: date) -> Pledge:
    """The pledgee states what would free the patents, valid for at most thirty days."""
    pledge = locked(pledge_id, with_patents=True)
    if not (PLEDGEE_OFFICER | PLEDGEE_APPROVER).fits(actor, pledge.parties()):
        raise Forbidden()
    for item in pledge.live_items:
        if item.encumbrance_id is not None:
            patents.state_payoff(SYSTEM, item.encumbrance_id, amount=amount, as_of=as_of, valid_until=valid_until)
    events.note(pledge, "state_payoff", actor, amount=amount, as_of=as_of, valid_until=valid_until)
    return pledge


@operation
def hold_pledge(actor: Actor, pledge_id: int, *, order: str) -> Pledge:
    """An order of the authority holds the pledge."""
    pledge = locked(pledge_id)
    pledge.held_by_order = order
    events.note(pledge, "hold", actor, order=order)
    return pledge


@operation
def unhold_pledge(actor: Actor, pledge_id: int) -> Pledge:
    """The order is lifted."""
    pledge = locked(pledge_id)
    pledge.held_by_order = ""
    events.note(pledge, "unhold", actor)
    return pledge
