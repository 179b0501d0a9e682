"""Pledges as their parties see them, and what stands against their registration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from exchange.core import calendar, clock
from exchange.core.access import SUPERVISOR, Actor, permit, visibility, who
from exchange.appraisals.models import Appraisal
from exchange.core.database import Part, Together, by_public_id, db, nowhere, part, visible
from exchange.core.errors import NotFound
from exchange.core.events import history
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Task
from exchange.core.text import Text, _
from exchange.core.workdays import DueDay, due_after_working_days
from exchange.finance.pledges.models import SHIPPED_DAYS, Disposal, Pledge, PledgeItem, PledgePartyConfirmation, RegistryRule
from exchange.finance.pledges.rules import Findings, RegistrationFacts, findings_of, missing_contents
from exchange.finance.pledges.states import PLEDGE, PLEDGEE_APPROVER, PLEDGEE_OFFICER, PLEDGOR, PledgeState
from exchange.people.accounts.models import Organisation
from exchange.people.accounts.queries import organisations_of_kind
from exchange.registers.patents import queries as patents
from exchange.registers.patents.models import Consent, Patent
from exchange.registers.patents.states import EncumbranceKind, LegalStatus, Use

permit("pledge:read", who("", "officer approver signatory viewer"))
permit("pledge:check", who("bank guarantor enterprise research exchange", "officer approver signatory viewer"))
permit("pledge:confirm_filing", PLEDGOR)
permit("pledge:state_payoff", PLEDGEE_OFFICER | PLEDGEE_APPROVER)


@visibility("pledge")
def _visible(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    if actor.is_system or actor.kind == "exchange" or SUPERVISOR.fits_role(actor):
        return true()
    return or_(Pledge.organisation_id == actor.organisation_id, Pledge.pledgor_id == actor.organisation_id)


@visibility("disposal")
def _visible_disposal(actor: Actor | None) -> ColumnElement[bool]:
    return Disposal.pledge_id.in_(select(Pledge.id).where(_visible(actor)))


def get_pledge(pledge_id: int) -> Pledge:
    """The pledge of this id."""
    found = db.session.get(Pledge, pledge_id)
    if found is None:
        raise NotFound()
    return found


def pledge_with_items(pledge_id: int) -> Pledge:
    """The pledge of this id with its items and their patents, read in one statement."""
    wanted = select(Pledge).where(Pledge.id == pledge_id).options(joinedload(Pledge.items).joinedload(PledgeItem.patent))
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def find_pledge(actor: Actor | None, public_id: str) -> Pledge:
    """The pledge of this name that the actor may see."""
    return visible(Pledge, public_id, actor)


def find_disposal(actor: Actor | None, public_id: str) -> Disposal:
    """The disposal of this name that the actor may see."""
    return visible(Disposal, public_id, actor)


def disposals_of(pledge_id: int) -> list[Disposal]:
    """The disposals of a pledge, newest first."""
    return list(db.session.scalars(select(Disposal).where(Disposal.pledge_id == pledge_id).order_by(Disposal.id.desc())))


SIZE = 25


def pledges_of(actor: Actor | None, *, state: str = "", cursor: str = "") -> Page[Pledge]:
    """The actor's pledges, newest first, a page at a time."""
    wanted = select(Pledge).where(_visible(actor)).options(selectinload(Pledge.items).selectinload(PledgeItem.patent))
    if state:
        wanted = wanted.where(Pledge.state == state)
    return page_of(wanted, [Order(Pledge.id, "id", descending=True)], cursor=cursor, size=SIZE)


FACT_LABELS: dict[str, Text] = {
    "confirm_filing": _("Pledgor confirmed the filing"),
    "item_died": _("A pledged patent ended"),
    "item_restored": _("A pledged patent was restored"),
    "debt_stated": _("Secured debt stated"),
    "state_payoff": _("Payoff statement given"),
    "hold": _("Held by order"),
    "unhold": _("Order lifted"),
}


def timeline_of(pledge: Pledge) -> list[dict[str, Any]]:
    """What happened to the pledge, newest first, in the reader's words."""
    labels = {row.name: row.label for row in PLEDGE.moves} | FACT_LABELS
    return [
        {"at": event.at, "title": translate(labels[event.verb])}
        for event in history("pledge", pledge.public_id)
        if event.verb in labels and event.outcome == "done"
    ]


