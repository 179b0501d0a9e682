"""The pages of the demonstration as each role sees them: axe, narrow and wide windows, both languages, light and dark, print."""

from typing import Any

import pytest

from tests.browser.conftest import Live, assert_axe_clean, assert_no_sideways_scroll, browsing, carry_over
from tests.laws.test_reach import links_of, shape
from tests.services.demonstration import client_of, members

ROLES = (
    "public", "enterprise signatory", "bank officer", "bank approver", "guarantor approver", "reguarantor approver", "appraiser signatory",
    "exchange officer clerk", "exchange officer registrar", "regulator officer",
)
PAGES_A_ROLE = 12


def pages_of(client: Any) -> list[str]:
    """The first pages of different shape that a role is led to from its start page."""
    waiting, shapes, found = ["/home" if client.actor else "/"], set[str](), list[str]()
    while waiting and len(found) < PAGES_A_ROLE:
        url = waiting.pop(0)
        if shape(url) in shapes or url.startswith("/static/"):
            continue
        shapes.add(shape(url))
        answer = client.get(url)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found.append(url)
            waiting += links_of(url, answer.get_data(as_text=True))
    return found


def client_for(role: str, live: Live) -> Any:
    """The test client of a role, or nobody's."""
    if role == "public":
        return live.house.client()
    known = members(live.house)
    if role not in known:
        pytest.skip(f"the demonstration has no {role}")
    return client_of(live.house, known[role])


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_accessible_and_fit(role: str, live_demonstration: Live, chromium_browser: Any) -> None:
    client = client_for(role, live_demonstration)
    looks = [("zh", "light"), ("en", "dark")]
    wrong = []
    for at, url in enumerate(pages_of(client)):
        language, scheme = looks[at % 2]
        with browsing(chromium_browser, live_demonstration, color_scheme=scheme) as page:
            carry_over(client, page.context, live_demonstration)
            page.goto(url + ("&" if "?" in url else "?") + f"lang={language}")
            for check in (assert_axe_clean, assert_no_sideways_scroll):
                try:
                    check(page)
                except AssertionError as finding:
                    wrong.append(f"{url} {language} {scheme}: {finding}"[:600])
    assert wrong == []


@pytest.mark.parametrize("role", ["enterprise signatory", "regulator officer"])
def test_print_leaves_the_navigation_out(role: str, live_demonstration: Live, chromium_browser: Any) -> None:
    client = client_for(role, live_demonstration)
    with browsing(chromium_browser, live_demonstration) as page:
        carry_over(client, page.context, live_demonstration)
        page.goto("/home")
        page.emulate_media(media="print")
        assert page.locator("nav:visible").count() == 0


def test_without_scripts_the_start_page_leads_on(live_demonstration: Live, chromium_browser: Any) -> None:
    with browsing(chromium_browser, live_demonstration, java_script_enabled=False) as page:
        page.goto("/")
        link = page.locator("main a[href^='/']").first
        address = link.get_attribute("href")
        link.click()
        assert page.url.startswith(live_demonstration.address)
        assert address
        assert page.locator("h1").count() == 1
