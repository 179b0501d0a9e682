"""Serve the gallery of components with the site's own headers, without the application: for looking and for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from exchange.core.charts.samples import figures
from exchange.core.i18n import install, speaking

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
REFUSED = SimpleNamespace(
    data={"title": "", "amount": "1,200万", "kind": "b"},
    errors={"title": ["请填写此项。"]},
    summary=[("title", "请填写此项。", "MISSING_FIELD")],
    kept=None,
)


def environment() -> Environment:
    """Templates as the site renders them, with stand-ins for what the edge gives."""
    made = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined)
    install(made)
    made.globals.update(
        csrf_token=lambda: "token", idempotency_key=lambda: "key-0000000000000001", get_flashed_messages=lambda **_options: [("ok", "已保存 14:03")],
        url_for=lambda _endpoint, filename: f"/static/{filename}",
    )  # fmt: skip
    return made


def page(language: str, theme: str, *, template: str = "_components.html", **values: object) -> str:
    """The gallery in one language and theme."""
    request = SimpleNamespace(path="/help/components", method="GET", url="http://localhost/help/components", args=SimpleNamespace(items=lambda **_o: []))
    actor = SimpleNamespace(user_id=1, name="李敏", organisation_name="海州智造装备有限公司")
    navigation = [("工作台", "#", True), ("专利", "#", False), ("挂牌", "#", False), ("融资", "#", False), ("成交", "#", False)]
    with speaking("zh" if language == "zh" else "en"):
        return environment().get_template(template).render(**{
            "lang": language, "theme": theme, "request": request, "actor": actor, "navigation": navigation, "settings": SimpleNamespace(ENV="demo"),
            "now": datetime(2026, 11, 25, 6, 3, tzinfo=UTC), "form": REFUSED, "figures": figures(), "unread": 3, "demo_kinds": [("enterprise", "Enterprise"), ("bank", "Bank")], **values,
        })  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Pages at /?lang=&theme=, files below /static."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/static/"):
            file = ROOT / address.path[1:]
            self.answer(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        else:
            query = parse_qs(address.query)
            self.answer(page(query.get("lang", ["zh"])[0], query.get("theme", ["light"])[0]).encode(), "text/html; charset=utf-8")

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Stay silent."""


@contextmanager
def served() -> Iterator[str]:
    """The gallery's address while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