def contract_sha256(pledge: Pledge) -> str:
    """The digest of what both sides sign: parties, debt, term, scope and every patent."""
    contents = {
        "number": pledge.number, "pledgor": pledge.pledgor_id, "pledgee": pledge.organisation_id,
        "secures": pledge.secures, "kind": pledge.kind, "secured": pledge.secured.to_json(),
        "cap": pledge.cap.to_json() if pledge.cap else None, "scope": pledge.secured_scope,
        "from": pledge.debt_from.isoformat(), "to": pledge.debt_to.isoformat(), "annuity_payer": pledge.annuity_payer,
        "invalidation": pledge.invalidation_clause, "round": pledge.round_no,
        "patents": [
            [item.patent.application_number, item.accepted.to_json(), item.ltv_cap_bp] for item in pledge.items
        ],
    }
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def pledges_of_patent(patent_id: int, actor: Actor | None) -> list[Pledge]:
    """The pledges of one patent that the actor may see."""
    wanted = select(Pledge).join(PledgeItem).where(PledgeItem.patent_id == patent_id, _visible(actor))
    return list(db.session.scalars(wanted.order_by(Pledge.id.desc())))


def items_of_patent(patent_id: int) -> list[PledgeItem]:
    """The items that name a patent in pledges that have not ended."""
    ended = (PledgeState.RELEASED, PledgeState.REVOKED, PledgeState.EXTINGUISHED, PledgeState.CANCELLED)
    wanted = select(PledgeItem).join(Pledge).where(PledgeItem.patent_id == patent_id, Pledge.state.not_in(ended))
    return list(db.session.scalars(wanted))


def is_registered(pledge_id: int) -> bool:
    """Whether the pledge stands in the register and has not ended (民法典 444)."""
    return get_pledge(pledge_id).state == PledgeState.REGISTERED


@dataclass(frozen=True, slots=True)
class LendingItem:
    """What one pledged patent counts for lending, in fen."""

    pledge_item_id: int
    patent_id: int
    value: int
    cap_bp: int
    alive: bool


def lending_items(pledge_id: int, on: date | None = None) -> tuple[LendingItem, ...]:
    """The accepted values of a pledge's patents; nought for a dead patent or a pledge that covers nothing."""
    pledge, day = get_pledge(pledge_id), on or clock.today()
    items = []
    for item in pledge.items:
        dead = item.died_on is not None and item.died_on <= day
        alive = item.removed_on is None and not dead and pledge.state not in (PledgeState.REVOKED, PledgeState.EXTINGUISHED)
        items.append(LendingItem(item.id, item.patent_id, item.accepted.minor if alive else 0, item.ltv_cap_bp, alive))
    return tuple(items)


# ------------------------------------------------------------------ the register

ENDED = (
    LegalStatus.LAPSED, LegalStatus.EXPIRED, LegalStatus.CEASED, LegalStatus.ABANDONED, LegalStatus.WITHDRAWN,
    LegalStatus.REFUSED, LegalStatus.INVALIDATED, LegalStatus.REVOKED,
)
PAID = ("paid", "due", "none")


def registration_facts(
    patent_id: int, *, pledgor_id: int, debt_to: date, on: date, own_reference: str = "", confirmed: bool = False,
    contents: dict[str, object] | None = None,
) -> RegistrationFacts:
    """What decides the registration of one patent, as the register stands on a day."""
    return _facts(
        patents.gather(patent_id), pledgor_id=pledgor_id, debt_to=debt_to, on=on, own_reference=own_reference, confirmed=confirmed,
        contents=contents)


