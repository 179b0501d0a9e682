"""Whether an unsafe request comes from a form of this house."""

from __future__ import annotations


from flask import g, request
from flask_wtf.csrf import CSRFError, validate_csrf

from exchange.core.errors import DomainError
from exchange.core.web.policy import settings


def check_origin() -> None:
    """Refuse an unsafe request that does not come from our own form."""
    if g.get("by_token"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise DomainError("CSRF")
    origin = request.headers.get("Origin")
    if "Sec-Fetch-Site" not in request.headers and origin and origin.partition("://")[2] != request.host:
        raise DomainError("CSRF")
    if settings().ENV == "test" and not g.get("csrf_in_test"):
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except (CSRFError, ValueError) as problem:
        raise DomainError("CSRF") from problem
    except Exception as problem:  # wtforms.ValidationError, which flask-wtf raises for a bad token
        if type(problem).__name__ == "ValidationError":
            raise DomainError("CSRF") from problem
        raise
