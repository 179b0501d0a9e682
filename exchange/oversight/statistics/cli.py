"""``exchange statistics rebuild | verify``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from exchange.core.errors import DomainError
from exchange.oversight.statistics import queries
from exchange.oversight.statistics.operations import rebuild_facts, verify

statistics = AppGroup("statistics", help="Figures and snapshots.")


@statistics.command("rebuild")
@click.option("--check", is_flag=True, help="Fail when anything differed.")
def rebuild(*, check: bool) -> None:
    """Compare the facts with patents and evidence, and mend them."""
    differing = rebuild_facts()
    click.echo(f"{differing} facts differed")
    raise SystemExit(1 if check and differing else 0)


@statistics.command("verify")
@click.argument("number", required=False)
def verify_snapshots(number: str | None) -> None:
    """Recompute published snapshots (one, or all) and compare counts and hash."""
    broken = 0
    for snapshot in queries.published(number):
        try:
            verify(snapshot)
            click.echo(f"{snapshot.number}: {snapshot.converted}/{snapshot.total} {snapshot.list_sha256[:16]} ok")
        except DomainError as difference:
            broken += 1
            click.echo(f"{snapshot.number}: SNAPSHOT_MISMATCH {difference.details}")
    raise SystemExit(1 if broken else 0)
