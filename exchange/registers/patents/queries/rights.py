"""Encumbrances, consents, custody and claims of a patent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select, true

from exchange.core import clock
from exchange.core.access import Actor, visibility
from exchange.core.database import db
from exchange.core.errors import NotFound
from exchange.registers.patents.models import Consent, CoownerConsent, Custody, Encumbrance, TransferClaim
from exchange.registers.patents.models.custody import ENDED
from exchange.registers.patents.states import PLEDGES, Use


@visibility("encumbrance")
def visible_encumbrances(actor: Actor | None) -> ColumnElement[bool]:
    """Public ones are open to all; the rest to their holder, the exchange and supervisors."""
    if actor is None:
        return Encumbrance.public.is_(True)
    if actor.is_system or actor.kind in ("exchange", "regulator", "auditor"):
        return true()
    return or_(Encumbrance.public, Encumbrance.holder_organisation_id == actor.organisation_id)


@visibility("consent")
def visible_consents(actor: Actor | None) -> ColumnElement[bool]:
    """Consents are for the pledgee, the exchange and supervisors."""
    if actor is None:
        return false()
    if actor.is_system or actor.kind in ("exchange", "regulator", "auditor"):
        return true()
    return Consent.organisation_id == actor.organisation_id


@visibility("coowner_consent")
def visible_coowner_consents(actor: Actor | None) -> ColumnElement[bool]:
    """A co-owner's consents are for itself, the exchange and supervisors."""
    if actor is None:
        return false()
    if actor.is_system or actor.kind in ("exchange", "regulator", "auditor"):
        return true()
    return CoownerConsent.organisation_id == actor.organisation_id


def get_encumbrance(encumbrance_id: int) -> Encumbrance:
    """The encumbrance of this id."""
    found = db.session.get(Encumbrance, encumbrance_id)
    if found is None:
        raise NotFound()
    return found


def encumbrances(patent_id: int, on: date | None = None) -> list[Encumbrance]:
    """The encumbrances that are live today; for an earlier day those that had begun and had not ended."""
    return standing(encumbrance_history(patent_id), on)


def standing(history: Sequence[Encumbrance], on: date | None = None) -> list[Encumbrance]:
    """Those of a patent's encumbrances that stand on a day, oldest first."""
    today = clock.today()
    day = on or today
    begun = sorted((row for row in history if row.ends_encumbrance_id is None), key=lambda row: row.id)
    if day >= today:
        return [row for row in begun if row.live and (row.ends_on is None or row.ends_on >= day)]
    endings = {row.ends_encumbrance_id: row for row in history if row.ends_encumbrance_id is not None}
    return [
        row for row in begun
        if row.begins_on <= day and (row.ends_on is None or row.ends_on >= day)
        and not (row.id in endings and (endings[row.id].ending == "voided" or endings[row.id].begins_on <= day))
    ]


def encumbrance_history(patent_id: int) -> list[Encumbrance]:
    """Every row of a patent's encumbrances, newest first."""
    return list(db.session.scalars(select(Encumbrance).where(Encumbrance.patent_id == patent_id).order_by(Encumbrance.id.desc())))


def standing_on(patent_ids: Collection[int], on: date | None = None) -> list[Encumbrance]:
    """The encumbrances of some patents that stand on a day, patent by patent as they are named."""
    wanted = select(Encumbrance).where(Encumbrance.patent_id.in_(sorted(set(patent_ids))))
    history: dict[int, list[Encumbrance]] = {}
    for row in db.session.scalars(wanted) if patent_ids else ():
        history.setdefault(row.patent_id, []).append(row)
    return [row for patent_id in patent_ids for row in standing(history.get(patent_id, ()), on)]


def encumbrance_by_reference(reference: str) -> list[Encumbrance]:
    """The live encumbrances of a reference."""
    return list(db.session.scalars(select(Encumbrance).where(Encumbrance.reference == reference, Encumbrance.live)))


def live_pledge(patent_id: int) -> Encumbrance | None:
    """The live pledge of a patent, filed or registered."""
    wanted = select(Encumbrance).where(
        Encumbrance.patent_id == patent_id, Encumbrance.live, Encumbrance.kind.in_([str(kind) for kind in PLEDGES]),
    )
    return db.session.scalar(wanted.limit(1))


def get_consent(consent_id: int) -> Consent:
    """The consent of this id."""
    found = db.session.get(Consent, consent_id)
    if found is None:
        raise NotFound()
    return found


def consents_of(patent_id: int) -> list[Consent]:
    """The consents recorded for a patent, newest first."""
    return list(db.session.scalars(select(Consent).where(Consent.patent_id == patent_id).order_by(Consent.id.desc())))


def consent_for(patent_id: int, use: str, on: date) -> Consent | None:
    """The granted, unexpired consent of the present pledge that covers a use."""
    pledge = live_pledge(patent_id)
    if pledge is None:
        return None
    wanted = select(Consent).where(
        Consent.encumbrance_id == pledge.id, Consent.state == "granted", Consent.valid_until >= on
    )
    chosen = Use(use)
    return next((one for one in db.session.scalars(wanted.order_by(Consent.id.desc())) if str(chosen) in one.uses), None)


def coowner_consents(patent_id: int) -> list[CoownerConsent]:
    """The co-owners' consents that were not revoked."""
    wanted = select(CoownerConsent).where(CoownerConsent.patent_id == patent_id, CoownerConsent.revoked_on.is_(None))
    return list(db.session.scalars(wanted.order_by(CoownerConsent.id)))


def get_custody(custody_id: int) -> Custody:
    """The deposit of this id."""
    found = db.session.get(Custody, custody_id)
    if found is None:
        raise NotFound()
    return found


def custodies_of(patent_id: int) -> list[Custody]:
    """The deposits of a patent, newest first."""
    return list(db.session.scalars(select(Custody).where(Custody.patent_id == patent_id).order_by(Custody.id.desc())))


def live_custody(patent_id: int, organisation_id: int | None = None) -> Custody | None:
    """The deposit of a patent that has not ended, of one organisation or of any."""
    wanted = select(Custody).where(Custody.patent_id == patent_id, Custody.state.not_in(ENDED))
    if organisation_id is not None:
        wanted = wanted.where(Custody.organisation_id == organisation_id)
    return db.session.scalar(wanted.order_by(Custody.verified_on.desc(), Custody.id).limit(1))


def live_claim(patent_id: int) -> TransferClaim | None:
    """The process that may dispose of a patent now."""
    return db.session.scalar(select(TransferClaim).where(TransferClaim.patent_id == patent_id, TransferClaim.live))