def _facts(
    rows: patents.Gathered, *, pledgor_id: int, debt_to: date, on: date, own_reference: str = "", confirmed: bool = False,
    contents: dict[str, object] | None = None,
) -> RegistrationFacts:
    patent, register = rows.patent, patents.register_from(rows, on=on)
    others = [owner for owner in register.owners if owner.organisation_id != pledgor_id]
    agreed = {fact.organisation_id for fact in register.coowner_consents if fact.act is Use.PLEDGE}
    silent = [owner.name for owner in others if owner.organisation_id not in agreed]
    return RegistrationFacts(
        patent=patent.shown_number,
        status=str(register.status.label),
        annuity=str(register.annuity.status),
        coowners=", ".join(silent),
        is_owner=any(owner.organisation_id == pledgor_id for owner in register.owners),
        ended=register.status in ENDED,
        granted=register.granted_on is not None,
        annuity_paid=str(register.annuity.status) in PAID,
        stayed=register.suspended or register.disputed,
        seized=register.seized,
        debt_to=debt_to,
        expires_on=register.expires_on,
        missing=missing_contents(_patent_contents(patent, register.granted_on) | (contents or {})),
        coowner_missing=bool(silent) and not register.coowners_agreed,
        active_pledges=_other_pledges(rows, on, own_reference),
        twin=register.twin_utility_model,
        invalidity_open=register.invalidity_open,
        confirmed=confirmed,
    )


def _patent_contents(patent: Patent, granted_on: date | None) -> dict[str, object]:
    return {
        "patent number": patent.application_number,
        "patent title": patent.title,
        "filing date": patent.filing_on,
        "grant date": granted_on,
    }


def _other_pledges(gathered: patents.Gathered, on: date, own_reference: str) -> int:
    kinds = (EncumbranceKind.PLEDGE, EncumbranceKind.PLEDGE_FILED)
    rows = [row for row in patents.standing(gathered.history, on) if row.kind in kinds]
    return sum(1 for row in rows if not own_reference or row.reference != own_reference)


def check_patents(patent_ids: Sequence[int], *, pledgor_id: int, debt_to: date, on: date | None = None) -> Findings:
    """What would stand against a pledge of these patents; nothing is kept."""
    day, gathered = on or clock.today(), patents.gather_all(patent_ids)
    return findings_of(
        [_facts(gathered[each], pledgor_id=pledgor_id, debt_to=debt_to, on=day, confirmed=True) for each in patent_ids]
    )


def registration_findings(pledge: Pledge, *, on: date | None = None, confirmed: bool = False) -> Findings:
    """Every ground against the registration of this pledge, over all its items."""
    day = on or clock.today()
    contents: dict[str, object] = {
        "amount": pledge.secured.minor, "term": pledge.debt_to, "scope": pledge.secured_scope,
        "contract": pledge.contract_sha256,
    }
    gathered = patents.gather_all([item.patent_id for item in pledge.live_items])
    return findings_of([
        _facts(
            gathered[item.patent_id], pledgor_id=pledge.pledgor_id, debt_to=pledge.debt_to, on=day,
            own_reference=pledge.public_id, confirmed=confirmed, contents=contents,
        )
        for item in pledge.live_items
    ])


def registry_due(pledge: Pledge, action: str, filed_on: date) -> DueDay:
    """When the registry must have decided."""
    wanted = select(RegistryRule.working_days).where(
        RegistryRule.jurisdiction == pledge.jurisdiction, RegistryRule.action == action,
        RegistryRule.channel == pledge.channel, RegistryRule.valid_from <= filed_on,
    )
    days = db.session.scalar(wanted.order_by(RegistryRule.valid_from.desc()).limit(1)) or SHIPPED_DAYS[pledge.channel]
    return due_after_working_days(calendar.china(), filed_on, days)


def late_filings(on: date) -> list[Pledge]:
    """Filings that the registry should have decided before this day."""
    wanted = select(Pledge).where(Pledge.state == PledgeState.FILED, Pledge.due_on < on)
    return list(db.session.scalars(wanted.order_by(Pledge.due_on, Pledge.id)))


NEXT = ("sign", "file", "register", "refile", "redraft", "confirm")


def tasks(actor: Actor) -> list[Task]:
    """The pledges whose next move this actor could make."""
    if not PLEDGE.concerns(actor, NEXT):
        return []
    waiting = (
        PledgeState.DRAFTED, PledgeState.SIGNED, PledgeState.FILED, PledgeState.CORRECTING, PledgeState.REFUSED,
        PledgeState.RELEASING,
    )
    wanted = select(Pledge).where(_visible(actor), Pledge.state.in_(waiting)).order_by(Pledge.id).limit(50)
    found = []
    for pledge in db.session.scalars(wanted):
        row = next((row for row in PLEDGE.open_to(pledge, actor) if row.name in NEXT), None)
        if row is not None:
            found.append(Task("pledge", pledge.public_id, pledge.number, row.label, pledge.due_on, pledge.number))
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """The pledges of a pledgee in one look."""

    registered: int
    filed: int
    secured: Money


