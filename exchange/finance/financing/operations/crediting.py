"""The bank's terms: the pledge and the loan are drafted together from the case, its review and its guarantee."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exchange.appraisals import queries as appraisals
from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.money import Money, split
from exchange.core.states import parties_of
from exchange.core.workdays import add_months
from exchange.finance.financing import queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.operations.hats import check_not_frozen, wear_hat
from exchange.finance.financing.rules import Stage, check_stage
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.queries import get_guarantee
from exchange.finance.loans import operations as loans
from exchange.finance.loans.queries import get_loan
from exchange.finance.loans.rules.contract import LoanInput
from exchange.finance.loans.rules.days import DueRule
from exchange.finance.loans.states import LoanStage
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.queries import get_pledge
from exchange.finance.pledges.states import PledgeState
from exchange.core.access import who

BANK_OFFICER = who("bank", "officer", party="bank")
CAP_LIMIT_BP = 5_000
INTEREST_DAY = 21
ENDED = (LoanStage.LAPSED, LoanStage.CANCELLED)


@operation
def draft_credit(
    case: Case, *, rate: Decimal, principal: Money | None = None, method: str = "equal_instalment", first_due: date | None = None,
    periods: int | None = None, penalty_multiplier: Decimal = Decimal("1.5"), grace_days: int = 0, prepayment_fee_bp: int = 0,
    payee: str = "", annuity_payer: str = "pledgor", invalidation_clause: str = "", actor: Actor,
) -> Case:
    """Enter the terms of the credit: the pledge and the loan are drafted, tied to the guarantee, and wait for the decision."""
    lock(case)
    if not BANK_OFFICER.fits(actor, parties_of(case)):
        raise Forbidden()
    wear_hat(case, actor=actor)
    check_not_frozen(case)
    check_stage(queries.stage_of(case), (Stage.CREDITING,))
    if case.loan_id is not None and get_loan(case.loan_id).state not in ENDED:
        raise Conflict("CASE_STAGE", stage=Stage.CREDITING.label)
    lent = principal or case.amount
    if lent > case.amount or lent.minor <= 0:
        raise Invalid("CASE_AMOUNT", field="principal", limit=case.amount)
    terms = LoanInput(
        principal=lent, rate=rate, periods=periods or case.term_months, first_due=first_due or first_interest_day(clock.today()),
        method=method, due_rule=str(DueRule.SAME_DAY), penalty_multiplier=penalty_multiplier, grace_days=grace_days,
        prepayment_fee_bp=prepayment_fee_bp, purpose=case.purpose, purpose_note=case.purpose_note, payee=payee,
    )
    _check_pledge_terms(annuity_payer, invalidation_clause)
    case.pledge_id = _pledge(case, terms, annuity_payer=annuity_payer, invalidation_clause=invalidation_clause)
    loan = loans.draft_loan(actor, bank_id=case.bank_id, borrower_id=case.organisation_id, terms=terms, pledge_id=case.pledge_id)
    case.loan_id, case.contract_sha256, case.contract_code = loan.id, "", ""
    flush()
    if case.guarantee_id is not None:
        guarantees.tie_guarantee(get_guarantee(case.guarantee_id), loan_id=loan.id, pledge_id=case.pledge_id, actor=SYSTEM)
    return case


def _check_pledge_terms(annuity_payer: str, invalidation_clause: str) -> None:
    if annuity_payer not in ("pledgor", "pledgee"):
        raise Invalid("CHOICE_UNKNOWN", field="annuity_payer", choices="pledgor, pledgee")
    if not invalidation_clause.strip():
        raise Invalid("MISSING_FIELD", field="invalidation_clause")


def first_interest_day(today: date) -> date:
    """The next 21st that leaves at least a fortnight."""
    found = today.replace(day=INTEREST_DAY)
    while (found - today).days < 14:
        found = add_months(found, 1)
    return found


def _pledge(case: Case, terms: LoanInput, *, annuity_payer: str, invalidation_clause: str) -> int:
    """The pledge of the case, drafted on the accepted value; an earlier one that still stands is kept."""
    if case.pledge_id is not None and get_pledge(case.pledge_id).state not in (PledgeState.CANCELLED, PledgeState.REVOKED, PledgeState.REFUSED):
        return case.pledge_id
    pledgee = case.bank_id if case.pledgee == "bank" else case.guarantor_id
    if pledgee is None:
        raise Invalid("MISSING_FIELD", field="pledgee")
    made = pledges.draft_pledge(
        SYSTEM, pledgor_id=case.organisation_id, pledgee_id=pledgee, secures="loan" if case.pledgee == "bank" else "recourse",
        secured=terms.principal, debt_from=clock.today(), debt_to=terms.maturity, items=_items(case),
        annuity_payer=annuity_payer, invalidation_clause=invalidation_clause, reviewer_ids=case.reviewers,
    )
    return int(made.id)


def _items(case: Case) -> list[pledges.ItemInput]:
    """Each patent at its part of the reviewer's value for lending, with the report's cap."""
    if case.scorecard_id is not None:
        return _scored_items(case, case.scorecard_id)
    if case.appraisal_id is None:
        raise Conflict("CASE_STAGE", stage=Stage.VALUING.label)
    report = appraisals.sealed_appraisal(case.appraisal_id)
    review = appraisals.accepted_review(report.id, organisation_ids=case.reviewers)
    if review is None:
        raise Conflict("REVIEW_MISSING", field="items", patent=report.number)
    parts = split(review.value_for_lending, [max(item.value.minor, 0) for item in report.items])
    wanted = {each.patent_id for each in case.patents}
    return [
        pledges.ItemInput(item.patent_id, part, min(item.cap_bp, CAP_LIMIT_BP), appraisal_id=report.id, review_id=review.id)
        for item, part in zip(report.items, parts, strict=True) if item.patent_id in wanted
    ]


def _scored_items(case: Case, scorecard_id: int) -> list[pledges.ItemInput]:
    """On a scorecard each patent stands at the reviewer's own value less its haircut, with the policy's cap."""
    wanted = [each.patent_id for each in case.patents]
    sheet = appraisals.check_scorecard(scorecard_id, patent_ids=wanted, on=clock.today(), amount=case.amount)
    review = appraisals.accepted_scorecard(scorecard_id, organisation_ids=case.reviewers)
    if review is None:
        raise Conflict("SCORECARD_REVIEW_MISSING", field="items", number=sheet.number)
    return [
        pledges.ItemInput(patent_id, value, min(cap_bp, CAP_LIMIT_BP), scorecard_id=scorecard_id)
        for patent_id, value, cap_bp in review.values if patent_id in wanted
    ]
