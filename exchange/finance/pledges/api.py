"""JSON of pledges and disposals."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.finance.pledges import operations, queries
from exchange.finance.pledges.models import DEFAULT_SCOPE, Disposal, Pledge
from exchange.finance.pledges.rules import Ground
from exchange.finance.pledges.schemas import (
    ChangeShape, CheckShape, ConfirmFilingShape, ConfirmShape, ConsentShape, CorrectShape, DisposalAnswer, DraftShape,
    FileShape, ListShape, PayoffShape, PledgeAnswer, PledgeQuery, ProposeShape, ReasonShape, RecordShape, RefuseShape,
    RegisterShape, ReleaseShape, RevokeShape, SignShape, WithdrawShape,
)
from exchange.finance.pledges.states import PledgeState

api = ApiRoom("pledges", __name__)


def ground_json(ground: Ground) -> dict[str, Any]:
    """A ground of refusal."""
    return {"ground": ground.number, "code": ground.code, "patent": ground.patent, "reason": translate(ground.reason)}


@api.get("/pledges", "pledge:read", query=PledgeQuery, answer=PledgeAnswer, many=True)
def list_pledges(data: dict[str, Any], actor: Actor) -> Page[Pledge]:
    """The pledges you are a party to."""
    return queries.pledges_of(actor, **data)


@api.get("/pledges/<id>", "pledge:read", thing=Pledge, answer=PledgeAnswer)
def show_pledge(thing: Pledge, actor: Actor) -> Pledge:
    """One pledge."""
    return thing


@api.get("/pledges/<id>/findings", "pledge:read", thing=Pledge)
def show_findings(thing: Pledge, actor: Actor) -> dict[str, Any]:
    """Every ground against the registration as things stand."""
    found = queries.registration_findings(thing, confirmed=True)
    return {"refusals": [ground_json(each) for each in found.refusals], "warnings": [ground_json(each) for each in found.warnings]}


@api.post("/pledges/check", "pledge:check", body=CheckShape, keyed=False)
def check_pledge(data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """What would stand against a pledge of one's own patents; nothing is kept."""
    ids = [queries.patent_named(each).id for each in data["patents"]]
    found = queries.check_patents(ids, pledgor_id=actor.organisation_id, debt_to=data["debt_to"])
    return {"refusals": [ground_json(each) for each in found.refusals], "warnings": [ground_json(each) for each in found.warnings]}


@api.post("/pledges", "pledge:draft", body=DraftShape, answer=PledgeAnswer, status=201)
def draft_pledge(data: dict[str, Any], actor: Actor) -> Pledge:
    """Draft a pledge in favour of one's own bank or guarantor."""
    items = [operations.ItemInput(**queries.item_arguments(each)) for each in data.pop("items")]
    pledgor = queries.organisation_id_of(data.pop("pledgor"))
    data["secured_scope"] = data["secured_scope"] or DEFAULT_SCOPE
    return operations.draft_pledge(actor, pledgor_id=pledgor, pledgee_id=actor.organisation_id, items=items, **data)


@api.post("/pledges/<id>/sign", "pledge:sign", thing=Pledge, body=SignShape, answer=PledgeAnswer)
def sign_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Sign the contract of this digest."""
    return operations.sign_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/confirm_filing", "pledge:confirm_filing", thing=Pledge, body=ConfirmFilingShape, answer=PledgeAnswer)
def confirm_filing(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Confirm the joint filing."""
    return operations.confirm_filing(actor, thing.id, **data)


@api.post("/pledges/<id>/file", "pledge:file", thing=Pledge, body=FileShape, answer=PledgeAnswer)
def file_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """File with the registry."""
    return operations.file_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/correct", "pledge:correct", thing=Pledge, body=CorrectShape, answer=PledgeAnswer)
def correct_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Note a request for correction."""
    return operations.correct_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/refile", "pledge:refile", thing=Pledge, body=ConfirmFilingShape, answer=PledgeAnswer)
def refile_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """File again."""
    return operations.refile_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/register", "pledge:register", thing=Pledge, body=RegisterShape, answer=PledgeAnswer)
def register_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose the registration."""
    return operations.register_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/refuse", "pledge:refuse", thing=Pledge, body=RefuseShape, answer=PledgeAnswer)
