"""``exchange audit head | export | verify``: 0 good, 1 tampered, 2 could not check."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from exchange.core import audit as chain


@click.group()
def audit() -> None:
    """Sign, export and verify the event history."""


@audit.command()
@with_appcontext
def head() -> None:
    """Sign the chains as they stand."""
    made = chain.make_head()
    click.echo(f"{made.short} {made.digest}")


@audit.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "first", default=1, type=int, help="the first number")
@click.option("--to", "last", default=None, type=int, help="the last number")
@with_appcontext
def export(target: Path, first: int, last: int | None) -> None:
    """Write events, heads and proofs to a file."""
    click.echo(f"{target}: {chain.export_to(target, first=first, last=last)} lines")


@audit.command()
@click.option("--export", "export_file", type=click.Path(path_type=Path, dir_okay=False), help="verify this file, not the database")
@click.option("--heads", "heads_file", type=click.Path(path_type=Path, dir_okay=False), help="heads that were kept outside")
@click.option("--key", "key_file", type=click.Path(path_type=Path, dir_okay=False), help="the public key that was kept outside")
@with_appcontext
def verify(export_file: Path | None, heads_file: Path | None, key_file: Path | None) -> None:
    """Check sequence, links, hashes, projections, roots, signatures and consistency."""
    try:
        outside = None if heads_file is None else [line for line in heads_file.read_text("utf-8").splitlines() if line.strip()]
        key = None if key_file is None else key_file.read_bytes()
    except OSError as problem:
        click.echo(f"NOT CHECKED {problem}")
        sys.exit(2)
    report = chain.verify_database(outside, key) if export_file is None else chain.verify_export(export_file, outside, key)
    for damage in report.damages:
        click.echo(f"TAMPERED {damage}")
    for reason in report.unable:
        click.echo(f"NOT CHECKED {reason}")
    click.echo(f"{report.events} events, {report.heads} heads: {('good', 'tampered', 'not checked')[report.exit_code]}")
    sys.exit(report.exit_code)
