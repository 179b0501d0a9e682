"""``exchange ledger prove``: exit status 1 on any finding."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from exchange.registers.ledger.operations import record_proof

ledger = AppGroup("ledger", help="The books.")


@ledger.command("prove")
def prove() -> None:
    """Check that every book, journal and balance of the ledger is right."""
    findings = record_proof()
    for finding in findings:
        click.echo(str(finding))
    click.echo("ledger proved" if not findings else f"{len(findings)} findings")
    raise SystemExit(1 if findings else 0)
