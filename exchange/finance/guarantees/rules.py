"""Limits of a guarantor, fees, shares by scheme, the deadline of a claim and the pool's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from exchange.core.errors import Conflict, DomainError, Faults, Invalid, define
from exchange.core.money import Money, rounded, split
from exchange.core.text import Text, _
from exchange.core.workdays import add_months

for _name, _status, _sentence in (
    ("LIMIT_LEVERAGE", 409, _("Guaranteed liability would reach {after}; the limit is {limit} (融资担保公司监督管理条例 15).")),
    ("LIMIT_CLIENT", 409, _("This client would reach {after}; the limit is {limit}, a tenth of net assets (条例 16).")),
    ("LIMIT_GROUP", 409, _("This client with its affiliates would reach {after}; the limit is {limit} (条例 16).")),
    ("LIMIT_SHAREHOLDER", 409, _("A guarantor never guarantees its controlling shareholder or controller (条例 17).")),
    ("NET_ASSETS_STALE", 409, _("The guarantor's net assets are missing, not positive, or older than {months} months.")),
    ("GUARANTEE_KIND_MISSING", 409, _("Say whether the guarantee is general or joint; the law would read silence as general (民法典 686).")),
    ("GUARANTEE_AFFILIATE_TERMS", 409, _("An affiliate of the guarantor pays at least the usual fee of {least} % (条例 17).")),
    ("FEE_RANGE", 422, _("The fee lies outside 0 to {high} % a year.")),
    ("SCHEME_INVALID", 422, _("The scheme does not hold: {errors}.")),
    ("SCHEME_NOT_IN_USE", 409, _("This scheme is not in use on this day.")),
    ("SCHEME_FIXED", 409, _("An approved scheme never changes; draft a new edition.")),
    ("SCHEME_LOAN_LIMIT", 409, _("The scheme carries loans up to {limit}.")),
    ("SCHEME_PARTY_MISSING", 409, _("The scheme names no organisation for: {roles}.")),
    ("SPLIT_WEIGHTS", 422, _("Weights are positive and their sum is 100.")),
    ("REGUARANTEE_CLIENT_LIMIT", 409, _("A client is re-guaranteed up to {limit}; this one would reach {after} (财金〔2025〕11号).")),
    ("GUARANTEE_SIGNED_BEFORE", 409, _("Your side has signed the guarantee already.")),
    ("GUARANTEE_CONTRACT_DIFFERS", 409, _("Another side signed another version of the guarantee contract.")),
    ("GUARANTEE_NOT_RUNNING", 409, _("The guarantee is not in force.")),
    ("FEE_PAID", 409, _("This fee was paid already.")),
    ("CLAIM_LATE", 409, _("The guarantee period ended on {deadline} (民法典 693).")),
    ("CLAIM_OVER_CAP", 409, _("The guarantor pays at most {cap}.")),
    ("POOL_EXHAUSTED", 409, _("The pool cannot carry more: {after} of {limit}.")),
):
    define(_name, _status, _sentence)

KINDS: dict[str, Text] = {
    "general": _("General guarantee"),
    "joint": _("Joint and several guarantee"),
}
PROFILES: dict[str, Text] = {"national": _("National system"), "local": _("Local scheme")}
BASES: dict[str, Text] = {
    "principal": _("Principal"),
    "principal_interest": _("Principal and interest"),
    "plus_costs": _("Principal, interest and costs"),
}
SETTLEMENTS: dict[str, Text] = {
    "guarantor_advances": _("The guarantor pays first, the others refund it"),
    "each_pays": _("Each pays its own part"),
}
ROLES: dict[str, Text] = {
    "national_fund": _("National financing guarantee fund"),
    "provincial_reguarantor": _("Provincial re-guarantor"),
    "reguarantor": _("Re-guarantor"),
    "guarantor": _("Guarantor"),
    "bank": _("Bank"),
    "pool": _("Risk pool"),
    "risk_fund": _("Risk fund"),
    "insurer": _("Insurer"),
    "appraiser": _("Appraiser"),
}
REGUARANTORS = ("national_fund", "provincial_reguarantor", "reguarantor")
OWN_ROLES = ("guarantor", "bank")
FEE_LIMIT_BP = 300
WARN_FEE_BP = 100
LIMIT_MONTHS = 15
SMALL_LOAN = 500_000_000
FARM_LOAN = 200_000_000
SMALL_WEIGHT_BP = 7_500
PERIOD_MONTHS = 6
VALID_DAYS = 90


# ------------------------------------------------------------------ limits of the guarantor

@dataclass(frozen=True, slots=True)
class LimitFacts:
    """What decides whether a guarantor may take one more guarantee, in fen."""

    net_assets: int
    new: int
    weighted: int = 0
    client: int = 0
    group: int = 0
    weight_bp: int = 10_000
    sme_agri_main: bool = False
    shareholder: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that would be passed."""

    code: str
    after: int
    limit: int

    def refusal(self) -> DomainError:
        """The breach as a refusal with figure and limit."""
        return Conflict(self.code, field="amount", after=Money(self.after), limit=Money(self.limit), months=LIMIT_MONTHS)


