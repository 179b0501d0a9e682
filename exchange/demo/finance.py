"""Pledge financing in the demonstration: cases of the re-guaranteed route in many stages, each with its report."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import pypdfium2
from sqlalchemy import or_, select

from exchange.appraisals import operations as appraisals
from exchange.appraisals import queries as reports
from exchange.appraisals.models import Appraisal
from exchange.appraisals.rules.vocabulary import CHECKLIST, INSPECTION, METHODS, SURVEY
from exchange.core import clock, files, jobs
from exchange.core.access import Actor
from exchange.core.database import by_public_id, db
from exchange.core.jobs.models import Job
from exchange.core.money import Money, yuan
from exchange.core.workdays import add_months
from exchange.demo.people import Cast
from exchange.demo.script import Script, confirmed
from exchange.demo.stock import Stocked, copy_register, registrars
from exchange.finance.financing import operations as cases
from exchange.finance.financing.models import Case
from exchange.finance.financing.rules import PAPERS
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.queries import get_guarantee, reguarantees_of
from exchange.finance.loans import operations as loans
from exchange.finance.loans.queries import get_loan, payoff
from exchange.finance.pledges import operations as pledges

REASON = "（演示）已收集并权衡该方法的证据，结论与行业研究一致。Demonstration: the evidence was gathered and weighed."
CLAUSE = "（演示）出质人应在三十日内另行提供等值专利，或提前偿还相应部分。"
SALES = ("1.2亿", "1.5亿", "1.8亿", "2亿", "2.1亿", "2.1亿", "2亿")
SINGLE = (
    ("royalty_rate", "4.5%", "3%", "6%"), ("decay", "8%", "5%", "12%"), ("tax_rate", "15%", "", ""), ("probability_valid", "90%", "80%", "96%"),
    ("risk_free", "1.85%", "", ""), ("equity_premium", "7.5%", "", ""), ("size_premium", "2%", "", ""), ("technology_premium", "2.5%", "", ""),
    ("market_premium", "2%", "", ""), ("capital_premium", "1.5%", "", ""), ("management_premium", "1.5%", "", ""), ("discount_spread", "2%", "", ""),
    ("revenue_volatility", "25%", "", ""), ("subject_sales", "1.05亿", "", ""), ("cost_labour", "1500万", "", ""), ("cost_material", "350万", "", ""),
    ("developer_profit", "15%", "", ""),
)
DEALS = (("2000万", "9000万"), ("3000万", "1.4亿"), ("1800万", "8200万"))
USED = {"relief_from_royalty": 6000, "comparable_transactions": 2500, "reproduction_cost": 1500}
STEPS = ("draft", "submit", "take", "commission", "work", "issue", "review", "guarantee", "reguarantee", "credit", "sign", "register", "pay")
"""What a case goes through, in this order; a case of the story stops after one of them."""


@dataclass
class Plot:
    """One case of the story: who, since when, how far, and what has been made of it."""

    key: str
    days_ago: int
    until: str
    bank: str = "bank1"
    guarantor: str = "guarantor1"
    paid: str = ""
    stocked: Stocked | None = None
    case_id: str = ""
    appraisal_id: str = ""

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return by_public_id(Case, self.case_id)

    @property
    def appraisal(self) -> Appraisal:
        """The report as it stands."""
        return by_public_id(Appraisal, self.appraisal_id)


PLOTS = (
    Plot("e08", 420, "pay", paid="off"),
    Plot("e05", 190, "pay", bank="bank2", paid="on time"),
    Plot("e03", 62, "work"),
    Plot("e01", 45, "credit", guarantor="guarantor2"),
    Plot("e07", 12, "commission"),
    Plot("e09", 4, "submit", bank="bank3"),
    Plot("e01", 1, "draft"),
)
"""The enterprise whom newcomers play has a report in force and an application that lacks nothing but being submitted."""


def add_finance(script: Script, cast: Cast, stock: list[Stocked]) -> None:
    """Net assets and the scheme first; then the cases, each step some days after the one before."""
    begins = clock.day_of(script.end) - timedelta(days=460)
    scheme: dict[str, int] = {}
    script.at(begins, lambda: prepare(cast, scheme), apart=True)
    script.at(date(clock.day_of(script.end).year, 3, 2), lambda: state_net_assets(cast), apart=True)
    free = [each for place, each in reversed(list(enumerate(stock))) if place % 5]
    for plot in PLOTS:
        plot.stocked = next(each for each in free if each.key == plot.key)
        free.remove(plot.stocked)
        script.at(clock.day_of(script.end) - timedelta(days=plot.days_ago), partial(step, script, cast, plot, scheme, 0), apart=True)


def prepare(cast: Cast, scheme: dict[str, int]) -> None:
    """The guarantors' net assets, and the national scheme by two persons of the re-guarantor."""
    state_net_assets(cast)
    officer = cast.who("reguarantor", "officer")
    drafted = guarantees.draft_scheme_from_seed("national", actor=officer)
    confirmed(lambda: guarantees.approve_scheme(drafted, actor=officer), cast.who("reguarantor", "approver"))
    scheme["id"] = drafted.id


