"""The command line: ``exchange bootstrap | serve | worker | demo | doctor | audit | permissions | …``."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import Any

import click
from flask.cli import ScriptInfo

from exchange import FEATURES, ROOT, create_app
from exchange.core.settings import Settings, SettingsError, read_settings

WARM_AFTER_SECONDS = 10


def chosen_settings() -> Settings:
    """The settings of this process, or one clear line and the end."""
    try:
        return read_settings()
    except SettingsError as problem:
        raise click.ClickException(str(problem)) from problem


@click.group()
def cli() -> None:
    """Zhirong 知融."""


@cli.command()
@click.option("--samples", type=click.Path(path_type=Path, exists=True, file_okay=False), default=None)
@click.option("--demo/--no-demo", "with_demo", default=True)
def bootstrap(samples: Path | None, *, with_demo: bool) -> None:
    """Migrate, load the demonstration if the database is empty, and print how to sign in."""
    settings, begun = chosen_settings(), time.perf_counter()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    upgrade(app)
    click.echo(f"✓ Tables of the database ({time.perf_counter() - begun:.1f} s)")
    if with_demo and settings.is_demonstration:
        demo = import_module("exchange.demo")
        with app.app_context():
            demo.load_if_empty(app)
            if samples is not None:
                demo.import_samples(app, samples)
            click.echo(demo.welcome(settings))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--group", type=click.Choice(("ledger", "rights", "house", "machine")), default=None, help="Only the checks of this group.")
def doctor(group: str | None, *, as_json: bool) -> None:
    """Ask every check: exit status 0 when sound, 1 at damage, 2 at warnings alone."""
    import json

    from exchange.core.checks import chosen

    import_module("exchange.core.doctor")
    app = create_app(chosen_settings())
    damaged = warned = False
    told: list[dict[str, Any]] = []
    with app.app_context():
        stale = unapplied(app)
        for each in [] if stale else chosen(group):  # type: ignore[arg-type]  # click.Choice has checked it
            findings = list(each.run())
            damaged |= any(not finding.warning for finding in findings)
            warned |= any(finding.warning for finding in findings)
            told.append({"check": each.name, "promise": str(each.promise), "findings": [str(replace(finding, check=each.name)) for finding in findings]})
    if stale:
        told, damaged = [{"check": "database.migrated", "promise": "The database is migrated", "findings": [stale]}], True
    if as_json:
        click.echo(json.dumps({"sound": not damaged and not warned, "checks": told}, ensure_ascii=False, indent=1))
    else:
        for row in told:
            click.echo(f"{'✗' if row['findings'] else '✓'} {row['check']:24} {row['promise']}")
            for line in row["findings"]:
                click.echo(f"    {line}")
    raise SystemExit(1 if damaged else 2 if warned else 0)


def refuse_unsafe(settings: Settings, app: Any) -> None:
    """Stop before a production house opens its doors while anything speaks against it."""
    if not settings.is_production:
        return
    from exchange.core.checks import examine
    from exchange.core.safety import causes

    import_module("exchange.core.doctor")
    with app.app_context():
        stale = unapplied(app)
        found = [*causes(settings), *([stale] if stale else [str(each) for each in examine("machine") if not each.warning])]
    if found:
        raise click.ClickException("\n".join(["UNSAFE_CONFIGURATION", *(f"  - {each}" for each in found)]))


@cli.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=int)
@click.option("--i-know", is_flag=True, help="Open a demonstration to other machines.")
@click.option("--when", "ready", type=click.Path(path_type=Path), default=None, help="Load now and open the doors once this file is there.")
def serve(host: str, port: int, ready: Path | None, *, i_know: bool) -> None:
    """Serve the pages and the API."""
    from gunicorn.app.base import BaseApplication

    settings = chosen_settings()
    if settings.is_demonstration and host not in ("127.0.0.1", "localhost", "::1") and not i_know:
        raise click.ClickException(f"a demonstration listens on this machine only; add --i-know to open it on {host}")
    app = create_app(settings)
    await_file(ready)
    refuse_unsafe(settings, app)

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            chosen = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "workers": settings.WEB_WORKERS,
                "threads": settings.WEB_THREADS, "worker_class": "gthread", "accesslog": None, "loglevel": "warning",
                "control_socket_disable": True, "post_worker_init": warm_up,
            }
            for name, value in chosen.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    Server().run()


def await_file(path: Path | None) -> None:
    """Wait until a file is there; it is taken away again."""
    while path is not None and not path.exists():
        time.sleep(0.02)
    if path is not None:
        path.unlink()


def warm_up(_worker: object) -> None:
    """Have the numbers ready before somebody asks for the first estimate; some seconds after the start, which they would slow."""
    timer = Timer(WARM_AFTER_SECONDS, first_estimate)
    timer.daemon = True
    timer.start()


def first_estimate() -> None:
    """An estimate that nobody sees: it loads what every later one needs."""
    from exchange.appraisals.rules.quick import estimate
    from exchange.core import clock

    estimate(today=clock.today(), kind="invention", filed=None, sales="1000000.00", growth="", royalty="")


@cli.command()
def worker() -> None:
    """Carry out jobs and timers."""
    from exchange.core import jobs

    settings = chosen_settings()
    app = create_app(settings)
    refuse_unsafe(settings, app)
    jobs.run_worker(app)


@cli.command()
@click.option("--reset", is_flag=True, help="Throw the demonstration away and make it anew.")
def demo(*, reset: bool) -> None:
    """Load the demonstration data; --reset brings the day's own back at once, or plays it anew."""
    settings = chosen_settings()
    if not settings.is_demonstration:
        raise click.ClickException("the demonstration belongs to ZHIRONG_ENV=demo")
    app, made = create_app(settings), import_module("exchange.demo")
    if reset and not made.restore(app):
        downgrade(app)
    upgrade(app)
    with app.app_context():
        made.load_if_empty(app)
        click.echo(made.welcome(settings))


