"""When a pledge may be registered or released, and how the proceeds of a pledged right are shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from exchange.core.errors import Conflict, DomainError, Faults, Invalid, define
from exchange.core.money import Money, split
from exchange.core.text import Text, _
from exchange.registers.patents.rules import refusals as patents_refusals

REGISTER_CODES = patents_refusals.__name__  # the register's own codes are defined there

define("PLEDGE_NOT_OWNER", 409, _("The pledgor is not a registered owner of {patent}."))
define("PLEDGE_NOT_GRANTED", 409, _("{patent} is not yet granted."))
define("PLEDGE_CONTRACT_INCOMPLETE", 422, _("The contract lacks: {missing}."))
define("PLEDGE_TWIN_UNCONFIRMED", 409, _("A utility model and an invention were filed on one day; both parties must confirm that they know."))
define("PLEDGE_INVALIDITY_UNCONFIRMED", 409, _("An invalidity proceeding is open; both parties must confirm that they know."))
define("PLEDGE_REFUSED_OTHER", 409, _("The registry refuses: {reason}."))
define("PLEDGE_AGENT_REQUIRED", 422, _("A foreign party needs an agency with a power of attorney (461, art. 5)."))
define("PLEDGE_DEBT_OPEN", 409, _("{amount} is still secured; release needs 0.00 or a waiver."))
define("PLEDGE_NOT_CONFIRMED", 409, _("The pledgor has not confirmed this filing yet (461, art. 3)."))
define("PLEDGE_WARNING_OPEN", 409, _("Both parties must acknowledge: {warnings}."))
define("PLEDGE_DISPOSAL_OPEN", 409, _("A disposal is under way; end it first."))
define("PLEDGE_NOTICE_DATE", 422, _("The date of the notice lies outside {start} to {end}."))
define("PLEDGE_ITEMS", 422, _("A pledge names 1 to {limit} patents, each once."))
define("PLEDGE_CAP", 422, _("A maximum-amount pledge has a cap and a day of determination; another has neither."))
define("PLEDGE_PARTY_KINDS", 422, _("A pledge runs from an enterprise or institute to a bank or guarantor."))
define("PLEDGE_DEBT_NOT_DUE", 409, _("The secured debt is not due; enforcement waits for a default."))
define("REVIEW_MISSING", 409, _("No accepted review of the appraisal covers {patent}."))
define("DISPOSAL_RESERVE_LOW", 409, _("A reserve below {floor} needs the agreement of both."))

define("PLEDGE_FORFEITURE", 422, _("Confirm that the contract hands no patent to the pledgee on default (民法典 428)."))
define("PLEDGE_CONTRACT_DIFFERS", 409, _("The other side signed another version of the contract."))
define("PLEDGE_SIGNED_BEFORE", 409, _("Your side has signed already."))

ITEMS_LIMIT = 50
FRESH_DAYS = 7

REASONS: dict[int, Text] = {
    1: _("not the registered patentee"),
    2: _("patent ended or invalid"),
    3: _("not yet granted"),
    4: _("annual fee unpaid"),
    5: _("suspended by dispute or preservation"),
    6: _("debt term exceeds patent term"),
    7: _("contract incomplete"),
    8: _("co-owner consent missing"),
    9: _("already pledged and in the pledge period"),
    10: _("same-day utility model and invention pair"),
    11: _("invalidity proceeding open"),
    12: _("other"),
}
GROUND_CODES: dict[int, str] = {
    1: "PLEDGE_NOT_OWNER",
    2: "PATENT_NOT_IN_FORCE",
    3: "PLEDGE_NOT_GRANTED",
    4: "ANNUITY_OVERDUE",
    6: "BEYOND_PATENT_TERM",
    7: "PLEDGE_CONTRACT_INCOMPLETE",
    8: "COOWNER_CONSENT_REQUIRED",
    9: "PATENT_ALREADY_PLEDGED",
    10: "PLEDGE_TWIN_UNCONFIRMED",
    11: "PLEDGE_INVALIDITY_UNCONFIRMED",
    12: "PLEDGE_REFUSED_OTHER",
}


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What decides the registration of one patent; the defaults are those of a patent without any obstacle."""

    patent: str = ""
    status: str = ""
    annuity: str = ""
    coowners: str = ""
    is_owner: bool = True
    ended: bool = False
    granted: bool = True
    annuity_paid: bool | None = True
    stayed: bool = False
    seized: bool = False
    debt_to: date | None = None
    expires_on: date | None = None
    missing: tuple[str, ...] = ()
    coowner_missing: bool = False
    active_pledges: int = 0
    twin: bool = False
    invalidity_open: bool = False
    other: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """One of the twelve grounds of refusal, with its code and what it says."""

    number: int
    code: str
    patent: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> Text:
        return REASONS[self.number]

    def refusal(self) -> DomainError:
        """The ground as a refusal."""
        return Conflict(self.code, field=f"items.{self.patent}" if self.patent else "items", **self.details)


def registration_refusals(facts: RegistrationFacts) -> tuple[tuple[Ground, ...], tuple[Ground, ...]]:
    """All grounds against registration at once, in the order 1 to 12, and the warnings that both parties confirmed."""
    grounds = tuple(_ground(number, facts) for number, holds in _found(facts) if holds)
    waived = tuple(ground for ground in grounds if ground.number in (10, 11) and facts.confirmed)
    return tuple(ground for ground in grounds if ground not in waived), waived