def state_net_assets(cast: Cast) -> None:
    """Each guarantor's net assets at the end of the last year, by two persons."""
    for key in ("guarantor1", "guarantor2"):
        officer, approver = cast.who(key, "officer"), cast.who(key, "approver")
        year = guarantees.state_guarantor_year(
            net_assets=yuan("500000000.00"), net_assets_on=date(clock.today().year - 1, 12, 31), source="（演示）审计报告", actor=officer)
        confirmed(partial(guarantees.confirm_guarantor_year, year, actor=officer), approver)


def step(script: Script, cast: Cast, plot: Plot, scheme: dict[str, int], number: int) -> None:
    """One step of a case, and the next one some days later."""
    name = STEPS[number]
    if name == "draft":
        draft(cast, plot, scheme["id"])
    else:
        ACTS[name](cast, plot)
    if name == plot.until:
        if plot.paid:
            script.after(20, lambda: pay_instalment(script, cast, plot, 1), apart=True)
        return
    script.after(0 if name == "draft" else 3, lambda: step(script, cast, plot, scheme, number + 1), apart=True)


def read_register(cast: Cast, plot: Plot) -> None:
    """A register copy of today for the patent of a case."""
    assert plot.stocked is not None
    copy_register(registrars(cast)[0], plot.stocked, on=clock.today())


@lru_cache(maxsize=1)
def blank_page() -> bytes:
    """A small real PDF."""
    document, kept = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(200, 200)
    document.save(kept)
    return kept.getvalue()


def work_off(*kinds: str) -> None:
    """Carry out what the named kinds of job have waiting; the rest is left to the worker."""
    wanted = select(Job.public_id).where(Job.state == "waiting", or_(*(Job.kind.startswith(kind) for kind in kinds))).order_by(Job.id)
    while waiting := list(db.session.scalars(wanted)):
        db.session.rollback()
        for public_id in waiting:
            jobs.carry_out(public_id)
    db.session.rollback()


def draft(cast: Cast, plot: Plot, scheme_id: int) -> None:
    """The enterprise opens an application and adds all its papers."""
    assert plot.stocked is not None
    actor = cast.who(plot.key, "signatory")
    read_register(cast, plot)
    case = cases.open_case(
        route="reguaranteed", amount=yuan("1200000.00"), term_months=12, purpose="working_capital", bank_id=cast.houses[plot.bank].id,
        guarantor_id=cast.houses[plot.guarantor].id, scheme_id=scheme_id, patent_ids=[plot.stocked.patent_id], actor=actor)
    plot.case_id = case.public_id
    for kind in PAPERS:
        cases.attach_paper(case, kind=kind, upload=files.take(blank_page(), f"{kind}.pdf", purpose="document"), actor=actor)


def submit(cast: Cast, plot: Plot) -> None:
    """The enterprise submits its application."""
    cases.submit_case(plot.case, actor=cast.who(plot.key, "signatory"))


def take(cast: Cast, plot: Plot) -> None:
    """The guarantor accepts the application."""
    read_register(cast, plot)
    cases.accept_case(plot.case, actor=cast.who(plot.guarantor, "officer"))


def team(cast: Cast) -> tuple[Actor, Actor, Actor, Actor]:
    """Lead, second, reviewer and keeper of the appraiser."""
    return (
        cast.who("appraiser1", "signatory"), cast.who("appraiser1", "signatory", number=1), cast.who("appraiser1", "approver"),
        cast.who("appraiser1", "approver", number=1))


