"""What the portal reads from every feature: tasks, search, numbers, history."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from exchange.core import clock
from exchange.core.access import VISIBLE_TO, Actor, visibility
from exchange.core.approvals import Approval, may_confirm, subject_of, waiting_for
from exchange.core.database import db
from exchange.core.search import index
from exchange.core.states import MACHINES
from exchange.core.tasks import Task, read_tasks
from exchange.core.text import _
from exchange.market.listings.models import Listing
from exchange.market.listings.queries.browse import Wanted, browse
from exchange.oversight.statistics.queries import figure
from exchange.oversight.statistics.rules import Figure
from exchange.people.accounts.models import Organisation
from exchange.people.accounts.queries import organisation_names


@visibility("approval")
def visible_approvals(actor: Actor | None) -> Any:
    """Proposals of one's own house, and those that one could confirm."""
    if actor is None:
        return Approval.id < 0
    return or_(Approval.maker_organisation_id == actor.organisation_id, Approval.decision.is_(None))


def _offered(name: str) -> Iterator[Callable[..., Any]]:
    """The functions of this name that the features' ``queries`` offer."""
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith("exchange.") and module_name.endswith(".queries") and module_name != __name__:
            found = getattr(module, name, None)
            if callable(found):
                yield found


def tasks(actor: Actor) -> list[Task]:
    """What waits for this actor in every feature, soonest first."""
    found = read_tasks(task for offer in _offered("tasks") for task in offer(actor))
    return sorted(found, key=lambda task: (task.due_on or date.max, task.title))


@dataclass(frozen=True)
class Waiting:
    """A proposal with what it is about, for the table of approvals."""

    approval: Approval
    label: str
    house: str


def proposals(actor: Actor) -> list[Waiting]:
    """The proposals that this actor could confirm."""
    rows = waiting_for(actor)
    names = organisation_names(row.maker_organisation_id for row in rows)
    return [Waiting(row, label_of(row), names.get(row.maker_organisation_id, "")) for row in rows]


def label_of(approval: Approval) -> str:
    """The label of the proposed move."""
    return MACHINES[approval.subject_noun].rows(approval.verb)[0].label


def own_proposals(actor: Actor) -> list[Approval]:
    """The proposals of this actor that still wait."""
    wanted = select(Approval).where(Approval.maker_id == actor.user_id, Approval.decision.is_(None))
    return list(db.session.scalars(wanted.order_by(Approval.id)))


def by_number(number: str, actor: Actor | None) -> tuple[str, str, str] | None:
    """(noun, public id, state) of the thing of this number that the actor may see."""
    from exchange.core.database import Base

    for mapper in Base.registry.mappers:
        model = mapper.class_
        noun = getattr(model, "noun", "")
        if noun not in VISIBLE_TO or "number" not in mapper.columns:
            continue
        found = db.session.scalar(select(model).where(model.number == number.strip(), VISIBLE_TO[noun](actor)))
        if found is not None:
            return noun, found.public_id, getattr(found, "state", "")
    return None


def progress(number: str) -> tuple[str, str] | None:
    """The noun and state label of the thing of this number; nothing else is told without signing in."""
    from exchange.core.database import Base

    for mapper in Base.registry.mappers:
        model = mapper.class_
        machine = getattr(model, "machine", None)
        if machine is None or "number" not in mapper.columns:
            continue
        state = db.session.scalar(select(getattr(model, machine.attribute)).where(model.number == number.strip()))
        if state is not None:
            return machine.noun, machine.states(state).label
    return None


@dataclass(frozen=True)
class Hit:
    """One hit of the search box."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Group:
    """The first hits of one noun, and where all of them are."""

    label: str
    hits: list[Hit]
    total: int
    more_url: str


def search(words: str, actor: Actor | None, language: str) -> list[Group]:
    """The first five hits of every noun in the index, then the organisations by name."""
    found = index.search(actor, words)
    groups = [
        Group(group.label, [_hit(hit, language) for hit in group.hits], group.total, group.page) for group in found.groups]
    named = select(Organisation).where(Organisation.state == "active", or_(
        Organisation.name.contains(words, autoescape=True), Organisation.name_en.icontains(words, autoescape=True)))
    houses = [Hit(each.name, each.name_en, "") for each in db.session.scalars(named.order_by(Organisation.name).limit(5))]
    return groups + ([Group(_("Organisations"), houses, len(houses), "")] if houses else [])


def _hit(hit: index.Hit, language: str) -> Hit:
    first, second = (hit.title_zh, hit.title_en) if language == "zh" else (hit.title_en, hit.title_zh)
    return Hit(first or second or hit.number, " · ".join(filter(None, (hit.number, hit.detail))), hit.url)


def conversion_now() -> Figure:
    """The conversion rate of this day."""
    return figure("conversion_any", on=clock.today())


def newest_listings(actor: Actor | None) -> list[Listing]:
    """The newest listings that are open to this reader."""
    return list(browse(actor, Wanted(), size=5).rows)


STEPS = {
    "enterprise": (
        (_("List your patents"), _("Type a number and the register fills the fields; or import a file."), "/patents/new", "patent:draft"),
        (_("Have them valued"), _("A quick range at once; a signed report for the bank."), "/appraisals/quick", ""),
        (_("Apply for a pledge loan"), _("One application; appraisal, guarantee and registration follow."), "/cases/new", "case:open"),
    ),
    "investor": (
        (_("Say what you look for"), _("Fields, stage, price: the matches come to you, with reasons."), "/interests/new", "interest:save"),
        (_("Look at what is on sale"), _("Every listing with its legal status and price rule."), "/listings", ""),
    ),
}
STEPS_OF_KIND = {"research": "enterprise"}


def first_steps(actor: Actor) -> list[tuple[str, str, str, str]]:
    """The steps by which somebody of this kind begins: title, reason, page, and what one must be permitted."""
    return list(STEPS.get(STEPS_OF_KIND.get(actor.kind, actor.kind), ()))


def approval_facts(approval: Approval, actor: Actor) -> dict[str, Any]:
    """What a proposal would do, on what, by whom."""
    import json

    payload = {name: value for name, value in json.loads(approval.payload).items() if not _is_thing(value)}
    return {
        "approval": approval, "label": label_of(approval), "payload": payload,
        "subject_title": _title(approval), "mine": approval.maker_id == actor.user_id,
        "house": organisation_names([approval.maker_organisation_id]).get(approval.maker_organisation_id, ""),
        "can_confirm": approval.decision is None and approval.maker_id != actor.user_id and may_confirm(approval, actor),
    }


def _is_thing(value: Any) -> bool:
    return isinstance(value, dict) and "$thing" in value


def _title(approval: Approval) -> str:
    subject = subject_of(approval)
    return str(getattr(subject, "number", "") or getattr(subject, "title", "") or getattr(subject, "name", "") or subject.public_id)
