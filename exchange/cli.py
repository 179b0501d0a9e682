"""The command line: ``exchange bootstrap | serve | worker | demo | audit | permissions | …``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask.cli import ScriptInfo

from exchange import FEATURES, ROOT, create_app
from exchange.core.settings import Settings, SettingsError, read_settings


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
    settings = chosen_settings()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    upgrade(app)
    if with_demo and settings.is_demonstration:
        demo = import_module("exchange.demo")
        with app.app_context():
            demo.load_if_empty(app)
            if samples is not None:
                demo.import_samples(app, samples)
            click.echo(demo.welcome(settings))


@cli.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=int)
def serve(host: str, port: int) -> None:
    """Serve the pages and the API."""
    from gunicorn.app.base import BaseApplication

    settings = chosen_settings()
    app = create_app(settings)

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            chosen = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "workers": settings.WEB_WORKERS,
                "threads": settings.WEB_THREADS, "worker_class": "gthread", "accesslog": None, "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in chosen.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    Server().run()


@cli.command()
def worker() -> None:
    """Carry out jobs and timers."""
    from exchange.core import jobs

    jobs.run_worker(create_app(chosen_settings()))


@cli.command()
@click.option("--reset", is_flag=True, help="Throw the demonstration away and make it anew.")
def demo(*, reset: bool) -> None:
    """Load the demonstration data."""
    settings = chosen_settings()
    if not settings.is_demonstration:
        raise click.ClickException("the demonstration belongs to ZHIRONG_ENV=demo")
    app = create_app(settings)
    if reset:
        downgrade(app)
    upgrade(app)
    made = import_module("exchange.demo")
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
