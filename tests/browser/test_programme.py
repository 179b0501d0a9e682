"""The programme in a browser: accessible and narrow enough in both languages, and progress goes from one person to another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Live, assert_axe_clean, assert_no_sideways_scroll, browsing, carry_over
from tests.services.demonstration import client_of, members

ADDRESSES = ("/programme", "/programme?view=due&section=8", "/programme/measures/8.0a", "/programme/measures/3.4", "/programme/measures/8.6b", "/programme/targets")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_plan_is_accessible_and_fits(language: str, live_demonstration: Live, chromium_browser: Any) -> None:
    with browsing(chromium_browser, live_demonstration) as page:
        for address in ADDRESSES:
            page.goto(address + ("&" if "?" in address else "?") + f"lang={language}")
            assert_axe_clean(page)
            assert_no_sideways_scroll(page)
        page.locator("tbody th a").last.click()
        assert page.locator("figure.chart svg").count() == 2
        assert_axe_clean(page)


def test_progress_goes_from_one_person_to_another(live_demonstration: Live, chromium_browser: Any) -> None:
    known = members(live_demonstration.house)
    with browsing(chromium_browser, live_demonstration) as page:
        carry_over(client_of(live_demonstration.house, known["regulator officer"]), page.context, live_demonstration)
        page.goto("/programme/measures/8.1c")
        page.get_by_role("link", name="登记进展").click()
        page.get_by_label("该举措已完成").check()
        page.get_by_role("textbox", name="文号").fill("No. 97")
        assert_axe_clean(page)
        page.get_by_role("button", name="登记进展").click()
        page.get_by_role("button", name="双人批准").click()
        assert page.locator(".next-step").get_by_text("第二人").count() == 1
        place = page.url
    with browsing(chromium_browser, live_demonstration) as page:
        carry_over(client_of(live_demonstration.house, known["regulator approver"]), page.context, live_demonstration)
        page.goto(place)
        page.get_by_role("link", name="复核").first.click()
        page.locator("main table a").last.click()
        page.get_by_role("button", name="确认").click()
        page.goto("/programme/measures/8.1c")
        assert page.locator("h1 .chip").inner_text().strip() == "完成"
