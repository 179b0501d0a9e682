"""The rights picture and the answers cut from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, inspect, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.calendar import china
from exchange.core.database import Part, Together, db, filled, part
from exchange.core.errors import Conflict, NotFound
from exchange.core.money import Money
from exchange.core.workdays import Calendar
from exchange.registers.patents.models import (
    Annuity, Consent, CoownerConsent, Custody, Encumbrance, LegalEvent, OwnershipProof, Patent, PayoffStatement, RegisterSnapshot, Share,
    TransferClaim,
)
from exchange.registers.patents.models.custody import ENDED
from exchange.registers.patents.queries.registry import due_patents, events_of, get_patent
from exchange.registers.patents.queries.rights import standing
from exchange.registers.patents.rules import annuities, gates, terms
from exchange.registers.patents.rules.gates import ActorFacts, Finding, Purpose
from exchange.registers.patents.rules.legal import EventFact, Status, derive_status
from exchange.registers.patents.rules.licences import Box
from exchange.registers.patents.rules.picture import (
    Burden, ConsentFact, CoownerConsentFact, RegisterStatus, RightsPicture, register_part,
)
from exchange.registers.patents.rules.shares import OwnerShare
from exchange.registers.patents.states import Effect, EncumbranceKind, LegalStatus, LicenceKind, PatentType, Use


@dataclass(frozen=True)
class Gathered:
    """The rows about one patent from which the picture and its page are made, read in one statement."""

    patent: Patent
    events: list[LegalEvent]
    snapshot: RegisterSnapshot | None
    history: list[Encumbrance]
    payoffs: dict[int, PayoffStatement]
    custodies: list[Custody]
    claim: TransferClaim | None
    consents: list[Consent]
    coowner_consents: list[CoownerConsent]
    shares: list[Share]
    has_twin: bool
    calendar: Calendar

    @property
    def custody(self) -> Custody | None:
        """The deposit that has not ended, a verified one first."""
        live = [one for one in self.custodies if one.state not in ENDED]
        return next((one for one in live if one.state == "verified"), live[0] if live else None)


def _parts() -> dict[str, Part]:
    ids = bindparam("patent_ids", expanding=True, type_=Share.patent_id.type)
    newer, twin = aliased(RegisterSnapshot), aliased(Patent)
    newest = select(newer.id).where(newer.patent_id == RegisterSnapshot.patent_id).order_by(newer.taken_on.desc(), newer.id.desc())
    pair = or_(and_(Patent.type == "invention", twin.type == "utility_model"), and_(Patent.type == "utility_model", twin.type == "invention"))
    same = and_(
        twin.organisation_id == Patent.organisation_id, twin.filing_on == Patent.filing_on, pair, Patent.title_zh != "",
        twin.title_zh == Patent.title_zh, twin.id != Patent.id, twin.state.in_(("registered", "disputed")))
    return {
        "patents": part(select(Patent).where(Patent.id.in_(ids)), Patent.id),
        "twins": part(select(Patent).where(Patent.id.in_(ids), exists().where(same)), Patent.id),
        "events": part(select(LegalEvent).where(LegalEvent.patent_id.in_(ids)), LegalEvent.effective_on.desc(), LegalEvent.id.desc()),
        "snapshots": part(select(RegisterSnapshot).where(
            RegisterSnapshot.patent_id.in_(ids), RegisterSnapshot.id == newest.limit(1).scalar_subquery()), RegisterSnapshot.id),
        "history": part(select(Encumbrance).where(Encumbrance.patent_id.in_(ids)), Encumbrance.id.desc()),
        "payoffs": part(select(PayoffStatement).where(PayoffStatement.encumbrance_id.in_(
            select(Encumbrance.id).where(Encumbrance.patent_id.in_(ids)))), PayoffStatement.id),
        "custodies": part(select(Custody).where(Custody.patent_id.in_(ids)), Custody.id.desc()),
        "claims": part(select(TransferClaim).where(TransferClaim.patent_id.in_(ids), TransferClaim.live), TransferClaim.id),
        "consents": part(select(Consent).where(Consent.patent_id.in_(ids)), Consent.id.desc()),
        "coowner_consents": part(
            select(CoownerConsent).where(CoownerConsent.patent_id.in_(ids), CoownerConsent.revoked_on.is_(None)), CoownerConsent.id),
        "shares": part(select(Share).where(Share.patent_id.in_(ids)), Share.id),
    }


ABOUT = Together(_parts)


def gather_all(patent_ids: Collection[int]) -> dict[int, Gathered]:
    """Everything the pictures of some patents are made of, by patent."""
    if not patent_ids:
        return {}
    read, calendar = ABOUT.read(patent_ids=sorted(set(patent_ids))), china()
    twins = {row.id for row in read["twins"]}
    of: dict[str, dict[int, list[Any]]] = {
        name: {} for name in ("events", "snapshots", "history", "custodies", "claims", "consents", "coowner_consents", "shares")}
    for name, rows_of in of.items():
        for row in read[name]:
            rows_of.setdefault(row.patent_id, []).append(row)
    payoffs = {row.encumbrance_id: row for row in read["payoffs"]}
    for patent in read["patents"]:
        if "shares" not in inspect(patent).dict:
            set_committed_value(patent, "shares", of["shares"].get(patent.id, []))
    return {
        patent.id: Gathered(
            patent=patent, events=of["events"].get(patent.id, []), snapshot=next(iter(of["snapshots"].get(patent.id, [])), None),
            history=of["history"].get(patent.id, []), payoffs=payoffs, custodies=of["custodies"].get(patent.id, []),
            claim=next(iter(of["claims"].get(patent.id, [])), None), consents=of["consents"].get(patent.id, []),
            coowner_consents=of["coowner_consents"].get(patent.id, []), shares=of["shares"].get(patent.id, []),
            has_twin=patent.id in twins, calendar=calendar)
        for patent in read["patents"]
    }


def gather(patent_id: int) -> Gathered:
    """Everything the picture of a patent is made of."""
    found = gather_all([patent_id]).get(patent_id)
    if found is None:
        raise NotFound()
    return found


def _paper_parts() -> dict[str, Part]:
    of = bindparam("patent_id", type_=Share.patent_id.type)
    return {
        "proofs": part(select(OwnershipProof).where(OwnershipProof.patent_id == of), OwnershipProof.id),
        "annuities": part(select(Annuity).where(Annuity.patent_id == of), Annuity.year_no),
    }


PAPERS = Together(_paper_parts)


def papers_of(patent: Patent) -> dict[str, list[Any]]:
    """The proofs and the recorded fees of a patent; its classes and people come with them."""
    filled(patent, Patent.classes, Patent.people)
    return PAPERS.read(patent_id=patent.id)


def rights_picture(patent_id: int, on: date | None = None) -> RightsPicture:
    """Everything the gates may know about a patent on a day."""
    return rights_pictures([patent_id], on)[patent_id]


def rights_pictures(patent_ids: Collection[int], on: date | None = None) -> dict[int, RightsPicture]:
    """Everything the gates may know about some patents on a day, in the order in which they are named."""
    found = gather_all(patent_ids)
    if any(patent_id not in found for patent_id in patent_ids):
        raise NotFound()
    return {patent_id: picture_from(found[patent_id], on=on or clock.today()) for patent_id in patent_ids}


def picture_from(rows: Gathered, *, on: date) -> RightsPicture:
    """The picture that the gathered rows give on a day."""
    patent = rows.patent
    fees = annuity_of(patent, on, calendar=rows.calendar)
    status = _derived(patent, rows.events, fees, on=on)
    snapshot, custody, claim = rows.snapshot, rows.custody, rows.claim
    return RightsPicture(
        patent_id=patent.id, public_id=patent.public_id, on=on, jurisdiction=patent.jurisdiction, type=patent.right,
        registered=patent.state == "registered", disputed=patent.state == "disputed", status=status.status,
        status_since=status.since, granted_on=patent.grant_on, filed_on=patent.filing_on, expires_on=patent.expires_on,
        annuity=fees, owners=_owners(rows.shares, on), burdens=tuple(_burden(row, rows.payoffs) for row in standing(rows.history, on)),
        consents=_consents(rows.consents), coowner_consents=_coowner_consents(rows.coowner_consents),
        custody_verified=custody is not None and custody.state == "verified",
        register_taken_on=snapshot.taken_on if snapshot else None, register_sha256=snapshot.sha256 if snapshot else "",
        suspended=bool(snapshot and snapshot.stayed), seized=bool(snapshot and snapshot.seized), own_use=patent.own_use,
        evaluation_report=patent.evaluation_report, invalidity_open=patent.invalidity_open,
        twin_utility_model=rows.has_twin, coowners_agreed=patent.coowners_agreed, historic=patent.historic,
        needs_review=patent.needs_review, claim=claim.reference if claim else "", flags=status.flags,
    )


def status_on(patent: Patent, on: date) -> Status:
    """The status derived from the patent's events, dates and fees as of a day."""
    return _derived(patent, events_of(patent.id), annuity_of(patent, on), on=on)


