"""A real server, a real browser: the system's Chromium drives the application as a person would.

`live` is the address of a server on a clean database; `page` a page of it. A test ends with an assertion on the content policy by itself:
any violation that the browser reported fails it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.browser import (
    AXE, Live, assert_axe_clean, assert_no_csp_violation, assert_no_sideways_scroll, browsing, carry_over, serving, sign_in, watched,
)
from tests.services.house import House

__all__ = ["AXE", "Live", "assert_axe_clean", "assert_no_csp_violation", "assert_no_sideways_scroll", "browsing", "carry_over", "sign_in"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A browser test runs on one kind of database: SQLite, unless only PostgreSQL was asked for."""
    if "browser_database" in metafunc.fixturenames:
        only = "postgresql" if metafunc.config.getoption("--db") == "postgresql" else "sqlite"
        metafunc.parametrize("browser_database", [only], scope="session", ids=[""])


@pytest.fixture
def live(houses: Callable[[str], House], browser_database: str) -> Iterator[Live]:
    """A server on a clean database."""
    house = houses(browser_database)
    with house.clean():
        pass
    with serving(house) as served:
        yield served


@pytest.fixture
def live_demonstration(demonstration: House) -> Iterator[Live]:
    """A server on the demonstration's data."""
    with serving(demonstration) as served:
        yield served


@pytest.fixture
def context(chromium_browser: Any, live: Live) -> Iterator[Any]:
    """A fresh browser profile that reaches only the server."""
    made = chromium_browser.new_context(base_url=live.address, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A page; a violation of the content policy or an uncaught script error fails the test."""
    page = watched(context.new_page())
    yield page
    assert_no_csp_violation(page)
    assert page.script_errors == []


@pytest.fixture
def signed_in(context: Any, live: Live) -> Callable[..., Any]:
    """Sign the browser in: `signed_in("bank approver")`."""
    return lambda role, **details: sign_in(context, live, role, **details)


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` asserts that axe finds nothing."""
    return assert_axe_clean


@pytest.fixture
def fits() -> Callable[..., None]:
    """`fits(page)` asserts that nothing scrolls sideways on any width."""
    return assert_no_sideways_scroll
