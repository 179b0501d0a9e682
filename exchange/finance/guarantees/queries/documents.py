"""What stands in the letter of guarantee and in the confirmation of a re-guarantee, in the language spoken now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from exchange.core.approvals import Approval
from exchange.core.database import db
from exchange.core.files.keeping import settings
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.finance.guarantees.models import Guarantee, GuaranteeSignature, Reguarantee
from exchange.finance.guarantees.rules import BASES, SETTLEMENTS
from exchange.finance.loans.models import Loan
from exchange.people.accounts.queries import person_names


def verify_url(code: str) -> str:
    """The address at which anybody verifies a document."""
    return f"{settings().PUBLIC_URL.rstrip('/')}/v/{code}"


def deciders(noun: str, public_id: str, verb: str = "approve") -> list[dict[str, Any]]:
    """The two persons of a decision, as its approval keeps them."""
    wanted = select(Approval).where(
        Approval.subject_noun == noun, Approval.subject_id == public_id, Approval.verb == verb, Approval.decision == "confirmed"
    )
    found = db.session.scalar(wanted.order_by(Approval.id.desc()).limit(1))
    if found is None:
        return []
    checker = person_names([found.checker_id] if found.checker_id else []).get(found.checker_id or 0, "")
    return [
        {"role": translate(_("Proposed by")), "name": found.maker_name, "at": found.created_at},
        {"role": translate(_("Decided by")), "name": checker, "at": found.decided_at},
    ]


def signers(guarantee: Guarantee) -> list[dict[str, str]]:
    """Who signed the contract of a guarantee, as the seal names them."""
    wanted = select(GuaranteeSignature).where(GuaranteeSignature.guarantee_id == guarantee.id).order_by(GuaranteeSignature.id)
    names = {"client": guarantee.client.name, "guarantor": guarantee.guarantor.name, "bank": guarantee.bank.name}
    return [
        {"name": row.signer_name, "organisation": names[row.side], "signed_at": row.signed_at.isoformat()}
        for row in db.session.scalars(wanted)
    ]


def share_rows(guarantee: Guarantee) -> dict[str, Any]:
    """The table of shares, exact to the fen."""
    rows = [
        [translate(each.label), each.organisation.name if each.organisation else "—", f"{each.weight:f} %", each.amount]
        for each in guarantee.shares
    ]
    return {
        "columns": [translate(_("Role")), translate(_("Organisation")), {"label": translate(_("Share")), "number": True},
                    {"label": translate(_("Amount")), "number": True}],
        "rows": rows, "foot": [translate(_("Total")), "", "100 %", guarantee.amount],
    }


def letter(guarantee: Guarantee) -> dict[str, Any]:
    """The letter of guarantee: kind, amount, period and last day to claim."""
    loan = db.session.get(Loan, guarantee.loan_id) if guarantee.loan_id else None
    facts = [
        [translate(_("Beneficiary")), guarantee.bank.name], [translate(_("Guaranteed client")), guarantee.client.name],
        [translate(_("Loan")), loan.number if loan else "—"], [translate(_("Kind of guarantee")), translate(guarantee.kind_label)],
        [translate(_("Loan amount")), guarantee.amount], [translate(_("Guaranteed amount")), guarantee.guaranteed],
        [translate(_("Maturity of the debt")), guarantee.maturity], [translate(_("Last day to claim")), guarantee.deadline_on],
        [translate(_("Fee for the guarantee")), guarantee.fee],
    ]
    clauses = [
        translate(_("The guarantor stands for the principal, interest, default interest, damages and costs of the guaranteed part (民法典 691).")),
        translate(_("A claim made after the last day to claim has no effect (民法典 693).")),
        translate(_("A change of the loan that increases the debt binds the guarantor only with its written consent (民法典 695).")),
        translate(_("After paying, the guarantor has recourse against the client and takes the creditor's rights (民法典 700).")),
    ]
    return {
        "lead": translate(_("We guarantee the debt named below towards the beneficiary.")),
        "sections": [
            {"title": translate(_("The guarantee")), "facts": facts, "words": True},
            {"title": translate(_("Who shares a loss")), "table": share_rows(guarantee)},
            {"title": translate(_("Terms")), "clauses": clauses},
        ],
        "people": deciders("guarantee", guarantee.public_id),
    }


def confirmation(reguarantee: Reguarantee) -> dict[str, Any]:
    """The confirmation of a re-guarantee: scheme, edition, exact shares and fee."""
    guarantee, scheme = reguarantee.guarantee, reguarantee.scheme
    facts = [
        [translate(_("Guarantor")), guarantee.guarantor.name], [translate(_("Guaranteed client")), guarantee.client.name],
        [translate(_("Bank")), guarantee.bank.name], [translate(_("Guarantee")), guarantee.number],
        [translate(_("Scheme")), scheme.name, scheme.source], [translate(_("Edition")), str(scheme.edition)],
        [translate(_("What is shared")), translate(BASES[scheme.base])], [translate(_("How it is paid")), translate(SETTLEMENTS[scheme.settlement])],
        [translate(_("Liability confirmed")), reguarantee.liability],
        [translate(_("Yearly fee rate")), f"{Decimal(reguarantee.rate_bp) / 100:.2f} %"], [translate(_("Fee for the guarantee")), reguarantee.fee],
    ]
    return {
        "lead": translate(_("We confirm that we bear the part named below of a loss under this guarantee.")),
        "sections": [
            {"title": translate(_("The re-guarantee")), "facts": facts, "words": True},
            {"title": translate(_("Who shares a loss")), "table": share_rows(guarantee)},
        ],
        "people": deciders("reguarantee", reguarantee.public_id),
    }
