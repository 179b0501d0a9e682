"""A worker of its own process, which may be killed: ``python -m tests.journeys.labour VAR ADDRESS MOMENT KIND`` works off what is due."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from exchange.core import clock

ROOT = Path(__file__).parents[2]


def start(house: Any, *, failpoint: str = "", kind: str = "") -> subprocess.Popen[bytes]:
    """Let another process work at the scripted moment, on one kind of job if one is named; it stumbles at a point where one is named."""
    command = [sys.executable, "-m", "tests.journeys.labour", str(house.folder / "var"), house.store.url, clock.now().isoformat(), kind]
    environment = {**os.environ, "ZHIRONG_ENV": "test", "ZHIRONG_FAILPOINT": failpoint}
    house.db.session.rollback()
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def killed_at(house: Any, failpoint: str, *, kind: str) -> None:
    """A worker dies at a point of one kind of job, as by a power cut."""
    assert start(house, failpoint=failpoint, kind=kind).wait(timeout=200) == -9


def finished(house: Any) -> None:
    """A worker does what is due and goes home."""
    assert start(house).wait(timeout=200) == 0


def main(folder: str, address: str, moment: str, kind: str) -> None:
    """Go round until nothing is left, or carry out the jobs of one kind."""
    from exchange import create_app
    from exchange.core.database import db
    from exchange.core.jobs import worker
    from exchange.core.jobs.models import Job
    from exchange.core.settings import Settings

    with clock.at(datetime.fromisoformat(moment)):
        app = create_app(Settings(ENV="test", DATA_DIR=Path(folder), DATABASE_URL=address, MFA_REQUIRED="none"))
        while not kind and worker.sweep(app):
            pass
        with app.app_context():
            named = [public_id for (public_id,) in db.session.query(Job.public_id).filter(Job.kind == kind)]
            db.session.rollback()
        for public_id in named:
            worker.carry_out_in(app, public_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
