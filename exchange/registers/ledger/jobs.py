"""The nightly proof of the ledger."""

from __future__ import annotations

from exchange.core import jobs
from exchange.core.text import _
from exchange.registers.ledger.operations import record_proof


@jobs.job("ledger.prove", label=_("Prove the ledger"))
def prove_ledger(work: jobs.Work) -> str | None:
    """Prove the ledger; a finding fails the job aloud."""
    findings = record_proof()
    if findings:
        raise RuntimeError(f"the ledger's proof has {len(findings)} findings")
    return None
