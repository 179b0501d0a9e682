"""Cases as their parties see them: the stage derived from the members, who acts next, the history of all members."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, union_all
from sqlalchemy.orm import selectinload

from exchange.appraisals import queries as appraisals
from exchange.appraisals.models import Appraisal, AppraisalDocument, AppraisalReview, Scorecard
from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import by_public_id, db, nowhere
from exchange.core.errors import NotFound
from exchange.core.money import Money, split, total
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Task
from exchange.core.text import Text, _
from exchange.finance.financing.models import Case, CaseHat, CasePatent
from exchange.finance.financing.rules import CaseFacts, Stage, Waiting, derive_stage, waits_for
from exchange.finance.financing.states import BEFORE_CHECK, LIVE, CaseState
from exchange.finance.guarantees.models import Guarantee, Reguarantee, SchemeParty
from exchange.finance.guarantees.states import ReguaranteeState
from exchange.finance.loans.models import Loan, LoanSignature
from exchange.finance.loans.states import LoanStage
from exchange.finance.pledges.models import Disposal, Pledge
from exchange.finance.pledges.states import DisposalState

SEALED = ("issued", "expired")
SELLING = (DisposalState.PROPOSED, DisposalState.APPROVED, DisposalState.LISTED, DisposalState.FAILED, DisposalState.SOLD)


@visibility("case")
def _visible(actor: Actor | None) -> ColumnElement[bool]:
    """The applicant sees its cases; bank and guarantor from the submission on, the re-guarantor from the acceptance on."""
    if actor is None:
        return nowhere()
    if actor.is_system:
        return true()
    if SUPERVISOR.fits_role(actor):
        return Case.state != CaseState.DRAFT
    own = actor.organisation_id
    named = select(SchemeParty.scheme_id).where(SchemeParty.organisation_id == own)
    seen = and_(Case.submitted_on.is_not(None), or_(Case.bank_id == own, Case.guarantor_id == own))
    behind = and_(Case.accepted_on.is_not(None), Case.route == "reguaranteed", Case.scheme_id.in_(named))
    return or_(Case.organisation_id == own, seen, behind)


def get_case(case_id: int) -> Case:
    """The case of this id."""
    found = db.session.get(Case, case_id)
    if found is None:
        raise NotFound()
    return found


def list_cases(actor: Actor, *, state: str = "", cursor: str = "") -> Page[Case]:
    """The cases this actor may see, newest first."""
    wanted = select(Case).where(_visible(actor)).options(selectinload(Case.patents))
    if state:
        wanted = wanted.where(Case.state == state)
    return page_of(wanted, [Order(Case.id, "id", True)], cursor=cursor, size=25)


COLUMNS = {"guarantee": Case.guarantee_id, "loan": Case.loan_id, "pledge": Case.pledge_id, "scorecard": Case.scorecard_id}


def case_of(noun: str, member_id: int) -> Case | None:
    """The case that a guarantee, loan, pledge or appraisal belongs to."""
    column = COLUMNS.get(noun, Case.appraisal_id)
    return db.session.scalar(select(Case).where(column == member_id).order_by(Case.id.desc()).limit(1))


def other_cases(patent_ids: Collection[int], *, but: int) -> list[Case]:
    """The other open cases that offer one of these patents."""
    named = select(CasePatent.case_id).where(CasePatent.patent_id.in_(list(patent_ids)))
    wanted = select(Case).where(Case.id.in_(named), Case.id != but, Case.state.in_(LIVE))
    return list(db.session.scalars(wanted.order_by(Case.id)))


def hat_of(case_id: int, identity: str) -> CaseHat | None:
    """For whom a person has acted in a case so far."""
    return db.session.scalar(select(CaseHat).where(CaseHat.case_id == case_id, CaseHat.identity == identity))


def idle_cases(days: int, returned_days: int) -> list[Case]:
    """Drafts and returned applications that nobody touched for so long."""
    now = clock.now()
    wanted = select(Case).where(or_(
        and_(Case.state == CaseState.DRAFT, Case.updated_at < now - timedelta(days=days)),
        and_(Case.state == CaseState.RETURNED, Case.updated_at < now - timedelta(days=returned_days)),
    ))
    return list(db.session.scalars(wanted.order_by(Case.id)))


# ------------------------------------------------------------------ the stage

Told = Select[str, int, int, str]


def _accepted_reviews(appraisal_ids: Collection[int]) -> Told:
    """(report, organisation) of every accepted review that is of the report's present file."""
    newest = (
        select(AppraisalDocument.content_sha256)
        .where(AppraisalDocument.appraisal_id == AppraisalReview.appraisal_id, AppraisalDocument.stage == "sealed", AppraisalDocument.language == "zh")
        .order_by(AppraisalDocument.id.desc()).limit(1).scalar_subquery()
    )
    return select(literal("review"), AppraisalReview.appraisal_id, AppraisalReview.organisation_id, AppraisalReview.state).where(
        AppraisalReview.appraisal_id.in_(list(appraisal_ids)), AppraisalReview.state == "accepted", AppraisalReview.pdf_sha256 == newest)


