"""Commission, acceptance and sharing of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from exchange.core import calendar, clock, workdays
from exchange.core.access import Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Invalid
from exchange.core.events import note
from exchange.core.money import Money
from exchange.core.numbers import next_number
from exchange.people.accounts import queries as accounts
from exchange.registers.patents import queries as patents

from ..models import Appraisal, AppraisalAssumption, AppraisalMethod, AppraisalNote, AppraisalPatent, AppraisalRemark, AppraisalShare
from ..queries.limits import ACCEPT_DAYS, ANSWER_DAYS, DUE_DAYS, MAX_AGE, PORTFOLIO_PATENTS
from ..queries import appraisals_of_patents, members_of, patent_facts
from ..rules import independence, validity
from ..rules.facts import plain_facts
from ..rules.vocabulary import METHODS
from ..states import APPRAISAL, BEFORE_ISSUE, AppraisalState as S


def working_day(days: int) -> date:
    """The day that many working days from today."""
    return workdays.add_working_days(calendar.china(), clock.today(), days)


def check_patents(patent_ids: Sequence[int], *, actor: Actor, holder_consent: str) -> int:
    """The patents are registered, in force, named once, of one holder who agrees; answers the holder."""
    if len(set(patent_ids)) != len(patent_ids) or not patent_ids:
        raise Invalid("DUPLICATE_PATENT" if patent_ids else "MISSING_FIELD", field="patents")
    holders = set()
    for patent_id in patent_ids:
        patent = patents.get_patent(patent_id)
        if str(patent.state) not in ("registered", "disputed"):
            raise Invalid("PATENT_NOT_REGISTERED", field="patents")
        validity.check_in_force(legal_status=str(patent.legal_status), ended_on=patent.expires_on, on=clock.today())
        holders.add(patent.organisation_id)
    if actor.organisation_id not in holders and not holder_consent.strip():
        raise Invalid("HOLDER_CONSENT_MISSING", field="holder_consent")
    return actor.organisation_id if actor.organisation_id in holders else min(holders)


@operation
def commission_appraisal(
    *, institution_id: int, patent_ids: Sequence[int], purpose: str, valuation_date: date, document_kind: str = "analysis",
    value_type: str = "market_value", requested: Money | None = None, requested_term_months: int | None = None, fee: Money | None = None,
    holder_consent: str = "", supersedes_id: int | None = None, disclose_value: bool = False, demonstration: bool = False, actor: Actor,
) -> Appraisal:
    """Commission a report from an institution that the client chooses freely."""
    if len(patent_ids) > PORTFOLIO_PATENTS.number():
        raise Invalid("PORTFOLIO_TOO_LARGE", field="patents", limit=PORTFOLIO_PATENTS.number(), count=len(patent_ids))
    holder_id = check_patents(patent_ids, actor=actor, holder_consent=holder_consent)
    validity.check_valuation_date(valuation_date, today=clock.today(), max_age_days=MAX_AGE.number())
    independence.check_institution(institution_id=institution_id, client_id=actor.organisation_id, holder_id=holder_id)
    if accounts.organisation(institution_id).kind != "appraiser":
        raise Invalid("CHOICE_UNKNOWN", field="institution", choices="—")
    made = Appraisal(
        organisation_id=actor.organisation_id, number=next_number("PG"), holder_id=holder_id, institution_id=institution_id,
        document_kind=document_kind, purpose=purpose, value_type=value_type, valuation_date=valuation_date, requested=requested,
        requested_term_months=requested_term_months, fee=fee, due_on=working_day(ACCEPT_DAYS.number()), commissioned_by=actor.user_id,
        holder_consent=holder_consent, supersedes_id=supersedes_id, disclose_value=disclose_value, demonstration=demonstration)
    with APPRAISAL.move(made, "commission", actor, patents=len(patent_ids), purpose=purpose):
        add(made)
        flush()
        for position, patent_id in enumerate(patent_ids, start=1):
            add(AppraisalPatent(appraisal_id=made.id, patent_id=patent_id, position=position, snapshot={},
                                share_bp=_even_share(position, len(patent_ids))))
    return made


def _even_share(position: int, count: int) -> int:
    return 10000 // count + (1 if position <= 10000 % count else 0)


def affiliated_parties(appraisal: Appraisal) -> list[str]:
    """Names of client, holder and readers to which the institution is tied."""
    tied = {appraisal.organisation_id, appraisal.holder_id, *(share.organisation_id for share in appraisal.shares if share.revoked_at is None)}
    found = [organisation for organisation in tied if accounts.are_affiliated(appraisal.institution_id, organisation)]
    return sorted(accounts.organisation_names(found).values())


@operation
def accept_appraisal(
    appraisal: Appraisal, *, second_id: int, reviewer_id: int, declared: bool, contract_reference: str, fee: Money | None = None,
    lead_certificate: str = "", second_certificate: str = "", actor: Actor,
) -> Appraisal:
    """Accept the commission with a team of three, a declaration of independence and a written contract."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "accept", actor) as moving:
        check_acceptance(appraisal, actor=actor, second_id=second_id, reviewer_id=reviewer_id, declared=declared,
                         certificates=bool(lead_certificate.strip() and second_certificate.strip()))
        if not contract_reference.strip():
            raise Invalid("MISSING_FIELD", field="contract_reference")
        appraisal.lead_id, appraisal.second_id, appraisal.reviewer_id = actor.user_id, second_id, reviewer_id
        appraisal.lead_certificate, appraisal.second_certificate = lead_certificate, second_certificate
        appraisal.contract_reference, appraisal.fee = contract_reference, fee or appraisal.fee
        appraisal.independence = clock.now().isoformat(timespec="seconds")
        appraisal.due_on = working_day(DUE_DAYS.number())
        moving.payload |= {"lead": actor.public_id, "due_on": appraisal.due_on}
        take_snapshots(appraisal)
        prefill(appraisal, actor.user_id)
    return appraisal


