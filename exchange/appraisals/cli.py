"""``exchange appraisals archive | recompute | verify | expire``: exit 0 good, 1 differs or changed, 2 unreadable."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from exchange.core import pdf, seal
from exchange.core.errors import DomainError

from . import operations, queries
from .rules.calculation import recompute as computed_again
from .rules.calculation import recompute_archive

appraisals = AppGroup("appraisals", help="Valuation reports: archive, compute again, verify.")
EXITS = {"identical": 0, "equal": 0, "differs": 1, "unreadable": 2}


def _report(number: str) -> Any:
    found = queries.appraisal_by_number(number)
    if found is None:
        raise click.ClickException(f"there is no report {number}")
    return found


@appraisals.command("archive")
@click.argument("number")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), required=False)
def archive(number: str, target: Path | None) -> None:
    """Write the whole archive file of a report."""
    try:
        content = queries.archive_of(_report(number), whole=True)
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    path = target or Path(f"{number}-archive.zip")
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
    click.echo(f"{path}: {len(content):,} bytes")


@appraisals.command("recompute")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="answer as JSON")
def recompute(name: str, *, as_json: bool) -> None:
    """Compute a report again: by its number, from its sealed PDF, or from its archive file."""
    path = Path(name)
    verdict = _verdict_of_file(path) if path.suffix.lower() in (".pdf", ".zip", ".json") else queries.recompute_verdict(_report(name))[0]
    said = {"status": verdict.status, "reason": verdict.reason, "differences": [dict(row) for row in verdict.differences][:50]}
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else f"{verdict.status}{': ' + verdict.reason if verdict.reason else ''}")
    sys.exit(EXITS[verdict.status])


def _verdict_of_file(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise click.ClickException(str(problem)) from problem
    if path.suffix.lower() == ".zip":
        return recompute_archive(content)
    if path.suffix.lower() == ".pdf":
        content = str(json.loads(pdf.attached(content))["calculation"]).encode()
    return computed_again(content)


@appraisals.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Say whether a PDF is a sealed document of this house and whether its signatures hold."""
    content = file.read_bytes()
    found, findings = seal.find_by_content(content), seal.verify(content)
    for finding in findings:
        click.echo(f"{finding.name}: {'good' if finding.good else 'BAD'}")
    if found is None:
        click.echo("not a document of this house, or changed since it was sealed")
        sys.exit(1)
    click.echo(f"{found.title} {found.number}: {'lapsed' if found.lapsed else found.status}")
    sys.exit(0 if findings and all(finding.good for finding in findings) else 1)


@appraisals.command("expire")
def expire() -> None:
    """Let reports whose last day has passed expire."""
    click.echo(f"{operations.expire_appraisals()} expired")
