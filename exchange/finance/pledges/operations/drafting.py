"""Drafting, signing, cancelling and drafting anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.appraisals import queries as appraisals
from exchange.finance.pledges.models import DEFAULT_SCOPE, Pledge, PledgeItem, PledgePartyConfirmation
from exchange.finance.pledges.operations.parts import drop_holds, locked
from exchange.finance.pledges.queries import registration_findings
from exchange.finance.pledges.rules import check_cap, check_items
from exchange.finance.pledges.states import PLEDGE, PledgeState
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import queries as patents

REDRAFT_DAYS = 30


@dataclass(frozen=True, slots=True)
class ItemInput:
    """A patent to be pledged, with the value accepted by the reviewer and its cap."""

    patent_id: int
    accepted: Money
    ltv_cap_bp: int
    appraisal_id: int | None = None
    review_id: int | None = None
    scorecard_id: int | None = None


@operation
def draft_pledge(
    actor: Actor,
    *,
    pledgor_id: int,
    pledgee_id: int,
    secures: str,
    secured: Money,
    debt_from: date,
    debt_to: date,
    items: Sequence[ItemInput],
    kind: str = "single",
    cap: Money | None = None,
    determination_on: date | None = None,
    secured_scope: str = DEFAULT_SCOPE,
    annuity_payer: str = "pledgor",
    invalidation_clause: str = "",
    channel: str = "online",
    agency_id: int | None = None,
    reviewer_ids: Sequence[int] = (),
) -> Pledge:
    """Draft a pledge of patents for a debt; each item rests on an accepted review of a usable appraisal."""
    check_items([item.patent_id for item in items])
    check_cap(kind, cap, determination_on)
    _check_kinds(pledgor_id, pledgee_id)
    for item in items:
        _check_review(item, secured, reviewers=(pledgee_id, *reviewer_ids))
    pledge = Pledge(
        organisation_id=pledgee_id, pledgor_id=pledgor_id, number=next_number("PL"), secures=secures, kind=kind,
        secured=secured, secured_debt=Money(0, secured.currency), cap=cap, determination_on=determination_on,
        secured_scope=secured_scope, debt_from=debt_from, debt_to=debt_to, annuity_payer=annuity_payer,
        invalidation_clause=invalidation_clause, channel=channel, agency_id=agency_id,
    )
    with PLEDGE.move(pledge, "draft", actor, secured=secured, patents=len(items)):
        add(pledge)
        pledge.items = [_item(each) for each in items]
        flush()
    return pledge


def _item(given: ItemInput) -> PledgeItem:
    return PledgeItem(
        patent_id=given.patent_id, ltv_cap_bp=given.ltv_cap_bp, accepted=given.accepted,
        appraisal_id=given.appraisal_id, review_id=given.review_id, scorecard_id=given.scorecard_id,
    )


def _check_kinds(pledgor_id: int, pledgee_id: int) -> None:
    """From an enterprise or institute to a bank or guarantor."""
    pledgor, pledgee = organisation(pledgor_id), organisation(pledgee_id)
    if pledgor.kind not in ("enterprise", "research") or pledgee.kind not in ("bank", "guarantor"):
        raise Invalid("PLEDGE_PARTY_KINDS", field="pledgee_id")


def _check_review(item: ItemInput, secured: Money, *, reviewers: Sequence[int]) -> None:
    patent = patents.get_patent(item.patent_id)
    if item.scorecard_id is not None:
        appraisals.check_scorecard(item.scorecard_id, patent_ids=[item.patent_id], on=clock.today(), amount=secured)
        if appraisals.accepted_scorecard(item.scorecard_id, organisation_ids=reviewers) is None:
            raise Conflict("SCORECARD_REVIEW_MISSING", field="items", number=appraisals.sealed_scorecard(item.scorecard_id).number)
        return
    if item.appraisal_id is None:
        if secured.minor > appraisals.scorecard_ceiling().minor:
            raise Conflict("REVIEW_MISSING", field="items", patent=patent.shown_number)
        return
    appraisals.check_usable(item.appraisal_id, patent_ids=[item.patent_id], on=clock.today())
    if appraisals.accepted_review(item.appraisal_id, organisation_ids=reviewers) is None:
        raise Conflict("REVIEW_MISSING", field="items", patent=patent.shown_number)


@operation
def sign_pledge(actor: Actor, pledge_id: int, *, document_sha256: str, no_forfeiture: bool = False) -> Pledge:
    """Sign the contract for one's side; the pledge is signed when both have, on one version of it."""
    pledge = locked(pledge_id)
    side = "pledgor" if actor.organisation_id == pledge.pledgor_id else "pledgee"
    signed = {each.party for each in pledge.confirmations if each.step == "sign" and each.round_no == pledge.round_no}
    both = bool(signed - {side})
    with PLEDGE.move(pledge, "sign", actor, to=PledgeState.SIGNED if both else PledgeState.DRAFTED, side=side):
        _check_signature(pledge, document_sha256, no_forfeiture=no_forfeiture, repeated=side in signed)
        pledge.contract_sha256 = document_sha256
        if both:
            registration_findings(pledge, confirmed=True).raise_any()
        confirm(pledge, actor, step="sign", side=side, document_sha256=document_sha256)
    return pledge


