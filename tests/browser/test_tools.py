"""The browser's own helpers find what they are for."""

from typing import Any

import pytest

from tests.browser.conftest import assert_axe_clean, assert_no_sideways_scroll


def test_axe_finds_a_picture_without_words(chromium_browser: Any) -> None:
    page = chromium_browser.new_page()
    page.set_content("<html lang='en'><title>t</title><main><h1>t</h1><p>x</p></main>")
    assert_axe_clean(page)
    page.set_content("<html lang='en'><title>t</title><main><h1>t</h1><img src='data:,'></main>")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)
    page.close()


def test_a_wide_page_is_found(chromium_browser: Any) -> None:
    page = chromium_browser.new_page()
    page.set_content("<html lang='en'><body style='margin:0'><div style='width:600px'>x</div>")
    assert_no_sideways_scroll(page, (768, 1280))
    with pytest.raises(AssertionError, match="at 320 px"):
        assert_no_sideways_scroll(page)
    page.close()