@dataclass(frozen=True, slots=True)
class LimitResult:
    """The leverage limit, the liability after, and every limit that would be passed."""

    limit: int
    after: int
    breaches: tuple[Breach, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.breaches

    @property
    def limit_money(self) -> Money:
        return Money(self.limit)

    @property
    def after_money(self) -> Money:
        return Money(self.after)

    def raise_any(self) -> None:
        """Refuse with every breach at once."""
        if self.breaches:
            raise Faults([breach.refusal() for breach in self.breaches])


def guarantor_limits(facts: LimitFacts) -> LimitResult:
    """Ten or fifteen times net assets in all, a tenth for a client, 15 % for a client with its affiliates; equality passes."""
    limit = facts.net_assets * (15 if facts.sme_agri_main else 10)
    after = facts.weighted + rounded(Fraction(facts.new * facts.weight_bp, 10_000), "up")
    single, group = facts.net_assets // 10, facts.net_assets * 15 // 100
    rows = (
        ("LIMIT_SHAREHOLDER", 0, 0, facts.shareholder),
        ("NET_ASSETS_STALE", 0, 0, facts.stale or facts.net_assets <= 0),
        ("LIMIT_LEVERAGE", after, limit, after > limit),
        ("LIMIT_CLIENT", facts.client + facts.new, single, facts.client + facts.new > single),
        ("LIMIT_GROUP", facts.group + facts.new, group, facts.group + facts.new > group),
    )
    return LimitResult(limit, after, tuple(Breach(code, now, most) for code, now, most, broken in rows if broken))


def liability_weight(amount: int, *, small: bool, agricultural: bool) -> int:
    """The weight of a guarantee in the leverage, in basis points (银保监发〔2018〕1号)."""
    lighter = (small and amount <= SMALL_LOAN) or (agricultural and amount <= FARM_LOAN)
    return SMALL_WEIGHT_BP if lighter else 10_000


# ------------------------------------------------------------------ fees

def guarantee_fee(amount: Money, pct: Decimal, months: int) -> Money:
    """Amount × per cent a year × months."""
    return amount.times(Fraction(pct) / 100 * Fraction(months, 12))


@dataclass(frozen=True, slots=True)
class ReguaranteeFee:
    """What is borne, at which yearly rate, and the fee of a year."""

    borne: Money
    rate_bp: int
    fee: Money


def reguarantee_fee(guaranteed: Money, share: Decimal, *, client_total: Money) -> ReguaranteeFee:
    """0.3 % of the liability borne for clients of at most five million, otherwise 0.5 % a year."""
    borne = guaranteed.times(Fraction(share) / 100)
    rate = 30 if client_total.minor <= SMALL_LOAN else 50
    return ReguaranteeFee(borne, rate, borne.basis_points(rate))


def check_fee(fee_bp: int) -> None:
    """A guarantee fee lies in its range."""
    if not 0 <= fee_bp <= FEE_LIMIT_BP:
        raise Invalid("FEE_RANGE", field="fee_bp", high=str(Decimal(FEE_LIMIT_BP) / 100))


# ------------------------------------------------------------------ schemes and shares

@dataclass(frozen=True, slots=True)
class PartyWeight:
    """A party of a scheme with its weight in per cent."""

    role: str
    weight: Decimal
    organisation_id: int | None = None


def scheme_errors(parties: Sequence[PartyWeight], profile: str) -> tuple[str, ...]:
    """What is wrong with the shares of a scheme, in a fixed order."""
    share = {party.role: party.weight for party in parties}
    none = Decimal(0)
    errors = []
    if profile == "national":
        if share.get("bank", none) < 20:
            errors.append("bank below 20")
        if share.get("national_fund", none) < 20:
            errors.append("national_fund below 20")
        if share.get("provincial_reguarantor", none) < share.get("national_fund", none):
            errors.append("provincial_reguarantor below national_fund")
    if sum((party.weight for party in parties), start=none) != 100:
        errors.append("weights do not sum to 100")
    return tuple(errors)


def check_scheme(parties: Sequence[PartyWeight], profile: str) -> None:
    """Refuse a scheme with every error at once (国办发〔2019〕6号)."""
    errors = scheme_errors(parties, profile)
    if errors:
        raise Invalid("SCHEME_INVALID", field="parties", errors="; ".join(errors))
    if any(party.weight <= 0 for party in parties):
        raise Invalid("SPLIT_WEIGHTS", field="parties")


def check_loan_size(amount: Money, limit: Money | None) -> None:
    """A scheme may carry loans only up to a size."""
    if limit is not None and amount > limit:
        raise Conflict("SCHEME_LOAN_LIMIT", field="amount", limit=limit)


def split_loss(loss: Money, parties: Sequence[PartyWeight]) -> list[Money]:
    """The loss of each party in declared order, exact by largest remainder."""
    return split(loss, [party.weight for party in parties])


def guaranteed_bp(parties: Sequence[PartyWeight], settlement: str) -> int:
    """The part that the guarantor stands for towards the bank, in basis points."""
    share = {party.role: party.weight for party in parties}
    if settlement == "guarantor_advances":
        return int((100 - share.get("bank", Decimal(0))) * 100)
    return int(share.get("guarantor", Decimal(0)) * 100)


def loss_base(base: str, amounts: Mapping[str, int], *, ip_share: Fraction = Fraction(1)) -> int:
    """What the scheme shares: principal, with interest, with costs; times the part lent on IP where only that counts."""
    kept = amounts["principal"]
    if base in ("principal_interest", "plus_costs"):
        kept += amounts.get("interest", 0)
    if base == "plus_costs":
        kept += amounts.get("costs", 0)
    return rounded(kept * ip_share, "down")


@dataclass(frozen=True, slots=True)
class PoolPart:
    """What a pool pays of a loss, what stays unmet, and with whom."""

    eligible: bool
    pays: Money
    unmet: Money
    stays_with: str


def pool_compensation(
    loss: Money, share: Decimal, *, balance: Money, ip_share: Decimal = Decimal(100), min_ip_share: Decimal = Decimal(0),
    unmet_role: str = "bank",
) -> PoolPart:
    """The pool pays its share up to its balance, nothing below the least IP share; the rest stays with a named party."""
    if ip_share < min_ip_share:
        return PoolPart(eligible=False, pays=Money(0, loss.currency), unmet=Money(0, loss.currency), stays_with=unmet_role)
    due = loss.times(Fraction(share) / 100)
    pays = min(due, balance, key=lambda amount: amount.minor)
    return PoolPart(eligible=True, pays=pays, unmet=due - pays, stays_with=unmet_role)


def share_recovery(net: Money, borne: Mapping[str, Money]) -> dict[str, Money]:
    """A recovery goes back pro rata to the loss borne, to nobody more than it bore; the rest is ``surplus``."""
    whole = sum(amount.minor for amount in borne.values())
    shared = Money(min(net.minor, whole), net.currency)
    parts = split(shared, [amount.minor for amount in borne.values()]) if whole else [shared for _each in borne]
    return dict(zip(borne, parts, strict=True)) | {"surplus": net - shared}


# ------------------------------------------------------------------ the period

def claim_deadline(maturity: date, period_months: int | None = None, *, agreed_end: date | None = None) -> date:
    """The last day to claim: as agreed, else six months after maturity (民法典 692)."""
    if agreed_end is not None and agreed_end > maturity:
        return agreed_end
    return add_months(maturity, period_months or PERIOD_MONTHS)


def claim_cap(
    amounts: Mapping[str, int], *, bankruptcy_accepted_on: date | None = None, guaranteed: int = 10_000, cap: int | None = None,
) -> int:
    """What the guarantor owes at most: principal with interest up to the acceptance of bankruptcy, its part, its cap."""
    interest = amounts.get("interest_to_acceptance", 0)
    if bankruptcy_accepted_on is None:
        interest += amounts.get("interest_after_acceptance", 0)
    due = rounded(Fraction((amounts["principal"] + interest) * guaranteed, 10_000), "down")
    return due if cap is None else min(due, cap)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A guarantor's liability in one look, in fen."""

    reserved: int = 0
    outstanding: int = 0
    weighted: int = 0
    by_client: Mapping[int, int] = field(default_factory=dict)
