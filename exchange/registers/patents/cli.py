"""``exchange patents import | rederive | number | annuities``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from flask.cli import AppGroup

from exchange.core import clock, files
from exchange.core.access import SYSTEM, Actor
from exchange.core.errors import DomainError
from exchange.core.i18n import translate
from exchange.people.accounts.queries import organisation
from exchange.registers.patents import operations, queries
from exchange.registers.patents.rules.importing.plan import finding_of
from exchange.registers.patents.rules.numbers import read_application
from exchange.registers.patents.rules.row_codes import ROW_CODES

patents = AppGroup("patents", help="The registry of patents.")


def acting_for(name: str) -> Actor:
    """The system, acting for the organisation of exactly this name."""
    found = queries.organisation_named(name)
    if found is None:
        raise click.ClickException(f"there is no organisation {name}")
    return replace(SYSTEM, organisation_id=found, organisation_name=name, organisation_public_id=organisation(found).public_id)


@patents.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--organisation", "name", required=True, help="The name of the organisation whose patents these are.")
@click.option("--dry-run", is_flag=True, help="Only check; write nothing.")
def import_file(file: Path, name: str, *, dry_run: bool) -> None:
    """Check FILE and write the accepted rows as drafts."""
    actor = acting_for(name)
    try:
        with file.open("rb") as stream:
            upload = files.take(stream, file.name, purpose="patents", by_command=True)
        batch = operations.upload_import(actor, upload, again=True, inline=True) if dry_run else operations.import_at_once(actor, upload)
    except DomainError as refusal:
        raise click.ClickException(f"{refusal.code.name}: {translate(refusal.code.sentence, 'en', **refusal.details)}") from refusal
    click.echo(f"{batch.filename}: {batch.state}, {batch.profile}, {batch.counts}")
    for code, number in queries.codes_of_batch(batch):
        click.echo(f"  {ROW_CODES[code][0]} {code} {number}")
    for row in queries.rows_of_batch(batch.id, level="E", limit=20):
        said = "; ".join(translate(one.sentence, "en", **one.details) for one in map(finding_of, row.findings))
        click.echo(f"  row {row.number}: {said}")
    if batch.questions:
        raise click.ClickException(f"open questions: {', '.join(batch.questions)}; answer them on the page of the batch")


@patents.command("rederive")
@click.option("--check", is_flag=True, help="Fail when a kept status differs from the derived one; change nothing.")
def rederive(*, check: bool) -> None:
    """Derive every patent's legal status anew."""
    different = queries.differing_statuses()
    for patent_id, number, kept, derived in different:
        click.echo(f"{number}: {kept} kept, {derived} derived")
        if not check:
            operations.rederive_status(SYSTEM, patent_id)
    click.echo(f"{len(different)} different")
    raise SystemExit(1 if check and different else 0)


@patents.command("number")
@click.argument("text")
def check_number(text: str) -> None:
    """Read a patent number in any spelling."""
    number = read_application(text, year=clock.today().year)
    click.echo(f"{number.normal} {number.jurisdiction} {number.type or '-'} {number.year or '-'}")
    for fault in number.faults:
        click.echo(f"  {fault.code}: {translate(ROW_CODES[fault.code][1], 'en', **fault.details)}")
    raise SystemExit(1 if any(ROW_CODES[fault.code][0] == "E" for fault in number.faults) else 0)


@patents.command("annuities")
@click.option("--due", type=int, default=90, help="Fees due within so many days.")
def list_annuities(*, due: int) -> None:
    """List the fees that fall due, overdue ones included."""
    for patent, state in queries.annuity_due_list(SYSTEM, days=due):
        click.echo(f"{state.next_due} year {state.next_year} {patent.shown_number} {state.status}")
