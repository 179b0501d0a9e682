"""Encumbrances are placed, lifted and voided here alone; two live pledges of one patent cannot be."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import HOLDER_SIDE, REGISTRAR, SYSTEM, SYSTEM_ONLY, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.registers.patents.models import Consent, Encumbrance, LicenceBox, Patent, PayoffStatement
from exchange.registers.patents.queries.registry import get_patent
from exchange.registers.patents.queries.rights import encumbrances, get_encumbrance, live_pledge
from exchange.registers.patents.rules.licences import LICENCE_USES, Box, LiveLicence, check_box, conflict_code
from exchange.registers.patents.states import CONSENT, PLEDGES, EncumbranceKind, LicenceKind

PAYOFF_DAYS = 30
USE_OF_LICENCE = {kind: use for use, kind in LICENCE_USES.items()}


@operation
def place_encumbrance(
    actor: Actor, patent_id: int, *, kind: str, source: str, reference: str, begins_on: date, ends_on: date | None = None,
    holder_organisation_id: int | None = None, holder_name: str = "", licence_kind: str | None = None, box: Box | None = None,
    secured_kind: str | None = None, may_sublicense: bool = False, public: bool = False, rank: int = 1, sha256: str = "",
) -> Encumbrance:
    """A burden is placed on a patent; a second live pledge is refused, a licence that overlaps another too."""
    patent = get_patent(patent_id)
    _require_entitled(actor, patent, source)
    lock(patent)
    chosen = EncumbranceKind(kind)
    is_doubtful = _check_pledge(patent, chosen, source)
    if chosen is EncumbranceKind.LICENCE:
        _check_licence(patent, LicenceKind(licence_kind or LicenceKind.ORDINARY), box, source=source)
    row = Encumbrance(
        patent_id=patent_id, kind=str(chosen), source=source, reference=reference, begins_on=begins_on, ends_on=ends_on,
        holder_organisation_id=holder_organisation_id, holder_name=holder_name,
        licence_kind=str(LicenceKind(licence_kind or LicenceKind.ORDINARY)) if chosen is EncumbranceKind.LICENCE else None,
        secured_kind=secured_kind, may_sublicense=may_sublicense, public=public, rank=rank, sha256=sha256,
        live=not is_doubtful, needs_review=is_doubtful or (source == "register" and chosen is EncumbranceKind.LICENCE and box is None),
        recorded_by=actor.user_id,
    )
    add(row)
    flush()
    if box is not None:
        last = None if box.last_day == date.max else box.last_day
        first = begins_on if box.first_day == date.min else box.first_day
        add(LicenceBox(
            encumbrance_id=row.id, territories=sorted(box.territories), fields=sorted(box.fields), first_day=first, last_day=last,
        ))
        flush()
    patent.needs_review = patent.needs_review or row.needs_review
    note(row, "place", actor, patent=patent, kind=chosen, reference=reference, source=source)
    note(patent, "encumbered", actor, patent_id=patent_id, kind=chosen, reference=reference, source=source, on=begins_on, presumed=False)
    return row


def _require_entitled(actor: Actor, patent: Patent, source: str) -> None:
    """What the register says is the registrar's to enter, what the holder declares the holder's; the rest comes from above."""
    entitled = {"register": REGISTRAR | SYSTEM_ONLY, "declared": HOLDER_SIDE | REGISTRAR | SYSTEM_ONLY}.get(source)
    if entitled is not None and not entitled.fits(actor, patent.parties()):
        raise Forbidden(noun="encumbrance", verb="place")


def _check_pledge(patent: Patent, kind: EncumbranceKind, source: str) -> bool:
    """Refuse a pledge that cannot be; a register's second pledge is kept as a row that needs a look."""
    if kind not in PLEDGES:
        return False
    if source != "register" and patent.state != "registered":
        raise Conflict("PATENT_DISPUTED" if patent.state == "disputed" else "PATENT_NOT_REGISTERED", field="patent")
    if source != "register" and patent.jurisdiction != "CN":
        raise Conflict("PLEDGE_FOREIGN", field="patent")
    has_other = live_pledge(patent.id) is not None
    if has_other and source != "register":
        raise Conflict("PATENT_ALREADY_PLEDGED", field="patent")
    return has_other


def _check_licence(patent: Patent, kind: LicenceKind, box: Box | None, *, source: str) -> None:
    if source == "register":
        return
    asked = box or Box(frozenset((patent.jurisdiction,)), first_day=clock.today())
    check_box(asked, jurisdiction=patent.jurisdiction, expires_on=patent.expires_on)
    live = [
        LiveLicence(row.id, LicenceKind(row.licence_kind or "ordinary"), _box_of(row, patent))
        for row in encumbrances(patent.id) if row.kind == "licence"
    ]
    has_open = any(row.kind == "open_licence" for row in encumbrances(patent.id))
    found = conflict_code(USE_OF_LICENCE[kind], asked, live, open_licence=has_open, own_use=patent.own_use)
    if found is not None:
        code, against = found
        raise Conflict(code, field="box", box=against.box.shown() if against else "")


