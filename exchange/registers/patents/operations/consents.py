"""The pledgee's consents: recorded by pledges, relied on by listings, used up by deals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.core.parameters import parameter
from exchange.registers.patents.models import Consent
from exchange.registers.patents.queries.registry import get_patent
from exchange.registers.patents.queries.rights import get_consent, get_encumbrance
from exchange.registers.patents.states import CONSENT, EncumbranceKind, Use

VALID_DAYS = parameter("patents.consent_days", "180", source="exchange.md 1.2: a consent's default validity")
LONGEST_DAYS = 365


@operation
def record_consent(
    actor: Actor, patent_id: int, *, encumbrance_id: int, uses: Sequence[str], granted: bool = True, floor: Money | None = None,
    valid_until: date | None = None, fee_first: bool = True, proceeds: str = "prepay", terms: str = "",
) -> Consent:
    """The present pledgee consents to uses of the patent, or refuses."""
    patent, pledge = get_patent(patent_id), get_encumbrance(encumbrance_id)
    lock(patent)
    if pledge.patent_id != patent_id or pledge.kind != EncumbranceKind.PLEDGE or not pledge.live:
        raise Conflict("ENCUMBRANCE_ENDED", field="encumbrance_id")
    today = clock.today()
    until = valid_until or today + timedelta(days=VALID_DAYS.number())
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid("NUMBER_OUT_OF_RANGE", field="valid_until", low=today, high=today + timedelta(days=LONGEST_DAYS))
    if not uses:
        raise Invalid("MISSING_FIELD", field="uses")
    consent = Consent(
        patent_id=patent_id, encumbrance_id=encumbrance_id, organisation_id=pledge.holder_organisation_id,
        uses=[str(Use(use)) for use in uses], floor_minor=floor.minor if floor else None,
        floor_currency=floor.currency if floor else None, fee_first=fee_first, proceeds=proceeds, terms=terms, valid_until=until,
        relied_on_by="",
    )
    with CONSENT.move(consent, "record" if granted else "refuse", actor, uses=list(uses), valid_until=until):
        add(consent)
        flush()
    return consent


@operation
def use_consent(actor: Actor, consent_id: int, *, relied_on_by: str) -> Consent:
    """A process relies on a granted consent; from then on it cannot be revoked."""
    consent = get_consent(consent_id)
    lock(consent)
    if consent.state != "granted" or consent.valid_until < clock.today():
        raise Conflict("CONSENT_EXPIRED", date=consent.valid_until)
    if consent.relied_on_by not in ("", relied_on_by):
        raise Conflict("CONSENT_RELIED_ON")
    consent.relied_on_by = relied_on_by
    note(consent, "use", actor, relied_on_by=relied_on_by)
    return consent


@operation
def release_consent(actor: Actor, consent_id: int) -> Consent:
    """The process that relied on a consent ended without using it."""
    consent = get_consent(consent_id)
    lock(consent)
    consent.relied_on_by = ""
    note(consent, "release", actor)
    return consent


@operation
def settle_consent(actor: Actor, consent_id: int) -> Consent:
    """A settlement uses a consent up."""
    consent = get_consent(consent_id)
    lock(consent)
    with CONSENT.move(consent, "settle", actor):
        pass
    return consent


@operation
def revoke_consent(actor: Actor, consent_id: int) -> Consent:
    """The pledgee takes a consent back on which nothing relies."""
    consent = get_consent(consent_id)
    lock(consent)
    with CONSENT.move(consent, "revoke", actor):
        if consent.relied_on_by:
            raise Conflict("CONSENT_RELIED_ON")
    return consent


@operation
def expire_consents(*, actor: Actor = SYSTEM) -> int:
    """Consents whose last day has passed expire."""
    wanted = select(Consent).where(Consent.state == "granted", Consent.valid_until < clock.today()).order_by(Consent.id)
    expired = list(db.session.scalars(wanted))
    for consent in expired:
        with CONSENT.move(consent, "expire", actor):
            pass
    return len(expired)
