"""What is written of investors' saved criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core.access import Actor
from exchange.core.database import add, flush, lock, operation
from exchange.market.matching.models import Interest
from exchange.market.matching.operations.meeting import end_matches, find_for_wish
from exchange.market.matching.operations.saying import say
from exchange.market.matching.states import INTEREST


@operation
def save_interest(*, actor: Actor, **said: Any) -> Interest:
    """Save criteria and look for listings at once."""
    interest = Interest(organisation_id=actor.organisation_id, language="zh", kind="vc")
    with INTEREST.move(interest, "save", actor):
        _say(interest, said)
        add(interest)
        flush()
    find_for_wish(interest)
    return interest


@operation
def edit_interest(interest: Interest, *, actor: Actor, **said: Any) -> Interest:
    """Change criteria and look again."""
    lock(interest)
    with INTEREST.move(interest, "edit", actor):
        _say(interest, said)
    find_for_wish(interest)
    return interest


def _say(interest: Interest, said: Mapping[str, Any]) -> None:
    say(interest, said)
    for name in ("kind", "foreign", "evidence", "threshold_bp"):
        if name in said:
            setattr(interest, name, said[name])


@operation
def pause_interest(interest: Interest, *, actor: Actor) -> Interest:
    """Stop looking for a while."""
    lock(interest)
    with INTEREST.move(interest, "pause", actor):
        flush()
    return interest


@operation
def resume_interest(interest: Interest, *, actor: Actor) -> Interest:
    """Look again."""
    lock(interest)
    with INTEREST.move(interest, "resume", actor):
        flush()
    find_for_wish(interest)
    return interest


@operation
def end_interest(interest: Interest, *, actor: Actor) -> Interest:
    """Give criteria up; their matches fade."""
    lock(interest)
    with INTEREST.move(interest, "end", actor):
        end_matches(interest)
    return interest
