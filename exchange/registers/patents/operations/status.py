"""Register copies, legal events and fees; the status derived from them and the news of its changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import HOLDER_SIDE, REGISTRAR, SYSTEM, SYSTEM_ONLY, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.core.search.index import reindex
from exchange.registers.patents.models import Annuity, LegalEvent, Patent, RegisterSnapshot, Reminder
from exchange.registers.patents.operations.encumbrances import lift_by_reference, place_encumbrance
from exchange.registers.patents.queries.picture import annuity_of, status_on, term_of
from exchange.registers.patents.queries.registry import get_patent, latest_snapshot
from exchange.registers.patents.rules.annuities import (
    AnnuityStanding, due_on, fee_for_year, first_owed_year, grace_ends, reminder_step, surcharge,
)
from exchange.registers.patents.rules.tables import effect_of, fee_steps
from exchange.registers.patents.states import Effect, EncumbranceKind, LegalStatus

ENTERABLE = ("draft", "submitted", "returned", "registered", "disputed")
CODE_OF_STATUS = {
    LegalStatus.PUBLISHED: "PB01", LegalStatus.EXAMINED: "SE01", LegalStatus.IN_FORCE: "GR01", LegalStatus.IN_GRACE: "GR01",
    LegalStatus.LAPSED: "CF01", LegalStatus.EXPIRED: "CX01", LegalStatus.CEASED: "CE01", LegalStatus.ABANDONED: "AV01",
    LegalStatus.INVALIDATED: "IW01", LegalStatus.REVOKED: "RW01", LegalStatus.WITHDRAWN: "WD01", LegalStatus.REFUSED: "RJ01",
}
NEWS_OF_STATUS = {
    LegalStatus.LAPSED: "lapsed", LegalStatus.EXPIRED: "expired", LegalStatus.INVALIDATED: "invalidated",
    LegalStatus.REVOKED: "invalidated", LegalStatus.ABANDONED: "abandoned", LegalStatus.CEASED: "lapsed",
    LegalStatus.IN_GRACE: "annuity_overdue",
}
BURDENS = {
    Effect.PLEDGE_ON: EncumbranceKind.PLEDGE, Effect.LICENCE_ON: EncumbranceKind.LICENCE,
    Effect.OPEN_ON: EncumbranceKind.OPEN_LICENCE, Effect.PRESERVE_ON: EncumbranceKind.SEIZURE,
}
RELEASES = {
    Effect.PLEDGE_OFF: EncumbranceKind.PLEDGE, Effect.LICENCE_OFF: EncumbranceKind.LICENCE,
    Effect.OPEN_OFF: EncumbranceKind.OPEN_LICENCE, Effect.PRESERVE_OFF: EncumbranceKind.SEIZURE,
}


def require_registrar(actor: Actor, verb: str) -> None:
    """Only the registrar's desk, or the system, enters what the register says."""
    if not (REGISTRAR | SYSTEM_ONLY).fits(actor, {}):
        raise Forbidden(noun="patent", verb=verb)


def rederive(patent: Patent, actor: Actor) -> bool:
    """Bring the cached status in line with the events, dates and fees; say whether it changed."""
    flush()
    patent.expires_on = term_of(patent)
    found = status_on(patent, clock.today())
    before = patent.status
    patent.needs_review = patent.needs_review or found.needs_review
    changed = (patent.legal_status, patent.legal_status_on) != (str(found.status), found.since)
    patent.legal_status, patent.legal_status_on = str(found.status), found.since
    patent.status_source = found.source if found.status is not LegalStatus.UNKNOWN else "stated"
    patent.status_presumed = found.presumed
    if changed:
        _tell(patent, before, actor)
        reindex("patent", patent.public_id)
    return changed


def _tell(patent: Patent, before: LegalStatus, actor: Actor) -> None:
    now = patent.status
    details: dict[str, Any] = {
        "patent_id": patent.id, "on": patent.legal_status_on, "presumed": patent.status_presumed, "was": before, "now": now,
    }
    word = NEWS_OF_STATUS.get(now)
    if word is not None:
        note(patent, word, actor, **details)
    elif now.alive and (before.dead or before is LegalStatus.IN_GRACE):
        note(patent, "restored", actor, **details)
    else:
        note(patent, "status", actor, **details)


@operation
def rederive_status(actor: Actor, patent_id: int) -> bool:
    """The status of one patent is derived anew; says whether the cached one was different."""
    patent = get_patent(patent_id)
    lock(patent)
    return rederive(patent, actor)