def summary(actor: Actor) -> Summary:
    """Counts and the sum secured over the actor's pledges."""
    rows = list(db.session.scalars(select(Pledge).where(_visible(actor), Pledge.state.in_(("filed", "registered")))))
    registered = [row for row in rows if row.state == PledgeState.REGISTERED]
    owed = Money(sum(row.secured_debt.minor for row in registered))
    return Summary(len(registered), len(rows) - len(registered), owed)


def _parts() -> dict[str, Part]:
    of = bindparam("pledge_id", type_=PledgeItem.pledge_id.type)
    pledged = select(PledgeItem.patent_id).where(PledgeItem.pledge_id == of)
    return {
        "items": part(select(PledgeItem).where(PledgeItem.pledge_id == of), PledgeItem.id),
        "patents": part(select(Patent).where(Patent.id.in_(pledged)), Patent.id),
        "confirmations": part(select(PledgePartyConfirmation).where(PledgePartyConfirmation.pledge_id == of), PledgePartyConfirmation.id),
        "disposals": part(select(Disposal).where(Disposal.pledge_id == of), Disposal.id.desc()),
        "consents": part(select(Consent).where(Consent.patent_id.in_(pledged), Consent.state == "granted"), Consent.id.desc()),
    }


ABOUT = Together(_parts)


def about(pledge: Pledge) -> dict[str, list[Any]]:
    """A pledge's items with their patents, its confirmations, disposals and consents, read in one statement."""
    rows = ABOUT.read(pledge_id=pledge.id)
    named = {patent.id: patent for patent in rows["patents"]}
    for item in rows["items"]:
        set_committed_value(item, "patent", named[item.patent_id])
    set_committed_value(pledge, "items", rows["items"])
    set_committed_value(pledge, "confirmations", rows["confirmations"])
    return rows


def consents_on(pledge: Pledge, rows: Mapping[str, list[Any]] | None = None) -> list[tuple[Patent, Any]]:
    """The pledgee's consents that stand, with their patents; ``rows`` is what ``about`` read of the pledge already."""
    consents = (rows if rows is not None else about(pledge))["consents"]
    return [(item.patent, consent) for item in pledge.live_items for consent in consents if consent.patent_id == item.patent_id]


def consent_id(pledge: Pledge, public_id: str) -> int:
    """The id of a consent that stands on this pledge."""
    for _patent, consent in consents_on(pledge):
        if consent.public_id == public_id:
            return int(consent.id)
    raise NotFound()


def patent_id_of(pledge: Pledge, public_id: str) -> int:
    """The id of a patent of this pledge."""
    for item in pledge.items:
        if item.patent.public_id == public_id:
            return int(item.patent_id)
    raise NotFound()


def pledgors_known_to(actor: Actor) -> list[Any]:
    """Enterprises and institutes whose patents a pledge may name."""
    return [*organisations_of_kind("enterprise"), *organisations_of_kind("research")]


def organisation_id_of(public_id: str) -> int:
    """The id of an organisation by its outside name."""
    return int(by_public_id(Organisation, public_id).id)


def appraisal_id_of(name: str) -> int:
    """The id of an appraisal by its outside name or its number."""
    found = db.session.scalar(select(Appraisal.id).where(or_(Appraisal.public_id == name, Appraisal.number == name)))
    if found is None:
        raise NotFound()
    return found


def patent_named(name: str) -> Patent:
    """The registered patent of this outside name or number, for a pledgee who takes it as security."""
    found = db.session.scalar(select(Patent).where(Patent.public_id == name)) or patents.find_by_number(name)
    if found is None:
        raise NotFound()
    return found


def item_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a shape read of one item, with ids for names."""
    appraisal = given["appraisal"]
    return {
        "patent_id": patent_named(given["patent"]).id, "accepted": given["accepted"], "ltv_cap_bp": given["ltv_cap_bp"],
        "appraisal_id": appraisal_id_of(appraisal) if appraisal else None,
    }
