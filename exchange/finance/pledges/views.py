"""Pages of pledges and of the disposal of pledged rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.finance.pledges import operations, queries
from exchange.finance.pledges.models import CHANNELS, DEFAULT_SCOPE, KINDS, MODES, SECURES, Disposal, Pledge
from exchange.finance.pledges.rules import REASONS
from exchange.finance.pledges.schemas import (
    USES, ChangeShape, ConfirmFilingShape, ConfirmShape, ConsentShape, CorrectShape, DraftFormShape, FileShape, ListShape,
    PayoffShape, PledgeQuery, ProposeShape, ReasonShape, RecordShape, RefuseShape, RegisterShape, ReleaseShape,
    RevokeShape, SignShape, WithdrawShape, read_items,
)
from exchange.finance.pledges.states import TONES, PledgeState
from exchange.people.accounts.queries import organisation_names
from exchange.registers.patents.models import Patent

room = Room("pledges", __name__)
disposals = Room("disposals", __name__)
ROOMS = [room, disposals]
CHANGES = {
    "amount": _("Amount"), "term": _("Term"), "scope": _("Scope"), "name": _("Name or address"),
    "item_removed": _("A patent leaves the pledge"),
}
PAYERS = {"pledgor": _("The pledgor"), "pledgee": _("The pledgee")}


def options(labels: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Choices with their labels in the reader's language."""
    return [(str(value), translate(label)) for value, label in labels.items()]


def choices() -> dict[str, Any]:
    """The labels and the choices of the forms."""
    return {
        "tones": TONES, "secures": SECURES, "kinds": KINDS, "channels": CHANNELS, "reasons": REASONS, "modes": MODES,
        "payers": PAYERS, "scope": DEFAULT_SCOPE, "money": Money, "today": clock.today(),
        "state_options": [("", translate(_("All"))), *options({each: each.label for each in PledgeState})],
        "secures_options": options(SECURES), "kind_options": options(KINDS), "channel_options": options(CHANNELS),
        "payer_options": options(PAYERS), "ground_options": options(REASONS), "change_options": options(CHANGES),
        "use_options": options({use: use.label for use in USES}), "mode_options": options(MODES),
    }


@room.page("/pledges", "pledge:read", query=PledgeQuery)
def list_pledges(data: dict[str, Any], actor: Actor) -> str:
    """The actor's pledges."""
    found = queries.pledges_of(actor, **data)
    names = organisation_names({each for row in found.rows for each in (row.organisation_id, row.pledgor_id)})
    return page("pledges/list.html", pledges=found, names=names, asked=data, summary=queries.summary(actor), **choices())


@room.page("/pledges/<id>", "pledge:read", thing=Pledge, home=True)
def show_pledge(thing: Pledge, actor: Actor) -> str:
    """One pledge: what stands in the register, what is secured, which patents, who acts next."""
    return page("pledges/show.html", events=queries.timeline_of(thing), **_look(thing, actor))


def _look(thing: Pledge, actor: Actor) -> dict[str, Any]:
    before, rows = thing.state in ("drafted", "signed", "correcting"), queries.about(thing)
    consents = queries.consents_on(thing, rows)
    return {
        "pledge": thing, "names": organisation_names({thing.organisation_id, thing.pledgor_id}),
        "findings": queries.registration_findings(thing, confirmed=True) if before else None,
        "digest": queries.contract_sha256(thing), "consents": consents,
        "disposals": rows["disposals"], "actor": actor,
        "patent_options": [(item.patent.public_id, item.patent.shown_number) for item in thing.live_items],
        "consent_options": [
            (consent.public_id, f"{patent.shown_number} · {', '.join(consent.uses)}")
            for patent, consent in consents
        ],
        **choices(),
    }


@room.page("/pledges/of-patent/<id>", "pledge:read", thing=Patent)
def list_of_patent(thing: Patent, actor: Actor) -> str:
    """The pledges of one patent, as a part of its page."""
    found = queries.pledges_of_patent(thing.id, actor)
    names = organisation_names({each for row in found for each in (row.organisation_id, row.pledgor_id)})
    return page("pledges/of_patent.html", pledges=found, names=names, **choices())


def _draft_context(actor: Actor) -> dict[str, Any]:
    known = [(each.public_id, each.name) for each in queries.pledgors_known_to(actor)]
    return {"pledgor_options": known, **choices()}


