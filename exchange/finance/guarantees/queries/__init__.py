"""Guarantees, re-guarantees and schemes as their parties see them; a guarantor's limits; what waits for whom."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, true, union_all
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from exchange.appraisals.models import Appraisal
from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor, permit, visibility, who
from exchange.core.approvals import Approval
from exchange.core.database import Part, Together, by_public_id, db, nowhere, part
from exchange.core.errors import NotFound
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.seal import SealedDocument
from exchange.core.tasks import Task
from exchange.core.workdays import add_months
from exchange.finance.guarantees.models import (
    CounterGuarantee, GuaranteeSignature,
    Exposure, Guarantee, GuaranteeShare, GuarantorYear, Reguarantee, Scheme,
)
from exchange.finance.guarantees.rules import (
    LIMIT_MONTHS, REGUARANTORS, LimitFacts, LimitResult, PartyWeight, guarantor_limits, liability_weight, scheme_errors, split_loss,
)
from exchange.finance.guarantees.states import (
    GUARANTEE, OPEN, REGUARANTEE, GuaranteeState, ReguaranteeState, SchemeState, YearState,
)
from exchange.people.accounts.models import Affiliation, Organisation
from exchange.people.accounts.queries import AFFILIATED_FROM_BP, organisation

READERS = who("", "officer approver signatory viewer")
permit("guarantee:read", READERS)
permit("guarantee:list", who("enterprise research guarantor bank reguarantor regulator auditor", "officer approver signatory viewer"))
permit("guarantee:limits", who("guarantor", "officer approver signatory viewer") | SUPERVISOR)
permit("guarantee:pay", who("guarantor", "officer approver", party="guarantor"))
permit("reguarantee:pay", who("reguarantor", "officer approver", party="reguarantor"))
permit("reguarantee:read", READERS)
permit("scheme:read", READERS)
permit("guarantor_year:read", who("guarantor", "officer approver signatory viewer", party="owner") | SUPERVISOR)


@visibility("guarantee")
def _visible(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    own = actor.organisation_id
    behind = select(Reguarantee.guarantee_id).where(Reguarantee.organisation_id == own)
    return or_(Guarantee.organisation_id == own, Guarantee.client_id == own, Guarantee.bank_id == own, Guarantee.id.in_(behind))


@visibility("reguarantee")
def _visible_reguarantee(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    return or_(Reguarantee.organisation_id == actor.organisation_id, Reguarantee.guarantee_id.in_(select(Guarantee.id).where(_visible(actor))))


@visibility("scheme")
def _visible_scheme(actor: Actor | None) -> ColumnElement[bool]:
    """Schemes in use are for every member; a draft is its drafter's."""
    if actor is None:
        return nowhere()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    return or_(Scheme.organisation_id == actor.organisation_id, Scheme.state != SchemeState.DRAFT)


@visibility("guarantor_year")
def _visible_year(actor: Actor | None) -> ColumnElement[bool]:
    if actor is None:
        return nowhere()
    return true() if actor.is_system or SUPERVISOR.fits_role(actor) else GuarantorYear.organisation_id == actor.organisation_id


def get_guarantee(guarantee_id: int) -> Guarantee:
    """The guarantee of this id."""
    found = db.session.get(Guarantee, guarantee_id)
    if found is None:
        raise NotFound()
    return found


def get_scheme(scheme_id: int) -> Scheme:
    """The scheme of this id."""
    found = db.session.get(Scheme, scheme_id)
    if found is None:
        raise NotFound()
    return found


def list_guarantees(actor: Actor, *, state: str = "", cursor: str = "") -> Page[Guarantee]:
    """The guarantees this actor may see, newest first."""
    wanted = select(Guarantee).where(_visible(actor))
    if state:
        wanted = wanted.where(Guarantee.state == state)
    return page_of(wanted, [Order(Guarantee.id, "id", True)], cursor=cursor, size=25)


def list_reguarantees(actor: Actor, *, state: str = "") -> list[Reguarantee]:
    """The re-guarantees this actor may see, newest first."""
    wanted = select(Reguarantee).where(_visible_reguarantee(actor))
    if state:
        wanted = wanted.where(Reguarantee.state == state)
    return list(db.session.scalars(wanted.order_by(Reguarantee.id.desc()).limit(100)))


def guarantees_of_loan(loan_id: int) -> list[Guarantee]:
    """The open guarantees that stand behind a loan."""
    wanted = select(Guarantee).where(Guarantee.loan_id == loan_id, Guarantee.state.in_(OPEN))
    return list(db.session.scalars(wanted.order_by(Guarantee.id).options(selectinload(Guarantee.reguarantees))))


