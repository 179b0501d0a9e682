"""The nightly proof of the ledger."""

from __future__ import annotations

from exchange.core import jobs
from exchange.registers.ledger.operations import record_proof


@jobs.daily("ledger.prove", hour=1, minute=30)
def prove_ledger() -> None:
    """Prove the ledger; a finding fails aloud."""
    findings = record_proof()
    if findings:
        raise RuntimeError(f"the ledger's proof has {len(findings)} findings")