@cli.group()
def migrate() -> None:
    """Bring the database to the state of the models, or back."""


@migrate.command("up")
def migrate_up() -> None:
    """Apply every migration."""
    upgrade(create_app(chosen_settings()))


@migrate.command("down")
def migrate_down() -> None:
    """Take every migration back."""
    downgrade(create_app(chosen_settings()))


@cli.command()
@click.option("--check", is_flag=True, help="Fail when the reviewed file differs.")
def permissions(*, check: bool) -> None:
    """Write the table of permissions from the policies."""
    from exchange.core.web.table import permission_rows, write_rows

    create_app(chosen_settings())
    path = ROOT / "tests" / "laws" / "permissions.csv"
    text = write_rows(permission_rows())
    if check and (not path.exists() or path.read_text("utf-8") != text):
        raise click.ClickException(f"{path} is not fresh; run exchange permissions and look at the difference")
    path.write_text(text, "utf-8")
    click.echo(f"{path}: {len(text.splitlines()) - 1} rows")


def alembic_config(app: Any) -> Any:
    """Alembic's configuration for this application's database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["app"] = app
    return config


def unapplied(app: Any) -> str:
    """What the database lacks of the migrations; empty when it stands at the newest."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from exchange.core.database import db

    newest = ScriptDirectory.from_config(alembic_config(app)).get_current_head()
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return "" if present == newest else f"the database stands at {present or 'nothing'}, the newest migration is {newest}"


def upgrade(app: Any, target: str = "head") -> None:
    """Apply the migrations up to ``target``."""
    from alembic import command

    command.upgrade(alembic_config(app), target)


def downgrade(app: Any, target: str = "base") -> None:
    """Take the migrations back to ``target``."""
    from alembic import command

    command.downgrade(alembic_config(app), target)


def main() -> None:
    """Run the command line with the commands of every feature."""
    for name in ("core.audit", *FEATURES):
        if (ROOT / "exchange" / Path(*name.split(".")) / "cli.py").exists():
            module = import_module(f"exchange.{name}.cli")
            for command in vars(module).values():
                if isinstance(command, click.Group) or (isinstance(command, click.Command) and command.name in getattr(module, "COMMANDS", ())):
                    cli.add_command(command)
    cli(prog_name="exchange", args=sys.argv[1:], obj=ScriptInfo(create_app=lambda: create_app(chosen_settings())))
