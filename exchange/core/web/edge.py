"""Around every request: language, request number, headers, compression, and the one handler of refusals."""

from __future__ import annotations

import gzip
import logging
import os
import secrets
import time
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from exchange.core import calendar, clock, i18n
from exchange.core.access import Actor
from exchange.core.database import WroteOutsideOperation, db
from exchange.core.errors import DomainError, Unavailable, faults_of
from exchange.core.events import REQUEST_ID
from exchange.core.files.purposes import PURPOSES
from exchange.core.i18n.language import is_language
from exchange.core.settings import Settings
from exchange.core.web.api import wants_json
from exchange.core.web.forms import Form
from exchange.core.web.policy import CONTEXT, NAVIGATION, POLICIES, READS, actions_of, current_actor, may, url_of, way_to

log = logging.getLogger("zhirong.web")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}
STATUS_CODES = {404: "NOT_FOUND", 405: "METHOD", 413: "UPLOAD_TOO_LARGE", 415: "MEDIA_TYPE", 400: "BAD_REQUEST"}
MEBIBYTE = 1024 * 1024
GZIP_FROM = 1024
COMPRESSED = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


def install(app: Flask, settings: Settings) -> None:
    """Put the edge around the application."""
    app.extensions["zhirong.settings"] = settings
    app.config.update(
        SECRET_KEY=secret_key(settings), TRUSTED_HOSTS=list(settings.trusted_hosts) or None, WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, MAX_CONTENT_LENGTH=101 * MEBIBYTE, MAX_FORM_PARTS=1000, MAX_FORM_MEMORY_SIZE=MEBIBYTE,
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_NAME="__Host-zhirong_form" if settings.is_production else "zhirong_form",
    )
    if settings.PROXY_HOPS:
        hops = settings.PROXY_HOPS
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    app.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    CSRFProtect(app)
    i18n.install(app.jinja_env)
    app.jinja_env.filters["deadline"] = _deadline
    app.jinja_env.globals.update(
        idempotency_key=lambda: secrets.token_urlsafe(24), actions_of=actions_of, may=may, url_of=url_of, way_to=way_to, settings=settings)
    REQUEST_ID[0] = lambda: getattr(g, "request_id", "") if _in_request() else ""
    app.before_request(_begin)
    app.after_request(_end)
    app.context_processor(_context)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def secret_key(settings: Settings) -> str:
    """The key of cookies and forms: from its file, or kept in the data folder once made, so that a restart ends nothing."""
    path = settings.SECRET_KEY_FILE or settings.DATA_DIR / "keys" / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            time.sleep(0.1)  # another process of this house is writing it
    return path.read_text("utf-8").strip()


def _deadline(day: date) -> str:
    """A deadline with the working days that are left."""
    left = calendar.working_days_left(day)
    return i18n.day(day) if left is None else i18n.deadline(day, left)


def _in_request() -> bool:
    from flask import has_request_context

    return has_request_context()


def _begin() -> Any:
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()
    cookie, query = request.cookies.get("lang"), request.args.get("lang")
    i18n.use(i18n.choose_language(query=query, preference=None, cookie=cookie, accept=request.headers.get("Accept-Language")))
    if request.endpoint == "static":
        return None
    request.max_content_length = most_bytes(request.endpoint, request.method)
    if _must_be_secure():
        if wants_json():
            raise DomainError("HTTPS_REQUIRED")
        return redirect(request.url.replace("http://", "https://", 1), 308)
    actor = current_actor()
    if actor is not None:
        i18n.use(i18n.choose_language(query=query, preference=_preference(actor, cookie), cookie=cookie, accept=None))
    return None


def _preference(actor: Actor, cookie: str | None) -> str | None:
    """The language the person chose; on the demonstration, where everybody plays the same persons, the visitor's own cookie goes before."""
    from flask import current_app

    return None if cookie and current_app.extensions["zhirong.settings"].is_demonstration else actor.language


def _must_be_secure() -> bool:
    """Whether this request of a production house came without https."""
    from flask import current_app

    return bool(current_app.extensions["zhirong.settings"].is_production) and not request.is_secure and request.path != "/healthz"


def most_bytes(endpoint: str | None, method: str) -> int:
    """How long a body may be: 1 MiB, and where files are taken as much as the largest of their purposes beside it."""
    reads = READS.get((endpoint or "", method))
    return MEBIBYTE + max((PURPOSES[purpose].size for _name, purpose in reads.uploads), default=0) if reads else MEBIBYTE


def _context() -> dict[str, Any]:
    actor = current_actor()
    path = request.path if request else ""
    entries = NAVIGATION[0](actor) if NAVIGATION else []
    values: dict[str, Any] = {
        "actor": actor, "lang": i18n.current(), "now": clock.now(), "theme": request.cookies.get("theme", "system"),
        "density": request.cookies.get("density", "comfortable"),
        "navigation": [(label, url, path == url or (url != "/" and path.startswith(url + "/"))) for label, url in entries],
    }
    for offer in CONTEXT.values():
        values |= offer()
    return values


