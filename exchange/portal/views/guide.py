"""Help: error pages, roles, components, accessibility, privacy."""

from __future__ import annotations

from flask import abort

from exchange.core import charts
from exchange.core.access import Actor
from exchange.core.errors import CODES
from exchange.core.web import Room, page, settings
from exchange.core.web.table import open_to

room = Room("guide", __name__)


@room.page("/help", public="help is for everybody")
def help_page(actor: Actor | None) -> str:
    """What one can do here, and the first five minutes."""
    return page("portal/help.html")


@room.page("/help/errors", public="help is for everybody")
def list_errors(actor: Actor | None) -> str:
    """Every code of refusal with its sentence."""
    return page("portal/errors.html", codes=sorted(CODES.values(), key=lambda each: each.name))


@room.page("/help/errors/<code>", public="help is for everybody")
def show_error(code: str, actor: Actor | None) -> str:
    """What a code means and what to do next."""
    if code not in CODES:
        abort(404)
    return page("portal/error.html", code=CODES[code])


@room.page("/help/roles", public="who may do what is no secret")
def roles(actor: Actor | None) -> str:
    """The table of permissions, as the guards use it."""
    return page("portal/roles.html", rows=open_to())


@room.page("/help/components", public="the gallery of components, on the demonstration only")
def components(actor: Actor | None) -> str:
    """Every component of the look, for those who build pages."""
    if not settings().is_demonstration and settings().ENV != "test":
        abort(404)
    return page("_components.html", figures=charts.examples() if hasattr(charts, "examples") else [], form=None)


@room.page("/accessibility", public="the statement is for everybody")
def accessibility(actor: Actor | None) -> str:
    """The statement of accessibility and its contact."""
    return page("portal/accessibility.html")


@room.page("/privacy", public="the notice is for everybody")
def privacy(actor: Actor | None) -> str:
    """Which personal data is kept, why and how long."""
    return page("portal/privacy.html")