def _found(facts: RegistrationFacts) -> list[tuple[int, bool]]:
    term = facts.debt_to is not None and facts.expires_on is not None and facts.debt_to >= facts.expires_on
    return [
        (1, not facts.is_owner),
        (2, facts.ended),
        (3, not facts.granted and not facts.ended),
        (4, facts.annuity_paid is not True),
        (5, facts.stayed or facts.seized),
        (6, term),
        (7, bool(facts.missing)),
        (8, facts.coowner_missing),
        (9, facts.active_pledges > 0),
        (10, facts.twin),
        (11, facts.invalidity_open),
        (12, bool(facts.other)),
    ]


def _ground(number: int, facts: RegistrationFacts) -> Ground:
    code = GROUND_CODES.get(number) or ("RIGHTS_SEIZED" if facts.seized else "RIGHTS_STAYED")
    details: dict[str, object] = {
        "patent": facts.patent,
        "missing": ", ".join(facts.missing),
        "reason": facts.other,
        "status": facts.status,
        "date": facts.expires_on.isoformat() if facts.expires_on else "–",
        "state": facts.annuity,
        "names": facts.coowners,
    }
    return Ground(number, code, facts.patent, details)


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands against the registration of several patents."""

    refusals: tuple[Ground, ...]
    warnings: tuple[Ground, ...]

    def raise_any(self) -> None:
        """Refuse with every ground at once."""
        if self.refusals:
            raise Faults([ground.refusal() for ground in self.refusals])


def findings_of(facts: Sequence[RegistrationFacts]) -> Findings:
    """The grounds of all patents together."""
    results = [registration_refusals(each) for each in facts]
    return Findings(
        tuple(ground for refusals, _w in results for ground in refusals),
        tuple(ground for _r, warnings in results for ground in warnings),
    )


def check_fresh(taken_on: date | None, on: date, *, patent: str) -> None:
    """The register was read within the last days."""
    if taken_on is None or on - taken_on > timedelta(days=FRESH_DAYS):
        raise Conflict("REGISTER_STALE", field="items", patent=patent, limit=FRESH_DAYS)


def check_items(patent_ids: Sequence[int]) -> None:
    """One to fifty patents, each once."""
    if not 1 <= len(patent_ids) <= ITEMS_LIMIT or len(set(patent_ids)) != len(patent_ids):
        raise Invalid("PLEDGE_ITEMS", field="items", limit=ITEMS_LIMIT)


def check_cap(kind: str, cap: Money | None, determination_on: date | None) -> None:
    """A maximum-amount pledge has cap and determination date; a single one has neither."""
    given = (cap is not None, determination_on is not None)
    if given != ((True, True) if kind == "max_amount" else (False, False)):
        raise Invalid("PLEDGE_CAP", field="cap")


def missing_contents(contents: Mapping[str, object]) -> tuple[str, ...]:
    """The mandatory contents of the contract that are empty (461, art. 8)."""
    return tuple(name for name, value in contents.items() if value in (None, "", (), 0))


def check_notice(on: date, *, since: date, today: date) -> None:
    """A notice is dated between the filing and today."""
    if not since <= on <= today:
        raise Invalid("PLEDGE_NOTICE_DATE", field="on", start=since.isoformat(), end=today.isoformat())


def release_amount(secured_debt: Money) -> Money:
    """What must be paid before release: exactly what is secured, without tolerance."""
    return secured_debt


def check_release(secured_debt: Money, *, waiver: str) -> None:
    """Release at exactly 0.00, or with a waiver that says why."""
    if release_amount(secured_debt).minor != 0 and not waiver.strip():
        raise Conflict("PLEDGE_DEBT_OPEN", field="waiver", amount=str(secured_debt))


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who is paid in a tier, and how much is claimed, in fen."""

    to: str
    claim: int


Tier = Sequence[Claimant]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What each receives, and what nobody paid."""

    paid: Mapping[str, int]
    deficiency: int


def waterfall(proceeds: int, tiers: Sequence[Tier], *, surplus_to: str) -> Distribution:
    """Pay tiers in order up to their claims; a tier that cannot be paid in full is split by claim; the rest is surplus."""
    left, owed = proceeds, sum(claimant.claim for tier in tiers for claimant in tier)
    paid = {claimant.to: 0 for tier in tiers for claimant in tier} | {surplus_to: 0}
    for tier in tiers:
        claim = sum(claimant.claim for claimant in tier)
        amount = min(left, claim)
        if amount:
            parts = split(Money(amount), [claimant.claim for claimant in tier])
            for claimant, part in zip(tier, parts, strict=True):
                paid[claimant.to] += part.minor
        left -= amount
    deficiency = owed - (proceeds - left)
    paid[surplus_to] += left
    return Distribution(paid, deficiency)


def split_consented_proceeds(price: Money, secured_debt: Money, *, consent: bool) -> tuple[Money, Money]:
    """The price of a consented sale: to the pledgee or the deposit up to the debt, the rest to the pledgor (民法典 444)."""
    if not consent:
        raise Conflict("PLEDGEE_CONSENT_REQUIRED", field="consent")
    first = min(price, secured_debt, key=lambda amount: amount.minor)
    return first, price - first


RESERVE_FLOOR_BP = 7_000


def check_reserve(reserve: Money, value: Money, *, agreed: bool) -> None:
    """The reserve reaches seven tenths of the value used, unless both agree to less."""
    floor = value.basis_points(RESERVE_FLOOR_BP)
    if reserve < floor and not agreed:
        raise Conflict("DISPOSAL_RESERVE_LOW", field="reserve", floor=str(floor))
