"""One's organisation: members and invitations; and the counter where clerks admit organisations."""

from __future__ import annotations

from typing import Any

from exchange.core.access import CLERK, MEMBER, Actor, permit, who
from exchange.core.text import _
from exchange.core.web import Room, back_to, page, redirect_to, settings
from exchange.people.accounts import operations, queries
from exchange.people.accounts.models import Member, Organisation
from exchange.people.accounts.schemas import InviteShape, MemberShape, ReasonShape
from exchange.people.accounts.states import SECURITY

READ = permit("organisation:read", MEMBER)
MANAGE = permit("member:manage", who("", "officer approver signatory viewer", mark="administrator"))
COUNTER = permit("organisation:list", CLERK | SECURITY)

room = Room("organisation", __name__)


@room.page("/organisation", READ)
def show_own(actor: Actor) -> str:
    """Your organisation and its members."""
    return page(
        "accounts/organisation.html", house=queries.organisation(actor.organisation_id),
        members=queries.live_members(actor.organisation_id), manages="administrator" in actor.marks)


@room.form("/organisation/invite", MANAGE, shape=InviteShape, template="accounts/invite.html")
def invite_member(data: dict[str, Any], actor: Actor) -> Any:
    """Invite somebody by mail."""
    operations.invite_member(
        queries.organisation(actor.organisation_id), base=settings().PUBLIC_URL, actor=actor, **data)
    return redirect_to("organisation.show_own", _("The invitation was sent."))


@room.form("/members/<id>/change", MANAGE, thing=Member, shape=MemberShape, template="accounts/member.html",
           context=lambda thing, actor: {"member": thing},
           initial=lambda thing, actor: {"grade": thing.grade, "desk": thing.desk})
def change_member(thing: Member, data: dict[str, Any], actor: Actor) -> Any:
    """Give a colleague another role."""
    operations.change_member(thing, actor=actor, **data)
    return redirect_to("organisation.show_own", _("The role was changed."))


@room.post("/members/<id>/remove", MANAGE, thing=Member)
def remove_member(thing: Member, actor: Actor) -> Any:
    """End a membership."""
    operations.remove_member(thing, actor=actor)
    return redirect_to("organisation.show_own", _("The member was removed."))


@room.page("/ops/organisations", COUNTER)
def list_organisations(actor: Actor) -> str:
    """Applications first, then every organisation."""
    return page("accounts/organisations.html", waiting=queries.applications(), houses=queries.all_organisations())


@room.page("/organisations/<id>", COUNTER, thing=Organisation, home=True)
def show_organisation(thing: Organisation, actor: Actor) -> str:
    """One organisation, for the clerk."""
    return page("accounts/show_organisation.html", house=thing, members=queries.live_members(thing.id))


@room.post("/organisations/<id>/admit", "organisation:admit", thing=Organisation)
def admit_organisation(thing: Organisation, actor: Actor) -> Any:
    """Admit an organisation."""
    operations.admit_organisation(thing, base=settings().PUBLIC_URL, actor=actor)
    return back_to(thing, _("Admitted."))


@room.form("/organisations/<id>/refuse", "organisation:refuse", thing=Organisation, shape=ReasonShape,
           template="accounts/reason.html", context=lambda thing, actor: {"house": thing, "verb": "refuse", "label": _("Refuse")})
def refuse_organisation(thing: Organisation, data: dict[str, Any], actor: Actor) -> Any:
    """Refuse an application."""
    operations.refuse_organisation(thing, actor=actor, **data)
    return back_to(thing, _("Refused."))


@room.form("/organisations/<id>/suspend", "organisation:suspend", thing=Organisation, shape=ReasonShape,
           template="accounts/reason.html", context=lambda thing, actor: {"house": thing, "verb": "suspend", "label": _("Suspend")})
def suspend_organisation(thing: Organisation, data: dict[str, Any], actor: Actor) -> Any:
    """Suspend an organisation."""
    operations.suspend_organisation(thing, actor=actor, **data)
    return back_to(thing, _("Suspended."))


@room.post("/organisations/<id>/reinstate", "organisation:reinstate", thing=Organisation)
def reinstate_organisation(thing: Organisation, actor: Actor) -> Any:
    """Reinstate a suspended organisation."""
    operations.reinstate_organisation(thing, actor=actor)
    return back_to(thing, _("Reinstated."))


@room.post("/organisations/<id>/close", "organisation:close", thing=Organisation)
def close_organisation(thing: Organisation, actor: Actor) -> Any:
    """Close an organisation for good."""
    operations.close_organisation(thing, actor=actor)
    return back_to(thing, _("Closed."))
