"""Schedules repay exactly, replay forgets the order of posting, cover counts a dead patent as nought."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core.errors import DomainError
from exchange.core.money import Money
from exchange.finance.loans.rules.allocation import Component, Debt, Due, allocate, choose_debt
from exchange.finance.loans.rules.arrears import check_multipliers, days_past_due, penalty_multiplier
from exchange.finance.loans.rules.collateral import Item, Level, assess_cover, disbursable, max_loan, value_for_lending
from exchange.finance.loans.rules.contract import LoanInput, as_mapping, check_input, from_mapping, terms_digest
from exchange.finance.loans.rules.days import DayCount, DueRule, day_count, due_dates
from exchange.finance.loans.rules.history import Charge, Drawing, History, LoanTerms, Received, Refund, Restructured
from exchange.finance.loans.rules.rates import Fixing, Quote, RepriceRule, lpr_rate, rate_segments, reprice_days, segment_interest
from exchange.finance.loans.rules.replay import replay
from exchange.finance.loans.rules.risk import RiskClass, Sign, lgd, risk_class, stage
from exchange.finance.loans.rules.rounding import Rounding, divide
from exchange.finance.loans.rules.schedule import InterestBasis, Method, Plan, Strategy, build_schedule, exact_instalment, prepay, reprice
from exchange.finance.loans.rules.schedule import Prepayment

START = date(2026, 1, 21)
METHODS = [Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.INTEREST_ONLY, Method.BULLET, Method.FLAT]
PRINCIPALS = st.integers(min_value=100_000, max_value=10**12)
RATES = st.decimals(min_value=0, max_value=36, places=4)


def loan_of(method: Method = Method.EQUAL_INSTALMENT, periods: int = 12, **more: object) -> LoanTerms:
    due = due_dates(date(2026, 2, 21), periods, DueRule.SAME_DAY)
    return LoanTerms(method, due, due, **more)  # type: ignore[arg-type]  # the tests name the fields


def history(terms: LoanTerms, *payments: Received, principal: int = 120_000_00, rate: str = "3.60", **more: object) -> History:
    return History(terms, (Fixing(START, Decimal(rate)),), (Drawing(START, principal),), payments, **more)  # type: ignore[arg-type]  # the tests name the fields


# rounding

@given(st.integers(min_value=-(10**20), max_value=10**20), st.integers(min_value=1, max_value=10**10))
def test_division_is_at_most_half_a_unit_away(numerator: int, denominator: int) -> None:
    for rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert abs(Fraction(numerator, denominator) - divide(numerator, denominator, rounding)) <= Fraction(1, 2)
    above = divide(numerator, denominator, Rounding.CEIL) - Fraction(numerator, denominator)
    assert 0 <= above < 1


@pytest.mark.parametrize(("numerator", "up", "even"), [(25, 3, 2), (35, 4, 4), (-25, -3, -2)])
def test_halves_go_up_or_to_the_even_number(numerator: int, up: int, even: int) -> None:
    assert divide(numerator, 10) == up
    assert divide(numerator, 10, Rounding.HALF_EVEN) == even


# days

@pytest.mark.parametrize(("rule", "expected"), [
    (DueRule.SAME_DAY, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
    (DueRule.LAST_DAY_OF_MONTH, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
    (DueRule.QUARTERLY, ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
    (DueRule.AT_MATURITY, ["2026-01-31"]),
])
def test_due_dates_do_not_drift_after_a_short_month(rule: DueRule, expected: list[str]) -> None:
    assert [day.isoformat() for day in due_dates(date(2026, 1, 31), 4, rule)] == expected


def test_a_fixed_day_of_the_month_begins_with_the_next_such_day() -> None:
    found = due_dates(date(2026, 1, 25), 3, DueRule.DAY_OF_MONTH, day=21)
    assert [day.isoformat() for day in found] == ["2026-02-21", "2026-03-21", "2026-04-21"]


def test_an_end_before_its_start_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        day_count(date(2026, 2, 1), date(2026, 1, 1), DayCount.ACT_360)
    assert refused.value.code.name == "DATE_ORDER"


# rates

QUOTES = (Quote(date(2026, 3, 1), Decimal("3.00")), Quote(date(2026, 5, 20), Decimal("2.90")))


def test_a_rate_without_a_quote_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        lpr_rate(QUOTES, date(2026, 2, 28), spread_bp=0)
    assert refused.value.code.name == "LPR_MISSING"


def test_quotes_that_nobody_confirmed_for_45_days_are_stale() -> None:
    known = date(2026, 5, 20)
    assert lpr_rate(QUOTES, known + timedelta(days=45), spread_bp=45, confirmed_through=known) == Decimal("3.35")
    with pytest.raises(DomainError) as refused:
        lpr_rate(QUOTES, known + timedelta(days=46), spread_bp=45, confirmed_through=known)
    assert refused.value.code.name == "LPR_STALE"


def test_the_segments_of_a_period_are_its_days() -> None:
    fixings = (Fixing(date(2026, 3, 1), Decimal("3.45")), Fixing(date(2026, 5, 20), Decimal("3.35")))
    segments = rate_segments(fixings, date(2026, 3, 1), date(2026, 6, 21))
    assert [(each.end - each.start).days for each in segments] == [80, 32]
    assert segment_interest(300_000_000, segments, DayCount.ACT_360) == 3_193_333


@pytest.mark.parametrize(("rule", "count"), [
    (RepriceRule.NEVER, 0), (RepriceRule.FIRST_OF_JANUARY, 2), (RepriceRule.YEARLY_ON_ANNIVERSARY, 2),
    (RepriceRule.ON_PUBLICATION, 1), (RepriceRule.EACH_DUE_DATE, 1),
])
def test_repricing_days_follow_their_rule(rule: RepriceRule, count: int) -> None:
    days = reprice_days(
        rule, start=START, end=date(2028, 3, 1), published=[date(2025, 5, 20), date(2026, 5, 20)], due=[date(2026, 4, 21)]
    )
    assert len(days) == count


# schedules

@given(PRINCIPALS, RATES, st.integers(min_value=1, max_value=120), st.sampled_from(METHODS))
@settings(max_examples=150)
def test_the_principal_of_every_schedule_sums_to_what_was_lent(
    principal: int, rate: Decimal, periods: int, method: Method
) -> None:
    built = build_schedule(Plan(principal, rate, periods, method=method))
    assert sum(row.principal for row in built.rows) == principal
    assert built.rows[-1].balance == 0
    assert all(row.principal >= 0 and row.interest >= 0 for row in built.rows)


@given(PRINCIPALS, RATES, st.integers(min_value=2, max_value=120))
@settings(max_examples=100)
def test_all_instalments_but_the_last_are_equal(principal: int, rate: Decimal, periods: int) -> None:
    built = build_schedule(Plan(principal, rate, periods))
    assert {row.payment for row in built.rows[:-1]} <= {built.instalment}
    exact = exact_instalment(Plan(principal, rate, periods))
    assert abs(exact - (built.instalment or 0)) <= Fraction(1, 2)


@given(PRINCIPALS, RATES, st.integers(min_value=2, max_value=60), st.integers(min_value=1, max_value=59), RATES)
@settings(max_examples=100)
def test_repricing_keeps_dates_and_still_repays_everything(
    principal: int, rate: Decimal, periods: int, after: int, new: Decimal
) -> None:
    due = due_dates(date(2026, 2, 21), periods, DueRule.SAME_DAY)
    first = build_schedule(Plan(principal, rate, periods, start=START, due=due))
    row = min(after, periods - 1)
    found = reprice(first, after_row=row, rate=new)
    assert sum(each.principal for each in found.rows) == principal
    assert [each.due_on for each in found.rows] == list(due)
    assert found.rows[:row] == first.rows[:row]


def test_an_instalment_below_the_interest_never_amortises() -> None:
    with pytest.raises(DomainError) as refused:
        build_schedule(Plan(1_000_000, Decimal(36), 12, instalment=20_000))
    assert refused.value.code.name == "SCHEDULE_NEVER_AMORTISES"


def test_agreed_rows_must_add_up() -> None:
    with pytest.raises(DomainError) as refused:
        build_schedule(Plan(1000, Decimal(5), 2, method=Method.CUSTOM, custom=(400, 500)))
    assert refused.value.code.name == "SCHEDULE_CUSTOM_SUM"
    assert [row.principal for row in build_schedule(Plan(900, Decimal(5), 2, method=Method.CUSTOM, custom=(400, 500))).rows] == [400, 500]


def test_a_prepayment_either_ends_earlier_or_lowers_the_instalment() -> None:
    due = due_dates(date(2026, 2, 21), 12, DueRule.SAME_DAY)
    first = build_schedule(Plan(12_000_000, Decimal("3.6"), 12, start=START, due=due))
    extra = [Prepayment(due[2], 4_000_000)]
    shorter, lower = prepay(first, extra, Strategy.REDUCE_NUMBER), prepay(first, extra, Strategy.REDUCE_INSTALMENT)
    assert (len(shorter.rows), len(lower.rows)) == (10, 12)
    assert (shorter.instalment, lower.instalment) == (first.instalment, 683_465)
    assert sum(row.principal for row in shorter.rows) == sum(row.principal for row in lower.rows) == 12_000_000


def test_the_digest_of_a_schedule_names_its_rows() -> None:
    one, other = (build_schedule(Plan(amount, Decimal(5), 12)).sha256() for amount in (1_000_000, 1_000_001))
    assert one != other
    assert one == build_schedule(Plan(1_000_000, Decimal(5), 12)).sha256()


# allocation

PARTS = st.lists(st.tuples(st.sampled_from(Component), st.integers(1, 28), st.integers(0, 10**9)), max_size=8)


@given(st.integers(min_value=1, max_value=10**10), PARTS)
def test_what_is_received_is_allocated_or_kept_in_suspense(payment: int, parts: list[tuple[Component, int, int]]) -> None:
    due = [Due(str(number), name, date(2026, 1, day), amount) for number, (name, day, amount) in enumerate(parts)]
    given_out, left = allocate(payment, due)
    assert sum(each.amount for each in given_out) + left == payment
    owed = {each.key: each.open for each in due}
    assert all(each.amount <= owed[each.key] for each in given_out)
    assert left == 0 or sum(each.amount for each in given_out) == sum(owed.values())


def test_of_several_debts_the_one_due_first_is_paid_first() -> None:
    late = Debt("late", date(2026, 1, 1), 300, Fraction(1), Decimal(4))
    later = Debt("later", date(2027, 1, 1), 300, Fraction(0), Decimal(9))
    assert choose_debt(400, [later, late], on=date(2026, 6, 1)) == {"later": 100, "late": 300}
    assert choose_debt(400, [later, late], on=date(2026, 6, 1), designated="later") == {"later": 300, "late": 100}


def test_equal_debts_share_pro_rata() -> None:
    one, two = (Debt(key, date(2026, 1, 1), amount, Fraction(1), Decimal(4)) for key, amount in (("a", 100), ("b", 200)))
    assert choose_debt(100, [one, two], on=date(2026, 6, 1)) == {"a": 33, "b": 67}


# replay

def test_paid_on_time_nothing_is_owed_and_no_penalty_runs() -> None:
    terms = loan_of()
    plan = replay(history(terms), START)
    paid = [Received(row.due_on, row.principal + row.interest, str(row.n)) for row in plan.rows]
    state = replay(history(terms, *paid), date(2027, 2, 1))
    assert (state.owed, state.suspense, state.charged[Component.PENALTY]) == (0, 0, 0)
    assert sum(each.amount for each in state.paid) == sum(one.amount for one in paid)


def test_a_late_payment_bears_penalty_for_exactly_its_days() -> None:
    terms = loan_of(Method.BULLET, 1, months=1)
    state = replay(history(terms, principal=35_000_000, rate="4.35"), date(2026, 2, 22))
    assert (state.days_past_due, state.accrued_penalty) == (1, 6_344)


def test_grace_days_bear_no_penalty() -> None:
    terms = loan_of(Method.BULLET, 1, months=1, grace_days=3)
    assert replay(history(terms), date(2026, 2, 24)).accrued_penalty == 0
    assert replay(history(terms), date(2026, 2, 25)).accrued_penalty > 0


def test_money_too_much_waits_for_the_next_demand() -> None:
    terms = loan_of()
    first = replay(history(terms), START).rows[0]
    over = Received(first.due_on, first.principal + first.interest + 500, "1")
    assert replay(history(terms, over), first.due_on).suspense == 500
    later = replay(history(terms, over), date(2026, 3, 21))
    assert (later.suspense, later.settled()) == (0, over.amount)


def test_a_refund_of_more_than_the_suspense_is_refused() -> None:
    terms = loan_of()
    with pytest.raises(DomainError) as refused:
        replay(history(terms, refunds=(Refund(date(2026, 1, 25), 1, "1"),)), date(2026, 2, 1))
    assert refused.value.code.name == "SUSPENSE_SHORT"


def test_a_prepayment_pays_the_interest_to_its_day_first() -> None:
    terms = loan_of()
    state = replay(history(terms, Received(date(2026, 2, 5), 3_000_000, "1", "reduce_number")), date(2026, 2, 5))
    interest = 12_000_000 * 36 * 15 // 360_000
    assert state.outstanding == 12_000_000 - (3_000_000 - interest)
    assert state.interest_owed == 0


def test_a_prepayment_fee_is_taken_from_the_money_prepaid() -> None:
    terms = loan_of(Method.BULLET, 12, prepayment_fee_bp=100)
    state = replay(history(terms, Received(START, 1_010_000, "1", "reduce_number")), START)
    assert (state.outstanding, state.settled(Component.FEE)) == (11_000_000, 10_000)


def test_acceleration_makes_the_whole_debt_due() -> None:
    terms = loan_of()
    state = replay(history(terms, accelerated_on=date(2026, 2, 1)), date(2026, 2, 1))
    assert state.performing == 0
    assert state.open(Component.PRINCIPAL) == 12_000_000
    assert state.open(Component.INTEREST) == 12_000_000 * 36 * 11 // 360_000


def test_a_restructuring_takes_overdue_principal_into_the_new_schedule() -> None:
    terms = loan_of()
    due = due_dates(date(2026, 6, 21), 24, DueRule.SAME_DAY)
    renewed = Restructured(date(2026, 5, 1), LoanTerms(Method.EQUAL_INSTALMENT, due, due))
    state = replay(history(terms, restructured=(renewed,)), date(2026, 5, 1))
    assert state.outstanding == state.performing == 12_000_000
    assert sum(row.principal for row in state.rows if row.due_on > date(2026, 5, 1)) == 12_000_000
    assert state.overdue_since is None


EVENTS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=420), st.integers(min_value=1, max_value=4_000_000),
        st.sampled_from(["due", "due", "reduce_number", "reduce_instalment"]),
    ),
    max_size=6,
)


@given(EVENTS, st.sampled_from(METHODS), st.booleans(), st.permutations(range(6)), RATES)
@settings(max_examples=120, deadline=None)
def test_any_order_of_posting_gives_the_same_state(
    events: list[tuple[int, int, str]], method: Method, compound: bool, order: list[int], rate: Decimal
) -> None:
    terms = loan_of(method, 1 if method is Method.BULLET else 12, compound=compound)
    paid = [Received(START + timedelta(days=after), amount, f"{n}", why) for n, (after, amount, why) in enumerate(events)]
    shuffled = [paid[n] for n in order if n < len(paid)]
    fixings = (Fixing(START, rate), Fixing(date(2026, 7, 1), rate / 2))
    one, other = (
        replay(History(terms, fixings, (Drawing(START, 12_000_000),), tuple(each)), date(2027, 6, 1))
        for each in (paid, shuffled)
    )
    assert one == other


@given(EVENTS, st.sampled_from(METHODS), RATES, st.integers(min_value=0, max_value=500))
@settings(max_examples=120, deadline=None)
def test_received_is_allocated_or_suspended_and_principal_is_conserved(
    events: list[tuple[int, int, str]], method: Method, rate: Decimal, until: int
) -> None:
    terms = loan_of(method, 1 if method is Method.BULLET else 12)
    paid = [Received(START + timedelta(days=after), amount, f"{n}", why) for n, (after, amount, why) in enumerate(events)]
    as_of = START + timedelta(days=until)
    state = replay(history(terms, *paid, rate=str(rate), charges=(Charge(date(2026, 4, 1), 5_000, "c1"),)), as_of)
    received = sum(one.amount for one in paid if one.on <= as_of)
    assert received == state.settled() + state.suspense
    assert state.outstanding == 12_000_000 - state.settled(Component.PRINCIPAL)
    assert 0 <= state.outstanding <= 12_000_000
    for name in (Component.INTEREST, Component.PENALTY, Component.FEE):
        running = {Component.INTEREST: state.accrued_interest, Component.PENALTY: state.accrued_penalty}.get(name, 0)
        assert state.charged[name] == state.settled(name) + state.open(name) + running
    planned = [row for row in state.rows if row.due_on > as_of]
    assert sum(row.principal for row in planned) == state.performing


def test_the_replay_of_an_untouched_loan_is_its_schedule() -> None:
    for method in (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.INTEREST_ONLY):
        terms = loan_of(method, 24)
        plan = Plan(12_000_000, Decimal("3.60"), 24, method=method, interest_basis=InterestBasis.ACTUAL, start=START, due=terms.due)
        built, state = build_schedule(plan), replay(history(terms), START)
        assert [(row.principal, row.interest) for row in state.rows] == [(row.principal, row.interest) for row in built.rows]


# collateral

ITEMS = st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 10**12)), st.integers(0, 5000)), max_size=6)


@given(ITEMS, st.integers(min_value=0, max_value=10**13))
def test_the_shortfall_is_what_the_cover_lacks(rows: list[tuple[int | None, int]], outstanding: int) -> None:
    items = [Item(value, cap) for value, cap in rows]
    found = assess_cover(items, outstanding)
    assert found.cover == sum((value or 0) * cap // 10_000 for value, cap in rows)
    assert found.shortfall == max(0, outstanding - found.cover)
    if outstanding and not found.value:
        assert (found.level, found.ratio, found.shortfall) == (Level.CRITICAL, None, outstanding)
    assert disbursable(items, outstanding, shortfall_open=True) == 0
    assert disbursable(items, outstanding, shortfall_open=False) == max(0, max_loan(items) - outstanding)


def test_equality_is_no_breach_and_nine_tenths_warn() -> None:
    item = [Item(1_000_000, 5000)]
    assert assess_cover(item, 500_000).level is Level.WARNING
    assert assess_cover(item, 500_001).level is Level.SHORT
    assert assess_cover(item, 449_999).level is Level.FINE


def test_lending_takes_the_lower_value_less_the_haircut_and_nothing_of_a_dead_patent() -> None:
    assert value_for_lending(1_000_000, 800_000, haircut_bp=1_000) == 720_000
    assert value_for_lending(1_000_000, None, alive=False) == 0


# classes and losses

def test_a_sign_sets_a_floor_that_days_cannot_lift() -> None:
    assert risk_class(0, [Sign.BANKRUPTCY]) is RiskClass.SUBSTANDARD
    assert risk_class(300, [Sign.RESTRUCTURED]) is RiskClass.DOUBTFUL
    assert risk_class(361) is RiskClass.LOSS


def test_stages_follow_days_and_class() -> None:
    assert [stage(0, RiskClass.PASS), stage(31, RiskClass.SPECIAL_MENTION), stage(91, RiskClass.SUBSTANDARD)] == [1, 2, 3]
    assert stage(0, RiskClass.PASS, pd_doubled=True) == 2


def test_loss_given_default_keeps_its_floor_and_ceiling() -> None:
    assert lgd(10_000, 5_000) == Decimal("0.10")
    assert lgd(0, 5_000) == Decimal("0.45")
    assert lgd(3_500, 5_000) == Decimal("0.3")


# penalties and terms

def test_days_past_due_begin_the_day_after() -> None:
    assert days_past_due([date(2026, 3, 1)], date(2026, 3, 1)) == 0
    assert days_past_due([date(2026, 3, 1), date(2026, 2, 1)], date(2026, 3, 2)) == 29


def test_multipliers_outside_their_range_are_refused() -> None:
    check_multipliers(Decimal("1.3"), Decimal("2.0"))
    with pytest.raises(DomainError) as refused:
        check_multipliers(Decimal("1.6"), Decimal("2.0"))
    assert (refused.value.code.name, refused.value.field) == ("PENALTY_RANGE", "penalty_multiplier")


def test_misuse_takes_the_higher_multiplier_never_both() -> None:
    assert penalty_multiplier(Decimal("1.5"), Decimal("2.0"), misused=True) == Decimal("2.0")
    assert penalty_multiplier(Decimal("1.5"), Decimal("2.0"), misused=False) == Decimal("1.5")


def terms_of(**more: object) -> LoanInput:
    return LoanInput(**({"principal": Money(12_000_000), "rate": Decimal("3.6"), "periods": 12, "first_due": date(2026, 2, 21)} | more))  # type: ignore[arg-type]  # the tests name the fields


@pytest.mark.parametrize(("more", "code"), [
    ({"principal": Money(0)}, "AMOUNT_RANGE"), ({"rate": Decimal("36.01")}, "RATE_RANGE"),
    ({"periods": 361}, "PERIODS_RANGE"), ({"first_due": START}, "DATE_ORDER"),
    ({"principal_grace": 12}, "PERIODS_RANGE"), ({"penalty_multiplier": Decimal("1.2")}, "PENALTY_RANGE"),
    ({"method": "custom", "custom_rows": (1, 2)}, "SCHEDULE_CUSTOM_SUM"),
])
def test_terms_out_of_range_are_refused(more: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_input(terms_of(**more), start=START)
    assert refused.value.code.name == code


def test_terms_survive_their_mapping_and_keep_their_digest() -> None:
    terms = terms_of(custom_rows=(), spread_bp=45)
    again = from_mapping(as_mapping(terms))
    assert again == terms
    assert terms_digest(again) == terms_digest(terms)
    assert terms_digest(terms_of(periods=24)) != terms_digest(terms)
