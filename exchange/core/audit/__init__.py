"""Audit 审计: signed Merkle heads over the event chains, proofs, exports and their verification."""

from datetime import timedelta

from exchange.core import jobs
from exchange.core.audit.checking import Damage, Report, verify_database, verify_export
from exchange.core.audit.exporting import export_lines, export_to, extract_lines
from exchange.core.audit.heads import (
    chain_in,
    consistency_proof,
    countersign_head,
    countersignatures,
    head_by_id,
    head_line,
    heads,
    inclusion_proof,
    make_head,
    newest_head,
    printed,
    proof_for,
    public_key,
)
from exchange.core.audit.models import AuditHead, Countersignature
from exchange.core.errors import define
from exchange.core.text import _

define("HEAD_NOT_YET", 409, _("No head has been made since this event; look again in an hour."))


@jobs.hourly("audit.head", every=timedelta(hours=1))
def make_hourly_head() -> AuditHead:
    """Every hour, midnight in Shanghai included, the chains are signed."""
    return make_head()


__all__ = [
    "AuditHead", "Countersignature", "Damage", "Report", "chain_in", "consistency_proof", "countersign_head", "countersignatures",
    "export_lines", "export_to", "extract_lines", "head_by_id", "head_line", "heads", "inclusion_proof", "make_head", "newest_head", "printed", "proof_for", "public_key",
    "verify_database", "verify_export",
]  # fmt: skip