def reguarantees_of(guarantee_id: int) -> list[Reguarantee]:
    """The re-guarantees of a guarantee."""
    return list(db.session.scalars(select(Reguarantee).where(Reguarantee.guarantee_id == guarantee_id).order_by(Reguarantee.id)))


def _parts() -> dict[str, Part]:
    of, name = bindparam("guarantee_id", type_=Reguarantee.guarantee_id.type), bindparam("public_id", type_=Guarantee.public_id.type)
    return {
        "scheme": part(select(Scheme).join(Guarantee, Guarantee.scheme_id == Scheme.id).where(Guarantee.id == of), Scheme.id),
        "reguarantees": part(select(Reguarantee).where(Reguarantee.guarantee_id == of), Reguarantee.id),
        "counters": part(select(CounterGuarantee).where(CounterGuarantee.guarantee_id == of), CounterGuarantee.id),
        "signatures": part(select(GuaranteeSignature).where(GuaranteeSignature.guarantee_id == of), GuaranteeSignature.id),
        "pending": part(
            select(Approval).where(Approval.decision.is_(None), Approval.subject_noun == "guarantee", Approval.subject_id == name), Approval.id),
        "documents": part(
            select(SealedDocument).where(SealedDocument.subject_noun == "guarantee", SealedDocument.subject_id == name), SealedDocument.id.desc()),
    }


ABOUT = Together(_parts)


def about(guarantee: Guarantee) -> dict[str, list[Any]]:
    """A guarantee's re-guarantees, open proposals and sealed documents, read in one statement with its other relations."""
    rows = ABOUT.read(guarantee_id=guarantee.id, public_id=guarantee.public_id)
    set_committed_value(guarantee, "scheme", next(iter(rows["scheme"]), None))
    for name in ("reguarantees", "counters", "signatures"):
        set_committed_value(guarantee, name, rows[name])
    return rows


def exposure_of(guarantee_id: int) -> Exposure | None:
    """The liability row of a guarantee."""
    return db.session.scalar(select(Exposure).where(Exposure.guarantee_id == guarantee_id))


# ------------------------------------------------------------------ schemes

SEEDS = Path(__file__).parent.parent / "data" / "schemes.toml"


@dataclass(frozen=True, slots=True)
class Seed:
    """A shipped scheme; without parties it is incomplete and can only be drafted."""

    key: str
    name: str
    name_en: str
    profile: str
    base: str
    settlement: str
    source: str
    parties: tuple[tuple[str, str], ...]
    ip_part_only: bool = False
    min_ip_share_bp: int = 0


@lru_cache(maxsize=1)
def seeds() -> tuple[Seed, ...]:
    """The schemes that ship with the programme, as publicly reported."""
    rows = tomllib.loads(SEEDS.read_text("utf-8"))["scheme"]
    return tuple(Seed(**{**row, "parties": tuple((role, weight) for role, weight in row["parties"])}) for row in rows)


def list_schemes(actor: Actor) -> list[Scheme]:
    """The schemes this actor may see, by name."""
    return list(db.session.scalars(select(Scheme).where(_visible_scheme(actor)).order_by(Scheme.name, Scheme.edition.desc())))


def schemes_in_use() -> list[Scheme]:
    """The schemes under which a guarantee may be approved today."""
    today = clock.today()
    wanted = select(Scheme).where(Scheme.state == SchemeState.APPROVED, Scheme.valid_from <= today)
    return [row for row in db.session.scalars(wanted.order_by(Scheme.name)) if row.in_use(today)]


def last_edition(organisation_id: int, name: str) -> int:
    """The newest edition of a scheme of this name."""
    wanted = select(func.max(Scheme.edition)).where(Scheme.organisation_id == organisation_id, Scheme.name == name)
    return int(db.session.scalar(wanted) or 0)


def parties_of(guarantee: Guarantee) -> tuple[PartyWeight, ...]:
    """Who shares the loss of a guarantee: by its scheme, with guarantor and bank filled in; else the guarantor alone."""
    own = {"guarantor": guarantee.organisation_id, "bank": guarantee.bank_id}
    if guarantee.scheme is None:
        from decimal import Decimal

        return (PartyWeight("guarantor", Decimal(100), guarantee.organisation_id),)
    return tuple(PartyWeight(each.role, each.weight, own.get(each.role, each.organisation_id)) for each in guarantee.scheme.weights)


# ------------------------------------------------------------------ limits

def current_year(guarantor_id: int) -> GuarantorYear | None:
    """The newest confirmed net assets of a guarantor."""
    wanted = select(GuarantorYear).where(GuarantorYear.organisation_id == guarantor_id, GuarantorYear.state == YearState.CONFIRMED)
    return db.session.scalar(wanted.order_by(GuarantorYear.net_assets_on.desc()).limit(1))


