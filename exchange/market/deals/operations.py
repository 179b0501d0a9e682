"""Writes of deals: opening from an accepted offer, and cancelling before the signature."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rfc8785

from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Invalid
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.market.deals.models import Deal, DealPatent, DealTerms, GateCheck
from exchange.market.deals.rules import check_parties, check_price, first_terms
from exchange.market.deals.states import DEAL, TAKES_CLAIM
from exchange.registers.patents.operations import pass_claim, release_claim
from exchange.registers.patents.queries import live_claim
from exchange.registers.patents.rules.gates import Finding

GATES = ("G1", "G2", "G3", "G4", "G5", "G7")


@operation
def open_deal(
    *, actor: Actor, holder_id: int, buyer_id: int, patent_ids: Sequence[int], mode: str, price: Money, price_form: str,
    conditions: str = "", box: Mapping[str, Any] | None = None, listing_reference: str = "", offer_reference: str = "",
) -> Deal:
    """Open the deal of an accepted offer; for a sale the patents' claims pass on from the listing to it."""
    return _open(
        "open", actor, holder_id=holder_id, buyer_id=buyer_id, patent_ids=patent_ids, mode=mode, price=price, price_form=price_form,
        conditions=conditions, box=box, listing_reference=listing_reference, offer_reference=offer_reference,
    )


@operation
def open_awarded_deal(
    *, actor: Actor, holder_id: int, buyer_id: int, patent_ids: Sequence[int], mode: str, price: Money, price_form: str,
    box: Mapping[str, Any] | None = None, listing_reference: str = "",
) -> Deal:
    """Open the deal of an award (fixed price, hammer): its terms are those announced and go straight to signing."""
    return _open(
        "open_awarded", actor, holder_id=holder_id, buyer_id=buyer_id, patent_ids=patent_ids, mode=mode, price=price,
        price_form=price_form, conditions="", box=box, listing_reference=listing_reference, offer_reference="",
    )


def _open(
    verb: str, actor: Actor, *, holder_id: int, buyer_id: int, patent_ids: Sequence[int], mode: str, price: Money, price_form: str,
    conditions: str, box: Mapping[str, Any] | None, listing_reference: str, offer_reference: str,
) -> Deal:
    check_parties({holder_id}, buyer_id)
    check_price(price)
    deal = Deal(
        awarded=verb == "open_awarded", number=next_number("CJ"), organisation_id=holder_id, buyer_organisation_id=buyer_id, mode=mode, price_form=price_form,
        price_minor=price.minor, price_currency=price.currency, listing_reference=listing_reference, offer_reference=offer_reference,
    )
    with DEAL.move(deal, verb, actor, mode=mode, price=price, listing=listing_reference, offer=offer_reference):
        add(deal)
        flush()
        for patent_id in patent_ids:
            add(DealPatent(deal_id=deal.id, patent_id=patent_id))
        terms = first_terms(mode=mode, price=price, price_form=price_form, conditions=conditions, box=box)
        _write_terms(deal, terms, actor)
        if mode in TAKES_CLAIM:
            _take_over_claims(deal, patent_ids, listing_reference)
        flush()
    return deal


def _write_terms(deal: Deal, terms: Mapping[str, Any], actor: Actor) -> None:
    content = rfc8785.dumps(dict(terms))
    digest = hashlib.sha256(content).hexdigest()
    add(DealTerms(deal_id=deal.id, n=deal.terms_n, content=content, sha256=digest, made_by=actor.public_id))


def _take_over_claims(deal: Deal, patent_ids: Iterable[int], listing_reference: str) -> None:
    for patent_id in patent_ids:
        pass_claim(SYSTEM, patent_id, process="deal", reference=deal.public_id, from_reference=listing_reference)


@operation
def cancel_deal(deal: Deal, *, actor: Actor, reason: str) -> Deal:
    """Cancel before the signature, with a reason; the claims go free, so that the listing may take them again."""
    lock(deal)
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    with DEAL.move(deal, "cancel", actor, reason=reason):
        for row in deal.patents:
            claim = live_claim(row.patent_id)
            if claim is not None and claim.reference == deal.public_id:
                release_claim(SYSTEM, row.patent_id, reference=deal.public_id)
    return deal


def record_gates(noun: str, object_id: str, *, point: str, findings: Sequence[Finding]) -> None:
    """Keep what each gate said at a point, passed or not, with the digest of what was found."""
    facts = "\n".join(f"{one.gate} {one.code} {one.level} {one.patent_id}" for one in findings)
    digest = hashlib.sha256(facts.encode()).hexdigest()
    for gate in GATES:
        codes = [one.code for one in findings if one.gate == gate and one.level == "refuse"]
        warned = [one.code for one in findings if one.gate == gate]
        add(GateCheck(
            noun=noun, object_id=object_id, point=point, gate=gate, passed=not codes,
            code=(codes or warned or [""])[0], facts_sha256=digest,
        ))
