"""What a document needs from the database: parties, people, days, and the address at which it is verified."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import select

from exchange.core.database import by_public_id, db
from exchange.core.events import history
from exchange.core.files.keeping import settings
from exchange.people.accounts import queries as accounts
from exchange.people.accounts.models import Organisation

from ..models import Appraisal, AppraisalReview
from ..rules.document import Party, Sheet
from ..states import LIVE_REVIEWS
from .working import validity_of


def appraisal_by_id(public_id: str) -> Appraisal:
    """The report of this name, for work that already knows who asked."""
    return by_public_id(Appraisal, public_id)


def moment_of(day: date) -> datetime:
    """Noon of a day in Shanghai, which stands for the day in a document's metadata."""
    return datetime.combine(day, time(4), tzinfo=UTC)


def verify_url(code: str) -> str:
    """The address at which anybody verifies a document."""
    return f"{settings().PUBLIC_URL.rstrip('/')}/v/{code}"


def _party(organisation: Organisation) -> Party:
    return Party(organisation.name, organisation.uscc or "")


def sheet_of(appraisal: Appraisal, *, code: str, governing_sha256: str = "") -> Sheet:
    """What the document says besides the calculation."""
    if appraisal.report_date is None or appraisal.lead is None or appraisal.second is None or appraisal.reviewer is None:
        raise ValueError(f"{appraisal.number} is not ready for its document")
    accepted = next((event.at.date() for event in history("appraisal", appraisal.public_id) if event.verb == "accept"), None)
    predecessor = db.session.get(Appraisal, appraisal.supersedes_id) if appraisal.supersedes_id else None
    verifiers = accounts.person_names({row.verified_by for row in appraisal.assumptions if row.verified_by})
    return Sheet(
        number=appraisal.number, document_kind=appraisal.document_kind, purpose=appraisal.purpose, value_type=appraisal.value_type,
        valuation_date=appraisal.valuation_date, report_date=appraisal.report_date, valid_through=validity_of(appraisal),
        client=_party(appraisal.client), holder=_party(appraisal.holder), institution=_party(appraisal.institution),
        signatories=((appraisal.lead.name, appraisal.lead_certificate), (appraisal.second.name, appraisal.second_certificate)),
        reviewer=appraisal.reviewer.name, readers=tuple(row.organisation.name for row in appraisal.shares if row.revoked_at is None),
        accepted_on=accepted, verifiers=verifiers, code=code, predecessor=predecessor.number if predecessor else "",
        rounding_fen=appraisal.rounding_fen, governing_sha256=governing_sha256, demonstration=appraisal.demonstration)


def under_review() -> list[Appraisal]:
    """Issued reports on which a live review rests."""
    live = select(AppraisalReview.appraisal_id).where(AppraisalReview.state.in_(LIVE_REVIEWS))
    return list(db.session.scalars(select(Appraisal).where(Appraisal.state == "issued", Appraisal.id.in_(live))))
