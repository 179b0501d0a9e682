"""Letters of guarantee and confirmations of re-guarantee, sealed; fees earned and periods watched day by day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exchange.core import audit, clock, jobs, pdf, seal
from exchange.core.i18n import speaking, translate
from exchange.core.text import _
from exchange.finance.guarantees import operations, queries
from exchange.finance.guarantees.queries import documents

TEMPLATE = "pdf/sheet.html"


def _head(title: str, *, number: str, code: str, issuer: str, demonstration: bool) -> pdf.DocumentHead:
    at: datetime = clock.now()
    return pdf.DocumentHead(
        title=title, number=number, issued_at=at, version="1", issuer=issuer, code=seal.grouped(code),
        verify_url=documents.verify_url(code), audit_head=audit.printed(), mark="demonstration" if demonstration else "",
    )


def _rendered(title: str, data: dict[str, Any], **head: Any) -> pdf.Rendered:
    return pdf.render(TEMPLATE, data, head=_head(title, **head), language="zh")


@jobs.job("guarantee.letter", label=_("Make the letter of guarantee"))
def make_letter(work: jobs.Work) -> str:
    """The letter is rendered, then sealed and kept."""
    guarantee = queries.guarantee_named(work.payload["id"])
    with speaking("zh"):
        title, data = translate(_("Letter of guarantee")), documents.letter(guarantee)
    made = _rendered(
        title, data, number=guarantee.number, code=guarantee.letter_code, issuer=guarantee.guarantor.name,
        demonstration=guarantee.guarantor.demonstration,
    )
    operations.keep_letter(guarantee, content=seal.seal_bytes(made.content), title=title, pages=made.pages, signers=documents.signers(guarantee))
    return f"/guarantees/{guarantee.public_id}"


@jobs.job("reguarantee.confirmation", label=_("Make the re-guarantee confirmation"))
def make_confirmation(work: jobs.Work) -> str:
    """The confirmation is rendered, then sealed and kept."""
    reguarantee = queries.reguarantee_named(work.payload["id"])
    with speaking("zh"):
        title, data = translate(_("Re-guarantee confirmation")), documents.confirmation(reguarantee)
    made = _rendered(
        title, data, number=reguarantee.number, code=reguarantee.confirmation_code,
        issuer=reguarantee.reguarantor.name, demonstration=reguarantee.reguarantor.demonstration,
    )
    operations.keep_confirmation(reguarantee, content=seal.seal_bytes(made.content), title=title, pages=made.pages, signers=[])
    return f"/guarantees/{reguarantee.guarantee.public_id}"


@jobs.daily("guarantees.tend", hour=0, minute=20)
def tend_guarantees() -> None:
    """Fees are earned, approvals lapse, periods end."""
    operations.lapse_stale_guarantees()
    for guarantee in queries.past_deadline():
        operations.expire_guarantee(guarantee)
    for guarantee in queries.earning():
        operations.earn_guarantee(guarantee)
