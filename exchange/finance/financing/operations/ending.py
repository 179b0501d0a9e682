"""Cancelling, changing the route, lapsing, orders of the authority, and closing."""

from __future__ import annotations

from exchange.core import clock, jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.finance.financing import queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.operations.applying import check_case_terms
from exchange.finance.financing.operations.hats import check_not_frozen, wear_hat
from exchange.finance.financing.rules import Stage, check_stage
from exchange.finance.financing.states import CASE
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.models import Guarantee
from exchange.finance.guarantees.queries import get_guarantee
from exchange.finance.guarantees.states import GuaranteeState
from exchange.finance.loans import operations as loans
from exchange.finance.loans.queries import get_loan
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.queries import get_pledge
from exchange.finance.pledges.states import PledgeState

IDLE_DAYS, RETURNED_DAYS = 90, 30
GIVEN_UP_PLEDGES = (PledgeState.DRAFTED, PledgeState.SIGNED, PledgeState.CORRECTING, PledgeState.REFUSED)
HOLDING_PLEDGES = (PledgeState.FILED, PledgeState.REGISTERED, PledgeState.RELEASING, PledgeState.ENFORCING)
OPEN_GUARANTEES = (GuaranteeState.APPLIED, GuaranteeState.APPROVED, GuaranteeState.SIGNED)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    return reason.strip()


@operation
def cancel_case(case: Case, *, reason: str, actor: Actor) -> Case:
    """Give the case up before anything was paid out or registered; its drafts end with it."""
    lock(case)
    with CASE.move(case, "cancel", actor, reason=reason):
        wear_hat(case, actor=actor)
        case.reason = _reason(reason)
        give_up_members(case, reason=case.reason, actor=actor)
        case.due_on = None
    return case


def give_up_members(case: Case, *, reason: str, actor: Actor) -> None:
    """End loan, pledge and guarantee of a case while nothing binds yet."""
    loan = get_loan(case.loan_id) if case.loan_id is not None else None
    pledge = get_pledge(case.pledge_id) if case.pledge_id is not None else None
    if (loan is not None and loan.drawn) or (pledge is not None and pledge.state in HOLDING_PLEDGES):
        raise Conflict("CASE_BOUND")
    if loan is not None and loan.state in queries.UNPAID:
        loans.cancel_loan(actor, loan.id, reason=reason)
    if pledge is not None and pledge.state in GIVEN_UP_PLEDGES:
        pledges.cancel_pledge(SYSTEM, pledge.id, reason=reason)
    if case.guarantee_id is not None:
        guarantee = get_guarantee(case.guarantee_id)
        if guarantee.state in OPEN_GUARANTEES:
            guarantees.cancel_guarantee(guarantee, reason=reason, actor=SYSTEM)


@operation
def reroute_case(
    case: Case, *, route: str, guarantor_id: int | None = None, scheme_id: int | None = None, pledgee: str = "", actor: Actor,
) -> Case:
    """Change the route while nothing is signed: approvals end, the application is checked anew."""
    lock(case)
    with CASE.move(case, "reroute", actor, route=route, before=case.route):
        wear_hat(case, actor=actor)
        check_not_frozen(case)
        _check_unsigned(case)
        give_up_members(case, reason=f"route changed to {route}", actor=actor)
        case.route, case.guarantor_id, case.scheme_id = route, guarantor_id, scheme_id
        case.pledgee = pledgee or ("bank" if route == "direct" else "guarantor")
        case.guarantee_id, case.loan_id, case.pledge_id, case.contract_sha256 = None, None, None, ""
        check_case_terms(case)
        case.accepted_on, case.submitted_on = None, clock.today()
        flush()
    return case


def _check_unsigned(case: Case) -> None:
    if case.loan_id is not None and get_loan(case.loan_id).signatures:
        raise Conflict("CASE_SIGNED")


@operation
def lapse_case(case: Case, *, actor: Actor = SYSTEM) -> Case:
    """An application that nobody went on with lapses."""
    lock(case)
    with CASE.move(case, "lapse", actor):
        case.due_on = None
    return case


@operation
def lapse_idle_cases() -> int:
    """Every application that lay too long lapses."""
    found = queries.idle_cases(IDLE_DAYS, RETURNED_DAYS)
    for case in found:
        lapse_case(case)
    return len(found)


@operation
def close_case(case: Case, *, actor: Actor = SYSTEM) -> Case:
    """The loan is repaid and the pledge is gone: the case is closed and its archive made."""
    lock(case)
    with CASE.move(case, "close", actor):
        check_stage(queries.stage_of(case), (Stage.RELEASED, Stage.WRITTEN_OFF, Stage.DECLINED))
        case.closed_on, case.due_on, case.archive_code = clock.today(), None, seal.new_code()
    jobs.enqueue("case.archive", {"id": case.public_id}, key=f"archive-{case.public_id}", title=case.number, organisation_id=case.organisation_id)
    return case


@operation
def freeze_case(case: Case, *, order: str, actor: Actor) -> Case:
    """An order of the authority freezes the case; loan, pledge and guarantee refuse by themselves."""
    lock(case)
    with CASE.move(case, "freeze", actor, order=order):
        if not order.strip():
            raise Invalid("MISSING_FIELD", field="order")
        case.frozen_order = order.strip()
        _hold(case, order.strip(), actor)
    return case


@operation
def unfreeze_case(case: Case, *, actor: Actor) -> Case:
    """The order is lifted."""
    lock(case)
    with CASE.move(case, "unfreeze", actor, order=case.frozen_order):
        case.frozen_order = ""
        _hold(case, "", actor)
    return case


def _hold(case: Case, order: str, actor: Actor) -> None:
    guarantee = get_guarantee(case.guarantee_id) if case.guarantee_id is not None else None
    if order:
        _hold_members(case, guarantee, order=order, actor=actor)
        return
    if case.pledge_id is not None:
        pledges.unhold_pledge(actor, case.pledge_id)
    if guarantee is not None:
        guarantees.unhold_guarantee(guarantee, actor=actor)
    if case.loan_id is not None:
        loans.unhold_loan(actor, case.loan_id)


def _hold_members(case: Case, guarantee: Guarantee | None, *, order: str, actor: Actor) -> None:
    if case.pledge_id is not None:
        pledges.hold_pledge(actor, case.pledge_id, order=order)
    if guarantee is not None:
        guarantees.hold_guarantee(guarantee, order=order, actor=actor)
    if case.loan_id is not None:
        loans.hold_loan(actor, case.loan_id, order=order)
