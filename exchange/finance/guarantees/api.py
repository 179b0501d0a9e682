"""JSON of guarantees, re-guarantees and schemes."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.money import Money
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.finance.guarantees import operations, queries
from exchange.finance.guarantees.models import Guarantee, Reguarantee, Scheme
from exchange.finance.guarantees.schemas import (
    ApproveShape, ConsentShape, GuaranteeAnswer, GuaranteeQuery, LimitQuery, PayShape, ReasonShape, ReguaranteeAnswer, SchemeAnswer,
    SchemeShape, SplitQuery,
)

api = ApiRoom("guarantees", __name__)


@api.get("/guarantees", "guarantee:list", query=GuaranteeQuery, answer=GuaranteeAnswer, many=True)
def list_guarantees(data: dict[str, Any], actor: Actor) -> Page[Guarantee]:
    """The guarantees you are a party to."""
    return queries.list_guarantees(actor, **data)


@api.get("/guarantees/limits", "guarantee:limits", query=LimitQuery)
def show_limits(data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Whether one more guarantee of yours would fit the limits; nothing is kept."""
    client_id = queries.organisation_id_of(data["client"])
    found = queries.limits(actor.organisation_id, client_id or 0, Money.parse(data["amount"]))
    return {
        "limit": Money(found.limit).to_json(), "after": Money(found.after).to_json(), "accepted": found.accepted,
        "breaches": [{"code": each.code, "after": Money(each.after).to_json(), "limit": Money(each.limit).to_json()} for each in found.breaches],
    }


@api.get("/guarantees/<id>", "guarantee:read", thing=Guarantee, answer=GuaranteeAnswer)
def show_guarantee(thing: Guarantee, actor: Actor) -> Guarantee:
    """One guarantee."""
    return thing


@api.post("/guarantees/<id>/approve", "guarantee:approve", thing=Guarantee, body=ApproveShape, answer=GuaranteeAnswer)
def approve_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Guarantee:
    """Approve; a second person confirms."""
    return operations.approve_guarantee(thing, actor=actor, **data)


@api.post("/guarantees/<id>/decline", "guarantee:decline", thing=Guarantee, body=ReasonShape, answer=GuaranteeAnswer)
def decline_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Guarantee:
    """Decline; a second person confirms."""
    return operations.decline_guarantee(thing, actor=actor, **data)


@api.post("/guarantees/<id>/cancel", "guarantee:cancel", thing=Guarantee, body=ReasonShape, answer=GuaranteeAnswer)
def cancel_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Guarantee:
    """Give the guarantee up."""
    return operations.cancel_guarantee(thing, actor=actor, **data)


@api.post("/guarantees/<id>/consent", "guarantee:consent", thing=Guarantee, body=ConsentShape, answer=GuaranteeAnswer)
def consent_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Guarantee:
    """Consent to new terms of the loan; a second person confirms."""
    return operations.consent_guarantee(thing, actor=actor, **data)


@api.post("/guarantees/<id>/pay", "guarantee:pay", thing=Guarantee, body=PayShape, answer=GuaranteeAnswer)
def pay_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Guarantee:
    """Record that the fee was paid."""
    return operations.pay_guarantee(thing, actor=actor, **data)


@api.get("/reguarantees", "guarantee:list", answer=ReguaranteeAnswer, many=True)
def list_reguarantees(actor: Actor) -> list[Reguarantee]:
    """The re-guarantees you are a party to."""
    return queries.list_reguarantees(actor)


@api.get("/reguarantees/<id>", "reguarantee:read", thing=Reguarantee, answer=ReguaranteeAnswer)
def show_reguarantee(thing: Reguarantee, actor: Actor) -> Reguarantee:
    """One re-guarantee."""
    return thing


@api.post("/reguarantees/<id>/approve", "reguarantee:approve", thing=Reguarantee, answer=ReguaranteeAnswer)
def approve_reguarantee(thing: Reguarantee, actor: Actor) -> Reguarantee:
    """Confirm the part; a second person confirms too."""
    return operations.approve_reguarantee(thing, actor=actor)


@api.post("/reguarantees/<id>/decline", "reguarantee:decline", thing=Reguarantee, body=ReasonShape, answer=ReguaranteeAnswer)
def decline_reguarantee(thing: Reguarantee, data: dict[str, Any], actor: Actor) -> Reguarantee:
    """Decline; a second person confirms."""
    return operations.decline_reguarantee(thing, actor=actor, **data)


@api.get("/schemes", "scheme:read", answer=SchemeAnswer, many=True)
def list_schemes(actor: Actor) -> list[Scheme]:
    """The schemes in use, and your own drafts."""
    return queries.list_schemes(actor)


@api.get("/schemes/<id>", "scheme:read", thing=Scheme, answer=SchemeAnswer)
def show_scheme(thing: Scheme, actor: Actor) -> Scheme:
    """One scheme."""
    return thing


@api.get("/schemes/<id>/split", "scheme:read", thing=Scheme, query=SplitQuery)
def split_scheme(thing: Scheme, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """A loss shared by the scheme, exact to the fen."""
    parts = queries.example_of(thing, Money.parse(data["loss"]))
    return {"parties": [{"role": each.role, "amount": part.to_json()} for each, part in zip(thing.members, parts, strict=True)]}


@api.post("/schemes", "scheme:draft", body=SchemeShape, answer=SchemeAnswer, status=201)
def draft_scheme(data: dict[str, Any], actor: Actor) -> Scheme:
    """Draft an edition of a scheme."""
    parties = [(each["role"], each["weight"], queries.organisation_id_of(each["organisation"])) for each in data.pop("parties")]
    return operations.draft_scheme(parties=parties, actor=actor, **data)


@api.post("/schemes/<id>/approve", "scheme:approve", thing=Scheme, answer=SchemeAnswer)
def approve_scheme(thing: Scheme, actor: Actor) -> Scheme:
    """Put the scheme into use; a second person confirms."""
    return operations.approve_scheme(thing, actor=actor)
