"""Patents, their proofs, events and fees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from exchange.core import clock
from exchange.core.access import AUDIENCE_OF, Actor, visibility
from exchange.core.database import db, visible
from exchange.core.errors import Invalid, NotFound
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Task
from exchange.core.text import Text, _
from exchange.people.accounts.models import Organisation
from exchange.registers.patents.models import (
    Annuity, Custody, Encumbrance, ImportBatch, LegalEvent, OwnershipProof, Party, Patent, PatentClass, RegisterSnapshot,
    Share,
)
from exchange.registers.patents.rules.annuities import due_on
from exchange.registers.patents.rules.classes import read_class
from exchange.registers.patents.rules.numbers import read_application, read_publication

LIVE_ENTRIES = ("draft", "submitted", "returned", "registered", "disputed")
SUBMITTED_ON = ("submitted", "returned", "registered", "disputed", "refused", "closed")
STAFF = ("exchange",)
WATCHERS = ("regulator", "auditor")


@visibility("patent")
def visible_patents(actor: Actor | None) -> ColumnElement[bool]:
    """Published ones are open to all; the rest to holder, co-owners, those with a right on it, the registry, supervisors."""
    is_open = and_(Patent.published, Patent.state.in_(("registered", "disputed")))
    if actor is None:
        return is_open
    if actor.is_system or actor.kind in WATCHERS:
        return true()
    if actor.kind in STAFF:
        return or_(is_open, Patent.state.in_(SUBMITTED_ON))
    own = actor.organisation_id
    is_owner = exists().where(Share.patent_id == Patent.id, Share.organisation_id == own, Share.valid_to.is_(None))
    has_right = exists().where(Encumbrance.patent_id == Patent.id, Encumbrance.holder_organisation_id == own)
    return or_(is_open, Patent.organisation_id == own, is_owner, has_right)


@visibility("proof")
def visible_proofs(actor: Actor | None) -> ColumnElement[bool]:
    """Proofs are for the submitting organisation, the registry and supervisors."""
    if actor is None:
        return false()
    if actor.is_system or actor.kind in (*WATCHERS, *STAFF):
        return true()
    return OwnershipProof.organisation_id == actor.organisation_id


@visibility("custody")
def visible_custody(actor: Actor | None) -> ColumnElement[bool]:
    """Deposits are for the depositor, the exchange and supervisors."""
    if actor is None:
        return false()
    if actor.is_system or actor.kind in WATCHERS:
        return true()
    if actor.kind in STAFF:
        return Custody.state != "draft"
    return Custody.organisation_id == actor.organisation_id


@visibility("import")
def visible_imports(actor: Actor | None) -> ColumnElement[bool]:
    """Imports are for the importing organisation and the auditor."""
    if actor is None:
        return false()
    if actor.is_system or actor.kind == "auditor":
        return true()
    return ImportBatch.organisation_id == actor.organisation_id


def audience_of(actor: Actor | None, patent: Patent) -> str:
    """How much of a patent's answer this reader gets."""
    if actor is None:
        return "public"
    if actor.kind in WATCHERS:
        return "supervisor"
    if actor.kind in STAFF or any(actor.organisation_id in ids for ids in patent.parties().values()):
        return "owner"
    return "public"


AUDIENCE_OF["patent"] = audience_of


def get_patent(patent_id: int) -> Patent:
    """The patent of this id; upper features hold only such ids."""
    found = db.session.get(Patent, patent_id)
    if found is None:
        raise NotFound()
    return found


def find_patent(actor: Actor | None, public_id: str) -> Patent:
    """The patent of this name that the actor may see."""
    return visible(Patent, public_id, actor)


def find_by_number(text: str) -> Patent | None:
    """The registered patent of a number in any spelling."""
    year = clock.today().year
    number = read_application(text, year=year)
    wanted = select(Patent).where(Patent.state.in_(("registered", "disputed")))
    if not any(fault.code in ("CN_LENGTH", "NUMBER_AS_FLOAT") for fault in number.faults):
        found = db.session.scalar(wanted.where(Patent.application_number == number.normal))
        if found is not None:
            return found
    published = read_publication(text)
    return db.session.scalar(wanted.where(Patent.publication_number == published.normal).limit(1))