MEMBERS: dict[str, Any] = {"appraisal": Appraisal, "scorecard": Scorecard, "guarantee": Guarantee, "loan": Loan, "pledge": Pledge}


def _asked(ids: Mapping[str, Collection[int]]) -> list[Told]:
    """What the stages of cases are derived from, of those members that they have: (kind, member, organisation, state)."""
    found: list[Told] = [
        select(literal(name), model.id, literal(0), model.state).where(model.id.in_(list(ids[name]))) for name, model in MEMBERS.items() if ids[name]]
    if ids["appraisal"]:
        found.append(_accepted_reviews(ids["appraisal"]))
    if ids["guarantee"]:
        found.append(select(literal("behind"), Reguarantee.guarantee_id, Reguarantee.organisation_id, Reguarantee.state).where(
            Reguarantee.guarantee_id.in_(list(ids["guarantee"]))))
    if ids["loan"]:
        found.append(select(literal("signed"), LoanSignature.loan_id, literal(0), LoanSignature.party).where(LoanSignature.loan_id.in_(list(ids["loan"]))))
    if ids["pledge"]:
        found.append(select(literal("selling"), Disposal.pledge_id, literal(0), Disposal.state).where(
            Disposal.pledge_id.in_(list(ids["pledge"])), Disposal.state.in_(SELLING)))
    return found


@dataclass(frozen=True)
class Around:
    """The states of the members of several cases and what hangs on them, read in one statement."""

    rows: Mapping[str, Sequence[tuple[int, int, str]]]
    sheets: set[tuple[int, int]]

    def state(self, kind: str, member_id: int | None) -> str:
        """The state of a member; nothing where the case has none."""
        return next((state for found, _by, state in self.rows.get(kind, ()) if found == member_id), "")

    def of(self, kind: str, member_id: int | None) -> list[tuple[int, str]]:
        """What hangs on a member: by which organisation, in which state."""
        return [(by, state) for found, by, state in self.rows.get(kind, ()) if found == member_id]


def around(cases: Sequence[Case]) -> Around:
    """Read what decides the stages of several cases."""
    ids = {name: {found for case in cases if (found := getattr(case, f"{name}_id"))} for name in MEMBERS}
    asked, rows = _asked(ids), dict[str, list[tuple[int, int, str]]]()
    told: Any = db.session.execute(union_all(*asked)) if asked else ()
    for kind, member_id, by, state in told:
        rows.setdefault(kind, []).append((member_id, by, state))
    return Around(rows, appraisals.accepted_scorecards(ids["scorecard"]))


def facts_of(cases: Sequence[Case]) -> dict[int, CaseFacts]:
    """What decides the stage of several cases, read together."""
    told = around(cases)
    return {case.id: _facts(case, told) for case in cases}


