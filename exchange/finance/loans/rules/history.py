"""What happened to a loan and what follows from it on a day: the values that ``replay`` reads and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from exchange.core.errors import Conflict, define
from exchange.core.text import Text, _
from exchange.finance.loans.rules.allocation import DEFAULT_ORDER, Component
from exchange.finance.loans.rules.days import DayCount
from exchange.finance.loans.rules.rates import Fixing
from exchange.finance.loans.rules.rounding import Rounding
from exchange.finance.loans.rules.schedule import InterestBasis, Method

define("SUSPENSE_SHORT", 409, _("Only {held} waits in suspense; {amount} cannot be paid back."))


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What the contract fixes for the replay; ``due`` unadjusted, ``payable`` moved to working days."""

    method: Method
    due: tuple[date, ...]
    payable: tuple[date, ...]
    months: int = 1
    interest_basis: InterestBasis = InterestBasis.ACTUAL
    day_count: DayCount = DayCount.ACT_360
    interest_to_adjusted: bool = False
    interest_rounding: Rounding = Rounding.HALF_UP
    instalment_unit: int = 1
    instalment_rounding: Rounding = Rounding.HALF_UP
    principal_grace: int = 0
    custom: tuple[int, ...] = ()
    multiplier: Decimal = Decimal("1.5")
    compound: bool = False
    grace_days: int = 0
    prepayment_fee_bp: int = 0
    order: tuple[Component, ...] = DEFAULT_ORDER

    @property
    def ends(self) -> tuple[date, ...]:
        """The days at which the rows' interest stops."""
        return self.payable if self.interest_to_adjusted else self.due


PURPOSE_LABELS: dict[str, Text] = {
    "due": _("What is due"),
    "reduce_number": _("Prepayment, ending earlier"),
    "reduce_instalment": _("Prepayment, paying less each time"),
    "pay_off": _("Pay-off"),
    "compensation": _("Payment by the guarantor"),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Principal paid out on a day."""

    on: date
    amount: int
    key: str = "1"


@dataclass(frozen=True, slots=True)
class Received:
    """Money received; ``purpose`` is a key of PURPOSE_LABELS, ``principal`` the part fixed by a compensation."""

    on: date
    amount: int
    key: str
    purpose: str = "due"
    principal: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee or cost falling due on a day."""

    on: date
    amount: int
    key: str
    component: Component = Component.FEE


@dataclass(frozen=True, slots=True)
class Refund:
    """Suspense paid back on a day."""

    on: date
    amount: int
    key: str


@dataclass(frozen=True, slots=True)
class Restructured:
    """New terms from a day on; what is overdue in principal joins the new schedule."""

    on: date
    terms: LoanTerms


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened to a loan, in any order."""

    terms: LoanTerms
    fixings: tuple[Fixing, ...]
    drawings: tuple[Drawing, ...]
    payments: tuple[Received, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    restructured: tuple[Restructured, ...] = ()
    accelerated_on: date | None = None


@dataclass(slots=True)
class Demand:
    """What fell due on a day and how much of it is open."""

    key: str
    component: Component
    due_on: date
    payable_on: date
    amount: int
    origin: str
    open: int
    penal_from: date


@dataclass(frozen=True, slots=True)
class Paid:
    """What one payment gave to one demand."""

    payment: str
    demand: str
    component: Component
    amount: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of the schedule as it stands; ``origin`` says whether it is agreed, prepaid or accelerated."""

    n: int
    due_on: date
    payable_on: date
    principal: int
    interest: int
    balance: int
    origin: str = "schedule"


@dataclass(frozen=True, slots=True)
class LoanState:
    """A loan on a day: demands, allocations, schedule and what is owed, in fen."""

    as_of: date
    rate: Decimal
    drawn: int
    performing: int
    demands: tuple[Demand, ...]
    paid: tuple[Paid, ...]
    rows: tuple[PlanRow, ...]
    suspense: int
    refunded: int
    accrued_interest: int
    accrued_penalty: int
    accrued_compound: int
    charged: dict[Component, int] = field(default_factory=dict)

    def open(self, *components: Component) -> int:
        """What is demanded and unpaid of these components (of all when none is named)."""
        return sum(d.open for d in self.demands if not components or d.component in components)

    def settled(self, *components: Component) -> int:
        """What payments gave to these components."""
        return sum(part.amount for part in self.paid if not components or part.component in components)

    @property
    def outstanding(self) -> int:
        """Principal not yet repaid, demanded or not."""
        return self.performing + self.open(Component.PRINCIPAL)

    @property
    def interest_owed(self) -> int:
        return self.open(Component.INTEREST) + self.accrued_interest

    @property
    def penalty_owed(self) -> int:
        return self.open(Component.PENALTY, Component.COMPOUND) + self.accrued_penalty + self.accrued_compound

    @property
    def fees_owed(self) -> int:
        return self.open(Component.FEE, Component.COST)

    @property
    def owed(self) -> int:
        """Everything that would have to be paid on the day."""
        return self.outstanding + self.interest_owed + self.penalty_owed + self.fees_owed

    @property
    def arrears(self) -> int:
        """What is demanded and unpaid, with the penalty running on it."""
        return self.open() + self.accrued_penalty + self.accrued_compound

    @property
    def overdue_since(self) -> date | None:
        """The oldest payable date that passed unpaid."""
        late = [demand.payable_on for demand in self.demands if demand.open and demand.payable_on < self.as_of]
        return min(late) if late else None

    @property
    def days_past_due(self) -> int:
        since = self.overdue_since
        return (self.as_of - since).days if since else 0

    @property
    def next_due(self) -> PlanRow | None:
        """The first row of the schedule still to come."""
        return next((row for row in self.rows if row.due_on > self.as_of and row.origin == "schedule"), None)


def check_refund(held: int, amount: int) -> None:
    """Refuse to pay back more than waits in suspense."""
    if amount > held:
        raise Conflict("SUSPENSE_SHORT", field="amount", held=held, amount=amount)


def totals(demands: Sequence[Demand]) -> dict[Component, int]:
    """What was demanded by component."""
    found: dict[Component, int] = {}
    for demand in demands:
        found[demand.component] = found.get(demand.component, 0) + demand.amount
    return found
