"""The sealed sheets of reviews as documents of a case: bank, guarantor and re-guarantor of the case rely on them; the borrower does not see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, or_, select

from exchange.appraisals.models import AppraisalPaper
from exchange.appraisals.queries import SHEET_READERS, sheets_of_report
from exchange.core.access import VISIBLE_TO, Actor
from exchange.core.seal import SealedDocument
from exchange.finance.financing.models import Case

RELYING = ("bank", "guarantor", "reguarantor")


def relying(actor: Actor) -> Any:
    """The sheets by the bank or the guarantor of a case that the actor sees as one of those who lend or stand for it."""
    if actor.kind not in RELYING:
        return false()
    reviewed = or_(AppraisalPaper.organisation_id == Case.bank_id, AppraisalPaper.organisation_id == Case.guarantor_id)
    case = select(Case.id).where(Case.appraisal_id == AppraisalPaper.appraisal_id, reviewed, VISIBLE_TO["case"](actor))
    return case.exists()


SHEET_READERS.append(relying)


def review_sheets(case: Case, actor: Actor) -> list[SealedDocument]:
    """The sealed sheets of the case that the actor may read, newest first."""
    if case.appraisal_id is None:
        return []
    return [each for each in sheets_of_report(case.appraisal_id, actor) if each.organisation_id in (case.bank_id, case.guarantor_id)]