# ---------------------------------------------------------------- register copy

@operation
def record_register_copy(
    actor: Actor, patent_id: int, *, status: str, paid_to_year: int | None, taken_on: date, holders: tuple[str, ...] = (),
    granted_on: date | None = None, status_on: date | None = None, stayed: bool = False, seized: bool = False,
    pledged: bool = False, file_sha256: str = "",
) -> RegisterSnapshot:
    """The registrar enters a copy of the patent register: status, holders, fees paid to, stay and seizure."""
    require_registrar(actor, "record_register_copy")
    patent = get_patent(patent_id)
    lock(patent)
    if patent.state not in ENTERABLE:
        raise Conflict("WRONG_STATE", state=patent.entry.label, actions="—")
    if taken_on > clock.today():
        raise Invalid("EVENT_DATE_FUTURE", field="taken_on")
    earlier = latest_snapshot(patent_id)
    snapshot = add(RegisterSnapshot(
        patent_id=patent_id, taken_on=taken_on, status=str(LegalStatus(status)), status_on=status_on,
        holders="\n".join(holders), paid_to_year=paid_to_year, stayed=stayed, seized=seized, pledged=pledged,
        sha256=file_sha256, recorded_by=actor.user_id,
    ))
    flush()
    _enter_status(patent, LegalStatus(status), actor, granted_on=granted_on, status_on=status_on)
    _enter_fees(patent, paid_to_year, actor)
    note(patent, "record_register_copy", actor, snapshot=snapshot, status=status, paid_to_year=paid_to_year, taken_on=taken_on)
    _tell_stops(patent, earlier, snapshot, actor)
    rederive(patent, actor)
    return snapshot  # type: ignore[no-any-return]  # add() gives back what it was given


def _enter_status(
    patent: Patent, status: LegalStatus, actor: Actor, *, granted_on: date | None, status_on: date | None
) -> None:
    """What the copy says becomes the events that the derivation needs and does not have."""
    if granted_on is not None:
        patent.grant_on = patent.grant_on or granted_on
    known = {Effect(event.effect) for event in _live_events(patent.id)}
    if (status.alive or (status.dead and patent.grant_on is not None)) and Effect.GRANT not in known:
        if patent.grant_on is None:
            raise Invalid("MISSING_FIELD", field="granted_on")
        _add_event(patent, "GR01", patent.grant_on, actor, text="register copy")
    if status.dead and effect_of(CODE_OF_STATUS[status])[0] not in known:
        if status_on is None:
            raise Invalid("MISSING_FIELD", field="status_on")
        _add_event(patent, CODE_OF_STATUS[status], status_on, actor, text="register copy")
    elif status in (LegalStatus.PUBLISHED, LegalStatus.EXAMINED) and effect_of(CODE_OF_STATUS[status])[0] not in known:
        _add_event(patent, CODE_OF_STATUS[status], status_on or patent.publication_on or clock.today(), actor, text="register copy")


def _live_events(patent_id: int) -> list[LegalEvent]:
    wanted = select(LegalEvent).where(LegalEvent.patent_id == patent_id, LegalEvent.superseded_by_id.is_(None))
    return list(db.session.scalars(wanted))


def _add_event(patent: Patent, code: str, on: date, actor: Actor, *, text: str) -> None:
    effect, review = effect_of(code)
    add(LegalEvent(
        patent_id=patent.id, code=code, effect=str(effect), effective_on=on, text=text, source="operator", needs_review=review,
        recorded_by=actor.user_id,
    ))
    flush()


def _enter_fees(patent: Patent, paid_to_year: int | None, actor: Actor) -> None:
    if paid_to_year is None or patent.filing_on is None or patent.right is None:
        return
    if not 1 <= paid_to_year <= 25:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="paid_to_year", low=1, high=25)
    kept = set(db.session.scalars(select(Annuity.year_no).where(Annuity.patent_id == patent.id)))
    for year in range(first_owed_year(patent.filing_on, patent.grant_on), paid_to_year + 1):
        if year not in kept:
            add(_annuity_row(patent, year, actor, basis="register"))
    patent.annuity_paid_to_year = paid_to_year
    flush()


