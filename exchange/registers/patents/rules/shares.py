"""Shares 份额: exact fractions that add up to one; equal where nothing was agreed (民法典 309)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from exchange.core.errors import Invalid

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """One owner's part: an organisation of the platform or a name."""

    organisation_id: int | None
    name: str
    fraction: Fraction
    stated: bool = True


def split_equal(count: int) -> tuple[Fraction, ...]:
    """Equal shares of ``count`` owners."""
    if count < 1:
        raise Invalid("SHARES_SUM", sum="0")
    return (Fraction(1, count),) * count


def read_share(text: str) -> Fraction:
    """Read ``1/3``, ``33.5 %`` or ``0.5`` exactly."""
    plain = text.replace(" ", "").replace("％", "%")
    try:
        if "/" in plain:
            numerator, denominator = plain.split("/")
            share = Fraction(int(numerator), int(denominator))
        elif plain.endswith("%"):
            share = Fraction(Decimal(plain[:-1])) / 100
        else:
            share = Fraction(Decimal(plain))
    except (ValueError, ZeroDivisionError, InvalidOperation, OverflowError) as cause:
        raise Invalid("FIELD_MALFORMED", field="shares", reason="1/3") from cause
    if not 0 < share <= 1 or share.denominator > 10**9:
        raise Invalid("NUMBER_OUT_OF_RANGE", field="shares", low="0", high="1")
    return share


def check_sum(fractions: Sequence[Fraction]) -> None:
    """Refuse shares that do not add up to exactly one; three times 33.33 % are not."""
    whole = sum(fractions, start=Fraction(0))
    if whole != WHOLE:
        shown = f"{Decimal(whole.numerator * 100) / Decimal(whole.denominator):.4f}".rstrip("0").rstrip(".")
        raise Invalid("SHARES_SUM", field="shares", sum=shown, hint=f"1/{len(fractions)}" if fractions else "1")


def basis_points(fractions: Sequence[Fraction]) -> tuple[int, ...]:
    """The shares as basis points that add up to 10,000, by largest remainder; the fraction decides, this only shows."""
    quotas = [fraction * 10_000 for fraction in fractions]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - quotas[index], index))
    for index in order[: 10_000 - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def after_transfer(
    shares: Sequence[OwnerShare], *, giver: int | None, taker: OwnerShare, fraction: Fraction
) -> tuple[OwnerShare, ...]:
    """The shares once ``fraction`` of the whole went from ``giver`` to ``taker``; refuses more than the giver has."""
    given = [share for share in shares if share.organisation_id == giver]
    if not given or given[0].fraction < fraction or fraction <= 0:
        raise Invalid("SHARE_UNKNOWN", field="fraction")
    left: list[OwnerShare] = []
    received = fraction
    for share in shares:
        rest = share.fraction - (fraction if share is given[0] else 0)
        if share.organisation_id is not None and share.organisation_id == taker.organisation_id:
            received += rest
        elif rest:
            left.append(OwnerShare(share.organisation_id, share.name, rest, share.stated))
    result = (*left, OwnerShare(taker.organisation_id, taker.name, received, stated=True))
    check_sum([share.fraction for share in result])
    return result
