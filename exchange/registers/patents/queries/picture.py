"""The rights picture and the answers cut from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.calendar import china
from exchange.core.database import db
from exchange.core.errors import Conflict
from exchange.core.money import Money
from exchange.core.workdays import Calendar
from exchange.registers.patents.models import (
    Consent, CoownerConsent, Custody, Encumbrance, LegalEvent, Patent, RegisterSnapshot, Share, TransferClaim,
)
from exchange.registers.patents.models.custody import ENDED
from exchange.registers.patents.queries.registry import due_patents, events_of, get_patent, latest_snapshot
from exchange.registers.patents.queries.rights import (
    consents_of, coowner_consents, custodies_of, encumbrances, live_claim, payoff_of,
)
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
    """The rows about one patent from which the picture and its page are made, each read once."""

    events: list[LegalEvent]
    snapshot: RegisterSnapshot | None
    burdens: list[Encumbrance]
    custodies: list[Custody]
    claim: TransferClaim | None
    consents: list[Consent]
    coowner_consents: list[CoownerConsent]
    shares: list[Share]
    calendar: Calendar

    @property
    def custody(self) -> Custody | None:
        """The deposit that has not ended, a verified one first."""
        live = [one for one in self.custodies if one.state not in ENDED]
        return next((one for one in live if one.state == "verified"), live[0] if live else None)


def gather(patent_id: int, on: date | None = None) -> Gathered:
    """Everything the picture of a patent on a day is made of."""
    return Gathered(
        events=events_of(patent_id), snapshot=latest_snapshot(patent_id), burdens=encumbrances(patent_id, on),
        custodies=custodies_of(patent_id), claim=live_claim(patent_id), consents=consents_of(patent_id),
        coowner_consents=coowner_consents(patent_id),
        shares=list(db.session.scalars(select(Share).where(Share.patent_id == patent_id).order_by(Share.id))), calendar=china(),
    )


def rights_picture(patent_id: int, on: date | None = None) -> RightsPicture:
    """Everything the gates may know about a patent on a day."""
    day = on or clock.today()
    return picture_from(get_patent(patent_id), gather(patent_id, day), on=day)


def picture_from(patent: Patent, rows: Gathered, *, on: date) -> RightsPicture:
    """The picture that the gathered rows give on a day."""
    fees = annuity_of(patent, on, calendar=rows.calendar)
    status = _derived(patent, rows.events, fees, on=on)
    snapshot, custody, claim = rows.snapshot, rows.custody, rows.claim
    return RightsPicture(
        patent_id=patent.id, public_id=patent.public_id, on=on, jurisdiction=patent.jurisdiction, type=patent.right,
        registered=patent.state == "registered", disputed=patent.state == "disputed", status=status.status,
        status_since=status.since, granted_on=patent.grant_on, filed_on=patent.filing_on, expires_on=patent.expires_on,
        annuity=fees, owners=_owners(rows.shares, on), burdens=tuple(_burden(row) for row in rows.burdens),
        consents=_consents(rows.consents), coowner_consents=_coowner_consents(rows.coowner_consents),
        custody_verified=custody is not None and custody.state == "verified",
        register_taken_on=snapshot.taken_on if snapshot else None, register_sha256=snapshot.sha256 if snapshot else "",
        suspended=bool(snapshot and snapshot.stayed), seized=bool(snapshot and snapshot.seized), own_use=patent.own_use,
        evaluation_report=patent.evaluation_report, invalidity_open=patent.invalidity_open,
        twin_utility_model=_has_twin(patent), coowners_agreed=patent.coowners_agreed, historic=patent.historic,
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


def _burden(row: Encumbrance) -> Burden:
    payoff = payoff_of(row.id) if row.kind == "pledge" else None
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


def _has_twin(patent: Patent) -> bool:
    """Whether the same organisation filed an invention and a utility model of one title on one day."""
    pair = {"invention": "utility_model", "utility_model": "invention"}.get(patent.type or "")
    if pair is None or patent.filing_on is None or not patent.title_zh:
        return False
    wanted = exists().where(
        Patent.organisation_id == patent.organisation_id, Patent.filing_on == patent.filing_on, Patent.type == pair,
        Patent.title_zh == patent.title_zh, Patent.id != patent.id, Patent.state.in_(("registered", "disputed")),
    )
    return bool(db.session.scalar(select(wanted)))


def register_status(patent_id: int, on: date | None = None) -> RegisterStatus:
    """The register part of the picture."""
    return register_part(rights_picture(patent_id, on))


def gate_findings(
    patent_ids: Collection[int], *, purpose: Purpose, mode: Use, on: date | None = None, facts: ActorFacts | None = None
) -> tuple[Finding, ...]:
    """The findings of the gates for one or several patents."""
    return tuple(
        finding for patent_id in patent_ids
        for finding in gates.check_gates(rights_picture(patent_id, on), purpose=purpose, mode=Use(mode), facts=facts)
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
