"""The edge: parse → one operation or query → render; every URL with its policy.

``Room`` makes a feature's pages, ``ApiRoom`` its JSON; both are thin layers over ``policy``. The one error handler of
``edge`` renders every refusal as page or problem+json.
"""

from exchange.core.web.api import ApiRoom
from exchange.core.web.edge import install
from exchange.core.web.forms import Form
from exchange.core.web.policy import (
    ACTOR_LOADER,
    CONTEXT,
    NAVIGATION,
    PAGE_OF,
    POLICIES,
    Policy,
    actions_of,
    current_actor,
    may,
    own_ip,
    settings,
    url_of,
)
from exchange.core.web.rooms import Room, back_to, page, redirect_to

__all__ = [
    "ACTOR_LOADER", "CONTEXT", "NAVIGATION", "PAGE_OF", "POLICIES", "ApiRoom", "Form", "Policy", "Room", "actions_of",
    "back_to", "current_actor", "install", "may", "own_ip", "page", "redirect_to", "settings", "url_of",
]
