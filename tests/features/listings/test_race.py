"""Sixteen processes accept sixteen offers on one listing at the same moment; exactly one may win."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange.core.access import Actor
from exchange.core.database import by_public_id, db
from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.market.deals.models import Deal
from exchange.market.listings import operations
from exchange.market.listings.models import Listing, Offer
from tests import factories
from tests.features.listings.stock import offered, opened, stage

PROCESSES = 16


def _accept(app: Any, offer_id: str, holder: Actor) -> str:
    offer = by_public_id(Offer, offer_id)
    return "deal " + operations.accept_offer(offer, actor=holder, n=1).number


def _offer(app: Any, listing_id: str, buyer: Actor) -> str:
    listing = by_public_id(Listing, listing_id)
    return "offer " + operations.make_offer(listing, actor=buyer, amount=yuan(1_000_000)).number


def _contestant(app: Any, act: Callable[..., str], arguments: tuple[Any, ...], gate: Any, answers: Any) -> None:
    with app.app_context():
        gate.wait()
        try:
            answers.put(act(app, *arguments))
        except DomainError as refusal:
            answers.put(refusal.code.name)
        finally:
            db.session.remove()


def race(app: Any, act: Callable[..., str], every: list[tuple[Any, ...]]) -> Counter[str]:
    """Let each process act once, all released by one gate, and count their answers."""
    db.session.remove()
    db.engine.dispose()
    fork = multiprocessing.get_context("fork")
    gate, answers = fork.Barrier(len(every)), fork.Queue()
    processes = [fork.Process(target=_contestant, args=(app, act, arguments, gate, answers)) for arguments in every]
    for process in processes:
        process.start()
    found = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    return Counter(found)


@pytest.mark.timeout(120)
def test_one_of_sixteen_acceptances_wins(house: Any, clock: Any) -> None:
    on = stage()
    listing = opened(on)
    offers = [offered(on, listing, buyer=factories.actor("enterprise signatory")).public_id for _ in range(PROCESSES)]
    answers = race(house.app, _accept, [(offer, on.holder) for offer in offers])
    assert answers == Counter({"ALREADY_ALLOCATED": PROCESSES - 1, "deal CJ-2026-000001": 1})
    assert db.session.scalar(select(func.count(Deal.id))) == 1
    assert db.session.scalar(select(func.count(Offer.id)).where(Offer.award_live)) == 1
    assert by_public_id(Listing, listing.public_id).state == "allocated"


@pytest.mark.timeout(120)
def test_sixteen_tabs_of_one_buyer_make_one_offer(house: Any, clock: Any) -> None:
    on = stage()
    listing = opened(on)
    answers = race(house.app, _offer, [(listing.public_id, on.buyer)] * PROCESSES)
    assert answers == Counter({"OFFER_EXISTS": PROCESSES - 1, "offer YX-2026-000001": 1})
    assert db.session.scalar(select(func.count(Offer.id))) == 1