def owned_patents(organisation_id: int) -> list[Patent]:
    """The registered patents of which an organisation holds a share."""
    held = select(Share.patent_id).where(Share.organisation_id == organisation_id, Share.valid_to.is_(None))
    wanted = select(Patent).where(Patent.id.in_(held), Patent.state.in_(("registered", "disputed")))
    return list(db.session.scalars(wanted.order_by(Patent.id)))


def portfolio(actor: Actor, *, cursor: str = "", size: int = 50, **filters: Any) -> Page[Patent]:
    """A page of the patents that an organisation entered or holds, narrowed by filters."""
    query = _narrowed(_portfolio_of(actor), **filters).options(selectinload(Patent.classes), selectinload(Patent.people), selectinload(Patent.shares))
    return page_of(query, [Order(Patent.id, "id", True)], cursor=cursor, size=size)


def _portfolio_of(actor: Actor) -> Select[Patent]:
    if actor.is_system or actor.kind in (*STAFF, *WATCHERS):
        return select(Patent).where(visible_patents(actor), Patent.state.not_in(("withdrawn",)))
    own = actor.organisation_id
    is_owner = exists().where(Share.patent_id == Patent.id, Share.organisation_id == own, Share.valid_to.is_(None))
    return select(Patent).where(or_(Patent.organisation_id == own, is_owner), Patent.state != "withdrawn")


def portfolio_counts(actor: Actor) -> dict[str, int]:
    """How many entries there are in each state."""
    rows = _portfolio_of(actor).with_only_columns(Patent.state, func.count()).group_by(Patent.state)
    return {state: int(number) for state, number in db.session.execute(rows)}


def _narrowed(
    query: Select[Patent], *, q: str = "", status: str = "", state: str = "", ipc: str = "",
    type: str = "",  # noqa: A002  (the column's own word)
    holder: str = "", custody: str = "", due: int | None = None, life: int | None = None, batch: int | None = None,
) -> Select[Patent]:
    if q:
        query = query.where(_matching(q))
    for column, value in ((Patent.type, type), (Patent.legal_status, status), (Patent.state, state)):
        if value:
            query = query.where(column == value)
    if ipc:
        query = query.where(_classed(ipc))
    if holder:
        query = query.where(exists().where(Party.patent_id == Patent.id, Party.name.contains(holder, autoescape=True)))
    if custody:
        held = exists().where(Custody.patent_id == Patent.id, Custody.state == "verified")
        query = query.where(held if custody == "yes" else ~held)
    if life is not None:
        query = query.where(Patent.expires_on >= clock.today() + timedelta(days=365 * life))
    if due is not None:
        query = query.where(Patent.id.in_(_due_within(query, due)))
    return query if batch is None else query.where(Patent.import_batch_id == batch)


def _matching(text: str) -> ColumnElement[bool]:
    """Numbers in any spelling, words of the titles, names."""
    number = read_application(text, year=clock.today().year)
    word = text.strip()
    compact = "".join(word.split())
    return or_(
        Patent.application_number == number.normal,
        Patent.application_number.contains(compact, autoescape=True),
        Patent.publication_number.contains(compact.upper(), autoescape=True),
        Patent.title_zh.contains(word, autoescape=True),
        Patent.title_en.icontains(word, autoescape=True),
        exists().where(Party.patent_id == Patent.id, Party.name.contains(word, autoescape=True)),
    )


def _classed(text: str) -> ColumnElement[bool]:
    symbol = read_class("cpc", text)
    plain = text.strip().upper().replace(" ", "")
    if symbol is not None and not symbol.coarse:
        return exists().where(PatentClass.patent_id == Patent.id, PatentClass.symbol == symbol.symbol)
    if symbol is not None:
        return exists().where(PatentClass.patent_id == Patent.id, PatentClass.subclass == symbol.subclass)
    if len(plain) > 3:
        raise Invalid("FIELD_MALFORMED", field="ipc", reason="H04L 9/32, H04L, H04, H")
    return exists().where(PatentClass.patent_id == Patent.id, PatentClass.class_code.startswith(plain, autoescape=True))


