"""The check of the papers by the guarantor, or by the bank in the direct route; and the report the case rests on."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.appraisals import operations as appraisals
from exchange.appraisals import queries as read
from exchange.appraisals.models import Appraisal, Scorecard
from exchange.core import clock, events
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.states import parties_of
from exchange.finance.financing import queries
from exchange.finance.financing.models import Case, CaseCheck, CaseRemark
from exchange.finance.financing.operations.applying import against_pledge
from exchange.finance.financing.operations.hats import check_not_frozen, wear_hat
from exchange.finance.financing.rules import Stage, check_stage, raise_all
from exchange.finance.financing.states import APPLICANT, CASE
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.queries import get_guarantee
from exchange.finance.guarantees.states import GuaranteeState
from exchange.finance.pledges.rules import check_fresh
from exchange.people.accounts.queries import are_affiliated, organisation_names
from exchange.registers.patents import queries as patents


@operation
def return_case(case: Case, *, remarks: Sequence[str], actor: Actor) -> Case:
    """Send the application back with at least one remark."""
    lock(case)
    given = [text.strip() for text in remarks if text.strip()]
    with CASE.move(case, "return", actor, remarks=len(given)):
        wear_hat(case, actor=actor)
        if not given:
            raise Invalid("CASE_REMARK_NEEDED", field="remarks")
        for text in given:
            add(CaseRemark(case_id=case.id, text=text))
        case.due_on = None
        flush()
        db.session.expire(case, ["remarks"])
    return case


@operation
def accept_case(case: Case, *, actor: Actor) -> Case:
    """Accept on a fresh register and without any ground against the pledge; the guarantee is applied for at once."""
    lock(case)
    with CASE.move(case, "accept", actor) as moving:
        wear_hat(case, actor=actor)
        _check_register(case)
        raise_all(against_pledge(case))
        others = queries.other_cases([each.patent_id for each in case.patents], but=case.id)
        _keep_checks(case, others)
        case.accepted_on, case.due_on = clock.today(), None
        moving.payload["warnings"] = [each.number for each in others]
    if case.guarantor_id is not None:
        _apply_for_guarantee(case)
    return case


def _check_register(case: Case) -> None:
    today = clock.today()
    for each in case.patents:
        check_fresh(patents.register_status(each.patent_id, today).taken_on, today, patent=each.patent.shown_number)


def _keep_checks(case: Case, others: Sequence[Case]) -> None:
    number = 1 + max((each.round_no for each in case.checks), default=0)
    rows = [
        ("papers", True, ", ".join(sorted(case.live_papers))), ("register", True, clock.today().isoformat()), ("grounds", True, ""),
        ("other_cases", not others, ", ".join(each.number for each in others)),
    ]
    for rule, passed, note in rows:
        add(CaseCheck(case_id=case.id, round_no=number, rule=rule, passed=passed, note=note))
    flush()
    db.session.expire(case, ["checks"])


def _apply_for_guarantee(case: Case) -> None:
    if case.guarantor_id is None:
        return
    made = guarantees.apply_guarantee(
        guarantor_id=case.guarantor_id, client_id=case.organisation_id, bank_id=case.bank_id, amount=case.amount,
        term_months=case.term_months, scheme_id=case.scheme_id, appraisal_id=case.appraisal_id, scorecard_id=case.scorecard_id, actor=SYSTEM,
    )
    case.guarantee_id = made.id


@operation
def name_appraisal(case: Case, *, appraisal: Appraisal, actor: Actor) -> Case:
    """Say on which report the case rests and let its parties read it; the appraiser is tied to none of them (资产评估法)."""
    lock(case)
    if not APPLICANT.fits(actor, parties_of(case)):
        raise Forbidden()
    wear_hat(case, actor=actor)
    check_not_frozen(case)
    check_stage(queries.stage_of(case), BEFORE_CONTRACTS)
    _check_report(case, appraisal)
    case.appraisal_id, case.scorecard_id = appraisal.id, None
    flush()
    for organisation_id in sorted({case.bank_id, *case.reviewers, *case.reguarantors}):
        appraisals.share_appraisal(appraisal, organisation_id=organisation_id, purpose=case.number, actor=actor)
    _tell_guarantee(case)
    events.note(case, "appraisal", actor, appraisal=appraisal.number)
    return case


@operation
def name_scorecard(case: Case, *, scorecard: Scorecard, actor: Actor) -> Case:
    """Let the case rest on a scorecard instead of a report, which only a loan up to the ceiling may; its parties may read it."""
    lock(case)
    if not APPLICANT.fits(actor, parties_of(case)):
        raise Forbidden()
    wear_hat(case, actor=actor)
    check_not_frozen(case)
    check_stage(queries.stage_of(case), BEFORE_CONTRACTS)
    _check_scorecard(case, scorecard)
    case.scorecard_id, case.appraisal_id = scorecard.id, None
    flush()
    for organisation_id in sorted({case.bank_id, *case.reviewers, *case.reguarantors}):
        appraisals.share_scorecard(scorecard, organisation_id=organisation_id, purpose=case.number, actor=actor)
    _tell_guarantee(case)
    events.note(case, "scorecard", actor, scorecard=scorecard.number)
    return case


def _check_scorecard(case: Case, scorecard: Scorecard) -> None:
    if case.organisation_id not in (scorecard.organisation_id, scorecard.holder_id):
        raise Forbidden()
    if case.amount > scorecard.requested or case.term_months > scorecard.term_months:
        raise Conflict("CASE_SCORECARD_TERMS", field="scorecard", limit=scorecard.requested, months=scorecard.term_months)
    read.check_scorecard(scorecard.id, patent_ids=[each.patent_id for each in case.patents], on=clock.today(), amount=case.amount)


BEFORE_CONTRACTS = (
    Stage.DRAFTING, Stage.RETURNED, Stage.CHECKING, Stage.VALUING, Stage.REVIEWING, Stage.GUARANTEEING,
)


def _check_report(case: Case, appraisal: Appraisal) -> None:
    if case.organisation_id not in (appraisal.organisation_id, appraisal.holder_id):
        raise Forbidden()
    if appraisal.purpose != "pledge":
        raise Invalid("CHOICE_UNKNOWN", field="appraisal", choices="pledge")
    covered = {row.patent_id for row in appraisal.patents}
    if not {each.patent_id for each in case.patents} <= covered:
        raise Invalid("CASE_APPRAISAL_SCOPE", field="appraisal")
    for organisation_id in (case.organisation_id, case.guarantor_id, case.bank_id):
        if organisation_id is not None and are_affiliated(appraisal.institution_id, organisation_id):
            raise Conflict("CASE_APPRAISER_TIED", field="appraisal", party=organisation_names([organisation_id])[organisation_id])


def _tell_guarantee(case: Case) -> None:
    if case.guarantee_id is None or (case.appraisal_id is None and case.scorecard_id is None):
        return
    guarantee = get_guarantee(case.guarantee_id)
    if guarantee.state == GuaranteeState.APPLIED:
        guarantees.name_appraisal_of(guarantee, appraisal_id=case.appraisal_id, scorecard_id=case.scorecard_id, actor=SYSTEM)
