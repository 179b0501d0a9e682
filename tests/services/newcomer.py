"""A newcomer with a browser: counts the clicks of each step and looks at every page as the laws of pages do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.services.browser import Live, assert_axe_clean

MOST_CLICKS = 2
PATIENCE_MILLISECONDS = 60_000
FILE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Look:
    """In which language, on which window, in which colours, with or without scripts."""

    language: str
    width: int
    colours: str
    scripts: bool

    @property
    def name(self) -> str:
        """The look as the name of a test."""
        return f"{self.language}-{self.width}-{self.colours}-{'scripts' if self.scripts else 'no scripts'}"


class Newcomer:
    """Somebody who sees the house for the first time."""

    def __init__(self, page: Any, live: Live, look: Look) -> None:
        self.page, self.live, self.look = page, live, look
        self.clicks = 0
        self.seen = 0

    def said(self, zh: str, en: str) -> str:
        """The words of the reader's language."""
        return zh if self.look.language == "zh" else en

    @contextmanager
    def step(self) -> Iterator[None]:
        """One line of the script: at most two clicks."""
        self.clicks = 0
        yield
        assert 0 < self.clicks <= MOST_CLICKS, f"{self.clicks} clicks"

    def click(self, target: Any) -> None:
        """One click on something that can be seen."""
        self.clicks += 1
        target.click()
        self.page.wait_for_load_state()

    def link(self, zh: str, en: str, within: str = "body") -> Any:
        """A link by its words."""
        return self.page.locator(within).get_by_role("link", name=self.said(zh, en), exact=True).first

    def button(self, zh: str, en: str, within: str = "body") -> Any:
        """A button by its words."""
        return self.page.locator(within).get_by_role("button", name=self.said(zh, en), exact=True).first

    def reads(self, zh: str, en: str, within: str = "main") -> None:
        """The page says it, and shows it."""
        self.page.locator(within).get_by_text(self.said(zh, en)).first.wait_for(state="visible")

    def looks(self) -> None:
        """The page speaks the language, fits the window and, where scripts run, has no barrier."""
        assert self.page.locator("html").get_attribute("lang") == self.said("zh-Hans-CN", "en")
        assert self.page.locator("h1").count() == 1
        scroll, client = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert scroll <= client, f"{scroll} > {client} at {self.page.url}"
        if self.look.scripts:
            assert_axe_clean(self.page)
        self._keep()

    def _keep(self) -> None:
        """Keep a picture where one is asked for."""
        self.seen += 1
        if folder := os.environ.get("LOOK"):
            name = FILE.sub("-", self.look.name)
            self.page.screenshot(path=f"{folder}/{name}-{self.seen:02d}.png", full_page=True)


@contextmanager
def visiting(browser: Any, live: Live, look: Look) -> Iterator[Newcomer]:
    """A fresh profile of that look; a violation of the content policy or a script error fails the test."""
    from tests.services.browser import browsing

    options = {
        "locale": "zh-CN" if look.language == "zh" else "en-GB", "viewport": {"width": look.width, "height": 800},
        "color_scheme": look.colours, "java_script_enabled": look.scripts,
    }
    with browsing(browser, live, **options) as page:
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        yield Newcomer(page, live, look)