@room.form("/pledges/new", "pledge:draft", template="pledges/draft.html", shape=DraftFormShape, context=_draft_context)
def draft_pledge(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a pledge in favour of one's own bank or guarantor."""
    items = [queries.item_arguments(each) for each in read_items(data)]
    pledgor_id = queries.organisation_id_of(data.pop("pledgor"))
    data["secured_scope"] = data["secured_scope"] or DEFAULT_SCOPE
    pledge = operations.draft_pledge(
        actor, pledgor_id=pledgor_id, pledgee_id=actor.organisation_id,
        items=[operations.ItemInput(**each) for each in items], **data,
    )
    return back_to(pledge, _("The pledge is drafted."))


@room.form("/pledges/<id>/sign", "pledge:sign", thing=Pledge, template="pledges/sign.html", shape=SignShape, context=_look)
def sign_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Sign the contract as shown."""
    return back_to(operations.sign_pledge(actor, thing.id, **data), _("Signed."))


@room.form("/pledges/<id>/confirm_filing", "pledge:confirm_filing", thing=Pledge, template="pledges/confirm_filing.html",
           shape=ConfirmFilingShape, context=_look)
def confirm_filing(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """The pledgor confirms the joint filing."""
    return back_to(operations.confirm_filing(actor, thing.id, **data), _("The filing is confirmed."))


@room.form("/pledges/<id>/file", "pledge:file", thing=Pledge, template="pledges/file.html", shape=FileShape, context=_look)
def file_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """File with the registry."""
    return back_to(operations.file_pledge(actor, thing.id, **data), _("The pledge is filed."))


@room.form("/pledges/<id>/correct", "pledge:correct", thing=Pledge, template="pledges/correct.html", shape=CorrectShape, context=_look)
def correct_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Note a request for correction."""
    return back_to(operations.correct_pledge(actor, thing.id, **data), _("The correction is noted."))


@room.form("/pledges/<id>/refile", "pledge:refile", thing=Pledge, template="pledges/refile.html", shape=ConfirmFilingShape, context=_look)
def refile_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """File again."""
    return back_to(operations.refile_pledge(actor, thing.id, **data), _("The pledge is filed again."))


@room.form("/pledges/<id>/register", "pledge:register", thing=Pledge, template="pledges/register.html", shape=RegisterShape, context=_look)
def register_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the registration."""
    return back_to(operations.register_pledge(actor, thing.id, **data), _("The pledge is registered."))


@room.form("/pledges/<id>/refuse", "pledge:refuse", thing=Pledge, template="pledges/refuse.html", shape=RefuseShape, context=_look)
def refuse_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the refusal."""
    return back_to(operations.refuse_pledge(actor, thing.id, **data), _("The refusal is entered."))


@room.post("/pledges/<id>/redraft", "pledge:redraft", thing=Pledge)
def redraft_pledge(thing: Pledge, actor: Actor) -> Any:
    """Draft anew."""
    return back_to(operations.redraft_pledge(actor, thing.id), _("The pledge is a draft again."))


@room.form("/pledges/<id>/change", "pledge:change", thing=Pledge, template="pledges/change.html", shape=ChangeShape, context=_look)
def change_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enter a change."""
    public_id = data.pop("patent")
    data["patent_id"] = queries.patent_id_of(thing, public_id) if public_id else None
    return back_to(operations.change_pledge(actor, thing.id, **data), _("The change is entered."))


@room.form("/pledges/<id>/consent", "pledge:consent", thing=Pledge, template="pledges/consent.html", shape=ConsentShape, context=_look)
def consent_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Consent to a use."""
    data["patent_id"] = queries.patent_id_of(thing, data.pop("patent"))
    return back_to(operations.consent_pledge(actor, thing.id, **data), _("The consent is given."))


@room.form("/pledges/<id>/withdraw", "pledge:withdraw", thing=Pledge, template="pledges/withdraw.html", shape=WithdrawShape, context=_look)
def withdraw_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Withdraw a consent, or the release."""
    if thing.state == PledgeState.RELEASING:
        return back_to(operations.withdraw_release(actor, thing.id, reason=data["reason"]), _("The release is withdrawn."))
    consent = queries.consent_id(thing, data["consent"])
    operations.withdraw_consent(actor, thing.id, consent_id=consent, reason=data["reason"])
    return back_to(thing, _("The consent is withdrawn."))


@room.form("/pledges/<id>/release", "pledge:release", thing=Pledge, template="pledges/release.html", shape=ReleaseShape, context=_look)
def release_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Release."""
    return back_to(operations.release_pledge(actor, thing.id, **data), _("The release is filed."))


@room.form("/pledges/<id>/confirm", "pledge:confirm", thing=Pledge, template="pledges/confirm.html", shape=ConfirmShape, context=_look)
def confirm_release(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the cancellation."""
    return back_to(operations.confirm_release(actor, thing.id, **data), _("The pledge is released."))


@room.form("/pledges/<id>/enforce", "pledge:enforce", thing=Pledge, template="pledges/enforce.html", shape=ReasonShape, context=_look)
def enforce_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enforce."""
    return back_to(operations.enforce_pledge(actor, thing.id, **data), _("The pledge is in enforcement."))


@room.form("/pledges/<id>/stop", "pledge:stop", thing=Pledge, template="pledges/stop.html", shape=ReasonShape, context=_look)
def stop_enforcement(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Stop the enforcement."""
    return back_to(operations.stop_enforcement(actor, thing.id, **data), _("The enforcement is stopped."))


@room.form("/pledges/<id>/revoke", "pledge:revoke", thing=Pledge, template="pledges/revoke.html", shape=RevokeShape, context=_look)
def revoke_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the revocation."""
    return back_to(operations.revoke_pledge(actor, thing.id, **data), _("The revocation is entered."))


@room.form("/pledges/<id>/cancel", "pledge:cancel", thing=Pledge, template="pledges/cancel.html", shape=ReasonShape, context=_look)
def cancel_pledge(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Cancel."""
    return back_to(operations.cancel_pledge(actor, thing.id, **data), _("The pledge is cancelled."))


@room.form("/pledges/<id>/payoff", "pledge:state_payoff", thing=Pledge, template="pledges/payoff.html", shape=PayoffShape, context=_look)
def state_payoff(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """State what frees the patents."""
    return back_to(operations.state_payoff_of_pledge(actor, thing.id, **data), _("The payoff statement is given."))


@room.form("/pledges/<id>/propose", "disposal:propose", thing=Pledge, template="pledges/propose.html", shape=ProposeShape, context=_look)
def propose_disposal(thing: Pledge, data: dict[str, Any], actor: Actor) -> Any:
    """Propose a disposal."""
    return back_to(operations.propose_disposal(actor, thing.id, **data), _("The disposal is proposed."))


@disposals.page("/disposals/<id>", "pledge:read", thing=Disposal, home=True)
def show_disposal(thing: Disposal, actor: Actor) -> str:
    """One disposal."""
    return page("disposals/show.html", disposal=thing, pledge=thing.pledge, actor=actor, **choices())


def _disposal(thing: Disposal, actor: Actor) -> dict[str, Any]:
    return {"disposal": thing, "pledge": thing.pledge, **choices()}


@disposals.post("/disposals/<id>/approve", "disposal:approve", thing=Disposal)
def approve_disposal(thing: Disposal, actor: Actor) -> Any:
    """Approve the disposal."""
    return back_to(operations.approve_disposal(actor, thing.id), _("The disposal is approved."))


@disposals.form("/disposals/<id>/list", "disposal:list", thing=Disposal, template="disposals/list.html", shape=ListShape, context=_disposal)
def list_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Any:
    """List for disposal."""
    return back_to(operations.list_disposal(actor, thing.id, **data), _("The rights are listed."))


@disposals.form("/disposals/<id>/abandon", "disposal:abandon", thing=Disposal, template="disposals/abandon.html", shape=ReasonShape, context=_disposal)
def abandon_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Any:
    """Abandon the disposal."""
    return back_to(operations.abandon_disposal(actor, thing.id, **data), _("The disposal is abandoned."))


@disposals.form("/disposals/<id>/record", "disposal:record", thing=Disposal, template="disposals/record.html", shape=RecordShape, context=_disposal)
def record_disposal(thing: Disposal, data: dict[str, Any], actor: Actor) -> Any:
    """Enter a sale by the court."""
    return back_to(operations.record_disposal(actor, thing.id, **data), _("The sale is entered."))