def _annuity_row(patent: Patent, year: int, actor: Actor, *, basis: str) -> Annuity:
    if patent.filing_on is None or patent.right is None:
        raise Invalid("MISSING_FIELD", field="filing_on")
    due = due_on(patent.filing_on, year)
    fee = fee_for_year(fee_steps(), patent.right, year, on=clock.today())
    return Annuity(
        patent_id=patent.id, year_no=year, due_on=due, grace_until=grace_ends(due), fee_minor=fee.minor, fee_currency=fee.currency,
        complete=True, basis=basis, recorded_by=actor.user_id,
    )


def _tell_stops(patent: Patent, earlier: RegisterSnapshot | None, now: RegisterSnapshot, actor: Actor) -> None:
    was_stayed, was_seized = (earlier.stayed, earlier.seized) if earlier else (False, False)
    details: dict[str, Any] = {"patent_id": patent.id, "on": now.taken_on, "presumed": False}
    if now.stayed != was_stayed:
        note(patent, "suspended" if now.stayed else "resumed", actor, **details)
    if now.seized and not was_seized:
        note(patent, "preserved", actor, **details)


# ---------------------------------------------------------------- legal events

@operation
def record_legal_event(
    actor: Actor, patent_id: int, *, code: str, effective_on: date | None, published_on: date | None = None, text: str = "",
    register_reference: str = "", source: str = "operator", added_days: int | None = None, holder_name: str = "",
) -> LegalEvent:
    """The registrar enters an event of the register; the status follows, burdens are placed or lifted by their reference."""
    require_registrar(actor, "record_legal_event")
    patent = get_patent(patent_id)
    lock(patent)
    day = effective_on or published_on
    if day is None:
        raise Invalid("MISSING_FIELD", field="effective_on")
    if day > clock.today():
        raise Invalid("EVENT_DATE_FUTURE", field="effective_on")
    effect, review = effect_of(code)
    _require_new(patent_id, code, effective_on, register_reference)
    _require_later_than_lapse(patent, effect, day)
    event = add(LegalEvent(
        patent_id=patent_id, code=code.strip().upper(), effect=str(effect), effective_on=effective_on, published_on=published_on,
        text=text, register_reference=register_reference, source=source, needs_review=review, recorded_by=actor.user_id,
    ))
    flush()
    note(patent, "record_legal_event", actor, code=event.code, effect=effect, on=day, reference=register_reference)
    _apply(patent, event, actor, added_days=added_days, holder_name=holder_name)
    rederive(patent, actor)
    return event  # type: ignore[no-any-return]  # add() gives back what it was given