def commission(cast: Cast, plot: Plot) -> None:
    """The holder commissions a report and the institution accepts."""
    assert plot.stocked is not None
    lead, second, reviewer, _keeper = team(cast)
    valued_on = clock.today().replace(day=1) - timedelta(days=1)
    report = appraisals.commission_appraisal(
        institution_id=lead.organisation_id, patent_ids=[plot.stocked.patent_id], purpose="pledge", valuation_date=valued_on,
        requested=yuan("5000000.00"), requested_term_months=24, actor=cast.who(plot.key, "signatory"))
    plot.appraisal_id = report.public_id
    appraisals.accept_appraisal(
        report, second_id=second.user_id, reviewer_id=reviewer.user_id, declared=True, contract_reference=f"HT-{clock.today():%Y%m%d}",
        fee=yuan("30000.00"), actor=lead)


def assumptions(valued_on: date) -> list[dict[str, Any]]:
    """A full set of assumptions with their sources."""
    source = {"source_kind": "market-evidence", "source_ref": "（演示）行业研究，表 4", "as_of": valued_on - timedelta(days=30), "note": REASON}
    found: list[dict[str, Any]] = [{"name": name, "value": value, "low": low, "high": high, **source} for name, value, low, high in SINGLE]
    found += [{"name": "revenue", "position": valued_on.year + place, "value": amount, **source} for place, amount in enumerate(SALES)]
    for number, (price, sales) in enumerate(DEALS, start=1):
        found += [
            {"name": "comparable_price", "position": number, "value": price, **source},
            {"name": "comparable_sales", "position": number, "value": sales, **source}]
    return found


def work(cast: Cast, plot: Plot) -> None:
    """Lead and second fill in the draft and have it calculated."""
    assert plot.stocked is not None
    lead, second, _reviewer, _keeper = team(cast)
    report = plot.appraisal
    read_register(cast, plot)
    appraisals.refresh_register(report, actor=lead)
    appraisals.enter_assumptions(report, rows=assumptions(report.valuation_date), actor=lead)
    chosen = [
        {"name": name, "used": name in USED, "weight_bp": USED.get(name, 0), "reason": REASON, "reason_code": "" if name in USED else "not-relevant"}
        for name in METHODS]
    appraisals.choose_methods(report, choices=chosen, actor=lead)
    notes: list[dict[str, Any]] = [
        {"topic": topic, "patent_id": plot.stocked.patent_id, "text": "（演示）已核查，未发现不利事项。Looked at, nothing adverse.", "source_ref": "register"}
        for topic in SURVEY]
    notes += [{"topic": topic, "text": f"（演示）{clock.today()} 现场勘查，见两条产线。"} for topic in INSPECTION]
    notes += [
        {"topic": "tab_decision", "text": "（演示）未计入：受让方不能摊销。"}, {"topic": "dispersion", "text": REASON * 3},
        {"topic": "royalty_base", "text": "（演示）净销售额。"}]
    appraisals.enter_notes(report, rows=notes, actor=lead)
    appraisals.verify_assumptions(report, slots=[*(row.slot for row in report.assumptions), "note/register_copy"], actor=second)
    appraisals.request_calculation(report, mode="report", actor=lead)
    work_off("appraisal")


def issue(cast: Cast, plot: Plot) -> None:
    """Reviewed, frozen, signed by two, sealed, issued, and named in the case."""
    lead, second, reviewer, keeper = team(cast)
    report = plot.appraisal
    appraisals.submit_appraisal(report, actor=lead)
    appraisals.approve_appraisal(report, actor=reviewer)
    work_off("appraisal")
    frozen = reports.frozen_document(report)
    assert frozen is not None
    for person in (lead, second):
        appraisals.sign_appraisal(report, draft_sha256=frozen.content_sha256, actor=person)
    appraisals.seal_appraisal(report, draft_sha256=frozen.content_sha256, actor=keeper)
    work_off("appraisal")
    cases.name_appraisal(plot.case, appraisal=plot.appraisal, actor=cast.who(plot.key, "signatory"))


def review(cast: Cast, plot: Plot) -> None:
    """The guarantor reads the report, enters its own figure and accepts with a haircut."""
    officer, approver = cast.who(plot.guarantor, "officer"), cast.who(plot.guarantor, "approver")
    read = appraisals.open_review(plot.appraisal, actor=officer)
    appraisals.enter_own_value(
        read, own_value=yuan("18000000.00"), own_reason="（演示）以较低许可费率自行测算，并与行业研究核对。Own model with a lower royalty rate.", actor=officer)
    appraisals.fill_checklist(read, checklist=dict.fromkeys(CHECKLIST, "yes"), actor=officer)
    confirmed(lambda: appraisals.accept_review(read, haircut_bp=2000, actor=officer), approver)


