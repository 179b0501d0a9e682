"""What stands in the application, the contract pack and the archive of a case, in the language spoken now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exchange.core import clock
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.finance.financing.models import Case
from exchange.finance.financing.queries.history import timeline
from exchange.finance.financing.rules import OPTIONAL_PAPERS, PAPERS, PLEDGEES, ROUTES
from exchange.finance.guarantees.models import Guarantee
from exchange.finance.guarantees.queries import get_guarantee
from exchange.finance.guarantees.queries.documents import deciders, share_rows
from exchange.finance.loans.models import PURPOSES, Loan
from exchange.finance.loans.queries import get_loan, input_of, quote
from exchange.finance.loans.rules.days import DUE_RULE_LABELS, DueRule
from exchange.finance.loans.rules.schedule import METHOD_LABELS, Method
from exchange.finance.pledges.models import KINDS as PLEDGE_KINDS
from exchange.finance.pledges.models import Pledge
from exchange.finance.pledges.queries import get_pledge
from exchange.people.accounts.models import Organisation

Rows = list[list[Any]]
LABELS: dict[str, Text] = {**PAPERS, **OPTIONAL_PAPERS}
SIDES: dict[str, Text] = {"pledgor": _("The pledgor"), "pledgee": _("The pledgee")}


def _named(organisation: Organisation) -> str:
    return f"{organisation.name} ({organisation.uscc})" if organisation.uscc else organisation.name


def patent_table(case: Case) -> dict[str, Any]:
    """The patents with number, title, filing and grant date (461, art. 8)."""
    rows = [[each.patent.shown_number, each.patent.title, each.patent.filing_on, each.patent.grant_on] for each in case.patents]
    head = (_("Patent number"), _("Title"), _("Filing date"), _("Grant date"))
    return {"columns": [translate(each) for each in head], "rows": rows}


def application(case: Case) -> dict[str, Any]:
    """The application as submitted, with the digests of its papers."""
    facts: Rows = [
        [translate(_("Applicant")), _named(case.enterprise)], [translate(_("Amount applied for")), case.amount],
        [translate(_("Term in months")), str(case.term_months)], [translate(_("Use of the money")), translate(PURPOSES[case.purpose]), case.purpose_note],
        [translate(_("Financing route")), translate(ROUTES[case.route])], [translate(_("Bank")), _named(case.bank)],
        [translate(_("Guarantor")), _named(case.guarantor) if case.guarantor else "—"],
        [translate(_("Scheme")), case.scheme.name if case.scheme else "—"], [translate(_("To whom the patents are pledged")), translate(PLEDGEES[case.pledgee])],
        [translate(_("Submitted on")), case.submitted_on],
    ]
    papers = [[translate(LABELS[kind]), paper.filename, paper.sha256[:32], paper.added_at] for kind, paper in case.live_papers.items()]
    head = (_("Paper"), _("File"), _("SHA-256, first half"), _("Added"))
    return {
        "sections": [
            {"title": translate(_("The application")), "facts": facts, "words": True},
            {"title": translate(_("Patents offered")), "table": patent_table(case)},
            {"title": translate(_("Papers")), "table": {"columns": [translate(each) for each in head], "rows": papers}},
        ],
    }


# ------------------------------------------------------------------ contracts

def contracts(case: Case) -> dict[str, Any]:
    """Loan contract, guarantee and counter-guarantee contract and pledge contract in one pack."""
    if case.loan_id is None or case.pledge_id is None:
        raise ValueError(f"{case.number} has no loan to contract for")
    loan, pledge = get_loan(case.loan_id), get_pledge(case.pledge_id)
    guarantee = get_guarantee(case.guarantee_id) if case.guarantee_id is not None else None
    sections = [*_loan_sections(case, loan)]
    if guarantee is not None:
        sections += _guarantee_sections(guarantee)
    sections += _pledge_sections(case, pledge, loan)
    return {
        "lead": translate(_("Between the parties named below; each signs once, with effect for every contract in this pack.")),
        "sections": sections, "people": _to_sign(case),
        "notes": [translate(_("Each side signs by confirming the SHA-256 of this file on the platform; the history of the case keeps who signed and when."))],
    }


def _to_sign(case: Case) -> list[dict[str, Any]]:
    rows = [(_("Borrower and pledgor"), case.enterprise), (_("Lender"), case.bank)]
    if case.guarantor is not None:
        rows.append((_("Guarantor"), case.guarantor))
    return [{"role": translate(role), "name": "________________", "organisation": organisation.name} for role, organisation in rows]


def _loan_sections(case: Case, loan: Loan) -> list[dict[str, Any]]:
    facts: Rows = [
        [translate(_("Lender")), _named(case.bank)], [translate(_("Borrower")), _named(case.enterprise)],
        [translate(_("Loan number")), loan.number], [translate(_("Principal")), loan.principal],
        [translate(_("Use of the money")), translate(PURPOSES[loan.purpose]), loan.purpose_note], [translate(_("Rate a year")), f"{loan.rate.normalize():f} %"],
        [translate(_("Repayment")), translate(METHOD_LABELS[Method(loan.method)])], [translate(_("Number of instalments")), str(loan.periods)],
        [translate(_("Due rule")), translate(DUE_RULE_LABELS[DueRule(loan.due_rule)])], [translate(_("First due date")), loan.first_due],
        [translate(_("Maturity date")), loan.maturity], [translate(_("Day count")), loan.day_count],
        [translate(_("Default interest")), translate(_("%(times)s times the contract rate"), times=str(Decimal(loan.penalty_bp) / 10_000))],
        [translate(_("Days of grace")), str(loan.grace_days)], [translate(_("Prepayment fee")), f"{Decimal(loan.prepayment_fee_bp) / 100:.2f} %"],
        [translate(_("Order of enforcement")), _enforcement(loan)],
    ]
    clauses = [
        translate(_("What is really lent is the principal; nothing is deducted in advance (民法典 670).")),
        translate(_("Early repayment costs interest for the days really used (民法典 677), and the prepayment fee where one is named above.")),
        translate(_("A payment that does not cover everything settles costs first, then interest, then principal (民法典 561).")),
        translate(_("The lender pays out only after the pledge is registered (民法典 444).")),
    ]
    return [
        {"title": translate(_("Part A — Loan contract")), "facts": facts, "words": True},
        {"title": translate(_("Repayment plan, if paid out today")), "table": _plan(loan)},
        {"title": translate(_("Terms of the loan")), "clauses": clauses},
    ]


def _enforcement(loan: Loan) -> str:
    words = {"own_collateral": _("the borrower's own patents"), "guarantor": _("the guarantor")}
    return " → ".join(translate(words.get(each, Text(each))) for each in loan.enforcement_order.split(","))


def _plan(loan: Loan) -> dict[str, Any]:
    start = clock.today()
    rows = quote(input_of(loan), start=start).rows if loan.first_due > start else ()
    head = (_("No."), _("Due"), _("Principal"), _("Interest"), _("Instalment"), _("Balance"))
    return {
        "columns": [{"label": translate(each), "number": place > 1} for place, each in enumerate(head)],
        "rows": [[str(row.n), row.payable_on, Money(row.principal), Money(row.interest), Money(row.principal + row.interest), Money(row.balance)] for row in rows],
        "foot": [translate(_("Total")), "", Money(sum(row.principal for row in rows)), Money(sum(row.interest for row in rows)),
                 Money(sum(row.principal + row.interest for row in rows)), ""],
    }


def _guarantee_sections(guarantee: Guarantee) -> list[dict[str, Any]]:
    facts: Rows = [
        [translate(_("Guarantor")), _named(guarantee.guarantor)], [translate(_("Guarantee number")), guarantee.number],
        [translate(_("Kind of guarantee")), translate(guarantee.kind_label)], [translate(_("Guaranteed amount")), guarantee.guaranteed],
        [translate(_("Maturity of the debt")), guarantee.maturity], [translate(_("Last day to claim")), guarantee.deadline_on],
        [translate(_("Fee for the guarantee")), guarantee.fee], [translate(_("Scheme")), guarantee.scheme.name if guarantee.scheme else "—"],
    ]
    clauses = [
        translate(_("The guarantor stands for the principal, interest, default interest, damages and costs of the guaranteed part (民法典 691).")),
        translate(_("A claim made after the last day to claim has no effect (民法典 693).")),
        translate(_("A change of the loan that increases the debt binds the guarantor only with its written consent (民法典 695).")),
        translate(_("After paying, the guarantor has recourse against the client and takes the creditor's rights (民法典 700).")),
    ]
    return [
        {"title": translate(_("Part B — Guarantee contract")), "facts": facts, "words": True, "clauses": clauses},
        {"title": translate(_("Who shares a loss")), "table": share_rows(guarantee)},
    ]


def _pledge_sections(case: Case, pledge: Pledge, loan: Loan) -> list[dict[str, Any]]:
    pledgee = case.bank if case.pledgee == "bank" else case.guarantor
    facts: Rows = [
        [translate(_("Pledgor")), _named(case.enterprise)], [translate(_("Pledgee")), _named(pledgee) if pledgee else "—"],
        [translate(_("Pledge number")), pledge.number], [translate(_("What is secured")), translate(PLEDGEES[case.pledgee])],
        [translate(_("Kind of debt")), translate(PLEDGE_KINDS[pledge.kind])], [translate(_("Amount of the debt")), pledge.secured],
        [translate(_("Term of the debt")), f"{pledge.debt_from.isoformat()} – {pledge.debt_to.isoformat()}"],
        [translate(_("Scope of the security")), translate(Text(pledge.secured_scope))], [translate(_("Annuities are paid by")), translate(SIDES[pledge.annuity_payer])],
        [translate(_("If a patent is invalidated")), pledge.invalidation_clause],
    ]
    clauses = [
        translate(_("The pledge exists from its registration (民法典 444); both parties file it together (461, art. 3).")),
        translate(_("On default the patents are turned into money by agreement, auction or sale; no patent passes to the pledgee by itself (民法典 428, 436).")),
        translate(_("While pledged, a patent is transferred or licensed only with the pledgee's consent; the price prepays the debt or is deposited (民法典 444).")),
        translate(_("What the proceeds leave over belongs to the pledgor; what they lack stays owed (民法典 438).")),
    ]
    return [
        {"title": translate(_("Part C — Pledge contract")), "facts": facts, "words": True, "clauses": clauses},
        {"title": translate(_("Pledged patents")), "table": patent_table(case)},
    ]


# ------------------------------------------------------------------ archive

def archive(case: Case) -> dict[str, Any]:
    """The index of a closed case: what it was, its decisions and its whole history."""
    facts: Rows = [
        [translate(_("Applicant")), _named(case.enterprise)], [translate(_("Amount applied for")), case.amount],
        [translate(_("Opened on")), case.created_at], [translate(_("Closed on")), case.closed_on], [translate(_("Contracts, SHA-256")), case.contract_sha256 or "—"],
    ]
    rows = [[each.at, translate(each.label), each.number, each.organisation] for each in reversed(timeline(case, most=1_000))]
    head = (_("When"), _("What"), _("Of"), _("By whom"))
    people = deciders("loan", get_loan(case.loan_id).public_id) if case.loan_id is not None else []
    return {
        "sections": [
            {"title": translate(_("The case")), "facts": facts},
            {"title": translate(_("History")), "table": {"columns": [translate(each) for each in head], "rows": rows}},
        ],
        "people": people,
    }
