"""Charts of accounts, legs and their balance: what a journal may say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from exchange.core.errors import Conflict, Invalid, define
from exchange.core.text import Text, _

define("LEDGER_ACCOUNT_UNKNOWN", 422, _("The chart of a {kind} book has no account {account}."))
define("LEDGER_UNBALANCED", 422, _("The legs of a book add up to {sum} fen, not to nought."))
define("LEDGER_EMPTY", 422, _("A journal needs at least two legs."))
define("LEDGER_SEALED", 409, _("This journal is sealed; a correction is a new journal."))
define("LEDGER_APPEND_ONLY", 409, _("The ledger is append-only; a correction is a new journal."))
define("LEDGER_OVERDRAWN", 409, _("The account {account} does not hold this amount; nothing was moved."))
define("LEDGER_PERIOD_CLOSED", 409, _("The book is closed through {through}."))
define("LEDGER_KEY_REUSED", 409, _("The journal {key} already exists with other legs."))
define("LEDGER_MIXED_CURRENCY", 422, _("The legs of one journal bear one currency."))
define("LEDGER_REVERSED", 409, _("This journal was already reversed."))


class BookKind(StrEnum):
    """Whose view a book is 账簿类别."""

    BANK = "bank"
    GUARANTOR = "guarantor"
    REGUARANTOR = "reguarantor"
    POOL = "pool"
    PARTY = "party"
    ENTERPRISE = "enterprise"
    ESCROW = "escrow"
    EXCHANGE = "exchange"


KIND_LABELS: dict[BookKind, Text] = {
    BookKind.BANK: _("Bank"),
    BookKind.GUARANTOR: _("Guarantor"),
    BookKind.REGUARANTOR: _("Re-guarantor"),
    BookKind.POOL: _("Risk pool"),
    BookKind.PARTY: _("Sharing party"),
    BookKind.ENTERPRISE: _("Enterprise"),
    BookKind.ESCROW: _("Escrow"),
    BookKind.EXCHANGE: _("Exchange"),
}


class Sign(StrEnum):
    """On which side an account may stand: debit never below nought, credit never above."""

    DEBIT = "debit"
    CREDIT = "credit"
    ANY = "any"


SIGN_LABELS: dict[Sign, Text] = {Sign.DEBIT: _("Debit"), Sign.CREDIT: _("Credit"), Sign.ANY: _("Either side")}


@dataclass(frozen=True, slots=True)
class AccountRule:
    """An account of a chart; ``per_subject`` says that each loan, guarantee, claim or deal has its own."""

    sign: Sign
    per_subject: bool
    label: Text


def _debit(label: str, *, per_subject: bool = True) -> AccountRule:
    return AccountRule(Sign.DEBIT, per_subject, Text(label))


def _credit(label: str, *, per_subject: bool = True) -> AccountRule:
    return AccountRule(Sign.CREDIT, per_subject, Text(label))


def _either(label: str) -> AccountRule:
    return AccountRule(Sign.ANY, False, Text(label))


_CONTINGENT = {
    "contingent": _debit(_("Guarantees outstanding")),
    "contingent_contra": _credit(_("Guarantees outstanding, contra")),
}
_SHARER = {
    "clearing": _either(_("Clearing")),
    **_CONTINGENT,
    "unearned_fee": _credit(_("Fees not yet earned")),
    "fee_income": _either(_("Fee income")),
    "compensation_receivable": _debit(_("Compensation to recover")),
    "reserve": _credit(_("Reserve for guarantees"), per_subject=False),
    "reserve_expense": _either(_("Additions to the reserve")),
    "loss": _either(_("Losses")),
}

CHARTS: dict[BookKind, dict[str, AccountRule]] = {
    BookKind.BANK: {
        "clearing": _either(_("Clearing")),
        "loan_principal": _debit(_("Loan principal")),
        "interest_receivable": _debit(_("Interest receivable")),
        "penalty_receivable": _debit(_("Penalty interest receivable")),
        "fee_receivable": _debit(_("Fees receivable")),
        "borrower_suspense": _credit(_("Borrower's money in suspense")),
        "compensation_held": _credit(_("Compensation held for the pool")),
        "recovery_payable": _credit(_("Recoveries to pass on")),
        "allowance": _credit(_("Loss allowance")),
        "interest_income": _either(_("Interest income")),
        "penalty_income": _either(_("Penalty income")),
        "fee_income": _either(_("Fee income")),
        "credit_loss": _either(_("Credit losses")),
        "collateral": _debit(_("Collateral held")),
        "collateral_contra": _credit(_("Collateral held, contra")),
        "interest_suspended": _debit(_("Interest in suspense")),
        "interest_suspended_contra": _credit(_("Interest in suspense, contra")),
        "written_off": _debit(_("Written-off claims kept")),
        "written_off_contra": _credit(_("Written-off claims kept, contra")),
        "securitised": _debit(_("Securitised loans")),
        "securitised_contra": _credit(_("Securitised loans, contra")),
    },
    BookKind.GUARANTOR: {
        **_SHARER,
        "compensation_payable": _credit(_("Compensation payable")),
        "share_received": _credit(_("Shares received")),
        "reguarantee_fee_expense": _either(_("Re-guarantee fees paid")),
        "collateral": _debit(_("Collateral held")),
        "collateral_contra": _credit(_("Collateral held, contra")),
    },
    BookKind.REGUARANTOR: dict(_SHARER),
    BookKind.PARTY: dict(_SHARER),
    BookKind.POOL: {
        "cash": _debit(_("Cash of the pool"), per_subject=False),
        "fund_capital": _credit(_("Capital paid in"), per_subject=False),
        "commitment": _debit(_("Commitments")),
        "commitment_contra": _credit(_("Commitments, contra")),
        "compensation_paid": _debit(_("Compensation paid")),
        "subsidy_expense": _either(_("Subsidies paid")),
    },
    BookKind.ENTERPRISE: {
        "cash_memo": _either(_("Cash, as this platform saw it")),
        "loan_payable": _credit(_("Loans payable")),
        "charges_payable": _credit(_("Interest and charges payable")),
        "refund_receivable": _debit(_("Refunds receivable")),
        "interest_expense": _either(_("Interest expense")),
        "fee_expense": _either(_("Fee expense")),
        "subsidy_income": _either(_("Subsidies received")),
        "recourse_payable": _credit(_("Recourse payable to the guarantor")),
    },
    BookKind.ESCROW: {
        "bank": _debit(_("Clients' money at the bank"), per_subject=False),
        "suspense": _credit(_("Unmatched receipts"), per_subject=False),
        "deposit": _credit(_("Deposits of bidders")),
        "price": _credit(_("Prices paid in")),
        "due": _credit(_("Due to parties")),
        "fee_due": _credit(_("Fees due to the exchange"), per_subject=False),
        "forfeited": _credit(_("Forfeited deposits")),
        "held_for_court": _credit(_("Deposited for the court")),
    },
    BookKind.EXCHANGE: {
        "receivable_fee": _debit(_("Fees receivable"), per_subject=False),
        "fee_income": _either(_("Fee income")),
        "bank_own": _either(_("The exchange's own bank account")),
        "claims": _either(_("Uncovered shortfalls")),
    },
}


def account_rule(kind: str, code: str) -> AccountRule:
    """The chart's rule for an account; an unknown code is refused."""
    rule = CHARTS[BookKind(kind)].get(code)
    if rule is None:
        raise Invalid("LEDGER_ACCOUNT_UNKNOWN", field="code", kind=kind, account=code)
    return rule


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a journal in one account: ``fen`` positive for debit, negative for credit."""

    organisation_id: int
    kind: str
    code: str
    fen: int
    subject: str = ""

    @property
    def book(self) -> tuple[int, str]:
        return self.organisation_id, str(self.kind)

    @property
    def account(self) -> tuple[int, str, str, str]:
        return self.organisation_id, str(self.kind), self.code, self.subject


def transfer(
    organisation_id: int,
    kind: str,
    *,
    debit: str,
    credit: str,
    fen: int,
    debit_subject: str = "",
    credit_subject: str = "",
) -> tuple[Leg, Leg]:
    """Two legs that move ``fen`` inside one book from the credited to the debited account."""
    return (
        Leg(organisation_id, kind, debit, fen, debit_subject),
        Leg(organisation_id, kind, credit, -fen, credit_subject),
    )


def merge(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs with those of one account added up and those of nought left out."""
    sums: dict[tuple[int, str, str, str], int] = {}
    for leg in legs:
        sums[leg.account] = sums.get(leg.account, 0) + leg.fen
    return tuple(Leg(org, kind, code, fen, subject) for (org, kind, code, subject), fen in sums.items() if fen)