def guarantee(cast: Cast, plot: Plot) -> None:
    """Two persons of the guarantor approve."""
    read_register(cast, plot)
    officer = cast.who(plot.guarantor, "officer")
    confirmed(
        lambda: guarantees.approve_guarantee(
            get_guarantee(plot.case.guarantee_id or 0), kind="joint", period_months=None, fee_bp=80, actor=officer),
        cast.who(plot.guarantor, "approver"))


def reguarantee(cast: Cast, plot: Plot) -> None:
    """Two persons of the re-guarantor confirm."""
    officer = cast.who("reguarantor", "officer")
    asked = reguarantees_of(plot.case.guarantee_id or 0)[0]
    confirmed(lambda: guarantees.approve_reguarantee(asked, actor=officer), cast.who("reguarantor", "approver"))


def credit(cast: Cast, plot: Plot) -> None:
    """The bank enters its terms and two persons grant the credit; the contracts are made."""
    read_register(cast, plot)
    officer = cast.who(plot.bank, "officer")
    first_due = add_months(clock.today().replace(day=21), 2)
    cases.draft_credit(plot.case, rate=Decimal("4.35"), invalidation_clause=CLAUSE, first_due=first_due, actor=officer)
    confirmed(lambda: loans.approve_loan(officer, plot.case.loan_id or 0), cast.who(plot.bank, "approver"))
    work_off("case", "financing", "guarantee", "contract")


def sign(cast: Cast, plot: Plot) -> None:
    """Every side signs the pack; both parties file the pledge."""
    case = plot.case
    for actor in (cast.who(plot.key, "signatory"), cast.who(plot.bank, "approver"), cast.who(plot.guarantor, "approver")):
        cases.sign_contracts(case, document_sha256=case.contract_sha256, agree=True, actor=actor)
    read_register(cast, plot)
    pledges.confirm_filing(cast.who(plot.key, "signatory"), case.pledge_id or 0)
    pledges.file_pledge(cast.who(plot.guarantor, "officer"), case.pledge_id or 0)


def register(cast: Cast, plot: Plot) -> None:
    """Two persons of the pledgee enter the registry's notice."""
    officer = cast.who(plot.guarantor, "officer")
    confirmed(
        lambda: pledges.register_pledge(
            officer, plot.case.pledge_id or 0, notice_no=f"{clock.today().year}990000{plot.days_ago:03d}", registered_on=clock.today()),
        cast.who(plot.guarantor, "approver"))


def pay(cast: Cast, plot: Plot) -> None:
    """Two persons of the bank pay the loan out."""
    read_register(cast, plot)
    officer = cast.who(plot.bank, "officer")
    confirmed(lambda: loans.disburse_loan(officer, plot.case.loan_id or 0), cast.who(plot.bank, "approver"))


def pay_instalment(script: Script, cast: Cast, plot: Plot, number: int) -> None:
    """Each instalment on its due day; a case that is to end is paid off after the sixth."""
    loan = get_loan(plot.case.loan_id or 0)
    due = loan.next_due_on
    if due is None:
        return
    if due > clock.today():
        script.at(due, lambda: pay_instalment(script, cast, plot, number), hour=16, apart=True)
        return
    officer = cast.who(plot.bank, "officer")
    if plot.paid == "off" and number == 6:
        owed = Money(payoff(loan.id, clock.today()).total)
        loans.receive_payment(officer, loan.id, amount=owed, value_on=clock.today(), bank_reference=f"YS-{number}", purpose="pay_off")
        script.after(3, lambda: release(cast, plot), apart=True)
        return
    if loan.next_due is not None:
        loans.receive_payment(officer, loan.id, amount=loan.next_due, value_on=clock.today(), bank_reference=f"YS-{number}")
    script.after(1, lambda: pay_instalment(script, cast, plot, number + 1), apart=True)


def release(cast: Cast, plot: Plot) -> None:
    """The pledge of a paid loan is released, and its registration cancelled."""
    officer, approver = cast.who(plot.guarantor, "officer"), cast.who(plot.guarantor, "approver")
    confirmed(lambda: pledges.release_pledge(officer, plot.case.pledge_id or 0), approver)
    confirmed(
        lambda: pledges.confirm_release(
            officer, plot.case.pledge_id or 0, notice_no=f"{clock.today().year}991000{plot.days_ago:03d}", released_on=clock.today()),
        approver)


ACTS = {
    "submit": submit, "take": take, "commission": commission, "work": work, "issue": issue, "review": review, "guarantee": guarantee,
    "reguarantee": reguarantee, "credit": credit, "sign": sign, "register": register, "pay": pay,
}
