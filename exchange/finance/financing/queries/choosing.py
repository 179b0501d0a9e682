"""What an applicant chooses from, and what a case page shows of its members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from exchange.appraisals.queries import scorecard_ceiling, scorecard_reviews_of, scorecards_for
from exchange.appraisals.models import Appraisal, AppraisalReview, Scorecard
from exchange.core.access import VISIBLE_TO, Actor
from exchange.core.database import by_public_id, db, filled, visible
from exchange.core.errors import Invalid
from exchange.core.money import Money
from exchange.finance.financing.models import Case
from exchange.finance.guarantees.models import Guarantee, Reguarantee, Scheme
from exchange.finance.guarantees.queries import schemes_in_use
from exchange.finance.loans.models import Loan
from exchange.finance.pledges.models import Pledge
from exchange.people.accounts.models import Organisation
from exchange.people.accounts.queries import organisations_of_kind
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import owned_patents


def offers(actor: Actor) -> dict[str, Any]:
    """Patents, banks, guarantors and schemes that an applicant may choose."""
    return {
        "patent_options": [(each.public_id, f"{each.shown_number} · {each.title}") for each in owned_patents(actor.organisation_id)],
        "bank_options": [(each.public_id, each.name) for each in organisations_of_kind("bank")],
        "guarantor_options": [(each.public_id, each.name) for each in organisations_of_kind("guarantor")],
        "scheme_options": [(each.public_id, each.name) for each in schemes_in_use()],
    }


def readable_patents(case: Case, actor: Actor) -> set[int]:
    """The patents of a case whose pages the actor may open."""
    named = {each.patent_id for each in case.patents}
    if actor.organisation_id == case.organisation_id:
        return named
    return set(db.session.scalars(select(Patent.id).where(Patent.id.in_(named), VISIBLE_TO["patent"](actor))))


def inner_ids(data: dict[str, Any]) -> dict[str, Any]:
    """The given outside names as inner ids; an unknown name is refused at its field."""
    found = dict(data)
    for field, model in (("bank", Organisation), ("guarantor", Organisation), ("scheme", Scheme)):
        if field in found:
            name = found.pop(field)
            found[f"{field}_id"] = _id_of(model, name, field=field) if name else None
    if "patents" in found:
        found["patent_ids"] = [_id_of(Patent, name, field="patents") for name in found.pop("patents")]
    return found


def _id_of(model: Any, public_id: str, *, field: str) -> int:
    found = db.session.scalar(select(model.id).where(model.public_id == public_id))
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field=field, choices="—")
    return int(found)


def report_named(actor: Actor, public_id: str) -> Appraisal:
    """The report of this name that the actor may see."""
    return visible(Appraisal, public_id, actor)


def reports_for(case: Case) -> list[Appraisal]:
    """The applicant's reports for a pledge, newest first."""
    own = case.organisation_id
    wanted = select(Appraisal).where((Appraisal.organisation_id == own) | (Appraisal.holder_id == own), Appraisal.purpose == "pledge")
    return list(db.session.scalars(wanted.order_by(Appraisal.id.desc()).limit(50)))


def sheets_for(case: Case) -> list[Scorecard]:
    """The applicant's issued scorecards, newest first."""
    return scorecards_for(case.organisation_id)


def members_shown(case: Case) -> dict[str, Any]:
    """The members of a case for its page; its patents, papers and remarks come with them."""
    filled(case, Case.patents, Case.papers, Case.remarks)
    found: dict[str, Any] = {"report": None, "scorecard": None, "scored": None, "guarantee": None, "loan": None, "pledge": None, "behind": [], "reviews": []}
    for name, model, member_id in (
        ("report", Appraisal, case.appraisal_id), ("scorecard", Scorecard, case.scorecard_id), ("guarantee", Guarantee, case.guarantee_id), ("loan", Loan, case.loan_id),
        ("pledge", Pledge, case.pledge_id),
    ):
        found[name] = db.session.get(model, member_id) if member_id is not None else None
    if case.guarantee_id is not None:
        wanted_behind = select(Reguarantee).where(Reguarantee.guarantee_id == case.guarantee_id).options(lazyload(Reguarantee.guarantee))
        found["behind"] = list(db.session.scalars(wanted_behind.order_by(Reguarantee.id)))
    if case.scorecard_id is not None:
        found["scored"] = next((each for reviewer in case.reviewers for each in scorecard_reviews_of(case.scorecard_id, reviewer)), None)
    if case.appraisal_id is not None:
        wanted = select(AppraisalReview).where(
            AppraisalReview.appraisal_id == case.appraisal_id, AppraisalReview.organisation_id.in_(case.reviewers))
        found["reviews"] = list(db.session.scalars(wanted.order_by(AppraisalReview.id.desc()).limit(1)))
    return found


def scorecard_named(actor: Actor, public_id: str) -> Scorecard:
    """The scorecard of this name that the actor may see."""
    return visible(Scorecard, public_id, actor)


def case_named(public_id: str) -> Case:
    """The case of an outside name."""
    return by_public_id(Case, public_id)


def names_of(cases: Sequence[Case]) -> dict[int, str]:
    """The applicants of several cases by name."""
    return {case.organisation_id: case.enterprise.name for case in cases}


def ceiling() -> Money:
    """The loan up to which a scorecard may take the place of a report."""
    return scorecard_ceiling()