def refuse_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose the refusal."""
    return operations.refuse_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/redraft", "pledge:redraft", thing=Pledge, answer=PledgeAnswer)
def redraft_pledge(thing: Pledge, actor: Actor) -> Pledge:
    """Draft anew."""
    return operations.redraft_pledge(actor, thing.id)


@api.post("/pledges/<id>/change", "pledge:change", thing=Pledge, body=ChangeShape, answer=PledgeAnswer)
def change_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose a change."""
    public_id = data.pop("patent")
    data["patent_id"] = queries.patent_id_of(thing, public_id) if public_id else None
    return operations.change_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/consent", "pledge:consent", thing=Pledge, body=ConsentShape, answer=PledgeAnswer)
def consent_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose a consent."""
    data["patent_id"] = queries.patent_id_of(thing, data.pop("patent"))
    return operations.consent_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/withdraw", "pledge:withdraw", thing=Pledge, body=WithdrawShape, answer=PledgeAnswer)
def withdraw_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose to withdraw a consent, or the release."""
    if thing.state == PledgeState.RELEASING:
        return operations.withdraw_release(actor, thing.id, reason=data["reason"])
    consent = queries.consent_id(thing, data["consent"])
    return operations.withdraw_consent(actor, thing.id, consent_id=consent, reason=data["reason"])


@api.post("/pledges/<id>/release", "pledge:release", thing=Pledge, body=ReleaseShape, answer=PledgeAnswer)
def release_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose the release."""
    return operations.release_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/confirm", "pledge:confirm", thing=Pledge, body=ConfirmShape, answer=PledgeAnswer)
def confirm_release(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose the cancellation by the registry."""
    return operations.confirm_release(actor, thing.id, **data)


@api.post("/pledges/<id>/enforce", "pledge:enforce", thing=Pledge, body=ReasonShape, answer=PledgeAnswer)
def enforce_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose to enforce."""
    return operations.enforce_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/stop", "pledge:stop", thing=Pledge, body=ReasonShape, answer=PledgeAnswer)
def stop_enforcement(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose to stop the enforcement."""
    return operations.stop_enforcement(actor, thing.id, **data)


@api.post("/pledges/<id>/revoke", "pledge:revoke", thing=Pledge, body=RevokeShape, answer=PledgeAnswer)
def revoke_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Propose the revocation."""
    return operations.revoke_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/cancel", "pledge:cancel", thing=Pledge, body=ReasonShape, answer=PledgeAnswer)
def cancel_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """Cancel a pledge that is not filed."""
    return operations.cancel_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/payoff", "pledge:state_payoff", thing=Pledge, body=PayoffShape, answer=PledgeAnswer)
def state_payoff(thing: Pledge, data: dict[str, Any], actor: Actor) -> Pledge:
    """State what frees the patents."""
    return operations.state_payoff_of_pledge(actor, thing.id, **data)


@api.post("/pledges/<id>/propose", "disposal:propose", thing=Pledge, body=ProposeShape, answer=DisposalAnswer, status=201)
def propose_disposal(thing: Pledge, data: dict[str, Any], actor: Actor) -> Disposal:
    """Propose a disposal."""
    return operations.propose_disposal(actor, thing.id, **data)


@api.get("/disposals/<id>", "pledge:read", thing=Disposal, answer=DisposalAnswer)
def show_disposal(thing: Disposal, actor: Actor) -> Disposal:
    """One disposal."""
    return thing


@api.post("/disposals/<id>/approve", "disposal:approve", thing=Disposal, answer=DisposalAnswer)
def approve_disposal(thing: Disposal, actor: Actor) -> Disposal:
    """Approve the disposal."""
    return operations.approve_disposal(actor, thing.id)


@api.post("/disposals/<id>/list", "disposal:list", thing=Disposal, body=ListShape, answer=DisposalAnswer)
def list_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Disposal:
    """Propose to list the rights."""
    return operations.list_disposal(actor, thing.id, **data)


@api.post("/disposals/<id>/abandon", "disposal:abandon", thing=Disposal, body=ReasonShape, answer=DisposalAnswer)
def abandon_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Disposal:
    """Propose to abandon the disposal."""
    return operations.abandon_disposal(actor, thing.id, **data)


@api.post("/disposals/<id>/record", "disposal:record", thing=Disposal, body=RecordShape, answer=DisposalAnswer)
def record_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Disposal:
    """Propose a sale by the court."""
    return operations.record_disposal(actor, thing.id, **data)
