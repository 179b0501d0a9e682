"""A sealed report as the features above read it: value, caps, validity, and whether it may be relied on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from exchange.core.database import db
from exchange.core.errors import DomainError, Invalid
from exchange.core.money import Money
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import get_patent

from ..models import Appraisal, AppraisalPatent, AppraisalVersion
from ..rules import validity
from ..states import SEALED
from .reports import current_version, live_signatures, sealed_pdf


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One patent's part of the value and its cap on lending."""

    patent_id: int
    value: Money
    cap_bp: int
    binding_constraint: str


@dataclass(frozen=True, slots=True)
class SealedAppraisal:
    """What a sealed report says."""

    id: int
    public_id: str
    number: str
    document_kind: str
    purpose: str
    base_date: date
    report_date: date
    valid_through: date
    items: tuple[SealedItem, ...]
    value: Money
    low: Money
    high: Money
    orderly: Money
    forced: Money
    ltv_cap_bp: int
    binding_constraint: str
    document_id: int
    pdf_sha256: str
    verification_code: str
    signers: tuple[str, ...]
    institution_id: int
    client_id: int
    holder_id: int
    state: str
    revaluation_reason: str

    @property
    def patent_ids(self) -> tuple[int, ...]:
        """The patents of the object."""
        return tuple(item.patent_id for item in self.items)


def _fen(summary: dict[str, Any], name: str) -> Money:
    return Money(int(summary[name]))


def sealed_appraisal(appraisal_id: int) -> SealedAppraisal:
    """The sealed report of this id, whatever its state since; refused before issue."""
    appraisal = db.session.get_one(Appraisal, appraisal_id)
    document, version = sealed_pdf(appraisal_id), current_version(appraisal)
    if appraisal.state not in SEALED or document is None or version is None or appraisal.valid_through is None or appraisal.report_date is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    summary = version.summary
    return SealedAppraisal(
        id=appraisal.id, public_id=appraisal.public_id, number=appraisal.number, document_kind=appraisal.document_kind,
        purpose=appraisal.purpose, base_date=appraisal.valuation_date, report_date=appraisal.report_date,
        valid_through=appraisal.valid_through, items=tuple(_item(row) for row in appraisal.patents), value=_fen(summary, "value"),
        low=_fen(summary, "low"), high=_fen(summary, "high"), orderly=_fen(summary, "orderly"), forced=_fen(summary, "forced"),
        ltv_cap_bp=int(summary["ltv_cap_bp"]), binding_constraint=summary["binding_constraint"], document_id=document.id,
        pdf_sha256=document.content_sha256, verification_code=appraisal.verification_code or "",
        signers=tuple(row.person_name for row in live_signatures(appraisal) if row.role != "seal"),
        institution_id=appraisal.institution_id, client_id=appraisal.organisation_id, holder_id=appraisal.holder_id,
        state=appraisal.state, revaluation_reason=appraisal.revaluation_reason)


def _item(row: AppraisalPatent) -> SealedItem:
    return SealedItem(row.patent_id, row.value or Money(0), row.ltv_cap_bp or 0, row.binding_constraint)


def check_usable(appraisal_id: int, *, patent_ids: Collection[int], on: date, purpose: str = "pledge") -> SealedAppraisal:
    """The report, if it may be relied on that day for these patents and this purpose; otherwise the reason."""
    found = sealed_appraisal(appraisal_id)
    validity.check_usable(
        state=found.state, through=found.valid_through, on=on, signers=len(found.signers), purpose=found.purpose, wanted=purpose,
        covered=found.patent_ids, patents=patent_ids, revaluation=found.revaluation_reason)
    for patent_id in patent_ids:
        patent = get_patent(patent_id)
        validity.check_in_force(legal_status=str(patent.legal_status), ended_on=_end_of(patent), on=on)
    return found


def _end_of(patent: Patent) -> date | None:
    """The first day on which the right is no longer in force, if it is known."""
    dead = str(patent.legal_status) in ("lapsed", "expired", "ceased", "abandoned", "withdrawn", "refused")
    return (patent.legal_status_on or patent.expires_on) if dead else patent.expires_on


def usable_for(patent_ids: Collection[int], on: date, *, purpose: str = "pledge") -> tuple[SealedAppraisal, ...]:
    """Every report that may be relied on that day for all these patents, newest first."""
    wanted = select(Appraisal.id).join(AppraisalPatent).where(
        AppraisalPatent.patent_id.in_(list(patent_ids)), Appraisal.state == "issued").order_by(Appraisal.id.desc()).distinct()
    found = []
    for appraisal_id in db.session.scalars(wanted):
        try:
            found.append(check_usable(appraisal_id, patent_ids=patent_ids, on=on, purpose=purpose))
        except DomainError:
            continue
    return tuple(found)


def cross_check_range(appraisal_id: int) -> tuple[Money, Money, Money]:
    """Low, mid and high of the sealed calculation: P5, the concluded value, and P95."""
    appraisal = db.session.get_one(Appraisal, appraisal_id)
    version: AppraisalVersion | None = current_version(appraisal)
    if version is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    return _fen(version.summary, "p05"), _fen(version.summary, "value"), _fen(version.summary, "p95")
