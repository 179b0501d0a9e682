"""How offers are made and answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.market.listings.rules import refusals as _refusals  # noqa: F401  # the codes are declared there
from exchange.market.listings.states import PriceMode

VALIDITY_DAYS = (3, 60)
DEFAULT_VALIDITY_DAYS = 14
MOST_ROUNDS = 20

DECLINE_REASONS: Mapping[str, Text] = {
    "technology_mismatch": _("The technology does not fit"),
    "too_early": _("Too early"),
    "no_evidence_of_use": _("No evidence of use"),
    "prior_art_risk": _("Risk of prior art"),
    "market_too_small": _("The market is too small"),
    "price": _("Price"),
    "remaining_life": _("Remaining life"),
    "not_our_strategy": _("Not our strategy"),
}

@dataclass(frozen=True, slots=True)
class LicenceBox:
    """Territory, field and period of a licence as listed or asked for."""

    territories: tuple[str, ...]
    fields: tuple[str, ...]
    first_day: date
    last_day: date | None = None


def inside(asked: LicenceBox, listed: LicenceBox) -> bool:
    """Tells whether a box asked for lies inside the listed one on all three sides."""
    places = all(any(_under(node, above) for above in listed.territories) for node in asked.territories)
    trades = all("*" in listed.fields or any(node.startswith(above) for above in listed.fields) for node in asked.fields)
    begins = asked.first_day >= listed.first_day
    ends = listed.last_day is None or (asked.last_day is not None and asked.last_day <= listed.last_day)
    return places and trades and begins and ends


def _under(node: str, above: str) -> bool:
    return node == above or node.startswith((above + "/", above + "-"))


def check_negotiable(price_mode: str, label: str) -> None:
    """Offers are made on negotiated listings only."""
    if price_mode != PriceMode.NEGOTIATED:
        raise Conflict("NOT_NEGOTIABLE", way=Text(label))


def check_fixed(price_mode: str, label: str) -> None:
    """Only what has a fixed price is bought outright."""
    if price_mode != PriceMode.FIXED:
        raise Conflict("NOT_FIXED", way=Text(label))


def check_offer(amount: Money, *, days: int, asked: LicenceBox | None, listed: LicenceBox | None) -> None:
    """An offer names a sum above zero, stands 3 to 60 days and stays inside the listed box."""
    if amount.minor <= 0:
        raise Invalid("AMOUNT_MALFORMED", field="amount")
    low, high = VALIDITY_DAYS
    if not low <= days <= high:
        raise Invalid("OFFER_VALIDITY", field="valid_days", low=low, high=high)
    if asked and listed and not inside(asked, listed):
        raise Invalid("OUTSIDE_LISTED_BOX", field="territories")


def check_answer(*, version_named: int, version_current: int, valid_until: datetime, now: datetime) -> None:
    """An answer names the version that stands, while it stands."""
    if version_named != version_current:
        raise Conflict("OFFER_VERSION_OLD", given=version_named, current=version_current)
    if now >= valid_until:
        raise Conflict("OFFER_EXPIRED", date=valid_until.date().isoformat())


def check_rounds(rounds: int) -> None:
    """A negotiation has at most twenty rounds."""
    if rounds >= MOST_ROUNDS:
        raise Conflict("OFFER_ROUNDS_OVER", limit=MOST_ROUNDS)


def check_reason(reason: str) -> None:
    """An offer is declined for one of eight reasons."""
    if reason not in DECLINE_REASONS:
        raise Invalid("CHOICE_UNKNOWN", field="reason", choices=list(DECLINE_REASONS.values()))


SHOWN_REASON_COUNT = 3


def shown_reasons(counts: Mapping[str, int]) -> dict[str, int]:
    """Gives the reasons counted three times or more, so that no single buyer can be recognised."""
    return {reason: count for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= SHOWN_REASON_COUNT}