def _facts(case: Case, told: Around) -> CaseFacts:
    behind = told.of("behind", case.guarantee_id)
    stands = (ReguaranteeState.APPROVED, ReguaranteeState.EFFECTIVE, ReguaranteeState.ENDED)
    confirmed = {organisation_id for organisation_id, state in behind if state in stands}
    reviewed = {by for by, _state in told.of("review", case.appraisal_id)}
    return CaseFacts(
        state=case.state, route=case.route,
        sealed=(told.state("appraisal", case.appraisal_id) or told.state("scorecard", case.scorecard_id)) in SEALED,
        review_accepted=any(each in reviewed or (case.scorecard_id, each) in told.sheets for each in case.reviewers),
        guarantee=told.state("guarantee", case.guarantee_id),
        reguaranteed=bool(case.reguarantors) and case.reguarantors <= confirmed,
        reguarantee_declined=any(state == ReguaranteeState.DECLINED for _id, state in behind),
        loan=told.state("loan", case.loan_id), pledge=told.state("pledge", case.pledge_id), disposing=bool(told.of("selling", case.pledge_id)),
    )


def stage_of(case: Case) -> Stage:
    """The stage of one case now."""
    return derive_stage(facts_of([case])[case.id])


def stages_of(cases: Sequence[Case]) -> dict[int, Stage]:
    """The stages of several cases, read together."""
    return {case_id: derive_stage(facts) for case_id, facts in facts_of(cases).items()}


def is_waiting_for(case: Case, stage: Stage, actor: Actor) -> bool:
    """Whether the case waits for the actor's organisation."""
    parties = case.parties()
    return any(actor.organisation_id in parties.get(party, frozenset()) for party in waits_for(stage).parties)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the case: the organisations by name, what they are asked, since and until when."""

    names: tuple[str, ...]
    what: Text
    until: date | None


def holder_of(case: Case, stage: Stage, *, until: date | None = None) -> Holder:
    """Who acts next, by name."""
    waiting: Waiting = waits_for(stage)
    named = {"enterprise": case.enterprise.name, "bank": case.bank.name, "guarantor": case.guarantor.name if case.guarantor else ""}
    parties = case.parties()
    by_id: dict[int | None, str] = {case.organisation_id: named["enterprise"], case.bank_id: named["bank"], case.guarantor_id: named["guarantor"]}
    by_id |= dict.fromkeys(parties["reguarantor"], "")
    missing = [each for each in parties["reguarantor"] if "reguarantor" in waiting.parties]
    if missing:
        from exchange.people.accounts.queries import organisation_names

        for each, name in organisation_names(missing).items():
            by_id[each] = name
    ids = dict.fromkeys(each for party in waiting.parties for each in sorted(parties.get(party, frozenset())))
    return Holder(tuple(by_id.get(each, "") or "" for each in ids), waiting.what, until)


# ------------------------------------------------------------------ what waits

TASKS: dict[Stage, tuple[str, tuple[str, ...], str]] = {
    Stage.DRAFTING: ("enterprise", ("officer", "signatory"), ""),
    Stage.RETURNED: ("enterprise", ("officer", "signatory"), ""),
    Stage.CHECKING: ("acceptor", ("officer",), ""),
    Stage.VALUING: ("enterprise", ("officer", "signatory"), "/appraisal"),
    Stage.REVIEWING: ("acceptor", ("officer",), ""),
    Stage.DECLINED: ("enterprise", ("officer", "signatory"), ""),
}


def tasks(actor: Actor) -> list[Task]:
    """The cases that wait for this actor and stand in nobody else's queue."""
    if actor.kind not in ("enterprise", "research", "bank", "guarantor"):
        return []
    wanted = select(Case).where(_visible(actor), Case.state.in_(LIVE)).order_by(Case.id.desc()).limit(100)
    cases = list(db.session.scalars(wanted))
    told = around(cases)
    found = [task for case in cases if (task := _task(case, derive_stage(_facts(case, told)), actor, told)) is not None]
    return found[:50]


