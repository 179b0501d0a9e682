"""What several verbs of a pledge share: reading it under its lock, its holds and encumbrances."""

from __future__ import annotations

from datetime import date

from exchange.core.access import SYSTEM
from exchange.core.database import lock
from exchange.core.errors import DomainError
from exchange.finance.pledges.models import Pledge, PledgeItem
from exchange.finance.pledges.queries import get_pledge
from exchange.registers.ledger import operations as ledger
from exchange.registers.ledger.queries import balance
from exchange.registers.ledger.rules import transfer
from exchange.registers.patents import operations as patents


def locked(pledge_id: int, *, with_patents: bool = False) -> Pledge:
    """The pledge under its row lock; with the locks of its patents, taken first, when their burdens change."""
    pledge = get_pledge(pledge_id)
    if with_patents:
        lock(pledge, *(item.patent for item in pledge.items))
    else:
        lock(pledge)
    return pledge


def check_not_held(pledge: Pledge) -> None:
    """Refuse while an order of a court or the regulator holds the pledge."""
    if pledge.held_by_order:
        raise DomainError("HELD_BY_ORDER", order=pledge.held_by_order)


def take_hold(pledge: Pledge, *, on: date) -> None:
    """Mark every live item as held and place the filing in the patents' burdens."""
    for item in pledge.live_items:
        item.holds = True
        placed = place(pledge, item, kind="pledge_filed", on=on)
        item.encumbrance_id = placed


def turn_into_pledge(pledge: Pledge, *, on: date) -> None:
    """The filing's burden ends and the registered right begins, in one transaction."""
    for item in pledge.live_items:
        if item.encumbrance_id is not None:
            patents.lift_encumbrance(SYSTEM, item.encumbrance_id, on=on, basis=pledge.notice_no)
        item.encumbrance_id = place(pledge, item, kind="pledge", on=on)


def place(pledge: Pledge, item: PledgeItem, *, kind: str, on: date) -> int:
    """Place the pledge's burden on one patent."""
    placed = patents.place_encumbrance(
        SYSTEM,
        item.patent_id,
        kind=kind,
        source="pledges",
        reference=pledge.public_id,
        begins_on=on,
        holder_organisation_id=pledge.organisation_id,
        secured_kind="maximum" if pledge.kind == "max_amount" else "single",
        public=kind == "pledge",
    )
    return int(placed.id)


def drop_hold(item: PledgeItem, *, on: date, basis: str, never_existed: bool = False) -> None:
    """The item holds its patent no longer; its burden is lifted, or voided when the right never existed."""
    item.holds = False
    if item.encumbrance_id is None:
        return
    end = patents.void_encumbrance if never_existed else patents.lift_encumbrance
    end(SYSTEM, item.encumbrance_id, on=on, basis=basis)
    item.encumbrance_id = None


def drop_holds(pledge: Pledge, *, on: date, basis: str, never_existed: bool = False) -> None:
    """Every item lets go of its patent."""
    for item in pledge.items:
        if item.holds:
            drop_hold(item, on=on, basis=basis, never_existed=never_existed)


def collateral_of(pledge: Pledge) -> int:
    """The accepted value of what the pledge covers, in fen."""
    return sum(item.accepted.minor for item in pledge.live_items if item.holds) if pledge.covers else 0


def book_collateral(pledge: Pledge, *, verb: str, on: date) -> None:
    """J25: the memorandum of collateral follows the accepted value of what the pledge covers."""
    target = collateral_of(pledge)
    kind = "guarantor" if pledge.secures == "recourse" else "bank"
    fen = target - balance(pledge.organisation_id, kind, "collateral", pledge.public_id)
    legs = transfer(
        pledge.organisation_id, kind, debit="collateral", credit="collateral_contra", fen=fen,
        debit_subject=pledge.public_id, credit_subject=pledge.public_id,
    )
    ledger.post_if_any(SYSTEM, f"pledge:{pledge.public_id}:{verb}:{pledge.version}", value_on=on, legs=legs)

