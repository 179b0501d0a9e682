"""What several verbs of a guarantee share: order, conditions of the loan, the sharers' books."""

from __future__ import annotations

from datetime import date

from exchange.core import calendar, clock
from exchange.core.access import SYSTEM
from exchange.core.database import db, flush
from exchange.core.errors import DomainError, Invalid
from exchange.core.money import Money, split
from exchange.core.workdays import due_after_working_days
from exchange.finance.guarantees.models import Guarantee, GuaranteeShare, Reguarantee
from exchange.finance.guarantees.queries import exposure_of
from exchange.finance.guarantees.rules import REGUARANTORS
from exchange.finance.guarantees.states import BINDING, ReguaranteeState
from exchange.finance.loans import operations as loans
from exchange.finance.loans.queries import get_loan
from exchange.finance.loans.states import LoanStage
from exchange.registers.ledger import operations as ledger
from exchange.registers.ledger.queries import balance
from exchange.registers.ledger.rules import Leg, transfer

DECISION_WORKING_DAYS = 5
BOOKS = {"guarantor": "guarantor", "pool": "pool"}


def decide_by() -> date:
    """The day by which a decision is due: five working days from today."""
    return due_after_working_days(calendar.china(), clock.today(), DECISION_WORKING_DAYS).day


def check_not_held(guarantee: Guarantee) -> None:
    """Refuse while an order of the authority holds the guarantee."""
    if guarantee.held_by_order:
        raise DomainError("HELD_BY_ORDER", order=guarantee.held_by_order)


def needed_reason(reason: str) -> str:
    """The reason, which must be said."""
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    return reason.strip()


def tell_loan(guarantee: Guarantee) -> None:
    """The loan learns which of its conditions stand: approval and signature, and the re-guarantee's confirmation."""
    if guarantee.loan_id is None:
        return
    _say(guarantee.loan_id, "guarantee_approved", stands=guarantee.state in BINDING)
    _say(guarantee.loan_id, "guarantee_signed", stands=guarantee.state in BINDING[1:])
    if guarantee.scheme is not None and guarantee.scheme.reguaranteed:
        _say(guarantee.loan_id, "reguarantee_approved", stands=is_reguaranteed(guarantee))


def _say(loan_id: int, kind: str, *, stands: bool) -> None:
    (loans.meet_condition if stands else loans.void_condition)(SYSTEM, loan_id, kind=kind)


def is_reguaranteed(guarantee: Guarantee) -> bool:
    """Whether every re-guarantor that the frozen shares name has confirmed."""
    wanted = {each.organisation_id for each in guarantee.shares if each.role in REGUARANTORS}
    stands = (ReguaranteeState.APPROVED, ReguaranteeState.EFFECTIVE)
    confirmed = {each.organisation_id for each in guarantee.reguarantees if each.state in stands}
    return bool(wanted) and wanted <= confirmed


# ------------------------------------------------------------------ books

def contingent_targets(guarantee: Guarantee, outstanding: Money) -> list[tuple[GuaranteeShare, int]]:
    """What each sharer stands for of what is outstanding, exact; a guarantor who advances stands for all but the bank's part."""
    if not guarantee.shares:
        return []
    parts = split(outstanding, [each.weight_bp for each in guarantee.shares])
    advances = guarantee.scheme is None or guarantee.scheme.settlement == "guarantor_advances"
    found = []
    for share, part in zip(guarantee.shares, parts, strict=True):
        fen = part.minor
        if share.role == "guarantor" and advances:
            fen = outstanding.minor - sum(each.minor for row, each in zip(guarantee.shares, parts, strict=True) if row.role == "bank")
        if share.role != "bank" and share.organisation_id is not None:
            found.append((share, fen))
    return found


def book_contingent(guarantee: Guarantee, *, on: date, verb: str) -> None:
    """J1 and J4: the memorandum of each sharer follows what is outstanding of the loan."""
    legs = [leg for (organisation_id, kind), fen in memoranda(guarantee).items() for leg in _moved(guarantee, organisation_id, kind, fen)]
    post(guarantee, legs, on=on, verb=verb)
    exposure = exposure_of(guarantee.id)
    if exposure is not None:
        own = contingent_targets(guarantee, _outstanding(guarantee))
        exposure.outstanding = Money(sum(fen for share, fen in own if share.role == "guarantor"))


def memoranda(guarantee: Guarantee) -> dict[tuple[int, str], int]:
    """What the memorandum of each sharer's book must show now, in fen, by organisation and kind of book."""
    wanted: dict[tuple[int, str], int] = {}
    for share, fen in contingent_targets(guarantee, _outstanding(guarantee)):
        book = share.organisation_id or 0, _book(share.role)
        wanted[book] = wanted.get(book, 0) + fen
    return wanted


def _outstanding(guarantee: Guarantee) -> Money:
    if guarantee.loan_id is None:
        return Money(0)
    loan = get_loan(guarantee.loan_id)
    ended = (LoanStage.REPAID, LoanStage.CLOSED, LoanStage.WRITTEN_OFF)
    return Money(0) if loan.state in ended else loan.outstanding


def _book(role: str) -> str:
    return "reguarantor" if role in REGUARANTORS else BOOKS.get(role, "party")


def _moved(guarantee: Guarantee, organisation_id: int, kind: str, target: int) -> tuple[Leg, ...]:
    code = "commitment" if kind == "pool" else "contingent"
    fen = target - balance(organisation_id, kind, code, guarantee.public_id)
    return tuple(transfer(
        organisation_id, kind, debit=code, credit=f"{code}_contra", fen=fen, debit_subject=guarantee.public_id,
        credit_subject=guarantee.public_id,
    ))


def post(thing: Guarantee | Reguarantee, legs: list[Leg], *, on: date, verb: str) -> None:
    """Post legs under the next key of the guarantee, when anything moves."""
    if any(leg.fen for leg in legs):
        thing.journals += 1
        flush()
        ledger.post_if_any(
            SYSTEM, f"{thing.noun}:{thing.public_id}:{verb}:{thing.journals}", value_on=on, legs=legs,
            event_id=f"{thing.noun}:{thing.public_id}",
        )


def fresh(guarantee: Guarantee, *names: str) -> None:
    """Read the named parts of the guarantee again after rows were added."""
    flush()
    db.session.expire(guarantee, list(names))