def _box_of(row: Encumbrance, patent: Patent) -> Box:
    if not row.boxes:
        return Box(frozenset((patent.jurisdiction,)))
    kept = row.boxes[0]
    return Box(frozenset(kept.territories), frozenset(kept.fields), kept.first_day, kept.last_day or date.max)


@operation
def lift_encumbrance(actor: Actor, encumbrance_id: int, *, on: date, basis: str) -> Encumbrance:
    """A burden ends with the date of effect; the ending is a row of its own."""
    return _end(actor, encumbrance_id, on=on, basis=basis, ending="lifted")


@operation
def void_encumbrance(actor: Actor, encumbrance_id: int, *, on: date, basis: str) -> Encumbrance:
    """A burden is declared never to have existed; the ending is a row of its own."""
    return _end(actor, encumbrance_id, on=on, basis=basis, ending="voided")


def _end(actor: Actor, encumbrance_id: int, *, on: date, basis: str, ending: str) -> Encumbrance:
    row = get_encumbrance(encumbrance_id)
    patent = get_patent(row.patent_id)
    _require_entitled(actor, patent, row.source)
    lock(patent, row)
    if not row.live or row.ends_encumbrance_id is not None:
        raise Conflict("ENCUMBRANCE_ENDED")
    if not basis.strip():
        raise Invalid("REASON_NEEDED", field="basis")
    if ending == "lifted" and on < row.begins_on:
        raise Invalid("DATE_ORDER", field="on", start=row.begins_on, end=on)
    row.live = False
    flush()
    end = add(Encumbrance(
        patent_id=row.patent_id, kind=row.kind, source=row.source, reference=row.reference, begins_on=on, live=False,
        holder_organisation_id=row.holder_organisation_id, holder_name=row.holder_name, ends_encumbrance_id=row.id, ending=ending,
        basis=basis, public=row.public, licence_kind=row.licence_kind, secured_kind=row.secured_kind, recorded_by=actor.user_id,
    ))
    flush()
    _end_consents(row)
    note(row, "lift" if ending == "lifted" else "void", actor, patent=patent, kind=row.kind, on=on, basis=basis)
    return end  # type: ignore[no-any-return]  # add() gives back what it was given


def _end_consents(row: Encumbrance) -> None:
    """A consent counts for its own pledge only."""
    wanted = select(Consent).where(Consent.encumbrance_id == row.id, Consent.state == "granted", Consent.relied_on_by == "")
    for consent in list(db.session.scalars(wanted)):
        with CONSENT.move(consent, "expire", SYSTEM):
            pass


def lift_by_reference(actor: Actor, patent: Patent, *, kind: EncumbranceKind, reference: str, on: date) -> None:
    """A release lifts exactly the burden whose register reference it names; without one a registrar must look."""
    wanted = select(Encumbrance).where(
        Encumbrance.patent_id == patent.id, Encumbrance.kind == str(kind), Encumbrance.reference == reference,
        Encumbrance.live, Encumbrance.source == "register",
    )
    found = db.session.scalar(wanted.limit(1))
    if found is None or not reference:
        patent.needs_review = True
        return
    lift_encumbrance(actor, found.id, on=on, basis="register")


@operation
def state_payoff(actor: Actor, encumbrance_id: int, *, amount: Money, as_of: date, valid_until: date) -> PayoffStatement:
    """The pledgee states the sum owed; the newest statement counts, for at most 30 days."""
    row = get_encumbrance(encumbrance_id)
    if not actor.is_system and actor.organisation_id != row.holder_organisation_id:
        raise Forbidden(noun="encumbrance", verb="state_payoff")
    if row.kind != EncumbranceKind.PLEDGE or not row.live:
        raise Conflict("ENCUMBRANCE_ENDED")
    if not 0 <= (valid_until - as_of).days <= PAYOFF_DAYS:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="valid_until", low=0, high=PAYOFF_DAYS)
    statement = add(PayoffStatement(
        encumbrance_id=row.id, amount_minor=amount.minor, amount_currency=amount.currency, as_of=as_of, valid_until=valid_until,
        stated_by=actor.user_id,
    ))
    note(row, "state_payoff", actor, amount=amount, as_of=as_of, valid_until=valid_until)
    return statement  # type: ignore[no-any-return]  # add() gives back what it was given

