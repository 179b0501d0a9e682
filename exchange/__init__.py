"""Zhirong 知融: IP pledge financing and technology exchange.

``create_app`` is the only place where features are put together; ``FEATURES`` lists them from the lowest to the highest.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from exchange.core.settings import Settings

FEATURES = (
    "people.accounts",
    "people.notices",
    "registers.patents",
    "registers.ledger",
    "registers.directory",
    "registers.releases",
    "registers.alliances",
    "registers.standards",
    "registers.projects",
    "appraisals",
    "market.deals",
    "market.listings",
    "market.auctions",
    "market.matching",
    "finance.pledges",
    "finance.loans",
    "finance.guarantees",
    "finance.financing",
    "oversight.complaints",
    "oversight.conversions",
    "oversight.statistics",
    "oversight.programme",
    "portal",
)
FILES = ("models", "queries", "operations", "handlers", "jobs", "views", "api", "cli")
ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The application, with every feature that is there, on the database of ``settings``."""
    from flask import Flask

    from exchange import api
    from exchange.core import database, jobs, web
    from exchange.core.settings import read_settings
    from exchange.core.web.policy import check_policies

    chosen = settings or read_settings()
    app = Flask("exchange", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    database.configure(app, chosen)
    load_features()
    web.install(app, chosen)
    jobs.install(app, chosen)
    api.install(app, chosen)
    for room in rooms():
        app.register_blueprint(room)
    check_policies(app.url_map.iter_rules())
    return app


def load_features() -> None:
    """Import every file of every feature that is there, so that tables, moves, handlers and URLs are known."""
    for name in ("approvals", "parameters", "numbers", "calendar", "idempotency", "audit", "files", "jobs", "mail", "seal", "search"):
        if find_spec(f"exchange.core.{name}") is not None:
            import_module(f"exchange.core.{name}")
    for feature in FEATURES:
        if find_spec(f"exchange.{feature.split('.')[0]}") is None or find_spec(f"exchange.{feature}") is None:
            continue
        for file in FILES:
            if find_spec(f"exchange.{feature}.{file}") is not None:
                import_module(f"exchange.{feature}.{file}")


def rooms() -> list[Blueprint]:
    """The blueprints of pages and JSON that the features declare, each module's ``room``, ``api`` or ``ROOMS``."""
    import sys

    found: list[Blueprint] = []
    for feature in FEATURES:
        for file in ("views", "api"):
            module = sys.modules.get(f"exchange.{feature}.{file}")
            if module is None:
                continue
            named = getattr(module, "ROOMS", None) or [getattr(module, "room", None) or getattr(module, "api", None)]
            found.extend(each for each in named if each is not None)
    return found
