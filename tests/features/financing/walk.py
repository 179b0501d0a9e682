"""One case from application to closing, each step by the operation that users run; the journey and the pages stand on it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2

from exchange.core import approvals, clock, files, jobs
from exchange.core.access import Actor
from exchange.core.database import db
from exchange.core.money import Money, yuan
from exchange.finance.financing import operations
from exchange.finance.financing.models import Case
from exchange.finance.financing.queries import stage_of
from exchange.finance.financing.rules import PAPERS, Stage
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.models import Guarantee, Reguarantee, Scheme
from exchange.finance.guarantees.queries import get_guarantee, reguarantees_of
from exchange.finance.loans import operations as loans
from exchange.finance.loans.models import Loan
from exchange.finance.loans.queries import get_loan, payoff
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.models import Pledge
from exchange.finance.pledges.queries import get_pledge
from exchange.registers.patents import operations as patents
from tests import factories
from tests.features.appraisals.line import Line, staged



def one_page_pdf() -> bytes:
    """A small real PDF."""
    document, kept = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(200, 200)
    document.save(kept)
    return kept.getvalue()


PDF = one_page_pdf()
CLAUSE = "The pledgor offers another patent of equal value within 30 days, or repays that part."


@dataclass
class Walk:
    """Everybody in one case, and how far it has come."""

    route: str
    line: Line
    people: dict[str, Actor]
    homes: dict[str, Any]
    scheme: Scheme | None = None
    case: Case = None  # type: ignore[assignment]  # set by open()
    amount: Money = field(default_factory=lambda: yuan("160000.00"))

    def __getitem__(self, role: str) -> Actor:
        return self.people[role]

    def second(self, run: Any, checker: str) -> Any:
        """Propose, then confirm as the second person."""
        return approvals.with_second(run, self[checker])

    # ------------------------------------------------------------------ members

    @property
    def guarantee(self) -> Guarantee:
        assert self.case.guarantee_id is not None
        return get_guarantee(self.case.guarantee_id)

    @property
    def reguarantee(self) -> Reguarantee:
        return reguarantees_of(self.guarantee.id)[0]

    @property
    def loan(self) -> Loan:
        assert self.case.loan_id is not None
        return get_loan(self.case.loan_id)

    @property
    def pledge(self) -> Pledge:
        assert self.case.pledge_id is not None
        return get_pledge(self.case.pledge_id)

    @property
    def stage(self) -> Stage:
        return stage_of(self.case)

    # ------------------------------------------------------------------ steps

    def open(self, **changes: Any) -> Case:
        """The applicant opens the application."""
        given: dict[str, Any] = {
            "route": self.route, "amount": self.amount, "term_months": 12, "purpose": "working_capital",
            "bank_id": self.homes["bank"].id, "guarantor_id": None if self.route == "direct" else self.homes["guarantor"].id,
            "scheme_id": self.scheme.id if self.scheme is not None and self.route == "reguaranteed" else None,
            "patent_ids": [each.id for each in self.line.patents], "actor": self["enterprise"],
        }
        self.case = operations.open_case(**(given | changes))
        return self.case

    def papers(self, *but: str) -> None:
        """Every required paper but the named ones."""
        for kind in PAPERS:
            if kind not in but:
                upload = files.take(PDF, f"{kind}.pdf", purpose="document")
                operations.attach_paper(self.case, kind=kind, upload=upload, actor=self["enterprise"])

    def accepted(self) -> None:
        """Submitted complete, checked and accepted."""
        self.open()
        self.papers()
        operations.submit_case(self.case, actor=self["enterprise"])
        operations.accept_case(self.case, actor=self["acceptor"])

    def appraised(self) -> None:
        """The report is issued and named."""
        if self.line.appraisal is None:
            self.line.to_issue()
        operations.name_appraisal(self.case, appraisal=self.line.appraisal, actor=self["enterprise"])

    def reviewed(self) -> None:
        """The acceptor accepts the report with a haircut."""
        self.line.accepted(self["acceptor"], self["acceptor approver"], haircut_bp=2000)

    def guaranteed(self, **changes: Any) -> None:
        """Two persons of the guarantor approve."""
        given: dict[str, Any] = {"kind": "joint", "period_months": None, "fee_bp": 80}
        self.second(lambda: guarantees.approve_guarantee(self.guarantee, actor=self["guarantor officer"], **(given | changes)), "guarantor approver")

    def reguaranteed(self) -> None:
        """Two persons of the re-guarantor confirm."""
        self.second(lambda: guarantees.approve_reguarantee(self.reguarantee, actor=self["reguarantor officer"]), "reguarantor approver")

    def credited(self) -> None:
        """The bank enters its terms and two persons grant the credit."""
        operations.draft_credit(self.case, rate=Decimal("4.35"), invalidation_clause=CLAUSE, first_due=date(2026, 12, 25), actor=self["bank officer"])
        self.second(lambda: loans.approve_loan(self["bank officer"], self.loan.id), "bank approver")

    def signed(self) -> None:
        """The pack is made and every side signs it."""
        jobs.run_due_jobs()
        roles = ["enterprise signatory", "bank approver", *(["guarantor approver"] if self.route != "direct" else [])]
        for role in roles:
            operations.sign_contracts(self.case, document_sha256=self.case.contract_sha256, agree=True, actor=self[role])

    def filed(self) -> None:
        """Both parties file the pledge."""
        pledges.confirm_filing(self["enterprise signatory"], self.pledge.id)
        pledges.file_pledge(self["pledgee officer"], self.pledge.id)

    def registered(self) -> None:
        """Two persons enter the registry's notice."""
        self.second(lambda: pledges.register_pledge(
            self["pledgee officer"], self.pledge.id, notice_no="2026990000123", registered_on=clock.today()), "pledgee approver")

    def paid_out(self) -> None:
        """Two persons pay the loan out."""
        self.second(lambda: loans.disburse_loan(self["bank officer"], self.loan.id), "bank approver")

    def to_payment(self) -> None:
        """Everything up to the payment."""
        self.accepted()
        self.appraised()
        self.reviewed()
        if self.route != "direct":
            self.guaranteed()
        if self.route == "reguaranteed":
            self.reguaranteed()
        self.credited()
        self.signed()
        self.filed()
        self.registered()
        self.paid_out()

    def instalment(self) -> None:
        """The instalment that is due today is paid."""
        loan = self.loan
        assert loan.next_due is not None
        loans.receive_payment(self["bank officer"], loan.id, amount=loan.next_due, value_on=clock.today(), bank_reference="BR-1")

    def paid_off(self) -> None:
        """The rest is paid off."""
        owed = payoff(self.loan.id, clock.today()).total
        loans.receive_payment(self["bank officer"], self.loan.id, amount=Money(owed), value_on=clock.today(), bank_reference="BR-2", purpose="pay_off")

    def released(self) -> None:
        """Two persons release the pledge, two enter the registry's cancellation."""
        self.second(lambda: pledges.release_pledge(self["pledgee officer"], self.pledge.id), "pledgee approver")
        self.second(lambda: pledges.confirm_release(
            self["pledgee officer"], self.pledge.id, notice_no="2026990000124", released_on=clock.today()), "pledgee approver")

    def read_register(self) -> None:
        """A fresh copy of the register for every patent."""
        for patent in self.line.patents:
            patents.record_register_copy(
                self.line.registrars[0], patent.id, status="in_force", paid_to_year=6, taken_on=clock.today(), holders=(self["enterprise"].organisation_name,))


