"""What a payment pays first (民法典 560, 561)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from exchange.core.money import Money, split
from exchange.core.text import Text, _


class Component(StrEnum):
    """The parts of a debt 债务构成."""

    COST = "cost"
    FEE = "fee"
    INTEREST = "interest"
    COMPOUND = "compound"
    PENALTY = "penalty"
    PRINCIPAL = "principal"


COMPONENT_LABELS: dict[Component, Text] = {
    Component.COST: _("Costs"),
    Component.FEE: _("Fees"),
    Component.INTEREST: _("Interest"),
    Component.COMPOUND: _("Compound interest"),
    Component.PENALTY: _("Penalty interest"),
    Component.PRINCIPAL: _("Principal"),
}

DEFAULT_ORDER: tuple[Component, ...] = tuple(Component)


@dataclass(frozen=True, slots=True)
class Due:
    """An unpaid demand: which one, of what kind, since when and how much of it is open."""

    key: str
    component: Component
    due_on: date
    open: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """What a payment gave to one demand."""

    key: str
    component: Component
    amount: int


def allocate(
    payment: int, due: Sequence[Due], order: Sequence[Component] = DEFAULT_ORDER
) -> tuple[tuple[Allocated, ...], int]:
    """The allocations, component by component and oldest first inside one, and the rest that stays in suspense."""
    ranks = {component: rank for rank, component in enumerate(order)}
    left, parts = payment, []
    for demand in sorted(due, key=lambda item: (ranks[item.component], item.due_on, item.key)):
        amount = min(left, demand.open)
        if amount > 0:
            parts.append(Allocated(demand.key, demand.component, amount))
            left -= amount
    return tuple(parts), left


@dataclass(frozen=True, slots=True)
class Debt:
    """One of several debts of a payer, as 民法典 560 ranks them."""

    key: str
    due_on: date
    amount: int
    secured: Fraction
    rate: Decimal


def choose_debt(payment: int, debts: Sequence[Debt], *, on: date, designated: str | None = None) -> Mapping[str, int]:
    """How much each debt receives: the payer's choice, else due first, least secured, heaviest, oldest, pro rata."""
    left, paid = payment, {debt.key: 0 for debt in debts}
    for group in _ranked(debts, on=on, designated=designated):
        owed = sum(debt.amount for debt in group)
        if owed == 0 or left == 0:
            continue
        parts = split(Money(min(left, owed)), [debt.amount for debt in group])
        for debt, part in zip(group, parts, strict=True):
            paid[debt.key] += part.minor
        left -= min(left, owed)
    return paid


def _ranked(debts: Sequence[Debt], *, on: date, designated: str | None) -> list[list[Debt]]:
    def rank(debt: Debt) -> tuple[bool, bool, Fraction, Decimal, date]:
        return (debt.key != designated, debt.due_on > on, debt.secured, -debt.rate, debt.due_on)

    groups: dict[tuple[bool, bool, Fraction, Decimal, date], list[Debt]] = {}
    for debt in debts:
        groups.setdefault(rank(debt), []).append(debt)
    return [groups[key] for key in sorted(groups)]