def _require_new(patent_id: int, code: str, effective_on: date | None, reference: str) -> None:
    same = select(LegalEvent.id).where(
        LegalEvent.patent_id == patent_id, LegalEvent.code == code.strip().upper(), LegalEvent.effective_on == effective_on,
        LegalEvent.register_reference == reference, LegalEvent.superseded_by_id.is_(None),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict("EVENT_DUPLICATE", field="code")


def _require_later_than_lapse(patent: Patent, effect: Effect, day: date) -> None:
    ended = patent.legal_status_on
    if effect is Effect.REVIVE and patent.status.dead and ended is not None and day <= ended:
        raise Conflict("EVENT_BEFORE_LAPSE", field="effective_on", date=ended)


def _apply(patent: Patent, event: LegalEvent, actor: Actor, *, added_days: int | None, holder_name: str) -> None:
    effect, day = Effect(event.effect), event.effective_on or event.published_on or clock.today()
    if effect in BURDENS:
        place_encumbrance(
            actor, patent.id, kind=BURDENS[effect], source="register", reference=event.register_reference or event.code,
            begins_on=day, holder_name=holder_name, public=True,
        )
    elif effect in RELEASES:
        lift_by_reference(actor, patent, kind=RELEASES[effect], reference=event.register_reference, on=day)
    elif effect is Effect.TERM and added_days is not None:
        patent.added_days += added_days
        note(patent, "term_changed", actor, patent_id=patent.id, added_days=added_days, on=day, presumed=False)
    elif effect is Effect.INVALIDATE_PART:
        note(patent, "partly_invalidated", actor, patent_id=patent.id, on=day, presumed=False)
    elif effect is Effect.GRANT:
        patent.grant_on = patent.grant_on or day
    elif effect is Effect.DECLASSIFY:
        patent.secret = False
    elif effect in (Effect.TRANSFER, Effect.TRANSFER_APPLICATION, Effect.INVALIDITY):
        patent.needs_review = True


@operation
def supersede_legal_event(actor: Actor, patent_id: int, *, event_id: int, by_event_id: int, reason: str) -> LegalEvent:
    """A recorded event is replaced by another; the first stays readable and counts no more."""
    require_registrar(actor, "supersede_legal_event")
    patent = get_patent(patent_id)
    lock(patent)
    old, new = db.session.get(LegalEvent, event_id), db.session.get(LegalEvent, by_event_id)
    if old is None or new is None or {old.patent_id, new.patent_id} != {patent_id} or old.id == new.id:
        raise Invalid("CHOICE_UNKNOWN", field="by_event_id", choices="")
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    old.superseded_by_id = new.id
    note(patent, "supersede_legal_event", actor, code=old.code, by=new.code, reason=reason)
    patent.needs_review = False
    rederive(patent, actor)
    return old


# ---------------------------------------------------------------- fees

@operation
def record_annuity_payment(
    actor: Actor, patent_id: int, *, year_no: int, paid_on: date, amount: Money, reduction_bp: int = 0, receipt_sha256: str = "",
) -> Annuity:
    """A paid fee is recorded in the order of years, with its surcharge; after grace only a restoration helps."""
    patent = get_patent(patent_id)
    if not (HOLDER_SIDE | REGISTRAR | SYSTEM_ONLY).fits(actor, patent.parties()):
        raise Forbidden(noun="patent", verb="record_annuity_payment")
    lock(patent)
    if patent.filing_on is None or patent.right is None:
        raise Invalid("MISSING_FIELD", field="filing_on")
    _require_next(patent, year_no)
    if paid_on > clock.today():
        raise Invalid("EVENT_DATE_FUTURE", field="paid_on")
    due = due_on(patent.filing_on, year_no)
    fee = fee_for_year(fee_steps(), patent.right, year_no, on=paid_on)
    owed = fee - fee.basis_points(reduction_bp, "down") + surcharge(fee, due, paid_on)
    if amount < owed:
        raise Invalid("ANNUITY_SHORT", field="amount", fee=owed)
    row = _annuity_row(patent, year_no, actor, basis="payment")
    row.paid_on, row.paid_minor, row.paid_currency, row.receipt_sha256 = paid_on, amount.minor, amount.currency, receipt_sha256
    add(row)
    patent.annuity_paid_to_year = year_no
    note(patent, "record_annuity_payment", actor, year_no=year_no, amount=amount, paid_on=paid_on)
    rederive(patent, actor)
    return row


def _require_next(patent: Patent, year_no: int) -> None:
    paid_to = patent.annuity_paid_to_year
    if paid_to is None:
        raise Conflict("ANNUITY_OVERDUE", field="year_no", state=AnnuityStanding.UNKNOWN.label, date=None)
    if year_no <= paid_to:
        raise Conflict("ANNUITY_PAID", field="year_no", year=year_no)
    if year_no > paid_to + 1:
        raise Conflict("ANNUITY_ORDER", field="year_no", year=paid_to + 1)


@operation
def remind_annuities(*, on: date | None = None, actor: Actor = SYSTEM) -> int:
    """Every reminder that falls on a day is sent once, and dates that changed a status are seen."""
    today, sent = on or clock.today(), 0
    wanted = select(Patent).where(
        Patent.annuity_paid_to_year.is_not(None), Patent.state.in_(("registered", "disputed")),
        Patent.legal_status.in_(("in_force", "in_grace")),
    )
    for patent in db.session.scalars(wanted.order_by(Patent.id)):
        rederive(patent, actor)
        sent += _remind(patent, today, actor)
    return sent


def _remind(patent: Patent, today: date, actor: Actor) -> int:
    fees = annuity_of(patent, today)
    if fees.next_due is None or fees.next_year is None:
        return 0
    step = reminder_step(fees.next_due, today)
    if step is None:
        return 0
    sent = select(Reminder.id).where(
        Reminder.patent_id == patent.id, Reminder.year_no == fees.next_year, Reminder.step == step
    )
    if db.session.scalar(sent) is not None:
        return 0
    add(Reminder(patent_id=patent.id, year_no=fees.next_year, step=step, sent_on=today))
    note(
        patent, "annuity_due", actor, patent_id=patent.id, year_no=fees.next_year, step=step, due_on=fees.next_due,
        grace_until=fees.grace_until, on=fees.next_due, presumed=False,
    )
    return 1