def check_acceptance(appraisal: Appraisal, *, actor: Actor, second_id: int, reviewer_id: int, declared: bool, certificates: bool) -> None:
    """The institution is independent, filed where it must be, and not already at work on these patents."""
    independence.check_affiliations(affiliated_parties(appraisal), declared=declared)
    members = {member.person_id for member in members_of(appraisal.institution_id)}
    independence.check_team(lead_id=actor.user_id, second_id=second_id, reviewer_id=reviewer_id, members=members)
    institution = accounts.organisation(appraisal.institution_id)
    independence.check_kind(appraisal.document_kind, filed=bool(institution.licence_no), certified=certificates)
    for other in appraisals_of_patents([row.patent_id for row in appraisal.patents]):
        if other.id != appraisal.id and other.institution_id == appraisal.institution_id and other.state in BEFORE_ISSUE:
            raise Invalid("OPPOSED_COMMISSION", field="institution")


def take_snapshots(appraisal: Appraisal) -> None:
    """The register's facts of today are written into the draft."""
    for row in appraisal.patents:
        row.snapshot = plain_facts(patent_facts(row.patent_id, clock.today()))


def prefill(appraisal: Appraisal, person_id: int) -> None:
    """What the register and the law say is entered with its source; the appraiser may change it."""
    today = clock.today()
    _prefill(appraisal, person_id, name="tax_rate", value="0.25", kind="reference-table", ref="企业所得税法 art. 4: 25 %", on=today)
    _prefill(appraisal, person_id, name="probability_valid", value="0.9", kind="appraiser-judgement",
             ref="Stability of granted inventions; to be set from the legal survey", on=today)
    for row in appraisal.patents:
        _prefill_survey(appraisal, row, person_id)
    for name in METHODS:
        add(AppraisalMethod(appraisal_id=appraisal.id, method=name, used=False))


def _prefill(appraisal: Appraisal, person_id: int, *, name: str, value: str, kind: str, ref: str, on: date) -> None:
    add(AppraisalAssumption(appraisal_id=appraisal.id, slot=f"{name}/0/0", name=name, value=value, source_kind=kind, source_ref=ref,
                            as_of=on, note=ref, entered_by=person_id))


