"""From the application to the signed guarantee."""

from __future__ import annotations

from exchange.appraisals import queries as appraisals
from exchange.core import clock
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money, split
from exchange.core.numbers import next_number
from exchange.core.parameters import parameter
from exchange.core.workdays import add_months
from exchange.finance.guarantees import queries, rules
from exchange.finance.guarantees.models import (
    COUNTER_KINDS, CounterGuarantee, Exposure, Guarantee, GuaranteeShare, GuaranteeSignature,
)
from exchange.finance.guarantees.operations.parts import check_not_held, decide_by, fresh, needed_reason, tell_loan
from exchange.finance.guarantees.operations.reguaranteeing import lapse_reguarantee, request_reguarantee
from exchange.finance.guarantees.states import GUARANTEE, GuaranteeState, ReguaranteeState
from exchange.finance.loans import operations as loans
from exchange.finance.loans.queries import get_loan
from exchange.finance.pledges import queries as pledges
from exchange.people.accounts.models import Organisation
from exchange.people.accounts.queries import are_affiliated, check_authority, organisation

USUAL_FEE = parameter("guarantees.usual_fee_bp", 80, source="demonstration default, to be confirmed by the operator")


@operation
def apply_guarantee(
    *, guarantor_id: int, client_id: int, bank_id: int, amount: Money, term_months: int, scheme_id: int | None = None,
    appraisal_id: int | None = None, scorecard_id: int | None = None, kind: str | None = None, actor: Actor,
) -> Guarantee:
    """Ask a guarantor to stand behind a loan; never for its controlling shareholder or controller (条例 17)."""
    _check_kinds(guarantor_id, bank_id)
    if queries.controls(client_id, guarantor_id):
        raise Conflict("LIMIT_SHAREHOLDER", field="guarantor_id")
    guarantee = Guarantee(
        organisation_id=guarantor_id, client_id=client_id, bank_id=bank_id, number=next_number("DB"), amount=amount,
        term_months=term_months, scheme_id=scheme_id, appraisal_id=appraisal_id, scorecard_id=scorecard_id, kind=kind, fee_basis="amount",
        due_on=decide_by(), affiliated=are_affiliated(guarantor_id, client_id), cap=None, fee=None,
    )
    with GUARANTEE.move(guarantee, "apply", actor, amount=amount, term_months=term_months):
        add(guarantee)
        flush()
    return guarantee


def _check_kinds(guarantor_id: int, bank_id: int) -> None:
    for organisation_id, kind, field in ((guarantor_id, "guarantor", "guarantor_id"), (bank_id, "bank", "bank_id")):
        if organisation(organisation_id).kind != kind:
            raise Invalid("CHOICE_UNKNOWN", field=field, choices=kind)


@operation
def name_appraisal_of(guarantee: Guarantee, *, appraisal_id: int | None, scorecard_id: int | None = None, actor: Actor) -> Guarantee:
    """Say on which report or scorecard the guarantee rests, told by the case."""
    lock(guarantee)
    if guarantee.state != GuaranteeState.APPLIED:
        raise Conflict("WRONG_STATE", state=guarantee.status.label, actions="—")
    guarantee.appraisal_id, guarantee.scorecard_id = appraisal_id, scorecard_id
    return guarantee


@operation
def approve_guarantee(
    guarantee: Guarantee, *, kind: str | None = None, period_months: int | None = None, fee_bp: int, counter: str = "pledge",
    actor: Actor,
) -> Guarantee:
    """Approve on present facts: the accepted review, the limits under lock, the scheme, kind, fee and counter-security."""
    _lock_limits(guarantee)
    with GUARANTEE.move(guarantee, "approve", actor, fee_bp=fee_bp, kind=kind or guarantee.kind) as moving:
        check_not_held(guarantee)
        chosen = kind or guarantee.kind
        if chosen not in rules.KINDS:
            raise Conflict("GUARANTEE_KIND_MISSING", field="kind")
        _check_fee(guarantee, fee_bp)
        _check_review(guarantee)
        _check_scheme(guarantee)
        limits = queries.limits(guarantee.organisation_id, guarantee.client_id, _promised(guarantee))
        limits.raise_any()
        if actor.confirming is not None:
            check_authority(actor, "guarantee:approve", guarantee.amount)
        _keep_decision(guarantee, chosen, period_months=period_months, fee_bp=fee_bp, counter=counter)
        moving.payload |= {"limit": Money(limits.limit), "after": Money(limits.after), "fee": guarantee.fee}
    tell_loan(guarantee)
    _ask_reguarantors(guarantee)
    return guarantee


def _lock_limits(guarantee: Guarantee) -> None:
    """The guarantor's net assets and the client group are locked before exposures are summed."""
    year = queries.current_year(guarantee.organisation_id)
    root = db.session.get_one(Organisation, min(queries.client_group(guarantee.client_id)))
    lock(*([root, year, guarantee] if year is not None else [root, guarantee]))


