"""Applications, contract packs and archives, sealed; idle applications lapse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exchange.core import audit, clock, jobs, pdf, seal
from exchange.core.i18n import speaking, translate
from exchange.core.text import Text, _
from exchange.finance.financing import operations, queries
from exchange.finance.financing.models import Case
from exchange.finance.financing.queries import documents
from exchange.finance.guarantees.queries.documents import verify_url

TEMPLATE = "pdf/sheet.html"


def _made(case: Case, title: Text, contents: Callable[[Case], dict[str, Any]], *, code: str, issuer: str, version: str = "1") -> tuple[bytes, str, int]:
    """Render in Chinese, which governs, and seal; answers bytes, title and pages."""
    with speaking("zh"):
        spoken, data = translate(title), contents(case)
    head = pdf.DocumentHead(
        title=spoken, number=case.number, issued_at=clock.now(), version=version, issuer=issuer, code=seal.grouped(code),
        verify_url=verify_url(code), audit_head=audit.printed(), mark="demonstration" if case.enterprise.demonstration else "",
    )
    made = pdf.render(TEMPLATE, data, head=head, language="zh")
    return seal.seal_bytes(made.content), spoken, made.pages


@jobs.job("case.application", label=_("Make the application"))
def make_application(work: jobs.Work) -> str:
    """The application as it was submitted, unless it was submitted anew since."""
    case = queries.case_named(work.payload["id"])
    if case.application_code == work.payload["code"]:
        content, title, pages = _made(case, _("Application for pledge financing"), documents.application, code=case.application_code, issuer=case.enterprise.name)
        operations.keep_application(case, content=content, title=title, pages=pages)
    return f"/cases/{case.public_id}"


@jobs.job("case.contracts", label=_("Make the contracts"))
def make_contracts(work: jobs.Work) -> str:
    """The contract pack of the present round."""
    case, code = queries.case_named(work.payload["id"]), work.payload["code"]
    if case.contract_code == code:
        content, title, pages = _made(
            case, _("Contracts of loan, guarantee and pledge"), documents.contracts, code=code, issuer=case.bank.name, version=str(case.contract_round))
        operations.keep_contracts(case, code=code, content=content, title=title, pages=pages)
    return f"/cases/{case.public_id}"


@jobs.job("case.archive", label=_("Make the archive"))
def make_archive(work: jobs.Work) -> str:
    """The index and the history of a closed case."""
    case = queries.case_named(work.payload["id"])
    content, title, pages = _made(case, _("Archive of the case"), documents.archive, code=case.archive_code, issuer=case.enterprise.name)
    operations.keep_archive(case, content=content, title=title, pages=pages)
    return f"/cases/{case.public_id}"


@jobs.daily("cases.tend", hour=0, minute=30)
def tend_cases() -> None:
    """Applications that lay too long lapse."""
    operations.lapse_idle_cases()
