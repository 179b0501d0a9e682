"""Editions of the weights of a scorecard: proposed by one clerk of the exchange, put in force by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Invalid
from exchange.core.events import note

from .. import queries
from ..models import ScorecardScheme
from ..queries.limits import score_gate
from ..rules import scorecards as rules
from ..rules.scorecard_words import SCHEMES
from ..states import SCORECARD_SCHEME, SchemeState
from .commissioning import required


@operation
def draft_scorecard_scheme(
    *, scheme: str, groups: Mapping[str, Decimal], seconds: Mapping[str, Decimal], weights: Mapping[str, Decimal], bands: Mapping[str, Decimal],
    source: str, as_of: date, reason: str = "", actor: Actor,
) -> ScorecardScheme:
    """Propose the next edition of a scheme's weights and bands, with where they come from."""
    if scheme not in SCHEMES:
        raise Invalid("CHOICE_UNKNOWN", field="scheme", choices=", ".join(SCHEMES))
    plain: dict[str, Any] = {name: {key: f"{value.normalize():f}" for key, value in given.items()} for name, given in
             (("groups", groups), ("seconds", seconds), ("weights", weights), ("bands", bands))}
    edition = rules.edition_of(scheme, queries.next_edition(scheme), source=required(source), as_of=as_of.isoformat(), **plain)
    rules.check_edition(edition, gate=score_gate())
    made = ScorecardScheme(
        scheme=scheme, edition=edition["edition"], source=source.strip(), as_of=as_of, note=reason, sha256=edition["sha256"],
        proposed_by=actor.user_id, **plain)
    with SCORECARD_SCHEME.move(made, "draft", actor, scheme=scheme, edition=edition["edition"], sha256=edition["sha256"]):
        add(made)
        flush()
    return made


@operation
def adopt_scorecard_scheme(scheme: ScorecardScheme, *, actor: Actor) -> ScorecardScheme:
    """Put an edition in force; the one before retires in the same transaction, and sealed sheets keep theirs."""
    lock(scheme)
    with SCORECARD_SCHEME.move(scheme, "adopt", actor, sha256=scheme.sha256):
        rules.check_edition(queries.edition_of(scheme), gate=score_gate())
        before = [row for row in queries.editions(scheme.scheme) if row.state == SchemeState.IN_FORCE]
        for row in before:
            retire_scorecard_scheme(row, actor=SYSTEM)
        flush()
        scheme.adopted_by, scheme.in_force_from = actor.user_id if actor.confirming else None, clock.today()
    return scheme


@operation
def retire_scorecard_scheme(scheme: ScorecardScheme, *, actor: Actor) -> ScorecardScheme:
    """Take an edition out of use; without another one the shipped weights hold again."""
    lock(scheme)
    with SCORECARD_SCHEME.move(scheme, "retire", actor):
        note(scheme, "leave", actor, edition=scheme.edition)
    return scheme
