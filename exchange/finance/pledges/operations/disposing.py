"""Disposal of pledged rights after default: proposal, approval, listing, sale, settlement."""

from __future__ import annotations

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Invalid, NotFound
from exchange.core.money import Money
from exchange.finance.pledges.models import MODES, Disposal
from exchange.finance.pledges.operations.parts import locked
from exchange.finance.pledges.rules import check_reserve
from exchange.finance.pledges.states import DISPOSAL, PledgeState

ROUNDS = 3
CUT_BP = 2_000


def _disposal(disposal_id: int) -> Disposal:
    found = db.session.get(Disposal, disposal_id)
    if found is None:
        raise NotFound()
    lock(found)
    return found


@operation
def propose_disposal(
    actor: Actor, pledge_id: int, *, mode: str, reserve: Money, agreed_low: bool = False, reason: str = ""
) -> Disposal:
    """Propose how the pledged patents are realised, with a reserve price against the value accepted."""
    pledge = locked(pledge_id)
    if mode not in MODES:
        raise Invalid("CHOICE_UNKNOWN", field="mode", choices=", ".join(MODES))
    value = Money(sum(item.accepted.minor for item in pledge.live_items))
    disposal = Disposal(
        organisation_id=pledge.organisation_id, pledge_id=pledge.id, pledge=pledge, mode=mode, reserve=reserve,
        value=value, agreed_low=agreed_low, reason=reason, costs=Money(0),
    )
    with DISPOSAL.move(disposal, "propose", actor, mode=mode, reserve=reserve):
        if pledge.state != PledgeState.ENFORCING:
            raise Conflict("WRONG_STATE", state=str(pledge.status.label), actions="enforce")
        check_reserve(reserve, value, agreed=agreed_low)
        add(disposal)
        flush()
    return disposal


@operation
def approve_disposal(actor: Actor, disposal_id: int) -> Disposal:
    """Another person of the pledgee approves the disposal."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "approve", actor):
        check_reserve(disposal.reserve, disposal.value, agreed=disposal.agreed_low)
    return disposal


@operation
def list_disposal(actor: Actor, disposal_id: int, *, listing_reference: str, reserve: Money | None = None) -> Disposal:
    """Put the rights up for sale; after a failed round the reserve falls by at most a fifth, three rounds at most."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "list", actor, listing=listing_reference):
        if reserve is not None:
            _next_round(disposal, reserve)
        disposal.listing_reference = listing_reference
    return disposal


def _next_round(disposal: Disposal, reserve: Money) -> None:
    floor = disposal.reserve.basis_points(10_000 - CUT_BP, "up")
    if reserve < floor or disposal.round_no >= ROUNDS:
        raise Conflict("DISPOSAL_RESERVE_LOW", field="reserve", floor=str(floor))
    disposal.reserve = reserve
    disposal.round_no += 1


@operation
def fail_disposal(actor: Actor, disposal_id: int) -> Disposal:
    """The round ended without a buyer."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "fail", actor):
        pass
    return disposal


@operation
def sell_disposal(actor: Actor, disposal_id: int, *, price: Money) -> Disposal:
    """A buyer was found at a price."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "sell", actor, price=price):
        disposal.price = price
    return disposal


@operation
def settle_disposal(actor: Actor, disposal_id: int, *, costs: Money) -> Disposal:
    """The price was paid and is ready to be shared."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "settle", actor, costs=costs, price=disposal.price):
        disposal.costs = costs
    return disposal


@operation
def reopen_disposal(actor: Actor, disposal_id: int, *, reason: str) -> Disposal:
    """The sale fell through."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "reopen", actor, reason=reason):
        disposal.price = None
    return disposal


@operation
def abandon_disposal(actor: Actor, disposal_id: int, *, reason: str) -> Disposal:
    """Give the disposal up, with a reason."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "abandon", actor, reason=reason):
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
    return disposal


@operation
def record_disposal(actor: Actor, disposal_id: int, *, price: Money, costs: Money, judgment_no: str) -> Disposal:
    """Enter a sale by the court with its judgment."""
    disposal = _disposal(disposal_id)
    with DISPOSAL.move(disposal, "record", actor, price=price, costs=costs, judgment_no=judgment_no, on=clock.today()):
        if not judgment_no.strip():
            raise Invalid("MISSING_FIELD", field="judgment_no")
        disposal.price, disposal.costs = price, costs
    return disposal