def years_of(guarantor_id: int) -> list[GuarantorYear]:
    """Every statement of net assets, newest first."""
    wanted = select(GuarantorYear).where(GuarantorYear.organisation_id == guarantor_id)
    return list(db.session.scalars(wanted.order_by(GuarantorYear.net_assets_on.desc())))


def client_group(client_id: int) -> frozenset[int]:
    """The client with everybody tied to it by control or at least a quarter, step by step."""
    known, fresh = {client_id}, {client_id}
    while fresh:
        tied = select(Affiliation.holder_id, Affiliation.held_id).where(
            or_(Affiliation.holder_id.in_(fresh), Affiliation.held_id.in_(fresh)),
            or_(Affiliation.kind == "control", Affiliation.share_bp >= AFFILIATED_FROM_BP),
        )
        controlled = select(Organisation.id, Organisation.controller_id).where(
            Organisation.controller_id.is_not(None), or_(Organisation.id.in_(fresh), Organisation.controller_id.in_(fresh))
        )
        pairs: Any = db.session.execute(union_all(tied, controlled))
        found = {each for row in pairs for each in row}
        fresh = found - known
        known |= fresh
    return frozenset(known)


def controls(client_id: int, guarantor_id: int) -> bool:
    """Whether the client controls the guarantor or holds at least half of it (条例 17)."""
    if organisation(guarantor_id).controller_id == client_id:
        return True
    held = select(Affiliation.id).where(
        Affiliation.holder_id == client_id, Affiliation.held_id == guarantor_id,
        or_(Affiliation.kind == "control", Affiliation.share_bp >= 5_000),
    )
    return db.session.scalar(held.limit(1)) is not None


def exposures(guarantor_id: int, *, but: int = 0) -> list[Exposure]:
    """A guarantor's liability rows, without one guarantee's."""
    wanted = select(Exposure).where(Exposure.guarantor_id == guarantor_id, Exposure.guarantee_id != but)
    return list(db.session.scalars(wanted))


