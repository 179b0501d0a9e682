"""``exchange programme seed [--check] | status | seat``."""

from __future__ import annotations

from collections import Counter

import click
from flask.cli import AppGroup

from exchange.core import clock
from exchange.core.access import SYSTEM
from exchange.core.errors import DomainError
from exchange.oversight.programme import operations, queries

programme = AppGroup("programme", help="Targets and dated measures.")


@programme.command("seed")
@click.option("--check", is_flag=True, help="Change nothing; tell the differences and fail when there are any.")
def seed(*, check: bool) -> None:
    """Bring the plan's departments and measures into the tables."""
    if check:
        found = queries.seed_differences()
        for line in found:
            click.echo(line)
        click.echo(f"{len(found)} differences")
        raise SystemExit(1 if found else 0)
    click.echo(f"{operations.seed_programme()} rows added")


@programme.command("status")
def status() -> None:
    """Count the measures by their status today."""
    counted = Counter(str(line.status) for line in queries.lines(on=clock.today()))
    for word, number in sorted(counted.items()):
        click.echo(f"{word:<12} {number:>4}")


@programme.command("seat")
@click.argument("department")
@click.argument("uscc")
def seat(department: str, uscc: str) -> None:
    """Say which regulator on the platform acts for a department."""
    found = queries.organisation_of(uscc)
    if found is None:
        raise click.ClickException(f"no organisation has the code {uscc}")
    try:
        operations.seat_department(department, organisation=found, actor=SYSTEM)
    except DomainError as refusal:
        raise click.ClickException(f"{refusal.code.name} {refusal.details}") from refusal
    click.echo(f"{department}: {found.name}")
