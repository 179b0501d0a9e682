"""Pages of guarantees, re-guarantees, schemes and net assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.approvals import pending_on
from exchange.core.i18n import translate
from exchange.core.seal import documents_of
from exchange.core.text import _
from exchange.core.web import Room, back_to, page, redirect_to
from exchange.finance.guarantees import operations, queries
from exchange.finance.guarantees.models import COUNTER_KINDS, Guarantee, GuarantorYear, Reguarantee, Scheme
from exchange.finance.guarantees.rules import BASES, KINDS, PROFILES, ROLES, SETTLEMENTS
from exchange.finance.guarantees.schemas import (
    ApproveShape, ConsentShape, GuaranteeQuery, PayShape, ReasonShape, SchemeShape, SeedShape, YearShape,
)
from exchange.finance.guarantees.states import (
    GUARANTEE_TONES, REGUARANTEE_TONES, SCHEME_TONES, GuaranteeState,
)
from exchange.people.accounts.queries import organisation_names

room = Room("guarantees", __name__)
reguarantees = Room("reguarantees", __name__)
schemes = Room("schemes", __name__)
ROOMS = [room, reguarantees, schemes]


def options(labels: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Choices with their labels in the reader's language."""
    return [(str(value), translate(label)) for value, label in labels.items()]


def choices() -> dict[str, Any]:
    """Labels and choices of the forms."""
    return {
        "tones": GUARANTEE_TONES, "retones": REGUARANTEE_TONES, "kinds": KINDS, "bases": BASES, "settlements": SETTLEMENTS,
        "profiles": PROFILES, "today": clock.today(), "kind_options": options(KINDS), "counter_options": options(COUNTER_KINDS),
        "state_options": [("", translate(_("All"))), *options({each: each.label for each in GuaranteeState})],
        "role_options": options(ROLES), "base_options": options(BASES), "settlement_options": options(SETTLEMENTS),
        "profile_options": options(PROFILES),
    }


# ------------------------------------------------------------------ guarantees

@room.page("/guarantees", "guarantee:list", query=GuaranteeQuery)
def list_guarantees(data: dict[str, Any], actor: Actor) -> str:
    """The actor's guarantees and re-guarantees; a guarantor sees its limits above."""
    standing = queries.standing(actor.organisation_id) if actor.kind == "guarantor" else None
    return page(
        "guarantees/list.html", found=queries.list_guarantees(actor, **data), behind=queries.list_reguarantees(actor),
        standing=standing, asked=data, **choices(),
    )


@room.page("/guarantees/<id>", "guarantee:read", thing=Guarantee, home=True)
def show_guarantee(thing: Guarantee, actor: Actor) -> str:
    """One guarantee: who stands for what, until when, and who acts next."""
    return page("guarantees/show.html", **_look(thing, actor))


def _look(thing: Guarantee, actor: Actor) -> dict[str, Any]:
    rows = queries.about(thing)
    return {
        "guarantee": thing, "actor": actor, "pending": rows["pending"], "behind": rows["reguarantees"], "documents": rows["documents"], "report": queries.report_name(thing),
        "limits": queries.limits(thing.organisation_id, thing.client_id, thing.guaranteed)
        if actor.organisation_id == thing.organisation_id and thing.state == GuaranteeState.APPLIED else None,
        **choices(),
    }


@room.form("/guarantees/<id>/approve", "guarantee:approve", thing=Guarantee, shape=ApproveShape, template="guarantees/approve.html", context=_look)
def approve_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Approve; a second person confirms."""
    operations.approve_guarantee(thing, actor=actor, **data)
    return back_to(thing, _("The guarantee is approved."))


@room.form("/guarantees/<id>/decline", "guarantee:decline", thing=Guarantee, shape=ReasonShape, template="guarantees/decline.html", context=_look)
def decline_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Decline with a reason; a second person confirms."""
    operations.decline_guarantee(thing, actor=actor, **data)
    return back_to(thing, _("The guarantee is declined."))


@room.form("/guarantees/<id>/cancel", "guarantee:cancel", thing=Guarantee, shape=ReasonShape, template="guarantees/cancel.html", context=_look)
def cancel_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Give the guarantee up."""
    operations.cancel_guarantee(thing, actor=actor, **data)
    return back_to(thing, _("The guarantee is cancelled."))


@room.form("/guarantees/<id>/consent", "guarantee:consent", thing=Guarantee, shape=ConsentShape, template="guarantees/consent.html", context=_look)
def consent_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Consent to new terms of the loan."""
    operations.consent_guarantee(thing, actor=actor, **data)
    return back_to(thing, _("The consent is given."))