def _derived(patent: Patent, events: Sequence[LegalEvent], fees: annuities.AnnuityState, *, on: date) -> Status:
    return derive_status(
        [_fact(event) for event in events], type=patent.right, filing_on=patent.filing_on, added_days=patent.added_days,
        annuity=fees, on=on,
    )


def _fact(row: LegalEvent) -> EventFact:
    return EventFact(
        id=row.id, effect=Effect(row.effect), effective_on=row.effective_on, published_on=row.published_on,
        register_reference=row.register_reference, superseded=row.superseded_by_id is not None, review=row.needs_review,
    )


def annuity_of(patent: Patent, on: date, *, calendar: Calendar | None = None) -> annuities.AnnuityState:
    """How the fees of a patent stand on a day; foreign patents pay elsewhere and are not watched."""
    if patent.filing_on is None or patent.expires_on is None or patent.right is None:
        return annuities.AnnuityState(annuities.AnnuityStanding.UNKNOWN)
    return annuities.annuity_state(
        patent.filing_on, patent.annuity_paid_to_year, on=on, expires_on=patent.expires_on, calendar=calendar or china()
    )


def _burden(row: Encumbrance, payoffs: Mapping[int, PayoffStatement]) -> Burden:
    payoff = payoffs.get(row.id) if row.kind == "pledge" else None
    box = None
    if row.boxes:
        kept = row.boxes[0]
        box = Box(frozenset(kept.territories), frozenset(kept.fields), kept.first_day, kept.last_day or date.max)
    return Burden(
        id=row.id, kind=EncumbranceKind(row.kind), holder_organisation_id=row.holder_organisation_id,
        holder_name=row.holder_name, licence_kind=LicenceKind(row.licence_kind) if row.licence_kind else None, box=box,
        public=row.public, needs_review=row.needs_review, may_sublicense=row.may_sublicense,
        payoff_valid_until=payoff.valid_until if payoff else None,
    )


