"""The worked examples of `cases/loans.json`, each by the function that the financing page names for its kind.

Kinds that belong to guarantees and financing are listed in ELSEWHERE and tested there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exchange.core.errors import DomainError
from exchange.core.money import Money
from exchange.core.workdays import Calendar, add_working_days, adjust
from exchange.finance.loans.rules import arrears, collateral, days, rates, risk, schedule, terms
from exchange.finance.loans.rules.allocation import Component, Due, allocate
from exchange.finance.loans.rules.days import DayCount, DueRule
from exchange.finance.loans.rules.history import Drawing, History, LoanTerms, Received
from exchange.finance.loans.rules.rates import Fixing, Quote
from exchange.finance.loans.rules.replay import replay
from exchange.finance.loans.rules.rounding import Rounding
from exchange.finance.loans.rules.schedule import InterestBasis, Method, Plan, Prepayment, Strategy, build_schedule
from exchange.finance.loans.states import LOAN, LoanStage
from exchange.finance.pledges.rules import Claimant, RegistrationFacts, registration_refusals, split_consented_proceeds, waterfall

FILE = Path(__file__).resolve().parents[4] / "shared" / "cases" / "loans.json"
ELSEWHERE = {
    "guarantor_limit", "guarantee_fee", "reguarantee_fee", "loss_split", "loss_split_guard", "pool_compensation",
    "recovery_share", "guarantee_period", "guarantee_claim", "subsidy",
    "concurrency",  # tests/features/pledges/test_races.py
}


def load() -> list[dict[str, Any]]:
    if not FILE.exists():
        return []
    cases: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["cases"]
    return cases


CASES = load()
KINDS = sorted({case["kind"] for case in CASES})


def fen(text: str) -> int:
    """Yuan as written, in fen."""
    return int(Decimal(text) * 100)


def yuan(amount: int | Fraction) -> Decimal:
    exact = Fraction(amount) / 100
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def day(text: str) -> date:
    return date.fromisoformat(text)


def monthly(first: date, count: int) -> tuple[date, ...]:
    return days.due_dates(first, count, DueRule.SAME_DAY)


def plan_of(given: dict[str, Any], **more: Any) -> Plan:
    cents = given.get("rounding") == "half_even_cent"
    rounding = Rounding(given.get("instalment_rounding", "half_even" if cents else "half_up"))
    return Plan(
        fen(given["principal"]), Decimal(given["annual_rate_pct"]), given["periods"],
        instalment_unit=fen(given.get("instalment_unit", "0.01")), instalment_rounding=rounding,
        interest_rounding=Rounding.HALF_EVEN if cents else Rounding.HALF_UP,
        principal_grace=given.get("principal_grace", 0), **more,
    )


def rows_of(rows: Any) -> dict[int, dict[str, Decimal]]:
    return {
        row.n: {
            "principal": yuan(row.principal), "interest": yuan(row.interest), "balance": yuan(row.balance),
            "payment": yuan(row.principal + row.interest),
        }
        for row in rows
    }


def rows(found: dict[int, dict[str, Decimal]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"n": row["n"], **{key: found[row["n"]][key] for key in row if key != "n"}} for row in expected]


def equal_instalment(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    plan = plan_of(given)
    if given.get("interest_rounding") == "none":
        exact = schedule.exact_rows(plan)
        total = sum((row.interest for row in exact), start=Fraction(0))
        return {
            "instalment": yuan(schedule.regular_instalment(plan) or 0), "total_interest": yuan(total),
            "total_payment": yuan(plan.principal + total), "rows": rows(rows_of(exact), expected["rows"]),
        }
    built = build_schedule(plan)
    unrounded = schedule.exact_instalment(plan) * plan.periods
    answer = {
        "instalment": yuan(built.instalment or 0), "last_payment": yuan(built.rows[-1].payment),
        "total_interest": yuan(built.total_interest), "total_payment": yuan(built.total_payment),
        "our_total_after_cents": yuan(built.total_payment), "instalment_after_grace": yuan(built.instalment or 0),
        "published_total_unrounded": round(yuan(unrounded), 2),
        "published_interest_unrounded": round(yuan(unrounded - plan.principal), 2),
        "rows": rows(rows_of(built.rows), expected.get("rows", [])),
    }
    return {key: answer[key] for key in expected}


def equal_principal(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    plan = plan_of(given, method=Method.EQUAL_PRINCIPAL)
    built, total = build_schedule(plan), schedule.advertised_interest(plan)
    return {
        "first_payment": yuan(built.rows[0].payment), "monthly_decrease": yuan(built.monthly_decrease),
        "total_interest": yuan(total), "total_payment": yuan(plan.principal + total),
    }


def schedule_dates(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    first = day(given["first_due_month"] + "-01")
    found = days.due_dates(first, given["periods"], DueRule(given["rule"]))
    return {"first": found[0], "second": found[1], "last": found[-1]}


CONVENTIONS = {"30/360 Bond Basis": DayCount.THIRTY_360}


def convention(text: str) -> DayCount:
    return CONVENTIONS.get(text) or DayCount(text)


def day_count(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {"days": days.day_count(day(given["start"]), day(given["end"]), convention(given["convention"]))}


def interest_accrual(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    end = day(given["end"]) if "end" in given else day(given["end_inclusive"]) + timedelta(days=1)
    counted = convention(given["day_count"])
    number = days.day_count(day(given["start"]), end, counted)
    amount = days.interest(
        fen(given["principal"]), Decimal(given["annual_rate_pct"]), days=number, basis=days.basis(counted)
    )
    return {key: {"days": number, "interest": yuan(amount)}[key] for key in expected}


def lpr_rate(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    quotes = [Quote(day(row["from_"]), Decimal(row["pct"])) for row in given["lpr"]]
    spread, counted = given["spread_bp"], convention(given["day_count"])
    fixings = rates.floating_fixings(quotes, [quote.published_on for quote in quotes], spread_bp=spread)
    segments = rates.rate_segments(fixings, day(given["start"]), day(given["end"]))
    parts = [
        {"days": (each.end - each.start).days, "interest": yuan(rates.segment_interest(fen(given["principal"]), [each], counted))}
        for each in segments
    ]
    total = rates.segment_interest(fen(given["principal"]), segments, counted)
    return {"rates": [each.rate for each in segments], "segments": parts, "interest": yuan(total)}


def rate_change(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    first = build_schedule(plan_of({**given, "annual_rate_pct": given["annual_rate_pct"]}))
    after = schedule.reprice(first, after_row=1, rate=Decimal(given["new_rate_pct"]))
    return {
        "instalment_before": yuan(first.instalment or 0), "instalment_after": yuan(after.instalment or 0),
        "last_payment": yuan(after.rows[-1].payment), "rows": rows(rows_of(after.rows), expected["rows"]),
    }


def prepayment(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    counted = convention(given["day_count"])
    if "repaid_on" in given:
        quote = schedule.payoff_quote(
            fen(given["principal"]), Decimal(given["annual_rate_pct"]), start=day(given["start"]),
            on=day(given["repaid_on"]), day_count_convention=counted,
        )
        return {"days": quote.days, "interest": yuan(quote.interest), "total": yuan(quote.total)}
    start = day(given["start"])
    plan = plan_of(
        given, interest_basis=InterestBasis.ACTUAL, day_count=counted, start=start,
        due=monthly(start.replace(month=start.month + 1), given["periods"]), instalment=fen(given["instalment_kept"]),
    )
    received = [Prepayment(day(row["date"]), fen(row["amount"])) for row in given["payments"]]
    found = schedule.prepay(build_schedule(plan), received, Strategy.REDUCE_NUMBER)
    return {
        "periods": len(found.rows), "rows": rows(rows_of(found.rows), expected["rows"]),
        "total_interest": yuan(found.total_interest),
    }


def penalty_interest(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    year = days.basis(convention(given["day_count"]))
    if "penalty_rate_pct" in given:
        doubled = arrears.penalty_interest(
            fen("5547.945") * 10 + 5, Decimal(given["penalty_rate_pct"]), multiplier=Decimal(1), days=given["days"],
            basis=year * 10,
        )
        return {"penalty": yuan(doubled)}
    rate, multiplier = Decimal(given["contract_rate_pct"]), Decimal(given["multiplier"])
    amount = arrears.penalty_interest(
        fen(given["overdue_principal"]), rate, multiplier=multiplier, days=given["days"], basis=year
    )
    return {"penalty_rate_pct": rate * multiplier, "penalty": yuan(amount)}


def late_fee(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    built = build_schedule(plan_of(given, method=Method.FLAT))
    missed = [row for row in built.rows if monthly(day("2023-02-01"), 3)[row.n - 1] < day(given["as_of"])]
    fees = [arrears.late_fee(row.principal, Decimal("1.5")) for row in built.rows]
    assert len(missed) == 3
    return {
        "fee_each": yuan(fees[0]), "fees_total": yuan(sum(fees)), "total_due": yuan(built.total_payment + sum(fees))
    }


NAMES = {"costs": Component.COST, "interest": Component.INTEREST, "principal": Component.PRINCIPAL}


def payment_allocation(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    due = [Due(name, NAMES[name], day("2026-01-21"), fen(amount)) for name, amount in given["due"].items()]
    parts, left = allocate(fen(given["payment"]), due)
    found = {name: yuan(sum(part.amount for part in parts if part.key == name)) for name in given["due"]}
    goes = "borrower suspense account, refundable"
    return {key: {**found, "left": yuan(left), "left_goes_to": goes}[key] for key in expected}


def principal_recognition(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    contract, deducted = fen(given["contract_principal"]), fen(given["deducted_in_advance"])
    with pytest.raises(DomainError, match="LOAN_UPFRONT_DEDUCTION"):
        terms.check_no_deduction(contract, deducted, recognised=False)
    found = terms.check_no_deduction(contract, deducted, recognised=True)
    assert found.principal == fen(given["disbursed"])
    return {
        "legal_principal": yuan(found.principal),
        "result": f"reject disbursement instruction, or recognise {Money(found.principal)}",
    }


def replay_case(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    due = day(given["demand"])
    loan = LoanTerms(Method.BULLET, (due,), (due,), months=1, interest_basis=InterestBasis.MONTHLY)
    received = [Received(day(row["date"]), fen(row["amount"]), str(row["posted"])) for row in given["payments"]]

    def state(order: list[Received]) -> Any:
        drawn = (Drawing(due - timedelta(days=30), fen(given["due"])),)
        return replay(History(loan, (Fixing(drawn[0].on, Decimal(0)),), drawn, tuple(order)), day("2025-04-01"))

    forth, back = state(received), state(received[::-1])
    return {
        "allocated_first": next(one.on for one in received if one.key == forth.paid[0].payment),
        "same_result_in_either_posting_order": forth == back and forth.owed == 0,
    }


def state_guard(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    written_off = day(given["written_off"])
    for value_on in (day("2023-01-26"), day("2023-01-22")):
        facts = terms.PostingFacts(value_on, day("2023-02-01"), day("2023-01-01"), written_off_on=written_off)
        with pytest.raises(DomainError, match="LOAN_WRITTEN_OFF_LOCKED"):
            terms.check_posting_allowed(facts)
    assert not [row.name for row in LOAN.moves if LoanStage.WRITTEN_OFF in row.sources]
    due = day("2023-01-31")
    plan = LoanTerms(Method.BULLET, (due,), (due,), interest_basis=InterestBasis.MONTHLY)
    paid = (Received(day("2023-01-01"), 25000, "1", "reduce_number"), Received(day("2023-01-22"), 10000, "2", "reduce_number"))
    history = History(plan, (Fixing(day("2023-01-01"), Decimal(0)),), (Drawing(day("2023-01-01"), fen(given["loan"])),), paid)
    return {
        "write_off_amount": yuan(replay(history, written_off).outstanding),
        "result": "both attempts rejected, state CLOSED_WRITTEN_OFF",
    }


def ltv_shortfall(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    item = collateral.Item(fen(given["collateral_value"]), int(Decimal(given["max_ltv_pct"]) * 100))
    found = collateral.assess_cover([item], fen(given["outstanding"]))
    answer = {
        "current_ltv_pct": collateral.percent(found.ratio), "current_ltv": collateral.percent(found.ratio),
        "shortfall": yuan(found.shortfall), "status": {"open": "Pending"}.get(found.status, found.status),
    }
    if found.ratio is None:
        assert found.level is collateral.Level.CRITICAL
    return {key: answer[key] for key in expected}


def max_loan(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    value = fen(given["unit_value"]) * int(given["quantity"])
    item = collateral.Item(value, 10_000 - int(given["haircut_pct"]) * 100)
    return {"collateral_value": yuan(value), "max_loan": yuan(collateral.max_loan([item]))}


def disbursable(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    item = collateral.Item(fen(given["collateral_value"]), 10_000 - int(given["haircut_pct"]) * 100)
    left = collateral.disbursable([item], fen(given["already_disbursed"]), shortfall_open=given["shortfall_open"])
    return {"disbursable": yuan(left)}


CLASSES = {"正常": risk.RiskClass.PASS, "关注": risk.RiskClass.SPECIAL_MENTION, "次级": risk.RiskClass.SUBSTANDARD,
           "可疑": risk.RiskClass.DOUBTFUL, "损失": risk.RiskClass.LOSS}


def risk_class(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    found = risk.risk_class(given["days_past_due"])
    return {"at_least": next(word for word, name in CLASSES.items() if name is found)}


def expected_loss(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    if given["stage"] == 1:
        pd, lgd = Decimal(given["pd_12m_pct"]) / 100, Decimal(given["lgd_pct"]) / 100
        return {"ecl": yuan(risk.expected_loss(fen(given["ead"]), pd=pd, lgd=lgd))}
    years = [risk.Year(Decimal(one["marginal_pd"]), Decimal(one["lgd"]), fen(one["ead"])) for one in given["years"]]
    return {"ecl": yuan(risk.lifetime_loss(years, eir=Decimal(given["eir_pct"]) / 100))}


def china() -> Calendar:
    from exchange.core.calendar import shipped

    exceptions = {one: works for one, works, _source in shipped()}
    return Calendar("CN", frozenset(one.year for one in exceptions), exceptions)


def business_day(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    if "table_last_year" in given:
        known = Calendar("CN", frozenset(range(2004, given["table_last_year"] + 1)), china().exceptions)
        with pytest.raises(DomainError, match="CALENDAR_UNKNOWN"):
            adjust(known, day(given["date"]), "following")
        return {"error": "calendar year not published; refuse, or mark the date provisional"}
    return {"adjusted": adjust(china(), day(given["date"]), given["convention"])}


def deadline(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {"due": add_working_days(china(), day(given["filed"]), given["working_days"])}


def annuity(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    from exchange.registers.patents.rules.annuities import grace_ends

    due, as_of = day(given["due"]), day(given["as_of"])
    last = grace_ends(due)
    ended = due if given["paid"] is None and as_of > last else None
    cover = collateral.assess_cover([collateral.Item(0, 2500)], 100)
    assert (cover.level, cover.shortfall) == (collateral.Level.CRITICAL, 100)
    return {
        "grace_end": last, "right_ended_on": ended,
        "pledge_effect": f"collateral value 0 from {ended}, shortfall opened, both guarantor and bank told",
    }


TYPES = {"invention": "invention", "utility_model": "utility_model", "design": "design"}


def pledge_guard(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    from exchange.registers.patents.rules.terms import expiry_date
    from exchange.registers.patents.states import PatentType

    expires = expiry_date(PatentType(given["patent_type"]), day(given["filing_date"])) if "patent_type" in given else None
    refusals, warnings = registration_refusals(RegistrationFacts(
        ended=given.get("status") == "terminated", annuity_paid=given.get("annuity_paid", True),
        active_pledges=given.get("active_pledges", 0), invalidity_open=given.get("invalidity_proceeding_open", False),
        confirmed=given.get("parties_informed_and_confirmed", False), expires_on=expires,
        debt_to=day(given["debt_maturity"]) if "debt_maturity" in given else None,
    ))
    answer = {
        "patent_expiry": expires, "registrable": not refusals, "reason": refusals[0].reason if refusals else None,
        "warning": warnings[0].reason if warnings else None,
    }
    return {key: answer[key] for key in expected}


def pledged_transfer(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    first, rest = split_consented_proceeds(
        Money.parse(given["price"]), Money.parse(given["secured_debt"]), consent=given["pledgee_consent"]
    )
    return {"to_pledgee_or_deposit": first.amount, "to_pledgor": rest.amount}


def pledged_open_licence(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(DomainError, match="PLEDGEE_CONSENT_REQUIRED"):
        split_consented_proceeds(Money(100), Money(100), consent=given["pledgee_consent"])
    return {"result": "refused"}


def recovery_waterfall(given: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    tiers = [[Claimant(row["to"], fen(row["claim"]))] for row in given["order"]]
    found = waterfall(fen(given["proceeds"]), tiers, surplus_to=given["surplus_to"])
    return {**{name: yuan(amount) for name, amount in found.paid.items()}, "deficiency": yuan(found.deficiency)}


ADAPTERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "equal_instalment": equal_instalment, "equal_instalment_with_principal_grace": equal_instalment,
    "equal_principal": equal_principal, "schedule_dates": schedule_dates, "day_count": day_count,
    "interest_accrual": interest_accrual, "lpr_rate": lpr_rate, "rate_change": rate_change, "prepayment": prepayment,
    "penalty_interest": penalty_interest, "late_fee": late_fee, "payment_allocation": payment_allocation,
    "principal_recognition": principal_recognition, "replay": replay_case, "state_guard": state_guard,
    "ltv_shortfall": ltv_shortfall, "max_loan": max_loan, "disbursable": disbursable, "risk_class": risk_class,
    "expected_loss": expected_loss, "business_day": business_day, "deadline": deadline, "annuity": annuity,
    "pledge_guard": pledge_guard, "pledged_transfer": pledged_transfer, "pledged_open_licence": pledged_open_licence,
    "recovery_waterfall": recovery_waterfall,
}


def agrees(found: Any, expected: Any, tolerance: Decimal) -> bool:
    """Whether a value is the expected one, figures within the absolute tolerance."""
    if isinstance(expected, list):
        return len(found) == len(expected) and all(agrees(*pair, tolerance) for pair in zip(found, expected, strict=True))
    if isinstance(expected, dict):
        return all(agrees(found[key], value, tolerance) for key, value in expected.items())
    if isinstance(found, Decimal):
        return abs(found - Decimal(expected)) <= tolerance
    return str(found) == str(expected)


@pytest.mark.skipif(not CASES, reason="the shared worked examples do not lie beside this checkout")
@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] not in ELSEWHERE], ids=lambda case: f"{case['id']}-{case['origin']}")
def test_a_worked_example_comes_out_exactly(case: dict[str, Any]) -> None:
    assert case["origin"] in ("published", "peer-test", "derived")
    found = ADAPTERS[case["kind"]](case["inputs"], case["expected"])
    assert set(found) == set(case["expected"])
    for key, value in case["expected"].items():
        assert agrees(found[key], value, Decimal(case["tolerance"])), f"{key}: {found[key]} is not {value}"


@pytest.mark.skipif(not CASES, reason="the shared worked examples do not lie beside this checkout")
def test_every_kind_of_example_is_adapted_here_or_named_as_tested_elsewhere() -> None:
    assert sorted(ADAPTERS.keys() | ELSEWHERE) == KINDS
