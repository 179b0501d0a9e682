"""Gates 准入关: what keeps a patent from being listed, awarded, sold, licensed or pledged, all findings at once in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from exchange.core.errors import CODES, Conflict
from exchange.core.money import Money
from exchange.core.text import Text
from exchange.registers.patents.rules.annuities import AnnuityStanding
from exchange.registers.patents.rules.licences import LICENCE_USES, Box, conflict_code
from exchange.registers.patents.rules.picture import ConsentFact, RightsPicture, joined_names, missing_coowners
from exchange.registers.patents.states import EncumbranceKind, PatentType, Use

Purpose = Literal[
    "listing_submit", "listing_approve", "listing_open", "award", "sign", "settle", "pledge", "custody"
]
Level = Literal["refuse", "warn"]
REGISTER_DAYS = {"custody": 7, "pledge": 7, "sign": 30, "settle": 7}
REGISTER_DAYS_LISTING = 45
MONEY_USES = frozenset((Use.TRANSFER, Use.EXCLUSIVE_LICENCE, Use.SOLE_LICENCE, Use.ORDINARY_LICENCE, Use.CAPITAL_CONTRIBUTION))


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """What only the asking process knows: price, period, box, what it has shown, who acts."""

    acting_organisation_id: int | None = None
    price: Money | None = None
    period_end: date | None = None
    box: Box | None = None
    disclosed: frozenset[int] | None = None
    declared: bool = True
    relied_on_by: str = ""
    disposal_approved: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One gate that does not let the patent through, or lets it through with a warning."""

    gate: str
    code: str
    level: Level
    patent_id: int
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Text:
        """What is wrong, to be translated and filled with the details."""
        return CODES[self.code].sentence


@dataclass(frozen=True, slots=True)
class _Asking:
    picture: RightsPicture
    purpose: Purpose
    mode: Use
    facts: ActorFacts

    def refuse(self, gate: str, code: str, **details: Any) -> Finding:
        level: Level = "warn" if self.purpose == "listing_submit" else "refuse"
        return Finding(gate, code, level, self.picture.patent_id, details)

    def warn(self, gate: str, code: str, **details: Any) -> Finding:
        return Finding(gate, code, "warn", self.picture.patent_id, details)


def check_gates(
    picture: RightsPicture, *, purpose: Purpose, mode: Use, facts: ActorFacts | None = None
) -> tuple[Finding, ...]:
    """Every finding of the gates G1 to G7 for one patent, in the order of the gates."""
    asking = _Asking(picture, purpose, mode, facts or ActorFacts())
    return tuple(finding for gate in GATES for finding in gate(asking))


def _alive(asking: _Asking) -> Iterator[Finding]:
    picture = asking.picture
    if asking.purpose not in ("pledge", "custody") and not picture.custody_verified:
        yield asking.refuse("G1", "CUSTODY_REQUIRED")
    if asking.purpose == "pledge" and not (picture.registered or picture.disputed):
        yield asking.refuse("G1", "PATENT_NOT_REGISTERED")
    if asking.mode is Use.PLEDGE and picture.jurisdiction != "CN":
        yield asking.refuse("G1", "PLEDGE_FOREIGN")
    if not picture.status.alive or picture.historic:
        yield asking.refuse("G1", "PATENT_NOT_IN_FORCE", status=picture.status.label, date=picture.status_since or "—")
    yield from _fees(asking)
    yield from _fresh(asking)
    yield from _term(asking)


def _fees(asking: _Asking) -> Iterator[Finding]:
    annuity = asking.picture.annuity
    details = {"state": annuity.status.label, "date": annuity.next_due}
    if annuity.status in (AnnuityStanding.GRACE, AnnuityStanding.OVERDUE):
        yield asking.refuse("G1", "ANNUITY_OVERDUE", **details)
    elif annuity.status is AnnuityStanding.UNKNOWN:
        unknown = asking.refuse if asking.mode is Use.PLEDGE else asking.warn
        yield unknown("G1", "ANNUITY_OVERDUE", **details)


def _fresh(asking: _Asking) -> Iterator[Finding]:
    limit = REGISTER_DAYS.get(asking.purpose, REGISTER_DAYS_LISTING)
    taken = asking.picture.register_taken_on
    if taken is None or (asking.picture.on - taken).days > limit:
        yield asking.refuse("G1", "REGISTER_STALE", limit=limit, taken_on=taken)


def _term(asking: _Asking) -> Iterator[Finding]:
    ends, wanted = asking.picture.expires_on, asking.facts.period_end
    if wanted is not None and ends is not None and wanted >= ends:
        yield asking.refuse("G1", "BEYOND_PATENT_TERM", date=ends)


