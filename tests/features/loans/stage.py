"""A loan in each of its states, reached through operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from exchange.core.money import Money
from exchange.finance.loans import operations
from exchange.finance.loans.models import Loan
from exchange.finance.loans.rules.contract import LoanInput
from tests.features.pledges.stage import CONTRACT, Stage, set_stage

FIRST_DUE = date(2026, 12, 21)


@dataclass
class LoanStage(Stage):
    """The people of a pledge, and a loan on it."""

    def terms(self, **more: Any) -> LoanInput:
        given: dict[str, Any] = {
            "principal": Money.parse("1000000.00"), "rate": Decimal("3.6"), "periods": 12, "first_due": FIRST_DUE,
            "business_day_rule": "none",
        }
        return LoanInput(**(given | more))

    def drafted_loan(self, *, pledge_id: int | None = None, **more: Any) -> Loan:
        return operations.draft_loan(
            self.bank_officer, bank_id=self.bank.id, borrower_id=self.enterprise.id, terms=self.terms(**more),
            pledge_id=pledge_id,
        )

    def approved(self, *, pledge_id: int, **more: Any) -> Loan:
        loan = self.drafted_loan(pledge_id=pledge_id, **more)
        self.twice(lambda: operations.approve_loan(self.bank_officer, loan.id))
        return loan

    def signed_loan(self, *, pledge_id: int, **more: Any) -> Loan:
        loan = self.approved(pledge_id=pledge_id, **more)
        operations.sign_loan(self.signatory, loan.id, document_sha256=CONTRACT)
        operations.sign_loan(self.bank_approver, loan.id, document_sha256=CONTRACT)
        return loan

    def running(self, **more: Any) -> Loan:
        """A loan paid out on a registered pledge of one patent."""
        pledge = self.registered(self.patent().id)
        loan = self.signed_loan(pledge_id=pledge.id, **more)
        self.twice(lambda: operations.disburse_loan(self.bank_officer, loan.id))
        return loan

    def pay(self, loan: Loan, amount: str, value_on: date, reference: str = "", **more: Any) -> Any:
        return operations.receive_payment(
            self.bank_officer, loan.id, amount=Money.parse(amount), value_on=value_on,
            bank_reference=reference or f"R{value_on:%Y%m%d}{amount}", **more,
        )


def set_loan_stage() -> LoanStage:
    """A new enterprise, bank and exchange with their people."""
    return LoanStage(**set_stage().__dict__)