def _check_fee(guarantee: Guarantee, fee_bp: int) -> None:
    rules.check_fee(fee_bp)
    usual = USUAL_FEE.number()
    if guarantee.affiliated and fee_bp < usual:
        from decimal import Decimal

        raise Conflict("GUARANTEE_AFFILIATE_TERMS", field="fee_bp", least=str(Decimal(usual) / 100))


def _check_review(guarantee: Guarantee) -> None:
    """The guarantor accepted the present file of a usable report, and its patents could be pledged."""
    debt_to = add_months(clock.today(), guarantee.term_months)
    if guarantee.scorecard_id is not None:
        sheet = appraisals.sealed_scorecard(guarantee.scorecard_id)
        appraisals.check_scorecard(sheet.id, patent_ids=sheet.patent_ids, on=clock.today(), amount=guarantee.amount)
        if appraisals.accepted_scorecard(sheet.id, organisation_ids=[guarantee.organisation_id]) is None:
            raise Conflict("SCORECARD_REVIEW_MISSING", field="appraisal", number=sheet.number)
        pledges.check_patents(sheet.patent_ids, pledgor_id=guarantee.client_id, debt_to=debt_to).raise_any()
        return
    if guarantee.appraisal_id is None:
        raise Conflict("REVIEW_MISSING", field="appraisal", patent="—")
    report = appraisals.sealed_appraisal(guarantee.appraisal_id)
    appraisals.check_usable(report.id, patent_ids=report.patent_ids, on=clock.today())
    if appraisals.accepted_review(report.id, organisation_ids=[guarantee.organisation_id]) is None:
        raise Conflict("REVIEW_MISSING", field="appraisal", patent=report.number)
    pledges.check_patents(report.patent_ids, pledgor_id=guarantee.client_id, debt_to=debt_to).raise_any()


def _check_scheme(guarantee: Guarantee) -> None:
    scheme = guarantee.scheme
    if scheme is None:
        return
    if not scheme.in_use(clock.today()):
        raise Conflict("SCHEME_NOT_IN_USE", field="scheme")
    rules.check_scheme(scheme.weights, scheme.profile)
    rules.check_loan_size(guarantee.amount, scheme.max_loan)
    missing = [str(each.label) for each in scheme.members if each.role not in rules.OWN_ROLES and each.organisation_id is None]
    if missing:
        raise Conflict("SCHEME_PARTY_MISSING", field="scheme", roles=", ".join(missing))


def _promised(guarantee: Guarantee) -> Money:
    return guarantee.amount.basis_points(_part(guarantee), "down")


def _part(guarantee: Guarantee) -> int:
    settlement = guarantee.scheme.settlement if guarantee.scheme is not None else "guarantor_advances"
    return rules.guaranteed_bp(queries.parties_of(guarantee), settlement)


def _keep_decision(guarantee: Guarantee, kind: str, *, period_months: int | None, fee_bp: int, counter: str) -> None:
    from decimal import Decimal

    if counter not in COUNTER_KINDS:
        raise Invalid("CHOICE_UNKNOWN", field="counter", choices=", ".join(COUNTER_KINDS))
    guarantee.kind, guarantee.period_months, guarantee.fee_bp = kind, period_months, fee_bp
    guarantee.guaranteed_bp = _part(guarantee)
    guarantee.cap = guarantee.guaranteed
    guarantee.fee = rules.guarantee_fee(guarantee.guaranteed, Decimal(fee_bp) / 100, guarantee.term_months)
    guarantee.approved_on, guarantee.due_on = clock.today(), None
    add(CounterGuarantee(guarantee_id=guarantee.id, kind=counter, provider_id=guarantee.client_id, amount=guarantee.guaranteed))
    _freeze_shares(guarantee)
    _reserve(guarantee)


def _freeze_shares(guarantee: Guarantee) -> None:
    parties = queries.parties_of(guarantee)
    parts = split(guarantee.amount, [each.weight for each in parties])
    for position, (party, part) in enumerate(zip(parties, parts, strict=True), start=1):
        add(GuaranteeShare(
            guarantee_id=guarantee.id, ord=position, role=party.role, organisation_id=party.organisation_id,
            weight_bp=int(party.weight * 100), amount=part,
        ))
    fresh(guarantee, "shares", "counters")


def _reserve(guarantee: Guarantee) -> None:
    client = organisation(guarantee.client_id)
    add(Exposure(
        guarantor_id=guarantee.organisation_id, client_id=guarantee.client_id, guarantee_id=guarantee.id,
        reserved=guarantee.guaranteed, outstanding=Money(0),
        weight_bp=rules.liability_weight(guarantee.guaranteed.minor, small=client.is_small, agricultural=client.is_agri),
    ))
    flush()