def _end(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Vary", "Accept-Language, Cookie, HX-Request")
        if g.get("actor") is not None:
            response.headers["Cache-Control"] = "no-store"
    if "started" in g:
        response.headers["Server-Timing"] = f"total;dur={(time.perf_counter() - g.started) * 1000:.1f}"
    query = request.args.get("lang")
    if is_language(query):
        response.set_cookie("lang", query, max_age=365 * 86400, samesite="Lax", httponly=True)
    return _compressed(response)


def _compressed(response: Response) -> Response:
    wanted = request.accept_encodings.quality("gzip") > 0 and response.status_code not in (204, 304)
    if wanted and request.endpoint == "static" and response.status_code == 200:
        return _compressed_file(response)
    if not wanted or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) < GZIP_FROM or not (response.mimetype or "").startswith(COMPRESSED):
        return response
    response.set_data(gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _compressed_file(response: Response) -> Response:
    """A style, script or drawing of the house, compressed once a process; the tag turns weak, as the bytes are others."""
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < GZIP_FROM or not (response.mimetype or "").startswith(COMPRESSED):
        return response
    response.set_data(_gzipped(body))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    tag, _weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=64)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def _refused(refusal: DomainError) -> Response:
    if wants_json():
        return problem(refusal)
    if refusal.code.name in ("SIGN_IN_NEEDED", "SESSION_ENDED") and _can_return():
        return make_response(redirect("/sign-in?next=" + _here(), 303))
    if refusal.code.name == "SECOND_FACTOR_NEEDED":
        return make_response(redirect(("/settings/totp" if current_actor() else "/sign-in/factor?next=" + _here()), 303))
    if refusal.code.name == "STEP_UP_NEEDED":
        return make_response(redirect("/step-up?next=" + (_here() if _can_return() else _before()), 303))
    form = Form.refused({}, refusal)
    values = {"code": refusal.code.name, "status": refusal.status, "form": None, "sentences": form.summary,
              "request_id": g.get("request_id", ""), "back": _before_path(), "details": refusal.details}
    response = make_response(render_template("errors/refusal.html", **values), refusal.status)
    if refusal.status in (429, 503):
        response.headers["Retry-After"] = str(refusal.details.get("seconds", 30))
    return response


def _can_return() -> bool:
    """Whether this address can be opened again: it is read, or it is the form of somebody whose words are kept for the return."""
    if request.method in ("GET", "HEAD"):
        return True
    known = g.get("writer") is not None or current_actor() is not None
    return known and (request.endpoint or "", "GET") in POLICIES


def _here() -> str:
    from urllib.parse import quote

    return quote(request.full_path.rstrip("?"), safe="")


def _before_path() -> str:
    """The page from which the request came, when it is our own."""
    from urllib.parse import urlsplit

    try:
        came = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        return ""
    if came.netloc != request.host or not came.path.startswith("/"):
        return ""
    return came.path + ("?" + came.query if came.query else "")


def _before() -> str:
    from urllib.parse import quote

    return quote(_before_path() or "/home", safe="")


def problem(refusal: DomainError) -> Response:
    """A refusal as application/problem+json, in both languages."""
    document = {
        "type": f"/help/errors/{refusal.code.name}", "status": refusal.status, "code": refusal.code.name,
        "title": i18n.sentence_of(refusal), "message": {lang: i18n.sentence_of(refusal, lang) for lang in ("zh", "en")},
        "field": refusal.field, "details": {name: _plain(value) for name, value in refusal.details.items()},
        "faults": [{"code": each.code.name, "field": each.field, "title": i18n.sentence_of(each)} for each in faults_of(refusal)],
        "request_id": g.get("request_id", ""),
    }
    response = make_response(jsonify(document), refusal.status)
    response.mimetype = "application/problem+json"
    if refusal.status in (429, 503):
        response.headers["Retry-After"] = str(refusal.details.get("seconds", 30))
    return response


def _plain(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _http(problem_: HTTPException) -> Any:
    if isinstance(problem_, SecurityError):
        refusal = DomainError("BAD_HOST")  # in plain text, for a page would need addresses of this very host
        lines = ["BAD_HOST", *(i18n.sentence_of(refusal, lang) for lang in ("zh", "en"))]
        return make_response("\n".join(lines) + "\n", 400, {"Content-Type": "text/plain; charset=utf-8"})
    status = problem_.code or 500
    if status in (301, 302, 303, 307, 308):
        return problem_.get_response()
    code = STATUS_CODES.get(status)
    if code is None:
        return _unexpected(problem_) if status >= 500 else _refused(DomainError("NOT_FOUND"))
    details = {"limit": f"{(request.max_content_length or MEBIBYTE) // MEBIBYTE} MiB"} if code == "UPLOAD_TOO_LARGE" else {"expected": "—"}
    return _refused(DomainError(code, **details))


def _unexpected(failure: Exception) -> Response:
    db.session.rollback()
    if isinstance(failure, PoolTimeout | OperationalError):
        log.exception("database unavailable", extra={"request_id": g.get("request_id", "")})
        return _refused(Unavailable("UNAVAILABLE"))
    log.exception("unexpected", extra={"request_id": g.get("request_id", "")})
    if isinstance(failure, WroteOutsideOperation) or _in_test():
        raise failure
    try:
        return _refused(DomainError("UNEXPECTED"))
    except Exception:
        log.exception("the error page failed")
        return make_response("UNEXPECTED " + str(g.get("request_id", "")), 500)


def _in_test() -> bool:
    from flask import current_app

    settings: Settings = current_app.extensions["zhirong.settings"]
    return settings.ENV == "test" and current_app.config.get("PROPAGATE_EXCEPTIONS") is not False


