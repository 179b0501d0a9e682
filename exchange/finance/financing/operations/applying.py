"""The application: opened, filled with papers, submitted when nothing is missing."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.core import calendar, clock, events, files, jobs, seal
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, DomainError, Forbidden, Invalid, faults_of
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.core.states import parties_of
from exchange.core.workdays import add_months, due_after_working_days
from exchange.finance.financing.models import Case, CasePaper, CasePatent
from exchange.finance.financing.operations.hats import wear_hat
from exchange.finance.financing.rules import OPTIONAL_PAPERS, PAPERS, check_parties, check_term, missing_papers, raise_all
from exchange.finance.financing.states import APPLICANT, BEFORE_CHECK, CASE
from exchange.finance.guarantees import queries as guarantees
from exchange.finance.loans.models import PURPOSES
from exchange.finance.pledges import queries as pledges
from exchange.finance.pledges.rules import check_items
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import queries as patents

CHECK_WORKING_DAYS = 3


@operation
def open_case(
    *, route: str, amount: Money, term_months: int, purpose: str, bank_id: int, patent_ids: Sequence[int],
    guarantor_id: int | None = None, scheme_id: int | None = None, pledgee: str = "", purpose_note: str = "", actor: Actor,
) -> Case:
    """Open an application of the actor's organisation for its own registered patents."""
    chosen = pledgee or ("bank" if route == "direct" else "guarantor")
    case = Case(
        organisation_id=actor.organisation_id, number=next_number("RZ"), route=route, pledgee=chosen, amount=amount,
        term_months=term_months, purpose=purpose, purpose_note=purpose_note, bank_id=bank_id, guarantor_id=guarantor_id,
        scheme_id=scheme_id,
    )
    with CASE.move(case, "open", actor, route=route, amount=amount, term_months=term_months):
        check_case_terms(case)
        add(case)
        flush()
        _keep_patents(case, patent_ids)
        wear_hat(case, actor=actor)
    return case


def check_case_terms(case: Case) -> None:
    if case.amount.minor <= 0:
        raise Invalid("AMOUNT_MALFORMED", field="amount")
    if case.purpose not in PURPOSES:
        raise Invalid("CHOICE_UNKNOWN", field="purpose", choices=", ".join(PURPOSES))
    check_term(case.term_months)
    if organisation(case.bank_id).kind != "bank":
        raise Invalid("CHOICE_UNKNOWN", field="bank", choices="bank")
    if case.guarantor_id is not None and organisation(case.guarantor_id).kind != "guarantor":
        raise Invalid("CHOICE_UNKNOWN", field="guarantor", choices="guarantor")
    scheme = guarantees.get_scheme(case.scheme_id) if case.scheme_id is not None else None
    usable = scheme is not None and scheme.in_use(clock.today())
    reguaranteed = (scheme.reguaranteed and usable) if scheme is not None else None
    check_parties(case.route, guarantor_id=case.guarantor_id, scheme_reguaranteed=reguaranteed, pledgee=case.pledgee)
    if case.guarantor_id is not None and guarantees.controls(case.organisation_id, case.guarantor_id):
        raise Conflict("LIMIT_SHAREHOLDER", field="guarantor")


def _keep_patents(case: Case, patent_ids: Sequence[int]) -> None:
    check_items(patent_ids)
    known = {each.patent_id: each for each in case.patents}
    for patent_id, row in known.items():
        if patent_id not in patent_ids:
            db.session.delete(row)
    for position, patent_id in enumerate(patent_ids, start=1):
        _check_owned(case, patent_id)
        if patent_id in known:
            known[patent_id].position = position
        else:
            add(CasePatent(case_id=case.id, patent_id=patent_id, position=position))
    flush()
    db.session.expire(case, ["patents"])


def _check_owned(case: Case, patent_id: int) -> None:
    patent = patents.get_patent(patent_id)
    owners = {owner.organisation_id for owner in patents.shares_on(patent_id, clock.today())}
    if str(patent.state) != "registered" or case.organisation_id not in owners:
        raise Invalid("CASE_PATENT_OTHER", field="patents", patent=patent.shown_number)