def _ask_reguarantors(guarantee: Guarantee) -> None:
    if guarantee.scheme is None or not guarantee.scheme.reguaranteed:
        return
    for organisation_id in dict.fromkeys(each.organisation_id for each in queries.shares_of(guarantee) if each.organisation_id):
        request_reguarantee(guarantee, organisation_id=organisation_id, actor=SYSTEM)


@operation
def decline_guarantee(guarantee: Guarantee, *, reason: str, actor: Actor) -> Guarantee:
    """Decline with a reason."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "decline", actor, reason=reason):
        guarantee.reason, guarantee.due_on = needed_reason(reason), None
    tell_loan(guarantee)
    return guarantee


@operation
def tie_guarantee(guarantee: Guarantee, *, loan_id: int, pledge_id: int | None, actor: Actor) -> Guarantee:
    """The loan that the guarantee stands behind, with the conditions that the loan must wait for."""
    lock(guarantee)
    guarantee.loan_id = loan_id
    loans.join_loan(actor, loan_id, organisation_id=guarantee.organisation_id, role="guarantor")
    kinds = ["guarantee_approved", "guarantee_signed"]
    for share in queries.shares_of(guarantee):
        if share.organisation_id is not None:
            loans.join_loan(actor, loan_id, organisation_id=share.organisation_id, role="reguarantor")
            kinds.append("reguarantee_approved")
    for kind in dict.fromkeys(kinds):
        loans.require_condition(actor, loan_id, kind=kind)
    for counter in guarantee.counters:
        if counter.kind == "pledge":
            counter.pledge_id = pledge_id
    _date_claims(guarantee)
    tell_loan(guarantee)
    return guarantee


def _date_claims(guarantee: Guarantee) -> None:
    if guarantee.loan_id is None:
        return
    guarantee.maturity = get_loan(guarantee.loan_id).maturity
    guarantee.deadline_on = rules.claim_deadline(guarantee.maturity, guarantee.period_months)


@operation
def sign_guarantee(guarantee: Guarantee, *, document_sha256: str, actor: Actor) -> Guarantee:
    """Sign for one's side; the guarantee is signed when client, guarantor and bank have, on one version."""
    lock(guarantee)
    side = next((name for name in ("client", "guarantor", "bank") if actor.organisation_id in guarantee.parties()[name]), "")
    missing = {"client", "guarantor", "bank"} - {each.side for each in guarantee.signatures} - {side}
    target = GuaranteeState.APPROVED if missing else GuaranteeState.SIGNED
    with GUARANTEE.move(guarantee, "sign", actor, to=target, side=side):
        check_not_held(guarantee)
        _check_document(guarantee, side, document_sha256)
        guarantee.contract_sha256 = document_sha256
        add(GuaranteeSignature(
            guarantee_id=guarantee.id, side=side, signer_id=actor.user_id, signer_name=actor.name, document_sha256=document_sha256,
        ))
        if not missing:
            guarantee.signed_on = clock.today()
        fresh(guarantee, "signatures")
    tell_loan(guarantee)
    return guarantee


def _check_document(guarantee: Guarantee, side: str, document_sha256: str) -> None:
    if any(each.side == side for each in guarantee.signatures):
        raise Conflict("GUARANTEE_SIGNED_BEFORE")
    if not document_sha256:
        raise Invalid("MISSING_FIELD", field="document")
    if guarantee.contract_sha256 and guarantee.contract_sha256 != document_sha256:
        raise Conflict("GUARANTEE_CONTRACT_DIFFERS", field="document")


@operation
def cancel_guarantee(guarantee: Guarantee, *, reason: str, actor: Actor) -> Guarantee:
    """Give the guarantee up before anything was paid out; its reservation is free again."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "cancel", actor, reason=reason):
        guarantee.reason = needed_reason(reason)
        _free(guarantee)
    return guarantee


@operation
def lapse_guarantee(guarantee: Guarantee, *, actor: Actor = SYSTEM) -> Guarantee:
    """An approval on which nothing was paid out in time lapses."""
    lock(guarantee)
    with GUARANTEE.move(guarantee, "lapse", actor):
        _free(guarantee)
    return guarantee


def _free(guarantee: Guarantee) -> None:
    exposure = queries.exposure_of(guarantee.id)
    if exposure is not None:
        exposure.reserved = Money(0)
    for each in guarantee.reguarantees:
        if each.state in (ReguaranteeState.REQUESTED, ReguaranteeState.APPROVED):
            lapse_reguarantee(each, actor=SYSTEM)
    guarantee.ended_on, guarantee.due_on = clock.today(), None
    if guarantee.loan_id is not None:
        for kind in ("guarantee_approved", "guarantee_signed"):
            loans.void_condition(SYSTEM, guarantee.loan_id, kind=kind)


@operation
def lapse_stale_guarantees() -> int:
    """Every approval that is too old lapses."""
    found = queries.stale_guarantees(rules.VALID_DAYS)
    for guarantee in found:
        lapse_guarantee(guarantee)
    return len(found)