def limit_facts(guarantor_id: int, client_id: int, new: int, *, but: int = 0) -> LimitFacts:
    """What decides whether this guarantor may take ``new`` fen more for this client."""
    year, client = current_year(guarantor_id), organisation(client_id)
    group = client_group(client_id)
    rows = exposures(guarantor_id, but=but)
    amounts = [(row, row.reserved_minor + row.outstanding_minor) for row in rows]
    weighted = sum(-(-fen * row.weight_bp // 10_000) for row, fen in amounts)
    stale = year is None or add_months(year.net_assets_on, LIMIT_MONTHS) < clock.today()
    return LimitFacts(
        net_assets=year.net_assets.minor if year else 0, new=new, weighted=weighted,
        client=sum(fen for row, fen in amounts if row.client_id == client_id),
        group=sum(fen for row, fen in amounts if row.client_id in group),
        weight_bp=liability_weight(new, small=client.is_small, agricultural=client.is_agri),
        sme_agri_main=year.sme_agri_main if year else False, shareholder=controls(client_id, guarantor_id), stale=stale,
    )


def limits(guarantor_id: int, client_id: int, amount: Money) -> LimitResult:
    """Whether one more guarantee would fit; nothing is kept."""
    return guarantor_limits(limit_facts(guarantor_id, client_id, amount.minor))


@dataclass(frozen=True, slots=True)
class Standing:
    """A guarantor's liability against its limits, in one look."""

    year: GuarantorYear | None
    outstanding: Money
    reserved: Money
    weighted: Money
    limit: Money
    top: tuple[tuple[str, Money], ...]


def standing(guarantor_id: int) -> Standing:
    """Liability against net assets, with the greatest clients."""
    year, rows = current_year(guarantor_id), exposures(guarantor_id)
    sums: dict[int, int] = {}
    for row in rows:
        sums[row.client_id] = sums.get(row.client_id, 0) + row.reserved_minor + row.outstanding_minor
    largest = sorted(((fen, client) for client, fen in sums.items() if fen), reverse=True)[:5]
    names = _names([client for _fen, client in largest])
    limit = year.net_assets.minor * (15 if year.sme_agri_main else 10) if year else 0
    return Standing(
        year, Money(sum(row.outstanding_minor for row in rows)), Money(sum(row.reserved_minor for row in rows)),
        Money(sum(-(-(row.reserved_minor + row.outstanding_minor) * row.weight_bp // 10_000) for row in rows)), Money(limit),
        tuple((names.get(client, ""), Money(fen)) for fen, client in largest),
    )


def _names(ids: Sequence[int]) -> dict[int, str]:
    from exchange.people.accounts.queries import organisation_names

    return organisation_names(ids)


def reguaranteed_total(client_id: int, *, but: int = 0) -> int:
    """What is re-guaranteed for a client already, in fen."""
    live = (ReguaranteeState.APPROVED, ReguaranteeState.EFFECTIVE)
    wanted = (
        select(Guarantee.id, Guarantee.amount_minor).join(Reguarantee, Reguarantee.guarantee_id == Guarantee.id)
        .where(Guarantee.client_id == client_id, Reguarantee.state.in_(live), Guarantee.id != but).distinct()
    )
    return sum(int(row[1]) for row in db.session.execute(wanted))


# ------------------------------------------------------------------ what waits

def tasks(actor: Actor) -> list[Task]:
    """The guarantees, re-guarantees and schemes whose next move this actor could make."""
    found: list[Task] = []
    if GUARANTEE.concerns(actor, ("approve",)):
        waiting = (GuaranteeState.APPLIED, GuaranteeState.APPROVED)
        rows = db.session.scalars(select(Guarantee).where(_visible(actor), Guarantee.state.in_(waiting)).order_by(Guarantee.id).limit(50))
        found += _open_tasks(rows, GUARANTEE, actor, ("approve",))
    if actor.kind == "reguarantor":
        wanted = select(Reguarantee).where(Reguarantee.organisation_id == actor.organisation_id, Reguarantee.state == ReguaranteeState.REQUESTED)
        found += _open_tasks(db.session.scalars(wanted.order_by(Reguarantee.id).limit(50)), REGUARANTEE, actor, ("approve",))
    return found


def _open_tasks(rows: Any, machine: Any, actor: Actor, names: tuple[str, ...]) -> list[Task]:
    found = []
    for row in rows:
        chosen = next((each for each in machine.open_to(row, actor) if each.name in names), None)
        if chosen is not None:
            client = getattr(row, "client", None) or row.guarantee.client
            found.append(Task(row.noun, row.public_id, client.name, chosen.label, row.due_on, row.number))
    return found


def earning() -> list[Guarantee]:
    """The running guarantees whose fee was paid: what is earned of it grows every month."""
    return list(db.session.scalars(select(Guarantee).where(Guarantee.state.in_((GuaranteeState.EFFECTIVE, GuaranteeState.CALLED)), Guarantee.fee_paid_on.is_not(None))))


def stale_guarantees(days: int) -> list[Guarantee]:
    """Approved and signed guarantees that nobody drew on in time."""
    limit = clock.today() - timedelta(days=days)
    wanted = select(Guarantee).where(Guarantee.state.in_((GuaranteeState.APPROVED, GuaranteeState.SIGNED)), Guarantee.approved_on < limit)
    return list(db.session.scalars(wanted.order_by(Guarantee.id)))


def past_deadline() -> list[Guarantee]:
    """Guarantees in force whose period has ended."""
    wanted = select(Guarantee).where(Guarantee.state == GuaranteeState.EFFECTIVE, Guarantee.deadline_on < clock.today())
    return list(db.session.scalars(wanted.order_by(Guarantee.id)))


def shares_of(guarantee: Guarantee) -> list[GuaranteeShare]:
    """The frozen shares that name a re-guarantor."""
    return [each for each in guarantee.shares if each.role in REGUARANTORS]


def organisation_id_of(public_id: str) -> int | None:
    """The inner id behind the outside name of an organisation; none where no name is given."""
    if not public_id:
        return None
    found = db.session.scalar(select(Organisation.id).where(Organisation.public_id == public_id))
    if found is None:
        raise NotFound()
    return int(found)


def sharers() -> list[tuple[str, str]]:
    """The organisations that may be named in a scheme."""
    wanted = select(Organisation.public_id, Organisation.name).where(
        Organisation.kind.in_(("reguarantor", "pool", "appraiser", "agency")), Organisation.state == "active"
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.order_by(Organisation.name))]


EXAMPLE = Money(100_000_000)


def example_of(scheme: Scheme, loss: Money = EXAMPLE) -> list[Money]:
    """What each party of a scheme would bear of a loss."""
    return split_loss(loss, scheme.weights) if scheme.members else []


def errors_of(scheme: Scheme) -> tuple[str, ...]:
    """What is wrong with a scheme's shares."""
    return scheme_errors(scheme.weights, scheme.profile)


def report_name(guarantee: Guarantee) -> str:
    """The outside name of the report on which a guarantee rests, for a link."""
    if guarantee.appraisal_id is None:
        return ""
    return db.session.scalar(select(Appraisal.public_id).where(Appraisal.id == guarantee.appraisal_id)) or ""


def guarantee_named(public_id: str) -> Guarantee:
    """The guarantee of a public id, for jobs."""
    return by_public_id(Guarantee, public_id)


def reguarantee_named(public_id: str) -> Reguarantee:
    """The re-guarantee of a public id, for jobs."""
    return by_public_id(Reguarantee, public_id)
