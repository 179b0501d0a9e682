"""Matches: found by the system, judged anew when something changed, answered by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.market.listings.models import Listing
from exchange.market.matching.models import Demand, Interest, Match
from exchange.market.matching.queries.picture import (
    active_interests, known_matches, matches_of_listing, open_demands_now, open_listings, supplies, wish_of_demand, wish_of_interest,
)
from exchange.market.matching.rules.scoring import WEIGHTS_VERSION, Corpus, Judged, Wish, matches
from exchange.market.matching.rules.wishes import check_reason
from exchange.market.matching.states import MATCH, STANDING, MatchState


@operation
def find_for_wish(wish: Demand | Interest) -> int:
    """Match a wish with every open listing of others, and give the number of new matches."""
    listings = {listing.public_id: listing for listing in open_listings() if listing.organisation_id != wish.organisation_id}
    offered = supplies(list(listings.values()))
    judged = matches(_picture(wish), offered, on=clock.today())
    return _keep(wish, judged, listings)


@operation
def find_for_listing(listing: Listing) -> int:
    """Match an open listing with every open demand and active interest of others, and give the number of new matches."""
    ready = [supply.with_terms() for supply in supplies(open_listings())]
    corpus = Corpus(supply.terms for supply in ready)
    own = [supply for supply in ready if supply.key == listing.public_id]
    found = 0
    for wish in _wishes(listing):
        judged = matches(_picture(wish), own, on=clock.today(), corpus=corpus)
        found += _keep(wish, judged, {listing.public_id: listing}, partial=[listing.id])
    return found


def _wishes(listing: Listing) -> Iterable[Demand | Interest]:
    every: list[Demand | Interest] = [*open_demands_now(), *active_interests()]
    return [wish for wish in every if wish.organisation_id != listing.organisation_id]


def _picture(wish: Demand | Interest) -> Wish:
    return wish_of_demand(wish) if isinstance(wish, Demand) else wish_of_interest(wish)


def _keep(
    wish: Demand | Interest, judged: Sequence[Judged], listings: dict[str, Listing], *, partial: Sequence[int] | None = None
) -> int:
    """Write new matches, judge known ones anew, and let go those that no longer hold; declined ones stay declined."""
    known, found, kept = known_matches(wish), 0, set[int]()
    for one in judged:
        listing = listings[one.supply]
        kept.add(listing.id)
        match = known.get(listing.id)
        if match is None:
            found += 1
            _find(wish, listing, one)
        else:
            _judge_again(match, one)
    for listing_id, match in known.items():
        if listing_id not in kept and (partial is None or listing_id in partial):
            _fade(match)
    flush()
    return found


def _find(wish: Demand | Interest, listing: Listing, judged: Judged) -> Match:
    match = Match(
        organisation_id=wish.organisation_id, holder_organisation_id=listing.organisation_id, listing_id=listing.id,
        demand_id=wish.id if isinstance(wish, Demand) else None, interest_id=wish.id if isinstance(wish, Interest) else None,
    )
    with MATCH.move(match, "find", SYSTEM, listing=listing.public_id, wish=wish.public_id, score=judged.score, lane=judged.lane):
        _write(match, judged)
        add(match)
        flush()
    return match


def _judge_again(match: Match, judged: Judged) -> None:
    if match.state == MatchState.DECLINED:
        return
    _write(match, judged)
    if match.state == MatchState.FADED:
        with MATCH.move(match, "return", SYSTEM):
            flush()


def _write(match: Match, judged: Judged) -> None:
    match.score_bp, match.lane, match.gaps = judged.score, judged.lane, list(judged.gaps)
    match.parts = [_plain(part.name, part.value, part.sentence, dict(part.values)) for part in judged.parts]
    match.weights_version, match.judged_at = WEIGHTS_VERSION, clock.now()


def _plain(name: str, value: int, sentence: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "value": value, "sentence": sentence, "values": values}


def _fade(match: Match) -> None:
    if match.state in STANDING:
        with MATCH.move(match, "fade", SYSTEM):
            flush()


@operation
def fade_matches(listing: Listing) -> int:
    """A listing that is no longer on sale lets its matches go."""
    standing = [match for match in matches_of_listing(listing.id) if match.state in STANDING]
    for match in standing:
        _fade(match)
    return len(standing)


def end_matches(wish: Demand | Interest) -> None:
    """A wish that ended lets its matches go."""
    for match in known_matches(wish).values():
        _fade(match)


@operation
def shortlist_match(match: Match, *, actor: Actor) -> Match:
    """Put a match on the shortlist."""
    lock(match)
    with MATCH.move(match, "shortlist", actor):
        flush()
    return match


@operation
def contact_match(match: Match, *, actor: Actor) -> Match:
    """Tell the other side that one would like to talk; from then on it sees the match."""
    lock(match)
    with MATCH.move(match, "contact", actor, listing=match.listing.public_id, wish=match.wish.public_id):
        flush()
    return match


@operation
def decline_match(match: Match, *, actor: Actor, reason: str) -> Match:
    """Decline a match for one of eight reasons, which the seller learns without the name."""
    lock(match)
    check_reason(reason)
    with MATCH.move(match, "decline", actor, reason=reason):
        match.decline_reason = reason
    return match
