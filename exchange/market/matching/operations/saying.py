"""What a demand and an interest say alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.market.matching.models import Demand, Interest
from exchange.market.matching.rules.fields import read_classes
from exchange.market.matching.rules.wishes import check_stages, check_wish, language_of

SAID = ("title", "text", "modes", "regions", "stage_low", "stage_high")


def say(wish: Demand | Interest, said: Mapping[str, Any]) -> None:
    """Write what both kinds of wish have in common, after the rules agreed."""
    for name in SAID:
        if name in said:
            setattr(wish, name, said[name])
    if "classes" in said:
        wish.classes = read_classes(said["classes"])
    for name in ("low", "high"):
        if name in said:
            amount = said[name]
            setattr(wish, f"{name}_minor", amount.minor if amount else None)
            setattr(wish, f"{name}_currency", amount.currency if amount else None)
    wish.language = language_of(f"{wish.title or ''} {wish.text or ''}")
    check_wish(text=wish.text or "", classes=wish.classes or [], low=wish.low, high=wish.high)
    check_stages(wish.stage_low, wish.stage_high)