def _prefill_survey(appraisal: Appraisal, row: AppraisalPatent, person_id: int) -> None:
    kept, on = row.snapshot, clock.today()
    texts = {
        "register_copy": f"{kept['number']}: {kept['legal_status']}; {', '.join(kept['owners'])}",
        "annuity": f"{kept['annuity_status']}; paid to year {kept['paid_to_year'] or '—'}",
        "co_owners": ", ".join(kept["owners"]) if len(kept["owners"]) > 1 else "—",
        "pledges_licences": ", ".join(kept["encumbrances"]) or "—",
    }
    for topic, text in texts.items():
        add(AppraisalNote(appraisal_id=appraisal.id, topic=topic, patent_id=row.patent_id, text=text, source_ref="register", as_of=on,
                          entered_by=person_id))


@operation
def decline_appraisal(appraisal: Appraisal, *, reason: str, actor: Actor) -> Appraisal:
    """Turn the commission down with a reason."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "decline", actor, reason=reason):
        appraisal.reason = required(reason)
    return appraisal


@operation
def cancel_appraisal(appraisal: Appraisal, *, reason: str, actor: Actor) -> Appraisal:
    """The client takes the commission back; the work done is kept."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "cancel", actor, reason=reason):
        appraisal.reason = required(reason)
    return appraisal


def required(reason: str) -> str:
    """A reason that says something."""
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    return reason.strip()


@operation
def challenge_appraisal(appraisal: Appraisal, *, place: str, text: str, actor: Actor) -> Appraisal:
    """The client asks that a person step aside; nothing is submitted until this is answered."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "challenge", actor, to=appraisal.state):
        add(AppraisalRemark(appraisal_id=appraisal.id, kind="challenge", place=required(place), text=required(text), raised_by=actor.user_id,
                            due_on=working_day(ANSWER_DAYS.number())))
    return appraisal


@operation
def respond_appraisal(appraisal: Appraisal, *, answer: str, second_id: int | None = None, reviewer_id: int | None = None, actor: Actor) -> Appraisal:
    """The institution answers the challenge with a new person or a reason."""
    lock(appraisal)
    with APPRAISAL.move(appraisal, "respond", actor, to=appraisal.state):
        open_ones = [row for row in appraisal.remarks if row.kind == "challenge" and row.open]
        if not open_ones:
            raise Invalid("MISSING_FIELD", field="challenge")
        for row in open_ones:
            row.answer, row.answered_by, row.closed_at = required(answer), actor.user_id, clock.now()
        appraisal.second_id, appraisal.reviewer_id = second_id or appraisal.second_id, reviewer_id or appraisal.reviewer_id
        if appraisal.state == S.DRAFTING:
            members = {member.person_id for member in members_of(appraisal.institution_id)}
            independence.check_team(lead_id=appraisal.lead_id or 0, second_id=appraisal.second_id or 0,
                                    reviewer_id=appraisal.reviewer_id or 0, members=members)
    return appraisal


@operation
def share_appraisal(appraisal: Appraisal, *, organisation_id: int, purpose: str = "", until: date | None = None, actor: Actor) -> AppraisalShare:
    """The client lets a bank or guarantor read the report until a day."""
    lock(appraisal)
    if accounts.organisation(organisation_id).kind not in ("bank", "guarantor", "reguarantor"):
        raise Invalid("CHOICE_UNKNOWN", field="organisation", choices="bank, guarantor, reguarantor")
    live = next((row for row in appraisal.shares if row.organisation_id == organisation_id and row.revoked_at is None), None)
    if live is not None:
        live.until, live.purpose = until, purpose or live.purpose
        return live
    made: AppraisalShare = add(AppraisalShare(
        appraisal_id=appraisal.id, organisation_id=organisation_id, purpose=purpose, until=until, granted_by=actor.user_id))
    flush()
    note(appraisal, "share", actor, reader=organisation_id, until=until)
    return made


@operation
def unshare_appraisal(appraisal: Appraisal, *, organisation_id: int, actor: Actor) -> Appraisal:
    """The client ends a reader's access; reviews made so far stay."""
    lock(appraisal)
    for row in appraisal.shares:
        if row.organisation_id == organisation_id and row.revoked_at is None:
            row.revoked_at = clock.now()
            note(appraisal, "unshare", actor, reader=organisation_id)
    return appraisal
