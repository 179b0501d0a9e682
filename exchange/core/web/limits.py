"""How often one caller may ask: limits by kind of address, counted in a moving window.

Each process counts for itself unless ``ZHIRONG_LIMITER_URL`` names a store that all share; production with several
processes must name one. Sign-in, second factor, reset, invitations and verification have limits of their own in rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.errors import DomainError
from exchange.core.settings import Settings

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Limit:
    """At most so many requests in so many seconds by one caller."""

    name: str
    seconds: int
    anonymous: int
    signed_in: int
    concerns: Callable[[str, str], bool]
    by_organisation: bool = False

    def most(self, actor: Actor | None) -> int:
        """How many this caller may make."""
        return self.anonymous if actor is None else self.signed_in


def _is_export(method: str, rule: str) -> bool:
    return method == "GET" and rule.endswith((".csv", ".xlsx", ".zip", "/export"))


LIMITS = (
    Limit("search", MINUTE, 60, 300, lambda method, rule: rule in ("/search", "/api/v1/search")),
    Limit("status", MINUTE, 60, 300, lambda method, rule: rule == "/status"),
    Limit("quick valuation", MINUTE, 60, 60, lambda method, rule: rule == "/appraisals/quick" or rule.endswith("/preview"), by_organisation=True),
    Limit("full valuation", HOUR, 0, 20, lambda method, rule: method == "POST" and rule.endswith("/calculate"), by_organisation=True),
    Limit("export", HOUR, 60, 20, _is_export),
    Limit("interface", MINUTE, 600, 600, lambda method, rule: rule.startswith("/api/v1/")),
)


def check_limits(actor: Actor | None, *, address: str) -> None:
    """Count this request against every limit that concerns it; refuse when one is used up."""
    limiter = _limiter()
    if limiter is None or request.url_rule is None:
        return
    for limit in LIMITS:
        if limit.concerns(request.method, request.url_rule.rule):
            _count(limiter, limit, actor, address)


def _count(limiter: Any, limit: Limit, actor: Actor | None, address: str) -> None:
    from limits import RateLimitItemPerSecond

    item = RateLimitItemPerSecond(limit.most(actor), limit.seconds)
    caller = _caller(limit, actor, address)
    if not limiter.hit(item, limit.name, caller):
        again = limiter.get_window_stats(item, limit.name, caller).reset_time - clock.now().timestamp()
        raise DomainError("TOO_MANY_REQUESTS", seconds=min(limit.seconds, max(1, round(again))))


def _caller(limit: Limit, actor: Actor | None, address: str) -> str:
    if actor is None:
        return f"address {address}"
    return f"organisation {actor.organisation_id}" if limit.by_organisation else f"person {actor.user_id}"


def _limiter() -> Any:
    """The counter of this process, made at its first use; none in tests that ask for none."""
    app = current_app
    if "zhirong.limiter" not in app.extensions:
        app.extensions["zhirong.limiter"] = _made(app)
    return app.extensions["zhirong.limiter"]


def _made(app: Flask) -> Any:
    settings: Settings = app.extensions["zhirong.settings"]
    if settings.ENV == "test" and not settings.LIMITER_URL:
        return None
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(storage_from_string(settings.LIMITER_URL or "memory://"))
