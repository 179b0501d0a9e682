"""One contract pack, made once the credit is granted, signed by each side in one act; and the case's other documents."""

from __future__ import annotations

from exchange.core import events, jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import lock, operation
from exchange.core.errors import Conflict, Forbidden, Invalid
from exchange.core.states import parties_of
from exchange.finance.financing import queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.operations.hats import check_not_frozen, wear_hat
from exchange.finance.financing.rules import Stage, check_stage
from exchange.finance.financing.states import SIGNERS
from exchange.finance.guarantees import operations as guarantees
from exchange.finance.guarantees.queries import get_guarantee
from exchange.finance.loans import operations as loans
from exchange.finance.pledges import operations as pledges

SEALED_AS = {"contracts": "contract_code", "application": "application_code", "archive": "archive_code"}


@operation
def order_contracts(case: Case, *, actor: Actor = SYSTEM) -> Case:
    """Have the contract pack made for the terms that the bank has just granted."""
    lock(case)
    case.contract_sha256, case.contract_code = "", seal.new_code()
    case.contract_round += 1
    jobs.enqueue(
        "case.contracts", {"id": case.public_id, "code": case.contract_code}, key=case.contract_code, title=case.number,
        organisation_id=case.organisation_id,
    )
    return case


def _keep(case: Case, kind: str, *, content: bytes, title: str, pages: int) -> seal.SealedDocument:
    return seal.seal_document(
        content, noun="case", object_id=case.public_id, number=f"{case.number}-{kind}", code=getattr(case, SEALED_AS[kind]),
        issuer=case.bank.name if kind == "contracts" else case.enterprise.name, signers=[], organisation_id=case.organisation_id,
        title=title, pages=pages,
    )


@operation
def keep_contracts(case: Case, *, code: str, content: bytes, title: str, pages: int, actor: Actor = SYSTEM) -> Case:
    """Keep the sealed pack; its digest is what every side signs."""
    lock(case)
    if case.contract_code != code:
        return case
    document = _keep(case, "contracts", content=content, title=title, pages=pages)
    case.contract_sha256 = document.sha256
    events.note(case, "contracts", actor, sha256=document.sha256)
    return case


@operation
def keep_application(case: Case, *, content: bytes, title: str, pages: int, actor: Actor = SYSTEM) -> Case:
    """Keep the sealed application."""
    _keep(case, "application", content=content, title=title, pages=pages)
    return case


@operation
def keep_archive(case: Case, *, content: bytes, title: str, pages: int, actor: Actor = SYSTEM) -> Case:
    """Keep the sealed archive of a closed case."""
    _keep(case, "archive", content=content, title=title, pages=pages)
    return case


@operation
def sign_contracts(case: Case, *, document_sha256: str, agree: bool = False, actor: Actor) -> Case:
    """Sign loan, guarantee and pledge for one's side, all on the same pack."""
    lock(case)
    side = queries.side_of(case, actor)
    if not side or not SIGNERS.fits(actor, parties_of(case)):
        raise Forbidden()
    wear_hat(case, actor=actor)
    check_not_frozen(case)
    check_stage(queries.stage_of(case), (Stage.CONTRACTING,))
    _check_pack(case, document_sha256, agreed=agree)
    if case.loan_id is None or case.pledge_id is None:
        raise Conflict("CASE_STAGE", stage=Stage.CREDITING.label)
    loans.sign_loan(actor, case.loan_id, document_sha256=document_sha256)
    if case.guarantee_id is not None:
        guarantees.sign_guarantee(get_guarantee(case.guarantee_id), document_sha256=document_sha256, actor=actor)
    if side == "borrower" or side == case.pledgee:
        pledges.sign_pledge(actor, case.pledge_id, document_sha256=document_sha256, no_forfeiture=agree)
    events.note(case, "sign", actor, side=side, sha256=document_sha256)
    return case


def _check_pack(case: Case, document_sha256: str, *, agreed: bool) -> None:
    if not case.contract_sha256:
        raise Conflict("CASE_CONTRACTS_MISSING", field="document_sha256")
    if document_sha256 != case.contract_sha256:
        raise Conflict("CASE_CONTRACT_DIFFERS", field="document_sha256")
    if not agreed:
        raise Invalid("CASE_AGREE", field="agree")