def _consents(rows: Sequence[Consent]) -> tuple[ConsentFact, ...]:
    return tuple(
        ConsentFact(
            row.id, row.encumbrance_id, frozenset(Use(use) for use in row.uses), row.valid_until, row.floor, row.relied_on_by
        )
        for row in sorted(rows, key=lambda one: one.id) if row.state == "granted"
    )


def _coowner_consents(rows: Sequence[CoownerConsent]) -> tuple[CoownerConsentFact, ...]:
    return tuple(CoownerConsentFact(row.organisation_id, Use(row.act), row.valid_to) for row in rows)


def register_from(rows: Gathered, *, on: date) -> RegisterStatus:
    """The register part of the picture that the gathered rows give on a day."""
    return register_part(picture_from(rows, on=on))


def register_status(patent_id: int, on: date | None = None) -> RegisterStatus:
    """The register part of the picture."""
    return register_part(rights_picture(patent_id, on))


def gate_findings(
    patent_ids: Collection[int], *, purpose: Purpose, mode: Use, on: date | None = None, facts: ActorFacts | None = None
) -> tuple[Finding, ...]:
    """The findings of the gates for one or several patents."""
    return tuple(
        finding for picture in rights_pictures(patent_ids, on).values()
        for finding in gates.check_gates(picture, purpose=purpose, mode=Use(mode), facts=facts)
    )