def _due_within(query: Select[Patent], days: int) -> list[int]:
    """Ids of the query's patents whose next fee falls due within some days; overdue ones included."""
    last = clock.today() + timedelta(days=days)
    known = query.with_only_columns(Patent.id, Patent.filing_on, Patent.annuity_paid_to_year).where(
        Patent.annuity_paid_to_year.is_not(None), Patent.filing_on.is_not(None), Patent.legal_status.in_(("in_force", "in_grace"))
    )
    rows = db.session.execute(known)
    return [patent_id for patent_id, filing_on, year in rows if filing_on and year is not None and due_on(filing_on, year + 1) <= last]


def due_patents(actor: Actor, *, days: int) -> list[Patent]:
    """The portfolio's patents with a fee due within some days, soonest first."""
    mine = _portfolio_of(actor)
    found = list(db.session.scalars(mine.where(Patent.id.in_(_due_within(mine, days)[:2_000]))))
    return sorted(found, key=lambda one: due_on(one.filing_on or date.max, (one.annuity_paid_to_year or 0) + 1))


def proofs_of(patent_id: int) -> list[OwnershipProof]:
    """The proofs of a patent in the order they came."""
    return list(db.session.scalars(select(OwnershipProof).where(OwnershipProof.patent_id == patent_id).order_by(OwnershipProof.id)))


def events_of(patent_id: int) -> list[LegalEvent]:
    """The legal events of a patent, newest first."""
    wanted = select(LegalEvent).where(LegalEvent.patent_id == patent_id)
    return list(db.session.scalars(wanted.order_by(LegalEvent.effective_on.desc(), LegalEvent.id.desc())))


def annuities_of(patent_id: int) -> list[Annuity]:
    """The recorded fees of a patent by year."""
    return list(db.session.scalars(select(Annuity).where(Annuity.patent_id == patent_id).order_by(Annuity.year_no)))


def latest_snapshot(patent_id: int) -> RegisterSnapshot | None:
    """The newest register copy of a patent."""
    wanted = select(RegisterSnapshot).where(RegisterSnapshot.patent_id == patent_id)
    return db.session.scalar(wanted.order_by(RegisterSnapshot.taken_on.desc(), RegisterSnapshot.id.desc()).limit(1))


def registry_queue() -> dict[str, list[Any]]:
    """What waits at the registrar's desk, oldest first: patents, custody, proofs, and what needs a look."""
    patents = select(Patent).where(Patent.state == "submitted").order_by(Patent.submitted_on, Patent.id).limit(200)
    custody = select(Custody).where(Custody.state == "submitted").order_by(Custody.submitted_on, Custody.id).limit(200)
    proofs = select(OwnershipProof).where(OwnershipProof.state == "submitted").order_by(OwnershipProof.id).limit(200)
    review = select(Patent).where(Patent.needs_review, Patent.state.in_(LIVE_ENTRIES)).order_by(Patent.id).limit(200)
    return {
        name: list(db.session.scalars(query))
        for name, query in (("patents", patents), ("custody", custody), ("proofs", proofs), ("review", review))
    }


def tasks(actor: Actor) -> list[Task]:
    """The registrar's queue, and what was returned to a holder, oldest first."""
    if actor.kind == "exchange" and actor.desk == "registrar":
        queue = registry_queue()
        return [_task(patent, _("Register"), "/registry") for patent in queue["patents"][:50]]
    if actor.kind not in ("enterprise", "research"):
        return []
    returned = select(Patent).where(Patent.organisation_id == actor.organisation_id, Patent.state == "returned")
    return [_task(patent, _("Submit for registration")) for patent in db.session.scalars(returned.order_by(Patent.id).limit(50))]


def _task(patent: Patent, what: Text, place: str = "") -> Task:
    return Task("patent", patent.public_id, patent.title, what, number=patent.shown_number, place=place)


def organisation_named(name: str) -> int | None:
    """The organisation of exactly this name, if the platform knows it."""
    return db.session.scalar(select(Organisation.id).where(Organisation.name == name.strip()).limit(1))
