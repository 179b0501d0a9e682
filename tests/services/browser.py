"""A real server and a real browser: the application answers from threads, the system's Chromium drives it as a person would.

`browsing` gives a page that ends with an assertion on the content policy by itself: any violation that the browser reported fails the test.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.services import chromium
from tests.services.house import House

AXE = Path(__file__).resolve().parent.parent / "browser" / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (320, 768, 1280)


class Quiet(WSGIRequestHandler):
    """A server that does not talk."""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the base class calls it so
        """Say nothing."""


class Threaded(WSGIServer):
    """One thread a request, as in production."""

    daemon_threads = True
    request_queue_size = 64

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self._answer, args=(request, client_address), daemon=True).start()

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except ConnectionError:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no error."""


class Live:
    """The address of the running server and its house."""

    def __init__(self, house: House, address: str) -> None:
        self.house, self.address = house, address

    def __str__(self) -> str:
        return self.address


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Any]:
    """The system's Chromium, one for each worker."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.flags())
        yield browser
        browser.close()


@contextmanager
def serving(house: House) -> Iterator[Live]:
    """Serve a house from threads, and keep an application context for the test itself."""
    server = make_server("127.0.0.1", 0, house.app, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with house.app.app_context():
            yield Live(house, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@contextmanager
def browsing(browser: Any, live: Live, **options: Any) -> Iterator[Any]:
    """A fresh profile and a page of it; a violation of the content policy or a script error fails the test."""
    settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1280, "height": 900}} | options
    context = browser.new_context(base_url=live.address, **settings)
    context.set_default_timeout(15_000)
    page = watched(context.new_page())
    yield page
    assert_no_csp_violation(page)
    assert page.script_errors == []
    context.close()


def watched(page: Any) -> Any:
    """Note what the browser refuses and what scripts stumble over."""
    page.policy_violations, page.script_errors = [], []
    page.on("console", lambda message: _note(page, message))
    page.on("pageerror", lambda error: page.script_errors.append(str(error)))
    return page


def _note(page: Any, message: Any) -> None:
    if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
        page.policy_violations.append(message.text)


def assert_no_csp_violation(page: Any) -> None:
    """The browser refused nothing on this page."""
    assert page.policy_violations == []


def assert_axe_clean(page: Any, *, without: tuple[str, ...] = ()) -> None:
    """No finding of axe under WCAG 2.2 AA; `without` names rules to leave out, with the reason at the call."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; void 0")
    rules = {name: {"enabled": False} for name in without}
    found = page.evaluate(
        "([tags, rules]) => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']})", [AXE_TAGS, rules]
    )
    told = [_told(violation) for violation in found["violations"]]
    assert told == [], "\n".join(told)


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"


def assert_no_sideways_scroll(page: Any, widths: tuple[int, ...] = WIDTHS) -> None:
    """The page is as wide as its window on a phone, a tablet and a desk."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        scroll, client = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert scroll <= client, f"{scroll} > {client} at {width} px"


def sign_in(context: Any, live: Live, role: str, **details: Any) -> Any:
    """Put the session of somebody of a role into the browser: `sign_in(context, live, "bank approver")`; returns the actor."""
    client = live.house.act_as(role, **details)
    carry_over(client, context, live)
    return client.actor


def carry_over(client: Any, context: Any, live: Live) -> None:
    """Put a test client's cookies into the browser."""
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live.address} for cookie in client._cookies.values()])
