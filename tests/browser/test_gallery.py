"""The gallery of components in a browser: it fits, breaks no policy, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core import gallery

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.served() as found:
        yield found


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_fits_and_breaks_no_policy(chromium_browser: Any, address: str, lang: str, theme: str, width: int) -> None:
    tab = chromium_browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(f"{address}/?lang={lang}&theme={theme}")
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert tab.evaluate("document.activeElement.className") == "error-summary"
    assert tab.evaluate("[htmx.config.includeIndicatorCSS, htmx.config.extensions, htmx.config.noSwap.join(), document.adoptedStyleSheets.length]") == [
        False, "sse", "204,304,40x,429,5xx", 0,
    ]
    assert said == []
    tab.close()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_in_the_gallery(chromium_browser: Any, address: str, lang: str, theme: str) -> None:
    context = chromium_browser.new_context(bypass_csp=True)
    tab = context.new_page()
    tab.goto(f"{address}/?lang={lang}&theme={theme}")
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS)
    context.close()
    assert [(finding["id"], finding["nodes"][0]["html"]) for finding in found["violations"]] == []
