"""No money before the registered pledge; every movement posts; late, reversed or retroactive facts leave the same books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from exchange.core.access import SYSTEM
from exchange.core.database import Proposed
from exchange.core.errors import DomainError, faults_of
from exchange.core.money import Money
from exchange.finance.loans import operations, queries
from exchange.finance.loans.models import Loan
from exchange.finance.loans.rules.allocation import Component
from exchange.finance.loans.rules.contract import changed, terms_digest
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.queries import get_pledge
from exchange.registers.ledger.queries import balance, prove, subject_balances
from exchange.registers.patents import operations as patents
from tests.factories import actor, organisation
from tests.features.loans.stage import FIRST_DUE, LoanStage, set_loan_stage
from tests.features.pledges.stage import CONTRACT

TODAY = date(2026, 11, 25)


@pytest.fixture
def stage(house: Any, clock: Any) -> LoanStage:
    return set_loan_stage()


def move(clock: Any, day: date) -> None:
    """Ten in the morning of a day in Shanghai."""
    clock.move_to(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))


def state(loan: Loan) -> str:
    return queries.get_loan(loan.id).state


def bank(loan: Loan, code: str) -> int:
    return balance(loan.organisation_id, "bank", code, loan.public_id)


def borrower(loan: Loan, code: str) -> int:
    return balance(loan.borrower_id, "enterprise", code, loan.public_id)


def check_books(loan: Loan, *, but: tuple[str, ...] = ()) -> None:
    """Receivables equal what the replay says, and the ledger proves (but for the named checks)."""
    found = queries.position(loan.id)
    assert bank(loan, "loan_principal") == found.outstanding == -borrower(loan, "loan_payable")
    receivable = bank(loan, "interest_receivable") + bank(loan, "penalty_receivable") + bank(loan, "interest_suspended")
    assert receivable == found.interest_owed + found.penalty_owed
    assert -bank(loan, "borrower_suspense") == found.suspense == borrower(loan, "refund_receivable")
    assert [each for each in prove() if each.check not in but] == []


def refusal(run: Any) -> str:
    with pytest.raises(DomainError) as refused:
        run()
    return str(refused.value.code.name)


# ------------------------------------------------------------------ to the payment

def test_a_loan_walks_from_draft_to_repaid_and_frees_the_pledge(stage: LoanStage, clock: Any) -> None:
    loan = stage.running(periods=2)
    assert (state(loan), bank(loan, "loan_principal"), borrower(loan, "cash_memo")) == ("active", 100_000_000, 100_000_000)
    schedule = queries.current_schedule(loan.id)
    assert schedule is not None
    assert [row.due_on for row in schedule.rows] == [FIRST_DUE, date(2027, 1, 21)]
    for row in schedule.rows:
        move(clock, row.due_on)
        operations.tend_loan(SYSTEM, loan.id)
        stage.pay(loan, str(row.payment), row.due_on)
    assert state(loan) == "repaid"
    assert get_pledge(loan.pledge_id or 0).secured_debt == Money(0)
    assert (bank(loan, "loan_principal"), bank(loan, "interest_receivable")) == (0, 0)
    interest = sum(row.interest.minor for row in schedule.rows)
    assert bank(loan, "interest_income") == -interest == -borrower(loan, "interest_expense")
    stage.twice(lambda: pledges.release_pledge(stage.bank_officer, loan.pledge_id or 0))
    stage.twice(lambda: pledges.confirm_release(
        stage.bank_officer, loan.pledge_id or 0, notice_no="9", released_on=date(2027, 1, 21)))
    assert state(loan) == "closed"
    assert prove() == []


@pytest.mark.parametrize("stop", ["drafted", "signed", "filed"])
def test_nothing_is_paid_out_before_the_pledge_is_registered(stage: LoanStage, stop: str) -> None:
    pledge = getattr(stage, stop)(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id)
    assert refusal(lambda: operations.disburse_loan(stage.bank_officer, loan.id)) == "LOAN_PLEDGE_NOT_REGISTERED"
    assert (state(loan), subject_balances(loan.public_id)) == ("signed", {})


def test_paying_out_waits_for_the_approver_of_the_bank(stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id)
    with pytest.raises(Proposed):
        operations.disburse_loan(stage.bank_officer, loan.id)
    assert (state(loan), subject_balances(loan.public_id)) == ("signed", {})


def test_a_guarantor_lends_nothing(stage: LoanStage) -> None:
    guarantor = organisation("guarantor")
    run = lambda: operations.draft_loan(SYSTEM, bank_id=guarantor.id, borrower_id=stage.enterprise.id, terms=stage.terms())
    assert refusal(run) == "LOAN_LENDER"


def test_a_credit_above_the_cover_is_not_approved(stage: LoanStage) -> None:
    pledge = stage.drafted(stage.patent().id)
    loan = stage.drafted_loan(pledge_id=pledge.id, principal=Money.parse("2000000.01"))
    assert refusal(lambda: operations.approve_loan(stage.bank_officer, loan.id)) == "LOAN_OVER_COVER"
    assert state(loan) == "drafted"


def test_a_required_condition_stops_approval_and_payment(stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.drafted_loan(pledge_id=pledge.id)
    for kind in ("guarantee_approved", "guarantee_signed"):
        operations.require_condition(SYSTEM, loan.id, kind=kind)
    assert refusal(lambda: operations.approve_loan(stage.bank_officer, loan.id)) == "LOAN_GUARANTEE_NOT_APPROVED"
    operations.meet_condition(SYSTEM, loan.id, kind="guarantee_approved")
    stage.twice(lambda: operations.approve_loan(stage.bank_officer, loan.id))
    operations.sign_loan(stage.signatory, loan.id, document_sha256=CONTRACT)
    operations.sign_loan(stage.bank_approver, loan.id, document_sha256=CONTRACT)
    assert refusal(lambda: operations.disburse_loan(stage.bank_officer, loan.id)) == "LOAN_GUARANTEE_NOT_SIGNED"
    operations.meet_condition(SYSTEM, loan.id, kind="guarantee_signed")
    operations.void_condition(SYSTEM, loan.id, kind="guarantee_signed")
    assert refusal(lambda: operations.disburse_loan(stage.bank_officer, loan.id)) == "LOAN_GUARANTEE_NOT_SIGNED"
    operations.meet_condition(SYSTEM, loan.id, kind="guarantee_signed")
    stage.twice(lambda: operations.disburse_loan(stage.bank_officer, loan.id))
    assert state(loan) == "active"


def test_a_guaranteed_loan_is_signed_by_the_guarantor_too(stage: LoanStage) -> None:
    pledge = stage.drafted(stage.patent().id)
    loan = stage.drafted_loan(pledge_id=pledge.id)
    guarantor = actor("guarantor approver")
    operations.join_loan(SYSTEM, loan.id, organisation_id=guarantor.organisation_id, role="guarantor")
    stage.twice(lambda: operations.approve_loan(stage.bank_officer, loan.id))
    operations.sign_loan(stage.signatory, loan.id, document_sha256=CONTRACT)
    operations.sign_loan(stage.bank_approver, loan.id, document_sha256=CONTRACT)
    assert state(loan) == "approved"
    assert refusal(lambda: operations.sign_loan(guarantor, loan.id, document_sha256="d" * 64)) == "LOAN_CONTRACT_DIFFERS"
    operations.sign_loan(guarantor, loan.id, document_sha256=CONTRACT)
    assert state(loan) == "signed"


def test_an_approval_lapses_after_ninety_days(stage: LoanStage, clock: Any) -> None:
    pledge = stage.drafted(stage.patent().id)
    loan = stage.approved(pledge_id=pledge.id, first_due=date(2027, 6, 21))
    clock.pass_(days=91)
    assert refusal(lambda: operations.sign_loan(stage.signatory, loan.id, document_sha256=CONTRACT)) == "LOAN_DECISION_LAPSED"
    assert operations.lapse_stale_loans() == 1
    assert state(loan) == "lapsed"


def test_interest_deducted_in_advance_is_not_principal(stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id)
    held_back = Money.parse("50000.00")
    run = lambda: operations.disburse_loan(stage.bank_officer, loan.id, deducted=held_back)
    assert refusal(run) == "LOAN_UPFRONT_DEDUCTION"
    assert subject_balances(loan.public_id) == {}
    stage.twice(lambda: operations.disburse_loan(stage.bank_officer, loan.id, deducted=held_back, recognise=True))
    assert bank(loan, "loan_principal") == 95_000_000


def test_a_seized_patent_stops_the_payment(stage: LoanStage) -> None:
    patent = stage.patent()
    pledge = stage.registered(patent.id)
    loan = stage.signed_loan(pledge_id=pledge.id)
    stage.register_copy(patent.id, seized=True)
    with pytest.raises(DomainError) as refused:
        operations.disburse_loan(stage.bank_officer, loan.id)
    assert "RIGHTS_SEIZED" in [fault.code.name for fault in faults_of(refused.value)]
    assert state(loan) == "signed"


def test_the_agreed_payee_alone_is_paid(stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id, payee="Supplier Ltd")
    assert refusal(lambda: operations.disburse_loan(stage.bank_officer, loan.id, payee="Other Ltd")) == "LOAN_PAYEE"


def test_tranches_stay_within_principal_and_cover(stage: LoanStage) -> None:
    pledge = stage.registered(stage.patent().id)
    loan = stage.signed_loan(pledge_id=pledge.id, tranches=True)
    stage.twice(lambda: operations.disburse_loan(stage.bank_officer, loan.id, amount=Money.parse("400000.00")))
    stage.twice(lambda: operations.draw_loan(stage.bank_officer, loan.id, amount=Money.parse("600000.00")))
    assert bank(loan, "loan_principal") == 100_000_000
    assert refusal(lambda: operations.draw_loan(stage.bank_officer, loan.id, amount=Money(1))) == "AMOUNT_RANGE"


# ------------------------------------------------------------------ payments

def test_a_payment_pays_interest_before_principal_and_posts_both_halves(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    move(clock, FIRST_DUE)
    row = queries.position(loan.id).rows[0]
    stage.pay(loan, str(Money(row.interest + 5_000)), FIRST_DUE)
    found = queries.position(loan.id)
    assert (found.settled(Component.INTEREST), found.settled(Component.PRINCIPAL)) == (row.interest, 5_000)
    assert borrower(loan, "cash_memo") == 100_000_000 - row.interest - 5_000
    check_books(loan)


def test_the_same_bank_reference_is_taken_once(stage: LoanStage) -> None:
    loan = stage.running()
    stage.pay(loan, "100.00", TODAY, "B1")
    before = subject_balances(loan.public_id)
    assert refusal(lambda: stage.pay(loan, "100.00", TODAY, "B1")) == "PAYMENT_KNOWN"
    assert subject_balances(loan.public_id) == before
    assert len(queries.payments_of(loan.id)) == 1


@pytest.mark.parametrize(("value_on", "code"), [
    (date(2026, 11, 24), "PAYMENT_BEFORE_DISBURSEMENT"), (date(2026, 11, 26), "PAYMENT_FUTURE"),
])
def test_a_payment_outside_the_life_of_the_loan_is_refused(stage: LoanStage, value_on: date, code: str) -> None:
    loan = stage.running()
    assert refusal(lambda: stage.pay(loan, "1.00", value_on)) == code
    assert queries.payments_of(loan.id) == []


def test_a_stranger_records_no_payment(stage: LoanStage) -> None:
    loan = stage.running()
    stranger = actor("bank officer")
    run = lambda: operations.receive_payment(stranger, loan.id, amount=Money(100), value_on=TODAY, bank_reference="X")
    assert refusal(run) == "FORBIDDEN"
    assert queries.payments_of(loan.id) == []


def test_money_too_much_waits_in_suspense_and_can_be_refunded(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    stage.pay(loan, "700.00", TODAY)
    assert bank(loan, "borrower_suspense") == -70_000
    assert refusal(lambda: operations.refund_loan(stage.bank_officer, loan.id, amount=Money(70_001))) == "SUSPENSE_SHORT"
    operations.refund_loan(stage.bank_officer, loan.id, amount=Money(20_000))
    assert bank(loan, "borrower_suspense") == -50_000
    move(clock, FIRST_DUE)
    operations.tend_loan(SYSTEM, loan.id)
    assert bank(loan, "borrower_suspense") == 0
    check_books(loan)


def test_a_late_posting_leaves_the_books_of_a_posting_in_time(stage: LoanStage, clock: Any) -> None:
    late, timely = stage.running(), stage.running()
    first = queries.position(late.id).rows[0]
    amount = str(Money(first.principal + first.interest))
    move(clock, FIRST_DUE)
    stage.pay(timely, amount, FIRST_DUE)
    move(clock, date(2027, 2, 10))
    for loan in (late, timely):
        operations.tend_loan(SYSTEM, loan.id)
    assert state(late) == "overdue"
    assert bank(late, "penalty_receivable") > bank(timely, "penalty_receivable")
    stage.pay(late, amount, FIRST_DUE)
    named = [{key[1:3]: fen for key, fen in subject_balances(each.public_id).items()} for each in (late, timely)]
    for ignored in (("bank", "allowance"), ("bank", "credit_loss")):
        for balances in named:
            balances.pop(ignored, None)
    assert named[0] == named[1]
    assert queries.position(late.id).demands == queries.position(timely.id).demands
    check_books(late)


def test_a_reversal_is_made_once_by_the_approver_and_replays_the_loan(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    before = {key: fen for key, fen in subject_balances(loan.public_id).items() if fen}
    payment = stage.pay(loan, "5000.00", TODAY)
    assert refusal(lambda: operations.reverse_payment(stage.bank_officer, payment.id, reason="wrong loan")) == "SECOND_PERSON_NEEDED"
    operations.reverse_payment(stage.bank_approver, payment.id, reason="wrong loan")
    assert {key: fen for key, fen in subject_balances(loan.public_id).items() if fen} == before
    assert refusal(lambda: operations.reverse_payment(stage.bank_approver, payment.id, reason="again")) == "PAYMENT_REVERSED"
    check_books(loan)


def test_a_prepayment_shortens_or_lowers_the_schedule(stage: LoanStage, clock: Any) -> None:
    shorter, lower = stage.running(), stage.running()
    move(clock, date(2026, 12, 10))
    stage.pay(shorter, "300000.00", date(2026, 12, 10), purpose="reduce_number")
    stage.pay(lower, "300000.00", date(2026, 12, 10), purpose="reduce_instalment")
    rows = [[row for row in queries.position(loan.id).rows if row.origin == "schedule"] for loan in (shorter, lower)]
    assert (len(rows[0]) < 12, len(rows[1])) == (True, 12)
    for loan in (shorter, lower):
        check_books(loan)
        schedule = queries.current_schedule(loan.id)
        assert schedule is not None
        assert schedule.revision == 2
        assert sum(row.principal.minor for row in schedule.rows) == 100_000_000


def test_paying_off_takes_exactly_the_quote(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    day = date(2026, 12, 5)
    move(clock, day)
    quote = queries.payoff(loan.id, day)
    assert (quote.principal, quote.interest) == (100_000_000, 100_000_000 * 36 * 10 // 360_000)
    assert refusal(lambda: stage.pay(loan, str(Money(quote.total - 1)), day, purpose="pay_off")) == "PAYMENT_SHORT"
    assert state(loan) == "active"
    stage.pay(loan, str(Money(quote.total)), day, purpose="pay_off")
    assert (state(loan), queries.position(loan.id).owed) == ("repaid", 0)
    check_books(loan)


def test_a_charge_is_owed_and_paid_first(stage: LoanStage) -> None:
    loan = stage.running()
    operations.charge_loan(stage.bank_officer, loan.id, amount=Money(15_000), memo="late fee")
    assert (bank(loan, "fee_receivable"), borrower(loan, "fee_expense")) == (15_000, 15_000)
    stage.pay(loan, "150.00", TODAY)
    assert bank(loan, "fee_receivable") == 0
    check_books(loan)


def test_accruing_twice_a_day_changes_nothing(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    clock.pass_(days=10)
    operations.tend_loan(SYSTEM, loan.id)
    first = (subject_balances(loan.public_id), queries.get_loan(loan.id).journals, len(queries.last_marks(loan.id)))
    operations.tend_loan(SYSTEM, loan.id)
    again = (subject_balances(loan.public_id), queries.get_loan(loan.id).journals, len(queries.last_marks(loan.id)))
    assert first == again
    assert bank(loan, "interest_receivable") == 100_000_000 * 36 * 10 // 360_000


# ------------------------------------------------------------------ arrears

def test_an_unpaid_instalment_makes_the_loan_overdue_and_payment_clears_it(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    move(clock, FIRST_DUE)
    operations.tend_loan(SYSTEM, loan.id)
    assert state(loan) == "active"
    clock.pass_(days=1)
    operations.tend_loan(SYSTEM, loan.id)
    assert (state(loan), queries.get_loan(loan.id).risk_class) == ("overdue", "special_mention")
    owed = queries.position(loan.id)
    assert owed.days_past_due == 1
    stage.pay(loan, str(Money(owed.arrears)), FIRST_DUE + timedelta(days=1))
    assert state(loan) == "active"
    check_books(loan)


def test_default_needs_more_than_ninety_days_or_a_clause(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    move(clock, FIRST_DUE + timedelta(days=90))
    operations.tend_loan(SYSTEM, loan.id)
    assert refusal(lambda: operations.default_loan(stage.bank_officer, loan.id)) == "LOAN_NOT_DUE"
    assert state(loan) == "overdue"
    clock.pass_(days=1)
    stage.twice(lambda: operations.default_loan(stage.bank_officer, loan.id))
    found = queries.position(loan.id)
    assert (state(loan), found.performing, get_pledge(loan.pledge_id or 0).debt_due) == ("defaulted", 0, True)
    check_books(loan)


def defaulted(stage: LoanStage, clock: Any) -> Loan:
    loan = stage.running()
    move(clock, FIRST_DUE + timedelta(days=91))
    operations.tend_loan(SYSTEM, loan.id)
    stage.twice(lambda: operations.default_loan(stage.bank_officer, loan.id))
    return loan


def test_after_ninety_days_interest_is_no_income_any_more(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    move(clock, FIRST_DUE + timedelta(days=91))
    operations.tend_loan(SYSTEM, loan.id)
    row = queries.get_loan(loan.id)
    assert (row.nonaccrual, row.risk_class, row.stage) == (True, "substandard", 3)
    assert (bank(loan, "interest_receivable"), bank(loan, "interest_income")) == (0, 0)
    assert bank(loan, "interest_suspended") == queries.position(loan.id).interest_owed + queries.position(loan.id).penalty_owed
    assert bank(loan, "allowance") < 0
    check_books(loan)


def test_a_defaulted_loan_is_reinstated_when_its_arrears_are_paid(stage: LoanStage, clock: Any) -> None:
    loan = defaulted(stage, clock)
    assert refusal(lambda: operations.cure_loan(stage.bank_officer, loan.id)) == "LOAN_ARREARS_OPEN"
    arrears = queries.position_of(queries.get_loan(loan.id), accelerated=False).arrears
    stage.pay(loan, str(Money(arrears)), FIRST_DUE + timedelta(days=91))
    stage.twice(lambda: operations.cure_loan(stage.bank_officer, loan.id))
    assert state(loan) == "active"
    check_books(loan)


def test_the_guarantors_payment_becomes_recourse_and_the_rest_stays_with_the_bank(stage: LoanStage, clock: Any) -> None:
    loan, guarantor = defaulted(stage, clock), organisation("guarantor")
    today = FIRST_DUE + timedelta(days=91)
    operations.claim_loan(SYSTEM, loan.id, on=today)
    assert refusal(lambda: stage.pay(loan, "1.00", today)) == "PAYMENT_AFTER_CLAIM"
    owed = queries.position(loan.id).interest_owed
    operations.compensate_loan(
        SYSTEM, loan.id, principal=Money(80_000_000), interest=Money(owed), value_on=today,
        payer_organisation_id=guarantor.id, reference="claim-1")
    assert (state(loan), bank(loan, "loan_principal")) == ("compensated", 20_000_000)
    assert borrower(loan, "recourse_payable") == -(80_000_000 + owed)
    check_books(loan, but=("ledger.halves",))  # the guarantor's half is the claim's
    operations.recover_recourse(SYSTEM, loan.id, amount=Money(30_000_000), value_on=today, reference="rec-1")
    assert borrower(loan, "recourse_payable") == -(50_000_000 + owed)
    check_books(loan, but=("ledger.halves",))


def test_a_write_off_keeps_the_claim_and_locks_the_loan(stage: LoanStage, clock: Any) -> None:
    loan = defaulted(stage, clock)
    run = lambda: operations.write_off_loan(stage.bank_officer, loan.id, reason="no estate")
    assert refusal(run) == "LOAN_WRITE_OFF_EARLY"
    stage.twice(lambda: operations.write_off_loan(stage.bank_officer, loan.id, reason="no estate", exhausted=True))
    owed = queries.position(loan.id).owed
    assert (state(loan), bank(loan, "loan_principal"), bank(loan, "written_off")) == ("written_off", 0, owed)
    assert bank(loan, "allowance") == 0
    before = subject_balances(loan.public_id)
    assert refusal(lambda: stage.pay(loan, "50.00", FIRST_DUE)) == "LOAN_WRITTEN_OFF_LOCKED"
    assert subject_balances(loan.public_id) == before
    today = FIRST_DUE + timedelta(days=91)
    operations.recover_written_off(stage.bank_officer, loan.id, amount=Money(5_000), value_on=today, reference="W1")
    assert bank(loan, "written_off") == owed - 5_000
    assert prove() == []


# ------------------------------------------------------------------ restructuring

def test_new_terms_need_the_guarantors_consent_to_exactly_them(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    guarantor = organisation("guarantor")
    operations.join_loan(SYSTEM, loan.id, organisation_id=guarantor.id, role="guarantor")
    new = {"periods": 24, "first_due": date(2027, 1, 21), "rate": Decimal("3.0")}
    run = lambda: operations.restructure_loan(stage.bank_officer, loan.id, terms=new, reason="longer")
    assert refusal(run) == "GUARANTEE_CONSENT_MISSING"
    assert queries.get_loan(loan.id).restructurings == []
    digest = terms_digest(changed(queries.input_of(queries.get_loan(loan.id)), new))
    operations.meet_condition(SYSTEM, loan.id, kind="guarantor_consent", terms_sha256="0" * 64)
    assert refusal(run) == "GUARANTEE_CONSENT_MISSING"
    operations.meet_condition(SYSTEM, loan.id, kind="guarantor_consent", terms_sha256=digest)
    stage.twice(run)
    found = queries.position(loan.id)
    assert (len([row for row in found.rows if row.origin == "schedule"]), found.outstanding) == (24, 100_000_000)
    assert queries.get_loan(loan.id).class_floor == "special_mention"
    check_books(loan)


# ------------------------------------------------------------------ collateral

def test_an_invalidated_patent_never_existed_and_leaves_its_part_uncovered(stage: LoanStage, clock: Any) -> None:
    patent = stage.patent()
    other = stage.patent()
    pledge = stage.registered(patent.id, other.id, value="2000000.00")
    loan = stage.signed_loan(pledge_id=pledge.id)
    stage.twice(lambda: operations.disburse_loan(stage.bank_officer, loan.id))
    assert queries.open_shortfall(loan.id) is None
    clock.pass_(days=3)
    patents.record_legal_event(
        stage.registrar, patent.id, code="IW01", effective_on=date(2026, 11, 27), published_on=date(2026, 11, 27),
        text="全部无效")
    shortfall = queries.open_shortfall(loan.id)
    assert shortfall is not None
    assert (shortfall.amount, shortfall.cause) == (Money.parse("500000.00"), "retroactive")
    assert (shortfall.opened_on, shortfall.legal_from) == (date(2026, 11, 28), date(2020, 6, 1))
    assert state(loan) == "watch"


def test_a_value_of_nought_is_an_infinite_ratio_and_puts_the_loan_on_watch(stage: LoanStage, clock: Any) -> None:
    loan = stage.running()
    pledge = get_pledge(loan.pledge_id or 0)
    pledges.kill_items(SYSTEM, pledge.items[0].patent_id, on=date(2026, 9, 1), cause="lapsed")
    shortfall = queries.open_shortfall(loan.id)
    assert shortfall is not None
    assert (shortfall.amount, shortfall.ratio_bp, shortfall.legal_from) == (Money(100_000_000), None, date(2026, 9, 1))
    assert state(loan) == "watch"
    assert refusal(lambda: operations.unwatch_loan(stage.bank_officer, loan.id)) == "LOAN_ALERT_OPEN"


def test_a_prepayment_cures_a_shortfall(stage: LoanStage, clock: Any) -> None:
    first, second = stage.patent(), stage.patent()
    pledge = stage.registered(first.id, second.id, value="2000000.00", cap_bp=5000)
    loan = stage.signed_loan(pledge_id=pledge.id, principal=Money.parse("2000000.00"))
    stage.twice(lambda: operations.disburse_loan(stage.bank_officer, loan.id))
    pledges.kill_items(SYSTEM, first.id, on=TODAY, cause="lapsed")
    found = queries.open_shortfall(loan.id)
    assert found is not None
    assert found.amount == Money.parse("1000000.00")
    stage.pay(loan, "1000000.00", TODAY, purpose="reduce_instalment")
    operations.tend_loan(SYSTEM, loan.id)
    assert queries.open_shortfall(loan.id) is None
    stage.twice(lambda: operations.unwatch_loan(stage.bank_officer, loan.id))
    assert state(loan) == "active"


# ------------------------------------------------------------------ rates

def test_a_floating_loan_without_fresh_quotes_is_refused(stage: LoanStage) -> None:
    run = lambda: stage.drafted_loan(rate_kind="lpr", spread_bp=45, reprice_rule="on_publication")
    assert refusal(run) == "LPR_STALE"


def test_a_floating_loan_follows_a_new_quote(stage: LoanStage, clock: Any) -> None:
    through = date(2027, 6, 1)
    operations.enter_quote(SYSTEM, published_on=date(2026, 11, 20), tenor="1Y", pct="3.00", confirmed_through=through, source="test")
    loan = stage.running(rate_kind="lpr", spread_bp=45, reprice_rule="on_publication")
    assert queries.position(loan.id).rate == Decimal("3.45")
    operations.enter_quote(SYSTEM, published_on=date(2027, 1, 20), tenor="1Y", pct="2.90", confirmed_through=through, source="test")
    move(clock, date(2027, 1, 25))
    operations.tend_loan(SYSTEM, loan.id)
    assert [(row.from_on, row.rate) for row in queries.get_loan(loan.id).fixings] == [
        (TODAY, Decimal("3.45")), (date(2027, 1, 20), Decimal("3.35")),
    ]
    check_books(loan)


# ------------------------------------------------------------------ who sees

def test_only_parties_and_supervisors_see_a_loan(stage: LoanStage) -> None:
    loan = stage.running()
    guarantor = actor("guarantor officer")
    assert refusal(lambda: queries.find_loan(guarantor, loan.public_id)) == "NOT_FOUND"
    operations.join_loan(SYSTEM, loan.id, organisation_id=guarantor.organisation_id, role="guarantor")
    assert queries.find_loan(guarantor, loan.public_id).id == loan.id
    assert queries.find_loan(actor("regulator viewer"), loan.public_id).id == loan.id
    assert refusal(lambda: queries.find_loan(actor("exchange officer clerk"), loan.public_id)) == "NOT_FOUND"