def _check_signature(pledge: Pledge, document_sha256: str, *, no_forfeiture: bool, repeated: bool) -> None:
    if not no_forfeiture:
        raise Invalid("PLEDGE_FORFEITURE", field="no_forfeiture")
    if repeated:
        raise Conflict("PLEDGE_SIGNED_BEFORE")
    if pledge.contract_sha256 and pledge.contract_sha256 != document_sha256:
        raise Conflict("PLEDGE_CONTRACT_DIFFERS", field="document")


def confirm(
    pledge: Pledge, actor: Actor, *, step: str, side: str, document_sha256: str = "", acknowledged: str = ""
) -> None:
    """Keep that a person of one side signed or confirmed a step."""
    row = PledgePartyConfirmation(
        pledge_id=pledge.id, step=step, round_no=pledge.round_no, party=side, signer_id=actor.user_id,
        signer_name=actor.name, document_sha256=document_sha256, acknowledged=acknowledged,
    )
    add(row)
    flush()
    db.session.expire(pledge, ["confirmations"])


@operation
def cancel_pledge(actor: Actor, pledge_id: int, *, reason: str) -> Pledge:
    """Give up a pledge that is not filed."""
    pledge = locked(pledge_id, with_patents=True)
    with PLEDGE.move(pledge, "cancel", actor, reason=reason):
        if not reason.strip():
            raise Invalid("REASON_NEEDED", field="reason")
        _let_go(pledge)
    return pledge


def _let_go(pledge: Pledge) -> None:
    drop_holds(pledge, on=clock.today(), basis="cancelled", never_existed=True)


@operation
def redraft_pledge(actor: Actor, pledge_id: int) -> Pledge:
    """Draft anew after a refusal, within thirty days; both sides sign again."""
    pledge = locked(pledge_id)
    with PLEDGE.move(pledge, "redraft", actor):
        if pledge.refused_on is None or clock.today() > pledge.refused_on + timedelta(days=REDRAFT_DAYS):
            raise Conflict("WRONG_STATE", state=str(pledge.status.label), actions="cancel")
        pledge.round_no += 1
        pledge.contract_sha256, pledge.filed_on, pledge.due_on = "", None, None
        pledge.refusal_ground, pledge.refusal_text, pledge.refused_on = None, "", None
    return pledge


@operation
def cancel_stale_pledges(actor: Actor = SYSTEM) -> int:
    """Refused pledges that nobody drafted anew within thirty days are cancelled."""
    limit = clock.today() - timedelta(days=REDRAFT_DAYS)
    stale = list(db.session.scalars(select(Pledge).where(Pledge.state == PledgeState.REFUSED, Pledge.refused_on < limit)))
    for pledge in stale:
        cancel_pledge(actor, pledge.id, reason="not drafted anew within thirty days")
    if stale:
        events.note(stale[0], "tidy", actor, cancelled=len(stale))
    return len(stale)
