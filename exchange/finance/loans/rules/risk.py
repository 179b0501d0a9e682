"""Five classes 五级分类, stages of impairment and expected loss 预期损失."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from exchange.core.text import Text, _
from exchange.finance.loans.rules.rounding import divide


class RiskClass(StrEnum):
    """The five classes of the 2023 rules (商业银行金融资产风险分类办法), from good to bad."""

    PASS = "pass"  # noqa: S105  # the best class, no password
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"

    @property
    def rank(self) -> int:
        return list(RiskClass).index(self)

    @property
    def label(self) -> Text:
        return CLASS_LABELS[self]

    @property
    def tone(self) -> str:
        return ("ok", "warn", "danger", "danger", "danger")[self.rank]


CLASS_LABELS: dict[RiskClass, Text] = {
    RiskClass.PASS: _("Pass"),
    RiskClass.SPECIAL_MENTION: _("Special mention"),
    RiskClass.SUBSTANDARD: _("Substandard"),
    RiskClass.DOUBTFUL: _("Doubtful"),
    RiskClass.LOSS: _("Loss"),
}


class Sign(StrEnum):
    """What sets a floor to the class besides days past due."""

    RESTRUCTURED = "restructured"
    MISUSE = "misuse"
    OTHER_DEBT_OVERDUE = "other_debt_overdue"
    IMPAIRED = "impaired"
    ALLOWANCE_HALF = "allowance_half"
    ALLOWANCE_NINE_TENTHS = "allowance_nine_tenths"
    BANKRUPTCY = "bankruptcy"


FLOORS: dict[Sign, RiskClass] = {
    Sign.RESTRUCTURED: RiskClass.SPECIAL_MENTION,
    Sign.MISUSE: RiskClass.SPECIAL_MENTION,
    Sign.OTHER_DEBT_OVERDUE: RiskClass.SUBSTANDARD,
    Sign.IMPAIRED: RiskClass.SUBSTANDARD,
    Sign.ALLOWANCE_HALF: RiskClass.DOUBTFUL,
    Sign.ALLOWANCE_NINE_TENTHS: RiskClass.LOSS,
    Sign.BANKRUPTCY: RiskClass.SUBSTANDARD,
}


def risk_class(days_past_due: int, signs: Sequence[Sign] = (), *, floor: RiskClass = RiskClass.PASS) -> RiskClass:
    """The worst of the class by days, the floors of the signs and the floor already set."""
    return max([by_days(days_past_due), floor, *(FLOORS[sign] for sign in signs)], key=lambda item: item.rank)


def by_days(days_past_due: int) -> RiskClass:
    """0 pass, to 90 special mention, to 270 substandard, to 360 doubtful, beyond loss."""
    for limit, name in (
        (0, RiskClass.PASS),
        (90, RiskClass.SPECIAL_MENTION),
        (270, RiskClass.SUBSTANDARD),
        (360, RiskClass.DOUBTFUL),
    ):
        if days_past_due <= limit:
            return name
    return RiskClass.LOSS


def stage(days_past_due: int, name: RiskClass, *, pd_doubled: bool = False) -> int:
    """The impairment stage 1, 2 or 3."""
    if days_past_due > 90 or name.rank >= RiskClass.SUBSTANDARD.rank:
        return 3
    if days_past_due > 30 or name is RiskClass.SPECIAL_MENTION or pd_doubled:
        return 2
    return 1


def is_nonaccrual(days_past_due: int, name: RiskClass) -> bool:
    """Interest is no longer taken as income 非应计 from 90 days past due or the class substandard."""
    return days_past_due > 90 or name.rank >= RiskClass.SUBSTANDARD.rank


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the lifetime: marginal PD, LGD and EAD in fen."""

    marginal_pd: Decimal
    lgd: Decimal
    ead: int


def expected_loss(ead: int, *, pd: Decimal, lgd: Decimal) -> int:
    """Stage 1: PD of 12 months × LGD × EAD in fen, rounded once."""
    exact = Fraction(pd) * Fraction(lgd) * ead
    return divide(exact.numerator, exact.denominator)


def lifetime_loss(years: Sequence[Year], *, eir: Decimal) -> int:
    """Stage 2: the discounted sum of the years' losses in fen, end of year, rounded once."""
    growth = 1 + Fraction(eir)
    exact = sum(
        (Fraction(year.marginal_pd) * Fraction(year.lgd) * year.ead / growth**number
         for number, year in enumerate(years, start=1)),
        start=Fraction(0),
    )
    return divide(exact.numerator, exact.denominator)


def impaired_loss(ead: int, *, lgd: Decimal) -> int:
    """Stage 3: LGD × EAD in fen."""
    return expected_loss(ead, pd=Decimal(1), lgd=lgd)


LGD_FLOOR = Decimal("0.10")
LGD_UNSECURED = Decimal("0.45")


def lgd(cover: int, ead: int, *, costs: int = 0, months: int = 12, eir: Decimal = Decimal(0)) -> Decimal:
    """The part lost on default: 1 − discounted net cover / EAD, between the floor and the unsecured figure."""
    net = max(0, cover - costs)
    if ead <= 0 or net == 0:
        return LGD_UNSECURED
    discounted = Decimal(net) / (1 + eir) ** (Decimal(months) / 12)
    share = 1 - min(Decimal(1), discounted / Decimal(ead))
    return max(LGD_FLOOR, min(LGD_UNSECURED, share.quantize(Decimal("0.0001"))))