def _task(case: Case, stage: Stage, actor: Actor, told: Around) -> Task | None:
    title, place = case.enterprise.name, f"/cases/{case.public_id}"
    parties = case.parties()
    if stage in TASKS:
        party, grades, suffix = TASKS[stage]
        if actor.organisation_id in parties[party] and actor.grade in grades:
            return Task("case", case.public_id, title, waits_for(stage).what, case.due_on, case.number, place + suffix)
    if stage == Stage.CREDITING and case.loan_id is None and actor.organisation_id == case.bank_id and actor.grade == "officer":
        return Task("case", case.public_id, title, waits_for(stage).what, case.due_on, case.number, place + "/credit")
    if stage == Stage.CONTRACTING and _must_sign(case, actor, {party for _by, party in told.of("signed", case.loan_id)}):
        return Task("case", case.public_id, title, _("Read and sign the contracts"), case.due_on, case.number, place + "/sign")
    return None


def side_of(case: Case, actor: Actor) -> str:
    """On which side of the contracts the actor signs: borrower, bank, guarantor, or none."""
    sides = {case.organisation_id: ("borrower", "signatory"), case.bank_id: ("bank", "approver"), case.guarantor_id: ("guarantor", "approver")}
    side, grade = sides.get(actor.organisation_id, ("", ""))
    return side if actor.grade == grade else ""


def _must_sign(case: Case, actor: Actor, signed: set[str]) -> bool:
    side = side_of(case, actor)
    return bool(side) and side not in signed and bool(case.contract_sha256)


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases stand at a stage."""

    stage: Stage
    count: int


def pipeline(actor: Actor) -> list[Count]:
    """The live cases of this actor by stage."""
    cases = list(db.session.scalars(select(Case).where(_visible(actor), Case.state.in_(LIVE)).limit(500)))
    sums: dict[Stage, int] = {}
    for stage in stages_of(cases).values():
        sums[stage] = sums.get(stage, 0) + 1
    return [Count(stage, sums[stage]) for stage in Stage if stage in sums]


def live_count(organisation_id: int) -> int:
    """How many live cases an organisation has applied for."""
    wanted = select(func.count()).select_from(Case).where(Case.organisation_id == organisation_id, Case.state.in_(LIVE))
    return int(db.session.scalar(wanted) or 0)


NOT_YET = (*BEFORE_CHECK, CaseState.SUBMITTED)
UNPAID = (LoanStage.DRAFTED, LoanStage.APPROVED, LoanStage.SIGNED)


@dataclass(frozen=True, slots=True)
class CoverView:
    """What the patents of a case would carry, patent by patent."""

    rows: tuple[tuple[str, Money, int, Money], ...]
    value: Money
    limit: Money
    haircut_bp: int


def cover_of(case: Case) -> CoverView | None:
    """The reviewer's value for lending and what may be lent on it; nothing while no review is accepted."""
    if case.scorecard_id is not None:
        return _scored_cover(case, case.scorecard_id)
    if case.appraisal_id is None or stage_of(case) in (Stage.VALUING, Stage.REVIEWING):
        return None
    review = appraisals.accepted_review(case.appraisal_id, organisation_ids=case.reviewers)
    if review is None:
        return None
    report = appraisals.sealed_appraisal(case.appraisal_id)
    parts = split(review.value_for_lending, [item.value.minor for item in report.items])
    numbers = {each.patent_id: each.patent.shown_number for each in case.patents}
    rows = tuple(
        (numbers[item.patent_id], part, item.cap_bp, part.basis_points(item.cap_bp, "down"))
        for item, part in zip(report.items, parts, strict=True) if item.patent_id in numbers
    )
    return CoverView(rows, review.value_for_lending, total([row[3] for row in rows]), review.haircut_bp)


def _scored_cover(case: Case, scorecard_id: int) -> CoverView | None:
    """On a scorecard: the reviewer's own values less the haircut, at the policy's caps."""
    review = appraisals.accepted_scorecard(scorecard_id, organisation_ids=case.reviewers)
    if review is None:
        return None
    numbers = {each.patent_id: each.patent.shown_number for each in case.patents}
    rows = tuple((numbers[patent_id], value, cap_bp, value.basis_points(cap_bp, "down")) for patent_id, value, cap_bp in review.values if patent_id in numbers)
    return CoverView(rows, total([row[1] for row in rows]), total([row[3] for row in rows]), review.haircut_bp)


def case_named(public_id: str) -> Case:
    """The case of a public id, for jobs."""
    return by_public_id(Case, public_id)
