"""Legal status 法律状态: derived from the legal events, the dates and the fees; never set by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from exchange.registers.patents.rules.annuities import AnnuityStanding, AnnuityState
from exchange.registers.patents.rules.terms import expiry_date
from exchange.registers.patents.states import Effect, LegalStatus, PatentType

RANK = {Effect.PUBLISH: 0, Effect.EXAMINE: 1, Effect.GRANT: 2}
CESSATIONS = {
    Effect.REFUSE: LegalStatus.REFUSED,
    Effect.WITHDRAW: LegalStatus.WITHDRAWN,
    Effect.LAPSE_FEE: LegalStatus.LAPSED,
    Effect.EXPIRE: LegalStatus.EXPIRED,
    Effect.CEASE: LegalStatus.CEASED,
    Effect.ABANDON: LegalStatus.ABANDONED,
}
ANNULMENTS = {Effect.INVALIDATE: LegalStatus.INVALIDATED, Effect.REVOKE: LegalStatus.REVOKED}
FLAGS_ON = {
    Effect.INVALIDATE_PART: "partly_invalid",
    Effect.ABANDON_PART: "partly_invalid",
    Effect.PLEDGE_ON: "pledged",
    Effect.LICENCE_ON: "licensed",
    Effect.OPEN_ON: "open_licence",
    Effect.PRESERVE_ON: "preserved",
}
FLAGS_OFF = {
    Effect.PLEDGE_OFF: "pledged",
    Effect.LICENCE_OFF: "licensed",
    Effect.OPEN_OFF: "open_licence",
    Effect.PRESERVE_OFF: "preserved",
}
UNCERTAIN = frozenset((Effect.INVALIDITY, Effect.PLEDGE, Effect.LICENCE, Effect.PRESERVE))
AFTER_THE_END = frozenset(
    (
        Effect.PLEDGE_OFF, Effect.LICENCE_OFF, Effect.OPEN_OFF, Effect.PRESERVE_OFF, Effect.INFO, Effect.BIBLIO,
        Effect.CORRECT, Effect.NAME, Effect.EXPIRE, *ANNULMENTS, Effect.REVIVE,
    )
)
ADVANCE = {Effect.PUBLISH: LegalStatus.PUBLISHED, Effect.EXAMINE: LegalStatus.EXAMINED}
ORDER = (LegalStatus.UNKNOWN, LegalStatus.PENDING, LegalStatus.PUBLISHED, LegalStatus.EXAMINED, LegalStatus.IN_FORCE)


@dataclass(frozen=True, slots=True)
class EventFact:
    """A legal event as the derivation reads it."""

    id: int
    effect: Effect
    effective_on: date | None
    published_on: date | None = None
    register_reference: str = ""
    superseded: bool = False
    review: bool = False

    @property
    def day(self) -> date | None:
        """The day of effect, else of publication."""
        return self.effective_on or self.published_on


@dataclass(frozen=True, slots=True)
class Status:
    """The derived standing of a right on a day."""

    status: LegalStatus
    since: date | None
    source: str
    presumed: bool = False
    needs_review: bool = False
    flags: dict[str, date] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    filing_on: date | None
    status: LegalStatus = LegalStatus.UNKNOWN
    since: date | None = None
    last_living: LegalStatus = LegalStatus.UNKNOWN
    review: bool = False
    granted: bool = False
    flags: dict[str, date] = field(default_factory=dict)
    open_references: dict[str, set[str]] = field(default_factory=dict)

    def to(self, status: LegalStatus, since: date | None) -> None:
        if not status.dead:
            self.last_living = status
        self.status, self.since = status, since


def in_order(events: Iterable[EventFact], on: date) -> list[EventFact]:
    """The events that count on a day, in legal order whatever the order of entry."""
    counting = [event for event in events if not event.superseded and event.day is not None and event.day <= on]
    return sorted(counting, key=lambda event: (event.day or on, event.published_on or date.min, _rank(event.effect), event.id))


def _rank(effect: Effect) -> int:
    if effect in CESSATIONS or effect in ANNULMENTS:
        return 4
    return 5 if effect is Effect.REVIVE else RANK.get(effect, 3)


def derive_status(
    events: Iterable[EventFact],
    *,
    type: PatentType | None,  # noqa: A002  (the field's own word, as the page names it)
    filing_on: date | None,
    added_days: int,
    annuity: AnnuityState | None,
    on: date,
) -> Status:
    """The standing on a day; the same events in any order give the same answer."""
    known = tuple(events)
    walk = _Walk(filing_on, review=any(event.day is None and not event.superseded for event in known))
    ends = expiry_date(type, filing_on, added_days=added_days) if type and filing_on else None
    for event in in_order(known, on):
        _step(walk, event, ends)
    walked = Status(walk.status, walk.since, "event", needs_review=walk.review, flags=walk.flags)
    return _by_dates(walked, ends, annuity, on)


def _step(walk: _Walk, event: EventFact, ends: date | None) -> None:
    effect, day = event.effect, event.day
    walk.review = walk.review or event.review or effect in UNCERTAIN
    if ends is not None and day is not None and day > ends and effect not in AFTER_THE_END:
        walk.review = True
        return
    if effect in FLAGS_ON or effect in FLAGS_OFF:
        _flag(walk, event)
    elif effect in ANNULMENTS:
        walk.to(ANNULMENTS[effect], walk.filing_on or day)
    elif walk.status in ANNULMENTS.values():
        walk.review = walk.review or effect in (Effect.GRANT, Effect.REVIVE) or effect in CESSATIONS
    elif effect is Effect.GRANT:
        _grant(walk, day)
    elif effect in CESSATIONS:
        _cease(walk, CESSATIONS[effect], day)
    elif effect is Effect.REVIVE:
        _revive(walk, day)
    elif effect in ADVANCE and ORDER.index(ADVANCE[effect]) > _place(walk.status):
        walk.to(ADVANCE[effect], day)


def _place(status: LegalStatus) -> int:
    return ORDER.index(status) if status in ORDER else len(ORDER)


def _flag(walk: _Walk, event: EventFact) -> None:
    name = FLAGS_ON.get(event.effect) or FLAGS_OFF[event.effect]
    held = walk.open_references.setdefault(name, set())
    if event.effect in FLAGS_ON:
        held.add(event.register_reference)
        if event.day is not None:
            walk.flags.setdefault(name, event.day)
        return
    if event.register_reference not in held:
        walk.review = True
        return
    held.discard(event.register_reference)
    if not held:
        walk.flags.pop(name, None)


def _grant(walk: _Walk, day: date | None) -> None:
    if walk.granted or walk.status.dead:
        walk.review = True
        return
    walk.granted = True
    walk.to(LegalStatus.IN_FORCE, day)


def _cease(walk: _Walk, status: LegalStatus, day: date | None) -> None:
    is_contradiction = walk.status.dead or (
        status in (LegalStatus.REFUSED, LegalStatus.WITHDRAWN) and walk.status is LegalStatus.IN_FORCE
    )
    if is_contradiction:
        walk.review = True
        return
    walk.to(status, day)


def _revive(walk: _Walk, day: date | None) -> None:
    is_later = walk.since is None or day is None or day > walk.since
    if not walk.status.dead or not is_later:
        walk.review = True
        return
    walk.to(walk.last_living, day)


def _by_dates(status: Status, ends: date | None, annuity: AnnuityState | None, on: date) -> Status:
    if status.status is not LegalStatus.IN_FORCE:
        return status
    if ends is not None and on >= ends:
        return replace(status, status=LegalStatus.EXPIRED, since=ends, source="date")
    if annuity is None or annuity.next_due is None:
        return status
    if annuity.status is AnnuityStanding.GRACE:
        return replace(status, status=LegalStatus.IN_GRACE, since=annuity.next_due, source="date")
    if annuity.status is AnnuityStanding.OVERDUE:
        return replace(status, status=LegalStatus.LAPSED, since=annuity.next_due, source="date", presumed=True)
    return status