def check_disposition(
    patent_id: int, use: Use, *, on: date | None = None, disposal_approved: bool = False, price: Money | None = None
) -> tuple[Finding, ...]:
    """What stands against a use of a pledged patent; empty where the present pledgee consented."""
    picture = rights_picture(patent_id, on)
    return gates.check_disposition(picture, Use(use), price=price, disposal_approved=disposal_approved)


def expiry_date(patent_id: int) -> date:
    """The first day on which the patent is no longer in force; refuses where type or filing date is not known."""
    patent = get_patent(patent_id)
    if patent.expires_on is None:
        raise Conflict("PATENT_NOT_IN_FORCE", field="patent", status=LegalStatus.UNKNOWN.label, date="—")
    return patent.expires_on


def annuity_state(patent_id: int, on: date | None = None) -> annuities.AnnuityState:
    """How the fees stand on a day."""
    return annuity_of(get_patent(patent_id), on or clock.today())


def annuity_due_list(actor: Actor, *, days: int = 365) -> list[tuple[Patent, annuities.AnnuityState]]:
    """The portfolio's patents with a fee due within some days, soonest first, each with how its fees stand."""
    today, calendar = clock.today(), china()
    return [(patent, annuity_of(patent, today, calendar=calendar)) for patent in due_patents(actor, days=days)]


def in_force_interval(patent_id: int) -> tuple[date, date] | None:
    """From the grant to the first day no longer in force; nothing for a right that never was or never counted."""
    patent = get_patent(patent_id)
    if patent.grant_on is None or patent.expires_on is None or patent.status in (LegalStatus.INVALIDATED, LegalStatus.REVOKED):
        return None
    has_ended = patent.status.dead and patent.legal_status_on is not None
    end = min(patent.expires_on, patent.legal_status_on) if has_ended and patent.legal_status_on else patent.expires_on
    return patent.grant_on, end


def shares_on(patent_id: int, on: date | None = None) -> tuple[OwnerShare, ...]:
    """The owners and their exact parts on a day."""
    rows = db.session.scalars(select(Share).where(Share.patent_id == patent_id).order_by(Share.id))
    return _owners(list(rows), on or clock.today())


def _owners(rows: Sequence[Share], on: date) -> tuple[OwnerShare, ...]:
    held = [row for row in rows if row.valid_from <= on and (row.valid_to is None or row.valid_to > on)]
    return tuple(OwnerShare(row.organisation_id, row.holder_name, row.fraction, row.stated) for row in held)


def differing_statuses() -> list[tuple[int, str, str, str]]:
    """The patents whose kept status is not the derived one: id, number, kept, derived."""
    found, today = [], clock.today()
    for patent in db.session.scalars(select(Patent).where(Patent.state.not_in(("withdrawn", "refused"))).order_by(Patent.id)):
        derived = status_on(patent, today)
        if (patent.legal_status, patent.legal_status_on) != (str(derived.status), derived.since):
            found.append((patent.id, patent.shown_number, patent.legal_status, str(derived.status)))
    return found


def term_of(patent: Patent) -> date | None:
    """The expiry that type, filing date and added days give."""
    if patent.right is None or patent.filing_on is None:
        return None
    return terms.expiry_date(PatentType(patent.right), patent.filing_on, added_days=patent.added_days or 0)