def _free(asking: _Asking) -> Iterator[Finding]:
    picture = asking.picture
    if picture.disputed:
        yield asking.refuse("G2", "PATENT_DISPUTED")
    if picture.suspended or picture.of_kind(EncumbranceKind.STAY):
        yield asking.refuse("G2", "RIGHTS_STAYED")
    if picture.seized or picture.of_kind(EncumbranceKind.SEIZURE):
        yield asking.refuse("G2", "RIGHTS_SEIZED")


def _pledged(asking: _Asking) -> Iterator[Finding]:
    pledge = asking.picture.pledge
    if pledge is None:
        return
    if asking.mode is Use.PLEDGE:
        yield asking.refuse("G3", "PATENT_ALREADY_PLEDGED")
        return
    if asking.facts.disposal_approved:
        return
    yield from _consented(asking, pledge.id)
    valid_until = pledge.payoff_valid_until
    if asking.purpose == "settle" and (valid_until is None or valid_until < asking.picture.on):
        yield asking.refuse("G3", "PAYOFF_STATEMENT_REQUIRED")


def _consented(asking: _Asking, pledge_id: int) -> Iterator[Finding]:
    granted = [
        one for one in asking.picture.consents
        if one.encumbrance_id == pledge_id and (asking.mode is Use.LISTING or asking.mode in one.uses)
        and (asking.purpose != "award" or one.relied_on_by in ("", asking.facts.relied_on_by))
    ]
    if not granted:
        yield asking.refuse("G3", "PLEDGEE_CONSENT_REQUIRED", use=asking.mode)
        return
    live = [one for one in granted if one.valid_until >= asking.picture.on]
    if not live:
        yield asking.refuse("G3", "CONSENT_EXPIRED", date=max(one.valid_until for one in granted))
    elif not any(_reaches(one, asking.facts.price) for one in live):
        yield asking.refuse("G3", "BELOW_CONSENT_FLOOR")


def _reaches(consent: ConsentFact, price: Money | None) -> bool:
    return consent.floor is None or price is None or price >= consent.floor


def _coowners(asking: _Asking) -> Iterator[Finding]:
    acting = asking.facts.acting_organisation_id
    if acting is None and asking.picture.owners:
        acting = asking.picture.owners[0].organisation_id
    missing = missing_coowners(asking.picture, asking.mode, acting=acting)
    if missing:
        yield asking.refuse("G4", "COOWNER_CONSENT_REQUIRED", names=joined_names(missing))


def _licences(asking: _Asking) -> Iterator[Finding]:
    picture = asking.picture
    if asking.mode not in LICENCE_USES and asking.mode is not Use.OPEN_LICENCE:
        return
    box = asking.facts.box or Box(frozenset((picture.jurisdiction,)), first_day=picture.on)
    found = conflict_code(
        asking.mode, box, picture.licences, open_licence=picture.open_licence, own_use=picture.own_use
    )
    if found is not None:
        code, against = found
        yield asking.refuse("G5", code, box=against.box.shown() if against else "")


def _open_licence(asking: _Asking) -> Iterator[Finding]:
    is_lesser = asking.picture.type in (PatentType.UTILITY_MODEL, PatentType.DESIGN)
    if asking.mode is Use.OPEN_LICENCE and is_lesser and not asking.picture.evaluation_report:
        yield asking.refuse("G6", "EVALUATION_REPORT_REQUIRED")


def _shown(asking: _Asking) -> Iterator[Finding]:
    disclosed = asking.facts.disclosed
    if asking.purpose not in ("listing_submit", "listing_approve", "listing_open") or disclosed is None:
        return
    hidden = [burden for burden in asking.picture.burdens if burden.id not in disclosed]
    for burden in hidden:
        if burden.kind is EncumbranceKind.LICENCE:
            yield asking.refuse("G7", "UNDISCLOSED_LICENCE", encumbrance=burden.id)
        else:
            yield asking.refuse("G7", "BURDEN_NOT_SHOWN", burden=burden.kind.label, encumbrance=burden.id)
    if not asking.facts.declared:
        yield asking.refuse("G7", "UNDISCLOSED_LICENCE")


GATES: tuple[Callable[[_Asking], Iterator[Finding]], ...] = (
    _alive, _free, _pledged, _coowners, _licences, _open_licence, _shown,
)


def check_disposition(
    picture: RightsPicture, use: Use, *, price: Money | None = None, disposal_approved: bool = False
) -> tuple[Finding, ...]:
    """The gate of the pledge alone: whether a use of the patent has the present pledgee's consent."""
    facts = ActorFacts(price=price, disposal_approved=disposal_approved)
    return tuple(_pledged(_Asking(picture, "listing_approve", use, facts)))


def refusals(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that refuse."""
    return tuple(finding for finding in findings if finding.level == "refuse")


def raise_first(findings: Iterable[Finding]) -> None:
    """Refuse with the first finding; all of them stand in the details."""
    against = refusals(findings)
    if against:
        first = against[0]
        raise Conflict(first.code, **first.details, gate=first.gate, findings=[one.code for one in against])
