"""What a demand or an interest may say."""

from collections.abc import Mapping, Sequence

from exchange.core.errors import Invalid, define
from exchange.core.money import Money
from exchange.core.text import Text, _

define("DEMAND_EMPTY", 422, _("Describe what you look for or name its field of technology."))
define("BUDGET_ORDER", 422, _("The lower end of the budget lies above its upper end."))
define("STAGE_ORDER", 422, _("The lower stage lies above the upper one."))

DECLINE_REASONS: Mapping[str, Text] = {
    "technology": _("The technology does not fit"),
    "stage": _("Not the stage we look for"),
    "evidence": _("Too little evidence"),
    "freedom": _("Freedom to operate is in doubt"),
    "price": _("Price"),
    "term": _("Too little term left"),
    "region": _("Region"),
    "timing": _("Not now"),
}

INVESTOR_KINDS: Mapping[str, Text] = {
    "vc": _("Venture capital"),
    "trust": _("Trust company"),
    "investment_bank": _("Investment bank"),
    "guarantor": _("Guarantor"),
    "bank": _("Bank"),
    "enterprise": _("Enterprise"),
}


def check_wish(*, text: str, classes: Sequence[str], low: Money | None, high: Money | None) -> None:
    """A wish says something, and its budget has an order."""
    if not text.strip() and not classes:
        raise Invalid("DEMAND_EMPTY", field="text")
    if low and high and low > high:
        raise Invalid("BUDGET_ORDER", field="low")


def check_stages(low: int | None, high: int | None) -> None:
    """A range of stages has an order."""
    if low is not None and high is not None and low > high:
        raise Invalid("STAGE_ORDER", field="stage_low")


def check_reason(reason: str) -> None:
    """A match is declined for one of eight reasons."""
    if reason not in DECLINE_REASONS:
        raise Invalid("CHOICE_UNKNOWN", field="reason", choices=list(DECLINE_REASONS.values()))


def language_of(text: str) -> str:
    """Tells whether a text is written in Chinese or English: any Han character makes it Chinese."""
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"
