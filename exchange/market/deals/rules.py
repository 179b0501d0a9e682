"""When a deal may open, and what a mode means for the patent."""

from collections.abc import Collection, Mapping
from typing import Any

from exchange.core.errors import Conflict, Invalid, define
from exchange.core.money import Money
from exchange.core.text import _
from exchange.market.deals.states import Mode

define("TERMS_INCOMPLETE", 422, _("The terms lack {fields}."))
define("TERMS_CHANGED", 409, _("The terms changed; read version {n} and confirm it."))
define("WAITING_NOT_OVER", 409, _("Signing is possible from {time}."))
define("OBJECTION_OPEN", 409, _("An objection is being examined."))
define("PRIORITY_OPEN", 409, _("The priority holders may still answer until {time}."))
define("NOT_EQUAL_TERMS", 409, _("The priority right takes all terms unchanged."))
define("NOTICE_OVER", 409, _("The time for objections ended on {time}."))
define("OBJECTION_NEEDS_REASON", 422, _("Give a reason and evidence."))
define("POWER_OF_ATTORNEY_REQUIRED", 409, _("The broker needs a power of attorney."))
define("NOT_RECORDED", 409, _("The transfer is not yet registered at CNIPA."))
define("HANDOVER_NOT_ACCEPTED", 409, _("The buyer has not accepted the handover."))
define("DEAL_DISPUTED", 409, _("The deal is frozen: {reason}."))
define("SAME_PARTY", 409, _("Both sides are the same or acting for each other."))
define("OPEN_LICENCE_FEE_FIXED", 422, _("An open licence is taken at the published fee only."))
define("OPEN_LICENCE_WITHDRAWN", 409, _("The open licence was withdrawn on {date}."))
define("MILESTONE_FINAL", 409, _("This milestone is final."))

USES: Mapping[str, str] = {
    Mode.TRANSFER: "transfer",
    Mode.EXCLUSIVE: "exclusive_licence",
    Mode.SOLE: "sole_licence",
    Mode.ORDINARY: "ordinary_licence",
    Mode.OPEN: "open_licence",
    Mode.CAPITAL: "capital_contribution",
}  # what the registry of patents calls the same thing

PRICE_FORMS = {
    "lump_sum": _("Lump sum"),
    "instalments": _("Instalments"),
    "royalty": _("Running royalty"),
    "entry_royalty": _("Entry fee and royalty"),
}


def use_of(mode: str) -> str:
    """Gives the registry's word for what a mode does with the patent."""
    return USES[mode]


def check_parties(seller_ids: Collection[int], buyer_id: int) -> None:
    """Nobody buys from itself or from one it acts for."""
    if buyer_id in seller_ids:
        raise Conflict("SAME_PARTY")


def check_price(price: Money) -> None:
    """A deal has a price above zero."""
    if price.minor <= 0:
        raise Invalid("AMOUNT_MALFORMED", field="price")


def first_terms(*, mode: str, price: Money, price_form: str, conditions: str, box: Mapping[str, Any] | None) -> dict[str, Any]:
    """Gives the first version of the contract's terms, as the accepted offer has them."""
    return {
        "mode": mode, "price": price.to_json(), "price_form": price_form, "conditions": conditions,
        "box": dict(box) if box else None,
    }  # fmt: skip