@room.form("/guarantees/<id>/pay", "guarantee:pay", thing=Guarantee, shape=PayShape, template="guarantees/pay.html", context=_look)
def pay_guarantee(thing: Guarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Record that the fee was paid."""
    operations.pay_guarantee(thing, actor=actor, **data)
    return back_to(thing, _("The fee is recorded."))


# ------------------------------------------------------------------ net assets

def _years(actor: Actor) -> dict[str, Any]:
    return {"years": queries.years_of(actor.organisation_id), "standing": queries.standing(actor.organisation_id), **choices()}


@room.form("/guarantor-years", "guarantor_year:state", shape=YearShape, template="guarantees/years.html", context=_years)
def state_guarantor_year(data: dict[str, Any], actor: Actor) -> Any:
    """State the net assets of a day."""
    operations.state_guarantor_year(actor=actor, **data)
    return redirect_to("guarantees.state_guarantor_year", _("Stated. Two persons must confirm it before it counts."))


@room.post("/guarantor-years/<id>/confirm", "guarantor_year:confirm", thing=GuarantorYear)
def confirm_guarantor_year(thing: GuarantorYear, actor: Actor) -> Any:
    """Confirm the net assets; a second person confirms too."""
    operations.confirm_guarantor_year(thing, actor=actor)
    return redirect_to("guarantees.state_guarantor_year", _("The net assets are confirmed."))


# ------------------------------------------------------------------ re-guarantees

def _behind(thing: Reguarantee, actor: Actor) -> dict[str, Any]:
    return {
        "reguarantee": thing, "guarantee": thing.guarantee, "actor": actor, "pending": pending_on("reguarantee", thing.public_id),
        "documents": documents_of("reguarantee", thing.public_id), **choices(),
    }


@reguarantees.page("/reguarantees/<id>", "reguarantee:read", thing=Reguarantee, home=True)
def show_reguarantee(thing: Reguarantee, actor: Actor) -> str:
    """One re-guarantee: the part that is borne, under which scheme."""
    return page("guarantees/behind.html", **_behind(thing, actor))


@reguarantees.post("/reguarantees/<id>/approve", "reguarantee:approve", thing=Reguarantee)
def approve_reguarantee(thing: Reguarantee, actor: Actor) -> Any:
    """Confirm the part; a second person confirms too."""
    operations.approve_reguarantee(thing, actor=actor)
    return back_to(thing, _("The re-guarantee is confirmed."))


@reguarantees.form(
    "/reguarantees/<id>/decline", "reguarantee:decline", thing=Reguarantee, shape=ReasonShape, template="guarantees/decline_behind.html", context=_behind)
def decline_reguarantee(thing: Reguarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Decline with a reason; a second person confirms."""
    operations.decline_reguarantee(thing, actor=actor, **data)
    return back_to(thing, _("The re-guarantee is declined."))


@reguarantees.form(
    "/reguarantees/<id>/consent", "reguarantee:consent", thing=Reguarantee, shape=ConsentShape, template="guarantees/consent_behind.html", context=_behind)
def consent_reguarantee(thing: Reguarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Consent to new terms of the loan."""
    operations.consent_reguarantee(thing, actor=actor, **data)
    return back_to(thing, _("The consent is given."))


@reguarantees.form("/reguarantees/<id>/pay", "reguarantee:pay", thing=Reguarantee, shape=PayShape, template="guarantees/pay_behind.html", context=_behind)
def pay_reguarantee(thing: Reguarantee, data: dict[str, Any], actor: Actor) -> Any:
    """Record that the re-guarantee fee was paid."""
    operations.pay_reguarantee(thing, actor=actor, **data)
    return back_to(thing, _("The fee is recorded."))


# ------------------------------------------------------------------ schemes

@schemes.page("/schemes", "scheme:read")
def list_schemes(actor: Actor) -> str:
    """The schemes in use, and what ships with the programme."""
    found = queries.list_schemes(actor)
    names = organisation_names({each.organisation_id for row in found for each in row.members if each.organisation_id})
    known = {row.name for row in found if row.organisation_id == actor.organisation_id}
    return page(
        "schemes/list.html", found=found, names=names, stones=SCHEME_TONES, seeds=[each for each in queries.seeds() if each.name not in known],
        may_draft=actor.kind in ("reguarantor", "pool") and actor.grade == "officer", roles=ROLES, **choices(),
    )


@schemes.page("/schemes/<id>", "scheme:read", thing=Scheme, home=True)
def show_scheme(thing: Scheme, actor: Actor) -> str:
    """One edition of a scheme with an example of its shares."""
    ids = {each.organisation_id for each in thing.members if each.organisation_id}
    return page(
        "schemes/show.html", scheme=thing, names=organisation_names(ids), stones=SCHEME_TONES, example=queries.example_of(thing),
        actor=actor, pending=pending_on("scheme", thing.public_id), errors=queries.errors_of(thing), **choices(),
    )


def _new(actor: Actor) -> dict[str, Any]:
    return {"organisation_options": queries.sharers(), **choices()}


@schemes.form("/schemes/new", "scheme:draft", shape=SchemeShape, template="schemes/new.html", context=_new)
def draft_scheme(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a new edition."""
    parties = [(each["role"], each["weight"], queries.organisation_id_of(each["organisation"])) for each in data.pop("parties")]
    return back_to(operations.draft_scheme(parties=parties, actor=actor, **data), _("The scheme is drafted."))


@schemes.post("/schemes/from-seed", "scheme:draft", shape=SeedShape)
def draft_scheme_from_seed(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a shipped scheme."""
    return back_to(operations.draft_scheme_from_seed(actor=actor, **data), _("The scheme is drafted."))


@schemes.post("/schemes/<id>/approve", "scheme:approve", thing=Scheme)
def approve_scheme(thing: Scheme, actor: Actor) -> Any:
    """Put the scheme into use; a second person confirms."""
    return back_to(operations.approve_scheme(thing, actor=actor), _("The scheme is in use."))


@schemes.post("/schemes/<id>/retire", "scheme:retire", thing=Scheme)
def retire_scheme(thing: Scheme, actor: Actor) -> Any:
    """Take the scheme out of use; a second person confirms."""
    return back_to(operations.retire_scheme(thing, actor=actor), _("The scheme is retired."))