@operation
def edit_case(
    case: Case, *, amount: Money, term_months: int, purpose: str, purpose_note: str = "", patent_ids: Sequence[int], actor: Actor,
) -> Case:
    """Change a draft or a returned application."""
    lock(case)
    check_applicant(case, actor)
    case.amount, case.term_months, case.purpose, case.purpose_note = amount, term_months, purpose, purpose_note
    check_case_terms(case)
    _keep_patents(case, patent_ids)
    events.note(case, "edit", actor, amount=amount, term_months=term_months)
    return case


def check_applicant(case: Case, actor: Actor) -> None:
    """The applicant's side, while the application is with it."""
    if not APPLICANT.fits(actor, parties_of(case)):
        raise Forbidden()
    if case.state not in BEFORE_CHECK:
        raise Conflict("WRONG_STATE", state=case.status.label, actions="—")
    wear_hat(case, actor=actor)


@operation
def attach_paper(case: Case, *, kind: str, upload: files.Upload, actor: Actor) -> CasePaper:
    """Add a paper to the application; the newest of its kind counts."""
    lock(case)
    check_applicant(case, actor)
    if kind not in PAPERS and kind not in OPTIONAL_PAPERS:
        raise Invalid("CHOICE_UNKNOWN", field="kind", choices=", ".join((*PAPERS, *OPTIONAL_PAPERS)))
    attachment = files.attach(
        upload, noun="case", object_id=case.public_id, organisation_id=case.organisation_id, kind=kind, user_id=actor.user_id,
    )
    paper: CasePaper = add(CasePaper(
        case_id=case.id, kind=kind, filename=attachment.filename, sha256=attachment.sha256, size=attachment.size,
        attachment_id=attachment.public_id, added_by=actor.user_id,
    ))
    flush()
    db.session.expire(case, ["papers"])
    events.note(case, "paper", actor, kind=kind, sha256=paper.sha256)
    return paper


@operation
def answer_case(case: Case, *, remark_id: int, answer: str, actor: Actor) -> Case:
    """Answer a remark of the checking side."""
    lock(case)
    check_applicant(case, actor)
    remark = next((each for each in case.remarks if each.id == remark_id), None)
    if remark is None or remark.answer:
        raise Invalid("CHOICE_UNKNOWN", field="remark_id", choices=", ".join(str(each.id) for each in case.open_remarks))
    if not answer.strip():
        raise Invalid("MISSING_FIELD", field="answer")
    remark.answer, remark.answered_at = answer.strip(), clock.now()
    events.note(case, "answer", actor, remark=remark_id)
    return case


@operation
def submit_case(case: Case, *, actor: Actor) -> Case:
    """Submit; everything that is missing is named at once."""
    lock(case)
    with CASE.move(case, "submit", actor, amount=case.amount, patents=len(case.patents)) as moving:
        wear_hat(case, actor=actor)
        raise_all([*missing_papers(case.live_papers), *_open_remarks(case), *against_pledge(case)])
        check_case_terms(case)
        case.submitted_on, case.application_code = clock.today(), seal.new_code()
        case.due_on = due_after_working_days(calendar.china(), clock.today(), CHECK_WORKING_DAYS).day
        moving.payload["papers"] = {kind: paper.sha256 for kind, paper in case.live_papers.items()}
    jobs.enqueue("case.application", {"id": case.public_id, "code": case.application_code}, key=case.application_code, title=case.number, organisation_id=case.organisation_id)
    return case


def _open_remarks(case: Case) -> list[DomainError]:
    return [
        Invalid("CASE_REMARK_OPEN", field=f"remarks.{number}", number=number)
        for number, remark in enumerate(case.remarks, start=1) if not remark.answer
    ]


def against_pledge(case: Case) -> list[DomainError]:
    """Every ground of refusal 1 to 9 that stands against a pledge of the case's patents today."""
    today = clock.today()
    found = pledges.check_patents(
        [each.patent_id for each in case.patents], pledgor_id=case.organisation_id, debt_to=add_months(today, case.term_months), on=today,
    )
    return [fault for ground in found.refusals for fault in faults_of(ground.refusal())]



def needed_file(upload: files.Upload | None) -> files.Upload:
    """The file that must come with a paper."""
    if upload is None:
        raise Invalid("MISSING_FIELD", field="file")
    return upload
