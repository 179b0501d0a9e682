"""The whole story: who begins when, and in which order the parts come."""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from exchange.core import clock
from exchange.core.database import db
from exchange.core.sandbox.pool import pool
from exchange.core.search import index_waiting
from exchange.demo import PASSWORD
from exchange.demo.evidence import add_evidence, publish_figures
from exchange.demo.finance import add_finance
from exchange.demo.inclusive import add_inclusive
from exchange.demo.market import add_market
from exchange.demo.people import make_cast
from exchange.demo.programme import add_programme
from exchange.demo.script import Script
from exchange.demo.stock import add_patents

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("zhirong.demo")


def play(app: Flask) -> None:
    """Play four years up to this moment; what happened in them can be searched at once."""
    begun = time.perf_counter()
    pool().warm()
    script = Script(end=clock.now())
    with hurried():
        with clock.at(script.now):
            cast = make_cast(PASSWORD)
        stock = add_patents(script, cast)
        add_evidence(script, cast, stock)
        publish_figures(script, cast)
        add_market(script, cast, stock)
        add_finance(script, cast, stock)
        add_inclusive(script, cast, stock)
        add_programme(script, cast)
        played = script.play()
        index_waiting()
    sys.stdout.write(f"  {played} steps of the demonstration in {time.perf_counter() - begun:.1f} s\n")


@contextmanager
def hurried() -> Iterator[None]:
    """On SQLite nothing waits for the disk while the demonstration is made; it can be made again."""
    def relax(connection: object, record: object) -> None:
        if db.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]  # the driver's own connection

    db.session.remove()
    db.engine.dispose()
    gc.disable()
    event.listen(db.engine, "connect", relax)
    try:
        yield
    finally:
        db.session.remove()
        event.remove(db.engine, "connect", relax)
        gc.enable()
        db.engine.dispose()
