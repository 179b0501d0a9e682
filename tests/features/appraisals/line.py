"""The line of a report for tests: commission, draft, sign, seal, review; each step by the operation that users run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from exchange.appraisals import operations, queries
from exchange.appraisals.models import Appraisal, AppraisalReview
from exchange.appraisals.rules.vocabulary import CHECKLIST, INSPECTION, METHODS, SURVEY
from exchange.core import approvals, jobs
from exchange.core.access import Actor
from exchange.core.money import Money, yuan
from exchange.registers.patents.models import Patent
from tests import factories
from tests.features.patents import making

DATE = date(2026, 10, 31)
SALES = {2026: "1200万", 2027: "1500万", 2028: "1800万", 2029: "2000万", 2030: "2100万", 2031: "2100万", 2032: "2000万"}
SINGLE = (
    ("royalty_rate", "4.5%", "3%", "6%"), ("decay", "8%", "5%", "12%"), ("tax_rate", "15%", "", ""), ("probability_valid", "90%", "80%", "96%"),
    ("risk_free", "1.85%", "", ""), ("equity_premium", "7.5%", "", ""), ("size_premium", "2%", "", ""), ("technology_premium", "2.5%", "", ""),
    ("market_premium", "2%", "", ""), ("capital_premium", "1.5%", "", ""), ("management_premium", "1.5%", "", ""), ("discount_spread", "2%", "", ""),
    ("revenue_volatility", "25%", "", ""), ("subject_sales", "1050万", "", ""), ("cost_labour", "150万", "", ""), ("cost_material", "35万", "", ""),
    ("developer_profit", "15%", "", ""),
)
DEALS = (("200万", "900万"), ("300万", "1400万"), ("180万", "820万"))
REASON = "The evidence on this method was gathered and weighed."
USED = {"relief_from_royalty": 6000, "comparable_transactions": 2500, "reproduction_cost": 1500}


def rows() -> list[dict[str, Any]]:
    """A full set of assumptions with their sources."""
    source = {"source_kind": "market-evidence", "source_ref": "Study of the field, table 4", "as_of": date(2026, 9, 30), "note": REASON}
    found = [{"name": name, "value": value, "low": low, "high": high, **source} for name, value, low, high in SINGLE]
    found += [{"name": "revenue", "position": year, "value": amount, **source} for year, amount in SALES.items()]
    for number, (price, sales) in enumerate(DEALS, start=1):
        found += [{"name": "comparable_price", "position": number, "value": price, **source},
                  {"name": "comparable_sales", "position": number, "value": sales, **source}]
    return found


def choices() -> list[dict[str, Any]]:
    """Three methods with weights, the others with a reason why not."""
    return [{"name": name, "used": name in USED, "weight_bp": USED.get(name, 0), "reason": REASON, "reason_code": "" if name in USED else "not-relevant"}
            for name in METHODS]


@dataclass
class Line:
    """Everybody who works on one report, and the report as far as it has come."""

    holder: Actor
    lead: Actor
    second: Actor
    reviewer: Actor
    keeper: Actor
    registrars: tuple[Actor, Actor]
    patents: list[Patent]
    appraisal: Appraisal = None  # type: ignore[assignment]  # set by commission()

    def commission(self, **changes: Any) -> Appraisal:
        """The holder commissions a report for a pledge."""
        given: dict[str, Any] = {
            "institution_id": self.lead.organisation_id, "patent_ids": [patent.id for patent in self.patents], "purpose": "pledge",
            "valuation_date": DATE, "requested": yuan("500000.00"), "requested_term_months": 24, "actor": self.holder,
        }
        self.appraisal = operations.commission_appraisal(**given | changes)
        return self.appraisal

    def accept(self, **changes: Any) -> Appraisal:
        """The lead accepts with his team."""
        given: dict[str, Any] = {
            "second_id": self.second.user_id, "reviewer_id": self.reviewer.user_id, "declared": True, "contract_reference": "HT-2026-17",
            "fee": yuan("30000.00"), "actor": self.lead,
        }
        return operations.accept_appraisal(self.appraisal, **given | changes)

    def draft(self) -> Appraisal:
        """Lead and second fill in everything that section 2.6 asks for."""
        operations.enter_assumptions(self.appraisal, rows=rows(), actor=self.lead)
        operations.choose_methods(self.appraisal, choices=choices(), actor=self.lead)
        notes = [{"topic": topic, "patent_id": patent.id, "text": "Looked at, nothing adverse was found.", "source_ref": "register"}
                 for patent in self.patents for topic in SURVEY]
        notes += [{"topic": topic, "text": "2026-11-12, on site, two production lines seen."} for topic in INSPECTION]
        notes += [{"topic": "tab_decision", "text": "Not counted: an acquirer could not amortise."},
                  {"topic": "dispersion", "text": REASON * 4}, {"topic": "royalty_base", "text": "Net sales."}]
        operations.enter_notes(self.appraisal, rows=notes, actor=self.lead)
        critical = [row.slot for row in self.appraisal.assumptions]
        operations.verify_assumptions(self.appraisal, slots=[*critical, "note/register_copy"], actor=self.second)
        self.calculate("report")
        return self.appraisal

    def calculate(self, mode: str) -> None:
        """Order a calculation and carry it out."""
        operations.request_calculation(self.appraisal, mode=mode, actor=self.lead)
        jobs.run_due_jobs()

    def submit(self) -> Appraisal:
        """The lead hands in the draft."""
        return operations.submit_appraisal(self.appraisal, actor=self.lead)

    def approve(self) -> Appraisal:
        """The reviewer approves, and both editions are rendered."""
        operations.approve_appraisal(self.appraisal, actor=self.reviewer)
        jobs.run_due_jobs()
        return self.appraisal

    def frozen(self) -> str:
        """The digest of the frozen file."""
        document = queries.frozen_document(self.appraisal)
        assert document is not None
        return document.content_sha256

    def sign(self) -> Appraisal:
        """Both signatories sign."""
        for person in (self.lead, self.second):
            operations.sign_appraisal(self.appraisal, draft_sha256=self.frozen(), actor=person)
        return self.appraisal

    def issue(self) -> Appraisal:
        """The keeper seals, and the report is issued."""
        operations.seal_appraisal(self.appraisal, draft_sha256=self.frozen(), actor=self.keeper)
        jobs.run_due_jobs()
        return self.appraisal

    def to_issue(self, **changes: Any) -> Appraisal:
        """The whole line."""
        self.commission(**changes)
        self.accept()
        self.draft()
        self.submit()
        self.approve()
        self.sign()
        return self.issue()

    def reader(self, kind: str = "guarantor") -> tuple[Actor, Actor]:
        """Officer and approver of a reader with whom the report is shared."""
        home = factories.organisation(kind, name=f"Reader {kind}")
        operations.share_appraisal(self.appraisal, organisation_id=home.id, actor=self.holder)
        return factories.actor(f"{kind} officer", organisation=home), factories.actor(f"{kind} approver", organisation=home)

    def ready_review(self, officer: Actor, own: Money | None = None) -> AppraisalReview:
        """A review with own value and checklist, ready to be accepted."""
        review = operations.open_review(self.appraisal, actor=officer)
        operations.enter_own_value(review, own_value=own or yuan("1800000.00"), own_reason="Own model with a lower royalty rate.", actor=officer)
        operations.fill_checklist(review, checklist=dict.fromkeys(CHECKLIST, "yes"), actor=officer)
        return review

    def accepted(self, officer: Actor, approver: Actor, haircut_bp: int = 2000) -> AppraisalReview:
        """A review accepted by two persons."""
        review = self.ready_review(officer)
        approvals.with_second(lambda: operations.accept_review(review, haircut_bp=haircut_bp, actor=officer), approver)
        return review


def staged(*, patents: int = 1) -> Line:
    """A holder with patents and an institution with four persons."""
    holder = factories.actor("enterprise signatory", organisation=making.holder("enterprise", name="演示材料有限公司"))
    registrars = making.desk(making.exchange())
    owned = [making.registered(holder, registrars) for _number in range(patents)]
    home = factories.organisation("appraiser", name="演示资产评估有限公司")
    return Line(
        holder, factories.actor("appraiser signatory", organisation=home), factories.actor("appraiser signatory", organisation=home),
        factories.actor("appraiser approver", organisation=home), factories.actor("appraiser approver", organisation=home), registrars, owned)