def check_balanced(legs: Sequence[Leg]) -> None:
    """Refuse a journal with fewer than two legs or a book that does not sum to nought."""
    if len(legs) < 2:
        raise Invalid("LEDGER_EMPTY", field="legs")
    sums: dict[tuple[int, str], int] = {}
    for leg in legs:
        account_rule(leg.kind, leg.code)
        sums[leg.book] = sums.get(leg.book, 0) + leg.fen
    for total in sums.values():
        if total:
            raise Invalid("LEDGER_UNBALANCED", field="legs", sum=total)


def difference(targets: Mapping[tuple[int, str, str, str], int], present: Mapping[tuple[int, str, str, str], int]) -> tuple[Leg, ...]:
    """The legs that bring each account from its present balance to its target."""
    accounts = dict.fromkeys((*targets, *present))
    moved = ((account, targets.get(account, 0) - present.get(account, 0)) for account in accounts)
    return tuple(Leg(org, kind, code, fen, subject) for (org, kind, code, subject), fen in moved if fen)


def legs_sha256(legs: Sequence[Leg]) -> str:
    """The digest by which the same journal is recognised under its key."""
    rows = sorted([*leg.account, leg.fen] for leg in legs)
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def check_same(key: str, first: str, second: str) -> None:
    """The same key names the same legs."""
    if first != second:
        raise Conflict("LEDGER_KEY_REUSED", field="event_key", key=key)


FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as RFC 4180 text; a text cell that looks like a formula is marked as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None else str(value)