def set_out(route: str = "reguaranteed", *, patents_count: int = 1) -> Walk:
    """Everybody of a route, with confirmed net assets and a scheme in use."""
    line = staged(patents=patents_count)
    home = db.session.get_one(factories.Organisation, line.holder.organisation_id)
    homes = {"enterprise": home} | {kind: factories.organisation(kind, name=f"演示{kind}") for kind in ("bank", "guarantor", "reguarantor")}
    people = {"enterprise": line.holder, "enterprise signatory": line.holder}
    for kind in ("bank", "guarantor", "reguarantor"):
        for grade in ("officer", "approver"):
            people[f"{kind} {grade}"] = factories.actor(f"{kind} {grade}", organisation=homes[kind])
    acceptor = "bank" if route == "direct" else "guarantor"
    for name in ("acceptor", "pledgee"):
        people[f"{name} officer"], people[f"{name} approver"] = people[f"{acceptor} officer"], people[f"{acceptor} approver"]
    people["acceptor"] = people["acceptor officer"]
    walk = Walk(route, line, people, homes)
    state_net_assets(walk)
    if route == "reguaranteed":
        walk.scheme = scheme_in_use(walk)
    return walk


def state_net_assets(walk: Walk, amount: str = "50000000.00", *, on: str = "2025-12-31") -> None:
    """Net assets confirmed by two persons of the guarantor."""
    year = guarantees.state_guarantor_year(
        net_assets=yuan(amount), net_assets_on=date.fromisoformat(on), source="Audited report", actor=walk["guarantor officer"])
    walk.second(lambda: guarantees.confirm_guarantor_year(year, actor=walk["guarantor officer"]), "guarantor approver")


def scheme_in_use(walk: Walk) -> Scheme:
    """The national scheme 20/20/40/20, the re-guarantor standing for the fund too."""
    scheme = guarantees.draft_scheme_from_seed("national", actor=walk["reguarantor officer"])
    walk.second(lambda: guarantees.approve_scheme(scheme, actor=walk["reguarantor officer"]), "reguarantor approver")
    return scheme
